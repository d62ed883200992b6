import type { QueryClient } from '../../database/client.ts'
import { errors } from '../../errors/index.ts'
import type { Column } from '../columns/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { ModelAdapterOptions, ModelObject } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import type { Counter, OnDelete, RelationContract, Removal } from '../contracts/relation.ts'
import type { RelationKind } from '../contracts/relation_kind.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { areTogether } from '../definition/one_place.ts'
import type { NamedModel } from '../naming_strategies/index.ts'
import { type Call, connectionOf } from '../operation/call.ts'
import type { LoadableRelation } from '../preload/preloads.ts'
import { releaseRows } from './dependents.ts'
import type { Keys, Related } from './keys.ts'
import { morphName } from './morph_map.ts'
import type { AnyRelationOptions, LazyModel } from './options.ts'
import { Pivot } from './pivot.ts'
import { RelatedQueryBuilder } from './query.ts'

const ONE: readonly RelationKind[] = ['hasOne', 'belongsTo', 'morphTo', 'morphOne']

/** Relations whose rows, or links, refer to the model. */
const DEPENDENT: readonly RelationKind[] = [
  'hasOne',
  'hasMany',
  'manyToMany',
  'morphOne',
  'morphMany',
]
const ON_DELETE: readonly OnDelete[] = ['cascade', 'nullify', 'restrict']

/** A relation of one model class. Its keys are looked up when it is first used. */
export class Relation implements LoadableRelation, Related {
  readonly type: RelationKind
  readonly relationName: string
  readonly model: ModelClass
  readonly options: AnyRelationOptions
  readonly #related: LazyModel
  readonly #through: LazyModel | undefined
  #keys: Keys | undefined

  constructor(
    type: RelationKind,
    model: ModelClass,
    relationName: string,
    models: readonly [LazyModel, LazyModel | undefined],
    options: AnyRelationOptions,
  ) {
    this.type = type
    this.model = model
    this.relationName = relationName
    this.options = own(options)
    this.#related = models[0]
    this.#through = models[1]
  }

