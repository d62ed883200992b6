import { HealthChecks } from '@adonisjs/core/health'
import type { ApplicationService } from '@adonisjs/core/types'
import { BaseModel, column } from 'lucent-odm'
import { MongoCheck } from 'lucent-odm/health'
import { MongoClient } from 'mongodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { OwnMongod } from '../helpers/own_mongod.ts'
import { bootApplication } from './application.ts'

const NAME = 'shop'
const PASSWORD = 'p/w'

class Item extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
}

/** Users by what they may do, and whether a find is among it. */
const USERS: readonly (readonly [user: string, roles: object[], mayFind: boolean])[] = [
  ['writer', [{ role: 'readWrite', db: NAME }], true],
  ['reader', [{ role: 'read', db: NAME }], true],
  ['root', [{ role: 'root', db: 'admin' }], true],
  ['everywhere', [{ role: 'readWriteAnyDatabase', db: 'admin' }], true],
  ['items', [{ role: 'itemsOnly', db: 'admin' }], true],
  ['elsewhere', [{ role: 'readWrite', db: 'other' }], false],
  ['nothing', [], false],
]

let mongod: OwnMongod
beforeAll(async () => {
  mongod = await OwnMongod.start(['--auth'])
  // The first user is made by whoever is on the same machine.
  const first = new MongoClient(mongod.uri)
  const root = { roles: ['root'], pwd: PASSWORD }
  await first.db('admin').command({ createUser: 'first', ...root })
  await first.close()
  const client = new MongoClient(mongod.uri, { auth: { username: 'first', password: PASSWORD } })
  const admin = client.db('admin')
  await admin.command({
    createRole: 'itemsOnly',
    roles: [],
    privileges: [{ resource: { db: NAME, collection: 'items' }, actions: ['find'] }],
  })
  for (const [user, roles] of USERS) await admin.command({ createUser: user, pwd: PASSWORD, roles })
  await client.close()
}, 60_000)
afterAll(() => mongod.stop())

let app: ApplicationService
afterEach(() => app.terminate())

/** What the application says of itself as that user; nobody without one. */
async function reports(user: string | undefined, password = PASSWORD) {
  app = await bootApplication(
    { uri: mongod.uri, name: NAME },
    {
      environment: 'console',
      commands: [() => import('lucent-odm/commands')],
      connection: {
        // A server that refuses a password counts as one that is not there.
        serverSelectionTimeoutMS: password === PASSWORD ? 5000 : 300,
        ...(user !== undefined && { username: user, password, authSource: 'admin' }),
      },
    },
  )
  const database = await app.container.make('mongo.db')
  const ace = await app.container.make('ace')
  ace.ui.switchMode('raw')
  const command = async (name: string) => {
    const ran = await ace.exec(name, ['--json'])
    const text = ran.ui.logger.getLogs().map(({ message }) => message)
    return { exitCode: ran.exitCode ?? 0, text: text.at(-1) ?? '' }
  }
  return {
    status: await command('mongo:status'),
    doctor: await command('mongo:doctor'),
    health: await new HealthChecks().register([new MongoCheck(database)]).run(),
    all: await database.healthCheck(),
    find: await Item.query()
      .first()
      .then(() => true)
      .catch((error) => error.code),
  }
}

describe('A3: reports are green when operations are let through', () => {
  it.each(USERS.filter(([, , mayFind]) => mayFind))('%s', async (user) => {
    const { status, doctor, health, all, find } = await reports(user)
    expect(find).toBe(true)
    expect(status.exitCode, status.text).toBe(0)
    expect(doctor.exitCode, doctor.text).toBe(0)
    expect(JSON.parse(doctor.text).connections[0].findings).toContainEqual({
      level: 'ok',
      check: 'rights',
      message: 'the server lets operations through',
    })
    expect(health.isHealthy).toBe(true)
    expect(all.healthy).toBe(true)
  })
})

const REFUSED = USERS.filter(([, , mayFind]) => !mayFind).map(([user]) => [user])

describe('A3: reports are red when every operation is refused', () => {
  it.each<(string | undefined)[]>([...REFUSED, [undefined]])('as %s', async (user) => {
    const { status, doctor, health, all, find } = await reports(user)
    expect(find).toBe('E_AUTHENTICATION_FAILED')
    const advice =
      user === undefined ? 'the connection has no user' : 'has no right on its database'

    expect(status.exitCode).toBe(1)
    expect(JSON.parse(status.text)).toEqual([
      {
        name: 'main',
        database: NAME,
        error: 'E_AUTHENTICATION_FAILED',
        message: expect.stringContaining(advice),
      },
    ])
    expect(doctor.exitCode).toBe(1)
    const { findings } = JSON.parse(doctor.text).connections[0]
    expect(findings).toContainEqual({
      level: 'error',
      check: 'rights',
      message: expect.stringContaining(advice),
      advice: expect.any(String),
    })
    expect(health.isHealthy).toBe(false)
    expect(health.checks[0]?.message).toBe('MongoDB refuses the user (E_AUTHENTICATION_FAILED)')
    expect(all).toMatchObject({
      healthy: false,
      connections: [{ healthy: false, error: { code: 'E_AUTHENTICATION_FAILED' } }],
    })
  })

  it('a wrong password, which none of them shows', async () => {
    const { status, doctor, health, all, find } = await reports('writer', 'wrong-word')
    expect(find).toBe('E_AUTHENTICATION_FAILED')
    expect([status.exitCode, doctor.exitCode]).toEqual([1, 1])
    expect([health.isHealthy, all.healthy]).toEqual([false, false])
    expect(status.text + doctor.text + JSON.stringify(health)).not.toContain('wrong-word')
  })
})
