/** Reads of rows with their hooks: `before()`, then whoever began one reads, then `after(rows)`. */
import type { Leave } from '../../database/transaction/host.ts'
import type { Call } from '../operation/call.ts'
import { ModelPaginator } from '../paginator/index.ts'
import { type ReadOperation, type ReadQuery, ReadRun } from './read_run.ts'

/** A query whose rows are read. */
export interface RowQuery extends ReadQuery {
  /** Whether the operation runs any hooks. */
  hasHooks(operation: ReadOperation): boolean
  /** What after hooks set on rows is a view. */
  keepViews(rows: readonly unknown[]): void
}

/** A query that reads one page. */
export interface PagedQuery extends RowQuery {
  /** A query for the rows of all pages. */
  forTotal(): RowQuery
  /** Errors: `E_INVALID_QUERY` with the status 400 for what is no page. */
  slicePage(method: string, page: unknown, perPage: unknown): unknown
  /** How many rows match, under what hooks added to `counted` too. */
  total(counted: RowQuery): Promise<number>
}

/** A read of all rows. Whoever begins it ends it, whatever becomes of it. */
export class RowRead<Row, Answer extends Row[] = Row[]> {
  readonly call: Call
  readonly #query: RowQuery
  readonly #operation: ReadOperation
  readonly #run: ReadRun | undefined

  constructor(call: Call, operation: ReadOperation, query: RowQuery, counted?: RowQuery) {
    this.call = call
    this.#query = query
    this.#operation = operation
    this.#run = query.hasHooks(operation) ? new ReadRun(call, operation, query, counted) : undefined
  }

  /** Runs the before hooks. Answers whether there may be rows. */
  async before(): Promise<boolean> {
    await this.#run?.before()
    return true
  }

  /** Runs the after hooks, and answers what the application gets. */
  async after(rows: Row[]): Promise<Answer> {
    const answer = this.answer(rows)
    if (this.#run === undefined) return answer
    this.#run.rows = this.#operation === 'find' ? (rows[0] ?? null) : answer
    await this.#run.after(true)
    this.#query.keepViews(answer)
    return answer
  }

  protected answer(rows: Row[]): Answer {
    return rows as Answer
  }

  end(): void {
    this.#run?.end()
  }
}

/** A read of one page, and of how many rows all pages have. */
export class PageRead<Row> extends RowRead<Row, ModelPaginator<Row>> {
  readonly #query: PagedQuery
  readonly #counted: RowQuery
  readonly #page: number
  readonly #perPage: number
  readonly #leave: Leave
  #total = 0

  /** Errors: those of `slicePage`. */
  constructor(call: Call, query: PagedQuery, method: string, page: unknown, perPage: unknown) {
    const counted = query.forTotal()
    query.slicePage(method, page, perPage)
    super(call, 'paginate', query, counted)
    this.#query = query
    this.#counted = counted
    this.#page = Number(page)
    this.#perPage = Number(perPage)
    this.#leave = call.client.enter()
  }

  override async before(): Promise<boolean> {
    await super.before()
    this.#total = await this.#query.total(this.#counted)
    return this.#total > 0
  }

  protected override answer(rows: Row[]): ModelPaginator<Row> {
    const { namingStrategy } = this.call.definition.model
    return new ModelPaginator(this.#total, this.#perPage, this.#page, rows, namingStrategy)
  }

  override end(): void {
    super.end()
    this.#leave()
  }
}
