import { errors } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { ask } from '../command.ts'
import type { ConnectionConfig } from '../config.ts'
import type { QueryListeners } from '../query_events.ts'
import { callAll, reportFailures, type TransactionEnd } from './callbacks.ts'
import { isGone, isUnknown } from './commit_error.ts'
import { type Leave, nothing, type TransactionHost } from './host.ts'
import { startCommand, type TransactionOptions } from './options.ts'
import { Shared } from './shared.ts'

/** Something to be done when a transaction ends. */
export type EndCallback = () => unknown

/** Somebody who listens to the end of a transaction. */
export type EndListener = (trx: TransactionClient) => unknown

/**
 * A transaction, and the client of everything that runs in it: `{ client: trx }`, or
 * `model.useTransaction(trx)`. Made by `db.transaction()`.
 *
 * MongoDB runs the operations of a transaction one after the other; starting several at once is
 * allowed and gains nothing. It aborts a transaction that is open for more than a minute.
 */
export class TransactionClient {
  readonly isTransaction = true
  /** Name of the connection. */
  readonly connectionName: string
  readonly #host: TransactionHost
  readonly #options: TransactionOptions
  readonly #shared: Shared<TransactionClient>
  /** The way to another database than the one that the transaction was begun in. */
  #way: { readonly of: native.Route; readonly route: native.Route } | undefined

  /** Use `db.transaction()`. @internal */
  constructor(
    host: TransactionHost,
    options: TransactionOptions,
    shared?: Shared<TransactionClient>,
  ) {
    this.#host = host
    this.#options = options
    this.connectionName = host.name
    this.#shared = shared ?? new Shared(host)
    this.#shared.clients.set(host, this)
  }

