import { BSON, type Document } from 'mongodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, FakeServer } from '../helpers/fake_server.ts'
import { type FaultModel, faultModel } from './operations.ts'
import { taken, within } from './storms.ts'

let server: FakeServer
let model: ReturnType<typeof faultModel>
let Entry: FaultModel

beforeAll(async () => {
  server = await FakeServer.start()
  model = faultModel({ url: server.uri, retryReads: false, retryWrites: false })
  Entry = model.Entry
})
afterEach(() => {
  server.answer = () => undefined
})
afterAll(async () => {
  await model.database.closeAll()
  await server.stop()
})

const hex = (n: number) => n.toString(16).padStart(24, '0')
const unpersisted = (n: number) => Array.from({ length: n }, (_, at) => ({ text: `${at}` }))

/** An entry as it is after it was read. */
async function stored(id: string): Promise<InstanceType<FaultModel>> {
  const answer = server.answer
  server.answer = (command) =>
    'find' in command
      ? reading(command, [{ _id: new BSON.ObjectId(id), text: 'kept', count: 0 }])
      : undefined
  const entry = await Entry.findOrFail(id, { coalesce: false })
  server.answer = answer
  return entry
}

function reading(command: Document, firstBatch: Document[], id = 0n): Document {
  const ns = `${command.$db}.${command.find ?? command.aggregate}`
  return { ok: 1, cursor: { id: BSON.Long.fromBigInt(id), ns, firstBatch } }
}

/** Failures of a write as no server should tell them: of a document that was not sent, or twice. */
const WRONG_PLACES: readonly (readonly [string, unknown[]])[] = [
  ['beyond the batch', [7]],
  ['far beyond the batch', [2 ** 31 - 1]],
  ['beyond the batch as int64', [BSON.Long.fromNumber(2 ** 40)]],
  ['below zero', [-1]],
  ['twice', [0, 0]],
]

const failing =
  (name: string, places: readonly unknown[]): Answer =>
  (command) =>
    name in command
      ? {
          ok: 1,
          n: 0,
          nModified: 0,
          writeErrors: places.map((index) => ({ index, code: 11000, errmsg: 'E11000 duplicate' })),
        }
      : undefined

/** Ways to write several documents, by the command that they send. */
const WRITES: Readonly<Record<string, readonly [command: string, write: () => Promise<unknown>]>> =
  {
    createMany: ['insert', () => Entry.createMany(unpersisted(2), { atomic: false })],
    'create, coalesced': [
      'insert',
      () => Promise.all(unpersisted(2).map((one) => Entry.create(one, { coalesce: true }))),
    ],
    'save, coalesced': [
      'update',
      async () => {
        const entries = [await stored(hex(1)), await stored(hex(2))]
        return Promise.all(entries.map((one) => one.merge({ count: 2 }).save({ coalesce: true })))
      },
    ],
    'bulkWrite of inserts': [
      'insert',
      () => Entry.bulkWrite(unpersisted(2).map((insert) => ({ insert }))),
    ],
    'bulkWrite of updates': [
      'update',
      () =>
        Entry.bulkWrite((bulk) => {
          for (const text of ['a', 'b']) bulk.updateMany({ text }, { count: 1 })
        }),
    ],
    'bulkWrite of deletes': [
      'delete',
      () =>
        Entry.bulkWrite((bulk) => {
          for (const text of ['a', 'b']) bulk.deleteMany({ text })
        }),
    ],
    upsertMany: ['update', () => Entry.upsertMany(unpersisted(2), { by: ['text'] })],
  }

describe('23: failures of documents that were not sent', () => {
  describe.each(Object.entries(WRITES))('%s', (_, [command, write]) => {
    it.each(WRONG_PLACES)('%s', async (_name, places) => {
      server.answer = failing(command, places)
      await expect(within(5000, write())).rejects.toMatchObject({ code: 'E_INVALID_DOCUMENT' })
    })
  })
})

const NUMBERS = { int32: 3, int64: BSON.Long.fromNumber(3), double: new BSON.Double(3) }
const WRONG_NUMBERS = {
  'a text': '3',
  'below zero': -3,
  'a fraction': new BSON.Double(1.5),
  'no number': new BSON.Double(Number.NaN),
  nothing: undefined,
}

