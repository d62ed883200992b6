/** JSON of documents inside of documents, by the core and by models. */
import {
  BaseModel,
  column,
  computed,
  type EmbedsMany,
  embedsMany,
  embedsOne,
  ObjectId,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { Address, Order } from './fixtures.ts'

const { db } = lucentDatabase()
const trips = db.collection('trips')
const orders = db.collection('orders')

afterEach(async () => {
  await trips.deleteMany({})
  await orders.deleteMany({})
})

class Stay extends BaseModel {
  @column.date() declare night: DateTime
  @column.dateTime({ serializeAs: 'arrivedAt' }) declare arrived: DateTime | null
  @column({ serializeAs: null }) declare door: string | null
  @column() declare price: bigint | number
  @column() declare extra: unknown
}

class Leg extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare to: string
  @embedsMany(() => Stay) declare stays: EmbedsMany<typeof Stay>
}

class Trip extends BaseModel {
  static override collection = 'trips'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @embedsMany(() => Leg, { serializeAs: 'route' }) declare legs: EmbedsMany<typeof Leg>
  @embedsOne(() => Stay) declare first: Stay | null
}

const LAST = new ObjectId('ffffffffffffffffffffffff')
const night = DateTime.utc(2024, 2, 29)
const arrived = DateTime.utc(2024, 2, 29, 18, 30)

async function someTrips(): Promise<void> {
  await Trip.createMany([
    {
      name: 'north',
      first: { night, arrived, door: '1234', price: 2n ** 60n, extra: { a: [1, null] } },
      legs: [
        {
          to: 'Oslo',
          stays: [
            { night, price: 1 },
            { night, door: 'x', price: 2.5 },
          ],
        },
        { to: 'Bergen', stays: [] },
      ],
    },
    { name: 'none', first: null, legs: [] },
    { name: 'missing' },
  ] as never)
  await trips.insertOne({
    _id: LAST,
    name: 'odd',
    legs: [null, { to: 'Bodø', old: true }],
    first: {},
  })
}

describe('1. in the core', () => {
  it('text of the core and text of models are the same', async () => {
    await someTrips()
    const models = await Trip.query().orderBy('name')
    expect(Trip.query().explainJson()).toEqual({ native: true })
    const expected = JSON.parse(JSON.stringify(models)) as unknown
    const text = await Trip.query().orderBy('name').toJson()
    expect(text).toBe(JSON.stringify(models))
    expect(JSON.parse(text)).toEqual(expected)
    expect(expected).toMatchObject([
      { name: 'missing' },
      { first: null, route: [] },
      { name: 'north', first: { night: '2024-02-29', price: '1152921504606846976' } },
      { name: 'odd', route: [null, { to: 'Bodø' }], first: {} },
    ])
    expect(text).not.toContain('door')
    const page = await Trip.query().orderBy('name').paginate(1, 2)
    const paged = await Trip.query().orderBy('name').toJson({ page: 1, perPage: 2 })
    expect(paged).toBe(JSON.stringify(page))
  })
})

describe('2. by models', () => {
  it('where an embedded model needs instances', async () => {
    await Order.create({ number: 1, address: { city: 'Rome', street: 'Via Appia' } })
    const [text, models] = [await Order.query().toJson(), await Order.query()]
    expect(text).toBe(JSON.stringify(models))
    expect(Order.query().explainJson()).toMatchObject({ native: false })
    expect(text).toContain('"line":"Via Appia, Rome"')
  })

  it('what embeds itself', async () => {
    class Reply extends BaseModel {
      @column() declare text: string
      @embedsMany(() => Reply) declare replies: Reply[]
      @computed() get size(): number {
        return this.text.length
      }
    }
    class Thread extends BaseModel {
      static override collection = 'trips'
      @embedsMany(() => Reply) declare replies: EmbedsMany<typeof Reply>
    }
    await Thread.create({ replies: [{ text: 'a', replies: [{ text: 'bc' } as Reply] }] })
    const [thread] = JSON.parse(await Thread.query().toJson()) as [object]
    expect(thread).toMatchObject({
      replies: [{ text: 'a', size: 1, replies: [{ text: 'bc', size: 2 }] }],
    })
  })

  it('the console shows them as models', async () => {
    const { inspect } = await import('node:util')
    const order = new Order().merge({ address: { city: 'Rome' } })
    expect(inspect(order, { depth: 3 })).toContain('Rome')
    expect(order.address).toBeInstanceOf(Address)
  })
})
