/**
 * Evaluates the filters that the builder emits over plain rows, as MongoDB documents it: null
 * matches missing fields, comparisons stay within a type, arrays match by element. Throws on what it
 * does not know, so that nothing passes by being ignored.
 */
import { BSONRegExp, ObjectId } from 'bson'
import { evaluate } from './expression.ts'

export type Row = Record<string, unknown>

const MISSING = Symbol('missing')

export function matches(row: Row, filter: Row): boolean {
  return Object.keys(filter).every((key) => {
    const expected = filter[key]
    if (key === '$and') return (expected as Row[]).every((part) => matches(row, part))
    if (key === '$or') return (expected as Row[]).some((part) => matches(row, part))
    if (key === '$nor') return !(expected as Row[]).some((part) => matches(row, part))
    if (key === '$expr') return evaluate(row, expected) === true
    if (key.startsWith('$')) throw new Error(`unknown operator ${key}`)
    return matchesField(read(row, key), expected)
  })
}

function read(row: unknown, path: string): unknown {
  let value = row
  for (const segment of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment))
      return MISSING
    value = (value as Row)[segment]
  }
  return value
}

function isOperators(expected: unknown): expected is Row {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) return false
  if (Object.getPrototypeOf(expected) !== Object.prototype && Object.getPrototypeOf(expected)) {
    return false
  }
  return Object.keys(expected)[0]?.startsWith('$') ?? false
}

function matchesField(value: unknown, expected: unknown): boolean {
  if (!isOperators(expected)) return holds(value, '$eq', expected)
  return Object.keys(expected).every((operator) => holds(value, operator, expected[operator]))
}

function holds(value: unknown, operator: string, operand: unknown): boolean {
  switch (operator) {
    case '$not':
      return !matchesField(value, operand)
    case '$ne':
      return !holds(value, '$eq', operand)
    case '$nin':
      return !holds(value, '$in', operand)
    case '$in':
      return (operand as unknown[]).some((item) => holds(value, '$eq', item))
    case '$exists':
      return (value !== MISSING) === operand
    case '$type':
      if (operand !== 'array') throw new Error(`unknown type ${operand}`)
      return Array.isArray(value)
    case '$size':
      return Array.isArray(value) && value.length === operand
    case '$all':
      return (operand as unknown[]).every((item) => holds(value, '$eq', item))
    case '$elemMatch':
      return Array.isArray(value) && value.some((item) => matchesElement(item, operand as Row))
  }
  const candidates = Array.isArray(value) ? [value, ...value] : [value]
  return candidates.some((candidate) => compares(candidate, operator, operand))
}

/** Conditions on the element itself see it as a value, not as an array of more. */
function matchesElement(item: unknown, conditions: Row): boolean {
  if (!isOperators(conditions)) return matches(item as Row, conditions)
  return Object.keys(conditions).every((operator) => compares(item, operator, conditions[operator]))
}

function compares(value: unknown, operator: string, operand: unknown): boolean {
  switch (operator) {
    case '$eq':
      return operand === null ? value === null || value === MISSING : same(value, operand)
    case '$gt':
      return ordered(value, operand, (order) => order > 0)
    case '$gte':
      return ordered(value, operand, (order) => order >= 0)
    case '$lt':
      return ordered(value, operand, (order) => order < 0)
    case '$lte':
      return ordered(value, operand, (order) => order <= 0)
    case '$regex':
      return typeof value === 'string' && toRegExp(operand).test(value)
    default:
      throw new Error(`unknown operator ${operator}`)
  }
}

/** PCRE's end of subject has no short form in JavaScript. */
export function toRegExp(given: unknown): RegExp {
  if (!(given instanceof BSONRegExp)) throw new Error('not a BSON regular expression')
  // JavaScript has no atomic groups. What they keep from being tried again makes no difference.
  const pattern = given.pattern.replace(/\\z$/, '(?![\\s\\S])').replaceAll('(?>', '(?:')
  return new RegExp(pattern, `${given.options}u`)
}

function comparable(value: unknown): unknown {
  if (value instanceof Date) return value.getTime()
  return value instanceof ObjectId ? value.toHexString() : value
}

function ordered(value: unknown, operand: unknown, test: (order: number) => boolean): boolean {
  const a = comparable(value)
  const b = comparable(operand)
  if (typeof a !== typeof b || value instanceof Date !== operand instanceof Date) return false
  if (typeof a === 'number' && typeof b === 'number') return test(a - b)
  return typeof a === 'string' && typeof b === 'string' && test(a < b ? -1 : a > b ? 1 : 0)
}

function same(value: unknown, operand: unknown): boolean {
  const a = comparable(value)
  const b = comparable(operand)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [keys, others] = [Object.keys(a), Object.keys(b)]
  return (
    Object.getPrototypeOf(a) === Object.getPrototypeOf(b) &&
    keys.length === others.length &&
    keys.every((key, i) => key === others[i] && same((a as Row)[key], (b as Row)[key]))
  )
}
