/** Counts of related rows are what there is, whatever was written by whichever ways. */

import fc from 'fast-check'
import {
  BaseModel,
  type BelongsTo,
  belongsTo,
  column,
  type HasMany,
  hasMany,
  type TransactionClient,
} from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { tries } from '../../helpers/property.ts'
import { type Given, type Way, waysThat } from '../../helpers/ways.ts'
import { counted } from './counted.ts'

const { database, db } = lucentDatabase()

class Host extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare guestsCount: number | undefined
  @column() declare lastCount: number | undefined
  @hasMany(() => Guest, { onDelete: 'cascade' }) declare guests: HasMany<typeof Guest>
  @hasMany(() => Guest, { foreignKey: 'lastId', onDelete: 'nullify' })
  declare last: HasMany<typeof Guest>
}

class Guest extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column() declare count: number
  @column() declare list: string[]
  @column.objectId() declare hostId: string | null
  @column.objectId() declare lastId: string | null
  @belongsTo(() => Host, { counterCache: 'guestsCount' })
  declare host: BelongsTo<typeof Host> | null
  @belongsTo(() => Host, { foreignKey: 'lastId', counterCache: 'lastCount' })
  declare lastHost: BelongsTo<typeof Host> | null
}

afterEach(async () => {
  for (const name of ['hosts', 'guests']) await db.collection(name).deleteMany({})
})

/** Ways in which rows are written, but for the one that leaves none. */
const WAYS = waysThat('insert', 'update', 'delete').filter(({ name }) => name !== 'truncate')

interface Step {
  readonly way: Way
  /** Which guest, and which hosts it is to have; 5 stands for none. */
  readonly guest: number
  readonly host: number
  readonly last: number
}

const steps = fc.array(
  fc.record<Step>({
    way: fc.constantFrom(...WAYS),
    guest: fc.nat(9),
    host: fc.nat(5),
    last: fc.nat(5),
  }),
  { minLength: 4, maxLength: 14 },
)

async function run({ way, guest, host, last }: Step): Promise<void> {
  const hosts = await Host.query().orderBy('id')
  const values = { hostId: hosts[host]?.id ?? null, lastId: hosts[last]?.id ?? null }
  const guests = await Guest.query().orderBy('id')
  const found = guests[guest % Math.max(1, guests.length)]
  if (found === undefined) return
  const { key } = found
  const given = { database, model: Guest, key, filter: { key }, values, found }
  await way.run(given as unknown as Given)
}

const pick = <T>(rows: readonly T[], place: number): T | undefined => rows[place % rows.length]

/** What is done to hosts and by relations, where the table of ways has nothing. */
const OTHERS: Readonly<
  Record<string, (step: Step, client?: TransactionClient) => Promise<unknown>>
> = {
  'related create': async ({ host, guest }) => {
    const row = pick(await Host.query().orderBy('id'), host)
    return row?.related('guests').create({ key: `made ${guest}` })
  },
  'related createMany': async ({ host, guest }) => {
    const row = pick(await Host.query().orderBy('id'), host)
    return row?.related('last').createMany([{ key: `many ${guest}` }, { key: `many ${guest}` }])
  },
  'related save': async ({ host, guest }) => {
    const row = pick(await Host.query().orderBy('id'), host)
    const one = pick(await Guest.query().orderBy('id'), guest)
    if (one !== undefined) await row?.related('guests').save(one)
  },
  associate: async ({ host, guest }) => {
    const row = pick(await Host.query().orderBy('id'), host)
    const one = pick(await Guest.query().orderBy('id'), guest)
    if (row !== undefined) await one?.related('host').associate(row)
  },
  dissociate: async ({ guest }) => {
    const one = pick(await Guest.query().orderBy('id'), guest)
    await one?.related('lastHost').dissociate()
  },
  'a host goes': async ({ host }) => {
    const row = pick(await Host.query().orderBy('id'), host)
    await row?.delete()
    await Host.create({})
  },
  'hosts go by a query': async ({ host }) => {
    const row = pick(await Host.query().orderBy('id'), host)
    if (row !== undefined) await Host.query().where('id', row.id).delete()
    await Host.create({})
  },
  'a transaction that is rolled back': async ({ host, guest }) => {
    const trx = await database.transaction()
    const row = pick(await Host.query({ client: trx }).orderBy('id'), host)
    await Guest.create({ key: `undone ${guest}`, hostId: row?.id ?? null }, { client: trx })
    await Guest.query({ client: trx })
      .whereNotNull('hostId')
      .update({ lastId: row?.id ?? null })
    await Guest.query({ client: trx })
      .where('hostId', row?.id ?? '')
      .delete()
    await trx.rollback()
  },
  'a transaction': async ({ host, guest }) => {
    await database.transaction(async (client) => {
      const row = pick(await Host.query({ client }).orderBy('id'), host)
      const id = row?.id ?? null
      await Guest.createMany([{ key: `done ${guest}`, hostId: id, lastId: id }], { client })
      await Guest.query({ client }).where('count', guest).update({ hostId: id })
      await Guest.bulkWrite(
        (bulk) => {
          bulk.insert({ key: 'first', hostId: id })
          bulk.updateMany({ key: 'first' }, { lastId: id, hostId: null })
          bulk.deleteOne({ key: 'first' })
        },
        { client },
      )
    })
  },
}

const others = fc.array(
  fc.tuple(
    fc.constantFrom(...Object.keys(OTHERS)),
    fc.record<Step>({
      way: fc.constant(WAYS[0] as Way),
      guest: fc.nat(9),
      host: fc.nat(4),
      last: fc.nat(4),
    }),
  ),
  { minLength: 2, maxLength: 6 },
)

async function expectTruth(said: string): Promise<void> {
  for (const [field, foreign] of [
    ['guests_count', 'host_id'],
    ['last_count', 'last_id'],
  ] as const) {
    const { stored, real } = await counted(db, { rows: 'hosts', field, of: 'guests', foreign })
    expect(stored, said).toEqual(real)
  }
}

describe('many random writes', () => {
  it('leave counts that are true', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, others, async (written, beside) => {
        for (const name of ['hosts', 'guests']) await db.collection(name).deleteMany({})
        const hosts = await Host.createMany([1, 2, 3, 4, 5].map(() => ({})))
        await Guest.createMany(
          Array.from({ length: 8 }, (_, n) => ({
            key: `guest ${n % 6}`,
            count: n,
            list: ['a'],
            hostId: hosts[n % 3]?.id ?? null,
            lastId: n % 2 === 0 ? null : (hosts[n % 5]?.id ?? null),
          })),
        )
        for (const [place, step] of written.entries()) {
          await run(step)
          await expectTruth(step.way.name)
          const other = beside[place]
          if (other === undefined) continue
          await OTHERS[other[0]]?.(other[1])
          await expectTruth(other[0])
        }
      }),
      tries(12),
    )
  })
})
