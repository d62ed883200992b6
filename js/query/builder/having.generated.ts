// Generated from tables/having.md by scripts/generate_builder.mjs.
import { isBetween, isIn, isNull } from '../conditions/basic.ts'
import type { AliasOf, AttributePath, HavingOperand, HavingOperator } from '../types.ts'
import { QueryState } from './query_state.ts'

/** Conditions on the rows of groups. */
export abstract class HavingMethods<M> extends QueryState<M> {
  /**
   * Adds a condition on the rows of groups: on aliases of aggregates that were given before it, and on
   * columns that are grouped by. Forms, operators and rules are those of `where`.
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
  having(...args: readonly unknown[]): this {
    return this.pushHavingForm('and', false, args)
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
  andHaving(...args: readonly unknown[]): this {
    return this.pushHavingForm('and', false, args)
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
  orHaving(...args: readonly unknown[]): this {
    return this.pushHavingForm('or', false, args)
  }

  /** Value of a group is one of `values`. See {@link having} and `whereIn`. */
  havingIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'in'>,
  ): this {
    return this.pushHaving('and', false, isIn(this.groupNames(), key, values))
  }

  /** Same as {@link havingIn}. */
  andHavingIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'in'>,
  ): this {
    return this.pushHaving('and', false, isIn(this.groupNames(), key, values))
  }

  /** {@link havingIn} as an alternative. */
  orHavingIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'in'>,
  ): this {
    return this.pushHaving('or', false, isIn(this.groupNames(), key, values))
  }

  /** Value of a group is none of `values`. See {@link having} and `whereNotIn`. */
  havingNotIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not in'>,
  ): this {
    return this.pushHaving('and', true, isIn(this.groupNames(), key, values))
  }

  /** Same as {@link havingNotIn}. */
  andHavingNotIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not in'>,
  ): this {
    return this.pushHaving('and', true, isIn(this.groupNames(), key, values))
  }

  /** {@link havingNotIn} as an alternative. */
  orHavingNotIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not in'>,
  ): this {
    return this.pushHaving('or', true, isIn(this.groupNames(), key, values))
  }

  /** Value of a group is null, as a sum of nothing is. See {@link having}. */
  havingNull(key: AttributePath<M> | AliasOf<this>): this {
    return this.pushHaving('and', false, isNull(this.groupNames(), key))
  }

  /** Same as {@link havingNull}. */
  andHavingNull(key: AttributePath<M> | AliasOf<this>): this {
    return this.pushHaving('and', false, isNull(this.groupNames(), key))
  }

  /** {@link havingNull} as an alternative. */
  orHavingNull(key: AttributePath<M> | AliasOf<this>): this {
    return this.pushHaving('or', false, isNull(this.groupNames(), key))
  }

  /** Value of a group is not null. See {@link having}. */
  havingNotNull(key: AttributePath<M> | AliasOf<this>): this {
    return this.pushHaving('and', true, isNull(this.groupNames(), key))
  }

  /** Same as {@link havingNotNull}. */
  andHavingNotNull(key: AttributePath<M> | AliasOf<this>): this {
    return this.pushHaving('and', true, isNull(this.groupNames(), key))
  }

  /** {@link havingNotNull} as an alternative. */
  orHavingNotNull(key: AttributePath<M> | AliasOf<this>): this {
    return this.pushHaving('or', true, isNull(this.groupNames(), key))
  }

  /** Value of a group lies in a range. See {@link having} and `whereBetween`. */
  havingBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'between'>,
  ): this {
    return this.pushHaving('and', false, isBetween(this.groupNames(), key, values))
  }

  /** Same as {@link havingBetween}. */
  andHavingBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'between'>,
  ): this {
    return this.pushHaving('and', false, isBetween(this.groupNames(), key, values))
  }

  /** {@link havingBetween} as an alternative. */
  orHavingBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'between'>,
  ): this {
    return this.pushHaving('or', false, isBetween(this.groupNames(), key, values))
  }

  /** Value of a group lies outside a range. See {@link having} and `whereNotBetween`. */
  havingNotBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not between'>,
  ): this {
    return this.pushHaving('and', true, isBetween(this.groupNames(), key, values))
  }

  /** Same as {@link havingNotBetween}. */
  andHavingNotBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not between'>,
  ): this {
    return this.pushHaving('and', true, isBetween(this.groupNames(), key, values))
  }

  /** {@link havingNotBetween} as an alternative. */
  orHavingNotBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not between'>,
  ): this {
    return this.pushHaving('or', true, isBetween(this.groupNames(), key, values))
  }
}
