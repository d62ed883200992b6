import { BaseModel, column, errors, LucentError, ObjectId } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db } = server

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string
  @column() declare fullName: string
  @column() declare age: number | null

  get shout(): string {
    return `${this.fullName}!`
  }
}

const users = db.collection('users')
const MISSING = 'ffffffffffffffffffffffff'

beforeEach(() => users.deleteMany({}).then(() => undefined))

describe('create', () => {
  it('stores a document and answers the instance', async () => {
    const user = await User.create({ email: 'a@b.c', fullName: 'Ada' })
    expect(user).toBeInstanceOf(User)
    expect(user.id).toMatch(/^[0-9a-f]{24}$/)
    expect(await users.find().toArray()).toEqual([
      { _id: new ObjectId(user.id), email: 'a@b.c', full_name: 'Ada' },
    ])
    expect(user.shout).toBe('Ada!')
  })

  it('takes stored names too', async () => {
    const user = await User.create({ full_name: 'Ada' } as never)
    expect(user.fullName).toBe('Ada')
  })

  it.each([
    ['text', MISSING],
    ['an ObjectId', new ObjectId(MISSING)],
  ])('takes a key given as %s', async (_, id) => {
    const user = await User.create({ id: id as string })
    expect(await users.countDocuments({ _id: new ObjectId(MISSING) })).toBe(1)
    expect((await User.findOrFail(MISSING)).id).toBe(MISSING)
    expect(String(user.id)).toBe(MISSING)
    await expect(User.create({ id: MISSING })).rejects.toMatchObject({
      code: 'E_DUPLICATE_KEY',
      keys: ['_id'],
      status: 409,
      model: 'User',
      operation: 'create',
    })
  })

  it('of nothing stores a document with a key alone', async () => {
    const { id } = await User.create({})
    expect(await users.find().toArray()).toEqual([{ _id: new ObjectId(id) }])
  })
})

describe('createMany', () => {
  it('stores all in one command, in order', async () => {
    let made: User[] = []
    const commands = await profile(server, 'users', async () => {
      made = await User.createMany([{ age: 1 }, { age: 2 }, { age: 3 }])
    })
    expect(commands.map(({ op }) => op)).toEqual(['insert'])
    expect(made.map(({ age }) => age)).toEqual([1, 2, 3])
    expect(made.every(({ $isPersisted, $isDirty }) => $isPersisted && !$isDirty)).toBe(true)
    const ids = (await users.find().sort({ age: 1 }).toArray()).map(({ _id }) => String(_id))
    expect(made.map(({ id }) => id)).toEqual(ids)
  })

  it('of nothing does nothing', async () => {
    expect(await User.createMany([])).toEqual([])
  })

  it('of more than one command holds stores them all', async () => {
    const made = await User.createMany(Array.from({ length: 2500 }, (_, age) => ({ age })))
    expect(await users.countDocuments()).toBe(2500)
    expect(new Set(made.map(({ id }) => id)).size).toBe(2500)
  })

  it.each([
    [true, 0],
    [false, 1200],
  ])('when one fails, says which; atomic: %s leaves %i', async (atomic, left) => {
    const values = Array.from({ length: 1500 }, (_, age) => ({ age }))
    const clash = { id: MISSING, age: -1 }
    await User.create({ id: MISSING })
    const seen: User[] = []
    class Watched extends User {
      static override collection = 'users'
    }
    Watched.before('create', (user) => void seen.push(user))
    const rows = [...values.slice(0, 1200), clash, ...values.slice(1200)]
    await expect(Watched.createMany(rows, { atomic })).rejects.toMatchObject({
      code: 'E_DUPLICATE_KEY',
      keys: ['_id'],
      position: 1200,
      operation: 'createMany',
    })
    expect(seen.map(({ $isPersisted }) => $isPersisted)).toEqual(
      rows.map((_, place) => place < left),
    )
    expect(await users.countDocuments({ age: { $gte: 0 } })).toBe(left)
  })

  it('with an unknown column stores nothing', async () => {
    await expect(User.createMany([{ age: 1 }, { nope: 1 } as never])).rejects.toMatchObject({
      code: 'E_UNKNOWN_COLUMN',
      column: 'nope',
    })
    expect(await users.countDocuments()).toBe(0)
  })
})

