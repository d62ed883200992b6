import { BaseModel, column, Database, LucentError } from 'lucent-odm'
import { MongoClient } from 'mongodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../helpers/encryption.ts'
import { OwnMongod } from '../helpers/own_mongod.ts'
import { withFailPoint } from '../helpers/server.ts'
import { TcpProxy } from '../helpers/tcp_proxy.ts'

const APP_NAME = 'retried writes'
const LABEL = 'RetryableWriteError'

let server: OwnMongod
let witness: MongoClient
let proxy: TcpProxy
let database: Database

class Entry extends BaseModel {
  static override collection = 'entries'
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column() declare count: number
  @column.encrypted() declare secret: string
}

beforeAll(async () => {
  server = await OwnMongod.start(['--setParameter', 'enableTestCommands=1'], { replicaSet: true })
  witness = new MongoClient(server.uri)
  proxy = await TcpProxy.start(server.port)
  // A fail point is no change of the topology: without this, the driver hears of it after 10 s.
  const url = `${proxy.uri}&heartbeatFrequencyMS=500`
  const settings = { url, database: 'retries', encryption: TEST_KEYS, appName: APP_NAME }
  database = new Database({
    connection: 'main',
    connections: {
      main: settings,
      once: { ...settings, retryWrites: false },
    },
  })
  Entry.useDatabase(database)
}, 60_000)
afterAll(async () => {
  await database.closeAll()
  await proxy.stop()
  await witness.close()
  await server.stop()
})

const entries = () => witness.db('retries').collection('entries')

let rows: Entry[]
beforeEach(async () => {
  await entries().deleteMany({})
  rows = await Entry.createMany(['a', 'b', 'c'].map((key) => ({ key, count: 0, secret: 'before' })))
})
afterEach(() => proxy.heal())

/** Writes that the core writes itself, and how often `count` was incremented after each. */
const WRITES: Readonly<
  Record<string, { command: string; run(): Promise<unknown>; counts: readonly number[] }>
> = {
  'bulkWrite: updates': {
    command: 'update',
    run: () =>
      Entry.bulkWrite((bulk) => {
        for (const { id } of rows) bulk.updateOne({ id }, (update) => update.increment('count'))
      }),
    counts: [1, 1, 1],
  },
  'bulkWrite: an upsert': {
    command: 'update',
    run: () => Entry.bulkWrite((bulk) => bulk.upsert({ key: 'd' }, { count: 1 })),
    counts: [0, 0, 0, 1],
  },
  'bulkWrite: deletes': {
    command: 'delete',
    run: () => Entry.bulkWrite((bulk) => bulk.deleteOne({ key: 'a' })),
    counts: [0, 0],
  },
  bulkSave: {
    command: 'update',
    run: () => Entry.bulkSave(rows.map((row) => row.merge({ count: 1 }))),
    counts: [1, 1, 1],
  },
  bulkDelete: {
    command: 'delete',
    run: () => Entry.bulkDelete(rows.slice(1)),
    counts: [0],
  },
  upsertMany: {
    command: 'update',
    run: () =>
      Entry.upsertMany(
        ['a', 'z'].map((key) => ({ key, count: 1 })),
        { by: ['key'] },
      ),
    counts: [0, 0, 1, 1],
  },
  'saves that share a command': {
    command: 'update',
    run: () => Promise.all(rows.map((row) => row.merge({ count: 1 }).save({ coalesce: true }))),
    counts: [1, 1, 1],
  },
  'an update of encrypted columns': {
    command: 'update',
    run: () =>
      Entry.query()
        .all()
        .modify((update) => update.increment('count').set({ secret: 'after' })),
    counts: [1, 1, 1],
  },
  'bulkWrite: an update of encrypted columns': {
    command: 'update',
    run: () =>
      Entry.bulkWrite((bulk) =>
        bulk.updateMany({ count: 0 }, (update) => update.increment('count').set({ secret: 'x' })),
      ),
    counts: [1, 1, 1],
  },
}

const counts = async () =>
  (await entries().find().sort({ count: 1, key: 1 }).toArray()).map(({ count }) => count)

async function failureOf(work: () => Promise<unknown>): Promise<LucentError> {
  const error = await work().catch((error: unknown) => error)
  expect(error).toBeInstanceOf(LucentError)
  return error as LucentError
}

