/** What changed on an instance since its document was read or written, told by stored bytes. */
import { CHUNK, HOLE, ROW, VALUES } from '../../codec/accessors.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { chunkOfDocument } from '../../codec/single.ts'
import { BsonWriter } from '../../codec/writer.ts'
import type { BaseModel } from '../base_model/index.ts'
import { REST } from '../base_model/state.ts'
import type { Column } from '../columns/index.ts'
import type { ModelDefinition } from '../definition/index.ts'

/** A column whose value differs from the stored one, and its new element in `Changes.bytes`. */
export interface Change {
  readonly column: Column
  /** BSON type of the new value; 0 when the field is to go. */
  readonly type: number
  /** Where the element (type, name, value) starts. */
  readonly start: number
  /** Where its value starts. */
  readonly value: number
  readonly end: number
}

/** The changed columns of one instance. */
export interface Changes {
  readonly items: readonly Change[]
  readonly bytes: Buffer
}

const NONE: Changes = { items: [], bytes: Buffer.alloc(0) }

let idle: BsonWriter | undefined

/** Runs `body` with a writer of its own: encoding may call the application's `prepare`. */
function withScratch<T>(body: (scratch: BsonWriter) => T): T {
  const scratch = idle ?? new BsonWriter()
  idle = undefined
  scratch.reset()
  try {
    return body(scratch)
  } finally {
    idle = scratch
  }
}

/** Writes a column's value as an element, as the store shall have it. */
export function writeColumn(
  body: BsonWriter,
  column: Column,
  value: unknown,
  instance: BaseModel,
): void {
  const stored = column.toStored(value, instance)
  if (column.objectId) body.objectIdElement(column.element, stored, column.attribute)
  else body.element(column.element, stored, column.attribute)
}

/** The columns of a persisted instance that differ from what is stored. */
export function collectChanges(definition: ModelDefinition, instance: BaseModel): Changes {
  const values = instance[VALUES]
  if (values === null) return NONE
  return withScratch((scratch) => {
    const items: Change[] = []
    const document = scratch.beginDocument()
    for (const column of definition.columns) {
      const current = values[column.index]
      if (current === HOLE) continue
      const start = scratch.position
      writeColumn(scratch, column, current, instance)
      const end = scratch.position
      const written = end > start
      const type = written ? (scratch.buffer[start] as number) : 0
      const value = written ? start + column.element.length : end
      if (isStored(definition, instance, column, type, scratch.buffer, value, end)) {
        scratch.position = start
      } else items.push({ column, type, start, value, end })
    }
    if (items.length === 0) return NONE
    scratch.endDocument(document)
    return { items, bytes: Buffer.from(scratch.buffer.subarray(0, scratch.position)) }
  })
}

function isStored(
  definition: ModelDefinition,
  instance: BaseModel,
  column: Column,
  type: number,
  bytes: Buffer,
  start: number,
  end: number,
): boolean {
  const updated = instance[REST]?.updated?.get(column.index)
  if (updated !== undefined) {
    if (updated.type !== type || updated.end - updated.start !== end - start) return false
    return updated.bytes.compare(bytes, start, end, updated.start, updated.end) === 0
  }
  const chunk = storedChunk(definition, instance)
  if (chunk === null) return type === 0
  const cell = instance[ROW] * chunk.columns + column.index
  return chunk.equalsValue(cell, type, bytes, start, end)
}

/** The document as it was read, or as it was inserted. */
export function storedChunk(definition: ModelDefinition, instance: BaseModel): Chunk | null {
  const chunk = instance[CHUNK]
  if (chunk !== null) return chunk
  const rest = instance[REST]
  if (rest?.inserted === undefined) return null
  const { columns } = definition
  const made = chunkOfDocument(
    rest.inserted,
    new Map(columns.map((column) => [column.stored, column.index])),
    columns.map((column) => column.idAsText),
  )
  instance[CHUNK] = made
  instance[ROW] = 0
  rest.inserted = undefined
  return made
}
