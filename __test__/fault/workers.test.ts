import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OwnMongod } from '../helpers/own_mongod.ts'
import { withFailPoint } from '../helpers/server.ts'

const DATABASE = 'workers'
const SCRIPT = new URL('fixtures/reads.mjs', import.meta.url)

let server: OwnMongod
let client: MongoClient

beforeAll(async () => {
  server = await OwnMongod.start(['--setParameter', 'enableTestCommands=1'], { replicaSet: true })
  client = new MongoClient(server.uri)
  const rows = Array.from({ length: 5000 }, () => ({ text: 'row' }))
  await client.db(DATABASE).collection('entries').insertMany(rows)
}, 60_000)
afterAll(async () => {
  await client.close()
  await server.stop()
})

async function openCursors(): Promise<number> {
  const { metrics } = await client.db('admin').command({ serverStatus: 1 })
  return Number(metrics.cursor.open.total)
}

/** Terminates a worker while it reads. */
async function terminated(pauses: boolean): Promise<void> {
  const workerData = { url: server.uri, database: DATABASE, pauses }
  const worker = new Worker(SCRIPT, { workerData })
  await once(worker, 'message')
  await wait(100)
  expect(await openCursors()).toBeGreaterThan(0)
  await worker.terminate()
}

describe('F6: cursors of workers that were terminated are closed on the server', () => {
  it('between two batches', async () => {
    await terminated(true)
    await expect.poll(openCursors, { timeout: 8000 }).toBe(0)
  })

  it('with a getMore under way', async () => {
    const data = { failCommands: ['getMore'], appName: 'lucent-odm' }
    await withFailPoint(
      client,
      { ...data, blockConnection: true, blockTimeMS: 1000 },
      'alwaysOn',
      () => terminated(false),
    )
    await expect.poll(openCursors, { timeout: 8000 }).toBe(0)
  })
})
