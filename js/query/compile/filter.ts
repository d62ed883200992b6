import type { Clause, Condition } from '../clauses.ts'
import { isPattern, isPlainObject, isScalar } from '../values.ts'
import { likeToRegExp } from './like.ts'
import { type Document, field, operators, record } from './record.ts'

/**
 * Compiles clauses to a MongoDB filter.
 *
 * SQL has three truth values, MongoDB two. A document is found when its condition is *true*; under
 * a NOT, when the condition is *false*, which is not the same as "not true": on a missing or null
 * field it is unknown. So every condition can be compiled for both, and a negated group hands the
 * question down to its members (De Morgan holds in three-valued logic too).
 *
 * Each function returns *parts*: filters that must all hold. No parts: everything matches.
 */
export function compileFilter(clauses: readonly Clause[]): Document {
  return merge(chain(clauses, true))
}

/** The filter of `clauses` and of further filters that must hold too. */
export function compileFilterWith(clauses: readonly Clause[], more: readonly Document[]): Document {
  return merge([...chain(clauses, true), ...more])
}

/** A filter that finds nothing at all. */
export function nothing(): Document {
  return field('_id', field('$in', []))
}

function chain(clauses: readonly Clause[], wanted: boolean): Document[] {
  const runs: Clause[][] = []
  for (const clause of clauses) {
    const run = runs.at(-1)
    if (run === undefined || clause.joiner === 'or') runs.push([clause])
    else run.push(clause)
  }
  return wanted
    ? any(runs.map((run) => run.flatMap((clause) => parts(clause, true))))
    : runs.flatMap((run) => any(run.map((clause) => parts(clause, false))))
}

function parts({ condition, negated }: Clause, wanted: boolean): Document[] {
  const truth = wanted !== negated
  return condition.kind === 'group'
    ? chain(condition.clauses, truth)
    : truth
      ? whenTrue(condition)
      : whenFalse(condition)
}

function any(branches: Document[][]): Document[] {
  const [first = []] = branches
  if (branches.length <= 1) return first
  if (branches.some((branch) => branch.length === 0)) return []
  return [field('$or', branches.map(merge))]
}

/** One filter out of parts that must all hold. A key that is taken never gets overwritten. */
function merge(all: readonly Document[]): Document {
  const [only] = all
  if (all.length === 1 && only !== undefined) return only
  const merged = record()
  const rest: Document[] = []
  for (const part of all) {
    const keys = Object.keys(part)
    if (keys.some((key) => key === '$and' || key in merged)) rest.push(part)
    else for (const key of keys) merged[key] = part[key]
  }
  if (rest.length > 0) merged.$and = rest
  return merged
}

type Leaf = Exclude<Condition, { kind: 'group' }>

function whenTrue(leaf: Leaf): Document[] {
  switch (leaf.kind) {
    case 'compare': {
      const { operator, value } = leaf
      const bare = operator === '$eq' && (value === null || isScalar(value))
      return [field(leaf.field, bare ? value : field(operator, value))]
    }
    case 'in':
      return oneOf(leaf.field, leaf.values)
    case 'between':
      return [field(leaf.field, operators({ $gte: leaf.from, $lte: leaf.to }))]
    case 'like':
      return [field(leaf.field, field('$regex', likeToRegExp(leaf.pattern, leaf.fold)))]
    case 'exists':
      return [field(leaf.field, field('$exists', true))]
    case 'element':
      return [field(leaf.field, field('$elemMatch', compileFilter(leaf.clauses)))]
    case 'test':
      return [field(leaf.field, leaf.operators)]
    case 'either':
      return [merge(leaf.whenTrue)]
    case 'text':
      return [field('$text', leaf.search)]
    case 'raw':
      return Object.keys(leaf.filter).length === 0 ? [] : [leaf.filter]
  }
}

function whenFalse(leaf: Leaf): Document[] {
  switch (leaf.kind) {
    case 'compare': {
      const { operator, value } = leaf
      if (value === null) return [field(leaf.field, field('$ne', null))]
      return operator === '$eq' && isScalar(value)
        ? [field(leaf.field, field('$nin', [value, null]))]
        : [not(leaf.field, field(operator, value))]
    }
    case 'in':
      return noneOf(leaf.field, leaf.values)
    case 'between':
      return [not(leaf.field, operators({ $gte: leaf.from, $lte: leaf.to }))]
    case 'like':
      return [not(leaf.field, field('$regex', likeToRegExp(leaf.pattern, leaf.fold)))]
    case 'exists':
      return [field(leaf.field, field('$exists', false))]
    case 'element':
      return [not(leaf.field, field('$elemMatch', compileFilter(leaf.clauses)))]
    case 'test':
      return [not(leaf.field, leaf.operators)]
    case 'either':
      return [merge(leaf.whenFalse)]
    case 'text':
      return [field('$nor', [field('$text', leaf.search)])]
    case 'raw':
      return [field('$nor', [leaf.filter])]
  }
}

/** Has a value, and one that `condition` does not hold for. */
export function not(name: string, condition: Document): Document {
  return field(name, operators({ $not: condition, $ne: null }))
}

function oneOf(name: string, values: readonly unknown[]): Document[] {
  const [listed, single] = split(values)
  if (single.length === 0) return [field(name, field('$in', listed))]
  const branches = single.map((value) => [field(name, field('$eq', value))])
  if (listed.length > 0) branches.unshift([field(name, field('$in', listed))])
  return any(branches)
}

function noneOf(name: string, values: readonly unknown[]): Document[] {
  if (values.length === 0) return []
  const [listed, single] = split(values)
  const known = listed.includes(null) ? listed : [...listed, null]
  const found = [field(name, field('$nin', known))]
  if (single.length > 0) {
    found.push(
      field(
        '$nor',
        single.map((value) => field(name, field('$eq', value))),
      ),
    )
  }
  return found
}

/** `$in` takes regular expressions for patterns, and refuses objects that look like operators. */
function split(values: readonly unknown[]): [listed: unknown[], single: unknown[]] {
  const listed: unknown[] = []
  const single: unknown[] = []
  for (const value of values) (needsEq(value) ? single : listed).push(value)
  return [listed, single]
}

function needsEq(value: unknown): boolean {
  if (isScalar(value) || value === null) return false
  if (isPattern(value)) return true
  return isPlainObject(value) && Object.keys(value).some((key) => key.startsWith('$'))
}
