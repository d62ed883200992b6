/** A value object is a value of its property wherever the property takes one. */
import { BaseModel, column, type ModelQueryBuilder } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase({ encryption: TEST_KEYS })

/** Holds its value out of sight: only `prepare` stores it. */
class Money {
  readonly #cents: number

  constructor(cents: number) {
    this.#cents = cents
  }

  get cents(): number {
    return this.#cents
  }
}

const toCents = (value: Money | null) => (value === null ? null : value.cents)
const fromCents = (value: unknown) => (typeof value === 'number' ? new Money(value) : null)

class Item extends BaseModel {
  static override collection = 'items'
  @column({ isPrimary: true }) declare id: string
  @column() declare label: string
  @column({ prepare: toCents, consume: fromCents }) declare price: Money | null
  @column({
    prepare: (values: Money[]) => values.map(toCents),
    consume: (values) => (values as number[]).map(fromCents),
  })
  declare rates: Money[]
  @column.objectId({ prepare: (value: string) => value.replace('ref:', '') }) declare owner: string
  @column.encrypted({ blind: true, prepare: toCents, consume: fromCents }) declare secret: Money
}

const money = (cents: number) => new Money(cents)
const OWNER = 'a'.repeat(24)
const items = db.collection('items')

beforeEach(async () => {
  await items.deleteMany({})
  await Item.createMany([
    { label: 'cheap', price: money(100), rates: [money(1), money(2)], owner: `ref:${OWNER}` },
    { label: 'dear', price: money(900), rates: [money(2), money(3)] },
    { label: 'free', price: null, rates: [] },
  ])
})

const labels = async (query: ModelQueryBuilder<Item>) =>
  (await query.orderBy('label')).map(({ label }) => label)

describe('3: conditions take values of the property', () => {
  type Query = ModelQueryBuilder<Item>
  it.each<[string, (query: Query) => Query, string[]]>([
    ['where', (q) => q.where('price', money(100)), ['cheap']],
    ['where with =', (q) => q.where('price', '=', money(100)), ['cheap']],
    ['where of an object', (q) => q.where({ price: money(100) }), ['cheap']],
    ['where in a group', (q) => q.where((one) => one.where('price', money(100))), ['cheap']],
    ['orWhere', (q) => q.where('label', 'x').orWhere('price', money(100)), ['cheap']],
    ['whereNot', (q) => q.whereNot('price', money(100)), ['dear']],
    ['where with !=', (q) => q.where('price', '!=', money(100)), ['dear']],
    ['where with >', (q) => q.where('price', '>', money(100)), ['dear']],
    ['where with <=', (q) => q.where('price', '<=', money(100)), ['cheap']],
    ['whereIn', (q) => q.whereIn('price', [money(100), money(5)]), ['cheap']],
    ['whereIn with null', (q) => q.whereIn('price', [money(100), null]), ['cheap', 'free']],
    ['whereNotIn', (q) => q.whereNotIn('price', [money(100)]), ['dear']],
    [
      'whereIn of several columns',
      (q) => q.whereIn(['label', 'price'], [['dear', money(900)]]),
      ['dear'],
    ],
    ['whereBetween', (q) => q.whereBetween('price', [money(50), money(150)]), ['cheap']],
    ['whereNotBetween', (q) => q.whereNotBetween('price', [money(50), money(150)]), ['dear']],
    ['whereNull', (q) => q.whereNull('price'), ['free']],
    ['where null', (q) => q.where('price', null), ['free']],
    ['whereJson', (q) => q.whereJson('price', money(100) as never), ['cheap']],
    ['where of a list', (q) => q.where('rates', [money(1), money(2)]), ['cheap']],
    ['whereArrayContains', (q) => q.whereArrayContains('rates', money(2)), ['cheap', 'dear']],
    [
      'whereArrayContains of all',
      (q) => q.whereArrayContains('rates', [money(2), money(3)]),
      ['dear'],
    ],
    [
      'whereArrayContainsAny',
      (q) => q.whereArrayContainsAny('rates', [money(1), money(7)]),
      ['cheap'],
    ],
    ['whereElemMatch', (q) => q.whereElemMatch('rates', { '>': money(2) } as never), ['dear']],
    ['where of ids', (q) => q.where('owner', `ref:${OWNER}`), ['cheap']],
    ['whereIn of ids', (q) => q.whereIn('owner', [`ref:${OWNER}`]), ['cheap']],
  ])('%s', async (_, narrow, expected) => {
    expect(await labels(narrow(Item.query()))).toEqual(expected)
  })

  it('having, of a group and of the smallest value', async () => {
    const grouped = () => Item.query().whereNotNull('price').groupBy('price').min('price as least')
    const groups = await grouped().having('price', '>', money(100)).pojo()
    expect(groups).toHaveLength(1)
    const least = await grouped()
      .having('least' as never, '=', money(100) as never)
      .pojo()
    expect(least).toHaveLength(1)
  })

  it('pipelines: match, expressions, and what an unwound field holds', async () => {
    const matched = await Item.aggregate()
      .match({ price: money(100) })
      .exec()
    expect(matched).toHaveLength(1)
    const rows = await Item.aggregate()
      .unwind('rates')
      .match((one) => one.where('rates', money(2) as never))
      .exec()
    expect(rows).toHaveLength(2)
  })

  it('finders', async () => {
    expect((await Item.findBy('price', money(100)))?.label).toBe('cheap')
    expect((await Item.findBy({ price: money(900) }))?.label).toBe('dear')
    expect((await Item.findByOrFail('price', money(100))).label).toBe('cheap')
    expect(await Item.findManyBy('price', money(100))).toHaveLength(1)
    expect(await Item.query().where('price', money(100)).exists()).toBe(true)
    expect(await Item.query().where('price', money(100)).delete()).toEqual([1])
  })

  it('an encrypted column is compared by what it stores', async () => {
    await Item.create({ label: 'sealed', secret: money(7) })
    expect((await Item.findByOrFail('secret', money(7))).secret.cents).toBe(7)
    const [changed] = await Item.query()
      .where('secret', money(7))
      .update({ secret: money(8) })
    expect(changed).toBe(1)
    expect(await Item.query().where('secret', money(8)).count()).toBe(1)
  })
})

