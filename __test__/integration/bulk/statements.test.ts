import {
  BaseModel,
  type BulkBuilder,
  type BulkStatement,
  beforeSave,
  column,
  ObjectId,
} from 'lucent-odm'
import type { DateTime } from 'luxon'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db } = server

class Product extends BaseModel {
  static override collection = 'products'
  @column({ isPrimary: true }) declare id: string
  @column() declare sku: string
  @column({ columnName: 'qty' }) declare inStock: number
  @column() declare label: string | null
  @column() declare tags: string[]
  @column() declare lines: { n: number; on: boolean }[]
  @column.objectId() declare shopId: string
  @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
  @column.dateTime({ autoUpdate: true }) declare updatedAt: DateTime
  @beforeSave() static never() {
    throw new Error('bulkWrite runs no hooks')
  }
}

const products = db.collection('products')
const rows = () =>
  products
    .find({}, { projection: { _id: 0 } })
    .sort({ sku: 1 })
    .toArray()
const stock = async () => Object.fromEntries((await rows()).map(({ sku, qty }) => [sku, qty]))

const NOTHING = { inserted: 0, matched: 0, modified: 0, deleted: 0, upserted: [], failures: [] }

beforeEach(async () => {
  await products.deleteMany({})
  await products.insertMany(['a', 'b', 'c', 'd'].map((sku, n) => ({ sku, qty: n, tags: [] })))
})

