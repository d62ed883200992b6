/** Names of elements, checked and encoded once. */
import { errors } from '../errors/index.ts'
import { textBuffer } from './buffers.ts'
import type { WriteSite } from './write_shapes.ts'

/** A name as the writer puts it before a value: made by {@link compileName}. */
export class ElementName {
  /** The name as text. */
  readonly text: string
  /** Bytes of the header: type, name, NUL. */
  readonly length: number
  /**
   * The header in 32-bit little-endian words, the type byte 0. The last word may reach past the
   * header; what stands there is written over by the value.
   */
  readonly first: number
  readonly second: number
  readonly rest: Int32Array
  /** What the writer has learnt of the objects written under this name. */
  site: WriteSite | undefined = undefined

  constructor(text: string, words: Int32Array, length: number) {
    this.text = text
    this.length = length
    this.first = words[0] ?? 0
    this.second = words[1] ?? 0
    this.rest = words.slice(2)
  }
}

/**
 * Encodes a name once, for elements that are written again and again.
 *
 * @throws E_INVALID_VALUE when the name holds a NUL.
 */
export function compileName(name: string): ElementName {
  if (name.includes('\0')) {
    throw new errors.E_INVALID_VALUE('A field name must not hold a NUL character')
  }
  const bytes = textBuffer(Buffer.from(name, 'utf8'))
  const length = bytes.length + 2
  const words = new Int32Array((length + 3) >> 2)
  const padded = new DataView(words.buffer)
  bytes.forEach((byte, index) => {
    padded.setUint8(index + 1, byte)
  })
  for (let word = 0; word < words.length; word++) words[word] = padded.getInt32(4 * word, true)
  return new ElementName(name, words, length)
}

/** Names met in documents without a schema. Bounded, so that hostile keys cannot fill it. */
const MET_LIMIT = 2048
const met = new Map<string, ElementName>()

/**
 * The compiled name of a key, remembered when it is short and there is room; `undefined` when
 * the key holds a NUL.
 */
export function nameOfKey(key: string): ElementName | undefined {
  const known = met.get(key)
  if (known !== undefined) return known
  if (key.includes('\0')) return undefined
  const compiled = compileName(key)
  if (key.length <= 40 && met.size < MET_LIMIT) met.set(key, compiled)
  return compiled
}
