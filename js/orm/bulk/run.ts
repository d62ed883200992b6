/**
 * Sends the statements of a bulk write in few commands, and tells each one its outcome.
 */

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LucentError } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { Limit } from '../../protocol.generated.ts'
import type { Model } from '../contracts/index.ts'
import type { Call } from '../operation/call.ts'
import { dependentsOf, releasing } from '../operation/dependents.ts'
import { writeMoment } from '../operation/moment.ts'
import { reportOf } from '../operation/report.ts'
import { sendPrepared } from '../operation/send.ts'
import { eachAtOnce, hashes } from '../persistence/hash.ts'
import type { Written } from '../persistence/written.ts'
import type { Outcome, Statement } from './statement.ts'
import type { BulkFailure, BulkResult } from './types.ts'

/** Statements in the first command; while the server takes one, the next is encoded. */
const FIRST_BATCH = 2000
const GROWTH = 4
const MOST_STATEMENTS = 20_000
/** Statements that are encoded before other work of the event loop gets its turn. */
const SLICE = 500
/** Statements with a command each that go together: each takes a round trip of the request's time. */
const MOST_ALONE = 200

/** How a bulk write runs. */
export interface OperationOptions {
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

interface Batch {
  readonly body: native.Prepared
  /** Those that were looked at. */
  readonly statements: readonly Statement[]
  /** Those that are in the command. */
  readonly sent: readonly Statement[]
  /** What is known of those that are not. */
  readonly unsent: ReadonlyMap<Statement, Outcome>
  /** Place in the queue after its last statement. */
  readonly next: number
}

/** One bulk write. */
export class BulkRun {
  readonly #call: Call
  readonly #options: OperationOptions
  readonly #counts = { inserted: 0, matched: 0, modified: 0, deleted: 0 }
  readonly #upserted: { position: number; id: unknown }[] = []
  readonly #failures: BulkFailure[] = []
  #stopped = false
  #concern: native.FailureReport | undefined

  constructor(call: Call, options: OperationOptions) {
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

  async #carryOut(queue: readonly Statement[]): Promise<void> {
    for (const statement of queue) statement.outcome = statement.refusal = undefined
    try {
      if (hashes(this.#call.definition)) await this.#hash(queue)
      await this.#releasing(queue, () => this.#sendQueue(queue))
    } finally {
      for (const statement of queue) if (statement.outcome === undefined) statement.settle('left')
    }
  }

  /** Does what depends on the rows that are deleted, then the work. */
  async #releasing(queue: readonly Statement[], work: () => Promise<void>): Promise<void> {
    if (dependentsOf(this.#call.definition).length === 0) return work()
    const rows: Model[] = []
    for (const statement of queue) rows.push(...((await statement.doomed?.(this.#call)) ?? []))
    return releasing(this.#call, rows, work)
  }

  #hash(queue: readonly Statement[]): Promise<void> {
    const waiting = queue.filter(({ hash }) => hash !== undefined)
    return eachAtOnce(this.#call.definition, waiting, this.#call.signal, async (statement) => {
      try {
        await statement.hash?.()
      } catch (error) {
        statement.refusal = { error }
      }
    })
  }

  async #sendQueue(queue: readonly Statement[]): Promise<void> {
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
      if (this.#stopped || following.statements.length === 0) {
        native.release(following.body)
        return
      }
      batch = following
    }
  }

  async #send({ body, sent }: Batch): Promise<Reply | native.Failure | undefined> {
    if (sent.length === 0) {
      native.release(body)
      return undefined
    }
    return sendPrepared<Reply>(this.#call, native.Operation.bulk, body).reply
  }

  async #encode(queue: readonly Statement[], from: number, size: number): Promise<Batch> {
    const { ordered, comment } = this.#options
    const sent: Statement[] = []
    const unsent = new Map<Statement, Outcome>()
    let alone = 0
    let next = from
    let stopped = false
    const body = native.prepare((head) => {
      this.#call.writeHead(head, () => {
        head.element('ordered', ordered)
        head.element('comment', comment)
        writeMoment(head, this.#call.definition)
      })
    })
    const hasRoom = () =>
      sent.length < size &&
      alone < MOST_ALONE &&
      (sent.length === 0 || body.position < Limit.commandBytes)
    while (!stopped && next < queue.length && hasRoom()) {
      if (next > from && (next - from) % SLICE === 0) await nextTurn()
      const statement = queue[next++] as Statement
      const before = body.position
      try {
        if (statement.refusal !== undefined) throw statement.refusal.error
        if (statement.write(body)) {
          sent.push(statement)
          if (statement.alone) alone++
        } else unsent.set(statement, 'clean')
      } catch (error) {
        body.rewind(before)
        unsent.set(statement, { error })
        stopped = ordered
      }
    }
    const statements = queue.slice(from, next)
    return { body, statements, sent, unsent, next: stopped ? queue.length : next }
  }

  /** Gives the statements of a batch their outcomes. */
  #settle({ statements, sent, unsent }: Batch, reply: Reply | native.Failure | undefined): void {
    if (reply instanceof native.Failure) {
      const error = this.#error(reply.report, undefined, reply)
      const done = doneBefore(sent, reply)
      for (const statement of sent) statement.settle(done.has(statement) ? 'written' : { error })
      throw error
    }
    const failures = this.#count(sent, reply)
    const missing = new Set(reply?.missed?.map((place) => sent[place]))
    for (const statement of statements) {
      const missed = missing.has(statement)
      const failure = missed ? statement.missed?.() : failures.get(statement)
      const known = failure === undefined ? 'written' : { error: failure }
      const outcome = unsent.get(statement) ?? known
      statement.settle(outcome)
      if (typeof outcome === 'string') continue
      this.fail(statement.position, outcome.error)
      // Others of the command that did not find a document were carried out.
      if (this.#options.ordered && (statement.alone || !missed)) return
    }
  }

  /** Adds up what a reply says. Answers which statements failed, and with what. */
  #count(sent: readonly Statement[], reply: Reply | undefined): Map<Statement, LucentError> {
    const failures = new Map<Statement, LucentError>()
    if (reply === undefined) return failures
    for (const name of ['inserted', 'matched', 'modified', 'deleted'] as const) {
      this.#counts[name] += reply[name]
    }
    const { primary, model } = this.#call.definition
    const nobody = reply.upserted.length > 0 ? new model() : undefined
    for (const { index, _id } of reply.upserted) {
      const position = sent[index]?.position
      if (position === undefined || nobody === undefined) continue
      this.#upserted.push({ position, id: primary.fromStored(_id, nobody) })
    }
    this.#concern ??= reply.concern
    for (const report of reply.items) {
      const statement = sent[report.position ?? 0]
      if (statement !== undefined) failures.set(statement, this.#error(report, statement.position))
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
function doneBefore(
  sent: readonly Statement[],
  { report }: native.Failure,
): ReadonlySet<Statement | undefined> {
  const { known = [], items = [], missed = [] } = report.done ?? {}
  const done = new Set(known.map((place) => sent[place]))
  for (const { position } of items) done.delete(sent[position ?? 0])
  for (const place of missed) done.delete(sent[place])
  return done
}
