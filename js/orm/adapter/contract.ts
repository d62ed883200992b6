/** What stands between models and the database. */
import type { ModelAdapter, ModelClass } from '../contracts/index.ts'
import type { ModelAdapterOptions } from '../contracts/options.ts'
import type { ModelQueryBuilder } from '../query_builder/index.ts'

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
export interface AdapterContract extends ModelAdapter {
  /** A query of the class: what `Model.query()` and everything that reads begins with. */
  query<T extends ModelClass>(
    model: T,
    options?: ModelAdapterOptions,
  ): ModelQueryBuilder<InstanceType<T>>
}
