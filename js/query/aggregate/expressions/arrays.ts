/**
 * Arrays. The first argument is the name of a field or an expression. `expr.first`, `expr.last`,
 * `expr.sum` and others of the accumulators work on arrays too.
 */
import { record } from '../../record.ts'
import { readEntries, readWord } from '../read.ts'
import { Shape } from '../shapes/shape.ts'
import type {
  AnyExpression,
  Derived,
  ElementOf,
  ListOf,
  NumberOperand,
  Operand,
  PathsOf,
  Subject,
  SubjectPaths,
  SubjectValue,
  ValueOf,
} from '../types/operands.ts'
import {
  argument,
  compiled,
  firstKnown,
  make,
  makePassing,
  operandOf,
  operator,
  storedField,
  subjectOf,
  withVariable,
} from './compile.ts'
import { Expression, type Scope } from './expression.ts'
import { Variable } from './variable.ts'

/** An array: the name of a field, an expression, or a list of operands. */
export type ArraySubject = string | AnyExpression | readonly Operand[]

type ArrayValue<S> = S extends readonly unknown[] ? ListOf<ValueOf<S[number]>> : SubjectValue<S>
type ArrayPaths<S> = S extends readonly unknown[] ? PathsOf<S> : SubjectPaths<S>
type Item<S> = ElementOf<ArrayValue<S>>
type SameArray<S> = Expression<Derived<ArrayValue<S>, ListOf<Item<S>>>, ArrayPaths<S>>

function all(scope: Scope, given: readonly unknown[]) {
  const parts = given.map((one) => subjectOf(scope, one))
  return { args: parts.map(({ value }) => value), known: firstKnown(parts) }
}

/** The array and operands behind it. */
function arrayAnd(scope: Scope, array: unknown, operands: readonly unknown[]) {
  const first = subjectOf(scope, array)
  const rest = operands.map((operand) => operandOf(scope, operand).value)
  return { args: [first.value, ...rest], known: first.known }
}

/** How many elements. The server refuses what is no array. @example expr.size('tags') */
export function size<const S extends ArraySubject>(array: S): Expression<number, ArrayPaths<S>> {
  return make('$size', (scope) => argument(subjectOf(scope, array).value))
}

/** Whether it is an array. @example expr.isArray('tags') */
export function isArray<const S extends ArraySubject>(
  array: S,
): Expression<boolean, ArrayPaths<S>> {
  return make('$isArray', (scope) => [subjectOf(scope, array).value])
}

/** The element at a position from 0, or from the end with a negative one. @example expr.arrayElemAt('scores', -1) */
export function arrayElemAt<const S extends ArraySubject>(
  array: S,
  position: NumberOperand,
): Expression<Item<S>, ArrayPaths<S>> {
  return makePassing('$arrayElemAt', (scope) => arrayAnd(scope, array, [position]))
}

/** `count` elements from a position on; from the end with a negative one. @example expr.slice('comments', 0, 3) */
export function slice<const S extends ArraySubject>(
  array: S,
  start: NumberOperand,
  count?: NumberOperand,
): SameArray<S> {
  return makePassing('$slice', (scope) =>
    arrayAnd(scope, array, count === undefined ? [start] : [start, count]),
  )
}

/** The arrays one after the other. @example expr.concatArrays('tags', 'labels') */
export function concatArrays<const S extends readonly ArraySubject[]>(
  ...arrays: S
): SameArray<S[number]> {
  return makePassing('$concatArrays', (scope) => all(scope, arrays))
}

/** In reverse. @example expr.reverseArray('history') */
export function reverseArray<const S extends ArraySubject>(array: S): SameArray<S> {
  return makePassing('$reverseArray', (scope) => {
    const { value, known } = subjectOf(scope, array)
    return { args: argument(value), known }
  })
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
  const place = 'expr.sortArray()'
  const direction = (scope: Scope, given: unknown) =>
    readWord(scope.shape, `the order of ${place}`, given, ['asc', 'desc']) === 'asc' ? 1 : -1
  return makePassing('$sortArray', (scope) => {
    const { value, known } = subjectOf(scope, array)
    const args = record()
    args.input = value
    if (typeof order === 'string') args.sortBy = direction(scope, order)
    else {
      const sortBy = record()
      const inside = { ...scope, shape: known.shape ?? Shape.unknown(scope.shape.name) }
      for (const [name, given] of readEntries(scope.shape, place, order)) {
        sortBy[storedField(inside, name)] = direction(scope, given)
      }
      args.sortBy = sortBy
    }
    return { args, known }
  })
}

