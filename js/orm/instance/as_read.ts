/** Values that can be read and not written again, such as moments beyond what a `Date` holds. */
import { isDeepStrictEqual, types } from 'node:util'
import { DateTime } from 'luxon'
import type { Column } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { storedValue } from './stored.ts'

/** Whether the property has what its document was read with. */
export function isAsRead(
  definition: ModelDefinition,
  instance: Model,
  column: Column,
  current: unknown,
): boolean {
  try {
    return alike(current, storedValue(instance, definition, column))
  } catch {
    // It cannot even be read.
    return false
  }
}

function alike(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return false
  }
  if (types.isDate(one)) return types.isDate(other) && Object.is(one.getTime(), other.getTime())
  if (DateTime.isDateTime(one)) {
    return DateTime.isDateTime(other) && Object.is(one.toMillis(), other.toMillis())
  }
  const prototype: unknown = Object.getPrototypeOf(one)
  if (prototype !== Object.getPrototypeOf(other)) return false
  const isPlain = Array.isArray(one) || prototype === Object.prototype || prototype === null
  if (!isPlain) return isDeepStrictEqual(one, other)
  const [keys, others] = [Object.keys(one), Object.keys(other)]
  const [fields, otherFields] = [one, other] as Record<string, unknown>[]
  return (
    keys.length === others.length &&
    keys.every((key, place) => key === others[place] && alike(fields?.[key], otherFields?.[key]))
  )
}
