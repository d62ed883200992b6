/**
 * Sends the statements of a bulk write in few commands, and tells each one its outcome.
 */

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Body } from '../../codec/body.ts'
import type { LucentError } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { Limit } from '../../protocol.generated.ts'
import type { Call } from '../operation/call.ts'
import { writeMoment } from '../operation/moment.ts'
import { reportOf } from '../operation/report.ts'
import { sendPrepared } from '../operation/send.ts'
import { eachAtOnce } from '../persistence/hash.ts'
import type { Written } from '../persistence/written.ts'
import type { BulkFailure, BulkResult } from './types.ts'

/** Statements in the first command; while the server takes one, the next is encoded. */
const FIRST_BATCH = 2000
const GROWTH = 4
const MOST_STATEMENTS = 20_000
/** Statements that are encoded before other work of the event loop gets its turn. */
const SLICE = 500
/** Statements with a command each that go together: each takes a round trip of the request's time. */
const MOST_ALONE = 200

/** One write of a bulk write. One of the methods for its outcome is called, once. */
export interface Statement {
  /** Which one it is to the caller. */
  readonly position: number
  /**
   * Writes its document. Answers false, and writes nothing, when there is nothing to do; throws what
   * it fails with. May be called again before there is an outcome.
   */
  write(body: Body): boolean
  /** Hashes plain values in it, before it is written. */
  hash?(): Promise<void>
  succeeded(): void
  failed(error: unknown): void
  /** There was nothing to do. */
  clean(): void
  /** It was not tried: the order was to stop at a failure before it. */
  left(): void
  /** It inserts a document. */
  readonly inserts?: boolean
  /** The core sends it as a command by itself; in order, it is the last if it finds no document. */
  readonly alone?: boolean
  /** The error when that document is not there. */
  missed?(): LucentError
}

/** How a bulk write runs. */
export interface RunOptions {
  readonly ordered: boolean
  readonly comment: string | undefined
}

/** The core's reply. */
interface Reply {
  inserted: number
  matched: number
  modified: number
  deleted: number
  upserted: { index: number; _id: unknown }[]
  /** Failures, each with the `position` of its statement. */
  items: native.FailureReport[]
  /** The write concern was not met. */
  concern?: native.FailureReport
  /** Places of the statements whose document is not there. */
  missed?: number[]
}

/** A statement on its way. */
class Entry {
  readonly statement: Statement
  /** It has its outcome. */
  settled = false
  /** What hashing its values failed with. */
  refusal: { readonly error: unknown } | undefined

  constructor(statement: Statement) {
    this.statement = statement
  }

  settle(outcome: 'succeeded' | 'clean' | 'left'): void {
    this.settled = true
    this.statement[outcome]()
  }

  fail(error: unknown): void {
    this.settled = true
    this.statement.failed(error)
  }
}

/** What encoding a statement came to: it is in the command, or it is not. */
type Item =
  | { readonly entry: Entry; readonly kind: 'sent' | 'clean' }
  | { readonly entry: Entry; readonly kind: 'failed'; readonly error: unknown }

interface Batch {
  readonly body: native.Prepared
  readonly items: readonly Item[]
  /** Place in the queue after its last statement. */
  readonly next: number
}

/** One bulk write. */
export class BulkRun {
  readonly #call: Call
  readonly #options: RunOptions
  readonly #counts = { inserted: 0, matched: 0, modified: 0, deleted: 0 }
  readonly #upserted: { position: number; id: unknown }[] = []
  readonly #failures: BulkFailure[] = []
  #stopped = false
  #concern: native.FailureReport | undefined

  constructor(call: Call, options: RunOptions) {
    this.#call = call
    this.#options = options
  }

  /** Whether the first failure ends it. */
  get ordered(): boolean {
    return this.#options.ordered
  }

