import type { Body } from '../../codec/body.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { ValueSite } from '../../codec/shapes.ts'
import { refuse } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import type { AggregateAlias, AggregateColumns, Aliased, QueryPlan } from '../../query/index.ts'
import { redactedPlan } from '../../redaction/redact.ts'
import type { Model } from '../contracts/index.ts'
import { rowNotFound } from '../contracts/row_not_found.ts'
import { whyModels } from '../definition/json_reason.ts'
import type { HookEvent } from '../hooks/events.ts'
import { Batches } from '../operation/batches.ts'
import type { Call } from '../operation/call.ts'
import { reportOf } from '../operation/report.ts'
import { read, readJson, send } from '../operation/send.ts'
import type { CursorPage } from '../paginator/cursor_page.ts'
import type { ModelPaginator } from '../paginator/index.ts'
import type { Legs } from '../preload/legs.ts'
import { BoundQuery, operationOf, tellOfMembers } from './base.ts'
import { type CursorPageOptions, CursorSlice } from './cursor_slice.ts'
import { type Explanation, readExplanation, type Verbosity } from './explain.ts'
import { ReadRun } from './read_run.ts'
import { PageRead, RowRead } from './row_read.ts'
import {
  AFTER_FETCH,
  explainJson,
  type JsonExplanation,
  type JsonOptions,
  type JsonSource,
  toJson,
} from './to_json.ts'

/** Rows at most that are read to explain what is loaded with them. */
const SAMPLE = 100

