/** Rules of models, as they are declared: what the core holds on every way to the documents. */
import type { DateTime } from 'luxon'
import { askFor, type ContextValues } from '../../context/index.ts'

/** Makes the value of a column that stamps itself; undefined stamps nothing. */
export type StampValue = (context: ContextValues, moment: DateTime) => unknown

/** When a column is stamped, and with what. */
export interface StampOf {
  /** New documents that do not have a value of their own. */
  readonly insert?: StampValue
  /** Every change. */
  readonly update?: StampValue
  /** Deletes that keep the document. */
  readonly remove?: StampValue
}

/** What is kept of changes of documents, in a collection of its own. */
export interface HistoryOf {
  /** The columns that changed, before and after; or the document as it was, with a number. */
  readonly keeps: 'changes' | 'versions'
  /** Where the rows are: by default the model's collection with `_audits`, or `_versions`, behind it. */
  readonly collection?: string | undefined
  /** Properties of which nothing is kept. A change of these alone makes no row. */
  readonly except?: readonly string[] | undefined
  /** Values of the context that rows have; `userId` and `requestId` by default. */
  readonly context?: readonly string[] | undefined
  /** How many versions of a document are kept: the oldest go. */
  readonly limit?: number | undefined
}

/** One rule. Make it by `condition`, `stamp`, `history`, or one of the functions of the package's own rules. */
export interface Rule {
  /** What it is lifted by; a rule of a class that extends another takes the place of one of its name. */
  readonly name: string
  /** What holds for every document that is found, by property. */
  readonly where?: Readonly<Record<string, unknown>> | undefined
  /** What holds where the hidden ones are asked for. */
  readonly only?: Readonly<Record<string, unknown>> | undefined
  /** The property whose value in `where` is that of all that is written. */
  readonly pin?: string | undefined
  /** The database that the documents are in, with a value of the context in its name: see `inDatabase`. */
  readonly database?: string | undefined
  /** The property that a delete sets, in place of deleting. */
  readonly removes?: string | undefined
  /** Columns that stamp themselves, by property. */
  readonly stamps?: Readonly<Record<string, StampOf>> | undefined
  /** Stamps of properties that the model need not have. */
  readonly optional?: boolean | undefined
  /** What is kept of changes. */
  readonly history?: HistoryOf | undefined
}

/** A value of the context in the condition of a rule. */
export class FromContext {
  readonly name: string

  constructor(name: string) {
    this.name = name
    askFor(name)
  }
}

/** Stands for a value of the context in the condition of a rule: `context.run({ [name]: value }, …)`. */
export function fromContext(name: string): FromContext {
  return new FromContext(name)
}

/**
 * A rule that all documents of a model answer, on every way to them; the others are not there for it.
 * `only` says what `query.withRule` asks for in its place.
 *
 * @example
 * class Post extends BaseModel {
 *   static override rules = [condition('published', { status: 'published' })]
 *   @column() declare status: string
 * }
 * await Post.query().withoutRule('published')
 */
export function condition(name: string, where: Rule['where'], only?: Rule['only']): Rule {
  return { name, where, only }
}

/**
 * A column that is stamped on every way of writing: with values of the context, or of the moment. What a
 * write says of the column itself goes first.
 *
 * @example
 * static override rules = [stamp('region', { insert: ({ region }) => region })]
 */
export function stamp(property: string, of: StampOf): Rule {
  return { name: `stamp ${property}`, stamps: { [property]: of } }
}

/**
 * What is kept of every change, on every way of writing: rows in a collection of their own, stored in the
 * transaction of the write. `auditsOf` and `versionsOf` read them.
 *
 * @example
 * static override rules = [history('trail', { keeps: 'changes', context: ['userId', 'ip'] })]
 */
export function history(name: string, of: HistoryOf): Rule {
  for (const value of of.context ?? WHO) askFor(value)
  return { name, history: of }
}

/** Values of the context that rows of histories have by default. */
export const WHO: readonly string[] = ['userId', 'requestId']

/** Who changed which columns, when, from what to what: what `Auditable` declares. Lifted as `audits`. */
export function audited(options: Omit<HistoryOf, 'keeps' | 'limit'> = {}): Rule {
  return history('audits', { ...options, keeps: 'changes' })
}

/** Documents as they were before each change: what `Versioned` declares. Lifted as `versions`. */
export function versioned(options: Omit<HistoryOf, 'keeps'> = {}): Rule {
  return history('versions', { ...options, keeps: 'versions' })
}

/** Deletes keep the document, and hide it: what `SoftDeletes` declares. Lifted as `trashed`. */
export function softDeletes(property = 'deletedAt'): Rule {
  return {
    name: 'trashed',
    where: { [property]: null },
    only: { [property]: { $ne: null } },
    removes: property,
    stamps: { [property]: { remove: (_, moment) => moment } },
  }
}

/**
 * Documents are in a database of their own for each value of the context, on the same connection: `{tenant}` in
 * the name stands for `tenant` of the context, `{database}` for the connection's own database. Values are ids,
 * whole numbers, or letters, digits, `_` and `-`; without one nothing is sent.
 *
 * @example
 * static override rules = [inDatabase('{database}_{region}')]
 */
export function inDatabase(database: string, name = 'database'): Rule {
  for (const [, asked = ''] of database.matchAll(/\{(\w+)\}/g)) {
    if (asked !== 'database') askFor(asked)
  }
  return { name, database }
}

/** How documents are told to be a tenant's. */
export interface TenantOptions {
  /** The property that has the tenant; `tenantId`, unless tenants have databases. */
  readonly column?: string
  /** The database of each tenant, such as `'tenant_{tenant}'`: see `inDatabase`. */
  readonly database?: string
}

/** Documents are a tenant's: what `TenantScoped` declares. Lifted as `tenant`. */
export function tenantScoped(given: string | TenantOptions = {}, name = 'tenant'): Rule {
  const { column, database } = typeof given === 'string' ? { column: given } : { ...given }
  const apart = database === undefined ? {} : inDatabase(database)
  const property = column ?? (database === undefined ? 'tenantId' : undefined)
  if (property === undefined) return { ...apart, name: 'tenant' }
  return {
    ...apart,
    name: 'tenant',
    where: { [property]: fromContext(name) },
    pin: property,
    stamps: { [property]: { insert: (values) => values[name] } },
  }
}

/** Names of the columns of `Blameable`. */
export interface BlameColumns {
  readonly createdBy?: string
  readonly updatedBy?: string
  readonly deletedBy?: string
}

/** Who made, changed and deleted a document: what `Blameable` declares. Columns that the model lacks are none. */
export function blameable({
  createdBy = 'createdBy',
  updatedBy = 'updatedBy',
  deletedBy = 'deletedBy',
}: BlameColumns = {}): Rule {
  const user: StampValue = ({ userId }) => userId
  return {
    name: 'blame',
    optional: true,
    stamps: {
      [createdBy]: { insert: user },
      [updatedBy]: { insert: user, update: user },
      [deletedBy]: { remove: user },
    },
  }
}
