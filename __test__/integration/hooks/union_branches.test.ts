import {
  BaseModel,
  beforeFetch,
  beforeFind,
  beforePaginate,
  column,
  errors,
  type HookContext,
  type ModelQueryBuilder,
} from 'lucent-odm'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { QUERY_READS } from '../../helpers/ways.ts'

const { db } = lucentDatabase()

/** Rows of two tenants: the hooks let only those of tenant a through. */
class Row extends BaseModel {
  static override collection = 'rows'
  @column() declare tenant: string
  @column() declare name: string
  @column() declare open: boolean
}

class Scoped extends Row {
  static override collection = 'rows'

  @beforeFind()
  @beforeFetch()
  static own(query: ModelQueryBuilder<Scoped>): void {
    query.where('tenant', 'a')
  }
}

/** Another model over a collection of its own, with a hook of its own. */
class Guest extends BaseModel {
  static override collection = 'guests'
  static calls: string[] = []
  @column() declare tenant: string
  @column() declare name: string

  @beforeFetch()
  static own(query: ModelQueryBuilder<Guest>, { operation, model }: HookContext): void {
    Guest.calls.push(`${operation} ${model.name}`)
    query.where('tenant', 'a')
  }
}

beforeAll(async () => {
  await db.collection('rows').insertMany([
    { tenant: 'a', name: 'a1', open: true },
    { tenant: 'a', name: 'a2', open: false },
    { tenant: 'b', name: 'b1', open: true },
    { tenant: 'b', name: 'b2', open: true },
  ])
  await db.collection('guests').insertMany([
    { tenant: 'a', name: 'guest a' },
    { tenant: 'b', name: 'guest b' },
  ])
})

type Query = ModelQueryBuilder<Scoped>

/** Unions of which one branch would find rows of tenant b. */
const UNIONS: readonly [name: string, (query: Query) => Query][] = [
  ['union of a callback', (query) => query.union((other) => other.where('name', 'b1'))],
  ['unionAll', (query) => query.unionAll((other) => other.where('name', 'b1'))],
  ['union of a query', (query) => query.union(Scoped.query().where('name', 'b1'))],
  [
    'union of several',
    (query) =>
      query.union([
        (other: Query) => other.where('name', 'b1'),
        Scoped.query().where('name', 'a2').orWhere('name', 'b2'),
      ] as never),
  ],
  [
    'union within a union',
    (query) =>
      query.union((one) => one.where('name', 'zz').union((two) => two.where('open', true))),
  ],
  [
    'union behind a union of another model',
    (query) =>
      query.union(
        Guest.query()
          .where('name', 'zz')
          .union(Scoped.query().where('name', 'b1') as never) as never,
      ),
  ],
  ['with an orWhere', (query) => query.orWhere('name', 'b2').union((q) => q.orWhere('open', true))],
  ['with groups', (query) => query.union((other) => other.where((q) => q.orWhere('open', true)))],
  ['with a limit in the branch', (query) => query.union((q) => q.orderBy('name', 'desc').limit(2))],
  ['with distinctOn in the branch', (query) => query.union((q) => q.distinctOn('name'))],
  [
    'with distinct',
    (query) => query.distinct('tenant', 'name').union((q) => q.select('tenant', 'name')),
  ],
]

const tenantsOf = (rows: readonly Row[]) => [...new Set(rows.map(({ tenant }) => tenant))]
const ofJson = (text: string) => {
  const rows: Row[] | { data: Row[] } = JSON.parse(text)
  return Array.isArray(rows) ? rows : rows.data
}
async function collected<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const row of rows) found.push(row)
  return found
}

