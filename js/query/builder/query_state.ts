import { type AggregateMethod, GroupTarget, readAggregates, refuseTwice } from '../aggregates.ts'
import { readAlias } from '../aliases.ts'
import type { Clause, Condition, Joiner } from '../clauses.ts'
import { readWhere } from '../conditions/basic.ts'
import { GrowingList } from '../growing_list.ts'
import { describe, fail } from '../messages.ts'
import { resolveComparable } from '../names.ts'
import { needPageNumber, rowsBefore } from '../options.ts'
import type { Sortable } from '../order.ts'
import type { QueryOptions } from '../plan.ts'
import { type Selected, Shape, type SortKey, type Union } from '../rows.ts'
import { readColumns } from '../selection.ts'
import type { QueryTarget } from '../target.ts'
import type { aliasNames } from '../types.ts'
import { ClauseList } from './clause_list.ts'

/** What tools that watch queries are told. */
export interface Reporting {
  debug: boolean | undefined
  data: Readonly<Record<string, unknown>> | undefined
}

/** What hooks of a query wrote, by model: it holds for every query of that model in a union. */
export type HookClauses = ReadonlyMap<QueryTarget, readonly Clause[]>

export const NO_HOOKS: HookClauses = new Map()

/** Those of most queries: none. */
const NO_OPTIONS: QueryOptions = Object.freeze(Object.create(null) as QueryOptions)

export function copyOfOptions(options: QueryOptions): QueryOptions {
  if (options === NO_OPTIONS) return options
  return Object.assign(Object.create(null) as QueryOptions, options)
}

/** What a query of model `M` was told: the parts of `QueryBuilder` write to it. */
export abstract class QueryState<M> extends ClauseList {
  /** Aliases, in the type only. @internal */
  declare readonly [aliasNames]?: object

  /** @internal */
  protected selection = nothingSelected()
  /** @internal */
  protected sorting = new GrowingList<SortKey>()
  /** What only few queries have. @internal */
  protected shape: Shape | undefined = undefined
  /**
   * Without a prototype, so that an option that was not set cannot come from `Object.prototype`.
   *
   * @internal
   */
  protected options: QueryOptions = NO_OPTIONS
  /** @internal */
  protected reporting: Reporting | undefined = undefined

  /** Throws for a query whose rows cannot be added to those of another. @internal */
  protected abstract checkMember(): void

  /** Whether the query narrows anything down: see `ClauseList`. */
  override get hasWhere(): boolean {
    return this.shape?.near !== undefined || super.hasWhere
  }

  /** An independent copy: what is added to one of the two does not show in the other. */
  clone(): this {
    const copy = this.fresh()
    copy.copyFrom(this)
    return copy
  }

  /** The shape, to write to. @internal */
  protected ownShape(): Shape {
    this.shape ??= new Shape()
    return this.shape
  }

  /** @internal */
  protected get selected(): readonly Selected[] {
    return this.selection.all
  }

  /** @internal */
  protected get order(): readonly SortKey[] {
    return this.sorting.all
  }

  /** Forgets the selection, but not what it brought with it. @internal */
  protected selectNothing(): void {
    this.selection = nothingSelected()
  }

  /** What `work` answers while these columns are selected too. @internal */
  protected selecting<Result>(columns: readonly Selected[], work: () => Result): Result {
    const { selection } = this
    this.selection = selection.copy()
    for (const column of columns) this.selection.add(column)
    try {
      return work()
    } finally {
      this.selection = selection
    }
  }

  /** Removes all conditions. Semantics of Lucid. */
  override clearWhere(): this {
    if (this.shape !== undefined) {
      this.shape.near = undefined
      this.shape.distance = undefined
    }
    return super.clearWhere()
  }

  /**
   * Errors: `E_INVALID_QUERY` for an alias that the query has given, or that is twice among these.
   *
   * @internal
   */
  protected checkAliases(aliases: Iterable<string>): void {
    const { selection, shape } = this
    const added = new Set<string>()
    for (const alias of aliases) {
      const taken =
        added.has(alias) ||
        selection.named(alias) !== undefined ||
        shape?.aggregates.named(alias) !== undefined ||
        shape?.distance === alias ||
        shape?.score === alias
      if (taken) refuseTwice(this.target, alias)
      added.add(alias)
    }
  }

  /** An alias that is new. Throws `E_INVALID_QUERY`. @internal */
  protected newAlias(method: string, given: unknown): string {
    const alias = readAlias(this.target, method, given)
    this.checkAliases([alias])
    return alias
  }

