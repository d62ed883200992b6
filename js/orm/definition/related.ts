/** Rows of relations on an instance: those that were set, and those that were read with its document. */
import { CHUNK, ROW } from '../../codec/accessors.ts'
import type { Model } from '../contracts/index.ts'
import type { Related } from '../contracts/options.ts'
import { emptyRest, REST } from '../contracts/state.ts'

function preloadedFor(instance: Model): Record<string, Related> {
  instance[REST] ??= emptyRest()
  const rest = instance[REST]
  // Relations have the application's names.
  rest.preloaded ??= Object.create(null) as Record<string, Related>
  return rest.preloaded
}

/** The rows of a relation; `undefined` when it was not loaded. */
export function relatedOf(instance: Model, name: string): Related | undefined {
  const known = instance[REST]?.preloaded
  if (known !== undefined && name in known) return known[name]
  const read = instance[CHUNK]?.related?.of(name, instance[ROW]) as Related | undefined
  if (read !== undefined) preloadedFor(instance)[name] = read
  return read
}

/** Puts the rows of a relation in the place of what there is. */
export function setRelated(instance: Model, name: string, rows: Related): void {
  // A class field without `declare` would hide them.
  if (Object.hasOwn(instance, name)) Reflect.deleteProperty(instance, name)
  preloadedFor(instance)[name] = rows
}

/** Every relation that was loaded, by name. */
export function preloadedOf(instance: Model): Readonly<Record<string, Related>> {
  for (const name of instance[CHUNK]?.related?.names ?? []) relatedOf(instance, name)
  return instance[REST]?.preloaded ?? NOTHING
}

const NOTHING: Readonly<Record<string, Related>> = Object.freeze(Object.create(null))

/** As {@link preloadedOf}, to write to. */
export function ownPreloaded(instance: Model): Record<string, Related> {
  preloadedOf(instance)
  return preloadedFor(instance)
}
