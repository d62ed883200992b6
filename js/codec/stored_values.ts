/** Stored values, read from their bytes. */
import { textBuffer, viewOf } from './buffers.ts'
import type { RawValue } from './chunk.ts'
import { decodeRaw } from './decode.ts'
import { endOfText, invalidBson, measureValue } from './measure.ts'

function* elements(bytes: Buffer, start: number, end: number): Generator<[Buffer, RawValue]> {
  if (end - start < 5 || bytes.readInt32LE(start) !== end - start || bytes[end - 1] !== 0) {
    throw invalidBson('a document that disagrees with its length')
  }
  const last = end - 1
  for (let at = start + 4; at < last; ) {
    const type = bytes[at] as number
    const nameEnd = endOfText(bytes, at + 1, last)
    const key = bytes.subarray(at + 1, nameEnd)
    const from = nameEnd + 1
    at = from + measureValue(type, bytes, from, last)
    yield [key, { type, bytes, start: from, end: at }]
  }
}

/** The fields of a stored document. Throws `E_INVALID_DOCUMENT`. */
export function fieldsOf({ bytes, start, end }: RawValue): Map<string, RawValue> {
  const fields = new Map<string, RawValue>()
  for (const [key, value] of elements(bytes, start, end)) fields.set(key.toString(), value)
  return fields
}

/** The names of a document's elements, each with where the element begins and ends. */
export function* positionsOf(document: Buffer): Generator<[string, number, number]> {
  for (const [key, { start, end }] of elements(document, 0, document.length)) {
    yield [key.toString(), start - key.length - 2, end]
  }
}

/** A stored value as it reads. Throws `E_INVALID_DOCUMENT`. */
export function decodeStored({ type, bytes, start }: RawValue): unknown {
  return decodeRaw(type, textBuffer(bytes), viewOf(bytes), start, null, false)
}
