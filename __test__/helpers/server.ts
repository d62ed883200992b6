import { randomBytes } from 'node:crypto'
import { type Db, MongoClient, type MongoClientOptions } from 'mongodb'
import { afterAll, inject } from 'vitest'

export type { Server, ServerOptions } from 'lucent-odm/testing/server'
/** A server of a test's own, for what the shared one cannot bear: killing it, several nodes, other flags. */
export { startServer } from 'lucent-odm/testing/server'

/** A database that belongs to one test file. */
export interface TestDatabase {
  /** Connection string of the server, without a database. */
  uri: string
  /** Unique name of the database. */
  name: string
  /** The npm driver as an independent witness of what is stored. */
  client: MongoClient
  /** The database, through that driver. */
  db: Db
}

/**
 * Connection string of the run's server: a replica set that allows test commands (fail points).
 */
export function mongoUri(): string {
  return inject('mongoUri')
}

/**
 * A database for the calling test file; dropped, and its client closed, after the file's tests.
 * Nothing connects before the first operation.
 */
export function testDatabase(options: MongoClientOptions = {}): TestDatabase {
  const uri = mongoUri()
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`
  const client = new MongoClient(uri, options)
  const db = client.db(name)
  afterAll(async () => {
    await db.dropDatabase()
    await client.close()
  })
  return { uri, name, client, db }
}

/**
 * Runs `work` while a fail point is on, and turns it off again whatever happens.
 *
 * @example
 * await withFailPoint(client, { failCommands: ['insert'], errorCode: 91 }, { times: 1 }, async () => {
 *   await User.create({ name: 'Ada' })
 * })
 */
export async function withFailPoint<T>(
  client: MongoClient,
  data: Record<string, unknown> & { failCommands: string[] },
  mode: 'alwaysOn' | { times: number },
  work: () => Promise<T>,
): Promise<T> {
  const admin = client.db('admin')
  await admin.command({ configureFailPoint: 'failCommand', mode, data })
  try {
    return await work()
  } finally {
    await admin.command({ configureFailPoint: 'failCommand', mode: 'off' })
  }
}
