/** Relations of an instance. */
import { errors } from '../../errors/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { ModelAdapterOptions, Related } from '../contracts/options.ts'
import type {
  Calculated,
  PreloadName,
  RelationClientOf,
  RelationContract,
  RelationName,
  RelationQueryOf,
} from '../contracts/relation.ts'
import type { RelationKind } from '../contracts/relation_kind.ts'
import { addRelation } from '../decorators/relations.ts'
import { definitionOf } from '../definition/index.ts'
import { relatedOf, setRelated } from '../definition/related.ts'
import { absorb, definitionFor } from '../instance/attributes.ts'
import { callThrough } from '../operation/call.ts'
import { instanceClient } from '../persistence/index.ts'
import { loadTogether } from '../preload/load_together.ts'
import { type Calculates, Preloads } from '../preload/preloads.ts'
import { callerOf } from '../preload/row_by_row.ts'
import { clientOf } from '../relations/clients.ts'
import type { AnyRelationOptions, LazyModel } from '../relations/options.ts'
import { recount } from '../relations/recount.ts'
import { ModelJson } from './json.ts'

/** What `load` takes of several relations at once. */
export class RelationLoader<M> {
  readonly #model: ModelClass
  readonly #preloads: Preloads

  /** Given to callbacks. @internal */
  constructor(model: ModelClass, preloads: Preloads) {
    this.#model = model
    this.#preloads = preloads
  }

  /** Adds a relation, and what constrains its query. Errors: `E_UNDEFINED_RELATIONSHIP`. */
  load<Name extends PreloadName<M>>(
    relation: Name,
    callback?: (query: RelationQueryOf<M, Name>) => void,
  ): this {
    this.#preloads.addNamed(definitionOf(this.#model), relation, callback, 'load')
    return this
  }
}

/** What is calculated of an instance's relations, once it is awaited. */
export class AggregateLoader<M> implements PromiseLike<void> {
  readonly #model: ModelClass
  readonly #preloads = new Preloads()
  readonly #load: (preloads: Preloads) => Promise<void>

  /** Use `loadCount` of an instance. @internal */
  constructor(model: ModelClass, load: (preloads: Preloads) => Promise<void>) {
    this.#model = model
    this.#load = load
  }

  /** Counts the related rows, as `withCount` of queries does. */
  loadCount<Name extends RelationName<M>>(
    relation: Name,
    callback?: (query: Calculated<RelationQueryOf<M, Name>>) => void,
  ): this {
    return this.#add('withCount', relation, callback)
  }

  /** Calculates an aggregate of the related rows, as `withAggregate` of queries does. */
  loadAggregate<Name extends RelationName<M>>(
    relation: Name,
    callback: (query: Calculated<RelationQueryOf<M, Name>>) => void,
  ): this {
    return this.#add('withAggregate', relation, callback)
  }

  #add(operation: Calculates, relation: string, callback: unknown): this {
    const declared = definitionOf(this.#model).relations.named(relation, operation)
    this.#preloads.addCount(declared, callback, operation)
    return this
  }

  exec(): Promise<void> {
    return this.#load(this.#preloads)
  }