describe('3: what finds or makes takes values of the property', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['firstOrCreate', () => Item.firstOrCreate({ price: money(5) }, { label: 'five' })],
    ['updateOrCreate', () => Item.updateOrCreate({ price: money(5) }, { label: 'five' })],
    [
      'fetchOrCreateMany',
      () => Item.fetchOrCreateMany('price', [{ price: money(5), label: 'five' }]),
    ],
    [
      'updateOrCreateMany',
      () => Item.updateOrCreateMany('price', [{ price: money(5), label: 'five' }]),
    ],
    ['upsert', () => Item.query().where('price', money(5)).upsert({ label: 'five' })],
    [
      'findOneAndUpdate with upsert',
      () =>
        Item.query().where('price', money(5)).findOneAndUpdate({ label: 'five' }, { upsert: true }),
    ],
    [
      'bulkWrite upsert',
      () => Item.bulkWrite((b) => b.upsert({ price: money(5) }, { label: 'five' })),
    ],
    [
      'bulkWrite replaceOne',
      () =>
        Item.bulkWrite((b) =>
          b.replaceOne({ price: money(5) }, { price: money(5), label: 'five' }, { upsert: true }),
        ),
    ],
    ['upsertMany', () => Item.upsertMany([{ price: money(5), label: 'five' }], { by: ['price'] })],
  ])('%s: made once, and found the second time', async (_, run) => {
    await run()
    await run()
    const found = await items.find({ label: 'five' }).toArray()
    expect(found.map(({ price }) => price)).toEqual([5])
  })

  it('firstOrNew and fetchOrNewUpMany find what is there', async () => {
    const one = await Item.firstOrNew({ price: money(100) })
    const [many] = await Item.fetchOrNewUpMany('price', [{ price: money(900) }])
    expect([one.$isPersisted, one.label]).toEqual([true, 'cheap'])
    expect([many?.$isPersisted, many?.label]).toEqual([true, 'dear'])
  })

  it('upsertMany finds nothing by a value that is prepared to null', async () => {
    class Tag extends BaseModel {
      static override collection = 'prepared_tags'
      @column({ isPrimary: true }) declare id: string
      @column({ prepare: (name: string) => name.trim() || null }) declare name: string
    }
    await expect(Tag.upsertMany([{ name: ' ' }], { by: ['name'] })).rejects.toMatchObject({
      code: 'E_UNDEFINED_VALUE',
      column: 'name',
    })
  })
})

