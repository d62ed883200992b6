import type { CherryPick } from '../contracts/options.ts'
import { CamelCaseNamingStrategy, type NamingStrategy } from '../naming_strategies/index.ts'
import { queryString } from './query_string.ts'

/** What a row is in `serialize()`: its own answer, or itself. */
export type SerializedRow<Row> = Row extends { serialize(...args: never[]): infer Answer }
  ? Answer
  : Row
/** What a row is in `toJSON()`: its own answer, or itself. */
export type JsonRow<Row> = Row extends { toJSON(...args: never[]): infer Answer } ? Answer : Row

/** What pages of rows have in common: an array of them, with members beside. */
export abstract class Page<Row, Meta> extends Array<Row> {
  /** Names of the meta keys come from here. */
  namingStrategy: NamingStrategy
  #url = '/'
  #query: Record<string, unknown> = {}

  /**
   * What `map`, `filter`, `slice` and their like answer is a plain array, not a page: it has
   * neither the page's rows nor its meta.
   */
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }

  /** However many rows: none of them is an argument of a call. */
  protected constructor(
    rows: readonly Row[],
    namingStrategy: NamingStrategy = new CamelCaseNamingStrategy(),
  ) {
    super()
    this.namingStrategy = namingStrategy
    for (const row of rows) this.push(row)
  }

  /** The rows of this page, as a plain array. */
  all(): Row[] {
    return Array.from(this)
  }

  /** Whether the page has no rows. */
  get isEmpty(): boolean {
    return this.length === 0
  }

  /** Sets the URL that page links start with; `/` otherwise. */
  baseUrl(url: string): this {
    this.#url = url
    return this
  }

  /**
   * Sets what page links carry besides their page. Lists and objects are written as
   * `tag[0]=a&filter[status]=b`, percent-encoded; `undefined` is left out.
   */
  queryString(values: Record<string, unknown>): this {
    this.#query = values
    return this
  }

  /** A link that carries `values` too; `undefined` takes away what `queryString` set. */
  protected link(values: Record<string, unknown>): string {
    return `${this.#url}?${queryString({ ...this.#query, ...values })}`
  }

  /** What the page says of itself, by the naming strategy's keys. */
  abstract getMeta(): Meta

  /** `{ meta, data }` with the rows serialised; `cherryPick` is for each row's `serialize`. */
  serialize(cherryPick?: CherryPick): { meta: Meta; data: SerializedRow<Row>[] } {
    const data = Array.from(this, (row) => answerOf(row, 'serialize', cherryPick))
    return { meta: this.getMeta(), data: data as SerializedRow<Row>[] }
  }

  /** `{ meta, data }` with each row's own JSON. `JSON.stringify` calls this. */
  toJSON(): { meta: Meta; data: JsonRow<Row>[] } {
    const data = Array.from(this, (row) => answerOf(row, 'toJSON'))
    return { meta: this.getMeta(), data: data as JsonRow<Row>[] }
  }
}

/** What a method of the row answers; the row itself where it has no such method. */
export function answerOf(
  row: unknown,
  method: 'serialize' | 'toJSON',
  ...args: unknown[]
): unknown {
  if (typeof row !== 'object' || row === null) return row
  const found = (row as Record<string, unknown>)[method]
  return typeof found === 'function' ? (found.apply(row, args) as unknown) : row
}
