import {
  BaseModel,
  column,
  Database,
  errors,
  LucentError,
  type TransactionClient,
} from 'lucent-odm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { withFailPoint } from '../../helpers/server.ts'

const server = lucentDatabase()
const { database, db, client } = server

class Entry extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare text: string
  @column() declare count: number
}

let taken: Entry
let row: Entry

beforeEach(async () => {
  taken = await Entry.create({ text: 'taken' })
  row = await Entry.create({ text: 'row', count: 1 })
})
afterEach(() => db.collection('entries').deleteMany({}))

const TRANSIENT = 'TransientTransactionError'
const stored = () => db.collection('entries').countDocuments()
const double = () => ({ id: taken.id, text: 'twice' })

/** Ways in which a callback goes on after an error of the server, and the error's code. */
const SWALLOWED: Readonly<
  Record<string, readonly [code: string, (trx: TransactionClient) => Promise<unknown>]>
> = {
  'a create whose duplicate key is caught': [
    'E_DUPLICATE_KEY',
    (trx) => Entry.create(double(), { client: trx }).catch(() => undefined),
  ],
  'a createMany whose duplicate key is caught': [
    'E_DUPLICATE_KEY',
    (trx) => Entry.createMany([{ text: 'a' }, double()], { client: trx }).catch(() => undefined),
  ],
  'a save whose duplicate key is caught': [
    'E_DUPLICATE_KEY',
    (trx) =>
      Object.assign(new Entry(), double())
        .useTransaction(trx)
        .save()
        .catch(() => undefined),
  ],
  'Promise.allSettled': [
    'E_DUPLICATE_KEY',
    (trx) =>
      Promise.allSettled([
        Entry.create(double(), { client: trx }),
        Entry.create({ text: 'b' }, { client: trx }),
        Entry.query({ client: trx }),
      ]),
  ],
  'a bulk write that throws nothing': [
    'E_DUPLICATE_KEY',
    (trx) =>
      Entry.bulkWrite((bulk) => bulk.insert(double()), { client: trx, throwOnFailure: false }),
  ],
  'a bulkSave that throws nothing': [
    'E_DUPLICATE_KEY',
    (trx) =>
      Entry.bulkSave([Object.assign(new Entry(), double())], {
        client: trx,
        throwOnFailure: false,
      }),
  ],
  'an update by query that cannot be': [
    'E_SERVER_ERROR',
    (trx) =>
      Entry.query({ client: trx })
        .where('id', row.id)
        .increment('text' as never)
        .catch(() => undefined),
  ],
  'a read that cannot be': [
    'E_SERVER_ERROR',
    (trx) =>
      Entry.query({ client: trx })
        .whereRaw({ $expr: { $divide: [1, 0] } })
        .exec()
        .catch(() => undefined),
  ],
  'a cursor that cannot be read': [
    'E_SERVER_ERROR',
    async (trx) => {
      try {
        for await (const _ of Entry.query({ client: trx })
          .whereRaw({ $expr: { $divide: [1, 0] } })
          .cursor());
      } catch {
        // What the callback does not want to know.
      }
    },
  ],
}

/** What a transaction does after the error. */
const NEXT: Readonly<Record<string, (trx: TransactionClient) => Promise<unknown>>> = {
  'a commit': async () => undefined,
  'a create': (trx) => Entry.create({ text: 'c' }, { client: trx }),
  'a read': (trx) => Entry.query({ client: trx }).exec(),
  'a bulk write': (trx) =>
    Entry.bulkWrite((bulk) => bulk.updateOne({ id: row.id }, { count: 2 }), { client: trx }),
  'a save, sharing a command': (trx) =>
    row.useTransaction(trx).merge({ count: 3 }).save({ coalesce: true }),
}

const CASES = Object.keys(SWALLOWED).flatMap((error) =>
  Object.keys(NEXT).map((next) => [error, next] as const),
)

/** Checks what the work ends with, soon; answers the error. */
async function doomed(code: string, work: () => Promise<unknown>): Promise<LucentError> {
  const started = performance.now()
  const error = await work().catch((error: unknown) => error)
  expect(performance.now() - started).toBeLessThan(3000)
  expect(error).toBeInstanceOf(errors.E_TRANSACTION_DOOMED)
  expect((error as Error).cause).toBeInstanceOf(LucentError)
  expect((error as Error).cause).toMatchObject({ code })
  return error as LucentError
}

