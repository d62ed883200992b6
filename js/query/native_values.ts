/** Native filters, expressions and stages as the application wrote them. */
import { types } from 'node:util'
import { Limit } from './../protocol.generated.ts'
import { describe, fail, quote } from './messages.ts'
import { type Document, record } from './record.ts'
import type { QueryTarget } from './target.ts'
import { checkLiteral, fromDateTime, isPlainObject } from './values.ts'

/** Operators that run JavaScript on the server. */
const UNSAFE = new Set(['$where', '$function', '$accumulator'])

/**
 * A checked copy of a native filter: what was checked is what is sent, whatever happens to the
 * caller's object afterwards. `place` is the method that messages name.
 *
 * Throws `E_INVALID_QUERY`, `E_UNSAFE_OPERATOR`, `E_UNDEFINED_VALUE`, `E_INVALID_VALUE`,
 * `E_DOCUMENT_TOO_DEEP`.
 */
export function copyNativeFilter(
  target: QueryTarget,
  filter: unknown,
  place = 'whereRaw()',
): Document {
  if (!isPlainObject(filter)) {
    fail('E_INVALID_QUERY', target, `${place} needs a native filter, got ${describe(filter)}`)
  }
  return copyObject(target, Object.entries(filter), 0, place)
}

/** The same for any native value: an expression, a stage, a list of them. */
export function copyNativeValue(target: QueryTarget, value: unknown, place: string): unknown {
  if (value === undefined) {
    fail('E_UNDEFINED_VALUE', target, `undefined in place of a native value in ${place}`)
  }
  return copyValue(target, value, 0, place)
}

function copyObject(
  target: QueryTarget,
  entries: Iterable<[unknown, unknown]>,
  depth: number,
  place: string,
): Document {
  const copy = record()
  for (const [key, value] of entries) {
    if (typeof key !== 'string' || key.includes('\0')) {
      fail('E_INVALID_QUERY', target, `${place} cannot have the key ${quote(key)}`)
    }
    if (UNSAFE.has(key)) {
      fail('E_UNSAFE_OPERATOR', target, `${key} runs code on the server and is refused`)
    }
    if (key === '_bsontype') {
      fail('E_INVALID_VALUE', target, `a plain object that claims to be a BSON type in ${place}`)
    }
    if (value === undefined) {
      fail('E_UNDEFINED_VALUE', target, `undefined as value of ${quote(key)} in ${place}`)
    }
    copy[key] = copyValue(target, value, depth + 1, place)
  }
  return copy
}

function copyValue(target: QueryTarget, given: unknown, depth: number, place: string): unknown {
  const value = fromDateTime(given)
  if (depth > Limit.documentDepth) {
    fail('E_DOCUMENT_TOO_DEEP', target, `what is given to ${place} is nested too deeply`)
  }
  if (Array.isArray(value)) {
    return Array.from(value, (item: unknown) => copyValue(target, item, depth + 1, place))
  }
  if (types.isMap(value)) return copyObject(target, value, depth, place)
  if (isPlainObject(value)) return copyObject(target, Object.entries(value), depth, place)
  checkLiteral(target, undefined, value, depth)
  // An instance of some other class would be sent as its own properties.
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    copyObject(target, Object.entries(value), depth, place)
  }
  return value
}
