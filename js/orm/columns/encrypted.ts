/** What the core is told of an encrypted column. */

import { refuse } from '../../errors/index.ts'
import { isPattern } from '../../query/values.ts'
import { isHidden } from '../../redaction/redact.ts'
import { Compared } from '../../redaction/secret.ts'
import { own } from '../contracts/own.ts'

/** How text is made alike before it is compared. */
export type BlindNormalizer =
  | 'trim'
  | 'lowercase'
  | readonly ('trim' | 'lowercase')[]
  | ((value: never) => unknown)

/** A blind index: a keyed hash beside the value, by which equal values are found. */
export interface BlindIndexOptions {
  /** Stored name of the hash; by default the column's with `__blind` behind it. */
  columnName?: string
  /**
   * Bits of the hash: 16 to 256, a multiple of 8; 128 by default. Fewer bits make different values
   * share a hash, which hides more and finds too much.
   */
  bits?: number
  /** There is, or will be, a unique index: keeps it unique while keys are rotated. */
  unique?: boolean
  /**
   * How text is made alike before it is hashed: `trim`, `lowercase`, both, or a function of your own
   * for values of any type, which must answer something. What is stored stays as it was given. Hashes
   * of another normaliser are others: after a change, run `rotateEncryption`.
   */
  normalize?: BlindNormalizer
}

/** Options of `@column.encrypted()`, and of `encrypted` of any other column. */
export interface EncryptionOptions {
  /**
   * What a value cannot be moved away from: its field of its document (`document`, the default), or
   * its field alone (`column`), for which one update command can serve many documents.
   */
  bind?: 'document' | 'column'
  /**
   * What the column's keys are derived for; by default its own collection and name. Columns that
   * share a purpose share their keys, so that equal values have equal blind indexes.
   */
  keyPurpose?: string
  /** Makes equality searchable; `true` for the default options. */
  blind?: boolean | BlindIndexOptions
  /**
   * Encrypts only these fields inside of the column, as dotted stored paths; arrays on the way are
   * passed through.
   *
   * @example
   * @column.encrypted({ fields: ['street', 'contacts.phone'] })
   */
  fields?: readonly string[]
  /**
   * The column is on its way: `encrypting` writes it encrypted and also reads what is stored plain or
   * with another `bind`; `decrypting` writes it plain and also reads what is encrypted. End it with
   * `rotateEncryption`, then take this option (and, after decrypting, the encryption) away.
   */
  transition?: 'encrypting' | 'decrypting'
}

/** An encrypted field as the core takes it. */
export interface EncryptedField {
  readonly path: string
  /** The path as the application writes it, with the property's name: `column` of errors. */
  readonly column: string
  readonly bind: 'document' | 'column'
  readonly purpose?: string
  readonly transition?: 'encrypting' | 'decrypting'
  readonly blind?: {
    readonly name: string
    readonly bits: number
    readonly trim: boolean
    readonly lowercase: boolean
    readonly custom: boolean
    readonly unique: boolean
  }
}

/** How a column is encrypted. */
export interface ColumnEncryption {
  readonly fields: readonly EncryptedField[]
  /** Stored name of the blind index, if there is one. */
  readonly blind: string | undefined
  /** The application's own normaliser: its result goes to the core beside the value. */
  readonly normalize: ((value: unknown) => unknown) | undefined
}

const PATH = /^[^.$\0][^.\0]*(\.[^.$\0][^.\0]*)*$/
const OPTIONS: ReadonlySet<string> = new Set([
  'bind',
  'keyPurpose',
  'blind',
  'fields',
  'transition',
])

