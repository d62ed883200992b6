import { ObjectId } from 'bson'
import { describe, expect, it, test } from 'vitest'
import { type TestQuery, type User, untyped, query as users } from './helpers.ts'

const HEX = '507f1f77bcf86cd799439011'
const ID = new ObjectId(HEX)

type Chain = (query: TestQuery<User>) => TestQuery<User>

const point = { type: 'Point', coordinates: [9, 45] }
const triangle = [
  [0, 0],
  [1, 0],
  [1, 1],
] as const
const closed = [...triangle, [0, 0]]

const FILTERS: [name: string, chain: Chain, filter: object][] = [
  // Columns with columns.
  [
    'whereColumn',
    (q) => q.whereColumn('firstName', 'status'),
    { $expr: { $and: [{ $gt: ['$first_name', null] }, { $eq: ['$first_name', '$status'] }] } },
  ],
  [
    'whereColumn >',
    (q) => q.whereColumn('age', '>', 'address.zip'),
    { $expr: { $and: [{ $gt: ['$addr.zip', null] }, { $gt: ['$age', '$addr.zip'] }] } },
  ],
  [
    'whereNotColumn >',
    (q) => q.whereNotColumn('age', '>', 'createdAt'),
    { $expr: { $and: [{ $gt: ['$age', null] }, { $lte: ['$age', '$created_at'] }] } },
  ],
  [
    'whereNotColumn',
    (q) => q.whereNotColumn('age', 'status'),
    {
      $expr: {
        $and: [{ $gt: ['$age', null] }, { $gt: ['$status', null] }, { $ne: ['$age', '$status'] }],
      },
    },
  ],
  [
    'whereColumn twice',
    (q) => q.whereColumn('age', '<', 'status').whereColumn('age', '<=', 'id'),
    {
      $expr: { $and: [{ $gt: ['$age', null] }, { $lt: ['$age', '$status'] }] },
      $and: [{ $expr: { $and: [{ $gt: ['$age', null] }, { $lte: ['$age', '$_id'] }] } }],
    },
  ],

  // Several columns.
  [
    'whereIn of rows',
    (q) =>
      q.whereIn(
        ['teamId', 'address.city'],
        [
          [HEX, 'Rome'],
          [ID, null],
        ],
      ),
    {
      $or: [
        { team_id: ID, 'addr.city': 'Rome' },
        { team_id: ID, 'addr.city': null },
      ],
    },
  ],
  [
    'whereNotIn of rows',
    (q) => q.whereNotIn(['status', 'age'], [['a', 1]]),
    { $or: [{ status: { $nin: ['a', null] } }, { age: { $nin: [1, null] } }] },
  ],
  ['whereIn of no rows', (q) => q.whereIn(['status', 'age'], []), { status: { $in: [] } }],
  ['whereNotIn of no rows', (q) => q.whereNotIn(['status', 'age'], []), {}],
  ['whereIn of rows of one', (q) => q.whereIn(['status'], [['a']]), { status: 'a' }],

  // JSON.
  [
    'whereJson of a single value',
    (q) => q.whereJson('status', '$x'),
    {
      status: { $eq: '$x' },
      $expr: { $and: [{ $gt: ['$status', null] }, { $eq: ['$status', { $literal: '$x' }] }] },
    },
  ],
  [
    'whereJson of ids',
    (q) => q.whereJson('friendIds', [HEX]),
    {
      friend_ids: { $eq: ID },
      $expr: {
        $and: [{ $gt: ['$friend_ids', null] }, { $eq: ['$friend_ids', { $literal: [ID] }] }],
      },
    },
  ],
  [
    'whereJson of null',
    (q) => q.whereJson('address', null),
    { addr: null, $expr: { $not: [{ $gt: ['$addr', null] }] } },
  ],
  [
    'whereNotJson of null',
    (q) => q.whereNotJson('address', null),
    { $expr: { $gt: ['$addr', null] } },
  ],
  [
    'whereJson of an object with one key',
    (q) => q.whereJson('address', { city: 'Rome' } as never),
    {
      'addr.city': { $eq: 'Rome' },
      $expr: {
        $and: [{ $gt: ['$addr', null] }, { $eq: ['$addr', { $literal: { city: 'Rome' } }] }],
      },
    },
  ],
  [
    'whereJsonSuperset',
    (q) => q.whereJsonSuperset('address', { city: 'Rome' }),
    {
      'addr.city': { $eq: 'Rome' },
      $expr: {
        $and: [
          { $gt: ['$addr', null] },
          { $and: [{ $eq: [{ $type: '$addr' }, 'object'] }, { $eq: ['$addr.city', 'Rome'] }] },
        ],
      },
    },
  ],
  [
    'whereJsonSubset of nothing',
    (q) => q.whereJsonSubset('address', {}),
    {
      $expr: {
        $and: [
          { $gt: ['$addr', null] },
          {
            $eq: [
              {
                $cond: [
                  { $eq: [{ $type: '$addr' }, 'object'] },
                  { $size: { $objectToArray: '$addr' } },
                  -1,
                ],
              },
              0,
            ],
          },
        ],
      },
    },
  ],
  ['whereJsonPath', (q) => q.whereJsonPath('address', '$.city', 'Rome'), { 'addr.city': 'Rome' }],
  [
    'whereJsonPath with an operator',
    (q) => q.whereJsonPath('address', "$['zip']", 'in', ['1']),
    { 'addr.zip': { $in: ['1'] } },
  ],
  [
    'whereJsonPath with positions',
    (q) => q.whereJsonPath('address', '$.a[0]["b"][*].c', '!=', 1),
    { 'addr.a.0.b.c': { $nin: [1, null] } },
  ],
  ['whereJsonPath without $', (q) => q.whereJsonPath('address', 'a.b', 1), { 'addr.a.b': 1 }],
  ['whereJsonPath from a bracket', (q) => q.whereJsonPath('tags', '[1]', 'x'), { 'tags.1': 'x' }],
  ['whereJsonPath of the whole', (q) => q.whereJsonPath('status', '$', 'x'), { status: 'x' }],

  // Arrays.
  ['whereArrayContains', (q) => q.whereArrayContains('tags', 'a'), { tags: 'a' }],
  [
    'whereArrayContains all',
    (q) => q.whereArrayContains('friendIds', [HEX, ID]),
    { friend_ids: { $all: [ID, ID] } },
  ],
  [
    'whereArrayContains an object',
    (q) => q.whereArrayContains('tags', [{ $gt: '' }] as never),
    { tags: { $elemMatch: { $eq: { $gt: '' } } } },
  ],
  [
    'whereArrayContains of different kinds',
    (q) => q.whereArrayContains('tags', ['a', null]),
    { tags: 'a', $and: [{ tags: { $elemMatch: { $eq: null } } }] },
  ],
  [
    'whereArrayContains of nothing',
    (q) => q.whereArrayContains('tags', []),
    { $or: [{ tags: { $ne: null } }, { tags: { $type: 'array' } }] },
  ],
  [
    'whereNotArrayContains',
    (q) => q.whereNotArrayContains('tags', ['a', 'b']),
    { tags: { $not: { $all: ['a', 'b'] }, $ne: null } },
  ],
  ['whereNotArrayContains of nothing', (q) => q.whereNotArrayContains('tags', []), NOTHING()],
  [
    'whereArrayContainsAny',
    (q) => q.whereArrayContainsAny('tags', ['a', 'b']),
    { tags: { $in: ['a', 'b'] } },
  ],
  [
    'whereArrayContainsAny of different kinds',
    (q) => q.whereArrayContainsAny('tags', ['a', null]),
    { $or: [{ tags: 'a' }, { tags: { $elemMatch: { $eq: null } } }] },
  ],
  [
    'whereArrayContainsAny of nothing',
    (q) => q.whereArrayContainsAny('tags', []),
    { tags: { $in: [] } },
  ],
  [
    'whereNotArrayContainsAny',
    (q) => q.whereNotArrayContainsAny('tags', ['a', 'b']),
    { tags: { $nin: ['a', 'b', null] } },
  ],
  [
    'whereElemMatch',
    (q) =>
      (q as ReturnType<typeof untyped>).whereElemMatch('address', (line) =>
        line.where('sku', 'a').orWhere('n', '>', 5),
      ),
    { addr: { $elemMatch: { $or: [{ sku: 'a' }, { n: { $gt: 5 } }] } } },
  ],
  [
    'whereElemMatch of an object',
    (q) => q.whereElemMatch('address' as 'tags', { sku: { $gt: '' }, 'a.b': null } as never),
    { addr: { $elemMatch: { sku: { $eq: { $gt: '' } }, 'a.b': null } } },
  ],
  [
    'whereElemMatch of single values',
    (q) => q.whereElemMatch('friendIds', { '>=': HEX, '!=': ID } as never),
    { friend_ids: { $elemMatch: { $gte: ID, $ne: null, $not: { $eq: ID } } } },
  ],
  [
    'whereNotElemMatch',
    (q) => q.whereNotElemMatch('tags', { '<': 'b' }),
    { tags: { $not: { $elemMatch: { $lt: 'b' } }, $ne: null } },
  ],
  ['whereElemMatch of nothing', (q) => q.whereElemMatch('tags', () => {}), {}],
  ['whereSize', (q) => q.whereSize('tags', 2), { tags: { $size: 2 } }],
  [
    'whereSize !=',
    (q) => q.whereSize('tags', '!=', 2),
    { tags: { $not: { $size: 2 }, $ne: null } },
  ],
  [
    'whereSize >',
    (q) => q.whereSize('tags', '>', 2),
    {
      $expr: {
        $and: [
          { $gt: [{ $cond: [{ $isArray: ['$tags'] }, { $size: '$tags' }, null] }, null] },
          { $gt: [{ $cond: [{ $isArray: ['$tags'] }, { $size: '$tags' }, null] }, 2] },
        ],
      },
    },
  ],
  ['whereType', (q) => q.whereType('age', 'int'), { age: { $type: 'int' } }],
  [
    'whereNotType',
    (q) => q.whereNotType('age', ['int', 'null']),
    { age: { $not: { $type: ['int', 'null'] }, $exists: true } },
  ],
  ['whereMod', (q) => q.whereMod('age', 4, 1), { age: { $mod: [4, 1] } }],
  ['whereBits', (q) => q.whereBits('age', 'anyClear', [0, 3]), { age: { $bitsAnyClear: [0, 3] } }],
  ['whereBits by a mask', (q) => q.whereBits('age', 'allSet', 9), { age: { $bitsAllSet: 9 } }],

  // Text and places.
  [
    'whereText',
    (q) => q.whereText('a "b c"', { language: 'none', caseSensitive: true }),
    { $text: { $search: 'a "b c"', $language: 'none', $caseSensitive: true } },
  ],
  [
    'orWhereText',
    (q) => q.where('age', 1).orWhereText('a'),
    { $or: [{ age: 1 }, { $text: { $search: 'a' } }] },
  ],
  [
    'whereNear',
    (q) => q.where('age', 1).whereNear('address', [9, 45], { maxDistance: 5 }).orWhere('age', 2),
    {
      $or: [{ age: 1 }, { age: 2 }],
      addr: { $nearSphere: { $geometry: point, $maxDistance: 5 } },
    },
  ],
  [
    'whereNear beside a condition on the field',
    (q) => q.whereNear('address', { lng: 9, lat: 45 }, { minDistance: 1 }).whereNotNull('address'),
    {
      addr: { $ne: null },
      $and: [{ addr: { $nearSphere: { $geometry: point, $minDistance: 1 } } }],
    },
  ],
  [
    'whereWithin a polygon',
    (q) => q.whereWithin('address', { polygon: triangle }),
    { addr: { $geoWithin: { $geometry: { type: 'Polygon', coordinates: [closed] } } } },
  ],
  [
    'whereNotWithin a circle',
    (q) =>
      q.whereNotWithin('address', {
        circle: { center: { latitude: 45, longitude: 9 }, radius: 6_378_100 },
      }),
    { addr: { $not: { $geoWithin: { $centerSphere: [[9, 45], 1] } }, $ne: null } },
  ],
  [
    'whereWithin a very wide box',
    (q) =>
      q.whereWithin('address', {
        box: [
          [-100, -10],
          [100, 10],
        ],
      }),
    {
      addr: {
        $geoWithin: {
          $box: [
            [-100, -10],
            [100, 10],
          ],
        },
      },
    },
  ],
  [
    'whereNotWithin a box across the 180th meridian',
    (q) =>
      q.whereNotWithin('address', {
        box: [
          [170, -10],
          [-170, 10],
        ],
      }),
    {
      $and: [
        {
          addr: {
            $not: {
              $geoWithin: {
                $box: [
                  [170, -10],
                  [180, 10],
                ],
              },
            },
            $ne: null,
          },
        },
        {
          addr: {
            $not: {
              $geoWithin: {
                $box: [
                  [-180, -10],
                  [-170, 10],
                ],
              },
            },
            $ne: null,
          },
        },
      ],
    },
  ],
  [
    'whereIntersects',
    (q) => q.whereIntersects('address', { type: 'Point', coordinates: [9, 45, 100] }),
    { addr: { $geoIntersects: { $geometry: point } } },
  ],
  [
    'whereNotIntersects',
    (q) => q.whereNotIntersects('address', [9, 45]),
    { addr: { $not: { $geoIntersects: { $geometry: point } }, $ne: null } },
  ],
]

