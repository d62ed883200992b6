/** Values of encrypted columns in native filters. */
import { type Document, record } from '../compile/record.ts'
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
  const [first = ''] = key.split('.', 1)
  const column = key.startsWith('$') ? undefined : target.column(first)
  if (column?.conceal === undefined || column.stored !== first) return value
  return condition(column, key, value)
}

function condition(column: QueryColumn, key: string, value: unknown): unknown {
  const literal = (one: unknown): unknown =>
    one === null || isPattern(one) ? one : (column.conceal?.(key, one) ?? one)
  if (!isPlainObject(value) || !Object.keys(value)[0]?.startsWith('$')) return literal(value)
  const copy = record()
  for (const [operator, operand] of Object.entries(value)) {
    if (operator === '$eq' || operator === '$ne') copy[operator] = literal(operand)
    else if ((operator === '$in' || operator === '$nin') && Array.isArray(operand)) {
      copy[operator] = operand.map(literal)
    } else if (operator === '$not') copy[operator] = condition(column, key, operand)
    else copy[operator] = operand
  }
  return copy
}
