/** Writing instances: insert, update and delete as lifecycle work. */
import { HOLE, VALUES } from '../../codec/accessors.ts'
import { type BsonWriter, generateObjectId } from '../../codec/writer.ts'
import type { Connection } from '../../database/connection.ts'
import { errors } from '../../errors/index.ts'
import * as native from '../../native.ts'
import type { BaseModel } from '../base_model/index.ts'
import { emptyRest, FLAGS, Flag, REST } from '../base_model/state.ts'
import type { ModelDefinition } from '../definition/index.ts'
import type { Work } from '../hooks/runner.ts'
import { type Changes, collectChanges, writeColumn } from './changes.ts'
import { coalesceInsert, coalesceUpdate } from './coalesce_writes.ts'

/** Where and how an instance is written. */
export interface Target {
  readonly definition: ModelDefinition
  readonly connection: Connection
  /** Share a command with other writes of the same tick. */
  readonly coalesce: boolean
}

/** The values that a failed write puts back. */
function remember(instance: BaseModel): () => void {
  const values = instance[VALUES]?.slice() ?? null
  return () => {
    instance[VALUES] = values
  }
}

/** Sets the date columns that stamp themselves. */
function stamp(definition: ModelDefinition, instance: BaseModel, creating: boolean): void {
  for (const column of definition.columns) {
    const { date } = column
    if (date === undefined) continue
    if (creating) {
      const unset = !instance.$getAttribute(column.attribute)
      if ((date.autoCreate || date.autoUpdate) && unset) {
        instance.$setAttribute(column.attribute, date.now())
      }
    } else if (date.autoUpdate) instance.$setAttribute(column.attribute, date.now())
  }
}

function assignId(definition: ModelDefinition, instance: BaseModel): void {
  const { attribute } = definition.primary
  const present = instance.$getAttribute(attribute)
  if (present !== undefined && present !== null) return
  if (definition.model.selfAssignPrimaryKey) {
    throw new errors.E_UNDEFINED_VALUE(
      `${definition.name}.${attribute} has no value, and the model assigns its own primary keys`,
      { model: definition.name, column: attribute, operation: 'create' },
    )
  }
  instance.$setAttribute(attribute, generateObjectId())
}

/** Writes the document of a new instance and answers its bytes. */
function writeDocument(
  body: BsonWriter,
  definition: ModelDefinition,
  instance: BaseModel,
): Buffer {
  const start = body.beginDocument()
  const values = instance[VALUES]
  if (values !== null) {
    for (const column of definition.columns) {
      const value = values[column.index]
      if (value !== HOLE && value !== undefined) writeColumn(body, column, value, instance)
    }
  }
  body.endDocument(start)
  return Buffer.from(body.buffer.subarray(start, body.position))
}

function emptyHead(body: BsonWriter): void {
  body.endDocument(body.beginDocument())
}

function markInserted(instance: BaseModel, document: Buffer): void {
  const rest = instance[REST] ?? emptyRest()
  rest.inserted = document
  instance[REST] = rest
  instance[FLAGS] |= Flag.persisted
}

/** Inserts one new instance. */
export class InsertWork implements Work {
  readonly subjects = 1
  readonly #target: Target
  readonly #instance: BaseModel
  readonly #putBack: () => void
  #document: Buffer | undefined

  constructor(target: Target, instance: BaseModel) {
    this.#target = target
    this.#instance = instance
    this.#putBack = remember(instance)
  }

  subject(): BaseModel {
    return this.#instance
  }

  async command(): Promise<boolean> {
    const { definition, connection, coalesce } = this.#target
    const instance = this.#instance
    stamp(definition, instance, true)
    assignId(definition, instance)
    const encode = (body: BsonWriter) => {
      this.#document = writeDocument(body, definition, instance)
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
    markInserted(this.#instance, this.#document as Buffer)
  }

  restore(): void {
    this.#putBack()
  }
}

/** Inserts many new instances with one command. */
export class InsertManyWork implements Work {
  readonly subjects: number
  readonly #target: Target
  readonly #instances: readonly BaseModel[]
  readonly #putBack: (() => void)[]
  #documents: Buffer[] = []

  constructor(target: Target, instances: readonly BaseModel[]) {
    this.#target = target
    this.#instances = instances
    this.subjects = instances.length
    this.#putBack = instances.map(remember)
  }

  subject(_event: number, place: number): BaseModel {
    return this.#instances[place] as BaseModel
  }

  async command(): Promise<boolean> {
    const { definition, connection } = this.#target
    for (const instance of this.#instances) {
      stamp(definition, instance, true)
      assignId(definition, instance)
    }
    const reply = await native.request(
      native.Operation.insert,
      connection.handle(),
      definition.handle(),
      (body) => {
        emptyHead(body)
        this.#documents = this.#instances.map((one) => writeDocument(body, definition, one))
      },
    )
    if (!(reply instanceof native.Failure)) return true
    this.#keepWritten(reply.report)
    throw reply.toError({
      model: definition.name,
      operation: 'createMany',
      connection: connection.name,
    })
  }

  /** An ordered insert stops at the first failure: the documents before it stand. */
  #keepWritten({ written }: native.FailureReport): void {
    for (let place = 0; place < (written ?? 0); place++) {
      markInserted(this.#instances[place] as BaseModel, this.#documents[place] as Buffer)
    }
  }

  settle(): void {
    for (const [place, instance] of this.#instances.entries()) {
      markInserted(instance, this.#documents[place] as Buffer)
    }
  }

  restore(): void {
    for (const [place, putBack] of this.#putBack.entries()) {
      if (!this.#instances[place]?.$isPersisted) putBack()
    }
  }
}

/** Writes the changed columns of a persisted instance. */
export class UpdateWork implements Work {
  readonly subjects = 1
  readonly #target: Target
  readonly #instance: BaseModel
  readonly #putBack: () => void
  #changes: Changes | undefined

  constructor(target: Target, instance: BaseModel) {
    this.#target = target
    this.#instance = instance
    this.#putBack = remember(instance)
  }

  subject(): BaseModel {
    return this.#instance
  }

  async command(): Promise<boolean> {
    const { definition, connection, coalesce } = this.#target
    const instance = this.#instance
    let changes = collectChanges(definition, instance)
    const forced = (instance[FLAGS] & Flag.force) !== 0
    if (changes.items.length === 0 && !forced) return false
    if (definition.columns.some((column) => column.date?.autoUpdate)) {
      stamp(definition, instance, false)
      changes = collectChanges(definition, instance)
    }
    if (changes.items.length === 0) return true
    this.#changes = changes
    const id = definition.primary
    const stored = instance.$originalPrimaryKey
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
        `${definition.name}: the document ${String(stored)} is no longer there to be updated`,
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
    for (const { column, type, value, end } of changes.items) {
      rest.updated.set(column.index, { type, bytes: changes.bytes, start: value, end })
    }
    instance[REST] = rest
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
  readonly #instance: BaseModel

  constructor(target: Target, instance: BaseModel) {
    this.#target = target
    this.#instance = instance
  }

  subject(): BaseModel {
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
        writeColumn(body, definition.primary, instance.$originalPrimaryKey, instance)
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

  restore(): void {}
}
