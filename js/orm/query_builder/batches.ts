/** The batches of a read, one at a time, with as many under way as the core allows. */
import type { Chunk } from '../../codec/chunk.ts'
import * as native from '../../native/index.ts'

/** A read whose batches are taken when they are wanted. Nothing more is read than is taken. */
export class BatchReader implements native.BatchListener {
  readonly #slot: number
  readonly #ready: (Chunk[] | native.Failure)[] = []
  #waiting: ((batch: Chunk[] | native.Failure | undefined) => void) | undefined
  #over = false

  constructor(connection: number, model: number, encode: native.Encode) {
    this.#slot = native.readBatches(connection, model, encode, this)
  }

  batch(chunks: Chunk[], more: boolean): void {
    this.#over = !more
    this.#arrive(chunks)
  }

  failed(failure: native.Failure): void {
    this.#over = true
    this.#arrive(failure)
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
