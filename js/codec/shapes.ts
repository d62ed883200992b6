/**
 * Decoders that learn. Nested values have no schema, but at one place the documents mostly look
 * alike: a site watches what passes, generates a decoder for each of the few shapes it meets, and
 * gives up where the shapes are too many.
 */
import { Tag } from '../protocol.generated.ts'
import type { TextBuffer } from './buffers.ts'
import { decodeRaw, decodeTagged } from './decode.ts'
import {
  Budget,
  type Decoder,
  generateArrayDecoder,
  generateDecoder,
  MISMATCH,
  type ShapeField,
  type Surroundings,
} from './generate.ts'
import { endOfText, measureValue } from './measure.ts'
import { readText } from './scalars.ts'
import { BsonType, readInt64, readObjectId } from './values.ts'

/** Where values are read from: a chunk. */
export interface Source {
  readonly bytes: TextBuffer
  readonly view: DataView
  /** ISO 8859-1 text of `bytes`; null while unread, and for good where that would be too long. */
  text: string | null
  /** Makes `text`, if it may be made. */
  openText(): string | null
}

/** Documents decoded without learning: a decoder must pay for its generation. */
const WATCHED = 4
const MOST_SHAPES = 4
const MOST_FIELDS = 128
const LONGEST_NAME = 256
/** Of this many misses in a row, a site concludes that shapes do not repeat here. */
const PATIENCE = 64

/**
 * The decoder of one place, such as a column: keeps what it learns from value to value.
 *
 * A site serves valid bytes only; the generic decoder checks, a generated one trusts.
 */
export class ValueSite {
  private readonly budget = new Budget()
  private readonly documents = new DocumentSite(true, this.budget)
  private readonly wideDocuments = new DocumentSite(false, this.budget)
  private readonly arrays = new ArraySite(true, this.budget)
  private readonly wideArrays = new ArraySite(false, this.budget)

  /** Decodes the value that a chunk's `tag` describes. */
  read(source: Source, tag: number, at: number): unknown {
    const { bytes, view } = source
    const nested = tag & 0x7f
    if (nested !== BsonType.document && nested !== BsonType.array) {
      return decodeTagged(tag, bytes, view, at, source.text)
    }
    const text = source.text ?? source.openText()
    if (text === null) return decodeTagged(tag, bytes, view, at, null)
    switch (tag) {
      case BsonType.document:
        return this.documents.read(bytes, view, text, at)
      case BsonType.array:
        return this.arrays.read(bytes, view, text, at)
      case Tag.wideDocument:
        return this.wideDocuments.read(bytes, view, text, at)
      case Tag.wideArray:
        return this.wideArrays.read(bytes, view, text, at)
      default:
        return decodeTagged(tag, bytes, view, at, text)
    }
  }
}

/** Decodes documents of one place. */
class DocumentSite {
  private readonly ascii: boolean
  private readonly budget: Budget
  private first: Decoder | null = null
  private rest: Decoder[] = []
  /** See {@link keptSample}. */
  private readonly samples: unknown[] = []
  private watched = 0
  private misses = 0

  constructor(ascii: boolean, budget: Budget) {
    this.ascii = ascii
    this.budget = budget
  }

  readonly read: Decoder = (bytes, view, text, at) => {
    if (this.first !== null) {
      const value = this.first(bytes, view, text, at)
      if (value !== MISMATCH) return value
    }
    return this.other(bytes, view, text, at)
  }

  private other(bytes: TextBuffer, view: DataView, text: string, at: number): unknown {
    if (this.misses < PATIENCE) {
      for (const decoder of this.rest) {
        const value = decoder(bytes, view, text, at)
        if (value !== MISMATCH) {
          this.misses = 0
          return value
        }
      }
      this.miss(bytes, view, text, at)
    }
    return decodeRaw(BsonType.document, bytes, view, at, text, this.ascii)
  }

  private miss(bytes: TextBuffer, view: DataView, text: string, at: number): void {
    if (this.watched < WATCHED) {
      this.watched++
      return
    }
    this.misses++
    const shapes = this.rest.length + (this.first === null ? 0 : 1)
    if (shapes >= MOST_SHAPES || !this.budget.isLeft) return
    const fields = shapeOf(bytes, at)
    if (fields === null) return
    const types = fields.map(({ type }) => type)
    this.budget.spend()
    const decoder = generateDecoder(fields, this.ascii, around(this.ascii, this.budget, types))
    this.samples.push(keptSample(decoder(bytes, view, text, at)))
    if (this.first === null) this.first = decoder
    else this.rest.push(decoder)
  }
}

/**
 * A value that is kept so that its hidden class is. Where every object of a class is gone when a
 * major collection comes, V8 throws away the machine code that knows the class, and the next
 * documents are slow again. What was in the value is not kept.
 */
function keptSample(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  const sample = value as Record<string, unknown>
  for (const key of Object.keys(sample)) {
    if (typeof sample[key] === 'string') sample[key] = ''
    else if (typeof sample[key] === 'object' && sample[key] !== null) sample[key] = null
  }
  return sample
}

/** Decodes arrays of one place. */
class ArraySite {
  private readonly ascii: boolean
  private readonly budget: Budget
  private decoder: Decoder | null = null
  private watched = 0

  constructor(ascii: boolean, budget: Budget) {
    this.ascii = ascii
    this.budget = budget
  }

  readonly read: Decoder = (bytes, view, text, at) => {
    if (this.decoder !== null) return this.decoder(bytes, view, text, at)
    // An empty array tells nothing of the elements to come.
    if (bytes[at + 4] !== 0 && ++this.watched > WATCHED && this.budget.isLeft) {
      const type = bytes[at + 4] as number
      this.budget.spend()
      const surroundings = around(this.ascii, this.budget, [type])
      this.decoder = generateArrayDecoder(type, this.ascii, surroundings)
      return this.decoder(bytes, view, text, at)
    }
    return decodeRaw(BsonType.array, bytes, view, at, text, this.ascii)
  }
}

/** What a generated decoder of values of these types refers to. */
function around(ascii: boolean, budget: Budget, types: readonly number[]): Surroundings {
  return {
    MISMATCH,
    any: (type, bytes, view, at, text) => decodeRaw(type, bytes, view, at, text, ascii),
    measure: measureValue,
    readText,
    readObjectId,
    readInt64,
    endOfText,
    inner: types.map((type) => {
      if (type === BsonType.document) return new DocumentSite(ascii, budget).read
      return type === BsonType.array ? new ArraySite(ascii, budget).read : undefined
    }),
  }
}

/** The fields of a document, or null where a generated decoder would not do. */
function shapeOf(bytes: TextBuffer, start: number): ShapeField[] | null {
  const last = start + bytes.readInt32LE(start) - 1
  const fields: ShapeField[] = []
  const seen = new Set<string>()
  let at = start + 4
  while (at < last) {
    const type = bytes[at] as number
    const end = endOfText(bytes, at + 1, last)
    const name = bytes.utf8Slice(at + 1, end)
    if (name === '' || name === '__proto__' || name.startsWith('$')) return null
    if (seen.has(name) || end - at > LONGEST_NAME || fields.length === MOST_FIELDS) return null
    seen.add(name)
    fields.push({ name, bytes: Uint8Array.prototype.slice.call(bytes, at + 1, end + 1), type })
    at = end + 1 + measureValue(type, bytes, end + 1, last)
  }
  return fields
}
