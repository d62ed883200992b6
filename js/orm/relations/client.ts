/** Clients of relations: what is done with the related rows of one row. */
import type { QueryClient } from '../../database/client.ts'
import type { TransactionClient } from '../../database/transaction/index.ts'
import { errors } from '../../errors/index.ts'
import { fetchOrCreateMany, updateOrCreateMany } from '../base_model/find_or_make/many.ts'
import { firstOrCreate, updateOrCreate } from '../base_model/find_or_make/one.ts'
import type { Column } from '../columns/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { ModelAdapterOptions, ModelAssignOptions } from '../contracts/options.ts'
import { absorb, modelOf } from '../instance/attributes.ts'
import { callThrough } from '../operation/call.ts'
import { inTransaction } from '../operation/dependents.ts'
import { create } from '../persistence/create.ts'
import { storeAll } from '../persistence/create_many.ts'
import { adopt, enlist } from '../persistence/enlist.ts'
import { instanceClient } from '../persistence/index.ts'
import { draft, make } from '../persistence/make.ts'
import { saveAsClass } from '../persistence/overrides.ts'
import { keyValue } from '../preload/load.ts'
import type { RelatedQueryBuilder } from './query.ts'
import type { Relation } from './relation.ts'
import { Tree, type TreeKind } from './tree.ts'

type Values = Readonly<Record<string, unknown>>

/** Where related rows are written, and where the parent is. */
export interface Way {
  readonly client: QueryClient
  readonly options: ModelAdapterOptions
}

/** A relation of one row, to be read. */
export class RelationClient {
  protected readonly relation: Relation
  protected readonly parent: Model

  constructor(relation: Relation, parent: Model) {
    this.relation = relation
    this.parent = parent
  }

  query(): RelatedQueryBuilder {
    return this.relation.queryOf(this.parent, instanceClient(absorb(this.parent), this.parent))
  }

  /** The rows that the relation leads to from one to the next. Errors: `E_MODEL_DEFINITION`. */
  protected tree(kind: TreeKind): RelatedQueryBuilder {
    const { parent, relation } = this
    const { model, relationName } = relation
    const tree = new Tree(kind, model, relationName, relationName)
    return tree.queryOf(parent, instanceClient(absorb(parent), parent))
  }

  /** Runs `work` in a transaction: the one given, the parent's, or its own where the server has them. */
  protected async write<Result>(
    method: string,
    work: (way: Way) => Promise<Result>,
    trx?: TransactionClient,
  ): Promise<Result> {
    const { parent, relation } = this
    const definition = absorb(parent)
    const around = trx ?? instanceClient(definition, parent)
    const leave = around.enter()
    try {
      return await inTransaction(callThrough(definition, method, around, {}), (client) => {
        if (client.isTransaction) enlist(parent, client)
        return work({ client, options: relation.optionsFor(client) })
      })
    } finally {
      leave()
    }
  }

  protected saveParent(): Promise<void> {
    return saveAsClass(modelOf(this.parent), this.parent, {})
  }

  /** Saves a related row. */
  protected saveRow(row: Model, { client, connection }: ModelAdapterOptions): Promise<void> {
    const { name } = this.relation.related
    if (!(row instanceof (this.relation.related.model as never))) {
      this.refuse('save', `needs instances of ${name}`)
    }
    if (client?.isTransaction) enlist(row, client)
    else if (!row.$isPersisted) adopt(row, client, connection)
    return saveAsClass(modelOf(row), row, {})
  }

  /** A key that must be there. Errors: `E_UNDEFINED_VALUE`. */
  protected keyOf(row: Model, column: Column): unknown {
    const value = keyValue(row, column)
    if (value !== undefined && value !== null) return value
    const { name } = modelOf(row)
    throw new errors.E_UNDEFINED_VALUE(
      `${name}.${column.attribute} has no value, and the relation ` +
        `${this.relation.model.name}.${this.relation.relationName} needs one`,
      { model: name, column: column.attribute, operation: 'related' },
    )
  }

  protected refuse(method: string, why: string): never {
    const { model, relationName } = this.relation
    throw new errors.E_INVALID_QUERY(`${model.name}.${relationName}: ${method}() ${why}`, {
      model: model.name,
      operation: method,
    })
  }
}

