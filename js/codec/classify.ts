/** What an object is to BSON, decided by its prototype and brand, never by what it claims. */
import { types } from 'node:util'
import { holdsHidden } from './hidden_state.ts'
import { bsonTypeName } from './values.ts'

/** Kinds of objects. */
export const KINDS = {
  /** A plain object, or an instance of a class that is written field by field. */
  fields: 1,
  array: 2,
  date: 3,
  bytes: 4,
  regex: 5,
  map: 6,
  bson: 7,
  luxon: 8,
  /** Writing it field by field would lose what it holds. */
  refused: 9,
} as const
/** One of {@link KINDS}. */
export type Kind = (typeof KINDS)[keyof typeof KINDS]

/** Parts of Luxon's `DateTime` that are used; no import, so that any copy of Luxon works. */
export interface LuxonDateTime {
  readonly isLuxonDateTime: true
  toMillis(): number
}

/** Whether `value`, not a plain object, is a Luxon `DateTime`. */
export function isLuxon(value: object): value is LuxonDateTime {
  const candidate = value as Partial<LuxonDateTime>
  return candidate.isLuxonDateTime === true && typeof candidate.toMillis === 'function'
}

/** The kind of an object whose prototype is neither `Object.prototype` nor `null`. */
export function kindOf(value: object, prototype: object): Kind {
  if (Array.isArray(value)) return KINDS.array
  if (types.isDate(value)) return KINDS.date
  if (bsonTypeName(prototype) !== undefined) return KINDS.bson
  if (types.isUint8Array(value)) return KINDS.bytes
  if (types.isRegExp(value)) return KINDS.regex
  if (types.isMap(value)) return KINDS.map
  if (isLuxon(value)) return KINDS.luxon
  return holdsHidden(value, prototype) ? KINDS.refused : KINDS.fields
}

interface HasToBSON {
  toBSON(): unknown
}

/**
 * Whether `value` says itself what BSON to write for it. A `toBSON` that somebody put on
 * `Object.prototype` does not count.
 */
export function hasToBSON(value: object): value is HasToBSON {
  const { toBSON } = value as Partial<HasToBSON>
  return typeof toBSON === 'function' && toBSON !== (Object.prototype as Partial<HasToBSON>).toBSON
}

/** Flags of a regular expression that are stored, `g` as npm `bson` does; the others would be lost. */
const FLAGS = /^[gim]*$/

/**
 * What an object is, where BSON has no place for it or would lose a part of it; `undefined` for what
 * can be stored. What its `toBSON()` answers is to be asked about in its place.
 */
export function lossOf(value: object, kind: Kind): string | undefined {
  if (kind === KINDS.regex && !FLAGS.test((value as RegExp).flags)) {
    return 'a regular expression with other flags than g, i and m'
  }
  if (kind !== KINDS.refused) return undefined
  const name = typeNameOf(value)
  return name === 'Object' ? `an instance of ${classNameOf(value)}` : `a value of type ${name}`
}

/** The name of a value's type for messages; never anything of the value itself. */
export function typeNameOf(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  return Object.prototype.toString.call(value).slice(8, -1)
}

function classNameOf(value: object): string {
  const { constructor } = (Object.getPrototypeOf(value) ?? {}) as Partial<object>
  const name: unknown = typeof constructor === 'function' ? constructor.name : undefined
  return typeof name === 'string' && name !== '' ? name.slice(0, 64) : 'Object'
}
