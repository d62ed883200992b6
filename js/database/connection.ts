import type { EncryptionConfig } from '../encryption/config.ts'
import { KeyRings } from '../encryption/key_rings.ts'
import { errors, type LucentError } from '../errors/index.ts'
import * as native from '../native/index.ts'
import { hidingSecrets } from '../redaction/settings.ts'
import { checkAccess } from './access.ts'
import { ask, runCommand } from './command.ts'
import type { ConnectionConfig } from './config.ts'
import { type ConnectionState, Link } from './link.ts'
import { Listeners } from './listeners.ts'
import type { QueryListeners } from './query_events.ts'
import type { Leave } from './transaction/host.ts'
import { TransactionClient } from './transaction/index.ts'
import { ambientTransaction, runTransaction } from './transaction/managed.ts'
import type { TransactionOptions } from './transaction/options.ts'

export type { ConnectionState } from './link.ts'

/** What `healthCheck` found. */
export interface HealthReport {
  healthy: boolean
  connection: string
  /** Round trip of a ping in milliseconds, when the server answered. */
  milliseconds?: number
  /** Why the server did not answer, or refuses every operation. */
  error?: Error
}

/** What became of a connection. */
export type ConnectionEvent =
  /** It is used for the first time. Sockets are opened as operations need them. */
  | { readonly type: 'connect'; readonly connection: Connection }
  /** It was closed. */
  | { readonly type: 'disconnect'; readonly connection: Connection }
  /** An operation could not reach the server, or the server refused the credentials. */
  | { readonly type: 'error'; readonly connection: Connection; readonly error: LucentError }

/** A named connection. It connects when it is first used. */
export class Connection {
  readonly name: string
  readonly config: Readonly<ConnectionConfig>
  readonly isTransaction = false
  readonly #link: Link
  /** The connection whose client it shares; itself, but for another database of it. */
  readonly #home: Connection
  readonly #databases = new Map<string, Connection>()
  #handle: number | undefined
  #route: native.Route | undefined

  /** @internal */
  readonly listeners: QueryListeners
  readonly #watchers: Listeners<ConnectionEvent>

  /** The keys of encrypted columns. @internal */
  readonly keys: KeyRings

  constructor(
    name: string,
    config: ConnectionConfig,
    listeners: QueryListeners = new Listeners(),
    encryption?: EncryptionConfig,
    watchers: Listeners<ConnectionEvent> = new Listeners(),
    home?: Connection,
  ) {
    this.name = name
    this.listeners = listeners
    this.#watchers = watchers
    // Without a prototype: a setting that is not there must not be found elsewhere.
    this.config = Object.freeze(hidingSecrets(Object.assign(Object.create(null), config)))
    this.#home = home ?? this
    this.keys = home?.keys ?? new KeyRings(name, config.encryption ?? encryption)
    this.#link = home === undefined ? new Link(name, this.config, this.#became) : home.#link
  }

  /** Those of another database are its connection's. */
  get state(): ConnectionState {
    return this.#link.state
  }

  /**
   * Another database of the same servers, by the same sockets: no second pool. Its name is
   * `connection/database`, good wherever a connection is named. Closing it closes the connection.
   *
   * Errors: `E_CONFIGURATION` for what can be no name of a database, when it is first used.
   *
   * @example
   * await Report.query({ client: db.connection('main').database('reports') })
   * await Report.query({ connection: 'main/reports' })
   */
  database(name: string): Connection {
    const { listeners, config, name: own } = this.#home
    const databases = this.#home.#databases
    const known = databases.get(name)
    if (known !== undefined) return known
    const settings = { ...config, database: name }
    const made = new Connection(
      `${own}/${name}`,
      settings,
      listeners,
      undefined,
      this.#watchers,
      this.#home,
    )
    databases.set(name, made)
    return made
  }

  /** Whether both are reached by the same client. @internal */
  sharesClient(other: unknown): boolean {
    return other instanceof Connection && other.#home === this.#home
  }

