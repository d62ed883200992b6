import { BaseModel, column, type ModelQueryBuilder, ObjectId } from 'lucent-odm'
import type { Document, Filter } from 'mongodb'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class User extends BaseModel {
  static override collection = 'users'
  @column({ isPrimary: true }) declare id: string
  @column() declare firstName: string | null
  @column() declare age: number | null
  @column() declare active: boolean
  @column() declare tags: string[]
  @column() declare address: { city: string; zip?: string | null } | null
  @column.objectId() declare teamId: string | null
  @column.objectId() declare friendIds: string[]
  @column() declare joinedAt: Date
  @column() declare n: number
}

const users = db.collection('users')
const TEAMS = [new ObjectId(), new ObjectId()] as const
const [team, otherTeam] = TEAMS
const day = (date: number) => new Date(Date.UTC(2024, 0, date))

const NAMES = ['Ada', 'ada', 'Bob', 'Zoë', '100%', 'a_b', 'a.b', '', null, undefined]

beforeAll(async () => {
  const documents = Array.from({ length: 60 }, (_, n) => ({
    _id: new ObjectId(),
    n,
    ...(NAMES[n % 10] === undefined ? {} : { first_name: NAMES[n % 10] }),
    ...(n % 7 === 0 ? {} : { age: n % 7 === 1 ? null : n }),
    active: n % 2 === 0,
    tags: [[], ['x'], ['x', 'y'], ['z']][n % 4],
    address: [null, { city: 'Paris' }, { city: 'Rome', zip: n % 2 === 0 ? null : '7' }][n % 3],
    team_id: [team, otherTeam, null][n % 3],
    friend_ids: n % 5 === 0 ? [team, otherTeam] : [otherTeam],
    joined_at: day((n % 28) + 1),
  }))
  await users.insertMany(documents)
})

type Query = ModelQueryBuilder<User>

interface Row {
  readonly name: string
  build(query: Query): Query
  /** The same, as MongoDB says it. */
  readonly filter: Filter<Document>
}

const row = (name: string, build: (query: Query) => Query, filter: Filter<Document>): Row => ({
  name,
  build,
  filter,
})

const equality: readonly Row[] = [
  row('where(text)', (q) => q.where('firstName', 'Ada'), { first_name: 'Ada' }),
  row('where beyond ASCII', (q) => q.where('firstName', 'Zoë'), { first_name: 'Zoë' }),
  row('where of empty text', (q) => q.where('firstName', ''), { first_name: '' }),
  row('where by stored name', (q) => q.where('first_name' as never, 'Ada' as never), {
    first_name: 'Ada',
  }),
  row('where(number)', (q) => q.where('age', 20), { age: 20 }),
  row('where(boolean)', (q) => q.where('active', false), { active: false }),
  row('where(date)', (q) => q.where('joinedAt', day(3)), { joined_at: day(3) }),
  row('where(id as text)', (q) => q.where('teamId', team.toHexString()), { team_id: team }),
  row('where(id)', (q) => q.where('teamId', team), { team_id: team }),
  row('where(an id in an array)', (q) => q.where('friendIds', team.toHexString()), {
    friend_ids: team,
  }),
  row('where(element)', (q) => q.where('tags', 'x' as never), { tags: 'x' }),
  row('where(array)', (q) => q.where('tags', ['x', 'y']), { tags: ['x', 'y'] }),
  row('where(document)', (q) => q.where('address', { city: 'Paris' }), {
    address: { $eq: { city: 'Paris' } },
  }),
  row('where(path)', (q) => q.where('address.city', 'Paris'), { 'address.city': 'Paris' }),
  row('where(position)', (q) => q.where('tags.0', 'x'), { 'tags.0': 'x' }),
  row('where(null)', (q) => q.where('age', null), { age: null }),
  row("where('=')", (q) => q.where('n', '=', 5), { n: 5 }),
  row('where of an object', (q) => q.where({ active: true, age: 20 }), { active: true, age: 20 }),
  row('where of nothing', (q) => q.where({}), {}),
  row('where of a key twice', (q) => q.where('n', '>', 10).where('n', '<', 20), {
    n: { $gt: 10, $lt: 20 },
  }),
  row(
    'where of one key with two values',
    (q) => q.where('tags', 'x' as never).where('tags', 'y' as never),
    {
      tags: { $all: ['x', 'y'] },
    },
  ),
]

