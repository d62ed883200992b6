/** Values of encrypted columns in native filters. */
import { Secret } from '../../redaction/secret.ts'
import { type Document, record } from '../record.ts'
import type { QueryColumn, QueryTarget } from '../target.ts'
import { isPattern, isPlainObject } from '../values.ts'

/**
 * A native filter in which what is compared with encrypted columns is seen by the writer alone, and is
 * what their blind indexes are made of. Names are stored names.
 */
export function concealNative(target: QueryTarget, filter: Document): Document {
  const copy = record()
  for (const [key, value] of Object.entries(filter)) {
    copy[key] = concealElement(target, key, value)
  }
  return copy
}

function concealElement(target: QueryTarget, key: string, value: unknown): unknown {
  if (key === '$and' || key === '$or' || key === '$nor') {
    if (!Array.isArray(value)) return value
    return value.map((one) => (isPlainObject(one) ? concealNative(target, one) : one))
  }
  if (key.startsWith('$')) return hides(target, value) ? new Secret(value) : value
  const [first = ''] = key.split('.', 1)
  const column = target.column(first)
  if (column?.conceal === undefined || column.stored !== first) return value
  return condition(column, key, value)
}

/** Whether an operator on whole documents, such as `$expr`, names something encrypted. */
function hides(target: QueryTarget, value: unknown): boolean {
  if (typeof value === 'string') {
    const [first = ''] = value.replace(/^\$(\$\w+\.)?/, '').split('.', 1)
    const column = first === '' ? undefined : target.column(first)
    return column?.conceal !== undefined && column.stored === first
  }
  if (Array.isArray(value)) return value.some((one) => hides(target, one))
  if (!isPlainObject(value)) return false
  return Object.entries(value).some(([key, inner]) => hides(target, key) || hides(target, inner))
}

/** Operators that tell nothing of a value. */
const PRESENCE: ReadonlySet<string> = new Set(['$exists', '$type', '$size'])

function condition(column: QueryColumn, key: string, value: unknown): unknown {
  const literal = (one: unknown): unknown => {
    if (one === null) return one
    const concealed = isPattern(one) ? one : (column.conceal?.(key, one) ?? one)
    // What holds something encrypted, and patterns, are refused; they are not to be seen either.
    const shows = concealed === one && typeof one === 'object'
    return shows ? new Secret(one) : concealed
  }
  if (!isPlainObject(value) || !Object.keys(value)[0]?.startsWith('$')) return literal(value)
  const copy = record()
  for (const [operator, operand] of Object.entries(value)) {
    if (operator === '$eq' || operator === '$ne') copy[operator] = literal(operand)
    else if ((operator === '$in' || operator === '$nin') && Array.isArray(operand)) {
      copy[operator] = operand.map(literal)
    } else if (operator === '$not') copy[operator] = condition(column, key, operand)
    else if (PRESENCE.has(operator)) copy[operator] = operand
    else copy[operator] = new Secret(operand)
  }
  return copy
}
