import { CHUNK, ROW, VALUES } from '../../codec/accessors.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { define } from '../../codec/keys.ts'
import type { Database } from '../../database/index.ts'
import type { TransactionClient } from '../../database/transaction/index.ts'
import type { TransactionOptions } from '../../database/transaction/options.ts'
import { errors } from '../../errors/index.ts'
import type { AttributeName } from '../../query/types.ts'
import type { AdapterContract } from '../adapter/contract.ts'
import { builtInAdapter } from '../adapter/index.ts'
import type { ModelClass } from '../contracts/index.ts'
import type {
  CallLimits,
  CherryPick,
  ModelAdapterOptions,
  ModelColumnValues,
  ModelObject,
  PartialAttributes,
  Related,
  WriteOptions,
} from '../contracts/options.ts'
import { FLAGS, Flag, REST, type Rest } from '../contracts/state.ts'
import type { AfterHandler, BeforeHandler } from '../decorators/hooks.ts'
import { definitionOf, openDefinitionOf } from '../definition/index.ts'
import { rememberSerialization } from '../definition/json_reason.ts'
import {
  AFTER_EVENT_NAMES,
  type AfterEventName,
  EVENT_NAMES,
  type EventName,
  type HookEvent,
} from '../hooks/events.ts'
import * as state from '../instance/assigned_state.ts'
import {
  absorb,
  assign,
  columnsOf,
  definitionFor,
  ensureNotDeleted,
  getColumn,
  hasColumn,
  modelOf,
  restOf,
  setColumn,
  unset,
} from '../instance/attributes.ts'
import { attributesView } from '../instance/attributes_view.ts'
import { fromCache } from '../instance/cached_getters.ts'
import { collectChanges } from '../instance/changes.ts'
import * as serializing from '../instance/serialize/index.ts'
import { inspect } from '../instance/serialize/inspect.ts'
import { shownValue, storedChunk } from '../instance/stored.ts'
import { markDirty } from '../instance/views.ts'
import { CamelCaseNamingStrategy, type NamingStrategy } from '../naming_strategies/index.ts'
import { connectionOf } from '../operation/call.ts'
import { adopt, currentTransaction, enlist } from '../persistence/enlist.ts'
import * as persist from '../persistence/index.ts'
import { rememberMethods } from '../persistence/overrides.ts'
import { takeValues } from '../persistence/snapshot.ts'
import * as results from './adapter_results.ts'
import * as finders from './finders.ts'
import { lockForUpdate } from './lock.ts'
import { Writing } from './writing.ts'

/**
 * The base of all models. Names and semantics are Lucid's; see the guide for what MongoDB changes.
 *
 * @example
 * class User extends BaseModel {
 *   @column({ isPrimary: true }) declare id: string
 *   @column() declare email: string
 * }
 *
 * const user = await User.create({ email: 'ada@example.com' })
 * user.email = 'ada@lovelace.dev'
 * await user.save()
 */
export class BaseModel extends Writing {
  /** How class and property names become stored names. */
  static namingStrategy: NamingStrategy = new CamelCaseNamingStrategy()
  /** Name of the connection; by default the database's primary one. */
  static connection: string | undefined = undefined
  /** Collection; by default the naming strategy's. Not inherited. */
  declare static collection?: string
  /** Lucid's name for `collection`. */
  declare static table?: string
  /** The application assigns primary keys of its own kind; strings are not taken for ObjectIds. */
  static selfAssignPrimaryKey = false
  /** Answer `find` calls of one tick with one query. */
  static coalesceFinds = true
  /** Send inserts and updates of one tick as one command; by default as the connection says. */
  static coalesceWrites: boolean | undefined = undefined
  /** The connections that models use. */
  static $database: Database | undefined = undefined
  /** What carries out the operations of models; see `useAdapter`. */
  static $adapter: AdapterContract = builtInAdapter

  /** @internal */
  declare [CHUNK]: Chunk | null
  /** @internal */
  declare [ROW]: number
  /** @internal */
  declare [VALUES]: unknown[] | null
  /** @internal */
  declare [FLAGS]: number
  /** @internal */
  declare [REST]: Rest | null

