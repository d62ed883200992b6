/** Documents inside of documents: made, read and saved. */

import { Decimal128, errors, ObjectId } from 'lucent-odm'
import { DateTime } from 'luxon'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { updatesOf as updatesIn } from '../../helpers/profile.ts'
import { Address, Geo, Item, Order, type Remark } from './fixtures.ts'

const server = lucentDatabase()
const orders = server.db.collection('orders')

afterEach(() => orders.deleteMany({}))

const PRODUCT = '65f000000000000000000001'

async function anOrder(): Promise<Order> {
  const { id } = await Order.create({
    number: 1,
    address: { street: 'Via Appia', city: 'Rome', zipCode: '00179', geo: { lat: 1, lng: 2 } },
    items: [
      { sku: 'a', price: 1 },
      { sku: 'b', price: 2, productId: PRODUCT },
    ],
    remarks: [
      { text: 'late', stars: 1 },
      { text: 'nice', stars: 5 },
    ],
  })
  return Order.findOrFail(id)
}

/** The modifications of the updates that `work` sends. */
const updatesOf = (work: () => Promise<unknown>) => updatesIn(server, 'orders', work)

describe('1. making and reading', () => {
  it('plain objects become instances, at once and in what is stored', async () => {
    const order = await Order.create({
      number: 1,
      address: {
        street: 'Via Appia',
        city: 'Rome',
        zipCode: '00179',
        since: DateTime.utc(2024, 2, 29),
        notes: { gate: 'B' },
        tags: ['a', 'b'],
        geo: { lat: 1, lng: 2 },
      },
      items: [{ sku: 'a', price: 1, weight: Decimal128.fromString('1.5'), productId: PRODUCT }],
    })
    expect(order.address).toBeInstanceOf(Address)
    expect(order.address?.geo).toBeInstanceOf(Geo)
    expect(order.items[0]).toBeInstanceOf(Item)
    expect(order.$isDirty).toBe(false)
    const stored = await orders.findOne()
    expect(stored).toEqual({
      _id: new ObjectId(order.id),
      number: 1,
      ship_to: {
        street: 'Via Appia',
        city: 'Rome',
        zip_code: '00179',
        since: new Date('2024-02-29T00:00:00Z'),
        notes: '{"gate":"B"}',
        tags: 'a,b',
        geo: { lat: 1, lng: 2 },
      },
      items: [
        {
          _id: new ObjectId(order.items[0]?.id),
          sku: 'a',
          price: 1,
          weight: Decimal128.fromString('1.5'),
          product_id: new ObjectId(PRODUCT),
          created_at: expect.any(Date),
          updated_at: expect.any(Date),
        },
      ],
    })
    const read = await Order.findOrFail(order.id)
    expect(read.address?.since?.toISODate()).toBe('2024-02-29')
    expect(read.address?.notes).toEqual({ gate: 'B' })
    expect(read.address?.tags).toEqual(['a', 'b'])
    expect(read.address?.line).toBe('Via Appia, Rome')
    expect(read.address?.geo?.lat).toBe(1)
    expect(read.items[0]?.productId).toBe(PRODUCT)
    expect(read.items[0]?.createdAt).toBeInstanceOf(DateTime)
    expect(read.$isDirty).toBe(false)
    expect(await updatesOf(() => read.save())).toEqual([])
  })

  it('an assigned object is cast, null and missing stay what they are', async () => {
    const order = new Order()
    const given: unknown = { city: 'Rome' }
    order.address = given as Address
    expect(order.address).toBeInstanceOf(Address)
    await order.save()
    expect((await Order.findOrFail(order.id)).items).toBeUndefined()
    order.address = null
    await order.save()
    expect((await Order.findOrFail(order.id)).address).toBeNull()
  })

  it.each([
    ['create', (values: object) => Order.create(values)],
    ['merge', async (values: object) => new Order().merge(values)],
    ['fill', async (values: object) => new Order().fill(values)],
    ['createMany', (values: object) => Order.createMany([values])],
    ['updateOrCreate', (values: object) => Order.updateOrCreate({ number: 7 }, values)],
  ])('names that the model does not have are refused with their path: %s', async (_, make) => {
    const wrong = make({ items: [{ sku: 'a' }, { sku: 'b', prise: 1 }] })
    await expect(wrong).rejects.toThrow(errors.E_UNKNOWN_COLUMN)
    await expect(wrong).rejects.toMatchObject({
      code: 'E_UNKNOWN_COLUMN',
      status: 422,
      model: 'Order',
      column: 'items.1.prise',
    })
    const deep = make({ address: { geo: { lat: 1, alt: 3 } } })
    await expect(deep).rejects.toMatchObject({ column: 'address.geo.alt' })
  })

  it('what is no object is refused', () => {
    expect(() => new Order().merge({ items: [1] } as never)).toThrow(errors.E_INVALID_VALUE)
    expect(() => new Order().merge({ address: 'Rome' } as never)).toThrow(/Order\.address/)
    expect(() => new Order().merge({ items: {} } as never)).toThrow(errors.E_INVALID_VALUE)
  })

  it('a value that cannot be stored is refused with its path', async () => {
    const order = new Order().merge({ items: [{ sku: 'a', productId: 'nonsense' }] })
    await expect(order.save()).rejects.toMatchObject({ column: 'items.0.productId' })
  })

  it('embedded documents are not saved, deleted or read again by themselves', async () => {
    const order = await anOrder()
    for (const method of ['save', 'delete', 'refresh'] as const) {
      await expect(order.address?.[method]()).rejects.toThrow(errors.E_MODEL_NOT_PERSISTED)
    }
  })
})

