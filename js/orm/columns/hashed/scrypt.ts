/** Password hashes by Node's scrypt, off the main thread. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { errors } from '../../../errors/index.ts'
import { describe } from '../../../query/messages.ts'
import { own } from '../../contracts/own.ts'
import { readHash, type ScryptHash, writeHash } from './phc.ts'

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

/** Makes and verifies hashes in place of scrypt: AdonisJS' hash service, or any of its drivers. */
export interface Hasher {
  make(value: string): Promise<string> | string
  verify(hash: string, value: string): Promise<boolean> | boolean
}

/** How a hash is made. The defaults are those of AdonisJS. */
export interface HashOptions {
  /** CPU and memory cost N, a power of two; 16384 by default. */
  cost?: number
  /** Block size r; 8 by default. */
  blockSize?: number
  /** Parallelization p; 1 by default. */
  parallelization?: number
  /** How many bytes one hash may take while it is made; 32 MiB by default. It takes 128 · N · r. */
  maxMemory?: number
  /** Takes the place of scrypt: the other options are its own then. */
  hasher?: Hasher
}

/** Options of `verifyPassword`. */
export interface VerifyOptions {
  /** How many bytes verifying may take; 256 MiB by default. A hash that takes more is not verified. */
  maxMemory?: number
  /** Takes the place of scrypt. */
  hasher?: Hasher
}

const SALT_BYTES = 16
const HASH_BYTES = 64
const MEBIBYTE = 1024 * 1024
const MOST_MEMORY = 32 * MEBIBYTE
const MOST_TO_VERIFY = 256 * MEBIBYTE
/**
 * N · r · p of a hash that is verified at most, which is what it costs in time: 32 times as much as a
 * hash of the defaults.
 */
const MOST_WORK = 2 ** 22

/** Checked options of scrypt. */
export interface ScryptSettings {
  readonly cost: number
  readonly blockSize: number
  readonly parallelization: number
  readonly maxMemory: number
}

/** What scrypt itself needs: Node counts a little on top of 128 · N · r. */
function memoryOf({ cost, blockSize, parallelization }: Omit<ScryptSettings, 'maxMemory'>): number {
  return 128 * blockSize * (cost + parallelization + 2)
}

function isPowerOfTwo(value: number): boolean {
  return value >= 2 && value <= 2 ** 30 && (value & (value - 1)) === 0
}

function isPositive(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1
}

/** The settings, or what is wrong with the options. */
export function readSettings(given: HashOptions): ScryptSettings | string {
  const { cost = 16384, blockSize = 8, parallelization = 1, maxMemory = MOST_MEMORY } = own(given)
  const settings = { cost, blockSize, parallelization, maxMemory }
  if (!isPowerOfTwo(cost)) return '`cost` must be a power of two, from 2 on'
  for (const name of ['blockSize', 'parallelization', 'maxMemory'] as const) {
    if (!isPositive(settings[name])) return `\`${name}\` must be a positive integer`
  }
  const needed = memoryOf(settings)
  return needed <= maxMemory
    ? settings
    : `these settings take ${needed} bytes, and \`maxMemory\` allows ${maxMemory}`
}

/** Whether the value can stand in for scrypt. */
export function isHasher(value: unknown): value is Hasher {
  if (typeof value !== 'object' || value === null) return false
  const { make, verify } = value as Partial<Hasher>
  return typeof make === 'function' && typeof verify === 'function'
}

/** What the application's hashes cost: the settings of the hashed column that was declared last. */
let usual: ScryptSettings = {
  cost: 16384,
  blockSize: 8,
  parallelization: 1,
  maxMemory: MOST_MEMORY,
}

/** Says what the application's hashes cost. */
export function useSettings(settings: ScryptSettings): void {
  usual = settings
}

/** Hashes that belong to nobody, by their hasher. */
const nobodys = new WeakMap<Hasher, Promise<string>>()

/** Takes as long as a verification does, for nothing. */
async function verifyNobody(plain: string, hasher: Hasher | undefined): Promise<void> {
  if (hasher === undefined) {
    await makeHash(plain, usual)
    return
  }
  const known = nobodys.get(hasher)
  if (known !== undefined) {
    await hasher.verify(await known, plain)
    return
  }
  // Making one takes the time of verifying one.
  const made = Promise.resolve(hasher.make(randomBytes(SALT_BYTES).toString('hex')))
  nobodys.set(hasher, made)
  made.catch(() => nobodys.delete(hasher))
  await made
}

