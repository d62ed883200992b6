/** Queries that `find` cannot answer, as the stages of an aggregation. */
import { fail, quote } from '../messages.ts'
import type { Selected, Shape, SortKey } from '../rows.ts'
import type { QueryTarget } from '../target.ts'
import { nothing } from './filter.ts'
import {
  type GroupKey,
  groupId,
  groupKeys,
  groupStages,
  havingStages,
  needOutput,
  selectedOfGroups,
} from './group.ts'
import { nearStage } from './near.ts'
import { isInside, projectionStages } from './projection.ts'
import { type Document, field, operators } from './record.ts'
import { compileNullsSort } from './sort.ts'

/** Rows of another query that are added. */
export interface CompiledUnion {
  /** Keeps rows that are there already. */
  readonly all: boolean
  readonly collection: string
  readonly stages: readonly Document[]
}

/** A query without its options. */
export interface PipelineSource {
  readonly target: QueryTarget
  /** The conditions, but for a distance. */
  readonly filter: Document
  readonly selected: readonly Selected[]
  readonly order: readonly SortKey[]
  readonly shape: Shape
  readonly unions: readonly CompiledUnion[]
  readonly limit: number | undefined
  readonly skip: number | undefined
}

/** Where the distance stands when nobody asks for it. */
const DISTANCE = '__distance'

/** The stages that answer the query's rows, in their order. */
export function compilePipeline(source: PipelineSource): Document[] {
  const { selected, unions } = source
  const plan = planOf(source)
  const projection = projectionOf(source, plan)
  // As in SQL, what is selected counts before rows of other queries are added.
  const early = unions.length > 0 || plan.dedupes
  const order = early ? orderOfSelected(source, plan) : plan.order
  return [
    ...plan.stages,
    ...distinctOn(source, plan.order),
    ...(early ? [...forget(plan), ...projection] : []),
    ...(plan.dedupes ? dedupe() : []),
    ...union(unions),
    ...sorted(order),
    ...page(source),
    ...(early ? [] : [...forgetBefore(plan, projection, selected), ...projection]),
  ]
}

/** The stages that answer one document `{ count }`, the number of rows; none for no rows. */
export function compileCountPipeline(source: PipelineSource): Document[] {
  const { shape, unions } = source
  const plan = planOf(source)
  const matters = plan.dedupes || unions.some(({ all }) => !all)
  return [
    ...plan.stages,
    // Which row of each comes first makes a difference only where equal rows are left out.
    ...(matters ? distinctOn(source, plan.order) : groupOnly(shape)),
    ...(matters ? [...forget(plan), ...projectionOf(source, plan)] : []),
    ...(plan.dedupes ? dedupe() : []),
    ...union(unions),
    ...page(source),
    field('$count', 'count'),
  ]
}

/** The first half of a pipeline: from the collection's documents to rows. */
interface Plan {
  readonly stages: readonly Document[]
  readonly order: readonly SortKey[]
  /** Names that rows of groups have; undefined for rows that are documents. */
  readonly outputs: ReadonlySet<string> | undefined
  /** Equal rows can still occur and are not wanted. */
  readonly dedupes: boolean
  /** A field that only the order needs. */
  readonly helper: string | undefined
}

function planOf(source: PipelineSource): Plan {
  const { target, shape, selected, order } = source
  refuseTogether(source)
  const start = startOf(source)
  const keys = shape.isGrouped || shape.distinct ? groupKeys(shape, selected) : []
  if (keys.length === 0 && !shape.isGrouped) {
    const helper = shape.near !== undefined && shape.distance === undefined ? DISTANCE : undefined
    const nearest = shape.near !== undefined && order.length === 0 && shape.distinctOn.length > 0
    const distance = { field: shape.distance ?? DISTANCE, direction: 1, nulls: undefined } as const
    return {
      stages: start,
      order: nearest ? [distance] : order,
      outputs: undefined,
      dedupes: false,
      helper,
    }
  }
  const names = [
    ...keys.map(({ output }) => output),
    ...shape.aggregates.all.map(({ alias }) => alias),
  ]
  const outputs: ReadonlySet<string> = new Set(names)
  return {
    stages: [
      ...start,
      ...groupStages(keys, shape.aggregates.all),
      ...havingStages(target, shape.having.all, outputs),
    ],
    order: orderOfGroups(target, order, keys, outputs),
    outputs,
    dedupes: shape.isGrouped && shape.distinct && selected.length > 0,
    helper: undefined,
  }
}

function refuseTogether({ target, shape, selected }: PipelineSource): void {
  if (shape.having.length > 0 && !shape.isGrouped) {
    fail('E_INVALID_QUERY', target, 'having() needs groupBy() or an aggregate')
  }
  if (shape.distinctOn.length > 0 && (shape.isGrouped || shape.distinct)) {
    const others = 'groupBy(), aggregates or distinct()'
    fail('E_INVALID_QUERY', target, `distinctOn() cannot be used together with ${others}`)
  }
  const combined = shape.isGrouped || (shape.distinct && groupKeys(shape, selected).length > 0)
  if (combined && (shape.score !== undefined || shape.distance !== undefined)) {
    const rows = 'rows of groups and of distinct()'
    fail('E_INVALID_QUERY', target, `${rows} have no text score or distance of their own`)
  }
}

