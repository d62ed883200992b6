/** Reading one document or a few by what is known of them. */
import { CHUNK, ROW, VALUES } from '../../codec/accessors.ts'
import { errors } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { uuidHint } from '../../query/messages.ts'
import { isObjectId } from '../columns/ids.ts'
import { isUuid } from '../columns/uuids.ts'
import { adapterOf } from '../contracts/adapter.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { FindOptions, ModelAdapterOptions } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { REST } from '../contracts/state.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { runLifecycle } from '../hooks/runner.ts'
import { absorb, modelOf, restOf } from '../instance/attributes.ts'
import { keepViews } from '../instance/views.ts'
import { callOf } from '../persistence/call.ts'
import { canCoalesce, coalesceFind, type Found, findAlone } from '../persistence/coalesce_finds.ts'
import { adopt, currentTransaction } from '../persistence/enlist.ts'
import { keyOf } from '../persistence/identity.ts'
import { readsApart } from '../persistence/keys_apart.ts'
import { reported } from '../persistence/report.ts'
import { ModelQueryBuilder } from '../query_builder/index.ts'
import { rowNotFound } from '../query_builder/row_not_found.ts'

type Instance<T extends ModelClass> = InstanceType<T>

const HEX_ID = /^[0-9a-f]{24}$/i

/**
 * A primary key as documents have it. Errors: `E_UNDEFINED_VALUE`, `E_INVALID_OBJECT_ID`,
 * `E_INVALID_VALUE` for what is no UUID.
 */
function readKey(definition: ModelDefinition, value: unknown, operation: string): unknown {
  const { primary, name } = definition
  const { attribute } = primary
  if (value === undefined) {
    throw new errors.E_UNDEFINED_VALUE(
      `${name}.${operation}() needs a value for "${attribute}" and got undefined`,
      { model: name, column: attribute, operation },
    )
  }
  if (value === null) return null
  if (primary.preparesWhole === true) return value
  if (primary.objectId) checkObjectId(definition, value, operation)
  else if (primary.kind.uuid === true) checkUuid(definition, value, operation)
  else if (primary.generate === 'sequence') return primary.prepare?.(value)
  return value
}

function checkObjectId(definition: ModelDefinition, value: unknown, operation: string): void {
  if (typeof value === 'string' ? HEX_ID.test(value) : isObjectId(value)) return
  const { name, primary } = definition
  throw new errors.E_INVALID_OBJECT_ID(
    `${name}.${operation}(): "${primary.attribute}" needs an ObjectId or its 24 hexadecimal digits, ` +
      `got ${kindOf(value)}${uuidHint(value)}`,
    { model: name, column: primary.attribute, operation },
  )
}

function checkUuid(definition: ModelDefinition, value: unknown, operation: string): void {
  if (isUuid(value)) return
  const { name, primary } = definition
  throw new errors.E_INVALID_VALUE(
    `${name}.${operation}(): "${primary.attribute}" needs a UUID, got ${kindOf(value)}`,
    { model: name, column: primary.attribute, operation },
  )
}

function kindOf(value: unknown): string {
  return typeof value === 'string' ? 'another string' : `a value of type ${typeof value}`
}

export async function find<T extends ModelClass>(
  model: T,
  given: unknown,
  findOptions?: FindOptions,
): Promise<Instance<T> | null> {
  const definition = definitionOf(model)
  const value = readKey(definition, given, 'find')
  const options = own(findOptions)
  const call = callOf(definition, options)
  const { client, signal, timeout } = call
  // A hook may change the query, an adapter may make another one.
  const isPlain =
    canCoalesce(definition, value) &&
    !definition.hooks.has('beforeFind') &&
    adapterOf(model) === undefined
  if (!isPlain) return findWhere(model, definition.primary.attribute, value, options)
  const coalesce =
    (options.coalesce ?? model.coalesceFinds) && signal === undefined && timeout === undefined
  const look = async (): Promise<Found | null> => {
    if (!coalesce || client.isTransaction || readsApart(definition, client)) {
      return findAlone(definition, call, value)
    }
    const found = await coalesceFind(definition, client, value)
    if (!(found instanceof native.Failure)) return found
    throw found.toError({
      model: definition.name,
      operation: 'find',
      connection: client.connectionName,
    })
  }
  const take = async (): Promise<Model | null> => {
    const found = await reported(call, { definition, operation: 'find' }, look)
    if (found === null) return null
    const instance = definition.hydrate(found.chunk, found.row)
    adopt(instance, client.isTransaction ? client : options.client, options.connection)
    return instance
  }
  if (!definition.hooks.has('afterFind')) return (await take()) as Instance<T> | null
  let instance: Model | null = null
  await runLifecycle(definition, 'find', client, {
    subjects: 1,
    subject: () => instance,
    async command() {
      instance = await take()
      return true
    },
    settle() {},
    restore() {},
  })
  if (instance !== null) keepViews(definition, [instance])
  return instance as Instance<T> | null
}

/** A query of the class, whose columns the caller has checked. */
export function queryOf(
  model: ModelClass,
  options?: ModelAdapterOptions,
): ModelQueryBuilder<Model> {
  return query<ModelClass>(model, options)
}

