/** Documents as they came: a table of where each column's value stands, and the stored bytes. */
import { Limit, Tag } from '../protocol.generated.ts'
import { sameBytes, type TextBuffer, textBuffer, viewOf } from './buffers.ts'
import { decodeDocument, decodeRaw } from './decode.ts'
import { define } from './keys.ts'
import { endOfText, invalidBson, measureValue } from './measure.ts'
import { parseObjectId } from './object_id.ts'
import type { Source, ValueSite } from './shapes.ts'
import { BsonType } from './values.ts'
import { BsonWriter } from './writer.ts'

/** A stored value as bytes. */
export interface RawValue {
  /** Its BSON type. */
  readonly type: number
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

/**
 * Paths of documents that were read in part, segment by segment: `true` for what was read as a whole,
 * a map for what was read in part.
 */
export type HeldPaths = ReadonlyMap<string, HeldPaths | true>

/** What was read together with the documents of a chunk: the rows of relations. */
export interface Relatives {
  readonly names: readonly string[]
  /** What a row of the chunk has under the name; `undefined` when nothing was read. */
  of(name: string, row: number): unknown
  /** Adds what was calculated for a row. */
  extend(extras: Record<string, unknown>, row: number): void
  /** What the documents inside of a row have that a column holds; `undefined` when nothing was read for them. */
  inside(name: string, row: number): Relatives | undefined
}

/** A chunk beyond this holds one large document; a string cut from its text would keep it alive. */
const TEXT_LIMIT = 512 * 1024

let canonical: BsonWriter | undefined

/** Bytes of which nothing is known but that they are BSON. */
export function sourceOf(bytes: Uint8Array): Source {
  const buffer = textBuffer(bytes)
  return { bytes: buffer, view: viewOf(buffer), text: null, openText: withoutText }
}

const withoutText = (): null => null

/** What a chunk is made of whose documents stand in the bytes of another, or by themselves. */
export interface ChunkParts {
  readonly source: Source
  readonly columns: number
  /** Where each document starts. */
  readonly starts: Uint32Array
  readonly cells: Uint32Array
  readonly tags: Uint8Array
}

/** The parts of a chunk that starts at `offset`. */
function partsOf(buffer: Buffer, offset: number): ChunkParts {
  if (offset + Limit.chunkHeadBytes > buffer.length) throw invalidBson('a chunk without its head')
  const aligned = (buffer.byteOffset + offset) % 4 === 0 ? buffer : realigned(buffer, offset)
  const memory = aligned.buffer
  const base = aligned === buffer ? buffer.byteOffset + offset : aligned.byteOffset
  const head = new Uint32Array(memory, base, 3)
  const rows = head[0] as number
  const columns = head[1] as number
  const count = rows * columns
  const cellsAt = Limit.chunkHeadBytes + 4 * (rows + 1)
  const textAt = cellsAt + 4 * count + ((count + 3) & ~3)
  if (offset + textAt + (head[2] as number) > buffer.length) {
    throw invalidBson('a chunk beyond its buffer')
  }
  const bytes = Buffer.from(memory, base + textAt, head[2] as number)
  return {
    source: sourceOf(bytes),
    columns,
    starts: new Uint32Array(memory, base + Limit.chunkHeadBytes, rows),
    cells: new Uint32Array(memory, base + cellsAt, count),
    tags: new Uint8Array(memory, base + cellsAt + 4 * count, count),
  }
}

/**
 * A batch of documents in the layout of `docs/internal/boundary.md`. A *cell* is
 * `row * columns + column`.
 */
export class Chunk implements Source {
  readonly rows: number
  readonly columns: number
  /** What each cell's value is. */
  readonly tags: Uint8Array
  /** Where each cell's value starts in {@link Chunk.bytes}. */
  readonly cells: Uint32Array
  /** Where each document starts in {@link Chunk.bytes}. */
  readonly starts: Uint32Array
  /** The text region. */
  readonly bytes: TextBuffer
  readonly view: DataView
  text: string | null
  /** Which paths of its documents were read; null when all were. */
  held: HeldPaths | null = null
  /** Rows of relations that were read with its documents. */
  related: Relatives | null = null

  /**
   * @param given the parts, or a buffer that holds them
   * @param offset where the chunk starts in the buffer
   * @throws E_INVALID_DOCUMENT when its parts do not fit into the buffer.
   */
  constructor(given: Buffer | ChunkParts, offset = 0) {
    const { source, columns, starts, cells, tags } = Buffer.isBuffer(given)
      ? partsOf(given, offset)
      : given
    this.rows = starts.length
    this.columns = columns
    this.starts = starts
    this.cells = cells
    this.tags = tags
    this.bytes = source.bytes
    this.view = source.view
    this.text = source.text
  }

  /** Where the chunk ends, for the next one behind it, counted from the chunk's own start. */
  get byteLength(): number {
    const count = this.tags.length
    return (
      Limit.chunkHeadBytes + 4 * (this.rows + 1 + count) + ((count + 3) & ~3) + this.bytes.length
    )
  }

  openText(): string | null {
    if (this.text === null && this.bytes.length <= TEXT_LIMIT) this.text = this.bytes.latin1Slice()
    return this.text
  }

  /** The ASCII string whose length prefix stands at `at`. */
  string(at: number): string {
    const end = at + 3 + this.view.getInt32(at, true)
    const text = this.text ?? this.openText()
    return text === null ? this.bytes.latin1Slice(at + 4, end) : text.substring(at + 4, end)
  }

