// One contender's server, in a process of its own. Tells its parent, as `bench`: `{ port }` when it listens;
// then, for every `mark`, what it has used since the one before.
//
//   node --expose-gc server.mjs <contender> <uri> <database>
import { once } from 'node:events'
import { createServer } from 'node:http'
import { performance } from 'node:perf_hooks'
import { boot, makeApplication } from './application.mjs'
import { CONTENDERS } from './contenders.mjs'

const [name = '', uri = '', database = ''] = process.argv.slice(2)
const mongodb = { connection: 'main', connections: { main: { url: uri, database } } }
const app = makeApplication(name.startsWith('lucent') ? { mongodb } : {})
await boot(app)
const open = CONTENDERS[name]
if (!open) throw new Error(`no such contender: ${name}`)
const { handler, close } = await open({ uri, database })

const router = await app.container.make('router')
router.get('/posts', handler)
const server = await app.container.make('server')
await server.boot()
const listener = createServer((request, response) => server.handle(request, response))
listener.keepAliveTimeout = 600_000
listener.listen(0, '127.0.0.1')
await once(listener, 'listening')

/** CPU time of the main thread, in microseconds; of the process before Node 23.9. */
function mainThread() {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage()
  return user + system
}

let utilization = performance.eventLoopUtilization()
let main = mainThread()
let { user, system } = process.cpuUsage()

process.on('message', async (message) => {
  if (message === 'mark') {
    const since = performance.eventLoopUtilization(utilization)
    const all = process.cpuUsage({ user, system })
    const used = {
      utilization: since.utilization,
      main: mainThread() - main,
      all: all.user + all.system,
    }
    process.send?.({ bench: used })
    utilization = performance.eventLoopUtilization()
    main = mainThread()
    ;({ user, system } = process.cpuUsage())
  }
  if (message === 'end') {
    listener.close()
    listener.closeAllConnections()
    await close()
    await app.terminate()
    process.disconnect?.()
  }
})
const address = listener.address()
process.send?.({ bench: { port: typeof address === 'object' ? address?.port : undefined } })
