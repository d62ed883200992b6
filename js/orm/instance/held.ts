/** How much of its document an instance holds: queries may read a part of it. */
import { CHUNK } from '../../codec/accessors.ts'
import type { HeldPaths } from '../../codec/chunk.ts'
import type { Column } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import { REST } from '../contracts/state.ts'

/**
 * What the instance holds of a column: all of it, nothing, or some paths inside of it. A column that
 * was not read and was written since is held.
 */
export function holding(instance: Model, column: Column): boolean | HeldPaths {
  const held = instance[CHUNK]?.held ?? null
  if (held === null) return true
  return held.get(column.stored) ?? instance[REST]?.updated?.[column.index] !== undefined
}

/** The same paths, and these columns as a whole. */
export function heldWith(held: HeldPaths | null, columns: readonly Column[]): HeldPaths | null {
  if (held === null) return null
  return new Map([...held, ...columns.map(({ stored }) => [stored, true] as const)])
}
