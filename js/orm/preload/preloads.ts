/** The relations that a query was told to load. */
import { types } from 'node:util'
import { errors } from '../../errors/index.ts'
import type { Condition, Joiner } from '../../query/clauses.ts'
import type { Column } from '../columns/index.ts'
import type { ModelObject } from '../contracts/options.ts'
import type {
  EmbeddedLoader,
  PreloadName,
  RelationContract,
  RelationQueryOf,
} from '../contracts/relation.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { whyRelations } from '../definition/json_reason.ts'
import type { Call } from '../operation/call.ts'
import type { Explanation, Verbosity } from '../query_builder/explain.ts'
import { HasRelated, readComparison } from './conditions.ts'
import type { Calculation } from './counts.ts'
import { type LegQuery, Legs, whyInside } from './legs.ts'
import type { RelatedPart } from './part.ts'

/** A relation as it is loaded. */
export interface LoadableRelation extends RelationContract {
  readonly relatedModels: readonly ModelDefinition[]
  /** Whether nothing but its keys says which rows it has: no hook, and nothing that was declared. */
  readonly isPlain: boolean
  /** Whether conditions can count its rows: one document there stands for one of them. */
  readonly isCountable: boolean
  /** A query for the related rows of all rows that `call` reads. */
  eagerQuery(call: Call, sideloaded: Readonly<ModelObject> | undefined): LoadableQuery
}

/** The query for the related rows of one model. */
interface FoundQuery extends LegQuery {
  /** Explains how the related rows of documents are read. */
  explainFor(above: readonly unknown[], verbosity: Verbosity): Promise<Explanation>
  explainJson(): { readonly native: boolean; readonly reason?: string }
  /** Which rows are meant. */
  found(operation: string): RelatedPart
}

/** The query of a relation. */
export interface LoadableQuery {
  /** The query, or one for each of the models that rows may be of. */
  readonly legs: readonly FoundQuery[]
  /** What is calculated of its rows. */
  calculation(operation: Calculates): Calculation
}

export type Calculates = 'withCount' | 'withAggregate'

type Callback = (query: never) => unknown

interface Entry {
  readonly relation: LoadableRelation
  readonly callback: Callback | undefined
}

/** Relations by name, each with what constrains its query. */
export class Preloads {
  readonly #entries = new Map<string, Entry>()
  #counts: readonly (Entry & { operation: Calculates })[] = []
  /** What is loaded of embedded documents, by the columns that hold them. */
  readonly #inside = new Map<Column, Preloads>()

  /**
   * Adds what a name of the model says: a relation, or relations of the documents that a column holds. Errors:
   * `E_UNDEFINED_RELATIONSHIP`, `E_MODEL_DEFINITION`, `E_INVALID_QUERY`.
   */
  addNamed(
    definition: ModelDefinition,
    name: string,
    callback: unknown,
    operation: 'preload' | 'load',
  ): this {
    const column = definition.column(name)
    if (column?.embeds === undefined) {
      return this.add(definition.relations.named(name, operation), callback)
    }
    const place = { model: definition.model, relationName: name }
    if (typeof callback !== 'function') {
      const how = `${operation}('${name}', (${name}) => ${name}.preload(…))`
      refuse(place, operation, `it holds documents; say what is loaded of them: ${how}`)
    }
    const preloads = this.#inside.get(column) ?? new Preloads()
    this.#inside.set(column, preloads)
    const model = definitionOf(column.embeds.model())
    runNow(place, operation, callback as Callback, new EmbeddedPreloads(model, preloads))
    return this
  }

  /** Adds a relation; one that is there already is told anew. Errors: `E_MODEL_DEFINITION`. */
  add(given: RelationContract, callback?: unknown): this {
    this.#entries.set(given.relationName, entryOf(given, callback, 'preload'))
    return this
  }

  /** Adds what is calculated of a relation. Errors: `E_MODEL_DEFINITION`, `E_INVALID_QUERY`. */
  addCount(given: RelationContract, callback: unknown, operation: Calculates): void {
    this.#counts = [...this.#counts, { ...entryOf(given, callback, operation), operation }]
  }

  has(name: string): boolean {
    return this.#entries.has(name) || [...this.#inside.keys()].some((one) => one.attribute === name)
  }

