import { BaseModel, column, type LucentError, ObjectId } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db } = server

class Product extends BaseModel {
  static override collection = 'products'
  @column({ isPrimary: true }) declare id: string
  @column() declare unitPrice: number
  @column({ columnName: 'qty' }) declare inStock: number
  @column() declare label: string | null
  @column() declare meta: { views: number; deep?: { n: number } }
  @column.objectId() declare shopId: string | null
  @column.objectId() declare tagIds: string[]
}

const products = db.collection('products')
const rows = () => products.find().sort({ n: 1 }).toArray()

beforeEach(async () => {
  await products.deleteMany({})
  await products.insertMany(
    Array.from({ length: 6 }, (_, n) => ({
      _id: new ObjectId(),
      n,
      unit_price: n,
      qty: 10,
      label: `p${n}`,
      meta: { views: 0, deep: { n } },
    })),
  )
})

describe('update', () => {
  it('sets columns by property name, of what matches', async () => {
    const result = await Product.query()
      .where('unitPrice', '>=', 4)
      .update({ inStock: 0, label: null })
    expect(result).toEqual([2])
    expect((await rows()).map(({ qty, label }) => [qty, label])).toEqual([
      [10, 'p0'],
      [10, 'p1'],
      [10, 'p2'],
      [10, 'p3'],
      [0, null],
      [0, null],
    ])
  })

  it('takes a column and a value, stored names and paths', async () => {
    expect(await Product.query().where('label', 'p1').update('inStock', 7)).toEqual([1])
    expect(
      await Product.query()
        .where('label', 'p1')
        .update({ unit_price: 8 } as never),
    ).toEqual([1])
    expect(
      await Product.query()
        .where('label', 'p1')
        .update({ 'meta.deep.n': 9 } as never),
    ).toEqual([1])
    expect((await rows())[1]).toMatchObject({
      qty: 7,
      unit_price: 8,
      meta: { views: 0, deep: { n: 9 } },
    })
  })

  it('casts ids', async () => {
    const [shop, tag] = [new ObjectId(), new ObjectId()]
    await Product.query()
      .where('label', 'p2')
      .update({ shopId: shop.toHexString(), tagIds: [tag.toHexString()] })
    expect((await rows())[2]).toMatchObject({ shop_id: shop, tag_ids: [tag] })
    await Product.query().where('shopId', shop.toHexString()).update({ shopId: null })
    expect((await rows())[2]?.shop_id).toBeNull()
  })

  it('of values that look like operators stores them as values', async () => {
    const value = { $inc: { n: 1 }, $where: '1' }
    await Product.query()
      .where('label', 'p0')
      .update({ meta: value as never })
    expect((await rows())[0]?.meta).toEqual(value)
  })

  it('counts what matched, also when nothing changed', async () => {
    expect(await Product.query().where('label', 'p0').update({ label: 'p0' })).toEqual([1])
    expect(await Product.query().where('label', 'none').update({ label: 'x' })).toEqual([0])
    expect(await Product.query().whereIn('label', []).update({ label: 'x' })).toEqual([0])
  })

  it('of everything needs all()', async () => {
    const refused = { code: 'E_EMPTY_FILTER', model: 'Product', operation: 'update' }
    await expect(Product.query().update({ inStock: 1 })).rejects.toMatchObject(refused)
    await expect(Product.query().where({}).update({ inStock: 1 })).rejects.toMatchObject(refused)
    await expect(
      Product.query().whereNotIn('label', []).update({ inStock: 1 }),
    ).rejects.toMatchObject(refused)
    expect(await products.countDocuments({ qty: 10 })).toBe(6)
    expect(await Product.query().all().update({ inStock: 1 })).toEqual([6])
    expect(await products.countDocuments({ qty: 1 })).toBe(6)
  })

  it('is one command', async () => {
    const commands = await profile(server, 'products', () =>
      Product.query().where('unitPrice', '<', 3).comment('mine').update({ inStock: 3 }),
    )
    expect(commands).toHaveLength(1)
    expect(commands[0]?.command).toMatchObject({
      q: { unit_price: { $lt: 3 } },
      u: { $set: { qty: 3 } },
      multi: true,
      upsert: false,
    })
  })
})

