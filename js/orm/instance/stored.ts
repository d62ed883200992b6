/** What is stored of an instance: the document as it was read or written last. */
import { CHUNK, ROW } from '../../codec/accessors.ts'
import { type Chunk, type RawValue, sourceOf } from '../../codec/chunk.ts'
import { decodeStored } from '../../codec/stored_values.ts'
import type { Column } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import { REST } from '../contracts/state.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { preloadedOf } from '../definition/related.ts'

/** A document that was written here, as if it had been read. */
export function chunkOf(definition: ModelDefinition, document: Buffer): Chunk {
  return definition.layOut(sourceOf(document), [0], false)
}

/** Forgets what was stored since the document was read: another one takes its place. */
export function replaceStored(instance: Model, chunk: Chunk | null, row = 0): void {
  // Relations that were read with the document stay.
  preloadedOf(instance)
  instance[CHUNK] = chunk
  instance[ROW] = row
  const rest = instance[REST]
  if (rest === null) return
  rest.inserted = undefined
  rest.updated = undefined
  rest.views = undefined
}

/** The document as it was read, or as it was inserted. */
export function storedChunk(definition: ModelDefinition, instance: Model): Chunk | null {
  const chunk = instance[CHUNK]
  if (chunk !== null) return chunk
  const rest = instance[REST]
  if (rest?.inserted === undefined) return null
  const { bytes, start, end } = rest.inserted
  const made = chunkOf(definition, Buffer.from(bytes.subarray(start, end)))
  instance[CHUNK] = made
  instance[ROW] = 0
  rest.inserted = undefined
  return made
}

/** The stored bytes of a column; null for a missing field. */
export function rawStored(
  definition: ModelDefinition,
  instance: Model,
  column: Column,
): RawValue | null {
  const updated = instance[REST]?.updated?.[column.index]
  if (updated !== undefined) return updated.type === 0 ? null : updated
  const chunk = storedChunk(definition, instance)
  return chunk?.rawValue(instance[ROW] * chunk.columns + column.index) ?? null
}

/** What the property showed when its value was stored or read; `undefined` for a missing field. */
export function shownValue(instance: Model, definition: ModelDefinition, column: Column): unknown {
  const known = instance[REST]?.properties?.get(column.index)
  if (known === undefined || rawStored(definition, instance, column) === null) {
    return storedValue(instance, definition, column)
  }
  return 'bytes' in known ? decodeStored(known) : known.shown
}

/** The value of a column as it is stored, consumed; `undefined` for a missing field. */
export function storedValue(instance: Model, definition: ModelDefinition, column: Column): unknown {
  const updated = instance[REST]?.updated?.[column.index]
  if (updated !== undefined) {
    return updated.type === 0 ? undefined : column.fromStored(decodeStored(updated), instance)
  }
  const chunk = storedChunk(definition, instance)
  return chunk === null ? undefined : definition.readStored(instance, chunk, instance[ROW], column)
}
