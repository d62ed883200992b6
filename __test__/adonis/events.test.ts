import type { ApplicationService } from '@adonisjs/core/types'
import { BaseModel, type Connection, column, type QueryEvent } from 'lucent-odm'
import { MongoConnectionCountCheck } from 'lucent-odm/health'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import { freePort, OwnMongod } from '../helpers/own_mongod.ts'
import { type ApplicationOptions, bootApplication, testDatabase } from './application.ts'

const server = testDatabase()

class Note extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
}

let app: ApplicationService
async function boot(options: ApplicationOptions): Promise<ApplicationService> {
  app = await bootApplication(server, options)
  return app
}
afterEach(async () => {
  await app.terminate()
  vi.restoreAllMocks()
})

/** What a logger of the application writes. */
function logged(level: string) {
  const lines: Record<string, unknown>[] = []
  const destination = {
    write: (line: string) => {
      lines.push(JSON.parse(line))
    },
  }
  const logger = { default: 'app', loggers: { app: { enabled: true, level, destination } } }
  return { lines, config: { logger } }
}

it('emits queries of connections with debug', async () => {
  await boot({ connection: { debug: true } })
  const events: QueryEvent[] = []
  const emitter = await app.container.make('emitter')
  emitter.on('mongo:query', (event) => {
    events.push(event)
  })
  await Note.query().where('title', 'one').first()
  await vi.waitFor(() => expect(events).toHaveLength(1))
  expect(events[0]).toMatchObject({
    connection: 'main',
    model: 'Note',
    collection: 'notes',
    inTransaction: false,
    milliseconds: expect.any(Number),
  })
})

it('emits nothing of the others, but of queries that ask for it', async () => {
  await boot({})
  const events: QueryEvent[] = []
  const emitter = await app.container.make('emitter')
  emitter.on('mongo:query', (event) => {
    events.push(event)
  })
  await Note.query().where('title', 'silent').first()
  await Note.query().where('title', 'loud').debug(true).first()
  await vi.waitFor(() => expect(events).toHaveLength(1))
  expect(JSON.stringify(events[0]?.query)).toContain('loud')
})

it('prints queries for people', async () => {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {})
  await boot({ connection: { debug: true }, database: { prettyPrintDebugQueries: true } })
  await Note.query().where('title', 'one').first()
  expect(print).toHaveBeenCalledOnce()
  const [line] = print.mock.lastCall ?? []
  for (const part of ['"main"', 'Note.', 'ms)', 'one']) expect(line).toContain(part)
})

it('prints nothing in production', async () => {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {})
  vi.stubEnv('NODE_ENV', 'production')
  try {
    await boot({ connection: { debug: true }, database: { prettyPrintDebugQueries: true } })
  } finally {
    vi.unstubAllEnvs()
  }
  await Note.query().where('title', 'one').first()
  expect(print).not.toHaveBeenCalled()
})

it('logs queries without their values', async () => {
  const { lines, config } = logged('trace')
  await boot({ connection: { debug: true }, config })
  await Note.query().where('title', 'hunter2').first()
  const [line] = lines.filter(({ msg }) => msg === 'mongo query')
  expect(line).toMatchObject({
    connection: 'main',
    model: 'Note',
    milliseconds: expect.any(Number),
  })
  expect(JSON.stringify(lines)).not.toContain('hunter2')
})

it('emits the beginning and the end of a connection', async () => {
  await boot({})
  const events: [string, Connection][] = []
  const emitter = await app.container.make('emitter')
  for (const name of ['mongo:connection:connect', 'mongo:connection:disconnect'] as const) {
    emitter.on(name, (connection) => {
      events.push([name, connection])
    })
  }
  const db = await app.container.make('mongo.db')
  await Note.query().first()
  await Note.query().first()
  await db.closeAll()
  await vi.waitFor(() => expect(events).toHaveLength(2))
  expect(events).toEqual([
    ['mongo:connection:connect', db.connection()],
    ['mongo:connection:disconnect', db.connection()],
  ])
})

it('emits and logs that the server is out of reach, the log once', async () => {
  const { lines, config } = logged('error')
  await boot({ config })
  const db = await app.container.make('mongo.db')
  const url = `mongodb://127.0.0.1:${await freePort()}/away`
  const away = db.add('away', { url, serverSelectionTimeoutMS: 50 })
  const failures: [Error, Connection][] = []
  const emitter = await app.container.make('emitter')
  emitter.on('mongo:connection:error', (failure) => {
    failures.push(failure)
  })
  await expect(Note.query({ connection: 'away' }).first()).rejects.toThrow()
  await expect(Note.query({ connection: 'away' }).first()).rejects.toThrow()
  await vi.waitFor(() => expect(failures).toHaveLength(2))
  expect(failures[0]?.[0]).toMatchObject({ code: 'E_CONNECTION_FAILED' })
  expect(failures[0]?.[1]).toBe(away)
  expect(lines.map(({ connection, msg }) => [connection, msg])).toEqual([
    ['away', 'MongoDB could not be reached'],
  ])
})

it('tells credentials that are refused from rights that are missing', async () => {
  const { lines, config } = logged('error')
  await boot({ config })
  const db = await app.container.make('mongo.db')
  const guarded = await OwnMongod.start(['--auth'])
  onTestFinished(() => guarded.stop())
  const url = guarded.uri
  const stranger = db.add('stranger', { url, database: 'app', username: 'eve', password: 'guess' })
  const guest = db.add('guest', { url, database: 'app' })
  const refused = { code: 'E_AUTHENTICATION_FAILED' }
  await expect(stranger.ping()).rejects.toMatchObject(refused)
  await guest.ping()
  await expect(Note.query({ connection: 'guest' }).first()).rejects.toMatchObject(refused)
  expect(await new MongoConnectionCountCheck(guest).run()).toMatchObject({
    status: 'ok',
    message: 'Check skipped. The server does not tell its connections',
  })
  expect(lines.map(({ connection, msg }) => [connection, msg])).toEqual([
    ['stranger', 'MongoDB refused the credentials'],
  ])
})

it('keeps a listener that fails from failing the operation', async () => {
  const { lines, config } = logged('error')
  await boot({ connection: { debug: true }, config })
  const emitter = await app.container.make('emitter')
  emitter.on('mongo:query', () => {
    throw new Error('in a listener')
  })
  expect(await Note.query().where('title', 'none').first()).toBeNull()
  await vi.waitFor(() => expect(lines).toHaveLength(1))
  expect(lines[0]).toMatchObject({ err: { message: 'in a listener' } })
})

it('says nothing more once the application has ended', async () => {
  await boot({ connection: { debug: true } })
  const db = await app.container.make('mongo.db')
  const emitter = await app.container.make('emitter')
  const emit = vi.spyOn(emitter, 'emit')
  await Note.query().first()
  await app.terminate()
  const before = emit.mock.calls.length
  await expect(db.connection().ping()).rejects.toMatchObject({ code: 'E_CONNECTION_CLOSED' })
  expect(emit.mock.calls).toHaveLength(before)
})
