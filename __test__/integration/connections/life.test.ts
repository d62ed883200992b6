import { createServer, type Server } from 'node:net'
import { BaseModel, type ConnectionConfig, column, Database } from 'lucent-odm'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runNode } from '../../helpers/child.ts'
import { OwnMongod } from '../../helpers/own_mongod.ts'
import { testDatabase, withFailPoint } from '../../helpers/server.ts'

const { client, db, uri, name } = testDatabase()

function open(settings: Partial<ConnectionConfig> = {}) {
  const connections = { main: { url: uri, database: name, ...settings } }
  const database = new Database({ connection: 'main', connections })
  class Note extends BaseModel {
    static override collection = 'notes'
    @column({ isPrimary: true }) declare id: string
    @column() declare text: string
  }
  Note.useDatabase(database)
  return { database, Note, connection: database.connection() }
}

/** A port on which somebody listens and never says anything. */
async function silentServer(): Promise<{ server: Server; port: number }> {
  const server = createServer(() => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 }
}

describe('connecting', () => {
  it('happens at the first use', async () => {
    const appName = `lazy ${name}`
    const { database, Note, connection } = open({ appName })
    const sockets = async () => {
      const status = await client
        .db('admin')
        .aggregate([{ $currentOp: { allUsers: true, idleConnections: true } }])
        .toArray()
      return status.filter((one) => one.appName === appName).length
    }
    Note.query().where('text', 'x').toMongo()
    expect(connection.state).toBe('registered')
    expect(await sockets()).toBe(0)
    await Note.query().count()
    expect(connection.state).toBe('open')
    expect(await sockets()).toBeGreaterThan(0)
    await database.closeAll()
    expect(connection.state).toBe('closed')
    await expect.poll(sockets, { timeout: 5000 }).toBe(0)
  })

  it.each([
    ['nobody listens', 'mongodb://127.0.0.1:1/db'],
    ['the host is unknown', 'mongodb://no-such-host.invalid:27017/db'],
    ['one of several answers nothing', 'mongodb://127.0.0.1:1,127.0.0.1:2/db?replicaSet=x'],
  ])('fails within the time set when %s', async (_, url) => {
    const { database, Note } = open({ url, serverSelectionTimeoutMS: 400, connectTimeoutMS: 300 })
    const started = performance.now()
    await expect(Note.query().count()).rejects.toMatchObject({
      code: expect.stringMatching(/^E_(CONNECTION_FAILED|SERVER_SELECTION_TIMEOUT)$/),
      status: 503,
      connection: 'main',
      model: 'Note',
      operation: 'count',
    })
    expect(performance.now() - started).toBeLessThan(2500)
    await database.closeAll()
  })

  it('fails within the time set when the server says nothing', async () => {
    const { server, port } = await silentServer()
    const { database, Note } = open({
      url: `mongodb://127.0.0.1:${port}/db`,
      serverSelectionTimeoutMS: 500,
      connectTimeoutMS: 300,
    })
    const started = performance.now()
    await expect(Note.first()).rejects.toMatchObject({
      code: expect.stringMatching(/^E_(CONNECTION_FAILED|SERVER_SELECTION_TIMEOUT)$/),
    })
    expect(performance.now() - started).toBeLessThan(2500)
    const closing = performance.now()
    await database.closeAll()
    expect(performance.now() - closing).toBeLessThan(1500)
    server.close()
  })

  it('is tried again by the next operation', async () => {
    const server = await OwnMongod.start()
    const { database, connection } = open({ url: server.uri, serverSelectionTimeoutMS: 2000 })
    try {
      await server.kill()
      await expect(connection.ping()).rejects.toMatchObject({ status: 503 })
      await server.restart()
      expect(await connection.ping()).toBeGreaterThan(0)
    } finally {
      await database.closeAll()
      await server.stop()
    }
  })
})