describe('finders', () => {
  it('find by key, as text or ObjectId', async () => {
    const { id } = await User.create({ email: 'x' })
    for (const key of [id, id.toUpperCase(), new ObjectId(id)]) {
      expect((await User.find(key))?.email).toBe('x')
      expect((await User.find(key, { coalesce: false }))?.email).toBe('x')
      expect((await User.findOrFail(key)).id).toBe(id)
    }
  })

  it('answer null, or E_ROW_NOT_FOUND', async () => {
    expect(await User.find(MISSING)).toBeNull()
    expect(await User.findBy('email', 'nobody')).toBeNull()
    expect(await User.first()).toBeNull()
    const fails = [
      () => User.findOrFail(MISSING),
      () => User.findByOrFail('email', 'nobody'),
      () => User.findByOrFail({ email: 'nobody' }),
      () => User.firstOrFail(),
      () => User.query().firstOrFail(),
    ]
    for (const fail of fails) {
      const error = await fail().catch((caught) => caught)
      expect(error).toBeInstanceOf(errors.E_ROW_NOT_FOUND)
      expect(error).toBeInstanceOf(LucentError)
      expect(error).toMatchObject({ code: 'E_ROW_NOT_FOUND', status: 404, model: 'User' })
    }
  })

  it('find by values', async () => {
    await User.createMany([
      { email: 'a', age: 1 },
      { email: 'b', age: 1 },
      { email: 'c', age: null },
    ])
    expect((await User.findBy('email', 'b'))?.age).toBe(1)
    expect((await User.findBy({ email: 'b', age: 1 }))?.email).toBe('b')
    expect(await User.findBy({ email: 'b', age: 2 })).toBeNull()
    expect((await User.findBy('age', null))?.email).toBe('c')
  })

  it('find many and all, newest key first', async () => {
    const made = await User.createMany([{ age: 1 }, { age: 2 }, { age: 3 }])
    const ids = made.map(({ id }) => id)
    expect((await User.all()).map(({ age }) => age)).toEqual([3, 2, 1])
    const found = await User.findMany([ids[0], MISSING, ids[2], ids[0]])
    expect(found.map(({ age }) => age)).toEqual([3, 1])
    expect(await User.findMany([])).toEqual([])
    expect((await User.first())?.age).toBe(1)
    expect((await User.firstOrFail()).age).toBe(1)
  })
})

describe('state', () => {
  it('of a new instance, a created, a fetched and a deleted one', async () => {
    const state = (user: User) => ({
      new: user.$isNew,
      persisted: user.$isPersisted,
      local: user.$isLocal,
      deleted: user.$isDeleted,
    })
    const user = new User()
    expect(state(user)).toEqual({ new: true, persisted: false, local: true, deleted: false })
    expect(user.$attributes).toEqual({})
    expect(user.$original).toEqual({})
    user.email = 'x'
    expect(user.$dirty).toEqual({ email: 'x' })
    await user.save()
    expect(state(user)).toEqual({ new: false, persisted: true, local: true, deleted: false })
    expect(user.$original).toEqual({ id: user.id, email: 'x' })
    const fetched = await User.findOrFail(user.id)
    expect(state(fetched)).toEqual({ new: false, persisted: true, local: false, deleted: false })
    expect(fetched.$attributes).toEqual({ id: user.id, email: 'x' })
    expect(fetched.$primaryKeyValue).toBe(user.id)
    await fetched.delete()
    expect(state(fetched)).toEqual({ new: true, persisted: false, local: false, deleted: true })
    expect(await users.countDocuments()).toBe(0)
  })

  it.each([
    ['save', (user: User) => user.save()],
    ['saveQuietly', (user: User) => user.saveQuietly()],
    ['delete', (user: User) => user.delete()],
    ['merge', async (user: User) => user.merge({ age: 1 })],
    ['fill', async (user: User) => user.fill({ age: 1 })],
    ['$setAttribute', async (user: User) => user.$setAttribute('age', 1)],
  ])('%s after delete is E_MODEL_DELETED', async (_, act) => {
    const user = await User.create({})
    await user.delete()
    await expect(act(user)).rejects.toMatchObject({ code: 'E_MODEL_DELETED', model: 'User' })
    expect(await users.countDocuments()).toBe(0)
  })

  it('delete of an instance that is not stored is E_MODEL_NOT_PERSISTED', async () => {
    await expect(new User().delete()).rejects.toMatchObject({ code: 'E_MODEL_NOT_PERSISTED' })
    await expect(new User().deleteQuietly()).rejects.toMatchObject({
      code: 'E_MODEL_NOT_PERSISTED',
    })
  })
})

