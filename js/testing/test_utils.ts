import { randomBytes } from 'node:crypto'
import type { Connection, ConnectionConfig, Database } from 'lucent-odm'
import { collectionNames, dropDatabase, emptyCollections } from '../database/collections.ts'
import { type DatabaseSource, databaseOf, MongoAssertions } from './assertions.ts'
import { type ServerOptions, startServer } from './server/index.ts'

/** What a hook answers: undoes what the hook did. */
export type Cleanup = () => Promise<void>

/** What `truncate` leaves alone. */
export interface TruncateOptions {
  /** Names of collections that keep their documents. */
  except?: readonly string[]
}

/** Deletes the documents of all collections of a connection; indexes and validators stay. */
export async function truncateAll(
  connection: Connection,
  { except = [] }: TruncateOptions = {},
): Promise<void> {
  const names = await collectionNames(connection)
  await emptyCollections(
    connection,
    names.filter((name) => !except.includes(name)),
  )
}

/** A name that no other run has; MongoDB allows 63 bytes. */
export function uniqueDatabaseName(): string {
  return `test_${process.pid}_${randomBytes(4).toString('hex')}`
}

/** Settings that say which server it is, and how to get in. */
const OF_THE_SERVER: ReadonlySet<string> = new Set([
  'url',
  'database',
  'username',
  'password',
  'authSource',
  'authMechanism',
  'tls',
  'tlsCAFile',
  'replicaSet',
  'directConnection',
] satisfies (keyof ConnectionConfig)[])

/** Directs a connection of the database to another server. */
async function redirect(
  database: Database,
  name: string,
  server: { url: string; database: string },
): Promise<Connection> {
  const { config } = database.connection(name)
  const kept = Object.entries(config).filter(([setting]) => !OF_THE_SERVER.has(setting))
  await database.close(name)
  return database.add(name, { ...Object.fromEntries(kept), ...server })
}

/**
 * Helpers around tests. The methods that answer a function are set-up hooks: give what they answer
 * to the tear-down, or return it where the runner takes it (Japa does).
 *
 * @example
 * // AdonisJS, tests/bootstrap.ts
 * export const runnerHooks = { setup: [() => testUtils.mongo().embeddedServer()], teardown: [] }
 * // a group of tests
 * group.each.setup(() => testUtils.mongo().truncate())
 */
export class MongoTestUtils {
  readonly #source: DatabaseSource
  readonly #connection: string | undefined

  /** `connection` is the primary one by default. */
  constructor(source: DatabaseSource, connection?: string) {
    this.#source = source
    this.#connection = connection
  }

  /** Assertions about what is stored. */
  get assert(): MongoAssertions {
    return new MongoAssertions(this.#source, this.#connection)
  }

  /** Answers what deletes all documents of the connection. */
  async truncate(options?: TruncateOptions): Promise<Cleanup> {
    return async () => truncateAll(await this.#resolve(), options)
  }

  /**
   * Begins a transaction that everything on the connection joins, and answers what rolls it back.
   * Faster than `truncate`. Callbacks of `db.transaction()` become parts of it. Not for tests in which
   * the server refuses something (a duplicate key ends the transaction), in which such a callback
   * writes and then throws (operations after it fail with `E_TRANSACTION_DOOMED`: MongoDB cannot undo
   * a part), or in which transactions are committed or rolled back by hand (`E_UNSUPPORTED`). MongoDB
   * ends a transaction that takes longer than a minute.
   *
   * Errors: `E_TRANSACTIONS_UNSUPPORTED`.
   */
  async wrapInGlobalTransaction(): Promise<Cleanup> {
    const connection = await this.#resolve()
    await connection.beginGlobalTransaction()
    return () => connection.rollbackGlobalTransaction()
  }

  /** Lucid's older name for `wrapInGlobalTransaction`. */
  withGlobalTransaction(): Promise<Cleanup> {
    return this.wrapInGlobalTransaction()
  }

  /**
   * Starts a server for the run and directs the connections to it (the one of these helpers, if they
   * were made for one), each with a new, empty database. Answers what closes them and stops the
   * server. `{ useUri: true }` takes the server that `MONGODB_URI` names instead.
   */
  async embeddedServer(options: ServerOptions = {}): Promise<Cleanup> {
    const database = await databaseOf(this.#source)
    const server = await startServer({ useUri: false, ...options })
    const names = this.#connection
      ? [this.#connection]
      : database.connections.map(({ name }) => name)
    const redirected: Connection[] = []
    for (const name of names) {
      const to = { url: server.uri, database: uniqueDatabaseName() }
      redirected.push(await redirect(database, name, to))
    }
    return async () => {
      // The application may have closed them with itself; on a server of the run nothing is left.
      const open = redirected.filter(({ state }) => state === 'registered' || state === 'open')
      if (server.pids.length === 0) await Promise.all(open.map(dropDatabase))
      await Promise.all(open.map((connection) => connection.close()))
      await server.stop()
    }
  }

  async #resolve(): Promise<Connection> {
    return (await databaseOf(this.#source)).connection(this.#connection)
  }
}
