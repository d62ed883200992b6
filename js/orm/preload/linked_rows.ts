/** The rows of a relation as they were read: chunks, and which of their rows belong to whom. */
import type { Chunk, Relatives } from '../../codec/chunk.ts'
import { define } from '../../codec/keys.ts'
import type { Binary } from '../../codec/values.ts'
import type { Model } from '../contracts/index.ts'
import type { Related } from '../contracts/options.ts'
import type { Linking } from '../contracts/state.ts'
import { restOf } from '../instance/attributes.ts'
import { type Calculated, wordsOf } from './counts.ts'

/** Finds rows that are numbered through several chunks. */
class NumberedRows {
  readonly #chunks: readonly Chunk[]
  /** The number of each chunk's first row, and of all rows. */
  readonly #firsts: number[] = [0]

  constructor(chunks: readonly Chunk[]) {
    this.#chunks = chunks
    for (const { rows } of chunks) this.#firsts.push(this.count + rows)
  }

  get count(): number {
    return this.#firsts.at(-1) as number
  }

  /** What `make` makes of the row of a number. */
  make(number: number, make: (chunk: Chunk, row: number) => Model): Model {
    const firsts = this.#firsts
    let low = 0
    let high = this.#chunks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((firsts[middle] as number) <= number) low = middle
      else high = middle - 1
    }
    return make(this.#chunks[low] as Chunk, number - (firsts[low] as number))
  }
}

/** What the core says of all that belongs to rows. */
export interface Below {
  readonly legs: readonly Links[]
  readonly counts?: readonly Calculated[]
  readonly inside?: readonly LinksInside[]
}

/** What it says of documents inside of rows. */
interface LinksInside extends Below {
  /** For each row the number of its first document, and behind the last one of how many there are. */
  readonly starts: Binary
}

/** What the core says of one relation: its part of the last chunk. */
export interface Links extends Below {
  /** Chunks of the documents between. */
  readonly between?: number
  readonly chunks: number
  readonly links: Binary
  readonly pivots?: Binary
  /** What it took to read them. */
  readonly milliseconds: number
}

/** How the instances of a relation are made. */
export interface RowMaker {
  readonly isMany: boolean
  /** Rows above share no instance. */
  readonly apart: boolean
  /** An instance of a related document. */
  row(chunk: Chunk, row: number): Model
  /** An instance of the document between. */
  between(chunk: Chunk, row: number): Model
  /** Gives the `$extras` of a row what the document says that links it; absent where rows have none. */
  readonly link: ((extras: Record<string, unknown>, between: Model) => void) | undefined
}

/** The rows of one relation; each is hydrated when it is touched. */
export class LinkedRows implements Linking {
  readonly #maker: RowMaker
  readonly #rows: NumberedRows
  readonly #between: NumberedRows
  /** For each row above, and behind the last one, the place of its first link. */
  readonly #starts: Uint32Array
  /** For each link the number of its row. */
  readonly #numbers: Uint32Array
  /** For each link the number of the document between. */
  readonly #pivots: Uint32Array | undefined
  /** By row or, where documents between say something of them or nobody shares any, by link. */
  readonly #instances: Model[] = []
  /** Where rows that are not here are looked for: those of another model. */
  otherwise: LinkedRows | undefined

  constructor(
    maker: RowMaker,
    above: number,
    { links, pivots }: Links,
    chunks: readonly Chunk[],
    between: readonly Chunk[],
  ) {
    this.#maker = maker
    this.#rows = new NumberedRows(chunks)
    this.#between = new NumberedRows(between)
    const words = wordsOf(links)
    this.#starts = words.subarray(0, above + 1)
    this.#numbers = words.subarray(above + 1)
    this.#pivots = pivots === undefined ? undefined : wordsOf(pivots)
  }

  /** How many rows there are above. */
  get above(): number {
    return this.#starts.length - 1
  }

  /** The rows of the row above of this number. */
  of(number: number): Related {
    const end = this.#starts[number + 1] as number
    let at = this.#starts[number] as number
    if (!this.#maker.isMany) {
      if (at === end) return this.otherwise?.of(number) ?? null
      return this.#instance(at) as unknown as Related
    }
    const rows: Model[] = []
    for (; at < end; at++) rows.push(this.#instance(at))
    return rows as unknown as Related
  }

  /** Every row, once. */
  all(): Model[] {
    for (let link = 0; link < this.#numbers.length; link++) this.#instance(link)
    return this.#instances.filter((row) => row !== undefined)
  }

  #instance(link: number): Model {
    const number = this.#numbers[link] as number
    const place = this.#pivots === undefined && !this.#maker.apart ? number : link
    this.#instances[place] ??= this.#make(number, link)
    return this.#instances[place]
  }

  #make(number: number, link: number): Model {
    const maker = this.#maker
    const row = this.#rows.make(number, (chunk, at) => maker.row(chunk, at))
    if (this.#pivots !== undefined && maker.link !== undefined) {
      Object.assign(restOf(row), { linkedBy: this, link })
    }
    return row
  }

  /** Gives the `$extras` of the row that is linked there what the document between says. */
  extend(extras: Record<string, unknown>, link: number): void {
    const maker = this.#maker
    const pivot = this.#pivots?.[link]
    if (pivot === undefined) return
    const between = this.#between.make(pivot, (chunk, row) => maker.between(chunk, row))
    maker.link?.(extras, between)
  }
}

/** All that belongs to rows, which are numbered through their chunks. */
export interface AllRelated {
  readonly relations: ReadonlyMap<string, LinkedRows>
  readonly calculated: ReadonlyMap<string, (row: number) => unknown>
  /** By the column that holds documents: the number of each row's first one, and what belongs to them. */
  readonly inside: ReadonlyMap<string, { readonly starts: Uint32Array; readonly all: AllRelated }>
}

/** What belongs to the rows of one chunk. */
export class RelatedRows implements Relatives {
  readonly #base: number
  readonly #all: AllRelated

  /** `base`: the number of the chunk's first row. */
  constructor(base: number, all: AllRelated) {
    this.#base = base
    this.#all = all
  }

  linked(name: string): LinkedRows {
    return this.#all.relations.get(name) as LinkedRows
  }

  extend(extras: Record<string, unknown>, row: number): void {
    for (const [name, value] of this.#all.calculated) define(extras, name, value(this.#base + row))
  }

  get names(): readonly string[] {
    return [...this.#all.relations.keys()]
  }

  of(name: string, row: number): Related | undefined {
    return this.#all.relations.get(name)?.of(this.#base + row)
  }

  /** Names of the columns whose documents have relations here. */
  get holders(): readonly string[] {
    return [...this.#all.inside.keys()]
  }

  inside(name: string, row: number): RelatedRows | undefined {
    const inside = this.#all.inside.get(name)
    if (inside === undefined) return undefined
    return new RelatedRows(inside.starts[this.#base + row] as number, inside.all)
  }
}
