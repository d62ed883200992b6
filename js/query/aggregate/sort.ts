import { fail, quote } from '../messages.ts'
import { resolveComparable } from '../names.ts'
import { record } from '../record.ts'
import { Expression, type Scope } from './expressions/expression.ts'
import { readEntries } from './read.ts'

const DIRECTIONS: ReadonlyMap<unknown, 1 | -1> = new Map<unknown, 1 | -1>([
  ['asc', 1],
  ['desc', -1],
  [1, 1],
  [-1, -1],
])

/** Fields with their directions, by stored names. Throws `E_INVALID_QUERY`, `E_UNKNOWN_COLUMN`. */
export function readSort(scope: Scope, place: string, given: unknown): Record<string, unknown> {
  const sort = record()
  for (const [name, direction] of readEntries(scope.shape, place, given)) {
    const { field } = resolveComparable(scope.shape, name)
    sort[field] = readDirection(scope, place, name, direction)
  }
  return sort
}

/** `expr.textScore()` is an order too: the best first. */
export function readDirection(scope: Scope, place: string, name: string, given: unknown): unknown {
  const direction = DIRECTIONS.get(given)
  if (direction !== undefined) return direction
  if (given instanceof Expression) {
    const { value } = given.compile(scope)
    if (typeof value === 'object' && value !== null && '$meta' in value) return value
  }
  const message = `the order of ${quote(name)} in ${place} must be 'asc' or 'desc', got ${quote(given)}`
  return fail('E_INVALID_QUERY', scope.shape, message, name)
}
