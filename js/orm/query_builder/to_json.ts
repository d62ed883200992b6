/** A query's result as JSON text, which the core writes wherever nothing of the model's is needed. */
import type { Chunk } from '../../codec/chunk.ts'
import type { JsonPart } from '../../native/json.ts'
import { defaultZone, type ZoneTable } from '../columns/zone.ts'
import type { CherryPick } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { type JsonPlan, jsonPlan } from '../definition/json_plan.ts'
import { isZoned } from '../definition/json_reason.ts'
import type { HookEvent } from '../hooks/events.ts'
import { pickerOf } from '../instance/serialize/cherry_pick.ts'
import type { Call } from '../operation/call.ts'
import { answerOf } from '../paginator/page.ts'
import type { Legs } from '../preload/legs.ts'
import type { RowRead } from './row_read.ts'
import { isStandardJson } from './standard_json.ts'

/** A page of a query, as `paginate` takes it. */
export interface JsonPage {
  /** Counted from 1. */
  page: number
  /** Rows in a page; 20 by default. */
  perPage?: number
}

/** Which rows `toJson` writes, all or those of a page, and what of them. */
export interface JsonOptions extends Partial<JsonPage>, CherryPick {}

/** Whether `toJson` gets its text from the core, and if not, why. */
export type JsonExplanation =
  | { readonly native: true }
  | { readonly native: false; readonly reason: string }

/** How a read of JSON differs from one of rows: what the request's head says. */
export interface JsonHead extends Partial<JsonPlan> {
  readonly zone?: ZoneTable
}

/** What `toJson` needs of its query. */
export interface JsonSource {
  readonly definition: ModelDefinition
  /** Rows are plain documents. */
  readonly plain: boolean
  /** Why rows are needed, if they are: of the query, its model and its hooks. Hooks may change that. */
  whyRows(after: readonly HookEvent[]): string | undefined
  /** The same, of the relations that are loaded with the rows. */
  whyRelations(): string | undefined
  /** Begins the read, as `paginate` with a page and as `exec` without. */
  begin(page: Required<JsonPage> | undefined): RowRead<unknown>
  /** Begins loading relations, where there are any to load. */
  beginLegs(call: Call): Promise<Legs | undefined>
  /** Reads the rows as text. */
  send(call: Call, head: JsonHead, legs: Legs | undefined): Promise<JsonPart[]>
  /** Reads the rows as `exec` does. */
  read(call: Call, legs: Legs | undefined): Promise<unknown[]>
  rows(call: Call, chunks: readonly Chunk[]): unknown[]
}

type Way = { readonly head: JsonHead } | { readonly reason: string }

interface Asked {
  readonly page: Required<JsonPage> | undefined
  readonly pick: CherryPick | undefined
}

/** How the text is made; `show` has relations written, and answers why they cannot be. */
function wayOf(
  { definition, plain, whyRows }: JsonSource,
  { page, pick }: Asked,
  show: () => string | undefined,
  isZonedBelow = false,
): Way {
  if (!isStandardJson()) return { reason: 'toJSON() of a standard class was replaced' }
  const reason = whyRows(page === undefined ? AFTER_FETCH : AFTER_PAGE)
  if (reason !== undefined) return { reason }
  if (plain) return { head: {} }
  const below = show()
  if (below !== undefined) return { reason: below }
  const { columns, name } = definition
  const fields = pick?.fields ?? undefined
  const plan = fields === undefined ? {} : jsonPlan(columns, pickerOf(fields, name))
  if (!isZonedBelow && !isZoned(definition)) return { head: plan }
  const zone = defaultZone()
  if (zone === undefined) return { reason: 'the offsets of the time zone vary' }
  return { head: { ...plan, zone } }
}

export const AFTER_FETCH = ['afterFetch'] as const
const AFTER_PAGE = ['afterPaginate', 'afterFetch'] as const

function readOptions(given: JsonOptions | undefined): Asked {
  const { page, perPage = 20, fields, relations } = own(given)
  const has = (name: keyof JsonOptions) => given !== undefined && name in given
  const picks = has('fields') || has('relations')
  const isPage = has('page') || has('perPage') || !picks
  return {
    page: given !== undefined && isPage ? { page: page as number, perPage } : undefined,
    pick: picks ? { fields, relations } : undefined,
  }
}

export function explainJson(source: JsonSource, given: JsonOptions | undefined): JsonExplanation {
  const way = wayOf(source, readOptions(given), () => source.whyRelations())
  return 'reason' in way ? { native: false, reason: way.reason } : { native: true }
}

export async function toJson(source: JsonSource, given: JsonOptions | undefined): Promise<string> {
  const asked = readOptions(given)
  const { page, pick } = asked
  const read = source.begin(page)
  let text: string | undefined
  let around: string
  let legs: Legs | undefined
  try {
    const { call } = read
    let rows: unknown[] = []
    if (await read.before()) {
      legs = await source.beginLegs(call)
      const show = () => legs?.show(source.definition, pick?.relations)
      // Hooks may have changed what is needed.
      const way = wayOf(source, asked, show, legs?.isZoned)
      if ('reason' in way) rows = await source.read(call, legs)
      else {
        const started = performance.now()
        const parts = await source.send(call, way.head, legs)
        const isText = parts.every((part) => typeof part === 'string')
        if (isText) legs?.report(performance.now() - started)
        text = textOf(source, call, legs === undefined ? parts : whole(legs, parts), pick)
      }
    }
    around = JSON.stringify(shown(await read.after(rows), pick))
  } finally {
    legs?.end()
    read.end()
  }
  if (text === undefined) return around
  // The rows belong into the array without rows, which is the last one.
  const at = around.lastIndexOf(']')
  return around.slice(0, at) + text + around.slice(at)
}

/** Rows, or a page of them, as `serialize` with the pick has them. */
function shown(rows: unknown[], pick: CherryPick | undefined): unknown {
  if (pick === undefined) return rows
  return 'serialize' in rows
    ? answerOf(rows, 'serialize', pick)
    : rows.map((row) => answerOf(row, 'serialize', pick))
}

/** What has come as chunks, with what belongs to the rows. */
function whole(legs: Legs, parts: readonly JsonPart[]): readonly JsonPart[] {
  const chunks = parts.flatMap((part) => (typeof part === 'string' ? [] : part))
  if (chunks.length === 0) return parts
  legs.take(chunks)
  return [chunks]
}

function textOf(
  source: JsonSource,
  call: Call,
  parts: readonly JsonPart[],
  pick: CherryPick | undefined,
): string {
  let text = ''
  for (const part of parts) {
    const rows =
      typeof part === 'string'
        ? part
        : JSON.stringify(shown(source.rows(call, part), pick)).slice(1, -1)
    if (rows !== '') text += text === '' ? rows : `,${rows}`
  }
  return text
}