/** Makes a hash with settings that were read. */
export async function makeHash(plain: string, settings: ScryptSettings): Promise<string> {
  const { cost, blockSize, parallelization, maxMemory: maxmem } = settings
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive(plain, salt, HASH_BYTES, { cost, blockSize, parallelization, maxmem })
  return writeHash({ cost, blockSize, parallelization, salt, hash })
}

/**
 * Hashes a password as `@column.hashed()` does: scrypt, as text in PHC format. AdonisJS' scrypt driver
 * verifies it, and the other way round. The main thread is free meanwhile.
 *
 * Errors: `E_INVALID_VALUE` for anything but a string, and for options that scrypt does not take.
 *
 * @example
 * const hash = await hashPassword('correct horse battery staple') // $scrypt$n=16384,r=8,p=1$…
 */
export async function hashPassword(plain: string, options?: HashOptions): Promise<string> {
  if (typeof plain !== 'string') refuse(`hashPassword() needs a string, got ${describe(plain)}`)
  const { hasher, ...given } = own(options)
  if (hasher !== undefined) return checkedHasher(hasher, 'hashPassword').make(plain)
  const settings = readSettings(given)
  if (typeof settings === 'string') refuse(`hashPassword(): ${settings}`)
  return makeHash(plain, settings)
}

/**
 * Whether a password is the one that the hash was made of, compared in constant time. False for
 * anything that is no hash, no password (`null` of a user without one), and for hashes whose own
 * parameters ask for more than `maxMemory` or 32 times the work of the defaults: who can write a hash
 * into the store shall not stop the process.
 *
 * Without a hash it takes as long as with one, so that nobody learns by the time of an answer whether
 * there is such a user: as long as a hash of the `@column.hashed()` that was declared last, or of the
 * defaults; with a `hasher`, as long as one of its own.
 *
 * Errors: `E_INVALID_VALUE` for options, the hasher's.
 *
 * @example
 * const user = await User.findBy('email', email)
 * if (!(await verifyPassword(user?.password, password))) throw new Unauthorized()
 */
export async function verifyPassword(
  hash: string | null | undefined,
  plain: string,
  options?: VerifyOptions,
): Promise<boolean> {
  const { hasher, maxMemory = MOST_TO_VERIFY } = own(options)
  if (!isPositive(maxMemory)) refuse('verifyPassword(): `maxMemory` must be a positive integer')
  const service = hasher === undefined ? undefined : checkedHasher(hasher, 'verifyPassword')
  // Whether there is a password to verify is the caller's doing, not the user's.
  if (typeof plain !== 'string') return false
  const given = typeof hash === 'string' && hash !== '' ? hash : undefined
  if (service !== undefined && given !== undefined) return service.verify(given, plain)
  const read =
    given === undefined || service !== undefined ? undefined : affordable(given, maxMemory)
  if (read === undefined) {
    await verifyNobody(plain, service)
    return false
  }
  const { cost, blockSize, parallelization } = read
  const parameters = { cost, blockSize, parallelization, maxmem: maxMemory }
  const made = await derive(plain, read.salt, read.hash.length, parameters)
  return timingSafeEqual(made, read.hash)
}

/** What a text says of a hash, if verifying it takes no more than it may. */
function affordable(text: string, maxMemory: number): ScryptHash | undefined {
  const read = readHash(text)
  if (read === undefined || !isPowerOfTwo(read.cost)) return undefined
  const { cost, blockSize, parallelization } = read
  const isTooMuch = cost * blockSize * parallelization > MOST_WORK || memoryOf(read) > maxMemory
  return isTooMuch ? undefined : read
}

function checkedHasher(hasher: unknown, name: string): Hasher {
  if (isHasher(hasher)) return hasher
  return refuse(`${name}(): \`hasher\` needs the methods make and verify`)
}

function refuse(message: string): never {
  throw new errors.E_INVALID_VALUE(message)
}