describe('a statement', () => {
  const shop = new ObjectId()

  it.each<
    [string, (bulk: BulkBuilder<Product>) => unknown, BulkStatement<Product>, object, object]
  >([
    [
      'insert',
      (bulk) => bulk.insert({ sku: 'e', inStock: 9 }),
      { insert: { sku: 'e', inStock: 9 } },
      { inserted: 1 },
      { a: 0, b: 1, c: 2, d: 3, e: 9 },
    ],
    [
      'updateOne',
      (bulk) => bulk.updateOne({ sku: 'a' }, { inStock: 7 }),
      { updateOne: { filter: { sku: 'a' }, update: { inStock: 7 } } },
      { matched: 1, modified: 1 },
      { a: 7, b: 1, c: 2, d: 3 },
    ],
    [
      'updateMany',
      (bulk) =>
        bulk.updateMany(
          (query) => query.where('inStock', '>', 1),
          (one) => one.increment('inStock', 5),
        ),
      {
        updateMany: {
          filter: (query) => query.where('inStock', '>', 1),
          update: (one) => one.increment('inStock', 5),
        },
      },
      { matched: 2, modified: 2 },
      { a: 0, b: 1, c: 7, d: 8 },
    ],
    [
      'upsert that updates',
      (bulk) => bulk.upsert({ sku: 'a' }, { inStock: 5 }, { onInsert: { label: 'x' } }),
      { upsert: { filter: { sku: 'a' }, update: { inStock: 5 }, onInsert: { label: 'x' } } },
      { matched: 1, modified: 1 },
      { a: 5, b: 1, c: 2, d: 3 },
    ],
    [
      'upsert that inserts',
      (bulk) =>
        bulk.upsert({ sku: 'z' }, { inStock: 5 }, { onInsert: { shopId: shop.toHexString() } }),
      {
        upsert: {
          filter: { sku: 'z' },
          update: { inStock: 5 },
          onInsert: { shopId: shop.toHexString() },
        },
      },
      { upserted: [{ position: 0, id: expect.stringMatching(/^[0-9a-f]{24}$/) }] },
      { a: 0, b: 1, c: 2, d: 3, z: 5 },
    ],
    [
      'replaceOne',
      (bulk) => bulk.replaceOne({ sku: 'b' }, { sku: 'y', inStock: 4 }),
      { replaceOne: { filter: { sku: 'b' }, replacement: { sku: 'y', inStock: 4 } } },
      { matched: 1, modified: 1 },
      { a: 0, c: 2, d: 3, y: 4 },
    ],
    [
      'replaceOne that inserts',
      (bulk) => bulk.replaceOne({ sku: 'x' }, { sku: 'x', inStock: 4 }, { upsert: true }),
      { replaceOne: { filter: { sku: 'x' }, replacement: { sku: 'x', inStock: 4 }, upsert: true } },
      { upserted: [{ position: 0, id: expect.stringMatching(/^[0-9a-f]{24}$/) }] },
      { a: 0, b: 1, c: 2, d: 3, x: 4 },
    ],
    [
      'deleteOne',
      (bulk) => bulk.deleteOne((query) => query.whereIn('sku', ['a'])),
      { deleteOne: { filter: (query) => query.whereIn('sku', ['a']) } },
      { deleted: 1 },
      { b: 1, c: 2, d: 3 },
    ],
    [
      'deleteMany',
      (bulk) => bulk.deleteMany((query) => query.where('inStock', '<', 2)),
      { deleteMany: { filter: (query) => query.where('inStock', '<', 2) } },
      { deleted: 2 },
      { c: 2, d: 3 },
    ],
    [
      'deleteMany of everything',
      (bulk) => bulk.deleteMany((query) => query.all()),
      { deleteMany: { filter: (query) => query.all() } },
      { deleted: 4 },
      {},
    ],
  ])('%s', async (_, build, data, counts, expected) => {
    const start = await products.find().toArray()
    expect(await Product.bulkWrite(build)).toEqual({ ...NOTHING, ...counts })
    expect(await stock()).toEqual(expected)
    await products.deleteMany({})
    await products.insertMany(start)
    expect(await Product.bulkWrite([data])).toEqual({ ...NOTHING, ...counts })
    expect(await stock()).toEqual(expected)
  })

  it('takes array filters, a collation and a hint', async () => {
    await products.createIndex({ sku: 1 }, { name: 'by_sku' })
    await products.updateMany(
      {},
      {
        $set: {
          lines: [
            { n: 1, on: false },
            { n: 2, on: false },
          ],
        },
      },
    )
    const commands = await profile(server, 'products', () =>
      Product.bulkWrite(
        (bulk) =>
          bulk
            .updateOne(
              (query) => query.where('sku', 'A').collation({ locale: 'en', strength: 2 }),
              (one) =>
                one.set('lines.$[line].on', true).arrayFilter('line', (line) => line.where('n', 2)),
            )
            .deleteMany((query) => query.where('sku', 'b').hint('by_sku')),
        { comment: 'mine' },
      ),
    )
    expect(commands.map(({ command }) => command)).toMatchObject([
      {
        q: { sku: 'A' },
        collation: { locale: 'en', strength: 2 },
        arrayFilters: [{ 'line.n': 2 }],
      },
      { q: { sku: 'b' }, hint: { $hint: 'by_sku' }, limit: 0 },
    ])
    expect((await rows())[0]?.lines).toEqual([
      { n: 1, on: false },
      { n: 2, on: true },
    ])
    await products.dropIndexes()
  })

  it('stamps dates, and gives inserts their keys', async () => {
    const before = Date.now()
    const id = new ObjectId().toHexString()
    await Product.bulkWrite((bulk) =>
      bulk
        .insert({ id, sku: 'e' })
        .updateOne({ sku: 'a' }, { label: 'x' })
        .upsert({ sku: 'z' }, { label: 'x' })
        .replaceOne({ sku: 'b' }, { sku: 'b' }),
    )
    const found = await products
      .find({ sku: { $in: ['a', 'b', 'e', 'z'] } })
      .sort({ sku: 1 })
      .toArray()
    expect(found.map(({ updated_at }) => updated_at.getTime() >= before)).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(found.map(({ created_at }) => created_at instanceof Date)).toEqual([
      false,
      true,
      true,
      true,
    ])
    expect(found[2]?._id).toEqual(new ObjectId(id))
  })

  it('of an instance marks it as stored', async () => {
    const product = new Product()
    product.merge({ sku: 'e', inStock: 3 })
    await Product.bulkWrite([{ insert: product }])
    expect(product).toMatchObject({ $isPersisted: true, $isDirty: false, id: expect.any(String) })
    expect(await products.findOne({ _id: new ObjectId(product.id) })).toMatchObject({
      sku: 'e',
      qty: 3,
    })
    await product.merge({ inStock: 4 }).saveQuietly()
    expect(await stock()).toMatchObject({ e: 4 })
  })
})

