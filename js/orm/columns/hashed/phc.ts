/**
 * Hashes as text: the PHC string format (github.com/P-H-C/phc-string-format), with the parameter names
 * of AdonisJS' scrypt driver.
 */

/** What a text says of a scrypt hash. */
export interface ScryptHash {
  /** CPU and memory cost N, a power of two. */
  readonly cost: number
  /** Block size r. */
  readonly blockSize: number
  /** Parallelization p. */
  readonly parallelization: number
  readonly salt: Buffer
  readonly hash: Buffer
}

/** Longer than any hash that is read. */
const LONGEST = 2048
const FORM =
  /^\$scrypt\$n=([1-9]\d{0,9}),r=([1-9]\d{0,9}),p=([1-9]\d{0,9})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/
/** Bytes of a salt and of a hash, as AdonisJS takes them. */
const SALT = { least: 8, most: 1024 }
const HASH = { least: 64, most: 128 }

/** Base64 without padding. */
function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}

/** The bytes, if there is one way only to write them. */
function decode(text: string, { least, most }: typeof SALT): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  const { length } = bytes
  return length >= least && length <= most && encode(bytes) === text ? bytes : undefined
}

export function writeHash({ cost, blockSize, parallelization, salt, hash }: ScryptHash): string {
  const parameters = `n=${cost},r=${blockSize},p=${parallelization}`
  return `$scrypt$${parameters}$${encode(salt)}$${encode(hash)}`
}

/** What the text says; undefined for what is no scrypt hash. */
export function readHash(text: string): ScryptHash | undefined {
  const match = text.length > LONGEST ? null : FORM.exec(text)
  if (match === null) return undefined
  const [, n, r, p, saltText = '', hashText = ''] = match
  const salt = decode(saltText, SALT)
  const hash = decode(hashText, HASH)
  if (salt === undefined || hash === undefined) return undefined
  return { cost: Number(n), blockSize: Number(r), parallelization: Number(p), salt, hash }
}
