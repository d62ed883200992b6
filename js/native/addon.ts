/** The native add-on: what it exports, and where its binary is. */
import { createRequire } from 'node:module'
import { errors } from '../errors/index.ts'

/** What the add-on exports; the names and order are those of `src/bridge/exports.rs`. */
export interface Addon {
  attach(onWake: () => void): number
  openConnection(environment: number, options: Uint8Array): number
  openSession(environment: number, connection: number): number
  closeSession(environment: number, session: number): void
  openKeyRing(environment: number, options: Uint8Array): number
  closeKeyRing(environment: number, ring: number): void
  /** Keys that encrypted more values, in this process, than is good for them. */
  wornKeys(): number
  defineModel(environment: number, descriptor: Uint8Array): number
  forgetModel(environment: number, model: number): void
  begin(environment: number, slot: number, model: number, operation: number, rows: number): number
  advance(environment: number, slot: number, outcome: number): number
  submit(
    environment: number,
    slot: number,
    operation: number,
    connection: number,
    model: number,
    body: Uint8Array,
    length: number,
    after: number | null,
    session: number,
    ring: number,
  ): void
  closeConnection(environment: number, slot: number, connection: number, patience: number): void
  grant(environment: number, slot: number): void
  cancel(environment: number, slot: number): void
  /** The table of completions, then what is attached to them: bytes, or JSON text. */
  drain(environment: number): (Buffer | string)[]
}

/** Binaries by platform, the likelier one first. */
const BINARIES: Record<string, readonly string[]> = {
  'linux-x64': ['linux-x64-gnu', 'linux-x64-musl'],
  'linux-arm64': ['linux-arm64-gnu', 'linux-arm64-musl'],
  'darwin-x64': ['darwin-x64'],
  'darwin-arm64': ['darwin-arm64'],
  'win32-x64': ['win32-x64-msvc'],
}

/** Loads the add-on. Throws `E_NATIVE_MISSING`. */
export function loadAddon(): Addon {
  const platform = `${process.platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  const names = (BINARIES[platform] ?? []).map((name) => `lucent-odm.${name}.node`)
  const causes: unknown[] = []
  for (const name of names) {
    try {
      return require(`../../${name}`) as Addon
    } catch (cause) {
      causes.push(cause)
    }
  }
  throw new errors.E_NATIVE_MISSING(
    names.length === 0
      ? `lucent-odm has no native core for ${process.platform} on ${process.arch}`
      : `the native core (${names.join(' or ')}) could not be loaded; run "npm run build" in the ` +
          'package, or install it again on this platform',
    { cause: causes[0] },
  )
}