  copy(): Preloads {
    const copy = new Preloads()
    for (const [name, entry] of this.#entries) copy.#entries.set(name, entry)
    copy.#counts = this.#counts
    for (const [column, preloads] of this.#inside) copy.#inside.set(column, preloads.copy())
    return copy
  }

  /** Stored names of the keys that rows need. */
  get keys(): string[] {
    const keys = [...this.#entries.values(), ...this.#counts].flatMap(
      (one) => one.relation.keyNames,
    )
    return [...keys, ...[...this.#inside.keys()].map(({ stored }) => stored)]
  }

  get names(): string[] {
    return [...this.#entries.keys()]
  }

  get models(): ModelDefinition[] {
    return [...this.#entries.values()].flatMap(({ relation }) => relation.relatedModels)
  }

  /** Whether their names are all that there is to say. */
  get isPlain(): boolean {
    const entries = [...this.#entries.values()]
    const isPlain = entries.every(({ relation, callback }) => {
      return callback === undefined && relation.isPlain
    })
    return isPlain && this.#counts.length === 0 && this.#inside.size === 0
  }

  begin(
    call: Call,
    operation: 'fetch' | 'stream',
    sideloaded: Readonly<ModelObject> | undefined,
  ): Promise<Legs> {
    const queries = [...this.#entries.values()].flatMap(
      (entry) => queryOf(entry, call, sideloaded, 'preload').legs,
    )
    const counts = this.#counts.map((entry) =>
      queryOf(entry, call, undefined, entry.operation).calculation(entry.operation),
    )
    const inside = [...this.#inside].map(([column, preloads]) => ({
      column,
      begin: () => preloads.begin(call, operation, sideloaded),
    }))
    return Legs.begin(queries, counts, call, operation, inside)
  }

  /** Explains how the relations of these documents are read, and what is calculated of them. */
  async explain(
    call: Call,
    above: readonly unknown[],
    verbosity: Verbosity,
  ): Promise<Record<string, Explanation>> {
    const explained: Record<string, Explanation> = {}
    for (const entry of this.#entries.values()) {
      const { legs } = queryOf(entry, call, undefined, 'preload')
      for (const leg of legs) {
        const { relationName } = entry.relation
        const name = leg.when === undefined ? relationName : `${relationName}.${leg.when.name}`
        explained[name] = await leg.explainFor(above, verbosity)
      }
    }
    for (const entry of this.#counts) {
      const query = queryOf(entry, call, undefined, entry.operation)
      const { alias } = query.calculation(entry.operation)
      for (const leg of query.legs) explained[alias] = await leg.explainFor(above, verbosity)
    }
    for (const [{ attribute, stored }, preloads] of this.#inside) {
      const items = above.flatMap((row) => (row as Record<string, unknown[]>)[stored] ?? [])
      for (const [name, one] of Object.entries(await preloads.explain(call, items, verbosity))) {
        explained[`${attribute}.${name}`] = one
      }
    }
    return explained
  }

  /** Why rows are needed to write the relations as JSON, if they are. */
  whyRows(call: Call): string | undefined {
    const [inside] = this.#inside.keys()
    if (inside !== undefined) return whyInside(inside.attribute)
    const names: (string | null)[] = []
    for (const entry of this.#entries.values()) {
      const { relationName, serializeAs } = entry.relation
      const [leg, another] = queryOf(entry, call, undefined, 'preload').legs
      const reason =
        another === undefined ? leg?.explainJson().reason : 'its rows are of several models'
      if (reason !== undefined) return `${relationName}: ${reason}`
      names.push(serializeAs)
    }
    return whyRelations(call.definition, names)
  }
}

/** Says what is loaded of embedded documents. */
class EmbeddedPreloads<M> implements EmbeddedLoader<M> {
  readonly #definition: ModelDefinition
  readonly #preloads: Preloads

  constructor(definition: ModelDefinition, preloads: Preloads) {
    this.#definition = definition
    this.#preloads = preloads
  }

  preload<Name extends PreloadName<M>>(
    relation: Name,
    callback?: (query: RelationQueryOf<M, Name>) => void,
  ): this {
    this.#preloads.addNamed(this.#definition, relation, callback, 'preload')
    return this
  }
}

/** A condition over the rows of a relation. Errors: `E_MODEL_DEFINITION`, `E_INVALID_QUERY`. */
export function hasRelated(
  call: Call,
  given: RelationContract,
  callback: unknown,
  [operator, number]: readonly unknown[],
): Condition {
  const { operation } = call
  const entry = entryOf(given, callback, operation)
  const { relation } = entry
  const count = readComparison(relation.model.name, operation, operator, number)
  if (count !== undefined && !relation.isCountable) {
    refuse(
      relation,
      operation,
      'its rows are related through others, named by an array, or of several models: a condition cannot count them',
    )
  }
  const field = relation.keyNames[0] as string
  const conditions = queryOf(entry, call, undefined, operation).legs.map((leg) => {
    const part = leg.found(operation)
    if (part.between?.tree !== undefined) {
      refuse(relation, operation, 'a condition cannot follow a tree; find the keys first')
    }
    const related = new HasRelated(relation.relationName, part, count)
    return caseOf({ kind: 'related', field, related }, leg)
  })
  return conditions.length === 1 ? (conditions[0] as Condition) : groupOf('or', conditions)
}

/** A condition over the related rows of one of the models that there may be. */
function caseOf(condition: Condition, { when }: LegQuery): Condition {
  if (when === undefined) return condition
  const field = when.column.stored
  return groupOf('and', [{ kind: 'compare', field, operator: '$eq', value: when.name }, condition])
}

function groupOf(joiner: Joiner, conditions: readonly Condition[]): Condition {
  const clauses = conditions.map((condition) => ({ joiner, negated: false, condition }))
  return { kind: 'group', clauses }
}

function entryOf(given: RelationContract, callback: unknown, operation: string): Entry {
  const relation = given as LoadableRelation
  relation.boot()
  if (callback !== undefined && typeof callback !== 'function') {
    const got = `needs a function, got a value of type ${typeof callback}`
    refuse(relation, operation, `${operation}() ${got}`)
  }
  return { relation, callback: callback as Callback | undefined }
}

/** The query of a relation, as the callback narrows it. */
function queryOf(
  { relation, callback }: Entry,
  call: Call,
  sideloaded: Readonly<ModelObject> | undefined,
  operation: string,
): LoadableQuery {
  const query = relation.eagerQuery(call, sideloaded)
  if (callback !== undefined) runNow(relation, operation, callback, query)
  return query
}

function runNow(place: Place, operation: string, callback: Callback, query: unknown): void {
  const answer = callback(query as never)
  if (!types.isPromise(answer)) return
  // Nobody else will look at it.
  answer.catch(() => {})
  refuse(place, operation, `the callback of ${operation}() must not be async`)
}

type Place = Pick<RelationContract, 'model' | 'relationName'>

function refuse({ model, relationName }: Place, operation: string, why: string): never {
  throw new errors.E_INVALID_QUERY(`${model.name}.${relationName}: ${why}`, {
    model: model.name,
    operation,
  })
}
