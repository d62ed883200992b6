/** Source text of decoders for documents of one shape, and its compilation. */
import type { TextBuffer } from './buffers.ts'
import { BsonType } from './values.ts'

/** What a generated decoder returns when the document is not of its shape. */
export const MISMATCH = Symbol('mismatch')

/** A field of a shape. */
export interface ShapeField {
  readonly name: string
  /** Name and NUL, as UTF-8. */
  readonly bytes: Uint8Array
  /** The type the value had; others are decoded too, slower. */
  readonly type: number
}

/**
 * Decodes the document at `at`, which is known to be valid, or returns {@link MISMATCH}. `text`
 * is ISO 8859-1 text of `bytes`.
 */
export type Decoder = (bytes: TextBuffer, view: DataView, text: string, at: number) => unknown

/** Decodes a value of any type: what a generated decoder does not do itself. */
export type AnyDecoder = (
  type: number,
  bytes: TextBuffer,
  view: DataView,
  at: number,
  text: string,
) => unknown

/** What generated source refers to. */
export interface Surroundings {
  readonly MISMATCH: typeof MISMATCH
  readonly any: AnyDecoder
  readonly measure: (type: number, bytes: Uint8Array, at: number) => number
  readonly readText: (
    bytes: TextBuffer,
    start: number,
    end: number,
    text: string,
    base: number,
  ) => string
  readonly readObjectId: (bytes: Uint8Array, at: number) => unknown
  readonly readInt64: (view: DataView, at: number) => unknown
  readonly endOfText: (bytes: Uint8Array, at: number, limit: number) => number
  /** By field: the decoder of the documents or arrays that it holds. */
  readonly inner: readonly (Decoder | undefined)[]
}

/**
 * Functions made for one place, such as a column, and for all that is nested there. Each costs memory
 * for as long as the place is there, so hostile shapes must not add up; and what one place spends, no
 * other is short of.
 */
export class Budget {
  #left = 100

  /** Whether another function may be made. */
  get isLeft(): boolean {
    return canGenerate && this.#left > 0
  }

  spend(): void {
    this.#left--
  }
}

/** Whether `new Function` works here. */
export const canGenerate: boolean = (() => {
  try {
    return new Function('return true')() === true
  } catch {
    return false
  }
})()

/** Runs generated source: the body of a function of the named values. */
export function compile<Result>(source: string, values: Record<string, unknown>): Result {
  const names = Object.keys(values)
  const factory = new Function(...names, `'use strict'\n${source}`)
  return factory(...names.map((name) => values[name])) as Result
}

/** Makes the decoder of documents with exactly `fields`, in that order. */
export function generateDecoder(
  fields: readonly ShapeField[],
  ascii: boolean,
  around: Surroundings,
): Decoder {
  return compile<Decoder>(decoderSource(fields, ascii), named(around))
}

/** Makes the decoder of arrays whose elements mostly have `type`; `inner[0]` decodes them. */
export function generateArrayDecoder(type: number, ascii: boolean, around: Surroundings): Decoder {
  return compile<Decoder>(arraySource(type, ascii), named(around))
}

function named(around: Surroundings): Record<string, unknown> {
  const values: Record<string, unknown> = { ...around, inner: undefined }
  around.inner.forEach((decoder, index) => {
    if (decoder !== undefined) values[`inner${index}`] = decoder
  })
  return values
}

function decoderSource(fields: readonly ShapeField[], ascii: boolean): string {
  const names = fields.map((_, index) => `f${index}`)
  const lines = fields.map((field, index) => fieldSource(field, index, ascii))
  // JSON text is JavaScript source: names cannot break out of their quotes.
  const literal = fields.map(({ name }, index) => `${JSON.stringify(name)}:f${index}`)
  return `return function (b, v, t, at) {
const e = at + v.getInt32(at, true) - 1
let q = at + 4, w = 0, n = 0
${names.length > 0 ? `let ${names.join(', ')}` : ''}
${lines.join('\n')}
if (q !== e) return MISMATCH
return {${literal.join(',')}}
}`
}

