import { GroupTarget, refuseTwice } from '../aggregates.ts'
import { readAlias } from '../aliases.ts'
import { nearFilter } from '../compile/near.ts'
import { readColumns } from '../compile/projection.ts'
import type { Document } from '../compile/record.ts'
import { BY_TEXT_SCORE, readNativeOrder, readOrder, type Sortable } from '../compile/sort.ts'
import { resolveComparable } from '../names.ts'
import { type Selected, Shape, type SortKey } from '../rows.ts'
import type {
  Aliased,
  AliasOf,
  AttributePath,
  aliasNames,
  Direction,
  OrderItem,
  OrderMap,
  SelectedAlias,
  SelectItem,
  SortValue,
} from '../types.ts'
import { JsonBuilder } from './json.ts'

/** Which fields rows have, and their order. */
export abstract class RowBuilder<M> extends JsonBuilder<M> {
  /** Aliases, in the type only. @internal */
  declare readonly [aliasNames]?: object

  /** @internal */
  protected selected: readonly Selected[] = []
  /** @internal */
  protected order: readonly SortKey[] = []
  /** What only few queries have. @internal */
  protected shape: Shape | undefined = undefined

  /** The shape, to write to. */
  protected ownShape(): Shape {
    this.shape ??= new Shape()
    return this.shape
  }

  /** The filter of the conditions without the distance. */
  protected conditions(): Document {
    return super.compileFilter()
  }

  protected override compileFilter(): Document {
    const near = this.shape?.near
    if (near === undefined) return super.compileFilter()
    return this.compileFilterWith(nearFilter(near))
  }

  protected override copyFrom(source: this): void {
    super.copyFrom(source)
    this.selected = source.selected
    this.order = source.order
    this.shape = source.shape?.copy()
  }

  /** The aliases that the query has given. */
  protected *aliases(): Iterable<string> {
    for (const one of this.selected) if (typeof one !== 'string') yield one.alias
    const { shape } = this
    if (shape === undefined) return
    for (const { alias } of shape.aggregates) yield alias
    if (shape.distance !== undefined) yield shape.distance
    if (shape.score !== undefined) yield shape.score
  }

  /** An alias that is new. Throws `E_INVALID_QUERY`. */
  protected newAlias(method: string, given: unknown): string {
    const alias = readAlias(this.target, method, given)
    refuseTwice(this.target, this.aliases(), alias)
    return alias
  }

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

  protected addSelected(columns: readonly unknown[]): this {
    const added = readColumns(this.target, columns)
    const taken = new Set(this.aliases())
    for (const one of added) {
      if (typeof one === 'string') continue
      refuseTwice(this.target, taken, one.alias)
      taken.add(one.alias)
    }
    this.selected = [...this.selected, ...added]
    return this
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
    const keys = readOrder(this.target, (key) => this.#sortable(key), order, direction)
    this.order = [...this.order, ...keys]
    return this
  }

  #sortable(key: unknown): Sortable {
    const { shape, selected, target } = this
    for (const one of selected) {
      if (typeof one !== 'string' && one.alias === key) return named(one.field)
    }
    if (shape !== undefined && typeof key === 'string') {
      if (shape.distance === key) return named(key)
      if (shape.score === key) return { ...named(key), score: true }
    }
    const names =
      shape === undefined || shape.aggregates.length === 0
        ? target
        : new GroupTarget(target, shape.aggregates)
    const { field, column } = resolveComparable(names, key)
    return { field, attribute: column.attribute, score: false }
  }

  /**
   * Sorts by a native sort document, with stored names. Throws `E_INVALID_QUERY` for values other
   * than 1, -1 and `{ $meta: 'textScore' }`.
   *
   * @example
   * query.orderByRaw({ created_at: -1 })
   */
  orderByRaw(sort: Readonly<Record<string, SortValue>>): this {
    this.order = [...this.order, ...readNativeOrder(this.target, sort)]
    return this
  }

  /** Sorts by how well {@link whereText} matches, best first. */
  orderByTextScore(): this {
    this.order = [...this.order, BY_TEXT_SCORE]
    return this
  }

  /**
   * Reads how well {@link whereText} matches, as a field of this name. Throws `E_INVALID_QUERY` for an
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
    this.selected = []
    const { shape } = this
    if (shape === undefined) return this
    shape.aggregates = []
    shape.distinct = false
    shape.distinctOn = []
    shape.distance = undefined
    shape.score = undefined
    return this
  }

  /** Forgets the order. */
  clearOrder(): this {
    this.order = []
    return this
  }
}

function named(field: string): Sortable {
  return { field, attribute: undefined, score: false }
}
