/** What becomes of connections, for those who listen. */
import type { LucentError } from '../errors/index.ts'
import { failureListeners } from '../native/index.ts'
import type { Connection, ConnectionEvent } from './connection.ts'
import { Listeners } from './listeners.ts'

export type ConnectionListener = (event: ConnectionEvent) => void

const NO_WAY_IN: ReadonlySet<string> = new Set([
  'E_CONNECTION_FAILED',
  'E_SERVER_SELECTION_TIMEOUT',
  'E_AUTHENTICATION_FAILED',
])

/** The user may log in, and not do this: nothing is wrong with the connection. */
const UNAUTHORIZED = 13

/** The listeners of a database's connections. */
export class ConnectionListeners extends Listeners<ConnectionEvent> {
  /** Answers the open connection of a name. */
  readonly #find: (name: string) => Connection | undefined
  #stop: (() => void) | undefined

  constructor(find: (name: string) => Connection | undefined) {
    super()
    this.#find = find
  }

  override add(listener: ConnectionListener): () => void {
    const remove = super.add(listener)
    this.#stop ??= this.#watch()
    return () => {
      remove()
      if (!this.isEmpty) return
      this.#stop?.()
      this.#stop = undefined
    }
  }

  #watch(): () => void {
    const failed = (error: LucentError): void => {
      if (!NO_WAY_IN.has(error.code) || error.serverCode === UNAUTHORIZED) return
      if (error.connection === undefined) return
      const connection = this.#find(error.connection)
      if (connection !== undefined) this.tell({ type: 'error', connection, error })
    }
    failureListeners.add(failed)
    return () => failureListeners.delete(failed)
  }
}
