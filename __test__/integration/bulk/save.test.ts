import { BaseModel, type BulkWriteError, column, type LucentError, ObjectId } from 'lucent-odm'
import { DateTime } from 'luxon'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db } = server

class User extends BaseModel {
  static override collection = 'users'
  @column({ isPrimary: true }) declare id: string
  @column({ columnName: 'mail' }) declare email: string
  @column() declare age: number
  @column() declare tags: string[]
  @column({ prepare: (text: string) => `#${text}` }) declare secret: string
  @column.objectId() declare friendId: string | null
  @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
  @column.dateTime({ autoUpdate: true }) declare updatedAt: DateTime
}

const users = db.collection('users')
const old = new Date('2020-01-01T00:00:00Z')

beforeAll(() => users.createIndex({ mail: 1 }, { unique: true }))
beforeEach(async () => {
  await users.deleteMany({})
  await users.insertMany(
    Array.from({ length: 6 }, (_, n) => ({
      mail: `m${n}`,
      age: n,
      tags: ['x'],
      created_at: old,
      updated_at: old,
    })),
  )
})

const load = () => User.query().orderBy('email')
const fresh = (email: string, age = 0) => new User().merge({ email, age })
const ages = async () =>
  (await users.find().sort({ mail: 1 }).toArray()).map(({ mail, age }) => [mail, age])
const state = (user: User) => ({
  persisted: user.$isPersisted,
  dirty: user.$isPersisted ? Object.keys(user.$dirty) : [],
  id: user.id,
})

describe('bulkSave', () => {
  it('stores new instances and what changed of stored ones', async () => {
    const loaded = await load()
    const [first, second, third] = loaded as [User, User, User]
    first.age = 50
    second.tags.push('y')
    third.merge({ friendId: new ObjectId().toHexString(), secret: 's' })
    const before = Date.now()
    const added = [fresh('n1', 7), fresh('n2', 8)]
    const result = await User.bulkSave([...loaded, ...added])
    expect(result).toEqual({
      inserted: 2,
      matched: 3,
      modified: 3,
      deleted: 0,
      upserted: [],
      failures: [],
    })
    for (const user of [...loaded, ...added])
      expect(state(user)).toMatchObject({ persisted: true, dirty: [], id: expect.any(String) })
    const found = await users.find().sort({ mail: 1 }).toArray()
    expect(found.map(({ age }) => age)).toEqual([50, 1, 2, 3, 4, 5, 7, 8])
    expect(found[1]?.tags).toEqual(['x', 'y'])
    expect(found[2]).toMatchObject({
      friend_id: new ObjectId(third.friendId as string),
      secret: '#s',
    })
    expect(found.map(({ updated_at }) => updated_at.getTime() >= before)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      true,
      true,
    ])
    expect(found.map(({ created_at }) => created_at.getTime() >= before)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
      true,
      true,
    ])
    expect(first.updatedAt.toMillis()).toBe(found[0]?.updated_at.getTime())
  })

  it('sends changes only', async () => {
    const loaded = await load()
    for (const user of loaded.slice(0, 2)) user.age += 10
    const commands = await profile(server, 'users', () => User.bulkSave(loaded))
    expect(commands.map(({ op, command }) => [op, command.u])).toEqual([
      ['update', { $set: { age: 10, updated_at: expect.any(Date) } }],
      ['update', { $set: { age: 11, updated_at: expect.any(Date) } }],
    ])
  })

  it('sends nothing when nothing changed', async () => {
    const loaded = await load()
    const commands = await profile(server, 'users', () => User.bulkSave(loaded))
    expect(commands).toEqual([])
    expect(await User.bulkSave([])).toMatchObject({ inserted: 0, matched: 0 })
  })

  it('goes on telling changes afterwards', async () => {
    const [user] = (await load()) as [User]
    const added = fresh('n')
    for (let round = 1; round <= 3; round++) {
      user.age += 100
      added.age += 1
      const { inserted, modified } = await User.bulkSave([user, added])
      expect([inserted, modified]).toEqual(round === 1 ? [1, 1] : [0, 2])
      expect(state(user).dirty).toEqual([])
      expect(state(added).dirty).toEqual([])
    }
    expect(await users.findOne({ mail: 'm0' })).toMatchObject({ age: 300 })
    expect(await users.findOne({ mail: 'n' })).toMatchObject({ age: 3 })
    await user.merge({ age: 1 }).save()
    expect(await User.bulkSave([user])).toMatchObject({ matched: 0 })
  })

  it('takes an instance that is there twice once', async () => {
    const [user] = (await load()) as [User]
    const added = fresh('n')
    user.age = 9
    expect(await User.bulkSave([user, added, user, added])).toMatchObject({
      inserted: 1,
      matched: 1,
      failures: [],
    })
  })

  it('of many keeps everybody apart', async () => {
    await users.deleteMany({})
    const added = Array.from({ length: 7000 }, (_, n) => fresh(`u${n}`, n))
    expect(await User.bulkSave(added)).toMatchObject({ inserted: 7000, failures: [] })
    const loaded = await User.query()
    for (const user of loaded) user.age += 10_000
    expect(await User.bulkSave(loaded, { ordered: false })).toMatchObject({
      matched: 7000,
      modified: 7000,
    })
    const found = await users.find().toArray()
    expect(found.every(({ mail, age }) => mail === `u${age - 10_000}`)).toBe(true)
    expect(loaded.every((user) => state(user).dirty.length === 0)).toBe(true)
  })

  it('absorbs class fields', async () => {
    class Note extends BaseModel {
      static override collection = 'notes'
      @column() text = 'by default'
    }
    await Note.bulkSave([new Note()])
    expect(await db.collection('notes').findOne()).toMatchObject({ text: 'by default' })
  })

  it('honours enableForceUpdate', async () => {
    const [user] = (await load()) as [User]
    const before = Date.now()
    expect(await User.bulkSave([user.enableForceUpdate()])).toMatchObject({
      matched: 1,
      modified: 1,
    })
    expect((await users.findOne({ mail: 'm0' }))?.updated_at.getTime()).toBeGreaterThanOrEqual(
      before,
    )
    expect(await User.bulkSave([user])).toMatchObject({ matched: 0 })
  })
})

