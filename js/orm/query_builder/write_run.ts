/** The hooks around a write of what a query matches. */
import type { Model } from '../contracts/index.ts'
import { HOOK_EVENTS, type HookEvent, RAISED } from '../hooks/events.ts'
import { definitionFor, getColumn } from '../instance/attributes.ts'
import type { Call } from '../operation/call.ts'
import { Run } from '../operation/run.ts'
import { UpdateBuilder } from './update/builder.ts'

/** Writes of what a query matches, as hooks know them. */
export type QueryWriteKind = 'updateQuery' | 'deleteQuery'

/** A document that a query writes to. */
export interface WrittenDocument<M> {
  /** As it was. */
  readonly before: M
  /** As it is afterwards; null before the write, and for one that is gone. */
  readonly after: M | null
}

/** What hooks of a write by a query get: `Query` is the query, `M` its model. */
export interface QueryWrite<M, Query> {
  /** The method that was called: `updateMany`, `findOneAndDelete`. */
  readonly method: string
  /** The query, in before hooks: what they add to it narrows what is written. */
  readonly query: Query
  /** The changes, in before hooks: what they add is written too. Undefined for deletes, replacements and pipelines. */
  readonly update: UpdateBuilder<M> | undefined
  /**
   * What is written to, where one of the hooks was declared with `{ documents: true }`; else undefined. A document that an
   * upsert inserts is none of them.
   */
  readonly documents: readonly WrittenDocument<M>[] | undefined
  /** What the method answers, in after hooks. */
  readonly result: unknown
}

/** What is known of a write while its hooks run. */
type OpenWrite = {
  -readonly [Name in keyof QueryWrite<Model, unknown>]: QueryWrite<Model, unknown>[Name]
}

/** The query of a write, as its hooks are run. */
interface HookedWrite {
  subjectOf(event: HookEvent): unknown
  hooksAreOver(): void
  /** How many conditions hooks wrote. */
  readonly narrowed: number
  /** Narrows it to one row. */
  only(row: Model): unknown
  /** What it matches, without hooks. */
  whole(call: Call, columns: readonly string[], most: number | undefined): Promise<Model[]>
  /** The rows of these keys, whatever the query says. */
  again(call: Call, keys: readonly unknown[]): Promise<Model[]>
}

/** What is written, and whether the documents are wanted. */
interface Written {
  /** One document is written to, the first of the query. */
  readonly one: boolean
  readonly reads: boolean
  readonly update: unknown
}

/** One write with hooks. */
export class QueryWriteRun extends Run {
  readonly #query: HookedWrite
  readonly #write: OpenWrite
  readonly #written: Written

  constructor(call: Call, kind: QueryWriteKind, query: HookedWrite, written: Written) {
    super(call, kind, 1)
    const { update } = written
    this.#query = query
    this.#written = written
    this.#write = {
      method: call.operation,
      query,
      update: update instanceof UpdateBuilder ? update : undefined,
      documents: undefined,
      result: undefined,
    }
  }

  protected subject(number: number): unknown {
    const event = HOOK_EVENTS[number] as HookEvent
    if (event.startsWith('before')) this.#query.subjectOf(event)
    return this.#write
  }

  override async before(): Promise<void> {
    const query = this.#query
    const { one, reads } = this.#written
    if (reads) await this.#find()
    const { narrowed } = query
    try {
      await super.before()
    } finally {
      query.hooksAreOver()
    }
    if (reads && query.narrowed > narrowed) await this.#find()
    const first = this.#write.documents?.[0]
    if (one && first !== undefined) query.only(first.before)
  }

  /** Runs the after hooks of a write that was answered like this. */
  async answered(answer: unknown): Promise<void> {
    const write = this.#write
    write.result = answer
    if (write.documents !== undefined) {
      const rows = write.documents.map(({ before }) => before)
      const now = await this.#query.again(this.call, rows.map(idOf))
      const byId = new Map(now.map((row) => [String(idOf(row)), row]))
      write.documents = rows.map((before) => {
        return { before, after: byId.get(String(idOf(before))) ?? null }
      })
    }
    await this.after(true)
  }

  async #find(): Promise<void> {
    const rows = await this.#query.whole(this.call, [], this.#written.one ? 1 : undefined)
    this.#write.documents = rows.map((before) => ({ before, after: null }))
  }
}

function idOf(row: Model): unknown {
  const definition = definitionFor(row)
  return getColumn(row, definition, definition.primary)
}

/** Whether a write runs hooks, and whether one of them wants the documents. */
export function hooksOfWrite(
  { definition, muted }: Call,
  kind: QueryWriteKind,
): { readonly any: boolean; readonly documents: boolean } {
  const { hooks } = definition
  const { before, after } = RAISED[kind]
  const wants = (event: HookEvent) => hooks.has(event, muted) && hooks.wantsDocuments(event)
  return { any: hooks.runs(kind, muted), documents: [...before, ...after].some(wants) }
}
