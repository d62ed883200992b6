/**
 * Vitest: a server for the run, and a database for each test file.
 *
 * @example
 * // vitest.config.ts
 * export default defineConfig({ test: { globalSetup: ['lucent-odm/testing/vitest'] } })
 */
import { BaseModel, type ConnectionConfig, Database } from 'lucent-odm'
import { afterAll, afterEach, beforeEach, inject } from 'vitest'
import type { TestProject } from 'vitest/node'
import { dropDatabase } from '../database/collections.ts'
import { MongoAssertions } from './assertions.ts'
import { startServer } from './server/index.ts'
import { type Cleanup, MongoTestUtils, uniqueDatabaseName } from './test_utils.ts'

declare module 'vitest' {
  interface ProvidedContext {
    lucentMongoUri: string
  }
}

/** Vitest's global set-up: starts the server and tells the tests where it is. */
export default async function setup(project: TestProject): Promise<Cleanup> {
  const server = await startServer()
  project.provide('lucentMongoUri', server.uri)
  return () => server.stop()
}

/** How the tests of a file are kept apart. */
export type Isolation = 'truncate' | 'transaction' | 'none'

/** Settings of `useMongo`. */
export interface UseMongoOptions extends Partial<ConnectionConfig> {
  /**
   * `'truncate'`, the default, empties the collections after each test; `'transaction'` rolls back what
   * it did, see `MongoTestUtils.wrapInGlobalTransaction`; `'none'` keeps it for the next one.
   */
  isolation?: Isolation
}

/** A test file's database, with assertions. */
export class TestMongo extends MongoAssertions {
  readonly database: Database

  constructor(database: Database) {
    super(database)
    this.database = database
  }
}

/**
 * Gives the calling test file a database of its own and the models to it; drops it after the file's
 * tests. Call it at the top of the file.
 *
 * @example
 * const mongo = useMongo()
 * it('signs up', async () => {
 *   await signUp('ada@example.com')
 *   await mongo.assertHas(User, { email: 'ada@example.com' })
 * })
 */
export function useMongo({ isolation = 'truncate', ...config }: UseMongoOptions = {}): TestMongo {
  const uri: string | undefined = config.url ?? inject('lucentMongoUri')
  if (uri === undefined) {
    throw new Error(
      "there is no server; add globalSetup: ['lucent-odm/testing/vitest'] to the Vitest config",
    )
  }
  const database = new Database({
    connection: 'main',
    connections: { main: { ...config, url: uri, database: uniqueDatabaseName() } },
  })
  BaseModel.useDatabase(database)
  const utils = new MongoTestUtils(database)
  if (isolation !== 'none') {
    let undo: Cleanup
    beforeEach(async () => {
      undo = await (isolation === 'truncate' ? utils.truncate() : utils.wrapInGlobalTransaction())
    })
    afterEach(() => undo())
  }
  afterAll(async () => {
    await dropDatabase(database.connection())
    await database.closeAll()
  })
  return new TestMongo(database)
}
