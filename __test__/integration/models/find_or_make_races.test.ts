import {
  afterCreate,
  BaseModel,
  beforeCreate,
  beforeFind,
  beforeUpdate,
  column,
  Database,
  errors,
  type ModelQueryBuilder,
} from 'lucent-odm'
import { MongoClient } from 'mongodb'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { OwnMongod } from '../../helpers/own_mongod.ts'

const CALLERS = 100

const server = lucentDatabase({ maxPoolSize: 50 })
const replicaSet = { database: server.database, db: server.db }

let own: { mongod: OwnMongod; client: MongoClient; database: Database } | undefined

/** A server without transactions. */
async function standalone() {
  if (own === undefined) {
    const mongod = await OwnMongod.start()
    const client = new MongoClient(mongod.uri)
    const main = { url: mongod.uri, database: 'races' }
    own = { mongod, client, database: new Database({ connection: 'main', connections: { main } }) }
  }
  return { database: own.database, db: own.client.db('races') }
}

afterAll(async () => {
  await own?.database.closeAll()
  await own?.client.close()
  await own?.mongod.stop()
})

const SERVERS = { 'a replica set': async () => replicaSet, 'a standalone server': standalone }

class Tag extends BaseModel {
  static override collection = 'race_tags'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare group: string
  @column() declare color: string
  @column() declare hits: number
  @column.version() declare version: number
}

class Numbered extends BaseModel {
  static override collection = 'race_numbers'
  @column({ isPrimary: true, generate: 'sequence' }) declare number: number
}

const times = <Result>(count: number, work: (place: number) => Promise<Result>) =>
  Promise.all(Array.from({ length: count }, (_, place) => work(place)))