describe('14: a condition of a hook holds for every branch of a union', () => {
  describe.each(UNIONS)('%s', (_, union) => {
    it.each(Object.entries(QUERY_READS))('%s', async (name, read) => {
      const query = union(Scoped.query().where('name', 'a1')) as unknown as Parameters<
        typeof read
      >[0]
      // A row of tenant b would come first.
      if (name.startsWith('first')) query.orderBy('name' as never, 'desc')
      const rows = (await read(query)) as Row[]
      expect(tenantsOf(rows)).toEqual(['a'])
      if (name.startsWith('first')) expect(rows).toHaveLength(1)
    })

    it('in the total of a page', async () => {
      const page = await union(Scoped.query().where('name', 'a1')).paginate(1, 10)
      expect(page.total).toBe(page.all().length)
    })

    it('count, exists and explain run no hooks, for no branch', async () => {
      const query = union(Scoped.query().where('name', 'a1'))
      expect(await query.count()).toBe(
        await union(Scoped.query().where('name', 'a1'))
          .pojo()
          .then((rows) => rows.length),
      )
      expect(JSON.stringify(query.toMongo())).not.toContain('"tenant":"a"')
      // What hooks of an earlier run added stays, and then holds for every branch.
      const rows = await query
      expect(await query.count()).toBe(rows.length)
      expect(await query.exists()).toBe(rows.length > 0)
      expect((await query.explain()).summary).not.toBe('')
    })
  })

  it('finds what it should', async () => {
    const rows = await Scoped.query()
      .where('name', 'a1')
      .union((other) => other.whereIn('name', ['a2', 'b2']))
      .orderBy('name')
    expect(rows.map(({ name }) => name)).toEqual(['a1', 'a2'])
  })

  it('distinctOn and distinct of a query without a union', async () => {
    expect(tenantsOf(await Scoped.query().distinctOn('tenant').orderBy('tenant', 'desc'))).toEqual([
      'a',
    ])
    expect(tenantsOf(await Scoped.query().distinct('tenant'))).toEqual(['a'])
  })

  it('leaves the query that was passed in as it was', async () => {
    const branch = Scoped.query().where('name', 'b1')
    await Scoped.query().where('name', 'a1').union(branch)
    expect(branch.toMongo().filter).toEqual({ name: 'b1' })
  })

  it('a page by cursor has no unions', async () => {
    const query = Scoped.query().union((other) => other.where('name', 'b1'))
    await expect(query.paginateCursor()).rejects.toThrow(errors.E_INVALID_QUERY)
  })
})

describe('14: what a hook adds stands in parentheses of its own', () => {
  class Either extends Row {
    static override collection = 'rows'

    @beforeFetch()
    static oneOf(query: ModelQueryBuilder<Either>): void {
      query.where('tenant', 'a').orWhere('name', 'b2')
    }

    @beforeFetch()
    static another(query: ModelQueryBuilder<Either>): void {
      query.where('open', true).orWhere('name', 'b1')
    }
  }

  const names = (rows: readonly Row[]) => rows.map(({ name }) => name).sort()

  it('an orWhere of a hook widens neither the application nor another hook', async () => {
    expect(names(await Either.query())).toEqual(['a1', 'b2'])
    expect(names(await Either.query().where('name', 'a1').orWhere('name', 'b1'))).toEqual(['a1'])
  })

  it('on every branch', async () => {
    const query = Either.query()
      .where('name', 'a1')
      .union((other) => other.where('open', true))
    expect(names(await query)).toEqual(['a1', 'b2'])
  })

  it('an orWhere that a hook adds alone does not find more', async () => {
    class Wide extends Row {
      static override collection = 'rows'
    }
    Wide.before('fetch', (query) => {
      query.orWhere('name', 'b1')
    })
    expect(names(await Wide.query().where('name', 'b1'))).toEqual(['b1'])
    expect(names(await Wide.query().where('name', 'a1'))).toEqual([])
  })

  it('clearWhere of a hook leaves the conditions of other hooks', async () => {
    class Cleared extends Either {
      static override collection = 'rows'
    }
    Cleared.before('fetch', (query) => {
      query.clearWhere().where('tenant', 'b')
    })
    expect(names(await Cleared.query().where('name', 'a1'))).toEqual(['b2'])
  })
})