describe('statements', () => {
  it('are carried out in order', async () => {
    const result = await Product.bulkWrite((bulk) => {
      bulk.insert({ sku: 'e', inStock: 1 })
      bulk.updateMany({ sku: 'e' }, (one) => one.multiply('inStock', 10))
      bulk.updateMany({ sku: 'e' }, (one) => one.increment('inStock', 1))
      bulk.deleteOne({ sku: 'a' })
      bulk.upsert({ sku: 'a' }, { inStock: 50 })
      bulk.deleteMany({ sku: 'nobody' })
    })
    expect(result).toEqual({
      inserted: 1,
      matched: 2,
      modified: 2,
      deleted: 1,
      upserted: [{ position: 4, id: expect.any(String) }],
      failures: [],
    })
    expect(await stock()).toEqual({ a: 50, b: 1, c: 2, d: 3, e: 11 })
  })

  it('of which there are none are fine', async () => {
    expect(await Product.bulkWrite([])).toEqual(NOTHING)
    expect(await Product.bulkWrite(() => {})).toEqual(NOTHING)
  })

  it.each([true, false])(
    'of which there are many keep their places (ordered: %s)',
    async (ordered) => {
      await products.deleteMany({})
      await products.createIndex({ sku: 1 })
      const count = 12_000
      const kind = (n: number) => Math.floor(n / 500) % 3
      const result = await Product.bulkWrite(
        (bulk) => {
          for (let n = 0; n < count; n++) {
            if (kind(n) === 0) bulk.insert({ sku: `s${n}`, inStock: 0 })
            else if (kind(n) === 1) bulk.upsert({ sku: `s${n}` }, { inStock: 1 })
            else bulk.deleteOne({ sku: 'nobody' })
          }
        },
        { ordered },
      )
      expect(result).toMatchObject({ inserted: count / 3, deleted: 0, failures: [] })
      expect(result.upserted.map(({ position }) => position)).toEqual(
        Array.from({ length: count }, (_, n) => n).filter((n) => kind(n) === 1),
      )
      expect(await products.countDocuments()).toBe((2 * count) / 3)
    },
  )

  it('that are large go as several commands', async () => {
    const label = 'x'.repeat(3_000_000)
    const { inserted } = await Product.bulkWrite((bulk) => {
      for (let n = 0; n < 14; n++) bulk.insert({ sku: `large${n}`, label })
    })
    expect(inserted).toBe(14)
    expect(await products.countDocuments({ sku: /^large/ })).toBe(14)
  })

  it('take values for values', async () => {
    const value = { $gt: '', $set: { qty: 9 } } as never
    const code = { $where: '1', $function: {} } as never
    await Product.bulkWrite((bulk) =>
      bulk
        .updateMany({ sku: value }, { inStock: 99 })
        .deleteMany({ sku: value })
        .updateOne({ sku: 'a' }, { label: code })
        .insert({ sku: 'e', label: code })
        .upsert({ sku: value }, { inStock: 4 })
        .replaceOne({ sku: 'b' }, { sku: 'b', label: code }),
    )
    const found = await rows()
    expect(found).toHaveLength(6)
    expect(found.filter(({ qty }) => qty === 99)).toEqual([])
    expect(found.filter(({ label }) => label !== undefined).map(({ label }) => label)).toEqual([
      code,
      code,
      code,
    ])
    expect(found.find(({ qty }) => qty === 4)?.sku).toEqual(value)
  })

  it('go where the options say', async () => {
    const other = server.database.connection('main')
    const result = await Product.bulkWrite([{ insert: { sku: 'e' } }], {
      client: other,
      timeout: 5000,
    })
    expect(result.inserted).toBe(1)
    await expect(
      Product.bulkWrite([{ insert: { sku: 'f' } }], { connection: 'nope' }),
    ).rejects.toMatchObject({ code: 'E_UNKNOWN_CONNECTION' })
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(Product.bulkWrite([{ insert: { sku: 'f' } }], { signal })).rejects.toMatchObject({
      code: 'E_ABORTED',
    })
    expect(await stock()).toEqual({ a: 0, b: 1, c: 2, d: 3, e: undefined })
  })
})

