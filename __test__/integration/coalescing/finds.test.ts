import { BaseModel, beforeFind, column, Decimal128, Long, ObjectId } from 'lucent-odm'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db } = server

class User extends BaseModel {
  static override collection = 'users'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare tags: string[]
}

class Alone extends User {
  static override collection = 'users'
  static override coalesceFinds = false
}

class Hooked extends User {
  static override collection = 'users'
  static seen = 0
  @beforeFind() static count() {
    Hooked.seen++
  }
}

const users = db.collection('users')
const MISSING = 'f'.repeat(24)
let ids: string[] = []

beforeAll(async () => {
  const made = await User.createMany(
    Array.from({ length: 50 }, (_, n) => ({ name: `user ${n}`, tags: ['x'] })),
  )
  ids = made.map(({ id }) => id)
})

const finds = (work: () => Promise<unknown>) => profile(server, 'users', work)

describe('finds of one tick', () => {
  it('are one query, and each gets its own document', async () => {
    const commands = await finds(async () => {
      const found = await Promise.all(ids.map((id) => User.find(id)))
      expect(found.map((user) => user?.name)).toEqual(ids.map((_, n) => `user ${n}`))
      expect(found.map((user) => user?.id)).toEqual(ids)
    })
    expect(commands).toHaveLength(1)
    const filter = commands[0]?.command.filter as { _id: { $in: unknown[] } }
    expect(filter._id.$in).toHaveLength(50)
  })

  it('made by code that waits for several others are one query too', async () => {
    const later = async (id: string) => {
      await null
      await Promise.resolve()
      return User.find(id)
    }
    expect(await finds(() => Promise.all(ids.slice(0, 5).map(later)))).toHaveLength(1)
  })

  it('of one id are one key, and instances of their own', async () => {
    const [id = ''] = ids
    const commands = await finds(async () => {
      const [one, two, three] = (await Promise.all([
        User.find(id),
        User.findOrFail(id.toUpperCase()),
        User.find(new ObjectId(id)),
      ])) as [User, User, User]
      expect(one).not.toBe(two)
      one.name = 'changed'
      one.tags.push('y')
      expect([two.name, two.tags, three.name]).toEqual(['user 0', ['x'], 'user 0'])
      expect([two.$isDirty, three.$isDirty]).toEqual([false, false])
    })
    expect(commands).toHaveLength(1)
  })

  it('that find nothing answer null, or E_ROW_NOT_FOUND, alone', async () => {
    const settled = await Promise.allSettled([
      User.find(ids[0]),
      User.find(MISSING),
      User.findOrFail(MISSING),
      User.findOrFail(ids[1]),
    ])
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
    expect((settled[1] as PromiseFulfilledResult<unknown>).value).toBeNull()
    expect((settled[2] as PromiseRejectedResult).reason.code).toBe('E_ROW_NOT_FOUND')
  })

  it('with bad ids reject alone', async () => {
    const settled = await Promise.allSettled([
      User.find('nope'),
      User.find(ids[2]),
      User.find(undefined),
    ])
    const codes = settled.map((one) => (one.status === 'rejected' ? one.reason.code : 'found'))
    expect(codes).toEqual(['E_INVALID_OBJECT_ID', 'found', 'E_UNDEFINED_VALUE'])
  })

  it('that fail get errors of their own, with the stack of each caller', async () => {
    // A view that the server cannot compute.
    const pipeline = [{ $addFields: { broken: { $divide: ['$name', 1] } } }]
    await db.createCollection('broken', { viewOn: 'users', pipeline })
    class Broken extends User {
      static override collection = 'broken'
    }
    async function firstCaller() {
      await Broken.findOrFail(ids[0])
    }
    async function secondCaller() {
      await Broken.find(ids[1])
    }
    const settled = await Promise.allSettled([firstCaller(), secondCaller()])
    const [first, second] = settled.map((one) => (one as PromiseRejectedResult).reason)
    expect(first).not.toBe(second)
    expect(first).toMatchObject({ code: 'E_SERVER_ERROR', model: 'Broken', operation: 'find' })
    expect(first.stack).toContain('firstCaller')
    expect(second.stack).toContain('secondCaller')
  })

  it('of more than a thousand ids find all', async () => {
    const many = Array.from({ length: 2500 }, (_, n) => ids[n % ids.length] as string)
    const found = await Promise.all(many.map((id) => User.find(id)))
    expect(found.every((user, n) => user?.id === many[n])).toBe(true)
    const fresh = Array.from({ length: 2500 }, () => new ObjectId())
    expect(await Promise.all(fresh.map((id) => User.find(id)))).toEqual(fresh.map(() => null))
  })

  it('of hundreds of documents find each', async () => {
    const made = await User.createMany(Array.from({ length: 1500 }, (_, n) => ({ name: `m ${n}` })))
    const found = await Promise.all(made.map(({ id }) => User.find(id)))
    expect(found.map((user) => user?.name)).toEqual(made.map(({ name }) => name))
  })

  it('of two models and connections stay apart', async () => {
    class Other extends BaseModel {
      static override collection = 'others'
      @column({ isPrimary: true }) declare id: string
    }
    await Other.create({ id: ids[0] as string })
    const [user, other] = await Promise.all([User.find(ids[0]), Other.find(ids[0])])
    expect(user).toBeInstanceOf(User)
    expect(other).toBeInstanceOf(Other)
    expect(other?.$extras).toEqual({})
  })
})

