/**
 * What a chain of calls leaves behind: immutable nodes with stored names and cast values, ready to
 * be compiled. Nodes are shared between a builder and its clones.
 */

/** MongoDB's comparison operators that a `compare` node can carry. */
export type ComparisonOperator = '$eq' | '$gt' | '$gte' | '$lt' | '$lte'

export type Condition =
  | {
      readonly kind: 'compare'
      readonly field: string
      readonly operator: ComparisonOperator
      readonly value: unknown
    }
  | { readonly kind: 'in'; readonly field: string; readonly values: readonly unknown[] }
  | {
      readonly kind: 'between'
      readonly field: string
      readonly from: unknown
      readonly to: unknown
    }
  | {
      readonly kind: 'like'
      readonly field: string
      readonly pattern: string
      readonly fold: boolean
    }
  | { readonly kind: 'exists'; readonly field: string }
  | { readonly kind: 'raw'; readonly filter: Readonly<Record<string, unknown>> }
  | { readonly kind: 'group'; readonly clauses: readonly Clause[] }

export type Joiner = 'and' | 'or'

export interface Clause {
  /** How the clause is joined to the one before it; without meaning on the first. */
  readonly joiner: Joiner
  readonly negated: boolean
  readonly condition: Condition
}
