/**
 * Cursors as text: a place in an order, signed.
 *
 * base64url of: version, side, 8 bytes that name the query, the values as a BSON document, and the
 * first bytes of an HMAC-SHA-256 over all of that.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { RawValue } from '../../codec/chunk.ts'
import { documentOf, valuesOf } from '../../codec/stored_values.ts'

/** A gap between two documents: right before or after the one with these values. */
export interface Place {
  readonly side: 'before' | 'after'
  readonly values: readonly RawValue[]
}

/** A cursor that was signed here. */
export interface OpenedCursor extends Place {
  /** What query it belongs to. */
  readonly query: Buffer
}

export const QUERY_LENGTH = 8
const VERSION = 1
const HEAD = 2 + QUERY_LENGTH
const SIGNATURE = 32

/** Signs where no secret is configured. */
const ownSecret: Buffer = randomBytes(32)

function sign(secret: string | undefined, content: Buffer): Buffer {
  // A key of its own, so that nothing else that is signed with the secret passes for a cursor.
  const key = createHmac('sha256', secret ?? ownSecret)
    .update('lucent-odm cursor')
    .digest()
  return createHmac('sha256', key).update(content).digest()
}

export function sealCursor(
  secret: string | undefined,
  { query, side, values }: OpenedCursor,
): string {
  const head = Buffer.from([VERSION, side === 'after' ? 1 : 0])
  const content = Buffer.concat([head, query, documentOf(values)])
  return Buffer.concat([content, sign(secret, content)]).toString('base64url')
}

/** The cursor that `text` is; undefined when it was not signed with the secret. */
export function openCursor(secret: string | undefined, text: string): OpenedCursor | undefined {
  const bytes = Buffer.from(text, 'base64url')
  // Decoding passes over what is no base64url.
  if (bytes.length <= HEAD + SIGNATURE || bytes.toString('base64url') !== text) return undefined
  const content = bytes.subarray(0, -SIGNATURE)
  if (!timingSafeEqual(bytes.subarray(-SIGNATURE), sign(secret, content))) return undefined
  if (content[0] !== VERSION) return undefined
  return {
    side: content[1] === 1 ? 'after' : 'before',
    query: content.subarray(2, HEAD),
    values: valuesOf(content.subarray(HEAD)),
  }
}
