/**
 * A query as the core gets it: what was recorded, in few bytes. `docs/internal/boundary.md` lists the
 * parts; `src/query/description.rs` reads them.
 */
import type { Body } from '../codec/body.ts'
import { BsonType } from '../codec/values.ts'
import { Asks, Calculate, ClauseFlag, ClauseKind } from '../protocol.generated.ts'
import type { Clause, ComparisonOperator, Condition } from './clauses.ts'
import type { Aggregate, Near, Selected, Shape, SortKey } from './rows.ts'
import { isPattern, isPlainObject, isScalar } from './values.ts'

/** What there is to say of a query, but for the options that go to the server as they are. */
export interface DescribedQuery {
  readonly clauses: readonly Clause[]
  readonly selected: readonly Selected[]
  readonly order: readonly SortKey[]
  readonly limit: number | undefined
  readonly skip: number | undefined
  readonly shape: Shape | undefined
  readonly members: readonly DescribedMember[]
  readonly page: CursorPageOf | undefined
}

/** A page by cursor: takes the place of limit and offset. */
export interface CursorPageOf {
  /** Rows at most. */
  readonly limit: number
  /** The rows before the cursor are wanted, or the last ones. */
  readonly backwards: boolean
  /** The cursor as the caller gave it. */
  readonly cursor: string | undefined
}

/** A query that says nothing: everything is meant. */
export const NOTHING_SAID: DescribedQuery = Object.freeze({
  clauses: [],
  selected: [],
  order: [],
  limit: undefined,
  skip: undefined,
  shape: undefined,
  members: [],
  page: undefined,
})

/** A query whose rows are added. */
export interface DescribedMember {
  readonly all: boolean
  readonly collection: string
  readonly query: DescribedQuery
}

type Document = Readonly<Record<string, unknown>>

export { Asks }

/** What conditions say of `_id`: nothing, something that leaves it open, or its value. */
export const KeyAnswer = { nothing: 0, something: 1, value: 2 } as const
export type KeyAnswer = (typeof KeyAnswer)[keyof typeof KeyAnswer]

const KIND = 'k'
const FIELD = 'f'
const VALUE = 'v'
const SECOND = 't'
const ALIAS = 'a'

const COMPARISONS: Readonly<Record<ComparisonOperator, number>> = {
  $eq: ClauseKind.equal,
  $gt: ClauseKind.greater,
  $gte: ClauseKind.greaterOrEqual,
  $lt: ClauseKind.less,
  $lte: ClauseKind.lessOrEqual,
}

/**
 * Writes a description as a document, or as the element of that name. Values that are `held` stay here: the core gets their places, and
 * what it must know of them.
 */
export function writeDescription(
  body: Body,
  query: DescribedQuery,
  asks: Asks,
  most?: number,
  held?: unknown[],
  name?: string,
  relates = false,
): void {
  const start = name === undefined ? body.beginDocument() : body.beginDocumentElement(name)
  if (asks !== Asks.rows) body.element('c', asks)
  if (most !== undefined) body.element('m', most)
  new DescriptionWriter(body, held, relates).query(query)
  body.endDocument(start)
}

/** Writes conditions as the element of that name: an array, which no stage is. */
export function writeConditions(body: Body, name: string, clauses: readonly Clause[]): void {
  new DescriptionWriter(body, undefined, false).clauses(name, clauses)
}

class DescriptionWriter {
  readonly #body: Body
  readonly #held: unknown[] | undefined

  /** Whether the head has the related rows; the next one's place among them. */
  readonly #relates: boolean
  #related = 0

  constructor(body: Body, held: unknown[] | undefined, relates: boolean) {
    this.#body = body
    this.#held = held
    this.#relates = relates
  }

