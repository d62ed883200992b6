/** The filter that finds what comes after a place in an order, or at it. */
import type { RawValue } from '../../codec/chunk.ts'
import { decodeInOrder } from '../../codec/stored_values.ts'
import { BsonType, Decimal128 } from '../../codec/values.ts'
import { type Document, field, record } from '../compile/record.ts'
import { Bracket, bracketOf, bracketsBeyond, typeCodes } from './brackets.ts'

/** A field of an order with a value of it. */
export interface SortedValue {
  readonly name: string
  readonly direction: 1 | -1
  readonly value: RawValue
}

/**
 * Finds the documents that come after `place`, or with `inclusive` also the one that is there. One
 * flat `$or`, whose branches each name a range of an index over the fields: the server merges them
 * in order and stops at the limit.
 */
export function filterBeyond(place: readonly SortedValue[], inclusive: boolean): Document {
  const branches: Document[] = []
  const equal = record()
  for (const one of place) {
    for (const branch of beyond(one)) branches.push(Object.assign(record(), equal, branch))
    Object.assign(equal, equals(one))
  }
  if (inclusive) branches.push(equal)
  const [only] = branches
  if (only === undefined) return field('_id', field('$in', []))
  return branches.length === 1 ? only : field('$or', branches)
}

/** Null as the order sees it: null and missing. Servers before 8.0 take `undefined` for null too. */
function noValue(name: string): Document {
  return field(name, operators({ $eq: null, $not: field('$type', typeCodes(Bracket.undefined)) }))
}

function equals({ name, value }: SortedValue): Document {
  switch (bracketOf(value.type)) {
    case Bracket.undefined:
      return field(name, field('$type', typeCodes(Bracket.undefined)))
    case Bracket.null:
      return noValue(name)
    default:
      return field(name, field('$eq', decodeInOrder(value)))
  }
}

/** Filters, one of which holds for every document whose `name` comes after the value. */
function beyond({ name, direction, value }: SortedValue): Document[] {
  const own = bracketOf(value.type)
  const branches = within(name, direction, value, own)
  const types: number[] = []
  for (const bracket of bracketsBeyond(own, direction)) {
    // No test of its own: a document whose value is an array is found by the elements.
    if (bracket === Bracket.array) continue
    if (bracket === Bracket.null) branches.push(noValue(name))
    else types.push(...typeCodes(bracket))
    // An empty array sorts as `undefined` does. It is found in order to be refused.
    if (bracket === Bracket.undefined && name !== '_id') {
      branches.push(field(name, field('$in', [[]])))
    }
  }
  if (types.length > 0) branches.push(field(name, field('$type', types)))
  return branches
}

/** The part of `beyond` within the bracket of the value. */
function within(name: string, direction: 1 | -1, value: RawValue, bracket: number): Document[] {
  const operator = direction === 1 ? '$gt' : '$lt'
  if (bracket === Bracket.number) return numbers(name, operator, decodeInOrder(value))
  switch (value.type) {
    case BsonType.minKey:
    case BsonType.maxKey:
    case BsonType.null:
    case BsonType.undefined:
      return []
    case BsonType.regex: {
      // `$gt` does not take one, and an expression compares all types.
      const literal = field('$literal', decodeInOrder(value))
      const compared = field(operator, [`$${name}`, literal])
      return [operators({ [name]: field('$type', typeCodes(bracket)), $expr: compared })]
    }
    default:
      return [field(name, field(operator, decodeInOrder(value)))]
  }
}

/** NaN is the smallest number, and equal to nothing but itself in a comparison. */
function numbers(name: string, operator: '$gt' | '$lt', value: unknown): Document[] {
  const none = Number.isNaN(value) || (value instanceof Decimal128 && String(value) === 'NaN')
  if (operator === '$gt') {
    const compared = none ? field('$gte', Number.NEGATIVE_INFINITY) : field(operator, value)
    return [field(name, compared)]
  }
  if (none) return []
  return [field(name, field('$lt', value)), field(name, field('$eq', Number.NaN))]
}

function operators(given: Document): Document {
  return Object.assign(record(), given)
}
