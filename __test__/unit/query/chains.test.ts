import { BSONRegExp, ObjectId } from 'bson'
import { describe, expect, it, test } from 'vitest'
import { type TestQuery, type User, untyped, query as users } from './helpers.ts'

const HEX = '507f1f77bcf86cd799439011'
const OTHER = '507f191e810c19729de860ea'
const ID = new ObjectId(HEX)

type Chain = (query: TestQuery<User>) => TestQuery<User>

const FILTERS: [name: string, chain: Chain, filter: object][] = [
  ['nothing', (q) => q, {}],
  ['equality', (q) => q.where('status', 'active'), { status: 'active' }],
  [
    'flat AND',
    (q) => q.where('status', 'active').where('age', '>', 18),
    { status: 'active', age: { $gt: 18 } },
  ],
  ['stored names', (q) => q.where('firstName', 'Jane'), { first_name: 'Jane' }],
  ['null', (q) => q.where('age', null), { age: null }],
  ['= null', (q) => q.where('age', '=', null), { age: null }],
  ['!= null', (q) => q.where('age', '!=', null), { age: { $ne: null } }],
  ['!=', (q) => q.where('age', '!=', 1), { age: { $nin: [1, null] } }],
  ['<>', (q) => q.where('age', '<>', 1), { age: { $nin: [1, null] } }],
  ['>=', (q) => q.where('age', '>=', 1), { age: { $gte: 1 } }],
  ['<', (q) => q.where('age', '<', 1), { age: { $lt: 1 } }],
  ['<=', (q) => q.where('age', '<=', 1), { age: { $lte: 1 } }],
  ['in', (q) => q.where('age', 'in', [1, 2]), { age: { $in: [1, 2] } }],
  ['not in', (q) => q.where('age', 'not in', [1, 2]), { age: { $nin: [1, 2, null] } }],
  ['between', (q) => q.where('age', 'between', [1, 2]), { age: { $gte: 1, $lte: 2 } }],
  [
    'not between',
    (q) => q.where('age', 'not between', [1, 2]),
    { age: { $not: { $gte: 1, $lte: 2 }, $ne: null } },
  ],
  ['whereNot', (q) => q.whereNot('age', 1), { age: { $nin: [1, null] } }],
  ['whereNot null', (q) => q.whereNot('age', null), { age: { $ne: null } }],
  ['whereNot !=', (q) => q.whereNot('age', '!=', 1), { age: 1 }],
  ['whereNot >', (q) => q.whereNot('age', '>', 1), { age: { $not: { $gt: 1 }, $ne: null } }],
  ['object', (q) => q.where({ status: 'a', age: null }), { status: 'a', age: null }],
  ['empty object', (q) => q.where({}).orWhere({}), {}],
  [
    'orWhere with an object keeps it together',
    (q) => q.where('age', 1).orWhere({ status: 'a', age: 2 }),
    { $or: [{ age: 1 }, { status: 'a', age: 2 }] },
  ],
  [
    'whereNot with an object negates the whole',
    (q) => q.whereNot({ status: 'a', age: 2 }),
    { $or: [{ status: { $nin: ['a', null] } }, { age: { $nin: [2, null] } }] },
  ],
  [
    'a or b and c',
    (q) => q.where('age', 1).orWhere('age', 2).where('status', 'c'),
    { $or: [{ age: 1 }, { age: 2, status: 'c' }] },
  ],
  [
    'a and b or c',
    (q) => q.where('age', 1).andWhere('status', 'b').orWhere('age', 3),
    { $or: [{ age: 1, status: 'b' }, { age: 3 }] },
  ],
  [
    'a and (b or c)',
    (q) => q.where('age', 1).where((g) => g.where('status', 'b').orWhere('status', 'c')),
    { age: 1, $or: [{ status: 'b' }, { status: 'c' }] },
  ],
  [
    'two groups of alternatives',
    (q) =>
      q
        .where((g) => g.where('age', 1).orWhere('age', 2))
        .where((g) => g.where('status', 'b').orWhere('status', 'c')),
    { $or: [{ age: 1 }, { age: 2 }], $and: [{ $or: [{ status: 'b' }, { status: 'c' }] }] },
  ],
  [
    'groups in groups',
    (q) =>
      q
        .where('age', 1)
        .orWhere((g) =>
          g.where('age', 2).where((inner) => inner.where('status', 'x').orWhereNull('status')),
        ),
    { $or: [{ age: 1 }, { age: 2, $or: [{ status: 'x' }, { status: null }] }] },
  ],
  ['an AND group is no group', (q) => q.where((g) => g.where('age', 1)), { age: 1 }],
  [
    'an empty group',
    (q) =>
      q
        .where('age', 1)
        .orWhere(() => {})
        .whereNot(() => {}),
    { age: 1 },
  ],
  [
    'NOT of alternatives',
    (q) => q.whereNot((g) => g.where('age', 1).orWhere('status', 'a')),
    { age: { $nin: [1, null] }, status: { $nin: ['a', null] } },
  ],
  [
    'NOT of a NOT',
    (q) => q.whereNot((g) => g.whereNot((inner) => inner.where('age', 1))),
    { age: 1 },
  ],
  [
    'orWhereNot and andWhereNot',
    (q) => q.where('age', 1).orWhereNot('status', 'a').andWhereNot('age', 2),
    { $or: [{ age: 1 }, { status: { $nin: ['a', null] }, age: { $nin: [2, null] } }] },
  ],
  [
    'a field twice is not overwritten',
    (q) => q.where('age', '>', 1).where('age', '<', 9).where('status', 'a'),
    { age: { $gt: 1 }, status: 'a', $and: [{ age: { $lt: 9 } }] },
  ],
  [
    'the same key under both of its names',
    (q) =>
      q.where('firstName', 'a').where(...(['first_name', 'b'] as unknown as ['firstName', string])),
    { first_name: 'a', $and: [{ first_name: 'b' }] },
  ],
  ['whereIn', (q) => q.whereIn('age', [1, 2]), { age: { $in: [1, 2] } }],
  ['whereIn with null', (q) => q.whereIn('age', [1, null]), { age: { $in: [1, null] } }],
  ['whereIn of nothing', (q) => q.whereIn('age', []), { age: { $in: [] } }],
  ['whereNotIn', (q) => q.whereNotIn('age', [1]), { age: { $nin: [1, null] } }],
  ['whereNotIn with null', (q) => q.whereNotIn('age', [1, null]), { age: { $nin: [1, null] } }],
  ['whereNotIn of nothing', (q) => q.where('status', 'a').whereNotIn('age', []), { status: 'a' }],
  ['orWhereNotIn of nothing', (q) => q.where('status', 'a').orWhereNotIn('age', []), {}],
  [
    'orWhereIn, andWhereIn',
    (q) => q.whereIn('age', [1]).orWhereIn('age', [2]).andWhereIn('status', ['a']),
    { $or: [{ age: { $in: [1] } }, { age: { $in: [2] }, status: { $in: ['a'] } }] },
  ],
  ['whereNull', (q) => q.whereNull('age'), { age: null }],
  ['whereNotNull', (q) => q.whereNotNull('age'), { age: { $ne: null } }],
  [
    'orWhereNull, orWhereNotNull',
    (q) => q.whereNotNull('age').orWhereNull('status').orWhereNotNull('tags'),
    { $or: [{ age: { $ne: null } }, { status: null }, { tags: { $ne: null } }] },
  ],
  ['whereBetween', (q) => q.whereBetween('age', [1, 2]), { age: { $gte: 1, $lte: 2 } }],
  [
    'whereNotBetween',
    (q) => q.whereNotBetween('age', [1, 2]),
    { age: { $not: { $gte: 1, $lte: 2 }, $ne: null } },
  ],
  [
    'whereLike',
    (q) => q.whereLike('firstName', 'J_n%'),
    { first_name: { $regex: new BSONRegExp('^J.n', 's') } },
  ],
  [
    'whereILike',
    (q) => q.whereILike('firstName', 'jane'),
    { first_name: { $regex: new BSONRegExp('^jane\\z', 'is') } },
  ],
  [
    'whereNotLike',
    (q) => q.whereNotLike('firstName', 'J%'),
    { first_name: { $not: { $regex: new BSONRegExp('^J', 's') }, $ne: null } },
  ],
  [
    'not ilike',
    (q) => q.where('firstName', 'not ilike', 'J%'),
    { first_name: { $not: { $regex: new BSONRegExp('^J', 'is') }, $ne: null } },
  ],
  ['whereExists', (q) => q.whereExists('age'), { age: { $exists: true } }],
  ['whereNotExists', (q) => q.whereNotExists('age'), { age: { $exists: false } }],
  [
    'whereMissing',
    (q) => q.whereMissing('age').orWhereMissing('tags'),
    { $or: [{ age: { $exists: false } }, { tags: { $exists: false } }] },
  ],
  ['dotted path', (q) => q.where('address.city', 'Rome'), { 'addr.city': 'Rome' }],
  ['id', (q) => q.where('id', HEX), { _id: ID }],
  ['id as ObjectId', (q) => q.where('id', ID), { _id: ID }],
  [
    'id by stored name',
    (q) => q.where(...(['_id', HEX] as unknown as ['id', string])),
    { _id: ID },
  ],
  ['id in capitals', (q) => q.where('id', HEX.toUpperCase()), { _id: ID }],
  ['id null', (q) => q.where('teamId', null), { team_id: null }],
  ['id >', (q) => q.where('id', '>', HEX), { _id: { $gt: ID } }],
  [
    'ids',
    (q) => q.whereIn('teamId', [HEX, new ObjectId(OTHER), null]),
    { team_id: { $in: [ID, new ObjectId(OTHER), null] } },
  ],
  ['one of the ids', (q) => q.where('friendIds', HEX), { friend_ids: ID }],
  ['all ids', (q) => q.where('friendIds', [HEX]), { friend_ids: { $eq: [ID] } }],
  ['an id at a position', (q) => q.where('friendIds.0', HEX), { 'friend_ids.0': ID }],
  ['an element', (q) => q.where('tags', 'a'), { tags: 'a' }],
  ['an array', (q) => q.where('tags', ['a', 'b']), { tags: { $eq: ['a', 'b'] } }],
  ['not an array', (q) => q.whereNot('tags', ['a']), { tags: { $not: { $eq: ['a'] }, $ne: null } }],
  [
    'an object',
    (q) => q.where('address', { city: 'Rome', zip: '1' }),
    { addr: { $eq: { city: 'Rome', zip: '1' } } },
  ],
  ['prepared', (q) => q.where('createdAt', new Date(0)), { created_at: new Date(0) }],
  ['raw', (q) => q.whereRaw({ tags: { $size: 2 } }), { tags: { $size: 2 } }],
  [
    'raw beside a condition on the same field',
    (q) => q.where('tags', 'a').whereRaw({ tags: { $size: 2 }, $or: [{ age: 1 }] }),
    { tags: 'a', $and: [{ tags: { $size: 2 }, $or: [{ age: 1 }] }] },
  ],
  [
    'raw with $and',
    (q) =>
      q
        .whereRaw({ $and: [{ age: 1 }] })
        .where('age', 2)
        .where('age', 3),
    { age: 2, $and: [{ $and: [{ age: 1 }] }, { age: 3 }] },
  ],
  [
    'raw alternatives',
    (q) =>
      q
        .where('age', 1)
        .orWhereRaw({ age: { $mod: [4, 0] } })
        .andWhereRaw({ status: 'x' }),
    { $or: [{ age: 1 }, { age: { $mod: [4, 0] }, status: 'x' }] },
  ],
  ['empty raw', (q) => q.whereRaw({}), {}],
  [
    'raw in a NOT',
    (q) => q.whereNot((g) => g.whereRaw({ tags: { $size: 2 } }).orWhere('age', 1)),
    { $nor: [{ tags: { $size: 2 } }], age: { $nin: [1, null] } },
  ],
  [
    'wrapExisting',
    (q) => q.where('age', 1).orWhere('age', 2).wrapExisting().where('status', 'a'),
    { $or: [{ age: 1 }, { age: 2 }], status: 'a' },
  ],
  [
    'wrapExisting, then orWhere',
    (q) => q.where('age', 1).where('status', 'a').wrapExisting().orWhere('age', 2),
    { $or: [{ age: 1, status: 'a' }, { age: 2 }] },
  ],
  ['wrapExisting of nothing', (q) => q.wrapExisting(), {}],
  ['clearWhere', (q) => q.where('age', 1).clearWhere().where('age', 2), { age: 2 }],
  ['if', (q) => q.if(true, (t) => t.where('age', 1)).if(0, (t) => t.where('age', 2)), { age: 1 }],
  [
    'if, otherwise',
    (q) =>
      q.if(
        () => false,
        (t) => t.where('age', 1),
        (t) => t.where('age', 2),
      ),
    { age: 2 },
  ],
  [
    'unless',
    (q) =>
      q
        .unless(false, (t) => t.where('age', 1))
        .unless(
          true,
          () => {},
          (t) => t.where('status', 'a'),
        ),
    { age: 1, status: 'a' },
  ],
  [
    'match, first that holds',
    (q) =>
      q.match(
        [false, (t) => t.where('age', 1)],
        [() => 1, (t) => t.where('age', 2)],
        [true, (t) => t.where('age', 3)],
      ),
    { age: 2 },
  ],
  [
    'match, fallback',
    (q) => q.match([false, (t) => t.where('age', 1)], (t) => t.where('age', 2)),
    { age: 2 },
  ],
  ['match, nothing', (q) => q.match([false, (t) => t.where('age', 1)]), {}],
]

