/** Conditions on arrays, types, remainders and bits. */
import type { Clause, Condition } from '../clauses.ts'
import { describe, fail, quote } from '../messages.ts'
import { resolveComparable, resolvePath } from '../names.ts'
import { type Document, field, operators, record } from '../record.ts'
import type { QueryTarget } from '../target.ts'
import { castValue, isPlainObject, isScalar } from '../values.ts'
import { bound, type Reading } from './basic.ts'
import { all, known, valueAt, when } from './expression.ts'

function test(name: string, given: Document): Condition {
  return { kind: 'test', field: name, operators: given }
}

// ---- Elements

export function containsAll(target: QueryTarget, key: unknown, given: unknown): Condition {
  const { field: name } = resolveComparable(target, key)
  const parts = readElements(target, key, given).map((value) => holds(name, value))
  if (parts.length === 0) {
    // Every list holds all of nothing. One with a null in it equals null for MongoDB.
    const value = field(name, field('$ne', null))
    const list = field(name, field('$type', 'array'))
    return either(field('$or', [value, list]), field('_id', field('$in', [])))
  }
  return together(parts)
}

export function containsAny(target: QueryTarget, key: unknown, given: unknown): Condition {
  const path = resolvePath(target, key)
  const parts = readElements(target, key, given).map((value) => holds(path.field, value))
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  if (parts.every((part) => part.kind === 'compare')) {
    return { kind: 'in', field: path.field, values: parts.map(({ value }) => value) }
  }
  return { kind: 'group', clauses: parts.map((condition) => clause('or', condition)) }
}

function together(parts: readonly Condition[]): Condition {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const [first] = parts
  if (first?.kind === 'compare' && parts.every((part) => part.kind === 'compare')) {
    return test(
      first.field,
      field(
        '$all',
        parts.map(({ value }) => value),
      ),
    )
  }
  return { kind: 'group', clauses: parts.map((condition) => clause('and', condition)) }
}

function clause(joiner: 'and' | 'or', condition: Condition): Clause {
  return { joiner, negated: false, condition }
}

/** One value or a list of them. */
function readElements(target: QueryTarget, key: unknown, given: unknown): unknown[] {
  const path = resolvePath(target, key)
  const values: unknown[] = Array.isArray(given) ? Array.from<unknown>(given) : [given]
  return values.map((value) => castValue(target, path, value, 'element'))
}

/**
 * The array has `value` among its elements. What equality would find in other places too (null in
 * missing fields, an array in the field itself) is asked of the elements alone.
 */
function holds(name: string, value: unknown): Condition {
  return value !== null && isScalar(value)
    ? { kind: 'compare', field: name, operator: '$eq', value }
    : test(name, field('$elemMatch', field('$eq', value)))
}

function either(whenTrue: Document, whenFalse: Document, expression = false): Condition {
  return { kind: 'either', whenTrue: [whenTrue], whenFalse: [whenFalse], expression }
}

// ---- One element

const COMPARISONS: Partial<Record<string, string>> = Object.assign(Object.create(null), {
  '=': '$eq',
  '!=': '$ne',
  '<>': '$ne',
  '>': '$gt',
  '>=': '$gte',
  '<': '$lt',
  '<=': '$lte',
})

/** Whether an object holds comparisons of the element itself, not conditions on what is in it. */
export function isComparisons(given: unknown): given is Record<string, unknown> {
  if (!isPlainObject(given)) return false
  const keys = Object.keys(given)
  return keys.length > 0 && keys.every((key) => COMPARISONS[key] !== undefined)
}

/** An element for which all comparisons hold. */
export function elementCompares(
  target: QueryTarget,
  key: unknown,
  comparisons: Record<string, unknown>,
): Condition {
  const path = resolvePath(target, key)
  const tests = record()
  for (const sign of Object.keys(comparisons)) {
    const operator = COMPARISONS[sign] as string
    const given = comparisons[sign]
    if (operator in tests) {
      fail('E_INVALID_QUERY', target, `${quote(sign)} says the same as another comparison`)
    }
    if (operator === '$ne') {
      tests.$ne = null
      tests.$not = field('$eq', castValue(target, path, given, 'element'))
    } else {
      tests[operator] =
        operator === '$eq'
          ? castValue(target, path, given, 'element')
          : bound(target, path, given, 'element')
    }
  }
  return test(path.field, field('$elemMatch', tests))
}

/** An element that `clauses` hold for. */
export function elementMatches(
  target: QueryTarget,
  key: unknown,
  clauses: readonly Clause[],
): Condition {
  const { field: name } = resolveComparable(target, key)
  return { kind: 'element', field: name, clauses }
}

// ---- Size

