import { errors } from '../errors/index.ts'
import * as native from '../native/index.ts'
import type { ConnectionConfig } from './config.ts'

/** Where a connection is in its life. */
export type ConnectionState = 'registered' | 'open' | 'closing' | 'closed'

/** What `healthCheck` found. */
export interface HealthReport {
  healthy: boolean
  connection: string
  /** Round trip of a ping in milliseconds, when the server answered. */
  milliseconds?: number
  /** Why the server did not answer. */
  error?: Error
}

/** How long operations under way may take to finish when a connection is closed. */
const PATIENCE = 2000

/** A named connection. It connects when it is first used. */
export class Connection {
  readonly name: string
  readonly config: Readonly<ConnectionConfig>
  #handle: number | undefined
  #state: ConnectionState = 'registered'

  constructor(name: string, config: ConnectionConfig) {
    this.name = name
    // Without a prototype: a setting that is not there must not be found elsewhere.
    this.config = Object.freeze(Object.assign(Object.create(null), config))
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** The core's handle, declared on first use. @internal */
  handle(): number {
    if (this.#state === 'closing' || this.#state === 'closed') {
      throw new errors.E_CONNECTION_CLOSED(`connection "${this.name}" was closed`, {
        connection: this.name,
      })
    }
    if (this.#handle === undefined) {
      const { coalesceWrites: _ours, cursorSecret: _secret, ...settings } = this.config
      this.#handle = native.openConnection(
        { name: this.name, ...settings },
        { connection: this.name },
      )
      this.#state = 'open'
    }
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
    const handle = this.handle()
    const reply = await native.request<{ milliseconds: number }>(
      native.Operation.ping,
      handle,
      0,
      (body) => body.document({}),
    )
    if (reply instanceof native.Failure) {
      throw reply.toError({ connection: this.name, operation: 'ping' })
    }
    return reply.milliseconds
  }

  /** `ping` as a report: never rejects. */
  async healthCheck(): Promise<HealthReport> {
    try {
      return { healthy: true, connection: this.name, milliseconds: await this.ping() }
    } catch (error) {
      return { healthy: false, connection: this.name, error: error as Error }
    }
  }

  /**
   * Closes every socket. Operations under way have two seconds to finish; the rest, and whatever
   * comes later, fails with `E_CONNECTION_CLOSED`. Closing twice is harmless.
   */
  async close(options: { patienceMS?: number } = {}): Promise<void> {
    const handle = this.#handle
    if (handle === undefined || this.#state !== 'open') {
      if (this.#state === 'registered') this.#state = 'closed'
      return this.#closing
    }
    this.#state = 'closing'
    this.#closing = native.closeConnection(handle, options.patienceMS ?? PATIENCE).then(() => {
      this.#state = 'closed'
    })
    return this.#closing
  }

  #closing: Promise<void> = Promise.resolve()
}