  query({ clauses, selected, order, limit, skip, shape, members, page }: DescribedQuery): void {
    const body = this.#body
    if (clauses.length > 0) this.clauses('w', clauses)
    if (selected.length > 0) this.#list('s', selected, (one, index) => this.#selected(one, index))
    if (order.length > 0) this.#list('o', order, (key, index) => this.#sortKey(key, index))
    if (limit !== undefined) body.element('l', limit)
    if (skip !== undefined) body.element('k', skip)
    if (shape !== undefined) this.#shape(shape)
    if (page !== undefined) this.#page(page)
    if (members.length > 0) {
      this.#list('u', members, (member, index) => {
        const start = body.beginDocumentItem(index)
        body.element('a', member.all)
        body.element('c', member.collection)
        const inner = body.beginDocumentElement('q')
        this.query(member.query)
        body.endDocument(inner)
        body.endDocument(start)
      })
    }
  }

  #page({ limit, backwards, cursor }: CursorPageOf): void {
    const start = this.#body.beginDocumentElement('p')
    this.#body.element('l', limit)
    this.#body.element('b', backwards)
    if (cursor !== undefined) this.#body.element('c', cursor)
    this.#body.endDocument(start)
  }

  #list<Item>(
    name: string,
    items: readonly Item[],
    write: (item: Item, index: number) => void,
  ): void {
    const start = this.#body.beginArrayElement(name)
    for (let index = 0; index < items.length; index++) write(items[index] as Item, index)
    this.#body.endDocument(start)
  }

  #texts(name: string, texts: readonly string[]): void {
    if (texts.length > 0) this.#list(name, texts, (text, index) => this.#body.item(index, text))
  }

  #selected(one: Selected, index: number): void {
    if (typeof one === 'string') {
      this.#body.item(index, one)
      return
    }
    const start = this.#body.beginDocumentItem(index)
    this.#body.element(FIELD, one.field)
    this.#body.element(ALIAS, one.alias)
    this.#body.endDocument(start)
  }

  #sortKey({ field, direction, nulls }: SortKey, index: number): void {
    const start = this.#body.beginDocumentItem(index)
    this.#body.element(FIELD, field)
    this.#body.element('d', typeof direction === 'number' ? direction : 0)
    if (nulls !== undefined) this.#body.element('n', nulls === 'first' ? 1 : 2)
    this.#body.endDocument(start)
  }

  #shape(shape: Shape): void {
    const body = this.#body
    this.#texts('g', shape.groups.all)
    if (shape.aggregates.length > 0) {
      this.#list('a', shape.aggregates.all, (one, index) => this.#aggregate(one, index))
    }
    if (shape.having.length > 0) this.clauses('h', shape.having.all)
    if (shape.distinct) body.element('d', true)
    this.#texts('i', shape.distinctOn.all)
    if (shape.near !== undefined) this.#near(shape.near)
    if (shape.distance !== undefined) body.element('e', shape.distance)
    if (shape.score !== undefined) body.element('t', shape.score)
  }

  #aggregate({ alias, calculate, distinct, fields }: Aggregate, index: number): void {
    const start = this.#body.beginDocumentItem(index)
    this.#body.element('n', alias)
    this.#body.element('k', Calculate[calculate])
    this.#body.element('d', distinct)
    const list = this.#body.beginArrayElement('f')
    for (const [place, field] of fields.entries()) this.#body.item(place, field)
    this.#body.endDocument(list)
    this.#body.endDocument(start)
  }

  #near({ field, center, most, least }: Near): void {
    const start = this.#body.beginDocumentElement('n')
    this.#body.element(FIELD, field)
    this.#value('c', center)
    if (least !== undefined) this.#value('l', least)
    if (most !== undefined) this.#value('m', most)
    this.#body.endDocument(start)
  }

  clauses(name: string, clauses: readonly Clause[]): void {
    const start = this.#body.beginArrayElement(name)
    this.#each(clauses, 0)
    this.#body.endDocument(start)
  }

  /** Writes clauses from a place on; answers the place behind them. Groups are marked, not nested. */
  #each(clauses: readonly Clause[], from: number): number {
    let index = from
    for (const { joiner, negated, condition } of clauses) {
      const flags = (joiner === 'or' ? ClauseFlag.or : 0) | (negated ? ClauseFlag.negated : 0)
      const start = this.#body.beginDocumentItem(index++)
      this.#condition(condition, flags)
      this.#body.endDocument(start)
      if (condition.kind === 'group' || condition.kind === 'element') {
        index = this.#each(condition.clauses, index)
        const end = this.#body.beginDocumentItem(index++)
        this.#body.element(KIND, ClauseKind.end)
        this.#body.endDocument(end)
      }
    }
    return index
  }

  #condition(condition: Condition, flags: number): void {
    const body = this.#body
    switch (condition.kind) {
      case 'compare':
        body.element(KIND, COMPARISONS[condition.operator] | flags)
        body.element(FIELD, condition.field)
        this.#value(VALUE, condition.value)
        return
      case 'in': {
        body.element(KIND, ClauseKind.in | flags)
        body.element(FIELD, condition.field)
        const list = body.beginArrayElement(VALUE)
        for (let index = 0; index < condition.values.length; index++) {
          this.#item(index, condition.values[index])
        }
        body.endDocument(list)
        return
      }
      case 'between':
        body.element(KIND, ClauseKind.between | flags)
        body.element(FIELD, condition.field)
        this.#value(VALUE, condition.from)
        this.#value(SECOND, condition.to)
        return
      case 'like':
        body.element(KIND, (condition.fold ? ClauseKind.foldedLike : ClauseKind.like) | flags)
        body.element(FIELD, condition.field)
        body.element(VALUE, condition.pattern)
        return
      case 'exists':
        body.element(KIND, ClauseKind.exists | flags)
        body.element(FIELD, condition.field)
        return
      case 'test':
        body.element(KIND, ClauseKind.test | flags)
        body.element(FIELD, condition.field)
        this.#document(VALUE, condition.operators)
        return
      case 'either':
        body.element(KIND, ClauseKind.either | flags)
        this.#documents(VALUE, condition.whenTrue)
        this.#documents(SECOND, condition.whenFalse)
        return
      case 'text':
        body.element(KIND, ClauseKind.text | flags)
        this.#value(VALUE, condition.search)
        return
      case 'raw':
        body.element(KIND, ClauseKind.raw | flags)
        this.#document(VALUE, condition.filter)
        return
      case 'related':
        body.element(KIND, (this.#relates ? ClauseKind.related : ClauseKind.in) | flags)
        body.element(FIELD, condition.field)
        if (this.#relates) body.element(VALUE, this.#related++)
        // Which keys these are is known when the query is sent.
        else body.element(VALUE, [`[keys of ${condition.related.name}]`, '…'])
        return
      case 'group':
        body.element(KIND, ClauseKind.group | flags)
        return
      case 'element':
        body.element(KIND, ClauseKind.element | flags)
        body.element(FIELD, condition.field)
    }
  }

  #documents(name: string, documents: readonly Document[]): void {
    if (this.#held === undefined) {
      this.#body.element(name, documents)
      return
    }
    const start = this.#body.beginArrayElement(name)
    for (const [index, document] of documents.entries()) {
      const inner = this.#body.beginDocumentItem(index)
      this.#fields(document)
      this.#body.endDocument(inner)
    }
    this.#body.endDocument(start)
  }

  /** A finished filter: its names are the core's, its values may be held. */
  #document(name: string, document: Document): void {
    if (this.#held === undefined) {
      this.#body.element(name, document)
      return
    }
    const start = this.#body.beginDocumentElement(name)
    this.#fields(document)
    this.#body.endDocument(start)
  }

  #fields(document: Document): void {
    for (const key of Object.keys(document)) this.#value(key, document[key])
  }

  #value(name: string, value: unknown): void {
    if (this.#held === undefined || value === null) this.#body.element(name, value)
    else hold(this.#body, name, value, this.#held)
  }

  #item(index: number, value: unknown): void {
    if (this.#held === undefined || value === null) this.#body.item(index, value)
    else hold(this.#body, String(index), value, this.#held)
  }
}

/** Bytes of a held value: an empty name, what it is, its place, the rest of an identifier. */
const HELD_LENGTH = 17

function hold(body: Body, name: string, value: unknown, held: unknown[]): void {
  const bytes = Buffer.alloc(HELD_LENGTH)
  bytes[0] = 1
  bytes[5] = isScalar(value) ? 1 : standsAlone(value) ? 2 : 0
  bytes.writeUInt32LE(held.length, 6)
  held.push(value)
  body.rawElement(name, BsonType.dbPointer, bytes, 0, HELD_LENGTH)
}

/** The place of a held value, whose bytes begin at `at`. */
export function heldPlace(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at + 6)
}

/** `$in` takes regular expressions for patterns, and refuses objects that look like operators. */
function standsAlone(value: unknown): boolean {
  if (isPattern(value)) return true
  return isPlainObject(value) && Object.keys(value).some((key) => key.startsWith('$'))
}
