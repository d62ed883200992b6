/** Inserting many instances at once. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Body } from '../../codec/body.ts'
import { LucentError } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { Limit } from '../../protocol.generated.ts'
import type { Model, ModelAdapter } from '../contracts/index.ts'
import { adapterOf } from '../contracts/index.ts'
import type { Inserted } from '../contracts/state.ts'
import { getColumn, setColumn } from '../instance/attributes.ts'
import type { Call } from '../operation/call.ts'
import { reported, sendPrepared } from '../operation/send.ts'
import type { Work } from '../operation/write.ts'
import { hashValues } from './hash.ts'
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
/** Documents that share the memory of what was inserted. */
const SHARED = 64

interface Batch {
  /** Place of its first instance. */
  readonly from: number
  readonly body: native.Prepared
  readonly documents: readonly Inserted[]
}

/**
 * Inserts many new instances, in order. The first one that fails ends it: those before it stand,
 * and the error's `position` says which one it was.
 */
export class InsertManyWork implements Work {
  readonly instances: readonly Model[]
  readonly #call: Call
  readonly #snapshots: readonly Snapshot[]
  /** How many documents were written, and may have been sent. */
  #written = 0

  constructor(call: Call, instances: readonly Model[]) {
    this.#call = call
    this.instances = instances
    this.#snapshots = instances.map((instance) => new Snapshot(call.definition, instance))
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
    if (definition.hashed.length > 0) await hashValues(definition, this.instances, call.signal)
    return adapter === undefined ? this.#insert() : this.#insertThrough(adapter)
  }

  async #insertThrough(adapter: ModelAdapter): Promise<boolean> {
    const call = this.#call
    const { definition } = call
    for (const instance of this.instances) {
      stamp(definition, instance, true)
      assignKey(definition, instance)
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
      const { from, documents }: Batch = batch
      size *= GROWTH
      const next: Attempt<Batch | undefined> = await attempt(
        this.#encode(from + documents.length, size),
      )
      const following: Batch | undefined = next.failed ? undefined : next.value
      const failed = pending.settled instanceof native.Failure
      if (failed && following !== undefined) native.release(following.body)
      const sent: native.Pending<unknown> | undefined =
        failed || following === undefined ? undefined : send(following, pending)
      const outcome: unknown = await pending.reply
      if (outcome instanceof native.Failure) {
        await sent?.reply
        this.#fail(outcome, from, documents)
      }
      this.#markInserted(from, documents)
      if (next.failed) throw next.error
      batch = following
      pending = sent
    }
    return true
  }

  /** The next batch; undefined after the last. */
  async #encode(from: number, size: number): Promise<Batch | undefined> {
    if (from >= this.instances.length) return undefined
    const ends: number[] = []
    const body = native.prepare((head) => this.#call.writeHead(head))
    const first = body.position
    try {
      while (from + ends.length < this.instances.length && hasRoom(body, ends, size)) {
        if (ends.length > 0) await nextTurn()
        const slice = Math.min(this.instances.length, from + ends.length + SLICE)
        for (let place = from + ends.length; place < slice; place++) {
          this.#write(body, place)
          ends.push(body.position)
        }
      }
    } catch (error) {
      native.release(body)
      throw error
    }
    return { from, body, documents: share(body.buffer, first, ends) }
  }

  #write(body: Body, place: number): void {
    const { definition } = this.#call
    const instance = this.instances[place] as Model
    try {
      stamp(definition, instance, true)
      assignKey(definition, instance)
      writeDocument(body, definition, instance)
      this.#written = place + 1
    } catch (error) {
      if (error instanceof LucentError) Object.assign(error, { position: place })
      throw error
    }
  }

  #markInserted(from: number, documents: readonly Inserted[], count = documents.length): void {
    for (let place = 0; place < count; place++) {
      markInserted(this.instances[from + place] as Model, documents[place] as Inserted)
    }
  }

  #fail(failure: native.Failure, done: number, documents: readonly Inserted[]): never {
    const { report } = failure
    this.#markInserted(done, documents, report.written ?? 0)
    const position = report.position === undefined ? {} : { position: done + report.position }
    throw new native.Failure({ ...report, ...position }).toError(this.#call.details)
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

function hasRoom(body: Body, ends: readonly number[], size: number): boolean {
  return ends.length === 0 || (ends.length < size && body.position < Limit.commandBytes)
}

/** What was inserted, a few documents to a piece of memory. */
function share(bytes: Buffer, first: number, ends: readonly number[]): Inserted[] {
  const documents: Inserted[] = []
  for (let from = 0; from < ends.length; from += SHARED) {
    const start = from === 0 ? first : (ends[from - 1] as number)
    const last = Math.min(from + SHARED, ends.length)
    const piece = Buffer.from(bytes.subarray(start, ends[last - 1]))
    for (let place = from; place < last; place++) {
      const previous = documents.length > from ? (documents[place - 1] as Inserted).end : 0
      documents.push({ bytes: piece, start: previous, end: (ends[place] as number) - start })
    }
  }
  return documents
}

type Attempt<T> = { failed: false; value: T } | { failed: true; error: unknown }

/** An encoding error must wait until the command that is under way has been heard of. */
function attempt<T>(work: Promise<T>): Promise<Attempt<T>> {
  return work.then(
    (value) => ({ failed: false, value }),
    (error: unknown) => ({ failed: true, error }),
  )
}