/** `hasOne` and `hasMany`: the related rows have the parent's key. */
export class OwnedClient extends RelationClient {
  get #model(): ModelClass {
    return this.relation.related.model
  }

  descendants(): RelatedQueryBuilder {
    return this.tree('descendants')
  }

  /** Saves the parent, and answers what makes rows its own. */
  async #owning(): Promise<Values> {
    const { key, match, type } = this.relation.keys
    await this.saveParent()
    const owner = { [match.attribute]: this.keyOf(this.parent, key) }
    return type === undefined ? owner : { ...owner, [type.column.attribute]: type.name }
  }

  create(values: Values, options?: ModelAssignOptions): Promise<Model> {
    return this.write('create', async (way) => {
      const owner = await this.#owning()
      return create(this.#model, { ...values, ...owner }, { ...options, ...way.options })
    })
  }

  createMany(values: readonly Values[], options?: ModelAssignOptions): Promise<Model[]> {
    if (!Array.isArray(values)) this.refuse('createMany', 'needs an array of objects')
    return this.write('createMany', async (way) => {
      const owner = await this.#owning()
      const given = { ...options, ...way.options }
      const rows = values.map((one: Values) => make(this.#model, { ...one, ...owner }, given))
      const { related } = this.relation
      const client = way.options.client ?? instanceClient(related, draft(this.#model, {}, given))
      await storeAll(callThrough(related, 'createMany', client, options ?? {}), rows, true)
      return rows
    })
  }

  save(row: Model): Promise<void> {
    return this.saveMany([row])
  }

  saveMany(rows: readonly Model[]): Promise<void> {
    return this.write('saveMany', async (way) => {
      const owner = await this.#owning()
      for (const row of rows) {
        Object.assign(row, owner)
        await this.saveRow(row, way.options)
      }
    })
  }

  firstOrCreate(search: Values, values?: Values, options?: ModelAssignOptions): Promise<Model> {
    return this.write('firstOrCreate', async (way) => {
      const owned = { ...search, ...(await this.#owning()) }
      return firstOrCreate(this.#model, owned, values, { ...options, ...way.options })
    })
  }

  updateOrCreate(search: Values, values: Values, options?: ModelAssignOptions): Promise<Model> {
    return this.write('updateOrCreate', async (way) => {
      const owned = { ...search, ...(await this.#owning()) }
      return updateOrCreate(this.#model, owned, values, { ...options, ...way.options })
    })
  }

  fetchOrCreateMany(rows: readonly Values[], keys?: unknown, options?: ModelAssignOptions) {
    return this.#many('fetchOrCreateMany', fetchOrCreateMany, rows, keys, options)
  }

  updateOrCreateMany(rows: readonly Values[], keys?: unknown, options?: ModelAssignOptions) {
    return this.#many('updateOrCreateMany', updateOrCreateMany, rows, keys, options)
  }

  #many(
    method: string,
    work: typeof fetchOrCreateMany,
    rows: readonly Values[],
    keys: unknown,
    options: ModelAssignOptions | undefined,
  ): Promise<Model[]> {
    if (!Array.isArray(rows)) this.refuse(method, 'needs an array of objects')
    return this.write(method, async (way) => {
      const owner = await this.#owning()
      const by = [keys ?? [], Object.keys(owner)].flat()
      const owned = rows.map((row: Values) => ({ ...row, ...owner }))
      return work(this.#model, by, owned, { ...options, ...way.options })
    })
  }
}

/** `belongsTo`: the parent has the related row's key. */
export class BelongsToClient extends RelationClient {
  ancestors(): RelatedQueryBuilder {
    return this.tree('ancestors')
  }

  breadcrumbs(): RelatedQueryBuilder {
    return this.tree('breadcrumbs')
  }

  associate(row: Model): Promise<void> {
    return this.write('associate', async (way) => {
      await this.saveRow(row, way.options)
      this.refer(this.keyOf(row, this.relation.keys.match), this.relation.keys.when?.name)
      await this.saveParent()
    })
  }

  async dissociate(): Promise<void> {
    this.refer(null, null)
    await this.saveParent()
  }

  protected refer(to: unknown, type: unknown): void {
    const { key, when } = this.relation.keys
    const named = when === undefined ? {} : { [when.column.attribute]: type }
    Object.assign(this.parent, { [key.attribute]: to, ...named })
  }
}
