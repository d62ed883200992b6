/** What changed on an instance since its document was read or written, told by stored bytes. */
import { HOLE, ROW, VALUES } from '../../codec/accessors.ts'
import type { Body } from '../../codec/body.ts'
import { sameBytes } from '../../codec/buffers.ts'
import type { RawValue } from '../../codec/chunk.ts'
import type { BsonWriter } from '../../codec/writer.ts'
import { refuse, withDetails } from '../../errors/index.ts'
import type { Column } from '../columns/index.ts'
import type { Part } from '../columns/options.ts'
import type { Model } from '../contracts/index.ts'
import { emptyRest, REST, type Shown } from '../contracts/state.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { isAsRead } from './as_read.ts'
import { holding } from './held.ts'
import { PartialColumn } from './parts.ts'
import {
  bytesOfValue,
  giveBack,
  type Kept,
  keep,
  rewind,
  takeScratch,
  withScratch,
} from './scratch.ts'
import { rawStored, storedChunk, storedValue } from './stored.ts'
import { isView } from './views.ts'

/** A column whose value differs from the stored one, and its new element in `Changes.bytes`. */
export interface Change {
  readonly column: Column
  /** The property's value that was written. */
  readonly current: unknown
  /** Of a column that was read in part: what is sent in its place. */
  readonly parts: readonly Part[] | undefined
  /** BSON type of the new value; 0 when the field is to go. */
  readonly type: number
  /** Where the element (type, name, value) starts, from the start of `Changes` on. */
  readonly start: number
  /** Where its value starts. */
  readonly value: number
  readonly end: number
  /** Where what is sent ends: behind the element is what its blind index is made of, if anything. */
  readonly sent: number
  /** The property's own value, for columns that remember it. */
  readonly property: RawValue | Shown | null
}

/** The changed columns of one instance. */
export interface Changes extends Kept {
  readonly items: readonly Change[]
}

const NONE: Changes = { items: [], bytes: Buffer.alloc(0), start: 0 }

/** Writes a field of a document of `model`, as it is stored; text in columns of ids is an id. */
export function writeField(
  body: Body,
  model: { readonly name: string },
  name: string | Column['element'],
  column: Column | undefined,
  value: unknown,
): void {
  try {
    if (column?.objectId === true) body.objectIdElement(name, value, column.attribute)
    else body.element(name, value, column?.attribute)
  } catch (error) {
    throw withDetails(error, { model: model.name, column: column?.attribute })
  }
}

/** Writes a column's value as an element, as the store shall have it. Answers what was written. */
export function writeColumn(body: Body, column: Column, value: unknown, instance: Model): unknown {
  if (column.embeds !== undefined) {
    column.embeds.write(body, column, value)
    return value
  }
  const stored = value === undefined ? undefined : column.toStored(value, instance)
  writeField(body, instance.constructor, column.element, column, stored)
  return stored
}

/**
 * Writes what the application's own normaliser makes of a value, under the name of its blind index:
 * the core hashes it.
 */
export function writeNormalized(body: Body, column: Column, stored: unknown): void {
  const { encryption } = column
  if (encryption?.normalize === undefined || encryption.blind === undefined) return
  if (stored === null || stored === undefined) return
  body.element(encryption.blind, encryption.normalize(stored), column.attribute)
}

/** The stamps of an update, set once it is known that there is something to write. */
export interface Stamps {
  /** Write even when nothing changed. */
  readonly forced: boolean
  stamp(): void
  /** Sets the version, where documents have one: only what changes something counts. */
  countVersion(): void
}

/** The columns of a persisted instance that differ from what is stored. */
export function collectChanges(
  definition: ModelDefinition,
  instance: Model,
  stamps?: Stamps,
): Changes {
  if (instance[VALUES] === null && stamps?.forced !== true) return NONE
  const scratch = takeScratch()
  try {
    return collect(scratch, definition, instance, stamps)
  } finally {
    giveBack(scratch)
  }
}

