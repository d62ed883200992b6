/** Options of the relations' decorators. Names are Lucid's, but for those of keys in arrays. */
import type { Model, ModelClass } from '../contracts/index.ts'
import type { OnDelete } from '../contracts/relation.ts'
import type { ModelQueryBuilder } from '../query_builder/index.ts'
import type { PivotTimestamps } from './pivot.ts'

/** A model class, named by a function: it may be declared later, in another module too. */
export type LazyModel<T extends ModelClass = ModelClass> = () => T

/** Options of all relations. */
export interface CommonRelationOptions<M extends Model = Model> {
  /** Name in JSON; by default the naming strategy's. `null` leaves the relation out. */
  serializeAs?: string | null
  /** Adds to every query for the related rows, before everything else. */
  onQuery?(query: ModelQueryBuilder<M>): void
  /** Anything; for your own tools. */
  meta?: unknown
}

/** What becomes of related rows when the row is deleted that they refer to. */
export interface DependentOptions {
  /**
   * `cascade` deletes them, or of `@manyToMany()` the links; `nullify` takes their keys away; `restrict` refuses
   * with `E_DELETE_RESTRICTED`. In one transaction where the server has them.
   */
  onDelete?: OnDelete
  /** Whether rows that are deleted along run their hooks, each by itself. */
  hooks?: boolean
}

/** Where rows are counted that refer to another one. */
export interface CountedOptions {
  /**
   * Property of the related model with the number of rows that refer to it, which every write through the
   * models keeps: in one transaction with what it writes, where the server has them. `recount()` counts anew.
   */
  counterCache?: string
}

/** Options of `@belongsTo()`. */
export interface BelongsToOptions<M extends Model = Model>
  extends RelationOptions<M>,
    CountedOptions {}

/** Options of `@hasOne()` and `@hasMany()`. */
export interface OwnedRelationOptions<M extends Model = Model>
  extends RelationOptions<M>,
    DependentOptions {}

/** Options of `@belongsTo()`, `@hasOne()` and `@hasMany()`, which have others beside them. */
export interface RelationOptions<M extends Model = Model> extends CommonRelationOptions<M> {
  /** Property that is referred to; by default the primary key. */
  localKey?: string
  /** Property that refers to it; by default the class's name and its primary key: `userId`. */
  foreignKey?: string
}

/** Options of `@hasManyThrough()`. */
export interface ThroughRelationOptions<M extends Model = Model> extends RelationOptions<M> {
  /** Property of the model between that is referred to; by default its primary key. */
  throughLocalKey?: string
  /** Property of the related model that refers to it; by default the model between's name and key. */
  throughForeignKey?: string
}

/** Options of `@manyToMany()`: with a pivot collection, or with keys in an array. */
export interface ManyToManyOptions<M extends Model = Model>
  extends CommonRelationOptions<M>,
    DependentOptions {
  /** Property that the other side refers to; by default the primary key. */
  localKey?: string
  /** Property of the related model that is referred to; by default its primary key. */
  relatedKey?: string
  /** Collection of the links, or a model of it; by default both classes' names: `skill_user`. */
  pivotTable?: string | LazyModel
  /** Name in the pivot collection of the key that refers here; by default `user_id`. */
  pivotForeignKey?: string
  /** Name in the pivot collection of the key that refers to the related row; by default `skill_id`. */
  pivotRelatedForeignKey?: string
  /** Names in the pivot collection whose values rows have in their `$extras`, as `pivot_<name>`. */
  pivotColumns?: readonly string[]
  /** Dates of links: `created_at` and `updated_at`, or the names given. */
  pivotTimestamps?: PivotTimestamps
  /** Property of this model that has the related rows' keys in an array, in the place of a pivot. */
  foreignKeys?: string
  /** Property of the related model that has the keys of this model's rows in an array. */
  relatedForeignKeys?: string
}

/** Options of `@morphTo()`, `@morphOne()` and `@morphMany()`. */
export interface MorphKeys<M extends Model = Model> extends CommonRelationOptions<M> {
  /** Property with the name of the related row's model; by default the relation's name and `Type`. */
  typeKey?: string
  /** Property with the related row's key; by default the relation's name and `Id`. */
  foreignKey?: string
  /** Property of the related models that is referred to; by default the primary key. */
  localKey?: string
}

/** Options of `@morphTo()`. */
export interface MorphToOptions<M extends Model = Model> extends MorphKeys<M>, CountedOptions {}

/** Options of `@morphOne()` and `@morphMany()`. */
export interface MorphOptions<M extends Model = Model> extends MorphKeys<M>, DependentOptions {
  /** Name of the related model's `@morphTo()`, which the names of its keys begin with. */
  name: string
}

/** What any of the decorators takes. */
export type AnyRelationOptions = ThroughRelationOptions &
  ManyToManyOptions &
  CountedOptions &
  Partial<MorphOptions> & { of?: string }
