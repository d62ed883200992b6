import fc from 'fast-check'
import { type Document, ObjectId } from 'mongodb'
import { beforeAll, describe, expect, it } from 'vitest'
import { tries } from '../../helpers/property.ts'
import { testDatabase } from '../../helpers/server.ts'
import { thrown } from '../../unit/query/helpers.ts'
import { countOf, DriverQuery, rowsOf, targetOf } from './run_compiled.ts'

/** Queries that compile to pipelines, against the same calculations in memory. */

const { db } = testDatabase()
const users = db.collection('users')
const archive = db.collection('archive')

interface User {
  id: number
  teamId: string
  status: string
  age: number
  score: number
  address: { city: string }
  joinedAt: Date
}

const COLUMNS = {
  id: '_id',
  teamId: { stored: 'team_id', objectId: true },
  status: 'status',
  age: 'age_',
  score: 'score',
  address: 'addr',
  joinedAt: {
    stored: 'joined_at',
    prepare: (value: unknown) => (typeof value === 'string' ? new Date(value) : value),
  },
} as const

const query = () => new DriverQuery<User>(targetOf('users', COLUMNS))
const archived = () => new DriverQuery<User>(targetOf('archive', COLUMNS))
type Query = ReturnType<typeof query>

const TEAMS = [new ObjectId(), new ObjectId()]
const numbers = fc.sample(fc.constantFrom(undefined, null, 1, 2, 3.5, 4, 10), {
  numRuns: 120,
  seed: 5,
})

const documents: Document[] = Array.from({ length: 60 }, (_, n) => {
  const document: Document = { _id: n, joined_at: new Date(Date.UTC(2024, n % 12, 1)) }
  const status = [undefined, null, 'active', 'banned', 'active'][n % 5]
  if (status !== undefined) document.status = status
  if (n % 7 > 1) document.team_id = TEAMS[n % 2]
  const [age, score] = [numbers[n], numbers[n + 60]]
  if (age !== undefined) document.age_ = age
  if (score !== undefined) document.score = score
  if (n % 4 > 0) document.addr = { city: ['Rome', 'Paris', null][n % 3] }
  return document
})

const older: Document[] = documents.slice(0, 10).map((document, n) =>
  // Some equal to what is in the collection, some not.
  n % 2 === 0 ? document : { ...document, _id: 1000 + n, status: 'old' },
)

beforeAll(async () => {
  await users.insertMany(documents as never)
  await archive.insertMany(older as never)
})

async function run(built: Query): Promise<Document[]> {
  const rows = await rowsOf(users, built)
  expect(await countOf(users, built)).toBe(rows.length)
  return rows
}

// ---- The same in memory

const get = (row: Document, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Document | null | undefined)?.[key], row) ?? null

const textOf = (value: unknown) => JSON.stringify(value)

function grouped(rows: readonly Document[], paths: readonly string[]): Document[][] {
  const groups = new Map<string, Document[]>()
  for (const row of rows) {
    const key = textOf(paths.map((path) => get(row, path)))
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups.values()]
}

const values = (rows: readonly Document[], path: string) =>
  rows.map((row) => get(row, path)).filter((value) => value !== null) as number[]

const add = (list: readonly number[]) =>
  list.length === 0 ? null : list.reduce((sum, one) => sum + one, 0)
const mean = (list: readonly number[]) =>
  list.length === 0 ? null : (add(list) as number) / list.length
const different = (list: readonly number[]) => [...new Set(list)]
const least = (list: readonly number[]) => (list.length === 0 ? null : Math.min(...list))
const most = (list: readonly number[]) => (list.length === 0 ? null : Math.max(...list))

const sortedText = (rows: readonly Document[]) =>
  rows.map((row) => textOf(Object.entries(row).sort())).sort()

function sameRows(found: readonly Document[], wanted: readonly Document[]) {
  expect(sortedText(found)).toEqual(sortedText(wanted))
}

const active = documents.filter((row) => get(row, 'status') === 'active')

