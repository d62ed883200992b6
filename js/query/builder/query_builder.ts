import { compileProjection, readColumns } from '../compile/projection.ts'
import { toOrdinary } from '../compile/record.ts'
import { compileSort, readOrder, type SortKeys } from '../compile/sort.ts'
import { fail } from '../messages.ts'
import { copyCollation, copyHint, MAX_INT32, needInteger, needString } from '../options.ts'
import type {
  AttributePath,
  Collation,
  CompiledQuery,
  Direction,
  Hint,
  MatchBlock,
  OrderItem,
  OrderMap,
} from '../types.ts'
import { PredicateBuilder } from './predicates.ts'

/** Everything about a query but its conditions and its order. */
type Options = Omit<CompiledQuery, 'filter' | 'sort' | 'projection'>

/**
 * A query on model `M` (the type of its instances), without the means to run it. Each method changes
 * the builder and returns it.
 */
export abstract class QueryBuilder<M> extends PredicateBuilder<M> {
  #columns: readonly string[] = []
  #order: SortKeys = []
  // Without a prototype, so that an option that was not set cannot come from Object.prototype.
  #options: Options = Object.create(null) as Options

  #set<Name extends keyof Options>(name: Name, value: NonNullable<Options[Name]>): this {
    this.#options[name] = value
    return this
  }

  /**
   * Reads these properties only; calls add up, `'*'` asks for all. The primary key is always read,
   * a model cannot be saved without it. Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * query.select('name', 'address.city')
   */
  select(...columns: readonly (AttributePath<M> | '*')[]): this
  select(columns: readonly (AttributePath<M> | '*')[]): this
  select(...columns: readonly unknown[]): this {
    this.#columns = [...this.#columns, ...readColumns(this.target, columns)]
    return this
  }

  /**
   * Sorts by a property, ascending unless told otherwise; further calls sort within. A property
   * that is named again keeps its place and takes the new direction. Throws `E_UNKNOWN_COLUMN`, and
   * `E_INVALID_QUERY` for any other direction than `'asc'` and `'desc'`.
   *
   * @example
   * query.orderBy('age', 'desc')
   * query.orderBy([{ column: 'age', order: 'desc' }, 'name'])
   * query.orderBy({ age: 'desc', name: 'asc' })
   */
  orderBy(column: AttributePath<M>, direction?: Direction): this
  orderBy(columns: readonly OrderItem<M>[]): this
  orderBy(columns: OrderMap<M>): this
  orderBy(order: unknown, direction?: unknown): this {
    this.#order = [...this.#order, ...readOrder(this.target, order, direction)]
    return this
  }

  /**
   * At most `count` documents; 0 finds none, as in SQL (for MongoDB 0 means no limit). Throws
   * `E_INVALID_QUERY` for what is no integer from 0 on; strings are not converted.
   */
  limit(count: number): this {
    return this.#set('limit', needInteger(this.target, 'limit()', count, 0))
  }

  /** Leaves out the first `count` documents. Errors of {@link limit}. */
  offset(count: number): this {
    return this.#set('skip', needInteger(this.target, 'offset()', count, 0))
  }

  /** Same as {@link offset}, under MongoDB's name. */
  skip(count: number): this {
    return this.#set('skip', needInteger(this.target, 'skip()', count, 0))
  }

  /**
   * The documents of one page, counted from 1. Semantics of Lucid. Throws `E_INVALID_QUERY` for what
   * is no integer from 1 on.
   */
  forPage(page: number, perPage: number): this {
    needInteger(this.target, 'the page of forPage()', page, 1)
    needInteger(this.target, 'the page size of forPage()', perPage, 1)
    return this.offset((page - 1) * perPage).limit(perPage)
  }

  /** Makes the server use an index, by its name or its keys. Throws `E_UNKNOWN_COLUMN`. */
  hint(index: Hint<M>): this {
    return this.#set('hint', copyHint(this.target, index))
  }

  /** Text that the server writes to its log and profiler beside the query. */
  comment(text: string): this {
    return this.#set('comment', needString(this.target, 'comment()', text))
  }

  /**
   * Rules for comparing strings (MongoDB manual, "Collation"). LIKE patterns do not follow them.
   * Throws `E_INVALID_QUERY` for options that MongoDB does not have.
   *
   * @example
   * query.collation({ locale: 'en', strength: 2 })
   */
  collation(rules: Collation): this {
    return this.#set('collation', copyCollation(this.target, rules))
  }

  /**
   * Lets the server give up after `ms` milliseconds; the query then fails with `E_TIMEOUT`. The
   * server always stops the work, so Lucid's `cancel` makes no difference. 0: no limit.
   */
  timeout(ms: number, _options?: { cancel?: boolean }): this {
    return this.#set('maxTimeMS', needInteger(this.target, 'timeout()', ms, 0, MAX_INT32))
  }

  /** How many documents the server sends at a time. */
  batchSize(count: number): this {
    return this.#set('batchSize', needInteger(this.target, 'batchSize()', count, 1, MAX_INT32))
  }

  /** Forgets which properties were selected. */
  clearSelect(): this {
    this.#columns = []
    return this
  }

  /** Forgets the order. */
  clearOrder(): this {
    this.#order = []
    return this
  }

  /** Forgets the limit. */
  clearLimit(): this {
    delete this.#options.limit
    return this
  }

  /** Forgets the offset. */
  clearOffset(): this {
    delete this.#options.skip
    return this
  }

  /**
   * Runs `then` on this query when `condition` (or what it returns) is truthy, `otherwise` when not.
   * Semantics of Lucid. Throws `E_INVALID_QUERY` when a callback or the condition is async.
   *
   * @example
   * query.if(search, (query) => query.whereILike('name', `%${escapeLike(search)}%`))
   */
  if(condition: unknown, then: (query: this) => void, otherwise?: (query: this) => void): this {
    if (this.#holds(condition)) this.runNow(then, this)
    else if (otherwise !== undefined) this.runNow(otherwise, this)
    return this
  }

  /** {@link if} the other way round. */
  unless(condition: unknown, then: (query: this) => void, otherwise?: (query: this) => void): this {
    if (!this.#holds(condition)) this.runNow(then, this)
    else if (otherwise !== undefined) this.runNow(otherwise, this)
    return this
  }

  /**
   * Runs the callback of the first block whose condition holds; a callback without a condition, at
   * the end, is for the case that none does. Semantics and errors of {@link if}.
   *
   * @example
   * query.match(
   *   [user.isAdmin, (query) => query],
   *   [user.isEditor, (query) => query.where('status', 'draft')],
   *   (query) => query.where('status', 'published'),
   * )
   */
  match(...blocks: readonly (MatchBlock<this> | ((query: this) => void))[]): this {
    for (const block of blocks) {
      if (typeof block === 'function') {
        this.runNow(block, this)
        return this
      }
      if (!Array.isArray(block)) {
        fail('E_INVALID_QUERY', this.target, 'match() needs blocks [condition, callback]')
      }
      if (this.#holds(block[0])) {
        this.runNow(block[1], this)
        return this
      }
    }
    return this
  }

  #holds(condition: unknown): boolean {
    const result: unknown = typeof condition === 'function' ? condition() : condition
    this.refusePromise(result)
    return Boolean(result)
  }

  /** An independent copy: what is added to one of the two does not show in the other. */
  clone(): this {
    const copy = this.fresh()
    copy.copyClauses(this)
    copy.#columns = this.#columns
    copy.#order = this.#order
    copy.#options = Object.assign(Object.create(null) as Options, this.#options)
    return copy
  }

  /**
   * The query as MongoDB gets it, with stored names, to look at or to pass to the driver. Takes the
   * place of Lucid's `toSQL()`.
   *
   * @example
   * User.query().where('status', 'active').where('age', '>', 18).toMongo()
   * // { filter: { status: 'active', age: { $gt: 18 } } }
   */
  toMongo(): CompiledQuery {
    return toOrdinary(this.compile())
  }

  /**
   * What `toMongo()` shows, made of objects without a prototype: what the executing part encodes.
   *
   * @internal
   */
  compile(): CompiledQuery {
    const compiled = Object.create(null) as CompiledQuery
    compiled.filter = this.compileFilter()
    if (this.#order.length > 0) compiled.sort = compileSort(this.#order)
    const projection = compileProjection(this.#columns)
    if (projection !== undefined) compiled.projection = projection
    Object.assign(compiled, this.#options)
    if (compiled.limit === 0) {
      compiled.limit = 1
      compiled.filter = this.compileNothing()
    }
    return compiled
  }
}
