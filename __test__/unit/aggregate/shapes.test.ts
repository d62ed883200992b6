import { ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { expr, type Stage } from '../../../js/query/aggregate/index.ts'
import { Post, pipeline, readRow, stages, thrown, User, untyped } from './helpers.ts'

const HEX = '65a000000000000000000001'
const OTHER = '65a000000000000000000002'
const id = new ObjectId(HEX)

const withPosts = () =>
  pipeline().lookup({ from: Post, localField: 'id', foreignField: 'userId', as: 'posts' })

describe('names', () => {
  type Case = [name: string, build: () => { toMongo(): Stage[] }, last: Stage]
  it.each<Case>([
    ['of the model', () => pipeline().sort('createdAt'), { $sort: { created_at: 1 } }],
    [
      'of the model by stored name',
      () => untyped().sort('created_at'),
      { $sort: { created_at: 1 } },
    ],
    [
      'beside added fields',
      () => pipeline().addFields({ isNew: true }).sort({ isNew: 'asc', createdAt: 'asc' }),
      { $sort: { isNew: 1, created_at: 1 } },
    ],
    [
      'of a column that got another value',
      () => pipeline().addFields({ createdAt: expr.now() }).sort('createdAt'),
      { $sort: { created_at: 1 } },
    ],
    [
      'that a projection made, not the stored ones',
      () => pipeline().project({ createdAt: true }).sort('createdAt'),
      { $sort: { createdAt: 1 } },
    ],
    [
      'of what a projection left',
      () => pipeline().project({ firstName: false }).sort('createdAt'),
      { $sort: { created_at: 1 } },
    ],
    [
      'that a group made',
      () =>
        pipeline()
          .group({ by: { team: 'teamId' }, n: expr.count() })
          .sort({ '_id.team': 'asc', n: -1 }),
      { $sort: { '_id.team': 1, n: -1 } },
    ],
    [
      'inside of a nested value',
      () => pipeline().unwind('address').sort('address.city'),
      { $sort: { 'addr.city': 1 } },
    ],
    [
      'inside of what a lookup added',
      () => withPosts().unwind('posts').sort('posts.createdAt'),
      { $sort: { 'posts.created': 1 } },
    ],
    [
      'inside of what a lookup added, by position',
      () => withPosts().match((query) => query.whereNotNull('posts.0.createdAt')),
      { $match: { 'posts.0.created': { $ne: null } } },
    ],
    [
      'of a position alone',
      () =>
        untyped()
          .lookup({ from: Post, localField: 'id', foreignField: 'userId', as: 'posts' })
          .sort('posts.0'),
      { $sort: { 'posts.0': 1 } },
    ],
    [
      'of variables over what a lookup added',
      () =>
        withPosts().addFields({
          mine: expr.filter('posts', (post) => expr.gt(post.field('createdAt'), expr.now())),
        }),
      {
        $addFields: {
          mine: {
            $filter: { input: '$posts', as: 'item', cond: { $gt: ['$$item.created', '$$NOW'] } },
          },
        },
      },
    ],
    [
      'of sorted arrays of what a lookup added',
      () => withPosts().addFields({ mine: expr.sortArray('posts', { createdAt: 'desc' }) }),
      { $addFields: { mine: { $sortArray: { input: '$posts', sortBy: { created: -1 } } } } },
    ],
    [
      'of a document that took the place of the row',
      () => withPosts().unwind('posts').replaceRoot('posts').sort('createdAt'),
      { $sort: { created: 1 } },
    ],
    [
      'of a document that was made',
      () => pipeline().replaceRoot({ at: 'createdAt' }).sort('at'),
      { $sort: { at: 1 } },
    ],
    [
      'of rows in a group',
      () =>
        pipeline()
          .group({ by: 'teamId', all: expr.push(expr.root()) })
          .addFields({ first: expr.map('all', (user) => user.field('firstName')) }),
      { $addFields: { first: { $map: { input: '$all', as: 'item', in: '$$item.first_name' } } } },
    ],
    [
      'of a facet',
      () =>
        pipeline()
          .facet({ top: (inner) => inner.limit(1) })
          .unwind('top')
          .sort('top.createdAt'),
      { $sort: { 'top.created_at': 1 } },
    ],
    [
      'of both sides of a union',
      () =>
        pipeline()
          .select('status')
          .unionWith(User, (inner) => inner.select('status', 'age'))
          .sort('age'),
      { $sort: { age: 1 } },
    ],
    [
      'after native stages, as written',
      () => pipeline().stage({ $limit: 1 }).sort('created_at'),
      { $sort: { created_at: 1 } },
    ],
    [
      'after native stages, of a kept field',
      () => pipeline().stage({ $limit: 1 }).project({ created_at: true }),
      { $project: { created_at: 1, _id: 0 } },
    ],
    [
      'of another collection by its name',
      () => pipeline().lookup({ from: 'logs', pipeline: (logs) => logs.sort('at.x'), as: 'logs' }),
      { $lookup: { from: 'logs', pipeline: [{ $sort: { 'at.x': 1 } }], as: 'logs' } },
    ],
  ])('%s', (_, build, last) => {
    expect(stages(build()).at(-1)).toStrictEqual(last)
  })

  it.each<[string, () => unknown]>([
    ['unknown ones', () => untyped().sort('creatdAt')],
    ['removed ones', () => untyped().unset('age').sort('age')],
    ['removed ones by a projection', () => untyped().project({ age: false }).sort('age')],
    ['ones that were not selected', () => untyped().select('status').sort('age')],
    ['ones of the model behind a group', () => untyped().group({ by: 'age' }).sort('age')],
    [
      'stored ones behind a projection',
      () => untyped().project({ createdAt: true }).sort('created_at'),
    ],
    [
      'unknown ones inside of a lookup',
      () =>
        untyped()
          .lookup({ from: Post, localField: 'id', foreignField: 'userId', as: 'posts' })
          .sort('posts.titel'),
    ],
    [
      'unknown ones of the other model',
      () =>
        untyped().lookup({ from: Post, localField: 'id', foreignField: 'authorId', as: 'posts' }),
    ],
    ['unknown ones in expressions', () => untyped().addFields({ x: expr.field('agee') })],
    ['unknown ones in accumulators', () => untyped().group({ by: null, x: expr.sum('agee') })],
    [
      'unknown ones in facets',
      () => untyped().facet({ x: (inner: { sort(name: string): unknown }) => inner.sort('agee') }),
    ],
  ])('refuses %s', (_, run) => {
    const error = thrown(run)
    expect(error).toMatchObject({ code: 'E_UNKNOWN_COLUMN', operation: 'aggregate' })
  })

  it('says what was meant', () => {
    expect(thrown(() => untyped().sort('creatdAt')).message).toBe(
      'User: there is no column "creatdAt". Did you mean "createdAt"?',
    )
  })
})

describe('values are cast through the column they are compared with', () => {
  it.each<[string, () => { toMongo(): Stage[] }, Stage]>([
    [
      'behind a group by it',
      () => pipeline().group({ by: 'teamId' }).match({ _id: HEX }),
      { $match: { _id: id } },
    ],
    [
      'behind a group by several',
      () =>
        pipeline()
          .group({ by: { team: 'teamId' } })
          .match({ '_id.team': HEX }),
      { $match: { '_id.team': id } },
    ],
    [
      'in what an accumulator took',
      () =>
        pipeline()
          .group({ by: null, team: expr.first('teamId') })
          .match({ team: HEX }),
      { $match: { team: id } },
    ],
    [
      'in what a projection took',
      () =>
        pipeline()
          .project({ at: expr.field('createdAt') })
          .match((q) => q.where('at', '>', new Date(5))),
      { $match: { at: { $gt: new Date(5) } } },
    ],
    [
      'prepared by it',
      () =>
        untyped()
          .project({ at: expr.field('createdAt') })
          .match({ at: '1970-01-01T00:00:00.005Z' }),
      { $match: { at: new Date(5) } },
    ],
    [
      'inside of a lookup',
      () => withPosts().match({ 'posts.userId': HEX }),
      { $match: { 'posts.user_id': id } },
    ],
    [
      'in expressions behind a group',
      () =>
        pipeline()
          .group({ by: 'teamId' })
          .match(expr.in(expr.field('_id'), [HEX])),
      { $match: { $expr: { $in: ['$_id', [id]] } } },
    ],
  ])('%s', (_, build, last) => {
    expect(stages(build()).at(-1)).toStrictEqual(last)
  })
})

describe('rows', () => {
  const stored = { _id: id, team_id: new ObjectId(OTHER), first_name: 'Ada', addr: { city: 'x' } }

  it('of the model have its names and ids as text', () => {
    expect(readRow(pipeline(), { ...stored, other: id })).toEqual({
      id: HEX,
      teamId: OTHER,
      firstName: 'Ada',
      address: { city: 'x' },
      other: id,
    })
  })

  it('do not let other fields hide columns', () => {
    expect(readRow(pipeline(), { first_name: 'Ada', firstName: 'Eve', id: 1 })).toEqual({
      firstName: 'Ada',
    })
  })

  it('of a pipeline that names nothing of a model are the server’s own', () => {
    const grouped = pipeline().group({ by: 'status', n: expr.count() })
    expect(grouped.compile().readRow).toBeUndefined()
    expect(pipeline().stage({ $match: {} }).compile().readRow).toBeUndefined()
  })

  it.each<[string, Parameters<typeof readRow>[0], unknown, unknown]>([
    ['a group by an id', pipeline().group({ by: 'teamId' }), { _id: id }, { _id: HEX }],
    [
      'a group by several',
      pipeline().group({ by: { team: 'teamId', status: 'status' } }),
      { _id: { team: id, status: id } },
      { _id: { team: HEX, status: id } },
    ],
    [
      'lists of ids',
      pipeline().group({
        by: null,
        all: expr.push('teamId'),
        some: expr.addToSet({ t: 'teamId' }),
      }),
      { all: [id], some: [{ t: id }] },
      { all: [HEX], some: [{ t: HEX }] },
    ],
    [
      'the documents of a group',
      pipeline().group({ by: null, all: expr.push(expr.root()) }),
      { all: [stored] },
      { all: [{ id: HEX, teamId: OTHER, firstName: 'Ada', address: { city: 'x' } }] },
    ],
    [
      'what a lookup added',
      withPosts(),
      { posts: [{ _id: id, user_id: id, created: 1 }] },
      { posts: [{ id: HEX, userId: HEX, createdAt: 1 }] },
    ],
    [
      'what a lookup of a collection added',
      pipeline().lookup({ from: 'logs', localField: 'id', foreignField: 'user', as: 'logs' }),
      { logs: [{ _id: id }] },
      { logs: [{ _id: id }] },
    ],
    [
      'an unwound lookup',
      withPosts().unwind('posts'),
      { posts: { _id: id, user_id: id } },
      { posts: { id: HEX, userId: HEX } },
    ],
    [
      'facets',
      pipeline().facet({
        all: (inner) => inner.limit(1),
        ids: (inner) => inner.sortByCount('teamId'),
      }),
      { all: [stored], ids: [{ _id: id, count: 1 }] },
      {
        all: [{ id: HEX, teamId: OTHER, firstName: 'Ada', address: { city: 'x' } }],
        ids: [{ _id: HEX, count: 1 }],
      },
    ],
    [
      'passing expressions',
      pipeline().project({
        a: expr.ifNull(expr.field('teamId'), null),
        b: expr.cond(true, expr.field('teamId'), null),
        c: expr.toObjectId('teamId'),
        d: expr.switch([[true, expr.field('teamId')]], null),
        e: [expr.field('teamId')],
      }),
      { a: id, b: id, c: id, d: id, e: [id] },
      { a: HEX, b: HEX, c: id, d: HEX, e: [HEX] },
    ],
    [
      'limits of buckets',
      pipeline().bucketAuto({ by: 'teamId', buckets: 2 }),
      { _id: { min: id, max: id }, count: 1 },
      { _id: { min: HEX, max: HEX }, count: 1 },
    ],
    [
      'stored names that are reserved in JavaScript',
      pipeline(),
      JSON.parse('{"__proto__":{"x":1},"first_name":"Ada"}'),
      JSON.parse('{"__proto__":{"x":1},"firstName":"Ada"}'),
    ],
    ['no documents', pipeline(), null, null],
  ])('of %s', (_, built, row, expected) => {
    expect(readRow(built, row)).toEqual(expected)
  })
})

describe('unions', () => {
  it('of what is stored under different names are refused', () => {
    const error = thrown(() => pipeline().unionWith(Post))
    expect(error.code).toBe('E_INVALID_QUERY')
    expect(error.message).toBe(
      'User: unionWith(): "createdAt" is stored as created_at here and created there; project() both first',
    )
  })

  it('of what one side names differently are refused', () => {
    const run = () =>
      pipeline()
        .unset('createdAt')
        .unionWith(Post, (inner) => inner.project({ first_name: expr.field('title') }))
    expect(thrown(run).message).toContain('"firstName" is stored as first_name here')
  })
})

describe('what rows are no longer', () => {
  it.each<[string | undefined, () => { compile(): { changedBy: string | undefined } }]>([
    [undefined, () => pipeline()],
    [undefined, () => pipeline().match({ age: 1 }).sort('age').limit(1).skip(1).sample(1)],
    [undefined, () => pipeline().select('age')],
    [undefined, () => pipeline().addFields({ x: 1 }).set({ y: 1 })],
    [undefined, () => withPosts().unwind('posts')],
    [undefined, () => pipeline().geoNear({ near: [0, 0], distanceField: 'far' })],
    [undefined, () => pipeline().setWindowFields({ output: { n: expr.count() } })],
    [undefined, () => pipeline().unionWith(User, (inner) => inner.limit(1))],
    ['addFields()', () => pipeline().addFields({ age: 1 })],
    ['set()', () => pipeline().set({ 'address.city': 'x' })],
    ['unset()', () => pipeline().unset('age')],
    ['project()', () => pipeline().project({ age: true }).group({ by: 'age' })],
    ['project()', () => pipeline().project({ age: false })],
    ['unwind()', () => pipeline().unwind('tags')],
    ['replaceRoot()', () => pipeline().replaceRoot('address')],
    ['replaceWith()', () => pipeline().replaceWith('address')],
    ['group()', () => pipeline().group({ by: 'age' })],
    ['bucket()', () => pipeline().bucket({ by: 'age', boundaries: [0, 1] })],
    ['bucketAuto()', () => pipeline().bucketAuto({ by: 'age', buckets: 1 })],
    ['sortByCount()', () => pipeline().sortByCount('age')],
    ['count()', () => pipeline().count()],
    ['dateBucket()', () => pipeline().dateBucket('createdAt', 'day')],
    ['facet()', () => pipeline().facet({ x: (inner) => inner })],
    [
      'lookup()',
      () => untyped().lookup({ from: Post, localField: 'id', foreignField: 'userId', as: 'tags' }),
    ],
    ['unionWith()', () => pipeline().unionWith('other')],
    ['project()', () => pipeline().unionWith(User, (inner) => inner.project({ age: false }))],
    ['densify()', () => pipeline().densify({ field: 'age', range: { step: 1, bounds: 'full' } })],
    ['fill()', () => pipeline().fill({ output: { age: { value: 1 } } })],
    ['redact()', () => pipeline().redact(expr.keep())],
    ['documents()', () => pipeline().documents([{ a: 1 }])],
    ['indexStats()', () => pipeline().indexStats()],
    ['stage()', () => pipeline().stage({ $limit: 1 })],
    ['raw()', () => pipeline().raw([{ $limit: 1 }])],
  ])('%s', (changedBy, build) => {
    expect(build().compile().changedBy).toBe(changedBy)
  })
})
