import { BaseModel, column, type EventName, type ModelQueryBuilder } from 'lucent-odm'
import { describe, expect, it } from 'vitest'
import { freshCollection, pause } from '../../helpers/hooked_user.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class ItemColumns extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare tags: string[]
  @column() declare rank: number
  @column() declare big: bigint | number
  @column({ columnName: 'is_hidden' }) declare hidden: boolean
}

type Model = typeof ItemColumns

/** A model with five stored items, of which two are hidden. */
async function items() {
  class Item extends ItemColumns {
    static override collection = freshCollection()
  }
  await Item.createManyQuietly(
    [1, 2, 3, 4, 5].map((rank) => ({ name: `item ${rank}`, rank, hidden: rank > 3 })),
  )
  return { Item, stored: db.collection(Item.collection) }
}

const WRITES: { event: 'create' | 'update' | 'save'; on: 'new' | 'stored' }[] = [
  { event: 'create', on: 'new' },
  { event: 'save', on: 'new' },
  { event: 'update', on: 'stored' },
  { event: 'save', on: 'stored' },
]

describe('what a before hook changes on the instance is stored', () => {
  it.each(WRITES)('$event, $on instance', async ({ event, on }) => {
    const { Item, stored } = await items()
    const item = on === 'new' ? new Item() : await Item.findByOrFail('rank', 1)
    Item.before(event, async (one) => {
      await pause()
      one.name = one.name.toUpperCase()
    })
    Item.before(event, (one) => {
      one.tags = [one.name]
      one.tags.push('pushed')
    })
    item.name = 'renamed'
    await item.save()
    const expected = { name: 'RENAMED', tags: ['RENAMED', 'pushed'] }
    expect(item).toMatchObject({ ...expected, $isDirty: false })
    expect(await stored.findOne({ name: 'RENAMED' })).toMatchObject(expected)
  })

  it('makes a clean instance dirty, and so has it written', async () => {
    const { Item, stored } = await items()
    const item = await Item.findByOrFail('rank', 1)
    const ran: string[] = []
    Item.before('update', (one) => {
      one.name = 'touched'
    })
    Item.after('update', () => {
      ran.push('after')
    })
    await item.save()
    expect(await stored.findOne({ rank: 1 })).toMatchObject({ name: 'touched' })
    expect(ran).toEqual(['after'])
  })

  it('may take a change back, so that nothing is written', async () => {
    const { Item } = await items()
    const item = await Item.findByOrFail('rank', 1)
    const ran: string[] = []
    Item.before('save', (one) => {
      one.name = 'item 1'
    })
    Item.after('save', () => {
      ran.push('after')
    })
    item.name = 'changed'
    await item.save()
    expect(item.$isDirty).toBe(false)
    expect(ran).toEqual([])
  })

  it('row by row with createMany', async () => {
    const { Item, stored } = await items()
    let rank = 100
    Item.before('create', (one) => {
      one.rank = rank++
    })
    await Item.createMany([{ name: 'a' }, { name: 'b' }])
    expect(await stored.findOne({ name: 'a' })).toMatchObject({ rank: 100 })
    expect(await stored.findOne({ name: 'b' })).toMatchObject({ rank: 101 })
  })

  it('with the primary key, which may be set before create', async () => {
    const { Item, stored } = await items()
    Item.before('create', (one) => {
      one.id = '0123456789abcdef01234567'
    })
    const item = await Item.create({ name: 'own id' })
    expect(item.id).toBe('0123456789abcdef01234567')
    expect(String((await stored.findOne({ name: 'own id' }))?._id)).toBe(item.id)
  })
})

