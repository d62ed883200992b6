/**
 * MongoDB's order of BSON types (manual, "Comparison/Sort Order"). Types of one bracket are compared
 * by value; between brackets the bracket decides, and `$gt` and `$lt` never look beyond theirs.
 */
import { BsonType } from '../../codec/values.ts'

const BRACKETS: readonly (readonly number[])[] = [
  [BsonType.minKey],
  [BsonType.undefined],
  [BsonType.null],
  [BsonType.double, BsonType.int32, BsonType.int64, BsonType.decimal128],
  [BsonType.string, BsonType.symbol],
  [BsonType.document],
  [BsonType.array],
  [BsonType.binary],
  [BsonType.objectId],
  [BsonType.boolean],
  [BsonType.date],
  [BsonType.timestamp],
  [BsonType.regex],
  [BsonType.dbPointer],
  [BsonType.code],
  [BsonType.codeWithScope],
  [BsonType.maxKey],
]

export const Bracket = { undefined: 1, null: 2, number: 3, array: 6 } as const

const LAST = BRACKETS.length - 1
const BY_TYPE: ReadonlyMap<number, number> = new Map(
  BRACKETS.flatMap((types, bracket) => types.map((type) => [type, bracket] as const)),
)

/** The bracket of a BSON type, counted from the smallest. */
export function bracketOf(type: number): number {
  return BY_TYPE.get(type) ?? LAST
}

/** The brackets that come after `bracket`, or with `direction` -1, before it. */
export function bracketsBeyond(bracket: number, direction: 1 | -1): ReadonlySet<number> {
  const beyond = new Set<number>()
  const first = direction === 1 ? bracket + 1 : 0
  const end = direction === 1 ? LAST : bracket - 1
  for (let one = first; one <= end; one++) beyond.add(one)
  return beyond
}

/** The types of a bracket as `$type` names them. */
export function typeCodes(bracket: number): number[] {
  const types = BRACKETS[bracket] ?? []
  return types.map((type) => (type === BsonType.minKey ? -1 : type))
}
