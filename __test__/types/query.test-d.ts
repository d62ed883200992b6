/** Compiled, never run: `tsc -p __test__/types/query.tsconfig.json`. */
import { Decimal128, ObjectId } from 'bson'
import { DateTime } from 'luxon'
import {
  type AttributeName,
  type AttributePath,
  type AttributeValue,
  type Comparable,
  QueryBuilder,
  type QueryValue,
} from '../../js/query/index.ts'

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Expect<T extends true> = T

/** What every model inherits. */
class Row {
  declare $attributes: Record<string, unknown>
  declare $isPersisted: boolean
  async save(): Promise<this> {
    return this
  }
  merge(_values: object): this {
    return this
  }
}

type HasMany<T> = T[] & { readonly __opaque_type: 'hasMany' }
type BelongsTo<T> = T & { readonly __opaque_type: 'belongsTo' }

interface Address {
  city: string
  zip?: string | null
  geo: { lat: number; lng: number; source: { name: string; deep: { deeper: number } } }
}

class Line {
  declare sku: string
  declare quantity: number
  total(): number {
    return this.quantity
  }
}

class Post extends Row {
  declare id: string
  declare userId: string
  declare title: string
  declare user: BelongsTo<User>
}

class User extends Row {
  declare id: string
  declare teamIds: string[]
  declare externalId: number
  declare status: 'active' | 'banned'
  declare name: string
  declare nickname: string | null
  declare age?: number
  declare admin: boolean
  declare balance: Decimal128
  declare owner: ObjectId
  declare createdAt: DateTime
  declare updatedAt: DateTime | null
  declare birthday: Date
  declare tags: string[]
  declare address: Address
  declare previous?: Address | null
  declare lines: Line[]
  declare settings: Record<string, string>
  declare meta: unknown
  // biome-ignore lint/suspicious/noExplicitAny: users have such columns
  declare loose: any
  declare posts: HasMany<Post>

  static onlyActive(query: Query<User>) {
    query.where('status', 'active')
  }
}

class Query<M> extends QueryBuilder<M> {
  protected fresh(): this {
    return new Query<M>(this.target) as this
  }
  // biome-ignore lint/suspicious/noThenProperty: builders that run are thenable
  then(): void {}
}

declare const users: Query<User>
declare const posts: Query<Post>
declare const maybe: string | undefined

export type Names = [
  Expect<Equal<AttributeName<Post>, 'id' | 'userId' | 'title'>>,
  Expect<Equal<AttributePath<Post>, 'id' | 'userId' | 'title'>>,
  Expect<Equal<Extract<AttributeName<User>, 'loose' | 'meta'>, 'loose' | 'meta'>>,
  // Code for all models, and code without types.
  Expect<Equal<AttributePath<Row>, string>>,
  // biome-ignore lint/suspicious/noExplicitAny: what is tested
  Expect<Equal<AttributePath<any>, string>>,
]

export type Values = [
  Expect<Equal<AttributeValue<User, 'address.city'>, string>>,
  Expect<Equal<AttributeValue<User, 'previous.geo.lat'>, number>>,
  Expect<Equal<AttributeValue<User, 'lines.sku'>, string>>,
  Expect<Equal<AttributeValue<User, 'lines.0.quantity'>, number>>,
  Expect<Equal<AttributeValue<User, 'tags.0'>, string>>,
  Expect<Equal<AttributeValue<User, 'settings.theme'>, string>>,
  Expect<Equal<AttributeValue<User, 'meta.any.thing'>, unknown>>,
  Expect<Equal<AttributeValue<User, 'address.geo.source.deep.deeper'>, number>>,
  Expect<Equal<Comparable<boolean>, boolean | null>>,
  Expect<Equal<Comparable<string | undefined>, string | null>>,
  Expect<Equal<QueryValue<Post, 'title'>, string | null>>,
  Expect<Equal<QueryValue<Post, 'userId'>, string | ObjectId | null>>,
]

// Names.
users.where('status', 'active').where('name', 'Jane').where('address.city', 'Rome')
users.where('previous.zip', null).where('lines.sku', 'a').where('lines.0.sku', 'a')
users.where('settings.theme', 'dark').where('meta.x.y', 1).where('loose.x', 1).where('loose', 1)
users.where('address.geo.source.name', 'gps').where('address.geo.source.deep.deeper', 3)
// @ts-expect-error unknown name
users.where('nope', 1)
// @ts-expect-error unknown nested name
users.where('address.nope', 1)
// @ts-expect-error a method
users.where('save', 1)
// @ts-expect-error a method of an embedded class
users.where('lines.total', 1)
// @ts-expect-error internals
users.where('$isPersisted', true)
// @ts-expect-error a relation
users.where('posts', [])
// @ts-expect-error nothing inside a string
users.where('name.length', 1)
// @ts-expect-error nothing inside a DateTime
users.where('createdAt.year', 2020)

