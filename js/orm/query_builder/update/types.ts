/** What may be written in an update, derived from the model class. */
import type { AttributePath, AttributeValue, Direction } from '../../../query/index.ts'
import type { AttributeInput } from '../../contracts/options.ts'

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
export type UpdateValue<M, Path extends string> = null | UpdateValueIn<M, Path>['is']

// For models that are not known yet, as all that depends on `M`: see query/types/paths.ts.
type UpdateValueIn<M, Path extends string> = M extends unknown
  ? { is: Path extends keyof M ? AttributeInput<M, Path> : AttributeValue<M, Path> }
  : never

/** Property names or paths with the values they shall have. */
export type UpdateValues<M> = UpdateValuesIn<M>['are']

type UpdateValuesIn<M> = M extends unknown
  ? {
      are: { readonly [Path in AttributePath<M>]?: UpdateValue<M, Path> } & {
        readonly [path: PositionalPath]: unknown
      }
    }
  : never

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
export type NumericPath<M> = NumericIn<M>['is'] | PositionalPath

type NumericIn<M> = M extends unknown ? { is: PathTo<M, AttributePath<M>, Amount> } : never

/** Paths to arrays. */
export type ListPath<M> = ListIn<M>['is'] | PositionalPath

type ListIn<M> = M extends unknown ? { is: PathTo<M, AttributePath<M>, readonly unknown[]> } : never

/** Type of the elements of the array that `Path` names. */
export type ElementOf<M, Path extends string> = ElementIn<M, Path>['is']

type ElementIn<M, Path extends string> = M extends unknown
  ? { is: NonNullable<AttributeValue<M, Path>> extends readonly (infer E)[] ? E : unknown }
  : never

/** Amounts by path. */
export type Amounts<M> = AmountsIn<M>['are']

type AmountsIn<M> = M extends unknown
  ? { are: { readonly [Path in NumericPath<M>]?: Amount } }
  : never

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
