/** Queries over documents inside of documents: by the server, and of lists that are loaded. */

import {
  BaseModel,
  column,
  Decimal128,
  type EmbeddedQuery,
  type EmbedsMany,
  embedsMany,
  errors,
  type ModelQueryBuilder,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { Order } from './fixtures.ts'

const { db } = lucentDatabase()
const orders = db.collection('orders')
const goods = db.collection('goods')

afterEach(async () => {
  await orders.deleteMany({})
  await goods.deleteMany({})
})

const PRODUCT = '65f000000000000000000001'

describe('1. by the server', () => {
  const two = () =>
    Order.createMany([
      {
        number: 1,
        address: { city: 'Rome', zipCode: '00179', tags: ['x', 'y'], geo: { lat: 1, lng: 5 } },
        items: [
          { sku: 'a', price: 1, productId: PRODUCT },
          { sku: 'b', price: 5 },
        ],
      },
      {
        number: 2,
        address: { city: 'Oslo', since: DateTime.utc(2024, 2, 29) },
        items: [{ sku: 'a', price: 5 }],
      },
      { number: 3 },
    ])

  it.each<[string, (query: ModelQueryBuilder<Order>) => unknown, number[]]>([
    ['stored names', (query) => query.where('address.zipCode', '00179'), [1]],
    ['prepared values', (query) => query.where('address.tags', ['x', 'y']), [1]],
    ['days', (query) => query.where('address.since', DateTime.utc(2024, 2, 29)), [2]],
    ['ids', (query) => query.where('items.productId', PRODUCT), [1]],
    ['places', (query) => query.where('items.0.productId', PRODUCT), [1]],
    ['inner documents', (query) => query.where('address.geo.lat', 1), [1]],
    ['orders', (query) => query.whereNotNull('address').orderBy('address.city'), [2, 1]],
    [
      'an embedded document',
      (query) =>
        query.whereEmbedded('address', (one) =>
          one.where('zipCode', '00179').where('city', 'Rome'),
        ),
      [1],
    ],
    [
      'alternatives inside of it',
      (query) =>
        query
          .whereEmbedded('address', (one) => one.where('city', 'Oslo').orWhere('city', 'Rome'))
          .where('number', 2),
      [2],
    ],
    [
      'not an embedded document',
      (query) => query.whereNotEmbedded('address', { city: 'Rome' }),
      [2],
    ],
    ['one item for all', (query) => query.whereEmbedded('items', { sku: 'a', price: 5 }), [2]],
    [
      'one item, its own names',
      (query) => query.whereEmbedded('items', { productId: PRODUCT }),
      [1],
    ],
    ['the same', (query) => query.whereElemMatch('items', { productId: PRODUCT }), [1]],
    [
      'inside of an inner one',
      (query) =>
        query.whereEmbedded('address', (one) =>
          one.whereEmbedded('geo' as never, { lng: 5 } as never),
        ),
      [1],
    ],
    ['or', (query) => query.where('number', 3).orWhereEmbedded('items', { sku: 'b' }), [1, 3]],
    ['none', (query) => query.whereEmbedded('items', () => undefined), [1, 2, 3]],
  ])('%s', async (_, ask, numbers) => {
    await two()
    const query = Order.query()
    ask(query)
    expect((await query.orderBy('number')).map(({ number }) => number)).toEqual(numbers)
  })

  it('what is no embedded document, and names that it has not, are refused', () => {
    expect(() => Order.query().whereEmbedded('number', {} as never)).toThrow(errors.E_INVALID_QUERY)
    expect(() => Order.query().where('address.town' as never, 1 as never)).toThrow(
      errors.E_UNKNOWN_COLUMN,
    )
    expect(() => Order.query().whereEmbedded('items', { prise: 1 } as never)).toThrow(
      errors.E_UNKNOWN_COLUMN,
    )
  })

  it('updates by queries name and prepare as the models do', async () => {
    await two()
    await Order.query()
      .where('number', 1)
      .update({
        'address.zipCode': '1',
        'address.tags': ['z'],
        'items.0.productId': null,
      } as never)
    await Order.query()
      .where('number', 1)
      .updateMany((update) =>
        update
          .set('items.$[dear].price' as never, 9 as never)
          .arrayFilter('dear', (item) => item.where('price' as never, '>', 3 as never)),
      )
    const order = await orders.findOne({ number: 1 })
    expect(order?.ship_to).toMatchObject({ zip_code: '1', tags: 'z' })
    expect(order?.items[0].product_id).toBeNull()
    expect(order?.items.map(({ price }: { price: number }) => price)).toEqual([1, 9])
    await Order.query()
      .where('number', 3)
      .update({ address: { city: 'Bern', zipCode: '3000' }, items: [{ sku: 'n' }] } as never)
    expect(await orders.findOne({ number: 3 })).toMatchObject({
      ship_to: { city: 'Bern', zip_code: '3000' },
      items: [{ sku: 'n' }],
    })
    await expect(
      Order.query()
        .where('number', 3)
        .update({ 'address.town': 'x' } as never),
    ).rejects.toThrow(errors.E_UNKNOWN_COLUMN)
  })
})

class Good extends BaseModel {
  static override collection = 'goods'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string | null
  @column({ columnName: 'p' }) declare price: number | bigint | Decimal128 | null
  @column() declare tags: (string | null)[] | null
  @column.date() declare day: DateTime | null
  @column.objectId() declare makerId: string | null
  @column() declare size: { w: number; parts?: { n: number }[] } | null
}

class Shelf extends BaseModel {
  static override collection = 'orders'
  @embedsMany(() => Good) declare goods: EmbedsMany<typeof Good>
}

const ROWS = [
  { name: 'ink', price: 1, tags: ['red', 'wet'], day: DateTime.utc(2024, 1, 1), makerId: PRODUCT },
  { name: 'Pen', price: 2.5, tags: ['red'], size: { w: 1, parts: [{ n: 1 }, { n: 7 }] } },
  { name: 'p%n', price: 2n ** 40n, tags: [null, 'dry'], size: { w: 2, parts: [] } },
  { name: null, price: Decimal128.fromString('2.50'), tags: [] },
  { name: 'änder', tags: null, day: DateTime.utc(2025, 5, 5), size: null },
  {},
]

type Either = ModelQueryBuilder<Good> & EmbeddedQuery<Good>

const QUESTIONS: Record<string, (query: Either) => unknown> = {
  equal: (query) => query.where('name', 'ink'),
  'equal numbers of other types': (query) => query.where('price', 2.5),
  'not equal': (query) => query.whereNot('name', 'ink'),
  null: (query) => query.whereNull('name'),
  'not null': (query) => query.whereNotNull('name'),
  missing: (query) => query.whereMissing('day'),
  greater: (query) => query.where('price', '>', 2),
  'not greater': (query) => query.whereNot('price', '>', 2),
  'other types are not compared': (query) => query.where('name', '>', 'a'),
  in: (query) => query.whereIn('name', ['ink', 'Pen']),
  'in nothing': (query) => query.whereIn('name', []),
  'in with null': (query) => query.whereIn('name', ['ink', null]),
  'not in': (query) => query.whereNotIn('name', ['ink', 'Pen']),
  'not in nothing': (query) => query.whereNotIn('name', []),
  between: (query) => query.whereBetween('price', [1, 3]),
  'not between': (query) => query.whereNotBetween('price', [1, 2]),
  like: (query) => query.whereLike('name', 'p_n'),
  'like, escaped': (query) => query.whereLike('name', 'p\\%n'),
  ilike: (query) => query.whereILike('name', 'P%'),
  'not like': (query) => query.whereNotLike('name', 'p%'),
  'items of arrays': (query) => query.where('tags', 'red'),
  'no items of arrays': (query) => query.whereNot('tags', 'red'),
  'all of them': (query) => query.whereArrayContains('tags', ['red', 'wet']),
  'not all of them': (query) => query.whereNotArrayContains('tags', ['red', 'wet']),
  'any of them': (query) => query.whereArrayContainsAny('tags', ['wet', 'dry']),
  size: (query) => query.whereSize('tags', 2),
  days: (query) => query.where('day', '<', DateTime.utc(2024, 6, 1)),
  ids: (query) => query.where('makerId', PRODUCT),
  inside: (query) => query.where('size.w', 2),
  'inside of arrays': (query) => query.where('size.parts.n', '>', 5),
  'one element': (query) => query.whereElemMatch('size.parts', { n: 7 }),
  'not one element': (query) => query.whereNotElemMatch('size.parts', { n: 7 }),
  'and before or': (query) => query.where('price', 1).orWhere('price', 2.5).where('name', 'Pen'),
  groups: (query) =>
    query.where('tags', 'red').whereNot((group) => group.where('name', 'ink').orWhere('price', 9)),
  'order, ties and nothing first': (query) =>
    query.orderBy('price').orderBy('name', 'desc').orderBy('id'),
  'order by type': (query) => query.orderBy('size.w', 'desc').orderBy('name').orderBy('id'),
  'nulls last': (query) =>
    query.orderBy({ name: 'asc' }).orderBy([{ column: 'day', nulls: 'last' }]),
  slices: (query) => query.orderBy('name').orderBy('id').offset(1).limit(2),
}

describe('2. of what is loaded', () => {
  async function both(): Promise<{ shelf: Shelf }> {
    const rows = await Good.createMany(ROWS as never)
    const { $primaryKeyValue: id } = await Shelf.create({ goods: rows } as never)
    return { shelf: await Shelf.findOrFail(id as string) }
  }

  it('answers what the server answers', async () => {
    const { shelf } = await both()
    for (const [name, ask] of Object.entries(QUESTIONS)) {
      const [asked, loaded] = [Good.query(), shelf.goods.query()]
      ask(asked as Either)
      ask(loaded as Either)
      const inOrder = name.includes('order') || name === 'nulls last' || name === 'slices'
      const ids = (found: Good[]) => {
        const all = found.map(({ id }) => id)
        return inOrder ? all : all.sort()
      }
      expect([name, ids(loaded.get())]).toEqual([name, ids(await asked)])
    }
  })

  it('sees the documents as they are now', async () => {
    const { shelf } = await both()
    const good = shelf.goods[0] as Good
    good.price = 100
    expect(shelf.goods.query().where('price', 100).first()).toBe(good)
    shelf.goods.push(new Good().merge({ name: 'new', price: 100 }))
    expect(shelf.goods.query().where('price', 100).getCount()).toBe(2)
    expect(shelf.goods.query().where('name', 'nobody').exists()).toBe(false)
    expect(() => shelf.goods.query().where('name', 'nobody').firstOrFail()).toThrow(
      errors.E_ROW_NOT_FOUND,
    )
    const page = shelf.goods.query().orderBy('name', 'desc').paginate(2, 3)
    expect([page.total, page.lastPage, page.all().length]).toEqual([7, 3, 3])
    expect(
      new Shelf()
        .merge({ goods: [{ name: 'a' }] })
        .goods.query()
        .getCount(),
    ).toBe(1)
  })

  it.each<[string, (query: EmbeddedQuery<Good>) => unknown]>([
    ['groups', (query) => query.groupBy('name')],
    ['aggregates', (query) => query.sum('price', 'total')],
    ['selections', (query) => query.select('name')],
    ['unions', (query) => query.union((other) => other.where('price', 1))],
    ['native filters', (query) => query.whereRaw({ p: 1 })],
    ['full text', (query) => query.whereText('ink')],
    ['options of the server', (query) => query.comment('x')],
  ])('what only the server can do is refused: %s', async (_, ask) => {
    const { goods: list } = new Shelf().merge({ goods: [{ name: 'a' }] })
    const query = list.query()
    ask(query)
    expect(() => query.get()).toThrow(errors.E_UNSUPPORTED)
  })
})
