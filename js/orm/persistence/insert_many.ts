/** Inserting many instances at once. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Body } from '../../codec/body.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { WrittenRows } from '../../codec/written_rows.ts'
import { LucentError } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { Limit } from '../../protocol.generated.ts'
import type { Model, ModelAdapter } from '../contracts/index.ts'
import { adapterOf } from '../contracts/index.ts'
import { FLAGS, Flag, REST } from '../contracts/state.ts'
import { definitionFor, getColumn, setColumn } from '../instance/attributes.ts'
import { settleEmbedded } from '../instance/embedded/embed.ts'
import { replaceStored } from '../instance/stored.ts'
import type { Call } from '../operation/call.ts'
import { reported, sendPrepared } from '../operation/send.ts'
import type { Work } from '../operation/write.ts'
import { prepareEmbedded } from './embedded.ts'
import { hashes, hashValues } from './hash.ts'
import { documentOf, insertThrough, markInserted, writeDocument } from './insert.ts'
import { assignKey, reserveKeys, reservesKeys } from './keys.ts'
import { mayBeStored } from './outcome.ts'
import { Snapshot } from './snapshot.ts'
import { stamp } from './work.ts'

/**
 * Documents in the first command, and by how much the next one is larger. While the server takes
 * one command, the next one is encoded: the first is small so that the server starts soon, the
 * others grow because each command waits for the journal once.
 */
const FIRST_BATCH = 2000
const GROWTH = 4
/** Documents that are encoded before other work of the event loop gets its turn. */
const SLICE = 500

interface Batch {
  readonly body: native.Prepared
  /** Place of its first instance, and of the one behind its last. */
  readonly from: number
  readonly end: number
  /** The documents, as if they had been read. */
  readonly chunks: readonly Chunk[]
}

/**
 * Inserts many new instances, in order. The first one that fails ends it: those before it stand,
 * and the error's `position` says which one it was.
 */
export class InsertManyWork implements Work {
  readonly operation = 'create'
  readonly instances: readonly Model[]
  readonly #call: Call
  readonly #snapshots: readonly Snapshot[]
  /** How many documents were written, and may have been sent. */
  #written = 0

  /** `seen`: the application has the instances, or its hooks get them, also where this fails. */
  constructor(call: Call, instances: readonly Model[], seen: boolean) {
    this.#call = call
    this.instances = instances
    const { definition } = call
    this.#snapshots = seen ? instances.map((instance) => new Snapshot(definition, instance)) : []
  }

  command(): Promise<boolean> {
    // An adapter tells of what it sends itself.
    const adapter = adapterOf(this.#call.definition.model)
    return adapter === undefined
      ? reported(this.#call, undefined, () => this.#run())
      : this.#run(adapter)
  }

  async #run(adapter?: ModelAdapter): Promise<boolean> {
    const call = this.#call
    const { definition } = call
    if (reservesKeys(definition)) await reserveKeys(definition, call, this.instances)
    if (hashes(definition)) await hashValues(definition, this.instances, call.signal)
    return adapter === undefined ? this.#insert() : this.#insertThrough(adapter)
  }

  async #insertThrough(adapter: ModelAdapter): Promise<boolean> {
    const call = this.#call
    const { definition } = call
    for (const instance of this.instances) {
      stamp(definition, instance, true)
      assignKey(definition, instance)
      prepareEmbedded(definition, instance)
      const document = documentOf(definition, instance)
      this.#written++
      await insertThrough(adapter, call, instance, document)
      markInserted(instance, document)
    }
    return true
  }

