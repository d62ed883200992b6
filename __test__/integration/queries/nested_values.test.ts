import fc from 'fast-check'
import { ObjectId } from 'mongodb'
import { beforeAll, describe, expect, it } from 'vitest'
import { tries } from '../../helpers/property.ts'
import { testDatabase } from '../../helpers/server.ts'
import { type Json, jsonContains, jsonEqual } from '../../unit/query/json_model.ts'
import { countOf, DriverQuery, rowsOf, targetOf } from './run_compiled.ts'

/** JSON and array conditions against models of them in memory, over random documents and values. */

const { db } = testDatabase()
const rows = db.collection('rows')

interface Row {
  id: number
  meta: unknown
  tags: (number | string | null)[]
  lines: { sku: string; n: number; parts: number[] }[]
}

const target = targetOf('rows', { id: '_id', meta: 'meta_', tags: 'tags_', lines: 'lines_' })
const query = () => new DriverQuery<Row>(target)

// Few different keys and values, so that much of it meets.
const single = fc.constantFrom<Json>(null, true, 0, 1, 2, '', 'a', '$a')
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'json' },
    single,
    fc.array(tie('json'), { maxLength: 3, depthIdentifier: 'json' }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'a.b', '$a'), tie('json'), {
      maxKeys: 3,
      depthIdentifier: 'json',
    }),
  ),
}))
const value = json.filter((one) => one !== null)

/** The same value with the keys of its objects the other way round. */
function turned(given: Json): Json {
  if (Array.isArray(given)) return given.map(turned)
  if (typeof given !== 'object' || given === null) return given
  const entries = Object.entries(given).reverse()
  return Object.fromEntries(entries.map(([key, inner]) => [key, turned(inner)]))
}

const metas = fc.sample(json, { numRuns: 160, seed: 20_240_607 })

beforeAll(async () => {
  const documents = metas.map((meta, id) => ({ _id: id as never, meta_: meta }))
  await rows.insertMany([...documents, { _id: -1 as never }])
  await rows.createIndex({ 'meta_.a': 1 })
})

async function idsOf(built: DriverQuery<Row>): Promise<number[]> {
  const found = await rowsOf(rows, built.orderBy('id'))
  expect(await countOf(rows, built)).toBe(found.length)
  return found.map(({ _id }) => _id)
}

/** Null is no value: the comparison with it is unknown. */
function expected(test: (meta: Json) => boolean): number[] {
  return metas.flatMap((meta, id) => (meta !== null && test(meta) ? [id] : []))
}

type Build = (query: DriverQuery<Row>, given: Json) => DriverQuery<Row>

const FAMILIES: [name: string, is: Build, not: Build, model: (a: Json, b: Json) => boolean][] = [
  [
    'whereJson',
    (q, given) => q.whereJson('meta', given),
    (q, given) => q.whereNotJson('meta', given),
    jsonEqual,
  ],
  [
    'whereJsonSuperset',
    (q, given) => q.whereJsonSuperset('meta', given),
    (q, given) => q.whereNotJsonSuperset('meta', given),
    jsonContains,
  ],
  [
    'whereJsonSubset',
    (q, given) => q.whereJsonSubset('meta', given as never),
    (q, given) => q.whereNotJsonSubset('meta', given as never),
    (meta, given) => jsonContains(given, meta),
  ],
]

describe.each(FAMILIES)('%s', (_name, is, not, model) => {
  it('finds what PostgreSQL would, whatever the order of keys', async () => {
    let found = 0
    // Values of the documents, parts of them, and others.
    const values = fc.oneof(
      fc.constantFrom(...metas).filter((meta) => meta !== null),
      value,
    )
    await fc.assert(
      fc.asyncProperty(values, async (given) => {
        const ids = expected((meta) => model(meta, given))
        found += ids.length
        expect(await idsOf(is(query(), turned(given)))).toEqual(ids)
        const others = expected((meta) => !model(meta, given))
        expect(await idsOf(not(query(), given))).toEqual(others)
      }),
      tries(150, 7),
    )
    expect(found).toBeGreaterThan(200)
  })
})