/** What `Model.query()` answers. */
export function query<T extends ModelClass>(
  model: T,
  options?: ModelAdapterOptions,
): ModelQueryBuilder<Instance<T>> {
  const adapter = adapterOf(model)
  if (adapter !== undefined) return adapter.query(model, options)
  return new ModelQueryBuilder<Instance<T>>(definitionOf(model), options)
}

function findWhere<T extends ModelClass>(
  model: T,
  key: string,
  value: unknown,
  options?: ModelAdapterOptions,
): Promise<Instance<T> | null> {
  const query = queryOf(model, options).where(key, value as never)
  return query.findOne('find') as Promise<Instance<T> | null>
}

export async function findOrFail<T extends ModelClass>(
  model: T,
  value: unknown,
  options?: FindOptions,
): Promise<Instance<T>> {
  return (await find(model, value, options)) ?? rowNotFound(model, 'findOrFail')
}

/**
 * The query of `findBy` and `findManyBy`, by their arguments: a clause, or a key and a value, then
 * options. Errors: `E_UNDEFINED_VALUE`, `E_INVALID_QUERY`, `E_UNKNOWN_COLUMN`.
 */
function queryBy(
  model: ModelClass,
  args: readonly unknown[],
  operation: string,
): ModelQueryBuilder<Model> {
  const [clause, value] = args
  if (typeof clause === 'string') {
    if (value === undefined) {
      throw new errors.E_UNDEFINED_VALUE(
        `${model.name}.${operation}() needs a value for "${clause}" and got undefined`,
        { model: model.name, column: clause, operation },
      )
    }
    const options = args[2] as ModelAdapterOptions | undefined
    return queryOf(model, options).where(clause, value as never)
  }
  if (typeof clause !== 'object' || clause === null || Object.keys(clause).length === 0) {
    throw new errors.E_INVALID_QUERY(
      `${model.name}.${operation}() needs a property name and a value, or an object with at least one`,
      { model: model.name, operation },
    )
  }
  return queryOf(model, value as ModelAdapterOptions | undefined).where(clause as never)
}

export async function findBy<T extends ModelClass>(
  model: T,
  args: readonly unknown[],
): Promise<Instance<T> | null> {
  return (await queryBy(model, args, 'findBy').findOne('find')) as Instance<T> | null
}

export async function findManyBy<T extends ModelClass>(
  model: T,
  args: readonly unknown[],
): Promise<Instance<T>[]> {
  return (await queryBy(model, args, 'findManyBy')) as Instance<T>[]
}

export async function findByOrFail<T extends ModelClass>(
  model: T,
  args: readonly unknown[],
): Promise<Instance<T>> {
  return (await findBy(model, args)) ?? rowNotFound(model, 'findByOrFail')
}

export async function findMany<T extends ModelClass>(
  model: T,
  values: readonly unknown[],
  options?: ModelAdapterOptions,
): Promise<Instance<T>[]> {
  if (!Array.isArray(values)) {
    throw new errors.E_INVALID_QUERY(`${model.name}.findMany() needs an array of primary keys`, {
      model: model.name,
      operation: 'findMany',
    })
  }
  const definition = definitionOf(model)
  const wanted = values.map((value) => readKey(definition, value, 'findMany'))
  const key = definition.primary.attribute
  const query = queryOf(model, options).whereIn(key, wanted as never)
  return (await query.orderBy(key, 'desc')) as Instance<T>[]
}

export async function all<T extends ModelClass>(
  model: T,
  options?: ModelAdapterOptions,
): Promise<Instance<T>[]> {
  const key = definitionOf(model).primary.attribute
  return (await queryOf(model, options).orderBy(key, 'desc')) as Instance<T>[]
}

/** Reads the document again. */
export async function refresh(instance: Model): Promise<void> {
  if (!instance.$isPersisted) return
  const adapter = adapterOf(modelOf(instance))
  await (adapter === undefined ? reload(instance) : adapter.refresh(instance))
}

/** Puts the stored document in place of the instance's state. */
export async function reload(instance: Model): Promise<void> {
  const definition = absorb(instance)
  const model = modelOf(instance)
  const before = instance[REST]
  const trx = currentTransaction(instance)
  const connection = trx === undefined ? before?.connection : undefined
  const key = definition.primary.attribute
  const id = keyOf(definition, instance)
  const options = {
    ...(trx === undefined ? {} : { client: trx }),
    ...(connection === undefined ? {} : { connection }),
  }
  const query = queryOf(model, options).where(key, id as never)
  const fresh = await query.findOne('find')
  if (fresh === null) rowNotFound(model, 'refresh')
  const rest = fresh[REST]
  instance[CHUNK] = fresh[CHUNK]
  instance[ROW] = fresh[ROW]
  instance[VALUES] = fresh[VALUES]
  instance[REST] = rest === null ? null : { ...rest }
  // Writes that are under way put back what the instance was when they began.
  if (before?.pending !== undefined) restOf(instance).pending = before.pending
  // No part of the document.
  if (before?.sideloaded !== undefined) restOf(instance).sideloaded = before.sideloaded
  if (before?.preloaded !== undefined) restOf(instance).preloaded = before.preloaded
}