describe('2. saving what changed', () => {
  it('paths of a document, those inside of it, and fields that go', async () => {
    const order = await anOrder()
    const address = order.address as Address
    address.city = 'Milan'
    ;(address.geo as Geo).lat = 9
    address.unset('street')
    expect(order.$dirty).toEqual({ address })
    expect(address.$dirty).toEqual({ city: 'Milan', geo: address.geo })
    expect(address.$original.city).toBe('Rome')
    const updates = await updatesOf(() => order.save())
    expect(updates).toEqual([
      {
        $set: { 'ship_to.city': 'Milan', 'ship_to.geo.lat': 9 },
        $unset: { 'ship_to.street': true },
      },
    ])
    expect(order.$isDirty).toBe(false)
    expect(address.$isDirty).toBe(false)
    expect(address.$original.city).toBe('Milan')
    address.city = 'Turin'
    expect(await updatesOf(() => order.save())).toEqual([{ $set: { 'ship_to.city': 'Turin' } }])
    const stored = await orders.findOne()
    expect(stored?.ship_to).toEqual({ city: 'Turin', zip_code: '00179', geo: { lat: 9, lng: 2 } })
  })

  it('items with a key are found by it, others by their place', async () => {
    const order = await anOrder()
    ;(order.items[1] as Item).price = 7
    ;(order.remarks[0] as Remark).stars = 2
    const before = (order.items[1] as Item).updatedAt
    const updates = await updatesOf(() => order.save())
    expect(updates).toEqual([
      {
        $set: {
          'items.$[iitemsx2e1].price': 7,
          'items.$[iitemsx2e1].updated_at': expect.any(Date),
          'remarks.0.stars': 2,
        },
      },
    ])
    const stored = await Order.findOrFail(order.id)
    expect(stored.items.map(({ price }) => price)).toEqual([1, 7])
    expect(stored.remarks.map(({ stars }) => stars)).toEqual([2, 5])
    expect(+(stored.items[1] as Item).updatedAt).toBeGreaterThanOrEqual(+before)
    expect(+(stored.items[0] as Item).updatedAt).toBe(+(order.items[0] as Item).updatedAt)
  })

  it('an item that stands elsewhere meanwhile is found all the same', async () => {
    const order = await anOrder()
    const found = await orders.findOne<{ items: object[] }>()
    const first = found?.items[0]
    await orders.updateOne({}, { $pull: { items: { sku: 'a' } } as never })
    await orders.updateOne({}, { $push: { items: first } as never })
    ;(order.items[0] as Item).price = 70
    await order.save()
    const stored = await Order.findOrFail(order.id)
    expect(stored.items.map(({ sku, price }) => [sku, price])).toEqual([
      ['b', 2],
      ['a', 70],
    ])
  })

  it.each<[string, (order: Order) => void, string[]]>([
    ['pushed', ({ items }) => items.push({ sku: 'c', price: 3 } as Item), ['a', 'b', 'c']],
    ['taken out', ({ items }) => items.splice(0, 1), ['b']],
    ['reversed', ({ items }) => items.reverse(), ['b', 'a']],
    ['replaced', (order) => order.merge({ items: [{ sku: 'x', price: 1 }] }), ['x']],
    ['emptied', ({ items }) => items.splice(0), []],
  ])('an array of which items were %s is sent as a whole', async (_, change, skus) => {
    const order = await anOrder()
    change(order)
    const [update] = (await updatesOf(() => order.save())) as { $set: { items: Item[] } }[]
    expect(Object.keys(update?.$set ?? {})).toEqual(['items'])
    expect(update?.$set.items.map(({ sku }) => sku)).toEqual(skus)
    expect(order.$isDirty).toBe(false)
    expect(order.items.every((item) => item instanceof Item && item.id !== undefined)).toBe(true)
    const [first] = order.items
    if (first === undefined) return
    first.price = 99
    const [next] = (await updatesOf(() => order.save())) as { $set: object }[]
    expect(Object.keys(next?.$set ?? {})).toContain('items.$[iitemsx2e0].price')
  })

  it('fields that are no columns stay, also where the array is sent as a whole', async () => {
    const order = await anOrder()
    await orders.updateOne({}, { $set: { 'ship_to.floor': 3, 'remarks.0.color': 'red' } })
    await Order.query().firstOrFail()
    const again = await Order.findOrFail(order.id)
    ;(again.address as Address).city = 'Milan'
    again.remarks.reverse()
    await again.save()
    const stored = await orders.findOne()
    expect(stored?.ship_to).toMatchObject({ floor: 3, city: 'Milan' })
    expect(stored?.remarks[1]).toEqual({ text: 'late', stars: 1, color: 'red' })
    expect((await Order.findOrFail(order.id)).address?.$extras).toEqual({ floor: 3 })
  })

  it('a new instance replaces the document', async () => {
    const order = await anOrder()
    order.address = new Address().merge({ city: 'Milan' })
    expect(await updatesOf(() => order.save())).toEqual([{ $set: { ship_to: { city: 'Milan' } } }])
  })

  it('documents read in part keep what was not read', async () => {
    const { id } = await anOrder()
    const order = await Order.query().select('address.city', 'items.sku').firstOrFail()
    expect(order.address?.street).toBeUndefined()
    ;(order.address as Address).city = 'Milan'
    ;(order.items[1] as Item).sku = 'z'
    await order.save()
    const stored = await Order.findOrFail(id)
    expect(stored.address?.street).toBe('Via Appia')
    expect(stored.items.map(({ sku, price }) => [sku, price])).toEqual([
      ['a', 1],
      ['z', 2],
    ])
  })

  it('a failed save leaves them as they were', async () => {
    const order = await anOrder()
    await orders.createIndex({ number: 1 }, { unique: true })
    try {
      await Order.create({ number: 2 })
      order.number = 2
      order.items.push({ sku: 'c' } as Item)
      ;(order.items[0] as Item).price = 9
      await expect(order.save()).rejects.toThrow(errors.E_DUPLICATE_KEY)
      expect(order.items[2]).toEqual({ sku: 'c' })
      expect(order.items[0]?.$isDirty).toBe(true)
      order.number = 3
      await order.save()
      expect((await Order.findOrFail(order.id)).items.map(({ price }) => price ?? null)).toEqual([
        9,
        2,
        null,
      ])
    } finally {
      await orders.dropIndex('number_1')
    }
  })

  it('what is moved to another document is written there', async () => {
    const one = await anOrder()
    const other = await Order.create({ number: 2, address: one.address, items: [...one.items] })
    expect((await Order.findOrFail(other.id)).address?.city).toBe('Rome')
    expect((await Order.findOrFail(other.id)).items).toHaveLength(2)
  })

  it.each([
    ['bulkSave', (order: Order) => Order.bulkSave([order])],
    ['coalesced saves', (order: Order) => order.save({ coalesce: true })],
    ['saveQuietly', (order: Order) => order.saveQuietly()],
    [
      'a transaction',
      (order: Order) => Order.transaction((trx) => order.useTransaction(trx).save()),
    ],
  ])('also by %s', async (_, save) => {
    const order = await anOrder()
    ;(order.address as Address).city = 'Milan'
    ;(order.items[1] as Item).price = 7
    order.remarks.pop()
    await save(order)
    const stored = await Order.findOrFail(order.id)
    expect(stored.address?.city).toBe('Milan')
    expect(stored.items.map(({ price }) => price)).toEqual([1, 7])
    expect(stored.remarks).toHaveLength(1)
    expect(order.$isDirty).toBe(false)
    const made = new Order().merge({ number: 5, items: [{ sku: 'n' }] })
    await Order.bulkSave([made])
    expect(made.items[0]?.$isPersisted).toBe(true)
    expect((await Order.findOrFail(made.id)).items[0]?.id).toBe(made.items[0]?.id)
  })
})

