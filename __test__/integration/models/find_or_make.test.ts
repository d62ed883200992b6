import {
  BaseModel,
  beforeFetch,
  beforeFind,
  column,
  errors,
  type ModelQueryBuilder,
  ObjectId,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const server = lucentDatabase()
const { database, db } = server
const users = db.collection('users')

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string
  @column() declare fullName: string | null
  @column() declare age: number
  @column.objectId() declare teamId: string
  @column.dateTime() declare seenAt: DateTime
  @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
}

afterEach(() => users.deleteMany({}))

const TEAM = 'aaaaaaaaaaaaaaaaaaaaaaaa'
const emails = (rows: readonly User[]) => rows.map(({ email }) => email)

describe('firstOrNew', () => {
  it('answers what is there, and drops the values', async () => {
    const ada = await User.create({ email: 'ada', age: 1 })
    const found = await User.firstOrNew({ email: 'ada' }, { age: 2 })
    expect(found).toMatchObject({ id: ada.id, age: 1, $isPersisted: true, $isDirty: false })
  })

  it('makes a new instance of both, and stores nothing', async () => {
    const user = await User.firstOrNew({ email: 'ada', age: 1 }, { age: 2, fullName: 'Ada' })
    expect(user).toMatchObject({ email: 'ada', age: 2, fullName: 'Ada', $isNew: true })
    expect(await users.countDocuments()).toBe(0)
    await user.save()
    expect(await users.findOne()).toMatchObject({ email: 'ada', age: 2, full_name: 'Ada' })
  })

  it('needs no values', async () => {
    expect(await User.firstOrNew({ email: 'ada' })).toMatchObject({ email: 'ada', $isNew: true })
  })
})

describe('firstOrCreate', () => {
  it('answers what is there, and drops the values', async () => {
    const ada = await User.create({ email: 'ada', age: 1 })
    const found = await User.firstOrCreate({ email: 'ada' }, { age: 2 })
    expect(found).toMatchObject({ id: ada.id, age: 1, $isLocal: false })
    expect(await users.countDocuments()).toBe(1)
  })

  it('stores a new document of both', async () => {
    const user = await User.firstOrCreate({ email: 'ada', teamId: TEAM }, { age: 2 })
    expect(user).toMatchObject({ email: 'ada', age: 2, $isPersisted: true, $isLocal: true })
    expect(user).toMatchObject({ $isDirty: false, $isNew: false })
    expect(await users.findOne()).toEqual({
      _id: new ObjectId(user.id),
      email: 'ada',
      team_id: new ObjectId(TEAM),
      age: 2,
      created_at: user.createdAt.toJSDate(),
    })
    user.age = 3
    await user.save()
    expect(await users.findOne()).toMatchObject({ email: 'ada', age: 3 })
  })

  it('without anything to search by, answers any document', async () => {
    const first = await User.firstOrCreate({}, { email: 'ada' })
    expect((await User.firstOrCreate({}, { email: 'ben' })).id).toBe(first.id)
  })

  it('searches null as null or missing, and stores null', async () => {
    const user = await User.firstOrCreate({ fullName: null }, { email: 'ada' })
    expect(await users.findOne()).toMatchObject({ full_name: null })
    expect((await User.firstOrCreate({ fullName: null })).id).toBe(user.id)
  })

  it('takes text, ids and dates of any form for the same', async () => {
    const seenAt = DateTime.fromISO('2026-01-02T03:04:05Z')
    const user = await User.firstOrCreate({ teamId: TEAM, seenAt }, { email: 'ada' })
    const again = await User.firstOrCreate({
      teamId: new ObjectId(TEAM) as never,
      seenAt: seenAt.toJSDate(),
    })
    expect(again.id).toBe(user.id)
  })

  it('finds as the hooks of the search say, and knows what the server stored by them', async () => {
    class Live extends User {
      static override collection = 'users'
      @column() declare deletedAt: Date | null
      @beforeFind() static live(query: ModelQueryBuilder<Live>) {
        query.whereNull('deletedAt')
      }
    }
    await users.insertOne({ email: 'ada', deleted_at: new Date() })
    const user = await Live.firstOrCreate({ email: 'ada' }, { age: 1 })
    expect(await users.countDocuments()).toBe(2)
    expect(await users.findOne({ age: 1 })).toMatchObject({ deleted_at: null })
    expect(user.$original).toMatchObject({ email: 'ada', deletedAt: null })
    expect(user.$isDirty).toBe(false)
    expect((await Live.firstOrCreate({ email: 'ada' })).id).toBe(user.id)
  })

  it('a hook may say of the search what the search says too', async () => {
    class Mine extends User {
      static override collection = 'users'
      @beforeFind() static scope(query: ModelQueryBuilder<Mine>) {
        query.where('teamId', TEAM)
      }
    }
    const user = await Mine.firstOrCreate({ email: 'ada', teamId: TEAM }, { age: 1 })
    expect(user).toMatchObject({ $isPersisted: true, age: 1 })
    expect((await Mine.firstOrCreate({ email: 'ada', teamId: TEAM })).id).toBe(user.id)
    expect(await users.countDocuments()).toBe(1)
  })
})

