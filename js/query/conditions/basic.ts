/** Reads what callers give to the `where` family, checks it, and makes nodes of it. */
import { BSONRegExp } from 'bson'
import type { Clause, ComparisonOperator, Condition } from '../clauses.ts'
import { describe, fail, quote } from '../messages.ts'
import { type ResolvedPath, resolveComparable, resolvePath } from '../names.ts'
import { copyNativeFilter } from '../native_values.ts'
import { operators } from '../record.ts'
import type { QueryTarget } from '../target.ts'
import type { Operator } from '../types.ts'
import { castValue, isPattern, isPlainObject, type Meaning } from '../values.ts'
import { concealNative } from './conceal.ts'

/** A condition that may have to be turned around: `!=` is `=` under a NOT. */
export interface Reading {
  readonly condition: Condition
  readonly negated: boolean
}

const ANY_PATTERN = new BSONRegExp('')

const ORDER: Partial<Record<string, ComparisonOperator>> = Object.assign(Object.create(null), {
  '>': '$gt',
  '>=': '$gte',
  '<': '$lt',
  '<=': '$lte',
})

/** Reads the arguments of `where()` other than a callback. `undefined`: nothing to say. */
export function readWhere(target: QueryTarget, args: readonly unknown[]): Reading | undefined {
  const [key, second, third] = args
  if (args.length === 1) {
    if (isPlainObject(key)) return readObject(target, key)
    const forms = 'a column and a value, an object of columns, or a callback'
    fail('E_INVALID_QUERY', target, `where() needs ${forms}, got ${describe(key)} alone`)
  }
  if (args.length === 2) return { condition: equals(target, key, second), negated: false }
  if (args.length === 3) return readOperator(target, key, second, third)
  return fail('E_INVALID_QUERY', target, `where() takes one to three arguments, got ${args.length}`)
}

function readObject(target: QueryTarget, pairs: Record<string, unknown>): Reading | undefined {
  const clauses = Object.keys(pairs).map(
    (key): Clause => ({
      joiner: 'and',
      negated: false,
      condition: equals(target, key, pairs[key]),
    }),
  )
  return clauses.length === 0
    ? undefined
    : { condition: { kind: 'group', clauses }, negated: false }
}

/** Reads a column, an operator and a value. */
export function readOperator(
  target: QueryTarget,
  key: unknown,
  given: unknown,
  value: unknown,
): Reading {
  const operator = given as Operator
  switch (operator) {
    case '=':
      return { condition: equals(target, key, value), negated: false }
    case '!=':
    case '<>':
      return { condition: equals(target, key, value), negated: true }
    case '>':
    case '>=':
    case '<':
    case '<=':
      return { condition: ordered(target, key, operator, value), negated: false }
    case 'in':
    case 'not in':
      return { condition: isIn(target, key, value), negated: operator === 'not in' }
    case 'between':
    case 'not between':
      return { condition: isBetween(target, key, value), negated: operator === 'not between' }
    case 'like':
    case 'not like':
      return { condition: isLike(target, key, value, false), negated: operator === 'not like' }
    case 'ilike':
    case 'not ilike':
      return { condition: isLike(target, key, value, true), negated: operator === 'not ilike' }
    default: {
      const message = `there is no operator ${quote(given)}; native ones are for whereRaw()`
      return fail('E_INVALID_QUERY', target, message)
    }
  }
}

export function equals(target: QueryTarget, key: unknown, given: unknown): Condition {
  const path = resolvePath(target, key)
  return {
    kind: 'compare',
    field: path.field,
    operator: '$eq',
    value: castValue(target, path, given),
  }
}

function ordered(target: QueryTarget, key: unknown, sign: string, given: unknown): Condition {
  const path = resolvePath(target, key)
  const value = bound(target, path, given)
  return { kind: 'compare', field: path.field, operator: ORDER[sign] ?? '$eq', value }
}

/** A value that others can be greater or smaller than. */
export function bound(
  target: QueryTarget,
  path: ResolvedPath,
  given: unknown,
  meaning: Meaning = 'value',
): unknown {
  const value = castValue(target, path, given, meaning)
  if (value === null || isPattern(value)) {
    const { attribute } = path.column
    const message = `${quote(attribute)} cannot be ordered against ${describe(given)}`
    fail('E_INVALID_QUERY', target, message, attribute)
  }
  return value
}

export function isIn(target: QueryTarget, key: unknown, given: unknown): Condition {
  refuseSubQuery(target, 'whereIn()', given, 'await it first, or use whereHas() for related models')
  if (Array.isArray(key)) return isTupleIn(target, key, given)
  const path = resolvePath(target, key)
  const list = needArray(target, path, given, 'an array of values')
  const values = Array.from(list, (value) => castValue(target, path, value))
  return { kind: 'in', field: path.field, values }
}

