/** The recursive part of the writer: any JavaScript value to the bytes of a BSON value. */

import { errors } from '../errors/index.ts'
import { Limit } from '../protocol.generated.ts'
import { writeBsonValue, writeObjectId, writeRegExp } from './bson_values.ts'
import { ByteWriter } from './byte_writer.ts'
import {
  hasToBSON,
  KINDS,
  type Kind,
  kindOf,
  type LuxonDateTime,
  lossOf,
  typeNameOf,
} from './classify.ts'
import { BsonType, bsonTypeName, ObjectId } from './values.ts'
import type { WriteSite } from './write_shapes.ts'
import { nameOfKey } from './write_shapes.ts'

type Fields = Record<string, unknown>

const hasOwn = Object.prototype.hasOwnProperty
const getTime = Date.prototype.getTime

/**
 * Whether a loop over the keys of `source` would meet inherited ones too: asking this once for an
 * object costs less than asking for each key whose it is.
 */
function inheritsKeys(source: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(source)
  if (prototype === null) return false
  if (prototype !== Object.prototype) return true
  for (const _ in EMPTY) return true
  return false
}

const EMPTY = Object.freeze({})

/** Writes values; what begins and names them is the subclass's. */
export class ValueWriter extends ByteWriter {
  /** The property that errors name. */
  protected column: string | undefined
  /** `path[n]` is the key, inside the document of level n, of what is being written. */
  protected readonly path: (string | number)[] = ['', '']

  /**
   * Writes a value behind a header; returns its BSON type, 0 for `undefined`. As a document or
   * an array it would be at level `depth`, the root document being level 1. `site` is what was
   * learnt of the objects at this place.
   */
  protected write(value: unknown, depth: number, site?: WriteSite): number {
    switch (typeof value) {
      case 'string':
        this.text(value)
        return BsonType.string
      case 'number':
        return this.number(value)
      case 'boolean':
        this.buffer[this.position++] = value ? 1 : 0
        return BsonType.boolean
      case 'object':
        return value === null ? BsonType.null : this.object(value, depth, site)
      case 'undefined':
        return 0
      case 'bigint':
        return this.bigint(value, depth)
      default:
        throw this.refuse(value, depth)
    }
  }

  protected object(value: object, depth: number, site?: WriteSite): number {
    const prototype: object | null = Object.getPrototypeOf(value)
    if (prototype === Object.prototype) {
      return site === undefined ? this.fields(value, depth) : site.write(this, value, depth)
    }
    if (prototype === Array.prototype && Array.isArray(value)) {
      return this.array(value, depth, site)
    }
    if (prototype === null) return this.fields(value, depth)
    if (prototype === Date.prototype) return this.date(value, depth)
    if (prototype === ObjectId.prototype && writeObjectId(this, value)) return BsonType.objectId
    if (hasToBSON(value)) return this.converted(value.toBSON(), depth)
    return this.ofKind(value, prototype, depth)
  }

