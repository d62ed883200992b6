/** Inserting an instance where nothing matches, in one step of the server. */
import { CHUNK, ROW } from '../../codec/accessors.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { measureValue } from '../../codec/measure.ts'
import { LucentError } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import type { Model } from '../contracts/index.ts'
import { FLAGS, Flag, type Inserted } from '../contracts/state.ts'
import type { ModelDefinition } from '../definition/index.ts'
import type { Call } from '../operation/call.ts'
import { rows, settled } from '../operation/send.ts'
import { InsertWork } from './insert.ts'
import { reserveKeys, reservesKeys } from './keys.ts'

/** The server's NotSingleValueField: the filter gives a field two values, so nothing can be made of it. */
const AMBIGUOUS_FILTER = 54

/**
 * An upsert whose update sets fields of inserted documents only. MongoDB puts the fields that the
 * filter fixes into what it inserts, so the instance takes the document that the server answers.
 */
export class InsertUnlessFoundWork extends InsertWork {
  /** A document matched: nothing was inserted. */
  found = false
  readonly #filter: () => object
  #chunk: Chunk | undefined

  constructor(call: Call, instance: Model, filter: () => object) {
    super(call, instance)
    this.#filter = filter
  }

  override async command(): Promise<boolean> {
    const { definition, call } = this
    if (reservesKeys(definition)) await reserveKeys(definition, call, [this.instance])
    if (definition.hashed.length > 0) await this.hash()
    this.prepare()
    try {
      this.#chunk = await this.#upsert()
    } catch (error) {
      if (!(error instanceof LucentError) || error.serverCode !== AMBIGUOUS_FILTER) throw error
      return super.command()
    }
    this.found = !isSame(definition, this.#chunk, this.document as Inserted)
    return !this.found
  }

  async #upsert(): Promise<Chunk> {
    const { call } = this
    const reply = await rows(call, native.Operation.findAndModify, (body) => {
      const head = body.beginDocument()
      body.element('filter', this.#filter())
      const update = body.beginDocumentElement('update')
      this.write(body, '$setOnInsert')
      body.endDocument(update)
      body.element('upsert', true)
      body.element('returnNew', true)
      call.writeTimeout(body)
      body.endDocument(head)
    })
    return settled(call, reply)[0] as Chunk
  }

  override settle(): void {
    const chunk = this.#chunk
    if (chunk === undefined) {
      super.settle()
      return
    }
    this.storedAll()
    this.instance[CHUNK] = chunk
    this.instance[ROW] = 0
    this.instance[FLAGS] |= Flag.persisted
  }
}

/** Whether a document that was read has the primary key of one that was written. */
function isSame({ primary }: ModelDefinition, chunk: Chunk, { bytes, start }: Inserted): boolean {
  const element = start + 4
  const type = bytes[element] as number
  const value = element + primary.element.length
  const end = value + measureValue(type, bytes, value)
  return chunk.equalsValue(primary.index, type, bytes, value, end)
}