describe('refresh', () => {
  it('takes what is stored and drops local changes', async () => {
    const user = await User.create({ email: 'a', age: 1 })
    await users.updateOne({}, { $set: { age: 2, more: 'x' }, $unset: { email: true } })
    user.fullName = 'local'
    expect(await user.refresh()).toBe(user)
    expect(user.$attributes).toEqual({ id: user.id, age: 2 })
    expect(user.$extras).toEqual({ more: 'x' })
    expect(user.$isDirty).toBe(false)
  })

  it('of a document that is gone is E_ROW_NOT_FOUND; of a new instance nothing', async () => {
    const user = await User.create({ email: 'a' })
    await users.deleteMany({})
    await expect(user.refresh()).rejects.toMatchObject({ code: 'E_ROW_NOT_FOUND' })
    expect(user.email).toBe('a')
    const fresh = new User().merge({ email: 'b' })
    await fresh.refresh()
    expect(fresh.email).toBe('b')
  })
})

describe('merge and fill', () => {
  it('merge assigns, fill replaces', async () => {
    const user = await User.create({ email: 'a', age: 1 })
    expect(user.merge({ age: 2 })).toBe(user)
    expect(user.$dirty).toEqual({ age: 2 })
    user.fill({ fullName: 'Ada' })
    expect(user.$attributes).toEqual({ id: user.id, email: null, fullName: 'Ada', age: null })
    expect(user.$dirty).toEqual({ email: null, fullName: 'Ada', age: null })
    await user.save()
    expect(await users.findOne()).toEqual({
      _id: new ObjectId(user.id),
      email: null,
      full_name: 'Ada',
      age: null,
    })
    const fresh = new User().merge({ email: 'x', age: 1 }).fill({ age: 2 })
    expect(fresh.$attributes).toEqual({ age: 2 })
  })

  it('fill keeps the key of a fetched instance', async () => {
    const { id } = await User.create({ email: 'a' })
    const user = await User.findOrFail(id)
    user.fill({ age: 3 })
    expect(user.id).toBe(id)
    await user.save()
    expect((await User.findOrFail(id)).age).toBe(3)
  })

  it('refuse what is no column, and assign nothing then', async () => {
    const user = new User()
    for (const act of [
      () => user.merge({ age: 1, nope: 2 } as never),
      () => user.fill({ age: 1, nope: 2 } as never),
    ]) {
      expect(act).toThrow(expect.objectContaining({ code: 'E_UNKNOWN_COLUMN', column: 'nope' }))
      expect(user.$attributes).toEqual({})
    }
    await expect(User.create({ nope: 1 } as never)).rejects.toMatchObject({
      code: 'E_UNKNOWN_COLUMN',
      model: 'User',
      column: 'nope',
    })
    user.merge({ age: 1, nope: 2 } as never, true)
    expect(user.$extras).toEqual({ nope: 2 })
    const made = await User.create({ nope: 3 } as never, { allowExtraProperties: true })
    expect(made.$extras).toEqual({ nope: 3 })
    expect(await users.findOne()).toEqual({ _id: new ObjectId(made.id) })
  })
})