  /**
   * Names of the columns. A class may list them itself, for `toAttributes` and its type:
   * `$columns = ['id', 'email'] as const`.
   */
  declare readonly $columns: readonly string[]

  constructor() {
    super()
    definitionOf(new.target as ModelClass).seal()
    this[CHUNK] = null
    this[ROW] = 0
    this[VALUES] = null
    this[FLAGS] = Flag.local
    this[REST] = null
  }

  // ---- Class set-up

  /** Sets the connections of this class and the classes that extend it. */
  static useDatabase(database: Database): void {
    this.$database = database
  }

  /**
   * Sets what carries out the operations of this class and the classes that extend it: an `Adapter`
   * of your own, to record, redirect or fake them.
   */
  static useAdapter(adapter: AdapterContract): void {
    this.$adapter = adapter
  }

  /**
   * Makes the class ready; its first use, and its first decorator, do so by themselves. A class may
   * override it to declare columns and hooks: its `boot()` runs once for the class, and once for each
   * class that extends it, after that of the parent. Hooks that it adds to a parent and to the class
   * alike run once.
   *
   * @example
   * static override boot() {
   *   if (this.booted) return
   *   super.boot()
   *   this.before('save', (model) => check(model))
   * }
   */
  static boot(): void {
    openDefinitionOf(this as ModelClass).markBooted()
  }

  /** Name of the primary key's property. */
  static get primaryKey(): string {
    return definitionOf(this as ModelClass).primary.attribute
  }

  /**
   * Adds a hook that runs before an operation, of the class and of those that extend it, used already
   * or not. Errors: `E_MODEL_DEFINITION` for an unknown event.
   *
   * @example
   * User.before('create', (user) => { user.status ??= 'pending' })
   */
  static before<T extends ModelClass, Name extends EventName>(
    this: T,
    event: Name,
    handler: BeforeHandler<Name, InstanceType<T>>,
  ): void {
    addHook(this, 'before', event, handler)
  }

  /** Adds a hook that runs after an operation. Errors: `E_MODEL_DEFINITION`. */
  static after<T extends ModelClass, Name extends AfterEventName>(
    this: T,
    event: Name,
    handler: AfterHandler<Name, InstanceType<T>>,
  ): void {
    addHook(this, 'after', event, handler)
  }

  /**
   * A transaction on the model's connection; see `Connection.transaction`.
   *
   * @example
   * await Account.transaction(async (trx) => {
   *   const account = await Account.findOrFail(id, { client: trx })
   *   await account.merge({ balance: 0 }).save()
   * })
   */
  static transaction(options?: TransactionOptions): Promise<TransactionClient>
  static transaction<Result>(
    callback: (trx: TransactionClient) => Promise<Result> | Result,
    options?: TransactionOptions,
  ): Promise<Result>
  static transaction<Result>(
    first?: TransactionOptions | ((trx: TransactionClient) => Promise<Result> | Result),
    second?: TransactionOptions,
  ): Promise<Result | TransactionClient> {
    const connection = connectionOf(definitionOf(this as ModelClass))
    return typeof first === 'function'
      ? connection.transaction(first, second)
      : connection.transaction(first)
  }

  // ---- Writing

  /**
   * Stores the instance: a new one as a document, a stored one's changed columns. Nothing is sent
   * when nothing changed.
   *
   * Errors: `E_DUPLICATE_KEY`, `E_HOOK_ABORTED`, `E_MODEL_DELETED`, `E_STALE_MODEL` when the
   * document is gone or, with a `@column.version()`, was changed since it was read. After an error
   * the attributes are what they were before the call.
   */
  async save(options?: WriteOptions): Promise<this> {
    await persist.save(this, options, false)
    return this
  }

  /** As `save`, without hooks. */
  async saveQuietly(options?: WriteOptions): Promise<this> {
    await persist.save(this, options, true)
    return this
  }

