import type { Body } from '../../codec/body.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { errors, withDetails } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { type Asks, type CompiledQuery, QueryBuilder, type QueryPlan } from '../../query/index.ts'
import { type Document, toOrdinary } from '../../query/record.ts'
import { redacted } from '../../redaction/redact.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import { adapterOf } from '../contracts/index.ts'
import type { ModelAdapterOptions } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { tellOfEncrypted } from '../definition/encrypted_models.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { checkTogether } from '../definition/one_place.ts'
import { choiceWithout, mutedBy } from '../hooks/choice.ts'
import type { HookEvent } from '../hooks/events.ts'
import { restOf } from '../instance/attributes.ts'
import { keepViews } from '../instance/keep_views.ts'
import { type Call, callOf } from '../operation/call.ts'
import type { About } from '../operation/report.ts'
import { read, reported, rows, settled, shown } from '../operation/send.ts'
import { checkLock } from '../persistence/lock.ts'
import type { Legs } from '../preload/legs.ts'
import type { Preloads } from '../preload/preloads.ts'
import type { CursorSlice } from './cursor_slice.ts'
import { hasReadHooks, type ReadOperation, type ReadQuery } from './read_run.ts'
import type { RowSetup } from './row_setup.ts'

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
  /** Relations that are loaded with the rows. @internal */
  protected preloads: Preloads | undefined
  /** What `$[name]` in the path of an update means. @internal */
  protected arrayFilters = new Map<string, Document>()
  /** How many runs with hooks are under way. @internal */
  runs = 0

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
    this.preloads = from.preloads?.copy()
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
   * A model that is read in part is read with its version, so that it can be saved, and with the keys
   * of its relations.
   *
   * @internal
   */
  override plan(most?: number): QueryPlan {
    const needed = this.selected.length > 0 && this.readsModels ? this.needed() : []
    return needed.length === 0 ? super.plan(most) : this.selecting(needed, () => super.plan(most))
  }

  /** Stored names of what models are always read with. @internal */
  protected needed(): string[] {
    const { version } = this.definition
    const keys = this.preloads?.keys ?? []
    return version === undefined ? keys : [version.stored, ...keys]
  }

  /** @internal */
  protected get readsModels(): boolean {
    return !this.plain && this.shape?.isGrouped !== true && this.shape?.distinct !== true
  }

  /** Begins loading relations, where there are any to load. Errors: `E_INVALID_QUERY`. @internal */
  protected async beginLegs(call: Call, operation: 'fetch' | 'stream'): Promise<Legs | undefined> {
    if (this.preloads === undefined || this.plain) return undefined
    if (this.readsModels && !this.locks) {
      return this.preloads.begin(call, operation, this.setup?.sideloaded)
    }
    const { name } = this.definition
    const what = this.locks ? 'forUpdate()' : 'groups and distinct()'
    throw new errors.E_INVALID_QUERY(`${name}: ${what} cannot be read with preload(); use load()`, {
      model: name,
      operation: 'preload',
    })
  }

  /**
   * The query as MongoDB gets it: with the conditions that every query of the model has, and with blind
   * indexes in the place of encrypted columns; what is asked of those is `[encrypted]`. A query that
   * cannot be sent is shown as it was asked.
   */
  override toMongo(): CompiledQuery {
    const query = this.sent(this.plan())
    const { hiddenNames } = this.definition
    const hides = hiddenNames.size > 0 || query.pipeline !== undefined
    return hides ? redacted(query, hiddenNames) : query
  }

  /** @internal */
  protected override addUnion(all: boolean, given: unknown): this {
    const made = super.addUnion(all, given)
    for (const member of made.members) {
      if (member instanceof BoundQuery) checkTogether(this.definition, member.definition, 'union')
    }
    return made
  }

  /** What is sent of a query; `call` says where, which a page by cursor has to know. @internal */
  protected sent(plan: QueryPlan, call?: Call): CompiledQuery {
    const encode = (body: Body) => {
      tellOfMembers(plan)
      const head = body.beginDocument()
      plan.writeOptions(body)
      body.endDocument(head)
      plan.showDescription(body)
    }
    const sent = shown<CompiledQuery>(this.definition, operationOf(plan), encode, {
      call,
      model: this.handle(),
    })
    if (sent === undefined || !plan.hasPipeline) return sent ?? toOrdinary(plan.compiled)
    return { ...sent, filter: toOrdinary(plan.compiled.filter) }
  }

  /** The model class. */
  get model(): ModelClass {
    return this.definition.model
  }

  /** Where the query goes when it runs now. @internal */
  protected call(operation: string): Call {
    return callOf(this.definition, operation, this.adapterOptions)
  }

  /** Reads the rows of a query. @internal */
  protected read(call: Call, plan: QueryPlan, legs?: Legs): Promise<Chunk[]> {
    const { locks } = this
    const { page } = plan.query
    const kind = locks ? native.Operation.findAndLock : operationOf(plan)
    const encode = (body: Body) => this.write(body, plan, undefined, legs)
    const whole = this.plain || (!plan.hasPipeline && plan.held === null)
    if (!locks && page === undefined && whole && legs === undefined) {
      return read(call, kind, encode, this.about(plan), this.handle())
    }
    const about = this.about(plan, call)
    return reported(call, about, async () => {
      if (locks) checkLock(call, plan.hasPipeline)
      const outcome = await rows(call, kind, encode, this.handle())
      const chunks = settled(locks ? call.as('lock') : call, outcome)
      legs?.take(chunks, page !== undefined)
      this.slice?.end(chunks)
      return this.noteHeld(plan, chunks)
    })
  }

  /** Notes on documents that were read in part which paths of them there are. @internal */
  protected noteHeld(plan: QueryPlan, chunks: Chunk[]): Chunk[] {
    const held = this.plain ? null : plan.held
    if (held !== null) for (const chunk of chunks) chunk.held = held
    return chunks
  }

  /** What listeners are told of a query that is sent; without one, what this one compiles to. @internal */
  protected about(plan?: QueryPlan, call?: Call): About {
    const { isDebugged: debug, reportedData: data } = this
    const about = { debug, data, query: () => this.sent(plan ?? this.plan(), call) }
    if (plan === undefined || plan.related.length === 0) return about
    return { ...about, open: () => plan.openRelated() }
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
      return this.slice?.take(rows) ?? rows
    }
    const models = this.definition.hydrateAll(chunks)
    this.direct(call, models)
    if (this.setup !== undefined) {
      this.setup.apply(models)
      keepViews(this.definition, models)
    }
    const rows = models as unknown as Result[]
    return this.slice?.take(rows) ?? rows
  }

  /** Tells models where they came from, where that is not their own place. @internal */
  protected direct({ client: from }: Call, models: readonly Model[]): void {
    const { connection, client } = this.adapterOptions
    const adapted = adapterOf(this.definition.model) !== undefined
    if (connection === undefined && client === undefined && !from.isTransaction && !adapted) return
    const name = from.connectionName
    for (const model of models) {
      const rest = restOf(model)
      rest.connection = name
      rest.trx = from.isTransaction ? from : undefined
    }
  }

  /** The events of which no hooks run. Errors: `E_INVALID_QUERY`. @internal */
  get muted(): number {
    return mutedBy(this.definition, this.adapterOptions)
  }

  /**
   * Runs the query without the model's hooks of these events, or without any. Hooks of related models
   * are not touched: say it of the queries that `preload` gives. Errors: `E_INVALID_QUERY` for an event that
   * does not exist.
   *
   * @example
   * const everybody = await User.query().withoutHooks()
   * const raw = await User.query().withoutHooks('afterFetch').preload('posts', (posts) => posts.withoutHooks())
   */
  withoutHooks(...events: readonly HookEvent[]): this {
    mutedBy(this.definition, { hooks: events })
    this.adapterOptions.hooks = choiceWithout(this.adapterOptions.hooks, events)
    return this
  }

  /** @internal */
  get hooksOf(): ModelDefinition {
    return this.definition
  }

  /**
   * The query as a before hook gets it: what the hook adds holds for every row, also where the
   * application wrote an `orWhere`, and for every query of the model in a union.
   *
   * @internal
   */
  subjectOf(event: HookEvent): unknown {
    this.beginHook()
    return event === 'beforePaginate' ? [this.clone(), this] : this
  }

  /** @internal */
  hooksAreOver(): void {
    this.endHooks()
  }

  /** @internal */
  joined(): readonly ReadQuery[] {
    return boundOf(this.members)
  }

  /** @internal */
  ownJoined(): readonly ReadQuery[] {
    return boundOf(this.ownMembers())
  }

  /** @internal */
  get distance(): unknown {
    return this.shape?.near
  }

  /** @internal */
  get isUnion(): boolean {
    return this.hasUnion
  }

  /** Whether the operation runs any hooks. @internal */
  hasHooks(operation: ReadOperation): boolean {
    return !this.plain && hasReadHooks(this, operation)
  }

  /** The after hooks of a read are over: what they set is a view. @internal */
  keepViews(rows: readonly unknown[]): void {
    if (!this.plain) keepViews(this.definition, rows)
  }

  /** Writes a request: its head, and what the query says. @internal */
  protected write(body: Body, plan: QueryPlan, extra?: object, legs?: Legs): void {
    tellOfMembers(plan)
    const head = body.beginDocument()
    this.writeOptions(body, plan)
    plan.writeOptions(body)
    if (extra !== undefined) {
      for (const [name, value] of Object.entries(extra)) body.element(name, value)
    }
    plan.writeRelated(body)
    legs?.write(body)
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

  /** @internal */
  protected writeOptions(body: Body, { options }: QueryPlan): void {
    const { timeout } = this.adapterOptions
    if (timeout !== undefined && options.timeoutMS === undefined) {
      body.element('timeoutMS', timeout)
    }
  }

  /** @internal */
  protected writeCommand(body: Body, command: object, lift?: object): void {
    const head = body.beginDocument()
    body.element('lift', lift)
    try {
      body.element('command', command)
    } catch (error) {
      throw withDetails(error, { model: this.definition.name })
    }
    if (this.adapterOptions.timeout !== undefined)
      body.element('timeoutMS', this.adapterOptions.timeout)
    body.endDocument(head)
  }
}

/** What the core is to know before stages reach other collections. */
export function tellOfMembers({ query }: QueryPlan): void {
  if (query.members.length > 0) tellOfEncrypted()
}

function boundOf(members: readonly unknown[]): readonly ReadQuery[] {
  return members.filter((member) => member instanceof BoundQuery)
}

/** The operation that answers a query's rows. */
export function operationOf({ hasPipeline }: QueryPlan): native.Operation {
  return hasPipeline ? native.Operation.aggregate : native.Operation.find
}
