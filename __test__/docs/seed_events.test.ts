/** What the documents that this package began with build: validated products, events, subscriptions, orders, work afterwards. */
import vine from '@vinejs/vine'
import {
  afterCreate,
  BaseModel,
  beforeCreate,
  beforeUpdate,
  beforeValidate,
  column,
  compose,
  context,
  errors,
  type HookContext,
  type LucentError,
  type ModelValidator,
  SoftDeletes,
  Timestamps,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { lucentDatabase } from '../helpers/lucent.ts'

const { db, database } = lucentDatabase()

const failureOf = (work: Promise<unknown>): Promise<LucentError> =>
  work.then(
    () => expect.unreachable('it was written'),
    (error: LucentError) => error,
  )

let heard: string[] = []
beforeEach(() => {
  heard = []
})

it('product with abstract base: validation and soft delete', async () => {
  abstract class Timestamped extends compose(BaseModel, SoftDeletes, Timestamps) {
    static override validator: ModelValidator = (
      _: object,
      { instance }: { instance: Timestamped },
    ) => {
      if (instance.customValidation()) return
      throw { messages: [{ field: 'price', rule: 'custom', message: 'Custom validation failed' }] }
    }
    @column({ isPrimary: true }) declare id: string
    abstract customValidation(): boolean
  }
  class Product extends Timestamped {
    static override validator: ModelValidator = vine.compile(
      vine.object({
        name: vine.string().trim().minLength(1),
        category: vine.enum(['book', 'pen']),
      }),
    )
    @column() declare name: string
    @column() declare price: number
    @column() declare category: string

    customValidation() {
      return this.price > 0
    }

    @beforeValidate()
    static complete(product: Product) {
      product.category ??= 'pen'
    }
  }

  const product = await Product.create({ name: ' ink ', price: 3 })
  expect(product).toMatchObject({ name: 'ink', category: 'pen' })
  expect(await failureOf(product.merge({ price: 0 }).save())).toMatchObject({
    code: 'E_VALIDATION_ERROR',
    messages: [{ message: 'Custom validation failed' }],
  })
  await product.merge({ price: 4 }).save()
  expect(await failureOf(product.merge({ category: 'car' }).save())).toMatchObject({
    column: 'category',
  })
  await product.refresh()
  await product.delete()
  expect(await Product.query().count()).toBe(0)
  await product.restore()
  expect((await Product.findOrFail(product.id)).price).toBe(4)
  await product.forceDelete()
  expect(await db.collection('products').countDocuments()).toBe(0)
})

it('evented model', async () => {
  class User extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare name: string
    @column() declare email: string
  }
  const ends = [
    User.on('created', (user) => heard.push(`New user created: ${user.name}`)),
    User.on('updated', (user, { changes }) =>
      heard.push(`User updated: ${user.name}, ${Object.keys(changes)}`),
    ),
    User.on('saved', async (user) => {
      await Promise.resolve()
      heard.push(`saved ${user.name}`)
    }),
  ]
  const user = await User.create({ name: 'Ada', email: 'a@example.com' })
  await user.merge({ name: 'Ada L.' }).save()
  await vi.waitFor(() => expect(heard).toHaveLength(4))
  expect(heard.filter((one) => !one.startsWith('saved'))).toEqual([
    'New user created: Ada',
    'User updated: Ada L., name',
  ])
  for (const end of ends) end()
  await user.merge({ name: 'x' }).save()
  expect(heard).toHaveLength(4)
})

