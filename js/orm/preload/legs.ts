/** Relations that are loaded with the rows of a query: one request for all of them. */
import type { Body } from '../../codec/body.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { ValueSite } from '../../codec/shapes.ts'
import type { Model } from '../contracts/index.ts'
import type { CherryPick } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import type { RelationContract } from '../contracts/relation.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { type JsonPlan, jsonPlan } from '../definition/json_plan.ts'
import { isZoned, whyRelations } from '../definition/json_reason.ts'
import { pickerOf, relationPick } from '../instance/serialize/cherry_pick.ts'
import type { Call } from '../operation/call.ts'
import { type Calculation, valuesOf, wordsOf, writeCalculation } from './counts.ts'
import {
  type AllRelated,
  type Below,
  LinkedRows,
  type Links,
  RelatedRows,
  type RowMaker,
} from './linked_rows.ts'
import { type LegPart, type RelatedPart, ringsOf, writePart, writeThrough } from './part.ts'

/** One of the values that a column of the rows above may have. */
interface LegCase {
  readonly column: { readonly stored: string }
  readonly name: string
  readonly names: readonly string[]
  /** The message for rows that have another one. */
  readonly otherwise: string
}

/** The query of the related rows. */
export interface LegQuery {
  readonly relation: Pick<RelationContract, 'relationName' | 'isMany' | 'serializeAs'>
  /** Which rows above take part, by a column of theirs; all of them, where it is absent. */
  readonly when: LegCase | undefined
  /** Why rows are needed to write them as JSON, if they are. */
  whyRows(): string | undefined
  /** Runs the before hooks, and answers how the rows are found and what becomes of them. */
  beginLeg(call: Call, operation: 'fetch' | 'stream'): Promise<RunningLeg>
}

/** A leg while its request is under way. */
export interface RunningLeg extends RelatedPart {
  readonly below: Legs | undefined
  /** Rows are plain documents. */
  readonly isPlain: boolean
  /** Whether all rows are hydrated at once, for hooks and the like. */
  readonly isEager: boolean
  hydrate(chunk: Chunk, row: number): Model
  /** Gives the `$extras` of a row what the document between says; absent where rows have none. */
  readonly link: RowMaker['link']
  /** Tells those who listen that the rows were read. */
  readonly report?: ((milliseconds: number) => void) | undefined
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
  /** How it is written as JSON. */
  #json: { readonly as: string; readonly json: JsonPlan | undefined } | undefined

  constructor(query: LegQuery, running: RunningLeg, rings: readonly number[]) {
    this.#query = query
    this.#running = running
    this.#rings = rings
  }

  get name(): string {
    return this.#query.relation.relationName
  }

  get serializeAs(): string | null {
    return this.#query.relation.serializeAs
  }

  get isZoned(): boolean {
    const { rows, below } = this.#running
    return isZoned(rows.call.definition) || below?.isZoned === true
  }

