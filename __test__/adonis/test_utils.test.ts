import { BaseModel, column, Database, errors } from 'lucent-odm'
import { MongoAssertions, MongoTestUtils, startServer, truncateAll } from 'lucent-odm/testing'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../helpers/lucent.ts'
import { ownDatabase } from '../helpers/own_database.ts'
import { mongoUri } from '../helpers/server.ts'
import { bootApplication } from './application.ts'

const server = lucentDatabase()
const standalone = await ownDatabase({ replicaSet: false })
const { db, database } = server

class Sailor extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare firstName: string
  @column() declare tags: string[]
}

const utils = new MongoTestUtils(database)
beforeEach(() => truncateAll(database.connection()))

describe('truncate', () => {
  it('empties all collections at the end, and keeps their indexes', async () => {
    await Sailor.create({ firstName: 'Ada' })
    await db.collection('others').insertOne({ a: 1 })
    await db.collection('others').createIndex({ a: 1 })
    await db.createCollection('view', { viewOn: 'others', pipeline: [] })
    const cleanup = await utils.truncate()
    expect(await Sailor.query().count()).toBe(1)
    await cleanup()
    expect(await Sailor.query().count()).toBe(0)
    expect(await db.collection('others').countDocuments()).toBe(0)
    expect(await db.collection('others').indexes()).toHaveLength(2)
  })

  it('leaves collections alone', async () => {
    await Sailor.create({ firstName: 'Ada' })
    await db.collection('others').insertOne({ a: 1 })
    await (await utils.truncate({ except: ['others'] }))()
    expect(await Sailor.query().count()).toBe(0)
    expect(await db.collection('others').countDocuments()).toBe(1)
  })
})

describe('wrapInGlobalTransaction', () => {
  let rollback: () => Promise<void>
  beforeEach(async () => {
    await Sailor.create({ firstName: 'before' })
    rollback = await utils.wrapInGlobalTransaction()
  })
  afterEach(() => rollback())

  const stored = () => db.collection('sailors').countDocuments()

  it('rolls back whatever ran on the connection', async () => {
    const sailor = await Sailor.create({ firstName: 'Ada' })
    await sailor.merge({ firstName: 'Eve' }).save()
    await Sailor.createMany([{ firstName: 'a' }, { firstName: 'b' }])
    await Sailor.query().where('firstName', 'before').delete()
    await Sailor.updateOrCreate({ firstName: 'c' }, { tags: [] })
    expect(await Sailor.query().count()).toBe(4)
    expect(await Sailor.find(sailor.id)).toMatchObject({ firstName: 'Eve' })
    expect(await Sailor.aggregate().match({ firstName: 'Eve' })).toHaveLength(1)
    expect(await stored()).toBe(1)
    await rollback()
    expect(await stored()).toBe(1)
    expect(await Sailor.all()).toMatchObject([{ firstName: 'before' }])
  })

  it('takes transactions with a callback into it', async () => {
    await Sailor.transaction(async (client) => {
      await Sailor.create({ firstName: 'inside' }, { client })
    })
    await database.transaction(async () => {
      await Sailor.create({ firstName: 'joined' })
    })
    expect(await Sailor.query().count()).toBe(3)
    await rollback()
    expect(await stored()).toBe(1)
  })

  it('refuses transactions that are committed by hand, which would stay', async () => {
    await expect(database.transaction()).rejects.toThrow(errors.E_UNSUPPORTED)
    await expect(Sailor.transaction()).rejects.toThrow('give transaction() a callback')
  })

  it('refuses a second one', async () => {
    await expect(utils.wrapInGlobalTransaction()).rejects.toThrow(errors.E_CONFIGURATION)
  })

  it('shows assertions what it wrote', async () => {
    await Sailor.create({ firstName: 'Ada' })
    await utils.assert.assertHas('sailors', { first_name: 'Ada' })
    await utils.assert.assertHas(Sailor, { firstName: 'Ada' })
  })
})

it('commits a global transaction', async () => {
  await database.beginGlobalTransaction()
  await Sailor.create({ firstName: 'Ada' })
  await database.commitGlobalTransaction()
  expect(await db.collection('sailors').countDocuments()).toBe(1)
  // Nothing is left to end.
  await database.rollbackGlobalTransaction()
})

it('says that a standalone server has no transactions', async () => {
  const other = new Database({
    connection: 'own',
    connections: { own: { url: standalone.uri, database: 'own' } },
  })
  const wrapping = new MongoTestUtils(other).wrapInGlobalTransaction()
  await expect(wrapping).rejects.toThrow(errors.E_TRANSACTIONS_UNSUPPORTED)
  await other.closeAll()
})

