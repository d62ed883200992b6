// Generated from tables/predicates.md by scripts/generate_builder.mjs.
import { exists, isBetween, isIn, isLike, isNull, native } from '../conditions/basic.ts'
import type {
  AttributePath,
  Conditions,
  Operand,
  Operator,
  OrderedValue,
  QueryValue,
  QueryValues,
} from '../types.ts'
import { ClauseList } from './clause_list.ts'

/** `where` in all its forms, native filters, and conditions that have a method of their own. */
export abstract class PredicateMethods<M> extends ClauseList {
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
    return this.pushWhere('and', false, args)
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
    return this.pushWhere('and', false, args)
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
    return this.pushWhere('or', false, args)
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
    return this.pushWhere('and', true, args)
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
    return this.pushWhere('and', true, args)
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
    return this.pushWhere('or', true, args)
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

  /**
   * Property equals one of `values` (or, for an array property, contains one). An empty list matches
   * nothing. `null` among the values matches null and missing fields. With several properties and a
   * list of rows, they equal the values of one row together. Semantics of Lucid, but for sub-queries:
   * run them first.
   *
   * Throws `E_UNDEFINED_VALUE` (also for undefined among the values), `E_INVALID_QUERY` when `values`
   * is no array, `E_UNSUPPORTED` for a sub-query, and what {@link where} throws.
   *
   * @example
   * query.whereIn('status', ['active', 'invited'])
   * query.whereIn(['country', 'city'], [['IT', 'Rome'], ['FR', 'Paris']])
   */
  whereIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  whereIn<const Keys extends readonly AttributePath<M>[]>(
    keys: Keys,
    rows: readonly QueryValues<M, Keys>[],
  ): this
  whereIn(key: unknown, values: unknown): this {
    return this.push('and', false, isIn(this.target, key, values))
  }

  /** Same as {@link whereIn}. */
  andWhereIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  andWhereIn<const Keys extends readonly AttributePath<M>[]>(
    keys: Keys,
    rows: readonly QueryValues<M, Keys>[],
  ): this
  andWhereIn(key: unknown, values: unknown): this {
    return this.push('and', false, isIn(this.target, key, values))
  }

  /** {@link whereIn} as an alternative. */
  orWhereIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  orWhereIn<const Keys extends readonly AttributePath<M>[]>(
    keys: Keys,
    rows: readonly QueryValues<M, Keys>[],
  ): this
  orWhereIn(key: unknown, values: unknown): this {
    return this.push('or', false, isIn(this.target, key, values))
  }

  /**
   * Property has a value, and none of `values`. An empty list matches everything. Null and missing
   * fields are left out, as in SQL and Lucid (MongoDB's `$nin` alone would keep them). Errors of
   * {@link whereIn}.
   */
  whereNotIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  whereNotIn<const Keys extends readonly AttributePath<M>[]>(
    keys: Keys,
    rows: readonly QueryValues<M, Keys>[],
  ): this
  whereNotIn(key: unknown, values: unknown): this {
    return this.push('and', true, isIn(this.target, key, values))
  }

  /** Same as {@link whereNotIn}. */
  andWhereNotIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  andWhereNotIn<const Keys extends readonly AttributePath<M>[]>(
    keys: Keys,
    rows: readonly QueryValues<M, Keys>[],
  ): this
  andWhereNotIn(key: unknown, values: unknown): this {
    return this.push('and', true, isIn(this.target, key, values))
  }

  /** {@link whereNotIn} as an alternative. */
  orWhereNotIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  orWhereNotIn<const Keys extends readonly AttributePath<M>[]>(
    keys: Keys,
    rows: readonly QueryValues<M, Keys>[],
  ): this
  orWhereNotIn(key: unknown, values: unknown): this {
    return this.push('or', true, isIn(this.target, key, values))
  }

  /**
   * Property is null or missing, as `{ key: null }` in MongoDB. See {@link whereMissing} to tell the
   * two apart. Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   */
  whereNull(key: AttributePath<M>): this {
    return this.push('and', false, isNull(this.target, key))
  }

  /** Same as {@link whereNull}. */
  andWhereNull(key: AttributePath<M>): this {
    return this.push('and', false, isNull(this.target, key))
  }

  /** {@link whereNull} as an alternative. */
  orWhereNull(key: AttributePath<M>): this {
    return this.push('or', false, isNull(this.target, key))
  }

  /** Property has a value other than null. Errors of {@link whereNull}. */
  whereNotNull(key: AttributePath<M>): this {
    return this.push('and', true, isNull(this.target, key))
  }

  /** Same as {@link whereNotNull}. */
  andWhereNotNull(key: AttributePath<M>): this {
    return this.push('and', true, isNull(this.target, key))
  }

  /** {@link whereNotNull} as an alternative. */
  orWhereNotNull(key: AttributePath<M>): this {
    return this.push('or', true, isNull(this.target, key))
  }

  /**
   * Property is at least `from` and at most `to`. On an array property different elements may fulfil
   * the two halves (MongoDB).
   *
   * Throws `E_INVALID_QUERY` when `range` is not a pair or has a null in it, and what {@link where}
   * throws.
   *
   * @example
   * query.whereBetween('age', [18, 30])
   */
  whereBetween<P extends AttributePath<M>>(
    key: P,
    range: readonly [from: OrderedValue<M, P>, to: OrderedValue<M, P>],
  ): this {
    return this.push('and', false, isBetween(this.target, key, range))
  }

  /** Same as {@link whereBetween}. */
  andWhereBetween<P extends AttributePath<M>>(
    key: P,
    range: readonly [from: OrderedValue<M, P>, to: OrderedValue<M, P>],
  ): this {
    return this.push('and', false, isBetween(this.target, key, range))
  }

