import type { Document } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { ownDatabase } from '../../helpers/own_database.ts'
import { Kind, RawCore, type Where } from '../../helpers/raw_core.ts'
import { withFailPoint } from '../../helpers/server.ts'

const { uri, name, db, client } = await ownDatabase()
// Fail points must not meet the witness's commands.
const APP_NAME = 'bulk'
const core = new RawCore({ name: 'main', url: uri, database: name, appName: APP_NAME })

interface Entry {
  _id: number
  text?: string
}
let last = 0
/** A collection of its own, with documents 1 to 3 and a unique index on `text`. */
async function seeded() {
  last += 1
  const entries = db.collection<Entry>(`entries_${last}`)
  await entries.createIndex({ text: 1 }, { unique: true, sparse: true })
  const texts = ['a', 'b', 'c'].map((text, place) => ({ _id: place + 1, text }))
  await entries.insertMany(texts)
  const model = core.model(entries.collectionName)
  const bulk = (statements: Document[], head: Document = {}, where: Where = {}) =>
    core.run(Kind.bulk, head, { model, ...where }, statements)
  const stored = async () => (await entries.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id)
  return { entries, bulk, stored, model }
}

const nothing = { inserted: 0, matched: 0, modified: 0, deleted: 0, upserted: [], items: [] }
const insert = (_id: number, text?: string) => ({
  insert: text === undefined ? { _id } : { _id, text },
})
const update = (q: object, u: object, more: object = {}) => ({ update: { q, u, ...more } })
const remove = (q: object, limit = 1) => ({ delete: { q, limit } })

it.each([true, false])('counts what every kind of statement did (ordered: %s)', async (ordered) => {
  const { entries, bulk, stored } = await seeded()
  const reply = await bulk(
    [
      insert(10),
      update({ _id: 1 }, { $set: { text: 'x' } }, { hint: '_id_' }),
      update({ _id: 2 }, { $set: { text: 'b' } }),
      insert(11),
      update({ _id: 20 }, { $set: { text: 'new' } }, { upsert: true }),
      update({ _id: 3 }, { text: 'replaced', nested: { $where: 'data' } }),
      { insert: { _id: 12, list: [0, 1] } },
      update({ _id: { $gte: 10, $lt: 20 } }, [{ $set: { n: '$_id' } }], { multi: true }),
      update({ _id: 12 }, { $inc: { 'list.$[one]': 1 } }, { arrayFilters: [{ one: 0 }] }),
      remove({ text: 'B' }),
      { delete: { q: { text: 'B' }, limit: 0, collation: { locale: 'en', strength: 2 } } },
    ],
    { ordered, comment: 'why' },
  )
  expect(reply).toEqual({
    ...nothing,
    inserted: 3,
    matched: 7,
    modified: 6,
    deleted: 1,
    upserted: [{ index: 4, _id: 20 }],
  })
  expect(await stored()).toEqual([1, 3, 10, 11, 12, 20])
  expect(await entries.findOne({ _id: 12 })).toEqual({ _id: 12, n: 12, list: [1, 1] })
  expect(await entries.findOne({ _id: 3 })).toHaveProperty('nested', { $where: 'data' })
  expect(await bulk([])).toEqual(nothing)
})

it('an ordered bulk ends with the first failure, an unordered one goes on', async () => {
  const statements = [
    insert(10, 'p'),
    insert(11, 'a'),
    update({ _id: 2 }, { $set: { text: 'a' } }),
    remove({ _id: 3 }),
    insert(12, 'p'),
    insert(13),
    update({ _id: 1 }, { $wrong: 1 }),
    update({ _id: 30 }, { $set: { text: 'q' } }, { upsert: true }),
  ]
  const duplicate = (position: number) => ({ code: 'E_DUPLICATE_KEY', position, keys: ['text'] })
  const ordered = await seeded()
  expect(await ordered.bulk(statements)).toMatchObject({
    ...nothing,
    inserted: 1,
    items: [duplicate(1)],
  })
  expect(await ordered.stored()).toEqual([1, 2, 3, 10])
  const later = await seeded()
  expect(await later.bulk(statements.slice(2))).toMatchObject({ ...nothing, items: [duplicate(0)] })
  const unordered = await seeded()
  expect(await unordered.bulk(statements, { ordered: false })).toMatchObject({
    ...nothing,
    inserted: 2,
    deleted: 1,
    upserted: [{ index: 7, _id: 30 }],
    items: [duplicate(1), duplicate(2), duplicate(4), { code: 'E_SERVER_ERROR', position: 6 }],
  })
  expect(await unordered.stored()).toEqual([1, 2, 10, 13, 30])
})

