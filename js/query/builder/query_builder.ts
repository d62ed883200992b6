import type { Joiner } from '../clauses.ts'
import { nothing } from '../compile/filter.ts'
import { nearFilter } from '../compile/near.ts'
import {
  type CompiledUnion,
  compileCountPipeline,
  compilePipeline,
  type PipelineSource,
} from '../compile/pipeline.ts'
import { addsToEverything, compileProjection } from '../compile/projection.ts'
import { type Document, toOrdinary } from '../compile/record.ts'
import { compileSort, movesNulls } from '../compile/sort.ts'
import { fail } from '../messages.ts'
import { Shape } from '../rows.ts'
import type { CompiledQuery } from '../types.ts'
import { AggregateMethods } from './aggregate_methods.ts'
import { ArrayMethods } from './arrays.generated.ts'
import { compose } from './compose.ts'
import { ControlMethods } from './control_methods.ts'
import { DocumentMethods } from './documents.generated.ts'
import { readElement } from './element_query.ts'
import { GroupMethods } from './group_methods.ts'
import { NearMethods } from './near_methods.ts'
import { OptionMethods } from './option_methods.ts'
import { type HookClauses, NO_HOOKS, type Options, QueryState } from './query_state.ts'
import { RowMethods } from './row_methods.ts'
import { SetMethods } from './set_methods.ts'
import { SqlOnlyMethods } from './sql_only.generated.ts'

const NO_SHAPE: Shape = Object.freeze(new Shape())

/** Options of a query whose rows are added to another's, which MongoDB has for the whole only. */
const WHOLE_ONLY = ['hint', 'collation', 'readConcern', 'readPreference'] as const

export interface QueryBuilder<M>
  extends ArrayMethods<M>,
    DocumentMethods<M>,
    NearMethods<M>,
    RowMethods<M>,
    GroupMethods<M>,
    AggregateMethods<M>,
    SetMethods<M>,
    OptionMethods<M>,
    ControlMethods,
    SqlOnlyMethods {}

/**
 * A query on model `M` (the type of its instances), without the means to run it. Each method changes
 * the builder and returns it.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: `compose` gives it what the interface says
export abstract class QueryBuilder<M> extends QueryState<M> {
  protected override copyFrom(source: this): void {
    super.copyFrom(source)
    this.selection = source.selection.copy()
    this.sorting = source.sorting.copy()
    this.shape = source.shape?.copy()
    this.options = Object.assign(Object.create(null) as Options, source.options)
    if (source.reporting !== undefined) this.reporting = { ...source.reporting }
  }

  protected override checkGroup(negated: boolean): void {
    super.checkGroup(negated)
    if (this.shape?.near === undefined) return
    const message = 'whereNear() is for the whole query, not for a group; see whereWithin()'
    fail('E_INVALID_QUERY', this.target, message)
  }

  /** @internal */
  pushElement(joiner: Joiner, negated: boolean, key: unknown, given: unknown): this {
    return this.pushReading(joiner, negated, readElement(this.target, key, given))
  }

  /**
   * The query as MongoDB gets it, with stored names, to look at or to pass to the driver. Takes the
   * place of Lucid's `toSQL()`.
   *
   * @example
   * User.query().where('status', 'active').where('age', '>', 18).toMongo()
   * // { filter: { status: 'active', age: { $gt: 18 } } }
   */
  toMongo(): CompiledQuery {
    return toOrdinary(this.compile())
  }

  /** The filter of the conditions without the distance. @internal */
  protected conditions(): Document {
    return super.compileFilter()
  }

  protected override compileFilter(): Document {
    const near = this.shape?.near
    if (near === undefined) return super.compileFilter()
    return this.compileFilterWith(nearFilter(near))
  }

  /**
   * What `toMongo()` shows, made of objects without a prototype: what the executing part encodes.
   *
   * @internal
   */
  compile(): CompiledQuery {
    const compiled = Object.create(null) as CompiledQuery
    compiled.filter = this.compileFilter()
    if (this.#needsPipeline) {
      compiled.pipeline = compilePipeline(this.#source(NO_HOOKS))
      return this.#addOptions(compiled)
    }
    if (this.order.length > 0) compiled.sort = compileSort(this.order)
    const projection = compileProjection(this.selected, this.shape?.score)
    if (projection !== undefined) compiled.projection = projection
    Object.assign(compiled, this.options)
    return this.#refuseAll(compiled)
  }

  /**
   * What a count of the rows takes, limit and offset included: a filter, or a pipeline that answers
   * one document `{ count }`, and no document when there are no rows.
   *
   * @internal
   */
  compileCount(): CompiledQuery {
    const compiled = Object.create(null) as CompiledQuery
    compiled.filter = this.compileFilter()
    if (this.shape?.needsCountPipeline) {
      compiled.pipeline = compileCountPipeline(this.#source(NO_HOOKS))
      return this.#addOptions(compiled)
    }
    Object.assign(compiled, this.options)
    delete compiled.batchSize
    return this.#refuseAll(compiled)
  }

  /** `find` reads 0 as no limit. */
  #refuseAll(compiled: CompiledQuery): CompiledQuery {
    if (compiled.limit === 0) {
      compiled.limit = 1
      compiled.filter = this.compileFilterWith(nothing())
    }
    return compiled
  }

  /** Whether `find` cannot answer the query. */
  get #needsPipeline(): boolean {
    return (
      this.shape?.needsPipeline === true ||
      (this.order.length > 0 && this.order.some(movesNulls)) ||
      (this.selected.length > 0 && addsToEverything(this.selected))
    )
  }

  #source(hookClauses: HookClauses): PipelineSource {
    return {
      target: this.target,
      filter: this.conditions(),
      selected: this.selected,
      order: this.order,
      shape: this.shape ?? NO_SHAPE,
      unions: this.#compileUnions(hookClauses),
      limit: this.options.limit,
      skip: this.options.skip,
    }
  }

  /** The options beside a pipeline: limit and offset are stages of it. */
  #addOptions(compiled: CompiledQuery): CompiledQuery {
    Object.assign(compiled, this.options)
    delete compiled.limit
    delete compiled.skip
    return compiled
  }

  /** The rows of other queries as stages. `around` is what hooks wrote of queries around this one. */
  #compileUnions(around: HookClauses): CompiledUnion[] {
    const unions = this.shape?.unions.all ?? []
    if (unions.length === 0) return []
    const hookClauses = new Map(around).set(this.target, this.hookClauses)
    return unions.map(({ all, collection, member }) => {
      const stages = (member as QueryBuilder<M>).memberStages(hookClauses)
      return { all, collection, stages }
    })
  }

  protected memberStages(hookClauses: HookClauses): Document[] {
    for (const option of WHOLE_ONLY) {
      if (this.options[option] === undefined) continue
      const message = `${option} can be set for a union as a whole, not for one of its queries`
      fail('E_INVALID_QUERY', this.target, message)
    }
    const bound = this.clone()
    bound.addHookClauses(hookClauses.get(this.target) ?? [])
    return compilePipeline(bound.#source(hookClauses))
  }
}

compose(
  QueryBuilder,
  ArrayMethods,
  DocumentMethods,
  NearMethods,
  RowMethods,
  GroupMethods,
  AggregateMethods,
  SetMethods,
  OptionMethods,
  ControlMethods,
  SqlOnlyMethods,
)