describe('one query each', () => {
  it.each([
    ['with { coalesce: false }', (id: string) => User.find(id, { coalesce: false })],
    ['of a model with coalesceFinds = false', (id: string) => Alone.find(id)],
    ['of a model with a beforeFind hook', (id: string) => Hooked.find(id)],
    ['of findBy', (id: string) => User.findBy('id', id)],
  ])('%s', async (_, find) => {
    const commands = await finds(async () => {
      const found = await Promise.all(ids.slice(0, 4).map(find))
      expect(found.map((user) => user?.name)).toEqual(['user 0', 'user 1', 'user 2', 'user 3'])
    })
    expect(commands).toHaveLength(4)
  })

  it('and the hook runs for each', () => {
    expect(Hooked.seen).toBe(4)
  })

  it('but { coalesce: true } goes over the model', async () => {
    const two = () => Promise.all(ids.slice(0, 2).map((id) => Alone.find(id, { coalesce: true })))
    expect(await finds(two)).toHaveLength(1)
  })
})

describe('keys that are no ObjectIds', () => {
  class Thing extends BaseModel {
    static override collection = 'things'
    static override selfAssignPrimaryKey = true
    @column({ isPrimary: true }) declare id: unknown
    @column() declare name: string
  }
  const keys: readonly unknown[] = [
    1,
    '1',
    2.5,
    'a',
    '',
    { a: 1 },
    { a: 2 },
    new Date(1),
    new Date(2),
    Long.fromString('9007199254740993'),
    Long.fromString('9007199254740995'),
    Decimal128.fromString('7.5'),
    true,
    Buffer.from([1]),
    Buffer.from([2]),
  ]

  beforeAll(async () => {
    await Thing.createMany(keys.map((id, n) => ({ id, name: `thing ${n}` })))
  })

  it('are told apart', async () => {
    const found = await Promise.all(keys.map((id) => Thing.find(id)))
    expect(found.map((thing) => thing?.name)).toEqual(keys.map((_, n) => `thing ${n}`))
    for (const [n, id] of keys.entries()) expect((await Thing.find(id))?.name).toBe(`thing ${n}`)
  })

  it('are the same number in every type', async () => {
    const one = [1, Long.fromNumber(1), Decimal128.fromString('1')]
    const found = await Promise.all(one.map((id) => Thing.find(id)))
    expect(found.map((thing) => thing?.name)).toEqual(['thing 0', 'thing 0', 'thing 0'])
    expect((await Promise.all([Thing.find(7.5), Thing.find(1)])).map((one) => one?.name)).toEqual([
      'thing 11',
      'thing 0',
    ])
  })

  it.each([
    ['$gt', { $gt: '' }],
    ['$ne', { $ne: null }],
    ['$in', { $in: ['a'] }],
    ['$regex', { $regex: 'a' }],
    ['a pattern', /a/],
    ['an array', ['a']],
  ])('are never operators: %s finds nobody', async (_, key) => {
    expect(await Thing.find(key)).toBeNull()
    expect(await Promise.all([Thing.find(key), Thing.find(key)])).toEqual([null, null])
    expect(await Thing.find(key, { coalesce: false })).toBeNull()
    expect(await Thing.findMany([key])).toEqual([])
  })
})

it('find what was written just before', async () => {
  const fresh = new ObjectId()
  const finding = User.find(fresh)
  expect(await finding).toBeNull()
  await users.insertOne({ _id: fresh, name: 'late' })
  expect((await User.find(fresh))?.name).toBe('late')
})
