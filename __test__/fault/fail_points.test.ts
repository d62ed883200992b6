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
  // A fail point is no change of the topology: without this, the driver hears of it after 10 s.
  const url = `${server.uri}&heartbeatFrequencyMS=500&serverSelectionTimeoutMS=5000`
  model = faultModel({ url, database: 'fault', appName: APP_NAME })
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

/** What a server says of a fault after which the same may succeed, in a transaction and without. */
const LABELS = ['RetryableWriteError', 'TransientTransactionError']

/** Faults that happen once: what the driver may retry must succeed. */
const once: readonly (readonly [name: string, data: Record<string, unknown>])[] = [
  ['the connection is dropped', { closeConnection: true }],
  ['the server shuts down', { errorCode: 91, errorLabels: LABELS }],
  ['the primary steps down', { errorCode: 10107, errorLabels: LABELS }],
]

/** MongoDB cannot tell whether these were carried out, so no driver sends them again. */
const NOT_RETRIED = ['query update', 'increment', 'query delete', 'ping']
/** Only the first batch of a read is retried. */
const COMMANDS_ONCE = COMMANDS.filter((name) => name !== 'getMore')

describe.each(once)('when %s once', (_, data) => {
  it.each(Object.entries(OPERATIONS))('%s', async (name, operation) => {
    const entry = await Entry.create({ text: 'mine' })
    const fail = { failCommands: COMMANDS_ONCE, appName: APP_NAME, ...data }
    const outcome = await withFailPoint(client, fail, { times: 1 }, () =>
      outcomeOf(() => operation(Entry, entry)),
    )
    if (NOT_RETRIED.includes(name)) expect(isFine(outcome)).toBe(true)
    else expect(outcome).toBe('ok')
    // Retries store nothing twice, and what failed can be done afterwards.
    const added = { create: 1, 'create, coalesced': 1, createMany: 2 }[name] ?? 0
    expect(await entries().countDocuments({ text: { $in: ['new', 'a', 'b'] } })).toBe(added)
    expect(await outcomeOf(() => Entry.create({ text: 'after' }))).toBe('ok')
  })
})

const always: readonly (readonly [name: string, data: Record<string, unknown>, ends: RegExp])[] = [
  [
    'the connection is always dropped',
    { closeConnection: true },
    /^E_(CONNECTION_FAILED|SERVER_SELECTION_TIMEOUT)$/,
  ],
  ['commands are interrupted', { errorCode: 11601 }, /^E_SERVER_ERROR$/],
  ['the time limit is over', { errorCode: 50 }, /^E_TIMEOUT$/],
  ['nothing is allowed', { errorCode: 13 }, /^E_AUTHENTICATION_FAILED$/],
  ['the server is slow', { blockConnection: true, blockTimeMS: 150 }, /^ok$/],
]

describe.each(always)('while %s', (_, data, ends) => {
  it('every operation ends with its code, and works afterwards', async () => {
    const names = Object.keys(OPERATIONS)
    const made = await Entry.createMany(names.map(() => ({ text: 'mine' })))
    const started = performance.now()
    const fail = { failCommands: COMMANDS, appName: APP_NAME, ...data }
    const outcomes = await withFailPoint(client, fail, 'alwaysOn', () =>
      Promise.all(
        Object.values(OPERATIONS).map((operation, place) =>
          outcomeOf(() => operation(Entry, made[place] as (typeof made)[number])),
        ),
      ),
    )
    expect(performance.now() - started).toBeLessThan(8000)
    const wrong = names.flatMap((name, place) =>
      ends.test(outcomes[place] as string) ? [] : [[name, outcomes[place]]],
    )
    expect(wrong).toEqual([])
    for (const operation of Object.values(OPERATIONS)) {
      const entry = await Entry.create({ text: 'later' })
      expect(await outcomeOf(() => operation(Entry, entry))).toBe('ok')
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
