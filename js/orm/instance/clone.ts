/**
 * A copy of an attribute's value that changes in place cannot reach. What cannot be changed in
 * place, or is not ours to copy, is kept as it is.
 */
export function cloneValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(cloneValue)
  if (value instanceof Date) return new Date(value)
  if (Buffer.isBuffer(value)) return Buffer.from(value)
  if (value instanceof Uint8Array) return new Uint8Array(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  const copy: Record<string, unknown> = Object.create(prototype)
  for (const [key, inner] of Object.entries(value)) {
    Object.defineProperty(copy, key, {
      value: cloneValue(inner),
      enumerable: true,
      writable: true,
      configurable: true,
    })
  }
  return copy
}
