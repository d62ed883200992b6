import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { OwnMongod } from '../helpers/own_mongod.ts'
import { withFailPoint } from '../helpers/server.ts'
import { type FaultModel, faultModel, isFine, OPERATIONS, outcomeOf } from './operations.ts'

const APP_NAME = 'fault suite'
const COMMANDS = ['insert', 'update', 'delete', 'find', 'aggregate', 'getMore', 'ping']

let server: OwnMongod
let client: MongoClient
let model: ReturnType<typeof faultModel>
let Entry: FaultModel

beforeAll(async () => {
  const args = ['--setParameter', 'enableTestCommands=1']
  server = await OwnMongod.start(args, { replicaSet: true })
  client = new MongoClient(server.uri)
  model = faultModel({ url: server.uri, database: 'fault', appName: APP_NAME })
  Entry = model.Entry
}, 60_000)

afterAll(async () => {
  await model.database.closeAll()
  await client.close()
  await server.stop()
})

const entries = () => client.db('fault').collection('entries')

beforeEach(async () => {
  await entries().deleteMany({})
  await entries().insertMany(Array.from({ length: 7 }, () => ({ text: 'kept', count: 0 })))
})

interface Fault {
  readonly name: string
  readonly data: Record<string, unknown>
  readonly mode: 'alwaysOn' | { times: number }
  /** What operations that cannot be retried must not end with. */
  readonly never?: string
  /** What every operation must end with. */
  readonly ends?: RegExp
}

const faults: readonly Fault[] = [
  { name: 'the connection is dropped once', data: { closeConnection: true }, mode: { times: 1 } },
  {
    name: 'the connection is always dropped',
    data: { closeConnection: true },
    mode: 'alwaysOn',
    ends: /^E_(CONNECTION_FAILED|SERVER_SELECTION_TIMEOUT)$/,
  },
  {
    name: 'the server shuts down once',
    data: { errorCode: 91, errorLabels: ['RetryableWriteError'] },
    mode: { times: 1 },
  },
  {
    name: 'the primary steps down once',
    data: { errorCode: 10107, errorLabels: ['RetryableWriteError'] },
    mode: { times: 1 },
  },
  {
    name: 'the command is interrupted',
    data: { errorCode: 11601 },
    mode: 'alwaysOn',
    ends: /^E_SERVER_ERROR$/,
  },
  {
    name: 'the time limit is over',
    data: { errorCode: 50 },
    mode: 'alwaysOn',
    ends: /^E_TIMEOUT$/,
  },
  {
    name: 'the command is not allowed',
    data: { errorCode: 13 },
    mode: 'alwaysOn',
    ends: /^E_AUTHENTICATION_FAILED$/,
  },
  {
    name: 'the server is slow',
    data: { blockConnection: true, blockTimeMS: 150 },
    mode: 'alwaysOn',
    ends: /^ok$/,
  },
]

describe.each(faults)('$name', ({ data, mode, ends }) => {
  it.each(Object.entries(OPERATIONS))('%s', async (_, operation) => {
    const entry = await Entry.create({ text: 'mine' })
    const started = performance.now()
    const outcome = await withFailPoint(
      client,
      { failCommands: COMMANDS, appName: APP_NAME, ...data },
      mode,
      () => outcomeOf(() => operation(Entry, entry)),
    )
    if (ends === undefined) expect(isFine(outcome)).toBe(true)
    else expect(outcome).toMatch(ends)
    expect(performance.now() - started).toBeLessThan(8000)
    // Retries store nothing twice, and what failed can be done afterwards.
    expect(await entries().countDocuments({ text: { $in: ['new', 'a', 'b'] } })).toBeLessThan(3)
    expect(await outcomeOf(() => Entry.create({ text: 'after' }))).toBe('ok')
    expect(await entries().countDocuments({ text: 'after' })).toBe(1)
  })
})

describe('what can be retried is retried', () => {
  it.each([
    'create',
    'createMany',
    'save',
    'delete',
    'refresh',
    'find',
    'find on its own',
    'query',
    'first',
    'count',
    'paginate',
    'create, coalesced',
  ])('%s', async (name) => {
    for (const data of [
      { closeConnection: true },
      { errorCode: 91, errorLabels: ['RetryableWriteError'] },
    ]) {
      const entry = await Entry.create({ text: 'mine' })
      const fail = { failCommands: COMMANDS, appName: APP_NAME, ...data }
      const operation = OPERATIONS[name] as (typeof OPERATIONS)[string]
      const outcome = await withFailPoint(client, fail, { times: 1 }, () =>
        outcomeOf(() => operation(Entry, entry)),
      )
      expect(outcome).toBe('ok')
    }
  })
})

describe('after a failed write', () => {
  it('the instance is as before, and can be saved again', async () => {
    const fail = {
      failCommands: ['insert', 'update', 'delete'],
      errorCode: 11601,
      appName: APP_NAME,
    }
    const fresh = new Entry().merge({ text: 'fresh' })
    const stored = await Entry.create({ text: 'stored' })
    const gone = await Entry.create({ text: 'gone' })
    await withFailPoint(client, fail, 'alwaysOn', async () => {
      expect(await outcomeOf(() => fresh.save())).toBe('E_SERVER_ERROR')
      expect(await outcomeOf(() => stored.merge({ count: 9 }).save())).toBe('E_SERVER_ERROR')
      expect(await outcomeOf(() => gone.delete())).toBe('E_SERVER_ERROR')
    })
    expect([fresh.$isPersisted, fresh.id, fresh.text]).toEqual([false, undefined, 'fresh'])
    expect([stored.$dirty, gone.$isDeleted]).toEqual([{ count: 9 }, false])
    await Promise.all([fresh.save(), stored.save(), gone.delete()])
    expect(await entries().countDocuments({ text: 'fresh' })).toBe(1)
    expect(await entries().countDocuments({ text: 'stored', count: 9 })).toBe(1)
    expect(await entries().countDocuments({ text: 'gone' })).toBe(0)
  })
})

it('a time limit of a query is E_TIMEOUT', async () => {
  const admin = client.db('admin')
  await admin.command({ configureFailPoint: 'maxTimeAlwaysTimeOut', mode: 'alwaysOn' })
  try {
    const query = () => Entry.query().timeout(5000)
    for (const act of [() => query().exec(), () => query().first(), () => query().count()]) {
      await expect(act()).rejects.toMatchObject({ code: 'E_TIMEOUT', status: 504, model: 'Entry' })
    }
    expect(await outcomeOf(() => Entry.query().exec())).toBe('ok')
  } finally {
    await admin.command({ configureFailPoint: 'maxTimeAlwaysTimeOut', mode: 'off' })
  }
})

it('a write that is applied but not acknowledged as asked is E_WRITE_CONCERN', async () => {
  const fail = {
    failCommands: ['insert'],
    writeConcernError: { code: 64, codeName: 'WriteConcernTimeout', errmsg: 'timed out' },
    appName: APP_NAME,
  }
  const outcome = await withFailPoint(client, fail, { times: 1 }, () =>
    outcomeOf(() => Entry.create({ text: 'applied' })),
  )
  expect(outcome).toBe('E_WRITE_CONCERN')
  expect(await entries().countDocuments({ text: 'applied' })).toBe(1)
})