const notNull = { $ne: null }
const negation: readonly Row[] = [
  row("'!=' leaves out null and missing", (q) => q.where('age', '!=', 20), {
    $and: [{ age: { $ne: 20 } }, { age: notNull }],
  }),
  row("'<>'", (q) => q.where('firstName', '<>', 'Ada'), { first_name: { $nin: ['Ada', null] } }),
  row("'!=' null", (q) => q.where('age', '!=', null), { age: notNull }),
  row('whereNot', (q) => q.whereNot('age', 20), { age: { $nin: [20, null] } }),
  row('whereNot of an object', (q) => q.whereNot({ active: true, age: 20 }), {
    $or: [{ active: { $nin: [true, null] } }, { age: { $nin: [20, null] } }],
  }),
  row("whereNot('>')", (q) => q.whereNot('age', '>', 20), { age: { $lte: 20 } }),
  row('whereNot of a group', (q) => q.whereNot((g) => g.where('n', '<', 5).orWhere('n', '>', 50)), {
    n: { $gte: 5, $lte: 50 },
  }),
  row('whereNot(document)', (q) => q.whereNot('address', { city: 'Paris' }), {
    address: { $nin: [{ city: 'Paris' }, null] },
  }),
]

const order: readonly Row[] = (['>', '>=', '<', '<='] as const).flatMap((sign, place) => {
  const operator = ['$gt', '$gte', '$lt', '$lte'][place] as string
  return [
    row(`where('${sign}')`, (q) => q.where('age', sign, 20), { age: { [operator]: 20 } }),
    row(`where('${sign}', date)`, (q) => q.where('joinedAt', sign, day(9)), {
      joined_at: { [operator]: day(9) },
    }),
    row(`where('${sign}', text)`, (q) => q.where('firstName', sign, 'Bob'), {
      first_name: { [operator]: 'Bob' },
    }),
  ]
})

const lists: readonly Row[] = [
  row('whereIn', (q) => q.whereIn('n', [1, 2, 99]), { n: { $in: [1, 2, 99] } }),
  row('whereIn of nothing', (q) => q.whereIn('n', []), { _id: { $in: [] } }),
  row('whereIn with null', (q) => q.whereIn('age', [20, null]), { age: { $in: [20, null] } }),
  row('whereIn of ids', (q) => q.whereIn('teamId', [team.toHexString(), otherTeam]), {
    team_id: { $in: [...TEAMS] },
  }),
  row('whereNotIn', (q) => q.whereNotIn('age', [20, 22]), { age: { $nin: [20, 22, null] } }),
  row('whereNotIn of nothing', (q) => q.whereNotIn('age', []), {}),
  row("where('in')", (q) => q.where('n', 'in', [1]), { n: 1 }),
  row("where('not in')", (q) => q.where('n', 'not in', [1]), { n: { $ne: 1 } }),
  row('whereNull', (q) => q.whereNull('age'), { age: null }),
  row('whereNotNull', (q) => q.whereNotNull('age'), { age: notNull }),
  row('whereNull of a path', (q) => q.whereNull('address.zip'), { 'address.zip': null }),
  row('whereMissing', (q) => q.whereMissing('age'), { age: { $exists: false } }),
  row('whereExists', (q) => q.whereExists('age'), { age: { $exists: true } }),
  row('whereBetween', (q) => q.whereBetween('age', [10, 20]), { age: { $gte: 10, $lte: 20 } }),
  row('whereNotBetween', (q) => q.whereNotBetween('age', [10, 20]), {
    $or: [{ age: { $lt: 10 } }, { age: { $gt: 20 } }],
  }),
]

