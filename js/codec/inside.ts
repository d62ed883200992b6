/** Documents that stand in other bytes, laid out where they are. */
import { Tag } from '../protocol.generated.ts'
import type { TextBuffer } from './buffers.ts'
import { Chunk } from './chunk.ts'
import { endOfText, int32At, invalidBson, measureValue } from './measure.ts'
import type { Source } from './shapes.ts'
import { BsonType } from './values.ts'

/** Fields of a document whose order is remembered. */
const MOST_FIELDS = 256

/** The types of a stored array's items, and where they begin. */
export function itemsOf({ bytes }: Source, at: number): { types: number[]; places: number[] } {
  const types: number[] = []
  const places: number[] = []
  const last = lastOf(bytes, at)
  for (let next = at + 4; next < last; ) {
    const type = bytes[next] as number
    const place = endOfText(bytes, next + 1, last) + 1
    types.push(type)
    places.push(place)
    next = place + measureValue(type, bytes, place, last)
  }
  return { types, places }
}

/** Where the terminator of the document at `at` stands. */
function lastOf(bytes: Uint8Array, at: number): number {
  if (at + 5 > bytes.length) throw invalidBson('a document beyond its buffer')
  const length = int32At(bytes, at)
  if (length < 5 || at + length > bytes.length) throw invalidBson('a document beyond its buffer')
  return at + length - 1
}

/**
 * Finds the columns of one model in documents. Documents mostly have their fields in the order of the
 * document before, so a name is compared with the one that stood there then.
 */
export class InnerLayout {
  readonly #names: readonly Buffer[]
  readonly #places: ReadonlyMap<string, number>
  /** The column of each field of the last document, by the field's place. */
  readonly #order: number[] = []

  /** @param names the stored names of the columns */
  constructor(names: readonly string[]) {
    this.#names = names.map((name) => Buffer.from(name))
    this.#places = new Map(names.map((name, column) => [name, column]))
  }

  /**
   * A chunk over documents that stay where they are.
   *
   * @param starts where they begin in the bytes of the source
   * @param ascii whether all text in them is known to be ASCII
   */
  lay(source: Source, starts: readonly number[], ascii: boolean): Chunk {
    const { bytes } = source
    const columns = this.#names.length
    const cells = new Uint32Array(starts.length * columns)
    const tags = new Uint8Array(starts.length * columns).fill(Tag.missing)
    for (let row = 0; row < starts.length; row++) {
      this.#row(bytes, starts[row] as number, row * columns, cells, tags, ascii)
    }
    return new Chunk({ source, columns, starts: Uint32Array.from(starts), cells, tags })
  }

  #row(
    bytes: TextBuffer,
    start: number,
    first: number,
    cells: Uint32Array,
    tags: Uint8Array,
    ascii: boolean,
  ): void {
    const order = this.#order
    const last = lastOf(bytes, start)
    for (let at = start + 4, field = 0; at < last; field++) {
      const type = bytes[at] as number
      let column = order[field] ?? -1
      let end = this.#endOfName(bytes, at + 1, column)
      if (end === -1) {
        end = endOfText(bytes, at + 1, last)
        column = this.#places.get(bytes.utf8Slice(at + 1, end)) ?? -1
        if (field < MOST_FIELDS) order[field] = column
      }
      const value = end + 1
      at = value + measureValue(type, bytes, value, last)
      if (column === -1) continue
      cells[first + column] = value
      tags[first + column] = tagOf(type, ascii)
    }
  }

  /** Where the name at `at` ends if it is that of the column; -1 if it is not. */
  #endOfName(bytes: TextBuffer, at: number, column: number): number {
    const name = this.#names[column]
    if (name === undefined) return -1
    const end = at + name.length
    if (bytes[end] !== 0) return -1
    for (let place = 0; place < name.length; place++) {
      if (bytes[at + place] !== name[place]) return -1
    }
    return end
  }
}

/** What is not known to be ASCII may be called wide; ids stay bytes. */
export function tagOf(type: number, ascii = false): number {
  switch (type) {
    case BsonType.objectId:
      return Tag.idBytes
    case BsonType.string:
      return ascii ? type : Tag.wideString
    case BsonType.document:
      return ascii ? type : Tag.wideDocument
    case BsonType.array:
      return ascii ? type : Tag.wideArray
    default:
      return type
  }
}