  /** Has the relation written as JSON. Answers why it cannot be. */
  show(relations: CherryPick['relations']): string | undefined {
    const { rows, below, isPlain } = this.#running
    const { definition } = rows.call
    const as = this.serializeAs
    const pick = own(as === null ? undefined : relationPick(relations, as))
    const why = this.#query.whyRows() ?? below?.show(definition, pick.relations)
    if (why !== undefined) return `${this.name}: ${why}`
    if (as === null) return undefined
    const { fields } = pick
    const picks = fields !== undefined && fields !== null && !isPlain
    const json = picks ? jsonPlan(definition.columns, pickerOf(fields, definition.name)) : undefined
    this.#json = { as, json }
    return undefined
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
    if (!this.#query.relation.isMany) body.element('one', true)
    const { when } = this.#query
    if (when !== undefined) {
      const { column, name: is, names: known, otherwise } = when
      body.element('when', { key: column.stored, is, known, otherwise })
    }
    if (between !== undefined) writeThrough(body, between, this.#rings[1])
    body.element('as', this.#json?.as)
    body.element('json', this.#json?.json)
    below?.write(body)
  }

  /** Takes the relation's chunks from the front of what there is. */
  take(links: Links, chunks: Chunk[], above: number, apart: boolean): LinkedRows {
    const { rows, between, below, hydrate, link, report } = this.#running
    report?.(links.milliseconds)
    const through = chunks.splice(0, links.between ?? 0)
    const own = chunks.splice(0, links.chunks)
    const { held } = rows.plan
    if (held !== null) for (const chunk of own) chunk.held = held
    below?.hand(own, links, chunks)
    const maker = {
      isMany: this.#query.relation.isMany,
      apart,
      row: hydrate,
      link,
      between: (chunk: Chunk, row: number) =>
        (between as LegPart).call.definition.hydrate(chunk, row),
    }
    this.#rows = new LinkedRows(maker, above, links, own, through)
    return this.#rows
  }

  report(milliseconds: number): void {
    const { report, below } = this.#running
    report?.(milliseconds)
    below?.report(milliseconds)
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

/** What is loaded of the documents that a column holds. */
export interface InsideQuery {
  readonly column: { readonly attribute: string; readonly stored: string }
  begin(call: Call, operation: 'fetch' | 'stream'): Promise<Legs>
}

interface Inside {
  readonly column: InsideQuery['column']
  readonly legs: Legs
}

interface Counted {
  readonly calculation: Calculation
  readonly rings: readonly number[]
}

/** The relations of one run of a query. */
export class Legs {
  readonly #legs: readonly Leg[]
  readonly #counts: readonly Counted[]
  readonly #inside: readonly Inside[]

  private constructor(
    legs: readonly Leg[],
    counts: readonly Counted[] = [],
    inside: readonly Inside[] = [],
  ) {
    this.#legs = legs
    this.#counts = counts
    this.#inside = inside
  }

  /** Runs the before hooks of the related models. Whoever begins ends it. */
  static async begin(
    queries: readonly LegQuery[],
    calculations: readonly Calculation[],
    call: Call,
    operation: 'fetch' | 'stream',
    within: readonly InsideQuery[] = [],
  ): Promise<Legs> {
    const legs: Leg[] = []
    const inside: Inside[] = []
    try {
      for (const query of queries) {
        legs.push(await legOf(query, await query.beginLeg(call, operation)))
      }
      const counts: Counted[] = []
      for (const calculation of calculations) {
        counts.push({ calculation, rings: await ringsOf(calculation.part) })
      }
      for (const query of within) {
        inside.push({ column: query.column, legs: await query.begin(call, operation) })
      }
      return new Legs(legs, counts, inside)
    } catch (error) {
      new Legs(legs, [], inside).end()
      throw error
    }
  }

  /** One relation, whose hooks are somebody else's. */
  static async of(query: LegQuery, running: RunningLeg): Promise<Legs> {
    return new Legs([await legOf(query, running)])
  }

  get isZoned(): boolean {
    return this.#legs.some((leg) => leg.isZoned) || this.#inside.some(({ legs }) => legs.isZoned)
  }

  /** Has the relations written as JSON, behind the rows of a model. Answers why they cannot be. */
  show(above: ModelDefinition, relations: CherryPick['relations']): string | undefined {
    const [first] = this.#inside
    if (first !== undefined) return whyInside(first.column.attribute)
    for (const leg of this.#legs) {
      const why = leg.show(relations)
      if (why !== undefined) return why
    }
    return whyRelations(
      above,
      this.#legs.map(({ serializeAs }) => serializeAs),
    )
  }

  /** Writes the legs into the head that is open. */
  write(body: Body): void {
    writeList(body, 'with', this.#legs, (leg) => leg.write(body))
    writeList(body, 'counts', this.#counts, ({ calculation, rings }) => {
      writeCalculation(body, calculation, rings)
    })
    writeList(body, 'inside', this.#inside, ({ column, legs }) => {
      body.element('name', column.stored)
      legs.write(body)
    })
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
  takeFor(above: number, chunks: Chunk[], apart: boolean): RelatedRows {
    const links = endOf(chunks) ?? { legs: [] }
    return new RelatedRows(0, this.#related(above, links, chunks, apart))
  }

  /** Gives the rows above their relations, whose chunks stand in front of `chunks`. */
  hand(above: readonly Chunk[], links: Below, chunks: Chunk[]): void {
    const count = above.reduce((sum, { rows }) => sum + rows, 0)
    const related = this.#related(count, links, chunks)
    let base = 0
    for (const chunk of above) {
      chunk.related = new RelatedRows(base, related)
      base += chunk.rows
    }
  }

  #related(above: number, links: Below, chunks: Chunk[], apart = false): AllRelated {
    const relations = this.#linked(above, links.legs, chunks, apart)
    const inside = this.#inside.map(({ column, legs }, index) => {
      const below = links.inside?.[index] as NonNullable<Below['inside']>[number]
      const starts = wordsOf(below.starts)
      const all = legs.#related(starts.at(-1) as number, below, chunks, apart)
      return [column.attribute, { starts, all }] as const
    })
    return { relations, calculated: this.#calculated(links), inside: new Map(inside) }
  }

  #linked(
    above: number,
    links: readonly Links[],
    chunks: Chunk[],
    apart: boolean,
  ): Map<string, LinkedRows> {
    const relations = new Map<string, LinkedRows>()
    for (const [index, leg] of this.#legs.entries()) {
      const rows = leg.take(links[index] as Links, chunks, above, apart)
      rows.otherwise = relations.get(leg.name)
      relations.set(leg.name, rows)
    }
    return relations
  }

  #calculated({ counts = [] }: Below): Map<string, (row: number) => unknown> {
    const values = this.#counts.map(
      ({ calculation }, index) =>
        [calculation.alias, valuesOf(calculation, counts[index] ?? {})] as const,
    )
    return new Map(values)
  }

  /** Tells those who listen of relations that came as text, of which only the whole time is known. */
  report(milliseconds: number): void {
    for (const leg of this.#legs) leg.report(milliseconds)
    for (const { legs } of this.#inside) legs.report(milliseconds)
  }

  /** Runs the after hooks of the related models. */
  async after(): Promise<void> {
    for (const leg of this.#legs) await leg.after()
    for (const { legs } of this.#inside) await legs.after()
  }

  end(): void {
    for (const leg of this.#legs) leg.end()
    for (const { legs } of this.#inside) legs.end()
  }
}

/** Why rows are needed to write what belongs to documents inside of them. */
export function whyInside(attribute: string): string {
  return `${attribute}: relations of embedded documents are written with the models`
}

async function legOf(query: LegQuery, running: RunningLeg): Promise<Leg> {
  try {
    return new Leg(query, running, await ringsOf(running))
  } catch (error) {
    running.end()
    throw error
  }
}

function writeList<Item>(
  body: Body,
  name: string,
  items: readonly Item[],
  write: (item: Item) => void,
): void {
  if (items.length === 0) return
  const array = body.beginArrayElement(name)
  for (const [index, item] of items.entries()) {
    const start = body.beginDocumentItem(index)
    write(item)
    body.endDocument(start)
  }
  body.endDocument(array)
}

/** What the last chunk says. */
function endOf(chunks: Chunk[]): Below | undefined {
  return chunks.pop()?.document(0, new ValueSite()) as Below | undefined
}

/** How many chunks there are. */
function countOf({ legs, inside = [] }: Below): number {
  let count = 0
  for (const one of legs) count += (one.between ?? 0) + one.chunks + countOf(one)
  for (const one of inside) count += countOf(one)
  return count
}
