import { types } from 'node:util'
import { define } from '../../codec/keys.ts'
import { type Document, record } from '../record.ts'
import { isPlainObject } from '../values.ts'
import { Conditions } from './conditions.ts'

type Make = () => Record<string, unknown>

/**
 * A copy of a stage: no object of the caller's is kept, and none is handed out, so that what was
 * checked is what is sent. Values of classes are values and are shared. The tree was checked before,
 * it has an end.
 */
export function copyStage(value: unknown): unknown {
  return copyTree(value, record)
}

/** The stages as MongoDB gets them, out of ordinary objects: to be looked at. */
export function shownStages(stages: readonly Document[]): Document[] {
  return copyTree(stages, () => ({}), true) as Document[]
}

function copyTree(given: unknown, make: Make, shown = false): unknown {
  const value = shown && given instanceof Conditions ? given.toBSON() : given
  if (typeof value !== 'object' || value === null) return value
  if (types.isDate(value)) return new Date(value.getTime())
  if (Array.isArray(value)) return Array.from(value, (item: unknown) => copyTree(item, make, shown))
  if (!isPlainObject(value)) return value
  const copy = make()
  for (const key of Object.keys(value)) setOwn(copy, key, copyTree(value[key], make, shown))
  return copy
}

/** Sets a property of a new object. Assigning to `__proto__` would be something else. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value
  else define(target, key, value)
}
