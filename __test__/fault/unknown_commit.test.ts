import {
  afterCommit,
  afterRollback,
  BaseModel,
  column,
  Database,
  errors,
  LucentError,
  type TransactionClient,
} from 'lucent-odm'
import { MongoClient } from 'mongodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { OwnMongod } from '../helpers/own_mongod.ts'
import { withFailPoint } from '../helpers/server.ts'
import { TcpProxy } from '../helpers/tcp_proxy.ts'

const UNKNOWN = 'UnknownTransactionCommitResult'
const LIMIT = 2000
const APP_NAME = 'unknown commit'

let server: OwnMongod
let witness: MongoClient
let proxy: TcpProxy
let database: Database
let told: string[]

class Entry extends BaseModel {
  static override collection = 'entries'
  @column({ isPrimary: true }) declare id: string
  @column() declare text: string

  @afterCommit()
  static committed() {
    told.push('hook commit')
  }

  @afterRollback()
  static rolledBack() {
    told.push('hook rollback')
  }
}

beforeAll(async () => {
  server = await OwnMongod.start(['--setParameter', 'enableTestCommands=1'], { replicaSet: true })
  witness = new MongoClient(server.uri)
  proxy = await TcpProxy.start(server.port)
}, 60_000)
afterAll(async () => {
  await proxy.stop()
  await witness.close()
  await server.stop()
})

const entries = () => witness.db('commits').collection('entries')

beforeEach(async () => {
  told = []
  const settings = { url: proxy.uri, database: 'commits', appName: APP_NAME }
  database = new Database({
    connection: 'main',
    connections: { main: { ...settings, timeoutMS: LIMIT }, patient: settings },
  })
  Entry.useDatabase(database)
  await entries().deleteMany({})
  // What the first use of a connection takes is no part of what is measured.
  const ping = () => database.connection().ping()
  await expect.poll(() => ping().then(Boolean, () => false), { timeout: 20_000 }).toBe(true)
})
afterEach(async () => {
  proxy.heal()
  await Promise.all(database.connections.map((one) => one.close({ patienceMS: 100 })))
})

/** Notes which of the transaction's ends is told. */
function listen(trx: TransactionClient): void {
  for (const end of ['commit', 'rollback', 'unknown'] as const) {
    trx.after(end, () => told.push(end))
  }
}

/** What the work rejects with, and how long that took. */
async function failureOf(work: () => Promise<unknown>) {
  const started = performance.now()
  const error = await work().catch((error: unknown) => error)
  expect(error).toBeInstanceOf(LucentError)
  return { error: error as LucentError, milliseconds: performance.now() - started }
}

describe('F2: a commit whose replies are lost', () => {
  it('by hand: its outcome is unknown, within the time limit', async () => {
    const trx = await database.transaction()
    listen(trx)
    const entry = await Entry.create({ text: 'a' }, { client: trx })
    proxy.loseReplies()
    const { error, milliseconds } = await failureOf(() => trx.commit())
    expect(error.code).toBe('E_TIMEOUT')
    expect(error.errorLabels).toEqual([UNKNOWN])
    expect(milliseconds).toBeLessThan(3 * LIMIT)
    expect(told).toEqual(['unknown'])
    expect(trx.isCompleted).toBe(true)
    // It was committed, and the instance is not told otherwise.
    expect(await entries().countDocuments()).toBe(1)
    expect(entry).toMatchObject({ $isPersisted: true, $isDirty: false, text: 'a' })
    expect(entry.$trx).toBeUndefined()
    await expect(trx.rollback()).rejects.toBeInstanceOf(errors.E_TRANSACTION_COMPLETED)
    await expect(Entry.create({ text: 'late' }, { client: trx })).rejects.toBeInstanceOf(
      errors.E_TRANSACTION_COMPLETED,
    )
    expect(told).toEqual(['unknown'])
  })

  it('managed: the callback runs once, and the same is told', async () => {
    let runs = 0
    let entry: Entry | undefined
    const { error, milliseconds } = await failureOf(() =>
      database.transaction(async (trx) => {
        runs++
        listen(trx)
        entry = await Entry.create({ text: 'a' }, { client: trx })
        proxy.loseReplies()
      }),
    )
    expect(error.errorLabels).toEqual([UNKNOWN])
    expect(milliseconds).toBeLessThan(3 * LIMIT)
    expect([runs, told]).toEqual([1, ['unknown']])
    expect(await entries().countDocuments()).toBe(1)
    expect(entry).toMatchObject({ $isPersisted: true, $isDirty: false, text: 'a' })
  })

  const OWN: Readonly<Record<string, () => Promise<unknown>>> = {
    createMany: () => Entry.createMany([{ text: 'a' }, { text: 'b' }]),
    updateOrCreate: () => Entry.updateOrCreate({ text: 'a' }, { text: 'b' }),
    updateOrCreateMany: () => Entry.updateOrCreateMany('text', [{ text: 'a' }]),
    fetchOrCreateMany: () => Entry.fetchOrCreateMany('text', [{ text: 'a' }]),
  }

  it.each(Object.entries(OWN))('of the transaction that %s opens', async (_, work) => {
    proxy.onRequest = (data) => {
      if (data.includes('commitTransaction\0')) proxy.loseReplies()
    }
    const { error, milliseconds } = await failureOf(work)
    proxy.onRequest = undefined
    expect(error.hasErrorLabel(UNKNOWN)).toBe(true)
    expect(milliseconds).toBeLessThan(3 * LIMIT)
    expect(told).toEqual([])
    expect(await entries().countDocuments()).toBeGreaterThan(0)
  })

  it('and callbacks for that end which throw are warnings', async () => {
    const warnings: Error[] = []
    const note = (warning: Error) => warnings.push(warning)
    process.on('warning', note)
    const mine = new Error('mine')
    const trx = await database.transaction()
    trx.after('unknown', () => Promise.reject(mine))
    listen(trx)
    await Entry.create({ text: 'a' }, { client: trx })
    proxy.loseReplies()
    const { error } = await failureOf(() => trx.commit())
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', note)
    expect(error.hasErrorLabel(UNKNOWN)).toBe(true)
    expect(warnings).toContain(mine)
    expect(told).toEqual(['unknown'])
  })
})

