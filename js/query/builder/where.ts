import type { Joiner } from '../clauses.ts'
import { native, readWhere } from '../conditions/basic.ts'
import type { AttributePath, Conditions, Operand, Operator, QueryValue } from '../types.ts'
import { ClauseList } from './clause_list.ts'

/** `where` in all its forms, and native filters. */
export abstract class WhereBuilder<M> extends ClauseList {
  #where(joiner: Joiner, negated: boolean, args: readonly unknown[]): this {
    const [callback] = args
    return args.length === 1 && typeof callback === 'function'
      ? this.pushGroup(joiner, negated, callback as (query: this) => unknown)
      : this.pushReading(joiner, negated, readWhere(this.target, args))
  }

  /**
   * Adds a condition that must hold. AND binds tighter than OR, as in SQL and Lucid; a callback
   * makes parentheses (only its conditions count).
   *
   * - `where(key, value)`: equality. The value is data whatever it is: an object is compared as an
   *   object and a RegExp as a RegExp, neither is ever an operator or a pattern. On an array
   *   property it matches the array or one of its elements (MongoDB). `null` matches null and
   *   missing fields.
   * - `where(key, operator, value)`: see `Operator`. `!=` and the `not` operators leave out null
   *   and missing fields, as SQL and Lucid do.
   * - `where({ … })`: equality for each key.
   * - `where((query) => …)`: a group.
   *
   * Keys are property names, stored names or dotted paths into nested values. In strings for
   * ObjectId columns 24 hexadecimal digits are cast.
   *
   * Throws `E_UNDEFINED_VALUE`, `E_UNKNOWN_COLUMN`, `E_INVALID_OBJECT_ID`, `E_INVALID_VALUE`,
   * `E_INVALID_QUERY` (an unknown operator, an operator in place of a column, ordering by `null`).
   *
   * @example
   * query.where('status', 'active').where((group) => group.where('age', '>', 18).orWhere('vip', true))
   */
  where(callback: (query: this) => void): this
  where(conditions: Conditions<M>): this
  where<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  where<P extends AttributePath<M>, O extends Operator>(
    key: P,
    operator: O,
    value: Operand<M, P, O>,
  ): this
  where(...args: readonly unknown[]): this {
    return this.#where('and', false, args)
  }

  /** Same as {@link where}. */
  andWhere(callback: (query: this) => void): this
  andWhere(conditions: Conditions<M>): this
  andWhere<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  andWhere<P extends AttributePath<M>, O extends Operator>(
    key: P,
    operator: O,
    value: Operand<M, P, O>,
  ): this
  andWhere(...args: readonly unknown[]): this {
    return this.#where('and', false, args)
  }

  /**
   * Adds an alternative: `a.orWhere(b).where(c)` is `a or (b and c)`. Forms and errors of
   * {@link where}; the keys of an object clause stay together.
   */
  orWhere(callback: (query: this) => void): this
  orWhere(conditions: Conditions<M>): this
  orWhere<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  orWhere<P extends AttributePath<M>, O extends Operator>(
    key: P,
    operator: O,
    value: Operand<M, P, O>,
  ): this
  orWhere(...args: readonly unknown[]): this {
    return this.#where('or', false, args)
  }

  /**
   * Adds a condition that must be false. As in SQL and Lucid, a comparison with a null or missing
   * field is neither true nor false, so such documents are not found; this holds inside negated
   * groups too. Forms and errors of {@link where}.
   *
   * @example
   * query.whereNot('status', 'banned') // { status: { $nin: ['banned', null] } }
   */
  whereNot(callback: (query: this) => void): this
  whereNot(conditions: Conditions<M>): this
  whereNot<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  whereNot<P extends AttributePath<M>, O extends Operator>(
    key: P,
    operator: O,
    value: Operand<M, P, O>,
  ): this
  whereNot(...args: readonly unknown[]): this {
    return this.#where('and', true, args)
  }

  /** Same as {@link whereNot}. */
  andWhereNot(callback: (query: this) => void): this
  andWhereNot(conditions: Conditions<M>): this
  andWhereNot<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  andWhereNot<P extends AttributePath<M>, O extends Operator>(
    key: P,
    operator: O,
    value: Operand<M, P, O>,
  ): this
  andWhereNot(...args: readonly unknown[]): this {
    return this.#where('and', true, args)
  }

  /** {@link whereNot} as an alternative. */
  orWhereNot(callback: (query: this) => void): this
  orWhereNot(conditions: Conditions<M>): this
  orWhereNot<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  orWhereNot<P extends AttributePath<M>, O extends Operator>(
    key: P,
    operator: O,
    value: Operand<M, P, O>,
  ): this
  orWhereNot(...args: readonly unknown[]): this {
    return this.#where('or', true, args)
  }

  /**
   * Adds a native MongoDB filter, the only place where operators are read from an object. Names are
   * stored names and ids are not cast: it goes out as written (MongoDB manual, "Query Predicates").
   * The filter is copied. Never pass anything from a request here.
   *
   * Throws `E_UNSAFE_OPERATOR` for `$where`, `$function` and `$accumulator` at any depth,
   * `E_UNDEFINED_VALUE` for undefined at any depth, `E_INVALID_QUERY` for what is no plain object.
   *
   * @example
   * query.whereRaw({ tags: { $size: 2 } })
   */
  whereRaw(filter: Readonly<Record<string, unknown>>): this {
    return this.push('and', false, native(this.target, filter))
  }

  /** Same as {@link whereRaw}. */
  andWhereRaw(filter: Readonly<Record<string, unknown>>): this {
    return this.push('and', false, native(this.target, filter))
  }

  /** {@link whereRaw} as an alternative. */
  orWhereRaw(filter: Readonly<Record<string, unknown>>): this {
    return this.push('or', false, native(this.target, filter))
  }
}
