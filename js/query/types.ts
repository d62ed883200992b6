/**
 * What may be written in a query, derived from the model class: names, dotted paths, and the values
 * that fit them.
 */
import type { ObjectId } from 'bson'

type AnyFunction = (...args: never[]) => unknown
type IsAny<T> = 0 extends 1 & T ? true : false

/** A Luxon `DateTime`, by its shape: Luxon is optional. */
export interface DateTimeLike {
  toJSDate(): Date
}

/** Properties that are no data: methods, and relations (they carry an opaque type tag). */
type NoData = AnyFunction | { readonly __opaque_type: unknown }

/** Values that have nothing inside that a path could name. */
type Leaf =
  | string
  | number
  | boolean
  | bigint
  | symbol
  | null
  | undefined
  | Date
  | RegExp
  | ArrayBufferView
  | ReadonlySet<unknown>
  | DateTimeLike
  | { readonly _bsontype: string }
  | NoData

type DataKey<T> = {
  [K in keyof T & string]-?: K extends `$${string}` | 'serializeExtras'
    ? never
    : unknown extends T[K]
      ? K
      : [NonNullable<T[K]>] extends [NoData]
        ? never
        : K
}[keyof T & string]

/**
 * Names of the data properties of model `M`: no methods, no relations, nothing that starts with
 * `$`. Any string where `M` has no properties of its own, as in code for all models.
 */
export type AttributeName<M> =
  IsAny<M> extends true ? string : [DataKey<M>] extends [never] ? string : DataKey<M>

/** Paths inside a value. `Depth` is the number of further levels that are spelled out. */
type Inside<T, Depth extends readonly 0[]> =
  IsAny<T> extends true
    ? string
    : unknown extends T
      ? string
      : T extends Leaf
        ? never
        : T extends readonly (infer E)[]
          ? `${number}` | ItemPath<Inside<E, Depth>>
          : T extends ReadonlyMap<string, unknown>
            ? string
            : string extends keyof T
              ? string
              : Depth extends readonly [0, ...infer Rest extends readonly 0[]]
                ? { [K in DataKey<T>]: K | Below<K, Inside<T[K & keyof T], Rest>> }[DataKey<T>]
                : string

/** What follows a position is not spelled out: patterns are what makes unions of names slow. */
type ItemPath<Path extends string> = [Path] extends [never] ? never : Path | `${number}.${string}`
type Below<K extends string, Path extends string> = [Path] extends [never] ? never : `${K}.${Path}`

/**
 * A property name of `M`, or a dotted path into a nested object or the objects of an array:
 * `'address.city'`, `'items.sku'`, `'items.0.sku'`. Names are checked two levels below the property;
 * deeper, and after a position in an array, any name may follow.
 */
export type AttributePath<M> =
  IsAny<M> extends true
    ? string
    : [DataKey<M>] extends [never]
      ? string
      : { [K in DataKey<M>]: K | Below<K, Inside<M[K & keyof M], [0, 0]>> }[DataKey<M>]

/** Type of what a path leads to; `never` where a member of a union does not have it. */
type ValueAt<T, Path extends string> =
  IsAny<T> extends true
    ? unknown
    : T extends readonly (infer E)[]
      ? [Path] extends [`${number}`]
        ? E
        : [Path] extends [`${number}.${infer Rest}`]
          ? ValueAt<NonNullable<E>, Rest>
          : ValueAt<NonNullable<E>, Path>
      : T extends Leaf
        ? never
        : [Path] extends [keyof T]
          ? T[Path]
          : [Path] extends [`${infer Head}.${infer Rest}`]
            ? Head extends keyof T
              ? ValueAt<NonNullable<T[Head]>, Rest>
              : never
            : never

/** Type of the property or nested value that `Path` names; `unknown` where it cannot be told. */
export type AttributeValue<M, Path extends string> =
  IsAny<M> extends true
    ? unknown
    : [Path] extends [keyof M]
      ? M[Path]
      : [ValueAt<M, Path>] extends [never]
        ? unknown
        : ValueAt<M, Path>

type ComparableOne<T> = T extends Date | DateTimeLike
  ? T | Date | DateTimeLike
  : T extends ObjectId
    ? ObjectId | string
    : T

