/**
 * Comparisons of nested values as expressions, after PostgreSQL's `=`, `@>` and `<@` on jsonb: the
 * order of an object's keys has no meaning, nor has the order or number of an array's elements for
 * containment. `at` is always a variable or a path, so that what is inside can be named after it.
 */

import { field, operators } from '../record.ts'
import { isPlainObject } from '../values.ts'
import { all, any, bind, type Expression, literal, when } from './expression.ts'

/** Keys that can be written behind a path. */
const PLAIN_KEY = /^[^$.\0][^.\0]*$/

function isObject(at: string): Expression {
  return field('$eq', [field('$type', at), 'object'])
}

/** The array, or an empty one in place of anything else. */
function elements(at: string): Expression {
  return when(field('$isArray', at), at, [])
}

/** What is stored under `key`, given to `inside` under a name. */
function child(at: string, key: string, inside: (at: string) => Expression): Expression {
  if (PLAIN_KEY.test(key)) return inside(`${at}.${key}`)
  const value = operators({ field: literal(key), input: at })
  return bind(field('$getField', value), inside('$$v'))
}

function keysOf(value: Record<string, unknown>): string[] {
  return Object.keys(value)
}

/** Whether two equal values could still differ in the order of keys. */
function hasKeyOrder(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasKeyOrder)
  if (!isPlainObject(value)) return false
  const keys = keysOf(value)
  return keys.length > 1 || keys.some((key) => hasKeyOrder(value[key]))
}

/** The two are equal. */
export function equals(at: string, value: unknown): Expression {
  if (!hasKeyOrder(value)) return field('$eq', [at, literal(value)])
  if (Array.isArray(value)) {
    const size = when(field('$isArray', at), field('$size', at), -1)
    return all([
      field('$eq', [size, value.length]),
      ...value.map((item: unknown, index) =>
        bind(field('$arrayElemAt', [elements(at), index]), equals('$$v', item)),
      ),
    ])
  }
  const object = value as Record<string, unknown>
  const keys = keysOf(object)
  return all([
    field('$eq', [keyCount(at), keys.length]),
    ...keys.map((key) => child(at, key, (inside) => equals(inside, object[key]))),
  ])
}

function keyCount(at: string): Expression {
  return when(isObject(at), field('$size', field('$objectToArray', at)), -1)
}

/** `value` is contained in what is stored. */
export function contains(at: string, value: unknown, top = true): Expression {
  if (Array.isArray(value)) {
    const parts = value.map((item: unknown) => someElement(at, item))
    return all([field('$isArray', at), ...parts])
  }
  if (isPlainObject(value)) {
    const parts = keysOf(value).map((key) =>
      child(at, key, (inside) => contains(inside, value[key], false)),
    )
    return all([isObject(at), ...parts])
  }
  const equal = field('$eq', [at, literal(value)])
  return top ? any([equal, field('$in', [literal(value), elements(at)])]) : equal
}

function someElement(at: string, item: unknown): Expression {
  if (!isContainer(item)) return field('$in', [literal(item), elements(at)])
  const test = operators({ input: elements(at), as: 'v', in: contains('$$v', item, false) })
  return field('$anyElementTrue', [field('$map', test)])
}

function isContainer(value: unknown): boolean {
  return Array.isArray(value) || isPlainObject(value)
}

/** What is stored is contained in `value`. */
export function contained(at: string, value: unknown, top = true): Expression {
  if (Array.isArray(value)) {
    const every = operators({ input: elements(at), as: 'v', in: memberOf('$$v', value) })
    const allMembers = all([
      field('$isArray', at),
      field('$allElementsTrue', [field('$map', every)]),
    ])
    // A single value may stand for an array of it, but only as the whole.
    return top ? any([field('$in', [at, literal(scalars(value))]), allMembers]) : allMembers
  }
  if (!isPlainObject(value)) return field('$eq', [at, literal(value)])
  const keys = keysOf(value)
  if (keys.length === 0) return field('$eq', [keyCount(at), 0])
  const branches = keys.map((key) => {
    const member = bind('$$v.v', contained('$$v', value[key], false))
    return Object.assign(
      field('case', field('$eq', ['$$v.k', literal(key)])),
      field('then', member),
    )
  })
  const every = operators({
    input: field('$objectToArray', at),
    as: 'v',
    in: field('$switch', operators({ branches, default: false })),
  })
  return when(isObject(at), field('$allElementsTrue', [field('$map', every)]), false)
}

function scalars(values: readonly unknown[]): unknown[] {
  return values.filter((value) => !isContainer(value))
}

function memberOf(at: string, values: readonly unknown[]): Expression {
  return any([
    field('$in', [at, literal(scalars(values))]),
    ...values.filter(isContainer).map((value) => contained(at, value, false)),
  ])
}
