/** Tokens that verify secrets and show no hash. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Secret } from '@adonisjs/core/helpers'

/** What the framework's classes of tokens have in common. */
interface Token {
  hash: string
  verify(secret: Secret<string>): boolean
}

/** Whether the hash is the secret's, compared in constant time. */
export function isHashOf(hash: unknown, secret: Secret<string>): boolean {
  if (typeof hash !== 'string') return false
  const expected = createHash('sha256').update(secret.release()).digest('hex')
  const [one, other] = [Buffer.from(hash), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}

/**
 * Takes the hash out of a token, which can verify secrets all the same: what lists, logs or answers
 * tokens never has it.
 */
export function sealed<T extends Token>(token: T): T {
  const { hash } = token
  return Object.defineProperties(token, {
    hash: { value: '', enumerable: false },
    verify: { value: (secret: Secret<string>) => isHashOf(hash, secret), enumerable: false },
  })
}
