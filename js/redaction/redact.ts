/** Queries and explanations as others may see them: without values of encrypted columns. */

import { Binary } from 'bson'
import { Subtype } from '../protocol.generated.ts'
import { REDACTED, Secret } from './secret.ts'

/** What is hidden: paths of encrypted fields, and names of blind index entries. */
export type HiddenNames = ReadonlySet<string>

/** A copy in which nothing is told of what stands under a hidden name, or is a blind index entry. */
export function redacted<T>(value: T, hidden: HiddenNames): T {
  return redact(value, { hidden, above: '' }, 0) as T
}

/**
 * As {@link redacted}, for the server's account of a plan: texts that quote what an index is searched
 * for go too (the slot-based engine prints its programs).
 */
export function redactedPlan<T>(value: T, hidden: HiddenNames): T {
  return redact(value, { hidden, above: '' }, 0, PRINTED) as T
}

/** Binary data, or a key of an index, as the server prints it. */
const PRINTED = /BinData|KS\(|[0-9A-F]{16,}/

/** What is hidden, and the path of the document that is being copied. */
interface Place {
  readonly hidden: HiddenNames
  readonly above: string
}

/** Operators that hold conditions, or whole pipelines, of which each part is looked at by itself. */
const HOLDING: ReadonlySet<string> = new Set([
  '$and',
  '$or',
  '$nor',
  '$not',
  '$elemMatch',
  '$match',
  '$facet',
  '$lookup',
  '$unionWith',
  '$graphLookup',
  '$geoNear',
])

function redact(value: unknown, place: Place, depth: number, texts?: RegExp): unknown {
  if (typeof value === 'string' && texts?.test(value)) return REDACTED
  if (typeof value !== 'object' || value === null || depth > 100) return value
  if (value instanceof Secret) return REDACTED
  if (value instanceof Binary) return value.sub_type === Subtype.entry ? REDACTED : value
  if (Array.isArray(value)) return value.map((one) => redact(one, place, depth + 1, texts))
  if (!isPlainObject(value)) return value
  const copy: Record<string, unknown> = Object.create(Object.getPrototypeOf(value) as object | null)
  for (const [key, inner] of Object.entries(value)) {
    copy[key] = redactElement(key, inner, place, depth, texts)
  }
  return copy
}

function redactElement(
  key: string,
  value: unknown,
  place: Place,
  depth: number,
  texts: RegExp | undefined,
): unknown {
  const { hidden, above } = place
  if (key.startsWith('$')) {
    if (!HOLDING.has(key) && texts === undefined && mentions(value, hidden, 0)) {
      return withoutLiterals(value, 0)
    }
    // Stages begin anew.
    const begins = HOLDING.has(key) && !CONDITIONS.has(key)
    return redact(value, begins ? { hidden, above: '' } : place, depth + 1, texts)
  }
  const path = above === '' ? key : `${above}.${key}`
  if (isHidden(key, hidden) || isHidden(path, hidden)) return REDACTED
  const leads = [...hidden].some((name) => name.startsWith(`${plainPath(path)}.`))
  return redact(value, leads ? { hidden, above: path } : { hidden, above: '' }, depth + 1, texts)
}

const CONDITIONS: ReadonlySet<string> = new Set(['$and', '$or', '$nor', '$not', '$elemMatch'])

/** Whether an expression names something hidden. */
function mentions(value: unknown, hidden: HiddenNames, depth: number): boolean {
  if (hidden.size === 0 || depth > 100) return false
  if (typeof value === 'string') {
    if (!value.startsWith('$')) return false
    const path = value.replace(/^\$(\$\w+\.)?/, '')
    return isHidden(path, hidden)
  }
  if (Array.isArray(value)) return value.some((one) => mentions(one, hidden, depth + 1))
  if (typeof value !== 'object' || value === null || !isPlainObject(value)) return false
  return Object.entries(value).some(([key, inner]) => {
    const named = key === '$getField' || key === 'field' ? inner : undefined
    if (typeof named === 'string' && isHidden(named, hidden)) return true
    return isHidden(key, hidden) || mentions(inner, hidden, depth + 1)
  })
}

/** An expression without what is compared or computed with: names, operators and variables stay. */
function withoutLiterals(value: unknown, depth: number): unknown {
  if (typeof value === 'string' && value.startsWith('$')) return value
  if (Array.isArray(value) && depth <= 100) {
    return value.map((one) => withoutLiterals(one, depth + 1))
  }
  if (typeof value === 'object' && value !== null && isPlainObject(value) && depth <= 100) {
    const copy: Record<string, unknown> = {}
    for (const [key, inner] of Object.entries(value)) {
      const stays = key === '$getField' || key === 'field' || key === 'as'
      copy[key] = stays && typeof inner === 'string' ? inner : withoutLiterals(inner, depth + 1)
    }
    return copy
  }
  return REDACTED
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
