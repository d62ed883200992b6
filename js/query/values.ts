import { types } from 'node:util'
import { ObjectId } from 'bson'
import { hasToBSON, kindOf, lossOf } from '../codec/classify.ts'
import { Limit } from '../protocol.generated.ts'
import { describe, fail, quote, uuidHint } from './messages.ts'
import { type ResolvedPath, refuseOpaque } from './names.ts'
import type { QueryColumn, QueryTarget } from './target.ts'

const HEX_ID = /^[0-9a-f]{24}$/i

/** An object literal, of any realm, or what `JSON.parse` makes: data, not an instance of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/**
 * The name that a class of the `bson` package (of any copy or version of it) gives its instances.
 * Only a class can give it: what an object has itself, or what all objects have, is a forgery.
 */
export function bsonType(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  let prototype: unknown = Object.getPrototypeOf(value)
  while (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    if (Object.hasOwn(prototype as object, '_bsontype')) {
      return String((value as { _bsontype?: unknown })._bsontype)
    }
    prototype = Object.getPrototypeOf(prototype)
  }
  return undefined
}

/** A regular expression in value position is data too, but MongoDB reads it as a pattern. */
export function isPattern(value: unknown): boolean {
  return types.isRegExp(value) || bsonType(value) === 'BSONRegExp'
}

/** Whether MongoDB cannot take the value for anything but itself when it stands alone. */
export function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || types.isDate(value) || value instanceof ObjectId
}

/** A Luxon `DateTime`, without a need for Luxon. */
export function fromDateTime(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || isPlainObject(value)) return value
  const convert: unknown = (value as { toJSDate?: unknown }).toJSDate
  return typeof convert === 'function' ? (convert.call(value) as unknown) : value
}

/**
 * What a value is to its column: one of the property's, an element of the array that the property
 * holds, or a part of what it holds.
 */
export type Meaning = 'value' | 'element' | 'part'

/**
 * A value from the caller as it goes into the filter: prepared by the column, ids cast, and checked
 * to be something that BSON can hold. `null` passes.
 *
 * Throws `E_UNDEFINED_VALUE`, `E_INVALID_OBJECT_ID`, `E_INVALID_VALUE`, `E_DOCUMENT_TOO_DEEP`,
 * `E_INVALID_QUERY` for a column that cannot be compared; what the column's `prepare` throws.
 */
export function castValue(
  target: QueryTarget,
  path: ResolvedPath,
  given: unknown,
  meaning: Meaning = 'value',
): unknown {
  const value = castPlain(target, path, given, meaning)
  return value === null ? null : conceal(path, value)
}

function conceal({ column, field }: ResolvedPath, value: unknown): unknown {
  return typeof column.conceal === 'function' ? column.conceal(field, value) : value
}

/** {@link castValue} without hiding values of encrypted columns. */
export function castPlain(
  target: QueryTarget,
  path: ResolvedPath,
  given: unknown,
  meaning: Meaning = 'value',
): unknown {
  const { column } = path
  if (given === undefined) {
    const use = 'use whereNull() to find what has no value'
    fail(
      'E_UNDEFINED_VALUE',
      target,
      `undefined as value of ${quote(path.field)}; ${use}`,
      column.attribute,
    )
  }
  if (given === null) return null
  refuseOpaque(target, column)
  const prepared = path.whole ? prepare(target, column, given, meaning) : given
  if (prepared === null) return null
  if (column.objectId && path.element) return castIds(target, path, prepared)
  const value = fromDateTime(prepared)
  checkLiteral(target, column.attribute, value, 0)
  return value
}

function prepare(
  target: QueryTarget,
  column: QueryColumn,
  given: unknown,
  meaning: Meaning,
): unknown {
  if (typeof column.prepare !== 'function') return given
  if (column.preparesWhole !== true) return column.prepare(given)
  // What is compared with a part is a part of what is stored.
  if (meaning === 'part') return given
  if (meaning === 'element') return preparedElement(target, column, given)
  return defined(target, column, column.prepare(given))
}

/**
 * An element of the array that a column's property holds, as the store has it. Throws
 * `E_INVALID_QUERY` where the array is prepared to something else.
 */
