/** Relations that are loaded with the rows of a query: one request for all of them. */
import type { Body } from '../../codec/body.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { ValueSite } from '../../codec/shapes.ts'
import { Asks, type QueryPlan } from '../../query/index.ts'
import type { Model } from '../contracts/index.ts'
import type { Call } from '../operation/call.ts'
import { ringOf } from '../operation/send.ts'
import { LinkedRows, type Links, RelatedRows } from './linked_rows.ts'

/** Where documents are read for a leg, and how they are found. */
export interface LegPart {
  readonly call: Call
  readonly plan: QueryPlan
  /** Stored names: what leads on, and what the keys above are compared with. */
  readonly key: string
  readonly match: string
}

/** The query of the related rows. */
export interface LegQuery {
  readonly relationName: string
  readonly isMany: boolean
  /** Runs the before hooks, and answers how the rows are found and what becomes of them. */
  beginLeg(call: Call, operation: 'fetch' | 'stream'): Promise<RunningLeg>
}

/** A leg while its request is under way. */
export interface RunningLeg {
  /** The related rows: `key` is that of the rows above. */
  readonly rows: LegPart
  /** The core's handle of what the related rows are laid out as. */
  readonly handle: number
  /** The documents between: `key` leads to the related rows, `match` to the rows above. */
  readonly between: LegPart | undefined
  readonly below: Legs | undefined
  /** Whether all rows are hydrated at once, for hooks and the like. */
  readonly isEager: boolean
  hydrate(chunk: Chunk, row: number): Model
  /** Gives a row what the document between says. */
  link(row: Model, between: Model): void
  /** Runs the after hooks. */
  after(rows: Model[]): Promise<void>
  end(): void
}

/** One relation of a run. */
class Leg {
  readonly #query: LegQuery
  readonly #running: RunningLeg
  readonly #rings: readonly number[]
  #rows: LinkedRows | undefined

  constructor(query: LegQuery, running: RunningLeg, rings: readonly number[]) {
    this.#query = query
    this.#running = running
    this.#rings = rings
  }

  get name(): string {
    return this.#query.relationName
  }