/** Where the value stands, from 0; -1 when it is not there. @example expr.indexOfArray('tags', 'new') */
export function indexOfArray<const S extends ArraySubject, const A extends Operand>(
  array: S,
  value: A,
): Expression<Derived<ArrayValue<S>, number>, ArrayPaths<S> | PathsOf<A>> {
  return make('$indexOfArray', (scope) => arrayAnd(scope, array, [value]).args)
}

/** Integers from `start` up to, without, `end`. @example expr.range(0, expr.field('count')) */
export function range<const A extends NumberOperand, const B extends NumberOperand>(
  start: A,
  end: B,
  step: NumberOperand = 1,
): Expression<number[], PathsOf<A> | PathsOf<B>> {
  return make('$range', (scope) => [start, end, step].map((one) => operandOf(scope, one).value))
}

/** How many callbacks the one that runs is inside of: their variables must not have one name. */
let depth = 0

function call<T>(callback: () => T): T {
  depth++
  try {
    return callback()
  } finally {
    depth--
  }
}

function itemVariable<T>(): { name: string; item: Variable<T> } {
  const name = depth === 0 ? 'item' : `item${depth + 1}`
  return { name, item: new Variable<T>(() => name) }
}

/**
 * The elements for which the condition holds.
 *
 * @example
 * expr.filter('items', (item) => expr.gt(item.field('price'), 10))
 */
export function filter<const S extends ArraySubject, const B extends Operand>(
  array: S,
  condition: (item: Variable<Item<S>>) => B,
  limit?: NumberOperand,
): Expression<Derived<ArrayValue<S>, ListOf<Item<S>>>, ArrayPaths<S> | PathsOf<B>> {
  const { name, item } = itemVariable<Item<S>>()
  const body = call(() => condition(item))
  return makePassing('$filter', (scope) => {
    const { value: input, known } = subjectOf(scope, array)
    const cond = operandOf(withVariable(scope, name, known), body).value
    const args: Record<string, unknown> = { input, as: name, cond }
    if (limit !== undefined) args.limit = operandOf(scope, limit).value
    return { args, known }
  })
}

/**
 * What the callback makes of each element.
 *
 * @example
 * expr.map('items', (item) => expr.multiply(item.field('price'), item.field('quantity')))
 */
export function map<const S extends ArraySubject, const B extends Operand>(
  array: S,
  body: (item: Variable<Item<S>>) => B,
): Expression<Derived<ArrayValue<S>, ListOf<ValueOf<B>>>, ArrayPaths<S> | PathsOf<B>> {
  const { name, item } = itemVariable<Item<S>>()
  const made = call(() => body(item))
  return makePassing('$map', (scope) => {
    const input = subjectOf(scope, array)
    const inner = operandOf(withVariable(scope, name, input.known), made)
    return { args: { input: input.value, as: name, in: inner.value }, known: inner.known }
  })
}

/** How many `reduce` were made so far: tells whether there is one inside of another. */
let reduces = 0

/**
 * One value out of all elements: the callback gets what there is so far and the next element.
 *
 * @example
 * expr.reduce('items', 0, (total, item) => expr.add(total, item.field('price')))
 */
export function reduce<const S extends ArraySubject, I extends Operand, const B extends Operand>(
  array: S,
  initial: I,
  body: (value: Variable<ValueOf<I>>, item: Variable<Item<S>>) => B,
): Expression<
  Derived<ArrayValue<S>, ValueOf<I> | ValueOf<B>>,
  ArrayPaths<S> | PathsOf<I> | PathsOf<B>
