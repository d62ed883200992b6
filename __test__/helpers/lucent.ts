import { BaseModel, type ConnectionConfig, Database } from 'lucent-odm'
import { afterAll, expect } from 'vitest'
import { profile } from './profile.ts'
import { type TestDatabase, testDatabase } from './server.ts'
import { WireSearch } from './wire_search.ts'

/** A test file's database, seen by the npm driver and by models. */
export interface LucentDatabase extends TestDatabase {
  /** The connections that models use. */
  database: Database
  /** What was searched of the bytes that these send, where they are. */
  wire: WireSearch | undefined
}

/**
 * A database for the calling test file, with the models' connection to it named `main`. `searched`, or
 * `LUCENT_TEST_WIRE` in the environment, has every byte that models send searched for plain values of
 * encrypted columns.
 */
export function lucentDatabase({
  searched,
  ...options
}: Partial<ConnectionConfig> & { searched?: boolean } = {}): LucentDatabase {
  const server = testDatabase()
  const isSearched = searched ?? process.env.LUCENT_TEST_WIRE === 'search'
  const wire = isSearched ? new WireSearch(server.uri) : undefined
  const database = new Database({
    connection: 'main',
    connections: { main: { url: wire?.uri ?? server.uri, database: server.name, ...options } },
  })
  BaseModel.useDatabase(database)
  afterAll(async () => {
    await database.closeAll()
    wire?.stop()
    expect(wire?.found ?? []).toEqual([])
  })
  return { ...server, database, wire }
}

/** Names of the commands that reached the server for one collection while `work` ran, in order. */
export async function commandsOf(
  server: TestDatabase,
  collection: string,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const commands = await profile(server, collection, work)
  return commands.map(({ op, command }) =>
    op === 'command' ? String(Object.keys(command)[0]) : op,
  )
}
