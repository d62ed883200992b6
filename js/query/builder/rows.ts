import { GroupTarget, refuseTwice } from '../aggregates.ts'
import { readAlias } from '../aliases.ts'
import { readColumns } from '../compile/projection.ts'
import { BY_TEXT_SCORE, readNativeOrder, readOrder, type Sortable } from '../compile/sort.ts'
import { GrowingList } from '../growing_list.ts'
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

  #selected = selection()
  #order = new GrowingList<SortKey>()
  /** What only few queries have. @internal */
  protected shape: Shape | undefined = undefined

  /** @internal */
  protected get selected(): readonly Selected[] {
    return this.#selected.all
  }

  /** @internal */
  protected get order(): readonly SortKey[] {
    return this.#order.all
  }

  /** What `work` answers while these columns are selected too. @internal */
  protected selecting<Result>(columns: readonly Selected[], work: () => Result): Result {
    const selected = this.#selected
    this.#selected = selected.copy()
    for (const column of columns) this.#selected.add(column)
    try {
      return work()
    } finally {
      this.#selected = selected
    }
  }

  /** The shape, to write to. */
  protected ownShape(): Shape {
    this.shape ??= new Shape()
    return this.shape
  }

  override get hasWhere(): boolean {
    return this.shape?.near !== undefined || super.hasWhere
  }

  protected override copyFrom(source: this): void {
    super.copyFrom(source)
    this.#selected = source.#selected.copy()
    this.#order = source.#order.copy()
    this.shape = source.shape?.copy()
  }

  /** Errors: `E_INVALID_QUERY` for an alias that the query has given, or that is twice among these. */
  protected checkAliases(aliases: Iterable<string>): void {
    const { shape } = this
    const added = new Set<string>()
    for (const alias of aliases) {
      const taken =
        added.has(alias) ||
        this.#selected.named(alias) !== undefined ||
        shape?.aggregates.named(alias) !== undefined ||
        shape?.distance === alias ||
        shape?.score === alias
      if (taken) refuseTwice(this.target, alias)
      added.add(alias)
    }
  }

  /** An alias that is new. Throws `E_INVALID_QUERY`. */
  protected newAlias(method: string, given: unknown): string {
    const alias = readAlias(this.target, method, given)
    this.checkAliases([alias])
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
    this.checkAliases(added.flatMap((one) => (typeof one === 'string' ? [] : [one.alias])))
    for (const one of added) this.#selected.add(one)
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
    for (const one of keys) this.#order.add(one)
    return this
  }

  #sortable(key: unknown): Sortable {
    const { shape, target } = this
    const alias = typeof key === 'string' ? this.#selected.named(key) : undefined
    if (typeof alias === 'object') return named(alias.field)
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
    for (const key of readNativeOrder(this.target, sort)) this.#order.add(key)
    return this
  }

  /** Sorts by how well {@link whereText} matches, best first. */
  orderByTextScore(): this {
    this.#order.add(BY_TEXT_SCORE)
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
    this.#selected = selection()
    this.shape?.clearSelected()
    return this
  }

  /** Forgets the order. */
  clearOrder(): this {
    this.#order = new GrowingList()
    return this
  }
}

/** What is selected; aliases are found by their names. */
function selection(): GrowingList<Selected> {
  return new GrowingList((one) => (typeof one === 'string' ? undefined : one.alias))
}

function named(field: string): Sortable {
  return { field, attribute: undefined, score: false }
}
