import type { NamingStrategy } from '../naming_strategies/index.ts'
import { Page } from './page.ts'

/** A cursor page's meta, by the naming strategy's keys. */
export type CursorPageMeta = Record<string, number | string | boolean | null>

/** What a page knows beside its rows. */
export interface CursorPageState {
  readonly perPage: number
  readonly hasNext: boolean
  readonly hasPrevious: boolean
  readonly nextCursor: string | null
  readonly previousCursor: string | null
  readonly total?: number | undefined
}

/**
 * One page of rows between two cursors. An array of the rows, in the order of the query whichever
 * way it was read. `map`, `filter` and their like answer plain arrays; for JSON with the meta use
 * `toJSON()` or `serialize()`.
 *
 * @example
 * const page = await Post.query().orderBy('createdAt', 'desc').paginateCursor({ limit: 10 })
 * return page.toJSON() // { meta: { perPage, hasNext, nextCursor, … }, data: […] }
 */
export class CursorPage<Row> extends Page<Row, CursorPageMeta> implements CursorPageState {
  /** The most rows that the page could have. */
  readonly perPage: number
  /**
   * Whether there are rows after these. On the side that the page was reached from it is `true`
   * without being asked for.
   */
  readonly hasNext: boolean
  /** Whether there are rows before these; as `hasNext`. */
  readonly hasPrevious: boolean
  /** What `after` takes for the next page; `null` when there is none. */
  readonly nextCursor: string | null
  /** What `before` takes for the previous page; `null` when there is none. */
  readonly previousCursor: string | null
  /** How many rows there are on all pages; only when it was asked for. */
  readonly total: number | undefined
  readonly #model: string

  constructor(
    rows: readonly Row[],
    state: CursorPageState,
    model: { readonly name: string; readonly namingStrategy: NamingStrategy },
  ) {
    super(rows, model.namingStrategy)
    this.perPage = state.perPage
    this.hasNext = state.hasNext
    this.hasPrevious = state.hasPrevious
    this.nextCursor = state.nextCursor
    this.previousCursor = state.previousCursor
    this.total = state.total
    this.#model = model.name
  }

  /** Link to the next page, with the cursor as `after`; `null` when there is none. */
  getNextPageUrl(): string | null {
    const { nextCursor } = this
    return nextCursor === null ? null : this.link({ before: undefined, after: nextCursor })
  }

  /** Link to the previous page, with the cursor as `before`; `null` when there is none. */
  getPreviousPageUrl(): string | null {
    const { previousCursor } = this
    return previousCursor === null ? null : this.link({ after: undefined, before: previousCursor })
  }

  /**
   * `perPage`, `hasNext`, `hasPrevious`, `nextCursor`, `previousCursor`, `nextPageUrl`,
   * `previousPageUrl`, and `total` if it was asked for. Those that offset pages have too are named
   * by the naming strategy's `paginationMetaKeys()`, the others as properties in JSON.
   */
  override getMeta(): CursorPageMeta {
    const keys = this.namingStrategy.paginationMetaKeys()
    const named = (name: string) => this.namingStrategy.serializedName(this.#model, name)
    const { total } = this
    return {
      ...(total === undefined ? {} : { [keys.total]: total }),
      [keys.perPage]: this.perPage,
      [named('hasNext')]: this.hasNext,
      [named('hasPrevious')]: this.hasPrevious,
      [named('nextCursor')]: this.nextCursor,
      [named('previousCursor')]: this.previousCursor,
      [keys.nextPageUrl]: this.getNextPageUrl(),
      [keys.previousPageUrl]: this.getPreviousPageUrl(),
    }
  }
}
