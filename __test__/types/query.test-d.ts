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
// @ts-expect-error a string is no date
users.where('createdAt', '2020-01-01')
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
// @ts-expect-error aliases could read other columns
users.select({ name: '$password' })
// @ts-expect-error unknown name
users.orderBy('nope')
// @ts-expect-error unknown direction
users.orderBy('age', 'up')
// @ts-expect-error unknown direction
users.orderBy({ age: 1 })
// @ts-expect-error a string
users.limit('1')

// Chains keep the class, and builders of any model can be handed on.
export const kept: Query<User> = users.where('age', 1).whereIn('age', [1]).orderBy('age').clone()
export const general: Query<unknown> = users
// biome-ignore lint/suspicious/noExplicitAny: what is tested
export const untyped: Query<any> = users
User.onlyActive(untyped)
untyped.where('whatever', { a: 1 }).orderBy('x.y')