// Values.
users.where('age', 18).where('age', null).where('admin', true).where('nickname', null)
users.where('createdAt', DateTime.now()).where('createdAt', new Date()).where('updatedAt', null)
users.where('birthday', new Date()).where('birthday', DateTime.now())
users.where('id', 'abc').where('id', new ObjectId()).where('teamIds', new ObjectId())
users.where('teamIds', 'abc').where('teamIds', ['abc', new ObjectId()])
users.where('owner', new ObjectId()).where('owner', 'abc').where('balance', new Decimal128('1'))
users.where('tags', 'a').where('tags', ['a', 'b'])
users.where('address', {
  city: 'Rome',
  geo: { lat: 1, lng: 1, source: { name: '', deep: { deeper: 1 } } },
})
posts.where('userId', new ObjectId())
// @ts-expect-error not a member of the union
users.where('status', 'nope')
// @ts-expect-error wrong type
users.where('age', '18')
// @ts-expect-error undefined
users.where('name', maybe)
// @ts-expect-error an object is no operator
users.where('name', { $gt: '' })
// @ts-expect-error an ObjectId is no title
posts.where('title', new ObjectId())
// @ts-expect-error a column of numbers, whatever its name
users.where('externalId', new ObjectId())
// @ts-expect-error a string is no date, where the column is none of dates
users.where('birthday', '2020-01-01')
// @ts-expect-error wrong element
users.where('tags', 1)

// Operators.
users.where('age', '>', 18).where('age', 'in', [1, 2]).where('age', 'between', [1, 2])
users.where('name', 'like', 'a%').where('status', '!=', 'banned').where('status', '<>', null)
users.where('createdAt', '<=', DateTime.now()).where('id', '>', new ObjectId())
// @ts-expect-error unknown operator
users.where('age', '$gt', 18)
// @ts-expect-error unknown operator
users.where('age', 'near', 18)
// @ts-expect-error nothing is greater than null
users.where('age', '>', null)
// @ts-expect-error not a list
users.where('age', 'in', 18)
// @ts-expect-error not a pair
users.where('age', 'between', [1])
// @ts-expect-error not a pattern
users.where('name', 'like', 5)
// @ts-expect-error wrong type
users.where('status', '=', 'nope')

// Objects and callbacks.
users.where({ status: 'active', 'address.city': 'Rome', age: null, 'lines.0.sku': 'a' })
users.orWhere({ name: 'a' }).whereNot({ name: 'b' }).andWhere({ name: 'c' })
users.where((group) => group.where('age', 1).orWhere('name', 'a'))
users.orWhereNot((group) => {
  group.where('age', 1)
})
// @ts-expect-error unknown name
users.where({ nope: 1 })
// @ts-expect-error operators are no names
users.where({ $or: [] })
// @ts-expect-error wrong type
users.where({ age: '18' })
// @ts-expect-error undefined
users.where({ name: maybe })
// @ts-expect-error unknown name in a group
users.where((group) => group.where('nope', 1))

// Lists, ranges, patterns.
users
  .whereIn('status', ['active'])
  .orWhereIn('id', [new ObjectId(), 'abc'])
  .whereNotIn('age', [1, null])
users
  .whereIn('tags', ['a', 'b'])
  .whereBetween('age', [1, 2])
  .whereNotBetween('createdAt', [new Date(), DateTime.now()])
users
  .whereLike('name', 'a%')
  .orWhereNotILike('name', '%')
  .whereNull('age')
  .orWhereNotNull('address.city')
users.whereExists('age').orWhereNotExists('age').andWhereMissing('previous.zip')
// @ts-expect-error not a list
users.whereIn('age', 1)
// @ts-expect-error wrong type in the list
users.whereIn('age', ['1'])
// @ts-expect-error not in the union
users.whereIn('status', ['nope'])
// @ts-expect-error undefined in the list
users.whereIn('name', ['a', maybe])
// @ts-expect-error not a pair
users.whereBetween('age', [1, 2, 3])
// @ts-expect-error null in a range
users.whereBetween('age', [1, null])
// @ts-expect-error not a pattern
users.whereLike('name', 1)
// @ts-expect-error unknown name
users.whereNull('nope')

