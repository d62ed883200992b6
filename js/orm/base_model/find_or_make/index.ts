import type { ModelClass } from '../../contracts/index.ts'
import type { ModelAssignOptions } from '../../contracts/options.ts'
import { type AttributeKey, type Attributes, Reading } from '../reading.ts'
import * as many from './many.ts'
import * as one from './one.ts'

type Keys<T extends ModelClass> = AttributeKey<T> | readonly AttributeKey<T>[]

/** The part of `BaseModel` that finds documents and makes what is not there. */
export abstract class FindOrMake extends Reading {
  /**
   * The first document that matches `search`, or else a new instance with the properties of both,
   * which is not stored. Runs the find hooks. Errors: as `findBy`, `E_UNKNOWN_COLUMN`.
   */
  static firstOrNew<T extends ModelClass>(
    this: T,
    search: Attributes<T>,
    values?: Attributes<T>,
    options?: ModelAssignOptions,
  ): Promise<InstanceType<T>> {
    return one.firstOrNew(this, search, values, options)
  }

  /**
   * The first document that matches `search`, or else a new one with the properties of both. Runs the
   * find hooks, and to create the create and save hooks; not in a transaction of its own.
   *
   * With a unique index on what is searched by, all of any number of simultaneous callers get the
   * same document. Without one, the server looks once more when it inserts, so that two are rarely
   * made, but it does happen. Who comes too late has run its before hooks in vain, reads the other's
   * document, and runs the find hooks on it. Inside a transaction that is repeated (`E_WRITE_CONFLICT`)
   * by whoever began it.
   *
   * Errors: as `findBy` and `create`.
   *
   * @example
   * const tag = await Tag.firstOrCreate({ name: 'mongodb' }, { color: 'green' })
   */
  static firstOrCreate<T extends ModelClass>(
    this: T,
    search: Attributes<T>,
    values?: Attributes<T>,
    options?: ModelAssignOptions,
  ): Promise<InstanceType<T>> {
    return one.firstOrCreate(this, search, values, options)
  }

  /**
   * Saves `values` to the first document that matches `search`, or else creates one with the
   * properties of both. Runs the find hooks, then those of `save`.
   *
   * Runs in a transaction (`$trx`), which is repeated on a conflict with others: no update is lost.
   * On a server without transactions it sends what changed, and starts over when somebody else was
   * first. With a unique index on what is searched by, simultaneous callers get the same document;
   * without one several may be created. An adapter of the application's keeps the promise by working
   * in the transaction, which it is given as the client of its query and of instances.
   *
   * Errors: as `findBy`, `create` and `save`.
   *
   * @example
   * await Setting.updateOrCreate({ key: 'theme' }, { value: 'dark' })
   */
  static updateOrCreate<T extends ModelClass>(
    this: T,
    search: Attributes<T>,
    values: Attributes<T>,
    options?: ModelAssignOptions,
  ): Promise<InstanceType<T>> {
    return one.updateOrCreate(this, search, values, options)
  }

  /**
   * For each object the document that has the same values of `keys`, or else a new instance, which is
   * not stored; in the order of `rows`. Objects with the same keys share an instance. One query for
   * all; runs the fetch hooks.
   *
   * Errors: `E_UNDEFINED_VALUE` when a key is null or undefined, `E_UNKNOWN_COLUMN`,
   * `E_INVALID_QUERY`.
   *
   * @example
   * const users = await User.fetchOrNewUpMany('email', [{ email: 'ada@x.dev' }, { email: 'ben@x.dev' }])
   */
  static fetchOrNewUpMany<T extends ModelClass>(
    this: T,
    keys: Keys<T>,
    rows: readonly Attributes<T>[],
    options?: ModelAssignOptions,
  ): Promise<InstanceType<T>[]> {
    return many.fetchOrNewUpMany(this, keys, rows, options)
  }

  /**
   * As `fetchOrNewUpMany`, and stores what is new as `createMany` does: all or none where the server
   * has transactions. Runs the fetch hooks, then the create and save hooks of new documents. Of
   * simultaneous callers the same holds as of `firstOrCreate`. Errors: also those of `createMany`.
   */
  static fetchOrCreateMany<T extends ModelClass>(
    this: T,
    keys: Keys<T>,
    rows: readonly Attributes<T>[],
    options?: ModelAssignOptions,
  ): Promise<InstanceType<T>[]> {
    return many.fetchOrCreateMany(this, keys, rows, options)
  }

  /**
   * For each object: saves it to the document that has the same values of `keys`, or else creates
   * one; answers them in the order of `rows`. Runs the fetch hooks, then those of `save` for the
   * documents found, one after the other, then those of `createMany` for new ones. All in one
   * transaction; see `updateOrCreate`. Errors: as `fetchOrCreateMany` and `save`.
   */
  static updateOrCreateMany<T extends ModelClass>(
    this: T,
    keys: Keys<T>,
    rows: readonly Attributes<T>[],
    options?: ModelAssignOptions,
  ): Promise<InstanceType<T>[]> {
    return many.updateOrCreateMany(this, keys, rows, options)
  }
}