  clone(model: ModelClass): Relation {
    const { type, relationName, options } = this
    return new Relation(type, model, relationName, [this.#related, this.#through], options)
  }

  get serializeAs(): string | null {
    const { serializeAs } = this.options
    if (serializeAs !== undefined) return serializeAs
    return this.model.namingStrategy.serializedName(this.model.name, this.relationName)
  }

  get meta(): unknown {
    return this.options.meta
  }

  get isMany(): boolean {
    return !ONE.includes(this.type)
  }

  get booted(): boolean {
    return this.#keys !== undefined
  }

  boot(): void {
    this.#keys ??= this.#findKeys()
  }

  relatedModel(): ModelClass {
    return this.related.model
  }

  /** The keys. Errors: `E_MODEL_DEFINITION`. */
  get keys(): Keys {
    this.#keys ??= this.#findKeys()
    return this.#keys
  }

  get related(): ModelDefinition {
    return this.keys.related
  }

  get relatedModels(): ModelDefinition[] {
    return [this.related]
  }

  get keyNames(): string[] {
    const { key, when } = this.keys
    return when === undefined ? [key.stored] : [key.stored, when.column.stored]
  }

  get isCountable(): boolean {
    return this.options.foreignKeys === undefined && this.type !== 'hasManyThrough'
  }

  get onDelete(): OnDelete | undefined {
    return this.options.onDelete
  }

  get counters(): readonly Counter[] {
    const { counterCache } = this.options
    if (counterCache === undefined) return []
    if (this.type !== 'belongsTo') {
      this.refuse(
        'counterCache is of @belongsTo() and @morphTo(): of the model whose rows are counted',
      )
    }
    const { related, key, match, when } = this.keys
    const field = this.column(related, 'counterCache', counterCache)
    if ([key, match, field].some(({ encryption }) => encryption !== undefined)) {
      this.refuse('counterCache: neither keys nor the count can be encrypted')
    }
    if (!areTogether(related, definitionOf(this.model))) {
      this.refuse(`counterCache: ${related.name} is in another database`)
    }
    const names = when === undefined ? {} : { [when.column.stored]: [when.name] }
    const { collection } = related
    const stored = { key: match.stored, field: field.stored, foreign: key.stored }
    return [{ collection, ...stored, when: names }]
  }

  release(rows: readonly Model[], client: QueryClient, how: Removal): Promise<void> {
    return releaseRows(this, rows, client, how)
  }

  get isPlain(): boolean {
    const { hooks } = this.related
    return this.options.onQuery === undefined && !hooks.hasAny(['beforeFetch', 'afterFetch'])
  }

  eagerQuery(call: Call, sideloaded: Readonly<ModelObject> | undefined): RelatedQueryBuilder {
    const options = this.optionsFor(call.client, this.related, call.definition)
    const query = new RelatedQueryBuilder(this, options)
    query.constrain()
    if (sideloaded !== undefined) query.sideload(sideloaded)
    this.options.onQuery?.(query as never)
    return query
  }

  /** A query for the related rows of one row. */
  queryOf(parent: Model, client: QueryClient): RelatedQueryBuilder {
    const query = new RelatedQueryBuilder(this, this.optionsFor(client), parent)
    query.constrain()
    this.options.onQuery?.(query as never)
    return query
  }

  optionsFor(
    client: QueryClient,
    related = this.related,
    owner = definitionOf(this.model),
  ): ModelAdapterOptions {
    const home = connectionOf(related)
    const isHome = home.name === client.connectionName || home.name === connectionOf(owner).name
    if (isHome) return client === home ? {} : { client }
    return client.isTransaction && client.isFor(home) ? { client: client.through(home) } : {}
  }

  #findKeys(): Keys {
    const owner = definitionOf(this.model)
    const related = this.#definition(this.#related, 'the related model')
    const { options, type } = this
    const { onDelete, foreignKeys } = options
    if (onDelete !== undefined) {
      const owns = DEPENDENT.includes(type) && foreignKeys === undefined
      if (!owns) this.refuse('onDelete is of relations whose rows, or links, refer to this model')
      if (!ON_DELETE.includes(onDelete)) this.refuse(`onDelete is one of ${ON_DELETE.join(', ')}`)
    }
    const naming = this.model.namingStrategy
    const [here, there] = [named(owner), named(related)]
    const local = options.localKey ?? naming.relationLocalKey(type, here, there)
    const foreign = options.foreignKey ?? naming.relationForeignKey(type, here, there)
    if (type === 'manyToMany') return this.#manyToMany(owner, related, local)
    if (type === 'hasManyThrough') return this.#throughModel(owner, related, local, foreign)
    if (type === 'morphOne' || type === 'morphMany') return this.#morphed(owner, related, local)
    const [key, match] = type === 'belongsTo' ? [foreign, local] : [local, foreign]
    const names = type === 'belongsTo' ? (['foreignKey', 'localKey'] as const) : KEY_NAMES
    return this.#pair(related, {
      key: this.column(owner, names[0], key),
      match: this.column(related, names[1], match),
    })
  }

  #manyToMany(owner: ModelDefinition, related: ModelDefinition, local: string): Keys {
    const { options } = this
    const { foreignKeys, relatedForeignKeys } = options
    const relatedKey = options.relatedKey ?? related.primary.attribute
    if (foreignKeys !== undefined && relatedForeignKeys !== undefined) {
      this.refuse('foreignKeys and relatedForeignKeys exclude each other')
    }
    if (foreignKeys !== undefined) {
      const match = this.column(related, 'relatedKey', relatedKey)
      return this.#pair(related, { key: this.column(owner, 'foreignKeys', foreignKeys), match })
    }
    const key = this.column(owner, 'localKey', local)
    if (relatedForeignKeys !== undefined) {
      const match = this.column(related, 'relatedForeignKeys', relatedForeignKeys)
      return this.#pair(related, { key, match })
    }
    const match = this.column(related, 'relatedKey', relatedKey)
    const naming = this.model.namingStrategy
    const nameOf = (one: ModelDefinition) =>
      naming.relationPivotForeignKey('manyToMany', named(one))
    const names = {
      match: options.pivotForeignKey ?? nameOf(owner),
      key: options.pivotRelatedForeignKey ?? nameOf(related),
    }
    if (names.match === names.key) {
      this.refuse(
        `both keys in the pivot collection are "${names.key}"; name pivotRelatedForeignKey`,
      )
    }
    const pivot = new Pivot({
      owner: this,
      table:
        options.pivotTable ?? naming.relationPivotTable('manyToMany', named(owner), named(related)),
      foreignKey: [names.match, key],
      relatedKey: [names.key, match],
      columns: options.pivotColumns ?? [],
      timestamps: options.pivotTimestamps,
    })
    this.#pair(related, {
      key,
      match: this.column(pivot.definition, 'pivotForeignKey', names.match),
    })
    const leads = this.column(pivot.definition, 'pivotRelatedForeignKey', names.key)
    this.#pair(related, { key: leads, match })
    const between = {
      pivot,
      ...names,
      get definition() {
        return pivot.definition
      },
    }
    return { related, key, match, between }
  }

  #throughModel(
    owner: ModelDefinition,
    related: ModelDefinition,
    local: string,
    foreign: string,
  ): Keys {
    const through = this.#definition(this.#through, 'the model between')
    const { options, type } = this
    const naming = this.model.namingStrategy
    const [there, end] = [named(through), named(related)]
    const key = this.column(owner, 'localKey', local)
    const match = this.column(through, 'foreignKey', foreign)
    const leads = this.column(
      through,
      'throughLocalKey',
      options.throughLocalKey ?? naming.relationLocalKey(type, there, end),
    )
    const last = this.column(
      related,
      'throughForeignKey',
      options.throughForeignKey ?? naming.relationForeignKey(type, there, end),
    )
    this.#pair(related, { key, match })
    this.#pair(related, { key: leads, match: last })
    const between = {
      pivot: undefined,
      definition: through,
      match: match.attribute,
      key: leads.attribute,
    }
    return { related, key, match: last, between }
  }

  #morphed(owner: ModelDefinition, related: ModelDefinition, local: string): Keys {
    const { name, foreignKey = `${name}Id`, typeKey = `${name}Type` } = this.options
    const key = this.column(owner, 'localKey', local)
    const match = this.column(related, 'foreignKey', foreignKey)
    const column = this.column(related, 'typeKey', typeKey)
    return {
      ...this.#pair(related, { key, match }),
      type: { column, name: morphName(related.model, this) },
    }
  }

  #definition(model: LazyModel | undefined, what: string): ModelDefinition {
    const found: unknown = model?.()
    if (typeof found === 'function' && 'namingStrategy' in found) {
      return definitionOf(found as unknown as ModelClass)
    }
    return this.refuse(`${what} is none; declare it as () => Model`)
  }

  /** A column that keys can be in. Errors: `E_MODEL_DEFINITION`. */
  protected column(definition: ModelDefinition, option: string, name: string): Column {
    const column = definition.column(name)
    if (column === undefined)
      this.refuse(`the ${option} "${name}" is no column of ${definition.name}`)
    const { opaque, encryption, attribute } = column
    const where = `the ${option} ${definition.name}.${attribute}`
    if (opaque !== undefined) this.refuse(`${where} cannot be compared`)
    if (encryption !== undefined && encryption.blind === undefined) {
      this.refuse(`${where} is encrypted and has no blind index`)
    }
    return column
  }

  /** Refuses two keys of which one is stored as text, and the other is not, though both read as text. */
  #pair(related: ModelDefinition, { key, match }: { key: Column; match: Column }): Keys {
    for (const [one, other] of [[key, match] as const, [match, key] as const]) {
      const decorator = one.idAsText && !other.objectId ? 'objectId' : undefined
      const needed = one.kind.uuid === true && other.kind.uuid !== true ? 'uuid' : decorator
      if (needed === undefined || other.preparesWhole === true) continue
      const what = needed === 'uuid' ? 'UUIDs' : 'ObjectIds'
      this.refuse(
        `"${one.attribute}" holds ${what} and "${other.attribute}" does not; ` +
          `declare "${other.attribute}" with @column.${needed}()`,
      )
    }
    return { related, key, match, between: undefined }
  }

  refuse(why: string): never {
    const { name: model } = this.model
    throw new errors.E_MODEL_DEFINITION(`${model}.${this.relationName}: ${why}`, {
      model,
      column: this.relationName,
    })
  }
}

const KEY_NAMES = ['localKey', 'foreignKey'] as const

function named({ name, primary }: ModelDefinition): NamedModel {
  return { name, primaryKey: primary.attribute }
}

/** The relation of a model by its name. Errors: `E_UNDEFINED_RELATIONSHIP`, `E_MODEL_DEFINITION`. */
export function relationOf(
  definition: ModelDefinition,
  name: unknown,
  operation: string,
): Relation {
  const relation: RelationContract = definition.relations.named(name, operation)
  relation.boot()
  return relation as Relation
}
