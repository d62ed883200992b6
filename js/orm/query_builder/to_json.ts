/** A query's result as JSON text, which the core writes wherever nothing of the model's is needed. */
import type { Chunk } from '../../codec/chunk.ts'
import type { JsonPart } from '../../native/json.ts'
import { defaultZone, type ZoneTable } from '../columns/zone.ts'
import { own } from '../contracts/own.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { whyModels } from '../definition/json_reason.ts'
import { anyEmbedded } from '../instance/embedded/touched.ts'
import type { Call } from '../operation/call.ts'
import type { RowRead } from './row_read.ts'
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
  /** Why the query itself needs its rows, if it does. Hooks may change that. */
  needsRows(): string | undefined
  /** Begins the read, as `paginate` with a page and as `exec` without. */
  begin(page: Required<JsonPage> | undefined): RowRead<unknown>
  /** Reads the rows as text. */
  send(call: Call, head: JsonHead): Promise<JsonPart[]>
  /** Reads the rows as `exec` does. */
  read(call: Call): Promise<unknown[]>
  rows(call: Call, chunks: readonly Chunk[]): unknown[]
}

type Way = { readonly head: JsonHead } | { readonly reason: string }

/** How the text is made. */
function wayOf(source: JsonSource, page: JsonPage | undefined): Way {
  const { definition, plain } = source
  if (!isStandardJson()) return { reason: 'toJSON() of a standard class was replaced' }
  const need = source.needsRows()
  if (need !== undefined) return { reason: need }
  if (plain) return { head: {} }
  const after = page === undefined ? (['afterFetch'] as const) : AFTER_PAGE
  const hook = after.find((event) => definition.hooks.has(event))
  if (hook !== undefined) return { reason: `the model has ${hook} hooks` }
  definition.seal()
  const reason = whyModels(definition)
  if (reason !== undefined) return { reason }
  const zoned = ({ columns }: ModelDefinition) =>
    columns.some(({ kind }) => kind.shownAs === 'zoned')
  if (!zoned(definition) && !anyEmbedded(definition, zoned)) return { head: {} }
  const zone = defaultZone()
  return zone === undefined ? { reason: 'the offsets of the time zone vary' } : { head: { zone } }
}

const AFTER_PAGE = ['afterPaginate', 'afterFetch'] as const

function readPage(given: JsonPage | undefined): Required<JsonPage> | undefined {
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
  const read = source.begin(page)
  let text: string | undefined
  let around: string
  try {
    const { call } = read
    let rows: unknown[] = []
    if (await read.before()) {
      // Hooks may have changed what is needed.
      if ('reason' in way || source.needsRows() !== undefined) {
        rows = await source.read(call)
      } else text = textOf(source, call, await source.send(call, way.head))
    }
    around = JSON.stringify(await read.after(rows))
  } finally {
    read.end()
  }
  if (text === undefined) return around
  // The rows belong into the array without rows, which is the last one.
  const at = around.lastIndexOf(']')
  return around.slice(0, at) + text + around.slice(at)
}

function textOf(source: JsonSource, call: Call, parts: readonly JsonPart[]): string {
  let text = ''
  for (const part of parts) {
    const rows =
      typeof part === 'string' ? part : JSON.stringify(source.rows(call, part)).slice(1, -1)
    if (rows !== '') text += text === '' ? rows : `,${rows}`
  }
  return text
}
