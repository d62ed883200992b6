/** Queries of a model class, and what is read again by one. */
import { CHUNK, ROW, VALUES } from '../../codec/accessors.ts'
import type { AdapterContract } from '../adapter/contract.ts'
import { adapterOf, type Model, type ModelClass } from '../contracts/index.ts'
import type { ModelAdapterOptions } from '../contracts/options.ts'
import { rowNotFound } from '../contracts/row_not_found.ts'
import { REST } from '../contracts/state.ts'
import { definitionOf } from '../definition/index.ts'
import { preloadedOf, setRelated } from '../definition/related.ts'
import { absorb, modelOf, restOf } from '../instance/attributes.ts'
import { currentTransaction } from '../persistence/enlist.ts'
import { keyOf } from '../persistence/identity.ts'
import { ModelQueryBuilder } from './index.ts'

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
): ModelQueryBuilder<InstanceType<T>> {
  const adapter = adapterOf(model) as AdapterContract | undefined
  if (adapter !== undefined) return adapter.query(model, options)
  return new ModelQueryBuilder<InstanceType<T>>(definitionOf(model), options)
}

/** Where an instance is read: in its transaction, or on its connection. */
export function wayOf(instance: Model): ModelAdapterOptions {
  const client = currentTransaction(instance)
  if (client !== undefined) return { client }
  const connection = instance[REST]?.connection
  return connection === undefined ? {} : { connection }
}

/** Puts the stored document in place of the instance's state. */
export async function reload(instance: Model): Promise<void> {
  const definition = absorb(instance)
  const model = modelOf(instance)
  const preloaded = preloadedOf(instance)
  const before = instance[REST]
  const key = definition.primary.attribute
  const id = keyOf(definition, instance)
  const query = queryOf(model, wayOf(instance)).where(key, id as never)
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
  for (const [name, rows] of Object.entries(preloaded)) setRelated(instance, name, rows)
}
