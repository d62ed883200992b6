/** Pieces of aggregation expressions, for conditions that `$expr` has to state. */

import { type Document, field, operators } from '../record.ts'
import { isScalar } from '../values.ts'

/** What MongoDB evaluates to a value: `'$path'`, an operator, or a constant. */
export type Expression = unknown

/** Larger numbers are no positions in an array, but may be keys of an object. */
const POSITION = /^\d{1,9}$/

/**
 * The value at a stored path. A number in the path is a position where there is an array; other
 * paths through an array give the array of what they lead to.
 */
export function valueAt(path: string): Expression {
  let value: Expression
  let names: string[] = []
  for (const segment of path.split('.')) {
    if (value === undefined && names.length === 0) names.push(`$${segment}`)
    else if (POSITION.test(segment)) {
      value = elementAt(below(value, names), segment)
      names = []
    } else names.push(segment)
  }
  return below(value, names)
}

function below(value: Expression, names: readonly string[]): Expression {
  if (value === undefined) return names.join('.')
  return names.length === 0 ? value : bind(value, ['$$v', ...names].join('.'))
}

function elementAt(value: Expression, position: string): Expression {
  const element = operators({ $arrayElemAt: ['$$v', Number(position)] })
  return bind(value, when(field('$isArray', '$$v'), element, `$$v.${position}`))
}

/** `$$v` is `value` in `inside`. */
export function bind(value: Expression, inside: Expression): Document {
  return field('$let', operators({ vars: field('v', value), in: inside }))
}

export function when(condition: Expression, then: Expression, otherwise: Expression): Document {
  return field('$cond', [condition, then, otherwise])
}

export function all(conditions: readonly Expression[]): Expression {
  return conditions.length === 1 ? conditions[0] : field('$and', conditions)
}

export function any(conditions: readonly Expression[]): Expression {
  return conditions.length === 1 ? conditions[0] : field('$or', conditions)
}

/** Whether there is a value: only null and missing sort at or below null (and MinKey). */
export function known(value: Expression): Document {
  return field('$gt', [value, null])
}

/** A constant, whatever it looks like. */
export function literal(value: unknown): Expression {
  const plain =
    typeof value === 'string' ? !value.startsWith('$') : value === null || isScalar(value)
  return plain ? value : field('$literal', value)
}
