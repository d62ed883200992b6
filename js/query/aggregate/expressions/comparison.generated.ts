// Generated from tables/comparison.md by scripts/generate_expressions.mjs.
/**
 * Comparisons. A value that is compared with a column is cast through it: text of 24 hexadecimal
 * digits becomes an ObjectId where the column holds ids. Values of different types compare by
 * MongoDB's order of types; null and missing fields are smaller than anything else.
 */

import type { NoPath, Operand, PathsOf } from '../types/operands.ts'
import { compared, member } from './comparison.ts'
import { Expression } from './expression.ts'
import { operation } from './forms.ts'

type Compared<A, B> = Expression<boolean, PathsOf<A> | PathsOf<B>>

/**
 * Whether the two are equal.
 *
 * @example
 * Order.aggregate().group({ by: null, paid: expr.sum(expr.cond(expr.eq(expr.field('paid'), true), 1, 0)) })
 */
export function eq<const A extends Operand, const B extends Operand>(
  a: NoPath<A>,
  b: NoPath<B>,
): Compared<A, B> {
  return new Expression(operation('$eq', compared(a, b)))
}

/** Whether the two differ. @example expr.ne(expr.field('status'), 'banned') */
export function ne<const A extends Operand, const B extends Operand>(
  a: NoPath<A>,
  b: NoPath<B>,
): Compared<A, B> {
  return new Expression(operation('$ne', compared(a, b)))
}

/** Whether `a` is greater. @example expr.gt(expr.field('age'), 18) */
export function gt<const A extends Operand, const B extends Operand>(
  a: NoPath<A>,
  b: NoPath<B>,
): Compared<A, B> {
  return new Expression(operation('$gt', compared(a, b)))
}

/** Whether `a` is greater or equal. @example expr.gte(expr.field('age'), 18) */
export function gte<const A extends Operand, const B extends Operand>(
  a: NoPath<A>,
  b: NoPath<B>,
): Compared<A, B> {
  return new Expression(operation('$gte', compared(a, b)))
}

/** Whether `a` is smaller. @example expr.lt(expr.field('age'), 18) */
export function lt<const A extends Operand, const B extends Operand>(
  a: NoPath<A>,
  b: NoPath<B>,
): Compared<A, B> {
  return new Expression(operation('$lt', compared(a, b)))
}

/** Whether `a` is smaller or equal. @example expr.lte(expr.field('age'), 18) */
export function lte<const A extends Operand, const B extends Operand>(
  a: NoPath<A>,
  b: NoPath<B>,
): Compared<A, B> {
  return new Expression(operation('$lte', compared(a, b)))
}

/**
 * -1, 0 or 1: how `a` stands to `b` in MongoDB's order.
 *
 * @example
 * expr.cmp(expr.field('a'), expr.field('b'))
 */
export function cmp<const A extends Operand, const B extends Operand>(
  a: NoPath<A>,
  b: NoPath<B>,
): Expression<-1 | 0 | 1, PathsOf<A> | PathsOf<B>> {
  return new Expression(operation('$cmp', compared(a, b)))
}

/**
 * Whether the value is one of the list, or one of the elements of an array field.
 *
 * @example
 * expr.in(expr.field('status'), ['active', 'invited'])
 * expr.in('admin', expr.field('roles'))
 */
function isIn<const A extends Operand, const B extends readonly Operand[] | Expression>(
  value: NoPath<A>,
  list: B,
): Compared<A, B> {
  return new Expression(operation('$in', member(value, list)))
}

export { isIn as in }
