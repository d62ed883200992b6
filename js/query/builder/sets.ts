import type { Document } from '../compile/record.ts'
import { describe, fail } from '../messages.ts'
import { resolvePath } from '../names.ts'
import type { AttributePath, QueryCallback } from '../types.ts'
import { AggregateBuilder } from './aggregates.ts'

/** A query whose rows are added, or a callback that writes one on the same model. */
export type UnionMember<Query> = SetBuilder<never> | QueryCallback<Query>

/** Rows without repetition, and rows of several queries. */
export abstract class SetBuilder<M> extends AggregateBuilder<M> {
  /** The rows as stages of a pipeline, for a query that adds them to its own. */
  protected abstract memberStages(): Document[]

  /**
   * Reads each combination of values of these columns once, and of what else is selected; null and
   * missing are the same. Without any column, rows are different documents anyway. Throws
   * `E_UNKNOWN_COLUMN`; running the query throws `E_INVALID_QUERY` when it sorts by anything else.
   *
   * @example
   * query.distinct('country', 'city').orderBy('country')
   */
  distinct(...columns: readonly (AttributePath<M> | '*')[]): this
  distinct(columns: readonly (AttributePath<M> | '*')[]): this
  distinct(...columns: readonly unknown[]): this {
    this.addSelected(columns)
    this.ownShape().distinct = true
    return this
  }

  /**
   * Reads one document for each combination of values of these columns: the first by the order of
   * the query. Semantics of PostgreSQL's `DISTINCT ON`, but for its rule that the order must begin
   * with the same columns. Throws `E_UNKNOWN_COLUMN`; running the query throws `E_INVALID_QUERY`
   * together with groups or {@link distinct}.
   *
   * @example
   * query.distinctOn('userId').orderBy('createdAt', 'desc') // the newest of each user
   */
  distinctOn(...columns: readonly AttributePath<M>[]): this
  distinctOn(columns: readonly AttributePath<M>[]): this
  distinctOn(...columns: readonly unknown[]): this {
    const paths = columns
      .flatMap((column) => (Array.isArray(column) ? Array.from<unknown>(column) : [column]))
      .map((column) => resolvePath(this.target, column).field)
    const shape = this.ownShape()
    shape.distinctOn = [...new Set([...shape.distinctOn, ...paths])]
    return this
  }

  /**
   * Adds the rows of other queries and leaves out rows that are equal. Order, limit and offset of
   * this query are those of the whole, and sort by what is selected; each of the others may have its
   * own. A query that is passed in is copied. All must be on the same connection; rows of other
   * models come as rows of this one.
   *
   * Throws `E_INVALID_QUERY` for what is no query, and for a query with a hint or collation, which
   * MongoDB knows for the whole only.
   *
   * @example
   * query.where('status', 'active').union((other) => other.where('invited', true))
   */
  union(queries: UnionMember<this> | readonly UnionMember<this>[]): this {
    return this.#union(false, queries)
  }

  /** {@link union} that keeps equal rows. */
  unionAll(queries: UnionMember<this> | readonly UnionMember<this>[]): this {
    return this.#union(true, queries)
  }

  /** Whether rows of other queries are added. */
  get hasUnion(): boolean {
    return (this.shape?.unions.length ?? 0) > 0
  }

  #union(all: boolean, given: unknown): this {
    const members: unknown[] = Array.isArray(given) ? Array.from<unknown>(given) : [given]
    const added = members.map((one) => {
      const member = this.#member(one)
      const { collection } = member.target
      if (typeof collection !== 'string') {
        fail('E_INVALID_QUERY', this.target, 'union() needs a query whose collection is known')
      }
      return { all, collection, stages: member.memberStages() }
    })
    const shape = this.ownShape()
    shape.unions = [...shape.unions, ...added]
    return this
  }

  #member(given: unknown): SetBuilder<M> {
    if (given instanceof SetBuilder) return given
    if (typeof given === 'function') {
      const member = this.fresh()
      this.runNow(given as (query: this) => unknown, member)
      return member
    }
    const got = describe(given)
    return fail('E_INVALID_QUERY', this.target, `union() needs a query or a callback, got ${got}`)
  }
}
