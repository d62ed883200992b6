import type { ErrorDetails } from '../errors/index.ts'
import { Limit } from '../protocol.generated.ts'
import { fail, quote } from './messages.ts'
import type { QueryColumn, QueryTarget } from './target.ts'

/** A property name or dotted path after its column was found. */
export interface ResolvedPath {
  readonly column: QueryColumn
  /** The stored path. */
  readonly field: string
  /** Whether the path is the column itself, and not something inside it. */
  readonly whole: boolean
  /** Whether what is compared is the column's value or one element of it (`'friendIds.0'`). */
  readonly element: boolean
}

const POSITIONS = /^\d+(\.\d+)*$/

/**
 * Finds the column that `key` names, by property name or stored name; the first segment of a dotted
 * path is mapped to its stored name, the rest is taken as written.
 *
 * Throws `E_INVALID_QUERY` for what can never be a name (operators, `__proto__`, NUL, empty
 * segments) and `E_UNKNOWN_COLUMN`, with the details `unknown`, for what the model does not have.
 */
export function resolvePath(
  target: QueryTarget,
  key: unknown,
  unknown?: Pick<ErrorDetails, 'operation' | 'status'>,
): ResolvedPath {
  if (typeof key !== 'string') {
    fail('E_INVALID_QUERY', target, `a column name is needed, got ${quote(key)}`)
  }
  checkPath(target, key)

  const exact = target.column(key)
  if (exact !== undefined) {
    return { column: exact, field: exact.stored, whole: true, element: true }
  }
  const dot = key.indexOf('.')
  const first = dot < 0 ? key : key.slice(0, dot)
  const column = dot < 0 ? undefined : target.column(first)
  if (column === undefined) {
    if (target.isTransient?.(first)) {
      const message = `${quote(first)} is a transient attribute, which is never stored`
      fail('E_UNKNOWN_COLUMN', target, message, first, unknown)
    }
    const near = nearest(target, first)
    const hint = near === undefined ? '' : `. Did you mean ${quote(near)}?`
    fail(
      'E_UNKNOWN_COLUMN',
      target,
      `there is no column ${quote(first)}${hint}`,
      first.slice(0, 64),
      unknown,
    )
  }
  refuseOpaque(target, column)
  const rest = key.slice(dot + 1)
  if (column.embedded !== undefined) return inside(column, column.embedded(), rest, unknown)
  return {
    column,
    field: `${column.stored}.${rest}`,
    whole: false,
    element: POSITIONS.test(rest),
  }
}

/** What a path into documents with a model of their own leads to: a column of that model, at its stored path. */
function inside(
  outer: QueryColumn,
  target: QueryTarget,
  rest: string,
  unknown: Pick<ErrorDetails, 'operation' | 'status'> | undefined,
): ResolvedPath {
  const places = /^(?:\d+(?:\.|$))*/.exec(rest)?.[0] ?? ''
  if (places.length === rest.length) {
    return { column: outer, field: `${outer.stored}.${rest}`, whole: true, element: true }
  }
  const path = resolvePath(target, rest.slice(places.length), unknown)
  const field = `${outer.stored}.${places}${path.field}`
  return { ...path, field, column: columnInside(outer, path.column, field) }
}

/** A column of an embedded model as conditions of the outer one see it; `field` is its stored path there. */
export function columnInside(outer: QueryColumn, inner: QueryColumn, field: string): QueryColumn {
  return Object.create(inner, {
    attribute: { value: `${outer.attribute}.${inner.attribute}` },
    stored: { value: `${outer.stored}.${inner.stored}` },
    conceal: { value: (_: string, value: unknown) => outer.conceal?.(field, value) ?? value },
  }) as QueryColumn
}

/** As {@link resolvePath}, for what is compared or ordered. Throws also what {@link refuseOpaque} does. */
export function resolveComparable(target: QueryTarget, key: unknown): ResolvedPath {
  const path = resolvePath(target, key)
  refuseOpaque(target, path.column)
  return path
}

/** Throws `E_INVALID_QUERY` for a column whose stored value says nothing to the server. */
export function refuseOpaque(
  target: Pick<QueryTarget, 'name' | 'operation'>,
  { attribute, opaque }: QueryColumn,
): void {
  if (opaque === undefined) return
  fail('E_INVALID_QUERY', target, `${quote(attribute)} ${opaque}`, attribute)
}

/** Throws `E_INVALID_QUERY` unless `key` could be a path. */
export function checkPath(target: QueryTarget, key: string): void {
  const segments = key.split('.', Limit.documentDepth + 1)
  if (segments.length > Limit.documentDepth) {
    const message = `${quote(key)} is not a column: documents have ${Limit.documentDepth} levels at most`
    fail('E_INVALID_QUERY', target, message)
  }
  for (const segment of segments) checkSegment(target, key, segment, 'a column')
}

/** Throws `E_INVALID_QUERY` unless `name` could be a name, with nothing below it. */
export function checkName(target: QueryTarget, name: string, what: string): void {
  if (name.includes('.')) {
    fail('E_INVALID_QUERY', target, `${quote(name)} is not ${what}: it must not have a dot`)
  }
  checkSegment(target, name, name, what)
}

function checkSegment(target: QueryTarget, key: string, segment: string, what: string): void {
  let reason: string | undefined
  if (segment === '') reason = 'a name must not be empty'
  else if (segment.startsWith('$')) {
    reason = 'operators are written with methods such as whereIn(), or in whereRaw()'
  } else if (segment === '__proto__') reason = 'no column can have that name'
  else if (segment.includes('\0')) reason = 'a name must not contain NUL'
  if (reason !== undefined) {
    fail('E_INVALID_QUERY', target, `${quote(key)} is not ${what}: ${reason}`)
  }
}

/** The property name closest to `key`, when one is close enough to be what was meant. */
function nearest(target: QueryTarget, key: string): string | undefined {
  if (typeof target.names !== 'function' || key.length > 64) return undefined
  const wanted = fold(key)
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const name of target.names()) {
    const distance = editDistance(wanted, fold(name))
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return best
}

function fold(name: string): string {
  return name.replaceAll('_', '').toLowerCase()
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(at(above, j) + 1, at(row, j - 1) + 1, at(above, j - 1) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(before, j - 2) + 1)
      }
      row.push(cost)
    }
    before = above
    above = row
  }
  return at(above, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