describe('refused before anything is sent', () => {
  const first = (bulk: BulkBuilder<Product>) => bulk.insert({ sku: 'e' })

  it.each<[string, (bulk: BulkBuilder<Product>) => unknown, string]>([
    [
      'updateMany without a condition',
      (bulk) => bulk.updateMany({}, { label: 'x' }),
      'E_EMPTY_FILTER',
    ],
    [
      'updateOne without a condition',
      (bulk) => bulk.updateOne(() => {}, { label: 'x' }),
      'E_EMPTY_FILTER',
    ],
    ['deleteMany without a condition', (bulk) => bulk.deleteMany({}), 'E_EMPTY_FILTER'],
    [
      'deleteOne of a filter that comes to nothing',
      (bulk) => bulk.deleteOne((query) => query.whereNotIn('sku', [])),
      'E_EMPTY_FILTER',
    ],
    ['upsert without a condition', (bulk) => bulk.upsert({}, { label: 'x' }), 'E_EMPTY_FILTER'],
    [
      'replaceOne without a condition',
      (bulk) => bulk.replaceOne({}, { label: 'x' }),
      'E_EMPTY_FILTER',
    ],
    ['a filter that is missing', (bulk) => bulk.deleteMany(undefined as never), 'E_INVALID_QUERY'],
    [
      'a filter with undefined',
      (bulk) => bulk.deleteMany({ sku: undefined } as never),
      'E_UNDEFINED_VALUE',
    ],
    [
      'an unknown column in a filter',
      (bulk) => bulk.deleteMany({ nope: 1 } as never),
      'E_UNKNOWN_COLUMN',
    ],
    [
      'an operator in a filter',
      (bulk) => bulk.deleteMany({ $where: '1' } as never),
      'E_INVALID_QUERY',
    ],
    [
      'an unknown column in an update',
      (bulk) => bulk.updateMany({ sku: 'a' }, { nope: 1 } as never),
      'E_UNKNOWN_COLUMN',
    ],
    [
      'an unknown column in an insert',
      (bulk) => bulk.insert({ nope: 1 } as never),
      'E_UNKNOWN_COLUMN',
    ],
    [
      'two changes of a field',
      (bulk) => bulk.updateMany({ sku: 'a' }, (one) => one.set('label', 'x').unset('label')),
      'E_INVALID_QUERY',
    ],
    ['an update of nothing', (bulk) => bulk.updateMany({ sku: 'a' }, {}), 'E_INVALID_QUERY'],
    [
      'a filter in a path that is missing',
      (bulk) => bulk.updateMany({ sku: 'a' }, { 'lines.$[line].on': true }),
      'E_INVALID_QUERY',
    ],
    [
      'an order',
      (bulk) => bulk.updateOne((query) => query.where('sku', 'a').orderBy('sku'), { label: 'x' }),
      'E_INVALID_QUERY',
    ],
    [
      'a limit',
      (bulk) => bulk.deleteMany((query) => query.where('sku', 'a').limit(1)),
      'E_INVALID_QUERY',
    ],
    [
      'a comment of its own',
      (bulk) => bulk.deleteMany((query) => query.where('sku', 'a').comment('x')),
      'E_INVALID_QUERY',
    ],
    [
      'a timeout of its own',
      (bulk) => bulk.deleteMany((query) => query.where('sku', 'a').timeout(5)),
      'E_INVALID_QUERY',
    ],
    [
      'an async filter',
      (bulk) => bulk.deleteMany(async (query) => query.where('sku', 'a')),
      'E_INVALID_QUERY',
    ],
    ['values that are none', (bulk) => bulk.insert('x' as never), 'E_INVALID_VALUE'],
    ['a statement that is none', (bulk) => bulk.add({ drop: {} } as never), 'E_INVALID_VALUE'],
    [
      'two statements in one',
      (bulk) => bulk.add({ deleteOne: { filter: { sku: 'a' } }, insert: {} } as never),
      'E_INVALID_VALUE',
    ],
    ['an empty statement', (bulk) => bulk.add({} as never), 'E_INVALID_VALUE'],
    [
      'a statement of a class',
      (bulk) => bulk.add(Object.create({ insert: { sku: 'x' } })),
      'E_INVALID_VALUE',
    ],
    [
      'a statement without its parts',
      (bulk) => bulk.add({ deleteMany: null } as never),
      'E_INVALID_VALUE',
    ],
  ])('%s', async (_, build, code) => {
    await expect(Product.bulkWrite((bulk) => void build(first(bulk)))).rejects.toMatchObject({
      code,
      model: 'Product',
      position: 1,
    })
    expect(await stock()).toEqual({ a: 0, b: 1, c: 2, d: 3 })
  })

  it.each([
    ['no statements', undefined, 'E_INVALID_VALUE'],
    ['an async callback', async (bulk: BulkBuilder<Product>) => first(bulk), 'E_INVALID_QUERY'],
  ])('%s', async (_, statements, code) => {
    await expect(Product.bulkWrite(statements as never)).rejects.toMatchObject({ code })
    expect(await products.countDocuments()).toBe(4)
  })

  it('an instance that is stored, or was deleted', async () => {
    const product = await Product.query().where('sku', 'a').firstOrFail()
    await expect(Product.bulkWrite([{ insert: product }])).rejects.toMatchObject({
      code: 'E_INVALID_VALUE',
      position: 0,
    })
    await product.deleteQuietly()
    await expect(Product.bulkWrite([{ insert: product }])).rejects.toMatchObject({
      code: 'E_MODEL_DELETED',
      position: 0,
    })
  })
})

