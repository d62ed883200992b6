/** Fixed keys for tests, and what is searched for in what is stored. */
import { type Document, EJSON } from 'bson'
import type { EncryptionKeys } from 'lucent-odm'
import { Subtype } from '../../js/protocol.generated.ts'

/** A key of 32 equal bytes, in base64. */
export const testKey = (byte: number): string => Buffer.alloc(32, byte).toString('base64')

export const TEST_KEYS: EncryptionKeys = {
  primary: 'second',
  keys: { first: testKey(1), second: testKey(2) },
}

/**
 * Part of the texts that suites give encrypted columns, and of nothing else that is sent. With
 * `LUCENT_TEST_WIRE` the connections of `lucentDatabase` are searched for it.
 */
export const CANARY = 'canary#7f3a'

/** Binary subtypes as they are stored. */
export const { envelope: ENVELOPE, entry: ENTRY } = Subtype

/** Everything that a document holds, as text: binaries as the bytes that they are, and in base64. */
export function everythingIn(documents: readonly Document[]): string {
  const seen: string[] = [EJSON.stringify(documents, { relaxed: true })]
  JSON.stringify(documents, (_key, value: unknown) => {
    const bytes = (value as { buffer?: Uint8Array } | null)?.buffer
    if (bytes instanceof Uint8Array) {
      const buffer = Buffer.from(bytes)
      seen.push(buffer.toString('latin1'), buffer.toString('utf8'), buffer.toString('hex'))
    }
    return value
  })
  return seen.join('\n')
}