/** Reads the options. Errors: `E_MODEL_DEFINITION`. */
export function readEncryption(
  { model, attribute, stored }: { model: string; attribute: string; stored: string },
  given: boolean | EncryptionOptions | undefined,
): ColumnEncryption | undefined {
  if (given === undefined || given === false) return undefined
  const wrong = (what: string): never =>
    refuse('E_MODEL_DEFINITION', model, undefined, `.${attribute}: encrypted: ${what}`, attribute)
  if (typeof given !== 'boolean' && (typeof given !== 'object' || given === null)) {
    wrong('must be true or its options')
  }
  const options = own(given === true ? {} : (given as EncryptionOptions))
  for (const name of Object.keys(options)) {
    if (!OPTIONS.has(name)) wrong(`has no option "${name}"`)
  }
  const { bind = 'document', keyPurpose, fields, transition } = options
  if (bind !== 'document' && bind !== 'column') wrong('`bind` is "document" or "column"')
  if (keyPurpose !== undefined && (typeof keyPurpose !== 'string' || keyPurpose === '')) {
    wrong('`keyPurpose` must be a text')
  }
  if (transition !== undefined && transition !== 'encrypting' && transition !== 'decrypting') {
    wrong('`transition` is "encrypting" or "decrypting"')
  }
  const common = {
    bind,
    ...(keyPurpose === undefined ? {} : { purpose: keyPurpose }),
    ...(transition === undefined ? {} : { transition }),
  }
  if (fields !== undefined) {
    if (!Array.isArray(fields) || fields.length === 0) wrong('`fields` needs paths')
    if (options.blind) wrong('a blind index is for whole columns, not for `fields`')
    const paths = fields.map((field: unknown) =>
      typeof field === 'string' && PATH.test(field) ? field : wrong('`fields` has no such paths'),
    )
    return {
      fields: paths.map((path) => ({
        path: `${stored}.${path}`,
        column: `${attribute}.${path}`,
        ...common,
      })),
      blind: undefined,
      normalize: undefined,
    }
  }
  if (options.blind === undefined || options.blind === false) {
    return {
      fields: [{ path: stored, column: attribute, ...common }],
      blind: undefined,
      normalize: undefined,
    }
  }
  const blind = own(options.blind === true ? {} : options.blind)
  const { columnName = `${stored}__blind`, bits = 128, unique = false, normalize } = blind
  if (typeof columnName !== 'string' || !PATH.test(columnName) || columnName.includes('.')) {
    wrong('`blind.columnName` must be a stored name')
  }
  if (!Number.isInteger(bits) || bits < 16 || bits > 256 || bits % 8 !== 0) {
    wrong('`blind.bits` must be a multiple of 8 from 16 to 256')
  }
  const custom = typeof normalize === 'function' ? normalize : undefined
  const names = custom !== undefined || normalize === undefined ? [] : [normalize].flat()
  for (const name of names) {
    if (name !== 'trim' && name !== 'lowercase') {
      wrong('`blind.normalize` is "trim", "lowercase", both, or a function')
    }
  }
  const description = {
    name: columnName,
    bits,
    trim: names.includes('trim'),
    lowercase: names.includes('lowercase'),
    custom: custom !== undefined,
    unique: unique === true,
  }
  return {
    fields: [{ path: stored, column: attribute, ...common, blind: description }],
    blind: columnName,
    normalize: custom && answering(custom as (value: unknown) => unknown, model, attribute),
  }
}

/** Nothing would mean null: a condition would find every document without a value. */
function answering(
  normalize: (value: unknown) => unknown,
  model: string,
  attribute: string,
): (value: unknown) => unknown {
  return (value) => {
    const normal = normalize(value)
    if (normal !== undefined && normal !== null) return normal
    refuse(
      'E_INVALID_VALUE',
      model,
      undefined,
      `.${attribute}: the normaliser of its blind index answered ${normal}; it must answer ` +
        'what is compared, for every value but null',
      attribute,
    )
  }
}

/** What a column's blind index is made of, as far as it can be told here: equal for equal entries. */
export function blindForm({ normalize, fields }: ColumnEncryption, stored: unknown): unknown {
  if (normalize !== undefined) return stored === null ? null : normalize(stored)
  const blind = fields[0]?.blind
  if (typeof stored !== 'string' || blind === undefined) return stored
  const trimmed = blind.trim ? trim(stored) : stored
  return blind.lowercase ? trimmed.toLowerCase() : trimmed
}

/** Without Unicode's white space around it, as the core has it: JavaScript's own list is another. */
function trim(text: string): string {
  const white = /^\p{White_Space}$/u
  let start = 0
  let end = text.length
  while (start < end && white.test(text[start] as string)) start++
  while (end > start && white.test(text[end - 1] as string)) end--
  return text.slice(start, end)
}

/**
 * The value of a condition, seen by nobody but the writer where it is one of something encrypted. What
 * is compared with the column is what its index is made of; the core needs the value itself as well,
 * where it may be stored plain, and where it is stored by an upsert.
 */
export function concealed(
  { fields, normalize }: ColumnEncryption,
  column: { stored: string },
  field: string,
  value: unknown,
): unknown {
  if (field !== column.stored) {
    return isHidden(field, new Set(fields.map(({ path }) => path))) ? new Compared(value) : value
  }
  if (normalize === undefined || isPattern(value)) return new Compared(value)
  return new Compared({ of: value, is: normalize(value) })
}
