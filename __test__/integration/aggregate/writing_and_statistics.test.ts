import { BaseModel, column, expr } from 'lucent-odm'
import type { DateTime } from 'luxon'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db, client, name } = lucentDatabase()

class Order extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare shopName: string
  @column() declare total: number
  @column.dateTime() declare placedAt: DateTime
}

class ShopTotal extends BaseModel {
  static override selfAssignPrimaryKey = true
  @column({ isPrimary: true }) declare id: string
  @column() declare totalAmount: number
  @column() declare orderCount: number
}

const day = (n: number) => new Date(Date.UTC(2024, 0, n))

beforeEach(async () => {
  for (const collection of ['orders', 'shop_totals', 'report']) {
    await db.collection(collection).deleteMany({})
  }
  await db.collection('orders').insertMany([
    { shop_name: 'north', total: 10, placed_at: day(1) },
    { shop_name: 'north', total: 5, placed_at: day(2) },
    { shop_name: 'south', total: 7, placed_at: day(2) },
  ])
})

const totals = () =>
  Order.aggregate()
    .group({ by: 'shopName', totalAmount: expr.sum('total'), orderCount: expr.count() })
    .project({ id: expr.field('_id'), totalAmount: true, orderCount: true })

const stored = (collection: string) => db.collection(collection).find().sort('_id').toArray()

describe('out', () => {
  it('replaces a collection', async () => {
    expect(await totals().out('report')).toEqual([])
    expect(await stored('report')).toHaveLength(2)
    await Order.aggregate().limit(0).out('report').exec()
    expect(await stored('report')).toEqual([])
  })

  it('writes what the model can read', async () => {
    await totals().out(ShopTotal)
    expect(await stored('shop_totals')).toEqual([
      { _id: 'north', total_amount: 15, order_count: 2 },
      { _id: 'south', total_amount: 7, order_count: 1 },
    ])
    expect(await ShopTotal.aggregate().sort('totalAmount')).toEqual([
      { id: 'south', totalAmount: 7, orderCount: 1 },
      { id: 'north', totalAmount: 15, orderCount: 2 },
    ])
  })

  it('writes to another database', async () => {
    const other = `${name}_other`
    try {
      await totals().out({ db: other, coll: 'report' })
      expect(await client.db(other).collection('report').countDocuments()).toBe(2)
    } finally {
      await client.db(other).dropDatabase()
    }
  })

  it('has no first row', async () => {
    await expect(totals().out('report').first()).rejects.toThrow('nothing can follow $out')
    await expect(totals().out('report').firstOrFail()).rejects.toThrow('nothing can follow $out')
  })
})

describe('merge', () => {
  beforeEach(async () => {
    await db
      .collection<{ _id: string }>('shop_totals')
      .insertMany([{ _id: 'north', total_amount: 100, note: 'kept' } as { _id: string }])
  })

  it('merges by default', async () => {
    await totals().merge({ into: ShopTotal })
    expect(await stored('shop_totals')).toEqual([
      { _id: 'north', total_amount: 15, order_count: 2, note: 'kept' },
      { _id: 'south', total_amount: 7, order_count: 1 },
    ])
  })

  it('replaces, keeps, discards', async () => {
    await totals().merge({ into: ShopTotal, whenMatched: 'merge', whenNotMatched: 'discard' })
    expect(await stored('shop_totals')).toMatchObject([{ _id: 'north', total_amount: 15 }])
    await totals().merge({ into: ShopTotal, whenMatched: 'keepExisting' })
    expect(await stored('shop_totals')).toHaveLength(2)
    await totals().merge({ into: ShopTotal, on: 'id', whenMatched: 'replace' })
    expect((await stored('shop_totals'))[0]).toEqual({
      _id: 'north',
      total_amount: 15,
      order_count: 2,
    })
  })

  it('changes what is there with stages', async () => {
    await totals().merge({
      into: ShopTotal,
      whenMatched: (document, { new: row }) =>
        document.set({
          totalAmount: expr.add(expr.field('totalAmount'), row.field('totalAmount')),
        }),
    })
    expect((await stored('shop_totals'))[0]).toMatchObject({ total_amount: 115, note: 'kept' })
  })

  it('fails where it is told to', async () => {
    await expect(totals().merge({ into: ShopTotal, whenMatched: 'fail' }).exec()).rejects.toThrow()
  })

  it('by other fields, under their stored names', async () => {
    await db.collection('shop_totals').deleteMany({})
    await db.collection('shop_totals').createIndex({ total_amount: 1 }, { unique: true })
    try {
      await totals().unset('id').merge({ into: ShopTotal, on: 'totalAmount', whenMatched: 'merge' })
      await totals()
        .unset('id')
        .merge({ into: ShopTotal, on: ['totalAmount'], whenMatched: 'merge' })
      expect(await db.collection('shop_totals').countDocuments()).toBe(2)
    } finally {
      await db.collection('shop_totals').dropIndex('total_amount_1')
    }
  })
})

describe('what the server tells about a collection', () => {
  it('collStats', async () => {
    const [count] = await Order.aggregate().collStats()
    expect(count).toMatchObject({ ns: `${name}.orders`, count: 3 })
    const [storage] = await Order.aggregate().collStats({ storageStats: { scale: 1 } })
    expect(storage).toHaveProperty('storageStats.count', 3)
  })

  it('indexStats', async () => {
    const [index] = await Order.aggregate().indexStats()
    expect(index).toMatchObject({ name: '_id_', key: { _id: 1 } })
    expect(index?.accesses.since).toBeInstanceOf(Date)
  })

  it('planCacheStats', async () => {
    expect(await Order.aggregate().planCacheStats()).toEqual([])
  })
})

describe('documents', () => {
  it('stand in for the collection’s', async () => {
    const rows = await Order.aggregate()
      .documents([
        { month: 1, goal: 10, note: '$goal' },
        { month: 2, goal: 20, note: '$$ROOT' },
      ])
      .addFields({ double: expr.multiply(expr.field('goal'), 2) })
      .sort('month', 'desc')
    expect(rows).toEqual([
      { month: 2, goal: 20, note: '$$ROOT', double: 40 },
      { month: 1, goal: 10, note: '$goal', double: 20 },
    ])
  })

  it('can be joined', async () => {
    const rows = await Order.aggregate()
      .documents([{ shop: 'north' }])
      .lookup({ from: Order, localField: 'shop', foreignField: 'shopName', as: 'orders' })
    expect(rows[0]?.orders.map(({ total }) => total).sort()).toEqual([10, 5])
  })
})

describe('native stages', () => {
  it('answer with what the server has', async () => {
    const rows = await Order.aggregate()
      .raw([{ $match: { shop_name: 'north' } }, { $group: { _id: '$shop_name', n: { $sum: 1 } } }])
      .as<{ _id: string; n: number }>()
    expect(rows).toEqual([{ _id: 'north', n: 2 }])
  })

  it('may have expressions with property names inside', async () => {
    const rows = await Order.aggregate()
      .stage({ $group: { _id: expr.field('shopName'), last: expr.max('placedAt') } })
      .as<{ _id: string; last: Date }>()
      .sort('_id')
    expect(rows).toEqual([
      { _id: 'north', last: day(2) },
      { _id: 'south', last: day(2) },
    ])
  })
})
