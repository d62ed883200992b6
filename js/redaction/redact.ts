/** Queries and explanations as others may see them: without values of encrypted columns. */
import { Binary } from 'bson'
import { REDACTED, Secret } from './secret.ts'

/** Binary subtype of blind index entries, as `src/crypto/blind.rs` writes them. */
const ENTRY = 0xe2

/** What is hidden: paths of encrypted fields, and names of blind index entries. */
export type HiddenNames = ReadonlySet<string>

/** A copy in which nothing is told of what stands under a hidden name, or is a blind index entry. */
export function redacted<T>(value: T, hidden: HiddenNames): T {
  return redact(value, hidden, 0) as T
}

/**
 * As {@link redacted}, for the server's account of a plan: texts that quote what an index is searched
 * for go too (the slot-based engine prints its programs).
 */
export function redactedPlan<T>(value: T, hidden: HiddenNames): T {
  return redact(value, hidden, 0, PRINTED) as T
}

/** Binary data, or a key of an index, as the server prints it. */
const PRINTED = /BinData|KS\(|[0-9A-F]{16,}/

function redact(value: unknown, hidden: HiddenNames, depth: number, texts?: RegExp): unknown {
  if (typeof value === 'string' && texts?.test(value)) return REDACTED
  if (typeof value !== 'object' || value === null || depth > 100) return value
  if (value instanceof Secret) return REDACTED
  if (value instanceof Binary) return value.sub_type === ENTRY ? REDACTED : value
  if (Array.isArray(value)) return value.map((one) => redact(one, hidden, depth + 1, texts))
  if (!isPlainObject(value)) return value
  const copy: Record<string, unknown> = Object.create(Object.getPrototypeOf(value) as object | null)
  for (const [key, inner] of Object.entries(value)) {
    copy[key] = isHidden(key, hidden) ? REDACTED : redact(inner, hidden, depth + 1, texts)
  }
  return copy
}

export function isHidden(key: string, hidden: HiddenNames): boolean {
  if (hidden.has(key)) return true
  if (!key.includes('.')) return false
  const plain = plainPath(key).split('.')
  for (let length = plain.length; length > 0; length--) {
    if (hidden.has(plain.slice(0, length).join('.'))) return true
  }
  return false
}

/** A path without its places in arrays, which are passed over, as in the core. */
export function plainPath(path: string): string {
  const plain = path
    .split('.')
    .filter((segment, place) => place === 0 || !/^(\d+|\$.*)$/.test(segment))
  return plain.join('.')
}

/** An object literal, or what a decoder makes: not an instance of a class. */
function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
