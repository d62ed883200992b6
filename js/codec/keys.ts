/** Field names read from bytes, each distinct name made a string once. */
import type { TextBuffer } from './buffers.ts'

/** A name that was read. */
export interface Key {
  readonly text: string
  /** Where the NUL behind the name stands, at the place just read. */
  end: number
  /** Whether plain assignment could miss: `__proto__`, `constructor`, … */
  readonly special: boolean
}

class CachedKey implements Key {
  readonly text: string
  readonly bytes: Uint8Array
  readonly special: boolean
  end = 0

  constructor(text: string, bytes: Uint8Array) {
    this.text = text
    this.bytes = bytes
    this.special = SPECIAL.has(text)
  }
}

const SPECIAL = new Set(Object.getOwnPropertyNames(Object.prototype)).add('__proto__')
const SLOTS = 1024
const LONGEST = 32
const cache: (CachedKey | undefined)[] = new Array(SLOTS).fill(undefined)

/**
 * Reads the name at `at`; `undefined` when no NUL stands before `limit`. The result is good until
 * the next name is read.
 *
 * Strings made afresh would have to be looked up in the engine's own table at every assignment:
 * a small table by hash finds the string that was used before.
 */
export function readKey(bytes: TextBuffer, at: number, limit: number): Key | undefined {
  let end = at
  let hash = 0
  for (; end < limit; end++) {
    const byte = bytes[end] as number
    if (byte === 0) break
    hash = (Math.imul(hash, 31) + byte) | 0
  }
  if (end >= limit) return undefined
  const length = end - at
  const slot = (hash ^ (hash >>> 10)) & (SLOTS - 1)
  const found = cache[slot]
  if (found !== undefined && found.bytes.length === length && same(found.bytes, bytes, at)) {
    found.end = end
    return found
  }
  const made = new CachedKey(
    bytes.utf8Slice(at, end),
    Uint8Array.prototype.slice.call(bytes, at, end),
  )
  made.end = end
  if (length <= LONGEST) cache[slot] = made
  return made
}

function same(known: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < known.length; index++) {
    if (known[index] !== bytes[at + index]) return false
  }
  return true
}

/** Sets an own property, whatever the name and whatever `Object.prototype` was made to be. */
export function assign(target: object, key: Key, value: unknown): void {
  if (key.special) define(target, key.text, value)
  else (target as Record<string, unknown>)[key.text] = value
}

/** Sets an own property without asking prototypes. */
export function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  })
}
