// Generated from tables/arrays.md by scripts/generate_expressions.mjs.
/**
 * Arrays. The first argument is the name of a field or an expression. `expr.first`, `expr.last`,
 * `expr.sum` and others of the accumulators work on arrays too.
 */

import type { AnyExpression, ArrayPaths, ArrayValue, Derived, Item, ListOf, NumberOperand, Operand, PathsOf, Subject, SubjectPaths, SubjectValue } from '../types/operands.ts'
import { sorted } from './arrays.ts'
import { Expression } from './expression.ts'
import { arrayAnd, list, listOf, named, only, operand, operation, passing, subject } from './forms.ts'

/** An array: the name of a field, an expression, or a list of operands. */
export type ArraySubject = string | AnyExpression | readonly Operand[]

type SameArray<S> = Expression<Derived<ArrayValue<S>, ListOf<Item<S>>>, ArrayPaths<S>>

/**
 * How many elements. The server refuses what is no array.
 *
 * @example
 * expr.size('tags')
 */
export function size<const S extends ArraySubject>(array: S): Expression<number, ArrayPaths<S>> {
  return new Expression(operation('$size', only(array)))
}

/** Whether it is an array. @example expr.isArray('tags') */
export function isArray<const S extends ArraySubject>(
  array: S,
): Expression<boolean, ArrayPaths<S>> {
  return new Expression(operation('$isArray', listOf(array)))
}

/** Whether at least one element is true. @example expr.anyElementTrue('answers') */
export function anyElementTrue<const S extends ArraySubject>(
  array: S,
): Expression<boolean, ArrayPaths<S>> {
  return new Expression(operation('$anyElementTrue', listOf(array)))
}

/** Whether all elements are true. @example expr.allElementsTrue('answers') */
export function allElementsTrue<const S extends ArraySubject>(
  array: S,
): Expression<boolean, ArrayPaths<S>> {
  return new Expression(operation('$allElementsTrue', listOf(array)))
}

/**
 * The element at a position from 0, or from the end with a negative one.
 *
 * @example
 * expr.arrayElemAt('scores', -1)
 */
export function arrayElemAt<const S extends ArraySubject>(
  array: S,
  position: NumberOperand,
): Expression<Item<S>, ArrayPaths<S>> {
  return new Expression(passing('$arrayElemAt', arrayAnd(array, position)))
}

/**
 * `count` elements from a position on; from the end with a negative one.
 *
 * @example
 * expr.slice('comments', 0, 3)
 */
export function slice<const S extends ArraySubject>(
  array: S,
  start: NumberOperand,
  count?: NumberOperand,
): SameArray<S> {
  return new Expression(passing('$slice', arrayAnd(array, ...(count === undefined ? [start] : [start, count]))))
}

/** The arrays one after the other. @example expr.concatArrays('tags', 'labels') */
export function concatArrays<const S extends readonly ArraySubject[]>(
  ...arrays: S
): SameArray<S[number]> {
  return new Expression(passing('$concatArrays', listOf(...arrays)))
}

/**
 * Elements that are in any of the arrays, each once, in no order.
 *
 * @example
 * expr.setUnion('tags', ['new'])
 */
export function setUnion<const S extends readonly ArraySubject[]>(
  ...arrays: S
): SameArray<S[number]> {
  return new Expression(passing('$setUnion', listOf(...arrays)))
}

/** Elements that are in all of the arrays. @example expr.setIntersection('tags', 'labels') */
export function setIntersection<const S extends readonly ArraySubject[]>(
  ...arrays: S
): SameArray<S[number]> {
  return new Expression(passing('$setIntersection', listOf(...arrays)))
}

/**
 * In reverse.
 *
 * @example
 * expr.reverseArray('history')
 */
export function reverseArray<const S extends ArraySubject>(array: S): SameArray<S> {
  return new Expression(passing('$reverseArray', only(array)))
}

/**
 * In order: of the elements themselves, or of fields of elements that are documents.
 *
 * @example
 * expr.sortArray('scores', 'desc')
 * expr.sortArray('items', { price: 'desc', sku: 'asc' })
 */
export function sortArray<const S extends ArraySubject>(
  array: S,
  order: 'asc' | 'desc' | { readonly [field: string]: 'asc' | 'desc' },
): SameArray<S> {
  return new Expression(passing('$sortArray', sorted(array, order)))
}

/**
 * Where the value stands, from 0; -1 when it is not there.
 *
 * @example
 * expr.indexOfArray('tags', 'new')
 */
export function indexOfArray<const S extends ArraySubject, const A extends Operand>(
  array: S,
  value: A,
): Expression<Derived<ArrayValue<S>, number>, ArrayPaths<S> | PathsOf<A>> {
  return new Expression(operation('$indexOfArray', arrayAnd(array, value)))
}

/**
 * Integers from `start` up to, without, `end`.
 *
 * @example
 * expr.range(0, expr.field('count'))
 */
export function range<const A extends NumberOperand, const B extends NumberOperand>(
  start: A,
  end: B,
  step: NumberOperand = 1,
): Expression<number[], PathsOf<A> | PathsOf<B>> {
  return new Expression(operation('$range', list(start, end, step)))
}

/**
 * Elements of the first array that the second does not have.
 *
 * @example
 * expr.setDifference('tags', ['new'])
 */
export function setDifference<const S extends ArraySubject, const B extends ArraySubject>(
  array: S,
  without: B,
): Expression<Derived<ArrayValue<S>, ListOf<Item<S>>>, ArrayPaths<S> | ArrayPaths<B>> {
  return new Expression(passing('$setDifference', listOf(array, without)))
}

/**
 * Whether every element of the first array is in the second.
 *
 * @example
 * expr.setIsSubset(['a', 'b'], 'tags')
 */
export function setIsSubset<const S extends ArraySubject, const B extends ArraySubject>(
  array: S,
  of: B,
): Expression<boolean, ArrayPaths<S> | ArrayPaths<B>> {
  return new Expression(operation('$setIsSubset', listOf(array, of)))
}

/**
 * Whether the arrays have the same elements.
 *
 * @example
 * expr.setEquals('tags', 'labels')
 */
export function setEquals<const S extends readonly ArraySubject[]>(
  ...arrays: S
): Expression<boolean, ArrayPaths<S[number]>> {
  return new Expression(operation('$setEquals', listOf(...arrays)))
}

/**
 * A document's fields as `{ k, v }`.
 *
 * @example
 * expr.objectToArray('settings')
 */
export function objectToArray<const S extends Subject>(
  document: S,
): Expression<Derived<SubjectValue<S>, { k: string; v: unknown }[]>, SubjectPaths<S>> {
  return new Expression(operation('$objectToArray', subject(document)))
}

/**
 * A document of `{ k, v }` or `[k, v]`.
 *
 * @example
 * expr.arrayToObject('counts')
 */
export function arrayToObject<const S extends ArraySubject>(
  array: S,
): Expression<Derived<ArrayValue<S>, Record<string, unknown>>, ArrayPaths<S>> {
  return new Expression(operation('$arrayToObject', only(array)))
}

/**
 * A field whose name no path can have: one with a dot, a dollar sign or only digits.
 *
 * @example
 * expr.getField('countsByYear', '2024')
 */
export function getField<const S extends Subject>(
  document: S,
  name: string,
): Expression<unknown, SubjectPaths<S>> {
  return new Expression(operation('$getField', named({ field: operand(name), input: subject(document) })))
}