describe('aggregates', () => {
  const all = (built: Query) =>
    built
      .count('* as total')
      .count('age', 'ages')
      .countDistinct({ kinds: 'age' })
      .countDistinct(['status', 'age'], 'pairs')
      .sum('age as sum')
      .sumDistinct('age as sumOnce')
      .avg('age as mean')
      .avgDistinct('age as meanOnce')
      .min('age as least')
      .max('age as most')
  const expected = (rows: readonly Document[]): Document => {
    const ages = values(rows, 'age_')
    const pairs = rows.filter((row) => get(row, 'age_') !== null && get(row, 'status') !== null)
    return {
      total: rows.length,
      ages: ages.length,
      kinds: different(ages).length,
      pairs: new Set(pairs.map((row) => textOf([get(row, 'status'), get(row, 'age_')]))).size,
      sum: add(ages),
      sumOnce: add(different(ages)),
      mean: mean(ages),
      meanOnce: mean(different(ages)),
      least: least(ages),
      most: most(ages),
    }
  }
  const rounded = (row: Document) =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [
        key,
        typeof value === 'number' ? Number(value.toFixed(9)) : value,
      ]),
    )

  it('answer one row for everything', async () => {
    const rows = await run(all(query()))
    expect(rows.map(rounded)).toEqual([rounded(expected(documents))])
    const some = await run(all(query().where('status', 'active')))
    expect(some.map(rounded)).toEqual([rounded(expected(active))])
  })

  it('answer one row for nothing, as SQL does', async () => {
    const none = expected([])
    expect(none).toMatchObject({ total: 0, ages: 0, kinds: 0, sum: null, least: null, mean: null })
    expect(await run(all(query().where('status', 'nobody')))).toEqual([none])
    const nowhere = new DriverQuery<User>(targetOf('nowhere', COLUMNS)).count('* as total')
    expect(await rowsOf(db.collection('nowhere'), nowhere)).toEqual([{ total: 0 }])
    const having = query().where('status', 'nobody').count('* as n')
    expect(await run(having.clone().having('n', '>', 0))).toEqual([])
    expect(await run(having.clone().having('n', 0))).toEqual([{ n: 0 }])
    expect(await run(having.clone().limit(0))).toEqual([])
    expect(await run(having.clone().offset(1))).toEqual([])
  })

  it('answer one row for each group, null and missing together', async () => {
    const groups = grouped(documents, ['status', 'addr.city'])
    expect(groups.length).toBeGreaterThan(6)
    sameRows(
      (await run(all(query().groupBy('status', 'address.city')))).map(rounded),
      groups.map((rows) =>
        rounded({
          status: get(rows[0] as Document, 'status'),
          addr: { city: get(rows[0] as Document, 'addr.city') },
          ...expected(rows),
        }),
      ),
    )
    sameRows(
      await run(query().groupBy('teamId').max('joinedAt as last')),
      grouped(documents, ['team_id']).map((rows) => ({
        team_id: get(rows[0] as Document, 'team_id'),
        last: new Date(Math.max(...rows.map((row) => row.joined_at.getTime()))),
      })),
    )
    sameRows(
      await run(query().groupBy('id').count('* as n')),
      documents.map(({ _id }) => ({ _id, n: 1 })),
    )
  })

  it('have default names', async () => {
    const [row] = await run(query().count('*').sum('age').avg('age').min('age').max('age'))
    expect(Object.keys(row ?? {})).toEqual(['count', 'sum', 'avg', 'min', 'max'])
  })
})

