import { BaseModel, type ConnectionConfig, Database } from 'lucent-odm'
import { afterAll } from 'vitest'
import { profile } from './profile.ts'
import { type TestDatabase, testDatabase } from './server.ts'

/** A test file's database, seen by the npm driver and by models. */
export interface LucentDatabase extends TestDatabase {
  /** The connections that models use. */
  database: Database
}

/** A database for the calling test file, with the models' connection to it named `main`. */
export function lucentDatabase(options: Partial<ConnectionConfig> = {}): LucentDatabase {
  const server = testDatabase()
  const database = new Database({
    connection: 'main',
    connections: { main: { url: server.uri, database: server.name, ...options } },
  })
  BaseModel.useDatabase(database)
  afterAll(() => database.closeAll())
  return { ...server, database }
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
