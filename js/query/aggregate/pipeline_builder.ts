import type { ReadConcernLevel, ReadPreferenceMode } from '../../database/concerns.ts'
import { compose } from '../builder/compose.ts'
import { copyCollation, copyHint, MAX_INT32, needInteger, needString } from '../options.ts'
import type { Document } from '../record.ts'
import type { Collation, Hint } from '../types.ts'
import { copyOrdinary, copyStage } from './copy.ts'
import type { Scope } from './expressions/expression.ts'
import {
  type AggregateOptions,
  type ReadPreference,
  readConcernLevel,
  readPreferenceOf,
  readVariables,
} from './options.ts'
import { readFlag } from './read.ts'
import { rowReader } from './shapes/rows.ts'
import { Shape } from './shapes/shape.ts'
import type { ModelResolver, PipelineTarget } from './shapes/target.ts'
import { FilterStages } from './stages/filter.ts'
import { GroupStages } from './stages/group.ts'
import { JoinStages } from './stages/join.ts'
import { type PipelineContext, StageList } from './stages/list.ts'
import { OutputStages } from './stages/output.ts'
import { runsOnDatabase, writes } from './stages/placement.ts'
import { ReshapeStages } from './stages/reshape.ts'
import { SourceStages } from './stages/source.ts'
import { WindowStages } from './stages/window.ts'
import type { RowOf } from './types/rows.ts'
import type { BuilderKind, Built } from './types/stages.ts'

/** A stage as MongoDB gets it: one key, its name. */
export type Stage = Record<string, unknown>

/** A pipeline as the executing part takes it. */
export interface CompiledPipeline {
  /** Objects without a prototype, not to be changed. */
  readonly stages: readonly Document[]
  readonly options: AggregateOptions
  /** Runs on the database rather than on the collection. */
  readonly onDatabase: boolean
  /** Writes, and answers with no rows. */
  readonly writes: boolean
  /** What turns the server's rows into those that are handed out, where they differ. */
  readonly readRow: ((row: unknown) => unknown) | undefined
  /** The method after which rows were no longer documents of the model. */
  readonly changedBy: string | undefined
}

export interface StageBuilder<M, Row, K extends BuilderKind>
  extends FilterStages<M, Row, K>,
    ReshapeStages<M, Row, K>,
    GroupStages<M, Row, K>,
    JoinStages<M, Row, K>,
    WindowStages<M, Row, K>,
    SourceStages<M, Row, K>,
    OutputStages<M, Row, K> {}

/** All stages, for pipelines of every kind. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: `compose` gives it what the interface says
export abstract class StageBuilder<M, Row, K extends BuilderKind> extends StageList<M, Row, K> {
  /** @internal */
  protected open(context: PipelineContext, scope: Scope): SubPipeline<unknown, unknown> {
    return new SubPipeline(context, scope)
  }

  /**
   * Says of what type rows are, where the compiler cannot tell: after stages that are written natively.
   * Changes nothing about the pipeline.
   *
   * @example
   * User.aggregate().raw([{ $sortByCount: '$city' }]).as<{ _id: string; count: number }>()
   */
  as<Next>(): Built<K, M, Next> {
    return this.retyped<Next>()
  }

  /**
   * The stages as MongoDB gets them, with stored names, to look at or to pass to the driver. A copy.
   *
   * @example
   * User.aggregate().match({ firstName: 'Ada' }).toMongo() // [{ $match: { first_name: 'Ada' } }]
   */
  toMongo(): Stage[] {
    return this.written().stages.map((stage) => copyOrdinary(stage) as Stage)
  }
}

compose(
  StageBuilder,
  FilterStages,
  ReshapeStages,
  GroupStages,
  JoinStages,
  WindowStages,
  SourceStages,
  OutputStages,
)

interface SubKind extends BuilderKind {
  readonly builder: SubPipeline<this['model'], this['row']>
  readonly inner: SubPipeline<this['model'], this['row']>
}

/** A pipeline inside of another: what `facet()`, `lookup()` and others hand to their callbacks. */
export class SubPipeline<M, Row> extends StageBuilder<M, Row, SubKind> {
  /** @internal */
  protected fresh(): this {
    return new SubPipeline<M, Row>(this.context, this.scope) as this
  }
}

interface PlainKind extends BuilderKind {
  readonly builder: PipelineBuilder<this['model'], this['row']>
  readonly inner: SubPipeline<this['model'], this['row']>
}

/**
 * An aggregation pipeline on model `M` (the type of its instances) with rows of type `Row`, without
 * the means to run it. Each method changes the builder and returns it, with the type of the rows that
 * there are then.
 *
 * Names are property names until a stage makes other rows; from then on they are the rows' own. Rows
 * have property names for what models name, ids of models as text, and values as they are stored:
 * dates are `Date`s. A value is never an operator: operators are the methods, the functions of
 * `expr`, and what is given to `stage()`, `raw()`, `matchRaw()` and `expr.raw()`.
 *
 * @example
 * const pipeline = User.aggregate()
 *   .match({ status: 'active' })
 *   .group({ by: 'city', users: expr.count() })
 *   .sort('users', 'desc')
 *   .limit(10)
 */
