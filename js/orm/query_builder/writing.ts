import type { Body } from '../../codec/body.ts'
import { refuse } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { Asks, type Operand, type Operator, type QueryPlan } from '../../query/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { getColumn } from '../instance/attributes.ts'
import type { Call } from '../operation/call.ts'
import { deleting, dependentsOf } from '../operation/dependents.ts'
import { writeMoment, writeRemoval } from '../operation/moment.ts'
import { send } from '../operation/send.ts'
import { ReadingQuery } from './reading.ts'
import type { UpdateBuilder, UpdateChanges } from './update/builder.ts'
import { type ElementCondition, readArrayFilter } from './update/elements.ts'
import type { Modifications } from './update/modifications.ts'
import { readPipeline, type UpdatePipeline, type UpdateStage } from './update/pipeline.ts'
import { readChanges, type UpdateContext } from './update/read.ts'
import type {
  Amount,
  Amounts,
  EachElement,
  ElementOf,
  ListPath,
  NumericPath,
  OneElement,
  PushOptions,
  UpdatePath,
  UpdateResult,
  UpdateValue,
  UpdateValues,
} from './update/types.ts'

/** What writes a part of a command's head. */
type Part = (body: Body) => void

/** Running a query to write. None of it runs hooks; `autoUpdate` dates are set. */
export abstract class WriteMethods<M extends Model, Result> extends ReadingQuery<M, Result> {
  /** Says that every document is meant: what writes without a condition needs it. */
  all(): this {
    this.everything = true
    return this
  }

  /**
   * Says which elements `$[name]` in the path of an update means: objects that the conditions of a
   * callback hold for, or values that an operator of `where` finds. See `UpdateBuilder.arrayFilter`.
   *
   * @example
   * await Order.query()
   *   .where('id', id)
   *   .arrayFilter('item', (item) => item.where('sku', sku))
   *   .update('items.$[item].qty', 0)
   */
  arrayFilter(name: string, condition: ElementCondition<Record<string, unknown>>): this
  arrayFilter<O extends Operator>(
    name: string,
    operator: O,
    value: Operand<{ element: unknown }, 'element', O>,
  ): this
  arrayFilter(name: string, ...args: unknown[]): this {
    const filter = readArrayFilter(this.definition, 'arrayFilter', name, args)
    if (this.arrayFilters.has(name)) {
      this.refuseWrite('arrayFilter', `there is one named "${name}" already`)
    }
    this.arrayFilters.set(name, filter)
    return this
  }

  /**
   * Sets columns of every document that matches.
   *
   * Errors: `E_EMPTY_FILTER` without a condition, unless `all()` was called; `E_UNKNOWN_COLUMN`;
   * `E_UNDEFINED_VALUE`; `E_INVALID_QUERY` with a limit, offset or order.
   *
   * @returns `[matched]`, how many documents matched
   */
  update<Path extends UpdatePath<M>>(column: Path, value: UpdateValue<M, Path>): Promise<[number]>
  update(values: UpdateValues<M>): Promise<[number]>
  update(...args: unknown[]): Promise<[number]> {
    return this.affected('update', args)
  }

  /**
   * Updates every document that matches: sets values, or does what the callback says of an
   * `UpdateBuilder`. Errors: as `update`, and those of the builder.
   *
   * @example
   * const { matched, modified } = await Post.query()
   *   .where('authorId', author.id)
   *   .updateMany((post) => post.increment('edits').push('tags', 'edited').unset('draft'))
   */
  async updateMany(changes: UpdateChanges<M>): Promise<UpdateResult> {
    return this.change('updateMany', [changes])
  }

  /** {@link updateMany} with a callback. */
  async modify(change: (update: UpdateBuilder<M>) => unknown): Promise<UpdateResult> {
    return this.change('modify', [change])
  }

  /**
   * Updates every document that matches with a native pipeline (MongoDB manual, "Updates with
   * Aggregation Pipeline"): new values may be made of old ones. Names are stored names and values go
   * out as written; `autoUpdate` dates and the version that the pipeline does not set are set after it.
   *
   * Never pass anything from a request here: text that starts with `$` is an expression.
   *
   * Errors: `E_UNSAFE_OPERATOR` for `$function`, `E_INVALID_QUERY` for other stages than `$set`,
   * `$unset`, `$project`, `$replaceWith` and their synonyms; as `update`.
   *
   * @example
   * await Cart.query().all().updateWith([{ $set: { total: { $sum: '$items.price' } } }])
   */
  async updateWith(stages: readonly UpdateStage[]): Promise<UpdateResult> {
    const query = this.planWrite('updateWith')
    if (this.arrayFilters.size > 0) {
      this.refuseWrite('updateWith', 'a pipeline takes no array filters; use $map in it')
    }
    const pipeline = readPipeline(this.definition, 'updateWith', stages)
    return this.sendUpdate('updateWith', query, pipeline, true)
  }

