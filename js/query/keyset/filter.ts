/** The filter that finds what comes after a place in an order, or at it. */
import type { RawValue } from '../../codec/chunk.ts'
import { decodeInOrder } from '../../codec/stored_values.ts'
import { BsonType, Decimal128 } from '../../codec/values.ts'
import { type Document, field, record } from '../record.ts'
import { Bracket, bracketOf, bracketsBeyond, typeCodes } from './brackets.ts'

/** A field of an order with a value of it. */
export interface SortedValue {
  readonly name: string
  readonly direction: 1 | -1
  readonly value: RawValue
}

/**
 * Finds the documents that come after `place`, or with `inclusive` also the one that is there.
 *
 * One flat `$or`, whose branches each name a range of an index over the fields: the server merges
 * them in order and stops at the limit. It tries only so many ways of giving indexes to branches,
 * so there are as few as can be.
 */
export function filterBeyond(place: readonly SortedValue[], inclusive: boolean): Document {
  const branches = branchesBeyond(place, inclusive)
  const [only] = branches
  if (only === undefined) return field('_id', field('$in', []))
  if (branches.length === 1) return only
  return operators({ ...boundOf(place), $or: branches })
}

function branchesBeyond(place: readonly SortedValue[], inclusive: boolean): Document[] {
  const branches: Document[] = []
  const equal = record()
  for (const [index, one] of place.entries()) {
    for (const branch of beyond(one)) branches.push(operators({ ...equal, ...branch }))
    Object.assign(equal, equals(one))
    if (one.value.type === BsonType.null && one.name !== '_id') {
      const rest = undividedBeyond(place.slice(index + 1), inclusive)
      if (rest !== undefined) branches.push(operators({ ...equal, ...rest }))
      return branches
    }
  }
  if (inclusive) branches.push(equal)
  return branches
}

/**
 * The same without alternatives, as not being before; undefined when there can be nothing.
 *
 * Where the server merges branches whose documents it has fetched, it takes missing for less than
 * null. So documents that are equal by null have to come from one branch.
 */
function undividedBeyond(place: readonly SortedValue[], inclusive: boolean): Document | undefined {
  const branches = branchesBeyond(place, inclusive)
  if (branches.length <= 1) return branches[0]
  const turned = place.map((one) => ({ ...one, direction: one.direction === 1 ? -1 : 1 }) as const)
  const before = branchesBeyond(turned, !inclusive)
  return operators({ ...boundOf(place), ...(before.length > 0 ? { $nor: before } : {}) })
}

/**
 * What every document at or after `place` has in its first field. Says nothing new, but wherever the
 * server reads an index over that field without the branches, it starts at the place.
 */
function boundOf([first]: readonly SortedValue[]): Document | undefined {
  if (first === undefined) return undefined
  const { name, direction, value } = first
  if (HAS_ONE_VALUE.has(value.type) || value.type === BsonType.regex) return undefined
  const decoded = decodeInOrder(value)
  if (direction === -1) return field(name, field('$not', field('$gt', decoded)))
  const own = bracketOf(value.type)
  const types = [own, ...bracketsBeyond(own, 1)].filter((one) => one !== Bracket.array)
  return field(name, operators({ $type: types.flatMap(typeCodes), $not: field('$lt', decoded) }))
}

/** Null and missing are one value to the order, and to a comparison with null. */
function equals({ name, value }: SortedValue): Document {
  return field(name, field('$eq', decodeInOrder(value)))
}

/** Filters, one of which holds for every document whose `name` comes after the value. */
function beyond({ name, direction, value }: SortedValue): Document[] {
  const own = bracketOf(value.type)
  const brackets = bracketsBeyond(own, direction)
  const isId = name === '_id'
  // An id is never missing. A look by type keeps the server on the index of the order: for an id
  // that equals null it would take that of the ids, and sort.
  const byType = (bracket: number) => bracket !== Bracket.null || isId
  // A document that holds an array is found by its elements, in order to be refused.
  const types = [...brackets]
    .filter((bracket) => bracket !== Bracket.array && byType(bracket))
    .flatMap(typeCodes)
  const branches = withValue(name, direction, value, types)
  if (isId) return branches
  // An empty array sorts as the deprecated `undefined` does, before null.
  const values = []
  if (brackets.has(Bracket.null)) values.push(null)
  if (brackets.has(Bracket.undefined)) values.push([])
  if (values.length > 0) branches.push(field(name, field('$in', values)))
  return branches
}

/** What is of one of `types`, or of the value's own type and beyond the value. */
function withValue(
  name: string,
  direction: 1 | -1,
  value: RawValue,
  types: readonly number[],
): Document[] {
  const bracket = bracketOf(value.type)
  const others = types.length === 0 ? [] : [field(name, field('$type', types))]
  if (HAS_ONE_VALUE.has(value.type)) return others
  const decoded = decodeInOrder(value)
  if (value.type === BsonType.regex) {
    // Comparisons do not take one, and expressions compare all types.
    const compared = field(direction === 1 ? '$gt' : '$lt', [
      `$${name}`,
      field('$literal', decoded),
    ])
    others.push(operators({ [name]: field('$type', typeCodes(bracket)), $expr: compared }))
    return others
  }
  const isNumber = bracket === Bracket.number
  // NaN is the smallest number; a comparison finds it only where it is what is compared with.
  if (isNumber && direction === -1 && isNaNOf(decoded)) return others
  const beyondValue = operators({
    $type: [...typeCodes(bracket), ...types],
    $not: field(direction === 1 ? '$lte' : '$gte', decoded),
  })
  if (isNumber && direction === 1) beyondValue.$ne = Number.NaN
  return [field(name, beyondValue)]
}

const HAS_ONE_VALUE: ReadonlySet<number> = new Set([
  BsonType.minKey,
  BsonType.maxKey,
  BsonType.null,
])

function isNaNOf(value: unknown): boolean {
  return Number.isNaN(value) || (value instanceof Decimal128 && String(value) === 'NaN')
}

function operators(given: Document): Document {
  return Object.assign(record(), given)
}