describe('health', () => {
  it('is a report that never rejects', async () => {
    const { database, connection } = open()
    expect(await connection.healthCheck()).toEqual({
      healthy: true,
      connection: 'main',
      milliseconds: expect.any(Number),
    })
    database.add('dead', { url: 'mongodb://127.0.0.1:1/db', serverSelectionTimeoutMS: 200 })
    const report = await database.healthCheck()
    expect(report.healthy).toBe(false)
    expect(report.connections.map(({ connection: one, healthy }) => [one, healthy])).toEqual([
      ['main', true],
      ['dead', false],
    ])
    expect(report.connections[1]?.error).toMatchObject({
      status: 503,
      connection: 'dead',
      operation: 'ping',
    })
    await database.closeAll()
    expect((await connection.healthCheck()).error).toMatchObject({ code: 'E_CONNECTION_CLOSED' })
  })
})

describe('credentials', () => {
  let server: OwnMongod
  const password = 'pa55word4711'

  beforeAll(async () => {
    server = await OwnMongod.start(['--auth'])
    const admin = new MongoClient(server.uri)
    await admin.db('admin').command({ createUser: 'ada', pwd: password, roles: ['root'] })
    await admin.close()
  })
  afterAll(() => server.stop())

  const settings = (given: Partial<ConnectionConfig>) => ({
    url: server.uri,
    database: 'app',
    serverSelectionTimeoutMS: 1500,
    ...given,
  })

  it('as settings or in the url let in', async () => {
    const url = server.uri.replace('mongodb://', `mongodb://ada:${password}@`)
    for (const given of [{ username: 'ada', password }, { url: `${url}&authSource=admin` }]) {
      const { database, Note } = open(settings(given))
      expect(await Note.query().count()).toBe(0)
      await database.closeAll()
    }
  })

  it.each([
    ['a wrong password', { username: 'ada', password: `${password}x` }],
    ['an unknown user', { username: 'eve', password }],
    ['the wrong database', { username: 'ada', password, authSource: 'app' }],
    ['another mechanism', { username: 'ada', password: 'x', authMechanism: 'SCRAM-SHA-1' }],
  ])('with %s are E_AUTHENTICATION_FAILED, without naming them', async (_, given) => {
    const { database, Note, connection } = open(settings(given))
    for (const act of [
      () => Note.query().count(),
      () => Note.create({ text: 'x' }),
      () => connection.ping(),
    ]) {
      const error = await act().catch((caught) => caught)
      expect(error).toMatchObject({ code: 'E_AUTHENTICATION_FAILED', connection: 'main' })
      expect(JSON.stringify({ ...error, message: error.message })).not.toContain('4711')
    }
    await database.closeAll()
  })

  it('that are missing are refused too', async () => {
    const { database, Note } = open(settings({}))
    await expect(Note.query().count()).rejects.toMatchObject({ code: 'E_AUTHENTICATION_FAILED' })
    await database.closeAll()
  })
})

