/** Inserting an instance. */
import { CHUNK, HOLE, VALUES } from '../../codec/accessors.ts'
import type { Body } from '../../codec/body.ts'
import { decodeDocument } from '../../codec/decode.ts'
import type { WrittenRows } from '../../codec/written_rows.ts'
import { refuse } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { Limit, type StatementKind } from '../../protocol.generated.ts'
import type { Model, ModelAdapter } from '../contracts/index.ts'
import { type AdapterColumns, adapterOf } from '../contracts/index.ts'
import { FLAGS, Flag, type Inserted } from '../contracts/state.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { definitionFor, restOf, setColumn } from '../instance/attributes.ts'
import { propertyOf, rememberProperty, writeColumn, writeNormalized } from '../instance/changes.ts'
import { settleEmbedded } from '../instance/embedded/embed.ts'
import type { Call } from '../operation/call.ts'
import { send } from '../operation/send.ts'
import { coalesceInsert } from './coalesce_writes.ts'
import { prepareEmbedded } from './embedded.ts'
import { takeHandedBack, whileHandingBack } from './handed_back.ts'
import { hashes } from './hash.ts'
import { assignKey, reserveKeys, reservesKeys } from './keys.ts'
import { mayBeStored } from './outcome.ts'
import { InstanceWork, stamp } from './work.ts'
import { noteWritten } from './written.ts'

/**
 * Writes the document of a new instance, by itself or as an element. Answers where it starts. `rows`
 * learn where the values of its columns stand.
 */
export function writeDocument(
  body: Body,
  definition: ModelDefinition,
  instance: Model,
  name?: string,
  rows?: WrittenRows,
): number {
  const start = name === undefined ? body.beginDocument() : body.beginDocumentElement(name)
  rows?.begin(start)
  const values = instance[VALUES]
  if (values !== null) {
    for (const column of definition.columns) {
      const value = values[column.index]
      if (value === HOLE || value === undefined) continue
      const head = body.position
      const stored = writeColumn(body, column, value, instance)
      if (rows !== undefined && body.position !== head) {
        rows.cell(column.index, body.buffer[head] as number, head + column.element.length)
      }
      if (column.encryption !== undefined) writeNormalized(body, column, stored)
      if (column.remembersProperty) rememberProperty(instance, column, propertyOf(column, value))
    }
  }
  body.endDocument(start)
  rows?.end(body.position)
  return start
}

/** The bytes from `start` to where the writer stands, copied. */
function written(body: Body, start: number): Inserted {
  const bytes = Buffer.from(body.buffer.subarray(start, body.position))
  return { bytes, start: 0, end: bytes.length }
}

export function markInserted(instance: Model, document: Inserted): void {
  const rest = restOf(instance)
  rest.inserted = document
  rest.updated = undefined
  rest.gone = undefined
  instance[CHUNK] = null
  instance[FLAGS] |= Flag.persisted
  settleEmbedded(definitionFor(instance), instance)
  takeHandedBack(instance)
}

/** The document of a new instance. */
export function documentOf(definition: ModelDefinition, instance: Model): Inserted {
  const bytes = native.encode((body) => {
    writeDocument(body, definition, instance)
  })
  return { bytes, start: 0, end: bytes.length }
}

/** Stores the document of a new instance by the application's adapter. */
export function insertThrough(
  adapter: ModelAdapter,
  call: Call,
  instance: Model,
  { bytes }: Inserted,
): Promise<void> {
  const columns = decodeDocument(bytes) as AdapterColumns
  return whileHandingBack(instance, () => adapter.insert(instance, columns, call.limits))
}

/** Inserts one new instance. */
export class InsertWork extends InstanceWork {
  readonly operation = 'create'
  protected document: Inserted | undefined
  #values: readonly unknown[] = []

  /** Gives the instance its dates, its version and its primary key, unless that was reserved. */
  protected prepare(): void {
    stamp(this.definition, this.instance, true)
    assignKey(this.definition, this.instance)
    prepareEmbedded(this.definition, this.instance)
  }

  /** Writes the document, by itself or as an element. */
  protected write(body: Body, name?: string): void {
    const start = writeDocument(body, this.definition, this.instance, name)
    this.document = written(body, start)
    this.#takeValues()
  }

  writeStatement(body: Body, position: number): boolean {
    this.prepare()
    const statement = body.beginDocument()
    const start = body.position
    this.write(body, 'insert' satisfies StatementKind)
    if (body.position - start > Limit.documentBytes) {
      const why = `: the document has over ${Limit.documentBytes} bytes, MongoDB's limit`
      refuse('E_DOCUMENT_TOO_LARGE', this.definition, 'create', why, { position })
    }
    body.endDocument(statement)
    return true
  }

  #takeValues(): void {
    this.#values = this.instance[VALUES]?.slice() ?? []
    this.taken()
  }

  async command(): Promise<boolean> {
    const { definition, call } = this
    if (reservesKeys(definition)) await reserveKeys(definition, call, [this.instance])
    if (hashes(definition)) await this.hash()
    this.prepare()
    return this.store()
  }

  /** Sends the document. Answers whether it was stored. */
  protected async store(): Promise<boolean> {
    const { definition, call, coalesce } = this
    const adapter = adapterOf(definition.model)
    if (adapter !== undefined) {
      this.document = documentOf(definition, this.instance)
      this.#takeValues()
      await insertThrough(adapter, call, this.instance, this.document)
      return true
    }
    if (coalesce !== undefined) {
      await coalesceInsert(call, coalesce, (body) => this.write(body))
    } else {
      await send(call, native.Operation.insert, (body) => {
        call.writeHead(body)
        this.write(body)
      })
    }
    return true
  }

  settle(): void {
    this.storedAll()
    markInserted(this.instance, this.document as Inserted)
    noteWritten(this.instance, 'create')
  }

  protected storedAll(): void {
    for (const [column, value] of this.#values.entries()) this.stored(column, value)
  }

  /**
   * When nobody knows whether the document was stored, the instance keeps its primary key: saved once
   * more it meets the first one.
   */
  override restore(error?: unknown): void {
    const { instance, definition } = this
    const { primary } = definition
    const sent = this.document !== undefined && mayBeStored(error)
    const key = sent ? this.#values[primary.index] : undefined
    super.restore()
    if (key !== undefined && !instance.$isPersisted) {
      setColumn(instance, definition, primary, key)
    }
  }
}