describe('having', () => {
  const totals = () => query().groupBy('status').count('* as total').avg('age as mean')
  const model = grouped(documents, ['status']).map((rows) => ({
    status: get(rows[0] as Document, 'status') as string | null,
    total: rows.length,
    mean: mean(values(rows, 'age_')),
  }))
  type Row = (typeof model)[number]
  const cases: [
    name: string,
    build: (q: ReturnType<typeof totals>) => Query,
    (row: Row) => boolean,
  ][] = [
    ['an alias', (q) => q.having('total', '>', 12), ({ total }) => total > 12],
    ['equality', (q) => q.having('total', 12), ({ total }) => total === 12],
    ['a column', (q) => q.having('status', 'active'), ({ status }) => status === 'active'],
    [
      '!= leaves out null',
      (q) => q.having('status', '!=', 'active'),
      ({ status }) => status !== null && status !== 'active',
    ],
    [
      'and, or',
      (q) => q.having('total', '>', 20).orHaving('status', 'banned').andHaving('total', '<', 99),
      ({ total, status }) => total > 20 || status === 'banned',
    ],
    [
      'a group',
      (q) =>
        q
          .having((g) => g.having('status', 'active').orHaving('status', 'banned'))
          .having('total', '<', 20),
      ({ total, status }) => ['active', 'banned'].includes(status ?? '') && total < 20,
    ],
    [
      'in',
      (q) => q.havingIn('status', ['active', null]),
      ({ status }) => status === 'active' || status === null,
    ],
    [
      'not in',
      (q) => q.havingNotIn('status', ['active']),
      ({ status }) => status !== null && status !== 'active',
    ],
    ['null', (q) => q.havingNull('status'), ({ status }) => status === null],
    ['not null', (q) => q.havingNotNull('mean'), ({ mean: m }) => m !== null],
    ['between', (q) => q.havingBetween('total', [12, 13]), ({ total }) => total === 12],
    ['not between', (q) => q.havingNotBetween('total', [12, 13]), ({ total }) => total !== 12],
    [
      'alternatives of each',
      (q) =>
        q
          .havingIn('total', [0])
          .orHavingIn('status', ['banned'])
          .orHavingNull('status')
          .orHavingBetween('total', [900, 901]),
      ({ status }) => status === 'banned' || status === null,
    ],
    ['cleared', (q) => q.having('total', 0).clearHaving(), () => true],
  ]
  it.each(cases)('%s', async (_name, build, holds) => {
    const wanted = model.filter(holds)
    sameRows(await run(build(totals())), wanted)
  })

  it('casts the values of columns that an aggregate keeps', async () => {
    const last = query().groupBy('status').max('joinedAt as last').min('teamId as team')
    const [team] = TEAMS.map(String).sort()
    const rows = await run(
      last.having('last', '>=', '2024-12-01' as never).having('team', team as never),
    )
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) {
      expect(row.last).toEqual(new Date('2024-12-01'))
      expect(String(row.team)).toBe(team)
    }
  })
})

describe('order, selection and page of groups', () => {
  it('sort by aliases and columns, and cut', async () => {
    const rows = await run(
      query()
        .groupBy('status')
        .count('* as total')
        .orderBy('total', 'desc')
        .orderBy('status')
        .offset(1)
        .limit(1),
    )
    expect(rows).toEqual([{ status: 'active', total: 24 }])
  })

  it('leave out group columns that are not selected', async () => {
    const built = query()
      .groupBy('status', 'address.city')
      .select('status', { town: 'address.city' })
      .count('* as n')
      .orderBy('address.city', 'desc')
      .orderBy('status')
    const rows = await run(built)
    expect(Object.keys(rows[0] ?? {}).sort()).toEqual(['n', 'status', 'town'])
    expect(rows.map(({ town }) => town)).toEqual([
      ...Array.from({ length: 3 }, () => 'Rome'),
      ...Array.from({ length: 3 }, () => 'Paris'),
      ...Array.from({ length: 3 }, () => null),
    ])
  })

  it('can be told apart once more', async () => {
    const rows = await run(
      query().groupBy('status', 'address.city').distinct('status').orderBy('status'),
    )
    expect(rows).toEqual([{ status: null }, { status: 'active' }, { status: 'banned' }])
  })

  const refused: [string, (q: Query) => Query][] = [
    ['sorting by a column', (q) => q.groupBy('status').orderBy('age')],
    ['selecting a column', (q) => q.groupBy('status').select('age')],
    ['a condition on a column', (q) => q.groupBy('status').having('age', 1)],
    ['selecting beside an aggregate', (q) => q.select('status').count('*')],
    ['having without groups', (q) => q.having('age', 1)],
    ['a text score of groups', (q) => q.groupBy('status').selectTextScore()],
    ['a text score of combinations', (q) => q.distinct('status').selectTextScore()],
    ['distinctOn with groups', (q) => q.groupBy('status').distinctOn('age')],
    ['distinct by another order', (q) => q.distinct('status').orderBy('age')],
    [
      'distinct groups by another order',
      (q) => q.groupBy('status', 'age').distinct('status').orderBy('age'),
    ],
    [
      'union by another order',
      (q) =>
        q
          .select('age')
          .unionAll((o) => o)
          .orderBy('status'),
    ],
  ]
  it.each(refused)('refuse what rows do not have: %s', (_name, build) => {
    expect(thrown(() => build(query()).compile()).code).toBe('E_INVALID_QUERY')
  })
})

