/** What goes wrong elsewhere: each of these is a behaviour that another system was seen to break. */
import {
  afterCreate,
  afterSave,
  afterUpdate,
  BaseModel,
  beforeSave,
  column,
  Decimal128,
  errors,
  type HookContext,
  ObjectId,
  type TransactionClient,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { afterEach, describe, expect, it } from 'vitest'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'
import { updatesOf } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { database, db } = server
const users = db.collection<Record<string, unknown>>('users')

afterEach(() => users.deleteMany({}))

class User extends BaseModel {
  static override collection = 'users'
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string
  @column() declare fullName: string | null
  @column() declare age: number
  @column() declare tags: string[]
  @column({ prepare: (text: string) => `#${text}`, consume: (text) => String(text).slice(1) })
  declare secret: string
  @column.dateTime({ autoCreate: true, autoUpdate: true }) declare updatedAt: DateTime
}

const NEW = { email: 'new', fullName: 'New', secret: 's', tags: ['a'] }

/** Every way to write a model: what is stored must be the same whichever is taken. */
const WRITES: Record<string, (client?: TransactionClient) => Promise<unknown>> = {
  create: (client) => User.create(NEW, with_(client)),
  createQuietly: (client) => User.createQuietly(NEW, with_(client)),
  createMany: (client) => User.createMany([NEW], with_(client)),
  createManyQuietly: (client) => User.createManyQuietly([NEW], with_(client)),
  save: (client) => {
    const user = new User().merge(NEW)
    if (client !== undefined) user.useTransaction(client)
    return user.save()
  },
  'firstOrNew and save': async (client) =>
    (await User.firstOrNew({ email: 'new' }, NEW, with_(client))).save(),
  firstOrCreate: (client) => User.firstOrCreate({ email: 'new' }, NEW, with_(client)),
  updateOrCreate: (client) => User.updateOrCreate({ email: 'new' }, NEW, with_(client)),
  'fetchOrNewUpMany and save': async (client) =>
    (await User.fetchOrNewUpMany('email', [NEW], with_(client)))[0]?.save(),
  fetchOrCreateMany: (client) => User.fetchOrCreateMany('email', [NEW], with_(client)),
  updateOrCreateMany: (client) => User.updateOrCreateMany('email', [NEW], with_(client)),
}

/** Every way to change a stored document. */
const CHANGES: Record<string, (user: User, client?: TransactionClient) => Promise<unknown>> = {
  save: (user) => user.merge({ secret: 't', fullName: 'Changed' }).save(),
  saveQuietly: (user) => user.merge({ secret: 't', fullName: 'Changed' }).saveQuietly(),
  updateOrCreate: (_, client) =>
    User.updateOrCreate({ email: 'new' }, { secret: 't', fullName: 'Changed' }, with_(client)),
  updateOrCreateMany: (_, client) =>
    User.updateOrCreateMany(
      'email',
      [{ email: 'new', secret: 't', fullName: 'Changed' }],
      with_(client),
    ),
  lockForUpdate: (user) =>
    user.lockForUpdate((fresh) => fresh.merge({ secret: 't', fullName: 'Changed' }).save()),
  'query update': (_, client) =>
    User.query(with_(client)).where('email', 'new').update({ secret: 't', fullName: 'Changed' }),
}

function with_(client: TransactionClient | undefined) {
  return client === undefined ? {} : { client }
}

describe('whichever way a document is written', () => {
  it.each(Object.entries(WRITES))(
    '%s: names are stored names, values prepared',
    async (_, write) => {
      await write()
      expect(await users.findOne()).toEqual({
        _id: expect.objectContaining({ _bsontype: 'ObjectId' }),
        email: 'new',
        full_name: 'New',
        secret: '#s',
        tags: ['a'],
        updated_at: expect.any(Date),
      })
    },
  )

  it.each(Object.entries(WRITES))('%s is part of the transaction', async (_, write) => {
    const trx = await database.transaction()
    await write(trx)
    expect(await users.countDocuments()).toBe(0)
    expect(await User.query({ client: trx }).count()).toBe(1)
    await trx.rollback()
    expect(await users.countDocuments()).toBe(0)
  })

  it.each(Object.entries(CHANGES))(
    '%s: the same for changes, and dates move',
    async (_, change) => {
      const user = await User.create({ ...NEW, updatedAt: DateTime.fromISO('2020-01-01') })
      await change(user)
      const stored = await users.findOne()
      expect(stored).toMatchObject({ full_name: 'Changed', secret: '#t', tags: ['a'] })
      expect(Object.keys(stored ?? {}).sort()).toEqual(
        ['_id', 'email', 'full_name', 'secret', 'tags', 'updated_at'].sort(),
      )
      expect(stored?.updated_at).toSatisfy((date: Date) => date.getFullYear() > 2020)
    },
  )

  it.each(Object.entries(CHANGES))('%s: changes are part of the transaction', async (_, change) => {
    const { id } = await User.create(NEW)
    const trx = await database.transaction()
    const user = await User.findOrFail(id, { client: trx })
    await change(user, trx)
    expect(await users.findOne()).toMatchObject({ full_name: 'New' })
    await trx.rollback()
    expect(await users.findOne()).toMatchObject({ full_name: 'New', secret: '#s' })
  })

  it.each(Object.entries(WRITES))(
    '%s: a duplicate key keeps its code and fields',
    async (_, write) => {
      await users.createIndex({ full_name: 1 }, { unique: true })
      try {
        await users.insertOne({ email: 'other', full_name: 'New' })
        const error = await write().catch((error: unknown) => error)
        expect(error).toBeInstanceOf(errors.E_DUPLICATE_KEY)
        expect(error).toMatchObject({ model: 'User', keys: ['full_name'], status: 409 })
        expect(String(error)).not.toContain('New')
        expect(await users.countDocuments()).toBe(1)
      } finally {
        await users.dropIndexes()
      }
    },
  )
})

describe('a document that was just read or written is clean', () => {
  const READS: Record<string, (id: string) => Promise<User | null | undefined>> = {
    find: (id) => User.find(id),
    findBy: () => User.findBy('email', 'new'),
    first: () => User.first(),
    findManyBy: async () => (await User.findManyBy('email', 'new'))[0],
    firstOrNew: () => User.firstOrNew({ email: 'new' }, { age: 9 }),
    firstOrCreate: () => User.firstOrCreate({ email: 'new' }, { age: 9 }),
    'firstOrCreate, missing': () => User.firstOrCreate({ email: 'x' }, NEW),
    updateOrCreate: () => User.updateOrCreate({ email: 'new' }, { age: 9 }),
    'updateOrCreate, missing': () => User.updateOrCreate({ email: 'x' }, { secret: 'x' }),
    fetchOrNewUpMany: async () =>
      (await User.fetchOrNewUpMany('email', [{ email: 'new', age: 9 }]))[0],
    fetchOrCreateMany: async () =>
      (await User.fetchOrCreateMany('email', [{ email: 'new', age: 9 }]))[0],
    updateOrCreateMany: async () =>
      (await User.updateOrCreateMany('email', [{ email: 'new', age: 9 }]))[0],
    lockForUpdate: async (id) => (await User.findOrFail(id)).lockForUpdate((fresh) => fresh),
    refresh: async (id) => (await User.findOrFail(id)).refresh(),
    $createFromAdapterResult: async () => User.$createFromAdapterResult(await users.findOne()),
  }

  it.each(Object.entries(READS))('%s', async (_, read) => {
    const { id } = await User.create(NEW)
    const user = (await read(id)) as User
    expect(user).toMatchObject({ $isPersisted: true, $isDirty: false })
    // Looking at every value must not look like a change.
    user.toJSON()
    expect(user.toObject().tags).toBe(user.tags)
    expect(user.$dirty).toEqual({})
    expect(await updatesOf(server, 'users', () => user.save())).toEqual([])
    expect(Object.keys(user.$extras)).toEqual([])
  })
})

describe('updates', () => {
  it('two instances that change different columns do not undo each other', async () => {
    const { id } = await User.create(NEW)
    const [one, two] = await Promise.all([User.findOrFail(id), User.findOrFail(id)])
    await one.merge({ fullName: 'One' }).save()
    await two.merge({ age: 2 }).save()
    expect(await users.findOne()).toMatchObject({ full_name: 'One', age: 2 })
  })

  it('serialising changes nothing', async () => {
    const user = await User.create(NEW)
    const before = await users.findOne()
    await new Promise((done) => setTimeout(done, 5))
    user.toJSON()
    user.serialize()
    user.toObject()
    await user.save()
    expect(await users.findOne()).toEqual(before)
  })

  it('changes in place are saved', async () => {
    await User.create(NEW)
    const user = await User.firstOrFail()
    user.tags.push('b')
    await user.save()
    expect(await users.findOne()).toMatchObject({ tags: ['a', 'b'] })
  })

  it('refresh gives the property, not what is stored for it', async () => {
    const user = await User.create(NEW)
    await user.refresh()
    expect(user.secret).toBe('s')
    await user.merge({ age: 1 }).save()
    expect(await users.findOne()).toMatchObject({ secret: '#s' })
  })

  it('a failed save does not pretend to have happened', async () => {
    await users.createIndex({ email: 1 }, { unique: true })
    try {
      await User.create({ email: 'taken' })
      const user = await User.create({ email: 'free' })
      const { updatedAt } = user
      await expect(user.merge({ email: 'taken' }).save()).rejects.toBeInstanceOf(
        errors.E_DUPLICATE_KEY,
      )
      expect(user.$dirty).toEqual({ email: 'taken' })
      expect(user.updatedAt).toBe(updatedAt)
      await user.merge({ email: 'other' }).save()
      expect(await users.countDocuments({ email: 'other' })).toBe(1)
    } finally {
      await users.dropIndexes()
    }
  })
})

describe('values that are falsy', () => {
  class Thing extends BaseModel {
    static override collection = 'users'
    static override selfAssignPrimaryKey = true
    @column({ isPrimary: true }) declare key: unknown
    @column() declare value: unknown
  }
  const FALSY = [0, '', false] as const

  it.each(FALSY)('%j is a value to search by, to store and to update', async (value) => {
    const made = await Thing.firstOrCreate({ value }, { key: 'k' })
    expect(await users.findOne()).toEqual({ _id: 'k', value })
    expect((await Thing.firstOrCreate({ value }, { key: 'other' })).key).toBe(made.key)
    await Thing.updateOrCreate({ key: 'k' }, { value: 'set' })
    await Thing.updateOrCreate({ key: 'k' }, { value })
    const [row] = await Thing.fetchOrNewUpMany('value', [{ value }])
    expect(row).toMatchObject({ key: 'k', value, $isPersisted: true })
  })

  it.each(FALSY)('%j is a primary key', async (key) => {
    await Thing.create({ key, value: 1 })
    expect(await users.findOne()).toEqual({ _id: key, value: 1 })
    const read = await Thing.findOrFail(key)
    await read.merge({ value: 2 }).save()
    expect(await read.lockForUpdate((fresh) => fresh.value)).toBe(2)
    await read.refresh()
    await read.delete()
    expect(await users.countDocuments()).toBe(0)
  })
})

describe('defaults', () => {
  class Order extends BaseModel {
    static override collection = 'users'
    @column({ isPrimary: true }) declare id: string
    @column() number = 0
    @column() status: string | null = 'pending'
    @column() declare note: string
    @beforeSave() static fill(order: Order) {
      order.note ??= 'none'
    }
  }

  it.each<[string, () => Promise<unknown>]>([
    ['create', () => Order.create({ number: 1 })],
    ['createMany', () => Order.createMany([{ number: 1 }])],
    ['firstOrCreate', () => Order.firstOrCreate({ number: 1 })],
    ['updateOrCreate', () => Order.updateOrCreate({ number: 1 }, {})],
    ['fetchOrCreateMany', () => Order.fetchOrCreateMany('number', [{ number: 1 }])],
    ['updateOrCreateMany', () => Order.updateOrCreateMany('number', [{ number: 1 }])],
  ])('are stored by %s, those of class fields and of hooks', async (_, write) => {
    await write()
    expect(await users.findOne()).toMatchObject({ number: 1, status: 'pending', note: 'none' })
  })

  it('what is given goes over them, null too', async () => {
    await Order.firstOrCreate({ number: 1 }, { status: null, note: 'given' })
    expect(await users.findOne()).toMatchObject({ status: null, note: 'given' })
  })

  it('are not written over what is stored', async () => {
    await users.insertOne({ number: 1, note: 'kept' })
    const orders = [
      await Order.firstOrCreate({ number: 1 }),
      await Order.updateOrCreate({ number: 1 }, { note: 'kept' }),
      ...(await Order.updateOrCreateMany('number', [{ number: 1, note: 'kept' }])),
    ]
    for (const order of orders) expect(order.status).toBeUndefined()
    const { _id, ...stored } = (await users.findOne()) ?? {}
    expect(stored).toEqual({ number: 1, note: 'kept' })
    expect(_id).toBeDefined()
  })
})

describe('hooks', () => {
  it('an after hook can tell creating from updating, and has the key', async () => {
    const seen: unknown[] = []
    class Watched extends User {
      @afterSave() static saved(user: Watched, { operation }: HookContext) {
        seen.push([operation, user.id.length, user.$isPersisted, user.$isLocal])
      }
      @afterCreate() static created(user: Watched) {
        seen.push(['created', user.id.length])
      }
      @afterUpdate() static updated(user: Watched) {
        seen.push(['updated', user.id.length])
      }
    }
    await Watched.updateOrCreate({ email: 'a' }, { age: 1 })
    await Watched.updateOrCreate({ email: 'a' }, { age: 2 })
    expect(seen).toEqual([
      ['created', 24],
      ['create', 24, true, true],
      ['updated', 24],
      ['update', 24, true, false],
    ])
  })

  it('run once on what they prepare, however often an attempt is repeated', async () => {
    const passwords: string[] = []
    class Hashing extends User {
      static override collection = 'users'
      @column() declare password: string
      @beforeSave() static hash(user: Hashing) {
        if (user.$isNew || 'password' in user.$dirty) user.password = `hash(${user.password})`
        passwords.push(user.password)
      }
    }
    await users.createIndex({ email: 1 }, { unique: true })
    try {
      await Promise.all(
        Array.from({ length: 20 }, () => Hashing.updateOrCreate({ email: 'a' }, { password: 'p' })),
      )
    } finally {
      await users.dropIndexes()
    }
    expect(passwords.length).toBeGreaterThanOrEqual(20)
    expect(new Set(passwords)).toEqual(new Set(['hash(p)']))
    expect(await users.find().toArray()).toMatchObject([{ password: 'hash(p)' }])
  })

  it('of a subclass are not those of its parent, and neither are its columns', async () => {
    let called = 0
    class Admin extends User {
      @column() declare level: number
      @column.version() declare version: number
      @beforeSave() static count() {
        called++
      }
    }
    await User.firstOrCreate({ email: 'x' })
    expect(called).toBe(0)
    const stored = await users.findOne()
    expect(stored).not.toHaveProperty('version')
    await expect(User.firstOrCreate({ level: 1 } as never)).rejects.toBeInstanceOf(
      errors.E_UNKNOWN_COLUMN,
    )
    await Admin.truncate()
    await Admin.firstOrCreate({ email: 'x', level: 1 })
    expect(called).toBe(1)
    expect(await db.collection(Admin.table ?? '').findOne()).toMatchObject({ level: 1, version: 1 })
    await db.collection(Admin.table ?? '').drop()
  })
})

describe('many at once', () => {
  it('each document is stored once, by few commands', async () => {
    const rows = Array.from({ length: 3000 }, (_, age) => ({ email: `e${age}`, age }))
    const commands = await commandsOf(server, 'users', () => User.fetchOrCreateMany('email', rows))
    expect(commands.filter((name) => name === 'insert').length).toBeLessThan(5)
    expect(await users.countDocuments()).toBe(3000)
    expect((await users.distinct('email')).length).toBe(3000)
    const again = await User.fetchOrCreateMany('email', rows)
    expect(again.map(({ age }) => age)).toEqual(rows.map(({ age }) => age))
    expect(await users.countDocuments()).toBe(3000)
  })
})

describe('values', () => {
  it('an operator in what is searched by is a value', async () => {
    await User.create({ email: 'ada' })
    const attack = { $ne: null } as never
    const made = await User.firstOrNew({ email: attack })
    expect(made.$isNew).toBe(true)
    expect(await User.findManyBy('email', attack)).toEqual([])
    const [row] = await User.fetchOrNewUpMany('email', [{ email: attack }])
    expect(row?.$isNew).toBe(true)
    const created = await User.firstOrCreate({ email: attack }, { age: 1 })
    expect(await users.countDocuments()).toBe(2)
    expect(created.email).toEqual({ $ne: null })
  })

  it('decimals stay decimals', async () => {
    class Price extends BaseModel {
      static override collection = 'users'
      @column() declare name: string
      @column() declare amount: Decimal128
    }
    const amount = Decimal128.fromString('0.10000000000000000000000000001')
    await Price.firstOrCreate({ name: 'a', amount })
    const price = await Price.updateOrCreate({ amount }, { name: 'b' })
    expect(String(price.amount)).toBe('0.10000000000000000000000000001')
    const [row] = await Price.fetchOrCreateMany('amount', [{ amount, name: 'c' }])
    expect(row?.name).toBe('b')
    expect(await users.find().toArray()).toMatchObject([{ name: 'b', amount }])
  })

  it('a key that is given as text is stored as the id that finds it', async () => {
    const id = 'a'.repeat(24)
    await User.updateOrCreate({ id }, { email: 'x' })
    expect(await users.findOne()).toMatchObject({ _id: new ObjectId(id) })
    expect((await User.updateOrCreate({ id }, { email: 'y' })).id).toBe(id)
    expect(await users.countDocuments()).toBe(1)
  })

  it('a model as a value is refused, wherever it stands', async () => {
    class Note extends BaseModel {
      static override collection = 'users'
      @column() declare owner: unknown
    }
    const user = await User.create(NEW)
    const writes: (() => Promise<unknown>)[] = [
      () => Note.create({ owner: user }),
      () => Note.create({ owner: [{ user }] }),
      () => Note.createMany([{ owner: user }]),
      () =>
        Note.firstOrCreate({}, { owner: user }).then((note) => note.merge({ owner: user }).save()),
      () => Note.query().where('owner', user).exec(),
      () => Note.query().where('owner', 'x').update({ owner: user }),
    ]
    for (const write of writes) {
      const error = await Promise.resolve()
        .then(write)
        .catch((error: unknown) => error)
      expect(error, write.toString()).toBeInstanceOf(errors.E_INVALID_VALUE)
      expect(error).toMatchObject({ model: 'Note' })
    }
    expect(await users.countDocuments()).toBe(1)
    await Note.create({ owner: user.id })
  })

  it('properties that are no columns are not stored', async () => {
    const user = await User.create(NEW)
    Object.assign(user, { draft: true })
    await user.merge({ age: 1 }).save()
    expect(await users.findOne()).not.toHaveProperty('draft')
  })
})