describe('what a before hook changes on the query holds', () => {
  const visible = (query: ModelQueryBuilder<ItemColumns>) => {
    query.where('hidden', false)
  }
  const ranks = (rows: ItemColumns[]) => rows.map(({ rank }) => rank)
  const READS: Record<
    string,
    { event: 'find' | 'fetch'; run(Item: Model): Promise<unknown>; result: unknown }
  > = {
    find: {
      event: 'find',
      result: null,
      run: async (Item) =>
        Item.find((await Item.query().pojo<{ _id: unknown }>().where('rank', 5))[0]?._id),
    },
    findBy: { event: 'find', result: null, run: (Item) => Item.findBy('rank', 5) },
    all: { event: 'fetch', result: [3, 2, 1], run: async (Item) => ranks(await Item.all()) },
    first: {
      event: 'fetch',
      result: 3,
      run: async (Item) => (await Item.query().orderBy('rank', 'desc').first())?.rank,
    },
    'await query()': {
      event: 'fetch',
      result: [2, 3],
      run: async (Item) => ranks(await Item.query().where('rank', '>', 1).orderBy('rank')),
    },
    'a condition with or': {
      event: 'fetch',
      result: [1],
      run: async (Item) =>
        ranks(await Item.query().where((query) => query.where('rank', 1).orWhere('rank', 5))),
    },
  }

  it.each(Object.entries(READS))('%s', async (_, { event, run, result }) => {
    const { Item } = await items()
    Item.before(event, visible)
    expect(await run(Item)).toEqual(result)
  })

  it('limit, order and selection too', async () => {
    const { Item } = await items()
    Item.before('fetch', async (query) => {
      await pause()
      query.orderBy('rank', 'desc').limit(2).select('rank')
    })
    const rows = await Item.query()
    expect(rows.map((item) => [item.rank, item.name])).toEqual([
      [5, undefined],
      [4, undefined],
    ])
    expect((await Item.first())?.rank).toBe(5)
  })

  const PAGES: { hooks: string; events: EventName[]; which: number[] }[] = [
    { hooks: 'fetch', events: ['fetch'], which: [] },
    { hooks: 'paginate, the page query', events: ['paginate'], which: [1] },
    { hooks: 'paginate, both queries', events: ['paginate'], which: [0, 1] },
    { hooks: 'paginate and fetch', events: ['paginate', 'fetch'], which: [0, 1] },
  ]
  it.each(PAGES)(
    'in the rows and the total of a page, changed before $hooks',
    async ({ events, which }) => {
      const { Item } = await items()
      if (events.includes('fetch')) Item.before('fetch', visible)
      if (events.includes('paginate')) {
        Item.before('paginate', (queries) => {
          for (const place of which) visible(queries[place] as ModelQueryBuilder<ItemColumns>)
        })
      }
      const page = await Item.query().orderBy('rank').paginate(2, 2)
      expect(page).toMatchObject({ total: 3, currentPage: 2, lastPage: 2 })
      expect(ranks(page.all())).toEqual([3])
    },
  )

  it('in the total alone, changed on the count query', async () => {
    const { Item } = await items()
    Item.before('paginate', ([count]) => {
      count.where('hidden', true)
    })
    const page = await Item.query().orderBy('rank').paginate(1, 10)
    expect(page.total).toBe(2)
    expect(ranks(page.all())).toEqual([1, 2, 3, 4, 5])
  })

  it('with int64 values in the query', async () => {
    const { Item, stored } = await items()
    const big = 2n ** 60n
    await stored.insertMany([{ big }, { big }, { big: 1n }])
    expect((await Item.query().where('big', big).paginate(1, 1)).total).toBe(2)
    Item.before('paginate', ([count, query]) => {
      count.where('big', big)
      query.where('big', big)
    })
    const page = await Item.query().paginate(1, 1)
    expect([page.total, page.length]).toEqual([2, 1])
  })
})

