/** Where documents are read for a leg, and how they are found. */
import type { Body } from '../../codec/body.ts'
import { Asks, type QueryPlan } from '../../query/index.ts'
import type { Call } from '../operation/call.ts'
import { ringOf } from '../operation/send.ts'

export interface LegPart {
  readonly call: Call
  readonly plan: QueryPlan
  /** Stored names: what leads on, and what the keys above are compared with. */
  readonly key: string
  readonly match: string
  /** How documents between are followed, and so many steps at most. */
  readonly tree?: Readonly<Record<string, unknown>>
}

/** Where related documents are, and how they are found. */
export interface RelatedPart {
  /** The related rows: `key` is that of the rows above. */
  readonly rows: LegPart
  /** The core's handle of what the related rows are laid out as. */
  readonly handle: number
  /** The documents between: `key` leads to the related rows, `match` to the rows above. */
  readonly between: LegPart | undefined
}

export function writePart(
  body: Body,
  { call, plan, key, match }: LegPart,
  model: number,
  ring: number | undefined,
): void {
  body.element('key', key)
  writeFound(body, { call, plan, match }, model, ring)
}

/** As {@link writePart}, for keys that are named elsewhere. */
export function writeFound(
  body: Body,
  { call, plan, match }: Omit<LegPart, 'key'>,
  model: number,
  ring: number | undefined,
): void {
  body.element('match', match)
  body.element('model', model)
  body.element('connection', call.route().connection)
  if (ring) body.element('ring', ring)
  const head = body.beginDocumentElement('head')
  plan.writeOptions(body)
  body.endDocument(head)
  plan.writeRelated(body)
  plan.writeDescription(body, Asks.rows, 'query')
}

/** Writes where the documents between are. */
export function writeThrough(body: Body, between: LegPart, ring: number | undefined): void {
  const start = body.beginDocumentElement('through')
  writePart(body, between, between.call.definition.handle(), ring)
  body.element('tree', between.tree)
  body.endDocument(start)
}

/** The core's handles of the keys of related documents, and of those between. */
export async function ringsOf({ rows, between }: RelatedPart): Promise<number[]> {
  const rings: number[] = []
  for (const part of between === undefined ? [rows] : [rows, between]) {
    rings.push(await ringOf(part.call))
    await part.plan.openRelated()
  }
  return rings
}