describe('filters', () => {
  test.each(FILTERS)('%s', (_name, chain, filter) => {
    const query = chain(users())
    expect(query.toMongo().filter).toStrictEqual(filter)
    expect(query.compile().filter).toEqual(filter)
    expect(query.hasWhere).toBe(Object.keys(filter).length > 0)
    // Compiling leaves no trace.
    expect(query.toMongo()).toStrictEqual({ filter })
  })

  it('has and/or variants that join as their names say', () => {
    const names = ['In', 'NotIn', 'Null', 'NotNull', 'Between', 'NotBetween', 'Like', 'NotLike']
    names.push('ILike', 'NotILike', 'Exists', 'NotExists', 'Missing')
    for (const name of names) {
      const operand = name.includes('Like') ? 'a' : [1, 2]
      const build = (prefix: string) => {
        const query = untyped().where('status', 'x') as unknown as Record<
          string,
          (...a: unknown[]) => TestQuery<User>
        >
        return query[prefix + name]?.('age', operand).toMongo().filter
      }
      const and = build('where') as { status: string; age: unknown }
      expect(Object.keys(and), name).toEqual(['status', 'age'])
      expect(build('andWhere'), name).toEqual(and)
      expect(build('orWhere'), name).toEqual({ $or: [{ status: 'x' }, { age: and.age }] })
    }
  })
})
