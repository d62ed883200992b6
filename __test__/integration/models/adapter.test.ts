import {
  Adapter,
  type AdapterColumns,
  type AdapterContract,
  afterCreate,
  BaseModel,
  beforeSave,
  type CallLimits,
  column,
  Database,
  errors,
  type Model,
  type ModelAdapterOptions,
  type ModelClass,
  ObjectId,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { afterEach, describe, expect, it } from 'vitest'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'

const server = lucentDatabase()
const { database, db } = server
const users = db.collection('users')

type Call = [method: string, ...arguments_: unknown[]]

/** Writes down what is asked, and does it. */
class Recorder extends Adapter {
  readonly calls: Call[] = []

  override modelClient(instance: Model) {
    this.calls.push(['modelClient', instance])
    return super.modelClient(instance)
  }

  override modelConstructorClient(model: ModelClass, options?: ModelAdapterOptions) {
    this.calls.push(['modelConstructorClient', model, options])
    return super.modelConstructorClient(model, options)
  }

  override insert(instance: Model, columns: AdapterColumns, limits?: CallLimits) {
    this.calls.push(['insert', instance, columns, limits])
    return super.insert(instance, columns, limits)
  }

  override update(instance: Model, columns: AdapterColumns, limits?: CallLimits) {
    this.calls.push(['update', instance, columns, limits])
    return super.update(instance, columns, limits)
  }

  override delete(instance: Model, limits?: CallLimits) {
    this.calls.push(['delete', instance, limits])
    return super.delete(instance, limits)
  }

  override refresh(instance: Model) {
    this.calls.push(['refresh', instance])
    return super.refresh(instance)
  }

  override query<T extends ModelClass>(model: T, options?: ModelAdapterOptions) {
    this.calls.push(['query', model, options])
    return super.query(model, options)
  }

  /** What was asked of documents, without the questions for a client. */
  get work(): Call[] {
    return this.calls.filter(([method]) => !method.endsWith('Client'))
  }
}

/** Keeps documents in memory; there is no server. */
class Memory extends Adapter {
  readonly documents = new Map<string, AdapterColumns>()

  #key(instance: Model): string {
    return String((instance as unknown as { id: unknown }).id)
  }

  override async insert(_: Model, columns: AdapterColumns) {
    const key = String(columns._id)
    if (this.documents.has(key)) throw new Error('a document with this key is there')
    this.documents.set(key, columns)
  }

  override async update(instance: Model, columns: AdapterColumns) {
    const key = this.#key(instance)
    this.documents.set(key, { ...this.documents.get(key), ...columns })
  }

  override async delete(instance: Model) {
    this.documents.delete(this.#key(instance))
  }
}

function modelWith(adapter?: AdapterContract) {
  class User extends BaseModel {
    static override collection = 'users'
    @column({ isPrimary: true }) declare id: string
    @column() declare fullName: string | null
    @column() declare tags: string[]
    @column.objectId() declare teamId: string | null
    @column.dateTime({ autoCreate: true, autoUpdate: true }) declare updatedAt: DateTime
    @column({
      prepare: (text: string) => `<${text}>`,
      consume: (text) => String(text).slice(1, -1),
    })
    declare note: string
    @column.version() declare version: number
  }
  if (adapter !== undefined) User.useAdapter(adapter)
  return User
}

const TEAM = 'a'.repeat(24)

afterEach(() => users.deleteMany({}))

describe('an adapter of the application', () => {
  it('gets what is stored, by stored names, as it is stored', async () => {
    const adapter = new Recorder()
    const User = modelWith(adapter)
    const user = await User.create({ fullName: 'Ada', tags: ['x'], teamId: TEAM, note: 'n' })
    expect(adapter.work).toEqual([
      [
        'insert',
        user,
        {
          _id: new ObjectId(user.id),
          full_name: 'Ada',
          tags: ['x'],
          team_id: new ObjectId(TEAM),
          updated_at: user.updatedAt.toJSDate(),
          note: '<n>',
          version: 1,
        },
        {},
      ],
    ])
    expect(adapter.work[0]?.[1]).toBe(user)
    expect(await users.findOne()).toEqual(adapter.work[0]?.[2])
  })

  it('gets what changed; a field that goes is undefined', async () => {
    const adapter = new Recorder()
    const User = modelWith(adapter)
    const user = await User.create({ fullName: 'Ada', tags: ['x'], teamId: TEAM, note: 'n' })
    user.tags.push('Zoë')
    user.teamId = 'b'.repeat(24)
    await user.unset('fullName').save()
    const [, , columns] = adapter.work[1] ?? []
    expect(columns).toEqual({
      full_name: undefined,
      tags: ['x', 'Zoë'],
      team_id: new ObjectId('b'.repeat(24)),
      updated_at: user.updatedAt.toJSDate(),
      version: 2,
    })
    expect(Object.keys(columns as object)).toContain('full_name')
    const stored = await users.findOne()
    expect(stored).toMatchObject({ tags: ['x', 'Zoë'], version: 2, note: '<n>' })
    expect(stored).not.toHaveProperty('full_name')
  })

  it('is asked for every operation', async () => {
    const adapter = new Recorder()
    const User = modelWith(adapter)
    const OPERATIONS: [() => Promise<unknown>, string[]][] = [
      [() => User.create({}), ['modelClient', 'insert', 'modelClient']],
      [() => User.createQuietly({}), ['modelClient', 'insert', 'modelClient']],
      [() => new User().save(), ['modelClient', 'insert', 'modelClient']],
      [
        () => User.createMany([{}, {}]),
        ['modelConstructorClient', 'insert', 'modelClient', 'insert', 'modelClient'],
      ],
      [() => User.find(TEAM), ['modelConstructorClient', 'query', 'modelConstructorClient']],
      [() => User.findBy('fullName', 'x'), ['query', 'modelConstructorClient']],
      [() => User.findManyBy('fullName', 'x'), ['query', 'modelConstructorClient']],
      [() => User.findMany([TEAM]), ['query', 'modelConstructorClient']],
      [() => User.first(), ['query', 'modelConstructorClient']],
      [() => User.firstOrFail(), ['query', 'modelConstructorClient']],
      [() => User.all(), ['query', 'modelConstructorClient']],
      [() => User.query().exec(), ['query', 'modelConstructorClient']],
      [() => User.query().count(), ['query', 'modelConstructorClient']],
      [() => User.firstOrNew({ fullName: 'x' }), ['query', 'modelConstructorClient']],
      [
        () => User.firstOrCreate({ fullName: 'x' }),
        [
          ['modelConstructorClient', 'query', 'modelConstructorClient'],
          ['modelClient', 'insert', 'modelClient'],
        ].flat(),
      ],
      [
        () => User.updateOrCreate({ fullName: 'x' }, { note: 'n' }),
        [
          ['modelConstructorClient', 'query', 'modelConstructorClient'],
          ['modelClient', 'update', 'modelClient'],
        ].flat(),
      ],
      [
        () => User.fetchOrCreateMany('fullName', [{ fullName: 'x' }, { fullName: 'y' }]),
        [
          ['modelConstructorClient', 'query', 'modelConstructorClient', 'query'],
          ['modelClient', 'insert', 'modelClient'],
        ].flat(),
      ],
      [() => User.truncate(), ['modelConstructorClient']],
    ]
    for (const [run, methods] of OPERATIONS) {
      adapter.calls.length = 0
      await run()
      expect([run.toString(), adapter.calls.map(([method]) => method)]).toEqual([
        run.toString(),
        methods,
      ])
    }
    const user = await User.create({ fullName: 'Ada' })
    adapter.calls.length = 0
    await user.refresh()
    await user.merge({ fullName: 'Eve' }).save()
    await user.merge({ fullName: 'Eve' }).save()
    await user.lockForUpdate(() => 1)
    await user.delete()
    expect(adapter.work.map(([method]) => method)).toEqual([
      'refresh',
      'query',
      'update',
      'query',
      'delete',
    ])
    expect(await users.countDocuments()).toBe(0)
  })

  it('hears of signal and timeout', async () => {
    const adapter = new Recorder()
    const User = modelWith(adapter)
    const { signal } = new AbortController()
    const user = await new User().save({ signal, timeout: 900 })
    await user.merge({ fullName: 'x' }).save({ timeout: 800 })
    await user.delete({ signal })
    expect(adapter.work.map((call) => call.at(-1))).toEqual([
      { signal, timeout: 900 },
      { timeout: 800 },
      { signal },
    ])
    const aborted = User.create({}, { signal: AbortSignal.abort() })
    await expect(aborted).rejects.toBeInstanceOf(errors.E_ABORTED)
  })

  it('leaves hooks, dates, dirty tracking and errors as they are', async () => {
    const adapter = new Recorder()
    const events: string[] = []
    class User extends modelWith(adapter) {
      static override collection = 'users'
      @beforeSave() static named(user: User) {
        events.push('before')
        user.fullName ??= 'nobody'
      }
      @afterCreate() static noted() {
        events.push('after')
      }
    }
    await users.createIndex({ full_name: 1 }, { unique: true })
    try {
      const user = await User.create({})
      expect(events).toEqual(['before', 'after'])
      expect(user).toMatchObject({ fullName: 'nobody', $isPersisted: true, $isDirty: false })
      expect(user.$original).toMatchObject({ fullName: 'nobody', version: 1 })
      await expect(User.create({})).rejects.toMatchObject({
        code: 'E_DUPLICATE_KEY',
        model: 'User',
        operation: 'create',
        keys: ['full_name'],
      })
      const second = new User()
      await expect(second.save()).rejects.toBeInstanceOf(errors.E_DUPLICATE_KEY)
      expect(second).toMatchObject({ $isPersisted: false, id: undefined, fullName: undefined })
    } finally {
      await users.dropIndexes()
    }
  })

  it('checks versions', async () => {
    const User = modelWith(new Recorder())
    const { id } = await User.create({ fullName: 'Ada' })
    const [one, two] = await Promise.all([User.findOrFail(id), User.findOrFail(id)])
    await one.merge({ fullName: 'Eve' }).save()
    await expect(two.merge({ fullName: 'Bo' }).save()).rejects.toBeInstanceOf(errors.E_STALE_MODEL)
    expect(two).toMatchObject({ version: 1, fullName: 'Bo', $isDirty: true })
    await expect(two.delete()).rejects.toBeInstanceOf(errors.E_STALE_MODEL)
    expect(two.$isDeleted).toBe(false)
    await one.delete()
  })

  it('is part of a transaction, and rolled back with it', async () => {
    const adapter = new Recorder()
    const User = modelWith(adapter)
    const trx = await database.transaction()
    const user = await User.create({ fullName: 'Ada' }, { client: trx })
    await user.merge({ fullName: 'Eve' }).save()
    expect(adapter.work.map(([method]) => method)).toEqual(['insert', 'update'])
    await trx.rollback()
    expect(user.$isPersisted).toBe(false)
    expect(await users.countDocuments()).toBe(0)
  })

  it('what it throws reaches the caller, and the instance is as before', async () => {
    const stop = new Error('stop')
    class Failing extends Adapter {
      override async insert() {
        throw stop
      }
      override async update() {
        throw stop
      }
      override async delete() {
        throw stop
      }
    }
    const User = modelWith(new Failing())
    const user = new User().merge({ fullName: 'Ada' })
    await expect(user.save()).rejects.toBe(stop)
    expect(user).toMatchObject({ $isPersisted: false, id: undefined, updatedAt: undefined })
    const stored = await modelWith().create({ fullName: 'Ada' })
    const read = await User.findOrFail(stored.id)
    const { updatedAt } = read
    await expect(read.merge({ fullName: 'Eve' }).save()).rejects.toBe(stop)
    expect(read).toMatchObject({ version: 1, fullName: 'Eve', $isDirty: true })
    expect(read.updatedAt.toMillis()).toBe(updatedAt.toMillis())
    await expect(read.delete()).rejects.toBe(stop)
    expect(read.$isDeleted).toBe(false)
  })

  it('can stand in for a server', async () => {
    const memory = new Memory()
    const User = modelWith(memory)
    User.useDatabase(
      new Database({
        connection: 'none',
        connections: { none: { url: 'mongodb://nowhere.invalid/x' } },
      }),
    )
    const user = await User.create({ fullName: 'Ada', tags: [] })
    user.tags.push('x')
    await user.save()
    await User.createMany([{ fullName: 'Ben' }, { fullName: 'Eve' }])
    expect([...memory.documents.values()]).toMatchObject([
      { full_name: 'Ada', tags: ['x'], version: 2 },
      { full_name: 'Ben' },
      { full_name: 'Eve' },
    ])
    await user.delete()
    expect(memory.documents.size).toBe(2)
    expect(user.$isDeleted).toBe(true)
  })

  it('can send models elsewhere', async () => {
    const other = database.add('elsewhere', {
      url: server.uri,
      database: `${server.name}_elsewhere`,
    })
    const elsewhere = server.client.db(`${server.name}_elsewhere`)
    class Tenant extends Adapter {
      override modelClient() {
        return other
      }
      override modelConstructorClient() {
        return other
      }
    }
    try {
      const User = modelWith(new Tenant())
      const user = await User.create({ fullName: 'Ada' })
      await User.createMany([{ fullName: 'Ben' }])
      await user.merge({ fullName: 'Eve' }).save()
      expect((await User.all()).map(({ fullName }) => fullName)).toEqual(['Ben', 'Eve'])
      expect((await User.findOrFail(user.id)).fullName).toBe('Eve')
      expect(await User.query().where('fullName', 'Ben').delete()).toEqual([1])
      await user.refresh()
      expect(await elsewhere.collection('users').countDocuments()).toBe(1)
      expect(await users.countDocuments()).toBe(0)
    } finally {
      await other.close()
      await elsewhere.dropDatabase()
    }
  })
})

describe('useAdapter', () => {
  it('sets that of a class and of those that extend it', async () => {
    const first = new Recorder()
    const second = new Recorder()
    class Parent extends BaseModel {
      static override collection = 'users'
    }
    class Child extends Parent {
      static override collection = 'users'
    }
    const before = Parent.$adapter
    expect(before).toBeInstanceOf(Adapter)
    Parent.useAdapter(first)
    expect(Child.$adapter).toBe(first)
    await Child.create({})
    Child.useAdapter(second)
    await Child.create({})
    await Parent.create({})
    expect(first.work).toHaveLength(2)
    expect(second.work).toHaveLength(1)
    expect(BaseModel.$adapter).toBe(before)
    Child.useAdapter(BaseModel.$adapter)
    await Child.create({})
    expect(second.work).toHaveLength(1)
  })

  it('a plain adapter does what models do by themselves', async () => {
    const plain = modelWith()
    const adapted = modelWith(new Adapter())
    const results = []
    for (const User of [plain, adapted]) {
      const sent = await commandsOf(server, 'users', async () => {
        const user = await User.create({ fullName: 'Zoë', tags: ['x'], teamId: TEAM, note: 'n' })
        user.tags = []
        await user.merge({ teamId: null, note: 'm' }).save()
        await user.refresh()
        await user.delete()
      })
      await User.create({ fullName: 'Zoë', teamId: TEAM, note: 'n', updatedAt: DateTime.now() })
      const stored = await users.findOne({}, { projection: { _id: 0, updated_at: 0 } })
      await users.deleteMany({})
      results.push([sent, stored])
    }
    expect(results[0]).toEqual(results[1])
    expect(results[0]?.[0]).toEqual(['insert', 'update', 'query', 'remove'])
  })

  it('what a plain adapter sends is told to those who listen, once', async () => {
    const User = modelWith(new Adapter())
    const told: string[] = []
    const { config } = database.connection()
    const debugged = database.add('told', { ...config, debug: true })
    const off = database.onQuery(({ operation }) => told.push(operation))
    try {
      const user = await User.create({ fullName: 'Ada' }, { connection: 'told' })
      await user.merge({ fullName: 'Eve' }).save()
      await user.delete()
      await User.createMany([{ fullName: 'Ben' }, { fullName: 'Cem' }], { connection: 'told' })
      expect(told).toEqual(['create', 'update', 'delete', 'create', 'create'])
    } finally {
      off()
      await debugged.close()
    }
  })
})