describe('3. in transactions', () => {
  it('a rollback puts everything back, and the next save writes it', async () => {
    const order = await anOrder()
    ;(order.address as Address).city = 'Milan'
    order.remarks.reverse()
    const trx = await Order.transaction()
    order.useTransaction(trx)
    await order.save()
    await trx.rollback()
    expect((await Order.findOrFail(order.id)).address?.city).toBe('Rome')
    expect(order.address?.city).toBe('Milan')
    await order.save()
    const stored = await Order.findOrFail(order.id)
    expect(stored.address?.city).toBe('Milan')
    expect(stored.remarks.map(({ text }) => text)).toEqual(['nice', 'late'])
  })

  it('what was created in one that was rolled back is created anew', async () => {
    const order = new Order().merge({ items: [{ sku: 'a' }] })
    const trx = await Order.transaction()
    order.useTransaction(trx)
    await order.save()
    await trx.rollback()
    expect(order.items[0]?.$isPersisted).toBe(false)
    await order.save()
    expect((await Order.findOrFail(order.id)).items.map(({ sku }) => sku)).toEqual(['a'])
  })
})

describe('whole documents in updates by queries', () => {
  it('are new ones, with their keys and dates', async () => {
    const before = Date.now()
    const order = await Order.create({ number: 1, items: [{ sku: 'a', price: 1 }] })
    const mine = new Item().merge({ sku: 'c', price: 3 })
    await Order.query()
      .where('id', order.id)
      .updateMany((update) => update.push('items', { sku: 'b', price: 2 } as Item))
    await Order.query()
      .where('id', order.id)
      .updateMany((update) => update.push('items', [mine], { each: true }))
    const [stored] = await orders.find({}).toArray()
    expect(stored?.items.map((item: { sku: string }) => item.sku)).toEqual(['a', 'b', 'c'])
    for (const item of stored?.items ?? []) {
      expect(item._id._bsontype).toBe('ObjectId')
      expect(item.created_at.getTime()).toBeGreaterThanOrEqual(before)
      expect(item.updated_at.getTime()).toBeGreaterThanOrEqual(before)
    }
    await order.refresh()
    expect(order.items.map(({ id }) => id)).toHaveLength(3)
    order.items[2]?.merge({ price: 4 })
    await order.save()
    expect((await order.refresh()).items[2]?.price).toBe(4)
  })

  it('are so in what an upsert inserts, and keep the keys that they are given', async () => {
    const id = '65f000000000000000000001'
    await Order.query()
      .where('number', 9)
      .upsert({ items: [{ id, sku: 'a' }, { sku: 'b' }] as never })
    const [stored] = await orders.find({}).toArray()
    expect(String(stored?.items[0]._id)).toBe(id)
    expect(stored?.items[1]._id._bsontype).toBe('ObjectId')
    expect(stored?.items[1].created_at).toBeInstanceOf(Date)
  })
})
