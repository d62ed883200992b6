/** Queries of documents that are loaded. */
import { errors } from '../../errors/index.ts'
import { QueryBuilder } from '../../query/builder/query_builder.ts'
import { fail } from '../../query/messages.ts'
import type { QueryTarget } from '../../query/target.ts'
import { ModelPaginator } from '../paginator/index.ts'
import { isFound } from './evaluate.ts'
import { compareValues } from './order.ts'

/** Documents in an array of another one. */
export interface LoadedRows<M> {
  readonly target: QueryTarget
  readonly rows: readonly M[]
  /** A document with stored names and values. */
  stored(row: M): unknown
}

/**
 * A query of the documents in an array that is loaded: conditions, order, limit and offset mean what they
 * mean in a query of a model. What is asked of it is answered at once, of the documents as they are now.
 *
 * Errors: `E_UNSUPPORTED` for what only the server can do: groups, aggregates, unions, places, full text,
 * native filters.
 *
 * @example
 * order.items.query().where('price', '>', 3).orderBy('price', 'desc').first()
 */
export class EmbeddedQuery<M> extends QueryBuilder<M> {
  readonly #loaded: LoadedRows<M>

  constructor(loaded: LoadedRows<M>) {
    super(loaded.target)
    this.#loaded = loaded
  }

  protected fresh(): this {
    return new EmbeddedQuery<M>(this.#loaded) as this
  }

  /** The documents that are found, in order. */
  get(): M[] {
    const { query, options } = this.plan()
    this.#refuseMore(options, query.shape !== undefined || query.selected.length > 0)
    const found = this.#loaded.rows
      .map((row) => ({ row, stored: this.#loaded.stored(row) }))
      .filter(({ stored }) => isFound(this.target, query.clauses, stored))
    for (const key of query.order.toReversed()) {
      const { field, direction, nulls } = key
      if (typeof direction !== 'number') this.#refuse('the text score')
      const inOrder = (stored: unknown) => valueAt(stored, field)
      found.sort(({ stored: one }, { stored: other }) => {
        const [a, b] = [inOrder(one), inOrder(other)]
        const empty = Number(b === null) - Number(a === null)
        if (nulls !== undefined && empty !== 0) return nulls === 'first' ? -empty : empty
        return direction * compareValues(a, b)
      })
    }
    const { skip = 0, limit = 0 } = query
    return found.slice(skip, limit === 0 ? undefined : skip + limit).map(({ row }) => row)
  }

  /** The first document, or null. */
  first(): M | null {
    return this.get()[0] ?? null
  }

  /** The first document. Errors: `E_ROW_NOT_FOUND`. */
  firstOrFail(): M {
    const row = this.first()
    if (row !== null) return row
    const { name: model } = this.target
    throw new errors.E_ROW_NOT_FOUND(`${model}: no embedded document was found`, { model })
  }

  /** Whether there is any. */
  exists(): boolean {
    return this.first() !== null
  }

  /** How many there are. */
  getCount(): number {
    return this.get().length
  }

  /** A page of them, counted from 1. Errors: `E_INVALID_QUERY`. */
  paginate(page: number, perPage = 20): ModelPaginator<M> {
    const total = this.getCount()
    const rows = this.clone().slicePage('paginate()', page, perPage).get()
    return new ModelPaginator(total, perPage, page, rows)
  }

  #refuseMore(options: object, isShaped: boolean): void {
    if (isShaped) this.#refuse('more than conditions, order, limit and offset')
    const others = Object.keys(options).filter((name) => name !== 'limit' && name !== 'skip')
    if (others.length > 0) this.#refuse(others.join(', '))
  }

  #refuse(what: string): never {
    return fail(
      'E_UNSUPPORTED',
      this.target,
      `documents that are loaded cannot be asked for ${what}`,
    )
  }
}

/** What rows are sorted by; of an array its smallest item would be, which is not asked for. */
function valueAt(stored: unknown, field: string): unknown {
  let value: unknown = stored
  for (const name of field.split('.')) {
    value = (value as Record<string, unknown> | null | undefined)?.[name]
  }
  return value ?? null
}
