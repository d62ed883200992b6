/** `firstOrNew`, `firstOrCreate` and `updateOrCreate`. */
import type { Chunk } from '../../../codec/chunk.ts'
import type { QueryClient } from '../../../database/client.ts'
import { errors } from '../../../errors/index.ts'
import { resolvePath } from '../../../query/index.ts'
import type { Model, ModelClass } from '../../contracts/index.ts'
import { adapterOf } from '../../contracts/index.ts'
import type { ModelAssignOptions } from '../../contracts/options.ts'
import { own } from '../../contracts/own.ts'
import { definitionOf, type ModelDefinition } from '../../definition/index.ts'
import { assign } from '../../instance/attributes.ts'
import { callOf } from '../../operation/call.ts'
import { inTransaction } from '../../operation/dependents.ts'
import * as persist from '../../persistence/index.ts'
import { make } from '../../persistence/make.ts'
import { overrides, saveAsClass, savingBy } from '../../persistence/overrides.ts'
import type { ModelQueryBuilder } from '../../query_builder/index.ts'
import { queryOf } from '../../query_builder/of_model.ts'
import { AGAIN, type Race, unlessLost, untilDecided } from './races.ts'

type Values = Readonly<Record<string, unknown>>

/** Errors: `E_INVALID_QUERY` for anything but an object. */
function readValues(model: ModelClass, operation: string, what: string, given: unknown): Values {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given as Values
  throw new errors.E_INVALID_QUERY(`${model.name}.${operation}() needs an object ${what}`, {
    model: model.name,
    operation,
  })
}

/** The arguments of one call. */
class Request<T extends ModelClass> implements Race {
  readonly model: T
  readonly operation: string
  readonly definition: ModelDefinition
  readonly search: Values
  readonly values: Values
  readonly options: ModelAssignOptions
  /** What was found in the place of an insert: it is not read again. */
  #met: Chunk | undefined

  constructor(
    model: T,
    operation: string,
    search: unknown,
    values: unknown,
    options: ModelAssignOptions | undefined,
  ) {
    this.model = model
    this.operation = operation
    this.definition = definitionOf(model)
    this.search = readValues(model, operation, 'of properties to search by', search)
    this.values = readValues(model, operation, 'of values', values ?? {})
    this.options = own(options)
  }

  get fields(): ReadonlySet<string> {
    const keys = Object.keys(this.search)
    return new Set(keys.map((key) => resolvePath(this.definition, key).field))
  }

  /** Errors: `E_UNDEFINED_VALUE`, `E_UNKNOWN_COLUMN`. */
  query(options = this.options): ModelQueryBuilder<Model> {
    const query = queryOf(this.model, options)
    return Object.keys(this.search).length === 0 ? query : query.where(this.search as never)
  }

  make(options = this.options): InstanceType<T> {
    // A value that is not given leaves what was searched by.
    const given = Object.entries(this.values).filter(
      ([key, value]) => value !== undefined || !Object.hasOwn(this.search, key),
    )
    return make(this.model, { ...this.search, ...Object.fromEntries(given) }, options)
  }

  /** The first document that matches, with the find hooks. */
  async find(query: ModelQueryBuilder<Model>): Promise<InstanceType<T> | null> {
    const met = this.#met
    this.#met = undefined
    return (await query.findOne('find', met)) as InstanceType<T> | null
  }

  /** Stores a new instance. Answers `AGAIN` when a document is there by now. */
  async create(
    query: ModelQueryBuilder<Model>,
    client: QueryClient,
    options = this.options,
  ): Promise<InstanceType<T> | typeof AGAIN> {
    const instance = this.make(options)
    const alone =
      adapterOf(this.model) === undefined && !overrides(this.model, savingBy(options.hooks))
    if (client.isTransaction || !alone) {
      await unlessLost(this, [instance], () => saveAsClass(this.model, instance, options))
      return instance
    }
    // The hooks of the search say what counts as found.
    this.#met = await persist.insertUnlessFound(instance, options, query.plan())
    return this.#met === undefined ? instance : AGAIN
  }
}

export async function firstOrNew<T extends ModelClass>(
  model: T,
  search: unknown,
  values: unknown,
  options: ModelAssignOptions | undefined,
): Promise<InstanceType<T>> {
  const request = new Request(model, 'firstOrNew', search, values, options)
  const found = await request.query().findOne('find')
  return found === null ? request.make() : (found as InstanceType<T>)
}

export async function firstOrCreate<T extends ModelClass>(
  model: T,
  search: unknown,
  values: unknown,
  options: ModelAssignOptions | undefined,
): Promise<InstanceType<T>> {
  const request = new Request(model, 'firstOrCreate', search, values, options)
  const call = callOf(request.definition, request.operation, request.options)
  return untilDecided(request, call, async () => {
    const query = request.query()
    return (await request.find(query)) ?? request.create(query, call.client)
  })
}

export async function updateOrCreate<T extends ModelClass>(
  model: T,
  search: unknown,
  values: unknown,
  given: ModelAssignOptions | undefined,
): Promise<InstanceType<T>> {
  const request = new Request(model, 'updateOrCreate', search, values, given)
  const call = callOf(request.definition, request.operation, request.options)
  return untilDecided(request, call, () =>
    inTransaction(call, async (client) => {
      const options = { ...request.options, client }
      const query = request.query(options)
      // Others write to it at the same moment: what was met in the place of an insert is an old version.
      const found = (await query.findOne('find')) as InstanceType<T> | null
      if (found === null) return request.create(query, client, options)
      assign(found, request.values, options.allowExtraProperties === true)
      await unlessLost(request, [found], () => saveAsClass(model, found, options))
      return found
    }),
  )
}
