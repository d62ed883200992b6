/**
 * A model and its class as the rest of the package sees them. `BaseModel` is the implementation;
 * nothing below it needs more than this.
 */
import type { CHUNK, ROW, VALUES } from '../../codec/accessors.ts'
import type { Chunk } from '../../codec/chunk.ts'
import type { QueryClient } from '../../database/client.ts'
import type { ReadPreferenceMode } from '../../database/concerns.ts'
import type { Database } from '../../database/index.ts'
import type { TransactionClient } from '../../database/transaction/index.ts'
import type { CollectionOptions, IndexDeclaration } from '../indexes/declare.ts'
import type { NamingStrategy } from '../naming_strategies/index.ts'
import type { Rule } from '../rules/index.ts'
import type { CallLimits, ModelAdapterOptions } from './options.ts'
import type { FLAGS, REST, Rest } from './state.ts'

/** An instance of a model. */
export interface Model {
  /** @internal */
  [CHUNK]: Chunk | null
  /** @internal */
  [ROW]: number
  /** @internal */
  [VALUES]: unknown[] | null
  /** @internal */
  [FLAGS]: number
  /** @internal */
  [REST]: Rest | null
  /** The document is in the database. */
  readonly $isPersisted: boolean
  /** The document was deleted through the instance. */
  readonly $isDeleted: boolean
  /** Name of the connection on which the instance is saved. */
  get $options(): { connection?: string }
  set $options(options: { connection?: string } | undefined)
  /** The transaction that the instance takes part in. */
  readonly $trx: TransactionClient | undefined
  /** Fields that are no columns, and what queries add. */
  get $extras(): Record<string, unknown>
  set $extras(values: Record<string, unknown> | undefined)
}

/** Models by the names that documents have for them. */
export type MorphMap = Readonly<Record<string, () => ModelClass>>

/**
 * Several classes in one collection: they extend one that names the column by which they are told apart,
 * and each names its value. The first class reads documents of all, as instances of the right class; each
 * other reads, changes and deletes its own alone (and those of classes that extend it). New documents get
 * the value; it cannot be changed. Errors: `E_MODEL_DEFINITION`, `E_INVALID_VALUE`.
 *
 * @example
 * class Vehicle extends BaseModel {
 *   static override discriminator = { key: 'kind' }
 *   @column() declare kind: string
 * }
 * class Car extends Vehicle {
 *   static override discriminator = { key: 'kind', value: 'car' }
 *   @column() declare doors: number
 * }
 */
export interface Discriminator {
  /** Property of the column that tells the class; the first of the classes declares it. */
  readonly key: string
  /** Its value in documents of the class; the class that reads all of them has none. */
  readonly value?: string | number | undefined
}

/** What a model class has beside its constructor. */
interface ModelStatics<M extends Model> {
  readonly prototype: M
  readonly name: string
  readonly namingStrategy: NamingStrategy
  readonly connection?: string | undefined
  readonly collection?: string
  readonly table?: string
  readonly selfAssignPrimaryKey: boolean
  readonly morphMap?: MorphMap | undefined
  readonly discriminator?: Discriminator | undefined
  readonly indexes?: readonly IndexDeclaration[] | undefined
  readonly collectionOptions?: CollectionOptions | undefined
  readonly autoIndex?: boolean | undefined
  readonly rules?: readonly Rule[]
  readonly coalesceFinds: boolean
  readonly coalesceWrites?: boolean | undefined
  readonly readPreference?: ReadPreferenceMode | undefined
  readonly $database?: Database | undefined
  readonly $adapter?: ModelAdapter | undefined
  boot?(): void
}

/** A model class, an abstract one included. For classes whose statics are called see `ModelConstructor`. */
export type ModelClass<M extends Model = Model> = ModelStatics<M> & (abstract new () => M)

/** A model class that instances are made of: every class whose operations run is one. */
export type ConcreteModelClass<M extends Model = Model> = ModelStatics<M> & (new () => M)

/** A class of instances `M`, as what a mixin extends and makes. */
export interface MixinOf<M> {
  // biome-ignore lint/suspicious/noExplicitAny: TypeScript takes nothing else for a mixin's base
  new (...args: any[]): M
}

/** A document, or what changes in one, by stored name. */
export type AdapterColumns = Readonly<Record<string, unknown>>

/** An adapter as far as it is needed to write: {@link AdapterContract} without queries. */
export interface ModelAdapter {
  /** Where an instance is read and written. */
  modelClient(instance: Model): QueryClient
  /** Where operations of the class run. */
  modelConstructorClient(model: ModelClass, options?: ModelAdapterOptions): QueryClient
  /** Stores a new document, `_id` among its columns. */
  insert(instance: Model, columns: AdapterColumns, limits?: CallLimits): Promise<void>
  /**
   * Stores the columns that changed; a field whose value is `undefined` is removed. Shall throw
   * `E_STALE_MODEL` when there is no such document any more.
   */
  update(instance: Model, columns: AdapterColumns, limits?: CallLimits): Promise<void>
  /** Deletes the document. */
  delete(instance: Model, limits?: CallLimits): Promise<void>
  /** Reads the document again, in place of the instance's state. */
  refresh(instance: Model): Promise<void>
}

/** Marks the adapter that models have by default: it is never asked, its work is done directly. */
export const BUILT_IN: unique symbol = Symbol('built-in adapter')

/** The adapter that the application set for a model. */
export function adapterOf({ $adapter }: ModelClass): ModelAdapter | undefined {
  return $adapter === undefined || BUILT_IN in $adapter ? undefined : $adapter
}