  /** Decodes a cell, anew at each call; `undefined` when the document lacks the field. */
  read(cell: number, site: ValueSite): unknown {
    return site.read(this, this.tags[cell] as number, this.cells[cell] as number)
  }

  /** The stored bytes of a cell; null when the document lacks the field. */
  rawValue(cell: number): RawValue | null {
    const tag = this.tags[cell] as number
    const start = this.cells[cell] as number
    if (tag === Tag.missing) return null
    if (tag === Tag.idText) {
      const bytes = Buffer.allocUnsafe(12)
      if (!parseObjectId(this.bytes.latin1Slice(start, start + 24), bytes, 0)) {
        throw invalidBson('an id that is not hexadecimal')
      }
      return { type: BsonType.objectId, bytes, start: 0, end: 12 }
    }
    const type = typeOfTag(tag)
    return { type, bytes: this.bytes, start, end: start + measureValue(type, this.bytes, start) }
  }

  /**
   * Whether a cell's stored value equals one that was written again, of BSON type `type` and from
   * `start` to `end` of `bytes`.
   *
   * A stored value that reads as the same JavaScript value equals too: other programs store
   * integers as int64 or double, and reading such a value must not look like a change.
   */
  equalsValue(cell: number, type: number, bytes: Uint8Array, start: number, end: number): boolean {
    const stored = this.rawValue(cell)
    if (stored === null) return type === 0
    if (equals(stored, type, bytes, start, end)) return true
    if (stored.type === BsonType.int32 || !mayVary(stored.type) || !mayVary(type)) return false
    return this.equalsAgain(stored, type, bytes, start, end)
  }

  private equalsAgain(
    stored: RawValue,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    canonical ??= new BsonWriter()
    try {
      canonical.reset()
      const value = decodeRaw(stored.type, this.bytes, this.view, stored.start, null, false)
      const written = canonical.value(value)
      const again = { type: written, bytes: canonical.buffer, start: 0, end: canonical.position }
      return equals(again, type, bytes, start, end)
    } catch {
      // What is stored cannot be written by JavaScript, so it is not what was written.
      return false
    } finally {
      canonical.reset()
    }
  }

  /** Decodes a whole document. A site makes documents that look alike several times as fast. */
  document(row: number, site?: ValueSite): object {
    const start = this.starts[row] as number
    if (site !== undefined) return site.read(this, Tag.wideDocument, start) as object
    return decodeDocument(this.bytes, start, { end: this.endOf(row) })
  }

  /** The stored bytes of a document: a view, to be copied if it shall outlive the chunk. */
  documentBytes(row: number): Buffer {
    return this.bytes.subarray(this.starts[row], this.endOf(row))
  }

  /** Decodes the fields that are no columns; null when there are none. */
  extras(row: number, columnNames: ReadonlySet<string>): Record<string, unknown> | null {
    const { bytes } = this
    const start = this.starts[row] as number
    const last = this.endOf(row) - 1
    let result: Record<string, unknown> | null = null
    let unnamed = this.countFields(start, last) - this.countPresent(row)
    let at = start + 4
    while (unnamed > 0 && at < last) {
      const type = bytes[at] as number
      const end = endOfText(bytes, at + 1, last)
      const name = bytes.utf8Slice(at + 1, end)
      const length = measureValue(type, bytes, end + 1, last)
      if (!columnNames.has(name)) {
        result ??= {}
        define(result, name, decodeRaw(type, bytes, this.view, end + 1, this.text, false))
        unnamed--
      }
      at = end + 1 + length
    }
    return result
  }

  private endOf(row: number): number {
    const start = this.starts[row] as number
    return start + this.view.getInt32(start, true)
  }

  private countFields(start: number, last: number): number {
    let count = 0
    for (let at = start + 4; at < last; count++) {
      const end = endOfText(this.bytes, at + 1, last)
      at = end + 1 + measureValue(this.bytes[at] as number, this.bytes, end + 1, last)
    }
    return count
  }

  private countPresent(row: number): number {
    let count = 0
    const first = row * this.columns
    for (let cell = first; cell < first + this.columns; cell++) {
      if (this.tags[cell] !== Tag.missing) count++
    }
    return count
  }
}

function realigned(buffer: Buffer, offset: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(buffer.length - offset)
  buffer.copy(copy, 0, offset)
  return copy
}

/** The BSON type of what a tag of a cell describes. */
export function typeOfTag(tag: number): number {
  return tag >= Tag.wideString && tag <= Tag.idBytes ? tag & 0x7f : tag
}

/** Whether values of `type` are also written another way: numbers, and what may hold them. */
function mayVary(type: number): boolean {
  switch (type) {
    case BsonType.document:
    case BsonType.array:
    case BsonType.int32:
    case BsonType.double:
    case BsonType.int64:
    case BsonType.regex:
    case BsonType.string:
    case BsonType.symbol:
    case BsonType.codeWithScope:
    case BsonType.dbPointer:
      return true
    default:
      return false
  }
}

function equals(
  stored: RawValue,
  type: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  return (
    stored.type === type && sameBytes(stored.bytes, stored.start, stored.end, bytes, start, end)
  )
}

/** Kept, as its hidden class must be: see `keptSample` in `shapes.ts`. */
export const EMPTY_CHUNK: Chunk = new Chunk(Buffer.alloc(20))