describe('closing', () => {
  // Fail points are the server's: on the shared one they would meet other tests.
  let server: OwnMongod
  let slowed: MongoClient

  beforeAll(async () => {
    server = await OwnMongod.start(['--setParameter', 'enableTestCommands=1'])
    slowed = new MongoClient(server.uri)
  })
  afterAll(async () => {
    await slowed.close()
    await server.stop()
  })

  it('is harmless twice, at once, and before the first use', async () => {
    const { database, connection } = open()
    await Promise.all([connection.close(), connection.close(), database.closeAll()])
    expect(connection.state).toBe('closed')
    const used = open()
    await used.connection.ping()
    await Promise.all([used.connection.close(), used.connection.close(), used.database.closeAll()])
    await used.database.close()
    expect(used.connection.state).toBe('closed')
  })

  it('lets nothing through afterwards', async () => {
    const { database, Note } = open()
    const note = await Note.create({ text: 'x' })
    await database.closeAll()
    const closed = { code: 'E_CONNECTION_CLOSED', status: 503 }
    const acts: (() => Promise<unknown>)[] = [
      () => Note.create({ text: 'y' }),
      () => Note.create({ text: 'y' }, { coalesce: true }),
      () => Note.createMany([{ text: 'y' }]),
      () => Note.find(note.id),
      () => Note.find(note.id, { coalesce: false }),
      async () => Note.query(),
      () => Note.query().count(),
      () => Note.query().paginate(1),
      () => Note.query().all().update({ text: 'z' }),
      () => Note.query().all().delete(),
      () => note.merge({ text: 'w' }).save(),
      () => note.merge({ text: 'w' }).save({ coalesce: true }),
      () => note.delete(),
      () => note.refresh(),
      () => database.connection().ping(),
    ]
    for (const act of acts) await expect(act()).rejects.toMatchObject(closed)
    expect(note.$isPersisted).toBe(true)
    expect(await db.collection('notes').countDocuments({ text: 'x' })).toBe(1)
  })

  it('lets what is under way finish', async () => {
    const { database, Note } = open({ url: server.uri })
    await Note.query().count()
    const slow = await withFailPoint(
      slowed,
      {
        failCommands: ['find', 'insert'],
        blockConnection: true,
        blockTimeMS: 400,
        appName: 'lucent-odm',
      },
      { times: 2 },
      async () => {
        const under = [Note.query().limit(1), Note.create({ text: 'last' })]
        const settling = Promise.allSettled(under.map((one) => Promise.resolve(one)))
        await new Promise((resolve) => setTimeout(resolve, 100))
        const started = performance.now()
        await database.closeAll()
        expect(performance.now() - started).toBeGreaterThan(150)
        return settling
      },
    )
    expect(slow.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
    expect(await slowed.db(name).collection('notes').countDocuments({ text: 'last' })).toBe(1)
  })

  it('ends what takes longer than its patience', async () => {
    const { connection, Note } = open({ url: server.uri })
    await Note.query().count()
    await withFailPoint(
      slowed,
      {
        failCommands: ['find'],
        blockConnection: true,
        blockTimeMS: 3000,
        appName: 'lucent-odm',
      },
      { times: 1 },
      async () => {
        const under = Note.first()
        const outcome = under.catch((error) => error.code)
        await new Promise((resolve) => setTimeout(resolve, 100))
        const started = performance.now()
        await connection.close({ patienceMS: 200 })
        expect(performance.now() - started).toBeLessThan(1500)
        expect(await outcome).toBe('E_CONNECTION_CLOSED')
      },
    )
  })

  it('with many operations in flight settles each: a result, or E_CONNECTION_CLOSED', async () => {
    for (let round = 0; round < 10; round++) {
      const { database, Note } = open()
      const under = Array.from({ length: 60 }, (_, n) => {
        if (n % 3 === 0) return Note.create({ text: `${n}` })
        return n % 3 === 1 ? Note.query().limit(2).exec() : Note.find('f'.repeat(24))
      })
      const settling = Promise.allSettled(under as Promise<unknown>[])
      await new Promise((resolve) => setTimeout(resolve, round))
      await database.closeAll()
      const codes = (await settling).map((one) =>
        one.status === 'fulfilled' ? 'ok' : (one.reason.code as string),
      )
      expect(codes).toHaveLength(60)
      expect(codes.filter((code) => code !== 'ok' && code !== 'E_CONNECTION_CLOSED')).toEqual([])
    }
  })
})

describe('a process', () => {
  const script = new URL('fixtures/ends.mjs', import.meta.url)

  it.each([
    'closes',
    'does not close',
    'never connects',
    'leaves an operation behind',
    'fails to connect',
  ])('that %s ends by itself, and at once', async (what) => {
    const run = await runNode(script, [uri, name, what])
    expect({ code: run.code, signal: run.signal, stderr: run.stderr }).toEqual({
      code: 0,
      signal: null,
      stderr: '',
    })
    const { workDone, signals } = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '{}')
    expect(Date.now() - workDone).toBeLessThan(2000)
    expect(signals).toBe(0)
  })
})
