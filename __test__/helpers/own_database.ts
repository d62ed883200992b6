import { MongoClient } from 'mongodb'
import { afterAll } from 'vitest'
import { OwnMongod } from './own_mongod.ts'
import type { TestDatabase } from './server.ts'

/**
 * A database on a server of the calling test file's own, a replica set of one node unless told
 * otherwise. A server has one fail point for all its clients, so a file that holds it for long needs one.
 */
export async function ownDatabase({ replicaSet = true } = {}): Promise<TestDatabase> {
  const args = ['--setParameter', 'enableTestCommands=1']
  const server = await OwnMongod.start(args, { replicaSet })
  const client = new MongoClient(server.uri)
  afterAll(async () => {
    await client.close()
    await server.stop()
  })
  const name = 'own'
  return { uri: server.uri, name, client, db: client.db(name) }
}