  /**
   * The same transaction in another database of the same servers: what it is the client of is committed, and
   * rolled back, together with the rest.
   *
   * Errors: `E_CONFIGURATION` for what can be no name of a database, when it is first used.
   *
   * @example
   * await db.transaction(async (trx) => {
   *   await order.useTransaction(trx).save()
   *   await Entry.create({ orderId: order.id }, { client: trx.database('ledger') })
   * })
   */
  database(name: string): TransactionClient {
    return this.through(this.#host.database(name))
  }

  /** The same transaction in the database of a connection of the same client. @internal */
  through(host: TransactionHost): TransactionClient {
    return (
      this.#shared.clients.get(host) ?? new TransactionClient(host, this.#options, this.#shared)
    )
  }

  /** Settings of the connection. */
  get config(): Readonly<ConnectionConfig> {
    return this.#host.config
  }

  /** @internal */
  get listeners(): QueryListeners {
    return this.#host.listeners
  }

  /**
   * Whether the transaction was committed or rolled back, or cannot be told to be either: see
   * `commit()`.
   */
  get isCompleted(): boolean {
    return this.#shared.state !== 'open'
  }

  /** The connection. @internal */
  get host(): TransactionHost {
    return this.#host
  }

  /** Whether the application said which database it works in, by `database()`. @internal */
  get isDirected(): boolean {
    return this.#shared.host !== this.#host
  }

  /** Whether the transaction is one of this connection, whichever its database. @internal */
  isFor(host: TransactionHost): boolean {
    return this.#host.sharesClient(host)
  }

  /** As those of the connection, which waits for the whole transaction. @internal */
  enter(): Leave {
    return nothing
  }

  /**
   * Where commands go. Errors: `E_TRANSACTION_COMPLETED`, `E_TRANSACTION_DOOMED` after a part of the
   * global one failed. @internal
   */
  route(): native.Route {
    if (this.#shared.state !== 'open') this.#refuse('the operation came after its end')
    if (this.#shared.isGlobal && this.#shared.doomed !== undefined)
      this.#refuseAfterPart(this.#shared.doomed.cause)
    const { route } = this.#shared
    if (this.#shared.host === this.#host) return route
    const connection = this.#host.handle()
    if (this.#way?.of !== route) this.#way = { of: route, route: { ...route, connection } }
    return this.#way.route
  }

  /**
   * Makes it the global one of its connection: parts of it that fail after they wrote leave nothing
   * to go on with, and only whoever began it ends it. @internal
   */
  beginGlobal(): Promise<void> {
    this.#shared.isGlobal = true
    const sending = (operation: native.Operation) => {
      if (!native.READS.has(operation)) this.#shared.writes++
    }
    this.#shared.route = { ...this.#shared.route, sending }
    return this.begin()
  }

  /** Lets the global one be ended, whatever parts are under way still. @internal */
  leaveParts(): this {
    this.#shared.parts = 0
    return this
  }

  #refuseAfterPart(cause: unknown): never {
    throw new errors.E_TRANSACTION_DOOMED(
      'a part of the global transaction failed after it had written, and MongoDB has no savepoints to ' +
        'go back to: what it wrote is there still, so the database tells nothing about the failure; ' +
        'in this test empty the collections instead',
      { connection: this.connectionName, operation: 'transaction', cause },
    )
  }

  #refuseEndOfPart(operation: 'commit' | 'rollback'): never {
    throw new errors.E_UNSUPPORTED(
      `${operation}() of a part of the global transaction would end the whole one: MongoDB has no ` +
        'savepoints; let the callback return or throw, or empty the collections after the test instead',
      { connection: this.connectionName, operation },
    )
  }

  /** Tells the core that a transaction begins; the server hears of it with the first command. */
  begin(): Promise<void> {
    this.#shared.begun ??= this.#send(
      native.Operation.startTransaction,
      startCommand(this.connectionName, this.#options),
      'transaction',
    )
    return this.#shared.begun
  }

  /**
   * Calls back after the commit or the rollback, or when nobody knows how the commit went
   * (`unknown`). Callbacks run one after the other, all of them, whatever the others do; what they
   * throw is reported by `commit()` and `rollback()`, and is a warning after an unknown end.
   *
   * @example
   * trx.after('commit', () => mailer.send(welcome))
   * trx.after('unknown', () => queue.push({ verify: order.id }))
   */
  after(end: TransactionEnd, callback: EndCallback): this {
    if (this.#shared.state !== 'open') this.#refuse(`after('${end}') came after its end`)
    this.#shared.callbacks.push({ end, callback })
    return this
  }

  /**
   * Calls back with the transaction when it is committed or rolled back: Lucid's name for
   * {@link after}. A transaction ends once, so that `once` is the same. Errors: `E_UNSUPPORTED` for
   * another event; as `after`.
   *
   * @example
   * trx.on('commit', () => cache.clear())
   */
  on(end: TransactionEnd, listener: EndListener): this {
    if (end !== 'commit' && end !== 'rollback') {
      throw new errors.E_UNSUPPORTED(
        `a transaction has the events "commit" and "rollback", not "${String(end)}"`,
        { connection: this.connectionName, operation: 'transaction' },
      )
    }
    if (this.#shared.state !== 'open') this.#refuse(`on('${end}') came after its end`)
    this.#shared.callbacks.push({ end, callback: () => listener(this), listener })
    return this
  }

  /** Same as {@link on}. */
  once(end: TransactionEnd, listener: EndListener): this {
    return this.on(end, listener)
  }

  /** Takes back what {@link on} or {@link once} were given, the latest first. */
  off(end: TransactionEnd, listener: EndListener): this {
    const place = this.#shared.callbacks.findLastIndex(
      (one) => one.end === end && one.listener === listener,
    )
    if (place !== -1) this.#shared.callbacks.splice(place, 1)
    return this
  }

  /**
   * Says how to put a participant back to where it was before the transaction changed it, for another
   * attempt (`again`) or for good. The first time counts.
   *
   * @internal
   */
  enlist(participant: object, restore: (again: boolean) => void): void {
    if (!this.#shared.participants.has(participant))
      this.#shared.participants.set(participant, restore)
  }

  /** Calls back when nothing more is done in the attempt, before any other callback. @internal */
  forgetAtEnd(callback: () => void): void {
    this.#shared.forget.push(callback)
  }

  /** Whether the participant is known already. @internal */
  hasEnlisted(participant: object): boolean {
    return this.#shared.participants.has(participant)
  }

  /**
   * Runs `callback` as a part of this transaction. MongoDB has no savepoints: when the callback
   * fails, the whole transaction can only be rolled back.
   *
   * Without a callback: the transaction itself; it is committed where it was begun.
   */
  transaction(): Promise<this>
  transaction<Result>(callback: (trx: this) => Promise<Result> | Result): Promise<Result>
  async transaction<Result>(
    callback?: (trx: this) => Promise<Result> | Result,
  ): Promise<Result | this> {
    if (this.#shared.state !== 'open') this.#refuse('transaction() came after its end')
    if (callback === undefined) return this
    const before = this.#shared.writes
    this.#shared.parts++
    try {
      return await callback(this)
    } catch (error) {
      // What has written nothing leaves nothing to be undone.
      if (!this.#shared.isGlobal || this.#shared.writes > before)
        this.#shared.doomed ??= { cause: error }
      throw error
    } finally {
      this.#shared.parts--
    }
  }

  /**
   * Makes the changes permanent, then runs the callbacks of `after('commit')`. While nobody knows how
   * it went it is sent again, for two minutes or the connection's `timeoutMS`.
   *
   * An error with the label `UnknownTransactionCommitResult` says that this time was not enough: the
   * changes may be stored, now or later, and may be lost. The transaction is over then, the callbacks
   * of `after('unknown')` run in place of the others, and instances keep what they have. `commit()`
   * may be called again to find out.
   *
   * Errors: `E_TRANSACTION_COMPLETED`; `E_TRANSACTION_DOOMED` when a part had failed;
   * `E_WRITE_CONFLICT`; `E_TRANSACTION_CALLBACK` when callbacks threw: the commit stands; `E_TIMEOUT`,
   * `E_CONNECTION_FAILED`, `E_SERVER_SELECTION_TIMEOUT`, `E_CONNECTION_CLOSED` and `E_WRITE_CONCERN`
   * with the label.
   */
  async commit(): Promise<void> {
    if (this.#shared.isGlobal && this.#shared.parts > 0) this.#refuseEndOfPart('commit')
    try {
      await this.tryCommit()
    } catch (error) {
      if (this.#shared.state === 'open') await this.rollback()
      throw error
    }
  }

  /** As `commit`, but open still when it failed, to be rolled back or restarted. @internal */
  async tryCommit(): Promise<void> {
    const before = this.#shared.state
    if (before !== 'open' && before !== 'unknown') this.#refuse('commit() came after its end')
    if (this.#shared.doomed !== undefined) {
      throw new errors.E_TRANSACTION_DOOMED(
        'a nested part of the transaction failed, and MongoDB has no savepoints to go back to; the ' +
          'whole transaction is rolled back',
        { connection: this.connectionName, operation: 'commit', cause: this.#shared.doomed.cause },
      )
    }
    this.#shared.state = 'ending'
    try {
      await this.begin()
      await this.#send(native.Operation.commitTransaction, {}, 'commit')
    } catch (error) {
      const told = before === 'unknown' ? isGone(error) : !isUnknown(error)
      this.#shared.state = told ? 'open' : 'unknown'
      if (!told && before === 'open') await this.#tellUnknown()
      throw error
    }
    await this.#end('commit')
  }

  /** The instances that took part, and the other callbacks, wait for a commit that finds out. */
  async #tellUnknown(): Promise<void> {
    this.#forgetAttempt()
    for (const failure of await callAll(this.#callbacksOf('unknown'))) {
      process.emitWarning(failure instanceof Error ? failure : String(failure))
    }
  }

  /**
   * Undoes the changes, puts the models that took part back to where they were when they joined,
   * then runs the callbacks of `after('rollback')`. A server that cannot be reached aborts the
   * transaction by itself.
   *
   * Errors: `E_TRANSACTION_COMPLETED`; `E_TRANSACTION_CALLBACK`.
   */
  async rollback(): Promise<void> {
    if (this.#shared.isGlobal && this.#shared.parts > 0) this.#refuseEndOfPart('rollback')
    if (this.#shared.state === 'unknown') {
      this.#refuse('its commit may have been carried out, which commit() finds out')
    }
    if (this.#shared.state !== 'open') this.#refuse('rollback() came after its end')
    await this.#abort()
    await this.#end('rollback')
  }

  /** Undoes the changes and makes ready for another attempt. @internal */
  async restart(): Promise<void> {
    if (this.#shared.state === 'open') await this.#abort()
    this.#restore(true)
    this.#clear()
    this.#shared.renew()
  }

  async #abort(): Promise<void> {
    this.#shared.state = 'ending'
    try {
      await this.begin()
      await this.#send(native.Operation.abortTransaction, {}, 'rollback')
    } catch {
      // The transaction is over on the server in either case: it lives in a session that ends.
    }
  }

  async #end(end: Exclude<TransactionEnd, 'unknown'>): Promise<void> {
    this.#shared.state = end === 'commit' ? 'committed' : 'rolled back'
    this.#shared.closeSession()
    if (end === 'rollback') this.#restore(false)
    const callbacks = this.#callbacksOf(end)
    this.#clear()
    reportFailures(this.connectionName, end, await callAll(callbacks))
  }

  #callbacksOf(end: TransactionEnd): EndCallback[] {
    return this.#shared.callbacks.filter((one) => one.end === end).map(({ callback }) => callback)
  }

  #clear(): void {
    this.#forgetAttempt()
    this.#shared.callbacks = []
    this.#shared.participants = new Map()
  }

  #forgetAttempt(): void {
    for (const forget of this.#shared.forget) forget()
    this.#shared.forget = []
  }

  /** The latest change is undone first. */
  #restore(again: boolean): void {
    for (const restore of [...this.#shared.participants.values()].reverse()) restore(again)
  }

  #send(operation: native.Operation, head: object, name: string): Promise<void> {
    return ask(this.connectionName, this.#shared.route, operation, name, head)
  }

  #refuse(what: string): never {
    throw new errors.E_TRANSACTION_COMPLETED(
      `the transaction is over (${this.#shared.state}); ${what}`,
      {
        connection: this.connectionName,
        operation: 'transaction',
      },
    )
  }
}
