/** BSON to JavaScript values, without knowing what is in it. */
import { Tag } from '../protocol.generated.ts'
import { type TextBuffer, textBuffer, viewOf } from './buffers.ts'
import { assign, readKey } from './keys.ts'
import { endOfText, invalidBson, measureValue } from './measure.ts'
import {
  makeRegex,
  readBinary,
  readDecimal,
  readText,
  readTimestamp,
  referenceOr,
} from './scalars.ts'
import {
  BsonType,
  Code,
  DBRef,
  MaxKey,
  MinKey,
  readDate,
  readInt64,
  readObjectId,
} from './values.ts'

export { measureValue } from './measure.ts'

/**
 * Levels that are decoded. More than MongoDB stores, so that the limit of what may be stored is
 * enforced in one place and this one only keeps hostile bytes off the stack.
 */
const DEEPEST = 200
/** Strings are cut from one text up to here; beyond it, one of them could keep megabytes alive. */
const TEXT_LIMIT = 64 * 1024

/** How {@link decodeDocument} reads. */
export interface DecodeOptions {
  /** Where the bytes that may be read end; without it, the end of the buffer. */
  readonly end?: number
}

/**
 * Decodes the document at `start`.
 *
 * int32, double and safe int64 become numbers, other int64 `Long`; dates `Date`; strings, symbols,
 * booleans, null as they are; regular expressions `RegExp` where JavaScript can hold them; all
 * else the classes of `bson`. Every field becomes an own property, also `__proto__`; of several
 * fields of one name the last counts.
 *
 * @throws E_INVALID_DOCUMENT when the bytes are not BSON.
 */
export function decodeDocument(bytes: Uint8Array, start = 0, options?: DecodeOptions): object {
  const buffer = textBuffer(bytes)
  const limit = Math.min(options?.end ?? buffer.length, buffer.length)
  if (!(start >= 0) || start + 5 > limit) throw invalidBson('no document where one should be')
  const view = viewOf(buffer)
  const length = view.getInt32(start, true)
  if (length < 5 || start + length > limit) throw invalidBson('a document beyond its buffer')
  const text = length <= TEXT_LIMIT ? buffer.latin1Slice(start, start + length) : null
  return new Reader(buffer, view, text, start, false).value(
    BsonType.document,
    start,
    start + length,
    0,
  ) as object
}

/**
 * Decodes one value of a chunk.
 *
 * @param tag what a chunk's `tags` say of it: a BSON type, or one of {@link Tag}
 * @param text ISO 8859-1 text of `bytes`, or null
 * @throws E_INVALID_DOCUMENT when the bytes are not BSON.
 */
export function decodeValue(
  tag: number,
  bytes: Uint8Array,
  at: number,
  text: string | null,
): unknown {
  const buffer = textBuffer(bytes)
  return decodeTagged(tag, buffer, viewOf(buffer), at, text)
}

/** {@link decodeValue} for a caller that has the view already. */
export function decodeTagged(
  tag: number,
  bytes: TextBuffer,
  view: DataView,
  at: number,
  text: string | null,
): unknown {
  let type = tag
  let ascii = false
  switch (tag) {
    case Tag.missing:
      return undefined
    case Tag.idText:
      if (at + 24 > bytes.length) throw invalidBson('an id beyond its buffer')
      return text === null ? bytes.latin1Slice(at, at + 24) : text.substring(at, at + 24)
    case Tag.idBytes:
    case Tag.wideString:
    case Tag.wideDocument:
    case Tag.wideArray:
      type = tag & 0x7f
      break
    case BsonType.string:
    case BsonType.document:
    case BsonType.array:
      ascii = true
  }
  return decodeRaw(type, bytes, view, at, text, ascii)
}

/** Decodes the raw BSON value of `type` at `at`, every bound checked. */
export function decodeRaw(
  type: number,
  bytes: TextBuffer,
  view: DataView,
  at: number,
  text: string | null,
  ascii: boolean,
): unknown {
  const end = at + measureValue(type, bytes, at)
  return new Reader(bytes, view, text, 0, ascii).value(type, at, end, 0)
}

class Reader {
  private readonly bytes: TextBuffer
  private readonly view: DataView
  private readonly text: string | null
  private readonly base: number
  private readonly ascii: boolean

  constructor(
    bytes: TextBuffer,
    view: DataView,
    text: string | null,
    base: number,
    ascii: boolean,
  ) {
    this.bytes = bytes
    this.view = view
    this.text = text
    this.base = base
    this.ascii = ascii
  }

