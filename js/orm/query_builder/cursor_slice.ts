/** How a page by cursor is read: what it asks of the core, and what it makes of the rows. */
import type { Chunk } from '../../codec/chunk.ts'
import { ValueSite } from '../../codec/shapes.ts'
import type { CursorPageOf } from '../../query/description.ts'
import { describe, fail } from '../../query/messages.ts'
import { needPageNumber } from '../../query/options.ts'
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

/** What the core answers behind the rows. */
interface Cursors {
  readonly next?: string
  readonly previous?: string
}

/** One page of one run of a query. */
export class CursorSlice<Row> {
  readonly page: CursorPageOf
  readonly #definition: ModelDefinition
  readonly #withTotal: boolean
  #cursors: Cursors = {}

  /** Errors: `E_INVALID_QUERY` for wrong options, `E_INVALID_CURSOR`. */
  constructor(definition: ModelDefinition, given?: CursorPageOptions) {
    const options = own(given)
    this.#definition = definition
    const perPage = options.limit === undefined ? PER_PAGE : options.limit
    const limit = needPageNumber(definition, 'paginateCursor', 'the limit', perPage, MOST)
    const after = options.after ?? undefined
    const before = options.before ?? undefined
    if (after !== undefined && before !== undefined)
      this.#refuse('after and before exclude each other')
    const backwards = this.#isBackwards(options.direction, after, before)
    const cursor: unknown = after ?? before
    if (cursor !== undefined && typeof cursor !== 'string')
      this.#refuse(`a cursor is a string, got ${describe(cursor)}`)
    this.page = { limit, backwards, cursor }
    this.#withTotal = options.withTotal === true
  }

  #isBackwards(given: unknown, after: unknown, before: unknown): boolean {
    const implied = after !== undefined ? 'next' : before !== undefined ? 'previous' : given
    const wrong = given !== undefined && given !== 'next' && given !== 'previous'
    if (wrong || (given !== undefined && given !== implied)) {
      const need = "'next' (with after) or 'previous' (with before)"
      const got = wrong ? describe(given) : 'the other one'
      fail('E_INVALID_QUERY', this.#definition, `direction must be ${need}, got ${got}`)
    }
    return implied === 'previous'
  }

  #refuse(why: string): never {
    return fail('E_INVALID_CURSOR', this.#definition, why)
  }

  /** Takes the cursors, which are a chunk of their own, from behind the rows. */
  end(chunks: Chunk[]): void {
    this.#cursors = (chunks.pop()?.document(0, new ValueSite()) ?? {}) as Cursors
  }

  /** The rows of the page in the order of the query: one more was read. */
  take(rows: readonly Row[]): Row[] {
    const page = rows.slice(0, this.page.limit)
    return this.page.backwards ? page.reverse() : page
  }

  /** Runs the query, which reads through this slice. */
  async read(query: SlicedQuery<Row>): Promise<CursorPage<Row>> {
    const rows = await query.exec()
    const counted = () => query.clone().clearOrder().clearSelect().clearLimit().clearOffset()
    const total = this.#withTotal ? await counted().count() : undefined
    const { next, previous } = this.#cursors
    return new CursorPage(
      rows,
      {
        perPage: this.page.limit,
        hasNext: next !== undefined,
        hasPrevious: previous !== undefined,
        nextCursor: next ?? null,
        previousCursor: previous ?? null,
        total,
      },
      this.#definition.model,
    )
  }
}
