/** Instances of documents that something else read: a driver, an aggregation, a test. */
import { HOLE, VALUES } from '../../codec/accessors.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { define } from '../../codec/keys.ts'
import type { Column } from '../columns/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { ModelAdapterOptions } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { REST } from '../contracts/state.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { isAsRead } from '../instance/as_read.ts'
import { absorb, restOf, setColumn, valueFor } from '../instance/attributes.ts'
import { propertyOf, rememberProperty, writeColumn, writeField } from '../instance/changes.ts'
import { heldWith } from '../instance/held.ts'
import { layOut } from '../instance/lay_out.ts'
import { rawStored, replaceStored, storedChunk } from '../instance/stored.ts'
import { adopt } from '../persistence/enlist.ts'

type Sideloaded = Record<string, unknown>

function isDocument(result: unknown): result is Record<string, unknown> {
  return typeof result === 'object' && result !== null && !Array.isArray(result)
}

/** A stored document, by stored names. Text in columns of ids is taken for ids. */
function chunkOf(definition: ModelDefinition, result: Record<string, unknown>): Chunk {
  const byStored = new Map(definition.columns.map((column) => [column.stored, column]))
  return layOut(definition, (body) => {
    for (const [name, value] of Object.entries(result)) {
      writeField(body, definition, name, byStored.get(name), value)
    }
  })
}

/** An instance of a stored document; `null` for what is no document. */
export function createFrom<T extends ModelClass>(
  model: T,
  result: unknown,
  sideloaded: Sideloaded | undefined,
  given: ModelAdapterOptions | undefined,
): InstanceType<T> | null {
  if (!isDocument(result)) return null
  const definition = definitionOf(model)
  const { client, connection } = own(given)
  const instance = definition.hydrate(chunkOf(definition, result), 0)
  adopt(instance, client, connection)
  if (sideloaded !== undefined) restOf(instance).sideloaded = sideloaded
  return instance as InstanceType<T>
}

/** Sets what a stored document has as attributes, as if it had been assigned. */
export function consume(
  instance: Model,
  result: unknown,
  sideloaded: Sideloaded | undefined,
): void {
  if (sideloaded !== undefined) restOf(instance).sideloaded = sideloaded
  if (!isDocument(result)) return
  const definition = absorb(instance)
  const chunk = chunkOf(definition, result)
  for (const column of definition.columns) {
    const value = definition.readStored(instance, chunk, 0, column)
    if (value === undefined) continue
    setColumn(instance, definition, column, valueFor(column, value))
    const raw = chunk.rawValue(column.index)
    if (raw !== null) instance[REST]?.handedBack?.set(column.index, raw)
  }
  const extras = chunk.extras(0, definition.schema.storedNames)
  const present = instance.$extras
  for (const [name, value] of Object.entries(extras ?? {})) define(present, name, value)
}

/** Takes the attributes as they are for what is stored. */
export function hydrateOriginals(instance: Model): void {
  const definition = absorb(instance)
  const values = instance[VALUES]
  const before = storedChunk(definition, instance)
  const extras = instance.$extras
  const given = definition.columns.filter(({ index }) => {
    const value = values === null ? HOLE : values[index]
    return value !== HOLE && value !== undefined
  })
  const chunk = layOut(definition, (body) => {
    for (const column of definition.columns) {
      const value = given.includes(column) ? values?.[column.index] : undefined
      if (value !== undefined && !isAsStored(definition, instance, column, value)) {
        writeColumn(body, column, value, instance)
        rememberProperty(instance, column, propertyOf(column, value))
        continue
      }
      if (instance[REST]?.gone?.get(column.index) === 'unset') continue
      // What was not changed stays as it is stored: `prepare` may not be run on it again.
      const raw = rawStored(definition, instance, column)
      if (raw !== null) body.rawElement(column.element, raw.type, raw.bytes, raw.start, raw.end)
    }
  })
  chunk.held = heldWith(before?.held ?? null, given)
  restOf(instance).extras = extras
  replaceStored(instance, chunk)
}

/** Whether the property has what is stored, be it something that cannot be written. */
function isAsStored(
  definition: ModelDefinition,
  instance: Model,
  column: Column,
  value: unknown,
): boolean {
  return (
    rawStored(definition, instance, column) !== null &&
    isAsRead(definition, instance, column, value)
  )
}
