/** Writing instances: insert, update and delete as lifecycle work. */
import { DateTime } from 'luxon'
import { HOLE, VALUES } from '../../codec/accessors.ts'
import { type BsonWriter, generateObjectId } from '../../codec/writer.ts'
import type { Connection } from '../../database/connection.ts'
import { errors } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import type { DateBehaviour } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import { emptyRest, FLAGS, Flag, type Inserted, REST } from '../contracts/state.ts'
import type { ModelDefinition } from '../definition/index.ts'
import type { Work } from '../hooks/runner.ts'
import { getColumn, setColumn } from '../instance/attributes.ts'
import {
  type Changes,
  collectChanges,
  propertyOf,
  rememberProperty,
  writeColumn,
} from '../instance/changes.ts'
import { storedValue } from '../instance/stored.ts'
import { coalesceInsert, coalesceUpdate } from './coalesce_writes.ts'

/** Where and how an instance is written. */
export interface Target {
  readonly definition: ModelDefinition
  readonly connection: Connection
  /** Share a command with other writes of the same tick. */
  readonly coalesce: boolean
}

/**
 * The values that a failed write puts back. A column that a hook saved in between, and that was
 * untouched before, keeps its value: the chunk has the old one.
 */
export function remember(instance: Model): () => void {
  const values = instance[VALUES]?.slice() ?? null
  return () => {
    const saved = instance[REST]?.updated
    const current = instance[VALUES]
    if (saved === undefined || current === null) {
      instance[VALUES] = values
      return
    }
    instance[VALUES] = current.map((value, column) => {
      const before = values === null ? HOLE : values[column]
      return before === HOLE && saved.has(column) ? value : before
    })
  }
}

/** Sets the date columns that stamp themselves. */
export function stamp(definition: ModelDefinition, instance: Model, creating: boolean): void {
  if (definition.dated.length === 0) return
  const moment = DateTime.now()
  for (const column of definition.dated) {
    const { autoCreate, autoUpdate, at } = column.date as DateBehaviour
    const due = creating
      ? (autoCreate || autoUpdate) && !getColumn(instance, definition, column)
      : autoUpdate
    if (due) setColumn(instance, definition, column, at(moment))
  }
}

export function assignId(definition: ModelDefinition, instance: Model): void {
  const { primary, model, name } = definition
  const present = getColumn(instance, definition, primary)
  if (present !== undefined && present !== null) return
  if (model.selfAssignPrimaryKey) {
    throw new errors.E_UNDEFINED_VALUE(
      `${name}.${primary.attribute} has no value, and the model assigns its own primary keys`,
      { model: name, column: primary.attribute, operation: 'create' },
    )
  }
  setColumn(instance, definition, primary, generateObjectId())
}

/** Writes the document of a new instance. */
export function writeDocument(
  body: BsonWriter,
  definition: ModelDefinition,
  instance: Model,
): void {
  const start = body.beginDocument()
  const values = instance[VALUES]
  if (values !== null) {
    for (const column of definition.columns) {
      const value = values[column.index]
      if (value === HOLE || value === undefined) continue
      writeColumn(body, column, value, instance)
      if (column.remembersProperty) rememberProperty(instance, column, propertyOf(column, value))
    }
  }
  body.endDocument(start)
}

/** The bytes from `start` to where the writer stands, copied. */
function written(body: BsonWriter, start: number): Inserted {
  const bytes = Buffer.from(body.buffer.subarray(start, body.position))
  return { bytes, start: 0, end: bytes.length }
}

export function emptyHead(body: BsonWriter): void {
  body.endDocument(body.beginDocument())
}

export function markInserted(instance: Model, document: Inserted): void {
  const rest = instance[REST] ?? emptyRest()
  rest.inserted = document
  instance[REST] = rest
  instance[FLAGS] |= Flag.persisted
}

/** Inserts one new instance. */
export class InsertWork implements Work {
  readonly subjects = 1
  readonly #target: Target
  readonly #instance: Model
  readonly #putBack: () => void
  #document: Inserted | undefined

  constructor(target: Target, instance: Model) {
    this.#target = target
    this.#instance = instance
    this.#putBack = remember(instance)
  }

  subject(): Model {
    return this.#instance
  }

  async command(): Promise<boolean> {
    const { definition, connection, coalesce } = this.#target
    const instance = this.#instance
    stamp(definition, instance, true)
    assignId(definition, instance)
    const encode = (body: BsonWriter) => {
      const start = body.position
      writeDocument(body, definition, instance)
      this.#document = written(body, start)
    }
    const reply = coalesce
      ? await coalesceInsert(definition, connection, encode)
      : await native.request(
          native.Operation.insert,
          connection.handle(),
          definition.handle(),
          (body) => {
            emptyHead(body)
            encode(body)
          },
        )
    if (reply instanceof native.Failure) {
      throw reply.toError({
        model: definition.name,
        operation: 'create',
        connection: connection.name,
      })
    }
    return true
  }

