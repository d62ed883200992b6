/** Lengths of raw BSON values, checked against the bytes that are there. */
import { errors } from '../errors/index.ts'
import { BsonType } from './values.ts'

/** The error of bytes that are not BSON. */
export function invalidBson(what: string): Error {
  return new errors.E_INVALID_DOCUMENT(`The bytes are not valid BSON: ${what}`)
}

/** The little-endian int32 at `at`. The caller has checked that it is there. */
export function int32At(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  )
}

/** Where the NUL of the text at `at` stands, before `limit`. */
export function endOfText(bytes: Uint8Array, at: number, limit: number): number {
  let end = at
  while (end < limit && bytes[end] !== 0) end++
  if (end >= limit) throw invalidBson('a name or pattern without its end')
  return end
}

function prefixed(bytes: Uint8Array, at: number, limit: number, least: number): number {
  if (at + 4 > limit) throw invalidBson('a value beyond its document')
  const length = int32At(bytes, at)
  if (length < least) throw invalidBson('a length that is too small')
  return length
}

/**
 * How many bytes a value occupies.
 *
 * @param type its BSON type code, as before the element
 * @param limit where the document, or the buffer, ends
 * @throws E_INVALID_DOCUMENT for an unknown type and for a value that does not fit.
 */
export function measureValue(
  type: number,
  bytes: Uint8Array,
  at: number,
  limit: number = bytes.length,
): number {
  const length = lengthOf(type, bytes, at, limit)
  if (at + length > limit) throw invalidBson('a value beyond its document')
  return length
}

function lengthOf(type: number, bytes: Uint8Array, at: number, limit: number): number {
  switch (type) {
    case BsonType.string:
    case BsonType.code:
    case BsonType.symbol:
      return 4 + prefixed(bytes, at, limit, 1)
    case BsonType.int32:
      return 4
    case BsonType.double:
    case BsonType.date:
    case BsonType.timestamp:
    case BsonType.int64:
      return 8
    case BsonType.objectId:
      return 12
    case BsonType.boolean:
      return 1
    case BsonType.document:
    case BsonType.array:
      return prefixed(bytes, at, limit, 5)
    case BsonType.codeWithScope:
      return prefixed(bytes, at, limit, 14)
    case BsonType.null:
    case BsonType.undefined:
    case BsonType.minKey:
    case BsonType.maxKey:
      return 0
    case BsonType.binary:
      return 5 + prefixed(bytes, at, limit, 0)
    case BsonType.decimal128:
      return 16
    case BsonType.dbPointer:
      return 16 + prefixed(bytes, at, limit, 1)
    case BsonType.regex:
      return endOfText(bytes, endOfText(bytes, at, limit) + 1, limit) + 1 - at
    default:
      throw invalidBson(`a value of unknown type ${type}`)
  }
}
