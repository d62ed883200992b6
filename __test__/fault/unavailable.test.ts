import { BaseModel, column, Database, errors, LucentError } from 'lucent-odm'
import { MongoClient } from 'mongodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../helpers/encryption.ts'
import { freePort, OwnMongod } from '../helpers/own_mongod.ts'
import { withFailPoint } from '../helpers/server.ts'

const APP_NAME = 'unavailable'

let server: OwnMongod
let witness: MongoClient

class Entry extends BaseModel {
  static override collection = 'entries'
  @column({ isPrimary: true }) declare id: string
  @column() declare text: string
  @column() declare place: number
  @column.encrypted() declare secret: string
}

beforeAll(async () => {
  server = await OwnMongod.start(['--setParameter', 'enableTestCommands=1'], { replicaSet: true })
  witness = new MongoClient(server.uri)
}, 60_000)
afterAll(async () => {
  await witness.close()
  await server.stop()
})

const opened: Database[] = []
function connect(url: string, settings: object = {}): Database {
  const database = new Database({
    connection: 'main',
    connections: {
      main: { url, database: 'unavailable', encryption: TEST_KEYS, appName: APP_NAME, ...settings },
    },
  })
  Entry.useDatabase(database)
  opened.push(database)
  return database
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.closeAll()))
})

async function failureOf(work: () => Promise<unknown>): Promise<LucentError> {
  const error = await work().catch((error: unknown) => error)
  expect(error).toBeInstanceOf(LucentError)
  return error as LucentError
}

describe('F6: E_TRANSACTIONS_UNSUPPORTED is said by a server', () => {
  const unreachable = ['directConnection=true', 'replicaSet=own', 'directConnection=false']

  it.each(unreachable)('where none was reached it is a 503: %s', async (options) => {
    const url = `mongodb://127.0.0.1:${await freePort()}/?${options}`
    const database = connect(url, { serverSelectionTimeoutMS: 300 })
    const ways: readonly (() => Promise<unknown>)[] = [
      () => database.transaction((trx) => Entry.create({ text: 'a' }, { client: trx })),
      () => database.transaction(),
      () => Entry.createMany([{ text: 'a' }, { text: 'b' }]),
      () => Entry.updateOrCreate({ text: 'a' }, { place: 1 }),
      () => database.beginGlobalTransaction(),
      () => database.connection().supportsTransactions(),
    ]
    for (const way of [...ways, ...ways]) {
      const error = await failureOf(way)
      expect(error).toMatchObject({ code: 'E_CONNECTION_FAILED', status: 503 })
    }
  })

  it('and known once there is one', async () => {
    const alone = await OwnMongod.start()
    try {
      const database = connect(alone.uri)
      for (let round = 0; round < 2; round++) {
        const error = await failureOf(() =>
          database.transaction((trx) => Entry.create({ text: 'a' }, { client: trx })),
        )
        expect(error).toBeInstanceOf(errors.E_TRANSACTIONS_UNSUPPORTED)
      }
    } finally {
      await alone.stop()
    }
  })
})

describe('F6: a replica set that is not initiated yet', () => {
  it('has no transactions, and has them once it is: createMany is all or none', async () => {
    const young = await OwnMongod.start(['--replSet', 'young'])
    const client = new MongoClient(young.uri)
    try {
      const database = connect(young.uri, { serverSelectionTimeoutMS: 500 })
      const connection = database.connection()
      expect(await connection.supportsTransactions()).toBe(false)
      const early = await failureOf(() => Entry.createMany([{ text: 'a' }, { text: 'b' }]))
      expect(early.status).toBe(503)
      const members = [{ _id: 0, host: `127.0.0.1:${young.port}` }]
      await client.db('admin').command({ replSetInitiate: { _id: 'young', members } })
      await expect
        .poll(async () => (await client.db('admin').command({ hello: 1 })).isWritablePrimary, {
          timeout: 15_000,
        })
        .toBe(true)
      expect(await connection.supportsTransactions()).toBe(true)
      const { id } = await Entry.create({ text: 'taken' })
      const twice = [{ text: 'a' }, { id, text: 'b' }]
      await expect(Entry.createMany(twice)).rejects.toBeInstanceOf(errors.E_DUPLICATE_KEY)
      expect(await Entry.query().count()).toBe(1)
    } finally {
      await client.close()
      await young.stop()
    }
  }, 60_000)
})