describe('updateOrCreate', () => {
  it('saves to what is there', async () => {
    const ada = await User.create({ email: 'ada', age: 1, fullName: 'Ada' })
    const user = await User.updateOrCreate({ email: 'ada' }, { age: 2 })
    expect(user).toMatchObject({ id: ada.id, age: 2, fullName: 'Ada', $isDirty: false })
    expect(await users.findOne()).toMatchObject({ age: 2, full_name: 'Ada' })
  })

  it('stores a new document of both', async () => {
    const user = await User.updateOrCreate({ email: 'ada', age: 1 }, { age: 2 })
    expect(user).toMatchObject({ email: 'ada', age: 2, $isPersisted: true, $isDirty: false })
    expect(user.$trx).toBeUndefined()
    expect(await users.findOne()).toMatchObject({ email: 'ada', age: 2 })
  })

  it('undoes what it stored when an after hook fails', async () => {
    class Failing extends User {
      static override collection = 'users'
    }
    const stop = new Error('stop')
    Failing.after('save', () => {
      throw stop
    })
    await expect(Failing.updateOrCreate({ email: 'ada' }, { age: 1 })).rejects.toBe(stop)
    expect(await users.countDocuments()).toBe(0)
    await User.create({ email: 'ada', age: 1 })
    await expect(Failing.updateOrCreate({ email: 'ada' }, { age: 2 })).rejects.toBe(stop)
    expect(await users.findOne()).toMatchObject({ age: 1 })
  })
})

const ROWS = [{ email: 'x' }, { email: 'ben', age: 2 }, { email: 'y' }, { email: 'ada', age: 1 }]

describe('fetchOrNewUpMany', () => {
  it('answers what is there and new instances, in the order of the objects', async () => {
    await User.createMany([
      { email: 'ada', age: 36 },
      { email: 'ben', age: 37 },
    ])
    const rows = await User.fetchOrNewUpMany('email', ROWS)
    expect(emails(rows)).toEqual(['x', 'ben', 'y', 'ada'])
    expect(rows.map(({ $isPersisted }) => $isPersisted)).toEqual([false, true, false, true])
    expect(rows.map(({ age }) => age)).toEqual([undefined, 37, undefined, 36])
    expect(rows.some(({ $isPersisted, $isDirty }) => $isPersisted && $isDirty)).toBe(false)
    expect(await users.countDocuments()).toBe(2)
  })

  it('takes several keys, and all of them count', async () => {
    await User.createMany([
      { email: 'ada', age: 1 },
      { email: 'ben', age: 2 },
    ])
    const rows = await User.fetchOrNewUpMany(
      ['email', 'age'],
      [
        { email: 'ada', age: 2 },
        { email: 'ada', age: 1 },
        { email: 'ben', age: 1 },
        { email: 'ben', age: 2 },
      ],
    )
    expect(rows.map(({ $isPersisted }) => $isPersisted)).toEqual([false, true, false, true])
  })

  it('objects with the same keys share an instance', async () => {
    await User.create({ email: 'ada' })
    const [one, two, three, four] = await User.fetchOrNewUpMany('email', [
      { email: 'x', age: 1 },
      { email: 'x', age: 2 },
      { email: 'ada' },
      { email: 'ada' },
    ])
    expect(one).toBe(two)
    expect(one).toMatchObject({ age: 1 })
    expect(three).toBe(four)
  })

  it('tells keys apart by type, and takes forms of one value for the same', async () => {
    class Thing extends BaseModel {
      static override collection = 'users'
      @column() declare key: unknown
      @column.objectId() declare ref: string
      @column.dateTime() declare at: DateTime
    }
    const at = new Date('2026-01-02T03:04:05Z')
    const { Long, Double } = await import('mongodb')
    await users.insertMany([
      { key: '1', ref: new ObjectId(TEAM), at },
      { key: Long.fromNumber(1), ref: new ObjectId(TEAM), at },
      { key: new Double(7), ref: new ObjectId(TEAM), at },
      { key: { a: 1 }, ref: new ObjectId(TEAM), at },
    ])
    const keys = await Thing.fetchOrNewUpMany('key', [
      { key: 1 },
      { key: '1' },
      { key: 7 },
      { key: { a: 1 } },
      { key: { a: '1' } },
      { key: true },
    ])
    expect(keys.map(({ $isPersisted }) => $isPersisted)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ])
    const forms = [TEAM, TEAM.toUpperCase(), new ObjectId(TEAM) as never]
    const refs = await Thing.fetchOrNewUpMany(
      'ref',
      forms.map((ref) => ({ ref })),
    )
    expect(new Set(refs).size).toBe(1)
    expect(refs[0]?.$isPersisted).toBe(true)
    const moments = [at, DateTime.fromJSDate(at), at.toISOString()]
    const dates = await Thing.fetchOrNewUpMany(
      'at',
      moments.map((at) => ({ at })),
    )
    expect(new Set(dates).size).toBe(1)
    expect(dates[0]?.$isPersisted).toBe(true)
  })

  it('asks with one query, whatever the number', async () => {
    let queries = 0
    class Counted extends User {
      static override collection = 'users'
      @beforeFetch() static count() {
        queries++
      }
    }
    const rows = Array.from({ length: 3000 }, (_, place) => ({ email: `e${place}` }))
    expect(await Counted.fetchOrNewUpMany('email', rows)).toHaveLength(3000)
    expect(queries).toBe(1)
  })
})

