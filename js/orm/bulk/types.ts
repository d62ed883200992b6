/** What bulk writes take and answer. */
import type { AttributeName, Conditions } from '../../query/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelAdapterOptions, PartialAttributes } from '../contracts/options.ts'
import type { ModelQueryBuilder } from '../query_builder/index.ts'
import type { UpdateChanges } from '../query_builder/update/builder.ts'
import type { UpdateValues } from '../query_builder/update/types.ts'

/** Something of a bulk write that failed. */
export interface BulkFailure {
  /** Which statement, row or instance, counted from 0. */
  readonly position: number
  /** What it failed with: an error of the package, or what a hook threw. */
  readonly error: unknown
}

/** What a bulk write did. */
export interface BulkResult {
  /** Documents inserted, upserts not counted. */
  readonly inserted: number
  /** Documents that updates found. */
  readonly matched: number
  /** Documents that updates changed. */
  readonly modified: number
  readonly deleted: number
  /** Upserts that inserted: which statement, and the primary key. */
  readonly upserted: readonly { readonly position: number; readonly id: unknown }[]
  /** In the order of their positions. */
  readonly failures: readonly BulkFailure[]
}

/** Options of every bulk write. */
export interface BulkOptions extends ModelAdapterOptions {
  /**
   * Stop at the first failure; true by default. Otherwise everything is tried, but for transactions,
   * which a failure ends.
   */
  ordered?: boolean
  /** All or nothing, in a transaction of its own; false by default. */
  atomic?: boolean
  /** Reject with `E_BULK_WRITE` when something failed; true by default. */
  throwOnFailure?: boolean
  /** Text that the server writes to its log and profiler beside the commands. */
  comment?: string
}

/** Options of `bulkSave` and `bulkDelete`. */
export interface BulkSaveOptions extends BulkOptions {}

/** Options of `upsertMany`. */
export interface UpsertManyOptions<M> extends BulkOptions {
  /** Columns that tell documents apart; they should have a unique index. */
  by: readonly AttributeName<M>[]
}

/** Which documents a statement means: equality conditions, or a callback that writes conditions. */
export type BulkFilter<M extends Model> = BulkFilterIn<M>['is']

// For models that are not known yet, as all that depends on `M`: see query/types/paths.ts.
type BulkFilterIn<M extends Model> = M extends unknown
  ? { is: Conditions<M> | ((query: ModelQueryBuilder<M>) => unknown) }
  : never

/** A statement that updates. */
export interface BulkUpdate<M extends Model> {
  readonly filter: BulkFilter<M>
  readonly update: UpdateChanges<M>
}

/** A statement that updates or inserts. */
export interface BulkUpsert<M extends Model> extends BulkUpdate<M> {
  /** What an inserted document has beside the conditions and the values. */
  readonly onInsert?: UpdateValues<M>
}

/** A statement that puts another document in the place of one. */
export interface BulkReplace<M extends Model> {
  readonly filter: BulkFilter<M>
  readonly replacement: PartialAttributes<M>
  /** Insert it where nothing matches. */
  readonly upsert?: boolean
}

/** A statement of `bulkWrite` as data: an object with one of these. */
export type BulkStatement<M extends Model> =
  | { readonly insert: PartialAttributes<M> | M }
  | { readonly updateOne: BulkUpdate<M> }
  | { readonly updateMany: BulkUpdate<M> }
  | { readonly upsert: BulkUpsert<M> }
  | { readonly replaceOne: BulkReplace<M> }
  | { readonly deleteOne: { readonly filter: BulkFilter<M> } }
  | { readonly deleteMany: { readonly filter: BulkFilter<M> } }
