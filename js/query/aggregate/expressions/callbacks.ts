/** Expressions with variables of their own, which callbacks get. */
import { variableName } from '../shapes/names.ts'
import type {
  ArrayPaths,
  ArrayValue,
  Derived,
  Item,
  ListOf,
  NumberOperand,
  Operand,
  PathsOf,
  ValueOf,
} from '../types/operands.ts'
import type { ArraySubject } from './arrays.generated.ts'
import { compiled, operandOf, operator, subjectOf, withVariable } from './compile.ts'
import { Expression } from './expression.ts'
import { Variable } from './variable.ts'

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
  return new Expression((scope) => {
    const { value: input, known } = subjectOf(scope, array)
    const cond = operandOf(withVariable(scope, name, known), body).value
    const args: Record<string, unknown> = { input, as: name, cond }
    if (limit !== undefined) args.limit = operandOf(scope, limit).value
    return compiled(operator('$filter', args), known)
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
  return new Expression((scope) => {
    const input = subjectOf(scope, array)
    const inner = operandOf(withVariable(scope, name, input.known), made)
    const args = { input: input.value, as: name, in: inner.value }
    return compiled(operator('$map', args), inner.known)
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

type Bound<V> = { readonly [K in keyof V]: Variable<ValueOf<V[K]>> }

/**
 * Names values so that they are computed once.
 *
 * Throws, where the stage is added, `E_INVALID_QUERY` for names that are none.
 *
 * @example
 * expr.let({ total: expr.multiply(expr.field('price'), expr.field('quantity')) }, ({ total }) =>
 *   expr.cond(expr.gt(total, 100), expr.multiply(total, 0.9), total),
 * )
 */
function letIn<const V extends { readonly [name: string]: unknown }, const B extends Expression>(
  values: V,
  body: (variables: Bound<V>) => B,
): Expression<ValueOf<B>, PathsOf<V> | PathsOf<B>> {
  const entries = Object.entries(values)
  const variables = Object.fromEntries(
    entries.map(([name]) => [name, new Variable(() => name)]),
  ) as Bound<V>
  const inner = body(variables)
  return new Expression((scope) => {
    let within = scope
    const vars: [string, unknown][] = []
    for (const [name, given] of entries) {
      const { value, known } = operandOf(scope, given)
      vars.push([variableName(scope.shape, 'expr.let()', name), value])
      within = withVariable(within, name, known)
    }
    const { value, known } = operandOf(within, inner)
    return compiled(operator('$let', { vars: Object.fromEntries(vars), in: value }), known)
  })
}

export { letIn as let }
