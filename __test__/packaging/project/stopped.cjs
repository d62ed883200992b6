// A worker thread is ended while its commands are under way.
const { isMainThread, parentPort, Worker } = require('node:worker_threads')
const { Database } = require('lucent-odm')

async function work() {
  const url = process.env.MONGODB_URL
  const database = process.env.MONGODB_DATABASE
  const db = new Database({ connection: 'main', connections: { main: { url, database } } })
  for (;;) {
    await Promise.all(Array.from({ length: 20 }, () => db.connection().ping()))
    parentPort.postMessage('busy')
  }
}

if (isMainThread) {
  const worker = new Worker(__filename)
  worker.once('error', (error) => console.log(error))
  worker.once('message', async () => {
    await worker.terminate()
    console.log('ended')
  })
} else {
  work()
}
