import { ObjectId } from 'bson'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import type { CompiledQuery, QueryTarget } from '../../../js/query/index.ts'
import { TestQuery, target, thrown, type User } from './helpers.ts'

const HEX = '507f1f77bcf86cd799439011'

const known: QueryTarget = { ...target, collection: 'users' }
const users = () => new TestQuery<User>(known)
const posts = () => new TestQuery<User>({ ...target, collection: 'posts' })

type Chain = (query: TestQuery<User>) => TestQuery<User>

const group = (key: unknown, more: object = {}) => ({ $group: { _id: key, ...more } })
const or0 = (path: string) => ({ $ifNull: [path, null] })
const center = { type: 'Point', coordinates: [9, 45] }

/** `count` is the pipeline of a count where it says more, and null where a filter is enough. */
const PIPELINES: [name: string, chain: Chain, pipeline: object[], count?: object[] | null][] = [
  [
    'groupBy',
    (q) => q.where('age', '>', 1).groupBy('firstName').count('* as total'),
    [
      { $match: { age: { $gt: 1 } } },
      group({ g0: or0('$first_name') }, { a0: { $sum: 1 } }),
      { $project: { _id: 0, first_name: '$_id.g0', total: '$a0' } },
    ],
  ],
  [
    'groupBy of a path and what it is in',
    (q) => q.groupBy(['address.city', 'address']),
    [group({ g0: or0('$addr.city'), g1: or0('$addr') }), { $project: { _id: 0, addr: '$_id.g1' } }],
  ],
  [
    'groupBy twice the same',
    (q) => q.groupBy('id').groupBy('id'),
    [group({ g0: or0('$_id') }), { $project: { _id: '$_id.g0' } }],
  ],
  [
    'having',
    (q) =>
      q
        .groupBy('teamId')
        .min('teamId as lowest')
        .max('createdAt as last')
        .having('teamId', HEX)
        .orHaving('lowest', HEX)
        .having('last', '>', '2024-01-01' as never)
        .orderBy('last', 'desc'),
    [
      group({ g0: or0('$team_id') }, { a0: { $min: '$team_id' }, a1: { $max: '$created_at' } }),
      { $project: { _id: 0, team_id: '$_id.g0', lowest: '$a0', last: '$a1' } },
      {
        $match: {
          $or: [
            { team_id: new ObjectId(HEX) },
            { lowest: new ObjectId(HEX), last: { $gt: new Date('2024-01-01') } },
          ],
        },
      },
      { $sort: { last: -1 } },
    ],
    [
      group({ g0: or0('$team_id') }, { a0: { $min: '$team_id' }, a1: { $max: '$created_at' } }),
      { $project: { _id: 0, team_id: '$_id.g0', lowest: '$a0', last: '$a1' } },
      {
        $match: {
          $or: [
            { team_id: new ObjectId(HEX) },
            { lowest: new ObjectId(HEX), last: { $gt: new Date('2024-01-01') } },
          ],
        },
      },
      { $count: 'count' },
    ],
  ],
  [
    'aggregates without groups',
    (q) => q.count('age').sum('age').max('age as oldest').limit(0),
    [
      {
        $facet: {
          rows: [
            group(null, {
              a0: { $sum: { $cond: [{ $gt: ['$age', null] }, 1, 0] } },
              a1: { $sum: '$age' },
              a1n: { $sum: { $cond: [{ $isNumber: '$age' }, 1, 0] } },
              a2: { $max: '$age' },
            }),
            {
              $project: {
                _id: 0,
                count: '$a0',
                sum: { $cond: [{ $gt: ['$a1n', 0] }, '$a1', null] },
                oldest: '$a2',
              },
            },
          ],
        },
      },
      {
        $replaceWith: {
          $ifNull: [
            { $arrayElemAt: ['$rows', 0] },
            { $literal: { count: 0, sum: null, oldest: null } },
          ],
        },
      },
      { $match: { _id: { $in: [] } } },
    ],
  ],
  [
    'selected group columns',
    (q) => q.groupBy('status', 'age').select('age as years').avg('age as mean').orderBy('status'),
    [
      group({ g0: or0('$status'), g1: or0('$age') }, { a0: { $avg: '$age' } }),
      { $project: { _id: 0, status: '$_id.g0', age: '$_id.g1', mean: '$a0' } },
      { $sort: { status: 1 } },
      { $project: { mean: 1, _id: 0, years: '$age' } },
    ],
  ],
  [
    'distinct',
    (q) => q.distinct('status').select('firstName as name').orderBy('name').offset(2).limit(3),
    [
      group({ g0: or0('$status'), g1: or0('$first_name') }),
      { $project: { _id: 0, status: '$_id.g0', name: '$_id.g1' } },
      { $sort: { name: 1 } },
      { $skip: 2 },
      { $limit: 3 },
    ],
    [
      group({ g0: or0('$status'), g1: or0('$first_name') }),
      { $project: { _id: 0, status: '$_id.g0', name: '$_id.g1' } },
      { $skip: 2 },
      { $limit: 3 },
      { $count: 'count' },
    ],
  ],
  [
    'distinctOn',
    (q) => q.distinctOn('teamId').orderBy('createdAt', 'desc').select('status'),
    [
      { $sort: { created_at: -1 } },
      group({ g0: or0('$team_id') }, { row: { $first: '$$ROOT' } }),
      { $replaceWith: '$row' },
      { $sort: { created_at: -1 } },
      { $project: { _id: 1, status: 1 } },
    ],
    [group({ g0: or0('$team_id') }), { $count: 'count' }],
  ],
  [
    'union',
    (q) =>
      q
        .where('age', 1)
        .union((other) => other.where('age', 2).orderBy('age').limit(1))
        .unionAll(posts().where('firstName', 'x'))
        .orderBy('age'),
    [
      { $match: { age: 1 } },
      {
        $unionWith: {
          coll: 'users',
          pipeline: [{ $match: { age: 2 } }, { $sort: { age: 1 } }, { $limit: 1 }],
        },
      },
      group('$$ROOT'),
      { $replaceWith: '$_id' },
      { $unionWith: { coll: 'posts', pipeline: [{ $match: { first_name: 'x' } }] } },
      { $sort: { age: 1 } },
    ],
  ],
  [
    'union of selected columns',
    (q) => q.select('age').unionAll([users().select('age'), users().limit(0)]),
    [
      { $project: { _id: 1, age: 1 } },
      { $unionWith: { coll: 'users', pipeline: [{ $project: { _id: 1, age: 1 } }] } },
      { $unionWith: { coll: 'users', pipeline: [{ $match: { _id: { $in: [] } } }] } },
    ],
    [
      { $unionWith: { coll: 'users', pipeline: [{ $project: { _id: 1, age: 1 } }] } },
      { $unionWith: { coll: 'users', pipeline: [{ $match: { _id: { $in: [] } } }] } },
      { $count: 'count' },
    ],
  ],
  [
    'nulls',
    (q) =>
      q
        .orderBy([
          { column: 'age', nulls: 'last' },
          { column: 'status', order: 'desc', nulls: 'last' },
          { column: 'tags.0', order: 'desc', nulls: 'first' },
        ])
        .select('age'),
    [
      {
        $addFields: {
          __nulls_0: { $lte: ['$age', null] },
          __nulls_1: {
            $lte: [
              {
                $let: {
                  vars: { v: '$tags' },
                  in: { $cond: [{ $isArray: '$$v' }, { $arrayElemAt: ['$$v', 0] }, '$$v.0'] },
                },
              },
              null,
            ],
          },
        },
      },
      { $sort: { __nulls_0: 1, age: 1, status: -1, __nulls_1: -1, 'tags.0': -1 } },
      { $unset: ['__nulls_0', '__nulls_1'] },
      { $project: { _id: 1, age: 1 } },
    ],
    null,
  ],
  [
    'everything under one more name',
    (q) => q.select('*', { nick: 'firstName' }).orderBy('nick').selectTextScore('rank'),
    [
      { $sort: { first_name: 1 } },
      { $addFields: { nick: '$first_name', rank: { $meta: 'textScore' } } },
    ],
    null,
  ],
  [
    'union of columns under other names',
    (q) =>
      q
        .select('firstName as nick')
        .unionAll((other) => other)
        .orderBy('nick'),
    [
      { $project: { _id: 1, nick: '$first_name' } },
      { $unionWith: { coll: 'users', pipeline: [] } },
      { $sort: { nick: 1 } },
    ],
  ],
  [
    'a distance',
    (q) =>
      q
        .where('age', 1)
        .whereNear('address', [9, 45], { maxDistance: 7 })
        .selectDistance('far')
        .limit(2),
    [
      {
        $geoNear: {
          near: center,
          key: 'addr',
          distanceField: 'far',
          spherical: true,
          maxDistance: 7,
          query: { age: 1 },
        },
      },
      { $limit: 2 },
    ],
  ],
  [
    'groups of what is near',
    (q) => q.whereNear('address', [9, 45], { minDistance: 1 }).groupBy('status'),
    [
      {
        $geoNear: {
          near: center,
          key: 'addr',
          distanceField: '__distance',
          spherical: true,
          minDistance: 1,
        },
      },
      group({ g0: or0('$status') }),
      { $project: { _id: 0, status: '$_id.g0' } },
    ],
  ],
]

