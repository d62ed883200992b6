import { refuse } from '../../errors/index.ts'
import {
  type BuilderKind,
  type CompiledPipeline,
  type ExplainVerbosity,
  PipelineBuilder,
  type PipelineTarget,
  type RowOf,
  readVerbosity,
  type Stage,
  type SubPipeline,
} from '../../query/aggregate/index.ts'
import { redacted } from '../../redaction/redact.ts'
import type { ModelClass } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'
import { rowNotFound } from '../contracts/row_not_found.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { checkTogether } from '../definition/one_place.ts'
import type { AggregateRunner, RunOptions } from './runner.ts'

export type { AggregateRunner, RunOptions } from './runner.ts'

interface ModelKind extends BuilderKind {
  readonly builder: ModelAggregate<this['model'], this['row']>
  readonly inner: SubPipeline<this['model'], this['row']>
}

/**
 * An aggregation on a model. Nothing is sent until it is awaited, or one of `exec`, `first`, `cursor`,
 * `batches`, `explain` is called; each of these sends it anew. No hooks run.
 *
 * @example
 * const revenue = await Order.aggregate()
 *   .match({ status: 'paid' })
 *   .group({ by: 'userId', total: expr.sum('amount') })
 *   .sort('total', 'desc')
 *   .limit(10)
 */