describe('options are those of the caller', () => {
  it('and not of Object.prototype', async () => {
    const polluted = Object.prototype as Record<string, unknown>
    polluted.upsert = true
    polluted.throwOnFailure = false
    polluted.onInsert = { label: 'evil' }
    try {
      await Product.bulkWrite([
        { replaceOne: { filter: { sku: 'nobody' }, replacement: { sku: 'x' } } },
      ])
      await Product.bulkWrite((bulk) => bulk.upsert({ sku: 'z' }, { inStock: 1 }))
      await Product.query().where('sku', 'nobody').findOneAndUpdate({ inStock: 1 })
      await expect(
        Product.bulkWrite((bulk) =>
          bulk
            .insert({ id: new ObjectId().toHexString(), sku: 'q' })
            .updateOne({ sku: 'a' }, (one) => one.push('inStock' as never, 1 as never)),
        ),
      ).rejects.toMatchObject({ code: 'E_BULK_WRITE' })
    } finally {
      for (const key of ['upsert', 'throwOnFailure', 'onInsert']) delete polluted[key]
    }
    expect((await rows()).map(({ sku, label }) => [sku, label])).toEqual([
      ['a', undefined],
      ['b', undefined],
      ['c', undefined],
      ['d', undefined],
      ['q', undefined],
      ['z', undefined],
    ])
  })
})
