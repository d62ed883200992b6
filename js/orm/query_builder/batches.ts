/** The batches of a read, one at a time, with as many under way as the core allows. */
import type { Chunk } from '../../codec/chunk.ts'
import * as native from '../../native/index.ts'
import type { Tell } from '../operation/report.ts'

/** A read whose batches are taken when they are wanted. Nothing more is read than is taken. */
export class BatchReader implements native.BatchListener {
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

/** How a read is begun, and who is told what became of it. */
export interface BatchSource {
  open(): BatchReader
  /** Throws what a failure says. */
  fail(failure: native.Failure): never
  readonly tell: Tell | undefined
}

/**
 * The batches of a read that begins with the first one. Listeners are told of it once, when it is
 * over, with the time in which a batch was waited for.
 */
export class Batches {
  readonly #source: BatchSource
  #reader: BatchReader | undefined
  #waited = 0
  #told = false

  constructor(source: BatchSource) {
    this.#source = source
  }

  /** The next batch; undefined after the last. One call at a time. */
  async next(): Promise<Chunk[] | undefined> {
    const since = performance.now()
    try {
      this.#reader ??= this.#source.open()
      const batch = await this.#reader.next()
      this.#waited += performance.now() - since
      if (batch instanceof native.Failure) this.#source.fail(batch)
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
    if (this.#told) return
    this.#told = true
    this.#source.tell?.(this.#waited, error)
  }
}
