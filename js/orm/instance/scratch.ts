/** A writer for values that are compared rather than sent. */
import { copyBytes } from '../../codec/buffers.ts'
import type { RawValue } from '../../codec/chunk.ts'
import { BsonType } from '../../codec/values.ts'
import { BsonWriter } from '../../codec/writer.ts'
import type { Column } from '../columns/index.ts'

let idle: BsonWriter | undefined

/** A writer for whoever asks, to be given back: encoding may call the application's `prepare`. */
export function takeScratch(): BsonWriter {
  const scratch = idle ?? new BsonWriter()
  idle = undefined
  scratch.reset()
  return scratch
}

export function giveBack(scratch: BsonWriter): void {
  idle = scratch
}

/** Runs `body` with a writer of its own. */
export function withScratch<T>(body: (scratch: BsonWriter) => T): T {
  const scratch = takeScratch()
  try {
    return body(scratch)
  } finally {
    giveBack(scratch)
  }
}

/**
 * Takes back what was written into the document that is open from `position` on: a writer that failed
 * half-way must start anew.
 */
export function rewind(scratch: BsonWriter, position: number): void {
  const kept = Buffer.from(scratch.buffer.subarray(0, position))
  scratch.reset()
  scratch.beginDocument()
  scratch.position = 0
  scratch.bytes(kept)
}

/** Memory of kept bytes: most of them are few, and a buffer of their own would cost more than they do. */
const SLAB = 16 * 1024
let slab = Buffer.alloc(0)
let used = 0

/** Bytes that outlive the scratch: `length` from `start` on. */
export interface Kept {
  readonly bytes: Buffer
  readonly start: number
}

/** Copies what was written. */
export function keep({ buffer, position: length }: BsonWriter): Kept {
  if (used + length > slab.length) {
    if (length > SLAB / 4) return { bytes: Buffer.from(buffer.subarray(0, length)), start: 0 }
    slab = Buffer.allocUnsafeSlow(SLAB)
    used = 0
  }
  const start = used
  used += length
  copyBytes(buffer, 0, length, slab, start)
  return { bytes: slab, start }
}

/** A value of a column as its bytes, whatever the column stores of it; null where BSON cannot hold it. */
export function bytesOfValue(value: unknown, column: Column): RawValue | null {
  const { attribute, embeds } = column
  return withScratch((scratch) => {
    try {
      if (embeds !== undefined) {
        const document = scratch.beginDocument()
        embeds.write(scratch, column, value)
        scratch.endDocument(document)
        const { bytes, start } = keep(scratch)
        return { type: BsonType.document, bytes, start, end: start + scratch.position }
      }
      const type = scratch.value(value, attribute)
      const { bytes, start } = keep(scratch)
      return { type, bytes, start, end: start + scratch.position }
    } catch {
      return null
    }
  })
}