describe('increment and decrement', () => {
  it.each([
    ['increment', () => Product.query().all().increment('inStock'), 11],
    ['increment by', () => Product.query().all().increment('inStock', 5), 15],
    ['increment by a fraction', () => Product.query().all().increment('inStock', 0.5), 10.5],
    ['decrement', () => Product.query().all().decrement('inStock'), 9],
    ['decrement by', () => Product.query().all().decrement('inStock', 4), 6],
    [
      'increment of an object',
      () => Product.query().all().increment({ inStock: 2, unitPrice: 1 }),
      12,
    ],
  ])('%s', async (_, act, qty) => {
    expect(await act()).toEqual([6])
    expect((await rows()).map((one) => one.qty)).toEqual(new Array(6).fill(qty))
  })

  it('of a path, and of what is missing', async () => {
    await Product.query().where('label', 'p3').increment('meta.views', 3)
    await Product.query()
      .where('label', 'p3')
      .increment('meta.other' as never)
    expect((await rows())[3]?.meta).toEqual({ views: 3, deep: { n: 3 }, other: 1 })
  })

  it('concurrently loses nothing', async () => {
    const query = () => Product.query().where('label', 'p0').increment('inStock')
    await Promise.all(Array.from({ length: 50 }, query))
    expect((await rows())[0]?.qty).toBe(60)
  })

  it('of text is the server’s refusal, without the value', async () => {
    const secret = 'secret4711'
    await products.updateOne({ n: 0 }, { $set: { label: secret } })
    const error = await Product.query()
      .where('unitPrice', 0)
      .increment('label' as never)
      .catch((caught) => caught)
    expect(error).toMatchObject({ code: 'E_SERVER_ERROR', serverCode: 14, model: 'Product' })
    expect(error.message).not.toContain(secret)
  })
})

describe('delete', () => {
  it('deletes what matches', async () => {
    expect(await Product.query().where('unitPrice', '<', 2).delete()).toEqual([2])
    expect(await Product.query().where('unitPrice', 2).del()).toEqual([1])
    expect(await Product.query().where('unitPrice', 2).delete()).toEqual([0])
    expect((await rows()).map(({ n }) => n)).toEqual([3, 4, 5])
  })

  it('of everything needs all()', async () => {
    await expect(Product.query().delete()).rejects.toMatchObject({ code: 'E_EMPTY_FILTER' })
    expect(await products.countDocuments()).toBe(6)
    expect(await Product.query().all().delete()).toEqual([6])
  })
})

describe('a unique index', () => {
  it('names its fields, and no value, on every way of writing', async () => {
    const unique = db.collection('uniques')
    await unique.createIndex({ 'owner.mail': 1, tenant: -1 }, { unique: true, name: 'custom name' })
    class Unique extends BaseModel {
      @column() declare owner: { mail: string }
      @column({ columnName: 'tenant' }) declare tenantId: number
      @column() declare other: number
    }
    const taken = { owner: { mail: 'secret4711" } dup key: { x: "' }, tenantId: 1 }
    await Unique.create(taken)
    const second = await Unique.create({ owner: { mail: 'free' }, tenantId: 1 })
    const ways: (() => Promise<unknown>)[] = [
      () => Unique.create(taken),
      () => Unique.create(taken, { coalesce: true }),
      () => Unique.createMany([{ owner: { mail: 'x' }, tenantId: 5 }, taken]),
      () => second.merge(taken).save(),
      () => second.merge(taken).save({ coalesce: true }),
      () => Unique.query().where('owner.mail', 'free').update({ owner: taken.owner }),
    ]
    for (const way of ways) {
      const error = (await way().catch((caught) => caught)) as LucentError
      expect(error).toMatchObject({
        code: 'E_DUPLICATE_KEY',
        status: 409,
        serverCode: 11000,
        model: 'Unique',
        keys: ['owner.mail', 'tenant'],
        index: 'custom name',
      })
      expect(JSON.stringify({ ...error, message: error.message })).not.toContain('4711')
    }
  })
})

describe('a validator', () => {
  it('is E_DOCUMENT_VALIDATION, with the server’s account', async () => {
    await db.createCollection('strict', {
      validator: { $jsonSchema: { required: ['label'], properties: { label: { maxLength: 3 } } } },
    })
    class Strict extends BaseModel {
      static override collection = 'strict'
      @column() declare label: string
    }
    const fine = await Strict.create({ label: 'ok' })
    const ways: (() => Promise<unknown>)[] = [
      () => Strict.create({ label: 'too long' }),
      () => Strict.create({ label: 'too long' }, { coalesce: true }),
      () => Strict.createMany([{ label: 'a' }, { label: 'too long' }]),
      () => fine.merge({ label: 'too long' }).save(),
      () => Strict.query().all().update({ label: 'too long' }),
    ]
    for (const way of ways) {
      const error = (await way().catch((caught) => caught)) as LucentError
      expect(error).toMatchObject({
        code: 'E_DOCUMENT_VALIDATION',
        status: 422,
        serverCode: 121,
        model: 'Strict',
      })
      expect(error.errInfo).toMatchObject({ details: { operatorName: '$jsonSchema' } })
      expect(error.message).not.toContain('too long')
    }
  })
})
