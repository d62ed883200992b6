/** `createMany`: in a transaction of its own where the server has them. */
import type { Connection } from '../../database/connection.ts'
import { errors, LucentError, refuse } from '../../errors/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import { adapterOf } from '../contracts/index.ts'
import type { CreateManyOptions } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { FLAGS, Flag, REST } from '../contracts/state.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { getColumn, restOf, setColumn } from '../instance/attributes.ts'
import { replaceStored } from '../instance/stored.ts'
import { type Call, callOf } from '../operation/call.ts'
import { carryOut, hasHooks } from '../operation/write.ts'
import { enlist } from './enlist.ts'
import { InsertManyWork } from './insert_many.ts'
import { make } from './make.ts'
import { overrides, saveAsClass, savingBy } from './overrides.ts'
import { takeValues } from './snapshot.ts'

export async function createMany<T extends ModelClass>(
  model: T,
  values: readonly unknown[],
  given: CreateManyOptions | undefined,
): Promise<InstanceType<T>[]> {
  const options = own(given)
  if (!Array.isArray(values)) {
    refuse('E_INVALID_VALUE', model, 'createMany', '.createMany() needs an array of objects')
  }
  const instances = values.map((one) => make(model, one, options))
  if (instances.length === 0) return instances
  const call = callOf(definitionOf(model), 'createMany', options)
  await storeAll(call, instances, options.atomic !== false, false)
  return instances
}

/**
 * Inserts new instances of one model: all of them or, where nothing better can be had, in order.
 * `given`: the application has them; else nobody will where this fails.
 */
export async function storeAll(
  call: Call,
  instances: readonly Model[],
  atomic: boolean,
  given = true,
): Promise<void> {
  const leave = call.client.enter()
  try {
    await store(call, instances, atomic, given)
  } finally {
    leave()
  }
}

async function store(
  call: Call,
  instances: readonly Model[],
  atomic: boolean,
  given: boolean,
): Promise<void> {
  const { client, definition, transaction: trx } = call
  // What hooks and methods of the application write is a part of it.
  const runsMore = overrides(definition.model, savingBy(call.hooks)) || hasHooks(call, 'create')
  const seen = given || runsMore
  if (trx !== undefined) {
    for (const instance of instances) enlist(instance, trx)
    return insertAll(call, instances, seen)
  }
  const connection = client as Connection
  const alone = instances.length === 1 && !runsMore
  const adapted = adapterOf(definition.model) !== undefined
  if (adapted || alone || !atomic || !(await connection.supportsTransactions())) {
    return insertAll(call, instances, seen)
  }
  await connection.transaction(async (own) => {
    own.enlist(instances, undoInserts(definition, instances, seen))
    if (runsMore) {
      for (const instance of instances) restOf(instance).trx = own
    }
    await insertAll(call.through(own), instances, seen)
  })
}

function insertAll(call: Call, instances: readonly Model[], seen: boolean): Promise<void> {
  if (overrides(call.definition.model, savingBy(call.hooks))) return saveEach(call, instances)
  return carryOut(call, new InsertManyWork(call.as('createMany'), instances, seen))
}

/** Saves one after the other, as the class has it. The first that fails ends it. */
async function saveEach({ definition, chosen }: Call, instances: readonly Model[]): Promise<void> {
  for (const [position, instance] of instances.entries()) {
    try {
      await saveAsClass(definition.model, instance, chosen)
    } catch (error) {
      throw placed(error, position)
    }
  }
}

/** The error of the instance at this place. A command of one document tells the first place instead. */
function placed(error: unknown, position: number): unknown {
  if (!(error instanceof LucentError) || error.position === position) return error
  if (error.position === undefined) return Object.assign(error, { position })
  const Same = errors[error.code]
  if (error.constructor !== Same) return error
  const { message, cause, serverMessage, errInfo } = error
  const copy = new Same(message, { ...error, cause, serverMessage, errInfo, position })
  if (error.stack !== undefined) copy.stack = error.stack
  return copy
}

/**
 * The instances as they were before their hooks ran, but for their primary keys: an attempt of which
 * nobody knows the end may have stored them.
 */
function undoInserts(
  definition: ModelDefinition,
  instances: readonly Model[],
  seen: boolean,
): () => void {
  const { primary } = definition
  const values = seen ? instances.map((instance) => takeValues(definition, instance)) : []
  return () => {
    for (const [place, instance] of instances.entries()) {
      const key = getColumn(instance, definition, primary)
      values[place]?.()
      if (key !== undefined) setColumn(instance, definition, primary, key)
      instance[FLAGS] &= ~Flag.persisted
      replaceStored(instance, null)
      const rest = instance[REST]
      if (rest !== null) rest.trx = undefined
    }
  }
}
