/** Values as `JSON.stringify` can take them without losing anything. */
import { types } from 'node:util'
import { bytesOf } from '../../../codec/buffers.ts'
import { define } from '../../../codec/keys.ts'
import { type BsonTypeName, bsonTypeName } from '../../../codec/values.ts'

/** Deeper than anything that MongoDB stores: what lies below is left to `JSON.stringify`. */
const DEEPEST = 200

/** Sets an own property whatever its name. */
export function put(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') define(target, name, value)
  else target[name] = value
}

interface HasToJson {
  toJSON(): unknown
}

function hasToJson(value: object): value is HasToJson {
  return typeof (value as Partial<HasToJson>).toJSON === 'function'
}

/**
 * A value's JSON form. Integers and decimals that a number cannot hold exactly become text, ids their
 * digits, bytes base64; arrays and objects are copied. What says by `toJSON()` how it wants to be
 * written (`Date`, `DateTime`, models) stays as it is.
 */
export function toJsonValue(value: unknown, depth = 0): unknown {
  if (typeof value === 'bigint') return integer(value)
  return typeof value === 'object' && value !== null ? ofObject(value, depth) : value
}

function integer(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

function ofObject(value: object, depth: number): unknown {
  if (depth > DEEPEST) return value
  const prototype: object | null = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return ofEntries(value, depth)
  const bson = bsonTypeName(prototype)
  if (bson !== undefined) return ofBson(value, bson, depth)
  if (types.isUint8Array(value)) return bytesOf(value).toString('base64')
  if (hasToJson(value)) return value
  if (Array.isArray(value)) return value.map((item) => toJsonValue(item, depth + 1))
  if (types.isMap(value)) return ofEntries(Object.fromEntries(value), depth)
  if (types.isSet(value)) return Array.from(value, (item) => toJsonValue(item, depth + 1))
  if (types.isRegExp(value)) return String(value)
  return ofEntries(value, depth)
}

function ofEntries(value: object, depth: number): object {
  const result: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    put(result, key, toJsonValue(item, depth + 1))
  }
  return result
}

function ofBson(value: object, name: BsonTypeName, depth: number): unknown {
  switch (name) {
    case 'ObjectId':
    case 'Decimal128':
    case 'BSONSymbol':
      return String(value)
    case 'Long':
      return integer(BigInt(String(value)))
    case 'Double':
    case 'Int32':
      return Number(value)
    case 'MinKey':
      return { $minKey: 1 }
    case 'MaxKey':
      return { $maxKey: 1 }
    case 'BSONRegExp': {
      const { pattern, options } = value as { pattern: string; options: string }
      return `/${pattern}/${options}`
    }
    default:
      return toJsonValue(hasToJson(value) ? value.toJSON() : { ...value }, depth + 1)
  }
}
