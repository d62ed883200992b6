import { type AggregateMethod, readAggregates } from '../aggregates.ts'
import type { AggregateAlias, AggregateColumns, Aliased, AttributePath } from '../types.ts'
import { GroupBuilder } from './groups.ts'

/** Aggregates over groups, or over all documents that match. */
export abstract class AggregateBuilder<M> extends GroupBuilder<M> {
  #add(name: string, method: Omit<AggregateMethod, 'name'>, columns: unknown, alias: unknown) {
    const added = readAggregates(this.target, { name, ...method }, columns, alias)
    this.checkAliases(added.map((one) => one.alias))
    const { aggregates } = this.ownShape()
    for (const one of added) aggregates.add(one)
    return this
  }

  /** Whether rows have aggregates. */
  get hasAggregates(): boolean {
    return (this.shape?.aggregates.length ?? 0) > 0
  }

  /**
   * Counts documents (`'*'`), or those that have a value in a column. Together with
   * {@link groupBy} for each group; otherwise the result is one row, also where nothing matches. The
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
    return this.#add('count', { calculate: 'count', distinct: false }, columns, alias)
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
    return this.#add('countDistinct', { calculate: 'count', distinct: true }, columns, alias)
  }

  /** The smallest value of a column; null where there is none. See {@link count}. */
  min<const Columns extends AggregateColumns<M>, const Alias extends string = 'min'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  min(columns: unknown, alias?: unknown): this {
    return this.#add('min', { calculate: 'min', distinct: false }, columns, alias)
  }

  /** The greatest value of a column; null where there is none. See {@link count}. */
  max<const Columns extends AggregateColumns<M>, const Alias extends string = 'max'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  max(columns: unknown, alias?: unknown): this {
    return this.#add('max', { calculate: 'max', distinct: false }, columns, alias)
  }

  /** The sum of a column's numbers; null where there are none, as in SQL. See {@link count}. */
  sum<const Columns extends AggregateColumns<M>, const Alias extends string = 'sum'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  sum(columns: unknown, alias?: unknown): this {
    return this.#add('sum', { calculate: 'sum', distinct: false }, columns, alias)
  }

  /** The sum of a column's different numbers. See {@link sum} and {@link countDistinct}. */
  sumDistinct<const Columns extends AggregateColumns<M>, const Alias extends string = 'sum'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  sumDistinct(columns: unknown, alias?: unknown): this {
    return this.#add('sumDistinct', { calculate: 'sum', distinct: true }, columns, alias)
  }

  /** The mean of a column's numbers; null where there are none. See {@link count}. */
  avg<const Columns extends AggregateColumns<M>, const Alias extends string = 'avg'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  avg(columns: unknown, alias?: unknown): this {
    return this.#add('avg', { calculate: 'avg', distinct: false }, columns, alias)
  }

  /** The mean of a column's different numbers. See {@link avg} and {@link countDistinct}. */
  avgDistinct<const Columns extends AggregateColumns<M>, const Alias extends string = 'avg'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  avgDistinct(columns: unknown, alias?: unknown): this {
    return this.#add('avgDistinct', { calculate: 'avg', distinct: true }, columns, alias)
  }
}
