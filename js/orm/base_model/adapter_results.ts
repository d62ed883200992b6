/** Instances of documents that something else read: a driver, an aggregation, a test. */
import { CHUNK, HOLE, ROW, VALUES } from '../../codec/accessors.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { define } from '../../codec/keys.ts'
import { chunkOfDocument } from '../../codec/single.ts'
import type { BsonWriter } from '../../codec/writer.ts'
import { withDetails } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { prehashed } from '../columns/hashed/values.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { ModelAdapterOptions } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { REST } from '../contracts/state.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { absorb, restOf, setColumn } from '../instance/attributes.ts'
import { propertyOf, rememberProperty, writeColumn } from '../instance/changes.ts'
import { storedChunk } from '../instance/stored.ts'
import { adopt } from '../persistence/enlist.ts'

type Sideloaded = Record<string, unknown>

function isDocument(result: unknown): result is Record<string, unknown> {
  return typeof result === 'object' && result !== null && !Array.isArray(result)
}

/** Lays out the document that `write` fills as one that was read. */
function layOut(definition: ModelDefinition, write: (body: BsonWriter) => void): Chunk {
  const bytes = native.encode((body) => {
    const start = body.beginDocument()
    write(body)
    body.endDocument(start)
  })
  const { columns } = definition
  return chunkOfDocument(
    bytes,
    new Map(columns.map((column) => [column.stored, column.index])),
    columns.map((column) => column.idAsText),
  )
}

/** A stored document, by stored names. Text in columns of ids is taken for ids. */
function chunkOf(definition: ModelDefinition, result: Record<string, unknown>): Chunk {
  const byStored = new Map(definition.columns.map((column) => [column.stored, column]))
  return layOut(definition, (body) => {
    for (const [name, value] of Object.entries(result)) {
      const column = byStored.get(name)
      try {
        if (column?.objectId === true) body.objectIdElement(name, value, column.attribute)
        else body.element(name, value, column?.attribute)
      } catch (error) {
        throw withDetails(error, { model: definition.name, column: column?.attribute })
      }
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
    const hash = column.kind.hashed !== undefined && typeof value === 'string'
    setColumn(instance, definition, column, hash ? prehashed(value) : value)
  }
  const extras = chunk.extras(0, definition.storedNames)
  const present = instance.$extras
  for (const [name, value] of Object.entries(extras ?? {})) define(present, name, value)
}

/** Takes the attributes as they are for what is stored. */
export function hydrateOriginals(instance: Model): void {
  const definition = absorb(instance)
  const values = instance[VALUES]
  const before = storedChunk(definition, instance)
  const row = instance[ROW]
  const updated = instance[REST]?.updated
  const extras = instance.$extras
  const chunk = layOut(definition, (body) => {
    for (const column of definition.columns) {
      const value = values === null ? HOLE : values[column.index]
      if (value !== HOLE) {
        writeColumn(body, column, value, instance)
        if (value !== undefined) rememberProperty(instance, column, propertyOf(column, value))
        continue
      }
      // What was not touched stays as it is stored: `prepare` may not be run on it again.
      const raw =
        updated?.get(column.index) ?? before?.rawValue(row * before.columns + column.index)
      if (raw === null || raw === undefined || raw.type === 0) continue
      body.rawElement(column.element, raw.type, raw.bytes, raw.start, raw.end)
    }
  })
  instance[CHUNK] = chunk
  instance[ROW] = 0
  const rest = restOf(instance)
  rest.extras = extras
  rest.inserted = undefined
  rest.updated = undefined
}
