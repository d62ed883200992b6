import type { Body } from '../../codec/body.ts'
import { refuse } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { Asks, type QueryPlan } from '../../query/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { getColumn } from '../instance/attributes.ts'
import type { Call } from '../operation/call.ts'
import { deleting, dependentsOf, inTransaction } from '../operation/dependents.ts'
import { writeMoment, writeRemoval } from '../operation/moment.ts'
import { send } from '../operation/send.ts'
import { ReadingQuery } from './reading.ts'
import type { Modifications } from './update/modifications.ts'
import type { UpdatePipeline } from './update/pipeline.ts'
import { collectChanges, finish, type UpdateContext } from './update/read.ts'
import type { UpdateResult } from './update/types.ts'
import { hooksOfWrite, type QueryWriteKind, QueryWriteRun } from './write_run.ts'

/** What writes a part of a command's head. */
type Part = (body: Body) => void

/** How a write reads its query: of one document, in its order, and what it does to it. */
interface WriteShape<Update> {
  readonly one?: boolean
  readonly read?: () => Update
}

/**
 * How a query writes: with the hooks of writes by a query around, and none of instances.
 */
export abstract class WritingQuery<M extends Model, Result> extends ReadingQuery<M, Result> {
  /** @internal */
  async affected(operation: string, args: readonly unknown[]): Promise<[number]> {
    return [(await this.change(operation, args)).matched]
  }

  /** @internal */
  async change(operation: string, args: readonly unknown[]): Promise<UpdateResult> {
    const read = () => collectChanges(this.updateContext(operation), args)
    return this.written('updateQuery', operation, { read }, (query, plan, update) =>
      query.sendUpdate(operation, plan, finish(update), true),
    )
  }

  /**
   * Carries out a write of what the query matches, with the model's hooks of such writes around it: `work`
   * gets the query and its plan as hooks left them, and what `read` answered. Errors: those of `planWrite`,
   * `E_EMPTY_FILTER`, `E_HOOK_ABORTED`.
   *
   * @internal
   */
  async written<Answer, Update = undefined>(
    kind: QueryWriteKind,
    operation: string,
    { one = false, read }: WriteShape<Update>,
    work: (query: this, plan: QueryPlan, update: Update) => Promise<Answer>,
  ): Promise<Answer> {
    const plan = this.planWrite(operation, one)
    const update = read?.() as Update
    const call = this.call(operation)
    const hooks = hooksOfWrite(call, kind)
    if (!hooks.any) return work(this, plan, update)
    this.needCondition(plan, operation)
    const query = this.clone()
    const through = async (way: Call): Promise<Answer> => {
      const run = new QueryWriteRun(way, kind, query, { one, reads: hooks.documents, update })
      try {
        await run.before()
        const answer = await work(query, query.planWrite(operation, one), update)
        await run.answered(answer)
        return answer
      } finally {
        run.end()
      }
    }
    if (!hooks.documents) return through(call)
    return inTransaction(call, (client) => {
      query.adapterOptions.client = client
      return through(call.through(client))
    })
  }

  /** How many conditions hooks wrote. @internal */
  get narrowed(): number {
    return this.hookClauses.length
  }

  /** The rows of these keys, whatever the query says. @internal */
  again(call: Call, keys: readonly unknown[]): Promise<Model[]> {
    const { attribute } = this.definition.primary
    return this.fresh()
      .whereIn(attribute as never, keys as never)
      .whole(call)
  }

  /** Narrows the query to one row of it. @internal */
  only(row: Model): this {
    const { primary } = this.definition
    const id = getColumn(row, this.definition, primary)
    const only = this.fresh().where(primary.attribute as never, id as never)
    this.addHookClauses(only.clausesWith([]))
    return this
  }

  /** Errors: `E_EMPTY_FILTER`. @internal */
  needCondition({ everything, narrows }: QueryPlan, operation: string): void {
    if (everything || narrows) return
    const why = `: ${operation} without a condition means any document; call all() if that is meant`
    refuse('E_EMPTY_FILTER', this.definition, operation, why)
  }

  /** @internal */
  updateContext(operation: string): UpdateContext {
    return { definition: this.definition, operation, arrayFilters: this.arrayFilters }
  }

  /**
   * The query of a write. The core refuses one without a condition, unless `everything` is meant.
   * Errors: `E_INVALID_QUERY` for what the write would not honour.
   *
   * @internal
   */
  planWrite(operation: string, takesOrder = false): QueryPlan {
    const plan = this.plan()
    if (plan.hasPipeline) {
      const made = 'the rows of this query are made of documents, by groups, unions or distances'
      this.refuseWrite(operation, `${made}; a write needs documents`)
    }
    const parts = takesOrder ? (['limit', 'skip'] as const) : (['limit', 'skip', 'sort'] as const)
    const ignored = parts.filter((part) => plan.has(part))
    if (ignored.length > 0) {
      this.refuseWrite(operation, `MongoDB knows no ${ignored.join(', ')} for it`)
    }
    plan.everything = this.everything
    return plan
  }

