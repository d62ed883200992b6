/** What a model class may say of the indexes of its collection, and of the collection. */
import type { AttributePath, AttributeValue } from '../../query/types/paths.ts'

/** What an index is for: values in order (1 is `asc`, -1 is `desc`), words, places, or equality alone. */
export type IndexKind = 1 | -1 | 'asc' | 'desc' | 'text' | '2dsphere' | '2d' | 'hashed'

/** Rules of a language for comparing text, as MongoDB has them. */
export interface IndexCollation {
  readonly locale: string
  readonly strength?: 1 | 2 | 3 | 4 | 5
  readonly caseLevel?: boolean
  readonly caseFirst?: 'upper' | 'lower' | 'off'
  readonly numericOrdering?: boolean
  readonly alternate?: 'non-ignorable' | 'shifted'
  readonly maxVariable?: 'punct' | 'space'
  readonly normalization?: boolean
  readonly backwards?: boolean
}

/** A condition on one property: its value, or MongoDB's operators. */
export type IndexCondition<Value> =
  | Value
  | null
  | {
      readonly $eq?: Value | null
      readonly $gt?: Value
      readonly $gte?: Value
      readonly $lt?: Value
      readonly $lte?: Value
      readonly $in?: readonly (Value | null)[]
      readonly $exists?: true
      readonly $type?: string | number | readonly (string | number)[]
    }

/** Which documents a partial index has, by properties of the model. */
export type IndexWhere<M = unknown> = {
  readonly [Path in AttributePath<M>]?: IndexCondition<AttributeValue<M, Path>>
} & {
  readonly $and?: readonly IndexWhere<M>[]
  readonly $or?: readonly IndexWhere<M>[]
}

/** Something for each of some properties, or paths into them. */
type ByPath<M, Value> = { readonly [Path in AttributePath<M>]?: Value }

/** What is indexed, by properties of the model, in order; all that is inside of one as `'property.$**'`. */
export type IndexKeys<M = unknown> = ByPath<M, IndexKind> & {
  readonly [all: `${string}.$**`]: IndexKind
} & { readonly '$**'?: IndexKind }

/** Options of an index. What is not said is as MongoDB has it. */
export interface IndexOptions<M = unknown> {
  /** By default of keys and kinds, as drivers do it: `email_1`. */
  readonly name?: string
  /** No two documents with the same values. */
  readonly unique?: boolean
  /** Without the documents that lack the fields. */
  readonly sparse?: boolean
  /** Kept up to date, and not used by queries: to see what it would mean to drop it. */
  readonly hidden?: boolean
  /** Only these documents: MongoDB's `partialFilterExpression`, by properties. */
  readonly where?: IndexWhere<M>
  /** Documents are deleted so long after the date: seconds, or a text such as `'30 days'` or `'12h'`. */
  readonly expireAfter?: number | string
  readonly collation?: IndexCollation
  /** How much a word counts in each property of a text index; 1 by default. */
  readonly weights?: ByPath<M, number>
  /** The language of a text index; `english` by default. */
  readonly defaultLanguage?: string
  /** The field that names a document's language; `language` by default. */
  readonly languageOverride?: string
  readonly textVersion?: number
  readonly sphereVersion?: number
  /** What of the documents a wildcard index of all fields has. */
  readonly wildcardProjection?: ByPath<M, 0 | 1 | boolean>
  /** Precision and bounds of a `2d` index. */
  readonly bits?: number
  readonly min?: number
  readonly max?: number
  /** Unique among documents that are marked as deleted too. */
  readonly amongTrashed?: boolean
}

/** An index of `static indexes`. */
export interface IndexDeclaration<M = unknown> extends IndexOptions<M> {
  readonly keys: IndexKeys<M>
}

/** `index` of a column's options. */
export type ColumnIndex = boolean | IndexKind | (IndexOptions & { readonly kind?: IndexKind })

/** `unique` of a column's options. */
export type ColumnUnique = boolean | Omit<IndexOptions, 'unique'>

/** What a JSON Schema says of a column; a column that is not `required` may be null, or missing. */
export interface ColumnSchema {
  readonly required?: boolean
  readonly enum?: readonly unknown[]
  readonly bsonType?: string
  readonly [keyword: string]: unknown
}

/** `static collectionOptions`. */
export interface CollectionOptions {
  /**
   * `'columns'`: a JSON Schema of what is known of the columns (dates, ids, UUIDs, encrypted, embedded,
   * what their `schema` says). An object: as MongoDB takes it, with stored names.
   */
  readonly validator?: 'columns' | Readonly<Record<string, unknown>>
  readonly validationLevel?: 'off' | 'strict' | 'moderate'
  readonly validationAction?: 'error' | 'warn'
  /** The oldest documents go once there are more bytes, or documents. */
  readonly capped?: { readonly size: number; readonly max?: number }
  readonly timeSeries?: {
    /** Properties. */
    readonly timeField: string
    readonly metaField?: string
    readonly granularity?: 'seconds' | 'minutes' | 'hours'
  }
  /** Of time series and clustered collections. */
  readonly expireAfter?: number | string
  /** The documents are kept in the order of their primary keys. */
  readonly clustered?: true
  /** What change streams may show of documents before and after a change. */
  readonly preAndPostImages?: boolean
  /** For all queries and indexes that name no other. */
  readonly collation?: IndexCollation
  /** A view: the collection whose documents it shows. */
  readonly viewOn?: string
  /** Stages that make them what the view shows. */
  readonly pipeline?: readonly Readonly<Record<string, unknown>>[]
}

/**
 * An index for `static indexes`, checked against the properties of `M`. Classes add to what those that
 * they extend declare.
 *
 * @example
 * class Order extends BaseModel {
 *   static indexes = [
 *     index<Order>({ keys: { customerId: 1, createdAt: -1 } }),
 *     index<Order>({ keys: { number: 1 }, unique: true, where: { status: 'placed' } }),
 *   ]
 * }
 */
export function index<M = unknown>(declaration: IndexDeclaration<M>): IndexDeclaration<M> {
  return declaration
}
