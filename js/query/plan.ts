/** A query that is ready to be sent: what is added to its builder afterwards is none of it. */
import type { Body } from '../codec/body.ts'
import type { HeldPaths } from '../codec/chunk.ts'
import { alwaysNarrow, type RelatedCondition, relatedIn } from './clauses.ts'
import { compileParts, keyAnswer } from './compiled.ts'
import {
  Asks,
  type CursorPageOf,
  type DescribedQuery,
  type KeyAnswer,
  writeDescription,
} from './description.ts'
import { heldByPage, heldBySelection, heldByStages } from './held.ts'
import { movesNulls } from './order.ts'
import { record } from './record.ts'
import { addsToEverything } from './selection.ts'
import type { QueryTarget } from './target.ts'
import type { CompiledQuery } from './types.ts'

/** Everything about a query but its conditions, its order and its rows. */
export interface QueryOptions
  extends Omit<CompiledQuery, 'filter' | 'sort' | 'projection' | 'pipeline'> {
  /** What it makes of rules, by their names. */
  lift?: Readonly<Record<string, unknown>>
}

/** Options that go to the server as they are; limit and offset are compiled. */
const OPTION_NAMES = [
  'hint',
  'comment',
  'collation',
  'maxTimeMS',
  'timeoutMS',
  'batchSize',
  'allowDiskUse',
  'readPreference',
  'readConcern',
  'lift',
] as const satisfies readonly (keyof QueryOptions)[]

export class QueryPlan {
  readonly options: QueryOptions
  readonly query: DescribedQuery
  /** Rows are made by stages: `find` cannot answer them, nor can a filter count them. */
  readonly hasPipeline: boolean
  /** The caller said that every document is meant. */
  everything = false
  readonly #target: QueryTarget
  readonly #asks: Asks
  /** Rows are read at most, whatever the limit. */
  readonly most: number | undefined
  #compiled: CompiledQuery | undefined
  #key: KeyAnswer | undefined
  #related: readonly RelatedCondition[] | undefined

  constructor(
    target: QueryTarget,
    query: DescribedQuery,
    options: QueryOptions,
    asks: Asks,
    most?: number,
  ) {
    this.#target = target
    this.query = query
    this.options = options
    this.#asks = asks
    this.most = most
    this.hasPipeline = asks === Asks.count ? countsByStages(query) : needsStages(query)
  }

