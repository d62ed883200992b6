/** What the clients of one transaction have in common: there is one for each database that it works in. */
import * as native from '../../native/index.ts'
import type { TransactionEnd } from './callbacks.ts'
import { watchForDoom } from './doom.ts'
import type { TransactionHost } from './host.ts'

export type TransactionState = 'open' | 'ending' | 'committed' | 'rolled back' | 'unknown'

export class Shared<Client> {
  /** The database that it was begun in. */
  readonly host: TransactionHost
  /** Where commands go there. */
  route: native.Route
  state: TransactionState = 'open'
  begun: Promise<void> | undefined
  /** What makes a commit impossible. */
  doomed: { cause: unknown } | undefined
  callbacks: {
    end: TransactionEnd
    callback: () => unknown
    listener?: (trx: Client) => unknown
  }[] = []
  /** How to put back what took part, by participant. */
  participants = new Map<object, (again: boolean) => void>()
  forget: (() => void)[] = []
  /** Whether it is the global one of its connection. */
  isGlobal = false
  /** How many callbacks of `transaction()` are under way. */
  parts = 0
  /** How many writes were sent. */
  writes = 0
  /** By the database that they work in. */
  readonly clients = new Map<TransactionHost, Client>()

  constructor(host: TransactionHost) {
    this.host = host
    this.route = this.#newSession()
  }

  /** Another attempt has another session. */
  renew(): void {
    this.closeSession()
    this.doomed = undefined
    this.route = this.#newSession()
    this.begun = undefined
    this.state = 'open'
  }

  #newSession(): native.Route {
    const connection = this.host.handle()
    const session = native.openSession(connection)
    forgotten.register(this, session, this)
    const { name, keys } = this.host
    return { connection, session, keys, watch: watchForDoom(name) }
  }

  closeSession(): void {
    forgotten.unregister(this)
    native.closeSession(this.route.session)
  }
}

/** Sessions of transactions that were forgotten before they were ended. */
const forgotten = new FinalizationRegistry<number>((session) => native.closeSession(session))
