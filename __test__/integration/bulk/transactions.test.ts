import { BaseModel, type BulkWriteError, column, type TransactionClient } from 'lucent-odm'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { withFailPoint } from '../../helpers/server.ts'

const server = lucentDatabase()
const { db, database } = server

class Entry extends BaseModel {
  static override collection = 'entries'
  @column({ isPrimary: true }) declare id: string
  @column() declare text: string
  @column() declare n: number
}

const entries = db.collection('entries')

beforeAll(() => entries.createIndex({ text: 1 }, { unique: true }))
beforeEach(async () => {
  await entries.deleteMany({})
  await entries.insertMany(['a', 'b', 'c'].map((text, n) => ({ text, n })))
})

const texts = async () =>
  (await entries.find().sort({ text: 1 }).toArray()).map(({ text, n }) => `${text}${n}`)
const START = ['a0', 'b1', 'c2']

/** Instances with changes: two stored, two new. */
async function changed(client?: TransactionClient) {
  const loaded = (await Entry.query(client === undefined ? {} : { client }).orderBy('text')) as [
    Entry,
    Entry,
    Entry,
  ]
  loaded[0].n = 10
  loaded[1].n = 11
  return [
    ...loaded,
    new Entry().merge({ text: 'd', n: 13 }),
    new Entry().merge({ text: 'e', n: 14 }),
  ]
}

const states = (instances: Entry[]) =>
  instances.map((entry) => [
    entry.$isPersisted,
    entry.$isPersisted ? Object.keys(entry.$dirty) : [],
    entry.id === undefined,
  ])

const UNSAVED = [
  [true, ['n'], false],
  [true, ['n'], false],
  [true, [], false],
  [false, [], true],
  [false, [], true],
]

describe('a client', () => {
  it('is joined by all, and committed with it', async () => {
    const instances = await changed()
    await database.transaction(async (client) => {
      await Entry.bulkSave(instances, { client })
      await Entry.bulkWrite((bulk) => bulk.insert({ text: 'f', n: 15 }).deleteOne({ text: 'c' }), {
        client,
      })
      await Entry.upsertMany([{ text: 'g', n: 16 }], { by: ['text'], client })
      expect(instances[0]?.$trx).toBe(client)
      expect(await texts()).toEqual(START)
    })
    expect(await texts()).toEqual(['a10', 'b11', 'd13', 'e14', 'f15', 'g16'])
    expect(
      instances.every((entry) => entry.$isPersisted && !entry.$isDirty && entry.$trx === undefined),
    ).toBe(true)
  })

  it('that rolls back puts the instances back', async () => {
    const instances = await changed()
    const kept = new Entry().merge({ text: 'f' })
    const [, , third] = instances as [Entry, Entry, Entry]
    const failure = new Error('no')
    const attempt = database.transaction(async (client) => {
      await Entry.bulkSave(instances, { client })
      await Entry.bulkWrite([{ insert: kept }], { client })
      await Entry.bulkDelete([third], { client })
      expect(third.$isDeleted).toBe(true)
      throw failure
    })
    await expect(attempt).rejects.toBe(failure)
    expect(await texts()).toEqual(START)
    expect(states(instances)).toEqual(UNSAVED)
    expect(kept).toMatchObject({ $isPersisted: false, id: undefined })
    await Entry.bulkSave(instances)
    expect(await texts()).toEqual(['a10', 'b11', 'c2', 'd13', 'e14'])
  })

  it('is that of the instances, when none is given', async () => {
    const attempt = database.transaction(async (client) => {
      const instances = (await changed(client)).slice(0, 3)
      await Entry.bulkSave(instances)
      expect(await texts()).toEqual(START)
      await Entry.bulkDelete(instances)
      throw new Error('no')
    })
    await expect(attempt).rejects.toThrow('no')
    expect(await texts()).toEqual(START)
  })

  it('must be one for all', async () => {
    const attempt = database.transaction(async (client) => Entry.bulkSave(await changed(client)))
    await expect(attempt).rejects.toMatchObject({ code: 'E_CONFIGURATION' })
    expect(await texts()).toEqual(START)
  })

  it('that is over is refused', async () => {
    const client = await database.connection().transaction()
    await client.commit()
    await expect(Entry.bulkSave(await changed(), { client })).rejects.toMatchObject({
      code: 'E_TRANSACTION_COMPLETED',
    })
    expect(await texts()).toEqual(START)
  })

  it('of a failure rolls everything back', async () => {
    const instances = await changed()
    ;(instances[4] as Entry).text = 'c'
    const error: BulkWriteError = await database
      .transaction((client) => Entry.bulkSave(instances, { client }))
      .then(
        () => undefined,
        (caught) => caught,
      )
    expect(error).toMatchObject({ code: 'E_BULK_WRITE', position: 4, status: 409 })
    expect(await texts()).toEqual(START)
    expect(states(instances)).toEqual(UNSAVED)
  })
})

