/** How a page by cursor is read: what it changes in the query, and what it makes of the rows. */
import type { Chunk, RawValue } from '../../codec/chunk.ts'
import {
  both,
  Keyset,
  type OpenedCursor,
  openCursor,
  sealCursor,
} from '../../query/keyset/index.ts'
import { describe, fail } from '../../query/messages.ts'
import { needPageNumber } from '../../query/options.ts'
import type { QueryPlan } from '../../query/plan.ts'
import { own } from '../contracts/own.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { CursorPage } from '../paginator/cursor_page.ts'

/** Rows a page, where nothing else is said; Lucid's number. */
const PER_PAGE = 20
/** One more is read than the page has. */
const MOST = 2 ** 31 - 2

/** Options of `paginateCursor`. */
export interface CursorPageOptions {
  /** The most rows of the page; 20 by default. */
  limit?: number
  /** A page's `nextCursor`: the rows that come after it. */
  after?: string | null | undefined
  /** A page's `previousCursor`: the rows that come right before it. */
  before?: string | null | undefined
  /** `'previous'` without a cursor is the last page. Otherwise the cursor says it. */
  direction?: 'next' | 'previous'
  /** Count the rows of all pages too, with a second command; false by default. */
  withTotal?: boolean
}

/** The query of a page, as far as it is run here. */
export interface SlicedQuery<Row> {
  exec(): Promise<Row[]>
  clone(): SlicedQuery<Row>
  clearOrder(): SlicedQuery<Row>
  clearSelect(): SlicedQuery<Row>
  clearLimit(): SlicedQuery<Row>
  clearOffset(): SlicedQuery<Row>
  count(): Promise<number>
}

/** One page of one run of a query. */
export class CursorSlice<Row> {
  readonly #definition: ModelDefinition
  readonly #secret: string | undefined
  readonly #limit: number
  readonly #direction: 1 | -1
  readonly #withTotal: boolean
  readonly #text: string | undefined
  readonly #cursor: OpenedCursor | undefined
  #keyset: Keyset | undefined
  #query: Buffer | undefined
  #first: readonly RawValue[] | undefined
  #last: readonly RawValue[] | undefined
  #more = false

  /** Errors: `E_INVALID_QUERY` for wrong options, `E_INVALID_CURSOR`. */
  constructor(definition: ModelDefinition, secret: string | undefined, given?: CursorPageOptions) {
    const options = own(given)
    this.#definition = definition
    this.#secret = secret
    const limit = options.limit === undefined ? PER_PAGE : options.limit
    this.#limit = needPageNumber(definition, 'paginateCursor', 'the limit', limit, MOST)
    const after = options.after ?? undefined
    const before = options.before ?? undefined
    if (after !== undefined && before !== undefined)
      this.#refuse('after and before exclude each other')
    this.#direction = this.#readDirection(options.direction, after, before)
    this.#withTotal = options.withTotal === true
    this.#text = after ?? before
    this.#cursor = this.#text === undefined ? undefined : this.#open(this.#text)
  }

  #readDirection(given: unknown, after: unknown, before: unknown): 1 | -1 {
    const implied = after !== undefined ? 'next' : before !== undefined ? 'previous' : given
    const wrong = given !== undefined && given !== 'next' && given !== 'previous'
    if (wrong || (given !== undefined && given !== implied)) {
      const need = "'next' (with after) or 'previous' (with before)"
      const got = wrong ? describe(given) : 'the other one'
      fail('E_INVALID_QUERY', this.#definition, `direction must be ${need}, got ${got}`)
    }
    return implied === 'previous' ? -1 : 1
  }

  #open(text: unknown): OpenedCursor {
    if (typeof text !== 'string') this.#refuse(`a cursor is a string, got ${describe(text)}`)
    return (
      openCursor(this.#secret, text) ??
      this.#refuse('the cursor is damaged, or was made with another cursorSecret')
    )
  }

  #refuse(why: string): never {
    return fail('E_INVALID_CURSOR', this.#definition, why)
  }

  /**
   * The query for the page. `plan` is what hooks left of it.
   *
   * Errors: `E_INVALID_CURSOR` for a cursor of another query, `E_INVALID_QUERY`.
   */
  narrow(plan: QueryPlan): QueryPlan {
    if (plan.hasPipeline) {
      const rows =
        'rows that are made of documents, by groups, unions or distances, have no cursors'
      fail('E_INVALID_QUERY', this.#definition, rows)
    }
    const { compiled } = plan
    const keyset = new Keyset(this.#definition, compiled)
    const query = keyset.digest(this.#definition.collection)
    const cursor = this.#cursor
    if (cursor !== undefined && !cursor.query.equals(query)) {
      this.#refuse('the cursor belongs to another query: model, order or collation differ')
    }
    this.#keyset = keyset
    this.#query = query
    const { skip: _skip, ...narrowed } = compiled
    narrowed.sort = keyset.sort(this.#direction)
    narrowed.limit = this.#limit + 1
    const projection = keyset.projection(compiled.projection)
    if (projection !== undefined) narrowed.projection = projection
    if (cursor !== undefined) {
      narrowed.filter = both(compiled.filter, keyset.filter(cursor, this.#direction))
    }
    return plan.narrowed(narrowed)
  }

  /**
   * The rows of the page in the order of the query. Remembers where it begins and ends.
   *
   * Errors: `E_INVALID_QUERY` when a row has no definite place in the order.
   */
  take(rows: Row[], chunks: readonly Chunk[]): Row[] {
    const places = this.#places(chunks)
    this.#more = places.length > this.#limit
    const page = rows.slice(0, this.#limit)
    places.length = page.length
    if (this.#direction === -1) {
      page.reverse()
      places.reverse()
    }
    this.#first = places[0]
    this.#last = places.at(-1)
    return page
  }

  #places(chunks: readonly Chunk[]): (readonly RawValue[])[] {
    const places: (readonly RawValue[])[] = []
    for (const chunk of chunks) {
      for (let row = 0; row < chunk.rows; row++) {
        places.push(this.#keyset?.valuesOf(chunk.documentBytes(row)) ?? [])
      }
    }
    return places
  }

  /** Runs the query, which reads through this slice. */
  async read(query: SlicedQuery<Row>): Promise<CursorPage<Row>> {
    const rows = await query.exec()
    const counted = () => query.clone().clearOrder().clearSelect().clearLimit().clearOffset()
    const total = this.#withTotal ? await counted().count() : undefined
    const came = this.#cursor !== undefined
    const [hasNext, hasPrevious] = this.#direction === 1 ? [this.#more, came] : [came, this.#more]
    return new CursorPage(
      rows,
      {
        perPage: this.#limit,
        hasNext,
        hasPrevious,
        nextCursor: hasNext ? this.#seal('after', this.#last) : null,
        previousCursor: hasPrevious ? this.#seal('before', this.#first) : null,
        total,
      },
      this.#definition.model,
    )
  }

  /** A page without rows lies where its own cursor does. */
  #seal(side: 'before' | 'after', values: readonly RawValue[] | undefined): string | null {
    if (values === undefined || this.#query === undefined) return this.#text ?? null
    return sealCursor(this.#secret, { query: this.#query, side, values })
  }
}