  /**
   * Deletes the document. The instance cannot be saved afterwards. Errors: `E_MODEL_DELETED`;
   * `E_STALE_MODEL` when, with a `@column.version()`, the document was changed since it was read.
   */
  delete(limits?: CallLimits): Promise<void> {
    return persist.remove(this, limits, false)
  }

  /** As `delete`, without hooks. */
  deleteQuietly(limits?: CallLimits): Promise<void> {
    return persist.remove(this, limits, true)
  }

  /**
   * Reads the document again and drops local changes. Runs the find hooks; does nothing for an
   * instance that is not stored. Errors: `E_ROW_NOT_FOUND` when the document is gone.
   */
  async refresh(): Promise<this> {
    await finders.refresh(this)
    return this
  }

  /**
   * Runs `callback` with the document as it is now, a new instance, locked until the callback is
   * done: other transactions that write it are refused, and repeated where they are managed, and
   * other writes wait. Runs in the instance's transaction or in one of its own, which is repeated on
   * a conflict. Plain reads never wait. Runs the find hooks. See `forUpdate` of queries.
   *
   * Errors: what the callback throws; `E_ROW_NOT_FOUND`, `E_MODEL_NOT_PERSISTED`, `E_MODEL_DELETED`,
   * `E_TRANSACTIONS_UNSUPPORTED`.
   *
   * @example
   * const left = await account.lockForUpdate(async (fresh) => {
   *   fresh.balance -= 10
   *   await fresh.save()
   *   return fresh.balance
   * })
   */
  lockForUpdate<Result>(
    callback: (fresh: this, trx: TransactionClient) => Promise<Result> | Result,
  ): Promise<Result> {
    return lockForUpdate(this, callback)
  }

  /** The next `save` runs the after hooks and stamps dates even when nothing changed. */
  enableForceUpdate(): this {
    this[FLAGS] |= Flag.force
    return this
  }

  /**
   * Assigns values by property or stored name. `undefined` means that no value is given: what is stored
   * stays. Errors: `E_UNKNOWN_COLUMN`, `E_MODEL_DELETED`.
   */
  merge(values: PartialAttributes<this>, allowExtraProperties = false): this {
    ensureNotDeleted(this, 'merge')
    assign(this, values, allowExtraProperties)
    return this
  }

  /**
   * Replaces all attributes but the primary key: those of a stored instance that are not given become
   * null. What a query left out of the document is left alone. Errors: as `merge`.
   */
  fill(values: PartialAttributes<this>, allowExtraProperties = false): this {
    ensureNotDeleted(this, 'fill')
    const definition = absorb(this)
    const restore = takeValues(definition, this)
    definition.transients.removeFrom(this)
    state.emptyAttributes(this, definition)
    try {
      assign(this, values, allowExtraProperties)
    } catch (error) {
      restore()
      throw error
    }
    return this
  }

  /**
   * Takes attributes away, by property or stored name: the next save removes their fields from the
   * document. Errors: `E_UNKNOWN_COLUMN`, `E_MODEL_DELETED`.
   *
   * @example
   * await user.unset('nickname').save()
   */
  unset(...attributes: readonly AttributeName<this>[]): this {
    ensureNotDeleted(this, 'unset')
    unset(this, attributes)
    return this
  }

  /**
   * For after hooks of reads: says that what they made these properties show is meant as a change,
   * which the next save stores. Without it, it is a view of the document. Errors: as `unset`.
   *
   * @example
   * @afterFind()
   * static migrate(user: User) {
   *   if (user.settings !== undefined) return
   *   user.settings = defaults()
   *   user.markDirty('settings')
   * }
   */
  markDirty(...attributes: readonly AttributeName<this>[]): this {
    ensureNotDeleted(this, 'markDirty')
    markDirty(this, columnsOf(absorb(this), attributes))
    return this
  }

  /** Works on another connection from now on. */
  useConnection(name: string): this {
    restOf(this).connection = name
    return this
  }

  /**
   * Takes part in the transaction: what the instance does from now on happens in it. When it is
   * rolled back, the instance becomes again what it is now.
   */
  useTransaction(trx: TransactionClient): this {
    this.$trx = trx
    return this
  }

