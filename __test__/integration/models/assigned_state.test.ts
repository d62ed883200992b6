/** State of instances that tests, factories and adapters set, and what it says. */
import {
  Adapter,
  type AdapterColumns,
  BaseModel,
  column,
  errors,
  type Model,
  ObjectId,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { updatesOf } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { database, db } = server
const users = db.collection('users')

afterEach(() => users.deleteMany({}))

class Money {
  readonly #cents: number
  constructor(cents: number) {
    this.#cents = cents
  }
  get cents() {
    return this.#cents
  }
}

class User extends BaseModel {
  static override collection = 'users'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string | undefined
  @column() declare tags: string[]
  @column({ prepare: (text: string) => `<${text}>` }) declare note: string
  @column({ prepare: (money: Money) => money.cents }) declare price: Money
  @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
  @column.hashed({ hasher: { make: async (text) => `hash of ${text}`, verify: async () => true } })
  declare password: string
}

describe('30. $attributes, $original and $isPersisted can be set', () => {
  it('$attributes puts others in the place of all', async () => {
    const user = new User().merge({ name: 'a', tags: ['x'] })
    user.$attributes = { name: 'b' }
    expect({ ...user.$attributes }).toEqual({ name: 'b' })
    expect(user.tags).toBeUndefined()
    await user.save()
    user.$attributes = { id: user.id, tags: ['y'] }
    expect({ ...user.$attributes }).toEqual({ id: user.id, tags: ['y'] })
    expect(user.$dirty).toEqual({ tags: ['y'] })
    await user.save()
    // What is left out is not removed.
    expect(await users.findOne()).toMatchObject({ name: 'b', tags: ['y'] })
    expect(() => {
      user.$attributes = null as never
    }).toThrow(errors.E_INVALID_VALUE)
  })

  it('$original says what is stored', async () => {
    const user = await User.create({ name: 'a', tags: ['x'], note: 'n', password: 'p' })
    user.$original = { id: user.id, name: 'b', note: 'n' }
    expect(user.$original).toEqual({ id: user.id, name: 'b', note: 'n' })
    expect(user).toMatchObject({ name: 'a', tags: ['x'], note: 'n', password: 'hash of p' })
    expect(Object.keys(user.$dirty).sort()).toEqual(['createdAt', 'name', 'password', 'tags'])
    const [update] = await updatesOf(server, 'users', () => user.save())
    expect(update).toMatchObject({ $set: { name: 'a', tags: ['x'], password: 'hash of p' } })
    expect(update).not.toHaveProperty('$set.note')
    const fresh = new User()
    fresh.$original = { name: 'x' }
    expect(fresh).toMatchObject({ name: undefined, $isPersisted: false })
    expect({ ...fresh.$attributes }).toEqual({})
  })

  it('a new instance can be said to be stored', async () => {
    const _id = new ObjectId()
    await users.insertOne({ _id, name: 'stored', more: 1 })
    const user = new User().merge({ id: String(_id), name: 'a' })
    user.$isPersisted = true
    expect(user).toMatchObject({ $isPersisted: true, $isNew: false, $isLocal: true })
    expect(user.$dirty).toEqual({ name: 'a' })
    await user.save()
    expect(await users.findOne()).toEqual({ _id, name: 'a', more: 1 })
    await user.delete()
    expect(await users.countDocuments()).toBe(0)
    const nobody = new User()
    nobody.$isPersisted = true
    nobody.name = 'x'
    await expect(nobody.save()).rejects.toMatchObject({ code: 'E_UNDEFINED_VALUE', column: 'id' })
  })

  it('a stored instance can be said to be new', async () => {
    const { id } = await User.create({ name: 'a', tags: ['x'], password: 'p', note: 'n' })
    const user = await User.findOrFail(id)
    user.$isPersisted = false
    expect(user.$original).toEqual({})
    expect({ ...user.$attributes }).toMatchObject({ id, name: 'a', tags: ['x'] })
    await expect(user.save()).rejects.toBeInstanceOf(errors.E_DUPLICATE_KEY)
    user.unset('id')
    await user.save()
    const [first, second] = await users.find().sort({ _id: 1 }).toArray()
    expect(second).toMatchObject({ name: 'a', tags: ['x'], password: 'hash of p' })
    expect(first?._id).not.toEqual(second?._id)
  })
})

describe('30. $original holds what the property showed', () => {
  it('after create and save', async () => {
    const price = new Money(5)
    const user = await User.create({ note: 'n', price })
    expect(user.$original).toMatchObject({ note: 'n', price })
    expect(await users.findOne()).toMatchObject({ note: '<n>', price: 5 })
    await user.merge({ note: 'm' }).save()
    expect(user.$original).toMatchObject({ note: 'm', price })
    expect(user.$isDirty).toBe(false)
    const read = await User.findOrFail(user.id)
    expect(read.$original).toMatchObject({ note: read.note, price: 5 })
  })
})

describe('30. a deleted instance', () => {
  const ASSIGNMENTS: Record<string, (user: User) => void> = {
    'a property': (user) => {
      user.name = 'b'
    },
    'a property that consumes': (user) => {
      user.createdAt = DateTime.now()
    },
    $attributes: (user) => {
      user.$attributes.name = 'b'
    },
    'all $attributes': (user) => {
      user.$attributes = { name: 'b' }
    },
    $setAttribute: (user) => user.$setAttribute('name', 'b'),
    merge: (user) => void user.merge({ name: 'b' }),
    fill: (user) => void user.fill({ name: 'b' }),
    unset: (user) => void user.unset('name'),
    markDirty: (user) => void user.markDirty('name'),
  }
  it.each(Object.entries(ASSIGNMENTS))('takes nothing by %s', async (_, assign) => {
    const created = await User.create({ name: 'a' })
    const read = await User.findOrFail(created.id)
    await read.delete()
    const taken = await User.create({ name: 'a' })
    const found = (await User.query().where('id', taken.id).findOneAndDelete()) as User
    for (const user of [read, found]) {
      expect(() => assign(user)).toThrow(
        expect.objectContaining({ code: 'E_MODEL_DELETED', model: 'User' }),
      )
      expect(user.name).toBe('a')
    }
  })

  it('takes values again when the delete was rolled back', async () => {
    const user = await User.create({ name: 'a' })
    const trx = await database.transaction()
    await user.useTransaction(trx).delete()
    await trx.rollback()
    await user.merge({ name: 'b' }).save()
    expect(await users.findOne()).toMatchObject({ name: 'b' })
  })
})

describe('30. what an adapter hands back', () => {
  class Defaults extends Adapter {
    override async insert(instance: Model, columns: AdapterColumns) {
      await super.insert(instance, { ...columns, tags: ['default'] })
      ;(instance as User).$consumeAdapterResult({ tags: ['default'], note: '<made>' })
    }

    override async update(instance: Model, columns: AdapterColumns) {
      await super.update(instance, columns)
      ;(instance as User).$consumeAdapterResult({ note: '<changed>', visits: 1 })
    }
  }
  class Adapted extends User {
    static override collection = 'users'
  }
  Adapted.useAdapter(new Defaults())
  const INSERTS: Record<string, () => Promise<Adapted>> = {
    create: () => Adapted.create({ name: 'a' }),
    save: () => new Adapted().merge({ name: 'a' }).save(),
    createMany: async () => (await Adapted.createMany([{ name: 'a' }]))[0] as Adapted,
    firstOrCreate: () => Adapted.firstOrCreate({ name: 'a' }),
    'in a transaction': () =>
      database.transaction((client) => Adapted.create({ name: 'a' }, { client })),
  }
  it.each(Object.entries(INSERTS))('%s: is original', async (_, insert) => {
    const user = await insert()
    expect(user).toMatchObject({ name: 'a', tags: ['default'], note: '<made>', $isDirty: false })
    expect(user.$original).toMatchObject({ tags: ['default'], note: '<made>' })
    await user.merge({ name: 'b' }).save()
    expect(user).toMatchObject({ note: '<changed>', $isDirty: false, $extras: { visits: 1 } })
    expect(user.$original).toMatchObject({ name: 'b', note: '<changed>' })
    user.$consumeAdapterResult({ name: 'c' })
    expect(user.$dirty).toEqual({ name: 'c' })
  })

  it('nothing of it stays when the adapter fails', async () => {
    class Failing extends Adapter {
      override async insert(instance: Model) {
        ;(instance as User).$consumeAdapterResult({ name: 'consumed' })
        throw new Error('no')
      }
    }
    class Failed extends User {
      static override collection = 'users'
    }
    Failed.useAdapter(new Failing())
    const user = new Failed().merge({ name: 'a' })
    await expect(user.save()).rejects.toThrow('no')
    expect({ ...user.$attributes }).toEqual({ name: 'a' })
    expect(user.$original).toEqual({})
  })
})

describe('30. a new instance that was rolled back', () => {
  it('keeps what it was given', async () => {
    const user = new User()
    const trx = await database.transaction()
    user.useTransaction(trx)
    user.merge({ name: 'a', password: 'p' })
    user.tags = ['x']
    await user.save()
    user.tags.push('y')
    await trx.rollback()
    expect(user).toMatchObject({ name: 'a', tags: ['x'], password: 'p', $isPersisted: false })
    expect(user.$trx).toBeUndefined()
    await user.save()
    expect(await users.find().toArray()).toMatchObject([
      { name: 'a', tags: ['x'], password: 'hash of p' },
    ])
  })

  it('also when a managed transaction is repeated', async () => {
    const user = new User().merge({ name: 'a', password: 'p' })
    let attempts = 0
    await database.transaction(async (trx) => {
      user.useTransaction(trx)
      await user.save()
      if (++attempts < 3) {
        const conflict = new errors.E_WRITE_CONFLICT('once more', {
          errorLabels: ['TransientTransactionError'],
        })
        throw conflict
      }
    })
    expect(attempts).toBe(3)
    expect(await users.find().toArray()).toMatchObject([{ name: 'a', password: 'hash of p' }])
    expect(user).toMatchObject({ $isPersisted: true, $isDirty: false })
  })
})

describe('30. a changed primary key', () => {
  const SAVES: Record<string, (user: User) => Promise<unknown>> = {
    save: (user) => user.save(),
    saveQuietly: (user) => user.saveQuietly(),
    'save, sharing a command': (user) => user.save({ coalesce: true }),
    bulkSave: (user) =>
      User.bulkSave([user]).catch((error) => Promise.reject(error.failures[0].error)),
    'save in a transaction': (user) =>
      database.transaction((trx) => user.useTransaction(trx).save()),
  }
  it.each(Object.entries(SAVES))('%s: is refused by name', async (_, save) => {
    const user = await User.create({ name: 'a' })
    const { id } = user
    user.id = 'b'.repeat(24)
    expect(user.$dirty).toEqual({ id: 'b'.repeat(24) })
    await expect(save(user)).rejects.toMatchObject({
      code: 'E_INVALID_VALUE',
      model: 'User',
      column: 'id',
    })
    user.id = id.toUpperCase()
    await save(user.merge({ name: 'b' }))
    expect(await users.find().toArray()).toMatchObject([{ _id: new ObjectId(id), name: 'b' }])
  })
})

describe('30. $options', () => {
  it('tell the connection of every row that was read', async () => {
    const { id } = await User.create({ name: 'a' })
    const rows = [
      await User.find(id),
      await User.query().first(),
      (await User.all())[0],
      (await User.query().paginate(1)).all()[0],
      User.$createFromAdapterResult({ _id: id }),
      await User.query().where('id', id).findOneAndUpdate({ name: 'b' }),
      await database.transaction((client) => User.find(id, { client })),
    ]
    for (const row of rows) expect(row?.$options).toEqual({ connection: 'main' })
    const fresh = new User()
    expect(fresh.$options).toEqual({})
    fresh.$options = { connection: 'main' }
    expect(fresh.$options).toEqual({ connection: 'main' })
    fresh.$options = undefined
    expect(fresh.$options).toEqual({})
  })
})