describe('distinct', () => {
  it('reads each combination once', async () => {
    sameRows(
      await run(query().distinct('status', 'age').where('id', '<', 40)),
      grouped(documents.slice(0, 40), ['status', 'age_']).map(([row]) => ({
        status: get(row as Document, 'status'),
        age_: get(row as Document, 'age_'),
      })),
    )
    expect(
      await run(query().select('status as state').distinct().orderBy('state', 'desc')),
    ).toEqual([{ state: 'banned' }, { state: 'active' }, { state: null }])
    expect(await run(query().distinct())).toHaveLength(60)
    expect(await run(query().distinct('status').orderBy('status').limit(1).offset(1))).toEqual([
      { status: 'active' },
    ])
  })

  it('reads the first document of each by the order', async () => {
    const rows = await run(
      query()
        .distinctOn('status')
        .orderBy([{ column: 'age', order: 'desc', nulls: 'last' }, 'id'])
        .orderBy('id'),
    )
    const wanted = grouped(documents, ['status']).map((group) => {
      const age = (row: Document) => (get(row, 'age_') as number | null) ?? -1
      return [...group].sort((a, b) => age(b) - age(a) || a._id - b._id)[0] as Document
    })
    sameRows(rows, wanted)
    const ages = rows.map((row) => get(row, 'age_') as number)
    expect(ages).toEqual([...ages].sort((a, b) => b - a))
    const twice = query()
      .distinctOn('status')
      .orderBy('id')
      .union((other) => other.distinctOn('status').orderBy('id'))
    expect(await run(twice)).toHaveLength(3)
    const fields = await run(query().distinctOn('status', 'age').select('status').limit(4))
    expect(Object.keys(fields[0] ?? {})).toEqual(expect.arrayContaining(['_id']))
  })
})

describe('union', () => {
  const low = documents.filter(({ _id }) => _id < 10)
  const bannedOnes = documents.filter((row) => get(row, 'status') === 'banned')

  it('adds rows, and leaves out equal ones', async () => {
    const first = () => query().where('id', '<', 10)
    const wanted = [...new Set([...low, ...bannedOnes])]
    expect(wanted.length).toBeLessThan(low.length + bannedOnes.length)
    sameRows(await run(first().union((other) => other.where('status', 'banned'))), wanted)
    sameRows(await run(first().unionAll((other) => other.where('status', 'banned'))), [
      ...low,
      ...bannedOnes,
    ])
    sameRows(await run(first().union(query().where('status', 'banned'))), wanted)
    const many = await run(
      first()
        .union([query().where('status', 'banned'), archived()])
        .orderBy('id'),
    )
    const extra = older.filter(({ _id }) => _id >= 1000)
    expect(many.map(({ _id }) => _id)).toEqual(
      [...wanted, ...extra].map(({ _id }) => _id).sort((a, b) => a - b),
    )
    // What unions keep all before it counts for the last that does not.
    const mixed = first().unionAll(archived()).union(query().where('id', 1)).unionAll(archived())
    expect((await run(mixed)).length).toBe(low.length + extra.length + older.length)
  })

  it('takes order and page for the whole, and leaves its own to each part', async () => {
    const newest = query().orderBy('id', 'desc').limit(2)
    const rows = await run(
      query().where('id', '<', 3).unionAll(newest).orderBy('id', 'desc').limit(3).select('status'),
    )
    expect(rows.map(({ _id }) => _id)).toEqual([59, 58, 2])
    newest.limit(50)
    const statuses = await run(
      query().select('status').distinct().union(archived().distinct('status')).orderBy('status'),
    )
    expect(statuses).toEqual([
      { status: null },
      { status: 'active' },
      { status: 'banned' },
      { status: 'old' },
    ])
  })
})

