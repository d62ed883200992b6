/** Slots, and what happens when their completions arrive. */
import { Chunk } from '../codec/chunk.ts'
import { decodeDocument } from '../codec/decode.ts'
import { CompletionFlag, Limit } from '../protocol.generated.ts'
import { type Addon, loadAddon } from './addon.ts'
import { Failure, type FailureReport, thrown } from './failure.ts'

let addon: Addon | undefined
/** This module's number among those of the thread that loaded the add-on. */
export let environment = 0

export function core(): Addon {
  if (addon === undefined) {
    const loaded = loadAddon()
    environment = loaded.attach(onWake)
    addon = loaded
  }
  return addon
}

/** What waits for the completions of one slot. */
export interface Receiver {
  chunks(chunks: Chunk[], more: boolean): void
  document(document: unknown): void
  failed(failure: Failure): void
  /** Rows as JSON text; only reads that ask for it get them. */
  json?(text: string, more: boolean): void
}

const receivers: (Receiver | undefined)[] = []
const freeSlots: number[] = []

/** Slots number operations and lifecycle runs alike. */
export function takeSlot(): number {
  return freeSlots.pop() ?? receivers.push(undefined) - 1
}

/** Directs the completions of a slot. */
export function receive(slot: number, receiver: Receiver): void {
  receivers[slot] = receiver
}

export function freeSlot(slot: number): void {
  receivers[slot] = undefined
  freeSlots.push(slot)
}

function onWake(): void {
  const buffers = core().drain(environment)
  const table = buffers[0]
  if (typeof table !== 'object') return
  // The core sends no wake after such a drain.
  if (sizeOf(buffers) >= Limit.turnBytes) setImmediate(onWake)
  let attachment = 1
  for (let at = 0; at < table.length; ) {
    const slot = table.readUInt32LE(at)
    const flags = table.readUInt32LE(at + 4)
    const attached = table.readUInt32LE(at + 8)
    const length = table.readUInt32LE(at + 12)
    const payload = at + Limit.recordBytes
    const receiver = receivers[slot]
    const more = (flags & CompletionFlag.more) !== 0
    if (!more) freeSlot(slot)
    try {
      if (receiver === undefined) {
        // The caller gave up before the reply came.
      } else if ((flags & CompletionFlag.failed) !== 0) {
        receiver.failed(new Failure(decodeDocument(table, payload) as FailureReport))
      } else if (receiver instanceof DocumentReceiver) {
        receiver.document(decodeDocument(table, payload))
      } else if ((flags & CompletionFlag.json) !== 0) {
        receiver.json?.(buffers[attachment] as string, more)
      } else if (length > 0) {
        receiver.chunks([new Chunk(table, payload)], more)
      } else {
        const chunks = buffers.slice(attachment, attachment + attached) as Buffer[]
        receiver.chunks(
          chunks.map((buffer) => new Chunk(buffer)),
          more,
        )
      }
    } catch (error) {
      // One reply that cannot be read must not keep the others from their callers.
      receiver?.failed(thrown(error))
    }
    attachment += attached
    at = payload + ((length + 7) & ~7)
  }
}

function sizeOf(buffers: readonly (Buffer | string)[]): number {
  let size = 0
  for (const buffer of buffers) {
    // The core counts a text's bytes, of which there are at most three for each of its units: what is
    // drained once too often is empty, once too seldom would wait for ever.
    size += typeof buffer === 'string' ? 3 * buffer.length : buffer.length
  }
  return size
}

export type Settle<T> = (value: T | Failure) => void

export class DocumentReceiver implements Receiver {
  readonly #settle: Settle<unknown>

  constructor(settle: Settle<unknown>) {
    this.#settle = settle
  }

  document(document: unknown): void {
    this.#settle(document)
  }

  failed(failure: Failure): void {
    this.#settle(failure)
  }

  chunks(): void {}
}

/** Collects every batch of a read; the next one is asked for as soon as one arrives. */
export class ChunksReceiver implements Receiver {
  readonly #slot: number
  readonly #settle: Settle<Chunk[]>
  #chunks: Chunk[] | undefined

  constructor(slot: number, settle: Settle<Chunk[]>) {
    this.#slot = slot
    this.#settle = settle
  }

  chunks(chunks: Chunk[], more: boolean): void {
    if (this.#chunks === undefined) this.#chunks = chunks
    else for (const chunk of chunks) this.#chunks.push(chunk)
    if (more) core().grant(environment, this.#slot)
    else this.#settle(this.#chunks)
  }

  failed(failure: Failure): void {
    this.#settle(failure)
  }

  document(): void {}
}

/** Hands each batch over as it arrives; `grant` is the reader's to call. */
export interface BatchListener {
  batch(chunks: Chunk[], more: boolean): void
  failed(failure: Failure): void
}

export class BatchReceiver implements Receiver {
  readonly #listener: BatchListener

  constructor(listener: BatchListener) {
    this.#listener = listener
  }

  chunks(chunks: Chunk[], more: boolean): void {
    this.#listener.batch(chunks, more)
  }

  failed(failure: Failure): void {
    this.#listener.failed(failure)
  }

  document(): void {}
}
