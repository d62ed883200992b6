/** What the server would do for a query, in short and in full. */

import type { JsonExplanation } from './to_json.ts'

/** How much the server tells (MongoDB manual, "Explain Results"). */
export type Verbosity = 'queryPlanner' | 'executionStats' | 'allPlansExecution'

/** How the server answers a query. */
export interface Explanation {
  /** Names of the indexes that are used, without repetition. */
  indexes: string[]
  /** Every document of the collection is looked at. */
  collectionScan: boolean
  /** Rows are sorted in memory, not read in order from an index. */
  sortsInMemory: boolean
  /** Index keys that were looked at; from `executionStats` on. */
  keysExamined?: number
  /** Documents that were looked at; from `executionStats` on. */
  documentsExamined?: number
  /** Rows that were found; from `executionStats` on. */
  returned?: number
  /** How long the server took, in milliseconds; from `executionStats` on. */
  milliseconds?: number
  /** Whether the core writes the text of `toJson()`, or why not. */
  json: JsonExplanation
  /**
   * How the rows of each preloaded relation are read, by the keys of the first hundred rows above, which
   * are read for it.
   */
  relations?: Record<string, Explanation>
  /** Of a relation behind other documents: how these are read. */
  through?: Explanation
  /** One sentence: what is good or bad about it. */
  summary: string
  /** The server's own answer. */
  server: Record<string, unknown>
}

type Tree = Record<string, unknown>

/** Plans that were not chosen say nothing about the query. */
const REJECTED: ReadonlySet<string> = new Set(['rejectedPlans', 'allPlansExecution', 'command'])

function walk(value: unknown, visit: (node: Tree) => void): void {
  if (Array.isArray(value)) {
    for (const one of value) walk(one, visit)
  } else if (typeof value === 'object' && value !== null) {
    visit(value as Tree)
    for (const [key, inner] of Object.entries(value)) if (!REJECTED.has(key)) walk(inner, visit)
  }
}

/** Reads the server's answer. */
export function readExplanation(
  server: Record<string, unknown>,
  json: JsonExplanation,
): Explanation {
  const indexes = new Set<string>()
  let collectionScan = false
  let sortsInMemory = false
  let stats: Tree | undefined
  walk(server, (node) => {
    const { stage, indexName, executionStats } = node
    if (typeof indexName === 'string') indexes.add(indexName)
    if (stage === 'IDHACK' || stage === 'EXPRESS_IXSCAN') indexes.add('_id_')
    if (stage === 'COLLSCAN') collectionScan = true
    if (stage === 'SORT' || '$sort' in node) sortsInMemory = true
    if (typeof executionStats === 'object' && executionStats !== null) {
      stats ??= executionStats as Tree
    }
  })
  const explanation: Explanation = {
    indexes: [...indexes],
    collectionScan,
    sortsInMemory,
    json,
    summary: '',
    server,
  }
  if (stats !== undefined) {
    explanation.keysExamined = Number(stats.totalKeysExamined)
    explanation.documentsExamined = Number(stats.totalDocsExamined)
    explanation.returned = Number(stats.nReturned)
    explanation.milliseconds = Number(stats.executionTimeMillis)
  }
  explanation.summary = summarize(explanation)
  return explanation
}

function summarize({ indexes, collectionScan, sortsInMemory }: Explanation): string {
  const used = indexes.map((name) => `"${name}"`).join(', ')
  const how = collectionScan
    ? 'looks at every document: no index fits the conditions'
    : indexes.length === 0
      ? 'looks at no document'
      : `uses the ${indexes.length === 1 ? 'index' : 'indexes'} ${used}`
  return sortsInMemory ? `${how}; sorts in memory: no index has the order` : how
}
