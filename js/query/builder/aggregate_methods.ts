import type { AggregateAlias, AggregateColumns, Aliased, AttributePath } from '../types.ts'
import { QueryState } from './query_state.ts'

/** Aggregates over groups, or over all documents that match. */
export abstract class AggregateMethods<M> extends QueryState<M> {
  /** Whether rows have aggregates. */
  get hasAggregates(): boolean {
    return (this.shape?.aggregates.length ?? 0) > 0
  }

  /**
   * Counts documents (`'*'`), or those that have a value in a column. Together with
   * `groupBy` for each group; otherwise the result is one row, also where nothing matches. The
   * alias is `'count'` unless given: `'* as total'`, `('*', 'total')` or `{ total: '*' }`.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` for an alias that is a column or given twice.
   *
   * @example
   * query.groupBy('status').count('* as total')
   */
  count<const Columns extends AggregateColumns<M, '*'>, const Alias extends string = 'count'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  count(columns: unknown, alias?: unknown): this {
    return this.addAggregates('count', { calculate: 'count', distinct: false }, columns, alias)
  }

  /**
   * Counts the different values of a column, null and missing aside; of several columns, their
   * different combinations. They are collected on the server, 16 MiB at most for a group. Alias and
   * errors as for {@link count}.
   *
   * @example
   * query.countDistinct('teamId as teams')
   */
  countDistinct<
    const Columns extends AggregateColumns<M> | readonly AttributePath<M>[],
    const Alias extends string = 'count',
  >(columns: Columns, alias?: Alias): this & Aliased<AggregateAlias<Columns, Alias>>
  countDistinct(columns: unknown, alias?: unknown): this {
    return this.addAggregates(
      'countDistinct',
      { calculate: 'count', distinct: true },
      columns,
      alias,
    )
  }

  /** The smallest value of a column; null where there is none. See {@link count}. */
  min<const Columns extends AggregateColumns<M>, const Alias extends string = 'min'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  min(columns: unknown, alias?: unknown): this {
    return this.addAggregates('min', { calculate: 'min', distinct: false }, columns, alias)
  }

  /** The greatest value of a column; null where there is none. See {@link count}. */
  max<const Columns extends AggregateColumns<M>, const Alias extends string = 'max'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  max(columns: unknown, alias?: unknown): this {
    return this.addAggregates('max', { calculate: 'max', distinct: false }, columns, alias)
  }

  /** The sum of a column's numbers; null where there are none, as in SQL. See {@link count}. */
  sum<const Columns extends AggregateColumns<M>, const Alias extends string = 'sum'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  sum(columns: unknown, alias?: unknown): this {
    return this.addAggregates('sum', { calculate: 'sum', distinct: false }, columns, alias)
  }

  /** The sum of a column's different numbers. See {@link sum} and {@link countDistinct}. */
  sumDistinct<const Columns extends AggregateColumns<M>, const Alias extends string = 'sum'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  sumDistinct(columns: unknown, alias?: unknown): this {
    return this.addAggregates('sumDistinct', { calculate: 'sum', distinct: true }, columns, alias)
  }

  /** The mean of a column's numbers; null where there are none. See {@link count}. */
  avg<const Columns extends AggregateColumns<M>, const Alias extends string = 'avg'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  avg(columns: unknown, alias?: unknown): this {
    return this.addAggregates('avg', { calculate: 'avg', distinct: false }, columns, alias)
  }

  /** The mean of a column's different numbers. See {@link avg} and {@link countDistinct}. */
  avgDistinct<const Columns extends AggregateColumns<M>, const Alias extends string = 'avg'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  avgDistinct(columns: unknown, alias?: unknown): this {
    return this.addAggregates('avgDistinct', { calculate: 'avg', distinct: true }, columns, alias)
  }
}
