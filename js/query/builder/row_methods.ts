import { GrowingList } from '../growing_list.ts'
import { BY_TEXT_SCORE, readNativeOrder, readOrder } from '../order.ts'
import type {
  Aliased,
  AliasOf,
  AttributePath,
  Direction,
  OrderItem,
  OrderMap,
  SelectedAlias,
  SelectItem,
  SortValue,
} from '../types.ts'
import { QueryState } from './query_state.ts'

/** Which fields rows have, and their order. */
export abstract class RowMethods<M> extends QueryState<M> {
  /**
   * Reads these properties only; calls add up, `'*'` asks for all. The primary key is always read,
   * a model cannot be saved without it. `'name as nick'` and `{ nick: 'name' }` read a property under
   * another name, which must not be that of a column.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` also for an alias that is a column or given twice.
   *
   * @example
   * query.select('name', 'address.city as city')
   */
  select(...columns: readonly (AttributePath<M> | '*')[]): this
  select(columns: readonly (AttributePath<M> | '*')[]): this
  select<const Items extends readonly SelectItem<M>[]>(
    ...columns: Items
  ): this & Aliased<SelectedAlias<Items[number]>>
  select<const Items extends readonly SelectItem<M>[]>(
    columns: Items,
  ): this & Aliased<SelectedAlias<Items[number]>>
  select(...columns: readonly unknown[]): this {
    return this.addSelected(columns)
  }

  /**
   * Sorts by a property or an alias, ascending unless told otherwise; further calls sort within. A
   * property that is named again keeps its place and takes the new direction. MongoDB sorts null and
   * missing below every value; `nulls` puts them `'first'` or `'last'` whatever the direction, at the
   * price of the index where that is not their place anyway.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` for any other direction than `'asc'` and
   * `'desc'`.
   *
   * @example
   * query.orderBy('age', 'desc')
   * query.orderBy([{ column: 'age', order: 'desc', nulls: 'first' }, 'name'])
   * query.orderBy({ age: 'desc', name: 'asc' })
   */
  orderBy(column: AttributePath<M> | AliasOf<this>, direction?: Direction): this
  orderBy(columns: readonly OrderItem<M, AliasOf<this>>[]): this
  orderBy(columns: OrderMap<M, AliasOf<this>>): this
  orderBy(order: unknown, direction?: unknown): this {
    const keys = readOrder(this.target, (key) => this.sortable(key), order, direction)
    for (const one of keys) this.sorting.add(one)
    return this
  }

  /**
   * Sorts by a native sort document, with stored names. Throws `E_INVALID_QUERY` for values other
   * than 1, -1 and `{ $meta: 'textScore' }`.
   *
   * @example
   * query.orderByRaw({ created_at: -1 })
   */
  orderByRaw(sort: Readonly<Record<string, SortValue>>): this {
    for (const key of readNativeOrder(this.target, sort)) this.sorting.add(key)
    return this
  }

  /** Sorts by how well `whereText` matches, best first. */
  orderByTextScore(): this {
    this.sorting.add(BY_TEXT_SCORE)
    return this
  }

  /**
   * Reads how well `whereText` matches, as a field of this name. Throws `E_INVALID_QUERY` for an
   * alias that is a column or given twice.
   */
  selectTextScore<const Alias extends string = 'score'>(alias?: Alias): this & Aliased<Alias>
  selectTextScore(alias: string = 'score'): this {
    const name = this.newAlias('selectTextScore()', alias)
    this.ownShape().score = name
    return this
  }

  /**
   * Forgets which properties were selected, and with them aliases, aggregates and `distinct`, as
   * Lucid does.
   */
  clearSelect(): this {
    this.selectNothing()
    this.shape?.clearSelected()
    return this
  }

  /** Forgets the order. */
  clearOrder(): this {
    this.sorting = new GrowingList()
    return this
  }
}
