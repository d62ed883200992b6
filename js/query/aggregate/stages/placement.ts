/** Where stages may stand. */

import { fail } from '../../messages.ts'
import type { Document } from '../../record.ts'
import type { QueryTarget } from '../../target.ts'

/** What a pipeline is: the whole one, or one inside a stage of another. */
export type Surroundings = 'aggregate()' | 'facet()' | 'lookup()' | 'unionWith()' | 'merge()'

const ONLY_FIRST: ReadonlySet<string> = new Set([
  '$collStats',
  '$currentOp',
  '$documents',
  '$geoNear',
  '$indexStats',
  '$listLocalSessions',
  '$listSearchIndexes',
  '$listSessions',
  '$planCacheStats',
  '$queryStats',
  '$rankFusion',
  '$scoreFusion',
  '$search',
  '$searchMeta',
  '$shardedDataDistribution',
  '$vectorSearch',
])

const ONLY_LAST: ReadonlySet<string> = new Set(['$merge', '$out'])

/** Stages of the whole database rather than of a collection. */
const OF_DATABASE: ReadonlySet<string> = new Set([
  '$currentOp',
  '$documents',
  '$listLocalSessions',
  '$queryStats',
  '$shardedDataDistribution',
])

/** All that can stand in a pipeline that updates documents. */
const IN_UPDATES: ReadonlySet<string> = new Set([
  '$addFields',
  '$project',
  '$replaceRoot',
  '$replaceWith',
  '$set',
  '$unset',
])

/** Whether the pipeline runs on the database. */
export function runsOnDatabase(stages: readonly Document[]): boolean {
  return stages.slice(0, 1).some((stage) => OF_DATABASE.has(nameOf(stage)))
}

/** Whether the pipeline writes, and answers with no rows. */
export function writes(stages: readonly Document[]): boolean {
  return stages.slice(-1).some((stage) => ONLY_LAST.has(nameOf(stage)))
}

/** Throws `E_INVALID_QUERY` for a stage that may not stand behind those written so far. */
export function checkPlace(
  target: QueryTarget,
  inside: Surroundings,
  name: string,
  before: readonly Document[],
): void {
  const reason = reasonAgainst(inside, name, before)
  if (reason !== undefined) fail('E_INVALID_QUERY', target, `${name}: ${reason}`)
}

function reasonAgainst(
  inside: Surroundings,
  name: string,
  before: readonly Document[],
): string | undefined {
  if (name === '$changeStream')
    return 'a change stream is no pipeline of rows; it is opened by watching'
  if (writes(before)) return `nothing can follow ${nameOf(before.at(-1))}, which makes no rows`
  if (ONLY_FIRST.has(name) && before.length > 0) return 'it must be the first stage'
  if (inside === 'aggregate()') return undefined
  if (ONLY_LAST.has(name)) return `it cannot be inside of ${inside}`
  if (inside === 'facet()' && (ONLY_FIRST.has(name) || name === '$facet')) {
    return 'it cannot be inside of facet()'
  }
  if (inside === 'merge()' && !IN_UPDATES.has(name)) {
    return 'merge() only takes addFields, set, unset, project, replaceRoot and replaceWith'
  }
  return undefined
}

function nameOf(stage: Document | undefined): string {
  return Object.keys(stage ?? {})[0] ?? ''
}
