import type { QueryClient } from '../../database/client.ts'
import type { TransactionClient } from '../../database/transaction/index.ts'
import { compose } from '../../query/builder/compose.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { ModelAdapterOptions, ModelObject } from '../contracts/options.ts'
import type {
  Calculated,
  PreloadName,
  RelationName,
  RelationQueryOf,
} from '../contracts/relation.ts'
import { addGetter, addMacro } from '../macroable/index.ts'
import { type Calculates, hasRelated, Preloads } from '../preload/preloads.ts'
import { applyScopes, type ScopesOf } from './apply_scopes.ts'
import { FindAndModifyMethods } from './find_and_modify.ts'
import { ReadingQuery } from './reading.ts'
import { CONDITIONS, type RelationConditions } from './relation_conditions.ts'
import { RowSetup } from './row_setup.ts'
import { RuleMethods } from './rule_methods.ts'
import { ValueMethods } from './values.ts'

export interface ModelQueryBuilder<out M extends Model, out Result = M>
  extends ValueMethods<M, Result>,
    RelationConditions<M>,
    FindAndModifyMethods<M, Result>,
    RuleMethods<M, Result> {}

/**
 * A query for models. Nothing is sent until it is awaited, or one of `exec`, `first`, `count`,
 * `paginate`, `update`, `delete`, … is called; each of these sends it anew.
 *
 * @example
 * const users = await User.query().where('status', 'active').orderBy('createdAt', 'desc').limit(10)
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: `compose` gives it what the interface says
export class ModelQueryBuilder<out M extends Model, out Result = M> extends ReadingQuery<
  M,
  Result
> {
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
    const transform = callback as (row: Model) => void
    this.setup = (this.setup ?? new RowSetup()).transform(transform, this.definition.name)
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

  /**
   * Loads a relation with the rows, all of it in one request; what the callback writes narrows the
   * related rows, and may load relations of theirs. A limit counts for each row. Of embedded documents the
   * callback says which relations are loaded. Not for `pojo()`.
   *
   * Errors: `E_UNDEFINED_RELATIONSHIP`, `E_MODEL_DEFINITION`, `E_INVALID_QUERY` with groups, `distinct`
   * and `forUpdate`.
   *
   * @example
   * const users = await User.query().preload('posts', (posts) => {
   *   posts.orderBy('createdAt', 'desc').groupLimit(3).preload('comments')
   * })
   * const orders = await Order.query().preload('lines', (lines) => lines.preload('product'))
   */
  preload<Name extends PreloadName<M>>(
    relation: Name,
    callback?: (query: RelationQueryOf<M, Name>) => void,
  ): this {
    const preloads = this.preloads ?? new Preloads()
    this.preloads = preloads.addNamed(this.definition, relation, callback, 'preload')
    return this
  }

  /** As `preload`, unless the query loads the relation already. */
  preloadOnce<Name extends PreloadName<M>>(
    relation: Name,
    callback?: (query: RelationQueryOf<M, Name>) => void,
  ): this {
    return this.preloads?.has(relation) === true ? this : this.preload(relation, callback)
  }

  /**
   * Counts the related rows of each row, which the callback may narrow: the number is in `$extras`, as
   * `posts_count` or as what `.as()` says. Runs no hooks of the related model. Not for `pojo()`.
   *
   * Errors: those of `preload`.
   *
   * @example
   * const users = await User.query().withCount('posts')
   * users[0].$extras.posts_count
   */
  withCount<Name extends RelationName<M>>(
    relation: Name,
    callback?: (query: Calculated<RelationQueryOf<M, Name>>) => void,
  ): this {
    return this.#calculate('withCount', relation, callback)
  }

  /**
   * Calculates one aggregate of the related rows of each row: it is in `$extras` by the name that
   * `.as()` gives it. Runs no hooks of the related model. Not for `pojo()`.
   *
   * Errors: those of `preload`; also for a callback without an aggregate or a name, and for relations through
   * other documents or keys in an array, whose rows can be counted only.
   *
   * @example
   * await User.query().withAggregate('posts', (posts) => posts.sum('likes').as('likes'))
   */
  withAggregate<Name extends RelationName<M>>(
    relation: Name,
    callback: (query: Calculated<RelationQueryOf<M, Name>>) => void,
  ): this {
    return this.#calculate('withAggregate', relation, callback)
  }

  /** @internal */
  pushRelated(
    { name, joiner, negated, narrows }: (typeof CONDITIONS)[number],
    [relation, ...args]: readonly unknown[],
  ): this {
    const declared = this.definition.relations.named(relation, name)
    if (narrows && typeof args[0] !== 'function') this.runNow(args[0] as () => void, this)
    const [callback, comparison] = narrows ? [args[0], args.slice(1)] : [undefined, args]
    return this.push(joiner, negated, hasRelated(this.call(name), declared, callback, comparison))
  }

  #calculate(operation: Calculates, relation: string, callback: unknown): this {
    this.preloads ??= new Preloads()
    this.preloads.addCount(
      this.definition.relations.named(relation, operation),
      callback,
      operation,
    )
    return this
  }

  /** Runs in the transaction. Lucid's name; `Model.query({ client: trx })` is the same. */
  useTransaction(trx: TransactionClient): this {
    this.adapterOptions.client = trx
    return this
  }

  /** Where the query runs: a transaction or a connection. */
  get client(): QueryClient {
    return this.call('query').client
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
}

for (const condition of CONDITIONS) {
  const value = function (this: ModelQueryBuilder<Model>, ...args: unknown[]) {
    return this.pushRelated(condition, args)
  }
  Object.defineProperty(ModelQueryBuilder.prototype, condition.name, {
    value,
    writable: true,
    configurable: true,
  })
}

compose(ModelQueryBuilder, ValueMethods, FindAndModifyMethods, RuleMethods)