describe('JSON conditions', () => {
  it('take null for a missing value', async () => {
    const nulls = metas.flatMap((meta, id) => (meta === null ? [id] : []))
    expect(await idsOf(query().whereJson('meta', null))).toEqual([-1, ...nulls])
    expect(await idsOf(query().whereNotJson('meta', null))).toEqual(expected(() => true))
  })

  it('compare at paths, positions among them', async () => {
    const at = (meta: Json, ...path: (string | number)[]): Json | undefined =>
      path.reduce<Json | undefined>(
        (inner, key) =>
          Array.isArray(inner)
            ? typeof key === 'number'
              ? inner[key]
              : undefined
            : typeof inner === 'object' && inner !== null && typeof key === 'string'
              ? inner[key]
              : undefined,
        meta,
      )
    const first = expected((meta) => at(meta, 0) === 1)
    expect(first.length).toBeGreaterThan(0)
    expect(await idsOf(query().whereJson('meta.0' as never, 1 as never))).toEqual(first)
    const nested = expected((meta) => {
      const inner = at(meta, 0)
      return inner !== undefined && inner !== null && jsonContains(inner, { a: 1 })
    })
    expect(await idsOf(query().whereJsonSuperset('meta.0' as never, { a: 1 } as never))).toEqual(
      nested,
    )
  })

  it('can narrow the search down with an index', async () => {
    const { filter } = query().whereJsonSuperset('meta', { a: 1, b: 2 }).compile()
    const plan = JSON.stringify(await rows.find(filter).explain('queryPlanner'))
    expect(plan).toContain('IXSCAN')
  })

  it('compares a JSON path as the path that it is', async () => {
    const by = (path: string) => query().whereJsonPath('meta', path, '>', 0)
    expect(by('$.a').toMongo()).toEqual(query().where('meta.a', '>', 0).toMongo())
    const ids = await rowsOf(rows, by('$.a'))
    expect(ids.length).toBeGreaterThan(0)
  })
})

describe('array conditions', () => {
  const arrays = db.collection('arrays')
  const element = fc.constantFrom(null, 1, 2, 3, 'x', 'y')
  const line = fc.record({
    sku: fc.constantFrom('a', 'b'),
    n: fc.nat(3),
    parts: fc.array(fc.nat(3), { maxLength: 3 }),
  })
  const documents = fc
    .sample(
      fc.record({
        tags: fc.array(element, { maxLength: 4 }),
        lines: fc.array(line, { maxLength: 3 }),
      }),
      { numRuns: 80, seed: 99 },
    )
    .map(({ tags, lines }, id) => ({ _id: id as never, tags_: tags, lines_: lines }))

  beforeAll(async () => {
    await arrays.insertMany([
      ...documents,
      { _id: -1 as never, tags_: null as never },
      { _id: -2 as never },
      { _id: -3 as never, tags_: [['x', 'y']] as never, lines_: [] },
    ])
  })

  const on = () =>
    new DriverQuery<Row>(
      targetOf('arrays', {
        id: '_id',
        tags: 'tags_',
        lines: 'lines_',
      }),
    )
  const ids = async (built: DriverQuery<Row>) => {
    const found = await rowsOf(arrays, built.orderBy('id'))
    expect(await countOf(arrays, built)).toBe(found.length)
    return found.map(({ _id }) => _id as number)
  }
  const those = (test: (document: (typeof documents)[number]) => boolean) =>
    documents.flatMap((document) => (test(document) ? [document._id as number] : []))

  it('contains all, or any', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(element, { maxLength: 3 }), async (wanted) => {
        const all = (tags: unknown[]) => wanted.every((one) => tags.includes(one))
        const any = (tags: unknown[]) => wanted.some((one) => tags.includes(one))
        const positive = (id: number) => id >= 0
        const containing = await ids(on().whereArrayContains('tags', wanted))
        expect(containing.filter(positive)).toEqual(those(({ tags_ }) => all(tags_)))
        const anyOf = await ids(on().whereArrayContainsAny('tags', wanted))
        expect(anyOf.filter(positive)).toEqual(those(({ tags_ }) => any(tags_)))
        // Under NOT an array with a null in it counts as null, as everywhere.
        const none = await ids(on().whereNotArrayContainsAny('tags', wanted))
        expect(none.filter(positive)).toEqual(
          those(({ tags_ }) => !any(tags_) && (wanted.length === 0 || !tags_.includes(null))),
        )
        // Never on null or missing.
        const found = new Set([...containing, ...anyOf])
        expect(found.has(-1) || found.has(-2)).toBe(false)
      }),
      tries(60, 3),
    )
    expect(await ids(on().whereArrayContains('tags', [['x', 'y']] as never))).toEqual([-3])
  })

  it('has one element that fulfils everything', async () => {
    const both = those(({ lines_ }) => lines_.some(({ sku, n }) => sku === 'a' && n > 1))
    expect(both.length).toBeGreaterThan(3)
    expect(
      await ids(on().whereElemMatch('lines', (one) => one.where('sku', 'a').where('n', '>', 1))),
    ).toEqual(both)
    expect(await ids(on().whereElemMatch('lines', { sku: 'a', n: 2 }))).toEqual(
      those(({ lines_ }) => lines_.some(({ sku, n }) => sku === 'a' && n === 2)),
    )
    expect(
      await ids(on().whereNotElemMatch('lines', (one) => one.where('n', 0).orWhere('sku', 'b'))),
    ).toEqual([-3, ...those(({ lines_ }) => !lines_.some(({ sku, n }) => n === 0 || sku === 'b'))])
    expect(await ids(on().whereElemMatch('tags', { '>': 1, '<=': 3 } as never))).toEqual(
      those(({ tags_ }) => tags_.some((tag) => tag === 2 || tag === 3)),
    )
    expect(await ids(on().whereElemMatch('tags', { '!=': 'x' } as never))).toEqual([
      -3,
      ...those(({ tags_ }) => tags_.some((tag) => tag !== 'x' && tag !== null)),
    ])
    expect(
      await ids(
        on().whereElemMatch('lines', (one) =>
          one.whereElemMatch('parts', { '>=': 2 }).whereSize('parts', 2),
        ),
      ),
    ).toEqual(
      those(({ lines_ }) =>
        lines_.some(({ parts }) => parts.length === 2 && parts.some((part) => part >= 2)),
      ),
    )
  })

  it('has a size', async () => {
    for (const size of [0, 1, 2, 4]) {
      const test = (sign: string, is: (length: number) => boolean) =>
        it_(
          sign,
          size,
          those(({ lines_ }) => is(lines_.length)),
          is(0),
        )
      const it_ = async (sign: string, n: number, wanted: number[], empty: boolean) => {
        const all = empty ? [-3, ...wanted] : wanted
        expect(await ids(on().whereSize('lines', sign as '>', n)), `${sign} ${n}`).toEqual(all)
      }
      await test('=', (length) => length === size)
      await test('!=', (length) => length !== size)
      await test('>', (length) => length > size)
      await test('>=', (length) => length >= size)
      await test('<', (length) => length < size)
      await test('<=', (length) => length <= size)
    }
    expect(await ids(on().whereNot((group) => group.whereSize('lines', '>', 1)))).toEqual([
      -3,
      ...those(({ lines_ }) => lines_.length <= 1),
    ])
  })

  it('has a type, a remainder, bits', async () => {
    const mixed = db.collection('mixed')
    const values = [1, 2.5, 'a', null, [1, 'a'], { a: 1 }, true, new Date(0), new ObjectId(), 6]
    await mixed.insertMany(values.map((v, id) => ({ _id: id as never, v })))
    await mixed.insertOne({ _id: 99 as never })
    const of = () =>
      new DriverQuery<{ id: number; v: unknown }>(targetOf('mixed', { id: '_id', v: 'v' }))
    const found = async (built: DriverQuery<{ id: number; v: unknown }>) =>
      (await rowsOf(mixed, built.orderBy('id'))).map(({ _id }) => _id)
    expect(await found(of().whereType('v', 'number'))).toEqual([0, 1, 4, 9])
    expect(await found(of().whereType('v', ['string', 'date']))).toEqual([2, 4, 7])
    expect(await found(of().whereType('v', 'null'))).toEqual([3])
    expect(await found(of().whereNotType('v', ['number', 'string', 'object']))).toEqual([
      3, 6, 7, 8,
    ])
    expect(await found(of().whereMod('v', 3, 0))).toEqual([9])
    expect(await found(of().whereBits('v', 'allSet', [1, 2]))).toEqual([9])
    expect(await found(of().whereBits('v', 'anySet', 1))).toEqual([0, 4])
  })
})

