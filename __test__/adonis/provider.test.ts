import { BaseModel, column, Database, errors } from 'lucent-odm'
import { afterEach, expect, it } from 'vitest'
import {
  type ApplicationOptions,
  bootApplication,
  makeApplication,
  testDatabase,
} from './application.ts'

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