  /** @internal */
  refuseWrite(operation: string, why: string): never {
    const { name } = this.definition
    refuse('E_INVALID_QUERY', name, operation, `: ${operation} cannot run like this: ${why}`)
  }

  /** @internal */
  async sendUpdate(
    operation: string,
    query: QueryPlan,
    update: Modifications | UpdatePipeline,
    multi: boolean,
  ): Promise<UpdateResult> {
    // Said before anything is hashed.
    update.arrayFilters()
    if (update.isPlain) await update.hash()
    const { matched, modified } = await this.sendWrite<UpdateResult>(
      native.Operation.update,
      operation,
      query,
      (body) => {
        writeUpdate(body, this.definition, update)
        body.element('multi', multi)
      },
    )
    return { matched, modified }
  }

  /** @internal */
  async sendDelete(
    operation: string,
    query: QueryPlan,
    multi: boolean,
    force = false,
  ): Promise<number> {
    const { delete: remove } = native.Operation
    const part: Part = (body) => {
      body.element('multi', multi)
      writeRemoval(body, this.definition, force)
    }
    const send = (call: Call, narrowed: QueryPlan) =>
      this.sendWrite<{ deleted: number }>(remove, operation, narrowed, part, call)
    return (await this.deleteBy(operation, query, !multi, send, force)).deleted
  }

  /** Deletes by `send` what the query means: where rows depend on it, what is found first. @internal */
  deleteBy<Answer>(
    operation: string,
    query: QueryPlan,
    one: boolean,
    send: (call: Call, query: QueryPlan) => Promise<Answer>,
    force = false,
  ): Promise<Answer> {
    const find = (call: Call) => this.doomed(call, query, one)
    const work = (call: Call, [row]: readonly Model[]) => {
      if (!one || row === undefined) return send(call, query)
      return send(call, this.clone().only(row).planWrite(operation, true))
    }
    return deleting(this.call(operation), find, work, force)
  }

  /**
   * The rows that a delete means, with what others refer to in them. Errors: `E_EMPTY_FILTER`, before
   * anything is done.
   *
   * @internal
   */
  doomed(call: Call, plan: QueryPlan, one: boolean): Promise<Model[]> {
    this.needCondition(plan, call.operation)
    const keys = dependentsOf(this.definition).flatMap(({ keyNames }) => keyNames)
    return this.whole(call, [this.definition.primary.stored, ...keys], one ? 1 : undefined)
  }

  /** Rows as models, without hooks; of these columns, by stored name, or whole. @internal */
  async whole(
    given: Call | string,
    columns: readonly string[] = [],
    most?: number,
  ): Promise<Model[]> {
    const call = typeof given === 'string' ? this.call(given) : given
    const query = this.clone().clearSelect()
    query.plain = false
    query.setup = undefined
    const plan = query.selecting(columns, () => query.plan(most))
    return query.rows(
      call,
      query.noteHeld(plan, await query.read(call, plan)),
    ) as unknown as Model[]
  }

  /** @internal */
  sendWrite<Reply>(
    operation: native.Operation,
    name: string,
    query: QueryPlan,
    part: Part,
    call = this.call(name),
  ): Promise<Reply> {
    const encode = (body: Body) => this.writeWrite(body, query, part)
    return send<Reply>(call, operation, encode, this.about(query))
  }

  /**
   * Writes a write: a head of what `part` writes and options, and which documents it means, with
   * `Asks.rows` also in which order and what of them is read.
   *
   * @internal
   */
  writeWrite(body: Body, query: QueryPlan, part: Part, asks: Asks = Asks.filter): void {
    const head = body.beginDocument()
    part(body)
    const { collation, hint, comment, maxTimeMS, lift } = query.options
    body.element('lift', lift)
    body.element('everything', query.everything || undefined)
    body.element('collation', collation)
    body.element('hint', hint)
    body.element('comment', comment)
    // Writes have no limit of the server's own: the core gives up in its place.
    const timeout = this.adapterOptions.timeout ?? (maxTimeMS === 0 ? undefined : maxTimeMS)
    body.element('timeoutMS', timeout)
    query.writeRelated(body)
    body.endDocument(head)
    this.writeQuery(body, query, asks)
  }
}

/** Writes what becomes of documents into a head. */
export function writeUpdate(
  body: Body,
  definition: ModelDefinition,
  update: Modifications | UpdatePipeline,
): void {
  update.write(body, 'update')
  body.element('arrayFilters', update.arrayFilters())
  writeMoment(body, definition)
}
