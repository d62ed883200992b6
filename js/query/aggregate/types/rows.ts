/** What rows look like, derived from the model class and from what stages do to them. */
import type { AttributeName, AttributePath, DateTimeLike } from '../../types.ts'

export type IsAny<T> = 0 extends 1 & T ? true : false

/** Makes editors show what a type comes to. */
export type Expand<T> = { [K in keyof T]: T[K] } & {}

/** A column's value as it is stored: rows hold dates, not `DateTime`s. */
type Stored<T> =
  IsAny<T> extends true
    ? unknown
    : T extends DateTimeLike
      ? Date
      : T extends readonly (infer E)[]
        ? E extends DateTimeLike
          ? Date[]
          : T
        : T

/**
 * A document of model `M` as a row of an aggregation: property names, ids as text, dates as `Date`.
 * Any name where `M` declares no properties.
 */
export type RowOf<M> =
  IsAny<M> extends true
    ? Record<string, unknown>
    : string extends AttributeName<M>
      ? Record<string, unknown>
      : Expand<{ [K in keyof M as K extends AttributeName<M> ? K : never]: Stored<M[K]> }>

/** A name or dotted path of a row; where rows are of several kinds, of any of them. */
export type FieldPath<Row> = Row extends unknown ? AttributePath<Row> : never

/** The same, also as MongoDB writes it: `'amount'` or `'$amount'`. */
export type FieldName<Row> = FieldPath<Row> | `$${FieldPath<Row>}`

/** `'$amount'` without the dollar sign. */
export type Bare<Name extends string> = Name extends `$${infer Path}` ? Path : Name

/** What a path leads to in an expression: through an array it leads to an array of what is inside. */
export type FieldValue<T, Path extends string> =
  IsAny<T> extends true
    ? unknown
    : T extends null | undefined
      ? T
      : [Path] extends [keyof T]
        ? T[Path]
        : T extends readonly (infer E)[]
          ? FieldValue<NonNullable<E>, Path>[]
          : Path extends `${infer Head}.${infer Rest}`
            ? Head extends keyof T
              ? FieldValue<T[Head], Rest>
              : unknown
            : unknown

/** `A` with the properties of `B` in place of its own. */
export type Merge<A, B> = Expand<Omit<A, keyof B> & B>

/** The first segment of a path. */
export type FirstSegment<Path extends string> = Path extends `${infer First}.${string}`
  ? First
  : Path

/** The names of a row that primary keys have. */
type PrimaryName<Row> = Extract<keyof Row, 'id' | '_id'>

/** What `select()` leaves. */
export type Selected<Row, Name extends string> = Expand<
  Pick<Row, Extract<keyof Row, FirstSegment<Bare<Name>>> | PrimaryName<Row>>
>

/** What `unset()` leaves. A path into a field leaves the field. */
export type Without<Row, Name extends string> = Expand<Omit<Row, Bare<Name>>>

type Item<T> = T extends readonly (infer E)[] ? E : T

/** What `unwind()` makes of the field at a path. `Kept`: rows without elements stay. */
export type Unwound<Row, Path extends string, Kept> = Path extends `${infer First}.${infer Rest}`
  ? First extends keyof Row
    ? Expand<{ [K in keyof Row]: K extends First ? Unwound<Row[K], Rest, Kept> : Row[K] }>
    : Row
  : Expand<{
      [K in keyof Row]: K extends Path
        ? Kept extends true
          ? Item<Row[K]> | undefined
          : NonNullable<Item<Row[K]>>
        : Row[K]
    }>
