import type { ReadPreferenceMode } from '../../database/concerns.ts'
import type { DiffIndexOptions, IndexReport, SyncIndexOptions } from '../../database/indexes.ts'
import type { ModelClass } from '../contracts/index.ts'
import '../indexes/auto.ts'
import type { CollectionOptions, IndexDeclaration } from '../indexes/declare.ts'
import { createCollection, diffIndexes, syncIndexes } from '../indexes/sync.ts'
import { Writing } from './writing.ts'

/** The part of `BaseModel` that makes collections and indexes as they are declared. */
export abstract class Collections extends Writing {
  /**
   * Which members of a replica set its documents are read from, where a query does not say: `secondaryPreferred`
   * keeps reports off the primary, and may not find what was just written. Transactions read from the primary.
   */
  static readPreference: ReadPreferenceMode | undefined = undefined
  /**
   * Indexes beside those of columns (`@column({ index, unique })`); those of the classes that it extends,
   * and of embedded models, are added.
   *
   * @example
   * static override indexes = [index<Order>({ keys: { customerId: 1, createdAt: -1 } })]
   */
  declare static indexes?: readonly IndexDeclaration[]
  /** What the collection is made with: a validator, a size, a collation, … */
  declare static collectionOptions?: CollectionOptions
  /** Make what is declared when the model is first used; by default as the connection says. */
  static autoIndex: boolean | undefined = undefined

  /**
   * How the collection differs from what the model declares: indexes that are missing, that nobody
   * declares, and that are there in another form; options of the collection that are others. Changes
   * nothing. Looks at all classes that share the collection by a discriminator.
   *
   * Errors: `E_MODEL_DEFINITION`, `E_UNKNOWN_COLUMN` for what cannot be declared; the server's.
   *
   * @example
   * const { missing, stale, different } = await User.diffIndexes()
   */
  static diffIndexes(this: ModelClass, options?: DiffIndexOptions): Promise<IndexReport> {
    return diffIndexes(this, options)
  }

  /**
   * Brings the collection in line with what the model declares: creates it, changes what can be changed
   * in place, and builds missing indexes. Nothing is dropped unless it is said: `dropStale` drops indexes
   * that nobody declares, `rebuild` drops and builds again what cannot be changed. A second call does
   * nothing. Several processes may do it at once.
   *
   * Reads and writes go on while indexes are built. It is never part of a transaction. Without `timeout`
   * there is no limit of time.
   *
   * Errors: as `diffIndexes`; `E_DUPLICATE_KEY` where documents break a unique index, with its name.
   *
   * @example
   * const report = await User.syncIndexes({ dropStale: true, onProgress: ({ step }) => log(step) })
   */
  static syncIndexes(this: ModelClass, options?: SyncIndexOptions): Promise<IndexReport> {
    return syncIndexes(this, options)
  }

  /**
   * Creates the collection with its options, unless it is there; where it is, options that can be
   * changed are. Answers whether it was created. Errors: as `diffIndexes`.
   */
  static createCollection(this: ModelClass, options?: DiffIndexOptions): Promise<boolean> {
    return createCollection(this, options)
  }
}
