/** The batches of a read, one at a time, with as many under way as the core allows. */
import type { Chunk } from '../../codec/chunk.ts'
import * as native from '../../native/index.ts'
import type { Call } from './call.ts'
import type { Report } from './report.ts'

/** A read whose batches are taken when they are wanted. Nothing more is read than is taken. */
class BatchReader implements native.BatchListener {
  readonly #slot: number
  readonly #ready: (Chunk[] | native.Failure)[] = []
  #waiting: ((batch: Chunk[] | native.Failure | undefined) => void) | undefined
  #over = false
  readonly #signal: AbortSignal | undefined

  constructor(
    operation: native.Operation,
    route: native.Route,
    model: number,
    encode: native.Encode,
  ) {
    this.#slot = native.readBatches(operation, route, model, encode, this)
    this.#signal = route.signal
    if (this.#signal?.aborted === true) this.close()
    else this.#signal?.addEventListener('abort', this.#abort, { once: true })
  }

  readonly #abort = () => this.close()

  batch(chunks: Chunk[], more: boolean): void {
    if (!more) this.#end()
    this.#arrive(chunks)
  }

  failed(failure: native.Failure): void {
    this.#end()
    const { aborted = false, reason } = this.#signal ?? {}
    this.#arrive(aborted ? failure.because(reason) : failure)
  }

  /** The slot is another's from now on. */
  #end(): void {
    this.#over = true
    this.#signal?.removeEventListener('abort', this.#abort)
  }

  #arrive(batch: Chunk[] | native.Failure): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting === undefined) this.#ready.push(batch)
    else waiting(this.#taken(batch))
  }

  /** The core may send another batch for each one that was taken. */
  #taken(batch: Chunk[] | native.Failure): Chunk[] | native.Failure {
    if (!this.#over) native.grant(this.#slot)
    return batch
  }

  /** The next batch; undefined after the last. One call at a time. */
  next(): Promise<Chunk[] | native.Failure | undefined> {
    const batch = this.#ready.shift()
    if (batch !== undefined) return Promise.resolve(this.#taken(batch))
    if (this.#over) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      this.#waiting = resolve
    })
  }

  /** Ends the read: the server's cursor is closed. */
  close(): void {
    if (!this.#over) native.cancel(this.#slot)
  }
}

/**
 * The batches of a read that begins with the first one. Listeners are told of it once, when it is
 * over, with the time in which a batch was waited for.
 */
export class Batches {
  readonly #call: Call
  readonly #kind: native.Operation
  readonly #model: number
  readonly #encode: native.Encode
  #report: Report | undefined
  #reader: BatchReader | undefined
  #waited = 0

  constructor(
    call: Call,
    kind: native.Operation,
    model: number,
    encode: native.Encode,
    report: Report | undefined,
  ) {
    this.#call = call
    this.#kind = kind
    this.#model = model
    this.#encode = encode
    this.#report = report
  }

  /** The next batch; undefined after the last. One call at a time. */
  async next(): Promise<Chunk[] | undefined> {
    const since = performance.now()
    const call = this.#call
    try {
      this.#reader ??= new BatchReader(this.#kind, call.route(), this.#model, this.#encode)
      const batch = await this.#reader.next()
      this.#waited += performance.now() - since
      if (batch instanceof native.Failure) throw call.error(batch)
      if (batch === undefined) this.#tell()
      return batch
    } catch (error) {
      this.#tell(error)
      throw error
    }
  }

  /** Ends the read: the server's cursor is closed. */
  close(): void {
    this.#reader?.close()
    if (this.#reader !== undefined) this.#tell()
  }

  #tell(error?: unknown): void {
    const report = this.#report
    this.#report = undefined
    report?.end(error, this.#waited)
  }
}
