/** `create`, `createMany`, `save` and `delete`, with hooks or quietly. */
import type { Connection } from '../../database/connection.ts'
import { errors } from '../../errors/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { ModelAssignOptions, WriteOptions } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { REST } from '../contracts/state.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import type { HookEvent } from '../hooks/events.ts'
import { runLifecycle, type Work } from '../hooks/runner.ts'
import { absorb, assign, definitionFor, ensureNotDeleted, restOf } from '../instance/attributes.ts'
import { connectionOf } from './connection.ts'
import { DeleteWork } from './delete.ts'
import { InsertWork } from './insert.ts'
import { InsertManyWork } from './insert_many.ts'
import { UpdateWork } from './update.ts'
import type { Target } from './work.ts'

const EVENTS = {
  create: ['beforeCreate', 'beforeSave', 'afterCreate', 'afterSave'],
  update: ['beforeUpdate', 'beforeSave', 'afterUpdate', 'afterSave'],
  delete: ['beforeDelete', 'afterDelete'],
} as const satisfies Record<string, readonly HookEvent[]>

/** Runs the work with the model's hooks, or directly where there are none to run. */
async function carryOut(
  definition: ModelDefinition,
  operation: keyof typeof EVENTS,
  connection: string,
  work: Work,
  quietly: boolean,
): Promise<void> {
  if (!quietly && definition.hooks.hasAny(EVENTS[operation])) {
    return runLifecycle(definition, operation, connection, work)
  }
  try {
    if (!(await work.command())) return
  } catch (error) {
    work.restore()
    throw error
  }
  work.settle()
}

function targetOf(
  definition: ModelDefinition,
  connection: Connection,
  options: WriteOptions | undefined,
): Target {
  const coalesce =
    own(options).coalesce ??
    definition.model.coalesceWrites ??
    connection.config.coalesceWrites ??
    false
  return { definition, connection, coalesce }
}

function make<T extends ModelClass>(
  model: T,
  values: unknown,
  options: ModelAssignOptions,
): InstanceType<T> {
  const instance = new model() as InstanceType<T>
  assign(instance, values, options.allowExtraProperties === true)
  if (options.connection !== undefined) restOf(instance).connection = options.connection
  return instance
}

export async function create<T extends ModelClass>(
  model: T,
  values: unknown,
  given: (ModelAssignOptions & WriteOptions) | undefined,
  quietly: boolean,
): Promise<InstanceType<T>> {
  const options = own(given)
  const instance = make(model, values, options)
  await save(instance, options, quietly)
  return instance
}

export async function createMany<T extends ModelClass>(
  model: T,
  values: readonly unknown[],
  given: ModelAssignOptions | undefined,
  quietly: boolean,
): Promise<InstanceType<T>[]> {
  const options = own(given)
  if (!Array.isArray(values)) {
    throw new errors.E_INVALID_VALUE(`${model.name}.createMany() needs an array of objects`, {
      model: model.name,
      operation: 'createMany',
    })
  }
  const instances = values.map((one) => make(model, one, options))
  if (instances.length === 0) return instances
  const definition = definitionOf(model)
  const connection = connectionOf(definition, options.connection)
  const work = new InsertManyWork(targetOf(definition, connection, undefined), instances)
  await carryOut(definition, 'create', connection.name, work, quietly)
  return instances
}

export async function save(
  instance: Model,
  options: WriteOptions | undefined,
  quietly: boolean,
): Promise<void> {
  ensureNotDeleted(instance, 'save')
  const definition = absorb(instance)
  const connection = connectionOf(definition, instance[REST]?.connection)
  const target = targetOf(definition, connection, options)
  if (instance.$isPersisted) {
    const work = new UpdateWork(target, instance)
    await carryOut(definition, 'update', connection.name, work, quietly)
  } else {
    const work = new InsertWork(target, instance)
    await carryOut(definition, 'create', connection.name, work, quietly)
  }
}

export async function remove(instance: Model, quietly: boolean): Promise<void> {
  ensureNotDeleted(instance, 'delete')
  const definition = definitionFor(instance)
  if (!instance.$isPersisted) {
    throw new errors.E_MODEL_NOT_PERSISTED(
      `${definition.name}: delete() needs an instance that is in the database`,
      { model: definition.name, operation: 'delete' },
    )
  }
  const connection = connectionOf(definition, instance[REST]?.connection)
  const work = new DeleteWork(targetOf(definition, connection, undefined), instance)
  await carryOut(definition, 'delete', connection.name, work, quietly)
}