function collect(
  scratch: BsonWriter,
  definition: ModelDefinition,
  instance: Model,
  stamps: Stamps | undefined,
): Changes {
  const { columns, restamped, version } = definition
  const asked = stamps === undefined
  const document = scratch.beginDocument()
  let items: Change[] = []
  const values = instance[VALUES]
  for (let index = 0; values !== null && index < columns.length; index++) {
    if (values[index] === HOLE) continue
    const change = changeOf(scratch, definition, instance, columns[index] as Column, asked)
    if (change !== undefined) items.push(change)
  }
  const stamped = restamped.length > 0 || version !== undefined
  if (stamps !== undefined && stamped && (items.length > 0 || stamps.forced)) {
    const take = (column: Column): void => {
      const change = changeOf(scratch, definition, instance, column, asked)
      if (change !== undefined) items.push(change)
    }
    stamps.stamp()
    items = items.filter(({ column }) => !restamped.includes(column) && column !== version)
    for (const column of restamped) take(column)
    if (version !== undefined && items.length > 0) {
      stamps.countVersion()
      take(version)
    }
  }
  if (items.length === 0) return NONE
  scratch.endDocument(document)
  const { bytes, start } = keep(scratch)
  return { items, bytes, start }
}

function changeOf(
  scratch: BsonWriter,
  definition: ModelDefinition,
  instance: Model,
  column: Column,
  asked: boolean,
): Change | undefined {
  const values = instance[VALUES]
  const current = values === null ? HOLE : values[column.index]
  if (current === HOLE) return undefined
  const start = scratch.position
  if (current === undefined) {
    // Undefined is not given. What is to go was named by `unset`.
    if (!isToGo(definition, instance, column)) return undefined
    if (column.isPrimary && !asked) refuseKey(definition, column)
    return withoutValue(column, current, start)
  }
  if (isView(instance, column, current)) return undefined
  // What was only read is not prepared again: `prepare` may refuse it, or answer something else.
  const asProperty = column.transforms || (column.objectId && isNested(current))
  if (asProperty && equalsProperty(definition, instance, column, current)) return undefined
  if (asked && column.kind.hashed !== undefined && typeof current === 'string') {
    // It will be a hash, which nobody knows yet.
    return withoutValue(column, current, start)
  }
  let stored: unknown
  try {
    stored = writeColumn(scratch, column, current, instance)
  } catch (error) {
    if (!isAsRead(definition, instance, column, current)) throw error
    rewind(scratch, start)
    return undefined
  }
  const end = scratch.position
  if (end === start) return undefined
  const type = scratch.buffer[start] as number
  const value = start + column.element.length
  const held = holding(instance, column)
  const span = { type, start: value, end }
  const inside = embeddedParts(definition, instance, column, scratch.buffer, span)
  if (typeof held === 'object' && inside === undefined) {
    const bytes = Buffer.from(scratch.buffer.subarray(value, end))
    const now = { type, bytes, start: 0, end: bytes.length }
    const before = rawStored(definition, instance, column)
    const parts = new PartialColumn(definition, column).changes(held, before, now)
    if (parts.length > 0) {
      const property = propertyOf(column, current)
      return { column, current, parts, type, start, value, end, sent: end, property }
    }
    scratch.position = start
    return undefined
  }
  const isSame = () => isStored(definition, instance, column, type, scratch.buffer, value, end)
  if (inside === undefined ? isSame() : inside.length === 0) {
    scratch.position = start
    return undefined
  }
  if (column.isPrimary) {
    if (rawStored(definition, instance, column) === null) {
      // It is stored because the application says so: what the key was is not known.
      scratch.position = start
      return undefined
    }
    if (!asked) refuseKey(definition, column)
  }
  if (!asked) refuseKind(definition, column)
  writeNormalized(scratch, column, stored)
  const sent = scratch.position
  const property = propertyOf(column, current)
  return { column, current, parts: inside, type, start, value, end, sent, property }
}

/** Of documents with a model of their own the paths that changed, where they are not encrypted as a whole. */
function embeddedParts(
  definition: ModelDefinition,
  instance: Model,
  column: Column,
  buffer: Buffer,
  { type, start, end }: Omit<RawValue, 'bytes'>,
): readonly Part[] | undefined {
  if (column.embeds === undefined || column.isSealed) return undefined
  const before = rawStored(definition, instance, column)
  const bytes = Buffer.from(buffer.subarray(start, end))
  const now = { type, bytes, start: 0, end: bytes.length }
  return column.embeds.parts(
    { path: column.stored, filtered: undefined },
    before,
    now,
    instance[VALUES]?.[column.index],
  )
}

/**
 * The change of a column that has no value to send. All changes have the same fields in the same order:
 * the engine reads objects of one shape much faster.
 */
