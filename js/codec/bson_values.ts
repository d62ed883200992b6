/** Writes instances of the `bson` value classes, of whichever copy of `bson`. */
import { types } from 'node:util'
import { bytesOf, lengthOf } from './buffers.ts'
import type { ByteWriter } from './byte_writer.ts'
import { parseObjectId } from './object_id.ts'
import { BsonType, type BsonTypeName, type ObjectId } from './values.ts'

/** Fields of the value classes. An instance may have been tampered with, so all are unknown. */
interface Fields {
  readonly [name: string]: unknown
}

interface PackedObjectId {
  /** Internal to `bson`, in its versions 6 and 7. */
  serializeInto?(target: Uint8Array, at: number): number
}

/** Writes the 12 bytes of an `ObjectId` of any copy of `bson`; returns whether it was one. */
export function writeObjectId(writer: ByteWriter, value: object): boolean {
  writer.need(16)
  const id = value as PackedObjectId & Partial<ObjectId>
  if (typeof id.serializeInto === 'function') {
    if (id.serializeInto(writer.buffer, writer.position) !== 12) return false
  } else {
    const text: unknown = id.toHexString?.()
    if (typeof text !== 'string') return false
    if (!parseObjectId(text, writer.buffer, writer.position)) return false
  }
  writer.position += 12
  return true
}

/**
 * Writes a value that holds no other values.
 *
 * @returns the BSON type written, or 0 when the instance does not hold what its class should.
 */
export function writeBsonValue(writer: ByteWriter, value: object, name: BsonTypeName): number {
  const fields = value as Fields
  writer.need(24)
  switch (name) {
    case 'ObjectId':
      return writeObjectId(writer, value) ? BsonType.objectId : 0
    case 'Long':
      return writeLong(writer, fields) ? BsonType.int64 : 0
    case 'Timestamp':
      return writeLong(writer, fields) ? BsonType.timestamp : 0
    case 'Int32':
      if (typeof fields.value !== 'number') return 0
      writer.int32(fields.value)
      return BsonType.int32
    case 'Double':
      if (typeof fields.value !== 'number') return 0
      writer.double(fields.value)
      return BsonType.double
    case 'Decimal128':
      return writeDecimal(writer, fields.bytes)
    case 'Binary':
      return writeBinary(writer, fields)
    case 'BSONSymbol':
      if (typeof fields.value !== 'string') return 0
      writer.text(fields.value)
      return BsonType.symbol
    case 'BSONRegExp':
      return writeRegex(writer, fields)
    case 'MinKey':
      return BsonType.minKey
    case 'MaxKey':
      return BsonType.maxKey
    default:
      return 0
  }
}

/** Writes a `RegExp` with the flags that BSON knows; returns 0 when its source holds a NUL. */
export function writeRegExp(writer: ByteWriter, value: RegExp): number {
  if (!writer.cstring(value.source)) return 0
  const flags =
    (value.ignoreCase ? 'i' : '') + (value.global ? 's' : '') + (value.multiline ? 'm' : '')
  writer.cstring(flags)
  return BsonType.regex
}

function writeLong(writer: ByteWriter, fields: Fields): boolean {
  if (typeof fields.low !== 'number' || typeof fields.high !== 'number') return false
  writer.int64(fields.low, fields.high)
  return true
}

function writeDecimal(writer: ByteWriter, bytes: unknown): number {
  if (!types.isUint8Array(bytes) || lengthOf(bytes) !== 16) return 0
  writer.bytes(bytes)
  return BsonType.decimal128
}

function writeBinary(writer: ByteWriter, fields: Fields): number {
  const { buffer, position, sub_type: subtype } = fields
  if (!types.isUint8Array(buffer) || typeof subtype !== 'number') return 0
  const length = lengthOf(buffer)
  if (typeof position !== 'number' || !(position >= 0 && position <= length)) return 0
  writer.binary(position === length ? buffer : bytesOf(buffer).subarray(0, position), subtype)
  return BsonType.binary
}

function writeRegex(writer: ByteWriter, fields: Fields): number {
  const { pattern, options } = fields
  if (typeof pattern !== 'string' || typeof options !== 'string') return 0
  if (!writer.cstring(pattern) || !writer.cstring(options.split('').sort().join(''))) return 0
  return BsonType.regex
}
