import { readColumns } from '../conditions/columns.ts'
import type { AttributePath, EqualityOperator, OrderOperator } from '../types.ts'
import { ArrayBuilder } from './arrays.ts'

/** Comparisons of two properties of the same document. */
export abstract class ColumnBuilder<M> extends ArrayBuilder<M> {
  /**
   * Compares two properties of the same document, for equality unless an operator is given. A
   * comparison with a null or missing field is unknown, as in SQL and Lucid: such documents are not
   * found, nor are they by {@link whereNotColumn}. Values of different types are ordered as MongoDB
   * sorts them. A path through an array stands for the array of what it finds. MongoDB cannot use an
   * index for it.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` for other operators.
   *
   * @example
   * query.whereColumn('updatedAt', '>', 'createdAt')
   */
  whereColumn(key: AttributePath<M>, other: AttributePath<M>): this
  whereColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  whereColumn(...args: readonly unknown[]): this {
    return this.pushReading('and', false, readColumns(this.target, args))
  }

  /** Same as {@link whereColumn}. */
  andWhereColumn(key: AttributePath<M>, other: AttributePath<M>): this
  andWhereColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  andWhereColumn(...args: readonly unknown[]): this {
    return this.pushReading('and', false, readColumns(this.target, args))
  }

  /** {@link whereColumn} as an alternative. */
  orWhereColumn(key: AttributePath<M>, other: AttributePath<M>): this
  orWhereColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  orWhereColumn(...args: readonly unknown[]): this {
    return this.pushReading('or', false, readColumns(this.target, args))
  }

  /** The comparison of two properties is false. See {@link whereColumn}. */
  whereNotColumn(key: AttributePath<M>, other: AttributePath<M>): this
  whereNotColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  whereNotColumn(...args: readonly unknown[]): this {
    return this.pushReading('and', true, readColumns(this.target, args))
  }

  /** Same as {@link whereNotColumn}. */
  andWhereNotColumn(key: AttributePath<M>, other: AttributePath<M>): this
  andWhereNotColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  andWhereNotColumn(...args: readonly unknown[]): this {
    return this.pushReading('and', true, readColumns(this.target, args))
  }

  /** {@link whereNotColumn} as an alternative. */
  orWhereNotColumn(key: AttributePath<M>, other: AttributePath<M>): this
  orWhereNotColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  orWhereNotColumn(...args: readonly unknown[]): this {
    return this.pushReading('or', true, readColumns(this.target, args))
  }
}
