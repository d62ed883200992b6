import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { exercise, type Seen } from './exercise.js'

if (isMainThread) {
  const [name = ''] = process.argv.slice(2)
  const worker = new Worker(new URL(import.meta.url), { workerData: `${name}_thread`, argv: [] })
  const theirs = new Promise<Seen>((resolve, reject) => {
    worker.once('message', resolve).once('error', reject)
  })
  // Both threads at once, each with its own connections.
  const [mine, other] = await Promise.all([exercise(name), theirs])
  console.log(JSON.stringify([mine, other]))
} else {
  parentPort?.postMessage(await exercise(String(workerData)))
}