  // biome-ignore lint/suspicious/noThenProperty: Lucid's are awaited directly
  then<Fulfilled = void, Rejected = never>(
    fulfilled?: (() => Fulfilled | PromiseLike<Fulfilled>) | null,
    rejected?: ((error: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.exec().then(fulfilled, rejected)
  }
}

/** The part of `BaseModel` that knows relations. */
export abstract class ModelRelations extends ModelJson {
  /** The relations by property name; a copy. */
  static get $relationsDefinitions(): Map<string, RelationContract> {
    return new Map(definitionOf(this as unknown as ModelClass).relations)
  }

  /** Whether the property is a relation. */
  static $hasRelation(name: string): boolean {
    return definitionOf(this as unknown as ModelClass).relations.has(name)
  }

  /** The relation of a property. */
  static $getRelation(name: string): RelationContract | undefined {
    return definitionOf(this as unknown as ModelClass).relations.get(name)
  }

  /** Declares a relation, as its decorator does. Errors: `E_MODEL_DEFINITION`. */
  static $addRelation(
    name: string,
    kind: RelationKind,
    models: LazyModel | readonly [] | readonly [related: LazyModel, through: LazyModel],
    options?: AnyRelationOptions,
  ): void {
    const given = typeof models === 'function' ? ([models] as const) : models
    addRelation(this as unknown as ModelClass, kind, name, given, options)
  }

  /**
   * Counts anew what the `counterCache` of a relation keeps, for all rows, by one pipeline: after writes that
   * went past the models (`$out`, `$merge`, commands, other programs), or on a server without transactions. Of
   * either side: `Post.recount('user')`, or `User.recount('posts')`. Counts of rows that others write meanwhile
   * may be off again.
   *
   * Errors: `E_INVALID_QUERY` for a relation of which nothing is counted, `E_UNDEFINED_RELATIONSHIP`.
   */
  static recount(relation: string, options?: ModelAdapterOptions): Promise<void> {
    return recount(this as unknown as ModelClass, relation, options)
  }

  /**
   * What is done with the rows of a relation: `query()`, and to write what its kind has. Writes run in
   * the instance's transaction or in one of their own, where the server has them; without, what was
   * written before a failure stands.
   *
   * Errors: `E_UNDEFINED_RELATIONSHIP`, `E_MODEL_DEFINITION`.
   *
   * @example
   * await user.related('posts').create({ title: 'Hello' })
   * const latest = await user.related('posts').query().orderBy('createdAt', 'desc').first()
   */
  related<Name extends RelationName<this>>(relation: Name): RelationClientOf<this, Name> {
    return clientOf(this, relation) as unknown as RelationClientOf<this, Name>
  }

  /**
   * Loads a relation, or those that the callback names, in the place of what was loaded before. Keys
   * are those that the instance has now. Of embedded documents the callback says which relations are loaded.
   *
   * Errors: `E_UNDEFINED_RELATIONSHIP`, `E_MODEL_NOT_PERSISTED`.
   *
   * @example
   * await user.load('posts', (posts) => posts.where('published', true))
   * await user.load((loader) => loader.load('profile').load('posts'))
   * await order.load('lines', (lines) => lines.preload('product'))
   */
  load<Name extends PreloadName<this>>(
    relation: Name,
    callback?: (query: RelationQueryOf<this, Name>) => void,
  ): Promise<void>
  load(callback: (loader: RelationLoader<this>) => void): Promise<void>
  async load(given: string | ((loader: never) => void), callback?: unknown): Promise<void> {
    const preloads = new Preloads()
    const definition = absorb(this)
    if (typeof given !== 'function') preloads.addNamed(definition, given, callback, 'load')
    else given(new RelationLoader<this>(definition.model, preloads) as never)
    await loadInto(this, preloads)
  }

  /**
   * Counts the related rows: the number is in `$extras`, as `posts_count` or as what `.as()` says.
   * Nothing runs until it is awaited. Errors: as `load`.
   *
   * @example
   * await user.loadCount('posts').loadCount('comments')
   * user.$extras.posts_count
   */
  loadCount<Name extends RelationName<this>>(
    relation: Name,
    callback?: (query: Calculated<RelationQueryOf<this, Name>>) => void,
  ): AggregateLoader<this> {
    return loaderOf(this).loadCount(relation, callback)
  }

  /** Calculates an aggregate of the related rows, as `withAggregate` of queries. Errors: as `load`. */
  loadAggregate<Name extends RelationName<this>>(
    relation: Name,
    callback: (query: Calculated<RelationQueryOf<this, Name>>) => void,
  ): AggregateLoader<this> {
    return loaderOf(this).loadAggregate(relation, callback)
  }

  /** As `load`, unless the relation was loaded already. */
  async loadOnce<Name extends RelationName<this>>(
    relation: Name,
    callback?: (query: RelationQueryOf<this, Name>) => void,
  ): Promise<void> {
    if (!this.$hasRelated(relation)) await this.load(relation, callback)
  }

  /** Whether the relation was loaded. */
  $hasRelated(name: string): boolean {
    return relatedOf(this, name) !== undefined
  }

  /** The rows of a relation that was loaded, or `otherwise`. */
  $getRelated(name: string, otherwise?: unknown): Related | undefined {
    return relatedOf(this, name) ?? (otherwise as Related | undefined)
  }

  /** Sets the rows of a relation: nothing is stored. Errors: `E_INVALID_VALUE` for what is no array. */
  $setRelated(name: string, rows: unknown): void {
    const relation = definitionFor(this).relations.named(name, '$setRelated')
    if (relation.isMany && !Array.isArray(rows)) this.#refuse(name, 'needs an array of rows')
    setRelated(this, name, rows as Related)
  }

  /** Adds rows to a relation: nothing is stored. Errors: `E_INVALID_VALUE` for a relation to one row. */
  $pushRelated(name: string, rows: unknown): void {
    const relation = definitionFor(this).relations.named(name, '$pushRelated')
    if (!relation.isMany) this.#refuse(name, 'is a relation to one row')
    const known = (relatedOf(this, name) ?? []) as unknown[]
    setRelated(this, name, [...known, rows].flat() as Related)
  }

  #refuse(name: string, why: string): never {
    const { name: model } = definitionFor(this as Model)
    throw new errors.E_INVALID_VALUE(`${model}.${name} ${why}`, { model, column: name })
  }
}

/** Errors: `E_MODEL_NOT_PERSISTED`. */
async function loadInto(instance: Model, preloads: Preloads): Promise<void> {
  const definition = absorb(instance)
  if (!instance.$isPersisted) {
    const { name: model } = definition
    throw new errors.E_MODEL_NOT_PERSISTED(
      `${model}: relations are loaded of instances that are in the database`,
      { model, operation: 'load' },
    )
  }
  const client = instanceClient(definition, instance)
  const caller = callerOf(client)
  const call = callThrough(definition, 'load', client, {})
  for (const [name, rows] of await loadTogether(call, instance, preloads, caller)) {
    setRelated(instance, name, rows)
  }
}

function loaderOf<M extends Model>(instance: M): AggregateLoader<M> {
  return new AggregateLoader(absorb(instance).model, (preloads) => loadInto(instance, preloads))
}
