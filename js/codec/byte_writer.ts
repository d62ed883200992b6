/** One growable buffer and the primitives that fill it. */
import { errors } from '../errors/index.ts'
import { copyBytes, lengthOf, type TextBuffer, textBuffer, viewOf } from './buffers.ts'
import { BsonType } from './values.ts'
import type { ElementName } from './write_shapes.ts'

const START_SIZE = 64 * 1024
/** A buffer above this is given back once uses have stayed small for a while. */
const KEEP_SIZE = 1024 * 1024
/** A buffer above this is given back at the next reset. */
const GIANT_SIZE = 16 * 1024 * 1024
const SMALL_USES = 16
/** MongoDB's largest message: no document beyond it can be sent, however it is split. */
const MAX_DOCUMENT = 48_000_000
const MAX_SIZE = 0x7fffffff
/** Kept free behind each name, so that fixed-size values need no check of their own. */
const SLACK = 28
/** Up to here a loop over the characters beats a call into native code. */
const SHORT_TEXT = 16
const LONG_TEXT = 1 << 20

/** The byte level of the writer: capacity, numbers, text. Knows nothing of documents. */
export class ByteWriter {
  /** What has been written, up to `position`. Replaced when it grows: do not hold on to it. */
  buffer: TextBuffer
  /** Bytes written. */
  position = 0
  /** The start of the root document that is being written. */
  protected rootStart = 0
  protected view: DataView
  private smallUses = 0
  private readonly isSecret: boolean

  /** With `isSecret`, memory that is given up is overwritten: see {@link wipe}. */
  constructor(isSecret = false) {
    this.isSecret = isSecret
    this.buffer = textBuffer(Buffer.allocUnsafeSlow(START_SIZE))
    this.view = viewOf(this.buffer)
  }

  /** Empties the writer; gives memory back that a giant use took. */
  reset(): void {
    const size = this.buffer.length
    if (size > KEEP_SIZE) {
      this.smallUses = this.position < size / 4 ? this.smallUses + 1 : 0
      if (size > GIANT_SIZE || this.smallUses >= SMALL_USES) this.replace(START_SIZE, 0)
    }
    this.position = 0
    this.rootStart = 0
  }

  /** Overwrites what has been written. */
  wipe(): void {
    this.buffer.fill(0)
    this.position = 0
  }

  /** Leaves room for what is written once all else is known. */
  skip(bytes: number): void {
    this.need(bytes)
    this.position += bytes
  }

  /** Writes eight 32-bit numbers over what stands at `at`. */
  words(
    at: number,
    first: number,
    second: number,
    third: number,
    fourth: number,
    fifth: number,
    sixth: number,
    seventh: number,
    eighth: number,
  ): void {
    const { view } = this
    view.setUint32(at, first, true)
    view.setUint32(at + 4, second, true)
    view.setUint32(at + 8, third, true)
    view.setUint32(at + 12, fourth, true)
    view.setUint32(at + 16, fifth, true)
    view.setUint32(at + 20, sixth, true)
    view.setUint32(at + 24, seventh, true)
    view.setUint32(at + 28, eighth, true)
  }

  /** A copy of what has been written. */
  toBuffer(): Buffer {
    return Buffer.from(this.buffer.subarray(0, this.position))
  }

  /**
   * Makes room for `bytes` more.
   *
   * @throws E_DOCUMENT_TOO_LARGE when the document could not be sent.
   */
  need(bytes: number): void {
    if (this.position + bytes > this.buffer.length) this.grow(bytes)
  }

  private grow(bytes: number): void {
    const wanted = this.position + bytes
    if (wanted - this.rootStart > MAX_DOCUMENT || wanted > MAX_SIZE) {
      throw new errors.E_DOCUMENT_TOO_LARGE(
        'The document is larger than the 48,000,000 bytes of a MongoDB message',
      )
    }
    let size = this.buffer.length
    while (size < wanted) size *= 2
    this.replace(size, this.position)
  }

  private replace(size: number, keep: number): void {
    const next = textBuffer(Buffer.allocUnsafeSlow(size))
    if (keep > 0) next.set(this.buffer.subarray(0, keep))
    if (this.isSecret) this.buffer.fill(0)
    this.buffer = next
    this.view = viewOf(next)
    this.smallUses = 0
  }

  /** Writes a header whose type is still open, and keeps room for a fixed-size value. */
  protected name(name: ElementName): void {
    const { length } = name
    this.need(length + SLACK)
    const { view, position } = this
    view.setInt32(position, name.first, true)
    if (length > 4) {
      view.setInt32(position + 4, name.second, true)
      if (length > 8) this.restOfName(name.rest, position + 8)
    }
    this.position = position + length
  }

