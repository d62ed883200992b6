import { readAlias, splitAlias } from '../aliases.ts'
import { resolvePath } from '../names.ts'
import type { Selected } from '../rows.ts'
import type { QueryTarget } from '../target.ts'
import type { ProjectionValue } from '../types.ts'
import { isPlainObject } from '../values.ts'
import { valueAt } from './expression.ts'
import { type Document, field, record } from './record.ts'

/** Reads the arguments of `select()`. `'*'` stands for every column. */
export function readColumns(target: QueryTarget, columns: readonly unknown[]): Selected[] {
  return columns
    .flatMap((column) => (Array.isArray(column) ? Array.from<unknown>(column) : [column]))
    .flatMap((column) =>
      isPlainObject(column) ? readAliases(target, column) : [readOne(target, column)],
    )
}

function readOne(target: QueryTarget, column: unknown): Selected {
  if (column === '*') return '*'
  if (typeof column !== 'string') return resolvePath(target, column).field
  const [name, alias] = splitAlias(column)
  const path = resolvePath(target, name).field
  return alias === undefined ? path : { alias: readAlias(target, 'select()', alias), field: path }
}

function readAliases(target: QueryTarget, aliases: Record<string, unknown>): Selected[] {
  return Object.keys(aliases).map((alias) => ({
    field: resolvePath(target, aliases[alias]).field,
    alias: readAlias(target, 'select()', alias),
  }))
}

/** `find` can read everything, or fields under other names, but not both. */
export function addsToEverything(selected: readonly Selected[]): boolean {
  return selected.includes('*') && selected.some((one) => typeof one !== 'string')
}

type Projection = Record<string, ProjectionValue>

/**
 * The projection, or `undefined` when everything is asked for. `_id` is always part of it. `score`
 * is a name for the text score.
 */
export function compileProjection(
  selected: readonly Selected[],
  score: string | undefined,
): Projection | undefined {
  if (selected.length === 0 || selected.includes('*')) {
    // By itself the score is added to everything.
    return score === undefined ? undefined : addComputed(record(), selected, score)
  }
  const plain = selected.filter((one) => typeof one === 'string')
  return addComputed(include(['_id', ...plain]), selected, score)
}

/** A projection of these paths. */
export function include(paths: readonly string[]): Projection {
  const wanted = new Set(paths)
  const projection = record<ProjectionValue>()
  for (const path of wanted) {
    // The server refuses a projection of both a field and something inside it.
    if (!isInside(path, wanted)) projection[path] = 1
  }
  return projection
}

function addComputed(
  projection: Projection,
  selected: readonly Selected[],
  score: string | undefined,
): Projection {
  for (const one of selected) {
    if (typeof one !== 'string') projection[one.alias] = valueAt(one.field) as ProjectionValue
  }
  if (score !== undefined) projection[score] = field('$meta', 'textScore')
  return projection
}

/** The same as stages of a pipeline. */
export function projectionStages(
  selected: readonly Selected[],
  score: string | undefined,
  distance: string | undefined,
): Document[] {
  const everything = selected.length === 0 || selected.includes('*')
  if (everything) {
    const computed = addComputed(record(), selected, score)
    return Object.keys(computed).length === 0 ? [] : [field('$addFields', computed)]
  }
  const projection = compileProjection(selected, score) ?? record()
  if (distance !== undefined) projection[distance] = 1
  return [field('$project', projection)]
}

/** Whether `path` is below one of `paths`. */
export function isInside(path: string, paths: ReadonlySet<string>): boolean {
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    if (paths.has(path.slice(0, dot))) return true
  }
  return false
}
