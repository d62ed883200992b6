import type { Chunk } from '../../codec/chunk.ts'
import { ValueSite } from '../../codec/shapes.ts'
import type { QueryPlan } from '../../query/index.ts'
import type { Model } from '../contracts/index.ts'
import { definitionOf } from '../definition/index.ts'
import type { HookEvent } from '../hooks/events.ts'
import { modelOf } from '../instance/attributes.ts'
import { type Call, callThrough } from '../operation/call.ts'
import { type About, reportOf } from '../operation/report.ts'
import type { Calculation } from '../preload/counts.ts'
import { type LegQuery, Legs, type RunningLeg } from '../preload/legs.ts'
import type { RelatedRows } from '../preload/linked_rows.ts'
import { keyValue, readGiven } from '../preload/load.ts'
import { loadTogether, sharesRequest } from '../preload/load_together.ts'
import type { RelatedPart } from '../preload/part.ts'
import { type Calculates, Preloads } from '../preload/preloads.ts'
import { callerOf, noteRow } from '../preload/row_by_row.ts'
import type { Explanation, Verbosity } from '../query_builder/explain.ts'
import { RowRead } from '../query_builder/row_read.ts'
import { linkTo } from './between_query.ts'
import { calculationOf } from './calculation.ts'
import { explainRelated } from './explain.ts'
import type { Between } from './keys.ts'
import { RelationQuery } from './relation_query.ts'

/** Rows of a relation, or its one row. */
type Rows = Model | Model[]

