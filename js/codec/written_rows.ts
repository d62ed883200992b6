/** Documents that JavaScript writes, laid out as the core lays out those that it reads. */
import { Tag } from '../protocol.generated.ts'
import { Chunk, sourceOf } from './chunk.ts'
import { tagOf } from './inside.ts'

/** Rows of a chunk: a document that is kept alive keeps few others alive. */
const MOST_ROWS = 64

/**
 * Notes where the values of columns stand in documents that are written one behind the other.
 *
 * @example
 * rows.begin(body.position)
 * rows.cell(column.index, type, at)
 * rows.end(body.position)
 * const chunk = rows.take(body.buffer)
 */
export class WrittenRows {
  readonly #columns: number
  readonly #starts: Uint32Array
  readonly #cells: Uint32Array
  readonly #tags: Uint8Array
  #rows = 0

  constructor(columns: number, rows = MOST_ROWS) {
    this.#columns = columns
    this.#starts = new Uint32Array(rows + 1)
    this.#cells = new Uint32Array(rows * columns)
    this.#tags = new Uint8Array(rows * columns)
  }

  /** Whether there are as many rows as a chunk may have. */
  get isFull(): boolean {
    return this.#rows === this.#starts.length - 1
  }

  get isEmpty(): boolean {
    return this.#rows === 0
  }

  /** A document begins. What was noted of one that was not ended is forgotten. */
  begin(position: number): void {
    this.#starts[this.#rows] = position
    const first = this.#rows * this.#columns
    this.#tags.fill(Tag.missing, first, first + this.#columns)
  }

  /** The value of a column is of this BSON type and starts at `position`. */
  cell(column: number, type: number, position: number): void {
    const cell = this.#rows * this.#columns + column
    this.#cells[cell] = position
    this.#tags[cell] = tagOf(type)
  }

  end(position: number): void {
    this.#rows++
    this.#starts[this.#rows] = position
  }

  /** The rows as a chunk, with a copy of their bytes; the next row is the first of another one. */
  take(source: Uint8Array): Chunk {
    const rows = this.#rows
    const columns = this.#columns
    const first = this.#starts[0] as number
    const bytes = Buffer.allocUnsafeSlow((this.#starts[rows] as number) - first)
    bytes.set(source.subarray(first, first + bytes.length))
    const moved = (place: number) => place - first
    this.#rows = 0
    return new Chunk({
      source: sourceOf(bytes),
      columns,
      starts: this.#starts.subarray(0, rows).map(moved),
      cells: this.#cells.subarray(0, rows * columns).map(moved),
      tags: this.#tags.slice(0, rows * columns),
    })
  }
}
