import type { Chunk } from '../../codec/chunk.ts'
import { ValueSite } from '../../codec/shapes.ts'
import type { BsonWriter } from '../../codec/writer.ts'
import type { Connection } from '../../database/connection.ts'
import { errors, withDetails } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { type AttributePath, type CompiledQuery, QueryBuilder } from '../../query/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { ModelAdapterOptions, ModelAttributes } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { HOOK_EVENTS, type HookEvent, type LifecycleOperation } from '../hooks/events.ts'
import { runLifecycle, type Work } from '../hooks/runner.ts'
import { restOf } from '../instance/attributes.ts'
import type { CursorPage } from '../paginator/cursor_page.ts'
import { type CursorPageOptions, CursorSlice } from '../paginator/cursor_slice.ts'
import { ModelPaginator, pageNumber } from '../paginator/index.ts'
import { connectionOf } from '../persistence/connection.ts'
import { BatchReader } from './batches.ts'
import { batchesOf } from './cursor.ts'
import { rowNotFound } from './row_not_found.ts'
import { type Modifications, readIncrements, readUpdate, writeModifications } from './update.ts'

/** A read that runs hooks: one document or any number. */
type ReadOperation = 'find' | 'fetch'

/** Runs of one query at a time. More are a query that awaits itself in its own hook. */
const MOST_RUNS = 1000

/** Names whose values may be incremented. */
type NumericPath<M> = AttributePath<M>

const READ_EVENTS = {
  find: ['beforeFind', 'afterFind'],
  fetch: ['beforeFetch', 'afterFetch'],
  paginate: ['beforePaginate', 'beforeFetch', 'afterPaginate', 'afterFetch'],
} as const satisfies Record<string, readonly HookEvent[]>

/**
 * A query for models. Nothing is sent until it is awaited, or one of `exec`, `first`, `count`,
 * `paginate`, `update`, `delete`, … is called; each of these sends it anew.
 *
 * @example
 * const users = await User.query().where('status', 'active').orderBy('createdAt', 'desc').limit(10)
 */
