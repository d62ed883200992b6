/** Writers of what crosses, which are used again and again. */

import type { Body } from '../codec/body.ts'
import { BsonWriter } from '../codec/writer.ts'
import { Limit, Submission } from '../protocol.generated.ts'

/** Writes a request's head and payload. */
export type Encode = (body: Body) => void

/** There is more than one only while an encoder (a column's `prepare`, say) starts another request. */
const idleWriters: BsonWriter[] = []

/** Writes, `room` bytes behind the start. */
function written(write: Encode, room: number): BsonWriter {
  const body = idleWriters.pop() ?? new BsonWriter()
  try {
    body.reset()
    body.skip(room)
    write(body)
  } catch (error) {
    idleWriters.push(body)
    throw error
  }
  return body
}

/** A request that is encoded and not sent yet. */
export type Prepared = BsonWriter

/** Encodes a request that is sent later, by `requestPrepared`, or given back by `release`. */
export function prepare(encode: Encode): Prepared {
  return written(encode, Limit.headBytes)
}

/** Writes whom a request is for behind it. Answers what the core is told of that: its length. */
export function contextFlags(body: Prepared, context: Uint8Array | undefined): number {
  if (context === undefined) return 0
  body.bytes(context)
  return context.length << Submission.context
}

/** Gives back a prepared request: it is not sent, or the core has its bytes. */
export function release(body: Prepared): void {
  idleWriters.push(body)
}

/** What `take` makes of the bytes that `write` writes; it gets the writer, and must not keep it. */
export function encoded<Result>(write: Encode, take: (body: BsonWriter) => Result): Result {
  const body = written(write, 0)
  try {
    return take(body)
  } finally {
    release(body)
  }
}

/** The bytes that `encode` writes, copied. */
export function encode(write: Encode): Buffer {
  return encoded(write, (body) => body.toBuffer())
}