function NOTHING(): object {
  return { _id: { $in: [] } }
}

describe('predicates', () => {
  test.each(FILTERS)('%s', (_name, chain, filter) => {
    const query = chain(users())
    expect(query.toMongo()).toStrictEqual({ filter })
    expect(query.hasWhere).toBe(Object.keys(filter).length > 0)
    expect(query.clone().toMongo()).toStrictEqual({ filter })
  })

  // What a NOT cannot hold is refused: see refusals.
  const turnable = FILTERS.filter(([name]) => !/Text|Near/.test(name))
  test.each(turnable)('%s, turned around twice', (_name, chain, filter) => {
    const twice = users().whereNot((group) => group.whereNot((inner) => chain(inner)))
    expect(twice.toMongo().filter).toEqual(filter)
  })

  const NAMES: [names: string[], operands: unknown[]][] = [
    [
      ['Column', 'NotColumn'],
      ['age', 'status'],
    ],
    [
      ['Json', 'NotJson', 'JsonSuperset', 'NotJsonSuperset', 'JsonSubset', 'NotJsonSubset'],
      ['tags', ['a']],
    ],
    [['JsonPath'], ['address', '$.city', 'Rome']],
    [
      ['ArrayContains', 'NotArrayContains', 'ArrayContainsAny', 'NotArrayContainsAny'],
      ['tags', ['a', 'b']],
    ],
    [
      ['ElemMatch', 'NotElemMatch'],
      ['tags', { '>': 'a' }],
    ],
    [['Size'], ['tags', 1]],
    [
      ['Type', 'NotType'],
      ['tags', 'array'],
    ],
    [['Mod'], ['age', 2, 1]],
    [['Bits'], ['age', 'anySet', 1]],
    [['Text'], ['a']],
    [
      ['Within', 'NotWithin'],
      ['address', { polygon: triangle }],
    ],
    [
      ['Intersects', 'NotIntersects'],
      ['address', [1, 2]],
    ],
  ]
  const variants = NAMES.flatMap(([names, operands]) =>
    names.map((name): [string, unknown[]] => [name, operands]),
  )

  it.each(variants)('join as their names say: %s', (name, operands) => {
    const build = (prefix: string) => {
      const query = untyped().where('status', 'x') as unknown as Record<
        string,
        (...given: unknown[]) => TestQuery<User>
      >
      return query[prefix + name]?.(...operands).toMongo().filter
    }
    const { status, ...rest } = build('where') as Record<string, unknown>
    expect(status).toBe('x')
    expect(Object.keys(rest).length).toBeGreaterThan(0)
    expect(build('andWhere')).toEqual({ status, ...rest })
    expect(build('orWhere')).toEqual({ $or: [{ status: 'x' }, rest] })
  })

  it('turn around as their names say', () => {
    for (const [name, operands] of variants) {
      if (!name.startsWith('Not')) continue
      const build = (query: unknown, method: string) =>
        (query as Record<string, (...given: unknown[]) => unknown>)[method]?.(...operands)
      const not = untyped()
      build(not, `where${name}`)
      const group = untyped().whereNot((inner) => build(inner, `where${name.slice(3)}`))
      expect(not.toMongo(), name).toEqual(group.toMongo())
    }
  })

  it('keep nothing of the caller’s objects that could change later', () => {
    const json = { city: 'Rome', zips: ['1'] }
    const ring = [
      [0, 0],
      [1, 0],
      [1, 1],
    ]
    const tags = ['a']
    const query = untyped()
      .whereJsonSuperset('address', json)
      .whereWithin('address', { polygon: ring as never })
      .whereArrayContains('tags', tags)
    const before = JSON.stringify(query.toMongo())
    json.zips.push('2')
    ring[0]?.push(7)
    tags.push('b')
    expect(JSON.stringify(query.toMongo())).toBe(before)
  })
})