describe('nulls', () => {
  const ageOf = (row: Document) => get(row, 'age_') as number | null
  const orders = fc.record({
    order: fc.constantFrom('asc' as const, 'desc' as const),
    nulls: fc.constantFrom(undefined, 'first' as const, 'last' as const),
    second: fc.constantFrom('asc' as const, 'desc' as const),
    nullScores: fc.constantFrom(undefined, 'first' as const, 'last' as const),
    limit: fc.option(fc.integer({ min: 1, max: 70 }), { nil: undefined }),
    skip: fc.nat(5),
  })

  function compare(
    a: number | null,
    b: number | null,
    order: 'asc' | 'desc',
    nulls: 'first' | 'last' = order === 'asc' ? 'first' : 'last',
  ): number {
    if (a === null || b === null) {
      if (a === b) return 0
      return (a === null) === (nulls === 'first') ? -1 : 1
    }
    return order === 'asc' ? a - b : b - a
  }

  it('go where they are wanted', async () => {
    await fc.assert(
      fc.asyncProperty(orders, async ({ order, nulls, second, nullScores, limit, skip }) => {
        const built = query()
          .orderBy([
            { column: 'age', order, nulls },
            { column: 'score', order: second, nulls: nullScores },
            'id',
          ])
          .offset(skip)
        if (limit !== undefined) built.limit(limit)
        const wanted = [...documents]
          .sort(
            (a, b) =>
              compare(ageOf(a), ageOf(b), order, nulls) ||
              compare(
                get(a, 'score') as number | null,
                get(b, 'score') as number | null,
                second,
                nullScores,
              ) ||
              a._id - b._id,
          )
          .slice(skip, limit === undefined ? undefined : skip + limit)
        expect(await run(built)).toEqual(wanted)
      }),
      tries(40, 11),
    )
  })

  it('leave ordinary orders to find', async () => {
    const natural = query().orderBy([
      { column: 'age', nulls: 'first' },
      { column: 'score', order: 'desc', nulls: 'last' },
    ])
    expect(natural.toMongo()).toEqual({ filter: {}, sort: { age_: 1, score: -1 } })
  })
})

describe('aliases', () => {
  it('name columns anew', async () => {
    const rows = await run(
      query()
        .select('status', 'age as years', { town: 'address.city' })
        .where('id', '<', 4)
        .orderBy('id'),
    )
    expect(rows).toEqual(
      documents.slice(0, 4).map((row) => ({
        _id: row._id,
        ...('status' in row ? { status: row.status } : {}),
        ...('age_' in row ? { years: row.age_ } : {}),
        ...('addr' in row ? { town: row.addr.city } : {}),
      })),
    )
  })

  it('can be added to everything, and sorted by', async () => {
    const rows = await run(
      query()
        .select('*', 'age as years')
        .where('status', 'active')
        .orderBy('years', 'desc')
        .limit(3),
    )
    for (const row of rows) {
      expect(row.years).toBe(row.age_)
      expect(row.joined_at).toBeInstanceOf(Date)
    }
    expect(rows[0]?.years).toBe(most(values(active, 'age_')))
  })
})
