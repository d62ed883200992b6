/** Reading one document or a few by what is known of them. */
import { CHUNK, ROW, VALUES } from '../../codec/accessors.ts'
import { errors } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { isObjectId } from '../columns/ids.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { FindOptions, ModelAdapterOptions } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { REST } from '../contracts/state.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { runLifecycle } from '../hooks/runner.ts'
import { absorb, modelOf, restOf } from '../instance/attributes.ts'
import { storedValue } from '../instance/stored.ts'
import { callOf } from '../persistence/call.ts'
import { canCoalesce, coalesceFind, type Found } from '../persistence/coalesce_finds.ts'
import { adopt, currentTransaction } from '../persistence/enlist.ts'
import { ModelQueryBuilder } from '../query_builder/index.ts'
import { rowNotFound } from '../query_builder/row_not_found.ts'

type Instance<T extends ModelClass> = InstanceType<T>

const HEX_ID = /^[0-9a-f]{24}$/i

/** Errors: `E_UNDEFINED_VALUE`, `E_INVALID_OBJECT_ID`. */
function checkKey(definition: ModelDefinition, value: unknown, operation: string): void {
  const { attribute, objectId } = definition.primary
  if (value === undefined) {
    throw new errors.E_UNDEFINED_VALUE(
      `${definition.name}.${operation}() needs a value for "${attribute}" and got undefined`,
      { model: definition.name, column: attribute, operation },
    )
  }
  if (!objectId || value === null) return
  if (typeof value === 'string' ? HEX_ID.test(value) : isObjectId(value)) return
  const given = typeof value === 'string' ? 'another string' : `a value of type ${typeof value}`
  throw new errors.E_INVALID_OBJECT_ID(
    `${definition.name}.${attribute} needs an ObjectId or its 24 hexadecimal digits, got ${given}`,
    { model: definition.name, column: attribute, operation },
  )
}

export async function find<T extends ModelClass>(
  model: T,
  value: unknown,
  given?: FindOptions,
): Promise<Instance<T> | null> {
  const definition = definitionOf(model)
  checkKey(definition, value, 'find')
  const options = own(given)
  const { client, signal, timeout } = callOf(definition, options)
  const coalesce =
    (options.coalesce ?? model.coalesceFinds) &&
    signal === undefined &&
    timeout === undefined &&
    canCoalesce(definition, value) &&
    !definition.hooks.has('beforeFind')
  if (!coalesce || client.isTransaction) {
    return findWhere(model, definition.primary.attribute, value, options)
  }
  const take = async (): Promise<Model | null> => {
    const found = await coalesceFind(definition, client, value)
    if (found instanceof native.Failure) {
      throw found.toError({
        model: definition.name,
        operation: 'find',
        connection: client.connectionName,
      })
    }
    return found === null ? null : hydrateFound(definition, found, options)
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
  return instance as Instance<T> | null
}

function hydrateFound(
  definition: ModelDefinition,
  { chunk, row }: Found,
  options: ModelAdapterOptions,
): Model {
  const instance = definition.hydrate(chunk, row)
  adopt(instance, options.client, options.connection)
  return instance
}

/** A query whose columns the caller has checked. */
function queryOf<T extends ModelClass>(
  model: T,
  options?: ModelAdapterOptions,
): ModelQueryBuilder<Model> {
  return new ModelQueryBuilder<Model>(definitionOf(model), options)
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

/** The arguments of `findBy`: a clause or a key and a value, then options. */
export async function findBy<T extends ModelClass>(
  model: T,
  args: readonly unknown[],
): Promise<Instance<T> | null> {
  const [clause, value] = args
  if (typeof clause === 'string') {
    if (value === undefined) {
      throw new errors.E_UNDEFINED_VALUE(
        `${model.name}.findBy() needs a value for "${clause}" and got undefined`,
        { model: model.name, column: clause, operation: 'findBy' },
      )
    }
    return findWhere(model, clause, value, args[2] as ModelAdapterOptions | undefined)
  }
  if (typeof clause !== 'object' || clause === null || Object.keys(clause).length === 0) {
    throw new errors.E_INVALID_QUERY(
      `${model.name}.findBy() needs a property name and a value, or an object with at least one`,
      { model: model.name, operation: 'findBy' },
    )
  }
  const query = queryOf(model, args[1] as ModelAdapterOptions | undefined).where(clause as never)
  return query.findOne('find') as Promise<Instance<T> | null>
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
  for (const value of values) checkKey(definition, value, 'findMany')
  const key = definition.primary.attribute
  const query = queryOf(model, options).whereIn(key, values as never)
  return (await query.orderBy(key, 'desc')) as Instance<T>[]
}

export async function all<T extends ModelClass>(
  model: T,
  options?: ModelAdapterOptions,
): Promise<Instance<T>[]> {
  const key = definitionOf(model).primary.attribute
  return (await queryOf(model, options).orderBy(key, 'desc')) as Instance<T>[]
}

/** Puts the stored document in place of the instance's state. */
export async function refresh(instance: Model): Promise<void> {
  if (!instance.$isPersisted) return
  const definition = absorb(instance)
  const model = modelOf(instance)
  const before = instance[REST]
  const trx = currentTransaction(instance)
  const connection = trx === undefined ? before?.connection : undefined
  const key = definition.primary.attribute
  const id = storedValue(instance, definition, definition.primary)
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
  // No part of the document.
  if (before?.sideloaded !== undefined) restOf(instance).sideloaded = before.sideloaded
  if (before?.preloaded !== undefined) restOf(instance).preloaded = before.preloaded
}
