/** The value classes that users meet, BSON's type codes, and how a class instance is recognised. */
import { Long, ObjectId } from 'bson'

export {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'bson'

/** BSON's type codes, as they stand before each element. */
export const BsonType = {
  double: 1,
  string: 2,
  document: 3,
  array: 4,
  binary: 5,
  undefined: 6,
  objectId: 7,
  boolean: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  code: 13,
  symbol: 14,
  codeWithScope: 15,
  int32: 16,
  timestamp: 17,
  int64: 18,
  decimal128: 19,
  maxKey: 127,
  minKey: 255,
} as const

/** The class names that every version of `bson` gives its instances as `_bsontype`. */
export type BsonTypeName =
  | 'Binary'
  | 'BSONRegExp'
  | 'BSONSymbol'
  | 'Code'
  | 'DBRef'
  | 'Decimal128'
  | 'Double'
  | 'Int32'
  | 'Long'
  | 'MaxKey'
  | 'MinKey'
  | 'ObjectId'
  | 'Timestamp'

const VERSION = Symbol.for('@@mdb.bson.version')

interface BsonPrototype {
  readonly [VERSION]?: unknown
  readonly _bsontype?: unknown
}

/**
 * The class name of `prototype` when it is that of a `bson` value class, of any copy of `bson`
 * from version 5 on; otherwise `undefined`.
 *
 * Only the prototype is asked: a property of the value itself can come from JSON and proves
 * nothing.
 */
export function bsonTypeName(prototype: object | null): BsonTypeName | undefined {
  if (prototype === null || prototype === Object.prototype) return undefined
  const known = prototype as BsonPrototype
  if (typeof known[VERSION] !== 'number' || typeof known._bsontype !== 'string') return undefined
  return known._bsontype as BsonTypeName
}

/** Whether `value` is an instance of a `bson` value class. A forged `_bsontype` is not. */
export function isBsonValue(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return bsonTypeName(Object.getPrototypeOf(value)) !== undefined
}

type PackedObjectId = new (bytes: Uint8Array, at: number) => ObjectId
const AtOffset = ObjectId as unknown as PackedObjectId

function readsAtOffset(): boolean {
  try {
    const bytes = new Uint8Array(14).fill(0xab)
    bytes[0] = 0
    bytes[13] = 0
    return new AtOffset(bytes, 1).toHexString() === 'ab'.repeat(12)
  } catch {
    return false
  }
}

/** The ObjectId whose 12 bytes start at `at`. Keeps no reference to `bytes`. */
export const readObjectId: (bytes: Uint8Array, at: number) => ObjectId = readsAtOffset()
  ? (bytes, at) => new AtOffset(bytes, at)
  : (bytes, at) => new ObjectId(Uint8Array.prototype.slice.call(bytes, at, at + 12))

/** The int64 at `at`: a number when that is exact and safe, otherwise a `Long`. */
export function readInt64(view: DataView, at: number): number | Long {
  const low = view.getInt32(at, true)
  const high = view.getInt32(at + 4, true)
  const value = high * 4294967296 + (low >>> 0)
  return Number.isSafeInteger(value) ? value : new Long(low, high)
}

/** The date at `at`. Milliseconds that a `Date` cannot hold give an invalid `Date`. */
export function readDate(view: DataView, at: number): Date {
  return new Date(view.getInt32(at + 4, true) * 4294967296 + view.getUint32(at, true))
}
