/** The key ring of the environment: `LUCENT_ENCRYPTION_KEYS=id:base64,id:base64`, the primary first. */
import { randomBytes } from 'node:crypto'

/** Name of the environment's variable. */
export const KEYS_VARIABLE = 'LUCENT_ENCRYPTION_KEYS'
/** Bytes of a key. */
export const KEY_LENGTH = 32

const ENTRY = /^([A-Za-z0-9_-]+):([A-Za-z0-9+/]+={0,2})$/

/** Ids of the keys, the primary first, and what is wrong with the ring. */
export interface KeyRingReport {
  ids: string[]
  /** Never shows keys. */
  problems: string[]
}

export function inspectKeys(value: string): KeyRingReport {
  const ids: string[] = []
  const problems: string[] = []
  const entries = value.split(',').map((entry) => entry.trim())
  for (const [index, entry] of entries.entries()) {
    const place = `entry ${index + 1}`
    const [, id, key] = ENTRY.exec(entry) ?? []
    if (id === undefined || key === undefined) {
      problems.push(`${place} is not of the form id:base64`)
      continue
    }
    if (ids.includes(id)) problems.push(`${place} has the id "${id}" of another one`)
    ids.push(id)
    const { length } = Buffer.from(key, 'base64')
    if (length !== KEY_LENGTH) problems.push(`key "${id}" has ${length} bytes, not ${KEY_LENGTH}`)
  }
  return { ids, problems }
}

/** A fresh key. */
export function newKey(): string {
  return randomBytes(KEY_LENGTH).toString('base64')
}

/** An id that the ring does not have: numbers, counted up. */
export function nextId(ids: readonly string[]): string {
  const numbers = ids.map(Number).filter(Number.isSafeInteger)
  return String(Math.max(0, ...numbers) + 1)
}