function fieldSource(field: ShapeField, index: number, ascii: boolean): string {
  const size = field.bytes.length + 1
  const target = `f${index}`
  return `if (q + ${size} > e) return MISMATCH
w = v.getInt32(q, true)
if (${headerMismatch(field.bytes)}) return MISMATCH
q += ${size}
${valueSource(field.type, target, index, ascii)}`
}

/** Reads a value at `q` into `target`; the low byte of `w` is its type, `type` the likely one. */
function valueSource(type: number, target: string, index: number, ascii: boolean): string {
  return `switch (w & 255) {
${caseSource(type, target, index, ascii)}
case 10: ${target} = null; break
default: n = measure(w & 255, b, q); ${target} = any(w & 255, b, v, q, t); q += n
}`
}

/** Elements read before an array is made, so that a short one is made in its exact size. */
const UNROLLED = 8

function arraySource(type: number, ascii: boolean): string {
  const names = Array.from({ length: UNROLLED }, (_, index) => `x${index}`)
  const first = names.map((name, index) => {
    const header = (48 + index) << 8
    return `if (q === e) return [${names.slice(0, index).join(', ')}]
w = v.getInt32(q, true)
if ((w & 0xffff00) === ${header}) q += 3
else { w = b[q]; q = endOfText(b, q + 1, e) + 1 }
${valueSource(type, name, 0, ascii)}`
  })
  return `return function (b, v, t, at) {
const e = at + v.getInt32(at, true) - 1
let q = at + 4, w = 0, n = 0, x, ${names.join(', ')}
${first.join('\n')}
const a = [${names.join(', ')}]
while (q < e) {
w = b[q]
q = endOfText(b, q + 1, e) + 1
${valueSource(type, 'x', 0, ascii)}
a.push(x)
}
return a
}`
}

/** Compares a header, but for its type, with words: the name's first three bytes come with it. */
function headerMismatch(name: Uint8Array): string {
  const header = new DataView(new ArrayBuffer(name.length + 1))
  name.forEach((byte, index) => {
    header.setUint8(index + 1, byte)
  })
  const size = header.byteLength
  const first = size === 3 ? header.getUint16(1, true) << 8 : header.getInt32(0, true)
  const parts = [`(w & ${size === 3 ? 0xffff00 : ~0xff}) !== ${first}`]
  for (let at = 4; at < size; at += 4) {
    // The last word overlaps the one before it rather than what stands behind the header.
    const from = Math.min(at, size - 4)
    parts.push(`v.getInt32(q + ${from}, true) !== ${header.getInt32(from, true)}`)
  }
  return parts.join(' || ')
}

function caseSource(type: number, target: string, index: number, ascii: boolean): string {
  const inner = `inner${index}(b, v, t, q); q += v.getInt32(q, true); break`
  switch (type) {
    case BsonType.string:
      return ascii
        ? `case 2: n = q + 3 + v.getInt32(q, true)
${target} = t.substring(q + 4, n); q = n + 1; break`
        : `case 2: n = q + 3 + v.getInt32(q, true)
${target} = readText(b, q + 4, n, t, 0); q = n + 1; break`
    case BsonType.int32:
    case BsonType.double:
      return `case 16: ${target} = v.getInt32(q, true); q += 4; break
case 1: ${target} = v.getFloat64(q, true); q += 8; break`
    case BsonType.boolean:
      return `case 8: ${target} = b[q] === 1; q += 1; break`
    case BsonType.date:
      return `case 9: ${target} = new Date(v.getInt32(q + 4, true) * 4294967296 + v.getUint32(q, true))
q += 8; break`
    case BsonType.objectId:
      return `case 7: ${target} = readObjectId(b, q); q += 12; break`
    case BsonType.int64:
      return `case 18: ${target} = readInt64(v, q); q += 8; break`
    case BsonType.document:
      return `case 3: ${target} = ${inner}`
    case BsonType.array:
      return `case 4: ${target} = ${inner}`
    default:
      return ''
  }
}
