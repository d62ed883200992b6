/** A relation between two models, as a class declares it. */

import type { QueryClient } from '../../database/client.ts'
import type { AttributeName } from '../../query/types.ts'
import type { DocumentIn, IsEmbedded } from './embedded.ts'
import type { Model, ModelClass } from './index.ts'
import type { RelationKind } from './relation_kind.ts'

/** What becomes of rows: they are deleted, or kept, or deleted where others are kept. */
export type Removal = 'delete' | 'keep' | 'force'

/** What becomes of related rows when the row is deleted that they refer to. */
export type OnDelete = 'cascade' | 'nullify' | 'restrict'

/** A number that rows of another collection have of the documents that refer to them, by stored names. */
export interface Counter {
  readonly collection: string
  /** What is referred to, and where the number is. */
  readonly key: string
  readonly field: string
  /** What refers to it. */
  readonly foreign: string
  /** Which documents count, by the values of other fields. */
  readonly when: Readonly<Record<string, readonly unknown[]>>
}

/** What a model tells of one of its relations. Names are Lucid's. */
export interface RelationContract {
  readonly type: RelationKind
  /** Name of the property. */
  readonly relationName: string
  /** The class that has the relation. */
  readonly model: ModelClass
  /** Name in JSON; `null` leaves the relation out. */
  readonly serializeAs: string | null
  readonly meta: unknown
  /** Whether the property is an array. */
  readonly isMany: boolean
  /** Whether the keys were looked up. */
  readonly booted: boolean
  /** What becomes of related rows when the row is deleted that they refer to; nothing by default. */
  readonly onDelete: OnDelete | undefined
  /** Where the model's rows are counted. Errors: `E_MODEL_DEFINITION`. @internal */
  readonly counters: readonly Counter[]
  /** Stored names of the keys that rows have. */
  readonly keyNames: readonly string[]
  /** Does so with what depends on rows that are about to be deleted. @internal */
  release(rows: readonly Model[], client: QueryClient, how: Removal): Promise<void>
  /** Looks the related model and the keys up, once. Errors: `E_MODEL_DEFINITION`. */
  boot(): void
  /** The related model. */
  relatedModel(): ModelClass
  /** The same relation of a class that extends the one that declares it. */
  clone(model: ModelClass): RelationContract
}

/** What a property's type tells of its relation; no instance has it. */
export declare const relates: unique symbol

/** The type of a property that is a relation, by its kind, its client and its query. */
export interface RelationTag<Kind extends RelationKind, Client, Query> {
  readonly __opaque_type: Kind
  readonly [relates]?: { readonly client: Client; readonly query: Query }
}

type AnyTag = { readonly __opaque_type: RelationKind }

type RelationKey<M> = {
  [K in keyof M & string]-?: 0 extends 1 & M[K]
    ? never
    : [NonNullable<M[K]>] extends [never]
      ? never
      : [NonNullable<M[K]>] extends [AnyTag]
        ? K
        : never
}[keyof M & string]

// For models that are not known yet: see the comment in query/types/paths.ts.
type RelationsIn<M> = M extends unknown ? { [K in RelationsOf<M>]: K } : never
type RelationsOf<M> = [RelationKey<M>] extends [never]
  ? string extends AttributeName<M>
    ? string
    : never
  : RelationKey<M>

/** Names of the relations of model `M`; any string where `M` has no properties of its own. */
export type RelationName<M> = keyof RelationsIn<M> & string

type TypesIn<M, Name extends string> = M extends unknown ? TypesOf<M, Name> : never
type TypesOf<M, Name extends string> = Name extends keyof M
  ? IsEmbedded<NonNullable<M[Name]>> extends true
    ? { client: never; query: EmbeddedLoader<DocumentIn<M[Name]>> }
    : RelatedTypes<M[Name]>
  : { client: unknown; query: unknown }
type RelatedTypes<T> =
  NonNullable<T> extends { readonly [relates]?: infer Types }
    ? NonNullable<Types> extends { readonly client: infer Client; readonly query: infer Query }
      ? { client: Client; query: Query }
      : { client: never; query: never }
    : { client: never; query: never }

/** The client of a relation of model `M`. */
export type RelationClientOf<M, Name extends string> = TypesIn<M, Name>['client']

/** The query of a relation of which something is calculated. */
export type Calculated<Query> = Query & {
  /** Names what is calculated, in the `$extras` of rows. */
  as(name: string): unknown
}

/** The query of a relation of model `M`, or what loads relations of its embedded documents. */
export type RelationQueryOf<M, Name extends string> = TypesIn<M, Name>['query']

type EmbeddedKey<M> = {
  [K in keyof M & string]-?: 0 extends 1 & M[K]
    ? never
    : [NonNullable<M[K]>] extends [never]
      ? never
      : IsEmbedded<NonNullable<M[K]>> extends true
        ? K
        : never
}[keyof M & string]

type LoadableIn<M> = M extends unknown ? { [K in RelationsOf<M> | EmbeddedKey<M>]: K } : never

/** Names of what can be loaded with model `M`: its relations, and its embedded documents, which may have some. */
export type PreloadName<M> = keyof LoadableIn<M> & string

/** Says what is loaded of embedded documents with the rows that hold them. */
export interface EmbeddedLoader<M> {
  /**
   * Loads a relation of the documents, as `preload` of queries does, or goes on into documents that they hold.
   * Errors: `E_UNDEFINED_RELATIONSHIP`, `E_MODEL_DEFINITION`, `E_INVALID_QUERY`.
   *
   * @example
   * const orders = await Order.query().preload('lines', (lines) => lines.preload('product'))
   * orders[0].lines[0].product.name
   */
  preload<Name extends PreloadName<M>>(
    relation: Name,
    callback?: (query: RelationQueryOf<M, Name>) => void,
  ): this
}