describe('accessors of the class', () => {
  class Person extends BaseModel {
    static override collection = 'people'
    static plain = 'static'
    @column({ isPrimary: true }) declare id: string
    @column()
    get name(): string {
      return String(this.$getAttribute('name')).toUpperCase()
    }
    set name(value: string) {
      this.$setAttribute('name', value.trim())
    }
    @column()
    get first(): string {
      return `${this.$getAttribute('first') ?? 'none'}`
    }
  }

  it('are used by code, and not by the store', async () => {
    const person = await Person.create({ name: ' ada ' })
    expect(person.name).toBe('ADA')
    expect(person.$getAttribute('name')).toBe('ada')
    expect(await db.collection('people').findOne()).toEqual({
      _id: new ObjectId(person.id),
      name: 'ada',
    })
    const found = await Person.findOrFail(person.id)
    expect([found.name, found.first]).toEqual(['ADA', 'none'])
    expect(found.$isDirty).toBe(false)
    found.name = ' eve'
    expect(found.$dirty).toEqual({ name: 'eve' })
    expect(found.toJSON()).toEqual({ id: person.id, name: 'EVE' })
    expect(found.toObject()).toEqual({ id: person.id, name: 'eve', $extras: {} })
  })
})

describe('keys', () => {
  it('need no declaration', async () => {
    class Note extends BaseModel {
      @column() declare text: string
    }
    const note = await Note.create({ text: 'x' })
    const { id } = note as unknown as { id: string }
    expect(id).toMatch(/^[0-9a-f]{24}$/)
    expect(Note.primaryKey).toBe('id')
    expect((await Note.findOrFail(id)).text).toBe('x')
    expect(await db.collection('notes').findOne()).toEqual({ _id: new ObjectId(id), text: 'x' })
  })

  it('may be called _id', async () => {
    class Thing extends BaseModel {
      @column({ isPrimary: true }) declare _id: string
      @column() declare id: number
    }
    const thing = await Thing.create({ id: 7 })
    expect(await db.collection('things').findOne()).toEqual({
      _id: new ObjectId(thing._id),
      id: 7,
    })
    expect((await Thing.findOrFail(thing._id)).id).toBe(7)
    expect((await Thing.findByOrFail('id', 7))._id).toBe(thing._id)
  })

  it('of one kind for all of a self-assigning model', async () => {
    class Country extends BaseModel {
      static override selfAssignPrimaryKey = true
      @column({ isPrimary: true }) declare code: string | number
      @column() declare name: string
    }
    await Country.create({ code: 'fr', name: 'France' })
    await Country.create({ code: MISSING, name: 'hex' })
    await Country.create({ code: 1, name: 'one' })
    expect((await Country.findOrFail('fr')).name).toBe('France')
    expect((await Country.findOrFail(MISSING)).name).toBe('hex')
    expect(await Country.find('1')).toBeNull()
    expect((await Country.findOrFail(1)).name).toBe('one')
    const both = await Promise.all([Country.find(1), Country.find('fr'), Country.find('1')])
    expect(both.map((one) => one?.name)).toEqual(['one', 'France', undefined])
    expect((await db.collection('countries').findOne({ name: 'hex' }))?._id).toBe(MISSING)
    await expect(Country.create({ name: 'x' })).rejects.toMatchObject({
      code: 'E_UNDEFINED_VALUE',
      column: 'code',
      model: 'Country',
    })
    const france = await Country.findOrFail('fr')
    france.name = 'La France'
    await france.save()
    expect((await Country.findOrFail('fr')).name).toBe('La France')
    await france.delete()
    expect(await Country.find('fr')).toBeNull()
  })
})