  /** A page by cursor of the query. */
  paged(page: CursorPageOf): QueryPlan {
    const query = { ...this.query, page }
    return new QueryPlan(this.#target, query, this.options, this.#asks)
  }

  /** The same query for all of its rows. */
  unlimited(): QueryPlan {
    const query = { ...this.query, limit: undefined, skip: undefined }
    return new QueryPlan(this.#target, query, this.options, this.#asks)
  }

  /** The same query for the keys alone. */
  forKeys(): QueryPlan {
    const query = { ...this.query, selected: ['_id'], shape: undefined }
    return new QueryPlan(this.#target, query, this.options, this.#asks)
  }

  /**
   * The query as MongoDB gets it, made of objects without a prototype.
   *
   * Throws `E_INVALID_QUERY` for what a query cannot ask.
   */
  get compiled(): CompiledQuery {
    this.#compiled ??= this.#compile()
    return this.#compiled
  }

  /** What the conditions say of the primary key. Throws what {@link compiled} does. */
  saysOfKey(): KeyAnswer {
    this.#key ??= keyAnswer(this.#target, this.query)
    return this.#key
  }

  /** Whether fewer documents than all are meant. */
  get narrows(): boolean {
    const { clauses, shape } = this.query
    if (shape?.near !== undefined || alwaysNarrow(clauses)) return true
    return clauses.length > 0 && Object.keys(this.compiled.filter).length > 0
  }

  /** Whether the query says anything of a part. */
  has(part: 'sort' | 'projection' | keyof QueryOptions): boolean {
    if (part === 'sort') return this.query.order.length > 0
    if (part === 'projection') {
      const { selected, shape } = this.query
      return (selected.length > 0 && !selected.includes('*')) || shape?.score !== undefined
    }
    return this.options[part] !== undefined
  }

  /** Whether any document that answers its conditions is its first row. */
  get isFilter(): boolean {
    const more = ['sort', 'projection', 'limit', 'skip'] as const
    return !this.hasPipeline && !more.some((part) => this.has(part))
  }

  /** Whether it says nothing but these many conditions: rows as they are stored, all, in no order. */
  asksForAll(conditions: number): boolean {
    const { clauses, selected, order, shape, members } = this.query
    const isMade = shape !== undefined || members.length > 0 || this.query.page !== undefined
    const isOptional = OPTION_NAMES.some((name) => this.options[name] !== undefined)
    if (clauses.length !== conditions || isMade || isOptional) return false
    return selected.length + order.length === 0 && this.isFilter
  }

  /** Throws what {@link compiled} does. */
  check(): void {
    // What filters and `find` say is always possible.
    if (this.hasPipeline) this.#compiled ??= this.#compile()
  }

  #compile(): CompiledQuery {
    const compiled = record() as unknown as CompiledQuery
    const described = (body: Body, held: unknown[]) => {
      writeDescription(body, this.query, this.#asks, this.most, held)
    }
    Object.assign(compiled, compileParts(this.#target, described))
    for (const name of OPTION_NAMES) {
      const value = this.#option(name)
      if (value !== undefined) Object.assign(compiled, { [name]: value })
    }
    return compiled
  }

  /** Which paths the documents of the rows have; null for all of them. */
  get held(): HeldPaths | null {
    const { selected, shape, members, order, page } = this.query
    if (page !== undefined) return heldByPage(selected, shape?.score, order)
    if (!this.hasPipeline) return heldBySelection(selected, shape?.score)
    const whole = selected.length === 0 && members.length === 0 && shape?.isGrouped !== true
    return whole ? null : heldByStages(this.compiled.pipeline ?? [])
  }

  /** Writes what belongs into a request's head. */
  writeOptions(body: Body): void {
    for (const name of OPTION_NAMES) {
      const value = this.#option(name)
      if (value !== undefined) body.element(name, value)
    }
  }

  /** A number has no batches. */
  #option(name: (typeof OPTION_NAMES)[number]): unknown {
    const isNumber = this.#asks === Asks.count && !this.hasPipeline
    return isNumber && name === 'batchSize' ? undefined : this.options[name]
  }

  /** As {@link writeDescription}, to look at: nothing is read of related rows. */
  showDescription(body: Body): void {
    writeDescription(body, this.query, this.#asks, this.most)
  }

  /** The related rows that conditions ask for. */
  get related(): readonly RelatedCondition[] {
    this.#related ??= relatedOf(this.query)
    return this.#related
  }

  /** Gets what conditions over related rows need to be written. */
  async openRelated(): Promise<void> {
    for (const one of this.related) await one.open()
  }

  /** Writes the related rows that conditions ask for into a head. */
  writeRelated(body: Body): void {
    if (this.related.length === 0) return
    const array = body.beginArrayElement('has')
    for (const [index, one] of this.related.entries()) {
      const start = body.beginDocumentItem(index)
      one.write(body)
      body.endDocument(start)
    }
    body.endDocument(array)
  }

  /** Writes what stands behind a request's head, or as an element which documents are meant. */
  writeDescription(body: Body, asks = this.#asks, name?: string): void {
    writeDescription(body, this.query, asks, this.most, undefined, name, true)
  }
}

/** In the order in which descriptions are written. */
function relatedOf(
  { clauses, shape, members }: DescribedQuery,
  found?: readonly RelatedCondition[],
): readonly RelatedCondition[] {
  let all = relatedIn(clauses, found)
  if (shape !== undefined) all = relatedIn(shape.having.all, all)
  for (const { query } of members) all = relatedOf(query, all)
  return all
}

/** Whether `find` cannot answer the query. */
function needsStages({ shape, order, selected }: DescribedQuery): boolean {
  return (
    shape?.needsPipeline === true ||
    (order.length > 0 && order.some(movesNulls)) ||
    (selected.length > 0 && addsToEverything(selected))
  )
}

function countsByStages({ shape }: DescribedQuery): boolean {
  return shape?.needsCountPipeline === true
}
