/** The client of a connection, which all databases that are reached by it share: its life, from first use to close. */
import { errors } from '../errors/index.ts'
import * as native from '../native/index.ts'
import type { ConnectionConfig } from './config.ts'
import { type Leave, nothing } from './transaction/host.ts'
import type { TransactionClient } from './transaction/index.ts'

/** Where a connection is in its life. */
export type ConnectionState = 'registered' | 'open' | 'closing' | 'closed'

/** How long operations under way may take to finish when a connection is closed, in milliseconds. */
const PATIENCE = 2000

export class Link {
  readonly #name: string
  readonly #config: Readonly<ConnectionConfig>
  readonly #tell: (became: 'open' | 'closed') => void
  #handle: number | undefined
  #state: ConnectionState = 'registered'
  /** Operations under way that may send more commands. */
  #underWay = 0
  #drained: (() => void) | undefined
  #closing: Promise<void> = Promise.resolve()
  /** Whether the server has transactions, once it was asked. */
  transactions: Promise<boolean | 'not yet'> | undefined
  /** What `beginGlobalTransaction()` began, over or not. */
  global: TransactionClient | undefined

  constructor(
    name: string,
    config: Readonly<ConnectionConfig>,
    tell: (became: 'open' | 'closed') => void,
  ) {
    this.#name = name
    this.#config = config
    this.#tell = tell
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** Says that an operation begins that may send several commands. Answers what is to be called when it is over. */
  enter(): Leave {
    if (!this.#isOpen) return nothing
    this.#underWay++
    return this.#leave
  }

  readonly #leave = () => {
    if (--this.#underWay === 0) this.#drained?.()
  }

  /** While it is being closed, what is sent may be a part of what is under way. */
  get #isOpen(): boolean {
    if (this.#state === 'closing') return this.#underWay > 0
    return this.#state !== 'closed'
  }

  /** The core's handle of the connection, declared on first use. Errors: `E_CONNECTION_CLOSED`. */
  handle(): number {
    if (!this.#isOpen) {
      throw new errors.E_CONNECTION_CLOSED(
        `connection "${this.#name}" was closed before the operation was sent`,
        { connection: this.#name },
      )
    }
    if (this.#handle === undefined) {
      const {
        coalesceWrites: _writes,
        ambientTransactions: _ambient,
        debug: _debug,
        reportRowByRow: _report,
        autoIndex: _indexes,
        encryption: _encryption,
        ...settings
      } = this.#config
      this.#handle = native.openConnection(
        { name: this.#name, ...settings },
        { connection: this.#name },
      )
      this.#state = 'open'
      this.#tell('open')
    }
    return this.#handle
  }

  /** Closes every socket once what is under way had its time. */
  async close(patience = PATIENCE): Promise<void> {
    const handle = this.#handle
    if (handle === undefined || this.#state !== 'open') {
      if (this.#state === 'registered') this.#state = 'closed'
      return this.#closing
    }
    this.#state = 'closing'
    this.#closing = this.#close(handle, patience)
    return this.#closing
  }

  async #close(handle: number, patience: number): Promise<void> {
    const end = performance.now() + patience
    await this.#drain(patience)
    // What is left sends nothing more: the core ends it when the time is over.
    this.#underWay = Number.NEGATIVE_INFINITY
    await native.closeConnection(handle, Math.max(0, Math.round(end - performance.now())))
    this.#state = 'closed'
    this.#tell('closed')
  }

  /** Waits until nothing is under way that may send more commands, or for `patience` milliseconds. */
  #drain(patience: number): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patience)
      this.#drained = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