export class ModelQueryBuilder<M extends Model, Result = M>
  extends QueryBuilder<M>
  implements PromiseLike<Result[]>
{
  readonly #definition: ModelDefinition
  readonly #options: ModelAdapterOptions
  #everything = false
  #plain = false
  /** How many runs with hooks are under way. */
  #runs = 0
  /** What `paginateCursor` makes of the query and its rows. */
  #slice: CursorSlice<Result> | undefined

  /** Use `Model.query()`. @internal */
  constructor(definition: ModelDefinition, options?: ModelAdapterOptions) {
    super(definition)
    this.#definition = definition
    this.#options = own(options)
  }

  protected fresh(): this {
    const fresh = new ModelQueryBuilder<M, Result>(this.#definition, this.#options)
    fresh.#plain = this.#plain
    fresh.#everything = this.#everything
    return fresh as this
  }

  /** The model class. */
  get model(): ModelClass {
    return this.#definition.model
  }

  get #connection(): Connection {
    return connectionOf(this.#definition, this.#options.connection)
  }

  /** Says that every document is meant: `update` and `delete` without a condition need it. */
  all(): this {
    this.#everything = true
    return this
  }

  /**
   * Reads plain documents with their stored names instead of models. No hooks run.
   *
   * @example
   * const rows = await User.query().where('status', 'active').pojo<{ email: string }>()
   */
  pojo<Row = Record<string, unknown>>(): ModelQueryBuilder<M, Row> {
    this.#plain = true
    return this as unknown as ModelQueryBuilder<M, Row>
  }

  // ---- Reading

  /** Runs the query. Runs the fetch hooks. Errors: `E_HOOK_ABORTED`, the server's. */
  exec(): Promise<Result[]> {
    return this.#run('fetch', undefined)
  }

  // biome-ignore lint/suspicious/noThenProperty: Lucid's queries are awaited directly
  then<Fulfilled = Result[], Rejected = never>(
    fulfilled?: ((rows: Result[]) => Fulfilled | PromiseLike<Fulfilled>) | null,
    rejected?: ((error: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.exec().then(fulfilled, rejected)
  }

  catch<Rejected = never>(
    rejected?: ((error: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Result[] | Rejected> {
    return this.exec().catch(rejected)
  }

  finally(done?: (() => void) | null): Promise<Result[]> {
    return this.exec().finally(done)
  }

  /** The first row, or `null`. Runs the fetch hooks, with an array of one or none. */
  async first(): Promise<Result | null> {
    return (await this.#run('fetch', 1))[0] ?? null
  }

  /** As `first`. Errors: also `E_ROW_NOT_FOUND`. */
  async firstOrFail(): Promise<Result> {
    return (await this.first()) ?? rowNotFound(this.#definition.model, 'firstOrFail')
  }

  /** The first row with the hooks of `operation`. @internal */
  async findOne(operation: ReadOperation): Promise<Result | null> {
    return (await this.#run(operation, 1))[0] ?? null
  }

  async #run(operation: ReadOperation, limit: number | undefined): Promise<Result[]> {
    const definition = this.#definition
    const events = READ_EVENTS[operation]
    if (this.#plain || !definition.hooks.hasAny(events)) return this.#rows(await this.#read(limit))
    const connection = this.#connection
    this.#shield(events[0])
    let chunks: Chunk[] = []
    let models: Result[] = []
    await this.#runHooks(operation, connection, {
      subjects: 1,
      subject: (event) => {
        if (HOOK_EVENTS[event] === events[0]) return this
        return operation === 'find' ? (models[0] ?? null) : models
      },
      command: async () => {
        chunks = await this.#read(limit)
        return true
      },
      settle: () => {
        models = this.#rows(chunks)
      },
      restore() {},
    })
    return models
  }

  /**
   * Puts what the application wrote into parentheses before a hook adds to it: a condition of a hook
   * holds for every row, also where the query has an `orWhere`.
   */
  #shield(event: HookEvent): void {
    if (this.#definition.hooks.has(event)) this.wrapExisting()
  }

  /** Runs the work with hooks, unless the query turns out to await itself in one of them. */
  async #runHooks(
    operation: LifecycleOperation,
    connection: Connection,
    work: Work,
  ): Promise<void> {
    if (this.#runs >= MOST_RUNS) {
      throw new errors.E_INVALID_QUERY(
        `${this.#definition.name}: a hook awaits, or returns from an async function, the query ` +
          'that it is called for, which runs the hook again without end',
        { model: this.#definition.name, operation },
      )
    }
    this.#runs++
    try {
      await runLifecycle(this.#definition, operation, connection.name, work)
    } finally {
      this.#runs--
    }
  }

  async #read(limit: number | undefined): Promise<Chunk[]> {
    const definition = this.#definition
    const connection = this.#connection
    const query = this.#slice?.narrow(this.compile()) ?? this.compile()
    if (limit !== undefined && (query.limit === undefined || query.limit > limit)) {
      query.limit = limit
    }
    const model = this.#plain ? definition.plainHandle() : definition.handle()
    const reply = await native.read(connection.handle(), model, (body) => this.#write(body, query))
    if (reply instanceof native.Failure) this.#fail(reply, 'find')
    return reply
  }

  /**
   * The rows as they arrive, a batch at a time: memory stays the same however many there are, and
   * nothing is read that is not asked for. Leaving the loop closes the server's cursor. Runs the
   * fetch hooks, the after hooks once for each batch.
   *
   * @example
   * for await (const user of User.query().where('status', 'active').cursor()) {
   *   await notify(user)
   * }
   */
  async *cursor(options?: { batchSize?: number }): AsyncGenerator<Result, void> {
    for await (const rows of this.batches(options)) yield* rows
  }

  /** As `cursor`, a batch of rows at a time; 1,000 in a batch unless `batchSize` says otherwise. */
  batches(options?: { batchSize?: number }): AsyncGenerator<Result[], void> {
    const { batchSize } = own(options)
    if (batchSize !== undefined) this.batchSize(batchSize)
    const definition = this.#definition
    const connection = this.#connection
    if (!this.#plain) this.#shield('beforeFetch')
    return batchesOf<Result>({
      query: this,
      hasHooks: !this.#plain && definition.hooks.hasAny(READ_EVENTS.fetch),
      open: () => {
        const query = this.compile()
        const model = this.#plain ? definition.plainHandle() : definition.handle()
        return new BatchReader(connection.handle(), model, (body) => this.#write(body, query))
      },
      rows: (chunks) => this.#rows(chunks),
      isBefore: (event) => HOOK_EVENTS[event] === 'beforeFetch',
      runHooks: (work) => this.#runHooks('stream', connection, work),
      fail: (failure) => this.#fail(failure, 'cursor'),
    })
  }

  #rows(chunks: readonly Chunk[]): Result[] {
    if (this.#plain) {
      const site = new ValueSite()
      const rows: Result[] = []
      for (const chunk of chunks) {
        for (let row = 0; row < chunk.rows; row++) rows.push(chunk.document(row, site) as Result)
      }
      return this.#slice?.take(rows, chunks) ?? rows
    }
    const models = this.#definition.hydrateAll(chunks)
    const { connection } = this.#options
    if (connection !== undefined) {
      for (const model of models) restOf(model).connection = connection
    }
    const rows = models as unknown as Result[]
    return this.#slice?.take(rows, chunks) ?? rows
  }

  /**
   * How many documents match; `limit` and `offset` count too. Runs no hooks.
   */
  async count(): Promise<number> {
    const connection = this.#connection
    const { sort: _sort, projection: _projection, batchSize: _batch, ...query } = this.compile()
    const reply = await native.request<{ count: number }>(
      native.Operation.count,
      connection.handle(),
      this.#definition.handle(),
      (body) => this.#write(body, query),
    )
    if (reply instanceof native.Failure) this.#fail(reply, 'count')
    return reply.count
  }

  /**
   * One page of rows and the total. Runs the paginate and fetch hooks; the total counts what the
   * query matches after its hooks ran.
   *
   * Errors: `E_INVALID_QUERY` when `page` or `perPage` is no positive integer; the digits of a
   * request are taken, as Lucid does.
   */
  async paginate(page: number, perPage = 20): Promise<ModelPaginator<Result>> {
    page = pageNumber(page)
    perPage = pageNumber(perPage)
    const definition = this.#definition
    const countQuery = this.clone().clearOrder().clearSelect().clearLimit().clearOffset()
    const initial = countQuery.compile().filter
    this.forPage(page, perPage)
    let total = 0
    let chunks: Chunk[] = []
    let paginator = new ModelPaginator<Result>(
      0,
      perPage,
      page,
      [],
      definition.model.namingStrategy,
    )
    const read = async () => {
      total = await this.#total(countQuery, initial)
      chunks = total === 0 ? [] : await this.#read(undefined)
      return true
    }
    const settle = () => {
      const rows = this.#rows(chunks)
      paginator = new ModelPaginator(total, perPage, page, rows, definition.model.namingStrategy)
    }
    if (this.#plain || !definition.hooks.hasAny(READ_EVENTS.paginate)) {
      await read()
      settle()
      return paginator
    }
    this.#shield('beforeFetch')
    if (definition.hooks.has('beforePaginate')) {
      this.wrapExisting()
      countQuery.wrapExisting()
    }
    await this.#runHooks('paginate', this.#connection, {
      subjects: 1,
      subject: (event) => {
        switch (HOOK_EVENTS[event]) {
          case 'beforePaginate':
            return [countQuery, this]
          case 'beforeFetch':
            return this
          default:
            return paginator
        }
      },
      command: read,
      settle,
      restore() {},
    })
    return paginator
  }

  /**
   * One page of rows by their place in the order instead of a number: what is inserted or deleted
   * meanwhile neither repeats nor skips a row, and an index serves every page alike. `_id` is added
   * to the order, so that every row has a place of its own. The query itself stays as it is; a limit
   * and an offset of it do not count. Runs the fetch hooks. What the order needs is read too where
   * `select` leaves it out.
   *
   * A cursor is signed, not encrypted: it shows the values that the order has at its row. It holds
   * for one model, order and collation, and as long as the connection's `cursorSecret`.
   *
   * Errors: `E_INVALID_CURSOR` (400) for a cursor that is none of this query, `E_INVALID_QUERY` for
   * wrong options, and when a row of the page has no definite place: an array where the order looks,
   * text as id under a collation that may find it equal to another.
   *
   * @example
   * const query = Post.query().where('published', true).orderBy('createdAt', 'desc')
   * const first = await query.paginateCursor({ limit: 10 })
   * const second = await query.paginateCursor({ limit: 10, after: first.nextCursor })
   */
  async paginateCursor(options?: CursorPageOptions): Promise<CursorPage<Result>> {
    const query = this.clone().clearLimit().clearOffset()
    const slice = new CursorSlice<Result>(
      this.#definition,
      this.#connection.config.cursorSecret,
      options,
    )
    query.#slice = slice
    return slice.read(query)
  }

  /** The total of the page query's filter, and of what hooks added to the count query alone. */
  async #total(countQuery: this, initial: CompiledQuery['filter']): Promise<number> {
    const counted = this.clone().clearOrder().clearSelect().clearLimit().clearOffset()
    if (!this.#definition.hooks.has('beforePaginate')) return counted.count()
    const given = countQuery.compile().filter
    if (!encodeFilter(given).equals(encodeFilter(initial))) counted.whereRaw(given)
    return counted.count()
  }

  // ---- Writing

  /**
   * Sets columns of every document that matches. Runs no hooks; `autoUpdate` dates are set.
   *
   * Errors: `E_EMPTY_FILTER` without a condition, unless `all()` was called; `E_UNKNOWN_COLUMN`;
   * `E_UNDEFINED_VALUE`; `E_INVALID_QUERY` with a limit, offset or order.
   *
   * @returns `[matched]`, how many documents matched
   */
  update<Path extends keyof ModelAttributes<M> & string>(
    column: Path,
    value: ModelAttributes<M>[Path] | null,
  ): Promise<[number]>
  update(values: Partial<ModelAttributes<M>>): Promise<[number]>
  async update(...args: unknown[]): Promise<[number]> {
    return this.#modify(readUpdate(this.#definition, args), 'update')
  }

  /** Adds to numbers of every document that matches. Errors: as `update`. */
  increment(column: NumericPath<M>, by?: number): Promise<[number]>
  increment(columns: { readonly [Path in NumericPath<M>]?: number }): Promise<[number]>
  async increment(...args: unknown[]): Promise<[number]> {
    return this.#modify(readIncrements(this.#definition, args, 1), 'increment')
  }

  /** Subtracts from numbers of every document that matches. Errors: as `update`. */
  decrement(column: NumericPath<M>, by?: number): Promise<[number]>
  decrement(columns: { readonly [Path in NumericPath<M>]?: number }): Promise<[number]>
  async decrement(...args: unknown[]): Promise<[number]> {
    return this.#modify(readIncrements(this.#definition, args, -1), 'decrement')
  }

  async #modify(modifications: Modifications, operation: string): Promise<[number]> {
    const { filter, ...options } = this.#writable(operation)
    const reply = await native.request<{ matched: number }>(
      native.Operation.update,
      this.#connection.handle(),
      this.#definition.handle(),
      (body) => {
        const head = body.beginDocument()
        this.#writeFilter(body, filter)
        writeModifications(body, this.#definition, modifications)
        body.element('multi', true)
        writeOptions(body, options)
        body.endDocument(head)
      },
    )
    if (reply instanceof native.Failure) this.#fail(reply, operation)
    return [reply.matched]
  }

  /**
   * Deletes every document that matches. Runs no hooks.
   *
   * Errors: `E_EMPTY_FILTER` without a condition, unless `all()` was called.
   *
   * @returns `[deleted]`, how many documents were deleted
   */
  async delete(): Promise<[number]> {
    const { filter, ...options } = this.#writable('delete')
    const reply = await native.request<{ deleted: number }>(
      native.Operation.delete,
      this.#connection.handle(),
      this.#definition.handle(),
      (body) => {
        const head = body.beginDocument()
        this.#writeFilter(body, filter)
        body.element('multi', true)
        writeOptions(body, options)
        body.endDocument(head)
      },
    )
    if (reply instanceof native.Failure) this.#fail(reply, 'delete')
    return [reply.deleted]
  }

  /** Lucid's short name for `delete`. */
  del(): Promise<[number]> {
    return this.delete()
  }

  #writable(operation: string): CompiledQuery {
    const details = { model: this.#definition.name, operation }
    const query = this.compile()
    const ignored = (['limit', 'skip', 'sort'] as const).filter((part) => query[part] !== undefined)
    if (ignored.length > 0) {
      throw new errors.E_INVALID_QUERY(
        `${this.#definition.name}: ${operation} changes every document that matches; MongoDB knows ` +
          `no ${ignored.join(', ')} for it`,
        details,
      )
    }
    if (Object.keys(query.filter).length === 0 && !this.#everything) {
      throw new errors.E_EMPTY_FILTER(
        `${this.#definition.name}: ${operation} without a condition would change every document; ` +
          'call .all() first if that is meant',
        details,
      )
    }
    return query
  }

  #write(body: BsonWriter, { filter, ...options }: CompiledQuery): void {
    const head = body.beginDocument()
    this.#writeFilter(body, filter)
    writeOptions(body, options)
    body.endDocument(head)
  }

  #writeFilter(body: BsonWriter, filter: CompiledQuery['filter']): void {
    try {
      body.element('filter', filter)
    } catch (error) {
      throw withDetails(error, { model: this.#definition.name })
    }
  }

  #fail(failure: native.Failure, operation: string): never {
    throw failure.toError({
      model: this.#definition.name,
      operation,
      connection: this.#connection.name,
    })
  }
}

function encodeFilter(filter: CompiledQuery['filter']): Buffer {
  return native.encode((body) => body.document(filter))
}

function writeOptions(body: BsonWriter, options: Omit<CompiledQuery, 'filter'>): void {
  for (const [name, value] of Object.entries(options)) body.element(name, value)
}
