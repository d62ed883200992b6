/** `save` and `delete`. */
import type { Chunk } from '../../codec/chunk.ts'
import type { QueryClient } from '../../database/client.ts'
import type { Connection } from '../../database/connection.ts'
import { refuse } from '../../errors/index.ts'
import type { QueryPlan } from '../../query/index.ts'
import type { Model } from '../contracts/index.ts'
import { adapterOf } from '../contracts/index.ts'
import type { OperationOptions, WriteOptions } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { REST } from '../contracts/state.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { absorb, definitionFor, ensureNotDeleted, ensureOwn } from '../instance/attributes.ts'
import { type Call, callThrough, resolveClient } from '../operation/call.ts'
import { carryOut } from '../operation/write.ts'
import { DeleteWork } from './delete.ts'
import { currentTransaction, enlist } from './enlist.ts'
import { InsertWork } from './insert.ts'
import { InsertUnlessFoundWork } from './insert_unless_found.ts'
import { readsApart } from './keys_apart.ts'
import { RestoreWork } from './restore.ts'
import { UpdateWork } from './update.ts'

/** The connection whose writes of the same tick this one shares a command with, if any. */
function coalescing(
  { definition, client, signal, timeout }: Call,
  { coalesce }: WriteOptions,
): Connection | undefined {
  if (client.isTransaction || signal !== undefined || timeout !== undefined) return undefined
  if (readsApart(definition, client)) return undefined
  const wanted = coalesce ?? definition.model.coalesceWrites ?? client.config.coalesceWrites
  return wanted === true ? client : undefined
}

/** Where an instance is read and written, whatever the application's adapter says. */
export function resolveInstanceClient(definition: ModelDefinition, instance: Model): QueryClient {
  const client = currentTransaction(instance)
  const connection = instance[REST]?.connection
  return resolveClient(definition, { client, connection })
}

/** Where an instance is read and written. */
export function instanceClient(definition: ModelDefinition, instance: Model): QueryClient {
  const adapter = adapterOf(definition.model)
  return adapter === undefined
    ? resolveInstanceClient(definition, instance)
    : adapter.modelClient(instance)
}

/** The call of a write through an instance. */
function callFor(
  definition: ModelDefinition,
  operation: string,
  instance: Model,
  limits: OperationOptions,
): Call {
  const client = instanceClient(definition, instance)
  const call = callThrough(definition, operation, client, limits)
  if (client.isTransaction) enlist(instance, client)
  return call
}

export async function save(instance: Model, given: WriteOptions | undefined): Promise<void> {
  ensureNotDeleted(instance, 'save')
  ensureOwn(instance, 'save')
  const options = own(given)
  const definition = absorb(instance)
  const stored = instance.$isPersisted
  const call = callFor(definition, stored ? 'update' : 'create', instance, options)
  const alone = stored && definition.version !== undefined
  const coalesce = alone ? undefined : coalescing(call, options)
  const Kind = stored ? UpdateWork : InsertWork
  await carryOut(call, new Kind(call, instance, coalesce))
}

/**
 * Stores a new instance where no document matches the search. Answers the document that did: the
 * before hooks ran then, and nothing else happened.
 */
export async function insertUnlessFound(
  instance: Model,
  limits: OperationOptions,
  search: QueryPlan,
): Promise<Chunk | undefined> {
  const definition = absorb(instance)
  const call = callFor(definition, 'create', instance, limits)
  const work = new InsertUnlessFoundWork(call, instance, search)
  await carryOut(call, work)
  return work.found
}

export async function remove(
  instance: Model,
  given: OperationOptions | undefined,
  force = false,
): Promise<void> {
  const operation = force ? 'forceDelete' : 'delete'
  if (!force) ensureNotDeleted(instance, 'delete')
  ensureOwn(instance, 'delete')
  const definition = definitionFor(instance)
  if (!(instance.$isPersisted || (force && instance.$isDeleted))) {
    refuse(
      'E_MODEL_NOT_PERSISTED',
      definition,
      operation,
      `: ${operation}() needs an instance that is in the database`,
    )
  }
  const call = callFor(definition, operation, instance, own(given))
  await carryOut(call, new DeleteWork(call, instance, force))
}

/** Brings the document of a deleted instance back; nothing where it is not deleted. Errors: `E_STALE_MODEL`. */
export async function restore(instance: Model, given?: OperationOptions): Promise<void> {
  ensureOwn(instance, 'restore')
  const call = callFor(definitionFor(instance), 'restore', instance, own(given))
  await carryOut(call, new RestoreWork(call, instance))
}
