import {
  type BackgroundFailure,
  backgroundFailures,
  isIdle,
  settled,
} from '../context/background.ts'
import type { EncryptionConfig } from '../encryption/config.ts'
import { errors } from '../errors/index.ts'
import {
  type ConnectionConfig,
  checkConnection,
  type DatabaseConfig,
  defineConfig,
} from './config.ts'
import { Connection, type HealthReport } from './connection.ts'
import { type ConnectionListener, ConnectionListeners } from './connection_events.ts'
import { type IndexedModel, type IndexReport, indexing, type SyncIndexOptions } from './indexes.ts'
import { Listeners } from './listeners.ts'
import type { QueryListener, QueryListeners } from './query_events.ts'
import type { TransactionClient } from './transaction/index.ts'
import type { TransactionOptions } from './transaction/options.ts'

/** How long `closeAll` waits for what is done in the background, in milliseconds. */
const PATIENCE = 10_000

/**
 * The named connections of an application. Nothing connects before it is used.
 *
 * @example
 * const db = new Database({
 *   connection: 'main',
 *   connections: { main: { url: 'mongodb://localhost:27017/app' } },
 * })
 * BaseModel.useDatabase(db)
 * await db.healthCheck()
 * await db.closeAll()
 */
export class Database {
  readonly #connections = new Map<string, Connection>()
  readonly #listeners: QueryListeners = new Listeners()
  readonly #watchers = new ConnectionListeners((name) => this.#connections.get(name))
  readonly #encryption: EncryptionConfig | undefined
  readonly #patience: number
  #warned = false
  /** Name of the connection that models use unless they say otherwise. */
  readonly primaryConnectionName: string

  /** Errors: `E_CONFIGURATION`. */
  constructor(config: DatabaseConfig) {
    defineConfig(config)
    this.#encryption = config.encryption
    this.#patience = config.backgroundTimeout ?? PATIENCE
    this.primaryConnectionName = config.connection
    for (const [name, settings] of Object.entries(config.connections)) {
      this.#connections.set(name, this.#make(name, settings))
    }
  }

  /**
   * A connection by name, the primary one by default. `main/reports` is the database `reports` on the
   * connection `main`: the same sockets, see `Connection.database`.
   *
   * Errors: `E_UNKNOWN_CONNECTION`.
   */
  connection(name: string = this.primaryConnectionName): Connection {
    const found = this.#find(name)
    if (found === undefined) {
      throw new errors.E_UNKNOWN_CONNECTION(
        `no connection is named "${name}"; there are: ${[...this.#connections.keys()].join(', ')}`,
        { connection: name },
      )
    }
    return found
  }

