import { GroupTarget } from '../aggregates.ts'
import type { Condition, Joiner } from '../clauses.ts'
import { isBetween, isIn, isNull, readWhere } from '../conditions/basic.ts'
import { GrowingList } from '../growing_list.ts'
import { resolvePath } from '../names.ts'
import type { QueryTarget } from '../target.ts'
import type { AliasOf, AttributePath, HavingOperand, HavingOperator } from '../types.ts'
import { SearchBuilder } from './search.ts'

type Columns = readonly unknown[]

/** Groups of documents, and conditions on them. */
export abstract class GroupBuilder<M> extends SearchBuilder<M> {
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
  groupBy(...columns: Columns): this {
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

  /** The names that conditions on groups may use. */
  #groups(): QueryTarget {
    return new GroupTarget(this.target, this.ownShape().aggregates)
  }

  #push(joiner: Joiner, negated: boolean, condition: Condition): this {
    this.ownShape().having.add({ joiner, negated, condition })
    return this
  }

  #having(joiner: Joiner, args: Columns): this {
    const [callback] = args
    if (args.length === 1 && typeof callback === 'function') {
      const group = this.fresh()
      group.shape = this.ownShape().copy()
      group.shape.having = new GrowingList()
      this.runNow(callback as (query: this) => unknown, group)
      const clauses = [...group.shape.having.all]
      return clauses.length === 0 ? this : this.#push(joiner, false, { kind: 'group', clauses })
    }
    const reading = readWhere(this.#groups(), args)
    return reading === undefined ? this : this.#push(joiner, reading.negated, reading.condition)
  }

  /**
   * Adds a condition on the rows of groups: on aliases of aggregates that were given before it, and on
   * columns that are grouped by. Forms, operators and rules are those of {@link where}.
   *
   * Throws `E_UNKNOWN_COLUMN` for what is neither a column nor an alias, and what `where` throws.
   *
   * @example
   * query.groupBy('teamId').avg('age as meanAge').having('meanAge', '>=', 30)
   */
  having(callback: (query: this) => void): this
  having<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    value: HavingOperand<M, Key, '='>,
  ): this
  having<Key extends AttributePath<M> | AliasOf<this>, O extends HavingOperator>(
    key: Key,
    operator: O,
    value: HavingOperand<M, Key, O>,
  ): this
  having(...args: Columns): this {
    return this.#having('and', args)
  }

  /** Same as {@link having}. */
  andHaving(callback: (query: this) => void): this
  andHaving<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    value: HavingOperand<M, Key, '='>,
  ): this
  andHaving<Key extends AttributePath<M> | AliasOf<this>, O extends HavingOperator>(
    key: Key,
    operator: O,
    value: HavingOperand<M, Key, O>,
  ): this
  andHaving(...args: Columns): this {
    return this.#having('and', args)
  }

  /** {@link having} as an alternative. */
  orHaving(callback: (query: this) => void): this
  orHaving<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    value: HavingOperand<M, Key, '='>,
  ): this
  orHaving<Key extends AttributePath<M> | AliasOf<this>, O extends HavingOperator>(
    key: Key,
    operator: O,
    value: HavingOperand<M, Key, O>,
  ): this
  orHaving(...args: Columns): this {
    return this.#having('or', args)
  }

  /** Value of a group is one of `values`. See {@link having} and {@link whereIn}. */
  havingIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'in'>,
  ): this {
    return this.#push('and', false, isIn(this.#groups(), key, values))
  }

  /** Same as {@link havingIn}. */
  andHavingIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'in'>,
  ): this {
    return this.#push('and', false, isIn(this.#groups(), key, values))
  }

  /** {@link havingIn} as an alternative. */
  orHavingIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'in'>,
  ): this {
    return this.#push('or', false, isIn(this.#groups(), key, values))
  }

  /** Value of a group is none of `values`. See {@link having} and {@link whereNotIn}. */
  havingNotIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not in'>,
  ): this {
    return this.#push('and', true, isIn(this.#groups(), key, values))
  }

  /** Same as {@link havingNotIn}. */
  andHavingNotIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not in'>,
  ): this {
    return this.#push('and', true, isIn(this.#groups(), key, values))
  }

  /** {@link havingNotIn} as an alternative. */
  orHavingNotIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not in'>,
  ): this {
    return this.#push('or', true, isIn(this.#groups(), key, values))
  }

  /** Value of a group is null, as a sum of nothing is. See {@link having}. */
  havingNull(key: AttributePath<M> | AliasOf<this>): this {
    return this.#push('and', false, isNull(this.#groups(), key))
  }

  /** Same as {@link havingNull}. */
  andHavingNull(key: AttributePath<M> | AliasOf<this>): this {
    return this.#push('and', false, isNull(this.#groups(), key))
  }

  /** {@link havingNull} as an alternative. */
  orHavingNull(key: AttributePath<M> | AliasOf<this>): this {
    return this.#push('or', false, isNull(this.#groups(), key))
  }

  /** Value of a group is not null. See {@link having}. */
  havingNotNull(key: AttributePath<M> | AliasOf<this>): this {
    return this.#push('and', true, isNull(this.#groups(), key))
  }

  /** Same as {@link havingNotNull}. */
  andHavingNotNull(key: AttributePath<M> | AliasOf<this>): this {
    return this.#push('and', true, isNull(this.#groups(), key))
  }

  /** {@link havingNotNull} as an alternative. */
  orHavingNotNull(key: AttributePath<M> | AliasOf<this>): this {
    return this.#push('or', true, isNull(this.#groups(), key))
  }

  /** Value of a group lies in a range. See {@link having} and {@link whereBetween}. */
  havingBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'between'>,
  ): this {
    return this.#push('and', false, isBetween(this.#groups(), key, values))
  }

  /** Same as {@link havingBetween}. */
  andHavingBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'between'>,
  ): this {
    return this.#push('and', false, isBetween(this.#groups(), key, values))
  }

  /** {@link havingBetween} as an alternative. */
  orHavingBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'between'>,
  ): this {
    return this.#push('or', false, isBetween(this.#groups(), key, values))
  }

  /** Value of a group lies outside a range. See {@link having} and {@link whereNotBetween}. */
  havingNotBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not between'>,
  ): this {
    return this.#push('and', true, isBetween(this.#groups(), key, values))
  }

  /** Same as {@link havingNotBetween}. */
  andHavingNotBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not between'>,
  ): this {
    return this.#push('and', true, isBetween(this.#groups(), key, values))
  }

  /** {@link havingNotBetween} as an alternative. */
  orHavingNotBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not between'>,
  ): this {
    return this.#push('or', true, isBetween(this.#groups(), key, values))
  }
}