// The rest.
users.select('name', 'address.city').select(['age']).select('*')
users.orderBy('age').orderBy('address.city', 'desc').orderBy({ age: 'asc', name: 'desc' })
users.orderBy(['name', { column: 'age', order: 'desc' }])
users.hint('age_1').hint({ age: 1 }).hint({ $natural: -1 }).collation({ locale: 'en', strength: 2 })
users.if(
  true,
  (query) => query.where('age', 1),
  (query) => query.where('name', 'a'),
)
users.match([() => true, (query) => query.where('age', 1)], (query) => query.limit(1))
// @ts-expect-error unknown name
users.select('nope')
// @ts-expect-error no expression
users.select({ name: '$password' })
// @ts-expect-error unknown name
users.orderBy('nope')
// @ts-expect-error unknown direction
users.orderBy('age', 'up')
// @ts-expect-error unknown direction
users.orderBy({ age: 1 })
// @ts-expect-error a string
users.limit('1')

// Several columns.
users.whereIn(
  ['name', 'age'],
  [
    ['a', 1],
    ['b', null],
  ],
)
users.orWhereNotIn(['status', 'address.city'], [['active', 'Rome']])
// @ts-expect-error unknown name
users.whereIn(['name', 'nope'], [['a', 1]])
// @ts-expect-error wrong type in a row
users.whereIn(['name', 'age'], [['a', '1']])
// @ts-expect-error too short a row
users.whereIn(['name', 'age'], [['a']])

// Columns with columns.
users.whereColumn('createdAt', 'updatedAt').orWhereNotColumn('age', '>=', 'address.geo.lat')
// @ts-expect-error a value is no column
users.whereColumn('age', 18)
// @ts-expect-error unknown name
users.whereColumn('age', '>', 'nope')
// @ts-expect-error not an order
users.whereColumn('age', 'like', 'name')

// JSON.
users.whereJson('previous', null).whereNotJson('tags', ['a'])
users.whereJsonSuperset('address', { geo: { lat: 1 } }).whereJsonSuperset('lines', [{ sku: 'a' }])
users.whereJsonSuperset('tags', 'a').orWhereNotJsonSuperset('settings', { theme: 'dark' })
users.whereJsonSubset('tags', ['a', 'b']).whereJsonSubset('address', { city: 'Rome', more: 1 })
users.whereJsonPath('address', '$.geo.lat', '>', 4).orWhereJsonPath('lines', '$[0].sku', 'a')
// @ts-expect-error no such key
users.whereJsonSuperset('address', { nope: 1 })
// @ts-expect-error wrong type of a key
users.whereJsonSuperset('address', { city: 1 })
// @ts-expect-error wrong type of an element
users.whereJsonSuperset('tags', [1])
// @ts-expect-error unknown operator
users.whereJsonPath('address', '$.city', 'near', 4)

// Arrays.
users.whereArrayContains('tags', 'a').whereArrayContains('tags', ['a', 'b'])
users.whereArrayContains('teamIds', new ObjectId()).orWhereNotArrayContainsAny('teamIds', ['a'])
users.whereElemMatch('lines', (line) => line.where('sku', 'a').orWhere('quantity', '>', 5))
users.whereElemMatch('lines', { sku: 'a', quantity: 1 }).whereElemMatch('tags', { '>=': 'a' })
users.whereSize('tags', 2).orWhereSize('tags', '>=', 2).whereType('age', ['int', 'null'])
users.whereMod('age', 2, 0).whereBits('age', 'anySet', [0, 1])
// @ts-expect-error wrong type of an element
users.whereArrayContains('tags', 1)
// @ts-expect-error wrong type of an element
users.whereArrayContainsAny('tags', [1])
// @ts-expect-error unknown name in an element
users.whereElemMatch('lines', (line) => line.where('nope', 1))
// @ts-expect-error unknown name in an element
users.whereElemMatch('lines', { nope: 1 })
// @ts-expect-error wrong type in an element
users.whereElemMatch('lines', { quantity: '1' })
// @ts-expect-error wrong type of an element
users.whereElemMatch('tags', { '>': 1 })
// @ts-expect-error only conditions on an element
users.whereElemMatch('lines', (line) => line.limit(1))
// @ts-expect-error not a type
users.whereType('age', 'number128')
// @ts-expect-error not a test
users.whereBits('age', 'set', 1)
// @ts-expect-error a string
users.whereSize('tags', '>', '2')

