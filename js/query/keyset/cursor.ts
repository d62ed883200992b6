/**
 * Cursors as text: a place in an order, encrypted, because the values of an order may be those of
 * columns that nobody is shown.
 *
 * base64url of: version, nonce, and by AES-256-GCM with the version authenticated: side, 8 bytes that
 * name the query, the values as a BSON document; then the tag.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import type { RawValue } from '../../codec/chunk.ts'
import { documentOf, valuesOf } from '../../codec/stored_values.ts'

/** A gap between two documents: right before or after the one with these values. */
export interface Place {
  readonly side: 'before' | 'after'
  readonly values: readonly RawValue[]
}

/** A cursor that was sealed here. */
export interface OpenedCursor extends Place {
  /** What query it belongs to. */
  readonly query: Buffer
}

export const QUERY_LENGTH = 8
/** Version 1 was signed and not encrypted. */
const VERSION = Buffer.from([2])
const CIPHER = 'aes-256-gcm'
const NONCE = 12
const TAG = 16
const HEAD = 1 + QUERY_LENGTH

/** Seals where no secret is configured. */
const ownSecret: Buffer = randomBytes(32)

/** A key of its own, so that nothing else that the secret protects passes for a cursor. */
function keyOf(secret: string | undefined): Buffer {
  return createHmac('sha256', secret ?? ownSecret)
    .update('lucent-odm cursor, sealed')
    .digest()
}

export function sealCursor(
  secret: string | undefined,
  { query, side, values }: OpenedCursor,
): string {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv(CIPHER, keyOf(secret), nonce, { authTagLength: TAG })
  cipher.setAAD(VERSION)
  const place = Buffer.concat([Buffer.from([side === 'after' ? 1 : 0]), query, documentOf(values)])
  const sealed = [cipher.update(place), cipher.final()]
  return Buffer.concat([VERSION, nonce, ...sealed, cipher.getAuthTag()]).toString('base64url')
}

/** The cursor that `text` is; undefined when it was not sealed with the secret. */
export function openCursor(secret: string | undefined, text: string): OpenedCursor | undefined {
  const bytes = Buffer.from(text, 'base64url')
  const start = VERSION.length + NONCE
  // Decoding passes over what is no base64url.
  if (bytes.length <= start + HEAD + TAG || bytes.toString('base64url') !== text) return undefined
  if (bytes[0] !== VERSION[0]) return undefined
  const nonce = bytes.subarray(VERSION.length, start)
  const cipher = createDecipheriv(CIPHER, keyOf(secret), nonce, { authTagLength: TAG })
  cipher.setAAD(VERSION)
  cipher.setAuthTag(bytes.subarray(-TAG))
  let place: Buffer
  try {
    place = Buffer.concat([cipher.update(bytes.subarray(start, -TAG)), cipher.final()])
  } catch {
    return undefined
  }
  return {
    side: place[0] === 1 ? 'after' : 'before',
    query: place.subarray(1, HEAD),
    values: valuesOf(place.subarray(HEAD)),
  }
}
