/** The methods of Node's `Buffer` that its type declarations leave out. */

/** A `Buffer` with the direct string methods that every Node version has. */
export interface TextBuffer extends Buffer {
  /** Reads ISO 8859-1 text from `start` to `end`. */
  latin1Slice(start?: number, end?: number): string
  /** Reads UTF-8 text from `start` to `end`; broken sequences become U+FFFD. */
  utf8Slice(start?: number, end?: number): string
  /** Writes UTF-8 at `offset` and returns how many bytes; lone surrogates become U+FFFD. */
  utf8Write(text: string, offset?: number, length?: number): number
}

type Reader<Value> = (this: Uint8Array) => Value

/** A getter of every typed array, which no property of an instance or of a subclass hides. */
function getterOf<Value>(name: 'length' | 'byteOffset' | 'buffer'): Reader<Value> {
  const typedArray: object = Object.getPrototypeOf(Uint8Array.prototype)
  return Object.getOwnPropertyDescriptor(typedArray, name)?.get as Reader<Value>
}

const length = getterOf<number>('length')
const byteOffset = getterOf<number>('byteOffset')
const memory = getterOf<ArrayBufferLike>('buffer')

/**
 * How many bytes an array from outside has. Its own `length` may claim more, and what would be read,
 * or sent, in their place is other memory.
 */
export function lengthOf(bytes: Uint8Array): number {
  return length.call(bytes)
}

/** The bytes of an array from outside, as a `Buffer` over the same memory. */
export function bytesOf(bytes: Uint8Array): Buffer {
  return Buffer.from(memory.call(bytes), byteOffset.call(bytes), length.call(bytes))
}

/** `bytes` as a `TextBuffer`: the same memory, a plain `Uint8Array` wrapped. */
export function textBuffer(bytes: Uint8Array): TextBuffer {
  if (Buffer.isBuffer(bytes)) return bytes as TextBuffer
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as TextBuffer
}

/** A `DataView` of the memory of `bytes`. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Up to here a loop over the bytes beats a call into native code. */
const FEW = 48

/** Copies the bytes of the package's own from `start` to `end`. */
export function copyBytes(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): void {
  if (end - start > FEW) target.set(source.subarray(start, end), at)
  else for (let from = start; from < end; from++) target[at + from - start] = source[from] as number
}

/** Whether the bytes from `start` to `end` are those from `otherStart` to `otherEnd` of the other. */
export function sameBytes(
  one: Buffer,
  start: number,
  end: number,
  other: Uint8Array,
  otherStart: number,
  otherEnd: number,
): boolean {
  const count = end - start
  if (otherEnd - otherStart !== count) return false
  if (count > FEW) return one.compare(other, otherStart, otherEnd, start, end) === 0
  for (let at = 0; at < count; at++) if (one[start + at] !== other[otherStart + at]) return false
  return true
}