it('subscription update', async () => {
  class Subscriber extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare status: string
    @column() declare plan: string
    @column.dateTime() declare endsAt: DateTime
  }
  const now = DateTime.utc()
  await Subscriber.createMany([
    { status: 'active', plan: 'basic', endsAt: now.minus({ days: 1 }) },
    { status: 'active', plan: 'pro', endsAt: now.plus({ days: 1 }) },
    { status: 'inactive', plan: 'pro', endsAt: now.minus({ days: 9 }) },
  ])
  const off = Subscriber.on(
    'updatedByQuery',
    ({ method, documents }) => {
      const plans = documents?.map(
        ({ before, after }) => `${before.status} ${after?.status} ${after?.plan}`,
      )
      heard.push(`${method}: ${plans}`)
    },
    { documents: true },
  )
  await Subscriber.query()
    .where('status', 'active')
    .where('endsAt', '<', now)
    .update({ status: 'expired' })
  await vi.waitFor(() => expect(heard.join()).toBe('update: active expired basic'))
  off()
})

it('order state machine', async () => {
  const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
    pending: ['confirmed', 'cancelled'],
    confirmed: ['shipped', 'cancelled'],
    shipped: ['delivered'],
  }
  class Order extends BaseModel {
    static override validator: ModelValidator = vine.compile(
      vine.object({
        items: vine
          .array(vine.object({ price: vine.number().positive(), n: vine.number().min(1) }))
          .minLength(1),
        status: vine.enum(['pending', 'confirmed', 'shipped', 'delivered', 'cancelled']),
      }),
    )
    @column({ isPrimary: true }) declare id: string
    @column() declare items: { price: number; n: number }[]
    @column() declare total: number
    @column() declare status: string

    @beforeValidate()
    static prepare(order: Order) {
      if (order.$isNew) order.status ??= 'pending'
    }

    @beforeCreate()
    static sum(order: Order) {
      order.total = order.items.reduce((sum, { price, n }) => sum + price * n, 0)
    }

    @beforeUpdate()
    static follow(order: Order) {
      if (!order.isDirty('status')) return true
      return FOLLOWS[String(order.$original.status)]?.includes(order.status) === true
    }
  }
  Order.on('updated', (_, { changes: { status } }) =>
    heard.push(`${status?.before} > ${status?.after}`),
  )

  expect(await failureOf(Order.create({ items: [] }))).toMatchObject({ column: 'items' })
  const order = await Order.create({ items: [{ price: 5, n: 2 }] })
  expect(order).toMatchObject({ status: 'pending', total: 10 })
  await order.merge({ status: 'confirmed' }).save()
  expect(await failureOf(order.merge({ status: 'pending' }).save())).toBeInstanceOf(
    errors.E_HOOK_ABORTED,
  )
  await order.merge({ status: 'shipped' }).save()
  expect(await failureOf(order.merge({ status: 'lost' }).save())).toBeInstanceOf(
    errors.E_VALIDATION_ERROR,
  )
  expect(heard).toEqual(['pending > confirmed', 'confirmed > shipped'])
})

let stop = () => {}
afterEach(() => stop())

it('background work after the answer', async () => {
  const failures: string[] = []
  stop = database.onError(({ name }) => failures.push(name))
  class Signup extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare email: string

    @afterCreate()
    static welcome({ email }: Signup, { trx }: HookContext) {
      const options = { client: trx }
      context.defer(() => heard.push(`mail to ${email} in ${context.current.requestId}`), options)
      context.defer(function analytics() {
        throw new Error('away')
      }, options)
    }
  }
  const answer = await context.run({ requestId: 'r1' }, async () => {
    await Signup.create({ email: 'a@example.com' })
    return heard.length
  })
  expect(answer).toBe(0)
  await vi.waitFor(() => expect(heard).toEqual(['mail to a@example.com in r1']))
  await vi.waitFor(() => expect(failures).toEqual(['analytics']))
  await database
    .transaction(async (client) => {
      await Signup.create({ email: 'b@example.com' }, { client })
      throw new Error('rolled back')
    })
    .catch(() => undefined)
  await context.run({ requestId: 'r2' }, () =>
    database.transaction((client) => Signup.create({ email: 'c@example.com' }, { client })),
  )
  await vi.waitFor(() =>
    expect(heard).toEqual(['mail to a@example.com in r1', 'mail to c@example.com in r2']),
  )
})