/** A query for the rows of a relation: of one row, or of all that another query reads. */
export class RelatedQueryBuilder<M extends Model = Model, Result = M>
  extends RelationQuery<M, Result>
  implements LegQuery
{
  /** The rows that were read as those of a preload are, by what stands for their chunks. */
  readonly #linked = new WeakMap<readonly Chunk[], Rows | null>()
  /** Where the application asked for the query, if somebody wants to know. */
  #caller: string | undefined

  protected override fresh(): this {
    const copy = new RelatedQueryBuilder<M, Result>(this.relation, this.adapterOptions, this.parent)
    return copy.copyState(this as never) as this
  }

  /** @internal */
  get legs(): readonly this[] {
    return [this]
  }

  // ---- Of one row

  /** Narrows the query to rows that refer here and, where it is for one row, to that row's. @internal */
  constrain(): void {
    const { between, type } = this.relation.keys
    if (type !== undefined) {
      this.#require(this.fresh().where(type.column.attribute as never, type.name as never))
    }
    if (this.parent === undefined) return
    this.#caller = callerOf(this.call('find').client)
    if (between === undefined) this.narrowTo(this.#keysOf(this.parent))
  }

  /** Narrows the query to the rows of these keys. @internal */
  narrowTo(keys: readonly unknown[]): this {
    const attribute = this.relation.keys.match.attribute as never
    const group = this.fresh()
    if (keys.length === 1) group.where(attribute, keys[0] as never)
    else group.whereIn(attribute, keys as never)
    return this.#require(group)
  }

  /** Adds conditions that what the application writes cannot widen. */
  #require(group: this): this {
    this.addHookClauses(group.clausesWith([]))
    return this
  }

  /** Removes all conditions but those that make rows the relation's. */
  override clearWhere(): this {
    super.clearWhere()
    if (this.hookClauses.length === 0) this.constrain()
    return this
  }

  /** The keys of a row. Null refers to nothing. */
  #keysOf(parent: Model): unknown[] {
    const { key, when } = this.relation.keys
    if (when !== undefined && keyValue(parent, when.column) !== when.name) return []
    return [keyValue(parent, key)].flat().filter((one) => one !== undefined && one !== null)
  }

  /** @internal */
  protected override get most(): number | undefined {
    return this.relation.isMany || this.parent === undefined ? undefined : 1
  }

  /** @internal */
  override plan(most?: number): QueryPlan {
    if (this.groups && this.order.length === 0) {
      this.orderBy(this.definition.primary.attribute as never, 'desc')
    }
    return super.plan(most)
  }

  /** @internal */
  protected override needed(): string[] {
    return [...super.needed(), this.relation.keys.match.stored]
  }

  /** @internal */
  override planWrite(operation: string, ordered?: boolean): QueryPlan {
    if (this.#isThrough) {
      this.refuse(
        operation,
        'rows behind other documents are read; write by a query of their model',
      )
    }
    return super.planWrite(operation, ordered)
  }

  get #isThrough(): boolean {
    return this.parent !== undefined && this.relation.keys.between !== undefined
  }

  /** @internal */
  protected override async counted(): Promise<number> {
    if (!this.#isThrough) return super.counted()
    const { limit, skip = 0 } = this.plan().query
    const query = this.clone().clearLimit().clearOffset().as('count')
    const call = this.call('count')
    const legs = await Legs.begin([], [query.calculation('withCount')], call, 'fetch')
    const counted: { count?: number } = {}
    ;(await this.#given(call, legs)).extend(counted, 0)
    return Math.min(
      Math.max((counted.count as number) - skip, 0),
      limit ?? Number.POSITIVE_INFINITY,
    )
  }

  /** What belongs to the row that the query is for. */
  #given({ client, limits }: Call, legs: Legs, about?: About): Promise<RelatedRows> {
    const parent = this.parent as Model
    const call = callThrough(definitionOf(modelOf(parent)), 'find', client, limits)
    return readGiven(call, legs, [parent], [this.relation.keys.key], about)
  }

  /** @internal */
  protected override about(plan?: QueryPlan, call?: Call): About {
    return { ...super.about(plan, call), relation: this.relation.relationName }
  }

  /** Rows behind other documents are read as those of a preload are. @internal */
  protected override async read(call: Call, plan: QueryPlan, below?: Legs): Promise<Chunk[]> {
    const parent = this.parent
    if (parent === undefined) return super.read(call, plan, below)
    const chunks: Chunk[] = []
    const { relationName } = this.relation
    const preloads = new Preloads().add(this.relation)
    const owner = callThrough(definitionOf(modelOf(parent)), 'find', call.client, call.limits)
    if (below === undefined && this.#saysNothing(plan) && sharesRequest(owner, preloads)) {
      const related = await loadTogether(owner, parent, preloads, this.#caller)
      this.#linked.set(chunks, related.get(relationName) as unknown as Rows | null)
      return chunks
    }
    noteRow(parent, [relationName], this.#caller)
    if (!this.#isThrough) return super.read(call, plan, below)
    if (plan.query.page !== undefined) {
      this.refuse('paginateCursor', 'rows behind other documents have no pages by cursor')
    }
    const running = this.#running(call, plan, below, undefined)
    const legs = await Legs.of(this, { ...running, report: undefined })
    const linked = await this.#given(call, legs, this.about(plan))
    this.#linked.set(chunks, linked.of(relationName, 0) as unknown as Rows)
    return chunks
  }

  /** Whether all rows of the relation are asked for, in no order, and nothing more. */
  #saysNothing(plan: QueryPlan): boolean {
    const { type, when } = this.relation.keys
    const own = (this.#isThrough ? 0 : 1) + (type === undefined ? 0 : 1)
    const isAll = plan.asksForAll(own) && this.hookClauses.length === own
    const isTold = this.isTold || this.setup !== undefined || when !== undefined
    const isLimited = this.relation.isMany && plan.most !== undefined
    const isReported = this.isDebugged !== undefined || this.reportedData !== undefined
    return isAll && !isTold && !isLimited && !isReported && !this.locks && !this.plain
  }

  /** @internal */
  override whyRows(after?: readonly HookEvent[]): string | undefined {
    return this.#isThrough ? 'the rows are behind other documents' : super.whyRows(after)
  }

  /** @internal */
  protected override rows(call: Call, chunks: readonly Chunk[]): Result[] {
    const linked = this.#linked.get(chunks)
    if (linked === undefined) return super.rows(call, chunks)
    const rows = linked === null ? [] : [linked].flat()
    if (!this.plain) this.#setUp(rows)
    return rows as unknown as Result[]
  }

  /** All rows behind other documents come at once. */
  override batches(options?: { batchSize?: number }): AsyncGenerator<Result[], void> {
    return this.#isThrough ? this.#allAtOnce() : super.batches(options)
  }

  async *#allAtOnce(): AsyncGenerator<Result[], void> {
    yield await this.exec()
  }

  // ---- Of many rows

  /** @internal */
  async beginLeg(_around: Call, operation: 'fetch' | 'stream'): Promise<RunningLeg> {
    const call = this.call('find')
    const read = this.hasHooks(operation) ? new RowRead<Model>(call, operation, this) : undefined
    try {
      await read?.before()
      const below = await this.beginLegs(call, operation)
      return this.#running(call, this.plan(), below, read)
    } catch (error) {
      read?.end()
      throw error
    }
  }

  #running(
    call: Call,
    plan: QueryPlan,
    below: Legs | undefined,
    read: RowRead<Model> | undefined,
  ): RunningLeg {
    const { definition, plain } = this
    const { between } = this.relation.keys
    const shown = between === undefined ? [] : this.shown
    const site = new ValueSite()
    return {
      ...this.#part(call, plan),
      below,
      isPlain: plain,
      isEager: definition.hooks.has('afterFetch', call.muted) || this.setup !== undefined,
      hydrate: (chunk, row) => {
        if (plain) return chunk.document(row, site) as Model
        const model = definition.hydrate(chunk, row)
        this.direct(call, [model])
        return model
      },
      report: (milliseconds) =>
        reportOf(call.as('preload'), this.about(plan))?.end(undefined, milliseconds),
      link: plain
        ? undefined
        : (extras, document) => linkTo(extras, between as Between, shown, document),
      after: async (rows) => {
        this.#setUp(rows)
        await read?.after(rows)
      },
      end: () => read?.end(),
    }
  }

  #part(call: Call, plan: QueryPlan): RelatedPart {
    const { key, match } = this.relation.keys
    return {
      rows: { call, plan, key: key.stored, match: match.stored },
      handle: this.handle(),
      between: this.between(call),
    }
  }

  /** @internal */
  explainFor(above: readonly unknown[], verbosity: Verbosity): Promise<Explanation> {
    return explainRelated(this, above as never, this.call('find').client, verbosity)
  }

  // ---- Of what is calculated

  /** @internal */
  calculation(operation: Calculates): Calculation {
    const asked = {
      relation: this.relation.relationName,
      alias: this.alias,
      aggregates: this.shape?.aggregates.all ?? [],
      refuse: (why: string) => this.refuse(operation, why),
    }
    return calculationOf(this.definition, operation, asked, () => this.found(operation))
  }

  /** Which related rows are meant, whatever becomes of them. @internal */
  found(operation: string): RelatedPart {
    const query = this.clone().clearOrder().clearSelect()
    const plan = query.plan()
    const { limit, skip } = plan.query
    if (limit !== undefined || skip !== undefined || plan.hasPipeline) {
      this.refuse(operation, 'limits, groups and unions have no meaning there')
    }
    return this.#part(query.call('find'), plan)
  }

  #setUp(rows: readonly Model[]): void {
    if (this.setup === undefined) return
    this.setup.apply(rows)
    this.keepViews(rows)
  }
}
