import {
  CamelCaseNamingStrategy,
  type NamingStrategy,
  type PaginationMetaKeys,
} from '../naming_strategies/index.ts'

/** A paginator's meta, by the naming strategy's keys. */
export type PaginatorMeta = Record<string, number | string | null>

/**
 * One page of rows. An array of them, with Lucid's members beside.
 *
 * @example
 * const page = await User.query().orderBy('id').paginate(2, 10)
 * page.baseUrl('/users').queryString({ sort: 'id' })
 * return page.toJSON() // { meta: { total, perPage, currentPage, … }, data: […] }
 */
export class ModelPaginator<Row> extends Array<Row> {
  readonly total: number
  readonly perPage: number
  readonly currentPage: number
  readonly firstPage: number = 1
  /** Names of the meta keys come from here. */
  namingStrategy: NamingStrategy
  #url = '/'
  #query: Record<string, unknown> = {}

  /** What `map`, `filter` and their like answer is a plain array, not a page. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }

  constructor(
    total: number,
    perPage: number,
    currentPage: number,
    rows: readonly Row[] = [],
    namingStrategy: NamingStrategy = new CamelCaseNamingStrategy(),
  ) {
    super()
    this.total = total
    this.perPage = perPage
    this.currentPage = currentPage
    this.namingStrategy = namingStrategy
    for (const row of rows) this.push(row)
  }

  /** The rows of this page, as a plain array. */
  all(): Row[] {
    return Array.from(this)
  }

  get isEmpty(): boolean {
    return this.length === 0
  }

  get hasTotal(): boolean {
    return this.total > 0
  }

  get lastPage(): number {
    return Math.max(Math.ceil(this.total / this.perPage), 1)
  }

  get hasPages(): boolean {
    return this.lastPage !== 1
  }

  get hasMorePages(): boolean {
    return this.lastPage > this.currentPage
  }

  /** Sets the URL that page links start with. */
  baseUrl(url: string): this {
    this.#url = url
    return this
  }

  /** Sets what page links carry besides `page`. */
  queryString(values: Record<string, unknown>): this {
    this.#query = values
    return this
  }

  getUrl(page: number): string {
    const query = new URLSearchParams()
    for (const [key, value] of Object.entries(this.#query)) {
      for (const one of Array.isArray(value) ? value : [value]) {
        if (one !== undefined && one !== null) query.append(key, String(one))
      }
    }
    query.set('page', String(Math.max(page, 1)))
    return `${this.#url}?${query}`
  }

  getNextPageUrl(): string | null {
    return this.hasMorePages ? this.getUrl(this.currentPage + 1) : null
  }

  getPreviousPageUrl(): string | null {
    return this.currentPage > 1 ? this.getUrl(this.currentPage - 1) : null
  }

  getUrlsForRange(start: number, end: number): { url: string; page: number; isActive: boolean }[] {
    const urls = []
    for (let page = start; page <= end; page++) {
      urls.push({ url: this.getUrl(page), page, isActive: page === this.currentPage })
    }
    return urls
  }

  getMeta(): PaginatorMeta {
    const values: Record<keyof PaginationMetaKeys, number | string | null> = {
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
    const named = Object.entries(values).map(([key, value]) => [
      keys[key as keyof PaginationMetaKeys],
      value,
    ])
    return Object.fromEntries(named) as PaginatorMeta
  }

  /** `{ meta, data }`, the rows serialised. */
  serialize(cherryPick?: object): { meta: PaginatorMeta; data: unknown[] } {
    const data = this.all().map((row) => {
      const model = row as { serialize?: (pick?: object) => unknown }
      return typeof model?.serialize === 'function' ? model.serialize(cherryPick) : row
    })
    return { meta: this.getMeta(), data }
  }

  toJSON(): { meta: PaginatorMeta; data: unknown[] } {
    return this.serialize()
  }
}
