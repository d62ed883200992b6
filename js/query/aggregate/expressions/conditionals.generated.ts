// Generated from tables/conditionals.md by scripts/generate_expressions.mjs.
/** Logic and choices. */

import type { NoPath, Operand, PathsOf, Present, ValueOf } from '../types/operands.ts'
import { cases, choice } from './choices.ts'
import { Expression } from './expression.ts'
import { list, operation, passing } from './forms.ts'

/** One branch of `expr.switch()`: a condition, and the value where it holds. */
export type SwitchBranch = readonly [condition: Operand, value: Operand]

/** The last value may be null, those before it not. */
type IfNullRest<B extends readonly unknown[]> = B extends readonly [...infer Before, infer Last]
  ? Present<ValueOf<Before[number]>> | ValueOf<Last>
  : ValueOf<B[number]>

/**
 * Whether all hold. Null, missing and 0 count as false.
 *
 * @example
 * expr.and(expr.gte(expr.field('age'), 18), expr.eq(expr.field('active'), true))
 */
export function and<const A extends readonly Operand[]>(
  ...conditions: A
): Expression<boolean, PathsOf<A[number]>> {
  return new Expression(operation('$and', list(...conditions)))
}

/**
 * Whether at least one holds.
 *
 * @example
 * expr.or(expr.field('vip'), expr.gt(expr.field('orders'), 9))
 */
export function or<const A extends readonly Operand[]>(
  ...conditions: A
): Expression<boolean, PathsOf<A[number]>> {
  return new Expression(operation('$or', list(...conditions)))
}

/**
 * Whether the condition does not hold.
 *
 * @example
 * expr.not(expr.field('active'))
 */
export function not<const A extends Operand>(condition: A): Expression<boolean, PathsOf<A>> {
  return new Expression(operation('$not', list(condition)))
}

/**
 * `then` where the condition holds, otherwise `otherwise`.
 *
 * @example
 * expr.cond(expr.gte(expr.field('age'), 18), 'adult', 'minor')
 */
export function cond<const C extends Operand, const A extends Operand, const B extends Operand>(
  condition: C,
  then: NoPath<A>,
  otherwise: NoPath<B>,
): Expression<ValueOf<A> | ValueOf<B>, PathsOf<C> | PathsOf<A> | PathsOf<B>> {
  return new Expression(passing('$cond', choice(condition, then, otherwise)))
}

/**
 * The value of the first branch whose condition holds, or `otherwise`. Without `otherwise` the server
 * refuses a row for which none does.
 *
 * Throws, where the stage is added, `E_INVALID_QUERY` for branches that are none.
 *
 * @example
 * expr.switch(
 *   [
 *     [expr.gte(expr.field('total'), 1000), 'large'],
 *     [expr.gte(expr.field('total'), 100), 'medium'],
 *   ],
 *   'small',
 * )
 */
function switchCase<const A extends readonly SwitchBranch[], const B extends Operand = never>(
  branches: A,
  otherwise?: NoPath<B>,
): Expression<
  ValueOf<A[number][1]> | NoInfer<ValueOf<B>>,
  PathsOf<A[number][number]> | NoInfer<PathsOf<B>>
> {
  return new Expression(passing('$switch', cases(branches, otherwise)))
}

export { switchCase as switch }

/**
 * The first value that is neither null nor missing; the last one is taken whatever it is.
 *
 * @example
 * expr.ifNull(expr.field('nickname'), expr.field('name'), 'nobody')
 */
export function ifNull<const A extends Operand, const B extends readonly Operand[]>(
  value: NoPath<A>,
  ...otherwise: B
): Expression<Present<ValueOf<A>> | IfNullRest<B>, PathsOf<A> | PathsOf<B[number]>> {
  return new Expression(passing('$ifNull', list(value, ...otherwise)))
}
