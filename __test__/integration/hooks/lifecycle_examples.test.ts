/** The usual work of hooks: stamps, defaults, validation, checks, clean-up, views. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import {
  afterCreate,
  afterDelete,
  afterFetch,
  afterFind,
  afterUpdate,
  BaseModel,
  beforeCreate,
  beforeDelete,
  beforeSave,
  beforeUpdate,
  column,
  type HookContext,
  ObjectId,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { beforeEach, describe, expect, it } from 'vitest'
import { pause } from '../../helpers/hooked_user.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

/** What goes on beside the database: mails, logs, caches. */
const events: string[] = []
const mails: Promise<void>[] = []
const requests = new AsyncLocalStorage<{ requestId: string }>()

beforeEach(async () => {
  await Promise.all(mails.splice(0))
  events.length = 0
  await Promise.all(
    ['users', 'orders', 'backups'].map((name) => db.collection(name).deleteMany({})),
  )
})

async function hash(password: string): Promise<string> {
  const salt = randomBytes(8).toString('hex')
  const key = (await promisify(scrypt)(password, salt, 16)) as Buffer
  return `scrypt:${salt}:${key.toString('hex')}`
}

function isValidEmail(email: string): boolean {
  return /^[^@\s]+@[^@\s]+\.[a-z]+$/.test(email)
}

async function welcome(user: User): Promise<void> {
  await pause(5)
  events.push(`welcome ${user.email}`)
}

class Backup extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare of: string
}

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare email: string
  @column({ serializeAs: null }) declare password: string
  @column() declare status: string
  @column.dateTime() declare createdAt: DateTime
  @column.dateTime() declare updatedAt: DateTime

  @beforeCreate()
  static setDefaults(user: User) {
    user.createdAt = DateTime.now()
    user.updatedAt = user.createdAt
    user.id ??= new ObjectId().toHexString()
    user.status ??= 'pending'
    if (!user.name) throw new Error('name is required')
  }

  @beforeSave()
  static async hashPassword(user: User) {
    if (user.isDirty('password') && user.password) user.password = await hash(user.password)
  }

  @beforeSave()
  static checkEmail(user: User) {
    if (user.isDirty('email') && !isValidEmail(user.email)) {
      throw new Error(`invalid email format: ${user.email}`)
    }
  }

  @beforeUpdate()
  static touch(user: User) {
    if (user.$isDirty) user.updatedAt = DateTime.now()
  }

  @afterCreate()
  static created(user: User, { trx }: HookContext) {
    const requestId = requests.getStore()?.requestId ?? 'none'
    events.push(`created ${user.name}, request ${requestId}, ${trx ? 'in' : 'no'} transaction`)
    // Nobody waits for the mail.
    mails.push(welcome(user))
  }

  @afterUpdate()
  static updated(user: User) {
    events.push(`cache of ${user.id} dropped`)
  }

  @beforeDelete()
  static async refuseWithOrders(user: User) {
    const orders = await Order.query().where('userId', user.id).count()
    if (orders > 0) throw new Error('cannot delete user with active orders')
    await Backup.create({ of: user.id })
  }

  @afterDelete()
  static async cleanUp(user: User) {
    await Order.query().where('userId', user.id).delete()
    events.push(`deleted ${user.name}`)
  }
}

interface OrderItem {
  sku: string
  price: number
  quantity: number
}

const NEXT: Record<string, string[]> = {
  pending: ['paid', 'cancelled'],
  paid: ['shipped', 'cancelled'],
  shipped: [],
  cancelled: [],
}

class Order extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare userId: string
  @column() declare items: OrderItem[]
  @column() declare total: number
  @column() declare status: string

  @beforeCreate()
  static start(order: Order) {
    if (!order.items?.length) throw new Error('order must have at least one item')
    order.status = 'pending'
  }

  @beforeSave()
  static computeTotal(order: Order) {
    order.total = order.items.reduce((sum, { price, quantity }) => sum + price * quantity, 0)
  }

  @beforeUpdate()
  static checkTransition(order: Order) {
    if (!order.isDirty('status')) return
    const from = order.$original.status as string
    if (!NEXT[from]?.includes(order.status)) {
      throw new Error(`invalid status transition: ${from} to ${order.status}`)
    }
  }
}