describe('fetchOrCreateMany', () => {
  it('stores what is not there, leaves the rest', async () => {
    await User.createMany([
      { email: 'ada', age: 36 },
      { email: 'ben', age: 37 },
    ])
    const rows = await User.fetchOrCreateMany('email', ROWS)
    expect(emails(rows)).toEqual(['x', 'ben', 'y', 'ada'])
    expect(rows.every(({ $isPersisted, $isDirty }) => $isPersisted && !$isDirty)).toBe(true)
    const stored = await users.find().sort({ email: 1 }).toArray()
    expect(stored.map(({ email, age }) => [email, age])).toEqual([
      ['ada', 36],
      ['ben', 37],
      ['x', undefined],
      ['y', undefined],
    ])
  })

  it('stores all or none', async () => {
    await users.createIndex({ age: 1 }, { unique: true, sparse: true })
    const rows = [
      { email: 'x', age: 5 },
      { email: 'y', age: 5 },
    ]
    await expect(User.fetchOrCreateMany('email', rows)).rejects.toMatchObject({
      code: 'E_DUPLICATE_KEY',
      keys: ['age'],
    })
    expect(await users.countDocuments()).toBe(0)
    await users.dropIndexes()
  })
})

describe('updateOrCreateMany', () => {
  it('saves to what is there and stores the rest, in the order of the objects', async () => {
    await User.createMany([
      { email: 'ada', age: 36, fullName: 'Ada' },
      { email: 'ben', age: 37 },
    ])
    const rows = await User.updateOrCreateMany('email', ROWS)
    expect(emails(rows)).toEqual(['x', 'ben', 'y', 'ada'])
    expect(rows.every(({ $isPersisted, $isDirty }) => $isPersisted && !$isDirty)).toBe(true)
    expect(await users.findOne({ email: 'ada' })).toMatchObject({ age: 1, full_name: 'Ada' })
    expect(await users.findOne({ email: 'ben' })).toMatchObject({ age: 2 })
    expect(await users.countDocuments()).toBe(4)
  })

  it('objects with the same keys add up', async () => {
    const rows = [
      { email: 'x', age: 1 },
      { email: 'x', fullName: 'X' },
      { email: 'x', age: 3 },
    ]
    for (const _ of [1, 2]) {
      const [one, two, three] = await User.updateOrCreateMany('email', rows)
      expect(one).toBe(two)
      expect(one).toBe(three)
      expect(await users.find().toArray()).toMatchObject([{ email: 'x', age: 3, full_name: 'X' }])
    }
  })

  it('is all or nothing', async () => {
    await User.create({ email: 'ada', age: 36 })
    const stop = new Error('stop')
    class Failing extends User {
      static override collection = 'users'
    }
    Failing.after('create', () => {
      throw stop
    })
    await expect(Failing.updateOrCreateMany('email', ROWS)).rejects.toBe(stop)
    expect(await users.find().toArray()).toMatchObject([{ email: 'ada', age: 36 }])
  })
})

