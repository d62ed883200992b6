import type { QueryClient } from '../../database/client.ts'
import type { TransactionClient } from '../../database/transaction/index.ts'
import { errors } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import type { AttributePath, CompiledQuery } from '../../query/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { ModelAdapterOptions, ModelAttributes, ModelObject } from '../contracts/options.ts'
import { addGetter, addMacro } from '../macroable/index.ts'
import { applyScopes, type ScopesOf } from '../scopes/apply.ts'
import { ReadingQuery } from './reading.ts'
import { RowSetup } from './row_setup.ts'
import { type Modifications, readIncrements, readUpdate, writeModifications } from './update.ts'

/** Names whose values may be incremented. */
type NumericPath<M> = AttributePath<M>

/**
 * A query for models. Nothing is sent until it is awaited, or one of `exec`, `first`, `count`,
 * `paginate`, `update`, `delete`, … is called; each of these sends it anew.
 *
 * @example
 * const users = await User.query().where('status', 'active').orderBy('createdAt', 'desc').limit(10)
 */
export class ModelQueryBuilder<M extends Model, Result = M> extends ReadingQuery<M, Result> {
  /**
   * Adds a method, or another value, to all queries. Declare it as well, so that the compiler knows.
   *
   * Errors: `E_CONFIGURATION` for a name that queries have already.
   *
   * @example
   * declare module 'lucent-odm' {
   *   interface ModelQueryBuilder<M extends Model, Result = M> {
   *     newest(): this
   *   }
   * }
   * ModelQueryBuilder.macro('newest', function (this: ModelQueryBuilder<Model>) {
   *   return this.orderBy('createdAt', 'desc')
   * })
   */
  static macro<Name extends keyof ModelQueryBuilder<Model> & string>(
    name: Name,
    value: ModelQueryBuilder<Model>[Name],
  ): void {
    addMacro(this, name, value)
  }

  /**
   * Adds a getter to all queries; the value of a `singleton` is made once for each query. Declare it
   * as with {@link macro}. Errors: `E_CONFIGURATION` for a name that queries have already.
   */
  static getter<Name extends keyof ModelQueryBuilder<Model> & string>(
    name: Name,
    make: (this: ModelQueryBuilder<Model>) => ModelQueryBuilder<Model>[Name],
    singleton = false,
  ): void {
    addGetter(this, name, make, singleton)
  }

  protected fresh(): this {
    return new ModelQueryBuilder<M, Result>(this.definition, this.adapterOptions).copyState(
      this,
    ) as this
  }

  /** Says that every document is meant: `update` and `delete` without a condition need it. */
  all(): this {
    this.everything = true
    return this
  }

  /**
   * Reads plain documents with their stored names instead of models. No hooks run.
   *
   * @example
   * const rows = await User.query().where('status', 'active').pojo<{ email: string }>()
   */
  pojo<Row = Record<string, unknown>>(): ModelQueryBuilder<M, Row> {
    this.plain = true
    return this as unknown as ModelQueryBuilder<M, Row>
  }

  /**
   * Applies scopes of the model, in place: what they add stands where they are called. Semantics of
   * Lucid. On `Model.query()` the scopes are typed; elsewhere name the class:
   * `withScopes<typeof User>(…)`.
   *
   * Errors: `E_UNDEFINED_SCOPE`, `E_INVALID_QUERY` for an async callback or scope.
   *
   * @example
   * await User.query().withScopes((scopes) => scopes.active().olderThan(5))
   */
  withScopes<T extends ModelClass = ModelClass>(callback: (scopes: ScopesOf<T>) => void): this {
    applyScopes(this, this.definition.model, callback)
    return this
  }

  /** Same as {@link withScopes}. */
  apply<T extends ModelClass = ModelClass>(callback: (scopes: ScopesOf<T>) => void): this {
    return this.withScopes(callback)
  }

  /**
   * Runs `callback` on each model after it was read and before the after hooks. What it answers is
   * ignored. Not for `pojo()`. Errors: `E_INVALID_QUERY` for what is no function.
   */
  rowTransformer(callback: (row: M) => void): this {
    this.setup = (this.setup ?? new RowSetup()).transform(callback, this.definition.name)
    return this
  }

  /**
   * Gives every model that is read these values as its `$sideloaded`, instead of what an earlier
   * call gave or, with `merge`, besides. Errors: `E_INVALID_QUERY` for what is no object.
   *
   * @example
   * await User.query().sideload({ viewer })
   */
  sideload(values: ModelObject, merge = false): this {
    this.setup = (this.setup ?? new RowSetup()).sideload(values, merge, this.definition.name)
    return this
  }

  /** What `sideload` was given. */
  get sideloaded(): Readonly<ModelObject> {
    return this.setup?.sideloaded ?? {}
  }