export class PipelineBuilder<
  M,
  Row = RowOf<M>,
  K extends BuilderKind = PlainKind,
> extends StageBuilder<M, Row, K> {
  readonly #target: PipelineTarget
  // Without a prototype, so that an option that was not set cannot come from Object.prototype.
  #options: AggregateOptions = Object.create(null) as AggregateOptions

  /** Use `Model.aggregate()`. @internal */
  constructor(target: PipelineTarget, models: ModelResolver) {
    super(
      { models, model: target, inside: 'aggregate()' },
      { shape: Shape.ofModel(target), variables: new Map() },
    )
    this.#target = target
  }

  /** @internal */
  protected fresh(): this {
    return new PipelineBuilder<M, Row, K>(this.#target, this.context.models) as this
  }

  #set<Name extends keyof AggregateOptions>(
    name: Name,
    value: NonNullable<AggregateOptions[Name]>,
  ): this {
    this.#options[name] = value
    return this
  }

  /** The model's documents, whatever the stages made of them: options speak of the collection. */
  get #documents(): Shape {
    return Shape.ofModel(this.#target)
  }

  /**
   * Lets the server write to disk what does not fit into 100 MB of memory; MongoDB 6 does by default.
   *
   * @example
   * Order.aggregate().sort('total').allowDiskUse()
   */
  allowDiskUse(allow = true): this {
    return this.#set('allowDiskUse', readFlag(this.scope.shape, 'allowDiskUse()', allow))
  }

  /**
   * Rules for comparing strings, of all stages. Throws `E_INVALID_QUERY` for options that MongoDB does
   * not have.
   *
   * @example
   * User.aggregate().collation({ locale: 'en', strength: 2 }).match({ name: 'ada' })
   */
  collation(rules: Collation): this {
    return this.#set('collation', copyCollation(this.#documents, rules))
  }

  /**
   * Makes the server use an index, by its name or its keys. Throws `E_UNKNOWN_COLUMN`.
   *
   * @example
   * Order.aggregate().hint({ status: 1 }).match({ status: 'paid' })
   */
  hint(index: Hint<M>): this {
    return this.#set('hint', copyHint(this.#documents, index))
  }

  /** Text that the server writes to its log and profiler beside the command. @example pipeline.comment('report') */
  comment(text: string): this {
    return this.#set('comment', needString(this.scope.shape, 'comment()', text))
  }

  /**
   * Lets the server give up after `ms` milliseconds; the command then fails with `E_TIMEOUT`. 0: no
   * limit. Throws `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().timeout(5000)
   */
  timeout(ms: number): this {
    return this.#set('maxTimeMS', needInteger(this.scope.shape, 'timeout()', ms, 0, MAX_INT32))
  }

  /** How many rows the server sends at a time. Throws `E_INVALID_QUERY`. @example pipeline.batchSize(100) */
  batchSize(count: number): this {
    return this.#set('batchSize', needInteger(this.scope.shape, 'batchSize()', count, 1, MAX_INT32))
  }

  /**
   * What is read: for instance `'majority'`, only what a majority of servers has. Throws
   * `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().readConcern('majority')
   */
  readConcern(level: ReadConcernLevel): this {
    return this.#set('readConcern', readConcernLevel(this.scope.shape, level))
  }

  /**
   * Which servers are read from. Throws `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().readPreference('secondaryPreferred')
   */
  readPreference(preference: ReadPreferenceMode | ReadPreference): this {
    return this.#set('readPreference', readPreferenceOf(this.scope.shape, preference))
  }

  /**
   * Values for the expressions of all stages, as `expr.variable(name)`. They are data. Calls add up.
   * Throws `E_INVALID_QUERY` for names that are none, `E_UNDEFINED_VALUE`.
   *
   * @example
   * Order.aggregate().let({ least: 100 }).match(expr.gte(expr.field('total'), expr.variable('least')))
   */
  let(variables: Readonly<Record<string, unknown>>): this {
    const values = readVariables(this.scope.shape, variables)
    const all = copyStage({ ...this.#options.let, ...values }) as Record<string, unknown>
    return this.#set('let', all)
  }

  override clone(): this {
    const copy = super.clone()
    copy.#options = Object.assign(Object.create(null) as AggregateOptions, this.#options)
    return copy
  }

  /** What the executing part sends. @internal */
  compile(): CompiledPipeline {
    const { stages, shape, changedBy } = this.written()
    return {
      stages,
      options: Object.assign(Object.create(null) as AggregateOptions, this.#options),
      onDatabase: runsOnDatabase(stages),
      writes: writes(stages),
      readRow: rowReader(shape),
      changedBy,
    }
  }
}
