// Builds the Rust core and puts the addon beside package.json, where the loader finds it.
//
//   node scripts/build_native.mjs [--release]
//
// The package ships this file and the Rust sources, for platforms without a prebuilt core. There the
// build is always an optimised one.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))

/** How often a build says how far it is, in milliseconds: on a terminal in place, elsewhere by a line. */
const HEARTBEAT = { terminal: 1000, elsewhere: 10_000 }
/** The crate of this package, which cargo compiles last. */
const CORE = 'lucent-odm'

/** Whether this is the copy that an application installed, not a checkout. */
const isInstalled = root.split(path.sep).includes('node_modules')

/**
 * The name of this platform, `linux-x64-gnu` for one. `js/native/addon.ts` has the same rule.
 *
 * @returns {string}
 */
export function platformName() {
  const { platform, arch } = process
  if (platform === 'win32') return `${platform}-${arch}-msvc`
  if (platform !== 'linux') return `${platform}-${arch}`
  // Without this the report looks up the names of every open socket's peer.
  const report = /** @type {any} */ (process.report)
  report.excludeNetwork = true
  return `${platform}-${arch}-${report.getReport().header.glibcVersionRuntime ? 'gnu' : 'musl'}`
}

/** Cargo's name for the library it links. */
function libraryName() {
  if (process.platform === 'win32') return 'lucent_odm.dll'
  if (process.platform === 'darwin') return 'liblucent_odm.dylib'
  return 'liblucent_odm.so'
}

/**
 * Flags for rustc besides those of the environment.
 *
 * @param {boolean} release
 * @param {string} target where cargo puts what it builds
 */
function rustFlags(release, target) {
  const { RUSTFLAGS = '', CARGO_ENCODED_RUSTFLAGS } = process.env
  const flags = CARGO_ENCODED_RUSTFLAGS?.split('\x1f') ?? RUSTFLAGS.split(/\s+/)
  // Static is the default there, and a static library cannot be loaded.
  if (platformName().endsWith('-musl')) flags.push('-Ctarget-feature=-crt-static')
  if (release) {
    // Messages of panics name source files. What is published names none of this machine's folders.
    const sources = path.join(
      process.env.CARGO_HOME || path.join(homedir(), '.cargo'),
      'registry/src',
    )
    flags.push(`--remap-path-prefix=${root}=lucent-odm/`, `--remap-path-prefix=${target}=target`)
    if (existsSync(sources)) {
      for (const name of readdirSync(sources)) {
        flags.push(`--remap-path-prefix=${path.join(sources, name)}=crates`)
      }
    }
  }
  return flags.filter((flag) => flag !== '')
}

/**
 * How far a build is, for people.
 *
 * @param {{ seconds: number, crates: number, latest: string, since: number }} state how long it takes
 *   by now, how many crates were begun, the last of them, and for how long it has been under way
 */
export function progress({ seconds, crates, latest, since }) {
  if (crates === 0) return `${seconds} s: looking at what has changed`
  if (latest !== CORE) return `${seconds} s: ${crates} crates begun, ${latest} the last of them`
  return (
    `${seconds} s: compiling the core itself, the last of ${crates} crates, for ${since} s; ` +
    'one crate, which takes a minute or more'
  )
}

/**
 * Runs cargo, and says all the time how far it is: cargo itself is silent while a crate is compiled.
 *
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
async function cargo(args, env = {}) {
  const terminal = process.stderr.isTTY === true
  const started = Date.now()
  let crates = 0
  let latest = ''
  let latestStarted = started
  const child = spawn('cargo', args, {
    cwd: root,
    env: { ...process.env, ...(terminal && { CARGO_TERM_COLOR: 'always' }), ...env },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  child.stderr.setEncoding('utf8')
  let rest = ''
  const clear = () => {
    if (terminal) process.stderr.write('\r\x1b[K')
  }
  /** @param {string} line */
  const show = (line) => {
    const crate = /^\s*(?:Compiling|Downloaded) (\S+)/.exec(stripVTControlCharacters(line))
    if (crate) {
      crates += 1
      latest = crate[1] ?? ''
      latestStarted = Date.now()
    } else {
      clear()
      process.stderr.write(`${line}\n`)
    }
  }
  child.stderr.on('data', (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(show)
  })
  const heartbeat = setInterval(
    () => {
      const secondsSince = (/** @type {number} */ time) => Math.round((Date.now() - time) / 1000)
      const [seconds, since] = [secondsSince(started), secondsSince(latestStarted)]
      clear()
      const text = `    ${progress({ seconds, crates, latest, since })}`
      const width = process.stderr.columns ?? text.length
      process.stderr.write(terminal ? text.slice(0, width) : `${text}\n`)
    },
    terminal ? HEARTBEAT.terminal : HEARTBEAT.elsewhere,
  )
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
    clear()
  }
}

/** Arguments that keep cargo from fetching what only other platforms need. */
function onlyHere() {
  const { stdout } = spawnSync('rustc', ['--version', '--verbose'], { encoding: 'utf8' })
  const host = /^host: (\S+)$/m.exec(stdout ?? '')?.[1]
  return host ? ['--target', host] : []
}

/**
 * Calls `work` with the folder where cargo puts what it builds. That of an installed package is
 * temporary: it grows to more than a gigabyte, and nobody looks for it in node_modules.
 *
 * @template T
 * @param {(directory: string) => Promise<T>} work
 */
async function withTargetDirectory(work) {
  const named = process.env.CARGO_TARGET_DIR
  if (named || !isInstalled) return work(path.resolve(root, named || 'target'))
  const temporary = mkdtempSync(path.join(tmpdir(), 'lucent-odm-build-'))
  try {
    return await work(temporary)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
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
 * Puts a built library beside package.json.
 *
 * @param {string} source
 * @param {string} profile
 * @returns {string} the addon's path
 */
function installAddon(source, profile) {
  const target = path.join(root, `lucent-odm.${platformName()}.node`)
  if (same(source, target)) return target
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
  return target
}

/**
 * Builds and installs the addon.
 *
 * @param {{ release?: boolean }} [options] `release` optimises across crates and takes minutes
 * @returns {Promise<string>} the addon's path
 */
export async function buildNative({ release = isInstalled } = {}) {
  const profile = release ? 'release' : 'fast'
  const locked = isInstalled ? ['--locked'] : []
  // The folders of the sources have to be there before their names can be taken out.
  if (release) await cargo(['fetch', ...onlyHere(), ...locked])
  return withTargetDirectory(async (directory) => {
    const flags = rustFlags(release, directory)
    const env = {
      CARGO_TARGET_DIR: directory,
      ...(flags.length > 0 && { CARGO_ENCODED_RUSTFLAGS: flags.join('\x1f') }),
    }
    await cargo(['build', '--lib', '--profile', profile, ...locked], env)
    return installAddon(path.join(directory, profile, libraryName()), profile)
  })
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await buildNative(process.argv.includes('--release') ? { release: true } : {})
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
