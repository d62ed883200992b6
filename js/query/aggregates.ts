/** Reads aggregates, and the names that `having()` may use. */
import { readAlias, splitAlias } from './aliases.ts'
import type { GrowingList } from './growing_list.ts'
import { describe, fail, quote } from './messages.ts'
import { resolvePath } from './names.ts'
import type { Aggregate, AggregateFunction } from './rows.ts'
import type { QueryColumn, QueryTarget } from './target.ts'
import { isPlainObject } from './values.ts'

/** An aggregate method: what it calculates, and whether of each different value once. */
export interface AggregateMethod {
  readonly name: string
  readonly calculate: AggregateFunction
  readonly distinct: boolean
}

/** Reads the arguments of an aggregate method. */
export function readAggregates(
  target: QueryTarget,
  method: AggregateMethod,
  columns: unknown,
  alias: unknown,
): Aggregate[] {
  if (isPlainObject(columns)) {
    const aliases = Object.keys(columns)
    if (aliases.length === 0) fail('E_INVALID_QUERY', target, `${method.name}() needs a column`)
    return aliases.map((key) => readOne(target, method, columns[key], key))
  }
  if (typeof columns !== 'string') return [readOne(target, method, columns, alias)]
  const [column, given] = splitAlias(columns)
  return [readOne(target, method, column, given ?? alias)]
}

function readOne(
  target: QueryTarget,
  { name, calculate, distinct }: AggregateMethod,
  column: unknown,
  given: unknown,
): Aggregate {
  const method = `${name}()`
  const alias = readAlias(target, method, given === undefined ? calculate : given)
  if (column === '*') {
    if (calculate !== 'count' || distinct) {
      fail('E_INVALID_QUERY', target, `${method} needs a column, got "*"`)
    }
    return { alias, calculate, distinct, fields: [], column: undefined }
  }
  if (Array.isArray(column)) {
    if (calculate !== 'count' || !distinct || column.length === 0) {
      fail('E_INVALID_QUERY', target, `${method} needs one column, got ${describe(column)}`)
    }
    const fields = Array.from(column, (one: unknown) => resolvePath(target, one).field)
    return { alias, calculate, distinct, fields, column: undefined }
  }
  const path = resolvePath(target, column)
  const kept = calculate === 'min' || calculate === 'max'
  return {
    alias,
    calculate,
    distinct,
    fields: [path.field],
    column: kept && path.element ? path.column : undefined,
  }
}

/** A model's columns, and the aliases of a query's aggregates. */
export class GroupTarget implements QueryTarget {
  readonly name: string
  readonly #model: QueryTarget
  readonly #aggregates: GrowingList<Aggregate>

  constructor(model: QueryTarget, aggregates: GrowingList<Aggregate>) {
    this.name = model.name
    this.#model = model
    this.#aggregates = aggregates
  }

  column(key: string): QueryColumn | undefined {
    const aggregate = this.#aggregates.named(key)
    if (aggregate === undefined) return this.#model.column(key)
    const { alias, column } = aggregate
    const { prepare, preparesWhole, conceal, stored = alias } = column ?? {}
    return {
      attribute: alias,
      stored: alias,
      objectId: column?.objectId === true,
      opaque: column?.opaque,
      ...(typeof prepare === 'function'
        ? { prepare: (value) => prepare.call(column, value), preparesWhole: preparesWhole === true }
        : {}),
      ...(typeof conceal === 'function'
        ? { conceal: (_field, value) => conceal.call(column, stored, value) }
        : {}),
    }
  }

  isTransient(key: string): boolean {
    return this.#model.isTransient?.(key) === true
  }

  *names(): Iterable<string> {
    for (const { alias } of this.#aggregates.all) yield alias
    if (typeof this.#model.names === 'function') yield* this.#model.names()
  }
}

/** Throws `E_INVALID_QUERY` for an alias that is given twice. */
export function refuseTwice(target: QueryTarget, alias: string): never {
  return fail('E_INVALID_QUERY', target, `the alias ${quote(alias)} is given twice`, alias)
}
