/** The values that fit a path, and the operators between the two. */
import type { ObjectId } from 'bson'
import type { AttributePath, AttributeValue, DateTimeLike, IsAny } from './paths.ts'

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

/** Date columns take ISO 8601 text; a value inside another one is compared as it is. */
type IsoFor<Path extends string, T> = [Path] extends [`${string}.${string}`]
  ? never
  : IsAny<T> extends true
    ? never
    : Extract<T, DateTimeLike> extends never
      ? never
      : string

/** What the property or nested value that `Path` names can be compared with. */
export type QueryValue<M, Path extends string> = QueryValueIn<M, Path>['is']

type QueryValueIn<M, Path extends string> = M extends unknown
  ? {
      is:
        | Comparable<AttributeValue<M, Path>>
        | IdFor<Path, NonNullable<AttributeValue<M, Path>>>
        | IsoFor<Path, AttributeValue<M, Path>>
    }
  : never

/** A row of values for several paths. */
export type QueryValues<M, Paths extends readonly string[]> = {
  readonly [Index in keyof Paths]: QueryValue<M, Paths[Index]>
}

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
export type Conditions<M> = ConditionsIn<M>['are']

type ConditionsIn<M> = M extends unknown
  ? { are: { readonly [P in AttributePath<M>]?: QueryValue<M, P> } }
  : never
