import { ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { expr, type Stage } from '../../../js/query/aggregate/index.ts'
import { Post, pipeline, stages, User } from './helpers.ts'

const HEX = '65a000000000000000000001'

type Case = [name: string, build: () => { toMongo(): Stage[] }, expected: Stage[]]

function table(cases: Case[]): void {
  it.each(cases)('%s', (_, build, expected) => {
    expect(stages(build())).toStrictEqual(expected)
  })
}

describe('stages that choose and order', () => {
  table([
    [
      'match by names, cast',
      () => pipeline().match({ firstName: 'Ada', teamId: HEX, 'address.city': 'Paris' }),
      [{ $match: { first_name: 'Ada', team_id: new ObjectId(HEX), 'addr.city': 'Paris' } }],
    ],
    [
      'match by a callback',
      () => pipeline().match((query) => query.where('age', '>', 18).orWhereNull('nickname')),
      [{ $match: { $or: [{ age: { $gt: 18 } }, { nickname: null }] } }],
    ],
    [
      'match by a callback that returns nothing',
      () =>
        pipeline().match((query) => {
          query.whereIn('status', ['active'])
        }),
      [{ $match: { status: { $in: ['active'] } } }],
    ],
    [
      'match by an expression',
      () => pipeline().match(expr.gt(expr.field('score'), expr.field('age'))),
      [{ $match: { $expr: { $gt: ['$score', '$age'] } } }],
    ],
    [
      'match of nothing',
      () =>
        pipeline()
          .match({})
          .match(() => {})
          .matchRaw({}),
      [],
    ],
    [
      'matchRaw as written',
      () => pipeline().matchRaw({ $text: { $search: 'a' }, first_name: { $gt: 'b' } }),
      [{ $match: { $text: { $search: 'a' }, first_name: { $gt: 'b' } } }],
    ],
    ['sort by a field', () => pipeline().sort('firstName'), [{ $sort: { first_name: 1 } }]],
    [
      'sort downwards',
      () => pipeline().sort('address.city', 'desc'),
      [{ $sort: { 'addr.city': -1 } }],
    ],
    [
      'sort by several',
      () => pipeline().sort({ status: 'asc', createdAt: 'desc', id: 1, age: -1 }),
      [{ $sort: { status: 1, created_at: -1, _id: 1, age: -1 } }],
    ],
    [
      'sort by the text score',
      () => pipeline().addFields({ fit: 0 }).sort({ fit: expr.textScore() }),
      [{ $addFields: { fit: 0 } }, { $sort: { fit: { $meta: 'textScore' } } }],
    ],
    ['limit', () => pipeline().limit(5), [{ $limit: 5 }]],
    ['limit of nothing', () => pipeline().limit(0), [{ $match: { _id: { $in: [] } } }]],
    ['skip', () => pipeline().skip(5), [{ $skip: 5 }]],
    ['sample', () => pipeline().sample(5), [{ $sample: { size: 5 } }]],
    [
      'redact',
      () =>
        pipeline().redact(
          expr.cond(expr.eq(expr.field('status'), 'active'), expr.keep(), expr.prune()),
        ),
      [{ $redact: { $cond: [{ $eq: ['$status', 'active'] }, '$$KEEP', '$$PRUNE'] } }],
    ],
    ['redact inside', () => pipeline().redact(expr.descend()), [{ $redact: '$$DESCEND' }]],
  ])
})

describe('stages that change fields', () => {
  table([
    [
      'project keeps and computes',
      () =>
        pipeline().project({
          id: true,
          firstName: 1,
          age: true,
          city: expr.field('address.city'),
          kind: 'user',
          one: expr.literal(1),
          who: { name: expr.field('firstName'), n: 1 },
        }),
      [
        {
          $project: {
            id: '$_id',
            firstName: '$first_name',
            age: 1,
            city: '$addr.city',
            kind: 'user',
            one: { $literal: 1 },
            who: { $mergeObjects: [{ name: '$first_name', n: 1 }] },
            _id: 0,
          },
        },
      ],
    ],
    [
      'project keeps _id where it is named',
      () => pipeline().group({ by: 'status', n: expr.count() }).project({ _id: true, n: true }),
      [{ $group: { _id: '$status', n: { $sum: 1 } } }, { $project: { _id: 1, n: 1 } }],
    ],
    [
      'project of a computed number',
      () => pipeline().project({ id: false, n: expr.raw<number>(5), b: expr.raw<boolean>(true) }),
      [{ $project: { n: { $literal: 5 }, b: { $literal: true }, _id: 0 } }],
    ],
    [
      'project takes away',
      () => pipeline().project({ firstName: false, address: 0 }),
      [{ $project: { first_name: 0, addr: 0 } }],
    ],
    [
      'select',
      () => pipeline().select('firstName', '$address.city'),
      [{ $project: { _id: 1, first_name: 1, 'addr.city': 1 } }],
    ],
    [
      'addFields',
      () =>
        pipeline().addFields({
          firstName: expr.toUpper(expr.field('firstName')),
          'address.country': 'FR',
          tagCount: expr.size('tags'),
          fixed: { $gt: '' },
          flag: true,
          list: [1, expr.field('age'), '$x'],
          nickname: expr.remove(),
        }),
      [
        {
          $addFields: {
            first_name: { $toUpper: '$first_name' },
            'addr.country': 'FR',
            tagCount: { $size: '$tags' },
            fixed: { $literal: { $gt: '' } },
            flag: true,
            list: [1, '$age', { $literal: '$x' }],
            nickname: '$$REMOVE',
          },
        },
      ],
    ],
    ['set', () => pipeline().set({ seen: true }), [{ $set: { seen: true } }]],
    [
      'unset',
      () => pipeline().unset('firstName', 'address.zip'),
      [{ $unset: ['first_name', 'addr.zip'] }],
    ],
    ['unwind', () => pipeline().unwind('tags'), [{ $unwind: '$tags' }]],
    [
      'unwind with options',
      () =>
        pipeline().unwind('$items', {
          preserveNullAndEmptyArrays: true,
          includeArrayIndex: 'line',
        }),
      [
        {
          $unwind: {
            path: '$items',
            preserveNullAndEmptyArrays: true,
            includeArrayIndex: 'line',
          },
        },
      ],
    ],
    [
      'replaceRoot',
      () => pipeline().replaceRoot({ name: 'firstName', at: expr.now(), n: 1 }),
      [{ $replaceRoot: { newRoot: { name: '$first_name', at: '$$NOW', n: 1 } } }],
    ],
    ['replaceWith', () => pipeline().replaceWith('address'), [{ $replaceWith: '$addr' }]],
  ])
})

describe('stages that group', () => {
  table([
    [
      'group by a field',
      () => pipeline().group({ by: 'status', n: expr.count(), age: expr.avg('age') }),
      [{ $group: { _id: '$status', n: { $sum: 1 }, age: { $avg: '$age' } } }],
    ],
    [
      'group all',
      () => pipeline().group({ by: null, n: expr.count() }),
      [{ $group: { _id: null, n: { $sum: 1 } } }],
    ],
    [
      'group by several',
      () => pipeline().group({ by: { team: '$teamId', year: expr.year('createdAt') } }),
      [{ $group: { _id: { team: '$team_id', year: { $year: '$created_at' } } } }],
    ],
    [
      'bucket, its limits cast',
      () =>
        pipeline().bucket({
          by: 'createdAt',
          boundaries: ['2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z'],
          default: 'other',
          output: { n: expr.count() },
        }),
      [
        {
          $bucket: {
            groupBy: '$created_at',
            boundaries: [new Date('2024-01-01T00:00:00Z'), new Date('2025-01-01T00:00:00Z')],
            default: 'other',
            output: { n: { $sum: 1 } },
          },
        },
      ],
    ],
    [
      'bucket of an expression',
      () => pipeline().bucket({ by: expr.size('tags'), boundaries: [0, 1, 5] }),
      [{ $bucket: { groupBy: { $size: '$tags' }, boundaries: [0, 1, 5] } }],
    ],
    [
      'bucketAuto',
      () =>
        pipeline().bucketAuto({
          by: 'age',
          buckets: 3,
          granularity: 'R5',
          output: { who: expr.push('firstName') },
        }),
      [
        {
          $bucketAuto: {
            groupBy: '$age',
            buckets: 3,
            output: { who: { $push: '$first_name' } },
            granularity: 'R5',
          },
        },
      ],
    ],
    ['sortByCount', () => pipeline().sortByCount('teamId'), [{ $sortByCount: '$team_id' }]],
    ['count', () => pipeline().count(), [{ $count: 'count' }]],
    ['count under a name', () => pipeline().count('users'), [{ $count: 'users' }]],
    [
      'dateBucket',
      () => pipeline().dateBucket('createdAt', 'month'),
      [
        {
          $group: {
            _id: { $dateTrunc: { date: '$created_at', unit: 'month' } },
            count: { $sum: 1 },
          },
        },
        { $sort: { _id: 1 } },
        { $project: { date: '$_id', count: 1, _id: 0 } },
      ],
    ],
    [
      'dateBucket with options',
      () =>
        pipeline().dateBucket('createdAt', 'week', {
          timezone: 'Europe/Berlin',
          startOfWeek: 'monday',
          as: '_id',
          fields: { age: expr.max('age') },
        }),
      [
        {
          $group: {
            _id: {
              $dateTrunc: {
                date: '$created_at',
                unit: 'week',
                timezone: 'Europe/Berlin',
                startOfWeek: 'monday',
              },
            },
            age: { $max: '$age' },
          },
        },
        { $sort: { _id: 1 } },
        { $project: { _id: '$_id', age: 1 } },
      ],
    ],
  ])
})

describe('stages over other collections', () => {
  table([
    [
      'lookup of a model',
      () =>
        pipeline().lookup({ from: Post, localField: 'id', foreignField: 'userId', as: 'posts' }),
      [{ $lookup: { from: 'posts', localField: '_id', foreignField: 'user_id', as: 'posts' } }],
    ],
    [
      'lookup of a collection',
      () =>
        pipeline().lookup({
          from: 'logs',
          localField: '$firstName',
          foreignField: '$user.name',
          as: 'logs',
        }),
      [
        {
          $lookup: {
            from: 'logs',
            localField: 'first_name',
            foreignField: 'user.name',
            as: 'logs',
          },
        },
      ],
    ],
    [
      'lookup by a pipeline',
      () =>
        pipeline().lookup({
          from: Post,
          let: { user: 'id', team: expr.field('teamId') },
          pipeline: (inner, { user }) =>
            inner
              .match(expr.eq(expr.field('userId'), user))
              .sort('createdAt', 'desc')
              .limit(3),
          as: 'latest',
        }),
      [
        {
          $lookup: {
            from: 'posts',
            let: { user: '$_id', team: '$team_id' },
            pipeline: [
              { $match: { $expr: { $eq: ['$user_id', '$$user'] } } },
              { $sort: { created: -1 } },
              { $limit: 3 },
            ],
            as: 'latest',
          },
        },
      ],
    ],
    [
      'lookup by fields and a pipeline',
      () =>
        pipeline().lookup({
          from: Post,
          localField: 'id',
          foreignField: 'userId',
          pipeline: (inner) => inner.project({ title: true }),
          as: 'titles',
        }),
      [
        {
          $lookup: {
            from: 'posts',
            localField: '_id',
            foreignField: 'user_id',
            pipeline: [{ $project: { title: 1, _id: 0 } }],
            as: 'titles',
          },
        },
      ],
    ],
    [
      'graphLookup',
      () =>
        pipeline().graphLookup({
          from: User,
          startWith: 'teamId',
          connectFromField: 'teamId',
          connectToField: 'id',
          as: 'chain',
          maxDepth: 3,
          depthField: 'level',
          restrictSearchWithMatch: { status: 'active' },
        }),
      [
        {
          $graphLookup: {
            from: 'users',
            startWith: '$team_id',
            connectFromField: 'team_id',
            connectToField: '_id',
            as: 'chain',
            maxDepth: 3,
            depthField: 'level',
            restrictSearchWithMatch: { status: 'active' },
          },
        },
      ],
    ],
    [
      'facet',
      () =>
        pipeline().facet({
          oldest: (inner) => inner.sort('age', 'desc').limit(1),
          total: (inner) => inner.count('n'),
        }),
      [
        {
          $facet: {
            oldest: [{ $sort: { age: -1 } }, { $limit: 1 }],
            total: [{ $count: 'n' }],
          },
        },
      ],
    ],
    ['unionWith', () => pipeline().unionWith('archive'), [{ $unionWith: 'archive' }]],
    [
      'unionWith a pipeline',
      () =>
        pipeline()
          .project({ at: expr.field('createdAt') })
          .unionWith(Post, (inner) => inner.project({ at: expr.field('createdAt') })),
      [
        { $project: { at: '$created_at', _id: 0 } },
        { $unionWith: { coll: 'posts', pipeline: [{ $project: { at: '$created', _id: 0 } }] } },
      ],
    ],
  ])
})

describe('stages over the rows around', () => {
  table([
    [
      'setWindowFields',
      () =>
        pipeline().setWindowFields({
          partitionBy: 'teamId',
          sortBy: { createdAt: 'asc' },
          output: {
            average: expr.movingAverage('score', { documents: [-6, 0] }),
            total: expr.runningTotal('score'),
            best: expr.max('score'),
            rank: expr.rank(),
          },
        }),
      [
        {
          $setWindowFields: {
            partitionBy: '$team_id',
            sortBy: { created_at: 1 },
            output: {
              average: { $avg: '$score', window: { documents: [-6, 0] } },
              total: { $sum: '$score', window: { documents: ['unbounded', 'current'] } },
              best: { $max: '$score' },
              rank: { $rank: {} },
            },
          },
        },
      ],
    ],
    [
      'densify',
      () =>
        pipeline().densify({
          field: 'createdAt',
          partitionBy: ['teamId', 'status'],
          range: { step: 1, unit: 'day', bounds: ['2024-01-01', '2024-02-01'] },
        }),
      [
        {
          $densify: {
            field: 'created_at',
            partitionByFields: ['team_id', 'status'],
            range: {
              step: 1,
              unit: 'day',
              bounds: [new Date('2024-01-01'), new Date('2024-02-01')],
            },
          },
        },
      ],
    ],
    [
      'densify of everything',
      () => pipeline().densify({ field: 'age', range: { step: 5, bounds: 'full' } }),
      [{ $densify: { field: 'age', range: { step: 5, bounds: 'full' } } }],
    ],
    [
      'fill',
      () =>
        pipeline().fill({
          partitionBy: ['teamId'],
          sortBy: { createdAt: 'asc' },
          output: { score: { method: 'linear' }, firstName: { value: '$0' } },
        }),
      [
        {
          $fill: {
            partitionByFields: ['team_id'],
            sortBy: { created_at: 1 },
            output: { score: { method: 'linear' }, first_name: { value: { $literal: '$0' } } },
          },
        },
      ],
    ],
    [
      'fill by an expression',
      () =>
        pipeline().fill({ partitionBy: { t: 'teamId' }, output: { score: { method: 'locf' } } }),
      [{ $fill: { partitionBy: { t: '$team_id' }, output: { score: { method: 'locf' } } } }],
    ],
  ])
})

describe('stages that pipelines start with', () => {
  table([
    [
      'geoNear',
      () =>
        pipeline().geoNear({
          near: [13.4, 52.5],
          distanceField: 'metres',
          maxDistance: 2000,
          minDistance: 1,
          key: 'address.city',
          query: { status: 'active' },
          includeLocs: 'spot',
          distanceMultiplier: 2,
        }),
      [
        {
          $geoNear: {
            near: { type: 'Point', coordinates: [13.4, 52.5] },
            distanceField: 'metres',
            maxDistance: 2000,
            minDistance: 1,
            distanceMultiplier: 2,
            key: 'addr.city',
            query: { status: 'active' },
            includeLocs: 'spot',
            spherical: true,
          },
        },
      ],
    ],
    [
      'search',
      () => pipeline().search({ text: { query: 'a', path: 'first_name' } }),
      [{ $search: { text: { query: 'a', path: 'first_name' } } }],
    ],
    [
      'searchMeta',
      () => pipeline().searchMeta({ count: { type: 'total' } }),
      [{ $searchMeta: { count: { type: 'total' } } }],
    ],
    [
      'vectorSearch',
      () => pipeline().vectorSearch({ index: 'v', path: 'e', queryVector: [0.5], limit: 1 }),
      [{ $vectorSearch: { index: 'v', path: 'e', queryVector: [0.5], limit: 1 } }],
    ],
    ['collStats', () => pipeline().collStats(), [{ $collStats: { count: {} } }]],
    [
      'collStats with options',
      () => pipeline().collStats({ storageStats: { scale: 1024 } }),
      [{ $collStats: { storageStats: { scale: 1024 } } }],
    ],
    ['indexStats', () => pipeline().indexStats(), [{ $indexStats: {} }]],
    ['planCacheStats', () => pipeline().planCacheStats(), [{ $planCacheStats: {} }]],
    [
      'documents',
      () => pipeline().documents([{ month: 1, name: '$x', deep: { $gt: 1 } }]),
      [
        {
          $documents: [{ month: 1, name: { $literal: '$x' }, deep: { $literal: { $gt: 1 } } }],
        },
      ],
    ],
  ])
})

describe('stages that write', () => {
  table([
    [
      'out to a collection',
      () => pipeline().group({ by: 'status' }).out('by_status'),
      [{ $group: { _id: '$status' } }, { $out: 'by_status' }],
    ],
    [
      'out to another database',
      () => pipeline().out({ db: 'reports', coll: 'users' }),
      [{ $out: { db: 'reports', coll: 'users' } }],
    ],
    [
      'out to a model, under its stored names',
      () =>
        pipeline()
          .project({ id: true, userId: expr.field('teamId'), title: expr.field('firstName') })
          .out(Post),
      [
        { $project: { id: '$_id', userId: '$team_id', title: '$first_name', _id: 0 } },
        { $set: { _id: '$id', user_id: '$userId' } },
        { $unset: ['id', 'userId'] },
        { $out: 'posts' },
      ],
    ],
    [
      'out of a model to itself',
      () => pipeline().match({ status: 'active' }).out(User),
      [{ $match: { status: 'active' } }, { $out: 'users' }],
    ],
    [
      'merge',
      () =>
        pipeline()
          .project({ userId: expr.field('id'), title: expr.field('firstName') })
          .merge({
            into: Post,
            on: ['userId', 'title'],
            whenMatched: 'replace',
            whenNotMatched: 'discard',
          }),
      [
        { $project: { userId: '$_id', title: '$first_name', _id: 0 } },
        { $set: { user_id: '$userId' } },
        { $unset: ['userId'] },
        {
          $merge: {
            into: 'posts',
            on: ['user_id', 'title'],
            whenMatched: 'replace',
            whenNotMatched: 'discard',
          },
        },
      ],
    ],
    [
      'merge with an update',
      () =>
        pipeline()
          .group({ by: 'teamId', n: expr.count() })
          .merge({
            into: 'totals',
            on: '_id',
            let: { more: 'n' },
            whenMatched: (document, variables) =>
              document.set({
                n: expr.add(expr.field('n'), variables.more),
                last: variables.new.field('n'),
              }),
          }),
      [
        { $group: { _id: '$team_id', n: { $sum: 1 } } },
        {
          $merge: {
            into: 'totals',
            on: '_id',
            let: { new: '$$ROOT', more: '$n' },
            whenMatched: [{ $set: { n: { $add: ['$n', '$$more'] }, last: '$$new.n' } }],
          },
        },
      ],
    ],
  ])
})

describe('native stages', () => {
  table([
    [
      'stage',
      () => pipeline().stage({ $match: { first_name: 'Ada' } }),
      [{ $match: { first_name: 'Ada' } }],
    ],
    [
      'raw',
      () => pipeline().raw([{ $sort: { age: 1 } }, { $limit: 1 }]),
      [{ $sort: { age: 1 } }, { $limit: 1 }],
    ],
    ['raw of nothing', () => pipeline().raw([]), []],
    [
      'expressions inside of native stages',
      () =>
        pipeline().stage({
          $group: { _id: expr.year('createdAt'), n: expr.count(), l: [expr.literal('$')] },
        }),
      [
        {
          $group: { _id: { $year: '$created_at' }, n: { $sum: 1 }, l: [{ $literal: '$' }] },
        },
      ],
    ],
  ])
})
