/** Where documents are read for a leg, and how they are found. */
import type { Body } from '../../codec/body.ts'
import { Asks, type QueryPlan } from '../../query/index.ts'
import type { Call } from '../operation/call.ts'

export interface LegPart {
  readonly call: Call
  readonly plan: QueryPlan
  /** Stored names: what leads on, and what the keys above are compared with. */
  readonly key: string
  readonly match: string
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
  plan.writeDescription(body, Asks.rows, 'query')
}
