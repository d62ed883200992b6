/**
 * What a chain of calls leaves behind: immutable nodes with stored names and cast values, ready to
 * be compiled. Nodes are shared between a builder and its clones.
 */

import type { Body } from '../codec/body.ts'

/** MongoDB's comparison operators that a `compare` node can carry. */
export type ComparisonOperator = '$eq' | '$gt' | '$gte' | '$lt' | '$lte'

/** What the core is told of related rows. */
export interface RelatedCondition {
  /** Name of the relation. */
  readonly name: string
  /** Gets what is needed before it can be written. */
  open(): Promise<void>
  write(body: Body): void
}

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
  /** Operators on one field. False where the field has a value that they do not hold for. */
  | {
      readonly kind: 'test'
      readonly field: string
      readonly operators: Readonly<Record<string, unknown>>
    }
  /** Filters for each outcome, which must all hold, for what no operator on a field can say. */
  | {
      readonly kind: 'either'
      readonly whenTrue: readonly Readonly<Record<string, unknown>>[]
      readonly whenFalse: readonly Readonly<Record<string, unknown>>[]
      /** Has an `$expr` in it, which MongoDB takes for whole documents only. */
      readonly expression: boolean
    }
  | { readonly kind: 'text'; readonly search: Readonly<Record<string, unknown>> }
  | { readonly kind: 'raw'; readonly filter: Readonly<Record<string, unknown>> }
  /** Related rows: the key of the rows that are asked for, and which rows refer to it. */
  | { readonly kind: 'related'; readonly field: string; readonly related: RelatedCondition }
  | { readonly kind: 'group'; readonly clauses: readonly Clause[] }
  /** An element of the array that all clauses hold for. */
  | { readonly kind: 'element'; readonly field: string; readonly clauses: readonly Clause[] }

export type Joiner = 'and' | 'or'

export interface Clause {
  /** How the clause is joined to the one before it; without meaning on the first. */
  readonly joiner: Joiner
  readonly negated: boolean
  readonly condition: Condition
}

/**
 * Whether there is a comparison among conditions that must all hold: it always says something. One in
 * a negated group need not: what is beside it there may make every document fit.
 */
export function alwaysNarrow(clauses: readonly Clause[]): boolean {
  return (
    clauses.every(({ joiner }) => joiner === 'and') &&
    clauses.some(
      ({ condition, negated }) =>
        condition.kind === 'compare' ||
        (condition.kind === 'group' && !negated && alwaysNarrow(condition.clauses)),
    )
  )
}

/** What most queries have, which are looked through each time. */
const NONE: readonly RelatedCondition[] = []

/** The related rows that conditions ask for, in the order in which they are written, behind `found`. */
export function relatedIn(clauses: readonly Clause[], found = NONE): readonly RelatedCondition[] {
  let all = found
  for (const { condition } of clauses) {
    if (condition.kind === 'related') all = [...all, condition.related]
    else if (condition.kind === 'group') all = relatedIn(condition.clauses, all)
  }
  return all
}

/** Whether a text search is among the clauses, at any depth. */
export function searchesText(clauses: readonly Clause[]): boolean {
  return clauses.some(
    ({ condition }) =>
      condition.kind === 'text' || (condition.kind === 'group' && searchesText(condition.clauses)),
  )
}