describe.each(Object.entries(SERVERS))('callers at the same moment, on %s', (_, start) => {
  let tags: Awaited<ReturnType<typeof start>>['db']

  beforeEach(async () => {
    const { database, db } = await start()
    Tag.useDatabase(database)
    Numbered.useDatabase(database)
    tags = db
    for (const name of ['race_tags', 'race_numbers', 'counters']) await db.collection(name).drop()
  })
  const collection = () => tags.collection('race_tags')
  const index = () => collection().createIndex({ name: 1 }, { unique: true })

  it('firstOrCreate with a unique index: one document, and every caller gets it', async () => {
    await index()
    const results = await times(CALLERS, (place) =>
      Tag.firstOrCreate({ name: 'a' }, { color: `c${place}` }),
    )
    const stored = await collection().find().toArray()
    expect(stored).toHaveLength(1)
    for (const tag of results) {
      expect(tag).toMatchObject({ id: String(stored[0]?._id), color: stored[0]?.color })
      expect(tag).toMatchObject({ $isPersisted: true, $isDirty: false })
    }
    expect(results.filter((tag) => tag.$isLocal)).toHaveLength(1)
  })

  it('firstOrCreate without one: every caller gets a stored document', async () => {
    const results = await times(CALLERS, () => Tag.firstOrCreate({ name: 'a' }))
    const stored = await collection().find().toArray()
    const ids = new Set(stored.map(({ _id }) => String(_id)))
    expect(results.every(({ id }) => ids.has(id))).toBe(true)
    expect(results.filter((tag) => tag.$isLocal)).toHaveLength(stored.length)
    // All of them found nothing at first; that the server looks again keeps most from inserting.
    expect(stored.length).toBeLessThan(CALLERS / 4)
  })

  it('firstOrCreate of many keys: one document each', async () => {
    await index()
    const results = await times(CALLERS, (place) => Tag.firstOrCreate({ name: `t${place % 7}` }))
    expect(await collection().countDocuments()).toBe(7)
    expect(new Set(results.map(({ id }) => id)).size).toBe(7)
  })

  it('firstOrCreate prepares one document for each insert that it tries', async () => {
    await index()
    const hooks = { before: 0, after: 0 }
    class Counted extends Tag {
      static override collection = 'race_tags'
      @beforeCreate() static count() {
        hooks.before++
      }
      @afterCreate() static stored() {
        hooks.after++
      }
    }
    const results = await times(CALLERS, () => Counted.firstOrCreate({ name: 'a' }))
    expect(new Set(results.map(({ id }) => id)).size).toBe(1)
    expect(hooks.after).toBe(1)
    expect(hooks.before).toBeLessThanOrEqual(CALLERS)
  })

  it('a hundred who take numbers of a sequence take a hundred', async () => {
    const made = await times(100, () => Numbered.create({}))
    expect(made.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, place) => place + 1),
    )
    const more = await times(20, () => Numbered.createMany([{}, {}, {}], { atomic: false }))
    const numbers = more.flat().map(({ number }) => number)
    expect(numbers.sort((a, b) => a - b)).toEqual(
      Array.from({ length: 60 }, (_, place) => place + 101),
    )
  })

  it('updateOrCreate: one document, every caller gets it, and each change was made', async () => {
    await index()
    const results = await times(CALLERS, (place) =>
      Tag.updateOrCreate({ name: 'a' }, { color: `c${place}` }),
    )
    const stored = await collection().find().toArray()
    expect(stored).toHaveLength(1)
    // The version counts one insert and one update for each of the others.
    expect(stored[0]).toMatchObject({ version: CALLERS })
    expect(new Set(results.map(({ id }) => id)).size).toBe(1)
    expect(results.map(({ version }) => version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: CALLERS }, (_, place) => place + 1),
    )
    expect(results.every((tag) => tag.$isPersisted && tag.$trx === undefined)).toBe(true)
  }, 60_000)

  it('fetchOrCreateMany: one document a key, in the order of each payload', async () => {
    await index()
    const names = Array.from({ length: 20 }, (_, place) => `t${place}`)
    const results = await times(30, (place) => {
      const mine = [...names.slice(place % 20), ...names.slice(0, place % 20)].slice(0, 10)
      return Tag.fetchOrCreateMany(
        'name',
        mine.map((name) => ({ name, color: `c${place}` })),
      )
    })
    const stored = await collection().find().toArray()
    expect(stored).toHaveLength(20)
    const ids = new Map(stored.map(({ _id, name }) => [name, String(_id)]))
    for (const [place, rows] of results.entries()) {
      const mine = [...names.slice(place % 20), ...names.slice(0, place % 20)].slice(0, 10)
      expect(rows.map(({ name }) => name)).toEqual(mine)
      for (const row of rows) expect(row.id).toBe(ids.get(row.name))
    }
  }, 60_000)

  it('updateOrCreateMany: one document a key, and no change is lost', async () => {
    await index()
    const rows = ['a', 'b', 'c'].map((name) => ({ name }))
    const results = await times(30, (place) =>
      Tag.updateOrCreateMany(
        'name',
        rows.map((row) => ({ ...row, color: `c${place}` })),
      ),
    )
    const stored = await collection().find().sort({ name: 1 }).toArray()
    expect(stored.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    expect(stored.map(({ version }) => version)).toEqual([30, 30, 30])
    for (const tags of results) expect(tags.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  }, 60_000)

  const six = ['a', 'b', 'c', 'd', 'e', 'f']
  it.each([
    ['fetchOrCreateMany', six.map((name) => ({ name }))],
    ['updateOrCreateMany', six.map((name) => ({ name }))],
  ] as const)('%s goes on while what it lost is found', async (method, payload) => {
    await index()
    const others = [...six]
    class Overtaken extends Tag {
      static override collection = 'race_tags'
      @beforeCreate() static async overtake(tag: Overtaken) {
        // Somebody else stores one of them before each attempt.
        if (tag.name !== others[0]) return
        await collection().insertOne({ name: others.shift() })
      }
    }
    const tags = await Overtaken[method]('name', payload as never)
    expect(tags.map(({ name }) => name)).toEqual(six)
    expect(others).toEqual([])
    expect(await collection().countDocuments()).toBe(six.length)
  })

  it('updateOrCreate goes on while others are first', async () => {
    await Tag.create({ name: 'a', hits: 0 })
    let others = 25
    class Overtaken extends Tag {
      static override collection = 'race_tags'
      @beforeUpdate() static async overtake() {
        if (others-- > 0) await collection().updateOne({ name: 'a' }, { $inc: { version: 1 } })
      }
    }
    const tag = await Overtaken.updateOrCreate({ name: 'a' }, { hits: 1 })
    expect(tag.version).toBe(27)
    expect(await collection().findOne({ name: 'a' })).toMatchObject({ hits: 1, version: 27 })
  }, 30_000)

  it('a duplicate of something else is an error, and soon', async () => {
    await collection().createIndex({ color: 1 }, { unique: true })
    await Tag.create({ name: 'other', color: 'red' })
    const calls = {
      firstOrCreate: () => Tag.firstOrCreate({ name: 'a' }, { color: 'red' }),
      updateOrCreate: () => Tag.updateOrCreate({ name: 'a' }, { color: 'red' }),
      fetchOrCreateMany: () => Tag.fetchOrCreateMany('name', [{ name: 'a', color: 'red' }]),
      updateOrCreateMany: () => Tag.updateOrCreateMany('name', [{ name: 'a', color: 'red' }]),
    }
    for (const call of Object.values(calls)) {
      const started = performance.now()
      await expect(call()).rejects.toBeInstanceOf(errors.E_DUPLICATE_KEY)
      expect(performance.now() - started).toBeLessThan(2000)
    }
    expect(await collection().countDocuments()).toBe(1)
  })

  it('a duplicate of what is searched by, in a document that does not match, is an error', async () => {
    await index()
    await Tag.create({ name: 'a', group: 'x' })
    const search = { name: 'a', group: 'y' }
    let hooks = 0
    class Counted extends Tag {
      static override collection = 'race_tags'
      @beforeCreate() static count() {
        hooks++
      }
    }
    await expect(Counted.firstOrCreate(search)).rejects.toBeInstanceOf(errors.E_DUPLICATE_KEY)
    await expect(Counted.updateOrCreate(search, { hits: 1 })).rejects.toBeInstanceOf(
      errors.E_DUPLICATE_KEY,
    )
    expect(hooks).toBeLessThanOrEqual(6)
  })
})