  /** Notes a failure. */
  fail(position: number, error: unknown): void {
    this.#failures.push({ position, error })
    if (this.#options.ordered) this.#stopped = true
  }

  /** Adds documents that were written otherwise. */
  count(written: Readonly<Written>): void {
    for (const name of ['inserted', 'matched', 'modified', 'deleted'] as const) {
      this.#counts[name] += written[name]
    }
  }

  /** What was done so far. */
  result(): BulkResult {
    const byPosition = (a: { position: number }, b: { position: number }) => a.position - b.position
    return {
      ...this.#counts,
      upserted: [...this.#upserted].sort(byPosition),
      failures: [...this.#failures].sort(byPosition),
    }
  }

  /** Errors: `E_WRITE_CONCERN` when everything was done and not acknowledged as asked. */
  checkConcern(): void {
    if (this.#concern !== undefined && this.#failures.length === 0) throw this.#error(this.#concern)
  }

  /**
   * Carries out statements, in order, and tells those who listen how they went. Rejects when a command
   * fails as a whole.
   */
  async send(statements: readonly Statement[]): Promise<void> {
    const report = statements.length === 0 ? undefined : reportOf(this.#call)
    try {
      await this.#carryOut(statements)
    } catch (error) {
      report?.end(error)
      throw error
    }
    report?.end(this.#failures[0]?.error)
  }

  async #carryOut(statements: readonly Statement[]): Promise<void> {
    const queue = statements.map((statement) => new Entry(statement))
    try {
      if (this.#call.definition.hashed.length > 0) await this.#hash(queue)
      await this.#sendQueue(queue)
    } finally {
      for (const entry of queue) if (!entry.settled) entry.settle('left')
    }
  }

  #hash(queue: readonly Entry[]): Promise<void> {
    const waiting = queue.filter(({ statement }) => statement.hash !== undefined)
    return eachAtOnce(this.#call.definition, waiting, this.#call.signal, async (entry) => {
      try {
        await entry.statement.hash?.()
      } catch (error) {
        entry.refusal = { error }
      }
    })
  }

  async #sendQueue(queue: Entry[]): Promise<void> {
    let size = FIRST_BATCH
    let batch = await this.#encode(queue, 0, size)
    for (;;) {
      const reply = this.#send(batch)
      // It is looked at below, and must not count as unhandled until then.
      reply.catch(() => {})
      size = Math.min(size * GROWTH, MOST_STATEMENTS)
      const { next }: Batch = batch
      // One command at a time: the next is encoded meanwhile, and sent when the outcome is known.
      const following: Batch = await this.#encode(queue, next, size)
      try {
        this.#settle(batch, await reply)
      } catch (error) {
        native.release(following.body)
        throw error
      }
      if (this.#stopped || following.items.length === 0) {
        native.release(following.body)
        return
      }
      batch = following
    }
  }

  async #send({ body, items }: Batch): Promise<Reply | native.Failure | undefined> {
    if (!items.some(({ kind }) => kind === 'sent')) {
      native.release(body)
      return undefined
    }
    return sendPrepared<Reply>(this.#call, native.Operation.bulk, body).reply
  }

  async #encode(queue: readonly Entry[], from: number, size: number): Promise<Batch> {
    const { ordered, comment } = this.#options
    const items: Item[] = []
    let sent = 0
    let alone = 0
    let place = from
    const body = native.prepare((head) => {
      const start = head.beginDocument()
      head.element('ordered', ordered)
      head.element('comment', comment)
      writeMoment(head, this.#call.definition)
      this.#call.writeTimeout(head)
      head.endDocument(start)
    })
    for (
      ;
      place < queue.length &&
      sent < size &&
      alone < MOST_ALONE &&
      (sent === 0 || body.position < Limit.commandBytes);
      place++
    ) {
      const entry = queue[place] as Entry
      if (items.length > 0 && items.length % SLICE === 0) await nextTurn()
      const before = body.position
      try {
        if (entry.refusal !== undefined) throw entry.refusal.error
        const kind = entry.statement.write(body) ? 'sent' : 'clean'
        if (kind === 'sent') sent++
        if (kind === 'sent' && entry.statement.alone) alone++
        items.push({ entry, kind })
      } catch (error) {
        body.rewind(before)
        items.push({ entry, kind: 'failed', error })
        if (ordered) {
          place = queue.length
          break
        }
      }
    }
    return { body, items, next: place }
  }

  /** Gives the statements of a batch their outcomes. */
  #settle({ items }: Batch, reply: Reply | native.Failure | undefined): void {
    const { ordered } = this.#options
    const sent = items.filter(({ kind }) => kind === 'sent').map(({ entry }) => entry)
    if (reply instanceof native.Failure) {
      const error = this.#error(reply.report, undefined, reply)
      const done = doneBefore(sent, reply)
      for (const entry of sent) {
        if (done.has(entry)) entry.settle('succeeded')
        else entry.fail(error)
      }
      throw error
    }
    const failures = this.#count(sent, reply)
    const missing = new Set(reply?.missed?.map((place) => sent[place]))
    for (const item of items) {
      const { entry } = item
      const { position, alone = false } = entry.statement
      const missed = missing.has(entry)
      const failure = missed ? entry.statement.missed?.() : failures.get(entry)
      const error = item.kind === 'failed' ? item.error : failure
      if (error === undefined) {
        entry.settle(item.kind === 'clean' ? 'clean' : 'succeeded')
        continue
      }
      entry.fail(error)
      this.fail(position, error)
      // Others of the command that did not find a document were carried out.
      if (ordered && (alone || !missed)) return
    }
  }

  /** Adds up what a reply says. Answers which statements failed, and with what. */
  #count(sent: readonly Entry[], reply: Reply | undefined): Map<Entry, LucentError> {
    const failures = new Map<Entry, LucentError>()
    if (reply === undefined) return failures
    for (const name of ['inserted', 'matched', 'modified', 'deleted'] as const) {
      this.#counts[name] += reply[name]
    }
    const { primary, model } = this.#call.definition
    const nobody = reply.upserted.length > 0 ? new model() : undefined
    for (const { index, _id } of reply.upserted) {
      const position = sent[index]?.statement.position
      if (position === undefined || nobody === undefined) continue
      this.#upserted.push({ position, id: primary.fromStored(_id, nobody) })
    }
    this.#concern ??= reply.concern
    for (const report of reply.items) {
      const entry = sent[report.position ?? 0]
      if (entry !== undefined) failures.set(entry, this.#error(report, entry.statement.position))
    }
    return failures
  }

  #error(
    { position: _position, ...report }: native.FailureReport,
    position?: number,
    failure = new native.Failure(position === undefined ? report : { ...report, position }),
  ): LucentError {
    return failure.toError(this.#call.details)
  }
}

/** Statements that were carried out before their command, or one behind it, failed as a whole. */
function doneBefore(sent: readonly Entry[], { report }: native.Failure): ReadonlySet<Entry> {
  const { known = [], items = [], missed = [] } = report.done ?? {}
  const done = new Set(known.map((place) => sent[place] as Entry))
  for (const { position } of items) done.delete(sent[position ?? 0] as Entry)
  for (const place of missed) done.delete(sent[place] as Entry)
  return done
}