  /** Writes what `toBSON()` returned, which is not asked for its own `toBSON()`. */
  private converted(value: unknown, depth: number): number {
    if (typeof value !== 'object' || value === null) return this.write(value, depth)
    const prototype: object | null = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) return this.fields(value, depth, true)
    return this.ofKind(value, prototype, depth)
  }

  private ofKind(value: object, prototype: object, depth: number): number {
    const kind: Kind = kindOf(value, prototype)
    let type = 0
    switch (kind) {
      case KINDS.fields:
        return this.fields(value, depth)
      case KINDS.array:
        return this.array(value as unknown[], depth)
      case KINDS.map:
        return this.map(value as Map<unknown, unknown>, depth)
      case KINDS.date:
        return this.date(value, depth)
      case KINDS.luxon:
        return this.moment((value as LuxonDateTime).toMillis(), value, depth)
      case KINDS.bytes:
        this.binary(value as Uint8Array, 0)
        return BsonType.binary
      case KINDS.regex:
        if (lossOf(value, kind) === undefined) type = writeRegExp(this, value as RegExp)
        break
      case KINDS.bson:
        type = this.bson(value, prototype, depth)
        break
      default:
    }
    if (type !== 0) return type
    const loss = lossOf(value, kind)
    throw loss === undefined ? this.refuse(value, depth) : this.invalid(depth, loss)
  }

  /** Writes own enumerable properties. `asked`: a `toBSON()` has had its say. */
  fields(source: object, depth: number, asked = false): number {
    if (depth > Limit.documentDepth) throw this.tooDeep(depth)
    const start = this.position
    this.position = start + 4
    const inherits = inheritsKeys(source)
    for (const key in source) {
      if (inherits && !hasOwn.call(source, key)) continue
      const value = (source as Fields)[key]
      const head = this.position
      let type: number
      if (typeof value === 'string') {
        this.key(key, depth)
        this.text(value)
        type = BsonType.string
      } else if (typeof value === 'number') {
        this.key(key, depth)
        type = this.number(value)
      } else if (key === 'toBSON' && typeof value === 'function') {
        // An own toBSON; one of a class was called before this.
        if (asked) continue
        this.position = start
        return this.converted(value.call(source), depth)
      } else {
        if (value === undefined) continue
        this.path[depth] = key
        this.key(key, depth)
        type = this.write(value, depth + 1)
        if (type === 0) {
          this.position = head
          continue
        }
      }
      this.buffer[head] = type
    }
    return this.close(start, BsonType.document)
  }

  private array(source: readonly unknown[], depth: number, site?: WriteSite): number {
    if (depth > Limit.documentDepth) throw this.tooDeep(depth)
    const start = this.position
    this.position = start + 4
    for (let index = 0; index < source.length; index++) {
      const value = source[index]
      const head = this.position
      this.index(index)
      let type: number
      if (typeof value === 'string') {
        this.text(value)
        type = BsonType.string
      } else if (typeof value === 'number') {
        type = this.number(value)
      } else {
        this.path[depth] = index
        type = this.write(value, depth + 1, site?.items)
      }
      this.buffer[head] = type === 0 ? BsonType.null : type
    }
    return this.close(start, BsonType.array)
  }

  private map(source: Map<unknown, unknown>, depth: number): number {
    if (depth > Limit.documentDepth) throw this.tooDeep(depth)
    const start = this.position
    this.position = start + 4
    for (const [key, value] of Map.prototype.entries.call(source) as MapIterator<
      [unknown, unknown]
    >) {
      if (typeof key !== 'string') {
        throw this.invalid(depth, `a Map with a key of type ${typeNameOf(key)}`)
      }
      const head = this.position
      this.path[depth] = key
      this.key(key, depth)
      const type = this.write(value, depth + 1)
      if (type === 0) this.position = head
      else this.buffer[head] = type
    }
    return this.close(start, BsonType.document)
  }

  private key(key: string, depth: number): void {
    this.name(nameOfKey(key) ?? this.badKey(depth))
  }

  private badKey(depth: number): never {
    throw this.invalid(depth, 'an object with a key that holds a NUL character')
  }

  /** Ends the document or array that began at `start`; returns `type`. */
  protected close(start: number, type: number): number {
    this.need(8)
    this.buffer[this.position++] = 0
    this.view.setInt32(start, this.position - start, true)
    return type
  }

  private bigint(value: bigint, depth: number): number {
    if (BigInt.asIntN(64, value) !== value) throw this.invalid(depth, 'a bigint beyond 64 bits')
    this.view.setBigInt64(this.position, value, true)
    this.position += 8
    return BsonType.int64
  }

  private date(value: object, depth: number): number {
    let time = Number.NaN
    try {
      time = getTime.call(value)
    } catch {
      // Not a Date whatever its prototype; refused as an invalid one.
    }
    return this.moment(time, value, depth)
  }

  private moment(time: number, value: object, depth: number): number {
    if (!Number.isFinite(time)) throw this.invalid(depth, `an invalid ${typeNameOf(value)}`)
    this.milliseconds(Math.trunc(time))
    return BsonType.date
  }

  private bson(value: object, prototype: object, depth: number): number {
    const name = bsonTypeName(prototype)
    if (name === 'DBRef') return this.reference(value as Fields, depth)
    if (name === 'Code') return this.code(value as Fields, depth)
    return name === undefined ? 0 : writeBsonValue(this, value, name)
  }

  private reference(value: Fields, depth: number): number {
    const { collection, oid, db, fields } = value
    if (typeof collection !== 'string') return 0
    const ordered = new Map<string, unknown>([
      ['$ref', collection],
      ['$id', oid],
    ])
    if (db !== undefined && db !== null) ordered.set('$db', db)
    if (typeof fields === 'object' && fields !== null) {
      for (const key of Object.keys(fields)) ordered.set(key, (fields as Fields)[key])
    }
    return this.map(ordered, depth)
  }

  private code(value: Fields, depth: number): number {
    const { code, scope } = value
    if (typeof code !== 'string') return 0
    if (typeof scope !== 'object' || scope === null) {
      this.text(code)
      return BsonType.code
    }
    const start = this.position
    this.position = start + 4
    this.text(code)
    this.need(8)
    this.path[depth] = 'scope'
    if (this.object(scope, depth) !== BsonType.document) return 0
    this.view.setInt32(start, this.position - start, true)
    return BsonType.codeWithScope
  }

  /** The error of a value that BSON cannot hold. */
  protected refuse(value: unknown, depth: number): Error {
    return this.invalid(depth, `a value of type ${typeNameOf(value)}`)
  }

  protected invalid(depth: number, what: string): Error {
    const message = `"${this.where(depth)}" holds ${what}, which BSON cannot store`
    return new errors.E_INVALID_VALUE(message, { column: this.column })
  }

  protected tooDeep(depth: number): Error {
    const message = `"${this.where(depth)}" is nested deeper than ${Limit.documentDepth} levels, or in itself`
    return new errors.E_DOCUMENT_TOO_DEEP(message, { column: this.column })
  }

  /** The path of the value at level `depth`, the middle of a long one left out. */
  private where(depth: number): string {
    const keys = this.path.slice(1, depth)
    if (keys.length <= 12) return keys.join('.')
    return `${keys.slice(0, 8).join('.')}…${keys.slice(-2).join('.')}`
  }
}