describe('14: hooks of paginate', () => {
  class Paged extends Row {
    static override collection = 'rows'

    @beforePaginate()
    static own([count, query]: [ModelQueryBuilder<Paged>, ModelQueryBuilder<Paged>]): void {
      count.where('tenant', 'a')
      query.where('tenant', 'a')
    }
  }

  it('hold for every branch of rows and total', async () => {
    const page = await Paged.query()
      .where('name', 'zz')
      .union((other) => other.where('open', true))
      .paginate(1, 10)
    expect([page.total, page.all().map(({ name }) => name)]).toEqual([1, ['a1']])
  })

  it('hold for every branch of the total alone', async () => {
    class Counted extends Row {
      static override collection = 'rows'

      @beforePaginate()
      static own([count]: [ModelQueryBuilder<Counted>, ModelQueryBuilder<Counted>]): void {
        count.where('tenant', 'a')
      }
    }
    const page = await Counted.query()
      .where('name', 'zz')
      .union((other) => other.where('open', true))
      .paginate(1, 10)
    expect([page.total, page.all().length]).toEqual([1, 3])
  })
})

describe('14: branches of another model', () => {
  const mixed = () =>
    Row.query()
      .where('name', 'a1')
      .union(Guest.query() as never)
  const GUEST = ['a1', 'guest a']

  it.each([
    ['await', 'fetch', async () => mixed().exec()],
    ['cursor', 'stream', () => collected(mixed().cursor())],
    ['paginate', 'paginate', async () => (await mixed().paginate(1, 10)).all()],
    ['toJson', 'fetch', async () => ofJson(await mixed().toJson())],
  ] as const)('run the hooks of that model: %s', async (_, operation, read) => {
    Guest.calls = []
    const rows = await read()
    expect(rows.map(({ name }) => name).sort()).toEqual(GUEST)
    expect(Guest.calls).toEqual([`${operation} Guest`])
  })

  it('count in the total', async () => {
    expect((await mixed().paginate(1, 1)).total).toBe(2)
  })

  it('are bound in a model with hooks as well', async () => {
    const query = Scoped.query()
      .where('name', 'b1')
      .union(Guest.query() as never)
    expect((await query).map(({ name }) => name)).toEqual(['guest a'])
  })

  it('refuse the whole when their hook does', async () => {
    class Closed extends BaseModel {
      static override collection = 'guests'
      @beforeFetch()
      static close() {
        return false
      }
    }
    const query = Row.query().union(Closed.query() as never)
    await expect(query.exec()).rejects.toMatchObject({
      code: 'E_HOOK_ABORTED',
      model: 'Closed',
      hook: 'beforeFetch Closed.close',
    })
    await expect(collected(query.cursor())).rejects.toThrow(errors.E_HOOK_ABORTED)
  })

  it('run no hooks in plain rows', async () => {
    expect(await mixed().pojo()).toHaveLength(3)
  })

  it('end where a hook adds a union of its own model', async () => {
    class Endless extends Row {
      static override collection = 'rows'
      @beforeFetch()
      static more(query: ModelQueryBuilder<Endless>): void {
        query.where('tenant', 'a').union((other) => other.where('name', 'b1').orWhere('name', 'a2'))
      }
    }
    const query = Row.query()
      .where('name', 'b2')
      .union(Endless.query().where('name', 'a1') as never)
    expect((await query).map(({ name }) => name).sort()).toEqual(['a1', 'a2', 'b2'])
  })
})

it('14: a hook cannot add a distance to a union', async () => {
  class Near extends BaseModel {
    static override collection = 'places'
    @column() declare place: unknown
  }
  Near.before('fetch', (query) => {
    query.whereNear('place', [1, 2])
  })
  const query = Near.query().union((other) => other)
  await expect(query.exec()).rejects.toThrow(errors.E_INVALID_QUERY)
})
