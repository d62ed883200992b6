import { Decimal128, Long } from '../../../codec/values.ts'
import { bsonType } from '../../../query/values.ts'
import type { Amount } from './types.ts'

const NUMERIC: ReadonlySet<unknown> = new Set(['Long', 'Int32', 'Double', 'Decimal128'])

/** Whether a value is a number that others can be added to. */
export function isAmount(value: unknown): value is Amount {
  if (typeof value === 'number') return Number.isFinite(value)
  return (
    typeof value === 'bigint' ||
    (NUMERIC.has(bsonType(value)) && /^[^a-z]*(e[+-]?\d+)?$/i.test(String(value)))
  )
}

/** The amount with the other sign, of the same type. */
export function negated(amount: Amount): Amount {
  if (typeof amount === 'number' || typeof amount === 'bigint') return -amount
  if (bsonType(amount) === 'Long') return Long.fromString(String(amount)).negate()
  const text = String(amount)
  if (bsonType(amount) !== 'Decimal128') return -Number(text)
  return Decimal128.fromString(text.startsWith('-') ? text.slice(1) : `-${text}`)
}