export function preparedElement(target: QueryTarget, column: QueryColumn, given: unknown): unknown {
  if (typeof column.prepare !== 'function') return given
  if (column.preparesWhole !== true) return column.prepare(given)
  const list: unknown = column.prepare([given])
  if (Array.isArray(list)) return defined(target, column, list[0])
  const { attribute } = column
  const message = `${quote(attribute)} is prepared to something other than an array, so it has no elements`
  return fail('E_INVALID_QUERY', target, message, attribute)
}

function defined(target: QueryTarget, { attribute }: QueryColumn, prepared: unknown): unknown {
  if (prepared !== undefined) return prepared
  const message = `the prepare of ${quote(attribute)} answers undefined for the value`
  return fail('E_UNDEFINED_VALUE', target, message, attribute)
}

/** A value, or each of an array, as ObjectIds. Throws `E_INVALID_OBJECT_ID`. */
export function castIds(target: QueryTarget, path: ResolvedPath, value: unknown): unknown {
  return Array.isArray(value)
    ? Array.from(value, (element: unknown) => castId(target, path, element))
    : castId(target, path, value)
}

function castId(target: QueryTarget, path: ResolvedPath, value: unknown): ObjectId | null {
  if (value === null) return null
  if (value instanceof ObjectId) return value
  if (typeof value === 'string' && HEX_ID.test(value)) return new ObjectId(value)
  const { attribute } = path.column
  if (value === undefined) {
    fail(
      'E_UNDEFINED_VALUE',
      target,
      `undefined among the values of ${quote(attribute)}`,
      attribute,
    )
  }
  if (bsonType(value) === 'ObjectId') return new ObjectId(String(value))
  const got = typeof value === 'string' ? 'a string that is not one' : describe(value)
  const need = 'an ObjectId or a string of 24 hexadecimal digits'
  return fail(
    'E_INVALID_OBJECT_ID',
    target,
    `${quote(attribute)} needs ${need}, got ${got}${uuidHint(value)}`,
    attribute,
  )
}

/**
 * Refuses what a serializer would drop or run: dropping part of a value turns a narrow filter into
 * a wide one.
 */
export function checkLiteral(
  target: QueryTarget,
  column: string | undefined,
  value: unknown,
  depth: number,
  isExpression: (value: object) => boolean = () => false,
): void {
  if (value === undefined) {
    fail('E_UNDEFINED_VALUE', target, `undefined inside the value of ${quote(column)}`, column)
  }
  if (typeof value === 'function' || typeof value === 'symbol') {
    fail('E_INVALID_VALUE', target, `${describe(value)} is no value for ${quote(column)}`, column)
  }
  if (typeof value !== 'object' || value === null) return
  if (depth > Limit.documentDepth) {
    fail(
      'E_DOCUMENT_TOO_DEEP',
      target,
      `the value of ${quote(column)} is nested too deeply`,
      column,
    )
  }
  if (isExpression(value)) return
  if (types.isDate(value)) {
    if (!Number.isNaN(value.getTime())) return
    fail('E_INVALID_VALUE', target, `an invalid Date as value of ${quote(column)}`, column)
  }
  const inside = (one: unknown): void => checkLiteral(target, column, one, depth + 1, isExpression)
  if (Array.isArray(value)) {
    // By index: holes are undefined, and iteration could be overridden.
    for (let i = 0; i < value.length; i++) inside(value[i])
  } else if (isPlainObject(value)) {
    if (Object.hasOwn(value, '_bsontype')) {
      const what = 'a plain object that claims to be a BSON type'
      fail('E_INVALID_VALUE', target, `${what} as value of ${quote(column)}`, column)
    }
    for (const key of Object.keys(value)) inside(value[key])
  } else if (!hasToBSON(value)) {
    const loss = lossOf(value, kindOf(value, Object.getPrototypeOf(value) as object))
    if (loss === undefined) return
    const place = column === undefined ? 'inside of a native value' : `as value of ${quote(column)}`
    const message = `${loss} ${place}, which BSON cannot store`
    fail('E_INVALID_VALUE', target, message, column)
  }
}
