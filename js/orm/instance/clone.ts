import { types } from 'node:util'
import { bytesOf } from '../../codec/buffers.ts'
import { define } from '../../codec/keys.ts'
import { isPlainObject } from '../../query/values.ts'
import { EmbeddedList } from './embedded/list.ts'

/**
 * A copy of an attribute's value that changes in place cannot reach. What cannot be changed in
 * place, or is not ours to copy, is kept as it is.
 */
export function cloneValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof EmbeddedList) return value
  if (Array.isArray(value)) return value.map(cloneValue)
  if (types.isDate(value)) return new Date(Date.prototype.getTime.call(value))
  if (Buffer.isBuffer(value)) return Buffer.from(bytesOf(value))
  if (types.isUint8Array(value)) return new Uint8Array(value)
  if (!isPlainObject(value)) return value
  const copy: Record<string, unknown> = Object.create(Object.getPrototypeOf(value))
  for (const [key, inner] of Object.entries(value)) define(copy, key, cloneValue(inner))
  return copy
}
