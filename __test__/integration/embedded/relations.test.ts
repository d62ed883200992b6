/** Relations of embedded documents, loaded with the rows that hold them. */
import fc from 'fast-check'
import {
  BaseModel,
  type BelongsTo,
  beforeFetch,
  belongsTo,
  column,
  type EmbedsMany,
  type EmbedsOne,
  embedsMany,
  embedsOne,
  type HasMany,
  hasMany,
  type ManyToMany,
  type ModelQueryBuilder,
  type MorphTo,
  manyToMany,
  morphTo,
  ObjectId,
  type TransactionClient,
} from 'lucent-odm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'
import { tries } from '../../helpers/property.ts'

const server = lucentDatabase()

class Vendor extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @hasMany(() => Product) declare products: HasMany<typeof Product>
}

class Product extends BaseModel {
  static seen = 0
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare hidden: boolean | null
  @column.objectId() declare vendorId: string | null
  @belongsTo(() => Vendor) declare vendor: BelongsTo<typeof Vendor> | null

  @beforeFetch() static note(_query: ModelQueryBuilder<Product>) {
    Product.seen++
  }
}

class Tag extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare number: number
  @column() declare name: string
}

class Part extends BaseModel {
  @column.objectId() declare vendorId: string | null
  @belongsTo(() => Vendor) declare vendor: BelongsTo<typeof Vendor> | null
}

class Line extends BaseModel {
  @column() declare amount: number
  @column.objectId() declare productId: string | null
  @column() declare tagNumbers: number[] | null
  @column() declare sourceType: string | null
  @column.objectId() declare sourceId: string | null
  @belongsTo(() => Product) declare product: BelongsTo<typeof Product> | null
  @manyToMany(() => Tag, { foreignKeys: 'tagNumbers', relatedKey: 'number' })
  declare tags: ManyToMany<typeof Tag>
  @morphTo() declare source: MorphTo<typeof Product | typeof Vendor> | null
  @embedsMany(() => Part) declare parts: EmbedsMany<typeof Part> | null
}

class Order extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare number: number
  @column.objectId() declare customerId: string | null
  @embedsMany(() => Line, { columnName: 'order_lines' }) declare lines: EmbedsMany<typeof Line>
  @embedsOne(() => Line) declare gift: EmbedsOne<typeof Line> | null
  @belongsTo(() => Customer) declare customer: BelongsTo<typeof Customer> | null
}

class Customer extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @hasMany(() => Order) declare orders: HasMany<typeof Order>
}

Line.morphMap = { product: () => Product, vendor: () => Vendor }

let vendors: Vendor[]
let products: Product[]
let customer: Customer

beforeEach(async () => {
  vendors = await Vendor.createMany([{ name: 'V0' }, { name: 'V1' }])
  const vendorIds = vendors.map(({ id }) => id)
  products = await Product.createMany([
    { name: 'P0', vendorId: vendorIds[0] as string },
    { name: 'P1', vendorId: vendorIds[1] as string },
    { name: 'P2', vendorId: null },
  ])
  await Tag.createMany([1, 2, 3].map((number) => ({ number, name: `T${number}` })))
  customer = await Customer.create({ name: 'Ada' })
  const [p0, p1, p2] = products.map(({ id }) => id) as [string, string, string]
  await Order.createMany([
    {
      number: 1,
      customerId: customer.id,
      lines: [
        {
          amount: 1,
          productId: p0,
          tagNumbers: [2, 1],
          parts: [{ vendorId: vendorIds[1] as string }],
        },
        { amount: 2, productId: null, parts: null },
        { amount: 3, productId: p1, sourceType: 'product', sourceId: p2 },
      ],
      gift: { amount: 9, productId: p2 },
    },
    { number: 2, customerId: customer.id, lines: [], gift: null },
    {
      number: 3,
      lines: [
        {
          amount: 4,
          productId: p0,
          tagNumbers: [3, 7],
          sourceType: 'vendor',
          sourceId: vendorIds[0] as string,
          parts: [{ vendorId: vendorIds[0] as string }, { vendorId: null }],
        },
      ],
    },
  ])
  Product.seen = 0
})

afterEach(async () => {
  for (const model of [Vendor, Product, Tag, Order, Customer]) await model.truncate()
})

/** Names of the products of all lines, order by order. */
const names = (orders: readonly Order[]) =>
  orders.map(({ lines }) => lines.map(({ product }) => product?.name ?? product))

const query = () => Order.query().orderBy('number')
const EXPECTED = [['P0', null, 'P1'], [], ['P0']]

