/** Types of the properties that are relations, and of what works on them. Names are Lucid's. */
import type { TransactionClient } from '../../database/transaction/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { ModelAssignOptions, PartialAttributes } from '../contracts/options.ts'
import type { RelationTag } from '../contracts/relation.ts'
import type { ModelQueryBuilder } from '../query_builder/index.ts'
import type { ModelQuery } from '../query_builder/scopes.ts'

type Instance<T extends ModelClass> = InstanceType<T>
type Values<T extends ModelClass> = PartialAttributes<InstanceType<T>>

/** What queries of relations to many rows have besides. */
export interface GroupLimits {
  /**
   * As many rows for each row that has the relation, in a preload; otherwise the same as `limit`.
   * Newest keys first, unless there is an order.
   */
  groupLimit(count: number): this
  /** The order of `groupLimit`. */
  groupOrderBy(column: string, direction?: 'asc' | 'desc'): this
}

type PivotCondition =
  | [name: string, value: unknown]
  | [name: string, operator: string, value: unknown]
  | [conditions: Readonly<Record<string, unknown>>]

/** Conditions on the documents of the pivot collection. */
export interface PivotFilters {
  /** Reads these values of the pivot collection too, as `pivot_<name>` in the `$extras` of rows. */
  pivotColumns(names: readonly string[]): this
  wherePivot(...condition: PivotCondition): this
  orWherePivot(...condition: PivotCondition): this
  andWherePivot(...condition: PivotCondition): this
  whereNotPivot(...condition: PivotCondition): this
  orWhereNotPivot(...condition: PivotCondition): this
  andWhereNotPivot(...condition: PivotCondition): this
  whereInPivot(name: string, values: readonly unknown[]): this
  orWhereInPivot(name: string, values: readonly unknown[]): this
  andWhereInPivot(name: string, values: readonly unknown[]): this
  whereNotInPivot(name: string, values: readonly unknown[]): this
  orWhereNotInPivot(name: string, values: readonly unknown[]): this
  andWhereNotInPivot(name: string, values: readonly unknown[]): this
  whereNullPivot(name: string): this
  orWhereNullPivot(name: string): this
  andWhereNullPivot(name: string): this
  whereNotNullPivot(name: string): this
  orWhereNotNullPivot(name: string): this
  andWhereNotNullPivot(name: string): this
}

/** The query of a relation to one row. */
export type OneQuery<T extends ModelClass> = ModelQuery<T>
/** The query of a relation to many rows. */
export type ManyQuery<T extends ModelClass> = ModelQuery<T> & GroupLimits
/** The query of a relation through a pivot collection. */
export type PivotQuery<T extends ModelClass> = ModelQuery<T> & GroupLimits & PivotFilters

/** The query of a tree; the `depth` of a row, which says how far away it is, is in its `$extras`. */
export type TreeQuery<T extends ModelClass> = ManyQuery<T> & {
  /** Follows so many steps at most. Errors: `E_INVALID_QUERY` for what is no integer from 1 on. */
  maxDepth(steps: number): TreeQuery<T>
}

/** `related(name)` of a relation that is read only. */
export interface RelationClient<Query> {
  /** A query for the related rows. */
  query(): Query
}

/** `related(name)` of `@hasOne()`. All writes run in one transaction where the server has them. */
export interface HasOneClient<T extends ModelClass, Query = OneQuery<T>>
  extends RelationClient<Query> {
  /** Saves the parent, then a new related row. */
  create(values: Values<T>, options?: ModelAssignOptions): Promise<Instance<T>>
  /** Saves the parent, then the row as a related one. */
  save(row: Instance<T>): Promise<void>
  /** The related row that matches, or a new one; see `Model.firstOrCreate`. */
  firstOrCreate(
    search: Values<T>,
    values?: Values<T>,
    options?: ModelAssignOptions,
  ): Promise<Instance<T>>
  /** Updates the related row that matches, or creates one; see `Model.updateOrCreate`. */
  updateOrCreate(
    search: Values<T>,
    values: Values<T>,
    options?: ModelAssignOptions,
  ): Promise<Instance<T>>
}

/** `related(name)` of `@hasMany()`. All writes run in one transaction where the server has them. */
export interface HasManyClient<T extends ModelClass> extends HasOneClient<T, ManyQuery<T>> {
  /**
   * The rows below this one at any distance, the nearest first, of a relation to the same model. Errors:
   * `E_MODEL_DEFINITION` for another one.
   *
   * @example
   * await category.related('children').descendants().maxDepth(2)
   */
  descendants(): TreeQuery<T>
  createMany(values: readonly Values<T>[], options?: ModelAssignOptions): Promise<Instance<T>[]>
  saveMany(rows: readonly Instance<T>[]): Promise<void>
  /** For each object the related row with the same values of `keys`, or a new one. */
  fetchOrCreateMany(
    rows: readonly Values<T>[],
    keys?: string | readonly string[],
    options?: ModelAssignOptions,
  ): Promise<Instance<T>[]>
  /** Saves each object to the related row with the same values of `keys`, or creates one. */
  updateOrCreateMany(
    rows: readonly Values<T>[],
    keys?: string | readonly string[],
    options?: ModelAssignOptions,
  ): Promise<Instance<T>[]>
}

