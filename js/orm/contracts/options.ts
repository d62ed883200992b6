import type { DateTime } from 'luxon'
import type { QueryClient } from '../../database/client.ts'
import type { AttributeName } from '../../query/types.ts'
import type { HookChoice } from '../hooks/choice.ts'
import type { IsEmbedded } from './embedded.ts'

/** The data properties of a model instance, as they are given: dates also as `Date` or ISO text. */
export type ModelAttributes<M> = AttributesIn<M>['all']

/** Some of the data properties of a model instance, as `create`, `merge` and the like take them. */
export type PartialAttributes<M> = AttributesIn<M>['some']

// For models that are not known yet: see the comment in query/types/paths.ts.
type AttributesIn<M> = M extends unknown
  ? { all: AttributesOf<M>; some: Partial<AttributesOf<M>> }
  : never
type AttributesOf<M> = {
  [Name in DataName<M>]: M[Name] | DateInput<M[Name]> | EmbeddedInput<NonNullable<M[Name]>>
}

/** Embedded documents as they are given. */
type EmbeddedInput<T> =
  IsEmbedded<T> extends true
    ? T extends readonly (infer Item)[]
      ? readonly (Item | PartialAttributes<Item>)[]
      : PartialAttributes<T>
    : never

/** Names of the data properties; none where a class declares none. */
type DataName<M> = string extends AttributeName<M> ? never : AttributeName<M> & keyof M

/** What the property `Name` may be set to; anything where the class declares none. */
export type AttributeInput<M, Name extends string> = AttributeInputIn<M, Name>['is']
type AttributeInputIn<M, Name extends string> = M extends unknown
  ? {
      is: Name extends keyof M
        ? M[Name] | DateInput<M[Name]> | EmbeddedInput<NonNullable<M[Name]>>
        : unknown
    }
  : never

/** What a primary key can be: an object only where the model's key is one. */
export type KeyValue<M> = KeyIn<M>['is']
type KeyIn<M> = M extends unknown
  ? { is: ScalarKey | (M extends { id: infer Key } | { _id: infer Key } ? Key : never) }
  : never
/** A primary key as it is given: what is not known yet, an id in a reply say, is taken as it is. */
export type GivenKey<M, Value> = Value & (unknown extends Value ? unknown : KeyValue<M>)
type ScalarKey =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Uint8Array
  | { readonly _bsontype: string }
  | null
  | undefined

/**
 * What `toAttributes` answers: the properties that `$columns` lists, where a class declares it, else
 * the data properties that can be set.
 */
export type ModelColumnValues<M extends { readonly $columns: readonly string[] }> =
  string extends M['$columns'][number]
    ? { [Name in DataName<M>]: M[Name] }
    : { [Name in M['$columns'][number] & keyof M]: M[Name] }

type DateInput<T> = Extract<T, DateTime> extends never ? never : Date | string

/** How long an operation may take, and who may call it off. */
export interface CallLimits {
  /** Gives up when it is aborted: the operation fails with `E_ABORTED`, its cause the reason. */
  signal?: AbortSignal
  /** How long each operation may take, in milliseconds, before it fails with `E_TIMEOUT`. */
  timeout?: number
}

/** How long an operation may take, and which hooks it runs. */
export interface OperationOptions extends CallLimits {
  /**
   * Which hooks of the model run: all by default, none with `false`, or those of the events that are
   * named. Errors: `E_INVALID_QUERY` for an event that does not exist.
   *
   * @example
   * await user.save({ hooks: ['beforeSave'] })
   */
  hooks?: HookChoice
  /**
   * Of writes of instances: `false` leaves out the model's `validator`, and the hooks around it. Without
   * hooks it holds all the same.
   */
  validate?: boolean
}

/** Where an operation runs. */
export interface ModelAdapterOptions extends OperationOptions {
  /** Name of the connection; by default the model's. */
  connection?: string
  /** A transaction, or a connection; goes over `connection`. */
  client?: QueryClient
}

/** Where a call goes, and for how long; whatever is not given may be spelled out as undefined. */
export type CallOptions = {
  [Name in keyof ModelAdapterOptions]: ModelAdapterOptions[Name] | undefined
}

/** How values are assigned. */
export interface ModelAssignOptions extends ModelAdapterOptions {
  /** Put unknown properties into `$extras` instead of refusing them. */
  allowExtraProperties?: boolean
}

/** Options of `create` and `save`. */
export interface WriteOptions extends OperationOptions {
  /** Share a command with other writes of the same tick; by default as the model says. */
  coalesce?: boolean
}

/** Options of `createMany`. */
export interface CreateManyOptions extends ModelAssignOptions {
  /**
   * Store all or none, in a transaction, where the server has transactions; true by default.
   * Without it the documents before the first that fails stand.
   */
  atomic?: boolean
}

/** Options of `find`. */
export interface FindOptions extends ModelAdapterOptions {
  /** Share a query with other finds of the same tick; by default as the model says. */
  coalesce?: boolean
}

/** Which fields `serialize` takes, by their serialised names. */
export interface CherryPick {
  /** Columns and computed properties. */
  fields?:
    | readonly string[]
    | { pick?: readonly string[] | undefined; omit?: readonly string[] | undefined }
    | undefined
  /** What to take of the rows of preloaded relations, by the relation's serialised name. */
  relations?: { readonly [relation: string]: CherryPick } | undefined
}

/** What a save made of an attribute; `undefined` where there was none, or is none any more. */
export interface AttributeChange {
  readonly before: unknown
  readonly after: unknown
}

/** A serialised model. */
export type ModelObject = Record<string, unknown>

/** A row of a relation. */
export interface RelatedRow {
  serialize(cherryPick?: CherryPick): ModelObject
  toObject(): ModelObject
}

/** A preloaded relation: its rows, its row, or null where there is none. */
export type Related = RelatedRow | RelatedRow[] | null
