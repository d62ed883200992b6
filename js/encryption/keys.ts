/** Master keys: made, read from text, and set for the process. */
import { randomBytes } from 'node:crypto'
import { types } from 'node:util'
import { bytesOf } from '../codec/buffers.ts'
import { errors } from '../errors/index.ts'

/** Bytes of a master key. */
const KEY = 32
const BASE64 = /^[A-Za-z0-9+/]{43}=$/
const NAME = /^[\w.-]{1,64}$/

/** Where the keys are looked for when nobody gave any. */
export const KEYS_VARIABLE = 'LUCENT_ENCRYPTION_KEYS'

/**
 * Master keys by name. All of them read; the primary one writes. Names are yours, for reports: what
 * is stored holds a fingerprint of the key.
 */
export interface EncryptionKeys {
  /** Name of the key that writes; by default the first. */
  primary?: string
  /** 32 bytes each, or their base64 as {@link generateEncryptionKey} makes it. */
  keys: Readonly<Record<string, string | Uint8Array>>
}

/** A key as the core takes it. */
export interface MasterKey {
  readonly name: string
  readonly key: Buffer
}

/** Keys that were checked. */
export interface KeySet {
  readonly primary: string
  readonly keys: readonly MasterKey[]
}

/**
 * A new master key: 32 random bytes as base64. Keep it where secrets are kept, never in the
 * repository or the database that it protects. Without it nothing that it encrypted can be read.
 *
 * @example
 * console.log(`LUCENT_ENCRYPTION_KEYS=2026-11:${generateEncryptionKey()}`)
 */
export function generateEncryptionKey(): string {
  return randomBytes(KEY).toString('base64')
}

/** An error about keys. Never holds one. */
export function wrongKeys(what: string): Error {
  return new errors.E_CONFIGURATION(`encryption keys: ${what}`)
}

/** Checks keys. Errors: `E_CONFIGURATION` naming the key, never showing it. */
export function readKeys(given: EncryptionKeys): KeySet {
  const { keys, primary } = Object.assign(Object.create(null) as Partial<EncryptionKeys>, given)
  if (typeof keys !== 'object' || keys === null) throw wrongKeys('`keys` must be keys by name')
  const all = Object.entries(keys).map(([name, key]) => ({ name, key: keyBytes(name, key) }))
  const [first] = all
  if (first === undefined) throw wrongKeys('there is none; generateEncryptionKey() makes one')
  const writes = primary ?? first.name
  if (!all.some(({ name }) => name === writes)) {
    const names = all.map(({ name }) => name).join(', ')
    throw wrongKeys(`the primary "${writes}" is not among: ${names}`)
  }
  return { primary: writes, keys: all }
}

function keyBytes(name: string, key: unknown): Buffer {
  if (!NAME.test(name)) {
    throw wrongKeys(`the name "${name}" must be letters, digits, "_", "." and "-", 64 at most`)
  }
  if (typeof key === 'string' && BASE64.test(key)) return Buffer.from(key, 'base64')
  const bytes = types.isUint8Array(key) ? bytesOf(key) : undefined
  if (bytes?.length === KEY) return Buffer.from(bytes)
  const length = bytes === undefined ? '' : `; it has ${bytes.length} bytes`
  throw wrongKeys(`"${name}" must be ${KEY} bytes, or their base64 of 44 characters${length}`)
}

/**
 * Reads `name:base64,name:base64`, the form of the environment variable; the first is the primary.
 *
 * Errors: `E_CONFIGURATION`.
 */
export function parseEncryptionKeys(text: string): EncryptionKeys {
  const keys: Record<string, string> = Object.create(null)
  const parts = text.split(',').map((part) => part.trim())
  for (const [place, part] of parts.filter((one) => one !== '').entries()) {
    const colon = part.indexOf(':')
    if (colon < 1) throw wrongKeys(`entry ${place + 1} of ${KEYS_VARIABLE} must be name:base64`)
    const name = part.slice(0, colon)
    if (Object.hasOwn(keys, name)) throw wrongKeys(`"${name}" is there twice`)
    keys[name] = part.slice(colon + 1)
  }
  const [primary] = Object.keys(keys)
  return primary === undefined ? { keys } : { primary, keys }
}

let processKeys: KeySet | undefined
let fromEnvironment: { text: string; keys: KeySet } | undefined
/** Grows when the keys of the process change: rings made from older ones are stale. */
let generation = 0

/**
 * Sets the keys of the process, for every connection without keys of its own; `undefined` goes back
 * to the environment variable `LUCENT_ENCRYPTION_KEYS`. May be called again, with a new primary, say:
 * operations that begin afterwards use the new keys.
 *
 * Errors: `E_CONFIGURATION` for a key of another length than 32 bytes or an unknown primary; the same
 * key under two names is found when the first operation needs the keys.
 *
 * @example
 * setEncryptionKeys({ primary: '2026', keys: { 2026: env.KEY_2026, 2025: env.KEY_2025 } })
 */
export function setEncryptionKeys(keys: EncryptionKeys | undefined): void {
  processKeys = keys === undefined ? undefined : readKeys(keys)
  generation++
}

/** The keys of the process, and a number that changes with them. */
export function keysOfProcess(): { keys: KeySet | undefined; version: number } {
  if (processKeys !== undefined) return { keys: processKeys, version: generation }
  const text = process.env[KEYS_VARIABLE] ?? ''
  if (text.trim() === '') return { keys: undefined, version: -1 }
  if (fromEnvironment?.text !== text) {
    fromEnvironment = { text, keys: readKeys(parseEncryptionKeys(text)) }
    generation++
  }
  return { keys: fromEnvironment.keys, version: generation }
}