describe('what is loaded', () => {
  it('a relation of the documents in an array, of all rows by one command', async () => {
    const commands = await commandsOf(server, 'products', async () => {
      const orders = await query().preload('lines', (lines) => lines.preload('product'))
      expect(names(orders)).toEqual(EXPECTED)
      expect(orders[0]?.lines[0]?.product).toBeInstanceOf(Product)
      // One document is one instance, whoever refers to it.
      expect(orders[0]?.lines[0]?.product).toBe(orders[2]?.lines[0]?.product)
    })
    expect(commands).toEqual(['query'])
    expect(Product.seen).toBe(1)
  })

  it('of a single document', async () => {
    const orders = await query().preload('gift', (gift) => gift.preload('product'))
    expect(orders.map(({ gift }) => gift?.product?.name)).toEqual(['P2', undefined, undefined])
  })

  it('several relations, of several properties, and below related rows', async () => {
    const orders = await query()
      .preload('lines', (lines) => {
        lines
          .preload('product', (related) => related.preload('vendor'))
          .preload('tags', (tags) => tags.orderBy('number', 'desc'))
          .preload('source')
      })
      .preload('gift', (gift) => gift.preload('product'))
      .preload('customer')
    const [first, , third] = orders as [Order, Order, Order]
    expect(first.lines.map(({ product }) => product?.vendor?.name)).toEqual(['V0', undefined, 'V1'])
    expect(first.lines.map(({ tags }) => tags.map(({ number }) => number))).toEqual([
      [2, 1],
      [],
      [],
    ])
    expect(third.lines[0]?.tags.map(({ number }) => number)).toEqual([3])
    expect(first.lines.map(({ source }) => source?.name ?? null)).toEqual([null, null, 'P2'])
    expect(third.lines[0]?.source).toBeInstanceOf(Vendor)
    expect(first.gift?.product?.name).toBe('P2')
    expect(orders.map((order) => order.customer?.name)).toEqual(['Ada', 'Ada', undefined])
  })

  it('of documents in documents', async () => {
    const orders = await query().preload('lines', (lines) => {
      lines.preload('parts', (parts) => parts.preload('vendor')).preload('product')
    })
    const vendorsOf = ({ lines }: Order) =>
      lines.map(({ parts }) => parts?.map(({ vendor }) => vendor?.name ?? null) ?? null)
    expect(orders.map(vendorsOf)).toEqual([[['V1'], null, null], [], [['V0', null]]])
    expect(names(orders)).toEqual(EXPECTED)
  })

  it('of rows that are related themselves, of which some are nobody’s', async () => {
    const customers = await Customer.query().preload('orders', (orders) => {
      orders
        .orderBy('number')
        .groupLimit(1)
        .preload('lines', (lines) => lines.preload('product'))
    })
    expect(names(customers[0]?.orders ?? [])).toEqual(EXPECTED.slice(0, 1))
  })

  it('as callbacks and rules of the related model narrow it', async () => {
    const orders = await query().preload('lines', (lines) => {
      lines.preload('product', (related) => related.where('name', 'P1'))
    })
    expect(names(orders)).toEqual([[null, null, 'P1'], [], [null]])
  })

  it('what was told twice of one property is told together', async () => {
    const orders = await query()
      .preload('lines', (lines) => lines.preload('product'))
      .preload('lines', (lines) => lines.preload('tags'))
      .preloadOnce('lines', (lines) => lines.preload('source'))
    expect(names(orders)).toEqual(EXPECTED)
    expect(orders[0]?.lines[0]?.tags).toHaveLength(2)
    expect(orders[0]?.lines[0]?.$hasRelated('source')).toBe(false)
  })
})

describe('ways of reading', () => {
  const told = () => query().preload('lines', (lines) => lines.preload('product'))
  const ways: Record<string, () => Promise<readonly Order[]>> = {
    exec: () => told().exec(),
    clone: () => told().clone().exec(),
    'paginate()': () => told().paginate(1, 10),
    'paginateCursor()': () => told().paginateCursor({ limit: 10 }),
    'cursor()': async () => {
      const rows: Order[] = []
      for await (const row of told().cursor({ batchSize: 1 })) rows.push(row)
      return rows
    },
    'load()': async () => {
      const orders = await query()
      for (const order of orders) await order.load('lines', (lines) => lines.preload('product'))
      return orders
    },
    'load() of several': async () => {
      const orders = await query()
      const load = (order: Order) =>
        order.load((loader) =>
          loader.load('customer').load('lines', (one) => one.preload('product')),
        )
      await Promise.all(orders.map(load))
      return orders
    },
    'load() of each document': async () => {
      const orders = await query()
      const lines = orders.flatMap((order) => [...order.lines])
      await Promise.all(lines.map((line) => line.load('product')))
      return orders
    },
    'a transaction': () =>
      server.database.transaction((trx) => told().useTransaction(trx).exec() as Promise<Order[]>),
    'select() without the property': async () => {
      const orders = await told().select('number')
      return orders
    },
  }
  it.each(Object.entries(ways))('%s', async (_, read) => {
    expect(names(await read())).toEqual(EXPECTED)
  })

  it('first() and find by another key', async () => {
    const order = await told().where('number', 3).firstOrFail()
    expect(names([order])).toEqual([['P0']])
  })
})