  /** Same as `name`, under Lucid's name for it. */
  get connectionName(): string {
    return this.name
  }

  /** Where commands go. @internal */
  route(): native.Route {
    const connection = this.handle()
    this.#route ??= { connection, session: 0, keys: this.keys }
    return this.#route
  }

  /**
   * The transaction that the code around runs in, where `ambientTransactions` is on, or the global
   * one. @internal
   */
  get ambient(): TransactionClient | undefined {
    return ambientTransaction(this)?.through(this) ?? this.globalTransaction
  }

  /** The open transaction of `beginGlobalTransaction()`. */
  get globalTransaction(): TransactionClient | undefined {
    const { global } = this.#link
    return global?.isCompleted === false ? global.through(this) : undefined
  }

  /**
   * Begins a transaction that everything on this connection joins until it is committed or rolled
   * back: for tests that leave nothing behind. An error of the server, such as a duplicate key, ends
   * it. Callbacks of `transaction()` are parts of it. MongoDB cannot undo a part by itself: after one
   * that had written and then threw, operations fail with `E_TRANSACTION_DOOMED`, because they would
   * find what should be gone. A part that commits or rolls back by hand is refused.
   *
   * Errors: `E_TRANSACTIONS_UNSUPPORTED`; `E_CONFIGURATION` when one is open already.
   */
  async beginGlobalTransaction(options: TransactionOptions = {}): Promise<TransactionClient> {
    if (this.globalTransaction !== undefined) {
      throw new errors.E_CONFIGURATION(
        `connection "${this.name}" has a global transaction already; end it before the next one`,
        { connection: this.name, operation: 'transaction' },
      )
    }
    if (!(await this.supportsTransactions())) {
      throw new errors.E_TRANSACTIONS_UNSUPPORTED(
        'a standalone server has no transactions; run it as a replica set, of one node if need be',
        { connection: this.name, operation: 'transaction' },
      )
    }
    const trx = new TransactionClient(this, options)
    await this.#begin(trx, () => trx.beginGlobal())
    this.#link.global = trx
    return trx
  }

  /** Commits the global transaction. Without one, does nothing. */
  async commitGlobalTransaction(): Promise<void> {
    await this.globalTransaction?.leaveParts().commit()
  }

  /** Rolls the global transaction back. Without one, does nothing. */
  async rollbackGlobalTransaction(): Promise<void> {
    await this.globalTransaction?.leaveParts().rollback()
  }

  /**
   * Runs `callback` in a transaction: commits when it resolves, rolls back when it rejects. When
   * the server says that another attempt may succeed (a write conflict, a new primary), the models
   * that took part are put back and the callback runs again, for up to two minutes. Inside another
   * one's callback, with `ambientTransactions`, it becomes a part of that one.
   *
   * Without a callback: a transaction to be ended by `commit()` or `rollback()`; nothing is repeated.
   *
   * Errors: what the callback throws, unchanged; `E_TRANSACTIONS_UNSUPPORTED` on a server that is no
   * replica set; `E_TRANSACTION_CALLBACK`; `E_UNSUPPORTED` for `serializable`.
   *
   * @example
   * await db.transaction(async (trx) => {
   *   const user = await User.findOrFail(id, { client: trx })
   *   await user.merge({ balance: user.balance - 10 }).save()
   * })
   */
  transaction(options?: TransactionOptions): Promise<TransactionClient>
  transaction<Result>(
    callback: (trx: TransactionClient) => Promise<Result> | Result,
    options?: TransactionOptions,
  ): Promise<Result>
  async transaction<Result>(
    first?: TransactionOptions | ((trx: TransactionClient) => Promise<Result> | Result),
    second?: TransactionOptions,
  ): Promise<Result | TransactionClient> {
    if (typeof first !== 'function') {
      if (this.globalTransaction === undefined) return this.#manual(first ?? {})
      throw new errors.E_UNSUPPORTED(
        'MongoDB has no savepoints, so a global transaction takes no other that is committed by ' +
          'hand; give transaction() a callback, or empty the collections after the test instead',
        { connection: this.name, operation: 'transaction' },
      )
    }
    const { ambient } = this
    if (ambient !== undefined) return ambient.transaction(first)
    return runTransaction(this, second ?? {}, first)
  }