  // ---- State

  /** The transaction that the instance takes part in; none once it is over. */
  get $trx(): TransactionClient | undefined {
    return currentTransaction(this)
  }

  set $trx(trx: TransactionClient | undefined) {
    if (trx === undefined) restOf(this).trx = undefined
    else {
      trx.route()
      enlist(this, trx)
      adopt(this, trx)
    }
  }

  /**
   * Attributes by property name. Reads and writes through to the instance; `delete` of one is `unset`.
   * Setting it puts other attributes in the place of all.
   */
  get $attributes(): Record<string, unknown> {
    return attributesView(this, absorb(this))
  }

  set $attributes(values: Record<string, unknown>) {
    state.setAttributes(this, values)
  }

  /**
   * What the properties showed when they were read or stored last, by property name. Setting it says
   * what is stored: changes are told by it from then on.
   */
  get $original(): ModelObject {
    const definition = absorb(this)
    const result: ModelObject = {}
    for (const column of definition.columns) {
      const value = shownValue(this, definition, column)
      if (value !== undefined) result[column.attribute] = value
    }
    return result
  }

  set $original(values: ModelObject) {
    state.setOriginal(this, values)
  }

  /** Attributes that a `save` would write: all of a new instance's, else those that changed. */
  get $dirty(): ModelObject {
    const definition = absorb(this)
    if (!this.$isPersisted) return { ...this.$attributes }
    const result: ModelObject = {}
    for (const { column } of collectChanges(definition, this).items) {
      result[column.attribute] = getColumn(this, definition, column)
    }
    return result
  }

  get $isDirty(): boolean {
    return this.isDirty()
  }

  /** Whether any attribute, or one of those named, differs from what is stored. */
  isDirty(fields?: string | readonly string[]): boolean {
    const dirty = Object.keys(this.$dirty)
    if (fields === undefined) return dirty.length > 0
    const names = typeof fields === 'string' ? [fields] : fields
    return names.some((name) => dirty.includes(name))
  }

  /** The document is in the database. Tests and factories may say so themselves. */
  get $isPersisted(): boolean {
    return (this[FLAGS] & Flag.persisted) !== 0
  }

  set $isPersisted(persisted: boolean) {
    state.setPersisted(this, persisted)
  }

  get $isNew(): boolean {
    return !this.$isPersisted
  }

  /** The instance was made by the application rather than read. */
  get $isLocal(): boolean {
    return (this[FLAGS] & Flag.local) !== 0
  }

  get $isDeleted(): boolean {
    return (this[FLAGS] & Flag.deleted) !== 0
  }

  /** Fields of the document that are no columns, and what queries add. */
  get $extras(): Record<string, unknown> {
    const rest = restOf(this)
    if (rest.extras === undefined) {
      const definition = definitionFor(this)
      const chunk = storedChunk(definition, this)
      rest.extras = chunk?.extras(this[ROW], definition.schema.storedNames) ?? {}
    }
    return rest.extras
  }

  set $extras(values: Record<string, unknown>) {
    restOf(this).extras = values
  }

  /** What `query.sideload()` gave to this row: no part of the document, and not in JSON. */
  get $sideloaded(): Record<string, unknown> {
    const rest = restOf(this)
    rest.sideloaded ??= {}
    return rest.sideloaded
  }

  set $sideloaded(values: Record<string, unknown>) {
    restOf(this).sideloaded = values
  }

  /** Relations that were loaded, by name: `null`, a row or an array of rows each. */
  get $preloaded(): Record<string, Related> {
    const rest = restOf(this)
    rest.preloaded ??= {}
    return rest.preloaded
  }

  /**
   * Name of the connection on which the instance is saved: of one that was read, the connection that it
   * came from. Empty for a new instance that was given none.
   */
  get $options(): { connection?: string } {
    const connection = this[REST]?.connection ?? ownConnection(this)
    return connection === undefined ? {} : { connection }
  }