describe.each([true, false])('bulkSave when some fail (ordered: %s)', (ordered) => {
  /** Two of eight fail: a new one and a changed one, each by a duplicate key. */
  async function prepare() {
    const loaded = (await load()) as [User, User, User, User, User, User]
    for (const user of loaded) user.age += 10
    loaded[2].email = 'm5'
    return [loaded[0], fresh('n1'), loaded[2], loaded[3], fresh('m1'), fresh('n2')] as const
  }

  it('the others are stored, and those that failed are what they were', async () => {
    const users = await prepare()
    const error: BulkWriteError = await User.bulkSave(users, { ordered }).catch((caught) => caught)
    expect(error).toMatchObject({
      code: 'E_BULK_WRITE',
      status: 409,
      position: 2,
      operation: 'bulkSave',
    })
    expect(
      error.failures.map(({ position, error }) => [position, (error as LucentError).code]),
    ).toEqual(
      ordered
        ? [[2, 'E_DUPLICATE_KEY']]
        : [
            [2, 'E_DUPLICATE_KEY'],
            [4, 'E_DUPLICATE_KEY'],
          ],
    )
    expect(error.result).toMatchObject(
      ordered ? { inserted: 1, matched: 1 } : { inserted: 2, matched: 2 },
    )
    const saved = ordered ? [0, 1] : [0, 1, 3, 5]
    expect(users.map((user) => state(user).persisted && state(user).dirty.length === 0)).toEqual(
      users.map((_, place) => saved.includes(place)),
    )
    expect(Object.keys(users[2].$dirty).toSorted()).toEqual(['age', 'email'])
    expect(users[2].updatedAt).toEqual(DateTime.fromJSDate(old))
    expect(state(users[4])).toEqual({ persisted: false, dirty: [], id: undefined })
    expect(users[4].createdAt).toBeUndefined()
  })

  it('saving again after a correction stores the rest', async () => {
    const users = await prepare()
    await User.bulkSave(users, { ordered, throwOnFailure: false })
    users[2].email = 'm2'
    users[4].email = 'n3'
    await User.bulkSave(users, { ordered })
    expect(users.map((user) => state(user).persisted && state(user).dirty.length === 0)).toEqual(
      new Array(6).fill(true),
    )
    expect(await ages()).toEqual([
      ['m0', 10],
      ['m1', 1],
      ['m2', 12],
      ['m3', 13],
      ['m4', 4],
      ['m5', 5],
      ['n1', 0],
      ['n2', 0],
      ['n3', 0],
    ])
  })

  it('a value that cannot be stored fails its own instance', async () => {
    const loaded = (await load()) as User[]
    for (const user of loaded) user.age = 77
    if (loaded[1] !== undefined) loaded[1].friendId = 'no id'
    const result = await User.bulkSave(loaded, { ordered, throwOnFailure: false })
    expect(result.failures).toMatchObject([
      { position: 1, error: { code: 'E_INVALID_OBJECT_ID', column: 'friendId' } },
    ])
    expect((await ages()).filter(([, age]) => age === 77)).toHaveLength(ordered ? 1 : 5)
    expect(loaded[1]).toMatchObject({ age: 77, friendId: 'no id', $isPersisted: true })
    expect(loaded[1]?.updatedAt).toEqual(DateTime.fromJSDate(old))
  })

  it('a document that is gone fails its own instance', async () => {
    const loaded = (await load()) as User[]
    for (const user of loaded) user.age = 77
    await users.deleteMany({ mail: { $in: ['m1', 'm3'] } })
    const result = await User.bulkSave(loaded, { ordered, throwOnFailure: false })
    expect(result).toMatchObject({ matched: 4, modified: 4 })
    expect(result.failures).toMatchObject([
      { position: 1, error: { code: 'E_STALE_MODEL', status: 409, model: 'User' } },
      { position: 3, error: { code: 'E_STALE_MODEL' } },
    ])
    expect(loaded.map((user) => state(user).dirty.length === 0)).toEqual([
      true,
      false,
      true,
      false,
      true,
      true,
    ])
  })
})