const ORDER: Partial<Record<string, string>> = Object.assign(Object.create(null), {
  '>': '$gt',
  '>=': '$gte',
  '<': '$lt',
  '<=': '$lte',
})

/** Reads the arguments of `whereSize()`. */
export function readSize(target: QueryTarget, args: readonly unknown[]): Reading {
  if (args.length !== 2 && args.length !== 3) {
    fail('E_INVALID_QUERY', target, `whereSize() takes two or three arguments, got ${args.length}`)
  }
  const [key] = args
  const [sign, given] = args.length === 2 ? ['=', args[1]] : [args[1], args[2]]
  const { field: name, column } = resolveComparable(target, key)
  if (typeof given !== 'number' || !Number.isInteger(given) || given < 0) {
    const got = typeof given === 'number' ? 'another number' : describe(given)
    const message = `whereSize() needs an integer from 0 on, got ${got}`
    fail('E_INVALID_QUERY', target, message, column.attribute)
  }
  if (sign === '=' || sign === '!=' || sign === '<>') {
    return { condition: test(name, field('$size', given)), negated: sign !== '=' }
  }
  const operator = typeof sign === 'string' ? ORDER[sign] : undefined
  if (operator === undefined) {
    const message = `whereSize() knows =, !=, >, >=, < and <=, got ${quote(sign)}`
    fail('E_INVALID_QUERY', target, message, column.attribute)
  }
  const value = valueAt(name)
  // Null is neither a size nor, as the size of what is no array, above or below one.
  const size = when(field('$isArray', [value]), field('$size', value), null)
  const compares = (comparison: Document) => field('$expr', all([known(size), comparison]))
  const holdsFor = field(operator, [size, given])
  const condition = either(compares(holdsFor), compares(field('$not', [holdsFor])), true)
  return { condition, negated: false }
}

// ---- Types, remainders, bits

const TYPES: ReadonlySet<unknown> = new Set([
  'double',
  'string',
  'object',
  'array',
  'binData',
  'objectId',
  'bool',
  'date',
  'null',
  'regex',
  'javascript',
  'int',
  'timestamp',
  'long',
  'decimal',
  'minKey',
  'maxKey',
  'number',
])

export function hasType(target: QueryTarget, key: unknown, given: unknown): Condition {
  const { field: name, column } = resolvePath(target, key)
  const types: unknown[] = Array.isArray(given) ? Array.from<unknown>(given) : [given]
  if (types.length === 0) {
    fail('E_INVALID_QUERY', target, 'whereType() needs at least one type', column.attribute)
  }
  for (const type of types) {
    if (TYPES.has(type)) continue
    const message = `whereType() knows MongoDB's names of types such as "string", got ${quote(type)}`
    fail('E_INVALID_QUERY', target, message, column.attribute)
  }
  const test = field('$type', types.length === 1 ? types[0] : types)
  const other = operators({ $not: test, $exists: true })
  return either(field(name, test), field(name, other))
}

export function hasRemainder(
  target: QueryTarget,
  key: unknown,
  divisor: unknown,
  remainder: unknown,
): Condition {
  const { field: name, column } = resolveComparable(target, key)
  const numbers = [divisor, remainder]
  if (!numbers.every((number) => Number.isSafeInteger(number)) || divisor === 0) {
    const need = 'an integer divisor other than 0 and an integer remainder'
    fail('E_INVALID_QUERY', target, `whereMod() needs ${need}`, column.attribute)
  }
  return test(name, field('$mod', numbers))
}

const BIT_TESTS: Partial<Record<string, string>> = Object.assign(Object.create(null), {
  allSet: '$bitsAllSet',
  anySet: '$bitsAnySet',
  allClear: '$bitsAllClear',
  anyClear: '$bitsAnyClear',
})

export function hasBits(
  target: QueryTarget,
  key: unknown,
  kind: unknown,
  given: unknown,
): Condition {
  const { field: name, column } = resolveComparable(target, key)
  const operator = typeof kind === 'string' ? BIT_TESTS[kind] : undefined
  if (operator === undefined) {
    const message = `whereBits() knows allSet, anySet, allClear and anyClear, got ${quote(kind)}`
    fail('E_INVALID_QUERY', target, message, column.attribute)
  }
  const isBit = (bit: unknown) => Number.isSafeInteger(bit) && (bit as number) >= 0
  const mask = Array.isArray(given) ? Array.from<unknown>(given) : given
  if (Array.isArray(mask) ? !mask.every(isBit) : !isBit(mask)) {
    const need = 'a mask or a list of positions, integers from 0 on'
    fail('E_INVALID_QUERY', target, `whereBits() needs ${need}`, column.attribute)
  }
  return test(name, field(operator, mask))
}