> {
  // MongoDB gives every $reduce the same two variables, so an outer one's need names of their own.
  let names = { value: 'value', item: 'this' }
  const value = new Variable<ValueOf<I>>(() => names.value)
  const item = new Variable<Item<S>>(() => names.item)
  const level = depth
  const before = ++reduces
  const made = call(() => body(value, item))
  const renamed = reduces > before
  if (renamed) names = { value: `value${level + 1}`, item: `this${level + 1}` }
  return new Expression((scope) => {
    const input = subjectOf(scope, array)
    const start = operandOf(scope, initial)
    const within = withVariable(
      withVariable(scope, names.value, start.known),
      names.item,
      input.known,
    )
    const inner = operandOf(within, made).value
    const vars = { [names.value]: '$$value', [names.item]: '$$this' }
    const args = {
      input: input.value,
      initialValue: start.value,
      in: renamed ? operator('$let', { vars, in: inner }) : inner,
    }
    return compiled(operator('$reduce', args), start.known)
  })
}

/** Elements that are in any of the arrays, each once, in no order. @example expr.setUnion('tags', ['new']) */
export function setUnion<const S extends readonly ArraySubject[]>(
  ...arrays: S
): SameArray<S[number]> {
  return makePassing('$setUnion', (scope) => all(scope, arrays))
}

/** Elements that are in all of the arrays. @example expr.setIntersection('tags', 'labels') */
export function setIntersection<const S extends readonly ArraySubject[]>(
  ...arrays: S
): SameArray<S[number]> {
  return makePassing('$setIntersection', (scope) => all(scope, arrays))
}

/** Elements of the first array that the second does not have. @example expr.setDifference('tags', ['new']) */
export function setDifference<const S extends ArraySubject, const B extends ArraySubject>(
  array: S,
  without: B,
): Expression<Derived<ArrayValue<S>, ListOf<Item<S>>>, ArrayPaths<S> | ArrayPaths<B>> {
  return makePassing('$setDifference', (scope) => all(scope, [array, without]))
}

/** Whether every element of the first array is in the second. @example expr.setIsSubset(['a', 'b'], 'tags') */
export function setIsSubset<const S extends ArraySubject, const B extends ArraySubject>(
  array: S,
  of: B,
): Expression<boolean, ArrayPaths<S> | ArrayPaths<B>> {
  return make('$setIsSubset', (scope) => all(scope, [array, of]).args)
}

/** Whether the arrays have the same elements. @example expr.setEquals('tags', 'labels') */
export function setEquals<const S extends readonly ArraySubject[]>(
  ...arrays: S
): Expression<boolean, ArrayPaths<S[number]>> {
  return make('$setEquals', (scope) => all(scope, arrays).args)
}

/** Whether at least one element is true. @example expr.anyElementTrue('answers') */
export function anyElementTrue<const S extends ArraySubject>(
  array: S,
): Expression<boolean, ArrayPaths<S>> {
  return make('$anyElementTrue', (scope) => [subjectOf(scope, array).value])
}

/** Whether all elements are true. @example expr.allElementsTrue('answers') */
export function allElementsTrue<const S extends ArraySubject>(
  array: S,
): Expression<boolean, ArrayPaths<S>> {
  return make('$allElementsTrue', (scope) => [subjectOf(scope, array).value])
}

/** A document's fields as `{ k, v }`. @example expr.objectToArray('settings') */
export function objectToArray<const S extends Subject>(
  document: S,
): Expression<Derived<SubjectValue<S>, { k: string; v: unknown }[]>, SubjectPaths<S>> {
  return make('$objectToArray', (scope) => subjectOf(scope, document).value)
}

/** A document of `{ k, v }` or `[k, v]`. @example expr.arrayToObject('counts') */
export function arrayToObject<const S extends ArraySubject>(
  array: S,
): Expression<Derived<ArrayValue<S>, Record<string, unknown>>, ArrayPaths<S>> {
  return make('$arrayToObject', (scope) => {
    return argument(subjectOf(scope, array).value)
  })
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
  return make('$getField', (scope) => ({
    field: operandOf(scope, name).value,
    input: subjectOf(scope, document).value,
  }))
}
