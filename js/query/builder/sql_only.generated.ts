// Generated from tables/sql_only.md by scripts/generate_builder.mjs.
import { unsupported } from '../messages.ts'
import { ClauseList } from './clause_list.ts'

/**
 * What Lucid has and MongoDB has not. Each throws `E_UNSUPPORTED` with the way to go instead, and is
 * marked as deprecated so that editors strike it through.
 */
export abstract class SqlOnlyMethods extends ClauseList {
  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  join(..._arguments: unknown[]): never {
    return unsupported(this.target, 'join', 'use lookup() of aggregate()')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  innerJoin(..._arguments: unknown[]): never {
    return unsupported(this.target, 'innerJoin', 'use lookup() of aggregate()')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  leftJoin(..._arguments: unknown[]): never {
    return unsupported(this.target, 'leftJoin', 'use lookup() of aggregate()')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  leftOuterJoin(..._arguments: unknown[]): never {
    return unsupported(this.target, 'leftOuterJoin', 'use lookup() of aggregate()')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  rightJoin(..._arguments: unknown[]): never {
    return unsupported(this.target, 'rightJoin', 'use lookup() of aggregate()')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  rightOuterJoin(..._arguments: unknown[]): never {
    return unsupported(this.target, 'rightOuterJoin', 'use lookup() of aggregate()')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  fullOuterJoin(..._arguments: unknown[]): never {
    return unsupported(this.target, 'fullOuterJoin', 'use lookup() of aggregate()')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  crossJoin(..._arguments: unknown[]): never {
    return unsupported(this.target, 'crossJoin', 'use lookup() of aggregate()')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  joinRaw(..._arguments: unknown[]): never {
    return unsupported(this.target, 'joinRaw', 'use lookup() of aggregate()')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use the stages of `aggregate()`. */
  with(..._arguments: unknown[]): never {
    return unsupported(this.target, 'with', 'write the stages with aggregate(), $graphLookup for recursion')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use the stages of `aggregate()`. */
  withRecursive(..._arguments: unknown[]): never {
    return unsupported(this.target, 'withRecursive', 'write the stages with aggregate(), $graphLookup for recursion')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use the stages of `aggregate()`. */
  withMaterialized(..._arguments: unknown[]): never {
    return unsupported(this.target, 'withMaterialized', 'write the stages with aggregate(), $graphLookup for recursion')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use the stages of `aggregate()`. */
  withNotMaterialized(..._arguments: unknown[]): never {
    return unsupported(this.target, 'withNotMaterialized', 'write the stages with aggregate(), $graphLookup for recursion')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: write both conditions in one query. */
  intersect(..._arguments: unknown[]): never {
    return unsupported(this.target, 'intersect', 'write both conditions in one query, with andWhere() and groups')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  havingExists(..._arguments: unknown[]): never {
    return unsupported(this.target, 'havingExists', 'use havingNotNull() for values, aggregate() for sub-queries')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  andHavingExists(..._arguments: unknown[]): never {
    return unsupported(this.target, 'andHavingExists', 'use havingNotNull() for values, aggregate() for sub-queries')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  orHavingExists(..._arguments: unknown[]): never {
    return unsupported(this.target, 'orHavingExists', 'use havingNotNull() for values, aggregate() for sub-queries')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  havingNotExists(..._arguments: unknown[]): never {
    return unsupported(this.target, 'havingNotExists', 'use havingNotNull() for values, aggregate() for sub-queries')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  andHavingNotExists(..._arguments: unknown[]): never {
    return unsupported(this.target, 'andHavingNotExists', 'use havingNotNull() for values, aggregate() for sub-queries')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  orHavingNotExists(..._arguments: unknown[]): never {
    return unsupported(this.target, 'orHavingNotExists', 'use havingNotNull() for values, aggregate() for sub-queries')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `having()` on an alias, or `aggregate()`. */
  havingRaw(..._arguments: unknown[]): never {
    return unsupported(this.target, 'havingRaw', 'use having() on the alias of an aggregate, aggregate() for more')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `having()` on an alias, or `aggregate()`. */
  andHavingRaw(..._arguments: unknown[]): never {
    return unsupported(this.target, 'andHavingRaw', 'use having() on the alias of an aggregate, aggregate() for more')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `having()` on an alias, or `aggregate()`. */
  orHavingRaw(..._arguments: unknown[]): never {
    return unsupported(this.target, 'orHavingRaw', 'use having() on the alias of an aggregate, aggregate() for more')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `groupBy()`, or `aggregate()`. */
  groupByRaw(..._arguments: unknown[]): never {
    return unsupported(this.target, 'groupByRaw', 'use groupBy() for columns, aggregate() for expressions')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: a write conflict fails at once; run the transaction again. */
  skipLocked(..._arguments: unknown[]): never {
    return unsupported(this.target, 'skipLocked', 'a transaction of MongoDB fails at once with a write conflict; run it again')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: a write conflict fails at once; run the transaction again. */
  noWait(..._arguments: unknown[]): never {
    return unsupported(this.target, 'noWait', 'a transaction of MongoDB fails at once with a write conflict; run it again')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use a connection to the other database. */
  withSchema(..._arguments: unknown[]): never {
    return unsupported(this.target, 'withSchema', 'a schema is a database here; use a connection to it')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: query the model of the other collection. */
  from(..._arguments: unknown[]): never {
    return unsupported(this.target, 'from', 'a query reads the collection of its model; query the model of the other one')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: name aggregates where they are taken. */
  as(_alias: string): this {
    return unsupported(this.target, 'as', 'name aggregates where they are taken')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: see `toMongo()`. */
  toSQL(..._arguments: unknown[]): never {
    return unsupported(this.target, 'toSQL', 'there is no SQL behind this query; toMongo() shows what is sent')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: see `toMongo()`. */
  toQuery(..._arguments: unknown[]): never {
    return unsupported(this.target, 'toQuery', 'there is no SQL behind this query; toMongo() shows what is sent')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: see `toMongo()`. */
  toKnex(..._arguments: unknown[]): never {
    return unsupported(this.target, 'toKnex', 'there is no SQL behind this query; toMongo() shows what is sent')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: see `toMongo()`. */
  get knexQuery(): never {
    return unsupported(this.target, 'knexQuery', 'there is no SQL behind this query; toMongo() shows what is sent')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: use `findOneAndUpdate()` or `findOneAndDelete()`. */
  returning(..._arguments: unknown[]): never {
    return unsupported(this.target, 'returning', 'use findOneAndUpdate() or findOneAndDelete()')
  }

  /** @deprecated Throws `E_UNSUPPORTED`: reads of a transaction see a snapshot without any lock. */
  forShare(..._arguments: unknown[]): never {
    return unsupported(this.target, 'forShare', 'what a transaction reads does not change until it ends')
  }
}