/** `related(name)` of `@belongsTo()`. */
export interface BelongsToClient<T extends ModelClass> extends RelationClient<OneQuery<T>> {
  /**
   * The rows above this one, the nearest first, of a relation to the same model. Errors:
   * `E_MODEL_DEFINITION` for another one.
   *
   * @example
   * await category.related('parent').ancestors().where('hidden', false)
   */
  ancestors(): TreeQuery<T>
  /** The rows from the topmost one to this one itself. Errors: as `ancestors`. */
  breadcrumbs(): TreeQuery<T>
  /** Saves the row, then the parent with its key; in one transaction where the server has them. */
  associate(row: Instance<T>): Promise<void>
  /** Saves the parent without a key. */
  dissociate(): Promise<void>
}

/** The query of a relation to rows of several models: one for each of them. */
export interface MorphQuery<T extends ModelClass> {
  /**
   * Narrows the query for the rows of one model. Errors: `E_UNKNOWN_MORPH_TYPE`.
   *
   * @example
   * await Comment.query().preload('commentable', (commentable) => {
   *   commentable.for(Post, (posts) => posts.preload('user'))
   * })
   */
  for<M extends T>(model: M, callback: (query: OneQuery<M>) => void): this
}

/** `related(name)` of `@morphTo()`. */
export interface MorphToClient<T extends ModelClass> extends RelationClient<ModelQuery<T>> {
  /** Saves the row, then the parent with its key and the name of its model; in one transaction where the server has them. */
  associate(row: Instance<T>): Promise<void>
  /** Saves the parent without key and name. */
  dissociate(): Promise<void>
}

/** A key, as the related model has it. */
export type RelatedKey = unknown
/** Attributes of a link in the pivot collection. */
export type PivotAttributes = Readonly<Record<string, unknown>>
/** What `attach` and `sync` take: keys, or attributes of links by key (a `Map` keeps the keys' types). */
export type Attachments =
  | readonly RelatedKey[]
  | ReadonlyMap<unknown, PivotAttributes>
  | Readonly<Record<string, PivotAttributes>>

/** `related(name)` of `@manyToMany()`. All writes run in one transaction where the server has them. */
export interface ManyToManyClient<T extends ModelClass> extends RelationClient<PivotQuery<T>> {
  /** A query for the documents of the pivot collection that link the parent. */
  pivotQuery(): ModelQueryBuilder<Model, Record<string, unknown>>
  create(
    values: Values<T>,
    pivot?: PivotAttributes,
    options?: ModelAssignOptions,
  ): Promise<Instance<T>>
  createMany(
    values: readonly Values<T>[],
    pivots?: readonly (PivotAttributes | undefined)[],
    options?: ModelAssignOptions,
  ): Promise<Instance<T>[]>
  /** Saves parent and row, and links them; with `checkExisting` false also where they are linked. */
  save(row: Instance<T>, checkExisting?: boolean, pivot?: PivotAttributes): Promise<void>
  saveMany(
    rows: readonly Instance<T>[],
    checkExisting?: boolean,
    pivots?: readonly (PivotAttributes | undefined)[],
  ): Promise<void>
  /** Links rows by their keys, also those that are linked already. */
  attach(keys: Attachments, trx?: TransactionClient): Promise<void>
  /** Removes the links to these keys; all links where nothing is given, and none for an empty array. */
  detach(keys?: readonly RelatedKey[], trx?: TransactionClient): Promise<void>
  /**
   * Links exactly these rows: adds what is missing, updates attributes that differ and, unless
   * `detach` is false, removes the other links.
   */
  sync(keys: Attachments, detach?: boolean, trx?: TransactionClient): Promise<void>
}

/** The row that refers to this one; `null` where there is none. */
export type HasOne<T extends ModelClass> = Instance<T> &
  RelationTag<'hasOne', HasOneClient<T>, OneQuery<T>>

/** The rows that refer to this one. */
export type HasMany<T extends ModelClass> = Instance<T>[] &
  RelationTag<'hasMany', HasManyClient<T>, ManyQuery<T>>

/** The row that this one refers to; `null` where there is none. */
export type BelongsTo<T extends ModelClass> = Instance<T> &
  RelationTag<'belongsTo', BelongsToClient<T>, OneQuery<T>>

/** The rows that are linked with this one. */
export type ManyToMany<T extends ModelClass> = Instance<T>[] &
  RelationTag<'manyToMany', ManyToManyClient<T>, PivotQuery<T>>

/** The rows that refer to rows which refer to this one. */
export type HasManyThrough<T extends ModelClass> = Instance<T>[] &
  RelationTag<'hasManyThrough', RelationClient<ManyQuery<T>>, ManyQuery<T>>

/** The row of one of several models that this one refers to; `null` where there is none. */
export type MorphTo<T extends ModelClass> = Instance<T> &
  RelationTag<'morphTo', MorphToClient<T>, MorphQuery<T>>

/** The row whose `@morphTo()` refers to this one; `null` where there is none. */
export type MorphOne<T extends ModelClass> = Instance<T> &
  RelationTag<'morphOne', HasOneClient<T>, OneQuery<T>>

/** The rows whose `@morphTo()` refers to this one. */
export type MorphMany<T extends ModelClass> = Instance<T>[] &
  RelationTag<'morphMany', HasManyClient<T>, ManyQuery<T>>

/** The rows above this one, or below it. */
export type TreeRows<T extends ModelClass> = Instance<T>[] &
  RelationTag<
    'ancestors' | 'breadcrumbs' | 'descendants',
    RelationClient<TreeQuery<T>>,
    TreeQuery<T>
  >