  #find(name: string): Connection | undefined {
    const found = this.#connections.get(name)
    if (found !== undefined) return found
    // A connection may have a slash in its name, a database cannot.
    const slash = name.lastIndexOf('/')
    if (slash < 1 || slash === name.length - 1) return undefined
    return this.#connections.get(name.slice(0, slash))?.database(name.slice(slash + 1))
  }

  /**
   * Forgets the encryption keys that providers gave: the next operations ask them again. Operations
   * under way go on with the keys that they have.
   */
  reloadEncryptionKeys(): void {
    for (const connection of this.#connections.values()) connection.keys.reload()
  }

  /** Adds a connection, or replaces a closed one. Errors: `E_CONFIGURATION`. */
  add(name: string, config: ConnectionConfig): Connection {
    checkConnection(name, config)
    const present = this.#connections.get(name)
    if (present !== undefined && present.state !== 'closed') {
      throw new errors.E_CONFIGURATION(
        `a connection named "${name}" is there already; close it before adding it anew`,
        { connection: name },
      )
    }
    const connection = this.#make(name, config)
    this.#connections.set(name, connection)
    return connection
  }

  /**
   * Closes a connection and forgets it, as if it had never been there. Models that are bound to it fail with
   * `E_UNKNOWN_CONNECTION` until it is added anew.
   *
   * Errors: `E_UNKNOWN_CONNECTION`; `E_CONFIGURATION` for the primary one, which models use by default, and for a
   * database of a connection.
   */
  async release(name: string): Promise<void> {
    const connection = this.connection(name)
    const isOther = this.#connections.get(name) !== connection
    if (isOther || name === this.primaryConnectionName) {
      const why = isOther ? 'is a database of a connection' : 'is the primary connection'
      throw new errors.E_CONFIGURATION(`"${name}" ${why}, and stays until closeAll()`, {
        connection: name,
      })
    }
    this.#connections.delete(name)
    await connection.close()
  }

  /**
   * Says where models are stored: on a connection, or in a database of one (`main/reports`), whatever their
   * `static connection` says; classes that extend them follow. What calls say goes first, and operations under way
   * go on where they are. Answers what puts them back.
   *
   * Errors: `E_UNKNOWN_CONNECTION`.
   *
   * @example
   * db.add('analytics', { url: env.ANALYTICS_URL })
   * db.bind('analytics', [UserAction, Event])
   */
  bind(name: string, models: readonly IndexedModel[]): () => void {
    this.connection(name)
    const undo = models.flatMap((model) => [
      override(model, 'connection', name),
      override(model, '$database', this),
    ])
    return () => {
      for (const restore of undo.reverse()) restore()
    }
  }

  #make(name: string, config: ConnectionConfig): Connection {
    return new Connection(name, config, this.#listeners, this.#encryption, this.#watchers)
  }

  /** A transaction on the primary connection; see `Connection.transaction`. */
  transaction(options?: TransactionOptions): Promise<TransactionClient>
  transaction<Result>(
    callback: (trx: TransactionClient) => Promise<Result> | Result,
    options?: TransactionOptions,
  ): Promise<Result>
  transaction<Result>(
    first?: TransactionOptions | ((trx: TransactionClient) => Promise<Result> | Result),
    second?: TransactionOptions,
  ): Promise<Result | TransactionClient> {
    const connection = this.connection()
    return typeof first === 'function'
      ? connection.transaction(first, second)
      : connection.transaction(first)
  }

  /**
   * Calls back after every operation of connections with `debug: true`, and after every query with
   * `debug(true)`. Answers what ends it. What is listened to costs time, and may show what is secret.
   * Where no connection says anything of `debug`, a warning of the process says that it may hear nothing,
   * unless `warn` is false.
   *
   * @example
   * const stop = db.onQuery(({ model, operation, milliseconds }) => {
   *   console.log(`${model}.${operation}: ${milliseconds.toFixed(1)} ms`)
   * })
   */
  onQuery(listener: QueryListener, { warn = true }: { warn?: boolean } = {}): () => void {
    if (warn) this.#warnUnlessDebugged()
    return this.#listeners.add(listener)
  }

  /** A listener that is never called would be found out late. */
  #warnUnlessDebugged(): void {
    const connections = [...this.#connections.values()]
    if (this.#warned || connections.some(({ config }) => config.debug !== undefined)) return
    this.#warned = true
    process.emitWarning(
      'onQuery() hears nothing but queries with debug(true): no connection has `debug`. Set it to true ' +
        'to hear of every operation, or to false to be rid of this warning',
      { code: 'LUCENT_DEBUG_UNSET' },
    )
  }

  /**
   * Calls back with what failed while nobody waited for it: listeners of `Model.on()`, and work of
   * `context.defer()`, of the whole process. Answers what ends it. Where nobody listens, failures are warnings of
   * the process.
   *
   * @example
   * db.onError(({ error, name }) => logger.error({ err: error }, `${name} failed`))
   */
  onError(listener: (failure: BackgroundFailure) => void): () => void {
    return backgroundFailures.add(listener)
  }

  /**
   * Calls back when a connection is first used, when it was closed, and when an operation on it could
   * not reach the server or was refused the way in. Answers what ends it.
   */
  onConnection(listener: ConnectionListener): () => void {
    return this.#watchers.add(listener)
  }

  /**
   * Brings the collections of these models in line with what the models declare; see
   * `Model.syncIndexes`. Models that share a collection are looked at together.
   *
   * Errors: those of `Model.syncIndexes`, once all others are done.
   *
   * @example
   * const reports = await db.syncIndexes([User, Order])
   */
  syncIndexes(
    models: readonly IndexedModel[],
    options: SyncIndexOptions = {},
  ): Promise<IndexReport[]> {
    const sync = indexing.sync?.(models, options, (name) => this.connection(name))
    return sync ?? Promise.resolve([])
  }

  /** See `Connection.beginGlobalTransaction`. */
  beginGlobalTransaction(name?: string, options?: TransactionOptions): Promise<TransactionClient> {
    return this.connection(name).beginGlobalTransaction(options)
  }

  /** See `Connection.commitGlobalTransaction`. */
  commitGlobalTransaction(name?: string): Promise<void> {
    return this.connection(name).commitGlobalTransaction()
  }

  /** See `Connection.rollbackGlobalTransaction`. */
  rollbackGlobalTransaction(name?: string): Promise<void> {
    return this.connection(name).rollbackGlobalTransaction()
  }

  /** Whether a connection has that name; `main/reports` is there where `main` is. */
  has(name: string): boolean {
    return this.#find(name) !== undefined
  }

  /** Every connection, in the order of the configuration. */
  get connections(): readonly Connection[] {
    return [...this.#connections.values()]
  }

  /** The reports of every connection; see `Connection.healthCheck`. Never rejects. */
  async healthCheck(): Promise<{ healthy: boolean; connections: HealthReport[] }> {
    const reports = await Promise.all(this.connections.map((one) => one.healthCheck()))
    return { healthy: reports.every((report) => report.healthy), connections: reports }
  }

  /** Closes one connection; see `Connection.close`. */
  async close(name: string = this.primaryConnectionName): Promise<void> {
    await this.connection(name).close()
  }

  /**
   * Waits for what is done in the background, up to `backgroundTimeout`, and closes every connection. The
   * process can exit afterwards. Work that waits for a transaction which is open still is dropped with it.
   */
  async closeAll(): Promise<void> {
    // Where nothing is waited for, what is asked for from now on is refused.
    const isOver = isIdle() || (await settled(this.#patience))
    await Promise.all(this.connections.map((one) => one.close()))
    // Transactions that ended meanwhile may have begun more.
    if (isOver) await settled(this.#patience)
  }
}

/** Gives a class a property of its own. Answers what puts back what was there. */
function override(model: object, property: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(model, property)
  const now = { value, writable: true, enumerable: true, configurable: true }
  Object.defineProperty(model, property, now)
  return () => {
    if (before === undefined) Reflect.deleteProperty(model, property)
    else Object.defineProperty(model, property, before)
  }
}