const ADA = { name: 'Ada', email: 'ada@example.com', password: 'secret' }

describe('users', () => {
  it('get their stamps, id, status and hashed password before they are created', async () => {
    const started = DateTime.now()
    const user = await User.create(ADA)
    const stored = await db.collection('users').findOne()
    expect(stored).toMatchObject({ name: 'Ada', status: 'pending', email: 'ada@example.com' })
    expect(String(stored?._id)).toBe(user.id)
    expect(stored?.password).toMatch(/^scrypt:/)
    expect(+stored?.created_at).toBeGreaterThanOrEqual(+started)
    expect(stored?.updated_at).toEqual(stored?.created_at)
  })

  it('keep an id and a status that they have', async () => {
    const id = 'abcdefabcdefabcdefabcdef'
    await User.create({ ...ADA, id, status: 'active' })
    expect(await User.find(id)).toMatchObject({ id, status: 'active' })
  })

  const INVALID: [string, Partial<typeof ADA>, string][] = [
    ['no name', { name: '' }, 'name is required'],
    ['a wrong email', { email: 'ada' }, 'invalid email format: ada'],
  ]
  it.each(INVALID)('are refused with %s', async (_, values, message) => {
    const user = new User().merge({ ...ADA, ...values })
    await expect(user.save()).rejects.toThrow(message)
    expect(user.$attributes).toEqual({ ...ADA, ...values })
    expect(await User.query().count()).toBe(0)
    expect(events).toEqual([])
  })

  it('are validated when they change, and only where they change', async () => {
    await db.collection('users').insertOne({ name: 'Old', email: 'from before the rule' })
    const user = await User.findByOrFail('name', 'Old')
    await user.merge({ name: 'Older' }).save()
    expect(events).toEqual([`cache of ${user.id} dropped`])
    await expect(user.merge({ email: 'still wrong' }).save()).rejects.toThrow('invalid email')
    expect(user.$dirty).toEqual({ email: 'still wrong' })
    expect(await db.collection('users').findOne()).toMatchObject({
      name: 'Older',
      email: 'from before the rule',
    })
  })

  it('are stamped when they change, and their password is hashed once', async () => {
    const user = await User.create(ADA)
    const { password, createdAt, updatedAt } = user
    await pause(2)
    await user.save()
    expect(+user.updatedAt).toBe(+updatedAt)
    await user.merge({ name: 'Ada L.' }).save()
    expect(+user.updatedAt).toBeGreaterThan(+updatedAt)
    expect([user.password, +user.createdAt]).toEqual([password, +createdAt])
    await user.merge({ password: 'other' }).save()
    expect(user.password).toMatch(/^scrypt:/)
    expect(user.password).not.toBe(password)
  })

  it('are welcomed without anybody waiting, with what the request knows', async () => {
    await requests.run({ requestId: 'r-1' }, () => User.create(ADA))
    expect(events).toEqual(['created Ada, request r-1, no transaction'])
    await Promise.all(mails)
    expect(events[1]).toBe('welcome ada@example.com')
  })

  it('stay as long as there is data that depends on them', async () => {
    const user = await User.create(ADA)
    const order = await Order.create({
      userId: user.id,
      items: [{ sku: 'a', price: 2, quantity: 3 }],
    })
    await expect(user.delete()).rejects.toThrow('cannot delete user with active orders')
    expect(user.$isDeleted).toBe(false)
    expect([await User.query().count(), await Backup.query().count()]).toEqual([1, 0])

    await order.delete()
    await user.delete()
    expect(await User.query().count()).toBe(0)
    expect(await Backup.findBy('of', user.id)).not.toBeNull()
    expect(events).toContain('deleted Ada')
  })
})

