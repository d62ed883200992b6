import { GrowingList } from '../growing_list.ts'
import { resolvePath } from '../names.ts'
import type { AttributePath } from '../types.ts'
import { HavingMethods } from './having.generated.ts'

/** Groups of documents, and conditions on them. */
export abstract class GroupMethods<M> extends HavingMethods<M> {
  /**
   * Makes one row of all documents that have the same values in these columns; null and missing are
   * the same. A row has the columns under their stored names, and the aggregates under their aliases;
   * calls add up.
   *
   * Throws `E_UNKNOWN_COLUMN`; running the query throws `E_INVALID_QUERY` when it sorts by, selects or
   * has conditions on what is neither grouped by nor an aggregate.
   *
   * @example
   * query.groupBy('status').count('* as total').having('total', '>', 10).orderBy('total', 'desc')
   */
  groupBy(...columns: readonly AttributePath<M>[]): this
  groupBy(columns: readonly AttributePath<M>[]): this
  groupBy(...columns: readonly unknown[]): this {
    const paths = columns
      .flatMap((column) => (Array.isArray(column) ? Array.from<unknown>(column) : [column]))
      .map((column) => resolvePath(this.target, column).field)
    const { groups } = this.ownShape()
    for (const path of paths) groups.addOnce(path)
    return this
  }

  /** Whether rows are groups of documents. */
  get hasGroupBy(): boolean {
    return (this.shape?.groups.length ?? 0) > 0
  }

  /** Forgets the conditions on groups. */
  clearHaving(): this {
    if (this.shape !== undefined) this.shape.having = new GrowingList()
    return this
  }
}
