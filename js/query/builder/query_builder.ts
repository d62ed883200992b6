import { nothing } from '../compile/filter.ts'
import { compileCountPipeline, compilePipeline, type PipelineSource } from '../compile/pipeline.ts'
import { addsToEverything, compileProjection } from '../compile/projection.ts'
import { type Document, toOrdinary } from '../compile/record.ts'
import { compileSort, movesNulls } from '../compile/sort.ts'
import { fail } from '../messages.ts'
import { Shape } from '../rows.ts'
import type { CompiledQuery } from '../types.ts'
import { type HookClauses, NO_HOOKS } from './sets.ts'
import { SqlOnlyBuilder } from './sql_only.ts'

const NO_SHAPE: Shape = Object.freeze(new Shape())

/** Options of a query whose rows are added to another's, which MongoDB has for the whole only. */
const WHOLE_ONLY = ['hint', 'collation', 'readConcern', 'readPreference'] as const

/**
 * A query on model `M` (the type of its instances), without the means to run it. Each method changes
 * the builder and returns it.
 */
export abstract class QueryBuilder<M> extends SqlOnlyBuilder<M> {
  /** An independent copy: what is added to one of the two does not show in the other. */
  clone(): this {
    const copy = this.fresh()
    copy.copyFrom(this)
    return copy
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
      unions: this.compileUnions(hookClauses),
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
