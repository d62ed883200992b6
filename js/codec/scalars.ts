/** Decoders of the values that are read rarely enough to share one function. */
import type { TextBuffer } from './buffers.ts'
import { define } from './keys.ts'
import { int32At, invalidBson } from './measure.ts'
import { Binary, BSONRegExp, DBRef, Decimal128, type ObjectId, Timestamp, UUID } from './values.ts'

/** Whether every byte from `start` to `end` is ASCII. */
export function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if ((bytes[at] as number) > 127) return false
  }
  return true
}

/**
 * UTF-8 text. `text` is ISO 8859-1 text of the bytes from `base` on, or null: cutting from it is
 * several times as fast as decoding, and right where all is ASCII.
 */
export function readText(
  bytes: TextBuffer,
  start: number,
  end: number,
  text: string | null,
  base: number,
): string {
  if (text !== null && isAscii(bytes, start, end)) return text.substring(start - base, end - base)
  return bytes.utf8Slice(start, end)
}

/** Binary data at `at`; a copy, so that it keeps nothing else alive. Subtype 4 is a `UUID`. */
export function readBinary(bytes: Buffer, at: number): Binary {
  const length = int32At(bytes, at)
  const subtype = bytes[at + 4] as number
  const start = at + 5
  if (subtype === Binary.SUBTYPE_UUID && length === 16) {
    return new UUID(Buffer.from(bytes.subarray(start, start + 16)))
  }
  if (subtype === Binary.SUBTYPE_BYTE_ARRAY) {
    if (length < 4 || int32At(bytes, start) !== length - 4) {
      throw invalidBson('old binary data that disagrees with its length')
    }
    return new Binary(Buffer.from(bytes.subarray(start + 4, start + length)), subtype)
  }
  return new Binary(Buffer.from(bytes.subarray(start, start + length)), subtype)
}

/** A regular expression: a `RegExp` where JavaScript can hold it, otherwise a `BSONRegExp`. */
export function makeRegex(pattern: string, options: string): RegExp | BSONRegExp {
  if (/^[ims]*$/.test(options)) {
    try {
      return new RegExp(pattern, options.replace('s', 'g'))
    } catch {
      // PCRE that JavaScript does not know; kept as it is.
    }
  }
  try {
    return new BSONRegExp(pattern, options)
  } catch {
    throw invalidBson('a regular expression with unknown options')
  }
}

/** The 16 bytes of a decimal. */
export function readDecimal(bytes: Buffer, at: number): Decimal128 {
  return new Decimal128(Buffer.from(bytes.subarray(at, at + 16)))
}

/** A timestamp: the increment first, then the seconds. */
export function readTimestamp(view: DataView, at: number): Timestamp {
  return new Timestamp({ i: view.getUint32(at, true), t: view.getUint32(at + 4, true) })
}

/** A document with `$` keys, made a `DBRef` when it has exactly the shape of one. */
export function referenceOr(document: Record<string, unknown>): object {
  const own = (key: string) => (Object.hasOwn(document, key) ? document[key] : undefined)
  const collection = own('$ref')
  const id = own('$id')
  const db = own('$db')
  if (typeof collection !== 'string' || id === undefined || id === null) return document
  if (Object.hasOwn(document, '$db') && typeof db !== 'string') return document
  // The class takes it for the prototype of what it answers to JSON.
  if (Object.hasOwn(document, '__proto__')) return document
  const fields = {}
  for (const key of Object.keys(document)) {
    if (key !== '$ref' && key !== '$id' && key !== '$db') define(fields, key, document[key])
  }
  return new DBRef(collection, id as ObjectId, db as string | undefined, fields)
}
