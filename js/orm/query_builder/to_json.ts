/** A query's result as JSON text, which the core writes wherever nothing of the model's is needed. */
import type { Chunk } from '../../codec/chunk.ts'
import type { JsonPart } from '../../native/json.ts'
import { defaultZone, type ZoneTable } from '../columns/zone.ts'
import { own } from '../contracts/own.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { whyModels } from '../definition/json_reason.ts'
import type { Call } from '../persistence/call.ts'
import { isStandardJson } from './standard_json.ts'

/** A page of a query, as `paginate` takes it. */
export interface JsonPage {
  /** Counted from 1. */
  page: number
  /** Rows in a page; 20 by default. */
  perPage?: number
}

/** Whether `toJson` gets its text from the core, and if not, why. */
export type JsonExplanation =
  | { readonly native: true }
  | { readonly native: false; readonly reason: string }

/** How a read of JSON differs from one of rows: what the request's head says. */
export interface JsonHead {
  readonly zone?: ZoneTable
}

/** What `toJson` needs of its query. */
export interface JsonSource {
  readonly definition: ModelDefinition
  /** Rows are plain documents. */
  readonly plain: boolean
  /** The query does something to models once they were read. */
  readonly transforms: boolean
  /**
   * Runs the query with its hooks, as `paginate` with a page and as `exec` without. `read` takes the
   * place of what reads the rows.
   */
  run(
    page: JsonPage | undefined,
    read?: (call: Call) => Promise<Chunk[]>,
  ): Promise<readonly unknown[]>
  send(call: Call, head: JsonHead): Promise<JsonPart[]>
  rows(chunks: readonly Chunk[]): readonly unknown[]
}

type Way = { readonly head: JsonHead } | { readonly reason: string }

/** How the text is made. */
function wayOf({ definition, plain, transforms }: JsonSource, page: JsonPage | undefined): Way {
  if (!isStandardJson()) return { reason: 'toJSON() of a standard class was replaced' }
  if (plain) return { head: {} }
  if (transforms) return { reason: 'the query has a row transformer or sideloads' }
  const after = page === undefined ? (['afterFetch'] as const) : AFTER_PAGE
  const hook = after.find((event) => definition.hooks.has(event))
  if (hook !== undefined) return { reason: `the model has ${hook} hooks` }
  definition.seal()
  const reason = whyModels(definition)
  if (reason !== undefined) return { reason }
  if (!definition.columns.some(({ kind }) => kind.shownAs === 'zoned')) return { head: {} }
  const zone = defaultZone()
  return zone === undefined ? { reason: 'the offsets of the time zone vary' } : { head: { zone } }
}

const AFTER_PAGE = ['afterPaginate', 'afterFetch'] as const

function readPage(given: JsonPage | undefined): JsonPage | undefined {
  if (given === undefined) return undefined
  const { page, perPage = 20 } = own(given)
  return { page, perPage }
}

export function explainJson(source: JsonSource, given: JsonPage | undefined): JsonExplanation {
  const way = wayOf(source, readPage(given))
  return 'reason' in way ? { native: false, reason: way.reason } : { native: true }
}

export async function toJson(source: JsonSource, given: JsonPage | undefined): Promise<string> {
  const page = readPage(given)
  const way = wayOf(source, page)
  if ('reason' in way) return JSON.stringify(await source.run(page))
  let parts: JsonPart[] = []
  const rest = await source.run(page, async (call) => {
    parts = await source.send(call, way.head)
    return []
  })
  return around(JSON.stringify(rest), textOf(source, parts))
}

/** The rows' text between the brackets of an array without rows, which is the last of `rest`. */
function around(rest: string, rows: string): string {
  const at = rest.lastIndexOf(']')
  return rest.slice(0, at) + rows + rest.slice(at)
}

function textOf(source: JsonSource, parts: readonly JsonPart[]): string {
  const texts: string[] = []
  for (const part of parts) {
    const text = typeof part === 'string' ? part : JSON.stringify(source.rows(part)).slice(1, -1)
    if (text !== '') texts.push(text)
  }
  return texts.join(',')
}
