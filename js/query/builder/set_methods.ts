import { resolvePath } from '../names.ts'
import type { AttributePath, QueryCallback } from '../types.ts'
import { QueryState } from './query_state.ts'

/** A query whose rows are added, or a callback that writes one on the same model. */
export type UnionMember<Query> = QueryState<never> | QueryCallback<Query>

/** Rows without repetition, and rows of several queries. */
export abstract class SetMethods<M> extends QueryState<M> {
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
    const { distinctOn } = this.ownShape()
    for (const path of paths) distinctOn.addOnce(path)
    return this
  }

  /**
   * Adds the rows of other queries and leaves out rows that are equal. Order, limit and offset of
   * this query are those of the whole, and sort by what is selected; each of the others may have its
   * own. A query that is passed in is copied. All must be on the same connection; rows of other
   * models come as rows of this one.
   *
   * What a hook of this model adds to the query holds for the others as well; a query of another model
   * is bound by the hooks of that model, which run too.
   *
   * Throws `E_INVALID_QUERY` for what is no query, and for a query with a hint or collation, which
   * MongoDB knows for the whole only.
   *
   * @example
   * query.where('status', 'active').union((other) => other.where('invited', true))
   */
  union(queries: UnionMember<this> | readonly UnionMember<this>[]): this {
    return this.addUnion(false, queries)
  }

  /** {@link union} that keeps equal rows. */
  unionAll(queries: UnionMember<this> | readonly UnionMember<this>[]): this {
    return this.addUnion(true, queries)
  }

  /** Whether rows of other queries are added. */
  get hasUnion(): boolean {
    return (this.shape?.unions.length ?? 0) > 0
  }
}
