/** Collections between two models: each of their documents links two. */
import { errors } from '../../errors/index.ts'
import { dateColumn } from '../columns/dates.ts'
import type { Column } from '../columns/index.ts'
import { likeKey } from '../columns/keys.ts'
import type { DateColumnOptions } from '../columns/options.ts'
import type { ConcreteModelClass, ModelClass } from '../contracts/index.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { VerbatimNamingStrategy } from '../naming_strategies/index.ts'
import type { Rule } from '../rules/index.ts'

/** Dates of the documents of a pivot collection: with these names, or as they are called by default. */
export type PivotTimestamps =
  | boolean
  | { readonly createdAt?: string | boolean; readonly updatedAt?: string | boolean }

/** What a relation says of its pivot collection. */
export interface PivotSpec {
  /** What has the relation, for messages. */
  readonly owner: { readonly model: ModelClass; readonly relationName: string }
  /** A collection, or a model of one. */
  readonly table: string | (() => ModelClass)
  /** Stored names of the two keys, and the columns that these refer to. */
  readonly foreignKey: readonly [name: string, of: Column]
  readonly relatedKey: readonly [name: string, of: Column]
  readonly columns: readonly string[]
  readonly timestamps: PivotTimestamps | undefined
}

/** Names that conditions and attributes may use beside the declared ones. */
const MOST_NAMES = 64

/** A pivot collection as a model: the application's, or one that is made for it. */
export class Pivot {
  readonly #spec: PivotSpec
  readonly #dates: readonly (readonly [name: string, options: DateColumnOptions])[]
  readonly #names: Set<string>
  #definition: ModelDefinition | undefined

  constructor(spec: PivotSpec) {
    this.#spec = spec
    this.#dates = datesOf(spec.timestamps)
    this.#names = new Set(spec.columns)
  }

  get definition(): ModelDefinition {
    this.#definition ??= this.#find()
    return this.#definition
  }

  /** The columns that rows show beside their own. */
  get shown(): readonly string[] {
    const { foreignKey, relatedKey, columns } = this.#spec
    return [foreignKey[0], relatedKey[0], ...columns, ...this.#dates.map(([name]) => name)]
  }

  /**
   * Makes names known that nobody declared. Errors: `E_INVALID_QUERY` when they become too many: names
   * must not come from a request.
   */
  know(names: Iterable<unknown>): void {
    if (typeof this.#spec.table !== 'string') return
    for (const name of names) {
      const first = typeof name === 'string' ? (name.split('.')[0] as string) : ''
      if (first === '' || this.definition.column(first) !== undefined) continue
      const { model, relationName } = this.#spec.owner
      if (this.#names.size >= MOST_NAMES + this.#spec.columns.length) {
        throw new errors.E_INVALID_QUERY(
          `${model.name}.${relationName}: too many names in the pivot collection; declare a model for it`,
          { model: model.name, operation: 'pivot' },
        )
      }
      this.#names.add(first)
      this.#definition = undefined
    }
  }

  #find(): ModelDefinition {
    const { table, foreignKey, relatedKey } = this.#spec
    if (typeof table !== 'string') return definitionOf(table())
    const definition = definitionOf(modelOf(this.#spec.owner.model, table))
    const { schema } = definition
    for (const [name, of] of [foreignKey, relatedKey]) schema.addColumn(name, ...likeKey(name, of))
    for (const [name, given] of this.#dates) {
      const { options, kind } = dateColumn('datetime', name, { ...given, columnName: name })
      schema.addColumn(name, options, kind)
    }
    for (const name of this.#names) {
      if (schema.attribute(name) === undefined) schema.addColumn(name, { columnName: name })
    }
    return definition
  }
}

function datesOf(timestamps: PivotTimestamps | undefined): [string, DateColumnOptions][] {
  if (timestamps === undefined || timestamps === false) return []
  const { createdAt = true, updatedAt = true } = timestamps === true ? {} : timestamps
  const nameOf = (given: string | boolean, name: string) => (given === true ? name : given)
  const dates: [string | false, DateColumnOptions][] = [
    [nameOf(createdAt, 'created_at'), { autoCreate: true }],
    [nameOf(updatedAt, 'updated_at'), { autoCreate: true, autoUpdate: true }],
  ]
  return dates.filter((one): one is [string, DateColumnOptions] => one[0] !== false)
}

/** Which database it is in, and nothing of the columns that it has not. */
function placeOnly({ name, database }: Rule): Rule {
  return { name, database }
}

/** A model of a collection that lives where another model does. */
function modelOf(owner: ModelClass, collection: string): ModelClass {
  let root = owner
  for (;;) {
    const parent = Object.getPrototypeOf(root) as ModelClass | null
    if (typeof parent !== 'function' || !('namingStrategy' in parent)) break
    root = parent
  }
  const Made = class extends (root as ConcreteModelClass) {}
  Object.defineProperties(Made, {
    name: { value: collection },
    collection: { value: collection, configurable: true },
    namingStrategy: { value: new VerbatimNamingStrategy() },
    connection: { get: () => owner.connection },
    $database: { get: () => owner.$database },
    rules: { get: () => definitionOf(owner).rules.places.map(placeOnly) },
  })
  return Made
}
