// Builds the Rust core and puts the addon beside package.json, where the loader finds it.
//
//   node scripts/build_native.mjs [--release]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** How often a quiet build says that it is alive, in milliseconds. */
const HEARTBEAT = 20_000

/**
 * The addon's file name on this machine, `lucent-odm.linux-x64-gnu.node` for one.
 *
 * @returns {string}
 */
export function addonName() {
  const { platform, arch } = process
  let abi = ''
  if (platform === 'linux') {
    // Without this the report looks up the names of every open socket's peer.
    const report = /** @type {any} */ (process.report)
    report.excludeNetwork = true
    abi = report.getReport().header.glibcVersionRuntime ? '-gnu' : '-musl'
  } else if (platform === 'win32') {
    abi = '-msvc'
  }
  return `lucent-odm.${platform}-${arch}${abi}.node`
}

/** Cargo's name for the library it links. */
function libraryName() {
  if (process.platform === 'win32') return 'lucent_odm.dll'
  if (process.platform === 'darwin') return 'liblucent_odm.dylib'
  return 'liblucent_odm.so'
}

/**
 * Runs cargo. On a terminal its own progress bar shows; elsewhere its output is followed and a line
 * says every {@link HEARTBEAT} that the build goes on.
 *
 * @param {string[]} args
 */
async function cargo(args) {
  const terminal = process.stderr.isTTY === true
  const started = Date.now()
  let compiled = 0
  let latest = ''
  const child = spawn('cargo', args, {
    cwd: root,
    stdio: ['ignore', 'inherit', terminal ? 'inherit' : 'pipe'],
  })
  child.stderr?.setEncoding('utf8')
  let rest = ''
  /** @param {string} line */
  const show = (line) => {
    const crate = /^\s*(?:Compiling|Downloaded) (\S+)/.exec(line)
    if (crate) {
      compiled += 1
      latest = crate[1] ?? ''
    } else {
      process.stderr.write(`${line}\n`)
    }
  }
  child.stderr?.on('data', (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(show)
  })
  const heartbeat = terminal
    ? undefined
    : setInterval(() => {
        const seconds = Math.round((Date.now() - started) / 1000)
        console.error(`    still building, ${seconds} s, ${compiled} crates, last ${latest || '-'}`)
      }, HEARTBEAT)
  try {
    const [code, signal] = await once(child, 'close')
    if (rest) show(rest)
    if (code !== 0) throw new Error(`cargo ${args[0]} failed (${signal ?? `exit code ${code}`})`)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') {
      throw new Error(
        'cargo was not found. The core of lucent-odm is written in Rust: install Rust 1.88 or ' +
          'later (https://rustup.rs), open a new terminal and try again.',
      )
    }
    throw error
  } finally {
    clearInterval(heartbeat)
  }
}

/** Where cargo puts what it builds. */
function targetDirectory() {
  return path.resolve(root, process.env.CARGO_TARGET_DIR || 'target')
}

/**
 * Whether the addon beside package.json already holds these bytes.
 *
 * @param {string} source
 * @param {string} target
 */
function same(source, target) {
  if (!existsSync(target)) return false
  const [a, b] = [statSync(source), statSync(target)]
  if (a.size !== b.size) return false
  return a.mtimeMs === b.mtimeMs || readFileSync(source).equals(readFileSync(target))
}

/**
 * Builds and installs the addon.
 *
 * @param {{ release?: boolean }} [options] `release` optimises across crates and takes minutes
 * @returns {Promise<string>} the addon's path
 */
export async function buildNative({ release = false } = {}) {
  const profile = release ? 'release' : 'fast'
  await cargo(['build', '--lib', '--profile', profile])
  const source = path.join(targetDirectory(), profile, libraryName())
  const target = path.join(root, addonName())
  if (!same(source, target)) {
    // A running process may have the old file mapped: replace the name, never the bytes.
    const temporary = `${target}.${process.pid}.tmp`
    try {
      copyFileSync(source, temporary)
      const { atime, mtime } = statSync(source)
      utimesSync(temporary, atime, mtime)
      renameSync(temporary, target)
    } finally {
      rmSync(temporary, { force: true })
    }
    console.error(`    installed ${path.basename(target)} (${profile})`)
  }
  return target
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await buildNative({ release: process.argv.includes('--release') })
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
