/** MongoDB's order of stored values, for documents that are loaded. */
import { types } from 'node:util'
import { bsonTypeName } from '../../codec/values.ts'

/** A value with its place among the types. */
interface Ranked {
  readonly rank: number
  readonly value: unknown
}

const RANK = {
  nothing: 1,
  number: 2,
  text: 3,
  document: 4,
  array: 5,
  binary: 6,
  id: 7,
  boolean: 8,
  date: 9,
}
const OTHER = 10

function ranked(value: unknown): Ranked {
  if (value === undefined || value === null) return { rank: RANK.nothing, value: null }
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return { rank: RANK.number, value }
    case 'string':
      return { rank: RANK.text, value: Buffer.from(value) }
    case 'boolean':
      return { rank: RANK.boolean, value: Number(value) }
    default:
      return rankedObject(value as object)
  }
}

function rankedObject(value: object): Ranked {
  if (types.isDate(value)) return { rank: RANK.date, value: value.getTime() }
  if (Array.isArray(value)) return { rank: RANK.array, value }
  if (types.isUint8Array(value)) return { rank: RANK.binary, value }
  const prototype: object | null = Object.getPrototypeOf(value)
  if (prototype === null || prototype === Object.prototype) return { rank: RANK.document, value }
  switch (bsonTypeName(prototype)) {
    case 'ObjectId':
      return { rank: RANK.id, value: Buffer.from(String(value), 'hex') }
    case 'Long':
      return { rank: RANK.number, value: BigInt(String(value)) }
    case 'Decimal128':
    case 'Double':
    case 'Int32':
      return { rank: RANK.number, value: Number(String(value)) }
    case 'BSONSymbol':
      return { rank: RANK.text, value: Buffer.from(String(value)) }
    default:
      return { rank: OTHER, value: Buffer.from(JSON.stringify(value)) }
  }
}

/** Below zero where `one` comes before `other`; of another type, as MongoDB orders types. */
export function compareValues(one: unknown, other: unknown): number {
  const [first, second] = [ranked(one), ranked(other)]
  if (first.rank !== second.rank) return first.rank - second.rank
  return within(first.value, second.value)
}

/** Whether the two are of types that MongoDB compares with each other. */
export function areComparable(one: unknown, other: unknown): boolean {
  return ranked(one).rank === ranked(other).rank
}

function within(one: unknown, other: unknown): number {
  if (types.isUint8Array(one) && types.isUint8Array(other)) return Buffer.compare(one, other)
  if (Array.isArray(one) && Array.isArray(other)) return compareLists(one, other)
  if (typeof one === 'object' && one !== null && typeof other === 'object' && other !== null) {
    return compareLists(Object.entries(one).flat(), Object.entries(other).flat())
  }
  const [a, b] = [one as number | bigint, other as number | bigint]
  if (a < b) return -1
  if (a > b) return 1
  // NaN is below all numbers.
  return Number(Number.isNaN(b)) - Number(Number.isNaN(a))
}

function compareLists(one: readonly unknown[], other: readonly unknown[]): number {
  for (let at = 0; at < one.length && at < other.length; at++) {
    const order = compareValues(one[at], other[at])
    if (order !== 0) return order
  }
  return one.length - other.length
}
