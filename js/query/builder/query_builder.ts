import { toOrdinary } from '../compile/record.ts'
import { Asks, type DescribedMember, type DescribedQuery } from '../description.ts'
import { fail } from '../messages.ts'
import { QueryPlan } from '../plan.ts'
import type { CompiledQuery } from '../types.ts'
import type { Options } from './options.ts'
import { type HookClauses, NO_HOOKS } from './sets.ts'
import { SqlOnlyBuilder } from './sql_only.ts'

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
    const options = Object.assign(Object.create(null) as Options, this.options)
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
