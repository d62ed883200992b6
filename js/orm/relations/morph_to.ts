/** `morphTo`: rows refer to rows of several models, to those of each by a `belongsTo`. */
import type { QueryClient } from '../../database/client.ts'
import { errors } from '../../errors/index.ts'
import type { Column } from '../columns/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { ModelObject } from '../contracts/options.ts'
import type { Counter } from '../contracts/relation.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import type { Call } from '../operation/call.ts'
import { keyValue } from '../preload/load.ts'
import type { LoadableQuery, LoadableRelation } from '../preload/preloads.ts'
import type { Keys, MorphCase } from './keys.ts'
import { morphMapOf, morphName, otherwise, unknownType } from './morph_map.ts'
import type { AnyRelationOptions } from './options.ts'
import type { RelatedQueryBuilder } from './query.ts'
import { Relation } from './relation.ts'

/** What leads to the rows of one of the models. */
class MorphArm extends Relation {
  readonly #when: MorphCase
  #cased: Keys | undefined

  constructor({ model, relationName, options }: Relation, related: ModelClass, when: MorphCase) {
    const { foreignKey = `${relationName}Id` } = options
    const given = { ...options, foreignKey }
    super('belongsTo', model, relationName, [() => related, undefined], given)
    this.#when = when
  }

  override get keys(): Keys {
    this.#cased ??= { ...super.keys, when: this.#when }
    return this.#cased
  }
}

/** The relation to rows of several models, which the morph map names. */
export class MorphTo extends Relation implements LoadableRelation {
  #arms: ReadonlyMap<string, MorphArm> | undefined
  #type: Column | undefined

  constructor(model: ModelClass, relationName: string, options: AnyRelationOptions) {
    super('morphTo', model, relationName, [() => model, undefined], options)
  }

  override clone(model: ModelClass): MorphTo {
    return new MorphTo(model, this.relationName, this.options)
  }

  override get booted(): boolean {
    return this.#arms !== undefined
  }

  override boot(): void {
    for (const arm of this.arms.values()) arm.boot()
  }

  /** The column with the names of models. Errors: `E_MODEL_DEFINITION`. */
  get typeColumn(): Column {
    const { typeKey = `${this.relationName}Type` } = this.options
    this.#type ??= this.column(definitionOf(this.model), 'typeKey', typeKey)
    return this.#type
  }

  /** What leads to each model, by its name. Errors: `E_UNKNOWN_MORPH_TYPE`. */
  get arms(): ReadonlyMap<string, MorphArm> {
    this.#arms ??= this.#findArms()
    return this.#arms
  }

  /** What leads to the rows of a model. Errors: `E_UNKNOWN_MORPH_TYPE`. */
  armTo(related: ModelClass): MorphArm {
    return this.arms.get(morphName(this.model, this, related)) as MorphArm
  }

  override relatedModel(): ModelClass {
    throw new errors.E_INVALID_QUERY(`${this.model.name}.${this.relationName} has several models`, {
      model: this.model.name,
      operation: 'relatedModel',
    })
  }

  override get keyNames(): string[] {
    return [...new Set([...this.arms.values()].flatMap((arm) => arm.keyNames))]
  }

  override get relatedModels(): ModelDefinition[] {
    return [...this.arms.values()].map((arm) => arm.related)
  }

  override get isPlain(): boolean {
    return [...this.arms.values()].every((arm) => arm.isPlain)
  }

  override get counters(): readonly Counter[] {
    if (this.options.counterCache === undefined) return []
    return [...this.arms.values()].flatMap((arm) => arm.counters)
  }

  override get isCountable(): boolean {
    return false
  }

  override eagerQuery(call: Call, sideloaded: Readonly<ModelObject> | undefined): never {
    const query: LoadableQuery = new MorphQuery(this, (arm) => arm.eagerQuery(call, sideloaded))
    return query as never
  }

  /** Of a row that refers to nothing it finds nothing. Errors: `E_UNKNOWN_MORPH_TYPE`. */
  override queryOf(parent: Model, client: QueryClient): RelatedQueryBuilder {
    const name = keyValue(parent, this.typeColumn) ?? [...this.arms.keys()][0]
    const arm = this.arms.get(name as string)
    if (arm !== undefined) return arm.queryOf(parent, client)
    throw unknownType(this, this.#otherwise)
  }

  get #otherwise(): string {
    return otherwise(this, this.typeColumn.attribute, morphMapOf(this.model, this))
  }

  #findArms(): ReadonlyMap<string, MorphArm> {
    const models = Object.entries(morphMapOf(this.model, this))
    const rest = {
      column: this.typeColumn,
      names: models.map(([name]) => name),
      otherwise: this.#otherwise,
    }
    return new Map(
      models.map(([name, model]) => [name, new MorphArm(this, model(), { ...rest, name })]),
    )
  }
}

/** The queries for related rows of several models. */
export class MorphQuery implements LoadableQuery {
  readonly #relation: MorphTo
  readonly #query: (arm: MorphArm) => RelatedQueryBuilder
  readonly #queries = new Map<MorphArm, RelatedQueryBuilder>()

  constructor(relation: MorphTo, query: (arm: MorphArm) => RelatedQueryBuilder) {
    this.#relation = relation
    this.#query = query
  }

  /** Narrows the query for the rows of one model. Errors: `E_UNKNOWN_MORPH_TYPE`. */
  for(model: ModelClass, callback: (query: RelatedQueryBuilder) => unknown): this {
    callback(this.#of(this.#relation.armTo(model)))
    return this
  }

  get legs(): readonly RelatedQueryBuilder[] {
    return [...this.#relation.arms.values()].map((arm) => this.#of(arm))
  }

  #of(arm: MorphArm): RelatedQueryBuilder {
    const query = this.#queries.get(arm) ?? this.#query(arm)
    this.#queries.set(arm, query)
    return query
  }

  calculation(operation: string): never {
    const { model, relationName } = this.#relation
    throw new errors.E_INVALID_QUERY(
      `${model.name}.${relationName}: ${operation}(): there is one row, or none; ask of the models that it may be of`,
      { model: model.name, operation },
    )
  }
}
