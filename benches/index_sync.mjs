// How long it takes to compare 200 models with 1,000 declared indexes, beside what the server's own answers take.
// `node benches/index_sync.mjs`, after `npm run build`; it starts a server of its own.
import { MongoClient } from 'mongodb'
import { BaseModel, column, Database } from '../dist/index.js'
import { startServer } from '../dist/testing/server/index.js'

const MODELS = 200
const INDEXES = 5
const ROUNDS = 10

const server = await startServer()
const name = 'index_sync'
const database = new Database({
  connection: 'main',
  connections: { main: { url: server.uri, database: name } },
})
const client = new MongoClient(server.uri)
BaseModel.useDatabase(database)

const models = Array.from({ length: MODELS }, (_, place) => {
  class Indexed extends BaseModel {}
  Indexed.collection = `collection_${place}`
  for (let index = 0; index < INDEXES; index++) {
    const where = { [`field${index}`]: { $gt: index } }
    column({ index: { where, collation: { locale: 'en' } } })(Indexed.prototype, `field${index}`)
  }
  return Indexed
})

/** The least of several times, in milliseconds. */
async function least(/** @type {() => Promise<unknown>} */ work) {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now()
    await work()
    best = Math.min(best, performance.now() - started)
  }
  return best
}

try {
  const started = performance.now()
  await database.syncIndexes(models)
  console.log(`made: ${(performance.now() - started).toFixed(0)} ms`)
  const db = client.db(name)
  const asked = await least(() =>
    Promise.all(
      models.map(async ({ collection }) => {
        await db.listCollections({ name: collection }).toArray()
        await db.collection(collection).listIndexes().toArray()
      }),
    ),
  )
  const compared = await least(async () => {
    const reports = await database.syncIndexes(models, { dryRun: true })
    if (!reports.every(({ inSync }) => inSync)) throw new Error('what was made differs')
  })
  console.log(`the npm driver asks the same, and compares nothing: ${asked.toFixed(0)} ms`)
  console.log(
    `compared ${MODELS} models with ${MODELS * INDEXES} indexes: ${compared.toFixed(0)} ms`,
  )
} finally {
  await client.close()
  await database.closeAll()
  await server.stop()
}
