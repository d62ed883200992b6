/** Checks of what is neither a condition nor an order. */

import { describe, fail, quote } from './messages.ts'
import { resolvePath } from './names.ts'
import { record } from './record.ts'
import type { QueryTarget } from './target.ts'
import type { Collation, IndexDirection } from './types.ts'
import { isPlainObject } from './values.ts'

/** The largest number of milliseconds or documents that the server accepts in an option. */
export const MAX_INT32 = 2 ** 31 - 1

const DIRECTIONS: ReadonlySet<unknown> = new Set([1, -1, 'text', 'hashed', '2d', '2dsphere'])

const COLLATION_TYPES: ReadonlyMap<string, string> = new Map([
  ['locale', 'string'],
  ['caseLevel', 'boolean'],
  ['caseFirst', 'string'],
  ['strength', 'number'],
  ['numericOrdering', 'boolean'],
  ['alternate', 'string'],
  ['maxVariable', 'string'],
  ['backwards', 'boolean'],
  ['normalization', 'boolean'],
])

export function needInteger(
  target: QueryTarget,
  what: string,
  value: unknown,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) {
    return value
  }
  const got = typeof value === 'number' ? 'another number' : describe(value)
  return fail('E_INVALID_QUERY', target, `${what} needs an integer from ${least} on, got ${got}`)
}

/** The status of a page that a request asked for and that cannot be. */
const BAD_REQUEST = 400

/**
 * A page number, or how many rows a page has, as a request gives it: the digits of a query string are
 * taken. Throws `E_INVALID_QUERY` with the status 400.
 */
export function needPageNumber(
  target: QueryTarget,
  method: string,
  what: string,
  given: unknown,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  const value = typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : given
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) {
    return value
  }
  const got =
    typeof value === 'number'
      ? 'another number'
      : value === ''
        ? 'an empty string'
        : describe(value)
  const message = `${what} of ${method}() must be an integer from 1 on, got ${got}`
  const details = { operation: method, status: BAD_REQUEST }
  return fail('E_INVALID_QUERY', target, message, undefined, details)
}

/** How many rows come before a page. Throws `E_INVALID_QUERY` with the status 400. */
export function rowsBefore(
  target: QueryTarget,
  method: string,
  page: number,
  perPage: number,
): number {
  const rows = (page - 1) * perPage
  if (Number.isSafeInteger(rows)) return rows
  const details = { operation: method, status: BAD_REQUEST }
  const message = `the page of ${method}() is too large`
  return fail('E_INVALID_QUERY', target, message, undefined, details)
}

export function needString(target: QueryTarget, what: string, value: unknown): string {
  if (typeof value === 'string') return value
  return fail('E_INVALID_QUERY', target, `${what} needs a string, got ${describe(value)}`)
}

/** A copy of an options object that may only have `known` keys. */
export function readOptions(
  target: QueryTarget,
  method: string,
  given: unknown,
  known: readonly string[],
): Record<string, unknown> {
  const options = record()
  if (given === undefined) return options
  if (!isPlainObject(given)) {
    fail('E_INVALID_QUERY', target, `options of ${method} are an object, got ${describe(given)}`)
  }
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) {
      fail('E_INVALID_QUERY', target, `${method} does not know the option ${quote(key)}`)
    }
    options[key] = given[key]
  }
  return options
}

/** Throws unless `value` is a boolean. */
export function needFlag(target: QueryTarget, what: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  return fail('E_INVALID_QUERY', target, `${what} needs a boolean, got ${describe(value)}`)
}

/** Throws unless `value` is one of `values`. */
export function needOneOf<Value extends string>(
  target: QueryTarget,
  what: string,
  value: unknown,
  values: readonly Value[],
): Value {
  const found = values.find((one) => one === value)
  if (found !== undefined) return found
  const list = values.join(', ')
  return fail('E_INVALID_QUERY', target, `${what} is one of ${list}; got ${quote(value)}`)
}

/** An index name, or index keys with their stored names. */
export function copyHint(
  target: QueryTarget,
  given: unknown,
): string | Record<string, IndexDirection> {
  if (!isPlainObject(given)) return needString(target, 'hint()', given)
  const hint = record<IndexDirection>()
  for (const key of Object.keys(given)) {
    const direction = given[key]
    if (!DIRECTIONS.has(direction)) {
      const message = `${describe(direction)} is no index direction for ${quote(key)} in hint()`
      fail('E_INVALID_QUERY', target, message)
    }
    const name = key === '$natural' ? key : resolvePath(target, key).field
    hint[name] = direction as IndexDirection
  }
  return hint
}

export function copyCollation(target: QueryTarget, given: unknown): Collation {
  if (!isPlainObject(given) || !Object.hasOwn(given, 'locale')) {
    fail('E_INVALID_QUERY', target, 'collation() needs an object with a locale')
  }
  const rules = record()
  for (const key of Object.keys(given)) {
    const type = COLLATION_TYPES.get(key)
    const value = given[key]
    if (type === undefined) {
      fail('E_INVALID_QUERY', target, `collation() does not know the option ${quote(key)}`)
    }
    if (value === undefined) continue
    if (typeof value !== type) {
      const message = `${quote(key)} in collation() must be a ${type}, got ${describe(value)}`
      fail('E_INVALID_QUERY', target, message)
    }
    rules[key] = value
  }
  return rules as unknown as Collation
}