  async #insert(): Promise<boolean> {
    const send = ({ body }: Batch, after?: native.Pending<unknown>) =>
      sendPrepared(this.#call, native.Operation.insert, body, after)
    let size = FIRST_BATCH
    let batch = await this.#encode(0, size)
    let pending = batch === undefined ? undefined : send(batch)
    while (batch !== undefined && pending !== undefined) {
      size *= GROWTH
      const next: Attempt<Batch | undefined> = await attempt(this.#encode(batch.end, size))
      const following: Batch | undefined = next.failed ? undefined : next.value
      const failed = pending.settled instanceof native.Failure
      if (failed && following !== undefined) native.release(following.body)
      const sent: native.Pending<unknown> | undefined =
        failed || following === undefined ? undefined : send(following, pending)
      const outcome: unknown = await pending.reply
      if (outcome instanceof native.Failure) {
        await sent?.reply
        this.#fail(outcome, batch)
      }
      takeStored(this.instances, batch)
      if (next.failed) throw next.error
      batch = following
      pending = sent
    }
    return true
  }

  /** The next batch; undefined after the last. */
  async #encode(from: number, size: number): Promise<Batch | undefined> {
    const { instances } = this
    if (from >= instances.length) return undefined
    const rows = new WrittenRows(this.#call.definition.columns.length)
    const chunks: Chunk[] = []
    const body = native.prepare((head) => this.#call.writeHead(head))
    let place = from
    try {
      while (place < instances.length && hasRoom(body, place - from, size)) {
        if (place > from) await nextTurn()
        const slice = Math.min(instances.length, place + SLICE)
        while (place < slice) {
          this.#write(body, rows, place++)
          if (rows.isFull) chunks.push(rows.take(body.buffer))
        }
      }
      if (!rows.isEmpty) chunks.push(rows.take(body.buffer))
    } catch (error) {
      native.release(body)
      throw error
    }
    return { body, from, end: place, chunks }
  }

  #write(body: Body, rows: WrittenRows, place: number): void {
    const { definition } = this.#call
    const instance = this.instances[place] as Model
    try {
      stamp(definition, instance, true)
      assignKey(definition, instance)
      prepareEmbedded(definition, instance)
      writeDocument(body, definition, instance, undefined, rows)
      this.#written = place + 1
    } catch (error) {
      if (error instanceof LucentError) Object.assign(error, { position: place })
      throw error
    }
  }

  #fail({ report }: native.Failure, batch: Batch): never {
    takeStored(this.instances, batch, report.written ?? 0)
    const position = report.position === undefined ? {} : { position: batch.from + report.position }
    throw this.#call.error(new native.Failure({ ...report, ...position }))
  }

  /** Instances are marked as they are inserted. */
  settle(): void {}

  /** What may have been stored keeps its primary key: see `InsertWork.restore`. */
  restore(error?: unknown): void {
    const { definition } = this.#call
    const { primary } = definition
    const sent = mayBeStored(error) ? this.#written : 0
    for (const [place, snapshot] of this.#snapshots.entries()) {
      const instance = this.instances[place] as Model
      if (instance.$isPersisted) continue
      const key = place < sent ? getColumn(instance, definition, primary) : undefined
      snapshot.restore()
      if (key !== undefined) setColumn(instance, definition, primary, key)
    }
  }

  over(): void {
    for (const snapshot of this.#snapshots) snapshot.release()
  }
}

function hasRoom(body: Body, documents: number, size: number): boolean {
  return documents === 0 || (documents < size && body.position < Limit.commandBytes)
}

/** The first `count` documents of the batch are stored. */
function takeStored(
  instances: readonly Model[],
  batch: Batch,
  count = batch.end - batch.from,
): void {
  let place = batch.from
  for (const chunk of batch.chunks) {
    for (let row = 0; row < chunk.rows && place < batch.from + count; row++) {
      const instance = instances[place++] as Model
      const rest = instance[REST]
      replaceStored(instance, chunk, row)
      instance[FLAGS] |= Flag.persisted
      if (rest !== null) rest.gone = undefined
      settleEmbedded(definitionFor(instance), instance)
    }
  }
}

type Attempt<T> = { failed: false; value: T } | { failed: true; error: unknown }

/** An encoding error must wait until the command that is under way has been heard of. */
function attempt<T>(work: Promise<T>): Promise<Attempt<T>> {
  return work.then(
    (value) => ({ failed: false, value }),
    (error: unknown) => ({ failed: true, error }),
  )
}
