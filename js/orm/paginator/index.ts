import type { NamingStrategy, PaginationMetaKeys } from '../naming_strategies/index.ts'
import { Page } from './page.ts'

/** A paginator's meta, by the naming strategy's keys. */
export type PaginatorMeta = Record<string, number | string | null>

/** One link of {@link ModelPaginator.getUrlsForRange}. */
export interface PageUrl {
  url: string
  page: number
  /** Whether it is the current page. */
  isActive: boolean
}

/**
 * One page of rows. An array of them, with Lucid's members beside. `map`, `filter` and their like
 * answer plain arrays; for JSON with the meta use `toJSON()` or `serialize()`.
 *
 * @example
 * const page = await User.query().orderBy('id').paginate(2, 10)
 * page.baseUrl('/users').queryString({ sort: 'id' })
 * return page.toJSON() // { meta: { total, perPage, currentPage, … }, data: […] }
 */
export class ModelPaginator<Row> extends Page<Row, PaginatorMeta> {
  /** How many rows there are on all pages. */
  readonly total: number
  readonly perPage: number
  /** Counted from 1. */
  readonly currentPage: number
  readonly firstPage: number = 1

  constructor(
    total: number,
    perPage: number,
    currentPage: number,
    rows: readonly Row[] = [],
    namingStrategy?: NamingStrategy,
  ) {
    super(rows, namingStrategy)
    this.total = total
    this.perPage = perPage
    this.currentPage = currentPage
  }

  /** Whether there are rows on any page. `isEmpty` tells of this one. */
  get hasTotal(): boolean {
    return this.total > 0
  }

  /** Number of the last page; 1 when there are no rows. */
  get lastPage(): number {
    return Math.max(Math.ceil(this.total / this.perPage), 1)
  }

  /** Whether there is more than one page. */
  get hasPages(): boolean {
    return this.lastPage !== 1
  }

  /** Whether there are pages after this one. */
  get hasMorePages(): boolean {
    return this.lastPage > this.currentPage
  }

  /** The link to a page; to the first one for numbers below 1. */
  getUrl(page: number): string {
    return this.link({ page: Math.max(page, 1) })
  }

  getNextPageUrl(): string | null {
    return this.hasMorePages ? this.getUrl(this.currentPage + 1) : null
  }

  getPreviousPageUrl(): string | null {
    return this.currentPage > 1 ? this.getUrl(this.currentPage - 1) : null
  }

  /** Links to the pages from `start` to `end`, both included. */
  getUrlsForRange(start: number, end: number): PageUrl[] {
    const urls: PageUrl[] = []
    for (let page = start; page <= end; page++) {
      urls.push({ url: this.getUrl(page), page, isActive: page === this.currentPage })
    }
    return urls
  }

  override getMeta(): PaginatorMeta {
    const values: { [Key in keyof PaginationMetaKeys]: number | string | null } = {
      total: this.total,
      perPage: this.perPage,
      currentPage: this.currentPage,
      lastPage: this.lastPage,
      firstPage: this.firstPage,
      firstPageUrl: this.getUrl(1),
      lastPageUrl: this.getUrl(this.lastPage),
      nextPageUrl: this.getNextPageUrl(),
      previousPageUrl: this.getPreviousPageUrl(),
    }
    const keys = this.namingStrategy.paginationMetaKeys()
    return Object.fromEntries(
      Object.entries(values).map(([key, value]) => [keys[key as keyof PaginationMetaKeys], value]),
    )
  }
}