it('says what was done when the network fails half-way', async () => {
  const { bulk, stored } = await seeded()
  const statements = [insert(10), insert(11), update({ _id: 1 }, { $set: { text: 'x' } })]
  const fail = { failCommands: ['update'], closeConnection: true, appName: APP_NAME }
  // The core sends a command once more.
  await withFailPoint(client, fail, { times: 2 }, () =>
    expect(bulk(statements)).rejects.toMatchObject({
      code: 'E_CONNECTION_FAILED',
      message: expect.stringContaining('2 inserted'),
      done: { ...nothing, inserted: 2 },
    }),
  )
  expect(await stored()).toEqual([1, 2, 3, 10, 11])
  const first = { failCommands: ['delete'], closeConnection: true, appName: APP_NAME }
  await withFailPoint(client, first, { times: 2 }, async () => {
    const failure = await bulk([remove({ _id: 1 })]).catch((error: Document) => error)
    expect(failure).toMatchObject({ code: 'E_CONNECTION_FAILED' })
    expect(failure).not.toHaveProperty('done')
  })
  // The driver sends an insert again by itself.
  const again = { failCommands: ['insert'], closeConnection: true, appName: APP_NAME }
  await withFailPoint(client, again, { times: 1 }, async () => {
    expect(await bulk([insert(12), insert(13)])).toEqual({ ...nothing, inserted: 2 })
  })
})

it('reports a write concern that was not met beside the counts', async () => {
  const { bulk } = await seeded()
  const writeConcernError = { code: 64, codeName: 'WriteConcernFailed', errmsg: 'no' }
  for (const [command, statement, counts] of [
    ['insert', insert(10), { inserted: 1 }],
    ['delete', remove({ _id: 1 }), { deleted: 1 }],
  ] as const) {
    const fail = { failCommands: [command], writeConcernError, appName: APP_NAME }
    await withFailPoint(client, fail, { times: 1 }, async () => {
      expect(await bulk([statement])).toMatchObject({
        ...nothing,
        ...counts,
        concern: { code: 'E_WRITE_CONCERN', serverCode: 64 },
      })
    })
  }
})

