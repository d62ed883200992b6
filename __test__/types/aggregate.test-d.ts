/** Compiled, never run: rows of aggregations, and what pipelines refuse to be written of. */
import type { Decimal128, ObjectId } from 'bson'
import type { DateTime } from 'luxon'
import type { ModelAggregate } from '../../js/orm/aggregate/index.ts'
import { BaseModel } from '../../js/orm/base_model/index.ts'
import { expr, type PipelineBuilder, type RowOf } from '../../js/query/aggregate/index.ts'

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Expect<T extends true> = T
/** The same, read as one object type. */
type Same<A, B> = Equal<Flat<A>, Flat<B>>
type Flat<T> = T extends Date | Decimal128 | ObjectId
  ? T
  : T extends readonly (infer E)[]
    ? Flat<E>[]
    : T extends object
      ? { [K in keyof T]: Flat<T[K]> }
      : T

/** The row of a pipeline. */
type Row<P> = P extends PromiseLike<(infer R)[]> ? R : never

type HasMany<T> = T[] & { readonly __opaque_type: 'hasMany' }

class Post extends BaseModel {
  declare id: string
  declare userId: string
  declare title: string
  declare createdAt: DateTime
}

class User extends BaseModel {
  declare id: string
  declare teamId: string
  declare status: 'active' | 'banned'
  declare name: string
  declare nickname: string | null
  declare age?: number
  declare balance: Decimal128
  declare createdAt: DateTime
  declare updatedAt: DateTime | null
  declare birthday: Date
  declare tags: string[]
  declare address: { city: string; geo: { lat: number } | null }
  declare items: { sku: string; price: number; note?: string }[]
  declare meta: unknown
  declare posts: HasMany<Post>
  method(): void {}
}

declare const users: ModelAggregate<User>
const { field } = expr

// ---- Rows of the model

{
  const rows = users.match({ status: 'active' }).sort('age').limit(5)
  type R = Row<typeof rows>
  type _id = Expect<Equal<R['id'], string>>
  type _date = Expect<Equal<R['createdAt'], Date>>
  type _nullable = Expect<Equal<R['updatedAt'], Date | null>>
  type _optional = Expect<Equal<R['age'], number | undefined>>
  type _nested = Expect<Equal<R['items'], User['items']>>
  type _noMethods = Expect<
    Equal<Extract<keyof R, 'method' | 'posts' | 'save' | '$attributes'>, never>
  >
  type _first = Expect<Equal<Awaited<ReturnType<typeof rows.first>>, R | null>>
  type _models = Expect<Equal<Row<ReturnType<typeof rows.asModels>>, User>>
  type _rowOf = Expect<Equal<R, RowOf<User>>>
}

// ---- Names and values of conditions

users.match({ 'address.city': 'Paris', nickname: null })
users.match((query) => query.where('age', '>', 18).orWhereNull('nickname'))
users.match(expr.gt(field('age'), field('address.geo.lat')))
// @ts-expect-error there is no such column
users.match({ nam: 'Ada' })
// @ts-expect-error another type
users.match({ age: 'old' })
// @ts-expect-error there is no such column
users.match((query) => query.where('nam', 'Ada'))
// @ts-expect-error there is no such field
users.match(expr.gt(field('agee'), 1))
// @ts-expect-error there is no such field
users.sort('agee')
// @ts-expect-error no direction
users.sort({ age: 'up' })
users.sort({ age: 'asc', 'address.city': -1, name: expr.textScore() })

// ---- Projections

{
  const rows = users.project({
    id: true,
    age: 1,
    city: field('address.city'),
    lat: field('address.geo.lat'),
    prices: field('items.price'),
    kind: 'user',
    when: field('createdAt'),
    who: { name: field('name'), n: 1 },
    list: [field('age'), 'x'],
  })
  type _row = Expect<
    Same<
      Row<typeof rows>,
      {
        id: string
        age?: number
        city: string
        lat: number | null
        prices: number[]
        kind: 'user'
        when: Date
        who: { name: string; n: 1 }
        list: (number | 'x')[]
      }
    >
  >
  rows.sort('city')
  // @ts-expect-error it is no field any more
  rows.sort('name')
}
{
  const rows = users.project({ meta: false, items: 0 })
  type _gone = Expect<Equal<Extract<keyof Row<typeof rows>, 'meta' | 'items'>, never>>
  type _there = Expect<Equal<Row<typeof rows>['name'], string>>
}
// @ts-expect-error there is no such field
users.project({ nam: true })
// @ts-expect-error there is no such field
users.project({ x: field('nam') })
// @ts-expect-error text is text
users.project({ x: '$name' })

