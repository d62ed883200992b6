/** A query as MongoDB gets it, and the options that go with it. */
import type { ReadConcernLevel, ReadPreferenceMode } from '../../database/concerns.ts'
import type { AttributePath } from './paths.ts'
import type { SortValue } from './rows.ts'

export type IndexDirection = 1 | -1 | 'text' | 'hashed' | '2d' | '2dsphere'

/** An index by its name, or by its keys as property names; `{ $natural: 1 }` for none. */
export type Hint<M> =
  | string
  | { readonly [P in AttributePath<M>]?: IndexDirection }
  | { readonly $natural: 1 | -1 }

/** MongoDB's collation document. */
export interface Collation {
  locale: string
  caseLevel?: boolean
  caseFirst?: 'upper' | 'lower' | 'off'
  strength?: 1 | 2 | 3 | 4 | 5
  numericOrdering?: boolean
  alternate?: 'non-ignorable' | 'shifted'
  maxVariable?: 'punct' | 'space'
  backwards?: boolean
  normalization?: boolean
}

/** Options of `whereText()`. */
export interface TextOptions {
  /** Language of stemming and stop words; `'none'` for neither. By default the index's. */
  readonly language?: string | undefined
  readonly caseSensitive?: boolean | undefined
  readonly diacriticSensitive?: boolean | undefined
}

/** MongoDB's names of its types, and `number` for all that are numeric. */
export type BsonTypeName =
  | 'double'
  | 'string'
  | 'object'
  | 'array'
  | 'binData'
  | 'objectId'
  | 'bool'
  | 'date'
  | 'null'
  | 'regex'
  | 'javascript'
  | 'int'
  | 'timestamp'
  | 'long'
  | 'decimal'
  | 'minKey'
  | 'maxKey'
  | 'number'

/** How `whereBits()` tests a number or a binary value. */
export type BitTest = 'allSet' | 'anySet' | 'allClear' | 'anyClear'

/** The first condition that holds decides which callback of `match()` runs. */
export type MatchBlock<Query> = readonly [condition: unknown, then: QueryCallback<Query>]

/** What a condition was when it held: what a function answered, without what is falsy. */
export type Truthy<Condition> = Condition extends (...args: never[]) => infer Answer
  ? Truthy<Answer>
  : Exclude<Condition, undefined | null | false | 0 | 0n | ''>

/** Adds to a query. */
export type QueryCallback<Query> = Callback<Query>['run']

/** A method's type, so that a query of a model is a query of the model's base too. */
interface Callback<Query> {
  run(query: Query): void
}

/** What a projection may say of a field: whether it is read, or the expression that makes it. */
export type ProjectionValue = 0 | 1 | string | Readonly<Record<string, unknown>>

/** A query as MongoDB understands it. Names are stored names. */
export interface CompiledQuery {
  /** What the conditions say. Part of `pipeline` too, where there is one. */
  filter: Record<string, unknown>
  /**
   * The stages of an aggregation, when `find` cannot answer the query. Sort, projection, limit and
   * skip are among them then, the options below are not.
   */
  pipeline?: Record<string, unknown>[]
  sort?: Record<string, SortValue>
  projection?: Record<string, ProjectionValue>
  limit?: number
  skip?: number
  hint?: string | Record<string, IndexDirection>
  comment?: string
  collation?: Collation
  maxTimeMS?: number
  /** A limit for the whole operation, waiting for a server and a connection included. */
  timeoutMS?: number
  batchSize?: number
  allowDiskUse?: boolean
  readPreference?: ReadPreferenceMode
  readConcern?: ReadConcernLevel
}
