import type { LucentError } from '../errors/index.ts'
import { failureListeners } from '../native/index.ts'
import type { Connection } from './connection.ts'

/** What became of a connection. */
export type ConnectionEvent =
  /** It is used for the first time. Sockets are opened as operations need them. */
  | { readonly type: 'connect'; readonly connection: Connection }
  /** It was closed. */
  | { readonly type: 'disconnect'; readonly connection: Connection }
  /** An operation could not reach the server, or the server refused the credentials. */
  | { readonly type: 'error'; readonly connection: Connection; readonly error: LucentError }

export type ConnectionListener = (event: ConnectionEvent) => void

const NO_WAY_IN: ReadonlySet<string> = new Set([
  'E_CONNECTION_FAILED',
  'E_SERVER_SELECTION_TIMEOUT',
  'E_AUTHENTICATION_FAILED',
])

/** The user may log in, and not do this: nothing is wrong with the connection. */
const UNAUTHORIZED = 13

/** The listeners of a database's connections. */
export class ConnectionListeners {
  readonly #listeners = new Set<ConnectionListener>()
  #stop: (() => void) | undefined

  get isEmpty(): boolean {
    return this.#listeners.size === 0
  }

  /** `find` answers the open connection of a name. */
  add(listener: ConnectionListener, find: (name: string) => Connection | undefined): () => void {
    this.#listeners.add(listener)
    this.#stop ??= this.#watch(find)
    return () => {
      this.#listeners.delete(listener)
      if (!this.isEmpty) return
      this.#stop?.()
      this.#stop = undefined
    }
  }

  #watch(find: (name: string) => Connection | undefined): () => void {
    const failed = (error: LucentError): void => {
      if (!NO_WAY_IN.has(error.code) || error.serverCode === UNAUTHORIZED) return
      if (error.connection === undefined) return
      const connection = find(error.connection)
      if (connection !== undefined) this.tell({ type: 'error', connection, error })
    }
    failureListeners.add(failed)
    return () => failureListeners.delete(failed)
  }

  /** A listener that throws must not fail the operation: what it throws is a warning. */
  tell(event: ConnectionEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error))
      }
    }
  }
}
