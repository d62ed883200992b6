/** The native add-on: what it exports, and where its binary is. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { errors } from '../errors/index.ts'

/** What the add-on exports; the names and order are those of `src/bridge/exports.rs`. */
export interface Addon {
  attach(onWake: () => void, ioThreads: string | undefined): number
  openConnection(environment: number, options: Uint8Array): number
  openDatabase(environment: number, connection: number, name: string): number
  openSession(environment: number, connection: number): number
  closeSession(environment: number, session: number): void
  openKeyRing(environment: number, options: Uint8Array): number
  closeKeyRing(environment: number, ring: number): void
  /** Keys that encrypted more values, in this process, than is good for them. */
  wornKeys(): number
  defineModel(environment: number, descriptor: Uint8Array): number
  forgetModel(environment: number, model: number): void
  /** Compiles the description of a query: 0 and its parts, or 1 and the failure. */
  compileQuery(description: Uint8Array, length: number): Buffer
  /** What a command would be sent as: 0 and its parts, or 1 and the failure. */
  preview(
    environment: number,
    operation: number,
    connection: number,
    model: number,
    body: Uint8Array,
    length: number,
  ): Buffer
  begin(
    environment: number,
    slot: number,
    model: number,
    operation: number,
    rows: number,
    muted: number,
  ): number
  advance(environment: number, slot: number, outcome: number): number
  /** Sends the first `length` bytes of `body`: the head of the command, then what it sends. */
  submit(environment: number, body: Uint8Array, length: number): void
  closeConnection(environment: number, slot: number, connection: number, patience: number): void
  grant(environment: number, slot: number): void
  cancel(environment: number, slot: number): void
  /**
   * Writes completions into the slab. Answers where the next one goes, times four, plus what is left:
   * 0 for nothing, 1 for what needs another slab, 2 for what only `drainAttached` hands over.
   */
  drain(environment: number, slab: Buffer, at: number): number
  /** The table of completions, then what is attached to them: bytes, or JSON text. */
  drainAttached(environment: number): (Buffer | string)[]
}

/** The name of this platform, `linux-x64-gnu` for one. `scripts/build_native.mjs` has the same rule. */
function platformName(): string {
  const { platform, arch } = process
  if (platform === 'win32') return `${platform}-${arch}-msvc`
  return platform === 'linux' ? `${platform}-${arch}-${libc()}` : `${platform}-${arch}`
}

/** What Node's own report can say about the C library, and how it is asked. */
interface Report {
  excludeNetwork?: boolean
  getReport(): object
}

function libc(): 'gnu' | 'musl' {
  const report: Report | undefined = process.report
  if (report === undefined) return 'gnu'
  const { excludeNetwork = false } = report
  // Without this the report looks up the names of every open socket's peer.
  report.excludeNetwork = true
  try {
    const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } }
    return header?.glibcVersionRuntime === undefined ? 'musl' : 'gnu'
  } finally {
    report.excludeNetwork = excludeNetwork
  }
}

/** Where this module is; bundlers that write CommonJS leave it out. */
const here: string | undefined = import.meta.url

const BUNDLED =
  'the package was not found from here. Leave lucent-odm out of the bundle (external).'

const FORBIDDEN =
  'Node.js was told to load no native code. Leave --no-addons out; beside --permission, add --allow-addons.'

/**
 * Loads the add-on: the binary beside package.json, which is there in a checkout, after a build from
 * source and in a package that was packed by hand; or that of the platform's own package. Throws
 * `E_NATIVE_MISSING`.
 */
export function loadAddon(): Addon {
  const name = platformName()
  const missing = (why: string, cause?: Error) =>
    new errors.E_NATIVE_MISSING(`lucent-odm has no native core for ${name}: ${why}`, { cause })
  if (here === undefined) throw missing(BUNDLED)
  const require = createRequire(here)
  let cause: Error | undefined
  for (const place of [`../../lucent-odm.${name}.node`, `@lucent-odm/${name}`]) {
    try {
      return require(place) as Addon
    } catch (error) {
      if (!isAbsent(error)) cause ??= error as Error
    }
  }
  if (cause === undefined) throw missing(absence(name, here, require))
  if ('code' in cause && cause.code === 'ERR_DLOPEN_DISABLED') throw missing(FORBIDDEN, cause)
  throw missing(`what is there cannot be loaded (${cause.message.trim()}). ${build(here)}`, cause)
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND'
}

/** Why there is no binary, and what an installation can do about it. */
function absence(name: string, from: string, require: NodeJS.Require): string {
  const prebuilt = prebuiltPackages(require)
  if (prebuilt === undefined) return BUNDLED
  const own = `@lucent-odm/${name}`
  if (!prebuilt.includes(own)) return `there is no prebuilt one in this package. ${build(from)}`
  return (
    `the package ${own} is not installed. Install again on this platform and with optional ` +
    'dependencies ("npm install --include=optional"); node_modules or a lockfile from another ' +
    `platform may lack it. ${build(from)}`
  )
}

/** The packages with cores that this one asks for; nothing where it is in a bundle. */
function prebuiltPackages(require: NodeJS.Require): readonly string[] | undefined {
  try {
    const { name, optionalDependencies = {} } = require('../../package.json') as {
      name?: string
      optionalDependencies?: Record<string, string>
    }
    return name === 'lucent-odm' ? Object.keys(optionalDependencies) : undefined
  } catch {
    return undefined
  }
}

function build(from: string): string {
  const script = fileURLToPath(new URL('../../scripts/build_native.mjs', from))
  const command = existsSync(script) ? `: node "${script}"` : ''
  return `With Rust 1.88 or later and a C compiler it can be built from source${command}`
}