  /**
   * Whether the server has transactions: replica sets and sharded clusters do. Asked once, unless the
   * server is to be a member of a replica set that is not initiated yet.
   *
   * Errors: those of `ping`.
   */
  async supportsTransactions(): Promise<boolean> {
    const link = this.#link
    link.transactions ??= this.#askForTransactions()
    try {
      const answer = await link.transactions
      if (answer === 'not yet') link.transactions = undefined
      return answer === true
    } catch (error) {
      link.transactions = undefined
      throw error
    }
  }

  async #askForTransactions(): Promise<boolean | 'not yet'> {
    const reply = await runCommand<{
      setName?: string
      msg?: string
      isreplicaset?: boolean
    }>(this, { command: { hello: 1 }, admin: true })
    if (reply.isreplicaset === true) return 'not yet'
    return reply.setName !== undefined || reply.msg === 'isdbgrid'
  }

  /** A transaction that closing waits for. */
  async #manual(options: TransactionOptions): Promise<TransactionClient> {
    const leave = this.enter()
    try {
      const trx = new TransactionClient(this, options)
      await this.#begin(trx, () => trx.begin())
      trx.forgetAtEnd(leave)
      return trx
    } catch (error) {
      leave()
      throw error
    }
  }

  async #begin(trx: TransactionClient, begin: () => Promise<void>): Promise<void> {
    try {
      await begin()
    } catch (error) {
      await trx.rollback()
      throw error
    }
  }

  /**
   * Says that an operation begins that may send several commands: closing lets it send them all.
   * Answers what is to be called when it is over.
   *
   * @internal
   */
  enter(): Leave {
    return this.#link.enter()
  }

  /** The core's handle, declared on first use. Errors: `E_CONNECTION_CLOSED`. @internal */
  handle(): number {
    const connection = this.#link.handle()
    if (this.#home === this) return connection
    const { database = '' } = this.config
    this.#handle ??= native.openDatabase(connection, database, { connection: this.name })
    return this.#handle
  }

  /**
   * Asks the server whether it is there.
   *
   * Errors: `E_CONNECTION_FAILED`, `E_SERVER_SELECTION_TIMEOUT`, `E_AUTHENTICATION_FAILED`.
   *
   * @returns the round trip in milliseconds
   */
  async ping(): Promise<number> {
    const { ping } = native.Operation
    const reply = await ask<{ milliseconds: number }>(this.name, this.route(), ping, 'ping', {})
    return reply.milliseconds
  }

  /**
   * `ping` as a report, and whether the user has any right on the database, without which every
   * operation is refused. Never rejects.
   */
  async healthCheck(): Promise<HealthReport> {
    try {
      const milliseconds = await this.ping()
      await checkAccess(this)
      return { healthy: true, connection: this.name, milliseconds }
    } catch (error) {
      return { healthy: false, connection: this.name, error: error as Error }
    }
  }

  /**
   * Closes every socket. Operations under way have two seconds, or `patienceMS`, to finish, with all
   * the commands that they consist of; transactions that are open by then are aborted. The rest, and
   * whatever comes later, fails with `E_CONNECTION_CLOSED`, whose message says whether something
   * was sent before. Takes two seconds more at most, whatever the server does. Closing twice is
   * harmless.
   */
  close(options: { patienceMS?: number } = {}): Promise<void> {
    return this.#link.close(options.patienceMS)
  }

  readonly #became = (what: 'open' | 'closed'): void => {
    if (what === 'closed') this.keys.close()
    if (this.#watchers.isEmpty) return
    this.#watchers.tell({ type: what === 'open' ? 'connect' : 'disconnect', connection: this })
  }
}
