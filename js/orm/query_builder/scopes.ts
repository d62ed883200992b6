/** Query scopes: conditions with a name, declared on the model. Semantics of Lucid. */
import { errors } from '../../errors/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { MarkedScope, ScopesOf } from './apply_scopes.ts'
import type { ModelQueryBuilder } from './index.ts'

export type { ScopesOf } from './apply_scopes.ts'

/** A scope as `scope()` makes it: still the function that it was made of. */
export interface QueryScope<Query, Args extends readonly unknown[]> extends MarkedScope {
  (query: Query, ...args: Args): void
}

/** What a query of model class `T` knows of the class: its scopes. */
export interface ScopedQuery<T extends ModelClass> {
  /** As `withScopes` of every query; the scopes are those of the class. */
  withScopes(callback: (scopes: ScopesOf<T>) => void): this
  /** Same as `withScopes`. */
  apply(callback: (scopes: ScopesOf<T>) => void): this
  /** Reads plain documents with their stored names instead of models. No hooks run. */
  pojo<Row = Record<string, unknown>>(): ModelQuery<T, Row>
}

/** A query of model class `T`, which knows the names and arguments of its scopes. */
export type ModelQuery<T extends ModelClass, Result = InstanceType<T>> = ScopedQuery<T> &
  ModelQueryBuilder<InstanceType<T>, Result>

/**
 * Declares a query scope: a static property whose function adds to a query. It is applied with
 * `withScopes`, on any query of the model or of a class that extends it, in groups too.
 *
 * Write the body in braces; where the function answers something, its type would depend on itself.
 *
 * Errors: `E_MODEL_DEFINITION` for what is no function.
 *
 * @example
 * class User extends BaseModel {
 *   @column() declare status: string
 *   @column() declare age: number
 *
 *   static active = scope((query: ModelQueryBuilder<User>) => {
 *     query.where('status', 'active')
 *   })
 *   static olderThan = scope((query: ModelQueryBuilder<User>, age: number) => {
 *     query.where('age', '>', age)
 *   })
 * }
 *
 * await User.query().withScopes((scopes) => scopes.active().olderThan(5))
 */
export function scope<
  Query extends object = ModelQueryBuilder<Model>,
  Args extends readonly unknown[] = [],
>(callback: (query: Query, ...args: Args) => void): QueryScope<Query, Args> {
  if (typeof callback !== 'function') {
    throw new errors.E_MODEL_DEFINITION('scope() needs a function that gets the query')
  }
  return Object.assign(callback, { isQueryScope: true } as const)
}