describe('findManyBy', () => {
  it('answers all that match, by a key or an object', async () => {
    await User.createMany([
      { email: 'ada', age: 1 },
      { email: 'ben', age: 1 },
      { email: 'eve', age: 2 },
    ])
    expect(emails(await User.findManyBy('age', 1)).sort()).toEqual(['ada', 'ben'])
    expect(emails(await User.findManyBy({ age: 1, email: 'ben' }))).toEqual(['ben'])
    expect(await User.findManyBy('age', 9)).toEqual([])
    expect(emails(await User.findManyBy('fullName', null))).toHaveLength(3)
  })
})

describe('truncate', () => {
  it('deletes every document and leaves the indexes', async () => {
    await users.createIndex({ email: 1 }, { name: 'kept' })
    await User.createMany([{ email: 'ada' }, { email: 'ben' }])
    expect(await User.truncate()).toBeUndefined()
    expect(await users.countDocuments()).toBe(0)
    expect((await users.indexes()).map(({ name }) => name)).toContain('kept')
    await User.truncate(true)
    await users.dropIndexes()
  })

  it('is part of a transaction', async () => {
    await User.create({ email: 'ada' })
    const trx = await database.transaction()
    await User.truncate(false, { client: trx })
    expect(await User.query({ client: trx }).count()).toBe(0)
    await trx.rollback()
    expect(await users.countDocuments()).toBe(1)
  })
})

const REFUSED: Record<string, [() => unknown, keyof typeof errors, object?]> = {
  'findManyBy undefined': [
    () => User.findManyBy('email', undefined as never),
    'E_UNDEFINED_VALUE',
    { operation: 'findManyBy', column: 'email' },
  ],
  'findManyBy nothing': [() => User.findManyBy({}), 'E_INVALID_QUERY'],
  'findManyBy an unknown column': [
    () => User.findManyBy('nope' as never, 1 as never),
    'E_UNKNOWN_COLUMN',
  ],
  'firstOrNew of undefined': [() => User.firstOrNew(undefined as never), 'E_INVALID_QUERY'],
  'firstOrNew by undefined': [
    () => User.firstOrNew({ email: undefined } as never),
    'E_UNDEFINED_VALUE',
  ],
  'firstOrNew with unknown values': [
    () => User.firstOrNew({ email: 'x' }, { nope: 1 } as never),
    'E_UNKNOWN_COLUMN',
  ],
  'firstOrCreate of an array': [() => User.firstOrCreate([] as never), 'E_INVALID_QUERY'],
  'firstOrCreate by undefined': [
    () => User.firstOrCreate({ email: undefined } as never, { age: 1 }),
    'E_UNDEFINED_VALUE',
  ],
  'firstOrCreate by an unknown column': [
    () => User.firstOrCreate({ nope: 1 } as never),
    'E_UNKNOWN_COLUMN',
  ],
  'firstOrCreate with text for values': [
    () => User.firstOrCreate({ email: 'x' }, 'y' as never),
    'E_INVALID_QUERY',
    { operation: 'firstOrCreate' },
  ],
  'updateOrCreate by undefined': [
    () => User.updateOrCreate({ email: undefined } as never, { age: 1 }),
    'E_UNDEFINED_VALUE',
  ],
  'updateOrCreate with unknown values': [
    () => User.updateOrCreate({ email: 'x' }, { nope: 1 } as never),
    'E_UNKNOWN_COLUMN',
  ],
  ...Object.fromEntries(
    (['fetchOrNewUpMany', 'fetchOrCreateMany', 'updateOrCreateMany'] as const).flatMap(
      (method): [string, [() => unknown, keyof typeof errors, object?]][] => [
        [
          `${method} with a key that is undefined`,
          [
            () => User[method]('email', [{ email: 'x' }, { age: 1 }]),
            'E_UNDEFINED_VALUE',
            { column: 'email', operation: method, position: 1 },
          ],
        ],
        [
          `${method} with a key that is null`,
          [() => User[method]('fullName', [{ fullName: null }]), 'E_UNDEFINED_VALUE'],
        ],
        [
          `${method} with a key that is inherited`,
          [() => User[method]('email', [Object.create({ email: 'x' })]), 'E_UNDEFINED_VALUE'],
        ],
        [`${method} by nothing`, [() => User[method]([], [{ email: 'x' }]), 'E_INVALID_QUERY']],
        [
          `${method} by an unknown column`,
          [() => User[method]('nope' as never, [{ email: 'x' }]), 'E_UNKNOWN_COLUMN'],
        ],
        [
          `${method} by a path`,
          [() => User[method]('email.x' as never, [{ email: 'x' }]), 'E_INVALID_QUERY'],
        ],
        [
          `${method} of an object`,
          [() => User[method]('email', { email: 'x' } as never), 'E_INVALID_QUERY'],
        ],
        [`${method} of text`, [() => User[method]('email', ['x'] as never), 'E_INVALID_QUERY']],
        [
          `${method} with an id that is none`,
          [() => User[method]('teamId', [{ teamId: 'x' }]), 'E_INVALID_OBJECT_ID'],
        ],
        [
          `${method} with unknown values`,
          [() => User[method]('email', [{ email: 'x', nope: 1 } as never]), 'E_UNKNOWN_COLUMN'],
        ],
      ],
    ),
  ),
}

