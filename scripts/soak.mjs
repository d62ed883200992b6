// Streams a million documents and watches the memory. Not part of `npm test`: it takes a minute.
//
//   npm run soak [-- --documents 1000000]
import { parseArgs } from 'node:util'
import { startServer } from 'lucent-odm/testing/server'
import { MongoClient } from 'mongodb'

const { values } = parseArgs({ options: { documents: { type: 'string', default: '1000000' } } })
const documents = Number(values.documents)

/** Growth of the resident memory that is still the garbage collector's, in bytes. */
const ALLOWED = 64 * 1024 * 1024
const DATABASE = 'lucent_soak'

const server = await startServer()
const client = new MongoClient(server.uri)
// Resolved late: the package may not be built.
const name = 'lucent-odm'
const { BaseModel, column, Database } = await import(name)
const database = new Database({
  connection: 'main',
  connections: { main: { url: server.uri, database: DATABASE } },
})
try {
  const db = client.db(DATABASE)
  await db.dropDatabase()
  console.log(`storing ${documents.toLocaleString('en')} documents`)
  for (let from = 0; from < documents; from += 100_000) {
    const numbers = { $range: [from, Math.min(documents, from + 100_000)] }
    await db
      .aggregate([
        { $documents: [{ number: numbers }] },
        { $unwind: '$number' },
        { $project: { number: 1, text: { $concat: ['row ', { $toString: '$number' }] } } },
        { $merge: { into: 'rows' } },
      ])
      .toArray()
  }

  class Row extends BaseModel {}
  column({ isPrimary: true })(Row.prototype, 'id')
  column()(Row.prototype, 'number')
  column()(Row.prototype, 'text')
  Row.useDatabase(database)

  let seen = 0
  let sum = 0
  let settled = 0
  let most = 0
  for await (const row of Row.query().cursor()) {
    seen += 1
    sum += row.number + row.text.length
    if (seen % 50_000 !== 0) continue
    const { rss } = process.memoryUsage()
    // The first part warms up.
    if (seen <= documents / 5) settled = Math.max(settled, rss)
    else most = Math.max(most, rss)
  }
  const growth = most - settled
  const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1024 / 1024).toFixed(0)} MB`
  console.log(`${seen} rows (${sum}), resident ${megabytes(settled)}, growth ${megabytes(growth)}`)
  if (seen !== documents) throw new Error(`${documents - seen} documents were not seen`)
  if (growth > ALLOWED) throw new Error('the memory grows with the number of documents')
  await db.dropDatabase()
} finally {
  await database.closeAll()
  await client.close()
  await server.stop()
}
