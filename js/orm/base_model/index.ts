import { CHUNK, ROW, VALUES } from '../../codec/accessors.ts'
import type { Database } from '../../database/index.ts'
import type { TransactionClient } from '../../database/transaction/index.ts'
import type { TransactionOptions } from '../../database/transaction/options.ts'
import type { AttributeName } from '../../query/types.ts'
import type { AdapterContract } from '../adapter/contract.ts'
import { builtInAdapter } from '../adapter/index.ts'
import type { Discriminator, ModelClass, MorphMap } from '../contracts/index.ts'
import type {
  ModelAdapterOptions,
  OperationOptions,
  PartialAttributes,
  WriteOptions,
} from '../contracts/options.ts'
import { FLAGS, Flag, REST } from '../contracts/state.ts'
import { definitionOf, openDefinitionOf } from '../definition/index.ts'
import { rememberSerialization } from '../definition/json_reason.ts'
import { quietly } from '../hooks/choice.ts'
import * as state from '../instance/assigned_state.ts'
import {
  absorb,
  assign,
  columnsOf,
  ensureNotDeleted,
  restOf,
  unset,
} from '../instance/attributes.ts'
import { markDirty } from '../instance/views.ts'
import { CamelCaseNamingStrategy, type NamingStrategy } from '../naming_strategies/index.ts'
import { connectionOf } from '../operation/call.ts'
import { adopt } from '../persistence/enlist.ts'
import * as persist from '../persistence/index.ts'
import { rememberMethods } from '../persistence/overrides.ts'
import { takeValues } from '../persistence/snapshot.ts'
import * as results from './adapter_results.ts'
import * as finders from './finders.ts'
import { ModelJson } from './json.ts'
import { Lifecycle } from './lifecycle.ts'
import { lockForUpdate } from './lock.ts'

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
export class BaseModel extends Lifecycle {
  /** How class and property names become stored names. */
  static namingStrategy: NamingStrategy = new CamelCaseNamingStrategy()
  /** Name of the connection; by default the database's primary one. */
  static connection: string | undefined = undefined
  /** Collection; by default the naming strategy's. Not inherited. */
  declare static collection?: string
  /** Lucid's name for `collection`. */
  declare static table?: string
  /** How classes that share a collection are told apart. */
  declare static discriminator?: Discriminator
  /** The application assigns primary keys of its own kind; strings are not taken for ObjectIds. */
  static selfAssignPrimaryKey = false
  /** Answer `find` calls of one tick with one query. */
  static coalesceFinds = true

  /**
   * Models that `@morphTo()` relations lead to, by their stored names: on `BaseModel`, or on a class.
   *
   * @example
   * BaseModel.morphMap = { post: () => Post, video: () => Video }
   */
  static morphMap: MorphMap | undefined
  /** Send inserts and updates of one tick as one command; by default as the connection says. */
  static coalesceWrites: boolean | undefined = undefined
  /** The connections that models use. */
  static $database: Database | undefined = undefined
  /** What carries out the operations of models; see `useAdapter`. */
  static $adapter: AdapterContract = builtInAdapter

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
    await persist.save(this, options)
    return this
  }

  /** As `save`, without hooks. */
  async saveQuietly(options?: WriteOptions): Promise<this> {
    await persist.save(this, quietly(options))
    return this
  }

  /**
   * Deletes the document. The instance cannot be saved afterwards. Errors: `E_MODEL_DELETED`;
   * `E_STALE_MODEL` when, with a `@column.version()`, the document was changed since it was read.
   */
  delete(options?: OperationOptions): Promise<void> {
    return persist.remove(this, options)
  }

  /** As `delete`, without hooks. */
  deleteQuietly(options?: OperationOptions): Promise<void> {
    return persist.remove(this, quietly(options))
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
}

rememberSerialization(ModelJson.prototype)
rememberMethods(BaseModel.prototype)