describe("inside the callers' own transactions", () => {
  beforeEach(async () => {
    Tag.useDatabase(server.database)
    Numbered.useDatabase(server.database)
    for (const name of ['race_numbers', 'counters']) await server.db.collection(name).drop()
    await server.db.collection('race_tags').drop()
    await server.db.collection('race_tags').createIndex({ name: 1 }, { unique: true })
  })

  it('a hundred who take numbers of a sequence take a hundred, and no transaction runs twice', async () => {
    await server.db.createCollection('race_numbers')
    let runs = 0
    const taken = await times(100, () =>
      server.database.transaction(async (client) => {
        runs++
        return (await Numbered.create({}, { client })).number
      }),
    )
    expect(taken.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, at) => at + 1))
    expect(runs).toBe(100)
    expect(await server.db.collection('race_numbers').countDocuments()).toBe(100)
  })

  it.each([
    ['firstOrCreate', (options: object) => Tag.firstOrCreate({ name: 'a' }, { hits: 0 }, options)],
    [
      'updateOrCreate',
      (options: object) => Tag.updateOrCreate({ name: 'a' }, { hits: 0 }, options),
    ],
    [
      'fetchOrCreateMany',
      async (options: object) =>
        (await Tag.fetchOrCreateMany('name', [{ name: 'a', hits: 0 }], options))[0] as Tag,
    ],
    [
      'updateOrCreateMany',
      async (options: object) =>
        (await Tag.updateOrCreateMany('name', [{ name: 'a', hits: 0 }], options))[0] as Tag,
    ],
  ] as const)(
    '%s: conflicts repeat them, and all get one document',
    async (_, run) => {
      const ids = await times(40, () =>
        server.database.transaction(async (trx) => {
          const tag = await run({ client: trx })
          expect(tag.$trx).toBe(trx)
          return tag.id
        }),
      )
      expect(await server.db.collection('race_tags').countDocuments()).toBe(1)
      expect(new Set(ids).size).toBe(1)
    },
    60_000,
  )

  it('a duplicate in a document that does not match is an error there, too', async () => {
    await Tag.create({ name: 'a', group: 'x' })
    const search = { name: 'a', group: 'y' }
    const rows = [{ ...search }]
    const calls: ((options: object) => Promise<unknown>)[] = [
      (options) => Tag.firstOrCreate(search, {}, options),
      (options) => Tag.updateOrCreate(search, {}, options),
      (options) => Tag.fetchOrCreateMany(['name', 'group'], rows, options),
      (options) => Tag.updateOrCreateMany(['name', 'group'], rows, options),
    ]
    for (const call of calls) {
      const trx = await server.database.transaction()
      const error = await call({ client: trx }).catch((error: unknown) => error)
      expect(error).toBeInstanceOf(errors.E_DUPLICATE_KEY)
      expect(error).toMatchObject({ model: 'Tag', keys: ['name'] })
      await trx.rollback()
    }
  })

  it('nothing is left of one that is rolled back', async () => {
    const trx = await server.database.transaction()
    const tag = await Tag.updateOrCreate({ name: 'a' }, { hits: 1 }, { client: trx })
    await trx.rollback()
    expect(tag.$isPersisted).toBe(false)
    expect(await server.db.collection('race_tags').countDocuments()).toBe(0)
  })
})

it('there is an end to trying again', async () => {
  class Blind extends Tag {
    static override collection = 'race_tags'
    @beforeFind() static skip(query: ModelQueryBuilder<Blind>) {
      // What the search passes over is there all the same when the server looks again.
      query.offset(1)
    }
  }
  Tag.useDatabase(server.database)
  await server.db.collection('race_tags').drop()
  await Tag.create({ name: 'a' })
  const attempt = Blind.firstOrCreate({ name: 'a' })
  await expect(attempt).rejects.toMatchObject({
    code: 'E_WRITE_CONFLICT',
    model: 'Blind',
    operation: 'firstOrCreate',
  })
})