  write(body: Body): void {
    const { rows, handle, between, below } = this.#running
    const { limit, skip } = rows.plan.query
    writePart(body, { ...rows, plan: rows.plan.unlimited() }, handle, this.#rings[0])
    if (limit !== undefined || skip !== undefined) {
      const start = body.beginDocumentElement('each')
      body.element('limit', limit)
      body.element('skip', skip)
      body.endDocument(start)
    }
    if (!this.#query.isMany) body.element('one', true)
    if (between !== undefined) {
      const start = body.beginDocumentElement('through')
      writePart(body, between, between.call.definition.handle(), this.#rings[1])
      body.endDocument(start)
    }
    below?.write(body)
  }

  /** Takes the relation's chunks from the front of what there is. */
  take(links: Links, chunks: Chunk[], above: number): LinkedRows {
    const { rows, between, below, hydrate, link } = this.#running
    const through = chunks.splice(0, links.between ?? 0)
    const own = chunks.splice(0, links.chunks)
    const { held } = rows.plan
    if (held !== null) for (const chunk of own) chunk.held = held
    below?.hand(own, links.legs, chunks)
    const maker = {
      isMany: this.#query.isMany,
      row: hydrate,
      link,
      between: (chunk: Chunk, row: number) =>
        (between as LegPart).call.definition.hydrate(chunk, row),
    }
    this.#rows = new LinkedRows(maker, above, links, own, through)
    return this.#rows
  }

  /** Runs the after hooks, those below first. */
  async after(): Promise<void> {
    const { below, isEager } = this.#running
    await below?.after()
    if (isEager && this.#rows !== undefined && this.#rows.above > 0) {
      await this.#running.after(this.#rows.all())
    }
  }

  end(): void {
    this.#running.below?.end()
    this.#running.end()
  }
}

function writePart(
  body: Body,
  { call, plan, key, match }: LegPart,
  model: number,
  ring: number | undefined,
): void {
  body.element('key', key)
  body.element('match', match)
  body.element('model', model)
  body.element('connection', call.route().connection)
  if (ring) body.element('ring', ring)
  const head = body.beginDocumentElement('head')
  plan.writeOptions(body)
  body.endDocument(head)
  plan.writeDescription(body, Asks.rows, 'query')
}

/** The relations of one run of a query. */
export class Legs {
  readonly #legs: readonly Leg[]

  private constructor(legs: readonly Leg[]) {
    this.#legs = legs
  }

  /** Runs the before hooks of the related models. Whoever begins ends it. */
  static async begin(
    queries: readonly LegQuery[],
    call: Call,
    operation: 'fetch' | 'stream',
  ): Promise<Legs> {
    const legs: Leg[] = []
    try {
      for (const query of queries) {
        legs.push(await legOf(query, await query.beginLeg(call, operation)))
      }
      return new Legs(legs)
    } catch (error) {
      for (const leg of legs) leg.end()
      throw error
    }
  }

  /** One relation, whose hooks are somebody else's. */
  static async of(query: LegQuery, running: RunningLeg): Promise<Legs> {
    return new Legs([await legOf(query, running)])
  }

  /** Writes the legs into the head that is open. */
  write(body: Body): void {
    const array = body.beginArrayElement('with')
    for (const [index, leg] of this.#legs.entries()) {
      const start = body.beginDocumentItem(index)
      leg.write(body)
      body.endDocument(start)
    }
    body.endDocument(array)
  }

  /**
   * Takes what belongs to relations from behind the rows, and hands it to them; the last chunk of the
   * rows of a page by cursor has its cursors.
   */
  take(chunks: Chunk[], paged = false): void {
    const links = endOf(chunks)
    if (links === undefined) return
    const below = chunks.splice(chunks.length - countOf(links))
    this.hand(paged ? chunks.slice(0, -1) : chunks, links, below)
  }

  /** The relations of as many rows, of which there are no chunks. */
  takeFor(above: number, chunks: Chunk[]): ReadonlyMap<string, LinkedRows> {
    return this.#linked(above, endOf(chunks) ?? [], chunks)
  }

  /** Gives the rows above their relations, whose chunks stand in front of `chunks`. */
  hand(above: readonly Chunk[], links: readonly Links[], chunks: Chunk[]): void {
    const count = above.reduce((sum, { rows }) => sum + rows, 0)
    const relations = this.#linked(count, links, chunks)
    let base = 0
    for (const chunk of above) {
      chunk.related = new RelatedRows(base, relations)
      base += chunk.rows
    }
  }

  #linked(above: number, links: readonly Links[], chunks: Chunk[]): Map<string, LinkedRows> {
    const relations = new Map<string, LinkedRows>()
    for (const [index, leg] of this.#legs.entries()) {
      relations.set(leg.name, leg.take(links[index] as Links, chunks, above))
    }
    return relations
  }

  /** Runs the after hooks of the related models. */
  async after(): Promise<void> {
    for (const leg of this.#legs) await leg.after()
  }

  end(): void {
    for (const leg of this.#legs) leg.end()
  }
}

async function legOf(query: LegQuery, running: RunningLeg): Promise<Leg> {
  const rings: number[] = []
  try {
    for (const part of [running.rows, running.between]) {
      if (part !== undefined) rings.push(await ringOf(part.call))
    }
  } catch (error) {
    running.end()
    throw error
  }
  return new Leg(query, running, rings)
}

/** What the last chunk says. */
function endOf(chunks: Chunk[]): readonly Links[] | undefined {
  const end = chunks.pop()?.document(0, new ValueSite()) as { legs: Links[] } | undefined
  return end?.legs
}

function countOf(links: readonly Links[]): number {
  return links.reduce((sum, one) => sum + (one.between ?? 0) + one.chunks + countOf(one.legs), 0)
}