/**
 * What a value of type `T` can be compared with: itself, `null`, a `Date` in place of a `DateTime`,
 * and for arrays an element (MongoDB: the array contains it).
 */
export type Comparable<T> = unknown extends T
  ? unknown
  :
      | null
      | (T extends undefined
          ? never
          : T extends readonly (infer E)[]
            ? ComparableList<T, E>
            : ComparableOne<T>)

type ComparableList<T, E> = T | readonly ComparableOne<E>[] | Exclude<ComparableOne<E>, undefined>

/** Names under which strings are usually ids, so that an `ObjectId` is welcome too. */
type IdName = 'id' | '_id' | `${string}${'Id' | '_id' | 'Ids' | '_ids' | '.id'}`

type IdFor<Path extends string, T> = [Path] extends [IdName]
  ? string extends T
    ? ObjectId
    : T extends readonly string[]
      ? ObjectId | readonly (string | ObjectId)[]
      : never
  : never

/** What the property or nested value that `Path` names can be compared with. */
export type QueryValue<M, Path extends string> =
  | Comparable<AttributeValue<M, Path>>
  | IdFor<Path, NonNullable<AttributeValue<M, Path>>>

/** The same without `null`: nothing is greater or smaller than a missing value. */
export type OrderedValue<M, Path extends string> = NonNullable<QueryValue<M, Path>>

export type EqualityOperator = '=' | '!=' | '<>'
export type OrderOperator = '>' | '>=' | '<' | '<='
export type ListOperator = 'in' | 'not in'
export type RangeOperator = 'between' | 'not between'
export type LikeOperator = 'like' | 'ilike' | 'not like' | 'not ilike'

/** Operators of `where(key, operator, value)`. */
export type Operator =
  | EqualityOperator
  | OrderOperator
  | ListOperator
  | RangeOperator
  | LikeOperator

/** What may stand right of operator `O`. */
export type Operand<M, Path extends string, O extends Operator> = O extends EqualityOperator
  ? QueryValue<M, Path>
  : O extends OrderOperator
    ? OrderedValue<M, Path>
    : O extends ListOperator
      ? readonly QueryValue<M, Path>[]
      : O extends RangeOperator
        ? readonly [OrderedValue<M, Path>, OrderedValue<M, Path>]
        : string

/** `where({ … })`: property names or paths with the values they must equal. */
export type Conditions<M> = { readonly [P in AttributePath<M>]?: QueryValue<M, P> }

export type Direction = 'asc' | 'desc'

/** One entry of `orderBy([…])`. */
export type OrderItem<M> =
  | AttributePath<M>
  | { readonly column: AttributePath<M>; readonly order?: Direction | undefined }

/** `orderBy({ name: 'asc' })`. */
export type OrderMap<M> = { readonly [P in AttributePath<M>]?: Direction }

export type IndexDirection = 1 | -1 | 'text' | 'hashed' | '2d' | '2dsphere'

/** An index by its name, or by its keys as property names; `{ $natural: 1 }` for none. */
export type Hint<M> =
  | string
  | { readonly [P in AttributePath<M>]?: IndexDirection }
  | { readonly $natural: 1 | -1 }

/** MongoDB's collation document. */
export interface Collation {
  locale: string
  caseLevel?: boolean
  caseFirst?: 'upper' | 'lower' | 'off'
  strength?: 1 | 2 | 3 | 4 | 5
  numericOrdering?: boolean
  alternate?: 'non-ignorable' | 'shifted'
  maxVariable?: 'punct' | 'space'
  backwards?: boolean
  normalization?: boolean
}

/** The first condition that holds decides which callback of `match()` runs. */
export type MatchBlock<Query> = readonly [condition: unknown, then: (query: Query) => void]

/** A query as MongoDB understands it. Names are stored names. */
export interface CompiledQuery {
  filter: Record<string, unknown>
  sort?: Record<string, 1 | -1>
  projection?: Record<string, 0 | 1>
  limit?: number
  skip?: number
  hint?: string | Record<string, IndexDirection>
  comment?: string
  collation?: Collation
  maxTimeMS?: number
  batchSize?: number
}