  /** @internal */
  protected setOption<Name extends keyof QueryOptions>(
    name: Name,
    value: NonNullable<QueryOptions[Name]>,
  ): this {
    if (this.options === NO_OPTIONS) this.options = Object.create(null) as QueryOptions
    this.options[name] = value
    return this
  }

  /** @internal */
  protected ownReporting(): Reporting {
    this.reporting ??= { debug: undefined, data: undefined }
    return this.reporting
  }

  /** @internal */
  slicePage(method: string, givenPage: unknown, givenPerPage: unknown): this {
    const page = needPageNumber(this.target, method, 'the page', givenPage)
    const perPage = needPageNumber(this.target, method, 'the page size', givenPerPage)
    return this.setOption('skip', rowsBefore(this.target, method, page, perPage)).setOption(
      'limit',
      perPage,
    )
  }

  /** @internal */
  protected addSelected(columns: readonly unknown[]): this {
    const added = readColumns(this.target, columns)
    this.checkAliases(added.flatMap((one) => (typeof one === 'string' ? [] : [one.alias])))
    for (const one of added) this.selection.add(one)
    return this
  }

  /** What a name in an order means. @internal */
  protected sortable(key: unknown): Sortable {
    const { shape, target } = this
    const alias = typeof key === 'string' ? this.selection.named(key) : undefined
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

  /** @internal */
  protected addAggregates(
    name: string,
    method: Omit<AggregateMethod, 'name'>,
    columns: unknown,
    alias: unknown,
  ): this {
    const added = readAggregates(this.target, { name, ...method }, columns, alias)
    this.checkAliases(added.map((one) => one.alias))
    const { aggregates } = this.ownShape()
    for (const one of added) aggregates.add(one)
    return this
  }

  /** The names that conditions on groups may use. @internal */
  protected groupNames(): QueryTarget {
    return new GroupTarget(this.target, this.ownShape().aggregates)
  }

  /** Adds a condition on groups. All methods of the `having` family end here. @internal */
  protected pushHaving(joiner: Joiner, negated: boolean, condition: Condition): this {
    this.ownShape().having.add({ joiner, negated, condition })
    return this
  }

  /** Adds what `having()` was given, in any of its forms. @internal */
  protected pushHavingForm(joiner: Joiner, negated: boolean, args: readonly unknown[]): this {
    const [callback] = args
    if (args.length === 1 && typeof callback === 'function') {
      const group = this.fresh()
      group.shape = this.ownShape().copy()
      group.shape.having = new GrowingList()
      this.runNow(callback as (query: this) => unknown, group)
      const clauses = [...group.shape.having.all]
      return clauses.length === 0
        ? this
        : this.pushHaving(joiner, negated, { kind: 'group', clauses })
    }
    const reading = readWhere(this.groupNames(), args)
    return reading === undefined
      ? this
      : this.pushHaving(joiner, reading.negated !== negated, reading.condition)
  }

  /** @internal */
  protected addUnion(all: boolean, given: unknown): this {
    const queries: unknown[] = Array.isArray(given) ? Array.from<unknown>(given) : [given]
    const added = queries.map((query) => {
      const member = this.#member(query)
      const { collection } = member.target
      if (typeof collection !== 'string') {
        fail('E_INVALID_QUERY', this.target, 'union() needs a query whose collection is known')
      }
      // What is wrong with it is said here, not where the whole is run.
      member.checkMember()
      return { all, collection, member }
    })
    const { unions } = this.ownShape()
    for (const one of added) unions.add(one)
    return this
  }

  #member(given: unknown): QueryState<M> {
    if (given instanceof QueryState) return given.clone()
    if (typeof given === 'function') {
      const member = this.fresh()
      this.runNow(given as (query: this) => unknown, member)
      return member
    }
    const got = describe(given)
    return fail('E_INVALID_QUERY', this.target, `union() needs a query or a callback, got ${got}`)
  }

  /** The queries whose rows are added. @internal */
  protected get members(): readonly QueryState<M>[] {
    return (this.shape?.unions.all ?? []).map(({ member }) => member as QueryState<M>)
  }

  /** The same as copies that belong to this query alone, to be written to. @internal */
  protected ownMembers(): readonly QueryState<M>[] {
    const { shape } = this
    if (shape === undefined) return []
    const unions = new GrowingList<Union>()
    for (const one of shape.unions.all) {
      unions.add({ ...one, member: (one.member as QueryState<M>).clone() })
    }
    shape.unions = unions
    return this.members
  }
}

/** Aliases are found by their names. */
function nothingSelected(): GrowingList<Selected> {
  return new GrowingList((one) => (typeof one === 'string' ? undefined : one.alias))
}

function named(field: string): Sortable {
  return { field, attribute: undefined, score: false }
}