/** Ways to learn how many documents were written. */
const COUNTS: Readonly<Record<string, () => Promise<number>>> = {
  'bulkWrite: updated': async () => {
    const { matched } = await Entry.bulkWrite((bulk) =>
      bulk.updateMany({ text: 'a' }, { count: 1 }),
    )
    return matched
  },
  'bulkWrite: deleted': async () => {
    const { deleted } = await Entry.bulkWrite((bulk) => bulk.deleteMany({ text: 'a' }))
    return deleted
  },
}

describe('23: counts', () => {
  const counting = (number: unknown): Answer => {
    return (command) =>
      'update' in command || 'delete' in command
        ? { ok: 1, n: number, nModified: number }
        : undefined
  }

  describe.each(Object.entries(COUNTS))('%s', (_, count) => {
    it.each(Object.entries(NUMBERS))('as %s are what they say', async (_name, number) => {
      server.answer = counting(number)
      expect(await count()).toBe(3)
    })

    it.each(Object.entries(WRONG_NUMBERS))('%s is no count', async (_name, number) => {
      server.answer = counting(number)
      await expect(count()).rejects.toMatchObject({ code: 'E_INVALID_DOCUMENT' })
    })
  })

  it('of a query that writes are what they say, or an error', async () => {
    for (const number of [...Object.values(NUMBERS), ...Object.values(WRONG_NUMBERS)]) {
      server.answer = counting(number)
      const outcome = await Entry.query()
        .where('text', 'a')
        .delete()
        .then(Number, (error: { code: string }) => error.code)
      expect([3, 'E_INVALID_DOCUMENT', 'E_SERVER_ERROR']).toContain(outcome)
    }
  })

  it('above what was sent are no success', async () => {
    server.answer = counting(7)
    const [one, other] = [await stored(hex(1)), await stored(hex(2))]
    server.answer = counting(7)
    const saving = [one, other].map((entry) => entry.merge({ count: 2 }).save({ coalesce: true }))
    for (const outcome of await Promise.allSettled(saving)) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'E_INVALID_DOCUMENT' },
      })
    }
  })
})

describe('23: a cursor of endless empty batches', () => {
  const endless: Answer = (command) => {
    if ('find' in command || 'aggregate' in command) return reading(command, [], 5n)
    if (!('getMore' in command)) return undefined
    const ns = `${command.$db}.${command.collection}`
    return { ok: 1, cursor: { id: BSON.Long.fromNumber(5), ns, nextBatch: [] } }
  }
  const limits = { timeout: 300 }
  const reads: Readonly<Record<string, () => Promise<unknown>>> = {
    query: () => Entry.query(limits).exec(),
    'query of models by key': () => Entry.findMany([hex(1), hex(2)], limits),
    pojo: () => Entry.query(limits).pojo().exec(),
    toJson: () => Entry.query(limits).toJson(),
    aggregate: () => Entry.aggregate(limits).match({ text: 'a' }).exec(),
    cursor: async () => {
      for await (const entry of Entry.query(limits).cursor()) return entry
    },
  }

  it.each(Object.entries(reads))('%s ends in time', async (_, read) => {
    server.answer = endless
    const started = performance.now()
    await expect(within(5000, read())).rejects.toMatchObject({ code: 'E_TIMEOUT' })
    expect(performance.now() - started).toBeLessThan(3000)
    server.answer = () => undefined
    expect(await taken(() => Entry.query().exec())).toBeLessThan(1500)
  })

  it('empty batches between others are no end', async () => {
    let left = 5
    server.answer = (command) => {
      const rows = left-- % 2 === 0 ? [{ _id: new BSON.ObjectId(), text: `${left}` }] : []
      const id = BSON.Long.fromNumber(left > 0 ? 5 : 0)
      if ('find' in command) return reading(command, rows, 5n)
      const ns = `${command.$db}.${command.collection}`
      return 'getMore' in command ? { ok: 1, cursor: { id, ns, nextBatch: rows } } : undefined
    }
    expect(await Entry.query().batchSize(1).exec()).toHaveLength(2)
  })
})
