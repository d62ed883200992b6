/** ObjectIds as text: checked, packed, and made. */
import { randomBytes } from 'node:crypto'

const NIBBLES = new Uint8Array(128).fill(16)
for (let digit = 0; digit < 16; digit++) {
  NIBBLES[digit.toString(16).charCodeAt(0)] = digit
  NIBBLES[digit.toString(16).toUpperCase().charCodeAt(0)] = digit
}

/**
 * Writes the 12 bytes of a 24-digit hexadecimal id, of either case, at `offset`.
 *
 * @returns whether `text` is such an id; what was written is void when it is not.
 */
export function parseObjectId(text: string, target: Uint8Array, offset: number): boolean {
  if (text.length !== 24) return false
  let seen = 0
  for (let index = 0; index < 12; index++) {
    const first = text.charCodeAt(2 * index)
    const second = text.charCodeAt(2 * index + 1)
    if ((first | second) > 127) return false
    const high = NIBBLES[first] as number
    const low = NIBBLES[second] as number
    seen |= high | low
    target[offset + index] = (high << 4) | low
  }
  return seen < 16
}

/** Pairs of bytes would need 65,536 strings; 12 bits halve the digits looked up and stay small. */
const TRIPLES = Array.from({ length: 4096 }, (_, value) => value.toString(16).padStart(3, '0'))

let unique = ''
let counter = 0
let second = -1
let prefix = ''

/**
 * A new ObjectId as 24 hexadecimal digits: seconds, 5 bytes random to this process or worker, and
 * a counter, so that ids made here sort in the order they were made in.
 */
export function generateObjectId(): string {
  const now = Math.floor(Date.now() / 1000)
  if (now !== second) startSecond(now)
  counter = (counter + 1) & 0xffffff
  return prefix + (TRIPLES[counter >>> 12] as string) + (TRIPLES[counter & 0xfff] as string)
}

function startSecond(now: number): void {
  if (unique === '') {
    unique = randomBytes(5).toString('hex')
    counter = randomBytes(3).readUIntBE(0, 3)
  }
  second = now
  prefix = (now >>> 0).toString(16).padStart(8, '0') + unique
}
