/** A writer for values that are compared rather than sent. */
import { BsonWriter } from '../../codec/writer.ts'

let idle: BsonWriter | undefined

/** Runs `body` with a writer of its own: encoding may call the application's `prepare`. */
export function withScratch<T>(body: (scratch: BsonWriter) => T): T {
  const scratch = idle ?? new BsonWriter()
  idle = undefined
  scratch.reset()
  try {
    return body(scratch)
  } finally {
    idle = scratch
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
