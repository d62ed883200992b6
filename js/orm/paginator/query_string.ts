import { errors } from '../../errors/index.ts'

const DEEPEST = 32

/**
 * Values as the query string of a URL, in the form that AdonisJS and Express read back: lists as
 * `tag[0]=a`, objects as `filter[status]=b`, both percent-encoded; null as an empty value;
 * `undefined` and functions left out. Semantics of Lucid, which uses `qs`.
 *
 * Errors: `E_INVALID_VALUE` for what contains itself.
 */
export function queryString(values: Readonly<Record<string, unknown>>): string {
  const pairs: string[] = []
  for (const key of Object.keys(values)) append(pairs, key, values[key], 0)
  return pairs.join('&')
}

function append(pairs: string[], key: string, given: unknown, depth: number): void {
  const value = plain(given)
  if (value === undefined || typeof value === 'function') return
  if (typeof value !== 'object' || value === null) {
    pairs.push(`${encode(key)}=${encode(value === null ? '' : String(value))}`)
    return
  }
  if (depth >= DEEPEST) {
    throw new errors.E_INVALID_VALUE(
      `queryString() got a value that is nested deeper than ${DEEPEST} levels, or in itself`,
    )
  }
  for (const [name, inner] of Object.entries(value)) {
    append(pairs, `${key}[${name}]`, inner, depth + 1)
  }
}

/** Dates, ids and their like, as JSON shows them. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { toJSON } = value as { toJSON?: unknown }
  return typeof toJSON === 'function' ? (toJSON.call(value) as unknown) : value
}

/** RFC 3986: `encodeURIComponent` leaves a few reserved characters, and refuses half a character. */
function encode(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