  set $options(options: { connection?: string } | undefined) {
    if (options === undefined) restOf(this).connection = undefined
    else if (options.connection !== undefined) restOf(this).connection = options.connection
  }

  /** Value of the primary key. */
  get $primaryKeyValue(): unknown {
    return (this as Record<string, unknown>)[definitionFor(this).primary.attribute]
  }

  /** The raw value of an attribute, past any getter of the class. */
  $getAttribute(name: string): unknown {
    const definition = absorb(this)
    const column = definition.attribute(name)
    return column === undefined ? undefined : getColumn(this, definition, column)
  }

  /** Sets the raw value of an attribute, past any setter. Errors: `E_MODEL_DELETED`. */
  $setAttribute(name: string, value: unknown): void {
    ensureNotDeleted(this, '$setAttribute')
    const definition = absorb(this)
    const column = definition.attribute(name)
    if (column !== undefined) setColumn(this, definition, column, value)
  }

  /**
   * For getters of the class: what `make` answers for the attribute's raw value, kept until the
   * attribute gets another value.
   *
   * @example
   * get settings() {
   *   return this.$getAttributeFromCache('settings', (raw) => new Settings(raw))
   * }
   */
  $getAttributeFromCache<Value>(name: string, make: (value: unknown) => Value): Value {
    return fromCache(this, name, this.$getAttribute(name), make)
  }

  /** Whether the attribute has a value, be it null. */
  $hasAttribute(name: string): boolean {
    const column = absorb(this).attribute(name)
    return column !== undefined && hasColumn(this, column)
  }

  // ---- Documents that something else read

  /**
   * An instance of a stored document, with stored names; `null` for anything else. Runs no hooks.
   *
   * @example
   * const user = User.$createFromAdapterResult(await collection.findOne({ email }))
   */
  static $createFromAdapterResult<T extends ModelClass>(
    this: T,
    result: unknown,
    sideloaded?: Record<string, unknown>,
    options?: ModelAdapterOptions,
  ): InstanceType<T> | null {
    return results.createFrom(this, result, sideloaded, options)
  }

  /** As `$createFromAdapterResult`, for many; leaves out what is no document. */
  static $createMultipleFromAdapterResult<T extends ModelClass>(
    this: T,
    documents: readonly unknown[],
    sideloaded?: Record<string, unknown>,
    options?: ModelAdapterOptions,
  ): InstanceType<T>[] {
    return documents
      .map((one) => results.createFrom(this, one, sideloaded, options))
      .filter((one) => one !== null)
  }

  /** Sets what a stored document has, past setters; what is no column goes to `$extras`. */
  $consumeAdapterResult(result: unknown, sideloaded?: Record<string, unknown>): void {
    results.consume(this, result, sideloaded)
  }

  /** Takes the attributes as they are now for what is stored: nothing is dirty then. */
  $hydrateOriginals(): void {
    results.hydrateOriginals(this)
  }

  /** Directs what the instance does from now on, as the options of an operation would. */
  $setOptionsAndTrx(options?: ModelAdapterOptions): void {
    adopt(this, options?.client, options?.connection)
  }

  // ---- JSON

  /**
   * A plain object for JSON, by serialised names: columns, preloaded relations, computed properties,
   * and what `serializeExtras` of the class asks for (`true`: `$extras` as `meta`; a function: the
   * object it returns). Integers and decimals that a number cannot hold are text, ids their digits,
   * binary values base64.
   *
   * Errors: `E_INVALID_VALUE` when a pick is no array of names.
   *
   * @example
   * user.serialize({ fields: { omit: ['email'] }, relations: { posts: { fields: ['title'] } } })
   */
  serialize(cherryPick?: CherryPick): ModelObject {
    return serializing.serialize(this, cherryPick)
  }

  /** The columns' part of `serialize`; `raw` leaves the values as they are. */
  serializeAttributes(fields?: CherryPick['fields'], raw = false): ModelObject {
    absorb(this)
    return serializing.serializeAttributes(this, fields, raw)
  }

