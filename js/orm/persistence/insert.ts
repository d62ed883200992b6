/** Inserting an instance. */
import { HOLE, VALUES } from '../../codec/accessors.ts'
import { type BsonWriter, generateObjectId } from '../../codec/writer.ts'
import { errors } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import type { Model } from '../contracts/index.ts'
import { emptyRest, FLAGS, Flag, type Inserted, REST } from '../contracts/state.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { getColumn, setColumn } from '../instance/attributes.ts'
import { propertyOf, rememberProperty, writeColumn } from '../instance/changes.ts'
import { writeHead } from './call.ts'
import { coalesceInsert } from './coalesce_writes.ts'
import { InstanceWork, stamp } from './work.ts'

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

/** Writes the document of a new instance, by itself or as an element. Answers where it starts. */
export function writeDocument(
  body: BsonWriter,
  definition: ModelDefinition,
  instance: Model,
  name?: string,
): number {
  const start = name === undefined ? body.beginDocument() : body.beginDocumentElement(name)
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
  return start
}

/** The bytes from `start` to where the writer stands, copied. */
function written(body: BsonWriter, start: number): Inserted {
  const bytes = Buffer.from(body.buffer.subarray(start, body.position))
  return { bytes, start: 0, end: bytes.length }
}

export function markInserted(instance: Model, document: Inserted): void {
  const rest = instance[REST] ?? emptyRest()
  rest.inserted = document
  instance[REST] = rest
  instance[FLAGS] |= Flag.persisted
}

/** Inserts one new instance. */
export class InsertWork extends InstanceWork {
  #document: Inserted | undefined

  /** Gives the instance its dates and its primary key. */
  prepare(): boolean {
    const { definition } = this.target
    stamp(definition, this.instance, true)
    assignId(definition, this.instance)
    return true
  }

  /** Writes the document, by itself or as an element. */
  write(body: BsonWriter, name?: string): void {
    const start = writeDocument(body, this.target.definition, this.instance, name)
    this.#document = written(body, start)
  }

  async command(): Promise<boolean> {
    const { definition, call, coalesce } = this.target
    this.prepare()
    const encode = (body: BsonWriter) => this.write(body)
    if (coalesce !== undefined) {
      this.settled(await coalesceInsert(definition, coalesce, encode), 'create')
    } else {
      await this.send(native.Operation.insert, 'create', (body) => {
        writeHead(body, call)
        encode(body)
      })
    }
    return true
  }

  settle(): void {
    markInserted(this.instance, this.#document as Inserted)
  }

  /** Unless a hook stored the instance itself. */
  override restore(): void {
    if (!this.instance.$isPersisted) super.restore()
  }
}