  /** {@link whereBetween} as an alternative. */
  orWhereBetween<P extends AttributePath<M>>(
    key: P,
    range: readonly [from: OrderedValue<M, P>, to: OrderedValue<M, P>],
  ): this {
    return this.push('or', false, isBetween(this.target, key, range))
  }

  /** Property has a value, and it is not in the range. Errors of {@link whereBetween}. */
  whereNotBetween<P extends AttributePath<M>>(
    key: P,
    range: readonly [from: OrderedValue<M, P>, to: OrderedValue<M, P>],
  ): this {
    return this.push('and', true, isBetween(this.target, key, range))
  }

  /** Same as {@link whereNotBetween}. */
  andWhereNotBetween<P extends AttributePath<M>>(
    key: P,
    range: readonly [from: OrderedValue<M, P>, to: OrderedValue<M, P>],
  ): this {
    return this.push('and', true, isBetween(this.target, key, range))
  }

  /** {@link whereNotBetween} as an alternative. */
  orWhereNotBetween<P extends AttributePath<M>>(
    key: P,
    range: readonly [from: OrderedValue<M, P>, to: OrderedValue<M, P>],
  ): this {
    return this.push('or', true, isBetween(this.target, key, range))
  }

  /**
   * Property is a string that matches an SQL LIKE pattern, case sensitive: `%` any text, `_` one
   * character, `\%`, `\_` and `\\` the characters themselves. The whole string must match; nothing
   * else in the pattern is special. Use `escapeLike()` for text from outside.
   *
   * Throws `E_INVALID_QUERY` when the pattern is no string, `E_UNDEFINED_VALUE`, `E_UNKNOWN_COLUMN`.
   *
   * @example
   * query.whereLike('email', '%@example.com')
   */
  whereLike(key: AttributePath<M>, pattern: string): this {
    return this.push('and', false, isLike(this.target, key, pattern, false))
  }

  /** Same as {@link whereLike}. */
  andWhereLike(key: AttributePath<M>, pattern: string): this {
    return this.push('and', false, isLike(this.target, key, pattern, false))
  }

  /** {@link whereLike} as an alternative. */
  orWhereLike(key: AttributePath<M>, pattern: string): this {
    return this.push('or', false, isLike(this.target, key, pattern, false))
  }

  /** Property has a value that does not match the pattern. See {@link whereLike}. */
  whereNotLike(key: AttributePath<M>, pattern: string): this {
    return this.push('and', true, isLike(this.target, key, pattern, false))
  }

  /** Same as {@link whereNotLike}. */
  andWhereNotLike(key: AttributePath<M>, pattern: string): this {
    return this.push('and', true, isLike(this.target, key, pattern, false))
  }

  /** {@link whereNotLike} as an alternative. */
  orWhereNotLike(key: AttributePath<M>, pattern: string): this {
    return this.push('or', true, isLike(this.target, key, pattern, false))
  }

  /** {@link whereLike} without regard to case. MongoDB cannot narrow it down with an index. */
  whereILike(key: AttributePath<M>, pattern: string): this {
    return this.push('and', false, isLike(this.target, key, pattern, true))
  }

  /** Same as {@link whereILike}. */
  andWhereILike(key: AttributePath<M>, pattern: string): this {
    return this.push('and', false, isLike(this.target, key, pattern, true))
  }

  /** {@link whereILike} as an alternative. */
  orWhereILike(key: AttributePath<M>, pattern: string): this {
    return this.push('or', false, isLike(this.target, key, pattern, true))
  }

  /** {@link whereNotLike} without regard to case. */
  whereNotILike(key: AttributePath<M>, pattern: string): this {
    return this.push('and', true, isLike(this.target, key, pattern, true))
  }

  /** Same as {@link whereNotILike}. */
  andWhereNotILike(key: AttributePath<M>, pattern: string): this {
    return this.push('and', true, isLike(this.target, key, pattern, true))
  }

  /** {@link whereNotILike} as an alternative. */
  orWhereNotILike(key: AttributePath<M>, pattern: string): this {
    return this.push('or', true, isLike(this.target, key, pattern, true))
  }

  /**
   * The field is there, be its value null: MongoDB's `$exists`, not Lucid's sub-query, for which it
   * throws `E_UNSUPPORTED`. Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   */
  whereExists(key: AttributePath<M>): this {
    return this.push('and', false, exists(this.target, key))
  }

  /** Same as {@link whereExists}. */
  andWhereExists(key: AttributePath<M>): this {
    return this.push('and', false, exists(this.target, key))
  }

  /** {@link whereExists} as an alternative. */
  orWhereExists(key: AttributePath<M>): this {
    return this.push('or', false, exists(this.target, key))
  }

  /** The field is not there. See {@link whereExists}. */
  whereNotExists(key: AttributePath<M>): this {
    return this.push('and', true, exists(this.target, key))
  }

  /** Same as {@link whereNotExists}. */
  andWhereNotExists(key: AttributePath<M>): this {
    return this.push('and', true, exists(this.target, key))
  }

  /** {@link whereNotExists} as an alternative. */
  orWhereNotExists(key: AttributePath<M>): this {
    return this.push('or', true, exists(this.target, key))
  }

  /**
   * The field is not there at all; a stored null does not count. Same as {@link whereNotExists}.
   */
  whereMissing(key: AttributePath<M>): this {
    return this.push('and', true, exists(this.target, key))
  }

  /** Same as {@link whereMissing}. */
  andWhereMissing(key: AttributePath<M>): this {
    return this.push('and', true, exists(this.target, key))
  }

  /** {@link whereMissing} as an alternative. */
  orWhereMissing(key: AttributePath<M>): this {
    return this.push('or', true, exists(this.target, key))
  }
}
