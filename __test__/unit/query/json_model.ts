/** PostgreSQL's `=`, `@>` and `<@` on jsonb, as its manual states them, over plain values. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSingle(value: Json): boolean {
  return !Array.isArray(value) && !isObject(value)
}

export function jsonEqual(a: Json, b: Json): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => jsonEqual(item, b[i] as Json))
  }
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a)
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key] as Json, b[key] as Json))
    )
  }
  return a === b
}

/** `outer @> inner`. */
export function jsonContains(outer: Json, inner: Json): boolean {
  // "As a special exception […] an array may contain a primitive value."
  if (Array.isArray(outer) && isSingle(inner)) return outer.some((item) => jsonEqual(item, inner))
  return contains(outer, inner)
}

function contains(outer: Json, inner: Json): boolean {
  if (Array.isArray(outer) && Array.isArray(inner)) {
    return inner.every((item) =>
      outer.some((one) => (isSingle(item) ? jsonEqual(one, item) : contains(one, item))),
    )
  }
  if (isObject(outer) && isObject(inner)) {
    return Object.keys(inner).every(
      (key) => Object.hasOwn(outer, key) && contains(outer[key] as Json, inner[key] as Json),
    )
  }
  return isSingle(outer) && isSingle(inner) && outer === inner
}
