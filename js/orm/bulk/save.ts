/** `bulkSave` and `bulkDelete`. */
import type { QueryClient } from '../../database/client.ts'
import { refuse } from '../../errors/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { CallOptions } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { REST } from '../contracts/state.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'
import { absorb, definitionFor, ensureNotDeleted, restOf } from '../instance/attributes.ts'
import { type Call, callOf, connectionOf } from '../operation/call.ts'
import { hasHooks } from '../operation/write.ts'
import { DeleteWork } from '../persistence/delete.ts'
import { adopt, currentTransaction } from '../persistence/enlist.ts'
import { InsertWork } from '../persistence/insert.ts'
import { deleteAsClass, overrides, saveAsClass } from '../persistence/overrides.ts'
import { UpdateWork } from '../persistence/update.ts'
import { countWritten } from '../persistence/written.ts'
import { carryOutBulk } from './conclude.ts'
import { InstanceStatement, reserveForInserts } from './instances.ts'
import type { BulkRun } from './run.ts'
import type { BulkResult, BulkSaveOptions } from './types.ts'

type Kind = 'bulkSave' | 'bulkDelete'

export function bulkSave(
  model: ModelClass,
  instances: readonly Model[],
  given: BulkSaveOptions | undefined,
): Promise<BulkResult> {
  return writeInstances('bulkSave', model, instances, given)
}

export function bulkDelete(
  model: ModelClass,
  instances: readonly Model[],
  given: BulkSaveOptions | undefined,
): Promise<BulkResult> {
  return writeInstances('bulkDelete', model, instances, given)
}

async function writeInstances(
  kind: Kind,
  model: ModelClass,
  given: readonly Model[],
  givenOptions: BulkSaveOptions | undefined,
): Promise<BulkResult> {
  const options = own(givenOptions)
  const definition = definitionOf(model)
  const positions = checkInstances(kind, definition, given)
  const instances = [...positions.keys()]
  const call = callOf(definition, kind, directions(kind, definition, instances, options))
  if (options.client !== undefined || options.connection !== undefined) {
    for (const instance of instances) {
      if (!instance.$isPersisted) adopt(instance, options.client, options.connection)
    }
  }
  return carryOutBulk({
    call,
    options,
    what: `${instances.length} instances`,
    instances,
    deletes: kind === 'bulkDelete',
    work: (run, way) => write(kind, way, run, positions),
  })
}

async function write(
  kind: Kind,
  call: Call,
  run: BulkRun,
  positions: ReadonlyMap<Model, number>,
): Promise<void> {
  const { definition, hooks, chosen } = call
  const { model } = definition
  const deletes = kind === 'bulkDelete'
  if (overrides(model, `${deletes ? 'delete' : 'save'}${hooks === false ? 'Quietly' : ''}`)) {
    const writes = deletes ? deleteAsClass : saveAsClass
    return writeEach(call, run, positions, (instance) => writes(model, instance, chosen))
  }
  const statements: InstanceStatement[] = []
  const hooked: InstanceStatement[] = []
  const refused: { position: number; error: unknown }[] = []
  for (const [instance, position] of positions) {
    absorb(instance)
    const Work = deletes ? DeleteWork : instance.$isPersisted ? UpdateWork : InsertWork
    const statement = new InstanceStatement(position, new Work(call, instance))
    if (hasHooks(call, statement.operation)) {
      try {
        await statement.before(call)
      } catch (error) {
        refused.push({ position, error })
        if (run.ordered) break
        continue
      }
      hooked.push(statement)
    }
    statements.push(statement)
  }
  try {
    await reserveForInserts(call, statements)
    await run.send(statements)
  } finally {
    for (const statement of hooked) {
      try {
        await statement.after()
      } catch (error) {
        refused.push({ position: statement.position, error })
      }
    }
  }
  for (const { position, error } of refused) run.fail(position, error)
}

/** Writes one after the other, by the class's own method. */
async function writeEach(
  { client }: Call,
  run: BulkRun,
  positions: ReadonlyMap<Model, number>,
  write: (instance: Model) => Promise<void>,
): Promise<void> {
  for (const [instance, position] of positions) {
    const done = await countWritten(instance, () => directed(instance, client, write))
    run.count(done)
    if (done.failure === undefined) continue
    run.fail(position, done.failure.error)
    if (run.ordered) return
  }
}

/** Does the work with the instance directed where the bulk write goes. */
async function directed(
  instance: Model,
  client: QueryClient,
  work: (instance: Model) => Promise<void>,
): Promise<void> {
  const { connection, trx } = restOf(instance)
  adopt(instance, client)
  try {
    await work(instance)
  } finally {
    // An instance stays in the transaction that wrote it.
    if (!client.isTransaction) Object.assign(restOf(instance), { connection, trx })
  }
}

/**
 * The instances with their positions; one that is there twice counts once.
 *
 * Errors: `E_INVALID_VALUE`, `E_MODEL_DELETED`, `E_MODEL_NOT_PERSISTED`.
 */
function checkInstances(
  kind: Kind,
  definition: ModelDefinition,
  instances: readonly Model[],
): Map<Model, number> {
  if (!Array.isArray(instances)) {
    refuse('E_INVALID_VALUE', definition, kind, `.${kind}() needs an array of instances`)
  }
  const positions = new Map<Model, number>()
  for (const [position, instance] of instances.entries()) {
    if (!(instance instanceof definition.model) || definitionFor(instance) !== definition) {
      const why = `takes instances of ${definition.name}; what is at position ${position} is none`
      refuse('E_INVALID_VALUE', definition, kind, `.${kind}() ${why}`, { position })
    }
    ensureNotDeleted(instance, kind)
    if (kind === 'bulkDelete' && !instance.$isPersisted) {
      const why = `needs instances that are in the database; the one at position ${position} is not`
      refuse('E_MODEL_NOT_PERSISTED', definition, kind, `.${kind}() ${why}`, { position })
    }
    if (!positions.has(instance)) positions.set(instance, position)
  }
  return positions
}

/**
 * Where the instances belong, unless the options say where to write them.
 *
 * Errors: `E_CONFIGURATION` when they belong to different places.
 */
function directions(
  kind: Kind,
  definition: ModelDefinition,
  instances: readonly Model[],
  { client, connection, signal, timeout, hooks, validate }: BulkSaveOptions,
): Partial<CallOptions> {
  const limits = { signal, timeout, hooks, validate }
  if (client !== undefined || connection !== undefined) return { client, connection, ...limits }
  const ways = new Set(
    instances.map(
      (instance) =>
        currentTransaction(instance) ?? connectionOf(definition, instance[REST]?.connection).name,
    ),
  )
  if (ways.size > 1) {
    refuse(
      'E_CONFIGURATION',
      definition,
      kind,
      `.${kind}(): the instances belong to different connections or transactions; ` +
        'say where to write them with { client }',
    )
  }
  const [way] = ways
  return typeof way === 'string' ? { connection: way, ...limits } : { client: way, ...limits }
}