describe('20: an error of the server that was swallowed dooms the transaction', () => {
  it.each(CASES)('managed: %s, then %s', async (name, next) => {
    const [code, swallow] = SWALLOWED[name] as (typeof SWALLOWED)[string]
    let runs = 0
    const before = await stored()
    const error = await doomed(code, () =>
      database.transaction(async (trx) => {
        runs++
        await Entry.create({ text: 'first' }, { client: trx })
        await swallow(trx)
        await NEXT[next]?.(trx)
      }),
    )
    expect(runs).toBe(1)
    expect(error.errorLabels).toBeUndefined()
    expect(await stored()).toBe(before)
  })

  it.each(CASES)('by hand: %s, then %s', async (name, next) => {
    const [code, swallow] = SWALLOWED[name] as (typeof SWALLOWED)[string]
    const ends: string[] = []
    const before = await stored()
    const trx = await database.transaction()
    trx.after('commit', () => ends.push('commit'))
    trx.after('rollback', () => ends.push('rollback'))
    await swallow(trx)
    if (next !== 'a commit') await doomed(code, async () => NEXT[next]?.(trx))
    await doomed(code, () => trx.commit())
    expect(ends).toEqual(['rollback'])
    expect(trx.isCompleted).toBe(true)
    expect(await stored()).toBe(before)
  })

  it('the cause is the very error that the callback caught', async () => {
    let caught: unknown
    const error = await doomed('E_DUPLICATE_KEY', () =>
      database.transaction(async (trx) => {
        await Entry.create(double(), { client: trx }).catch((error: unknown) => {
          caught = error
        })
        await Entry.create({ text: 'a' }, { client: trx }).catch(() => undefined)
      }),
    )
    expect(error.cause).toBe(caught)
  })

  it('a nested part that failed is the cause too', async () => {
    const mine = new Error('mine')
    const attempt = database.transaction(async (trx) => {
      await trx.transaction(() => Promise.reject(mine)).catch(() => undefined)
    })
    await expect(attempt).rejects.toMatchObject({ code: 'E_TRANSACTION_DOOMED', cause: mine })
  })
})

describe('20: what does not end the transaction does not doom it', () => {
  const HARMLESS: Readonly<Record<string, (trx: TransactionClient) => Promise<unknown>>> = {
    'a query that is refused before it is sent': async (trx) =>
      Entry.query({ client: trx })
        .where('text', undefined as never)
        .exec(),
    'a document that is too large': (trx) =>
      Entry.create({ text: 'x'.repeat(17 * 1024 * 1024) }, { client: trx }),
    'a row that is not there': (trx) => Entry.findOrFail('f'.repeat(24), { client: trx }),
    'an error of the application': () => Promise.reject(new Error('mine')),
  }

  it.each(Object.entries(HARMLESS))('%s', async (_, work) => {
    await database.transaction(async (trx) => {
      await Entry.create({ text: 'first' }, { client: trx })
      await expect(work(trx)).rejects.toThrow()
      await Entry.create({ text: 'second' }, { client: trx })
    })
    expect(await db.collection('entries').countDocuments({ text: /first|second/ })).toBe(2)
  })

  it('an error that the server raises without ending the transaction', async () => {
    const other = new Database({
      connection: 'main',
      connections: { main: { url: server.uri, database: server.name, appName: 'harmless' } },
    })
    class Row extends Entry {
      static override collection = 'entries'
    }
    Row.useDatabase(other)
    // The fail point answers before the command begins, so the transaction goes on.
    const fail = { failCommands: ['update'], errorCode: 2, appName: 'harmless' }
    const kept = await Row.findOrFail(row.id)
    await other.transaction(async (trx) => {
      await Row.create({ text: 'first' }, { client: trx })
      await withFailPoint(client, fail, { times: 1 }, () =>
        expect(kept.useTransaction(trx).merge({ count: 9 }).save()).rejects.toMatchObject({
          serverCode: 2,
        }),
      )
      await Row.create({ text: 'second' }, { client: trx })
    })
    expect(await db.collection('entries').countDocuments({ text: /first|second/ })).toBe(2)
    await other.closeAll()
  })
})

describe('20: what another attempt may mend is repeated, swallowed or not', () => {
  it('a conflict that was caught', async () => {
    let runs = 0
    await database.transaction(async (trx) => {
      runs++
      await Entry.query({ client: trx }).count()
      if (runs === 1) await Entry.query().where('id', row.id).update({ count: 7 })
      await Entry.query({ client: trx })
        .where('id', row.id)
        .increment('count')
        .catch(() => undefined)
      await Entry.create({ text: 'after' }, { client: trx })
    })
    expect(runs).toBe(2)
    expect(await db.collection('entries').findOne({ text: 'row' })).toMatchObject({ count: 8 })
  })

  it('by hand the doomed transaction has its label', async () => {
    const trx = await database.transaction()
    await Entry.query({ client: trx }).count()
    await Entry.query().where('id', row.id).update({ count: 7 })
    const conflict = await Entry.query({ client: trx })
      .where('id', row.id)
      .increment('count')
      .catch((error: unknown) => error)
    expect(conflict).toBeInstanceOf(errors.E_WRITE_CONFLICT)
    const error = await doomed('E_WRITE_CONFLICT', () => trx.commit())
    expect(error.cause).toBe(conflict)
    expect(error.hasErrorLabel(TRANSIENT)).toBe(true)
  })
})
