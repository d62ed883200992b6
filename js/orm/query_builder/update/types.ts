/** What may be written in an update, derived from the model class. */
import type { AttributePath, AttributeValue, Direction } from '../../../query/index.ts'
import type { ModelAttributes } from '../../contracts/options.ts'
import type { UpdateBuilder } from './builder.ts'

/** What an update of documents did. */
export interface UpdateResult {
  /** How many documents the filter found. */
  readonly matched: number
  /** How many of them are different now. */
  readonly modified: number
}

/** What an upsert did. */
export interface UpsertResult extends UpdateResult {
  /** Primary key of the document that was inserted; not there when one was found. */
  readonly upsertedId?: unknown
}

/** A path with a place in an array: `'items.$[item].qty'`, `'items.$[].qty'`, `'items.$.qty'`. */
export type PositionalPath = `${string}.$${string}`

/** A property name, a dotted path, or a path with a place in an array. */
export type UpdatePath<M> = AttributePath<M> | PositionalPath

/** What the property or nested value that `Path` names may be set to. */
export type UpdateValue<M, Path extends string> =
  | null
  | (Path extends keyof ModelAttributes<M> ? ModelAttributes<M>[Path] : AttributeValue<M, Path>)

/** Property names or paths with the values they shall have. */
export type UpdateValues<M> = {
  readonly [Path in AttributePath<M>]?: UpdateValue<M, Path>
} & { readonly [path: PositionalPath]: unknown }

/** Values to set, or a callback that says what to change. */
export type UpdateChanges<M> = UpdateValues<M> | ((update: UpdateBuilder<M>) => unknown)

/** Something to add to a number. */
export type Amount =
  | number
  | bigint
  | { readonly _bsontype: 'Long' | 'Int32' | 'Double' | 'Decimal128' }

/** Paths `P` whose value is a `Wanted`, or cannot be told. */
type PathTo<M, P extends AttributePath<M>, Wanted> = P extends P
  ? unknown extends AttributeValue<M, P>
    ? P
    : [NonNullable<AttributeValue<M, P>>] extends [Wanted]
      ? P
      : never
  : never

/** Paths to numbers. */
export type NumericPath<M> = PathTo<M, AttributePath<M>, Amount> | PositionalPath

/** Paths to arrays. */
export type ListPath<M> = PathTo<M, AttributePath<M>, readonly unknown[]> | PositionalPath

/** Type of the elements of the array that `Path` names. */
export type ElementOf<M, Path extends string> =
  NonNullable<AttributeValue<M, Path>> extends readonly (infer Element)[] ? Element : unknown

/** Amounts by path. */
export type Amounts<M> = { readonly [Path in NumericPath<M>]?: Amount }

/** What is given is one element, be it an array. */
export interface OneElement {
  readonly each?: false
}

/** What is given is a list, each element of which is added. */
export interface EachElement {
  readonly each: true
}

/** Options of `push`. */
export interface PushOptions<Element = unknown> {
  /** Where to insert, counted from 0, or from the end when negative; at the end by default. */
  readonly position?: number
  /** How many elements are kept: the first ones, the last ones when negative, none for 0. */
  readonly slice?: number
  /** Sorts the whole array afterwards: by its elements, or by what is in them. */
  readonly sort?: Direction | { readonly [Path in AttributePath<Element>]?: Direction }
}

/** Operands of `bitwise`. */
export interface BitwiseOperands {
  readonly and?: number | bigint
  readonly or?: number | bigint
  readonly xor?: number | bigint
}