{
  const rows = users.select('name', 'address.city')
  type _row = Expect<Same<Row<typeof rows>, { id: string; name: string; address: User['address'] }>>
}
{
  const rows = users.unset('meta', 'items')
  type _gone = Expect<Equal<Extract<keyof Row<typeof rows>, 'meta' | 'items'>, never>>
}

// ---- Added fields

{
  const rows = users.addFields({
    initials: expr.concat(field('name'), '.'),
    age: expr.toString('age'),
    'address.country': 'FR',
    adult: expr.gte(field('age'), 18),
    size: expr.cond(expr.gt(expr.size('tags'), 3), 'many', field('age')),
    nick: expr.ifNull(field('nickname'), 'none'),
    level: expr.switch([[expr.gt(field('age'), 60), 'old']], null),
    first: expr.first('tags'),
    total: expr.sum('items.price'),
    cheap: expr.filter('items', (item) => expr.lt(item.field('price'), 5)),
    skus: expr.map('items', (item) => item.field('sku')),
    spent: expr.reduce('items', 0, (value, item) => expr.add(value, item.field('price'))),
    given: expr.raw<boolean>({ $toBool: '$x' }),
    known: field('meta').as<{ deep: number }>(),
  })
  type R = Row<typeof rows>
  type _row = Expect<
    Same<
      Pick<
        R,
        | 'initials'
        | 'age'
        | 'adult'
        | 'size'
        | 'nick'
        | 'level'
        | 'first'
        | 'total'
        | 'cheap'
        | 'skus'
        | 'spent'
        | 'given'
        | 'known'
      >,
      {
        initials: string
        age: string | null
        adult: boolean
        size: 'many' | number | undefined
        nick: string
        level: 'old' | null
        first: string | undefined
        total: number
        cheap: User['items']
        skus: string[]
        spent: number
        given: boolean
        known: { deep: number }
      }
    >
  >
  type _kept = Expect<Equal<R['name'], string>>
  type _path = Expect<Equal<R['address'], User['address']>>
}
// @ts-expect-error there is no such field
users.addFields({ x: expr.size('tagz') })
// @ts-expect-error there is no such field
users.addFields({ x: expr.filter('itemz', () => true) })
// @ts-expect-error text is text
users.addFields({ x: '$name' })
// @ts-expect-error text is text
users.addFields({ x: expr.eq('$name', 'Ada') })
// @ts-expect-error text is no number
users.addFields({ x: expr.add('age', 1) })
// A name that is only known at run time is looked up then.
users.addFields({ x: expr.size('tags' as string) })

// ---- Groups

{
  const rows = users.group({
    by: 'status',
    n: expr.count(),
    average: expr.avg('age'),
    money: expr.sum('balance'),
    oldest: expr.max('age'),
    latest: expr.max('createdAt'),
    nick: expr.first('nickname'),
    names: expr.addToSet('name'),
    lines: expr.push({ sku: 'items.sku', at: '$createdAt', fixed: 1 }),
    all: expr.push(expr.root()),
    best: expr.top({ sortBy: { age: 'desc' }, output: 'name' }),
    three: expr.topN(3, { sortBy: { age: 'desc' }, output: { id: 'id' } }),
  })
  type _row = Expect<
    Same<
      Row<typeof rows>,
      {
        _id: 'active' | 'banned'
        n: number
        average: number | null
        money: Decimal128
        oldest: number | null
        latest: Date
        nick: string | null
        names: string[]
        lines: { sku: string[]; at: Date; fixed: 1 }[]
        all: RowOf<User>[]
        best: string
        three: { id: string }[]
      }
    >
  >
  rows.sort({ n: 'desc', _id: 'asc' }).match({ _id: 'active' })
  // @ts-expect-error it is no field any more
  rows.sort('status')
  // @ts-expect-error another type
  rows.match({ _id: 'deleted' })
}
{
  const rows = users.group({
    by: { year: expr.year('createdAt'), team: 'teamId', nick: '$nickname' },
  })
  type _row = Expect<
    Same<Row<typeof rows>, { _id: { year: number; team: string; nick: string | null } }>
  >
  rows.sort('_id.year')
}
{
  const rows = users.group({ by: null, n: expr.count() })
  type _row = Expect<Same<Row<typeof rows>, { _id: null; n: number }>>
}
{
  const rows = users.group({ by: 'updatedAt', year: expr.min(expr.year('updatedAt')) })
  type _row = Expect<Same<Row<typeof rows>, { _id: Date | null; year: number | null }>>
}
// @ts-expect-error there is no such field
users.group({ by: 'statu', n: expr.count() })
// @ts-expect-error there is no such field
users.group({ by: null, n: expr.sum('agee') })
// @ts-expect-error there is no such field
users.group({ by: null, n: expr.sum(expr.cond(expr.eq(field('statu'), 'active'), 1, 0)) })
// @ts-expect-error no accumulator
users.group({ by: null, n: expr.year('createdAt') })
// @ts-expect-error no accumulator
users.group({ by: null, n: { $sum: 1 } })
// @ts-expect-error nothing to group by
users.group({ n: expr.count() })

