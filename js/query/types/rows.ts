/** What may be written about the rows of a query: order, selection, grouping and aggregates. */
import type { AttributePath } from './paths.ts'
import type { EqualityOperator, Operand, Operator, OrderOperator } from './values.ts'

/** Key under which a builder's type, and only its type, keeps the aliases that were given. */
export declare const aliasNames: unique symbol

/** A query whose rows also have the fields `Alias`. */
export interface Aliased<Alias extends string> {
  readonly [aliasNames]?: { readonly [Name in Alias]: true }
}

/** The aliases of query `Q`. */
export type AliasOf<Q> = Q extends { readonly [aliasNames]?: infer Names }
  ? keyof NonNullable<Names> & string
  : never

export type Direction = 'asc' | 'desc'

/** Where rows without a value go. MongoDB puts them first when ascending, last when descending. */
export type NullsOrder = 'first' | 'last'

/** One entry of `orderBy([…])`. */
export type OrderItem<M, Alias extends string = never> =
  | AttributePath<M>
  | Alias
  | {
      readonly column: AttributePath<M> | Alias
      readonly order?: Direction | undefined
      readonly nulls?: NullsOrder | undefined
    }

/** `orderBy({ name: 'asc' })`. */
export type OrderMap<M, Alias extends string = never> = OrderMapIn<M, Alias>['is']

type OrderMapIn<M, Alias extends string> = M extends unknown
  ? { is: { readonly [P in AttributePath<M> | Alias]?: Direction } }
  : never

/** What a sort document may say of a field. */
export type SortValue = 1 | -1 | { readonly $meta: 'textScore' }

/** `select({ alias: column })`. */
export type SelectAliases<M> = { readonly [alias: string]: AttributePath<M> }

/** One argument of `select()`: a column, `'*'`, `'column as alias'` or `{ alias: column }`. */
export type SelectItem<M> =
  | AttributePath<M>
  | '*'
  | `${AttributePath<M>} as ${string}`
  | SelectAliases<M>

/** The aliases that arguments of `select()` give. */
export type SelectedAlias<Item> = Item extends `${string} as ${infer Alias}`
  ? Alias
  : Item extends string
    ? never
    : keyof Item & string

/**
 * What an aggregate is taken of: a column, `'column as alias'`, or `{ alias: column }` for several.
 * `Star` is `'*'` where rows can be counted.
 */
export type AggregateColumns<M, Star extends string = never> =
  | AttributePath<M>
  | Star
  | `${AttributePath<M> | Star} as ${string}`
  | { readonly [alias: string]: AttributePath<M> | Star }

/** The aliases of an aggregate over `Columns`; `Alias` where they name none. */
export type AggregateAlias<
  Columns,
  Alias extends string,
> = Columns extends `${string} as ${infer Name}`
  ? Name
  : Columns extends string | readonly string[]
    ? Alias
    : keyof Columns & string

/** Operators of `having(key, operator, value)`. */
export type HavingOperator = Operator

/** What may stand right of operator `O` in `having()`: for an alias, whatever it may hold. */
export type HavingOperand<M, Key extends string, O extends Operator> = HavingIn<M, Key, O>['is']

// For models that are not known yet, as all that depends on `M`: see paths.ts.
type HavingIn<M, Key extends string, O extends Operator> = M extends unknown
  ? { is: Key extends AttributePath<M> ? Operand<M, Key, O> : AliasOperand<O> }
  : never

type AliasOperand<O extends Operator> = O extends EqualityOperator
  ? unknown
  : O extends OrderOperator
    ? NonNullable<unknown>
    : O extends 'in' | 'not in'
      ? readonly unknown[]
      : O extends 'between' | 'not between'
        ? readonly [from: NonNullable<unknown>, to: NonNullable<unknown>]
        : string
