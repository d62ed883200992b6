import { fail } from '../messages.ts'
import { ControlBuilder } from './control.ts'

const JOIN = 'use lookup() of aggregate()'
const WITH = 'write the stages with aggregate(), $graphLookup for recursion'
const HAVING_RAW = 'use having() on the alias of an aggregate, aggregate() for more'
const HAVING_EXISTS = 'use havingNotNull() for values, aggregate() for sub-queries'
const WAIT = 'a transaction of MongoDB fails at once with a write conflict; run it again'
const KNEX = 'there is no SQL behind this query; toMongo() shows what is sent'

/**
 * What Lucid has and MongoDB has not. Each throws `E_UNSUPPORTED` with the way to go instead, and is
 * marked as deprecated so that editors strike it through.
 */
export abstract class SqlOnlyBuilder<M> extends ControlBuilder<M> {
  #refuse(method: string, instead: string): never {
    fail('E_UNSUPPORTED', this.target, `MongoDB has no ${method}(): ${instead}`)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  join(..._arguments: unknown[]): never {
    return this.#refuse('join', JOIN)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  innerJoin(..._arguments: unknown[]): never {
    return this.#refuse('innerJoin', JOIN)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  leftJoin(..._arguments: unknown[]): never {
    return this.#refuse('leftJoin', JOIN)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  leftOuterJoin(..._arguments: unknown[]): never {
    return this.#refuse('leftOuterJoin', JOIN)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  rightJoin(..._arguments: unknown[]): never {
    return this.#refuse('rightJoin', JOIN)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  rightOuterJoin(..._arguments: unknown[]): never {
    return this.#refuse('rightOuterJoin', JOIN)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  fullOuterJoin(..._arguments: unknown[]): never {
    return this.#refuse('fullOuterJoin', JOIN)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  crossJoin(..._arguments: unknown[]): never {
    return this.#refuse('crossJoin', JOIN)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  joinRaw(..._arguments: unknown[]): never {
    return this.#refuse('joinRaw', JOIN)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use the stages of `aggregate()`. */
  with(..._arguments: unknown[]): never {
    return this.#refuse('with', WITH)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use the stages of `aggregate()`. */
  withRecursive(..._arguments: unknown[]): never {
    return this.#refuse('withRecursive', WITH)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use the stages of `aggregate()`. */
  withMaterialized(..._arguments: unknown[]): never {
    return this.#refuse('withMaterialized', WITH)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use the stages of `aggregate()`. */
  withNotMaterialized(..._arguments: unknown[]): never {
    return this.#refuse('withNotMaterialized', WITH)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: write both conditions in one query. */
  intersect(..._arguments: unknown[]): never {
    return this.#refuse(
      'intersect',
      'write both conditions in one query, with andWhere() and groups',
    )
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  havingExists(..._arguments: unknown[]): never {
    return this.#refuse('havingExists', HAVING_EXISTS)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  andHavingExists(..._arguments: unknown[]): never {
    return this.#refuse('andHavingExists', HAVING_EXISTS)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  orHavingExists(..._arguments: unknown[]): never {
    return this.#refuse('orHavingExists', HAVING_EXISTS)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  havingNotExists(..._arguments: unknown[]): never {
    return this.#refuse('havingNotExists', HAVING_EXISTS)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  andHavingNotExists(..._arguments: unknown[]): never {
    return this.#refuse('andHavingNotExists', HAVING_EXISTS)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  orHavingNotExists(..._arguments: unknown[]): never {
    return this.#refuse('orHavingNotExists', HAVING_EXISTS)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `having()` on an alias, or `aggregate()`. */
  havingRaw(..._arguments: unknown[]): never {
    return this.#refuse('havingRaw', HAVING_RAW)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `having()` on an alias, or `aggregate()`. */
  andHavingRaw(..._arguments: unknown[]): never {
    return this.#refuse('andHavingRaw', HAVING_RAW)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `having()` on an alias, or `aggregate()`. */
  orHavingRaw(..._arguments: unknown[]): never {
    return this.#refuse('orHavingRaw', HAVING_RAW)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `groupBy()`, or `aggregate()`. */
  groupByRaw(..._arguments: unknown[]): never {
    return this.#refuse('groupByRaw', 'use groupBy() for columns, aggregate() for expressions')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: a write conflict fails at once; run the transaction again. */
  skipLocked(..._arguments: unknown[]): never {
    return this.#refuse('skipLocked', WAIT)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: a write conflict fails at once; run the transaction again. */
  noWait(..._arguments: unknown[]): never {
    return this.#refuse('noWait', WAIT)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use a connection to the other database. */
  withSchema(..._arguments: unknown[]): never {
    return this.#refuse('withSchema', 'a schema is a database here; use a connection to it')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: query the model of the other collection. */
  from(..._arguments: unknown[]): never {
    return this.#refuse(
      'from',
      'a query reads the collection of its model; query the model of the other one',
    )
  }

  /** @deprecated Throws `E_UNSUPPORTED`: name aggregates where they are taken. */
  as(_alias: string): this {
    return this.#refuse('as', 'name aggregates where they are taken')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: see `toMongo()`. */
  toSQL(..._arguments: unknown[]): never {
    return this.#refuse('toSQL', KNEX)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: see `toMongo()`. */
  toQuery(..._arguments: unknown[]): never {
    return this.#refuse('toQuery', KNEX)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: see `toMongo()`. */
  toKnex(..._arguments: unknown[]): never {
    return this.#refuse('toKnex', KNEX)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: see `toMongo()`. */
  get knexQuery(): never {
    return this.#refuse('knexQuery', KNEX)
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `findOneAndUpdate()` or `findOneAndDelete()`. */
  returning(..._arguments: unknown[]): never {
    return this.#refuse('returning', 'use findOneAndUpdate() or findOneAndDelete()')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: reads of a transaction see a snapshot without any lock. */
  forShare(..._arguments: unknown[]): never {
    return this.#refuse('forShare', 'what a transaction reads does not change until it ends')
  }
}