{
  const rows = users.bucket({ by: 'age', boundaries: [0, 18, 65], default: 'other' })
  type _row = Expect<Same<Row<typeof rows>, { _id: 0 | 18 | 65 | 'other'; count: number }>>
  const auto = users.bucketAuto({ by: 'age', buckets: 3, output: { names: expr.push('name') } })
  type Limit = number | null
  type _auto = Expect<Same<Row<typeof auto>, { _id: { min: Limit; max: Limit }; names: string[] }>>
  const tags = users.unwind('tags').sortByCount('tags')
  type _tags = Expect<Same<Row<typeof tags>, { _id: string; count: number }>>
  const counted = users.count('n')
  type _counted = Expect<Same<Row<typeof counted>, { n: number }>>
  const days = users.dateBucket('createdAt', 'day', { as: 'day', fields: { age: expr.avg('age') } })
  type _days = Expect<Same<Row<typeof days>, { day: Date; age: number | null }>>
  const plain = users.dateBucket('createdAt', 'month')
  type _plain = Expect<Same<Row<typeof plain>, { date: Date; count: number }>>
  // @ts-expect-error no unit
  users.dateBucket('createdAt', 'decade')
  // @ts-expect-error there is no such field
  users.bucket({ by: 'age', boundaries: [0, 1], output: { x: expr.sum('agee') } })
}

// ---- Arrays and documents

{
  const rows = users.unwind('items').unwind('tags', { includeArrayIndex: 'at' })
  type R = Row<typeof rows>
  type _item = Expect<Equal<R['items'], { sku: string; price: number; note?: string }>>
  type _at = Expect<Equal<R['at'], number | null>>
  const kept = users.unwind('items', { preserveNullAndEmptyArrays: true })
  type _kept = Expect<Equal<Row<typeof kept>['items'], User['items'][number] | undefined>>
  const root = users.unwind('items').replaceRoot('items')
  type _root = Expect<Same<Row<typeof root>, User['items'][number]>>
  const made = users.replaceWith({ who: 'name', n: 1 })
  type _made = Expect<Same<Row<typeof made>, { who: string; n: 1 }>>
}

// ---- Other collections

