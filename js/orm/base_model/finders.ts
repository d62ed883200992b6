import type { Connection } from '../../database/connection.ts'
import { refuse } from '../../errors/index.ts'
import { uuidHint } from '../../query/messages.ts'
import { isObjectId } from '../columns/ids.ts'
import { isUuid } from '../columns/uuids.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import { adapterOf } from '../contracts/index.ts'
import type { FindOptions, ModelAdapterOptions } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { rowNotFound } from '../contracts/row_not_found.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { ensureOwn, modelOf } from '../instance/attributes.ts'
import { keepViews } from '../instance/keep_views.ts'
import { type Call, callOf } from '../operation/call.ts'
import { Run } from '../operation/run.ts'
import { reported } from '../operation/send.ts'
import { canCoalesce, coalesceFind, type Found, findAlone } from '../persistence/coalesce_finds.ts'
import { adopt } from '../persistence/enlist.ts'
import { readsApart } from '../persistence/keys_apart.ts'
import type { ModelQueryBuilder } from '../query_builder/index.ts'
import { queryOf, reload } from '../query_builder/of_model.ts'

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
    refuse(
      'E_UNDEFINED_VALUE',
      name,
      operation,
      `.${operation}() needs a value for "${attribute}" and got undefined`,
      attribute,
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
  refuse(
    'E_INVALID_OBJECT_ID',
    name,
    operation,
    `.${operation}(): "${primary.attribute}" needs an ObjectId or its 24 hexadecimal digits, ` +
      `got ${kindOf(value)}${uuidHint(value)}`,
    primary.attribute,
  )
}

function checkUuid(definition: ModelDefinition, value: unknown, operation: string): void {
  if (isUuid(value)) return
  const { name, primary } = definition
  refuse(
    'E_INVALID_VALUE',
    name,
    operation,
    `.${operation}(): "${primary.attribute}" needs a UUID, got ${kindOf(value)}`,
    primary.attribute,
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
  const call = callOf(definition, 'find', options)
  // A hook may change the query, an adapter may make another one.
  const isPlain =
    canCoalesce(definition, value) &&
    !definition.hooks.has('beforeFind', call.muted) &&
    adapterOf(model) === undefined
  if (!isPlain) return findWhere(model, definition.primary.attribute, value, options)
  if (!definition.hooks.has('afterFind', call.muted)) {
    return (await take(call, value, options)) as Instance<T> | null
  }
  const run = new FindRun(call, 'find', 1)
  try {
    await run.before()
    run.found = await take(call, value, options)
    await run.after(true)
  } finally {
    run.end()
  }
  if (run.found !== null) keepViews(definition, [run.found])
  return run.found as Instance<T> | null
}

/** Finding one document, with after hooks. */
class FindRun extends Run {
  found: Model | null = null

  protected subject(): Model | null {
    return this.found
  }
}

async function take(call: Call, key: unknown, options: FindOptions): Promise<Model | null> {
  const { definition, client } = call
  const found: Found | null = sharesQuery(call, options)
    ? await reported(call, undefined, () => coalesceFind(call, client as Connection, key))
    : await findAlone(call, key)
  if (found === null) return null
  const instance = definition.hydrate(found.chunk, found.row)
  adopt(instance, client.isTransaction ? client : options.client, options.connection)
  return instance
}

/** Whether a find is answered together with others of its tick. */
function sharesQuery(
  { definition, client, signal, timeout }: Call,
  { coalesce = definition.model.coalesceFinds }: FindOptions,
): boolean {
  if (!coalesce || signal !== undefined || timeout !== undefined) return false
  return !client.isTransaction && !readsApart(definition, client)
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
      refuse(
        'E_UNDEFINED_VALUE',
        model,
        operation,
        `.${operation}() needs a value for "${clause}" and got undefined`,
        clause,
      )
    }
    const options = args[2] as ModelAdapterOptions | undefined
    return queryOf(model, options).where(clause, value as never)
  }
  if (typeof clause !== 'object' || clause === null || Object.keys(clause).length === 0) {
    refuse(
      'E_INVALID_QUERY',
      model,
      operation,
      `.${operation}() needs a property name and a value, or an object with at least one`,
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
    refuse('E_INVALID_QUERY', model, 'findMany', '.findMany() needs an array of primary keys')
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
  ensureOwn(instance, 'refresh')
  if (!instance.$isPersisted) return
  const adapter = adapterOf(modelOf(instance))
  await (adapter === undefined ? reload(instance) : adapter.refresh(instance))
}