// Aliases.
users.select('name as nick', { town: 'address.city' }).orderBy('nick').orderBy('town', 'desc')
users.select(['age', 'name as nick']).orderBy([{ column: 'nick', nulls: 'last' }, 'age'])
users.groupBy('status').count('* as total').having('total', '>', 5).orderBy('total', 'desc')
users.groupBy('status', 'address.city').avg('age', 'mean').havingBetween('mean', [1, 2])
users.sum({ ages: 'age', balances: 'balance' }).having('ages', 1).orHavingNull('balances')
users.count('*').min('age').having('count', '>', 1).having('min', '>', 1)
users.countDistinct(['status', 'age'], 'pairs').havingNotIn('pairs', [1]).orderBy({ pairs: 'asc' })
users.groupBy(['status']).having('status', 'active').havingIn('status', ['active'])
users
  .groupBy('status')
  .count('* as n')
  .having((group) => group.having('n', 1).orHaving('n', 2))
users.whereText('a', { language: 'none' }).selectTextScore('rank').orderBy('rank', 'desc')
users.distinct('status').distinct(['age']).distinctOn('status').orderBy('status')
// @ts-expect-error nobody called it so
users.orderBy('total')
// @ts-expect-error another alias
users.count('* as total').orderBy('sum')
// @ts-expect-error another alias
users.count('* as total').having('sum', 1)
// @ts-expect-error unknown name
users.select('nope as nick')
// @ts-expect-error unknown name
users.select({ nick: 'nope' })
// @ts-expect-error unknown name
users.groupBy('nope')
// @ts-expect-error unknown name
users.sum('nope')
// @ts-expect-error unknown name
users.max('nope as most')
// @ts-expect-error rows can only be counted
users.sum('*')
// @ts-expect-error wrong type
users.groupBy('status').having('status', 'nope')
// @ts-expect-error unknown operator
users.count('* as n').having('n', '$gt', 1)
// @ts-expect-error not a place
users.orderBy([{ column: 'age', nulls: 'middle' }])
// @ts-expect-error unknown name
users.distinctOn('nope')
// @ts-expect-error not a direction
users.orderByRaw({ age: 2 })

// Other queries.
users.union((query) => query.where('age', 1)).unionAll([posts, (query) => query.limit(1)])
// @ts-expect-error not a query
users.union({})
// @ts-expect-error unknown name
users.union((query) => query.where('nope', 1))

// Places.
users.whereNear('address.geo', [1, 2], { maxDistance: 5 }).selectDistance('far').orderBy('far')
users.whereNear('meta', { lng: 1, lat: 2 }).orWhereWithin('meta', {
  box: [
    [1, 2],
    [3, 4],
  ],
})
users.whereWithin('meta', { circle: { center: { latitude: 1, longitude: 2 }, radius: 5 } })
users.whereWithin('meta', { polygon: [[1, 2], [3, 4], { lng: 5, lat: 6 }] })
users.whereIntersects('meta', {
  type: 'LineString',
  coordinates: [
    [1, 2],
    [3, 4],
  ],
})
// @ts-expect-error not a point
users.whereNear('meta', [1])
// @ts-expect-error unknown option
users.whereNear('meta', [1, 2], { radius: 5 })
// @ts-expect-error a line is no area
users.whereWithin('meta', { type: 'LineString', coordinates: [] })
// @ts-expect-error a circle needs a radius
users.whereWithin('meta', { circle: { center: [1, 2] } })

// Options.
users.readPreference('secondary').readConcern('majority').allowDiskUse().debug(true)
users.reporterData({ request: 1 }).ifDialect(['mongodb', 'postgres'], (query) => query.limit(1))
// @ts-expect-error not a mode
users.readPreference('slave')
// @ts-expect-error not a level
users.readConcern('all')

// What only SQL has ends the chain.
export type Refused = [
  Expect<Equal<ReturnType<Query<User>['join']>, never>>,
  Expect<Equal<ReturnType<Query<User>['toSQL']>, never>>,
  Expect<Equal<Query<User>['knexQuery'], never>>,
]

// Chains keep the class, and builders of any model can be handed on.
export const kept: Query<User> = users.where('age', 1).whereIn('age', [1]).orderBy('age').clone()
export const grouped: Query<User> = users.groupBy('status').count('* as total').limit(1)
export const general: Query<unknown> = users
// biome-ignore lint/suspicious/noExplicitAny: what is tested
export const untyped: Query<any> = users
User.onlyActive(untyped)
untyped.where('whatever', { a: 1 }).orderBy('x.y')