/** Codes of servers that step down, shut down, recover, or are no primary. */
const CODES = [11600, 11602, 10107, 13435, 13436, 189, 91, 10058, 6, 7, 89, 9001, 134, 262]

describe('F6: a server that steps down or shuts down is a 503', () => {
  const WAYS: Readonly<Record<string, () => Promise<unknown>>> = {
    find: () => Entry.query().exec(),
    insert: () => Entry.create({ text: 'a' }),
    update: () => Entry.query().where('text', 'a').update({ place: 1 }),
    aggregate: () => Entry.query().count(),
    delete: () => Entry.query().where('text', 'a').delete(),
    findAndModify: () => Entry.query().where('text', 'a').findOneAndDelete(),
  }

  it.each(CODES)('code %d', async (errorCode) => {
    connect(`${server.uri}&heartbeatFrequencyMS=500`, { retryReads: false, retryWrites: false })
    for (const [command, way] of Object.entries(WAYS)) {
      const fail = { failCommands: [command], errorCode, appName: APP_NAME }
      const error = await withFailPoint(witness, fail, { times: 1 }, () => failureOf(way))
      expect(error).toMatchObject({
        code: 'E_CONNECTION_FAILED',
        status: 503,
        serverCode: errorCode,
      })
      expect(error.message).not.toContain('failpoint')
    }
  })
})

describe('F6: a managed transaction is repeated through a step-down', () => {
  it('however long it takes', async () => {
    const database = connect(`${server.uri}&heartbeatFrequencyMS=500`, {
      serverSelectionTimeoutMS: 400,
    })
    let runs = 0
    const fail = {
      failCommands: ['insert'],
      errorCode: 189,
      errorLabels: ['TransientTransactionError'],
      appName: APP_NAME,
    }
    await withFailPoint(witness, fail, 'alwaysOn', async () => {
      const off = setTimeout(
        () => witness.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' }),
        1500,
      )
      await database.transaction(async (trx) => {
        runs++
        await Entry.create({ text: 'elected' }, { client: trx })
      })
      clearTimeout(off)
    })
    expect(runs).toBeGreaterThan(1)
    expect(await Entry.query().where('text', 'elected').count()).toBe(1)
  })

  it('of a set whose only member must be elected again', async () => {
    const database = connect(server.uri.replace('directConnection=true', 'replicaSet=own'))
    await database.connection().ping()
    const admin = witness.db('admin')
    let runs = 0
    await database.transaction(async (trx) => {
      runs++
      await Entry.create({ text: 'again' }, { client: trx })
      if (runs > 1) return
      await admin.command({ replSetStepDown: 2, force: true })
      await Entry.create({ text: 'again' }, { client: trx })
    })
    expect(runs).toBeGreaterThan(1)
    expect(await Entry.query().where('text', 'again').count()).toBe(1)
  }, 60_000)
})

describe('F6: an update of encrypted columns that fails half-way', () => {
  it('says how many documents it changed', async () => {
    connect(server.uri)
    const db = witness.db('unavailable')
    // A command has a thousand statements at most, so this takes two.
    await Entry.createMany(
      Array.from({ length: 1200 }, (_, place) => ({ text: 'half', place, secret: 'before' })),
    )
    await db.collection('entries').updateOne({ place: 1100 }, { $set: { text: 'refused' } })
    await db.command({ collMod: 'entries', validator: { text: { $ne: 'refused' } } })
    const all = () => Entry.query().whereNotNull('place')
    const error = await failureOf(() => all().update({ secret: 'after' }))
    const changed = (await all()).filter(({ secret }) => secret === 'after').length
    expect(changed).toBeGreaterThan(1000)
    expect(changed).toBeLessThan(1200)
    expect(error.code).toBe('E_DOCUMENT_VALIDATION')
    expect(error.done).toEqual({ matched: changed, modified: changed })
    expect(error.message).toContain(`${changed} documents matched`)

    const { result } = (await failureOf(() =>
      Entry.bulkWrite((bulk) =>
        bulk.updateMany((query) => query.whereNotNull('place'), { secret: 'x' }),
      ),
    )) as LucentError & { result: { modified: number } }
    const again = (await all()).filter(({ secret }) => secret === 'x').length
    expect(result.modified).toBe(again)
    await db.command({ collMod: 'entries', validator: {} })
  }, 60_000)
})
