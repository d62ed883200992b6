/** Comparisons of two fields of the same document. */

import { fail, quote } from '../messages.ts'
import { resolveComparable } from '../names.ts'
import { field } from '../record.ts'
import type { QueryTarget } from '../target.ts'
import type { Reading } from './basic.ts'
import { all, known, valueAt } from './expression.ts'

type Sign = '$eq' | '$ne' | '$gt' | '$gte' | '$lt' | '$lte'

const SIGNS: Partial<Record<string, Sign>> = Object.assign(Object.create(null), {
  '=': '$eq',
  '!=': '$ne',
  '<>': '$ne',
  '>': '$gt',
  '>=': '$gte',
  '<': '$lt',
  '<=': '$lte',
})

const OPPOSITE: Record<Sign, Sign> = {
  $eq: '$ne',
  $ne: '$eq',
  $gt: '$lte',
  $gte: '$lt',
  $lt: '$gte',
  $lte: '$gt',
}

/** Reads the arguments of `whereColumn()`. */
export function readColumns(target: QueryTarget, args: readonly unknown[]): Reading {
  if (args.length !== 2 && args.length !== 3) {
    const message = `whereColumn() takes two or three arguments, got ${args.length}`
    fail('E_INVALID_QUERY', target, message)
  }
  const [key] = args
  const [operator, other] = args.length === 2 ? ['=', args[1]] : [args[1], args[2]]
  const sign = typeof operator === 'string' ? SIGNS[operator] : undefined
  if (sign === undefined) {
    const message = `whereColumn() knows =, !=, >, >=, < and <=, got ${quote(operator)}`
    fail('E_INVALID_QUERY', target, message)
  }
  const left = resolveComparable(target, key).field
  const right = resolveComparable(target, other).field
  return {
    negated: false,
    condition: {
      kind: 'either',
      whenTrue: [compares(left, sign, right)],
      whenFalse: [compares(left, OPPOSITE[sign], right)],
      expression: true,
    },
  }
}

function compares(left: string, sign: Sign, right: string): Record<string, unknown> {
  const [a, b] = [valueAt(left), valueAt(right)]
  const comparison = field(sign, [a, b])
  return field('$expr', all([...unknowns(sign, a, b).map(known), comparison]))
}

/** Operands that could be null although the comparison holds: null sorts below every value. */
function unknowns(sign: Sign, a: unknown, b: unknown): unknown[] {
  switch (sign) {
    case '$ne':
      return [a, b]
    case '$gt':
    case '$gte':
      return [b]
    default:
      return [a]
  }
}
