import type { AttributeName, Conditions, QueryValue } from '../../query/types.ts'
import { ModelAggregate } from '../aggregate/index.ts'
import { NativeRunner } from '../aggregate/native_runner.ts'
import type { ModelClass } from '../contracts/index.ts'
import type {
  FindOptions,
  GivenKey,
  ModelAdapterOptions,
  PartialAttributes,
} from '../contracts/options.ts'
import { definitionOf } from '../definition/index.ts'
import { query } from '../query_builder/of_model.ts'
import type { ModelQuery } from '../query_builder/scopes.ts'
import * as finders from './finders.ts'
import { ModelMetadata } from './metadata.ts'

/** Values of a model's attributes. */
export type Attributes<T extends ModelClass> = PartialAttributes<InstanceType<T>>

/** The name of a model's attribute. */
export type AttributeKey<T extends ModelClass> = AttributeName<InstanceType<T>>

/** The part of `BaseModel` that reads. */
export abstract class Reading extends ModelMetadata {
  /** A query for models of this class. */
  static query<T extends ModelClass>(this: T, options?: ModelAdapterOptions): ModelQuery<T> {
    return query(this, options)
  }

  /**
   * An aggregation on the model's collection. Runs no hooks.
   *
   * @example
   * await Order.aggregate().match({ status: 'paid' }).group({ by: 'userId', total: expr.sum('amount') })
   */
  static aggregate<T extends ModelClass>(
    this: T,
    options?: ModelAdapterOptions,
  ): ModelAggregate<InstanceType<T>> {
    const definition = definitionOf(this)
    return new ModelAggregate<InstanceType<T>>(definition, new NativeRunner(definition, options))
  }

  /**
   * The document with this primary key, or `null`. Runs the find hooks.
   *
   * Calls of one tick are answered by one query, unless the model has a `beforeFind` hook or
   * `coalesce` is false.
   *
   * Errors: `E_UNDEFINED_VALUE`, `E_INVALID_OBJECT_ID`, `E_INVALID_VALUE` for what is no UUID.
   */
  static find<T extends ModelClass, Value>(
    this: T,
    value: GivenKey<InstanceType<T>, Value>,
    options?: FindOptions,
  ): Promise<InstanceType<T> | null> {
    return finders.find(this, value, options)
  }

  /** As `find`. Errors: also `E_ROW_NOT_FOUND`. */
  static findOrFail<T extends ModelClass, Value>(
    this: T,
    value: GivenKey<InstanceType<T>, Value>,
    options?: FindOptions,
  ): Promise<InstanceType<T>> {
    return finders.findOrFail(this, value, options)
  }

  /**
   * The first document that matches, or `null`. Runs the find hooks.
   *
   * Errors: `E_UNDEFINED_VALUE`, `E_UNKNOWN_COLUMN`.
   *
   * @example
   * await User.findBy('email', 'ada@example.com')
   * await User.findBy({ email: 'ada@example.com', status: 'active' })
   */
  static findBy<T extends ModelClass>(
    this: T,
    clause: Conditions<InstanceType<T>>,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T> | null>
  static findBy<T extends ModelClass, Key extends AttributeKey<T>>(
    this: T,
    key: Key,
    value: QueryValue<InstanceType<T>, Key>,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T> | null>
  static findBy<T extends ModelClass>(
    this: T,
    ...args: unknown[]
  ): Promise<InstanceType<T> | null> {
    return finders.findBy(this, args)
  }

  /** As `findBy`. Errors: also `E_ROW_NOT_FOUND`. */
  static findByOrFail<T extends ModelClass>(
    this: T,
    clause: Conditions<InstanceType<T>>,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T>>
  static findByOrFail<T extends ModelClass, Key extends AttributeKey<T>>(
    this: T,
    key: Key,
    value: QueryValue<InstanceType<T>, Key>,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T>>
  static findByOrFail<T extends ModelClass>(this: T, ...args: unknown[]): Promise<InstanceType<T>> {
    return finders.findByOrFail(this, args)
  }

  /** All documents that match, in no particular order. Runs the fetch hooks. Errors: as `findBy`. */
  static findManyBy<T extends ModelClass>(
    this: T,
    clause: Conditions<InstanceType<T>>,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T>[]>
  static findManyBy<T extends ModelClass, Key extends AttributeKey<T>>(
    this: T,
    key: Key,
    value: QueryValue<InstanceType<T>, Key>,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T>[]>
  static findManyBy<T extends ModelClass>(this: T, ...args: unknown[]): Promise<InstanceType<T>[]> {
    return finders.findManyBy(this, args)
  }

  /** The documents with these primary keys, newest key first. Runs the fetch hooks. */
  static findMany<T extends ModelClass, Value>(
    this: T,
    values: readonly GivenKey<InstanceType<T>, Value>[],
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T>[]> {
    return finders.findMany(this, values, options)
  }

  /** The first document, or `null`, in no particular order. Runs the fetch hooks. */
  static first<T extends ModelClass>(
    this: T,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T> | null> {
    return query(this, options).first()
  }

  /** As `first`. Errors: also `E_ROW_NOT_FOUND`. */
  static firstOrFail<T extends ModelClass>(
    this: T,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T>> {
    return query(this, options).firstOrFail()
  }

  /** Every document, newest key first. Runs the fetch hooks. */
  static all<T extends ModelClass>(
    this: T,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T>[]> {
    return finders.all(this, options)
  }
}
