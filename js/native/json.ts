/** Reads whose rows arrive as JSON text. */
import type { Chunk } from '../codec/chunk.ts'
import { core, environment, type Receiver, type Settle } from './completions.ts'
import type { Failure } from './failure.ts'

/**
 * A part of a read's rows: their JSON, with commas between them; or chunks, where a value in them can
 * only be written by JavaScript.
 */
export type JsonPart = string | readonly Chunk[]

/** Collects the parts of a read; the next one is asked for as soon as one arrives. */
export class JsonReceiver implements Receiver {
  readonly #slot: number
  readonly #settle: Settle<JsonPart[]>
  readonly #parts: JsonPart[] = []

  constructor(slot: number, settle: Settle<JsonPart[]>) {
    this.#slot = slot
    this.#settle = settle
  }

  json(text: string, more: boolean): void {
    this.#take(text, more)
  }

  chunks(chunks: Chunk[], more: boolean): void {
    this.#take(chunks, more)
  }

  #take(part: JsonPart, more: boolean): void {
    this.#parts.push(part)
    if (more) core().grant(environment, this.#slot)
    else this.#settle(this.#parts)
  }

  failed(failure: Failure): void {
    this.#settle(failure)
  }

  document(): void {}
}
