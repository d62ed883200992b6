import type { KeyRings } from '../../encryption/key_rings.ts'
import { errors, LucentError } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import type { ConnectionConfig } from '../config.ts'
import type { QueryListeners } from '../query_events.ts'
import { Failures, reportFailures } from './callbacks.ts'
import { startCommand, type TransactionOptions } from './options.ts'

/** How a transaction ends. */
export type TransactionEnd = 'commit' | 'rollback'

/** Something to be done when a transaction ends. */
export type EndCallback = () => unknown

/** What a transaction needs of its connection. */
export interface TransactionHost {
  readonly name: string
  readonly config: Readonly<ConnectionConfig>
  readonly listeners: QueryListeners
  /** The keys of encrypted columns. */
  readonly keys: KeyRings
  /** The core's handle. */
  handle(): number
}

type State = 'open' | 'ending' | 'committed' | 'rolled back'

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
  #route: native.Route
  #state: State = 'open'
  #begun: Promise<void> | undefined
  #doomed = false
  #partError: unknown
  #callbacks: { end: TransactionEnd; callback: EndCallback }[] = []
  /** How to put back what took part, by participant. */
  #participants = new Map<object, () => void>()
  #forget: (() => void)[] = []
  /** Whether it is the global one of its connection. */
  #global = false
  /** How many callbacks of `transaction()` are under way. */
  #parts = 0
  /** How many writes were sent. */
  #writes = 0

  /** Use `db.transaction()`. @internal */
  constructor(host: TransactionHost, options: TransactionOptions) {
    this.#host = host
    this.#options = options
    this.connectionName = host.name
    this.#route = newSession(host)
    forgotten.register(this, this.#route.session, this)
  }

  /** Settings of the connection. */
  get config(): Readonly<ConnectionConfig> {
    return this.#host.config
  }

  /** @internal */
  get listeners(): QueryListeners {
    return this.#host.listeners
  }

  /** Whether the transaction was committed or rolled back. */
  get isCompleted(): boolean {
    return this.#state !== 'open'
  }

  /** The connection. @internal */
  get host(): TransactionHost {
    return this.#host
  }

  /** Whether the transaction is one of this connection. @internal */
  isFor(host: TransactionHost): boolean {
    return this.#host === host
  }

  /**
   * Where commands go. Errors: `E_TRANSACTION_COMPLETED`, `E_TRANSACTION_DOOMED` after a part of the
   * global one failed. @internal
   */
  route(): native.Route {
    if (this.#state !== 'open') this.#refuse('the operation came after its end')
    if (this.#global && this.#doomed) this.#refuseAfterPart()
    return this.#route
  }

  /**
   * Makes it the global one of its connection: parts of it that fail after they wrote leave nothing
   * to go on with, and only whoever began it ends it. @internal
   */
  beginGlobal(): Promise<void> {
    this.#global = true
    const sending = (operation: native.Operation) => {
      if (!native.READS.has(operation)) this.#writes++
    }
    this.#route = { ...this.#route, sending }
    return this.begin()
  }

  /** Lets the global one be ended, whatever parts are under way still. @internal */
  leaveParts(): this {
    this.#parts = 0
    return this
  }

  #refuseAfterPart(): never {
    throw new errors.E_TRANSACTION_DOOMED(
      'a part of the global transaction failed after it had written, and MongoDB has no savepoints to ' +
        'go back to: what it wrote is there still, so the database tells nothing about the failure; ' +
        'in this test empty the collections instead',
      { connection: this.connectionName, operation: 'transaction', cause: this.#partError },
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
    this.#begun ??= this.#send(
      native.Operation.startTransaction,
      startCommand(this.connectionName, this.#options),
      'transaction',
    )
    return this.#begun
  }

  /**
   * Calls back after the commit or the rollback. Callbacks run one after the other, all of them,
   * whatever the others do; what they throw is reported by `commit()` and `rollback()`.
   *
   * @example
   * trx.after('commit', () => mailer.send(welcome))
   */
  after(end: TransactionEnd, callback: EndCallback): this {
    if (this.#state !== 'open') this.#refuse(`after('${end}') came after its end`)
    this.#callbacks.push({ end, callback })
    return this
  }

  /**
   * Says how to put a participant back to where it was before the transaction changed it. The first
   * time counts.
   *
   * @internal
   */
  enlist(participant: object, restore: () => void): void {
    if (!this.#participants.has(participant)) this.#participants.set(participant, restore)
  }

  /** Calls back when nothing of the attempt is left, before any other callback. @internal */
  forgetAtEnd(callback: () => void): void {
    this.#forget.push(callback)
  }

  /** Whether the participant is known already. @internal */
  hasEnlisted(participant: object): boolean {
    return this.#participants.has(participant)
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
    if (this.#state !== 'open') this.#refuse('transaction() came after its end')
    if (callback === undefined) return this
    const before = this.#writes
    this.#parts++
    try {
      return await callback(this)
    } catch (error) {
      // What has written nothing leaves nothing to be undone.
      if (!this.#global || this.#writes > before) {
        this.#doomed = true
        this.#partError ??= error
      }
      throw error
    } finally {
      this.#parts--
    }
  }

  /**
   * Makes the changes permanent, then runs the callbacks of `after('commit')`.
   *
   * Errors: `E_TRANSACTION_COMPLETED`; `E_TRANSACTION_DOOMED` when a nested part had failed;
   * `E_WRITE_CONFLICT`; `E_TRANSACTION_CALLBACK` when callbacks threw: the commit stands.
   */
  async commit(): Promise<void> {
    if (this.#global && this.#parts > 0) this.#refuseEndOfPart('commit')
    try {
      await this.tryCommit()
    } catch (error) {
      if (this.#state === 'open' && !isUnknown(error)) await this.#end('rollback')
      throw error
    }
  }

  /** As `commit`, but open still when it failed, for another attempt. @internal */
  async tryCommit(): Promise<void> {
    if (this.#state !== 'open') this.#refuse('commit() came after its end')
    if (this.#doomed) {
      await this.rollback()
      throw new errors.E_TRANSACTION_DOOMED(
        'a nested part of the transaction failed, and MongoDB has no savepoints to go back to; the ' +
          'whole transaction was rolled back',
        { connection: this.connectionName, operation: 'commit' },
      )
    }
    this.#state = 'ending'
    try {
      await this.begin()
      await this.#send(native.Operation.commitTransaction, {}, 'commit')
    } catch (error) {
      this.#state = 'open'
      throw error
    }
    await this.#end('commit')
  }

  /**
   * Undoes the changes, puts the models that took part back to where they were when they joined,
   * then runs the callbacks of `after('rollback')`. A server that cannot be reached aborts the
   * transaction by itself.
   *
   * Errors: `E_TRANSACTION_COMPLETED`; `E_TRANSACTION_CALLBACK`.
   */
  async rollback(): Promise<void> {
    if (this.#global && this.#parts > 0) this.#refuseEndOfPart('rollback')
    if (this.#state !== 'open') this.#refuse('rollback() came after its end')
    await this.#abort()
    await this.#end('rollback')
  }

  /** Undoes the changes and makes ready for another attempt. @internal */
  async restart(): Promise<void> {
    if (this.#state === 'open') await this.#abort()
    this.#restore()
    this.#clear()
    this.#doomed = false
    this.#closeSession()
    this.#route = newSession(this.#host)
    forgotten.register(this, this.#route.session, this)
    this.#begun = undefined
    this.#state = 'open'
  }

  async #abort(): Promise<void> {
    this.#state = 'ending'
    try {
      await this.begin()
      await this.#send(native.Operation.abortTransaction, {}, 'rollback')
    } catch {
      // The transaction is over on the server in either case: it lives in a session that ends.
    }
  }

  async #end(end: TransactionEnd): Promise<void> {
    this.#state = end === 'commit' ? 'committed' : 'rolled back'
    this.#closeSession()
    if (end === 'rollback') this.#restore()
    const callbacks = this.#callbacks.filter((one) => one.end === end)
    this.#clear()
    const failures: unknown[] = []
    for (const { callback } of callbacks) {
      try {
        await callback()
      } catch (error) {
        if (error instanceof Failures) failures.push(...error.errors)
        else failures.push(error)
      }
    }
    reportFailures(this.connectionName, end, failures)
  }

  #clear(): void {
    for (const forget of this.#forget) forget()
    this.#forget = []
    this.#callbacks = []
    this.#participants = new Map()
  }

  #closeSession(): void {
    forgotten.unregister(this)
    native.closeSession(this.#route.session)
  }

  /** The latest change is undone first. */
  #restore(): void {
    for (const restore of [...this.#participants.values()].reverse()) restore()
  }

  async #send(operation: native.Operation, head: object, name: string): Promise<void> {
    const reply = await native.request(operation, this.#route, 0, (body) => body.document(head))
    if (reply instanceof native.Failure) {
      throw reply.toError({ connection: this.connectionName, operation: name })
    }
  }

  #refuse(what: string): never {
    throw new errors.E_TRANSACTION_COMPLETED(`the transaction is over (${this.#state}); ${what}`, {
      connection: this.connectionName,
      operation: 'transaction',
    })
  }
}

/** Whether it is unknown how the commit went: another one finds out. */
function isUnknown(error: unknown): boolean {
  return error instanceof LucentError && error.hasErrorLabel('UnknownTransactionCommitResult')
}

/** Sessions of transactions that were forgotten before they were ended. */
const forgotten = new FinalizationRegistry<number>((session) => native.closeSession(session))

function newSession(host: TransactionHost): native.Route {
  const connection = host.handle()
  return { connection, session: native.openSession(connection), keys: host.keys }
}