function withoutValue(column: Column, current: unknown, start: number): Change {
  return {
    column,
    current,
    parts: undefined,
    type: 0,
    start,
    value: start,
    end: start,
    sent: start,
    property: null,
  }
}

/** The columns whose values differ from the stored ones, or cannot be stored at all. */
export function changedColumns(definition: ModelDefinition, instance: Model): Column[] {
  return definition.columns.filter((column) => {
    const values = instance[VALUES]
    if (values === null || values[column.index] === HOLE) return false
    return withScratch((scratch) => {
      scratch.beginDocument()
      try {
        return changeOf(scratch, definition, instance, column, true) !== undefined
      } catch {
        return true
      }
    })
  })
}

/** Whether `unset` named the column, and it may have a stored value. */
function isToGo(definition: ModelDefinition, instance: Model, column: Column): boolean {
  if (instance[REST]?.gone?.get(column.index) !== 'unset') return false
  return holding(instance, column) !== true || rawStored(definition, instance, column) !== null
}

function refuseKey({ name }: ModelDefinition, { attribute }: Column): never {
  refuse(
    'E_INVALID_VALUE',
    name,
    'update',
    `.${attribute}: the primary key of a stored document cannot change; create another ` +
      'document and delete this one',
    attribute,
  )
}

/** Errors: `E_INVALID_VALUE` for the column that tells the class of a document. */
export function refuseKind({ name, kinds }: ModelDefinition, column: Column): void {
  if (column !== kinds.column) return
  const { attribute } = column
  const what = `.${attribute} tells the class of a stored document, and cannot change`
  refuse('E_INVALID_VALUE', name, 'update', what, attribute)
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/**
 * The bytes of a property's own value, where `prepare` may store something else each time: what
 * tells after the write whether it was changed. The value itself where BSON cannot hold it.
 */
export function propertyOf(column: Column, value: unknown): RawValue | Shown | null {
  if (!column.remembersProperty) return null
  return bytesOfValue(value, column) ?? { shown: value }
}

/** Keeps what {@link propertyOf} answered for a column that was written. */
export function rememberProperty(
  instance: Model,
  column: Column,
  property: RawValue | Shown | null,
): void {
  if (!column.remembersProperty) return
  const rest = instance[REST] ?? emptyRest()
  instance[REST] = rest
  rest.properties ??= new Map()
  if (property === null) rest.properties.delete(column.index)
  else rest.properties.set(column.index, property)
}

/** Whether the property has the value that it had when it was written, or read, last. */
export function equalsProperty(
  definition: ModelDefinition,
  instance: Model,
  column: Column,
  current: unknown,
): boolean {
  const { same } = column.kind
  if (same !== undefined) {
    try {
      const stored = storedValue(instance, definition, column)
      return same(current, stored, column.attribute, instance)
    } catch {
      // One of the two has no stored form: what `prepare` makes of the value decides.
      return false
    }
  }
  const known = instance[REST]?.properties?.get(column.index)
  const remembered = known !== undefined && 'bytes' in known ? known : undefined
  return withScratch((scratch) => {
    try {
      const type = scratch.value(current, column.attribute)
      const end = scratch.position
      if (remembered !== undefined) {
        const { bytes, start } = remembered
        return (
          type === remembered.type &&
          sameBytes(bytes, start, remembered.end, scratch.buffer, 0, end)
        )
      }
      const stored = storedValue(instance, definition, column)
      if (scratch.value(stored, column.attribute) !== type) return false
      return scratch.buffer.subarray(end, scratch.position).equals(scratch.buffer.subarray(0, end))
    } catch {
      // BSON cannot hold one of the two: what `prepare` makes of it decides.
      return false
    }
  })
}

function isStored(
  definition: ModelDefinition,
  instance: Model,
  column: Column,
  type: number,
  bytes: Buffer,
  start: number,
  end: number,
): boolean {
  const updated = instance[REST]?.updated?.[column.index]
  if (updated !== undefined) {
    return (
      updated.type === type &&
      sameBytes(updated.bytes, updated.start, updated.end, bytes, start, end)
    )
  }
  const chunk = storedChunk(definition, instance)
  if (chunk === null) return type === 0
  const cell = instance[ROW] * chunk.columns + column.index
  return chunk.equalsValue(cell, type, bytes, start, end)
}