describe('atomic', () => {
  it('stores all', async () => {
    const instances = await changed()
    expect(await Entry.bulkSave(instances, { atomic: true })).toMatchObject({
      inserted: 2,
      matched: 2,
    })
    expect(await texts()).toEqual(['a10', 'b11', 'c2', 'd13', 'e14'])
    expect(await Entry.bulkDelete(instances, { atomic: true })).toMatchObject({ deleted: 5 })
    expect(await Entry.upsertMany([{ text: 'x' }], { by: ['text'], atomic: true })).toMatchObject({
      upserted: [{ position: 0 }],
    })
  })

  it.each([true, false])('or none (ordered: %s)', async (ordered) => {
    const instances = await changed()
    ;(instances[4] as Entry).text = 'c'
    const error: BulkWriteError = await Entry.bulkSave(instances, { atomic: true, ordered }).catch(
      (caught) => caught,
    )
    expect(error).toMatchObject({
      code: 'E_BULK_WRITE',
      position: 4,
      cause: { code: 'E_DUPLICATE_KEY' },
    })
    expect(error.result).toMatchObject({ inserted: 0, matched: 0, modified: 0 })
    expect(await texts()).toEqual(START)
    expect(states(instances)).toEqual(UNSAVED)
    const result = await Entry.bulkSave(instances, { atomic: true, ordered, throwOnFailure: false })
    expect(result).toMatchObject({
      inserted: 0,
      failures: [{ position: 4, error: { code: 'E_DUPLICATE_KEY' } }],
    })
    expect(await texts()).toEqual(START)
  })

  it('or none, of statements', async () => {
    const entry = new Entry().merge({ text: 'd' })
    const attempt = Entry.bulkWrite(
      (bulk) => bulk.insert(entry).updateMany({ text: 'a' }, { n: 9 }).insert({ text: 'b' }),
      { atomic: true },
    )
    await expect(attempt).rejects.toMatchObject({ code: 'E_BULK_WRITE', position: 2 })
    expect(await texts()).toEqual(START)
    expect(entry).toMatchObject({ $isPersisted: false, id: undefined })
  })

  it('or none, when a hook fails', async () => {
    class Hooked extends Entry {
      static override collection = 'entries'
    }
    const seen: unknown[] = []
    const refusal = new Error('after all')
    Hooked.after('save', (entry, { trx }) => {
      seen.push(trx === entry.$trx && trx?.isTransaction)
      if (entry.text === 'b') throw refusal
    })
    const loaded = (await Hooked.query().orderBy('text')) as [Hooked, Hooked, Hooked]
    for (const entry of loaded) entry.n += 10
    const error: BulkWriteError = await Hooked.bulkSave(loaded as never, { atomic: true }).catch(
      (caught) => caught,
    )
    expect(error.failures).toEqual([{ position: 1, error: refusal }])
    expect(seen).toEqual([true, true, true])
    expect(await texts()).toEqual(START)
    expect(loaded.map((entry) => Object.keys(entry.$dirty))).toEqual([['n'], ['n'], ['n']])
  })

  it('is repeated when the server asks for it', async () => {
    const instances = await changed()
    const failing = {
      failCommands: ['update'],
      errorCode: 112,
      errorLabels: ['TransientTransactionError'],
    }
    const result = await withFailPoint(server.client, failing, { times: 2 }, () =>
      Entry.bulkSave(instances, { atomic: true }),
    )
    expect(result).toMatchObject({ inserted: 2, matched: 2, failures: [] })
    expect(await texts()).toEqual(['a10', 'b11', 'c2', 'd13', 'e14'])
    expect(instances.every((entry) => entry.$isPersisted && !entry.$isDirty)).toBe(true)
  })

  it('meets a write conflict, and wins the second time', async () => {
    const instances = await changed()
    const other = await database.connection().transaction()
    await Entry.query({ client: other }).where('text', 'a').update({ n: 99 })
    const saving = Entry.bulkSave(instances, { atomic: true })
    await new Promise((resolve) => setTimeout(resolve, 50))
    await other.commit()
    expect(await saving).toMatchObject({ matched: 2, failures: [] })
    expect(await texts()).toEqual(['a10', 'b11', 'c2', 'd13', 'e14'])
  })
})

it('without either, what was written before a failure stands', async () => {
  const instances = await changed()
  ;(instances[4] as Entry).text = 'c'
  await expect(Entry.bulkSave(instances)).rejects.toMatchObject({ code: 'E_BULK_WRITE' })
  expect(await texts()).toEqual(['a10', 'b11', 'c2', 'd13'])
})