describe('orders', () => {
  const items = [
    { sku: 'a', price: 2.5, quantity: 2 },
    { sku: 'b', price: 10, quantity: 1 },
  ]

  it('start pending with their total', async () => {
    const order = await Order.create({ items, status: 'shipped', total: 1 })
    expect(order).toMatchObject({ status: 'pending', total: 15 })
    order.items.push({ sku: 'c', price: 1, quantity: 1 })
    await order.save()
    expect(await db.collection('orders').findOne()).toMatchObject({ total: 16 })
  })

  it.each([[[]], [undefined]])('need items, not %o', async (none) => {
    const values = none === undefined ? {} : { items: none }
    await expect(Order.create(values)).rejects.toThrow('order must have at least one item')
    expect(await Order.query().count()).toBe(0)
  })

  it('change their status only as they may', async () => {
    const { id } = await Order.create({ items })
    const order = await Order.findOrFail(id)
    await expect(order.merge({ status: 'shipped' }).save()).rejects.toThrow(
      'invalid status transition: pending to shipped',
    )
    await order.merge({ status: 'paid' }).save()
    await order.merge({ status: 'shipped' }).save()
    await expect(order.merge({ status: 'pending' }).save()).rejects.toThrow('shipped to pending')
    expect(await db.collection('orders').findOne()).toMatchObject({ status: 'shipped' })
  })
})

describe('what a reader gets to see', () => {
  const RAW = { name: '  Ada ', email: 'ADA@Example.com', password: 'hashed' }
  const raw = async () => String((await db.collection('users').insertOne({ ...RAW })).insertedId)
  const stored = () => db.collection('users').findOne({}, { projection: { _id: 0 } })

  class Person extends BaseModel {
    static override collection = 'users'
    @column({ isPrimary: true }) declare id: string
    @column() declare name: string
    @column() declare email: string
    @column() declare password: string
    @column() declare status: string
  }

  it('is a view when an after hook makes it', async () => {
    class Blanked extends Person {
      static override collection = 'users'
      @afterFind() static blank(user: Blanked | null) {
        if (user !== null) user.password = ''
      }
    }
    const user = await Blanked.findOrFail(await raw())
    expect(user).toMatchObject({ password: '', $dirty: {} })
    await user.merge({ status: 'active' }).save()
    expect(await stored()).toEqual({ ...RAW, status: 'active' })
  })

  it('is also a matter of columns and getters, which no save writes', async () => {
    class Viewed extends Person {
      static override collection = 'users'
      @column({ serialize: (name: string) => name.trim() }) declare name: string
      @column({ serialize: (email: string) => email.toLowerCase() }) declare email: string
      @column({ serializeAs: null }) declare password: string

      get displayName() {
        return `${this.name.trim()} (${this.email.toLowerCase()})`
      }
    }
    const user = await Viewed.findOrFail(await raw())
    expect(user.toJSON()).toEqual({ id: user.id, name: 'Ada', email: 'ada@example.com' })
    expect(user.displayName).toBe('Ada (ada@example.com)')
    expect(user).toMatchObject({ password: 'hashed', $isDirty: false })
    await user.merge({ status: 'active' }).save()
    expect(await stored()).toEqual({ ...RAW, status: 'active' })
  })

  it('may hang on the instance beside its columns', async () => {
    class Labelled extends Person {
      static override collection = 'users'
      label = ''
      @afterFind() static one(user: Labelled | null) {
        if (user !== null) user.label = user.name.trim()
      }
      @afterFetch() static many(users: Labelled[]) {
        for (const user of users) user.label = `${user.name.trim()} of ${users.length}`
      }
    }
    const user = await Labelled.findOrFail(await raw())
    expect(user).toMatchObject({ label: 'Ada', $isDirty: false })
    expect((await Labelled.all()).map(({ label }) => label)).toEqual(['Ada of 1'])
    await user.merge({ status: 'active' }).save()
    expect(await stored()).toEqual({ ...RAW, status: 'active' })
  })

  it('is read trimmed and left alone in the store, with consume', async () => {
    class Consumed extends Person {
      static override collection = 'users'
      @column({ consume: (name) => String(name).trim() }) declare name: string
    }
    const user = await Consumed.findOrFail(await raw())
    expect(user).toMatchObject({ name: 'Ada', $isDirty: false })
    await user.merge({ status: 'active' }).save()
    expect(await stored()).toEqual({ ...RAW, status: 'active' })
    await user.merge({ name: 'Ada L.' }).save()
    expect(await stored()).toMatchObject({ name: 'Ada L.' })
  })
})