describe('assertions', () => {
  const mongo = new MongoAssertions(() => database)
  let sailor: Sailor
  beforeEach(async () => {
    sailor = await Sailor.create({ firstName: 'Ada', tags: ['math'] })
    await Sailor.create({ firstName: 'Bob', tags: [] })
  })

  it.each<[string, (assert: MongoAssertions) => Promise<void>]>([
    ['assertHas of a model', (assert) => assert.assertHas(Sailor, { firstName: 'Ada' })],
    ['assertHas of a collection', (assert) => assert.assertHas('sailors', { first_name: 'Ada' })],
    ['assertHas with an id as text', (assert) => assert.assertHas('sailors', { _id: sailor.id })],
    ['assertHas with a list', (assert) => assert.assertHas('sailors', { tags: ['math'] })],
    ['assertHas with a count', (assert) => assert.assertHas(Sailor, {}, 2)],
    ['assertMissing of a model', (assert) => assert.assertMissing(Sailor, { firstName: 'Eve' })],
    ['assertMissing of a collection', (assert) => assert.assertMissing('sailors', { a: 1 })],
    ['assertCount of a model', (assert) => assert.assertCount(Sailor, 2)],
    ['assertCount of a collection', (assert) => assert.assertCount('sailors', 2)],
    ['assertEmpty', (assert) => assert.assertEmpty('nothing')],
    ['assertModelExists', (assert) => assert.assertModelExists(sailor)],
    [
      'assertModelMissing of what was never saved',
      (assert) => assert.assertModelMissing(new Sailor()),
    ],
    ['those of another connection', (assert) => assert.connection('main').assertCount(Sailor, 2)],
  ])('%s holds', async (_name, assertion) => {
    await assertion(mongo)
  })

  it.each<[string, (assert: MongoAssertions) => Promise<void>, object]>([
    ['assertHas', (assert) => assert.assertHas(Sailor, { firstName: 'Eve' }), { actual: 0 }],
    ['assertHas', (assert) => assert.assertHas('sailors', {}, 3), { actual: 2, expected: 3 }],
    // A value is compared: this is no operator.
    [
      'assertHas',
      (assert) => assert.assertHas('sailors', { tags: { $exists: true } }),
      { actual: 0 },
    ],
    [
      'assertMissing',
      (assert) => assert.assertMissing(Sailor, { firstName: 'Ada' }),
      { actual: 1 },
    ],
    ['assertCount', (assert) => assert.assertCount('sailors', 1), { actual: 2, expected: 1 }],
    ['assertCount', (assert) => assert.assertEmpty(Sailor), { actual: 2, expected: 0 }],
    [
      'assertModelExists',
      (assert) => assert.assertModelExists(new Sailor()),
      { actual: 'missing' },
    ],
    ['assertModelMissing', (assert) => assert.assertModelMissing(sailor), { actual: 'stored' }],
  ])('%s fails', async (operator, assertion, expected) => {
    await expect(assertion(mongo)).rejects.toMatchObject({
      name: 'AssertionError',
      operator,
      ...expected,
    })
  })

  it('sees that a model was deleted', async () => {
    await sailor.delete()
    await mongo.assertModelMissing(sailor)
  })
})

describe('embeddedServer', () => {
  const away = (name: string) => ({ url: `mongodb://127.0.0.1:1/${name}`, username: 'nobody' })

  it('directs the connections of an application to a server of the run', async () => {
    const app = await bootApplication(
      { uri: 'mongodb://127.0.0.1:1', name: 'production' },
      { environment: 'test', connection: { maxPoolSize: 7, serverSelectionTimeoutMS: 1000 } },
    )
    const testUtils = await app.container.make('testUtils')
    const cleanup = await testUtils.mongo().embeddedServer({ log: () => undefined })
    const connection = (await app.container.make('mongo.db')).connection()
    try {
      expect(connection.config).toMatchObject({
        maxPoolSize: 7,
        database: expect.stringMatching(/^test_/),
      })
      expect(connection.config.url).not.toBe('mongodb://127.0.0.1:1')
      await Sailor.create({ firstName: 'Ada' })
      await testUtils.mongo().assert.assertCount(Sailor, 1)
      const rollback = await testUtils.mongo().wrapInGlobalTransaction()
      await Sailor.create({ firstName: 'Eve' })
      await rollback()
      await testUtils.mongo().assert.assertCount(Sailor, 1)
    } finally {
      await cleanup()
      await app.terminate()
    }
    expect(connection.state).toBe('closed')
  })

  it('takes the server of MONGODB_URI when it is told to, with a database of its own', async () => {
    const previous = process.env.MONGODB_URI
    process.env.MONGODB_URI = mongoUri()
    const other = new Database({ connection: 'a', connections: { a: away('a'), b: away('b') } })
    try {
      const given = new MongoTestUtils(other)
      const cleanup = await given.embeddedServer({ useUri: true, log: () => undefined })
      const names = other.connections.map(({ config }) => config.database)
      expect(new Set(names).size).toBe(2)
      for (const connection of other.connections) await connection.ping()
      await cleanup()
      const { databases } = await server.client.db('admin').admin().listDatabases()
      for (const { name } of databases) expect(names).not.toContain(name)
    } finally {
      if (previous === undefined) delete process.env.MONGODB_URI
      else process.env.MONGODB_URI = previous
    }
  })
})

describe('startServer', () => {
  let lines: string[]
  beforeAll(() => {
    lines = []
  })

  it('starts a server that ends when it is told', async () => {
    const own = await startServer({
      replicaSet: false,
      useUri: false,
      log: (line) => {
        lines.push(line)
      },
    })
    const other = new Database({
      connection: 'own',
      connections: { own: { url: own.uri, database: 'own' } },
    })
    expect(await other.connection().ping()).toBeGreaterThan(0)
    expect(await other.connection().supportsTransactions()).toBe(false)
    await other.closeAll()
    await own.stop()
    expect(own.pids).toHaveLength(1)
    for (const pid of own.pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(lines.at(-1)).toMatch(/^test server: mongod \d/)
  })
})
