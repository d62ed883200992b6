// Starts the application once and prints what it took, as a line of JSON.
//
//   node --expose-gc start.mjs                      without the package
//   node --expose-gc start.mjs models               with a model, but no provider
//   node --expose-gc start.mjs provider             with both, nothing asked yet
//   node --expose-gc start.mjs used <uri> <db>      after the model has read something
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { boot, makeApplication } from './application.mjs'
import { CONTENDERS } from './contenders.mjs'

const [mode, uri = 'mongodb://127.0.0.1:1', database = 'nothing'] = process.argv.slice(2)
const mongodb = { connection: 'main', connections: { main: { url: uri, database } } }
const hasProvider = mode === 'provider' || mode === 'used'
const app = makeApplication(hasProvider ? { mongodb } : {})
const started = performance.now()
const model = mode === undefined ? undefined : CONTENDERS['lucent, models']?.({ uri, database })
const opened = await model
await boot(app)
const milliseconds = performance.now() - started
if (mode === 'used') await opened?.handler(/** @type {any} */ (undefined))
await wait(300)
for (let round = 0; round < 3; round += 1) globalThis.gc?.()
await wait(100)
const { rss, heapUsed } = process.memoryUsage()
await app.terminate()
const MB = 2 ** 20
console.log(JSON.stringify({ milliseconds, rss: rss / MB, heap: heapUsed / MB }))
