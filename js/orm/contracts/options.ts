import type { DateTime } from 'luxon'
import type { AttributeName } from '../../query/types.ts'

/** The data properties of a model instance. */
export type ModelAttributes<M> = {
  [Name in DataName<M>]: M[Name] | DateInput<M[Name]>
}

/** Names of the data properties; none where a class declares none. */
type DataName<M> = string extends AttributeName<M> ? never : AttributeName<M> & keyof M

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
  fields?: readonly string[] | { pick?: readonly string[]; omit?: readonly string[] }
}

/** A serialised model. */
export type ModelObject = Record<string, unknown>