describe('3: filters of bulk writes, and elements of updates', () => {
  it.each<[string, () => Promise<unknown>, object, number]>([
    [
      'updateOne',
      () => Item.bulkWrite((b) => b.updateOne({ price: money(100) }, { label: 'x' })),
      { label: 'x', price: 100 },
      1,
    ],
    [
      'updateMany by a callback',
      () =>
        Item.bulkWrite((b) =>
          b.updateMany((q) => q.where('price', '<', money(200)), { label: 'x' }),
        ),
      { label: 'x', price: 100 },
      1,
    ],
    [
      'deleteOne',
      () => Item.bulkWrite((b) => b.deleteOne({ price: money(100) })),
      { price: 100 },
      0,
    ],
    [
      'deleteMany as data',
      () => Item.bulkWrite([{ deleteMany: { filter: { price: money(100) } } }]),
      { price: 100 },
      0,
    ],
    [
      'an update that sets the value',
      () =>
        Item.query()
          .where('price', money(100))
          .update({ price: money(101) }),
      { price: 101 },
      1,
    ],
    [
      'max',
      () =>
        Item.query()
          .where('price', money(100))
          .updateMany((u) => u.max('price', money(500))),
      { price: 500 },
      1,
    ],
    [
      'push',
      () => Item.query().where('label', 'cheap').pushTo('rates', money(9)),
      { rates: [1, 2, 9] },
      1,
    ],
    [
      'pull by a value',
      () => Item.query().where('label', 'cheap').pullFrom('rates', money(1)),
      { rates: [2] },
      1,
    ],
    [
      'pull by an operator',
      () => Item.query().where('label', 'cheap').pullFrom('rates', '>=', money(2)),
      { rates: [1] },
      1,
    ],
    [
      'pull by a list',
      () =>
        Item.query()
          .where('label', 'cheap')
          .pullFrom('rates', 'in', [money(1), money(2)]),
      { rates: [], label: 'cheap' },
      1,
    ],
  ])('%s', async (_, run, stored, count) => {
    await run()
    expect(await items.countDocuments(stored)).toBe(count)
  })
})

describe('3: keys that are prepared', () => {
  class Page extends BaseModel {
    static override collection = 'prepared_pages'
    static override selfAssignPrimaryKey = true
    @column({
      isPrimary: true,
      prepare: (slug: string) => `/${slug}`,
      consume: (stored) => String(stored).slice(1),
    })
    declare slug: string
    @column() declare title: string
  }

  it('find, findMany, refresh, lockForUpdate, save and delete use them', async () => {
    await db.collection('prepared_pages').deleteMany({})
    const [home] = await Page.createMany([
      { slug: 'home', title: 'Home' },
      { slug: 'about', title: 'About' },
    ])
    expect(await db.collection('prepared_pages').distinct('_id')).toEqual(['/about', '/home'])
    const found = await Promise.all([Page.find('home'), Page.find('about'), Page.find('none')])
    expect(found.map((page) => page?.title)).toEqual(['Home', 'About', undefined])
    expect((await Page.findMany(['home', 'about'])).map(({ slug }) => slug)).toEqual([
      'home',
      'about',
    ])
    await home?.refresh()
    await home?.lockForUpdate((page) => page.merge({ title: 'Start' }).save())
    expect((await Page.findOrFail('home')).title).toBe('Start')
    await (await Page.findOrFail('home')).delete()
    expect(await Page.find('home')).toBeNull()
  })
})

describe('3: values that cannot be prepared', () => {
  class Odd extends BaseModel {
    static override collection = 'prepared_odd'
    @column({ isPrimary: true }) declare id: string
    @column({ prepare: () => undefined }) declare nothing: string
    @column({ prepare: (list: string[]) => [...list].join() }) declare text: string[]
    @column({
      prepare: () => {
        throw new TypeError('the application refuses')
      },
    })
    declare refused: string
  }

  it.each<[string, () => Promise<unknown>, object]>([
    [
      'undefined',
      () => Odd.findBy('nothing', 'x'),
      { code: 'E_UNDEFINED_VALUE', column: 'nothing' },
    ],
    [
      'an element of what is stored as text',
      async () => Odd.query().whereArrayContains('text', 'a'),
      { code: 'E_INVALID_QUERY', column: 'text' },
    ],
    [
      'what prepare throws',
      () => Odd.findBy('refused', 'x'),
      new TypeError('the application refuses'),
    ],
  ])('%s', async (_, run, expected) => {
    const error = await run().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject(
      expected instanceof Error ? { message: expected.message } : expected,
    )
  })
})
