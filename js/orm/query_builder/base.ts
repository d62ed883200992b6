import type { Body } from '../../codec/body.ts'
import type { Chunk } from '../../codec/chunk.ts'
import type { QueryClient } from '../../database/client.ts'
import { errors, withDetails } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { refuseForeignConditions } from '../../query/foreign.ts'
import { type Asks, type CompiledQuery, QueryBuilder, type QueryPlan } from '../../query/index.ts'
import type { Document } from '../../query/record.ts'
import { redacted } from '../../redaction/redact.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import { adapterOf } from '../contracts/index.ts'
import type { ModelAdapterOptions } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { tellOfEncrypted } from '../definition/encrypted_models.ts'
import type { ModelDefinition } from '../definition/index.ts'
import type { HookEvent } from '../hooks/events.ts'
import { restOf } from '../instance/attributes.ts'
import { keepViews } from '../instance/keep_views.ts'
import { type Call, callOf, routeOf } from '../operation/call.ts'
import { reported, type Sending } from '../operation/report.ts'
import { runBeforeHooks, runLifecycle, type Work } from '../operation/runner.ts'
import { checkLock, lockRows } from '../persistence/lock.ts'
import type { CursorSlice } from './cursor_slice.ts'
import type { RowSetup } from './row_setup.ts'

/** A read that runs hooks. */
export type ReadOperation = 'find' | 'fetch' | 'paginate' | 'stream'

const BEFORE_EVENTS = {
  find: ['beforeFind'],
  fetch: ['beforeFetch'],
  paginate: ['beforePaginate', 'beforeFetch'],
  stream: ['beforeFetch'],
} as const satisfies Record<ReadOperation, readonly HookEvent[]>

const READ_EVENTS = {
  find: [...BEFORE_EVENTS.find, 'afterFind'],
  fetch: [...BEFORE_EVENTS.fetch, 'afterFetch'],
  paginate: [...BEFORE_EVENTS.paginate, 'afterPaginate', 'afterFetch'],
  stream: [...BEFORE_EVENTS.stream, 'afterFetch'],
} as const satisfies Record<ReadOperation, readonly HookEvent[]>

/** Runs of one query at a time. More are a query that awaits itself in its own hook. */
const MOST_RUNS = 1000

/** A query of a model class: where it runs, and how its parts go out and come back. */
export abstract class BoundQuery<M extends Model, Result> extends QueryBuilder<M> {
  /** @internal */
  protected readonly definition: ModelDefinition
  /** @internal */
  protected readonly adapterOptions: ModelAdapterOptions
  /** Every document is meant. @internal */
  protected everything = false
  /** Rows are plain documents. @internal */
  protected plain = false
  /** Rows are locked. @internal */
  protected locks = false
  /** What `paginateCursor` makes of the query and its rows. @internal */
  protected slice: CursorSlice<Result> | undefined
  /** What models get after they were read. @internal */
  protected setup: RowSetup | undefined
  /** What `$[name]` in the path of an update means. @internal */
  protected arrayFilters = new Map<string, Document>()
  /** How many runs with hooks are under way. */
  #runs = 0

  /** Use `Model.query()`. @internal */
  constructor(definition: ModelDefinition, options?: ModelAdapterOptions) {
    super(definition)
    this.definition = definition
    this.adapterOptions = Object.assign(Object.create(null), own(options))
  }

  /** @internal */
  protected copyState(from: this): this {
    this.plain = from.plain
    this.everything = from.everything
    this.setup = from.setup
    this.locks = from.locks
    this.arrayFilters = new Map(from.arrayFilters)
    return this
  }

  /**
   * Locks what is read until the transaction ends, that of `client`: other transactions that write
   * one of the documents are refused, and repeated where they are managed, and other writes wait.
   * A row that was changed since the transaction began fails with `E_WRITE_CONFLICT`, which repeats
   * a managed transaction. Plain reads never wait.
   *
   * MongoDB has no such lock: it is taken by writing to the documents, which are stored as before.
   *
   * Errors: `E_INVALID_QUERY` outside of a transaction.
   *
   * @example
   * await db.transaction(async (trx) => {
   *   const job = await Job.query({ client: trx }).where('status', 'queued').forUpdate().first()
   *   await job?.merge({ status: 'running' }).save()
   * })
   */
  forUpdate(): this {
    this.locks = true
    return this
  }

  /**
   * A model that is read in part is read with its version, so that it can be saved.
   *
   * @internal
   */
  override plan(most?: number): QueryPlan {
    const { selected, shape } = this
    const { version } = this.definition
    const isModel = !this.plain && shape?.isGrouped !== true && shape?.distinct !== true
    if (version === undefined || selected.length === 0 || !isModel) return super.plan(most)
    return this.selecting([version.stored], () => super.plan(most))
  }

  /** The query as MongoDB gets it; what is compared with encrypted columns is `[encrypted]`. */
  override toMongo(): CompiledQuery {
    const query = super.toMongo()
    const { hiddenNames } = this.definition
    const hides = hiddenNames.size > 0 || query.pipeline !== undefined
    return hides ? redacted(query, hiddenNames) : query
  }