describe('pipelines', () => {
  test.each(PIPELINES)('%s', (_name, chain, pipeline, count) => {
    const query = chain(users())
    const compiled = query.toMongo()
    expect(compiled.pipeline).toStrictEqual(pipeline)
    expect(Object.keys(compiled)).toEqual(['filter', 'pipeline'])
    expect(query.clone().toMongo()).toStrictEqual(compiled)
    expect(JSON.stringify(query.compile())).toBe(JSON.stringify(compiled))
    const { pipeline: counting } = query.compileCount()
    if (count === undefined) expect(counting?.at(-1)).toEqual({ $count: 'count' })
    else expect(counting).toEqual(count ?? undefined)
  })

  const FINDS: [name: string, chain: Chain, rest: Partial<CompiledQuery>][] = [
    [
      'aliases',
      (q) => q.select('age', 'firstName as nick', { town: 'address.city' }).orderBy('town', 'desc'),
      {
        sort: { 'addr.city': -1 },
        projection: { _id: 1, age: 1, nick: '$first_name', town: '$addr.city' },
      },
    ],
    [
      'an alias of an element',
      (q) => q.select('tags.1 as second'),
      {
        projection: {
          _id: 1,
          second: {
            $let: {
              vars: { v: '$tags' },
              in: { $cond: [{ $isArray: '$$v' }, { $arrayElemAt: ['$$v', 1] }, '$$v.1'] },
            },
          },
        },
      },
    ],
    [
      'natural places of nulls',
      (q) =>
        q.orderBy([
          { column: 'age', nulls: 'first' },
          { column: 'id', order: 'desc', nulls: 'last' },
        ]),
      { sort: { age: 1, _id: -1 } },
    ],
    [
      'orderByRaw',
      (q) => q.orderByRaw({ 'addr.city': -1, x: { $meta: 'textScore' } }).orderBy('age'),
      { sort: { 'addr.city': -1, x: { $meta: 'textScore' }, age: 1 } },
    ],
    [
      'the text score',
      (q) => q.orderByTextScore().orderBy('age').selectTextScore(),
      {
        sort: { __text_score: { $meta: 'textScore' }, age: 1 },
        projection: { score: { $meta: 'textScore' } },
      },
    ],
    [
      'the text score beside columns',
      (q) => q.select('age').selectTextScore('rank'),
      { projection: { _id: 1, age: 1, rank: { $meta: 'textScore' } } },
    ],
    [
      'options',
      (q) =>
        q
          .allowDiskUse()
          .readPreference('nearest')
          .readConcern('majority')
          .timeout(9)
          .timeout(0)
          .debug(true)
          .reporterData({ a: 1 }),
      { allowDiskUse: true, readPreference: 'nearest', readConcern: 'majority', maxTimeMS: 0 },
    ],
    [
      'what was cleared',
      (q) =>
        q
          .select('age as years')
          .count('* as n')
          .distinct('status')
          .distinctOn('age')
          .whereNear('address', [1, 2])
          .selectDistance()
          .selectTextScore()
          .clearSelect()
          .clearWhere()
          .having('age', 1)
          .clearHaving()
          .orderByTextScore()
          .clearOrder(),
      {},
    ],
  ]
  test.each(FINDS)('%s: find is enough', (_name, chain, rest) => {
    const query = chain(users())
    expect(query.toMongo()).toStrictEqual({ filter: {}, ...rest })
    expect(query.clone().toMongo()).toStrictEqual({ filter: {}, ...rest })
    const { sort: _sort, projection: _projection, ...options } = rest
    expect(query.compileCount()).toEqual({ filter: {}, ...options })
  })

  it('have limit and skip among their stages, other options beside them', () => {
    const query = users()
      .where('age', 1)
      .groupBy('status')
      .limit(2)
      .offset(1)
      .hint('age_1')
      .comment('x')
      .collation({ locale: 'en' })
      .timeout(5)
      .batchSize(3)
      .readConcern('local')
    const options = {
      hint: 'age_1',
      comment: 'x',
      collation: { locale: 'en' },
      maxTimeMS: 5,
      timeoutMS: 5,
      batchSize: 3,
      readConcern: 'local',
    }
    const { filter, pipeline, ...rest } = query.toMongo()
    expect(filter).toEqual({ age: 1 })
    expect(pipeline?.slice(-2)).toEqual([{ $skip: 1 }, { $limit: 2 }])
    expect(rest).toStrictEqual(options)
    const { pipeline: counting, ...beside } = query.compileCount()
    expect(counting?.slice(-3)).toEqual([{ $skip: 1 }, { $limit: 2 }, { $count: 'count' }])
    expect(beside).toEqual({ filter, ...options })
  })

  it('are counted by a filter where that is enough', () => {
    const query = users()
      .where('age', 1)
      .orderBy('age')
      .select('age')
      .limit(3)
      .offset(1)
      .batchSize(9)
    expect(query.compileCount()).toEqual({ filter: { age: 1 }, limit: 3, skip: 1 })
    expect(users().limit(0).compileCount()).toEqual({ filter: { _id: { $in: [] } }, limit: 1 })
  })

  it('clone independently in both directions', () => {
    const first = users()
      .whereNear('address', [9, 45])
      .groupBy('status')
      .count('* as n')
      .having('n', 1)
      .union((other) => other.groupBy('status').count('* as n'))
      .debug(true)
      .reporterData({ a: 1 })
    const before = JSON.stringify(first.toMongo())
    const second = first.clone()
    second
      .groupBy('age')
      .sum('age')
      .having('sum', 2)
      .unionAll((other) => other)
      .clearWhere()
    second.debug(false).reporterData({ b: 2 }).orderBy('n').select('status')
    expect(JSON.stringify(first.toMongo())).toBe(before)
    expect(first.isDebugged).toBe(true)
    expect({ ...first.reportedData }).toEqual({ a: 1 })
    expect({ ...second.reportedData }).toEqual({ a: 1, b: 2 })
    const after = JSON.stringify(second.toMongo())
    first.clearHaving().clearSelect().clearWhere().groupBy('tags')
    expect(JSON.stringify(second.toMongo())).toBe(after)
  })

  it('copy the queries of a union', () => {
    const other = users().where('age', 2)
    const query = users().union(other)
    const before = JSON.stringify(query.toMongo())
    other.where('age', 3).limit(1)
    expect(JSON.stringify(query.toMongo())).toBe(before)
  })

  it('refuse options in a union that only the whole has', () => {
    for (const member of [
      users().hint('x'),
      users().collation({ locale: 'en' }),
      users().readConcern('local'),
      users().readPreference('nearest'),
    ]) {
      const error = thrown(() => users().union(member))
      expect(error.code).toBe('E_INVALID_QUERY')
      expect(error.message).toContain('as a whole')
    }
    expect(users().union(users().comment('x').timeout(5)).toMongo().pipeline).toHaveLength(3)
  })

  it('keep what is near under wrapExisting()', () => {
    const query = users()
      .whereNear('address', [9, 45])
      .where('age', 1)
      .orWhere('age', 2)
      .wrapExisting()
      .where('status', 'x')
    expect(query.toMongo().filter).toEqual({
      $or: [{ age: 1 }, { age: 2 }],
      status: 'x',
      addr: { $nearSphere: { $geometry: center } },
    })
  })

  it('say what they are', () => {
    const query = users()
    expect([query.hasGroupBy, query.hasAggregates, query.hasUnion]).toEqual([false, false, false])
    query.groupBy('status').count('*').union(users())
    expect([query.hasGroupBy, query.hasAggregates, query.hasUnion]).toEqual([true, true, true])
    expect(users().isDebugged).toBeUndefined()
    expect(users().reportedData).toBeUndefined()
  })

  it('know their dialect', () => {
    const where: string[] = []
    const note = (text: string) => () => void where.push(text)
    users()
      .ifDialect('mongodb', note('a'), note('b'))
      .ifDialect(['postgres', 'mongodb'], note('c'))
      .ifDialect('mysql', note('d'), note('e'))
      .unlessDialect('mongodb', note('f'), note('g'))
      .unlessDialect(['mysql'], note('h'))
    expect(where).toEqual(['a', 'c', 'e', 'g', 'h'])
  })

  it('are made of objects without a prototype', () => {
    const check = (value: unknown, path: string): void => {
      if (Array.isArray(value)) {
        for (const [index, item] of value.entries()) check(item, `${path}.${index}`)
      } else if (typeof value === 'object' && value !== null) {
        if (value instanceof Date || value instanceof ObjectId) return
        expect(Object.getPrototypeOf(value), path).toBeNull()
        for (const key of Object.keys(value)) {
          check((value as Record<string, unknown>)[key], `${path}.${key}`)
        }
      }
    }
    for (const [name, chain] of PIPELINES) {
      check(chain(users()).compile(), name)
      check(chain(users()).compileCount(), name)
    }
    check(users().orderByTextScore().selectTextScore().select('tags.0 as x').compile(), 'find')
  })
})