describe('F2: commit() again', () => {
  async function lost(cut: () => void) {
    const trx = await database.transaction()
    listen(trx)
    const entry = await Entry.create({ text: 'a' }, { client: trx })
    cut()
    await failureOf(() => trx.commit())
    expect(told).toEqual(['unknown'])
    return { trx, entry }
  }

  it('finds out that it was committed', async () => {
    const { trx, entry } = await lost(() => proxy.loseReplies())
    proxy.heal()
    await trx.commit()
    expect(told).toEqual(['unknown', 'commit', 'hook commit'])
    expect(entry.$isPersisted).toBe(true)
    await expect(trx.commit()).rejects.toBeInstanceOf(errors.E_TRANSACTION_COMPLETED)
  })

  it('finds out that it was not', async () => {
    const { trx, entry } = await lost(() => proxy.blackhole())
    await witness.db('admin').command({ killAllSessions: [] })
    proxy.heal()
    await expect(trx.commit()).rejects.toBeInstanceOf(LucentError)
    expect(told).toEqual(['unknown', 'rollback', 'hook rollback'])
    expect(entry.$isPersisted).toBe(false)
    expect(await entries().countDocuments()).toBe(0)
  })

  it('leaves it unknown while there is no answer, and after the connection was closed', async () => {
    const { trx } = await lost(() => proxy.loseReplies())
    await failureOf(() => trx.commit())
    await database.connection().close({ patienceMS: 100 })
    await failureOf(() => trx.commit())
    expect(told).toEqual(['unknown'])
    expect(trx.isCompleted).toBe(true)
  })
})

describe('F2: a commit is repeated by the drivers’ rules', () => {
  const COMMIT = { failCommands: ['commitTransaction'], appName: APP_NAME }

  it.each([
    ['the network broke', { closeConnection: true }],
    ['the primary steps down', { errorCode: 10107, errorLabels: ['RetryableWriteError'] }],
    ['the write concern was not met', { writeConcernError: { code: 64, errmsg: 'time out' } }],
  ])('by hand too: %s', async (_, data) => {
    const trx = await database.connection('patient').transaction()
    listen(trx)
    await Entry.create({ text: 'a' }, { client: trx })
    await withFailPoint(witness, { ...COMMIT, ...data }, { times: 5 }, () => trx.commit())
    expect(told).toEqual(['commit', 'hook commit'])
    expect(await entries().countDocuments()).toBe(1)
  })

  it('with a majority from the second time on', async () => {
    const sent: boolean[] = []
    const trx = await database.transaction({ writeConcern: { w: 1 } })
    await Entry.create({ text: 'a' }, { client: trx })
    proxy.onRequest = (data) => {
      if (data.includes('commitTransaction\0')) sent.push(data.includes('majority'))
    }
    const fail = { ...COMMIT, errorCode: 64, errorLabels: [UNKNOWN] }
    await withFailPoint(witness, fail, { times: 2 }, () => trx.commit())
    proxy.onRequest = undefined
    expect(sent).toEqual([false, true, true])
  })

  it('not when it ran into its own limit', async () => {
    const trx = await database.transaction()
    listen(trx)
    await Entry.create({ text: 'a' }, { client: trx })
    const fail = { ...COMMIT, errorCode: 50 }
    const { error, milliseconds } = await withFailPoint(witness, fail, 'alwaysOn', () =>
      failureOf(() => trx.commit()),
    )
    expect(error.errorLabels).toEqual([UNKNOWN])
    expect(milliseconds).toBeLessThan(LIMIT)
    expect(told).toEqual(['unknown'])
  })

  it('and a commit that was never sent is a rollback', async () => {
    const trx = await database.transaction()
    listen(trx)
    const entry = await Entry.create({ text: 'a' }, { client: trx })
    const fail = { ...COMMIT, errorCode: 112, errorLabels: ['TransientTransactionError'] }
    const { error } = await withFailPoint(witness, fail, { times: 1 }, () =>
      failureOf(() => trx.commit()),
    )
    expect(error.code).toBe('E_WRITE_CONFLICT')
    expect(told).toEqual(['rollback', 'hook rollback'])
    expect(entry.$isPersisted).toBe(false)
  })
})
