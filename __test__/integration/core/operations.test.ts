import { Long } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { Submission } from '../../../js/protocol.generated.ts'
import { Kind, RawCore } from '../../helpers/raw_core.ts'
import { testDatabase } from '../../helpers/server.ts'

const { uri, name, db } = testDatabase()
const core = new RawCore({ name: 'main', url: uri, database: name })

interface Entry {
  _id: number
  kind: string
  scores?: number[]
}
const entries = db.collection<Entry>('entries')
const model = core.model('entries', [{ name: '_id' }, { name: 'kind' }])

const seed: Entry[] = [
  { _id: 1, kind: 'a', scores: [1, 5] },
  { _id: 2, kind: 'b' },
  { _id: 3, kind: 'A' },
]
async function seeded(): Promise<void> {
  await entries.deleteMany({})
  await entries.insertMany(structuredClone(seed))
}

const ignoringCase = { locale: 'en', strength: 2 }

describe('aggregate', () => {
  it('answers with documents, in batches, with its options', async () => {
    await seeded()
    const head = {
      pipeline: [{ $match: { kind: 'a' } }, { $set: { more: '$$more' } }, { $sort: { _id: 1 } }],
      collation: ignoringCase,
      let: { more: 7 },
      hint: '_id_',
      comment: 'why',
      maxTimeMS: 5_000,
      allowDiskUse: true,
      readConcern: 'majority',
      readPreference: 'primaryPreferred',
    }
    expect(await core.read(Kind.aggregate, head, { model }).reply).toEqual([
      { ...seed[0], more: 7 },
      { ...seed[2], more: 7 },
    ])
    const range = { pipeline: [{ $unwind: '$scores' }, { $project: { _id: 0 } }], batchSize: 1 }
    const sizes: number[] = []
    const read = core.read(Kind.aggregate, range, { model }, (batch) => sizes.push(batch.length))
    expect(await read.reply).toHaveLength(2)
    expect(sizes.filter((size) => size === 1)).toHaveLength(2)
  })

  it('reads a large result in full, and in a transaction', async () => {
    const range = { $range: [0, 5_000] }
    const pipeline = [{ $limit: 1 }, { $project: { _id: 0, n: range } }, { $unwind: '$n' }]
    await seeded()
    const session = core.openSession()
    await core.run(Kind.startTransaction, {}, { session })
    for (const where of [{ model }, { model, session }]) {
      const rows = await core.read(Kind.aggregate, { pipeline }, where).reply
      expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: 5_000 }, (_, n) => n))
    }
    await core.run(Kind.commitTransaction, {}, { session })
    core.closeSession(session)
  })

  it.each([
    [{}, 'E_INVALID_QUERY'],
    [{ pipeline: {} }, 'E_INVALID_QUERY'],
    [{ pipeline: [1] }, 'E_INVALID_QUERY'],
    [{ pipeline: [], readPreference: 'best' }, 'E_INVALID_QUERY'],
    [{ pipeline: [], readConcern: 'best' }, 'E_SERVER_ERROR'],
    [{ pipeline: [{ $nothing: {} }] }, 'E_SERVER_ERROR'],
    [{ pipeline: [{ $match: { $expr: { $function: {} } } }] }, 'E_UNSAFE_OPERATOR'],
  ])('%j is %s', async (head, code) => {
    await expect(core.read(Kind.aggregate, head, { model }).reply).rejects.toMatchObject({ code })
  })
})

it('find takes the options of its command', async () => {
  await seeded()
  await entries.createIndex({ kind: 1 })
  const read = (head: object) =>
    core.read(Kind.find, { ...head, projection: { kind: 1 } }, { model }).reply
  const options = { allowDiskUse: false, readConcern: 'local', readPreference: 'nearest' }
  const range = { min: { kind: 'a' }, max: { kind: 'b' }, hint: { kind: 1 } }
  expect(await read({ ...options, ...range })).toEqual([{ _id: 1, kind: 'a' }])
  const filter = { $expr: { $eq: ['$kind', '$$wanted'] } }
  expect(await read({ filter, let: { wanted: 'b' } })).toEqual([{ _id: 2, kind: 'b' }])
  const counted = { filter: { kind: 'a' }, readConcern: 'majority', readPreference: 'primary' }
  expect(await core.run(Kind.count, counted, { model })).toEqual({ count: 1 })
})

it('distinct answers the values', async () => {
  await seeded()
  const head = { key: 'kind', comment: 'why', maxTimeMS: 5_000 }
  const values = async (more: object) =>
    (await core.run(Kind.distinct, { ...head, ...more }, { model })).values
  expect(await values({})).toEqual(['A', 'a', 'b'])
  expect(await values({ filter: { _id: { $gt: 1 } } })).toEqual(['A', 'b'])
  expect(await values({ collation: ignoringCase, readConcern: 'local' })).toHaveLength(2)
  expect(await values({ key: 'scores', readPreference: 'primary' })).toEqual([1, 5])
  await expect(core.run(Kind.distinct, {}, { model })).rejects.toMatchObject({
    code: 'E_INVALID_QUERY',
  })
})

it('update takes a pipeline, array filters and variables', async () => {
  await seeded()
  const update = (head: object) => core.run(Kind.update, head, { model })
  const pipeline = [{ $set: { kind: { $concat: ['$kind', '$$more'] } } }]
  await update({ filter: { _id: 2 }, update: pipeline, let: { more: '!' } })
  const arrayFilters = [{ high: { $gt: 3 } }]
  await update({
    filter: {},
    update: { $inc: { 'scores.$[high]': 10 } },
    arrayFilters,
    multi: false,
  })
  expect(await entries.find().sort({ _id: 1 }).toArray()).toEqual([
    { _id: 1, kind: 'a', scores: [1, 15] },
    { _id: 2, kind: 'b!' },
    { _id: 3, kind: 'A' },
  ])
})

