/** Rows that are groups of documents. */
import type { Clause } from '../clauses.ts'
import { fail, quote } from '../messages.ts'
import type { Aggregate, Selected, Shape } from '../rows.ts'
import type { QueryTarget } from '../target.ts'
import { all, type Expression, known, valueAt, when } from './expression.ts'
import { compileFilter } from './filter.ts'
import { include, isInside } from './projection.ts'
import { type Document, field, operators, record } from './record.ts'

/** What documents are grouped by, and the name of that in the rows. */
export interface GroupKey {
  readonly field: string
  readonly output: string
}

/** Groups by a query's columns; by what is selected when it asks for different rows only. */
export function groupKeys(shape: Shape, selected: readonly Selected[]): GroupKey[] {
  if (shape.isGrouped) return shape.groups.all.map((path) => ({ field: path, output: path }))
  if (selected.includes('*')) return []
  const byOutput = new Map<string, GroupKey>()
  for (const one of selected) {
    const key =
      typeof one === 'string'
        ? { field: one, output: one }
        : { field: one.field, output: one.alias }
    byOutput.set(key.output, key)
  }
  return [...byOutput.values()]
}

/** The `_id` of a `$group`. Null and missing are one value, as in SQL. */
export function groupId(keys: readonly Pick<GroupKey, 'field'>[]): Document {
  const id = record()
  for (const [index, { field: path }] of keys.entries()) {
    id[`g${index}`] = field('$ifNull', [valueAt(path), null])
  }
  return id
}

/** Stages from documents to rows: group columns by their stored names, and the aggregates. */
export function groupStages(
  keys: readonly GroupKey[],
  aggregates: readonly Aggregate[],
): Document[] {
  const group = field('_id', keys.length === 0 ? null : groupId(keys))
  const row = field('_id', 0)
  const outputs = new Set(keys.map(({ output }) => output))
  for (const [index, { output }] of keys.entries()) {
    if (!isInside(output, outputs)) row[output] = `$_id.g${index}`
  }
  for (const [index, aggregate] of aggregates.entries()) {
    const name = `a${index}`
    Object.assign(group, accumulators(name, aggregate))
    row[aggregate.alias] = result(name, aggregate)
  }
  const stages = [field('$group', group), field('$project', row)]
  return keys.length === 0 ? alwaysOne(stages, aggregates) : stages
}

/** Without groups there is one row, also when there are no documents. */
function alwaysOne(stages: readonly Document[], aggregates: readonly Aggregate[]): Document[] {
  const empty = record()
  for (const { alias, calculate } of aggregates) empty[alias] = calculate === 'count' ? 0 : null
  const row = field('$ifNull', [field('$arrayElemAt', ['$rows', 0]), field('$literal', empty)])
  return [field('$facet', field('rows', stages)), field('$replaceWith', row)]
}

/** Name of the number of values behind a sum, which is null without any. */
const numbersOf = (name: string) => `${name}n`

function accumulators(name: string, { calculate, distinct, fields }: Aggregate): Document {
  const values = fields.map(valueAt)
  const [value] = values
  if (distinct) return field(name, field('$addToSet', distinctValue(calculate, values)))
  if (calculate === 'count') {
    const one = value === undefined ? 1 : when(known(value), 1, 0)
    return field(name, field('$sum', one))
  }
  const accumulator = field(name, field(`$${calculate}`, value))
  if (calculate === 'sum') accumulator[numbersOf(name)] = field('$sum', when(isNumber(value), 1, 0))
  return accumulator
}

function isNumber(value: Expression): Document {
  return field('$isNumber', value)
}

function distinctValue(
  calculate: Aggregate['calculate'],
  values: readonly Expression[],
): Expression {
  const [value] = values
  if (calculate !== 'count') return when(isNumber(value), value, null)
  return when(all(values.map(known)), values.length === 1 ? value : values, null)
}

function result(name: string, { calculate, distinct }: Aggregate): Expression {
  const value = `$${name}`
  const different = field('$setDifference', [value, [null]])
  const orNull = (number: Expression) => when(field('$gt', [number, 0]), field('$sum', value), null)
  if (!distinct) {
    return calculate === 'sum' ? when(field('$gt', [`${value}n`, 0]), value, null) : value
  }
  switch (calculate) {
    case 'count':
      return field('$size', different)
    case 'sum':
      return orNull(field('$size', different))
    default:
      return field(`$${calculate}`, value)
  }
}

/** The conditions on groups as a stage. Throws for columns that the rows do not have. */
export function havingStages(
  target: QueryTarget,
  having: readonly Clause[],
  outputs: ReadonlySet<string>,
): Document[] {
  if (having.length === 0) return []
  for (const path of pathsOf(having)) needOutput(target, 'having()', path, outputs)
  const filter = compileFilter(having)
  return Object.keys(filter).length === 0 ? [] : [field('$match', filter)]
}

function pathsOf(clauses: readonly Clause[]): string[] {
  return clauses.flatMap(({ condition }) => {
    if (condition.kind === 'group') return pathsOf(condition.clauses)
    return 'field' in condition ? [condition.field] : []
  })
}

/** Throws `E_INVALID_QUERY` for what rows of groups do not have. */
export function needOutput(
  target: QueryTarget,
  method: string,
  path: string,
  outputs: ReadonlySet<string>,
): void {
  if (outputs.has(path) || isInside(path, outputs)) return
  const message = `${method} needs a column that is grouped by or an aggregate, got ${quote(path)}`
  fail('E_INVALID_QUERY', target, message, path)
}

/** Leaves of the rows what is selected, and the aggregates. */
export function selectedOfGroups(
  target: QueryTarget,
  selected: readonly Selected[],
  aggregates: readonly Aggregate[],
  outputs: ReadonlySet<string>,
): Document[] {
  if (selected.length === 0) return []
  const paths: string[] = []
  const renamed = record()
  for (const one of selected) {
    if (one === '*') continue
    const path = typeof one === 'string' ? one : one.field
    needOutput(target, 'select()', path, outputs)
    if (typeof one === 'string') paths.push(one)
    else renamed[one.alias] = valueAt(path)
  }
  if (selected.includes('*')) {
    return Object.keys(renamed).length === 0 ? [] : [field('$addFields', renamed)]
  }
  const projection = include([...paths, ...aggregates.map(({ alias }) => alias)])
  if (!('_id' in projection)) projection._id = 0
  return [field('$project', operators({ ...projection, ...renamed }))]
}
