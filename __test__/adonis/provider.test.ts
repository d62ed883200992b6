import { BaseModel, column, Database, errors } from 'lucent-odm'
import { afterEach, expect, it, vi } from 'vitest'
import {
  type ApplicationOptions,
  bootApplication,
  makeApplication,
  testDatabase,
} from './application.ts'
import { makeProject } from './project.ts'

const server = testDatabase()

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string
}

const running = new Set<{ terminate(): Promise<void> }>()
async function boot(options: ApplicationOptions = {}) {
  const app = await bootApplication(server, options)
  running.add(app)
  return app
}

afterEach(async () => {
  for (const app of running) await app.terminate()
  running.clear()
})

it('gives the models the database of config/mongodb.ts', async () => {
  const app = await boot()
  const user = await User.create({ email: 'ada@example.com' })
  expect(await server.db.collection('users').findOne({ email: 'ada@example.com' })).toMatchObject({
    email: user.email,
  })
  expect(await app.container.make('mongo.db')).toBe(await app.container.make(Database))
  expect(BaseModel.$database).toBe(await app.container.make(Database))
})

it('connects when it is first used, and closes with the application', async () => {
  const app = await boot()
  const db = await app.container.make('mongo.db')
  expect(db.connection().state).toBe('registered')
  await User.query().first()
  expect(db.connection().state).toBe('open')
  await app.terminate()
  expect(db.connection().state).toBe('closed')
  expect(BaseModel.$database).toBeUndefined()
})

it('lets an application that boots anew take the place of the one before', async () => {
  const first = await boot()
  const before = await first.container.make('mongo.db')
  await User.query().first()
  const second = await boot()
  const after = await second.container.make('mongo.db')
  expect(before.connection().state).toBe('closed')
  await User.query().first()
  // The first one's end is not that of the second one.
  await first.terminate()
  expect(BaseModel.$database).toBe(after)
  expect(after.connection().state).toBe('open')
  await User.query().first()
})

it('says what is missing without a configuration', async () => {
  const app = makeApplication(server, { config: { mongodb: undefined } })
  await app.init()
  const booting = app.boot()
  await expect(booting).rejects.toThrow(errors.E_CONFIGURATION)
  await expect(booting).rejects.toThrow('node ace configure lucent-odm')
})

it('has the database as a service', async () => {
  const app = makeApplication(server)
  const { setApp } = await import('@adonisjs/core/services/app')
  setApp(app)
  await app.init()
  await app.boot()
  running.add(app)
  const { default: db } = await import('lucent-odm/services/db')
  expect(db).toBe(await app.container.make(Database))
})

it('refuses test helpers in production', async () => {
  vi.stubEnv('NODE_ENV', 'production')
  try {
    const app = await boot({ environment: 'test' })
    const utils = await app.container.make('testUtils')
    expect(() => utils.mongo()).toThrow(errors.E_UNSUPPORTED)
  } finally {
    vi.unstubAllEnvs()
  }
})

it('loads models and the database into the REPL', async () => {
  const root = await makeProject({
    'package.json': '{ "type": "module" }',
    'app/models/user.js': 'export default class User {}\n',
    'app/models/blog/post.js': 'export default class Post {}\n',
  })
  const app = await boot({ environment: 'repl', root: root.url })
  const repl = await app.container.make('repl')
  const context: Record<string, unknown> = {}
  Object.assign(repl, { server: { context, displayPrompt: () => undefined } })
  const print = vi.spyOn(console, 'log').mockImplementation(() => {})
  try {
    const { loadMongo, loadMongoModels } = repl.getMethods()
    await loadMongo?.handler(repl)
    await loadMongoModels?.handler(repl)
  } finally {
    print.mockRestore()
  }
  expect(context.db).toBe(await app.container.make(Database))
  expect(context.models).toMatchObject({
    user: expect.any(Function),
    blog: { post: expect.any(Function) },
  })
})

it('is injected into classes', async () => {
  const app = await boot()
  class Service {
    static containerInjections = { _constructor: { dependencies: [Database] } }
    readonly db: Database
    constructor(db: Database) {
      this.db = db
    }
  }
  const service = await app.container.make(Service)
  expect(service.db).toBe(await app.container.make('mongo.db'))
})