const like: readonly Row[] = [
  row('whereLike', (q) => q.whereLike('firstName', 'A%'), { first_name: /^A/ }),
  row('whereLike is exact', (q) => q.whereLike('firstName', 'Ada'), { first_name: 'Ada' }),
  row('whereILike', (q) => q.whereILike('firstName', 'ADA'), { first_name: /^ada$/i }),
  row('whereLike with _', (q) => q.whereLike('firstName', 'a_b'), { first_name: /^a.b$/ }),
  row('whereLike of an escaped %', (q) => q.whereLike('firstName', '100\\%'), {
    first_name: '100%',
  }),
  row('whereLike of a dot', (q) => q.whereLike('firstName', 'a.b'), { first_name: 'a.b' }),
  row('whereLike of everything', (q) => q.whereLike('firstName', '%'), {
    first_name: { $type: 'string' },
  }),
  row('whereNotLike', (q) => q.whereNotLike('firstName', 'A%'), {
    first_name: { $not: /^A/, $ne: null },
  }),
  row('whereNotILike', (q) => q.whereNotILike('firstName', 'a%'), {
    first_name: { $not: /^a/i, $ne: null },
  }),
]

const logic: readonly Row[] = [
  row('or', (q) => q.where('n', 1).orWhere('n', 2), { n: { $in: [1, 2] } }),
  row('a or b and c', (q) => q.where('n', 1).orWhere('n', '>', 50).where('active', true), {
    $or: [{ n: 1 }, { n: { $gt: 50 }, active: true }],
  }),
  row('a and b or c', (q) => q.where('n', '<', 9).where('active', true).orWhere('n', 55), {
    $or: [{ n: { $lt: 9 }, active: true }, { n: 55 }],
  }),
  row(
    '(a or b) and c',
    (q) => q.where((g) => g.where('n', '<', 5).orWhere('n', '>', 50)).where('active', true),
    {
      $and: [{ $or: [{ n: { $lt: 5 } }, { n: { $gt: 50 } }] }, { active: true }],
    },
  ),
  row('an empty group', (q) => q.where(() => undefined).where('n', 3), { n: 3 }),
  row('orWhereIn, orWhereNull', (q) => q.where('n', 1).orWhereIn('n', [2, 3]).orWhereNull('age'), {
    $or: [{ n: { $in: [1, 2, 3] } }, { age: null }],
  }),
  row('orWhereNot', (q) => q.where('n', 1).orWhereNot('active', true), {
    $or: [{ n: 1 }, { active: false }],
  }),
  row('whereRaw', (q) => q.whereRaw({ tags: { $size: 2 } }), { tags: { $size: 2 } }),
  row('whereRaw beside where', (q) => q.where('n', '>', 5).whereRaw({ n: { $mod: [2, 0] } }), {
    n: { $gt: 5, $mod: [2, 0] },
  }),
  row('orWhereRaw', (q) => q.where('n', 1).orWhereRaw({ tags: { $size: 2 } }), {
    $or: [{ n: 1 }, { tags: { $size: 2 } }],
  }),
  row(
    'if, unless, match',
    (q) =>
      q
        .if(true, (one) => one.where('n', '>', 10))
        .if(false, (one) => one.where('n', 0))
        .unless(
          () => false,
          (one) => one.where('n', '<', 30),
        )
        .match([false, (one) => one.where('n', 0)], (one) => one.where('active', true)),
    {
      n: { $gt: 10, $lt: 30 },
      active: true,
    },
  ),
]

describe.each([
  ['equality', equality],
  ['negation', negation],
  ['order', order],
  ['lists', lists],
  ['like', like],
  ['logic', logic],
])('%s', (_, rows) => {
  it.each(rows)('$name', async ({ build, filter }) => {
    const expected = await users.find(filter).sort({ n: 1 }).toArray()
    const ids = expected.map(({ _id }) => _id.toHexString())
    const query = () => build(User.query())
    expect((await query().orderBy('n')).map(({ id }) => id)).toEqual(ids)
    expect(await query().count()).toBe(ids.length)
    // Most rows must tell something apart.
    if (Object.keys(filter).length > 0) expect(ids.length).toBeLessThan(60)
    expect((await query().orderBy('n').first())?.id).toBe(ids[0])
    const again = await users.find(query().toMongo().filter).sort({ n: 1 }).toArray()
    expect(again.map(({ _id }) => _id.toHexString())).toEqual(ids)
  })
})