  /** The value of `type` from `at` to `end`, as `measureValue` found it. */
  value(type: number, at: number, end: number, depth: number): unknown {
    switch (type) {
      case BsonType.string:
      case BsonType.symbol:
        return this.string(at, end)
      case BsonType.int32:
        return this.view.getInt32(at, true)
      case BsonType.double:
        return this.view.getFloat64(at, true)
      case BsonType.document:
        return this.document(at, end, depth)
      case BsonType.array:
        return this.array(at, end, depth)
      case BsonType.boolean:
        return this.boolean(at)
      case BsonType.date:
        return readDate(this.view, at)
      case BsonType.null:
        return null
      case BsonType.undefined:
        return undefined
      case BsonType.objectId:
        return readObjectId(this.bytes, at)
      case BsonType.int64:
        return readInt64(this.view, at)
      default:
        return this.rare(type, at, end, depth)
    }
  }

  private rare(type: number, at: number, end: number, depth: number): unknown {
    switch (type) {
      case BsonType.binary:
        return readBinary(this.bytes, at)
      case BsonType.regex:
        return this.regex(at, end)
      case BsonType.decimal128:
        return readDecimal(this.bytes, at)
      case BsonType.timestamp:
        return readTimestamp(this.view, at)
      case BsonType.minKey:
        return new MinKey()
      case BsonType.maxKey:
        return new MaxKey()
      case BsonType.code:
        return new Code(this.string(at, end))
      case BsonType.codeWithScope:
        return this.codeWithScope(at, end, depth)
      default:
        return this.pointer(at, end)
    }
  }

  private string(at: number, end: number): string {
    if (this.bytes[end - 1] !== 0) throw invalidBson('a string without its end')
    return this.slice(at + 4, end - 1)
  }

  private slice(start: number, end: number): string {
    const { text, base } = this
    if (this.ascii && text !== null) return text.substring(start - base, end - base)
    return readText(this.bytes, start, end, text, base)
  }

  private boolean(at: number): boolean {
    const byte = this.bytes[at] as number
    if (byte > 1) throw invalidBson('a boolean that is neither true nor false')
    return byte === 1
  }

  /** A document. One that has the fields of a reference is one, but not as the scope of code. */
  private document(start: number, end: number, depth: number, references = true): object {
    const { bytes } = this
    const last = this.last(end, depth)
    const result = {}
    let dollars = false
    let reference = false
    let at = start + 4
    while (at < last) {
      const type = bytes[at] as number
      const key = readKey(bytes, at + 1, last)
      if (key === undefined) throw invalidBson('a name without its end')
      if (bytes[at + 1] === DOLLAR && (reference || !dollars)) {
        dollars = true
        reference = key.text === '$ref' || key.text === '$id' || key.text === '$db'
      }
      const value = key.end + 1
      at = value + measureValue(type, bytes, value, last)
      assign(result, key, this.value(type, value, at, depth + 1))
    }
    if (at !== last) throw invalidBson('a document that disagrees with its length')
    return reference && references ? referenceOr(result as Record<string, unknown>) : result
  }

  private array(start: number, end: number, depth: number): unknown[] {
    const { bytes } = this
    const last = this.last(end, depth)
    const result: unknown[] = []
    let at = start + 4
    while (at < last) {
      const type = bytes[at] as number
      const value = endOfText(bytes, at + 1, last) + 1
      at = value + measureValue(type, bytes, value, last)
      result.push(this.value(type, value, at, depth + 1))
    }
    if (at !== last) throw invalidBson('an array that disagrees with its length')
    return result
  }

  /** Where the terminator of a document stands that ends at `end`. */
  private last(end: number, depth: number): number {
    if (depth >= DEEPEST) throw invalidBson(`nested deeper than ${DEEPEST} levels`)
    if (this.bytes[end - 1] !== 0) throw invalidBson('a document without its end')
    return end - 1
  }

  private regex(at: number, end: number): unknown {
    const middle = endOfText(this.bytes, at, end)
    return makeRegex(this.slice(at, middle), this.slice(middle + 1, end - 1))
  }

  private codeWithScope(at: number, end: number, depth: number): Code {
    const scope = at + 4 + measureValue(BsonType.code, this.bytes, at + 4, end)
    const code = this.string(at + 4, scope)
    if (scope + measureValue(BsonType.document, this.bytes, scope, end) !== end) {
      throw invalidBson('code that disagrees with its length')
    }
    return new Code(code, this.document(scope, end, depth + 1, false))
  }

  private pointer(at: number, end: number): DBRef {
    return new DBRef(this.string(at, end - 12), readObjectId(this.bytes, end - 12))
  }
}

const DOLLAR = 0x24