  /** Runs in the transaction. Lucid's name; `Model.query({ client: trx })` is the same. */
  useTransaction(trx: TransactionClient): this {
    this.adapterOptions.client = trx
    return this
  }

  /** Where the query runs: a transaction or a connection. */
  get client(): QueryClient {
    return this.call().client
  }

  /** Options that give other queries the same way. */
  get clientOptions(): ModelAdapterOptions {
    const { client } = this
    return { client, connection: client.connectionName }
  }

  /**
   * Gives up on what the query does when the signal is aborted: it fails with `E_ABORTED`, its
   * cause the signal's reason.
   *
   * @example
   * await Report.query().signal(AbortSignal.timeout(2000))
   */
  signal(signal: AbortSignal): this {
    this.adapterOptions.signal = signal
    return this
  }

  /**
   * Sets columns of every document that matches. Runs no hooks; `autoUpdate` dates are set.
   *
   * Errors: `E_EMPTY_FILTER` without a condition, unless `all()` was called; `E_UNKNOWN_COLUMN`;
   * `E_UNDEFINED_VALUE`; `E_INVALID_QUERY` with a limit, offset or order.
   *
   * @returns `[matched]`, how many documents matched
   */
  update<Path extends keyof ModelAttributes<M> & string>(
    column: Path,
    value: ModelAttributes<M>[Path] | null,
  ): Promise<[number]>
  update(values: Partial<ModelAttributes<M>>): Promise<[number]>
  async update(...args: unknown[]): Promise<[number]> {
    return this.#modify(readUpdate(this.definition, args), 'update')
  }

  /** Adds to numbers of every document that matches. Errors: as `update`. */
  increment(column: NumericPath<M>, by?: number): Promise<[number]>
  increment(columns: { readonly [Path in NumericPath<M>]?: number }): Promise<[number]>
  async increment(...args: unknown[]): Promise<[number]> {
    return this.#modify(readIncrements(this.definition, args, 1), 'increment')
  }

  /** Subtracts from numbers of every document that matches. Errors: as `update`. */
  decrement(column: NumericPath<M>, by?: number): Promise<[number]>
  decrement(columns: { readonly [Path in NumericPath<M>]?: number }): Promise<[number]>
  async decrement(...args: unknown[]): Promise<[number]> {
    return this.#modify(readIncrements(this.definition, args, -1), 'decrement')
  }

  async #modify(modifications: Modifications, operation: string): Promise<[number]> {
    const { filter, ...options } = this.#writable(operation)
    const { update } = native.Operation
    const reply = await this.send<{ matched: number }>(this.call(), update, operation, (body) => {
      const head = body.beginDocument()
      this.writeFilter(body, filter)
      writeModifications(body, this.definition, modifications)
      body.element('multi', true)
      this.writeOptions(body, options)
      body.endDocument(head)
    })
    return [reply.matched]
  }

  /**
   * Deletes every document that matches. Runs no hooks.
   *
   * Errors: `E_EMPTY_FILTER` without a condition, unless `all()` was called.
   *
   * @returns `[deleted]`, how many documents were deleted
   */
  async delete(): Promise<[number]> {
    const { filter, ...options } = this.#writable('delete')
    const { delete: remove } = native.Operation
    const reply = await this.send<{ deleted: number }>(this.call(), remove, 'delete', (body) => {
      const head = body.beginDocument()
      this.writeFilter(body, filter)
      body.element('multi', true)
      this.writeOptions(body, options)
      body.endDocument(head)
    })
    return [reply.deleted]
  }

  /** Lucid's short name for `delete`. */
  del(): Promise<[number]> {
    return this.delete()
  }

  #writable(operation: string): CompiledQuery {
    const details = { model: this.definition.name, operation }
    const query = this.compile()
    if (query.pipeline !== undefined) {
      throw new errors.E_INVALID_QUERY(
        `${this.definition.name}: ${operation} changes documents, and the rows of this query are ` +
          'made of them: leave out groups, aggregates, unions, distinct and distances',
        details,
      )
    }
    const ignored = (['limit', 'skip', 'sort'] as const).filter((part) => query[part] !== undefined)
    if (ignored.length > 0) {
      throw new errors.E_INVALID_QUERY(
        `${this.definition.name}: ${operation} changes every document that matches; MongoDB knows ` +
          `no ${ignored.join(', ')} for it`,
        details,
      )
    }
    if (Object.keys(query.filter).length === 0 && !this.everything) {
      throw new errors.E_EMPTY_FILTER(
        `${this.definition.name}: ${operation} without a condition would change every document; ` +
          'call .all() first if that is meant',
        details,
      )
    }
    return query
  }
}
