/**
 * Filters are objects without a prototype, so that nothing written to `Object.prototype` can appear
 * in them, and so that assigning to one never runs a setter.
 */
export type Document = Record<string, unknown>

export function record<Value = unknown>(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>
}

export function field(name: string, value: unknown): Document {
  const document = record()
  document[name] = value
  return document
}

/** A copy of an object literal, without a prototype. */
export function operators(given: Document): Document {
  return Object.assign(record(), given)
}

/**
 * The same tree out of ordinary objects, for printing and for comparing in tests. Values that are
 * ordinary objects already are left as they are.
 */
export function toOrdinary<Value>(value: Value, depth = 0): Value {
  // A value of the caller's may contain itself; no filter that can be sent is deeper than this.
  if (typeof value !== 'object' || value === null || depth > 200) return value
  if (Array.isArray(value)) return value.map((item) => toOrdinary(item, depth + 1)) as Value
  if (Object.getPrototypeOf(value) !== null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, toOrdinary(inner, depth + 1)]),
  ) as Value
}