it('documents that are gone are told whatever their keys are', async () => {
  class Keyed extends BaseModel {
    static override collection = 'keyed'
    static override selfAssignPrimaryKey = true
    @column({ isPrimary: true }) declare key: unknown
    @column() declare n: number
  }
  const keys = [1, 2.5, 'text', { a: 1 }, new Date(0), new ObjectId(), 7, 'other']
  const keyed = await Keyed.createMany(keys.map((key) => ({ key, n: 0 })))
  const gone = [0, 2, 3, 5]
  const collection = db.collection<{ _id: unknown }>('keyed')
  await collection.deleteMany({ _id: { $in: gone.map((place) => keys[place]) as never[] } })
  for (const one of keyed) one.n = 5
  const { failures, matched } = await Keyed.bulkSave(keyed, { throwOnFailure: false })
  expect(matched).toBe(4)
  expect(failures).toMatchObject(
    gone.map((position) => ({ position, error: { code: 'E_STALE_MODEL', model: 'Keyed' } })),
  )
})

describe('bulkDelete', () => {
  it('deletes the documents of instances', async () => {
    const loaded = (await load()) as User[]
    expect(await User.bulkDelete(loaded.slice(0, 4))).toEqual({
      inserted: 0,
      matched: 0,
      modified: 0,
      deleted: 4,
      upserted: [],
      failures: [],
    })
    expect(loaded.map((user) => user.$isDeleted)).toEqual([true, true, true, true, false, false])
    expect(await ages()).toEqual([
      ['m4', 4],
      ['m5', 5],
    ])
    await expect(loaded[0]?.save()).rejects.toMatchObject({ code: 'E_MODEL_DELETED' })
  })

  it('is no failure where the document is gone', async () => {
    const loaded = await load()
    await users.deleteOne({ mail: 'm0' })
    expect(await User.bulkDelete(loaded)).toMatchObject({ deleted: 5, failures: [] })
  })
})

describe('refused before anything is sent', () => {
  it.each<[string, () => Promise<unknown>, object]>([
    ['no array', () => User.bulkSave(fresh('a') as never), { code: 'E_INVALID_VALUE' }],
    [
      'values',
      () => User.bulkSave([fresh('a'), { email: 'b' } as never]),
      { code: 'E_INVALID_VALUE', position: 1 },
    ],
    ['null', () => User.bulkSave([null as never]), { code: 'E_INVALID_VALUE', position: 0 }],
    [
      'instances of another model',
      () => {
        class Other extends User {
          static override collection = 'others'
        }
        return User.bulkSave([fresh('a'), new Other()])
      },
      { code: 'E_INVALID_VALUE', position: 1 },
    ],
    [
      'new instances for bulkDelete',
      () => User.bulkDelete([fresh('a')]),
      { code: 'E_MODEL_NOT_PERSISTED', position: 0 },
    ],
    [
      'deleted instances',
      async () => {
        const user = await User.create({ email: 'gone' })
        await user.delete()
        return User.bulkSave([fresh('a'), user])
      },
      { code: 'E_MODEL_DELETED' },
    ],
  ])('%s', async (_, act, expected) => {
    await expect(act()).rejects.toMatchObject({ model: 'User', ...expected })
    expect(await users.countDocuments()).toBe(6)
  })
})