/** Running a query to read. */
export abstract class ReadingQuery<M extends Model, Result>
  extends BoundQuery<M, Result>
  implements PromiseLike<Result[]>
{
  /** Runs the query. Runs the fetch hooks. Errors: `E_HOOK_ABORTED`, the server's. */
  exec(): Promise<Result[]> {
    return this.#run('fetch')
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
    return (await this.first()) ?? rowNotFound(this.definition.model, 'firstOrFail')
  }

  /**
   * The first row with the hooks of `operation`. `met` is a document that answers the conditions: it is
   * the row, unless hooks ask for more than that.
   *
   * @internal
   */
  async findOne(operation: 'find' | 'fetch', met?: Chunk): Promise<Result | null> {
    return (await this.#run(operation, 1, met))[0] ?? null
  }

  async #run(operation: 'find' | 'fetch', limit?: number, met?: Chunk): Promise<Result[]> {
    const call = this.call('find')
    if (this.hasHooks(operation)) {
      return this.#read(new RowRead(call, operation, this), limit, met)
    }
    if (this.preloads !== undefined) return this.#load(call, limit, met)
    return this.rows(call, await this.#fetch(call, limit, met))
  }

  /** Reads the rows, and what is loaded with them. */
  async #load(call: Call, limit?: number, met?: Chunk): Promise<Result[]> {
    const legs = await this.beginLegs(call, 'fetch')
    try {
      return await this.#loadWith(call, legs, limit, met)
    } finally {
      legs?.end()
    }
  }

  async #loadWith(call: Call, legs?: Legs, limit?: number, met?: Chunk): Promise<Result[]> {
    const rows = this.rows(call, await this.#fetch(call, limit, met, legs))
    await legs?.after()
    return rows
  }

  /** How many rows are read at most, whatever the limit. @internal */
  protected get most(): number | undefined {
    return undefined
  }

  async #read<Answer extends Result[]>(
    read: RowRead<Result, Answer>,
    limit?: number,
    met?: Chunk,
  ): Promise<Answer> {
    const { call } = read
    try {
      const some = await read.before()
      return await read.after(some ? await this.#load(call, limit, met) : [])
    } finally {
      read.end()
    }
  }

  #fetch(call: Call, limit = this.most, met?: Chunk, legs?: Legs): Promise<Chunk[]> {
    const plan = this.plan(limit)
    if (met !== undefined && legs === undefined && plan.isFilter) return Promise.resolve([met])
    return this.read(call, this.slice === undefined ? plan : plan.paged(this.slice.page), legs)
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
    if (options !== undefined && Object.hasOwn(options, 'batchSize')) {
      if (options.batchSize !== undefined) this.batchSize(options.batchSize)
    }
    const { definition } = this
    if (this.locks) {
      refuse(
        'E_INVALID_QUERY',
        definition,
        'cursor',
        ': forUpdate() locks what is read at once; use exec() or first()',
      )
    }
    return this.#batches(this.call('cursor'))
  }

  async *#batches(call: Call): AsyncGenerator<Result[], void> {
    const run = this.hasHooks('stream') ? new ReadRun(call, 'stream', this) : undefined
    let batches: Batches | undefined
    let legs: Legs | undefined
    try {
      await run?.before()
      legs = await this.beginLegs(call, 'stream')
      const plan = this.plan()
      await plan.openRelated()
      const encode = (body: Body) => this.write(body, plan, { stream: true }, legs)
      const report = reportOf(call, this.about(plan))
      batches = new Batches(call, operationOf(plan), this.handle(), encode, report)
      for (;;) {
        const chunks = await batches.next()
        if (chunks === undefined) return
        legs?.take(chunks)
        const rows = this.rows(call, this.noteHeld(plan, chunks))
        await legs?.after()
        if (run !== undefined) {
          run.rows = rows
          await run.after(true)
          this.keepViews(rows)
        }
        yield rows
      }
    } finally {
      batches?.close()
      legs?.end()
      run?.end()
    }
  }

  /**
   * How many rows the query has; `limit` and `offset` count too. Runs no hooks. With a column, or
   * `'*'`, it adds an aggregate to the rows instead, as `sum` and `avg` do.
   */
  override count(): Promise<number>
  override count<
    const Columns extends AggregateColumns<M, '*'>,
    const Alias extends string = 'count',
  >(columns: Columns, alias?: Alias): this & Aliased<AggregateAlias<Columns, Alias>>
  override count(...args: [columns?: AggregateColumns<M, '*'>, alias?: string]): unknown {
    const [columns, alias] = args
    return columns === undefined ? this.counted() : super.count(columns, alias)
  }

  /** How many rows the query has. @internal */
  protected async counted(): Promise<number> {
    const call = this.call('count')
    const plan = this.planCount()
    const encode = (body: Body) => this.write(body, plan)
    const { count, aggregate } = native.Operation
    if (!plan.hasPipeline) {
      return (await send<{ count: number }>(call, count, encode, this.about(plan))).count
    }
    const plain = this.definition.plainHandle()
    const [chunk] = await read(call, aggregate, encode, this.about(plan), plain)
    const row = chunk?.document(0, new ValueSite()) as { count: number } | undefined
    return row?.count ?? 0
  }

  /**
   * How the server answers the query: which indexes it uses, what it looks at. Runs no hooks. What is
   * loaded with `preload`, or counted, is explained too, in `relations`; conditions over related rows are those on
   * the keys that they come to.
   *
   * @example
   * const { indexes, summary } = await User.query().where('email', email).explain()
   */
  async explain(verbosity: Verbosity = 'queryPlanner'): Promise<Explanation> {
    const { collection } = this.definition
    const plan = this.plan()
    const compiled = { ...plan.compiled, ...(await this.#withKeys(plan)) }
    const { batchSize: _b, maxTimeMS, timeoutMS: _t, readPreference: _p, ...query } = compiled
    const { filter, pipeline, readConcern, lift, ...options } = query as QueryPlan['options'] &
      typeof query
    tellOfMembers(plan)
    const explained =
      pipeline === undefined
        ? { find: collection, filter, ...options }
        : { aggregate: collection, pipeline, cursor: {}, ...options }
    const command = {
      explain:
        readConcern === undefined
          ? explained
          : { ...explained, readConcern: { level: readConcern } },
      verbosity,
      ...(maxTimeMS === undefined ? {} : { maxTimeMS }),
    }
    const reply = await send<Record<string, unknown>>(
      this.call('explain'),
      native.Operation.command,
      (body) => this.writeCommand(body, command, lift),
      this.about(),
    )
    const { hiddenNames } = this.definition
    const shown = hiddenNames.size === 0 ? reply : redactedPlan(reply, hiddenNames)
    const told = readExplanation(shown, this.explainJson())
    if (this.preloads === undefined || this.plain) return told
    const relations = await this.preloads.explain(this.call('find'), await this.sample(), verbosity)
    return { ...told, relations }
  }

  /** What is asked for where conditions over related rows are conditions on keys. */
  async #withKeys(plan: QueryPlan): Promise<Partial<QueryPlan['compiled']>> {
    if (plan.related.length === 0) return {}
    const encode = (body: Body) => this.write(body, plan, { shown: true })
    const about = { ...this.about(), open: () => plan.openRelated() }
    const shown = await send<QueryPlan['compiled']>(
      this.call('explain'),
      operationOf(plan),
      encode,
      about,
    )
    return shown.pipeline === undefined ? { filter: shown.filter } : { pipeline: shown.pipeline }
  }

  /** Some of the rows, as they are stored. Runs no hooks. @internal */
  sample(): Promise<unknown[]> {
    const { limit = SAMPLE } = this.plan().query
    const query = this.clone().clearSelect().limit(Math.min(limit, SAMPLE))
    query.plain = true
    return query.exec()
  }

  /**
   * One page of rows and the total. Runs the paginate and fetch hooks; the total counts what the
   * query matches after its hooks ran.
   *
   * Errors: `E_INVALID_QUERY` with the status 400 when `page` or `perPage` is no positive integer; the
   * digits of a request are taken, as Lucid does.
   */
  async paginate(page: number, perPage = 20): Promise<ModelPaginator<Result>> {
    return this.#read(this.#beginPage('paginate', page, perPage))
  }

  #beginPage(method: 'paginate' | 'toJson', page: number, perPage: number): PageRead<Result> {
    return new PageRead(this.call('find'), this, method, page, perPage)
  }

  /**
   * One page of rows by their place in the order instead of a number: what is inserted or deleted
   * meanwhile neither repeats nor skips a row, and an index serves every page alike. `_id` is added
   * to the order, so that every row has a place of its own. The query itself stays as it is; a limit
   * and an offset of it do not count. Runs the fetch hooks. What the order needs is read too where
   * `select` leaves it out.
   *
   * A cursor is encrypted: it shows nothing of the values that the order has at its row, but their
   * length. It holds
   * for one model, order and collation, and as long as the connection's `cursorSecret`.
   *
   * Errors: `E_INVALID_CURSOR` (400) for a cursor that is none of this query, `E_INVALID_QUERY` for
   * wrong options (400 for a wrong limit), and when a row of the page has no definite place: an array where the order looks,
   * text as id under a collation that may find it equal to another.
   *
   * @example
   * const query = Post.query().where('published', true).orderBy('createdAt', 'desc')
   * const first = await query.paginateCursor({ limit: 10 })
   * const second = await query.paginateCursor({ limit: 10, after: first.nextCursor })
   */
  async paginateCursor(options?: CursorPageOptions): Promise<CursorPage<Result>> {
    const query = this.clone().clearLimit().clearOffset()
    const slice = new CursorSlice<Result>(this.definition, options)
    query.slice = slice
    return slice.read(query)
  }

  /**
   * The rows as JSON text: what `JSON.stringify` writes of the awaited query, or of its page, with what
   * is loaded with `preload`. `fields` and `relations` pick from them as `serialize` does. The core
   * writes it beside the main thread, without models, unless a model has a part in it;
   * `explainJson` tells. Runs the hooks. Errors: as `exec`, `paginate` and `serialize`.
   *
   * @example
   * response.type('json').send(await User.query().where('status', 'active').toJson())
   * await User.query().orderBy('id').toJson({ page: 2, perPage: 50 }) // { meta: …, data: […] }
   * await User.query().preload('posts').toJson({ relations: { posts: { fields: ['title'] } } })
   */
  async toJson(options?: JsonOptions): Promise<string> {
    return toJson(this.#jsonSource(), options)
  }

  /**
   * Whether the core writes the text of `toJson`, and otherwise the reason: hooks that get the rows,
   * functions and getters of columns, JSON methods of the class, or those of a relation that is loaded.
   */
  explainJson(options?: JsonOptions): JsonExplanation {
    return explainJson(this.#jsonSource(), options)
  }

  /** Why rows are needed to write them as JSON, if they are, whatever is loaded with them. @internal */
  whyRows(after: readonly HookEvent[] = AFTER_FETCH): string | undefined {
    if (this.locks) return 'the query locks its rows'
    if (this.plain) return undefined
    if (this.setup !== undefined) return 'the query has a row transformer or sideloads'
    return whyModels(this.definition, after, this.muted)
  }

  #jsonSource(): JsonSource {
    return {
      definition: this.definition,
      plain: this.plain,
      whyRows: (after) => this.whyRows(after),
      whyRelations: () => this.preloads?.whyRows(this.call('find')),
      begin: (page) =>
        page === undefined
          ? new RowRead(this.call('find'), 'fetch', this)
          : this.#beginPage('toJson', page.page, page.perPage),
      beginLegs: (call) => this.beginLegs(call, 'fetch'),
      read: (call, legs) => this.#loadWith(call, legs),
      rows: (call, chunks) => this.rows(call, chunks),
      send: (call, json, legs) => {
        const plan = this.plan()
        const encode = (body: Body) => this.write(body, plan, { json }, legs)
        const about = this.about(plan)
        return readJson(call.as('toJson'), operationOf(plan), encode, about, this.handle())
      },
    }
  }

  /** @internal */
  forTotal(): this {
    return this.clone().clearOrder().clearLimit().clearOffset()
  }

  /** @internal */
  total(counted: this): Promise<number> {
    const query = this.forTotal()
    query.addHookClauses(counted.hookClauses)
    return query.count()
  }
}
