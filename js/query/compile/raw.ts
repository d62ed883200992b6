import { describe, fail, quote } from '../messages.ts'
import type { QueryTarget } from '../target.ts'
import { checkLiteral, fromDateTime, isPlainObject } from '../values.ts'
import { type Document, record } from './record.ts'

/** Operators that run JavaScript on the server. */
const UNSAFE = new Set(['$where', '$function', '$accumulator'])
const MAX_DEPTH = 100

/**
 * A checked copy of a native filter: what was checked is what is sent, whatever happens to the
 * caller's object afterwards.
 *
 * Throws `E_INVALID_QUERY`, `E_UNSAFE_OPERATOR`, `E_UNDEFINED_VALUE`, `E_INVALID_VALUE`,
 * `E_DOCUMENT_TOO_DEEP`.
 */
export function copyNativeFilter(target: QueryTarget, filter: unknown): Document {
  if (!isPlainObject(filter)) {
    fail('E_INVALID_QUERY', target, `whereRaw() needs a native filter, got ${describe(filter)}`)
  }
  return copyObject(target, Object.entries(filter), 0)
}

function copyObject(
  target: QueryTarget,
  entries: Iterable<[unknown, unknown]>,
  depth: number,
): Document {
  const copy = record()
  for (const [key, value] of entries) {
    if (typeof key !== 'string' || key.includes('\0')) {
      fail('E_INVALID_QUERY', target, `whereRaw() cannot have the key ${quote(key)}`)
    }
    if (UNSAFE.has(key)) {
      fail('E_UNSAFE_OPERATOR', target, `${key} runs code on the server and is refused`)
    }
    if (key === '_bsontype') {
      fail('E_INVALID_VALUE', target, 'a plain object that claims to be a BSON type in whereRaw()')
    }
    if (value === undefined) {
      fail('E_UNDEFINED_VALUE', target, `undefined as value of ${quote(key)} in whereRaw()`)
    }
    copy[key] = copyValue(target, value, depth + 1)
  }
  return copy
}

function copyValue(target: QueryTarget, given: unknown, depth: number): unknown {
  const value = fromDateTime(given)
  if (depth > MAX_DEPTH) {
    fail('E_DOCUMENT_TOO_DEEP', target, 'the filter of whereRaw() is nested too deeply')
  }
  if (Array.isArray(value)) {
    return Array.from(value, (item: unknown) => copyValue(target, item, depth + 1))
  }
  if (value instanceof Map) return copyObject(target, value, depth)
  if (isPlainObject(value)) return copyObject(target, Object.entries(value), depth)
  checkLiteral(target, undefined, value, depth)
  // An instance of some other class would be sent as its own properties.
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    copyObject(target, Object.entries(value), depth)
  }
  return value
}