describe('documents that are not there', () => {
  const found = (q: object, u: object, more: object = {}) => update(q, u, { found: true, ...more })

  it.each([true, false])('are told by their places (ordered: %s)', async (ordered) => {
    const { bulk, stored } = await seeded()
    const statements = [
      found({ _id: 1 }, { $set: { n: 1 } }),
      found({ _id: 9 }, { $set: { n: 1 } }),
      update({ _id: 8 }, { $set: { n: 1 } }),
      found({ _id: 2 }, { $set: { n: 1 } }),
      insert(20),
    ]
    const reply = await bulk(statements, { ordered })
    expect(reply).toEqual({ ...nothing, matched: 2, modified: 2, inserted: 1, missed: [1] })
    expect(await stored()).toEqual([1, 2, 3, 20])
  })

  it('end an ordered bulk where the statement goes alone', async () => {
    const { bulk, entries } = await seeded()
    const alone = (q: object) => found(q, { $set: { n: 1 } }, { alone: true })
    const statements = [alone({ _id: 1 }), alone({ _id: 2, n: 7 }), alone({ _id: 3 })]
    expect(await bulk(statements)).toEqual({ ...nothing, matched: 1, modified: 1, missed: [1] })
    expect(await entries.countDocuments({ n: 1 } as object)).toBe(1)
    expect(await bulk(statements, { ordered: false })).toMatchObject({ matched: 2, missed: [1] })
  })

  it('are those that the conditions of the command hide, too', async () => {
    const { bulk, entries, model } = await seeded()
    const scope = { text: { $ne: 'b' } }
    const set = { $set: { n: 1 } }
    const q = [{ _id: 1 }, { _id: 2 }, { _id: 9 }]
    const reply = await bulk(
      q.map((one) => found(one, set)),
      { scope },
    )
    expect(reply).toMatchObject({ matched: 1, missed: [1, 2] })
    const each = q.map((one) => ({ q: one, u: { $set: { n: 2 } } }))
    const answer = await core.run(Kind.updateEach, { scope }, { model }, each)
    expect(answer).toMatchObject({ matched: 1, missed: [1, 2] })
    // One that hides its own document has found it.
    const hiding = [found({ _id: 1 }, { $set: { text: 'b' } }), found({ _id: 9 }, set)]
    await entries.deleteOne({ _id: 2 })
    expect(await bulk(hiding, { scope })).toMatchObject({ matched: 1, missed: [1] })
  })
})

it('takes part in a transaction, whose failure is the whole bulk', async () => {
  const { bulk, stored } = await seeded()
  const session = core.openSession()
  await core.run(Kind.startTransaction, {}, { session })
  const statements = [insert(10), remove({ _id: { $gt: 0 } }, 0), insert(11)]
  expect(await bulk(statements, {}, { session })).toEqual({ ...nothing, inserted: 2, deleted: 4 })
  expect(await stored()).toEqual([1, 2, 3])
  await core.run(Kind.commitTransaction, {}, { session })
  expect(await stored()).toEqual([11])
  await core.run(Kind.startTransaction, {}, { session })
  const conflict = { failCommands: ['delete'], errorCode: 112, appName: APP_NAME }
  const labels = { errorLabels: ['TransientTransactionError'] }
  await withFailPoint(client, { ...conflict, ...labels }, { times: 1 }, () =>
    expect(bulk([remove({ _id: 11 })], {}, { session })).rejects.toMatchObject({
      code: 'E_WRITE_CONFLICT',
      ...labels,
    }),
  )
  await core.run(Kind.abortTransaction, {}, { session })
  core.closeSession(session)
})

it('stays within the limits of a command', async () => {
  const { bulk, entries } = await seeded()
  const text = 'x'.repeat(6 * 1024 * 1024)
  const updates = [1, 2, 3, 1].map((_id) => update({ _id }, { $set: { large: text } }))
  const inserts = [10, 11, 12, 13, 14].map((_id) => ({ insert: { _id, large: text } }))
  expect(await bulk([...updates, ...inserts])).toMatchObject({ matched: 4, inserted: 5 })
  const many = Array.from({ length: 100_001 }, (_, n) => insert(100 + n))
  expect(await bulk(many, { ordered: false })).toMatchObject({ inserted: 100_001 })
  await entries.drop()
})

it.each([
  [[{ replace: {} }], 'E_INVALID_QUERY'],
  [[insert(10), { insert: {}, delete: {} }], 'E_INVALID_QUERY'],
  [[insert(10), remove({ $where: '1' })], 'E_UNSAFE_OPERATOR'],
  [[insert(10), update({ _id: 1 }, [{ $set: { a: { $function: {} } } }])], 'E_UNSAFE_OPERATOR'],
  [[insert(10), insert(11, 'x'.repeat(16 * 1024 * 1024))], 'E_DOCUMENT_TOO_LARGE'],
])('refuses a wrong statement before anything is sent (%#)', async (statements, code) => {
  const { bulk, stored } = await seeded()
  await expect(bulk(statements)).rejects.toMatchObject({ code })
  expect(await stored()).toEqual([1, 2, 3])
})
