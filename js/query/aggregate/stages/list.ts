import { describe, fail } from '../../messages.ts'
import type { Document } from '../../record.ts'
import { field } from '../../record.ts'
import { copyStage } from '../copy.ts'
import type { Scope } from '../expressions/expression.ts'
import { Variable } from '../expressions/variable.ts'
import { runNow } from '../match.ts'
import { collectionName } from '../shapes/names.ts'
import { type Known, Shape } from '../shapes/shape.ts'
import type { ModelResolver, PipelineTarget } from '../shapes/target.ts'
import type { BuilderKind, Built, PipelineOf } from '../types/stages.ts'
import { checkPlace, type Surroundings } from './placement.ts'

/** What a pipeline is built for. */
export interface PipelineContext {
  readonly models: ModelResolver
  /** The model whose documents the pipeline starts with. */
  readonly model: PipelineTarget | undefined
  /** The stage that the pipeline is inside of. */
  readonly inside: Surroundings
}

/** A pipeline that was written: its stages and the rows that it makes. */
export interface Written {
  readonly stages: readonly Document[]
  readonly shape: Shape
  /** The stage after which rows were no longer documents of the model. */
  readonly changedBy: string | undefined
}

/** Another collection. */
export interface PipelineSource {
  readonly collection: string
  /** Its documents. */
  readonly shape: Shape
  /** The model, where a model class was given. */
  readonly model: PipelineTarget | undefined
}

/** The stages of a pipeline in the order in which they were written. */
export abstract class StageList<M, Row, K extends BuilderKind> implements PipelineOf<Row> {
  declare readonly $row?: () => Row
  /** For the compiler only. */
  declare protected readonly kind: () => [M, K]
  /** @internal */
  protected readonly context: PipelineContext
  #stages: readonly Document[] = []
  #scope: Scope
  #changedBy: string | undefined

  /** @internal */
  constructor(context: PipelineContext, scope: Scope) {
    this.context = context
    this.#scope = scope
  }

  /** An empty builder of the same class: for `clone()`. @internal */
  protected abstract fresh(): this

  /** A builder for a pipeline inside of this one. @internal */
  protected abstract open(context: PipelineContext, scope: Scope): InnerPipeline

  /** Where expressions are compiled: the rows after the stages so far. @internal */
  protected get scope(): Scope {
    return this.#scope
  }

  /** The stages, not to be changed. @internal */
  written(): Written {
    return { stages: this.#stages, shape: this.#scope.shape, changedBy: this.#changedBy }
  }

  #push(name: string, value: unknown): void {
    checkPlace(this.#scope.shape, this.context.inside, name, this.#stages)
    this.#stages = [...this.#stages, field(name, copyStage(value))]
  }

  /** Adds a stage after which rows have the same fields. @internal */
  protected keep(name: string, value: unknown): this {
    this.#push(name, value)
    return this
  }

  /** Adds a stage for a filter that says something. @internal */
  protected matching(filter: Document): this {
    return Object.keys(filter).length === 0 ? this : this.keep('$match', filter)
  }

  /**
   * Adds a stage after which rows have the fields of `shape`. Rows stay documents of the model, with
   * other fields beside its columns, unless `changedBy` names the method.
   *
   * @internal
   */
  protected reshape<Next>(
    name: string,
    value: unknown,
    shape: Shape,
    changedBy: string | undefined,
  ): Built<K, M, Next> {
    this.#push(name, value)
    this.#scope = { ...this.#scope, shape }
    if (changedBy !== undefined) this.changed(changedBy)
    return this.retyped<Next>()
  }

  /** This builder with another type of rows, which is there for the compiler only. @internal */
  protected retyped<Next>(): Built<K, M, Next> {
    return this as unknown as Built<K, M, Next>
  }

  /** Called when rows stop being documents of the model. @internal */
  protected changed(by: string): void {
    this.#changedBy ??= by
  }

  /** Adds a stage that makes rows of these fields and no others. @internal */
  protected become<Next>(
    name: string,
    value: unknown,
    place: string,
    fields: Iterable<readonly [string, Known]>,
  ): Built<K, M, Next> {
    return this.reshape(name, value, Shape.of(this.#scope.shape.name, fields), place)
  }

  /** Adds a stage behind which nothing is known of rows. @internal */
  protected obscure<Next>(name: string, value: unknown, place: string): Built<K, M, Next> {
    return this.reshape(name, value, Shape.unknown(this.#scope.shape.name), place)
  }

  /** Adds fields to what is known of rows. A column that gets a new value is no longer the model's. @internal */
  protected extended<Next>(
    name: string,
    value: unknown,
    place: string,
    added: readonly (readonly [string, Known])[],
  ): Built<K, M, Next> {
    const { shape } = this.#scope
    const overwrites = added.some(([key]) => shape.field(key)?.column !== undefined)
    return this.reshape(name, value, shape.with(added), overwrites ? place : undefined)
  }

  /** The collection, and its documents, of a model class or of a collection's name. @internal */
  protected source(place: string, given: unknown): PipelineSource {
    const model = typeof given === 'function' ? this.context.models(given) : undefined
    if (model !== undefined) {
      return { collection: model.collection, shape: Shape.ofModel(model), model }
    }
    const collection = collectionName(this.#scope.shape, place, given)
    return { collection, shape: Shape.unknown(collection), model: undefined }
  }

  /** Writes an inner pipeline with a callback. Throws `E_INVALID_QUERY`. @internal */
  protected writeInner(
    place: Surroundings,
    callback: unknown,
    source: { readonly shape: Shape; readonly model: PipelineTarget | undefined },
    variables: readonly (readonly [string, Known])[] = [],
  ): Written {
    const { scope } = this
    if (typeof callback !== 'function') {
      fail('E_INVALID_QUERY', scope.shape, `${place} needs a callback, got ${describe(callback)}`)
    }
    const known = new Map([...scope.variables, ...variables])
    const { shape, model } = source
    const context = { ...this.context, model, inside: place }
    const opened = this.open(context, { shape, variables: known })
    const call = callback as (...given: unknown[]) => unknown
    const given = variables.map(([name]) => [name, new Variable(() => name)])
    const result = runNow<unknown>(scope, place, call, opened, Object.fromEntries(given))
    if (result instanceof StageList) return result.written()
    const message = `the callback of ${place} must return the pipeline that it was given`
    return fail('E_INVALID_QUERY', scope.shape, `${message}, got ${describe(result)}`)
  }

  /** An independent copy: what is added to one of the two does not show in the other. */
  clone(): this {
    const copy = this.fresh()
    copy.#stages = this.#stages
    copy.#scope = this.#scope
    copy.#changedBy = this.#changedBy
    return copy
  }
}

/** A builder of an inner pipeline, whatever its rows are. */
export interface InnerPipeline {
  written(): Written
}
