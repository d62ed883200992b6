/** What is told to a query for the rows of a relation. */
import type { QueryClient } from '../../database/client.ts'
import { errors } from '../../errors/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelAdapterOptions } from '../contracts/options.ts'
import type { Call } from '../operation/call.ts'
import type { LegPart } from '../preload/part.ts'
import { ModelQueryBuilder } from '../query_builder/index.ts'
import { BetweenQuery } from './between_query.ts'
import type { Between, MorphCase, Related } from './keys.ts'
import { givePivotMethods, type PivotCall, type PivotMethod } from './pivot_conditions.ts'

/** A query for the rows of a relation, as the application narrows it. */
export abstract class RelationQuery<M extends Model, Result> extends ModelQueryBuilder<M, Result> {
  /** @internal */
  readonly relation: Related
  /** The row that the query is for, where it is for one. @internal */
  protected readonly parent: Model | undefined
  #pivotCalls: PivotCall[] = []
  #pivotNames: string[] = []
  #maxDepth: number | undefined
  /** @internal */
  protected groups = false
  /** @internal */
  protected alias: string | undefined

  /** Use `related(name).query()`. @internal */
  constructor(relation: Related, options: ModelAdapterOptions, parent?: Model) {
    super(relation.keys.related, options)
    this.relation = relation
    this.parent = parent
  }

  /** @internal */
  protected override copyState(from: this): this {
    this.#pivotCalls = [...from.#pivotCalls]
    this.#pivotNames = [...from.#pivotNames]
    this.groups = from.groups
    this.alias = from.alias
    this.#maxDepth = from.#maxDepth
    return super.copyState(from)
  }

  /** Whether it is the query of a relation. Names of the flags are Lucid's. */
  get isRelatedQuery(): true {
    return true
  }

  /** Whether it reads the related rows of several rows at once. */
  get isRelatedPreloadQuery(): boolean {
    return this.parent === undefined
  }

  /** @internal */
  get when(): MorphCase | undefined {
    return this.relation.keys.when
  }

  /**
   * As many rows for each row that has the relation, in a preload; otherwise the same as `limit`.
   * Newest keys first, unless there is an order. Errors: `E_INVALID_QUERY` for a relation to one row.
   */
  groupLimit(count: number): this {
    this.#needMany('groupLimit')
    this.groups = true
    return this.limit(count)
  }

  /** The order of {@link groupLimit}; the same as `orderBy`. Errors: as `groupLimit`. */
  groupOrderBy(column: string, direction?: 'asc' | 'desc'): this {
    this.#needMany('groupOrderBy')
    return this.orderBy(column as never, direction)
  }

  /** Follows a tree so many steps at most. Errors: `E_INVALID_QUERY`, also for other relations. */
  maxDepth(steps: number): this {
    if (this.relation.keys.between?.tree === undefined || !(Number.isInteger(steps) && steps > 0)) {
      this.refuse('maxDepth', 'needs a relation that is a tree, and an integer from 1 on')
    }
    this.#maxDepth = steps
    return this
  }

  /** Reads these values of the pivot collection too, as `pivot_<name>` in the `$extras` of rows. */
  pivotColumns(names: readonly string[]): this {
    this.#pivot('pivotColumns').know(names)
    this.#pivotNames.push(...names)
    return this
  }

  /** @internal */
  addPivotCall(method: PivotMethod, args: readonly unknown[]): this {
    const [first] = args
    const isClause = typeof first === 'object' && first !== null
    this.#pivot(`${method}Pivot`).know(isClause ? Object.keys(first) : [first])
    this.#pivotCalls.push([method, args])
    return this
  }

  #pivot(operation: string) {
    return (
      this.relation.keys.between?.pivot ??
      this.refuse(operation, 'the relation has no pivot collection')
    )
  }

  #needMany(operation: string): void {
    if (!this.relation.isMany) this.refuse(operation, 'the relation is to one row')
  }

  /** @internal */
  protected refuse(operation: string, why: string): never {
    const { model, relationName } = this.relation
    throw new errors.E_INVALID_QUERY(`${model.name}.${relationName}: ${operation}(): ${why}`, {
      model: model.name,
      operation,
    })
  }

  /** Names what is calculated, in the `$extras` of rows. */
  override as(name: string): this {
    this.alias = name
    return this
  }

  /** @internal */
  protected between(call: Call): LegPart | undefined {
    const { between } = this.relation.keys
    if (between === undefined) return undefined
    const { definition, tree } = between
    const query = this.betweenQuery(call.client)
    if (tree === undefined) query.select(...(this.shown as never[]))
    const stored = (name: string) => definition.column(name)?.stored ?? name
    return {
      call: query.call('find'),
      plan: query.plan(),
      key: stored(between.key),
      match: stored(between.match),
      ...(tree === undefined ? {} : { tree: { ...tree, most: this.#maxDepth } }),
    }
  }

  /** A query for the documents between. @internal */
  betweenQuery(client: QueryClient): BetweenQuery {
    const { definition } = this.relation.keys.between as Between
    const query = new BetweenQuery(definition, this.relation.optionsFor(client, definition))
    for (const [method, args] of this.#pivotCalls) {
      ;(query[method] as (...args: readonly unknown[]) => unknown)(...args)
    }
    return query
  }

  /** Names of what is read of the documents between. */
  protected get shown(): readonly string[] {
    const { pivot, match, key } = this.relation.keys.between as Between
    return pivot === undefined ? [match, key] : [...pivot.shown, ...this.#pivotNames]
  }

  /** Whether anything was said of documents between, or of a tree. @internal */
  protected get isTold(): boolean {
    return this.#pivotCalls.length + this.#pivotNames.length + (this.#maxDepth ?? 0) > 0
  }
}

givePivotMethods(RelationQuery.prototype)