  /** The model class. */
  get model(): ModelClass {
    return this.definition.model
  }

  /** Where the query goes when it runs now. @internal */
  protected call(): Call {
    return callOf(this.definition, this.adapterOptions)
  }

  /** Reads the rows of a query. @internal */
  protected read(call: Call, plan: QueryPlan, operation: string): Promise<Chunk[]> {
    return this.reported(call, operation, plan, () => this.#read(call, plan, operation))
  }

  async #read(call: Call, plan: QueryPlan, operation: string): Promise<Chunk[]> {
    if (this.locks) checkLock(this.definition, call, plan.hasPipeline)
    const kind = operationOf(plan)
    const reply = await native.read(kind, routeOf(call), this.handle(), (body) =>
      this.write(body, plan),
    )
    if (reply instanceof native.Failure) this.fail(call, reply, operation, plan)
    if (this.locks) await lockRows(this.definition, call, reply, this.plain)
    return this.noteHeld(plan, reply)
  }

  /** Notes on documents that were read in part which paths of them there are. @internal */
  protected noteHeld(plan: QueryPlan, chunks: Chunk[]): Chunk[] {
    const held = this.plain ? null : plan.held
    if (held !== null) for (const chunk of chunks) chunk.held = held
    return chunks
  }

  /** Sends a command that answers with one document. @internal */
  protected send<Reply>(
    call: Call,
    operation: native.Operation,
    name: string,
    encode: native.Encode,
  ): Promise<Reply> {
    const send = () => this.#send<Reply>(call, operation, name, encode)
    return this.reported(call, name, undefined, send)
  }

  /** Carries the work out, and tells those who listen how it went. @internal */
  protected reported<Reply>(
    call: Call,
    operation: string,
    plan: QueryPlan | undefined,
    work: () => Promise<Reply>,
  ): Promise<Reply> {
    return reported(
      call,
      this.sending(operation, () => plan),
      work,
    )
  }

  /** What listeners are told of an operation. @internal */
  protected sending(operation: string, plan: () => QueryPlan | undefined): Sending {
    const { definition, isDebugged: debug, reportedData: data } = this
    return { definition, operation, debug, data, query: () => plan()?.compiled ?? this.toMongo() }
  }