describe('what becomes of it', () => {
  const read = () =>
    query()
      .preload('lines', (lines) => lines.preload('product'))
      .preload('gift', (gift) => gift.preload('product'))
      .where('number', 1)
      .firstOrFail()

  it('it stays when the row is saved, and is not written', async () => {
    const order = await read()
    const [line] = order.lines as unknown as [Line]
    line.amount = 10
    await order.save()
    expect(names([order])).toEqual(EXPECTED.slice(0, 1))
    const stored = await server.db.collection('orders').findOne({ number: 1 })
    expect(stored?.order_lines[0].amount).toBe(10)
    expect(Object.keys(stored?.order_lines[0])).not.toContain('product')
    expect(order.$isDirty).toBe(false)
  })

  it('a document that is put into the place of another one has none', async () => {
    const order = await read()
    order.lines[0] = new Line().merge({ amount: 5, productId: products[1]?.id as string })
    expect(order.lines[0]?.product).toBeUndefined()
    await order.save()
    await order.load('lines', (lines) => lines.preload('product'))
    expect(order.lines[0]?.product?.name).toBe('P1')
  })

  it('it is in JSON, of rows and as text', async () => {
    const order = await read()
    expect(order.serialize()).toMatchObject({
      lines: [{ product: { name: 'P0' } }, { product: null }, { product: { name: 'P1' } }],
      gift: { product: { name: 'P2' } },
    })
    const told = () => query().preload('lines', (lines) => lines.preload('product'))
    expect(await told().toJson()).toBe(JSON.stringify(await told()))
    expect(told().explainJson()).toEqual({
      native: false,
      reason: 'lines: relations of embedded documents are written with the models',
    })
  })

  it('explain() tells of it', async () => {
    const told = query().preload('lines', (lines) => lines.preload('product'))
    const { relations } = await told.explain()
    expect(Object.keys(relations ?? {})).toEqual(['lines.product'])
  })

  it('listeners hear of the related read by the relation’s name', async () => {
    const heard: unknown[] = []
    const off = server.database.onQuery(({ relation, operation }) => {
      heard.push([operation, relation])
    })
    await query()
      .debug(true)
      .preload('lines', (lines) => {
        lines.preload('product', (related) => related.debug(true))
      })
    off()
    expect(heard).toContainEqual(['preload', 'product'])
  })
})

const keys = fc.option(fc.nat({ max: 2 }), { nil: null })
const line = fc.record({
  productId: keys,
  tagNumbers: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
})

it.each([
  ['outside of a transaction', false],
  ['in a transaction', true],
])('random documents have what loading each by itself gives, %s', async (_, transaction) => {
  const idOf = (key: number | null) => (key === null ? null : (products[key]?.id as string))
  const orders = fc.array(
    fc.record({
      lines: fc.array(fc.oneof(line, fc.constant(null)), { maxLength: 5 }),
      gift: fc.option(line, { nil: null }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  const shown = (one: Line) => [one.product?.id ?? null, one.tags.map(({ number }) => number)]
  await fc.assert(
    fc.asyncProperty(orders, async (given) => {
      await Order.truncate()
      const stored = ({
        productId,
        ...rest
      }: {
        productId: number | null
        tagNumbers: number[]
      }) => {
        const id = idOf(productId)
        return {
          ...rest,
          product_id: id === null ? null : new ObjectId(id),
          tag_numbers: rest.tagNumbers,
        }
      }
      await server.db.collection<{ number: number }>('orders').insertMany(
        given.map(({ lines, gift }, number) => ({
          number,
          // What is no document stands between them.
          order_lines: lines.map((one) => (one === null ? 'none' : stored(one))),
          gift: gift === null ? null : stored(gift),
        })),
      )
      const both = (loader: {
        preload(name: 'product' | 'tags', callback?: never): typeof loader
      }) => void loader.preload('product').preload('tags')
      const read = (client?: TransactionClient) =>
        Order.query(client === undefined ? {} : { client })
          .orderBy('number')
          .preload('lines', both)
          .preload('gift', both)
          .exec()
      const rows = await (transaction ? server.database.transaction(read) : read())
      const documents = rows.flatMap(({ lines, gift }) => [...lines, gift])
      const isDocument = (one: unknown): one is Line => one instanceof Line
      const preloaded = documents.filter(isDocument).map(shown)
      const again = (await query())
        .flatMap(({ lines, gift }) => [...lines, gift])
        .filter(isDocument)
      for (const one of again) await one.load((loader) => loader.load('product').load('tags'))
      expect(preloaded).toEqual(again.map(shown))
      expect(preloaded).toHaveLength(
        given.flatMap(({ lines, gift }) => [...lines, gift].filter(Boolean)).length,
      )
    }),
    tries(40),
  )
})

describe('refusals', () => {
  it.each([
    ['a name that is nothing', 'linen', undefined, 'E_UNDEFINED_RELATIONSHIP'],
    ['documents without a word on what is loaded', 'lines', undefined, 'E_INVALID_QUERY'],
    ['an async callback', 'lines', async () => {}, 'E_INVALID_QUERY'],
    [
      'a relation that the documents do not have',
      'lines',
      (lines: { preload(name: string): void }) => lines.preload('vendor'),
      'E_UNDEFINED_RELATIONSHIP',
    ],
  ])('%s', async (_, name, callback, code) => {
    expect(() => Order.query().preload(name as never, callback as never)).toThrow(
      expect.objectContaining({ code }),
    )
    const order = await query().firstOrFail()
    await expect(order.load(name as never, callback as never)).rejects.toMatchObject({ code })
  })
})