  /** The computed properties' part of `serialize`. */
  serializeComputed(fields?: CherryPick['fields']): ModelObject {
    absorb(this)
    return serializing.serializeComputed(this, fields)
  }

  /** The relations' part of `serialize`; `raw` gives the rows themselves. */
  serializeRelations(relations: undefined, raw: true): Record<string, Related>
  serializeRelations(relations?: CherryPick['relations'], raw?: boolean): ModelObject
  serializeRelations(relations?: CherryPick['relations'], raw = false): ModelObject {
    return serializing.serializeRelations(this, relations, raw)
  }

  /** What `JSON.stringify` writes: `serialize()`. */
  toJSON(): ModelObject {
    return this.serialize()
  }

  /** Attributes by property name as they are, preloaded relations, computed properties, `$extras`. */
  toObject(): ModelObject {
    absorb(this)
    return serializing.toObject(this)
  }

  /**
   * The columns that have a value, by property name, as the properties read. The type has the
   * properties that `$columns` lists, where the class declares it; else those that can be set.
   */
  toAttributes(): ModelColumnValues<this> {
    absorb(this)
    return serializing.toAttributes(this, this.$columns) as ModelColumnValues<this>
  }

  /**
   * A model has nothing of its own that could be stored inside another document: as a value it would
   * become an empty object.
   *
   * @internal
   */
  toBSON(): never {
    throw new errors.E_INVALID_VALUE(
      `a ${modelOf(this).name} is no value; store its primary key, or a plain object`,
    )
  }

  [Symbol.for('nodejs.util.inspect.custom')](
    _depth: number,
    options: object,
    show: (value: unknown, options: object) => string,
  ): string {
    absorb(this)
    return `${modelOf(this).name} ${show(inspect(this), options)}`
  }
}

/**
 * A class of models `M` with all that `BaseModel` has: for repositories and the like, and what a
 * mixin extends. Abstract classes are none.
 *
 * @example
 * class Repository<M extends BaseModel> {
 *   constructor(private model: ModelConstructor<M>) {}
 *   find(id: string) {
 *     return this.model.find(id)
 *   }
 * }
 *
 * function SoftDeletes<T extends ModelConstructor>(superclass: T) {
 *   return class extends superclass {
 *     @column.dateTime() declare deletedAt: DateTime | null
 *   }
 * }
 */
export type ModelConstructor<M extends BaseModel = BaseModel> = Omit<
  typeof BaseModel,
  'prototype'
> & {
  readonly prototype: M
  // biome-ignore lint/suspicious/noExplicitAny: TypeScript takes nothing else for a mixin's base
  new (...args: any[]): M
}

Object.defineProperty(BaseModel.prototype, '$columns', {
  get(this: BaseModel) {
    return definitionFor(this).columns.map((column) => column.attribute)
  },
  set(this: BaseModel, value: unknown) {
    define(this, '$columns', value)
  },
  configurable: true,
})
rememberSerialization(BaseModel.prototype)
rememberMethods(BaseModel.prototype)

/** The connection of a model that was read where no other was named. */
function ownConnection(instance: BaseModel): string | undefined {
  if ((instance[FLAGS] & Flag.local) !== 0) return undefined
  const model = modelOf(instance)
  return model.$database === undefined ? undefined : connectionOf(definitionFor(instance)).name
}

function addHook(
  model: ModelClass,
  when: 'before' | 'after',
  event: AfterEventName,
  handler: unknown,
): void {
  const definition = definitionOf(model)
  const names: readonly string[] = when === 'after' ? AFTER_EVENT_NAMES : EVENT_NAMES
  if (!names.includes(event)) {
    throw new errors.E_MODEL_DEFINITION(
      `${model.name}.${when}(): there is no event "${String(event)}"; there are: ` +
        names.join(', '),
      { model: model.name },
    )
  }
  const name = `${when}${event.charAt(0).toUpperCase()}${event.slice(1)}`
  const inBoot = definition.boot.isInside
  definition.hooks.add(name as HookEvent, handler, { owner: model, inBoot })
}