describe('what an after hook changes', () => {
  it.each(WRITES)(
    'on the instance is not stored, and leaves it dirty: $event, $on',
    async ({ event, on }) => {
      const { Item, stored } = await items()
      const item = on === 'new' ? new Item() : await Item.findByOrFail('rank', 1)
      Item.after(event, (one) => {
        expect(one).toMatchObject({ $isPersisted: true, $isDirty: false, $isLocal: on === 'new' })
        one.rank = 77
      })
      await item.merge({ name: 'written', rank: 7 }).save()
      expect(item.$dirty).toEqual({ rank: 77 })
      expect(await stored.findOne({ name: 'written' })).toMatchObject({ rank: 7 })
      await item.saveQuietly()
      expect(await stored.findOne({ name: 'written' })).toMatchObject({ rank: 77 })
    },
  )

  it('may be saved by the hook itself', async () => {
    const { Item, stored } = await items()
    Item.after('create', async (one) => {
      one.name = `${one.name} ${one.id}`
      await one.save()
    })
    const item = await Item.create({ name: 'nr' })
    expect(item).toMatchObject({ name: `nr ${item.id}`, $isDirty: false })
    expect(await stored.findOne({ name: item.name })).not.toBeNull()
  })

  it('on an instance that was found is shown, and not dirty', async () => {
    const { Item } = await items()
    Item.after('find', (one) => {
      if (one !== null) one.name = 'seen'
    })
    const item = await Item.findByOrFail('rank', 1)
    expect(item).toMatchObject({ name: 'seen', $dirty: {} })
  })

  it('in the array that was fetched, the caller gets', async () => {
    const { Item } = await items()
    Item.after('fetch', async (rows) => {
      await pause()
      rows.splice(0, rows.length, ...rows.filter(({ hidden }) => !hidden))
      for (const row of rows) row.name = 'seen'
    })
    const rows = await Item.query().orderBy('rank')
    expect(rows.map(({ rank, name }) => [rank, name])).toEqual([
      [1, 'seen'],
      [2, 'seen'],
      [3, 'seen'],
    ])
    expect(await Item.query().where('hidden', true).first()).toBeNull()
    await expect(Item.query().where('hidden', true).firstOrFail()).rejects.toMatchObject({
      code: 'E_ROW_NOT_FOUND',
    })
  })

  it('in the rows of a page, every later hook and the caller see', async () => {
    const { Item } = await items()
    const seen: number[] = []
    Item.after('paginate', (page) => {
      page.baseUrl('/items')
      seen.push(page.length)
    })
    Item.after('fetch', (rows) => {
      rows.pop()
      seen.push(rows.length)
    })
    Item.after('fetch', (rows) => {
      rows.reverse()
      seen.push(rows.length)
    })
    const page = await Item.query().orderBy('rank').paginate(1, 3)
    expect(seen).toEqual([3, 2, 2])
    expect(page.map(({ rank }) => rank)).toEqual([2, 1])
    expect(page.getNextPageUrl()).toBe('/items?page=2')
    expect(page.toJSON().data).toHaveLength(2)
  })
})

describe('a hook that answers its own query', () => {
  it('does not run it', async () => {
    const { Item } = await items()
    const hook = (query: ModelQueryBuilder<ItemColumns>) => query.where('hidden', false)
    Item.before('fetch', hook as unknown as () => void)
    Item.before('find', hook as unknown as () => void)
    expect(await Item.query()).toHaveLength(3)
    expect(await Item.findBy('rank', 5)).toBeNull()
  })

  it('from an async function gets an error that says so', async () => {
    const { Item } = await items()
    const hook = async (query: ModelQueryBuilder<ItemColumns>) => query.where('hidden', false)
    Item.before('fetch', hook as unknown as () => void)
    await expect(Item.query().exec()).rejects.toMatchObject({
      code: 'E_INVALID_QUERY',
      message: expect.stringContaining(
        'a hook awaits, or returns from an async function, the query',
      ),
    })
  })

  it('is not mistaken for a query that runs several times at once', async () => {
    const { Item } = await items()
    Item.before('fetch', () => pause())
    const query = Item.query().where('hidden', false)
    const results = await Promise.all(Array.from({ length: 50 }, () => query.exec()))
    expect(results.map((rows) => rows.length)).toEqual(Array.from({ length: 50 }, () => 3))
  })
})
