/** What rows are sorted by. */
import { describe, fail, quote } from './messages.ts'
import { checkPath } from './names.ts'
import type { SortKey } from './rows.ts'
import type { QueryTarget } from './target.ts'
import { isPlainObject } from './values.ts'

/** What a name given to `orderBy()` stands for. */
export interface Sortable {
  readonly field: string
  readonly attribute: string | undefined
  /** Sorted by the score of the text search. */
  readonly score: boolean
}

type Resolve = (key: unknown) => Sortable

/** Sort documents name the text score's key as they like. */
const SCORE = '__text_score'

const TEXT_SCORE: SortKey['direction'] = Object.freeze(
  Object.assign(Object.create(null) as object, { $meta: 'textScore' } as const),
)

export const BY_TEXT_SCORE = sortKeyOf(SCORE, TEXT_SCORE)

/** All properties are the key's own, whatever `Object.prototype` has. */
function sortKeyOf(name: string, direction: SortKey['direction']): SortKey {
  return { field: name, direction, nulls: undefined }
}

/** Reads the arguments of `orderBy()`. */
export function readOrder(
  target: QueryTarget,
  resolve: Resolve,
  order: unknown,
  direction: unknown,
): SortKey[] {
  if (typeof order === 'string') return [sortKey(target, resolve, order, direction)]
  if (Array.isArray(order)) {
    return Array.from(order, (item: unknown) =>
      typeof item === 'string'
        ? sortKey(target, resolve, item, direction)
        : sortItem(target, resolve, item),
    )
  }
  if (isPlainObject(order)) {
    return Object.keys(order).map((key) => sortKey(target, resolve, key, order[key]))
  }
  const forms = "a column, a list of { column, order }, or an object such as { name: 'asc' }"
  return fail('E_INVALID_QUERY', target, `orderBy() needs ${forms}, got ${describe(order)}`)
}

function sortItem(target: QueryTarget, resolve: Resolve, item: unknown): SortKey {
  if (!isPlainObject(item) || !Object.hasOwn(item, 'column')) {
    fail('E_INVALID_QUERY', target, `orderBy() needs { column, order }, got ${describe(item)}`)
  }
  for (const key of Object.keys(item)) {
    if (key === 'column' || key === 'order' || key === 'nulls') continue
    fail('E_INVALID_QUERY', target, `orderBy() does not know the option ${quote(key)}`)
  }
  const order = Object.hasOwn(item, 'order') ? item.order : undefined
  const nulls = Object.hasOwn(item, 'nulls') ? item.nulls : undefined
  const key = sortKey(target, resolve, item.column, order)
  if (nulls === undefined) return key
  if (nulls !== 'first' && nulls !== 'last') {
    const message = `nulls of ${quote(item.column)} go 'first' or 'last', got ${quote(nulls)}`
    fail('E_INVALID_QUERY', target, message)
  }
  return { ...key, nulls }
}

function sortKey(target: QueryTarget, resolve: Resolve, key: unknown, direction: unknown): SortKey {
  const { field: name, attribute, score } = resolve(key)
  if (score) {
    if (direction === 'desc') return BY_TEXT_SCORE
    fail('E_INVALID_QUERY', target, 'the text score sorts from best to worst only: desc')
  }
  if (direction === undefined || direction === 'asc') return sortKeyOf(name, 1)
  if (direction === 'desc') return sortKeyOf(name, -1)
  const message = `the order of ${quote(key)} must be 'asc' or 'desc', got ${quote(direction)}`
  return fail('E_INVALID_QUERY', target, message, attribute)
}

/** Reads a native sort document: stored names, each with 1, -1 or the text score. */
export function readNativeOrder(target: QueryTarget, given: unknown): SortKey[] {
  if (!isPlainObject(given)) {
    const need = 'a sort document such as { created_at: -1 }'
    fail('E_INVALID_QUERY', target, `orderByRaw() needs ${need}, got ${describe(given)}`)
  }
  return Object.keys(given).map((key): SortKey => {
    const value = given[key]
    checkPath(target, key)
    if (value === 1 || value === -1) return sortKeyOf(key, value)
    const meta =
      isPlainObject(value) && Object.keys(value).join() === '$meta' ? value.$meta : undefined
    if (meta === 'textScore') return sortKeyOf(key, TEXT_SCORE)
    const need = '1, -1 or { $meta: "textScore" }'
    return fail('E_INVALID_QUERY', target, `orderByRaw() needs ${need} for ${quote(key)}`)
  })
}

/** Null and missing sort below everything: whether that is not where they are wanted. */
export function movesNulls({ direction, nulls }: SortKey): boolean {
  return nulls !== undefined && nulls !== (direction === 1 ? 'first' : 'last')
}