describe('refused', () => {
  it.each(Object.entries(REFUSED))('%s', async (_, [run, code, details = {}]) => {
    const error = await Promise.resolve()
      .then(run)
      .catch((error: unknown) => error)
    expect(error).toBeInstanceOf(errors[code])
    expect(error).toMatchObject({ model: 'User', ...details })
    expect(await users.countDocuments()).toBe(0)
  })
})

describe('options', () => {
  const METHODS: Record<string, (options: object) => Promise<unknown>> = {
    firstOrNew: (options) => User.firstOrNew({ email: 'x' }, {}, options),
    firstOrCreate: (options) => User.firstOrCreate({ email: 'x' }, {}, options),
    updateOrCreate: (options) => User.updateOrCreate({ email: 'x' }, {}, options),
    fetchOrNewUpMany: (options) => User.fetchOrNewUpMany('email', [{ email: 'x' }], options),
    fetchOrCreateMany: (options) => User.fetchOrCreateMany('email', [{ email: 'x' }], options),
    updateOrCreateMany: (options) => User.updateOrCreateMany('email', [{ email: 'x' }], options),
    findManyBy: (options) => User.findManyBy('email', 'x', options),
    truncate: (options) => User.truncate(false, options),
  }

  it.each(Object.entries(METHODS))('%s takes a connection and a client', async (_, run) => {
    const name = `other_${Math.random().toString(36).slice(2)}`
    const other = database.add(name, { url: server.uri, database: `${server.name}_other` })
    const otherUsers = server.client.db(`${server.name}_other`).collection('users')
    try {
      await otherUsers.insertOne({ email: 'x', age: 77 })
      for (const options of [{ connection: name }, { client: other }]) {
        const result = await run(options)
        const [row] = Array.isArray(result) ? result : [result]
        if (row !== undefined)
          expect(row).toMatchObject({ age: 77, $options: { connection: name } })
      }
      expect(await users.countDocuments()).toBe(0)
    } finally {
      await other.close()
      await otherUsers.drop()
    }
  })

  it.each(Object.entries(METHODS))('%s takes a signal and a timeout', async (_, run) => {
    await expect(run({ signal: AbortSignal.abort() })).rejects.toBeInstanceOf(errors.E_ABORTED)
    await expect(run({ timeout: 0 })).rejects.toBeInstanceOf(errors.E_INVALID_QUERY)
    await run({ timeout: 10_000, signal: new AbortController().signal })
  })

  it('new instances keep the connection', async () => {
    const trx = await database.transaction()
    const made = await User.firstOrNew({ email: 'x' }, {}, { client: trx })
    expect(made.$trx).toBe(trx)
    await trx.rollback()
    const other = await User.firstOrNew({ email: 'x' }, {}, { connection: 'main' })
    expect(other.$options).toEqual({ connection: 'main' })
  })

  it('unknown properties go to $extras when they are allowed', async () => {
    const allowExtraProperties = true
    const values = { age: 1, nickname: 'a' } as never
    const one = await User.firstOrNew({ email: 'x' }, values, { allowExtraProperties })
    expect(one.$extras).toEqual({ nickname: 'a' })
    const two = await User.updateOrCreate({ email: 'x' }, values, { allowExtraProperties })
    expect(two.$extras).toEqual({ nickname: 'a' })
    const [three] = await User.updateOrCreateMany(
      'email',
      [{ email: 'x', nickname: 'b' } as never],
      { allowExtraProperties },
    )
    expect(three?.$extras).toEqual({ nickname: 'b' })
  })
})
