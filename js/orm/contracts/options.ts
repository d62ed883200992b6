import type { DateTime } from 'luxon'
import type { AttributeName } from '../../query/types.ts'

/** The data properties of a model instance. */
export type ModelAttributes<M> = {
  [Name in DataName<M>]: M[Name] | DateInput<M[Name]>
}

/** Names of the data properties; none where a class declares none. */
type DataName<M> = string extends AttributeName<M> ? never : AttributeName<M> & keyof M

/** Whether two types are the same, `readonly` included. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Data properties that can be set: what is left are getters, which are no columns. */
type WritableName<M> = {
  [Name in DataName<M>]: Same<Pick<M, Name>, { -readonly [N in Name]: M[N] }> extends true
    ? Name
    : never
}[DataName<M>]

/**
 * What `toAttributes` answers: the properties that `$columns` lists, where a class declares it, else
 * the data properties that can be set.
 */
export type ModelColumnValues<M extends { readonly $columns: readonly string[] }> =
  string extends M['$columns'][number]
    ? { [Name in WritableName<M>]: M[Name] }
    : { [Name in M['$columns'][number] & keyof M]: M[Name] }

type DateInput<T> = Extract<T, DateTime> extends never ? never : Date | string

/** Where an operation runs. */
export interface ModelAdapterOptions {
  /** Name of the connection; by default the model's. */
  connection?: string
}

/** How values are assigned. */
export interface ModelAssignOptions extends ModelAdapterOptions {
  /** Put unknown properties into `$extras` instead of refusing them. */
  allowExtraProperties?: boolean
}

/** Options of `create` and `save`. */
export interface WriteOptions {
  /** Share a command with other writes of the same tick; by default as the model says. */
  coalesce?: boolean
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

/** A serialised model. */
export type ModelObject = Record<string, unknown>

/** A row of a relation. */
export interface RelatedRow {
  serialize(cherryPick?: CherryPick): ModelObject
  toObject(): ModelObject
}

/** A preloaded relation: its rows, its row, or null where there is none. */
export type Related = RelatedRow | RelatedRow[] | null