{
  const rows = users.lookup({ from: Post, localField: 'id', foreignField: 'userId', as: 'written' })
  type _written = Expect<Equal<Row<typeof rows>['written'], RowOf<Post>[]>>
  rows.sort('written.title')
  const inner = users.lookup({
    from: Post,
    let: { user: 'id', since: expr.field('createdAt') },
    pipeline: (posts, { user, since }) => {
      return posts
        .match(expr.and(expr.eq(field('userId'), user), expr.gt(field('createdAt'), since)))
        .group({ by: 'title', n: expr.count() })
    },
    as: 'titles',
  })
  type _inner = Expect<Same<Row<typeof inner>['titles'], { _id: string; n: number }[]>>
  const raw = users.lookup({ from: 'logs', localField: 'id', foreignField: 'user.id', as: 'logs' })
  type _raw = Expect<Equal<Row<typeof raw>['logs'], Record<string, unknown>[]>>
  const above = users.graphLookup({
    from: User,
    startWith: 'teamId',
    connectFromField: 'teamId',
    connectToField: 'id',
    as: 'above',
    depthField: 'steps',
  })
  type _steps = Expect<Equal<Row<typeof above>['above'][number]['steps'], number>>
  // @ts-expect-error there is no such field
  users.lookup({ from: Post, localField: 'id', foreignField: 'authorId', as: 'x' })
  // @ts-expect-error there is no such field
  users.lookup({ from: Post, localField: 'idd', foreignField: 'userId', as: 'x' })
  // @ts-expect-error there is no such field
  users.lookup({ from: Post, let: { u: 'idd' }, pipeline: (posts) => posts, as: 'x' })
}
{
  const rows = users.facet({
    top: (all) => all.sort('age', 'desc').limit(3),
    total: (all) => all.group({ by: null, n: expr.count() }),
  })
  type _row = Expect<
    Same<Row<typeof rows>, { top: RowOf<User>[]; total: { _id: null; n: number }[] }>
  >
  // @ts-expect-error nothing is returned
  users.facet({ x: () => {} })
}
{
  const rows = users
    .project({ at: field('createdAt'), kind: 'user' })
    .unionWith(Post, (posts) =>
      posts.project({ at: field('createdAt'), kind: 'post', title: true }),
    )
  type _at = Expect<Equal<Row<typeof rows>['at'], Date>>
  type _kind = Expect<Equal<Row<typeof rows>['kind'], 'user' | 'post'>>
  rows.sort('at')
}

// ---- Windows

{
  const rows = users.setWindowFields({
    partitionBy: 'teamId',
    sortBy: { createdAt: 'asc' },
    output: {
      week: expr.movingAverage('age', { documents: [-6, 0] }),
      total: expr.runningTotal('age'),
      rank: expr.rank(),
      before: expr.shift('name', -1),
      money: expr.max('balance'),
    },
  })
  type _row = Expect<
    Same<
      Pick<Row<typeof rows>, 'week' | 'total' | 'rank' | 'before' | 'money' | 'name'>,
      {
        week: number | null
        total: number
        rank: number
        before: string | null
        money: Decimal128
        name: string
      }
    >
  >
  // @ts-expect-error there is no such field
  users.setWindowFields({ output: { x: expr.runningTotal('agee') } })
  // @ts-expect-error no bound
  expr.movingAverage('age', { documents: ['first', 0] })
}

// ---- Beginnings and ends

{
  const near = users.geoNear({ near: [0, 0], distanceField: 'metres', key: 'address' })
  type _metres = Expect<Equal<Row<typeof near>['metres'], number>>
  const goals = users.documents([{ month: 1, goal: 2 }])
  type _goals = Expect<Same<Row<typeof goals>, { month: number; goal: number }>>
  const written = users.group({ by: 'status' }).out('x')
  type _written = Expect<Equal<Row<typeof written>, never>>
  users.merge({
    into: Post,
    let: { who: 'name' },
    whenMatched: (post, { new: row, who }) =>
      post.set({ title: who, userId: row.field('id'), n: expr.literal(1) }),
  })
  // @ts-expect-error no way to merge
  users.merge({ into: Post, whenMatched: 'add' })
}

// ---- What is not known

{
  const rows = users.raw([{ $limit: 1 }])
  type _row = Expect<Equal<Row<typeof rows>, Record<string, unknown>>>
  rows.sort('anything').group({ by: 'any.thing', n: expr.sum('other') })
  const said = rows.as<{ _id: string; n: number }>()
  type _said = Expect<Same<Row<typeof said>, { _id: string; n: number }>>
  // @ts-expect-error there is no such field
  said.sort('m')
}
declare const anybody: ModelAggregate<BaseModel>
anybody.group({ by: 'anything', n: expr.count() })

// ---- The part that cannot run

declare const pure: PipelineBuilder<User>
// @ts-expect-error nothing to run it with
pure.exec()
pure.match({ name: 'x' }).group({ by: 'name' }).toMongo()
// @ts-expect-error options are for whole pipelines
users.facet({ x: (all) => all.allowDiskUse() })
// @ts-expect-error a pipeline inside of another cannot run
users.facet({ x: (all) => all.limit(1), y: (all) => all.exec() })