describe('findAndModify', () => {
  const modify = (head: object) => core.read(Kind.findAndModify, head, { model }).reply

  it('changes, replaces or deletes one document and answers it', async () => {
    await seeded()
    const set = { update: { $set: { kind: 'x' } } }
    expect(await modify({ filter: { _id: 1 }, ...set, projection: { kind: 1 } })).toEqual([
      { _id: 1, kind: 'a' },
    ])
    const last = { filter: { kind: 'a' }, sort: { _id: -1 }, collation: ignoringCase }
    expect(await modify({ ...last, ...set, returnNew: true })).toEqual([{ _id: 3, kind: 'x' }])
    const arrayFilters = [{ high: 5 }]
    const inner = { update: { $set: { 'scores.$[high]': 6 } }, arrayFilters, returnNew: true }
    expect(await modify({ filter: { _id: 1 }, ...inner })).toEqual([
      { _id: 1, kind: 'x', scores: [1, 6] },
    ])
    const pipeline = { update: [{ $set: { kind: '$$kind' } }], let: { kind: 'y' }, returnNew: true }
    expect(await modify({ filter: { _id: 2 }, hint: '_id_', ...pipeline })).toEqual([
      { _id: 2, kind: 'y' },
    ])
    const replacement = { kind: 'z', nested: { $where: 'data' } }
    expect(
      await modify({ filter: { _id: 4 }, replacement, upsert: true, returnNew: true }),
    ).toEqual([{ _id: 4, ...replacement }])
    expect(await modify({ filter: { _id: 5 }, ...set })).toEqual([])
    expect(await modify({ filter: { _id: 4 }, remove: true, comment: 'why' })).toEqual([
      { _id: 4, ...replacement },
    ])
    expect(await entries.countDocuments()).toBe(3)
  })

  it('names the fields of a unique index, and refuses what is no modification', async () => {
    await seeded()
    await db.collection('unique').createIndex({ tenant: 1, email: 1 }, { unique: true })
    const where = { model: core.model('unique') }
    const insert = { update: { $set: { tenant: 1, email: 'secret' } }, upsert: true }
    const run = (filter: object) =>
      core.read(Kind.findAndModify, { filter, ...insert }, where).reply
    expect(await run({ _id: 1 })).toEqual([])
    await expect(run({ _id: 2 })).rejects.toMatchObject({
      code: 'E_DUPLICATE_KEY',
      keys: ['tenant', 'email'],
      message: expect.not.stringContaining('secret'),
    })
    for (const head of [{}, { update: {}, remove: true }, { update: {}, replacement: {} }]) {
      await expect(modify(head)).rejects.toMatchObject({ code: 'E_INVALID_QUERY' })
    }
    const unsafe = { update: [{ $set: { a: { $function: {} } } }] }
    await expect(modify(unsafe)).rejects.toMatchObject({ code: 'E_UNSAFE_OPERATOR' })
  })
})

describe('command', () => {
  it('answers what the server answers', async () => {
    await seeded()
    const count = await core.run(Kind.command, { command: { count: 'entries', query: {} } })
    expect(count).toMatchObject({ n: 3, ok: 1 })
    const command = { listDatabases: 1, nameOnly: true, filter: { name } }
    expect(await core.run(Kind.command, { command, admin: true })).toMatchObject({
      databases: [{ name }],
    })
    await expect(core.run(Kind.command, { command })).rejects.toMatchObject({ serverCode: 13 })
  })

  it('takes part in a transaction', async () => {
    await seeded()
    const session = core.openSession()
    await core.run(Kind.startTransaction, {}, { session })
    const command = { delete: 'entries', deletes: [{ q: {}, limit: 0 }] }
    expect(await core.run(Kind.command, { command }, { session })).toMatchObject({ n: 3 })
    expect(await entries.countDocuments()).toBe(3)
    await core.run(Kind.commitTransaction, {}, { session })
    core.closeSession(session)
    expect(await entries.countDocuments()).toBe(0)
  })

  it.each([
    [{}, 'E_INVALID_QUERY'],
    [{ command: {} }, 'E_INVALID_QUERY'],
    [{ command: 'ping' }, 'E_INVALID_QUERY'],
    [{ command: { noSuchCommand: Long.ONE } }, 'E_SERVER_ERROR'],
    [{ command: { mapReduce: 'entries', map: '', reduce: '' } }, 'E_UNSAFE_OPERATOR'],
    [{ command: { explain: { mapReduce: 'entries' } } }, 'E_UNSAFE_OPERATOR'],
    [{ command: { find: 'entries', filter: { $where: '1' } } }, 'E_UNSAFE_OPERATOR'],
  ])('%j is %s', async (head, code) => {
    await expect(core.run(Kind.command, head)).rejects.toMatchObject({ code })
  })
})

describe('a request that asks for a span', () => {
  it('is answered as any other, whatever becomes of it', async () => {
    await seeded()
    const traced = { model, flags: Submission.trace }
    const filter = { _id: 2 }
    for (const where of [{ model }, traced]) {
      expect(await core.read(Kind.find, { filter }, where).reply).toEqual([seed[1]])
      const counts = [{}, { $nothing: 1 }].map(
        (wrong) => core.send(Kind.count, { filter: { ...filter, ...wrong } }, where).reply,
      )
      expect(await Promise.allSettled(counts)).toMatchObject([
        { status: 'fulfilled', value: { count: 1 } },
        { status: 'rejected', reason: { code: 'E_SERVER_ERROR' } },
      ])
    }
  })
})
