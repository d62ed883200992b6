/**
 * Conditions of a query, evaluated on documents that are loaded. What they mean is what the core makes of
 * the same records (`src/query/filter.rs`): on a null or missing field they are neither true nor false.
 */
import type { Clause, ComparisonOperator, Condition } from '../../query/clauses.ts'
import { fail } from '../../query/messages.ts'
import type { QueryTarget } from '../../query/target.ts'
import { isPlainObject } from '../../query/values.ts'
import { Secret } from '../../redaction/secret.ts'
import { areComparable, compareValues } from './order.ts'

/** `undefined`: unknown. */
type Truth = boolean | undefined

type Test = (value: unknown) => boolean

/** Whether the document, with stored names and values, is found. */
export function isFound(
  target: QueryTarget,
  clauses: readonly Clause[],
  document: unknown,
): boolean {
  return truthOf(target, clauses, document) === true
}

/** AND binds tighter than OR. No conditions hold for every document. */
function truthOf(target: QueryTarget, clauses: readonly Clause[], document: unknown): Truth {
  const branches: Truth[] = []
  for (const { joiner, negated, condition } of clauses) {
    const truth = holds(target, condition, document)
    const wanted = negated && truth !== undefined ? !truth : truth
    const last = branches.length - 1
    if (last < 0 || joiner === 'or') branches.push(wanted)
    else branches[last] = both(branches[last], wanted)
  }
  if (branches.length === 0 || branches.includes(true)) return true
  return branches.includes(undefined) ? undefined : false
}

function both(one: Truth, other: Truth): Truth {
  if (one === false || other === false) return false
  return one === undefined || other === undefined ? undefined : true
}

function holds(target: QueryTarget, condition: Condition, document: unknown): Truth {
  switch (condition.kind) {
    case 'group':
      return truthOf(target, condition.clauses, document)
    case 'compare': {
      const value = plain(condition.value)
      if (value === null) return hasNull(valuesAt(document, condition.field))
      return tested(document, condition.field, comparison(condition.operator, value))
    }
    case 'in': {
      const values = condition.values.map(plain)
      const nulls = values.includes(null) && hasNull(valuesAt(document, condition.field))
      if (nulls) return true
      if (values.length === 0) return false
      return tested(document, condition.field, (one) => values.some((value) => isEqual(one, value)))
    }
    case 'between': {
      const { field, from, to } = condition
      const lower = tested(document, field, comparison('$gte', plain(from)))
      return both(lower, tested(document, field, comparison('$lte', plain(to))))
    }
    case 'like': {
      const pattern = patternOf(condition.pattern, condition.fold)
      return tested(
        document,
        condition.field,
        (one) => typeof one === 'string' && pattern.test(one),
      )
    }
    case 'exists':
      return valuesAt(document, condition.field).length > 0
    case 'element': {
      const inside = (one: unknown) => isPlainObject(one) && isFound(target, condition.clauses, one)
      return tested(document, condition.field, (one) => Array.isArray(one) && one.some(inside))
    }
    case 'test':
      return Object.entries(condition.operators)
        .map(([operator, value]) =>
          tested(document, condition.field, operation(target, operator, value)),
        )
        .reduce(both, true)
    default:
      return refuse(target, `conditions of the kind "${condition.kind}"`)
  }
}

function operation(target: QueryTarget, operator: string, given: unknown): Test {
  const value = plain(given)
  switch (operator) {
    case '$size':
      return (one) => Array.isArray(one) && one.length === value
    case '$in':
    case '$all': {
      const values = (value as unknown[]).map(plain)
      const has = (one: unknown) => (wanted: unknown) =>
        [one].flat().some((inner) => isEqual(inner, wanted))
      return operator === '$in'
        ? (one) => values.some(has(one))
        : (one) => values.length > 0 && values.every(has(one))
    }
    case '$eq':
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return comparison(operator, value)
    default:
      return refuse(target, `the operator ${operator}`)
  }
}

function refuse(target: QueryTarget, what: string): never {
  return fail('E_UNSUPPORTED', target, `documents that are loaded cannot be asked for ${what}`)
}

/** What others than the writer may not see is compared like anything else: it never leaves the process. */
function plain(value: unknown): unknown {
  return value instanceof Secret ? Secret.reveal(value) : value
}

function isEqual(one: unknown, other: unknown): boolean {
  return compareValues(one, other) === 0
}

function comparison(operator: ComparisonOperator, value: unknown): Test {
  return (one) => {
    if (!areComparable(one, value)) return false
    const order = compareValues(one, value)
    switch (operator) {
      case '$eq':
        return order === 0
      case '$gt':
        return order > 0
      case '$gte':
        return order >= 0
      case '$lt':
        return order < 0
      default:
        return order <= 0
    }
  }
}

function tested(document: unknown, field: string, test: Test): Truth {
  const values = valuesAt(document, field)
  if (values.some(test)) return true
  return hasNull(values) ? undefined : false
}

function hasNull(values: readonly unknown[]): boolean {
  return values.length === 0 || values.includes(null)
}

/** What a path leads to: through arrays to what each item has, and of an array itself and its items. */
function valuesAt(document: unknown, field: string): unknown[] {
  let found = [document]
  for (const name of field.split('.')) {
    found = found.flatMap((one) => {
      if (!Array.isArray(one)) return own(one, name)
      const inside = one.flatMap((item: unknown) => (Array.isArray(item) ? [] : own(item, name)))
      return /^\d+$/.test(name) && name in one ? [one[Number(name)] as unknown, ...inside] : inside
    })
  }
  return found.flatMap((one) => (Array.isArray(one) ? [one, ...(one as unknown[])] : [one]))
}

function own(value: unknown, name: string): unknown[] {
  return isPlainObject(value) && Object.hasOwn(value, name) ? [value[name]] : []
}

/** A LIKE pattern as a regular expression. */
function patternOf(pattern: string, fold: boolean): RegExp {
  const source = pattern.replace(/\\[\s\S]|[\s\S]/gu, (part) => {
    if (part === '%') return '[\\s\\S]*'
    if (part === '_') return '[\\s\\S]'
    const literal = part.length > 1 && part.startsWith('\\') ? part.slice(1) : part
    return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  })
  return new RegExp(`^${source}$`, fold ? 'iu' : 'u')
}