export class ModelAggregate<M, Row = RowOf<M>, Result = Row>
  extends PipelineBuilder<M, Row, ModelKind>
  implements PromiseLike<Result[]>
{
  readonly #definition: ModelDefinition
  readonly #runner: AggregateRunner
  #models = false
  #lift: RunOptions['lift']

  /** Use `Model.aggregate()`. @internal */
  constructor(definition: ModelDefinition, runner: AggregateRunner) {
    super(definition, (given) => relatedTo(definition, given))
    this.#definition = definition
    this.#runner = runner
  }

  /** @internal */
  protected override fresh(): this {
    const fresh = new ModelAggregate<M, Row, Result>(this.#definition, this.#runner)
    fresh.#models = this.#models
    fresh.#lift = this.#lift
    return fresh as this
  }

  /**
   * Reads instances of the model instead of plain rows. Rows must still be the model's documents:
   * fields beside its columns, such as those of `lookup()` and `geoNear()`, go to `$extras`.
   *
   * Throws `E_INVALID_QUERY`, naming the method, when a stage before or after made other rows.
   *
   * @example
   * const users = await User.aggregate().match({ status: 'active' }).sample(3).asModels()
   */
  asModels(): ModelAggregate<M, Row, M> {
    const { changedBy } = this.written()
    if (changedBy !== undefined) this.#refuseModels(changedBy)
    this.#models = true
    return this as unknown as ModelAggregate<M, Row, M>
  }

  /** @internal */
  protected override changed(by: string): void {
    if (this.#models) this.#refuseModels(by)
    super.changed(by)
  }

  #refuseModels(by: string): never {
    const { name } = this.#definition
    refuse(
      'E_INVALID_QUERY',
      name,
      'aggregate',
      `: after ${by} rows are no documents of ${name}; asModels() cannot make models of them`,
    )
  }

  /** Reads deleted documents too, of a model with `SoftDeletes`. Errors: `E_INVALID_QUERY` for others. */
  withTrashed(): this {
    return this.#lifting('trashed', true, 'withTrashed')
  }

  /** Another name of {@link withTrashed}. */
  includeDeleted(): this {
    return this.#lifting('trashed', true, 'includeDeleted')
  }

  /** Reads deleted documents alone. Errors: `E_INVALID_QUERY` for a model without `SoftDeletes`. */
  onlyTrashed(): this {
    return this.#lifting('trashed', 'only', 'onlyTrashed')
  }

  /**
   * Goes without the rule of tenants. Say why: it is there to be found. Stages that reach other models hold
   * theirs; see `context.withoutTenant`. Errors: `E_INVALID_QUERY` without a reason, and for a model without
   * `TenantScoped`.
   */
  withoutTenant(reason: string): this {
    if (typeof reason === 'string' && reason !== '')
      return this.#lifting('tenant', { reason }, 'withoutTenant')
    refuse('E_INVALID_QUERY', this.#definition, 'withoutTenant', ': withoutTenant() needs a reason')
  }

  /** Goes without a rule of the model, by its name. Errors: `E_INVALID_QUERY` for one that there is not. */
  withoutRule(name: string): this {
    return this.#lifting(name, true, 'withoutRule')
  }

  #lifting(name: string, how: unknown, operation: string): this {
    this.#definition.rules.named(name, operation)
    this.#lift = { ...this.#lift, [name]: how }
    return this
  }

  /**
   * Runs the pipeline. Errors: the server's.
   *
   * @example
   * const rows = await User.aggregate().sortByCount('city').exec()
   */
  async exec(): Promise<Result[]> {
    const compiled = this.compile()
    const rows = await this.#runner.run(compiled.stages, this.#options(compiled))
    return this.#rows(compiled, rows)
  }

  // biome-ignore lint/suspicious/noThenProperty: as queries, it is awaited directly
  then<Fulfilled = Result[], Rejected = never>(
    fulfilled?: ((rows: Result[]) => Fulfilled | PromiseLike<Fulfilled>) | null,
    rejected?: ((error: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.exec().then(fulfilled, rejected)
  }

  catch<Rejected = never>(
    rejected?: ((error: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Result[] | Rejected> {
    return this.exec().catch(rejected)
  }

  finally(done?: (() => void) | null): Promise<Result[]> {
    return this.exec().finally(done)
  }

  /**
   * The first row, or `null`. No more are read. Throws `E_INVALID_QUERY` behind `out()` and `merge()`.
   *
   * @example
   * const totals = await Order.aggregate().group({ by: null, revenue: expr.sum('total') }).first()
   */
  async first(): Promise<Result | null> {
    return (await this.clone().limit(1).exec())[0] ?? null
  }

  /** As `first`. Errors: also `E_ROW_NOT_FOUND`. @example await Order.aggregate().sample(1).firstOrFail() */
  async firstOrFail(): Promise<Result> {
    return (await this.first()) ?? rowNotFound(this.#definition.model, 'firstOrFail')
  }

  /**
   * The rows as they arrive, a batch at a time: memory stays the same however many there are. Leaving
   * the loop closes the server's cursor.
   *
   * @example
   * for await (const row of Order.aggregate().sort('createdAt').cursor({ batchSize: 500 })) {
   *   await write(row)
   * }
   */
  async *cursor(options?: { batchSize?: number }): AsyncGenerator<Result, void> {
    for await (const rows of this.batches(options)) yield* rows
  }

  /** As `cursor`, a batch of rows at a time. @example for await (const rows of pipeline.batches()) count += rows.length */
  async *batches(options?: { batchSize?: number }): AsyncGenerator<Result[], void> {
    const { batchSize } = own(options)
    const pipeline = batchSize === undefined ? this : this.clone().batchSize(batchSize)
    const compiled = pipeline.compile()
    for await (const rows of this.#runner.stream(compiled.stages, this.#options(compiled))) {
      yield this.#rows(compiled, rows)
    }
  }

  /**
   * The server's account of how it runs the pipeline. Throws `E_INVALID_QUERY` for another verbosity.
   *
   * @example
   * await Order.aggregate().match({ status: 'paid' }).explain('executionStats')
   */
  async explain(verbosity: ExplainVerbosity = 'queryPlanner'): Promise<Record<string, unknown>> {
    const wanted = readVerbosity(this.scope.shape, verbosity)
    const compiled = this.compile()
    return this.#runner.explain(compiled.stages, this.#options(compiled), wanted)
  }

  /**
   * The stages as MongoDB gets them: with the conditions that every query of a model has, and with blind
   * indexes in the place of encrypted columns; what is asked of those is `[encrypted]`. Stages that
   * cannot be sent are shown as they were written.
   */
  override toMongo(): Stage[] {
    const compiled = this.compile()
    const sent = this.#runner.sent(compiled.stages, this.#options(compiled))
    return redacted(sent, this.#definition.hiddenNames)
  }

  #options({ options, onDatabase, writes }: CompiledPipeline): RunOptions {
    return { command: options, onDatabase, writes, models: this.#models, lift: this.#lift }
  }

  #rows({ readRow }: CompiledPipeline, rows: readonly unknown[]): Result[] {
    // What rows are is known to the compiler from the stages, and to nobody else.
    const read = this.#models || readRow === undefined ? [...rows] : rows.map(readRow)
    return read as Result[]
  }
}

/** The definition of a model class that a pipeline names. */
function relatedTo(from: ModelDefinition, given: unknown): PipelineTarget | undefined {
  if (typeof given !== 'function' || !('namingStrategy' in given)) return undefined
  const definition = definitionOf(given as unknown as ModelClass)
  checkTogether(from, definition, 'aggregate')
  return definition
}
