/** Inserting an instance where nothing matches, in one step of the server. */
import { CHUNK, ROW } from '../../codec/accessors.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { measureValue } from '../../codec/measure.ts'
import * as native from '../../native/index.ts'
import { Asks, type QueryPlan } from '../../query/index.ts'
import type { Model } from '../contracts/index.ts'
import { FLAGS, Flag, type Inserted } from '../contracts/state.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { settleEmbedded } from '../instance/embedded/embed.ts'
import type { Call } from '../operation/call.ts'
import { rows, settled } from '../operation/send.ts'
import { InsertWork } from './insert.ts'

/**
 * What the filter fixes is a part of what is inserted, so the instance takes the document that the core
 * answers.
 */
export class InsertUnlessFoundWork extends InsertWork {
  /** The document that matched: nothing was inserted. */
  found: Chunk | undefined
  readonly #search: QueryPlan
  #chunk: Chunk | undefined

  /** `search` says what counts as found: its conditions. */
  constructor(call: Call, instance: Model, search: QueryPlan) {
    super(call, instance)
    this.#search = search
  }

  protected override async store(): Promise<boolean> {
    const { call, definition } = this
    const reply = await rows(call, native.Operation.insertUnlessFound, (body) => {
      const head = body.beginDocument()
      const update = body.beginDocumentElement('update')
      this.write(body, '$setOnInsert')
      body.endDocument(update)
      call.writeTimeout(body)
      body.endDocument(head)
      this.#search.writeDescription(body, Asks.filter)
    })
    const chunk = settled(call, reply)[0] as Chunk
    if (isSame(definition, chunk, this.document as Inserted)) this.#chunk = chunk
    else this.found = chunk
    return this.found === undefined
  }

  override settle(): void {
    this.storedAll()
    this.instance[CHUNK] = this.#chunk as Chunk
    this.instance[ROW] = 0
    this.instance[FLAGS] |= Flag.persisted
    settleEmbedded(this.definition, this.instance)
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
