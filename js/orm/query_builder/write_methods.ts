import type { Operand, Operator } from '../../query/index.ts'
import type { Model } from '../contracts/index.ts'
import type { UpdateBuilder, UpdateChanges } from './update/builder.ts'
import { type ElementCondition, readArrayFilter } from './update/elements.ts'
import { readPipeline, type UpdateStage } from './update/pipeline.ts'
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
import { WritingQuery } from './writing.ts'

/**
 * Running a query to write, with the hooks of writes by a query, and none of instances; `autoUpdate`
 * dates are set.
 */
export abstract class WriteMethods<M extends Model, Result> extends WritingQuery<M, Result> {
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
    const pipeline = () => {
      if (this.arrayFilters.size > 0) {
        this.refuseWrite('updateWith', 'a pipeline takes no array filters; use $map in it')
      }
      return readPipeline(this.definition, 'updateWith', stages)
    }
    return this.written('updateQuery', 'updateWith', { read: pipeline }, (query, plan, pipeline) =>
      query.sendUpdate('updateWith', plan, pipeline, true),
    )
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
    return this.written('deleteQuery', 'delete', {}, async (query, plan) => [
      await query.sendDelete('delete', plan, true),
    ])
  }

  /** Lucid's short name for `delete`. */
  del(): Promise<[number]> {
    return this.delete()
  }
}

/** A change by one method of the builder. */
function write(method: keyof UpdateBuilder<never>, args: readonly unknown[]) {
  return (update: UpdateBuilder<never>): unknown =>
    (update[method] as (...given: unknown[]) => unknown).apply(update, [...args])
}
