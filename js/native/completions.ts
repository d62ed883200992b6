/** Slots, and what happens when their completions arrive. */
import { Chunk } from '../codec/chunk.ts'
import { decodeDocument } from '../codec/decode.ts'
import { CompletionFlag, Left, Limit } from '../protocol.generated.ts'
import { type Addon, loadAddon } from './addon.ts'
import { Failure, type FailureReport, thrown } from './failure.ts'

let addon: Addon | undefined
/** This module's number among those of the thread that loaded the add-on. */
export let environment = 0

export function core(): Addon {
  if (addon === undefined) {
    const loaded = loadAddon()
    environment = loaded.attach(onWake, process.env.LUCENT_IO_THREADS || undefined)
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

/**
 * Memory for completions, which the core writes into: making a buffer for each drain costs more than all
 * else in it. What was read from a slab may be kept, so no part of one is used twice.
 */
let slab = Buffer.alloc(0)
/** The slab as 32-bit words. */
let words = new Uint32Array(0)
let used = 0

/** Bytes of most slabs: a small reply that is kept alive keeps its slab alive. */
const SMALL_SLAB = 16 * 1024

/** Takes a slab for what did not fit into the last one, a large one where that was empty. */
function takeSlab(): void {
  slab = Buffer.allocUnsafeSlow(used === 0 && slab.length > 0 ? Limit.slabBytes : SMALL_SLAB)
  words = new Uint32Array(slab.buffer)
  used = 0
}

function onWake(): void {
  let taken = 0
  let left: number
  do {
    const answer = core().drain(environment, slab, used)
    const start = used
    used = answer >>> 2
    left = answer & 3
    taken += used - start
    settleAll(slab, words, start, used, NOTHING)
    if (left === Left.slab) takeSlab()
    // The core sends no wake while something is left.
  } while (left === Left.slab && taken < Limit.turnBytes)
  if (left === Left.slab) setImmediate(onWake)
  else if (left === Left.attachments) takeAttached()
}

/** Takes what does not fit into slabs, and what is ready behind it. */
function takeAttached(): void {
  const buffers = core().drainAttached(environment)
  const table = buffers[0]
  if (typeof table !== 'object') return
  // The core sends no wake after such a drain.
  if (sizeOf(buffers) >= Limit.turnBytes) setImmediate(onWake)
  const { buffer, byteOffset, length } = table
  settleAll(table, new Uint32Array(buffer, byteOffset, length >> 2), 0, length, buffers)
}

const NOTHING: readonly (Buffer | string)[] = []

/** Settles the records of a table from `start` to `end`, with the buffers behind the first one. */
function settleAll(
  table: Buffer,
  words: Uint32Array,
  start: number,
  end: number,
  buffers: readonly (Buffer | string)[],
): void {
  let attachment = 1
  for (let at = start; at < end; ) {
    const head = at >> 2
    const slot = words[head] as number
    const flags = words[head + 1] as number
    const attached = words[head + 2] as number
    const length = words[head + 3] as number
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