  async #send<Reply>(
    call: Call,
    operation: native.Operation,
    name: string,
    encode: native.Encode,
  ): Promise<Reply> {
    const handle = this.definition.handle()
    const reply = await native.request<Reply>(operation, routeOf(call), handle, encode)
    if (reply instanceof native.Failure) this.fail(call, reply, name)
    return reply
  }

  /** The core's handle of what rows are laid out as. @internal */
  protected handle(): number {
    return this.plain ? this.definition.plainHandle() : this.definition.handle()
  }

  /** @internal */
  protected rows(call: Call, chunks: readonly Chunk[]): Result[] {
    if (this.plain) {
      const site = this.definition.plainSite
      const rows: Result[] = []
      for (const chunk of chunks) {
        for (let row = 0; row < chunk.rows; row++) rows.push(chunk.document(row, site) as Result)
      }
      return this.slice?.take(rows, chunks) ?? rows
    }
    const models = this.definition.hydrateAll(chunks)
    const { connection, client } = this.adapterOptions
    const { isTransaction } = call.client
    const adapted = adapterOf(this.definition.model) !== undefined
    if (connection !== undefined || client !== undefined || isTransaction || adapted) {
      const name = call.client.connectionName
      for (const model of models) {
        const rest = restOf(model)
        rest.connection = name
        rest.trx = call.client.isTransaction ? call.client : undefined
      }
    }
    if (this.setup !== undefined) {
      this.setup.apply(models)
      keepViews(this.definition, models)
    }
    const rows = models as unknown as Result[]
    return this.slice?.take(rows, chunks) ?? rows
  }

  /**
   * The query as a before hook gets it: what the hook adds holds for every row, also where the
   * application wrote an `orWhere`, and for every query of the model in a union.
   *
   * @internal
   */
  protected forHook(): this {
    this.beginHook()
    return this
  }

  /**
   * Whether the operation runs any of the hooks: those of the model, or the before hooks of other
   * models whose rows a union adds.
   *
   * @internal
   */
  protected hasHooks(operation: ReadOperation): boolean {
    const { hooks } = this.definition
    return hooks.hasAny(READ_EVENTS[operation]) || this.#joinsHooks(BEFORE_EVENTS[operation])
  }

  #joinsHooks(events: readonly HookEvent[], around: readonly ModelDefinition[] = []): boolean {
    const known = [...around, this.definition]
    return this.members.some((member) => {
      if (!(member instanceof BoundQuery)) return false
      const { definition } = member
      return (
        (!known.includes(definition) && definition.hooks.hasAny(events)) ||
        member.#joinsHooks(events, known)
      )
    })
  }

  /**
   * Runs the before hooks of other models whose rows a union adds. Queries of a model that is around
   * them are bound by what its hooks wrote there.
   */
  async #runJoinedHooks(
    operation: ReadOperation,
    client: QueryClient,
    around: readonly ModelDefinition[] = [],
  ): Promise<void> {
    const known = [...around, this.definition]
    for (const member of this.ownMembers()) {
      if (!(member instanceof BoundQuery)) continue
      if (!known.includes(member.definition)) await member.#runBeforeHooks(operation, client)
      await member.#runJoinedHooks(operation, client, known)
    }
  }

  /** A distance is no condition that other queries could have too. */
  #checkDistance(before: unknown): void {
    if (this.shape?.near === before || !this.hasUnion) return
    const message = 'a hook cannot add whereNear() to a union; use whereWithin()'
    throw new errors.E_INVALID_QUERY(`${this.definition.name}: ${message}`, {
      model: this.definition.name,
    })
  }

  async #runBeforeHooks(operation: ReadOperation, client: QueryClient): Promise<void> {
    try {
      for (const event of BEFORE_EVENTS[operation]) {
        const subject = () => {
          const query = this.forHook()
          return event === 'beforePaginate' ? [query.clone(), query] : query
        }
        await runBeforeHooks(this.definition, event, operation, client, subject)
      }
    } finally {
      this.endHooks()
    }
  }

  /**
   * Runs the work with hooks, unless the query turns out to await itself in one of them. `also` are
   * further queries that before hooks get.
   *
   * @internal
   */
  protected async runHooks(
    operation: ReadOperation,
    call: Call,
    work: Work,
    also: readonly BoundQuery<M, Result>[] = [],
  ): Promise<void> {
    if (this.#runs >= MOST_RUNS) {
      throw new errors.E_INVALID_QUERY(
        `${this.definition.name}: a hook awaits, or returns from an async function, the query ` +
          'that it is called for, which runs the hook again without end',
        { model: this.definition.name, operation },
      )
    }
    const endHooks = () => {
      for (const query of [this, ...also]) query.endHooks()
    }
    const near = this.shape?.near
    let began = false
    this.#runs++
    try {
      await runLifecycle(this.definition, operation, call.client, {
        ...work,
        command: async () => {
          if (!began) {
            began = true
            endHooks()
            this.#checkDistance(near)
            await this.#runJoinedHooks(operation, call.client)
          }
          return work.command()
        },
      })
    } finally {
      this.#runs--
      endHooks()
    }
  }

  /** The after hooks of a read are over: what they set is a view. @internal */
  protected keepViews(rows: readonly Result[]): void {
    if (!this.plain) keepViews(this.definition, rows)
  }

  /** Writes a request: its head, and what the query says. @internal */
  protected write(body: Body, plan: QueryPlan, extra?: object): void {
    if (plan.hasPipeline) this.checkPipeline(plan, 'query')
    const head = body.beginDocument()
    this.writeOptions(body, plan)
    plan.writeHead(body)
    if (extra !== undefined) {
      for (const [name, value] of Object.entries(extra)) body.element(name, value)
    }
    body.endDocument(head)
    this.writeQuery(body, plan)
  }

  /** Writes what a query says behind the request's head. @internal */
  protected writeQuery(body: Body, plan: QueryPlan, asks?: Asks): void {
    try {
      plan.writeDescription(body, asks)
    } catch (error) {
      throw withDetails(error, { model: this.definition.name })
    }
  }

  /** What is to be known before stages reach other collections. @internal */
  protected checkPipeline(plan: QueryPlan, operation: string): void {
    if (plan.query.members.length === 0) return
    const { pipeline = [] } = plan.compiled
    refuseForeignConditions(this.definition, pipeline, operation)
    tellOfEncrypted(pipeline)
  }

  /** @internal */
  protected writeOptions(body: Body, { options }: QueryPlan): void {
    const { timeout } = this.adapterOptions
    if (timeout !== undefined && options.timeoutMS === undefined) {
      body.element('timeoutMS', timeout)
    }
  }

  /** @internal */
  protected writeCommand(body: Body, command: object): void {
    const head = body.beginDocument()
    try {
      body.element('command', command)
    } catch (error) {
      throw withDetails(error, { model: this.definition.name })
    }
    if (this.adapterOptions.timeout !== undefined)
      body.element('timeoutMS', this.adapterOptions.timeout)
    body.endDocument(head)
  }

  /** @internal */
  protected fail(call: Call, failure: native.Failure, operation: string, plan?: QueryPlan): never {
    // What the core cannot compile is refused in the words of the query.
    plan?.check()
    throw failure.toError({
      model: this.definition.name,
      operation,
      connection: call.client.connectionName,
    })
  }
}

/** The operation that answers a query's rows. */
export function operationOf({ hasPipeline }: QueryPlan): native.Operation {
  return hasPipeline ? native.Operation.aggregate : native.Operation.find
}
