import { describe, fail, quote } from '../messages.ts'
import { resolvePath } from '../names.ts'
import type { QueryTarget } from '../target.ts'
import { isPlainObject } from '../values.ts'
import { record } from './record.ts'

/** Stored paths with their directions, in order. */
export type SortKeys = readonly (readonly [field: string, direction: 1 | -1])[]

/** Reads the arguments of `orderBy()`. */
export function readOrder(target: QueryTarget, order: unknown, direction: unknown): SortKeys {
  if (typeof order === 'string') return [sortKey(target, order, direction)]
  if (Array.isArray(order)) {
    return Array.from(order, (item: unknown) => {
      if (typeof item === 'string') return sortKey(target, item, direction)
      return sortItem(target, item)
    })
  }
  if (isPlainObject(order)) {
    return Object.keys(order).map((key) => sortKey(target, key, order[key]))
  }
  const forms = "a column, a list of { column, order }, or an object such as { name: 'asc' }"
  return fail('E_INVALID_QUERY', target, `orderBy() needs ${forms}, got ${describe(order)}`)
}

function sortItem(target: QueryTarget, item: unknown): SortKeys[number] {
  if (!isPlainObject(item) || !Object.hasOwn(item, 'column')) {
    fail('E_INVALID_QUERY', target, `orderBy() needs { column, order }, got ${describe(item)}`)
  }
  for (const key of Object.keys(item)) {
    if (key === 'column' || key === 'order') continue
    fail('E_INVALID_QUERY', target, `orderBy() does not know the option ${quote(key)}`)
  }
  return sortKey(target, item.column, Object.hasOwn(item, 'order') ? item.order : undefined)
}

function sortKey(target: QueryTarget, key: unknown, direction: unknown): SortKeys[number] {
  const { field, column } = resolvePath(target, key)
  if (direction === undefined || direction === 'asc') return [field, 1]
  if (direction === 'desc') return [field, -1]
  const message = `the order of ${quote(key)} must be 'asc' or 'desc', got ${quote(direction)}`
  return fail('E_INVALID_QUERY', target, message, column.attribute)
}

/** A field sorted by twice keeps its first place and takes its last direction. */
export function compileSort(keys: SortKeys): Record<string, 1 | -1> {
  const sort = record<1 | -1>()
  for (const [field, direction] of keys) sort[field] = direction
  return sort
}
