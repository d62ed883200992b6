import * as bulk from '../bulk/index.ts'
import type { ModelClass } from '../contracts/index.ts'
import type {
  CreateManyOptions,
  ModelAdapterOptions,
  ModelAssignOptions,
  WriteOptions,
} from '../contracts/options.ts'
import { quietly } from '../hooks/choice.ts'
import { create } from '../persistence/create.ts'
import { createMany } from '../persistence/create_many.ts'
import { truncate } from '../persistence/truncate.ts'
import { FindOrMake } from './find_or_make/index.ts'
import type { Attributes } from './reading.ts'

/** The part of `BaseModel` that creates documents, and writes many at once. */
export abstract class Writing extends FindOrMake {
  /**
   * Stores a new document. Runs the create and save hooks.
   *
   * Errors: `E_UNKNOWN_COLUMN`, `E_INVALID_VALUE`, `E_DUPLICATE_KEY`, `E_HOOK_ABORTED`.
   */
  static create<T extends ModelClass>(
    this: T,
    values: Attributes<T>,
    options?: ModelAssignOptions & WriteOptions,
  ): Promise<InstanceType<T>> {
    return create(this, values, options)
  }

  /** As `create`, without hooks. */
  static createQuietly<T extends ModelClass>(
    this: T,
    values: Attributes<T>,
    options?: ModelAssignOptions & WriteOptions,
  ): Promise<InstanceType<T>> {
    return create(this, values, quietly(options))
  }

  /**
   * Stores many new documents: all or, when one of them or a hook fails, none. The before hooks of
   * all run first, then the inserts in order, then the after hooks, within a transaction (`$trx`).
   * The error's `position` says which document failed.
   *
   * With `{ atomic: false }`, and on a server without transactions, the documents before the one
   * that failed stand (`$isPersisted`).
   */
  static createMany<T extends ModelClass>(
    this: T,
    values: readonly Attributes<T>[],
    options?: CreateManyOptions,
  ): Promise<InstanceType<T>[]> {
    return createMany(this, values, options)
  }

  /** As `createMany`, without hooks. */
  static createManyQuietly<T extends ModelClass>(
    this: T,
    values: readonly Attributes<T>[],
    options?: CreateManyOptions,
  ): Promise<InstanceType<T>[]> {
    return createMany(this, values, quietly(options))
  }

  /**
   * Deletes every document of the collection. Indexes and validators stay; a sequence of primary keys
   * starts again at 1, but for a transaction, of which counters are no part. Nobody else should create
   * documents meanwhile. Runs no hooks. MongoDB has no foreign keys, so `cascade` makes no difference.
   */
  static truncate(
    this: ModelClass,
    _cascade = false,
    options?: ModelAdapterOptions,
  ): Promise<void> {
    return truncate(this, options)
  }

  /**
   * Carries out statements of many kinds in few commands: those that the callback adds, or an array
   * of them. Runs no hooks; dates are set. Not atomic, unless `client` is a transaction or `atomic`
   * is true: what was done before a failure stands.
   *
   * Errors: `E_BULK_WRITE` (a `BulkWriteError`, with `result` and `failures`) when statements failed,
   * unless `throwOnFailure` is false; those of `BulkBuilder`, before anything is sent.
   *
   * @example
   * const { modified } = await Product.bulkWrite((bulk) => {
   *   bulk.updateOne({ sku: 'a1' }, (product) => product.decrement('inStock'))
   *   bulk.deleteMany((query) => query.where('inStock', 0))
   * })
   */
  static bulkWrite<T extends ModelClass>(
    this: T,
    statements: bulk.BulkStatements<InstanceType<T>>,
    options?: bulk.BulkOptions,
  ): Promise<bulk.BulkResult> {
    return bulk.bulkWrite(this, statements, options)
  }

  /**
   * Saves many instances in few commands: new ones as documents, stored ones' changed columns. The
   * before hooks of all run first, in order, then the writes, then the after hooks of those that were
   * written. One that failed is what it was before; the others are persisted.
   *
   * Goes where the instances belong, their transaction included, or where `client` or `connection`
   * say. Not atomic, unless that is a transaction or `atomic` is true.
   *
   * Errors: `E_BULK_WRITE` when instances failed (also by a hook), unless `throwOnFailure` is false;
   * `E_MODEL_DELETED`.
   *
   * @example
   * const users = await User.query().where('status', 'pending')
   * for (const user of users) user.status = 'active'
   * await User.bulkSave(users)
   */
  static bulkSave<T extends ModelClass>(
    this: T,
    instances: readonly InstanceType<T>[],
    options?: bulk.BulkSaveOptions,
  ): Promise<bulk.BulkResult> {
    return bulk.bulkSave(this, instances, options)
  }

  /**
   * Deletes the documents of many instances in few commands. Hooks, directions and errors as those
   * of `bulkSave`; also `E_MODEL_NOT_PERSISTED`.
   */
  static bulkDelete<T extends ModelClass>(
    this: T,
    instances: readonly InstanceType<T>[],
    options?: bulk.BulkSaveOptions,
  ): Promise<bulk.BulkResult> {
    return bulk.bulkDelete(this, instances, options)
  }

  /**
   * Updates the documents that rows are for, found by the columns `by`, and inserts those that are
   * missing; see `query.upsert()`. A unique index on these columns makes it safe beside others.
   * Errors: as `bulkWrite`.
   *
   * @example
   * await Product.upsertMany(feed, { by: ['sku'] })
   */
  static upsertMany<T extends ModelClass>(
    this: T,
    rows: readonly Attributes<T>[],
    options: bulk.UpsertManyOptions<InstanceType<T>>,
  ): Promise<bulk.BulkResult> {
    return bulk.upsertMany(this, rows, options)
  }
}