describe('pipelines with a polluted Object.prototype', () => {
  const pollution: Record<string, unknown> = {
    ...{ nulls: 'last', score: true, alias: 'x', field: '$password', distinct: true, all: true },
    ...{ near: {}, unions: [{}], groups: ['x'], having: [{}], calculate: 'sum', output: 'x' },
    ...{ limit: 1, skip: 1, helper: 'x', outputs: new Set(['x']), collection: 'x', direction: -1 },
    ...{ most: 1, least: 1, distance: 'x', negated: true, joiner: 'or', expression: true },
  }
  const expected = new Map(
    PIPELINES.map(([name, chain]) => [name, shown(chain(users()).toMongo())]),
  )

  function shown(compiled: CompiledQuery): string {
    return JSON.stringify([compiled.filter, compiled.pipeline])
  }

  beforeEach(() => {
    for (const key of Object.keys(pollution)) {
      Object.defineProperty(Object.prototype, key, {
        value: pollution[key],
        configurable: true,
        enumerable: true,
        writable: true,
      })
    }
  })
  afterEach(() => {
    for (const key of Object.keys(pollution)) {
      delete (Object.prototype as Record<string, unknown>)[key]
    }
  })

  test.each(PIPELINES)('%s', (name, chain) => {
    expect(shown(chain(users()).compile())).toBe(expected.get(name))
  })
})
