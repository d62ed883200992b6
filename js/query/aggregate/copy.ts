import { types } from 'node:util'
import { record } from '../record.ts'
import { isPlainObject } from '../values.ts'

type Make = () => Record<string, unknown>

/**
 * A copy of a stage: no object of the caller's is kept, and none is handed out, so that what was
 * checked is what is sent. Values of classes are values and are shared. The tree was checked before,
 * it has an end.
 */
export function copyStage(value: unknown): unknown {
  return copyTree(value, record)
}

/** The same out of ordinary objects, for printing and for comparing in tests. */
export function copyOrdinary(value: unknown): unknown {
  return copyTree(value, () => ({}))
}

function copyTree(value: unknown, make: Make): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (types.isDate(value)) return new Date(value.getTime())
  if (Array.isArray(value)) return Array.from(value, (item: unknown) => copyTree(item, make))
  if (!isPlainObject(value)) return value
  const copy = make()
  for (const key of Object.keys(value)) setOwn(copy, key, copyTree(value[key], make))
  return copy
}

/** Sets a property of a new object. Assigning to `__proto__` would be something else. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value
  else {
    Object.defineProperty(target, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    })
  }
}
