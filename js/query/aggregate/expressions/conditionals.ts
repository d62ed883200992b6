/** Logic and choices. */

import { describe, fail } from '../../messages.ts'
import { record } from '../../record.ts'
import type { NoPath, Operand, PathsOf, Present, ValueOf } from '../types/operands.ts'
import { firstKnown, make, makePassing, operandOf } from './compile.ts'
import type { Expression } from './expression.ts'

/**
 * Whether all hold. Null, missing and 0 count as false.
 *
 * @example
 * expr.and(expr.gte(expr.field('age'), 18), expr.eq(expr.field('active'), true))
 */
export function and<const A extends readonly Operand[]>(
  ...conditions: A
): Expression<boolean, PathsOf<A[number]>> {
  return make('$and', (scope) => conditions.map((one) => operandOf(scope, one).value))
}

/** Whether at least one holds. @example expr.or(expr.field('vip'), expr.gt(expr.field('orders'), 9)) */
export function or<const A extends readonly Operand[]>(
  ...conditions: A
): Expression<boolean, PathsOf<A[number]>> {
  return make('$or', (scope) => conditions.map((one) => operandOf(scope, one).value))
}

/** Whether the condition does not hold. @example expr.not(expr.field('active')) */
export function not<const A extends Operand>(condition: A): Expression<boolean, PathsOf<A>> {
  return make('$not', (scope) => [operandOf(scope, condition).value])
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
  return makePassing('$cond', (scope) => {
    const branches = [operandOf(scope, then), operandOf(scope, otherwise)]
    const args = [operandOf(scope, condition), ...branches].map(({ value }) => value)
    return { args, known: firstKnown(branches) }
  })
}

/** One branch of `expr.switch()`: a condition, and the value where it holds. */
export type SwitchBranch = readonly [condition: Operand, value: Operand]

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
  return makePassing('$switch', (scope) => {
    if (!Array.isArray(branches) || branches.length === 0 || !branches.every(isBranch)) {
      const message = 'expr.switch() needs a list of branches [condition, value]'
      fail('E_INVALID_QUERY', scope.shape, `${message}, got ${describe(branches)}`)
    }
    const values = branches.map(([, value]) => operandOf(scope, value))
    const args = record()
    args.branches = branches.map(([condition], index) => {
      const branch = record()
      branch.case = operandOf(scope, condition).value
      // biome-ignore lint/suspicious/noThenProperty: MongoDB's name
      branch.then = values[index]?.value
      return branch
    })
    if (otherwise !== undefined) {
      const last = operandOf(scope, otherwise)
      args.default = last.value
      values.push(last)
    }
    return { args, known: firstKnown(values) }
  })
}

function isBranch(given: unknown): given is SwitchBranch {
  return Array.isArray(given) && given.length === 2
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
  return makePassing('$ifNull', (scope) => {
    const all = [value, ...otherwise].map((one) => operandOf(scope, one))
    return { args: all.map((one) => one.value), known: firstKnown(all) }
  })
}

/** The last value may be null, those before it not. */
type IfNullRest<B extends readonly unknown[]> = B extends readonly [...infer Before, infer Last]
  ? Present<ValueOf<Before[number]>> | ValueOf<Last>
  : ValueOf<B[number]>
