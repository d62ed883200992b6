/**
 * Comparisons. A value that is compared with a column is cast through it: text of 24 hexadecimal
 * digits becomes an ObjectId where the column holds ids. Values of different types compare by
 * MongoDB's order of types; null and missing fields are smaller than anything else.
 */
import { castValue } from '../../values.ts'
import type { NoPath, Operand, PathsOf } from '../types/operands.ts'
import { Accumulator } from './accumulator.ts'
import { make, operandOf } from './compile.ts'
import { type Compiled, Expression, type Scope } from './expression.ts'

type Compared<A, B> = Expression<boolean, PathsOf<A> | PathsOf<B>>

function compare<T, P>(name: string, a: unknown, b: unknown): Expression<T, P> {
  return make(name, (scope) => pair(scope, a, b))
}

function pair(scope: Scope, a: unknown, b: unknown): unknown[] {
  const left = isValue(a) ? undefined : operandOf(scope, a)
  const right = isValue(b) ? undefined : operandOf(scope, b)
  return [left ?? cast(scope, a, right), right ?? cast(scope, b, left)].map(({ value }) => value)
}

function isValue(given: unknown): boolean {
  return !(given instanceof Expression || given instanceof Accumulator)
}

function cast(scope: Scope, given: unknown, other: Compiled | undefined): Compiled {
  const path = other?.path
  if (path === undefined || given === null) return operandOf(scope, given)
  return operandOf(scope, castValue(scope.shape, path, given))
}

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
  return compare('$eq', a, b)
}

/** Whether the two differ. @example expr.ne(expr.field('status'), 'banned') */
export function ne<const A extends Operand, const B extends Operand>(
  a: NoPath<A>,
  b: NoPath<B>,
): Compared<A, B> {
  return compare('$ne', a, b)
}

/** Whether `a` is greater. @example expr.gt(expr.field('age'), 18) */
export function gt<const A extends Operand, const B extends Operand>(
  a: NoPath<A>,
  b: NoPath<B>,
): Compared<A, B> {
  return compare('$gt', a, b)
}

/** Whether `a` is greater or equal. @example expr.gte(expr.field('age'), 18) */
export function gte<const A extends Operand, const B extends Operand>(
  a: NoPath<A>,
  b: NoPath<B>,
): Compared<A, B> {
  return compare('$gte', a, b)
}

/** Whether `a` is smaller. @example expr.lt(expr.field('age'), 18) */
export function lt<const A extends Operand, const B extends Operand>(
  a: NoPath<A>,
  b: NoPath<B>,
): Compared<A, B> {
  return compare('$lt', a, b)
}

/** Whether `a` is smaller or equal. @example expr.lte(expr.field('age'), 18) */
export function lte<const A extends Operand, const B extends Operand>(
  a: NoPath<A>,
  b: NoPath<B>,
): Compared<A, B> {
  return compare('$lte', a, b)
}

/** -1, 0 or 1: how `a` stands to `b` in MongoDB's order. @example expr.cmp(expr.field('a'), expr.field('b')) */
export function cmp<const A extends Operand, const B extends Operand>(
  a: NoPath<A>,
  b: NoPath<B>,
): Expression<-1 | 0 | 1, PathsOf<A> | PathsOf<B>> {
  return compare('$cmp', a, b)
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
  return make('$in', (scope) => {
    const given: unknown = value
    const found = isValue(given) ? undefined : operandOf(scope, given)
    const items: unknown = list
    if (!Array.isArray(items)) {
      return [(found ?? operandOf(scope, given)).value, operandOf(scope, items).value]
    }
    const cases = Array.from(items, (item: unknown) =>
      isValue(item) ? cast(scope, item, found).value : operandOf(scope, item).value,
    )
    return [(found ?? operandOf(scope, given)).value, cases]
  })
}

export { isIn as in }