/** `(a, b) IN ((1, 2), (3, 4))`: alternatives of conditions that must all hold. */
function isTupleIn(target: QueryTarget, keys: readonly unknown[], given: unknown): Condition {
  const paths = Array.from(keys, (key: unknown) => resolvePath(target, key))
  const [first] = paths
  if (first === undefined) {
    fail('E_INVALID_QUERY', target, 'whereIn() of several columns needs at least one')
  }
  const rows = needArray(target, first, given, 'an array of rows')
  const clauses = Array.from(rows, (row: unknown): Clause => {
    const values = needArray(target, first, row, `a row of ${paths.length} values`)
    if (values.length !== paths.length) {
      const message = `each row of whereIn() needs ${paths.length} values, got ${values.length}`
      fail('E_INVALID_QUERY', target, message, first.column.attribute)
    }
    const parts = paths.map((path, index): Clause => {
      const value = castValue(target, path, values[index])
      const condition: Condition = { kind: 'compare', field: path.field, operator: '$eq', value }
      return { joiner: 'and', negated: false, condition }
    })
    return { joiner: 'or', negated: false, condition: { kind: 'group', clauses: parts } }
  })
  return clauses.length === 0
    ? { kind: 'in', field: first.field, values: [] }
    : { kind: 'group', clauses }
}

/** Throws `E_UNSUPPORTED` for a callback or a builder where values or names belong. */
function refuseSubQuery(target: QueryTarget, method: string, given: unknown, instead: string) {
  const object = typeof given === 'object' && given !== null && !Array.isArray(given)
  if (typeof given !== 'function' && !(object && 'toMongo' in given)) return
  fail('E_UNSUPPORTED', target, `${method} takes no sub-query with MongoDB; ${instead}`)
}

export function isBetween(target: QueryTarget, key: unknown, given: unknown): Condition {
  const path = resolvePath(target, key)
  const range = needArray(target, path, given, 'an array [from, to]')
  if (range.length !== 2) {
    const { attribute } = path.column
    const message = `the range for ${quote(attribute)} needs two values, got ${range.length}`
    fail('E_INVALID_QUERY', target, message, attribute)
  }
  const from = bound(target, path, range[0])
  return { kind: 'between', field: path.field, from, to: bound(target, path, range[1]) }
}

/** Throws unless `given` is an array. `what` says what it should hold. */
export function needArray(
  target: QueryTarget,
  path: ResolvedPath,
  given: unknown,
  what: string,
): readonly unknown[] {
  const { attribute } = path.column
  if (given === undefined) {
    fail(
      'E_UNDEFINED_VALUE',
      target,
      `undefined in place of ${what} for ${quote(attribute)}`,
      attribute,
    )
  }
  if (Array.isArray(given)) return given
  const message = `${quote(attribute)} needs ${what}, got ${describe(given)}`
  return fail('E_INVALID_QUERY', target, message, attribute)
}

export function isLike(
  target: QueryTarget,
  key: unknown,
  pattern: unknown,
  fold: boolean,
): Condition {
  const { field, column } = resolveComparable(target, key)
  const { attribute } = column
  if (pattern === undefined) {
    fail('E_UNDEFINED_VALUE', target, `undefined as pattern for ${quote(attribute)}`, attribute)
  }
  if (typeof pattern !== 'string') {
    const message = `the pattern for ${quote(attribute)} must be a string, got ${describe(pattern)}`
    fail('E_INVALID_QUERY', target, message, attribute)
  }
  if (typeof column.conceal === 'function') {
    const concealed = column.conceal(field, ANY_PATTERN)
    // Nobody is to see the pattern; the core refuses it whatever it is.
    if (concealed !== ANY_PATTERN) {
      return { kind: 'test', field, operators: operators({ $regex: concealed }) }
    }
  }
  return { kind: 'like', field, pattern, fold }
}

export function isNull(target: QueryTarget, key: unknown): Condition {
  const { field } = resolvePath(target, key)
  return { kind: 'compare', field, operator: '$eq', value: null }
}

export function exists(target: QueryTarget, key: unknown): Condition {
  const meaning = 'it tests that a field is there'
  refuseSubQuery(target, 'whereExists()', key, `${meaning}; use whereHas() for related models`)
  return { kind: 'exists', field: resolvePath(target, key).field }
}

export function native(target: QueryTarget, filter: unknown): Condition {
  return { kind: 'raw', filter: concealNative(target, copyNativeFilter(target, filter)) }
}