  private restOfName(words: Int32Array, position: number): void {
    for (let index = 0; index < words.length; index++) {
      this.view.setInt32(position + 4 * index, words[index] as number, true)
    }
  }

  /** Writes the header of an array's element, its type still open. */
  protected index(index: number): void {
    this.need(12 + SLACK)
    const { view, position } = this
    if (index < 10) {
      view.setInt32(position, (48 + index) << 8, true)
      this.position = position + 3
    } else if (index < 100) {
      const tens = (index / 10) | 0
      view.setInt32(position, ((48 + tens) << 8) | ((48 + index - 10 * tens) << 16), true)
      this.position = position + 4
    } else {
      const digits = String(index)
      for (let at = 0; at < digits.length; at++) {
        this.buffer[position + 1 + at] = digits.charCodeAt(at)
      }
      this.position = position + digits.length + 2
      this.buffer[this.position - 1] = 0
    }
  }

  /** Writes four bytes. The caller has made room. */
  int32(value: number): void {
    this.view.setInt32(this.position, value, true)
    this.position += 4
  }

  /** Writes eight bytes, the low half first. The caller has made room. */
  int64(low: number, high: number): void {
    this.view.setInt32(this.position, low, true)
    this.view.setInt32(this.position + 4, high, true)
    this.position += 8
  }

  /** Writes a number as int32 where that is exact, otherwise as a double; returns the type. */
  number(value: number): number {
    const { position } = this
    if ((value | 0) === value && (value !== 0 || 1 / value > 0)) {
      this.view.setInt32(position, value, true)
      this.position = position + 4
      return BsonType.int32
    }
    this.view.setFloat64(position, value, true)
    this.position = position + 8
    return BsonType.double
  }

  /** Writes eight bytes of a double. The caller has made room. */
  double(value: number): void {
    this.view.setFloat64(this.position, value, true)
    this.position += 8
  }

  /** Writes a count of milliseconds, an integer, as a date's int64. */
  milliseconds(value: number): void {
    this.int64(value | 0, Math.floor(value / 4294967296))
  }

  /** Writes a string: length, UTF-8, NUL. Lone surrogates become U+FFFD. */
  text(value: string): void {
    const length = value.length
    if (length > SHORT_TEXT || !this.shortText(value, length)) this.longText(value, length)
  }

  /** Four characters a store; returns false, and has written nothing, for other than ASCII. */
  private shortText(value: string, length: number): boolean {
    this.need(SHORT_TEXT + SLACK)
    const { buffer, view, position } = this
    const start = position + 4
    let seen = 0
    let index = 0
    for (; index + 4 <= length; index += 4) {
      const one = value.charCodeAt(index)
      const two = value.charCodeAt(index + 1)
      const three = value.charCodeAt(index + 2)
      const four = value.charCodeAt(index + 3)
      seen |= one | two | three | four
      view.setInt32(start + index, one | (two << 8) | (three << 16) | (four << 24), true)
    }
    for (; index < length; index++) {
      const code = value.charCodeAt(index)
      seen |= code
      buffer[start + index] = code
    }
    if (seen > 127) return false
    buffer[start + length] = 0
    view.setInt32(position, length + 1, true)
    this.position = start + length + 1
    return true
  }

  private longText(value: string, length: number): void {
    this.need((length > LONG_TEXT ? Buffer.byteLength(value) : 3 * length) + SLACK)
    const { buffer, position } = this
    const start = position + 4
    const written = buffer.utf8Write(value, start)
    buffer[start + written] = 0
    this.view.setInt32(position, written + 1, true)
    this.position = start + written + 1
  }

  /** Writes text that ends with a NUL and so must not hold one; returns whether it could. */
  cstring(value: string): boolean {
    if (value.includes('\0')) return false
    this.need(3 * value.length + SLACK)
    this.position += this.buffer.utf8Write(value, this.position)
    this.buffer[this.position++] = 0
    return true
  }

  /** Copies bytes as they are. */
  bytes(value: Uint8Array): void {
    const length = lengthOf(value)
    this.need(length + SLACK)
    this.buffer.set(value, this.position)
    this.position += length
  }

  /** Copies a part of what the package itself has written or read. */
  copy(source: Uint8Array, start: number, end: number): void {
    this.need(end - start + SLACK)
    copyBytes(source, start, end, this.buffer, this.position)
    this.position += end - start
  }

  /** Writes binary data: length, subtype, bytes. */
  binary(value: Uint8Array, subtype: number): void {
    const length = lengthOf(value)
    this.need(length + 16 + SLACK)
    const old = subtype === 2
    this.int32(old ? length + 4 : length)
    this.buffer[this.position++] = subtype
    if (old) this.int32(length)
    this.bytes(value)
  }
}