function startOf({ filter, shape }: PipelineSource): Document[] {
  if (shape.near !== undefined) return [nearStage(shape.near, filter, shape.distance ?? DISTANCE)]
  return Object.keys(filter).length === 0 ? [] : [field('$match', filter)]
}

/** The order by names that the rows have. */
function orderOfGroups(
  target: QueryTarget,
  order: readonly SortKey[],
  keys: readonly GroupKey[],
  outputs: ReadonlySet<string>,
): SortKey[] {
  const outputOf = new Map<string, string>()
  for (const { field, output } of keys) if (!outputOf.has(field)) outputOf.set(field, output)
  return order.map((key) => {
    const name = outputs.has(key.field) ? key.field : (outputOf.get(key.field) ?? key.field)
    needOutput(target, 'orderBy()', name, outputs)
    return { ...key, field: name }
  })
}

function projectionOf({ target, shape, selected }: PipelineSource, plan: Plan): Document[] {
  if (plan.outputs === undefined) return projectionStages(selected, shape.score, shape.distance)
  return shape.isGrouped
    ? selectedOfGroups(target, selected, shape.aggregates.all, plan.outputs)
    : []
}

/** The first row of each, by the order. */
function distinctOn({ shape }: PipelineSource, order: readonly SortKey[]): Document[] {
  if (shape.distinctOn.length === 0) return []
  const group = operators({ _id: distinctId(shape), row: field('$first', '$$ROOT') })
  return [...sorted(order), field('$group', group), field('$replaceWith', '$row')]
}

/** One row of each, whatever is in it. */
function groupOnly(shape: Shape): Document[] {
  if (shape.distinctOn.length === 0) return []
  return [field('$group', field('_id', distinctId(shape)))]
}

function distinctId({ distinctOn: paths }: Shape): Document {
  return groupId(paths.all.map((path) => ({ field: path })))
}

function dedupe(): Document[] {
  return [field('$group', field('_id', '$$ROOT')), field('$replaceWith', '$_id')]
}

/** One pass removes what all unions up to the last that asks for it have twice. */
function union(unions: readonly CompiledUnion[]): Document[] {
  const last = unions.findLastIndex(({ all }) => !all)
  return unions.flatMap(({ collection, stages }, index) => [
    field('$unionWith', operators({ coll: collection, pipeline: stages })),
    ...(index === last ? dedupe() : []),
  ])
}

/**
 * The order of rows that were cut down to what is selected: nothing else can sort them. A distance
 * that nobody selected is gone too.
 */
function orderOfSelected(
  { target, selected, shape, order }: PipelineSource,
  plan: Plan,
): readonly SortKey[] {
  const sorting = plan.helper === undefined ? plan.order : order
  if (selected.length === 0 || selected.includes('*')) return sorting
  const aliases = selected.filter((one) => typeof one !== 'string')
  const outputs = new Set([
    ...selected.filter((one) => typeof one === 'string'),
    ...[...aliases, ...shape.aggregates.all].map(({ alias }) => alias),
    ...(shape.isGrouped ? [] : ['_id']),
  ])
  const aliasOf = new Map<string, string>()
  for (const { alias, field } of aliases) if (!aliasOf.has(field)) aliasOf.set(field, alias)
  return sorting.map((key) => {
    const path = key.field
    if (outputs.has(path) || isInside(path, outputs)) return key
    const renamed = aliasOf.get(path)
    if (renamed !== undefined) return { ...key, field: renamed }
    const rows = 'the rows of distinct() and union()'
    return fail(
      'E_INVALID_QUERY',
      target,
      `${rows} are sorted by what is selected, not by ${quote(path)}`,
    )
  })
}

function sorted(order: readonly SortKey[]): Document[] {
  if (order.length === 0) return []
  const { computed, sort } = compileNullsSort(order)
  const names = Object.keys(computed)
  if (names.length === 0) return [field('$sort', sort)]
  return [field('$addFields', computed), field('$sort', sort), field('$unset', names)]
}

function page({ limit, skip }: PipelineSource): Document[] {
  const stages: Document[] = []
  if (skip !== undefined && skip > 0) stages.push(field('$skip', skip))
  // `$limit` takes no 0.
  if (limit === 0) stages.push(field('$match', nothing()))
  else if (limit !== undefined) stages.push(field('$limit', limit))
  return stages
}

function forget({ helper }: Plan): Document[] {
  return helper === undefined ? [] : [field('$unset', [helper])]
}

/** A projection that names what it keeps forgets the rest by itself. */
function forgetBefore(
  plan: Plan,
  projection: readonly Document[],
  selected: readonly Selected[],
): Document[] {
  const names = selected.length > 0 && !selected.includes('*') && projection.length > 0
  return names ? [] : forget(plan)
}