  settle(): void {
    markInserted(this.#instance, this.#document as Inserted)
  }

  /** Unless a hook stored the instance itself. */
  restore(): void {
    if (!this.#instance.$isPersisted) this.#putBack()
  }
}

/** Writes the changed columns of a persisted instance. */
export class UpdateWork implements Work {
  readonly subjects = 1
  readonly #target: Target
  readonly #instance: Model
  readonly #putBack: () => void
  #changes: Changes | undefined

  constructor(target: Target, instance: Model) {
    this.#target = target
    this.#instance = instance
    this.#putBack = remember(instance)
  }

  subject(): Model {
    return this.#instance
  }

  async command(): Promise<boolean> {
    const { definition, connection, coalesce } = this.#target
    const instance = this.#instance
    const force = (instance[FLAGS] & Flag.force) !== 0
    const changes = collectChanges(definition, instance, {
      force,
      set: () => stamp(definition, instance, false),
    })
    if (changes.items.length === 0) return force
    this.#changes = changes
    const id = definition.primary
    const stored = storedValue(instance, definition, id)
    const writeFilter = (body: BsonWriter, name: string) => {
      const filter = body.beginDocumentElement(name)
      writeColumn(body, id, stored, instance)
      body.endDocument(filter)
    }
    const outcome = coalesce
      ? await coalesceUpdate(definition, connection, String(stored), (body) => {
          const statement = body.beginDocument()
          writeFilter(body, 'q')
          writeModifications(body, 'u', changes)
          body.endDocument(statement)
        })
      : await native.request<{ matched: number }>(
          native.Operation.update,
          connection.handle(),
          definition.handle(),
          (body) => {
            const head = body.beginDocument()
            writeFilter(body, 'filter')
            writeModifications(body, 'update', changes)
            body.endDocument(head)
          },
        )
    const where = { model: definition.name, operation: 'update', connection: connection.name }
    if (outcome instanceof native.Failure) throw outcome.toError(where)
    if (outcome.matched === 0) {
      throw new errors.E_STALE_MODEL(
        `${definition.name}: the document is no longer there to be updated`,
        where,
      )
    }
    return true
  }

  settle(): void {
    const instance = this.#instance
    instance[FLAGS] &= ~Flag.force
    const changes = this.#changes
    if (changes === undefined) return
    const rest = instance[REST] ?? emptyRest()
    rest.updated ??= new Map()
    instance[REST] = rest
    for (const { column, type, value, end, property } of changes.items) {
      rest.updated.set(column.index, { type, bytes: changes.bytes, start: value, end })
      rememberProperty(instance, column, property)
    }
  }

  restore(): void {
    this.#putBack()
  }
}

/** `{ $set: …, $unset: … }` from elements that are already encoded. */
function writeModifications(body: BsonWriter, name: string, { items, bytes }: Changes): void {
  const update = body.beginDocumentElement(name)
  const kept = items.filter((item) => item.type !== 0)
  const gone = items.filter((item) => item.type === 0)
  if (kept.length > 0) {
    const set = body.beginDocumentElement('$set')
    for (const { start, end } of kept) body.bytes(bytes.subarray(start, end))
    body.endDocument(set)
  }
  if (gone.length > 0) {
    const unset = body.beginDocumentElement('$unset')
    for (const { column } of gone) body.element(column.element, true)
    body.endDocument(unset)
  }
  body.endDocument(update)
}

/** Deletes the document of an instance. */
export class DeleteWork implements Work {
  readonly subjects = 1
  readonly #target: Target
  readonly #instance: Model
  readonly #putBack: () => void

  constructor(target: Target, instance: Model) {
    this.#target = target
    this.#instance = instance
    this.#putBack = remember(instance)
  }

  subject(): Model {
    return this.#instance
  }

  async command(): Promise<boolean> {
    const { definition, connection } = this.#target
    const instance = this.#instance
    const reply = await native.request(
      native.Operation.delete,
      connection.handle(),
      definition.handle(),
      (body) => {
        const head = body.beginDocument()
        const filter = body.beginDocumentElement('filter')
        const stored = storedValue(instance, definition, definition.primary)
        writeColumn(body, definition.primary, stored, instance)
        body.endDocument(filter)
        body.endDocument(head)
      },
    )
    if (reply instanceof native.Failure) {
      throw reply.toError({
        model: definition.name,
        operation: 'delete',
        connection: connection.name,
      })
    }
    return true
  }

  settle(): void {
    const instance = this.#instance
    instance[FLAGS] = (instance[FLAGS] | Flag.deleted) & ~Flag.persisted
  }

  restore(): void {
    this.#putBack()
  }
}