describe('columns with columns', () => {
  const pairs = db.collection('pairs')
  const some = [undefined, null, 0, 1, 2]
  const documents = some.flatMap((a, i) =>
    some.map((b, j) => ({
      _id: (i * 10 + j) as never,
      ...(a === undefined ? {} : { a_: a }),
      ...(b === undefined ? {} : { in: { b_: [b] } }),
      ...(b === undefined ? {} : { b_: b }),
    })),
  )

  beforeAll(async () => {
    await pairs.insertMany(documents)
  })

  interface Pair {
    id: number
    a: number
    b: number
    in: { b_: number[] }
  }
  const on = () =>
    new DriverQuery<Pair>(targetOf('pairs', { id: '_id', a: 'a_', b: 'b_', in: 'in' }))
  const tests: [string, (a: number, b: number) => boolean][] = [
    ['=', (a, b) => a === b],
    ['!=', (a, b) => a !== b],
    ['<>', (a, b) => a !== b],
    ['>', (a, b) => a > b],
    ['>=', (a, b) => a >= b],
    ['<', (a, b) => a < b],
    ['<=', (a, b) => a <= b],
  ]

  it.each(tests)('%s is unknown without two values', async (sign, holds) => {
    const those = (wanted: boolean) =>
      some.flatMap((a, i) =>
        some.flatMap((b, j) =>
          typeof a === 'number' && typeof b === 'number' && holds(a, b) === wanted
            ? [i * 10 + j]
            : [],
        ),
      )
    const ids = async (built: DriverQuery<Pair>) =>
      (await rowsOf(pairs, built.orderBy('id'))).map(({ _id }) => _id)
    const operator = sign as '>'
    expect(await ids(on().whereColumn('a', operator, 'b'))).toEqual(those(true))
    expect(await ids(on().whereNotColumn('a', operator, 'b'))).toEqual(those(false))
    expect(await ids(on().whereColumn('a', operator, 'in.b_.0' as never))).toEqual(those(true))
    const both = on()
      .where('a', 0)
      .whereColumn('a', operator, 'b')
      .orWhereNot((group) => group.whereColumn('a', operator, 'b'))
    const zero = those(true).filter((id) => id >= 20 && id < 30)
    expect(await ids(both)).toEqual([...zero, ...those(false)].sort((x, y) => x - y))
  })
})
