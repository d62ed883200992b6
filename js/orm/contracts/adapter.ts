/** What stands between models and the database. */
import type { QueryClient } from '../../database/client.ts'
import type { ModelQueryBuilder } from '../query_builder/index.ts'
import type { Model, ModelClass } from './index.ts'
import type { CallLimits, ModelAdapterOptions } from './options.ts'

/** A document, or what changes in one, by stored name. */
export type AdapterColumns = Readonly<Record<string, unknown>>

/**
 * Carries out what models ask for. `Adapter` does so with MongoDB; extend it, or put something else
 * in its place, to record, redirect or fake what models write: `Model.useAdapter(adapter)`.
 *
 * Hooks, dates, primary keys, versions and the state of the instance are not the adapter's: it gets
 * what is to be stored and either stores it or throws, and the instance is then what it was before.
 * With an adapter of its own a model writes one document at a time; `createMany` and the like are
 * atomic only in a transaction that the application began. `updateOrCreate` and `updateOrCreateMany`
 * begin one on the client that `modelConstructorClient` answers, where the server has them: `query`
 * gets it as `client`, and `modelClient` shall answer it for instances whose `$trx` it is. Queries that update or delete, `truncate`,
 * and bulk writes do not go through it.
 */
export interface AdapterContract {
  /** Where an instance is read and written. */
  modelClient(instance: Model): QueryClient
  /** Where operations of the class run. */
  modelConstructorClient(model: ModelClass, options?: ModelAdapterOptions): QueryClient
  /** Stores a new document, `_id` among its columns. */
  insert(instance: Model, columns: AdapterColumns, limits?: CallLimits): Promise<void>
  /**
   * Stores the columns that changed; a field whose value is `undefined` is removed. Shall throw
   * `E_STALE_MODEL` when there is no such document any more.
   */
  update(instance: Model, columns: AdapterColumns, limits?: CallLimits): Promise<void>
  /** Deletes the document. */
  delete(instance: Model, limits?: CallLimits): Promise<void>
  /** Reads the document again, in place of the instance's state. */
  refresh(instance: Model): Promise<void>
  /** A query of the class: what `Model.query()` and everything that reads begins with. */
  query<T extends ModelClass>(
    model: T,
    options?: ModelAdapterOptions,
  ): ModelQueryBuilder<InstanceType<T>>
}

/** Marks the adapter that models have by default: it is never asked, its work is done directly. */
export const BUILT_IN: unique symbol = Symbol('built-in adapter')

/** The adapter that the application set for a model. */
export function adapterOf({ $adapter }: ModelClass): AdapterContract | undefined {
  return $adapter === undefined || BUILT_IN in $adapter ? undefined : $adapter
}