describe.each(Object.entries(WRITES))('21: %s', (_, { command, run, counts: expected }) => {
  const fail = (data: object) => ({ failCommands: [command], appName: APP_NAME, ...data })

  it('is sent again when the connection breaks before it is carried out', async () => {
    await withFailPoint(witness, fail({ closeConnection: true }), { times: 1 }, run)
    expect(await counts()).toEqual(expected)
  })

  it('is carried out once when its reply is lost', async () => {
    proxy.loseReplyTo(command)
    await run()
    expect(await counts()).toEqual(expected)
  })

  it.each([
    [91, 'a shutdown'],
    [10107, 'a step-down'],
  ])('is sent again after code %d, %s', async (errorCode) => {
    const data = fail({ errorCode, errorLabels: [LABEL] })
    await withFailPoint(witness, data, { times: 1 }, run)
    expect(await counts()).toEqual(expected)
  })

  it('is sent again after a write concern error that says so', async () => {
    const writeConcernError = { code: 91, errmsg: 'shutting down', errorLabels: [LABEL] }
    const data = fail({ writeConcernError, errorLabels: [LABEL] })
    await withFailPoint(witness, data, { times: 1 }, run)
    expect(await counts()).toEqual(expected)
  })

  it('is sent twice and no more; the error has the label', async () => {
    const sent: number[] = []
    proxy.onRequest = (data) => {
      if (data.includes('txnNumber\0') && data.includes(`${command}\0`)) sent.push(1)
    }
    const data = fail({ errorCode: 91, errorLabels: [LABEL] })
    const failed = await withFailPoint(witness, data, 'alwaysOn', () => failureOf(run))
    // A bulk write that came to its end reports the failures of its statements.
    const error = failed.code === 'E_BULK_WRITE' ? (failed.cause as LucentError) : failed
    proxy.onRequest = undefined
    expect(error).toMatchObject({ code: 'E_CONNECTION_FAILED', status: 503, serverCode: 91 })
    expect(error.hasErrorLabel(LABEL)).toBe(true)
    expect(sent.length).toBe(2)
  })
})

describe('21: not sent again', () => {
  const drop = { failCommands: ['update', 'delete'], closeConnection: true, appName: APP_NAME }

  it('with retryWrites: false', async () => {
    const error = await withFailPoint(witness, drop, { times: 1 }, () =>
      failureOf(() =>
        Entry.bulkWrite((bulk) => bulk.updateOne({ key: 'a' }, { count: 1 }), {
          connection: 'once',
        }),
      ),
    )
    expect(error.code).toBe('E_CONNECTION_FAILED')
    expect(error.errorLabels).toBeUndefined()
    expect(await counts()).toEqual([0, 0, 0])
  })

  it.each([
    ['updateMany', () => Entry.bulkWrite((bulk) => bulk.updateMany({ count: 0 }, { count: 1 }))],
    ['deleteMany', () => Entry.bulkWrite((bulk) => bulk.deleteMany({ count: 0 }))],
    ['query update', () => Entry.query().where('count', 0).update({ count: 1 })],
  ])('%s: a server keeps no account of statements that change many', async (_, work) => {
    const error = await withFailPoint(witness, drop, { times: 1 }, () => failureOf(work))
    expect(error.code).toBe('E_CONNECTION_FAILED')
    expect(error.errorLabels).toBeUndefined()
    expect(await counts()).toEqual([0, 0, 0])
  })

  it('in a transaction: the whole of it is repeated', async () => {
    let runs = 0
    await withFailPoint(witness, drop, { times: 1 }, () =>
      database.transaction(async (trx) => {
        runs++
        await Entry.bulkWrite(
          (bulk) => bulk.updateOne({ key: 'a' }, (update) => update.increment('count')),
          { client: trx },
        )
      }),
    )
    expect(runs).toBe(2)
    expect(await counts()).toEqual([0, 0, 1])
  })
})

describe('21: numbers of writes', () => {
  it('grow across many writes at once, beside those of the driver, and after lost replies', async () => {
    for (let round = 0; round < 5; round++) {
      if (round === 2) proxy.loseReplyTo('update', 3)
      await Promise.all(
        Array.from({ length: 20 }, async (_, place) => {
          const { id } = rows[place % rows.length] as Entry
          const query = Entry.query().where('id', id)
          if (place % 2 === 0) {
            await Entry.bulkWrite((bulk) => bulk.updateOne({ id }, (one) => one.increment('count')))
          } else {
            await query.updateOne({ key: `${round}` })
          }
        }),
      )
    }
    const all = await entries().find().toArray()
    expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(50)
  })

  it('are left out on a server that is no replica set', async () => {
    const alone = await OwnMongod.start()
    const lonely = new Database({
      connection: 'alone',
      connections: { alone: { url: alone.uri, database: 'alone' } },
    })
    class Row extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column() declare count: number
    }
    Row.useDatabase(lonely)
    try {
      const made = await Row.createMany([{ count: 1 }, { count: 1 }], { atomic: false })
      for (let round = 2; round < 5; round++) {
        await Row.bulkSave(made.map((row) => row.merge({ count: round })))
        expect((await Row.all()).map(({ count }) => count)).toEqual([round, round])
      }
    } finally {
      await lonely.closeAll()
      await alone.stop()
    }
  })
})
