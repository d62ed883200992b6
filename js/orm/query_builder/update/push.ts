/** Where the elements that an update pushes go, and what stays of the array. */

import { describe, quote } from '../../../query/messages.ts'
import { record } from '../../../query/record.ts'
import { isPlainObject } from '../../../query/values.ts'
import type { ChangedPath } from './paths.ts'
import type { PushOptions } from './types.ts'

/** Throws `E_INVALID_QUERY`. */
type Refuse = (message: string) => never

/** The operator's document. */
export function pushOf(
  { key }: ChangedPath,
  elements: readonly unknown[],
  { position, slice, sort }: PushOptions,
  refuse: Refuse,
): Record<string, unknown> {
  const push = record()
  push.$each = elements
  if (position !== undefined) push.$position = integer(key, 'position', position, refuse)
  if (slice !== undefined) push.$slice = integer(key, 'slice', slice, refuse)
  if (sort !== undefined) push.$sort = order(key, sort, refuse)
  return push
}

function integer(key: string, name: string, value: unknown, refuse: Refuse): number {
  if (Number.isSafeInteger(value)) return value as number
  return refuse(`${name} for "${key}" needs an integer, got ${describe(value)}`)
}

function order(key: string, sort: unknown, refuse: Refuse): unknown {
  if (!isPlainObject(sort)) return direction(key, sort, refuse)
  const keys = record()
  for (const name of Object.keys(sort)) {
    if (name === '' || name.startsWith('$') || name.includes('\0')) {
      refuse(`${quote(name)} is no name to sort "${key}" by`)
    }
    keys[name] = direction(key, sort[name], refuse)
  }
  if (Object.keys(keys).length === 0) refuse(`sort for "${key}" is empty`)
  return keys
}

function direction(key: string, given: unknown, refuse: Refuse): 1 | -1 {
  if (given === 'asc') return 1
  if (given === 'desc') return -1
  return refuse(`sort for "${key}" must be 'asc' or 'desc', got ${quote(given)}`)
}
