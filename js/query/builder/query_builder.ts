import type { Joiner } from '../clauses.ts'
import { Asks, type DescribedMember, type DescribedQuery } from '../description.ts'
import { fail } from '../messages.ts'
import { QueryPlan } from '../plan.ts'
import { toOrdinary } from '../record.ts'
import type { CompiledQuery } from '../types.ts'
import { AggregateMethods } from './aggregate_methods.ts'
import { ArrayMethods } from './arrays.generated.ts'
import { compose } from './compose.ts'
import { ControlMethods } from './control_methods.ts'
import { DocumentMethods } from './documents.generated.ts'
import { readElement, readEmbedded } from './element_query.ts'
import { GroupMethods } from './group_methods.ts'
import { NearMethods } from './near_methods.ts'
import { OptionMethods } from './option_methods.ts'
import { copyOfOptions, type HookClauses, NO_HOOKS, QueryState } from './query_state.ts'
import { RowMethods } from './row_methods.ts'
import { SetMethods } from './set_methods.ts'
import { SqlOnlyMethods } from './sql_only.generated.ts'

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
    this.options = copyOfOptions(source.options)
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

  /** @internal */
  pushEmbedded(joiner: Joiner, negated: boolean, key: unknown, given: unknown): this {
    return this.pushReading(joiner, negated, readEmbedded(this.target, key, given))
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
   * The query as it is now, ready to be sent; with `most`, for no more rows than that.
   *
   * @internal
   */
  plan(most?: number): QueryPlan {
    return this.#plan(Asks.rows, most)
  }

  /**
   * A count of the rows, limit and offset included. Stages answer one document `{ count }`, and no
   * document when there are no rows.
   *
   * @internal
   */
  planCount(): QueryPlan {
    return this.#plan(Asks.count)
  }

  #plan(asks: Asks, most?: number): QueryPlan {
    const options = copyOfOptions(this.options)
    return new QueryPlan(this.target, this.#described(NO_HOOKS), options, asks, most)
  }

  /** @internal */
  compile(): CompiledQuery {
    return this.plan().compiled
  }

  /** @internal */
  compileCount(): CompiledQuery {
    return this.planCount().compiled
  }

  /** What the query says. `around` is what hooks wrote of queries around this one. */
  #described(around: HookClauses): DescribedQuery {
    const { shape } = this
    const { limit, skip } = this.options
    const hooks = around.get(this.target) ?? []
    return {
      clauses: this.clausesWith(hooks),
      selected: [...this.selected],
      order: [...this.order],
      limit,
      skip,
      shape: shape?.copy(),
      members:
        shape === undefined || shape.unions.length === 0
          ? []
          : this.#members(new Map(around).set(this.target, [...this.hookClauses, ...hooks])),
      page: undefined,
    }
  }

  #members(around: HookClauses): DescribedMember[] {
    const unions = this.shape?.unions.all ?? []
    return unions.map(({ all, collection, member }) => {
      const query = (member as QueryBuilder<M>).#described(around)
      return { all, collection, query }
    })
  }

  protected checkMember(): void {
    for (const option of WHOLE_ONLY) {
      if (this.options[option] === undefined) continue
      const message = `${option} can be set for a union as a whole, not for one of its queries`
      fail('E_INVALID_QUERY', this.target, message)
    }
    this.plan().check()
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