  /** Adds to numbers of every document that matches. Errors: as `update`. */
  increment(column: NumericPath<M>, by?: Amount): Promise<[number]>
  increment(columns: Amounts<M>): Promise<[number]>
  increment(...args: unknown[]): Promise<[number]> {
    return this.affected('increment', [write('increment', args)])
  }

  /** Subtracts from numbers of every document that matches. Errors: as `update`. */
  decrement(column: NumericPath<M>, by?: Amount): Promise<[number]>
  decrement(columns: Amounts<M>): Promise<[number]>
  decrement(...args: unknown[]): Promise<[number]> {
    return this.affected('decrement', [write('decrement', args)])
  }

  /** `UpdateBuilder.push` on every document that matches. */
  pushTo<Path extends ListPath<M>>(
    column: Path,
    element: ElementOf<M, Path>,
    options?: PushOptions<ElementOf<M, Path>> & OneElement,
  ): Promise<UpdateResult>
  pushTo<Path extends ListPath<M>>(
    column: Path,
    elements: readonly ElementOf<M, Path>[],
    options: PushOptions<ElementOf<M, Path>> & EachElement,
  ): Promise<UpdateResult>
  async pushTo(...args: unknown[]): Promise<UpdateResult> {
    return this.change('pushTo', [write('push', args)])
  }

  /** `UpdateBuilder.pull` on every document that matches. */
  pullFrom<Path extends ListPath<M>>(
    column: Path,
    condition: ElementCondition<NonNullable<ElementOf<M, Path>>>,
  ): Promise<UpdateResult>
  pullFrom<Path extends ListPath<M>>(column: Path, value: ElementOf<M, Path>): Promise<UpdateResult>
  pullFrom<Path extends ListPath<M>, O extends Operator>(
    column: Path,
    operator: O,
    value: Operand<{ element: ElementOf<M, Path> }, 'element', O>,
  ): Promise<UpdateResult>
  async pullFrom(...args: unknown[]): Promise<UpdateResult> {
    return this.change('pullFrom', [write('pull', args)])
  }

  /** `UpdateBuilder.addToSet` on every document that matches. */
  addToSet<Path extends ListPath<M>>(
    column: Path,
    element: ElementOf<M, Path>,
    options?: OneElement,
  ): Promise<UpdateResult>
  addToSet<Path extends ListPath<M>>(
    column: Path,
    elements: readonly ElementOf<M, Path>[],
    options: EachElement,
  ): Promise<UpdateResult>
  async addToSet(...args: unknown[]): Promise<UpdateResult> {
    return this.change('addToSet', [write('addToSet', args)])
  }

  /** `UpdateBuilder.unset` on every document that matches. */
  async unset(...columns: readonly UpdatePath<M>[]): Promise<UpdateResult> {
    return this.change('unset', [write('unset', columns)])
  }

  /**
   * Deletes every document that matches.
   *
   * Errors: `E_EMPTY_FILTER` without a condition, unless `all()` was called; `E_INVALID_QUERY` with
   * a limit, offset or order.
   *
   * @returns `[deleted]`, how many documents were deleted
   */
  async delete(): Promise<[number]> {
    return [await this.sendDelete('delete', this.planWrite('delete'), true)]
  }

  /** Lucid's short name for `delete`. */
  del(): Promise<[number]> {
    return this.delete()
  }

  /** @internal */
  async affected(operation: string, args: readonly unknown[]): Promise<[number]> {
    return [(await this.change(operation, args)).matched]
  }

  /** @internal */
  async change(operation: string, args: readonly unknown[]): Promise<UpdateResult> {
    const query = this.planWrite(operation)
    const modifications = readChanges(this.updateContext(operation), args)
    return this.sendUpdate(operation, query, modifications, true)
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
      const { primary } = this.definition
      const id = getColumn(row, this.definition, primary)
      const narrowed = this.clone()
      const only = this.fresh().where(primary.attribute as never, id as never)
      narrowed.addHookClauses(only.clausesWith([]))
      return send(call, narrowed.planWrite(operation, true))
    }
    return deleting(this.call(operation), find, work, force)
  }

  /**
   * The rows that a delete means, with what others refer to in them. Errors: `E_EMPTY_FILTER`, before
   * anything is done.
   *
   * @internal
   */
  doomed(call: Call, { everything, narrows }: QueryPlan, one: boolean): Promise<Model[]> {
    if (!everything && !narrows) {
      const why = `: ${call.operation} without a condition means any document; call all() if that is meant`
      refuse('E_EMPTY_FILTER', this.definition, call.operation, why)
    }
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

/** A change by one method of the builder. */
function write(method: keyof UpdateBuilder<never>, args: readonly unknown[]) {
  return (update: UpdateBuilder<never>): unknown =>
    (update[method] as (...given: unknown[]) => unknown).apply(update, [...args])
}
