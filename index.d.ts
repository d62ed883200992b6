// Generated from js/ by scripts/generate_types.mjs.
import {
  Binary,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  ObjectId as ObjectId$1,
  Timestamp,
  UUID,
} from 'bson'
import { DateTime } from 'luxon'
/** Settings of one named connection. Those given here go over the ones in the URL. */
interface ConnectionConfig {
  /** `mongodb://` or `mongodb+srv://` connection string. */
  url: string
  /** Database name; by default the one in the URL's path. */
  database?: string
  /** Sockets per server at most; 100 by default. */
  maxPoolSize?: number
  /** Sockets per server that are kept open. */
  minPoolSize?: number
  /** How long to look for a suitable server, in milliseconds; 5,000 by default. */
  serverSelectionTimeoutMS?: number
  /** How long a TCP connect may take, in milliseconds; 5,000 by default. */
  connectTimeoutMS?: number
  /** Close sockets that were idle this long, in milliseconds. */
  maxIdleTimeMS?: number
  /** Name shown in the server's log and profiler; `lucent-odm` by default. */
  appName?: string
  /** Talk to the one server of the URL, whatever replica set it belongs to. */
  directConnection?: boolean
  /** Name of the replica set. */
  replicaSet?: string
  /** Retry reads once after a network error; true by default. */
  retryReads?: boolean
  /** Retry writes once after a network error; true by default. */
  retryWrites?: boolean
  username?: string
  password?: string
  /** Database that holds the user; `admin` by default. */
  authSource?: string
  /** `SCRAM-SHA-256`, `SCRAM-SHA-1`, `MONGODB-X509` or `PLAIN`. */
  authMechanism?: string
  /** Encrypt the connection. */
  tls?: boolean
  /** Path of a PEM file with the certificate authorities to trust. */
  tlsCAFile?: string
  /** Allow `$where`, `$function` and `$accumulator` in native filters; false by default. */
  allowServerJavaScript?: boolean
  /** Send inserts and updates of one tick as one unordered command; false by default. */
  coalesceWrites?: boolean
}
/** Settings of a `Database`. */
interface DatabaseConfig {
  /** Name of the connection that models use unless they say otherwise. */
  connection: string
  /** Connections by name. */
  connections: Record<string, ConnectionConfig>
}
/**
 * Checks a configuration and answers it. Use it for the editor's help in a config file.
 *
 * Errors: `E_CONFIGURATION` naming the connection and the setting.
 *
 * @example
 * export default defineConfig({
 *   connection: 'main',
 *   connections: { main: { url: 'mongodb://localhost:27017/app' } },
 * })
 */
declare function defineConfig<Config extends DatabaseConfig>(config: Config): Config
/** Where a connection is in its life. */
type ConnectionState = 'registered' | 'open' | 'closing' | 'closed'
/** What `healthCheck` found. */
interface HealthReport {
  healthy: boolean
  connection: string
  /** Round trip of a ping in milliseconds, when the server answered. */
  milliseconds?: number
  /** Why the server did not answer. */
  error?: Error
}
/** A named connection. It connects when it is first used. */
declare class Connection {
  #private
  readonly name: string
  readonly config: Readonly<ConnectionConfig>
  constructor(name: string, config: ConnectionConfig)
  get state(): ConnectionState
  /**
   * Asks the server whether it is there.
   *
   * Errors: `E_CONNECTION_FAILED`, `E_SERVER_SELECTION_TIMEOUT`, `E_AUTHENTICATION_FAILED`.
   *
   * @returns the round trip in milliseconds
   */
  ping(): Promise<number>
  /** `ping` as a report: never rejects. */
  healthCheck(): Promise<HealthReport>
  /**
   * Closes every socket. Operations under way have two seconds to finish; the rest, and whatever
   * comes later, fails with `E_CONNECTION_CLOSED`. Closing twice is harmless.
   */
  close(options?: { patienceMS?: number }): Promise<void>
}
/**
 * The named connections of an application. Nothing connects before it is used.
 *
 * @example
 * const db = new Database({
 *   connection: 'main',
 *   connections: { main: { url: 'mongodb://localhost:27017/app' } },
 * })
 * BaseModel.useDatabase(db)
 * await db.healthCheck()
 * await db.closeAll()
 */
declare class Database {
  #private
  /** Name of the connection that models use unless they say otherwise. */
  readonly primaryConnectionName: string
  /** Errors: `E_CONFIGURATION`. */
  constructor(config: DatabaseConfig)
  /**
   * A connection by name, the primary one by default.
   *
   * Errors: `E_UNKNOWN_CONNECTION`.
   */
  connection(name?: string): Connection
  /** Adds a connection, or replaces a closed one. Errors: `E_CONFIGURATION`. */
  add(name: string, config: ConnectionConfig): Connection
  has(name: string): boolean
  /** Every connection, in the order of the configuration. */
  get connections(): readonly Connection[]
  /** Pings every connection. Never rejects. */
  healthCheck(): Promise<{
    healthy: boolean
    connections: HealthReport[]
  }>
  /** Closes one connection; see `Connection.close`. */
  close(name?: string): Promise<void>
  /** Closes every connection. The process can exit afterwards. */
  closeAll(): Promise<void>
}
/** Every error code of the package, with its HTTP status and what it means. */
declare const ERROR_TABLE: {
  readonly E_CONFIGURATION: {
    readonly status: 500
    readonly summary: "a connection's configuration is missing or wrong"
  }
  readonly E_UNKNOWN_CONNECTION: {
    readonly status: 500
    readonly summary: 'no connection has that name'
  }
  readonly E_CONNECTION_FAILED: {
    readonly status: 503
    readonly summary: 'the server refused, dropped or never accepted the connection'
  }
  readonly E_CONNECTION_CLOSED: {
    readonly status: 503
    readonly summary: 'the connection was closed while, or before, the operation ran'
  }
  readonly E_SERVER_SELECTION_TIMEOUT: {
    readonly status: 503
    readonly summary: 'no suitable server answered in time'
  }
  readonly E_AUTHENTICATION_FAILED: {
    readonly status: 500
    readonly summary: 'the server refused the credentials'
  }
  readonly E_TIMEOUT: {
    readonly status: 504
    readonly summary: 'the server stopped the operation at its time limit'
  }
  readonly E_ABORTED: {
    readonly status: 499
    readonly summary: 'the caller gave up on the operation'
  }
  readonly E_SERVER_ERROR: {
    readonly status: 500
    readonly summary: 'the server refused or failed the command'
  }
  readonly E_WRITE_CONCERN: {
    readonly status: 500
    readonly summary: 'the write was applied but not acknowledged as asked'
  }
  readonly E_DUPLICATE_KEY: {
    readonly status: 409
    readonly summary: 'another document has the same value under a unique index'
  }
  readonly E_DOCUMENT_VALIDATION: {
    readonly status: 422
    readonly summary: "the document breaks the collection's validator"
  }
  readonly E_DOCUMENT_TOO_LARGE: {
    readonly status: 413
    readonly summary: "the document is over MongoDB's limit of 16 MiB"
  }
  readonly E_DOCUMENT_TOO_DEEP: {
    readonly status: 422
    readonly summary: "the value is nested deeper than MongoDB's limit of 100 levels"
  }
  readonly E_INVALID_DOCUMENT: {
    readonly status: 500
    readonly summary: 'bytes that are not valid BSON'
  }
  readonly E_INVALID_VALUE: {
    readonly status: 422
    readonly summary: 'a value that the column or BSON cannot hold'
  }
  readonly E_INVALID_OBJECT_ID: {
    readonly status: 422
    readonly summary: 'a value that is no ObjectId where one is needed'
  }
  readonly E_INVALID_DATE_COLUMN_VALUE: {
    readonly status: 500
    readonly summary: 'a date column holds something that is no date'
  }
  readonly E_UNDEFINED_VALUE: {
    readonly status: 500
    readonly summary: 'undefined where a value is needed'
  }
  readonly E_UNKNOWN_COLUMN: {
    readonly status: 500
    readonly summary: 'the model has no such column'
  }
  readonly E_INVALID_QUERY: {
    readonly status: 500
    readonly summary: 'the query cannot be built as asked'
  }
  readonly E_UNSAFE_OPERATOR: {
    readonly status: 422
    readonly summary: 'an operator that runs code on the server'
  }
  readonly E_EMPTY_FILTER: {
    readonly status: 500
    readonly summary: 'an update or delete of every document that was not asked for by name'
  }
  readonly E_MODEL_DEFINITION: {
    readonly status: 500
    readonly summary: 'a model, column or hook is declared wrongly'
  }
  readonly E_MODEL_DELETED: {
    readonly status: 500
    readonly summary: 'the model instance was deleted'
  }
  readonly E_MODEL_NOT_PERSISTED: {
    readonly status: 500
    readonly summary: 'the model instance is not in the database'
  }
  readonly E_ROW_NOT_FOUND: {
    readonly status: 404
    readonly summary: 'no document matches'
  }
  readonly E_STALE_MODEL: {
    readonly status: 409
    readonly summary: 'the document changed or vanished since it was read'
  }
  readonly E_HOOK_ABORTED: {
    readonly status: 422
    readonly summary: 'a before hook returned false'
  }
  readonly E_UNSUPPORTED: {
    readonly status: 501
    readonly summary: 'not available with MongoDB or in this version'
  }
  readonly E_NATIVE_PANIC: {
    readonly status: 500
    readonly summary: 'a defect in the native core, caught'
  }
  readonly E_NATIVE_MISSING: {
    readonly status: 500
    readonly summary: 'no native binary for this platform'
  }
}
/** A code of the error table, such as `E_ROW_NOT_FOUND`. */
type ErrorCode = keyof typeof ERROR_TABLE
/** What an error knows about where it happened. Values of documents are never part of it. */
interface ErrorDetails {
  /** Name of the model class. */
  model?: string | undefined
  /** Property name of the column. */
  column?: string | undefined
  /** What was being done: `create`, `find`, `update`, … */
  operation?: string | undefined
  /** Name of the connection. */
  connection?: string | undefined
  /** Name of the hook event and method, for `E_HOOK_ABORTED`. */
  hook?: string | undefined
  /** The server's own error code, such as 11000. */
  serverCode?: number | undefined
  /** The server's name for its code, such as `DuplicateKey`. */
  serverCodeName?: string | undefined
  /** Labels such as `TransientTransactionError`. */
  errorLabels?: readonly string[] | undefined
  /** Stored names of the fields of the unique index, for `E_DUPLICATE_KEY`. */
  keys?: readonly string[] | undefined
  /** Name of the unique index, for `E_DUPLICATE_KEY`. */
  index?: string | undefined
  /** Which of several documents or statements failed, counted from 0. */
  position?: number | undefined
  /** The server's account of a failed validator. */
  errInfo?: unknown
  /** The error behind this one. */
  cause?: unknown
}
/** The base of every error that the package throws of its own. */
declare class LucentError extends Error implements ErrorDetails {
  readonly code: ErrorCode
  /** HTTP status that fits, for exception handlers. */
  readonly status: number
  readonly model?: string | undefined
  readonly column?: string | undefined
  readonly operation?: string | undefined
  readonly connection?: string | undefined
  readonly hook?: string | undefined
  readonly serverCode?: number | undefined
  readonly serverCodeName?: string | undefined
  readonly errorLabels?: readonly string[] | undefined
  readonly keys?: readonly string[] | undefined
  readonly index?: string | undefined
  readonly position?: number | undefined
  readonly errInfo?: unknown
  constructor(message: string, details?: ErrorDetails)
  /** Whether the server put `label` on the error, for instance `TransientTransactionError`. */
  hasErrorLabel(label: string): boolean
}
/** The class of one code. */
type ErrorClass = new (message: string, details?: ErrorDetails) => LucentError
/**
 * Error classes by code.
 *
 * @example
 * try {
 *   await User.findOrFail(id)
 * } catch (error) {
 *   if (error instanceof errors.E_ROW_NOT_FOUND) return response.notFound()
 *   throw error
 * }
 */
declare const errors: { readonly [Code in ErrorCode]: ErrorClass }
/** Meta keys of a paginator's JSON. */
interface PaginationMetaKeys {
  total: string
  perPage: string
  currentPage: string
  lastPage: string
  firstPage: string
  firstPageUrl: string
  lastPageUrl: string
  nextPageUrl: string
  previousPageUrl: string
}
/** How class and property names become stored and serialised names. */
interface NamingStrategy {
  /** Collection of a model class, by the class's name. */
  tableName(modelName: string): string
  /** Stored name of a property. */
  columnName(modelName: string, attribute: string): string
  /** Name of a property in JSON. */
  serializedName(modelName: string, attribute: string): string
  /** Names of a paginator's meta keys. */
  paginationMetaKeys(): PaginationMetaKeys
}
/** Lucid's default: stored names in snake_case, JSON in camelCase. */
declare class CamelCaseNamingStrategy implements NamingStrategy {
  tableName(modelName: string): string
  columnName(_modelName: string, attribute: string): string
  serializedName(_modelName: string, attribute: string): string
  paginationMetaKeys(): PaginationMetaKeys
}
/** Stored names and JSON in snake_case. */
declare class SnakeCaseNamingStrategy extends CamelCaseNamingStrategy {
  serializedName(_modelName: string, attribute: string): string
  paginationMetaKeys(): PaginationMetaKeys
}
/** Stored names as the properties are written, the habit of MongoDB collections. */
declare class VerbatimNamingStrategy extends CamelCaseNamingStrategy {
  columnName(_modelName: string, attribute: string): string
}
/** An instance of a model. */
interface Model {
  /** The document is in the database. */
  readonly $isPersisted: boolean
  /** Name of the connection, where it is not the model's own. */
  readonly $options: {
    connection?: string
  }
  /** Fields that are no columns, and what queries add. */
  get $extras(): Record<string, unknown>
  set $extras(values: Record<string, unknown> | undefined)
}
/** A model class. */
interface ModelClass<M extends Model = Model> {
  new (): M
  readonly prototype: M
  readonly name: string
  readonly namingStrategy: NamingStrategy
  readonly connection?: string | undefined
  readonly collection?: string
  readonly table?: string
  readonly selfAssignPrimaryKey: boolean
  readonly coalesceFinds: boolean
  readonly coalesceWrites?: boolean | undefined
  readonly $database?: Database | undefined
}
type AnyFunction = (...args: never[]) => unknown
type IsAny<T> = 0 extends 1 & T ? true : false
/** A Luxon `DateTime`, by its shape: Luxon is optional. */
interface DateTimeLike {
  toJSDate(): Date
}
/** Properties that are no data: methods, and relations (they carry an opaque type tag). */
type NoData =
  | AnyFunction
  | {
      readonly __opaque_type: unknown
    }
/** Values that have nothing inside that a path could name. */
type Leaf =
  | string
  | number
  | boolean
  | bigint
  | symbol
  | null
  | undefined
  | Date
  | RegExp
  | ArrayBufferView
  | ReadonlySet<unknown>
  | DateTimeLike
  | {
      readonly _bsontype: string
    }
  | NoData
type DataKey<T> = {
  [K in keyof T & string]-?: K extends `$${string}`
    ? never
    : unknown extends T[K]
      ? K
      : [NonNullable<T[K]>] extends [NoData]
        ? never
        : K
}[keyof T & string]
/**
 * Names of the data properties of model `M`: no methods, no relations, nothing that starts with
 * `$`. Any string where `M` has no properties of its own, as in code for all models.
 */
type AttributeName<M> =
  IsAny<M> extends true ? string : [DataKey<M>] extends [never] ? string : DataKey<M>
/** Paths inside a value. `Depth` is the number of further levels that are spelled out. */
type Inside<T, Depth extends readonly 0[]> =
  IsAny<T> extends true
    ? string
    : unknown extends T
      ? string
      : T extends Leaf
        ? never
        : T extends readonly (infer E)[]
          ? `${number}` | ItemPath<Inside<E, Depth>>
          : T extends ReadonlyMap<string, unknown>
            ? string
            : string extends keyof T
              ? string
              : Depth extends readonly [0, ...infer Rest extends readonly 0[]]
                ? { [K in DataKey<T>]: K | Below<K, Inside<T[K & keyof T], Rest>> }[DataKey<T>]
                : string
/** What follows a position is not spelled out: patterns are what makes unions of names slow. */
type ItemPath<Path extends string> = [Path] extends [never] ? never : Path | `${number}.${string}`
type Below<K extends string, Path extends string> = [Path] extends [never] ? never : `${K}.${Path}`
/**
 * A property name of `M`, or a dotted path into a nested object or the objects of an array:
 * `'address.city'`, `'items.sku'`, `'items.0.sku'`. Names are checked two levels below the property;
 * deeper, and after a position in an array, any name may follow.
 */
type AttributePath<M> =
  IsAny<M> extends true
    ? string
    : [DataKey<M>] extends [never]
      ? string
      : { [K in DataKey<M>]: K | Below<K, Inside<M[K & keyof M], [0, 0]>> }[DataKey<M>]
/** Type of what a path leads to; `never` where a member of a union does not have it. */
type ValueAt<T, Path extends string> =
  IsAny<T> extends true
    ? unknown
    : T extends readonly (infer E)[]
      ? [Path] extends [`${number}`]
        ? E
        : [Path] extends [`${number}.${infer Rest}`]
          ? ValueAt<NonNullable<E>, Rest>
          : ValueAt<NonNullable<E>, Path>
      : T extends Leaf
        ? never
        : [Path] extends [keyof T]
          ? T[Path]
          : [Path] extends [`${infer Head}.${infer Rest}`]
            ? Head extends keyof T
              ? ValueAt<NonNullable<T[Head]>, Rest>
              : never
            : never
/** Type of the property or nested value that `Path` names; `unknown` where it cannot be told. */
type AttributeValue<M, Path extends string> =
  IsAny<M> extends true
    ? unknown
    : [Path] extends [keyof M]
      ? M[Path]
      : [ValueAt<M, Path>] extends [never]
        ? unknown
        : ValueAt<M, Path>
type ComparableOne<T> = T extends Date | DateTimeLike
  ? T | Date | DateTimeLike
  : T extends ObjectId$1
    ? ObjectId$1 | string
    : T
/**
 * What a value of type `T` can be compared with: itself, `null`, a `Date` in place of a `DateTime`,
 * and for arrays an element (MongoDB: the array contains it).
 */
type Comparable<T> = unknown extends T
  ? unknown
  :
      | null
      | (T extends undefined
          ? never
          : T extends readonly (infer E)[]
            ? ComparableList<T, E>
            : ComparableOne<T>)
type ComparableList<T, E> = T | readonly ComparableOne<E>[] | Exclude<ComparableOne<E>, undefined>
/** Names under which strings are usually ids, so that an `ObjectId` is welcome too. */
type IdName = 'id' | '_id' | `${string}${'Id' | '_id' | 'Ids' | '_ids' | '.id'}`
type IdFor<Path extends string, T> = [Path] extends [IdName]
  ? string extends T
    ? ObjectId$1
    : T extends readonly string[]
      ? ObjectId$1 | readonly (string | ObjectId$1)[]
      : never
  : never
/** What the property or nested value that `Path` names can be compared with. */
type QueryValue<M, Path extends string> =
  | Comparable<AttributeValue<M, Path>>
  | IdFor<Path, NonNullable<AttributeValue<M, Path>>>
/** The same without `null`: nothing is greater or smaller than a missing value. */
type OrderedValue<M, Path extends string> = NonNullable<QueryValue<M, Path>>
type EqualityOperator = '=' | '!=' | '<>'
type OrderOperator = '>' | '>=' | '<' | '<='
type ListOperator = 'in' | 'not in'
type RangeOperator = 'between' | 'not between'
type LikeOperator = 'like' | 'ilike' | 'not like' | 'not ilike'
/** Operators of `where(key, operator, value)`. */
type Operator = EqualityOperator | OrderOperator | ListOperator | RangeOperator | LikeOperator
/** What may stand right of operator `O`. */
type Operand<M, Path extends string, O extends Operator> = O extends EqualityOperator
  ? QueryValue<M, Path>
  : O extends OrderOperator
    ? OrderedValue<M, Path>
    : O extends ListOperator
      ? readonly QueryValue<M, Path>[]
      : O extends RangeOperator
        ? readonly [OrderedValue<M, Path>, OrderedValue<M, Path>]
        : string
/** `where({ … })`: property names or paths with the values they must equal. */
type Conditions<M> = { readonly [P in AttributePath<M>]?: QueryValue<M, P> }
type Direction = 'asc' | 'desc'
/** One entry of `orderBy([…])`. */
type OrderItem<M> =
  | AttributePath<M>
  | {
      readonly column: AttributePath<M>
      readonly order?: Direction | undefined
    }
/** `orderBy({ name: 'asc' })`. */
type OrderMap<M> = { readonly [P in AttributePath<M>]?: Direction }
type IndexDirection = 1 | -1 | 'text' | 'hashed' | '2d' | '2dsphere'
/** An index by its name, or by its keys as property names; `{ $natural: 1 }` for none. */
type Hint<M> =
  | string
  | { readonly [P in AttributePath<M>]?: IndexDirection }
  | {
      readonly $natural: 1 | -1
    }
/** MongoDB's collation document. */
interface Collation {
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
/** The first condition that holds decides which callback of `match()` runs. */
type MatchBlock<Query> = readonly [condition: unknown, then: (query: Query) => void]
/** A query as MongoDB understands it. Names are stored names. */
interface CompiledQuery {
  filter: Record<string, unknown>
  sort?: Record<string, 1 | -1>
  projection?: Record<string, 0 | 1>
  limit?: number
  skip?: number
  hint?: string | Record<string, IndexDirection>
  comment?: string
  collation?: Collation
  maxTimeMS?: number
  batchSize?: number
}
/** The data properties of a model instance. */
type ModelAttributes<M> = { [Name in DataName<M>]: M[Name] | DateInput<M[Name]> }
/** Names of the data properties; none where a class declares none. */
type DataName<M> = string extends AttributeName<M> ? never : AttributeName<M> & keyof M
type DateInput<T> = Extract<T, DateTime> extends never ? never : Date | string
/** Where an operation runs. */
interface ModelAdapterOptions {
  /** Name of the connection; by default the model's. */
  connection?: string
}
/** How values are assigned. */
interface ModelAssignOptions extends ModelAdapterOptions {
  /** Put unknown properties into `$extras` instead of refusing them. */
  allowExtraProperties?: boolean
}
/** Options of `create` and `save`. */
interface WriteOptions {
  /** Share a command with other writes of the same tick; by default as the model says. */
  coalesce?: boolean
}
/** Options of `find`. */
interface FindOptions extends ModelAdapterOptions {
  /** Share a query with other finds of the same tick; by default as the model says. */
  coalesce?: boolean
}
/** Which fields `serialize` takes, by their serialised names. */
interface CherryPick {
  fields?:
    | readonly string[]
    | {
        pick?: readonly string[]
        omit?: readonly string[]
      }
}
/** A serialised model. */
type ModelObject = Record<string, unknown>
/** Hook events in the order of the core's `lifecycle/event.rs`. */
declare const HOOK_EVENTS: readonly [
  'beforeSave',
  'afterSave',
  'beforeCreate',
  'afterCreate',
  'beforeUpdate',
  'afterUpdate',
  'beforeDelete',
  'afterDelete',
  'beforeFind',
  'afterFind',
  'beforeFetch',
  'afterFetch',
  'beforePaginate',
  'afterPaginate',
]
/** Name of a hook event, as of its decorator. */
type HookEvent = (typeof HOOK_EVENTS)[number]
/** Operations that raise hook events, in the order of the core. */
declare const LIFECYCLE: readonly [
  'create',
  'update',
  'delete',
  'find',
  'fetch',
  'paginate',
  'stream',
]
/** An operation that raises hook events. */
type LifecycleOperation = (typeof LIFECYCLE)[number]
/** Events of `Model.before()` and `Model.after()`. */
declare const EVENT_NAMES: readonly [
  'save',
  'create',
  'update',
  'delete',
  'find',
  'fetch',
  'paginate',
]
type EventName = (typeof EVENT_NAMES)[number]
/** A column as the query compiler sees it. */
interface QueryColumn {
  /** Property name. */
  attribute: string
  /** Stored name. */
  stored: string
  /** Ids: strings of 24 hexadecimal digits are cast to ObjectId when written in a filter. */
  objectId: boolean
  /** The value as the store has it. Called for each single value, never with `null`. */
  prepare?(value: unknown): unknown
}
/** What the query compiler needs to know about a model. */
interface QueryTarget {
  /** Model name, for messages. */
  name: string
  /** Finds a column by property name or by stored name; `undefined` when there is none. */
  column(key: string): QueryColumn | undefined
  /** Property names, for "did you mean" suggestions. */
  names?(): Iterable<string>
}
/** Options of `@column()`. `Value` is the property's type. */
interface ColumnOptions<Value = unknown> {
  /** The property holds the document's `_id`. */
  isPrimary?: boolean
  /** Stored name; by default the naming strategy's, and `_id` for the primary key. */
  columnName?: string
  /** Name in JSON; `null` leaves the column out. */
  serializeAs?: string | null
  /** Makes the JSON value. */
  serialize?(value: Value, attribute: string, model: Model): unknown
  /** Makes the stored value, before create and update. Not applied to query values. */
  prepare?(value: Value, attribute: string, model: Model): unknown
  /** Makes the property's value from the stored one, once, when it is first read. */
  consume?(value: unknown, attribute: string, model: Model): Value
  /** Anything; for your own tools. */
  meta?: unknown
}
/** Options of `@column.date()` and `@column.dateTime()`. */
interface DateColumnOptions<Value = unknown> extends ColumnOptions<Value> {
  /** Set to now when the document is created, unless it has a value. */
  autoCreate?: boolean
  /** Set to now whenever the document is created or updated. */
  autoUpdate?: boolean
}
/** Options of `@column.objectId()`. */
interface ObjectIdColumnOptions<Value = unknown> extends ColumnOptions<Value> {
  /** `string` (the default) reads ids as 24 hexadecimal digits, `object` as `ObjectId`. */
  as?: 'string' | 'object'
}
/** What a hook learns about the operation it runs in. */
interface HookContext {
  /** The operation that raised the event. */
  readonly operation: LifecycleOperation
  /** The model class on which it was started. */
  readonly model: ModelClass
  /** Name of the connection. */
  readonly connection: string
  /** The transaction that the operation is part of. */
  readonly trx: undefined
}
/** A paginator's meta, by the naming strategy's keys. */
type PaginatorMeta = Record<string, number | string | null>
/**
 * One page of rows. An array of them, with Lucid's members beside.
 *
 * @example
 * const page = await User.query().orderBy('id').paginate(2, 10)
 * page.baseUrl('/users').queryString({ sort: 'id' })
 * return page.toJSON() // { meta: { total, perPage, currentPage, … }, data: […] }
 */
declare class ModelPaginator<Row> extends Array<Row> {
  #private
  readonly total: number
  readonly perPage: number
  readonly currentPage: number
  readonly firstPage: number
  /** Names of the meta keys come from here. */
  namingStrategy: NamingStrategy
  /** What `map`, `filter` and their like answer is a plain array, not a page. */
  static get [Symbol.species](): ArrayConstructor
  constructor(
    total: number,
    perPage: number,
    currentPage: number,
    rows?: readonly Row[],
    namingStrategy?: NamingStrategy,
  )
  /** The rows of this page, as a plain array. */
  all(): Row[]
  get isEmpty(): boolean
  get hasTotal(): boolean
  get lastPage(): number
  get hasPages(): boolean
  get hasMorePages(): boolean
  /** Sets the URL that page links start with. */
  baseUrl(url: string): this
  /** Sets what page links carry besides `page`. */
  queryString(values: Record<string, unknown>): this
  getUrl(page: number): string
  getNextPageUrl(): string | null
  getPreviousPageUrl(): string | null
  getUrlsForRange(
    start: number,
    end: number,
  ): {
    url: string
    page: number
    isActive: boolean
  }[]
  getMeta(): PaginatorMeta
  /** `{ meta, data }`, the rows serialised. */
  serialize(cherryPick?: object): {
    meta: PaginatorMeta
    data: unknown[]
  }
  toJSON(): {
    meta: PaginatorMeta
    data: unknown[]
  }
}
/**
 * What a chain of calls leaves behind: immutable nodes with stored names and cast values, ready to
 * be compiled. Nodes are shared between a builder and its clones.
 */
/** MongoDB's comparison operators that a `compare` node can carry. */
type ComparisonOperator = '$eq' | '$gt' | '$gte' | '$lt' | '$lte'
type Condition =
  | {
      readonly kind: 'compare'
      readonly field: string
      readonly operator: ComparisonOperator
      readonly value: unknown
    }
  | {
      readonly kind: 'in'
      readonly field: string
      readonly values: readonly unknown[]
    }
  | {
      readonly kind: 'between'
      readonly field: string
      readonly from: unknown
      readonly to: unknown
    }
  | {
      readonly kind: 'like'
      readonly field: string
      readonly pattern: string
      readonly fold: boolean
    }
  | {
      readonly kind: 'exists'
      readonly field: string
    }
  | {
      readonly kind: 'raw'
      readonly filter: Readonly<Record<string, unknown>>
    }
  | {
      readonly kind: 'group'
      readonly clauses: readonly Clause[]
    }
type Joiner = 'and' | 'or'
interface Clause {
  /** How the clause is joined to the one before it; without meaning on the first. */
  readonly joiner: Joiner
  readonly negated: boolean
  readonly condition: Condition
}
/** A condition that may have to be turned around: `!=` is `=` under a NOT. */
interface Reading {
  readonly condition: Condition
  readonly negated: boolean
}
/** The conditions of a query in the order in which they were written. */
declare abstract class ClauseList {
  #private
  protected readonly target: QueryTarget
  constructor(target: QueryTarget)
  /** An empty builder of the same class for the same model: for groups and for `clone()`. */
  protected abstract fresh(): this
  /**
   * Whether the query narrows anything down. `false` also when what was written comes to nothing,
   * as `whereNotIn(key, [])` or an empty group do.
   */
  get hasWhere(): boolean
  /** Removes all conditions. Semantics of Lucid. */
  clearWhere(): this
  /**
   * Puts everything written so far into parentheses, so that an `orWhere` that follows cannot widen
   * it. Semantics of Lucid.
   *
   * @example
   * query.where('teamId', id).orWhere('public', true).wrapExisting().where('active', true)
   * // (team or public) and active
   */
  wrapExisting(): this
  /** Adds a condition. All methods of the `where` family end here. */
  protected push(joiner: Joiner, negated: boolean, condition: Condition): this
  /** Adds what arguments were read as; nothing when they said nothing. */
  protected pushReading(joiner: Joiner, negated: boolean, reading: Reading | undefined): this
  /** Adds the conditions that `callback` writes as one group. An empty group is left out. */
  protected pushGroup(joiner: Joiner, negated: boolean, callback: (query: this) => unknown): this
  /** Calls `callback`, which has to be done when it returns. Throws `E_INVALID_QUERY`. */
  protected runNow(callback: (query: this) => unknown, query: this): void
  /** What an async callback adds after its first `await` would be lost. */
  protected refusePromise(result: unknown): void
  protected compileFilter(): Record<string, unknown>
  protected compileNothing(): Record<string, unknown>
  protected copyClauses(source: this): void
}
/** `where` in all its forms, and native filters. */
declare abstract class WhereBuilder<M> extends ClauseList {
  #private
  /**
   * Adds a condition that must hold. AND binds tighter than OR, as in SQL and Lucid; a callback
   * makes parentheses (only its conditions count).
   *
   * - `where(key, value)`: equality. The value is data whatever it is: an object is compared as an
   *   object and a RegExp as a RegExp, neither is ever an operator or a pattern. On an array
   *   property it matches the array or one of its elements (MongoDB). `null` matches null and
   *   missing fields.
   * - `where(key, operator, value)`: see `Operator`. `!=` and the `not` operators leave out null
   *   and missing fields, as SQL and Lucid do.
   * - `where({ … })`: equality for each key.
   * - `where((query) => …)`: a group.
   *
   * Keys are property names, stored names or dotted paths into nested values. In strings for
   * ObjectId columns 24 hexadecimal digits are cast.
   *
   * Throws `E_UNDEFINED_VALUE`, `E_UNKNOWN_COLUMN`, `E_INVALID_OBJECT_ID`, `E_INVALID_VALUE`,
   * `E_INVALID_QUERY` (an unknown operator, an operator in place of a column, ordering by `null`).
   *
   * @example
   * query.where('status', 'active').where((group) => group.where('age', '>', 18).orWhere('vip', true))
   */
  where(callback: (query: this) => void): this
  where(conditions: Conditions<M>): this
  where<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  where<P extends AttributePath<M>, O extends Operator>(
    key: P,
    operator: O,
    value: Operand<M, P, O>,
  ): this
  /** Same as {@link where}. */
  andWhere(callback: (query: this) => void): this
  andWhere(conditions: Conditions<M>): this
  andWhere<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  andWhere<P extends AttributePath<M>, O extends Operator>(
    key: P,
    operator: O,
    value: Operand<M, P, O>,
  ): this
  /**
   * Adds an alternative: `a.orWhere(b).where(c)` is `a or (b and c)`. Forms and errors of
   * {@link where}; the keys of an object clause stay together.
   */
  orWhere(callback: (query: this) => void): this
  orWhere(conditions: Conditions<M>): this
  orWhere<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  orWhere<P extends AttributePath<M>, O extends Operator>(
    key: P,
    operator: O,
    value: Operand<M, P, O>,
  ): this
  /**
   * Adds a condition that must be false. As in SQL and Lucid, a comparison with a null or missing
   * field is neither true nor false, so such documents are not found; this holds inside negated
   * groups too. Forms and errors of {@link where}.
   *
   * @example
   * query.whereNot('status', 'banned') // { status: { $nin: ['banned', null] } }
   */
  whereNot(callback: (query: this) => void): this
  whereNot(conditions: Conditions<M>): this
  whereNot<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  whereNot<P extends AttributePath<M>, O extends Operator>(
    key: P,
    operator: O,
    value: Operand<M, P, O>,
  ): this
  /** Same as {@link whereNot}. */
  andWhereNot(callback: (query: this) => void): this
  andWhereNot(conditions: Conditions<M>): this
  andWhereNot<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  andWhereNot<P extends AttributePath<M>, O extends Operator>(
    key: P,
    operator: O,
    value: Operand<M, P, O>,
  ): this
  /** {@link whereNot} as an alternative. */
  orWhereNot(callback: (query: this) => void): this
  orWhereNot(conditions: Conditions<M>): this
  orWhereNot<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  orWhereNot<P extends AttributePath<M>, O extends Operator>(
    key: P,
    operator: O,
    value: Operand<M, P, O>,
  ): this
  /**
   * Adds a native MongoDB filter, the only place where operators are read from an object. Names are
   * stored names and ids are not cast: it goes out as written (MongoDB manual, "Query Predicates").
   * The filter is copied. Never pass anything from a request here.
   *
   * Throws `E_UNSAFE_OPERATOR` for `$where`, `$function` and `$accumulator` at any depth,
   * `E_UNDEFINED_VALUE` for undefined at any depth, `E_INVALID_QUERY` for what is no plain object.
   *
   * @example
   * query.whereRaw({ tags: { $size: 2 } })
   */
  whereRaw(filter: Readonly<Record<string, unknown>>): this
  /** Same as {@link whereRaw}. */
  andWhereRaw(filter: Readonly<Record<string, unknown>>): this
  /** {@link whereRaw} as an alternative. */
  orWhereRaw(filter: Readonly<Record<string, unknown>>): this
}
/** Conditions that have a method of their own, each with `and`, `or` and `not`. */
declare abstract class PredicateBuilder<M> extends WhereBuilder<M> {
  /**
   * Property equals one of `values` (or, for an array property, contains one). An empty list matches
   * nothing. `null` among the values matches null and missing fields. Semantics of Lucid.
   *
   * Throws `E_UNDEFINED_VALUE` (also for undefined among the values), `E_INVALID_QUERY` when `values`
   * is no array, and what {@link where} throws.
   *
   * @example
   * query.whereIn('status', ['active', 'invited'])
   */
  whereIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  /** Same as {@link whereIn}. */
  andWhereIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  /** {@link whereIn} as an alternative. */
  orWhereIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  /**
   * Property has a value, and none of `values`. An empty list matches everything. Null and missing
   * fields are left out, as in SQL and Lucid (MongoDB's `$nin` alone would keep them). Errors of
   * {@link whereIn}.
   */
  whereNotIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  /** Same as {@link whereNotIn}. */
  andWhereNotIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  /** {@link whereNotIn} as an alternative. */
  orWhereNotIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  /**
   * Property is null or missing, as `{ key: null }` in MongoDB. See {@link whereMissing} to tell the
   * two apart. Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   */
  whereNull(key: AttributePath<M>): this
  /** Same as {@link whereNull}. */
  andWhereNull(key: AttributePath<M>): this
  /** {@link whereNull} as an alternative. */
  orWhereNull(key: AttributePath<M>): this
  /** Property has a value other than null. Errors of {@link whereNull}. */
  whereNotNull(key: AttributePath<M>): this
  /** Same as {@link whereNotNull}. */
  andWhereNotNull(key: AttributePath<M>): this
  /** {@link whereNotNull} as an alternative. */
  orWhereNotNull(key: AttributePath<M>): this
  /**
   * Property is at least `from` and at most `to`. On an array property different elements may fulfil
   * the two halves (MongoDB).
   *
   * Throws `E_INVALID_QUERY` when `range` is not a pair or has a null in it, and what {@link where}
   * throws.
   *
   * @example
   * query.whereBetween('age', [18, 30])
   */
  whereBetween<P extends AttributePath<M>>(
    key: P,
    range: readonly [from: OrderedValue<M, P>, to: OrderedValue<M, P>],
  ): this
  /** Same as {@link whereBetween}. */
  andWhereBetween<P extends AttributePath<M>>(
    key: P,
    range: readonly [from: OrderedValue<M, P>, to: OrderedValue<M, P>],
  ): this
  /** {@link whereBetween} as an alternative. */
  orWhereBetween<P extends AttributePath<M>>(
    key: P,
    range: readonly [from: OrderedValue<M, P>, to: OrderedValue<M, P>],
  ): this
  /** Property has a value, and it is not in the range. Errors of {@link whereBetween}. */
  whereNotBetween<P extends AttributePath<M>>(
    key: P,
    range: readonly [from: OrderedValue<M, P>, to: OrderedValue<M, P>],
  ): this
  /** Same as {@link whereNotBetween}. */
  andWhereNotBetween<P extends AttributePath<M>>(
    key: P,
    range: readonly [from: OrderedValue<M, P>, to: OrderedValue<M, P>],
  ): this
  /** {@link whereNotBetween} as an alternative. */
  orWhereNotBetween<P extends AttributePath<M>>(
    key: P,
    range: readonly [from: OrderedValue<M, P>, to: OrderedValue<M, P>],
  ): this
  /**
   * Property is a string that matches an SQL LIKE pattern, case sensitive: `%` any text, `_` one
   * character, `\%`, `\_` and `\\` the characters themselves. The whole string must match; nothing
   * else in the pattern is special. Use `escapeLike()` for text from outside.
   *
   * Throws `E_INVALID_QUERY` when the pattern is no string, `E_UNDEFINED_VALUE`, `E_UNKNOWN_COLUMN`.
   *
   * @example
   * query.whereLike('email', '%@example.com')
   */
  whereLike(key: AttributePath<M>, pattern: string): this
  /** Same as {@link whereLike}. */
  andWhereLike(key: AttributePath<M>, pattern: string): this
  /** {@link whereLike} as an alternative. */
  orWhereLike(key: AttributePath<M>, pattern: string): this
  /** Property has a value that does not match the pattern. See {@link whereLike}. */
  whereNotLike(key: AttributePath<M>, pattern: string): this
  /** Same as {@link whereNotLike}. */
  andWhereNotLike(key: AttributePath<M>, pattern: string): this
  /** {@link whereNotLike} as an alternative. */
  orWhereNotLike(key: AttributePath<M>, pattern: string): this
  /** {@link whereLike} without regard to case. MongoDB cannot narrow it down with an index. */
  whereILike(key: AttributePath<M>, pattern: string): this
  /** Same as {@link whereILike}. */
  andWhereILike(key: AttributePath<M>, pattern: string): this
  /** {@link whereILike} as an alternative. */
  orWhereILike(key: AttributePath<M>, pattern: string): this
  /** {@link whereNotLike} without regard to case. */
  whereNotILike(key: AttributePath<M>, pattern: string): this
  /** Same as {@link whereNotILike}. */
  andWhereNotILike(key: AttributePath<M>, pattern: string): this
  /** {@link whereNotILike} as an alternative. */
  orWhereNotILike(key: AttributePath<M>, pattern: string): this
  /**
   * The field is there, be its value null. Not Lucid's sub-query: MongoDB's `$exists`. Throws
   * `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   */
  whereExists(key: AttributePath<M>): this
  /** Same as {@link whereExists}. */
  andWhereExists(key: AttributePath<M>): this
  /** {@link whereExists} as an alternative. */
  orWhereExists(key: AttributePath<M>): this
  /** The field is not there. See {@link whereExists}. */
  whereNotExists(key: AttributePath<M>): this
  /** Same as {@link whereNotExists}. */
  andWhereNotExists(key: AttributePath<M>): this
  /** {@link whereNotExists} as an alternative. */
  orWhereNotExists(key: AttributePath<M>): this
  /**
   * The field is not there at all; a stored null does not count. Same as {@link whereNotExists}.
   */
  whereMissing(key: AttributePath<M>): this
  /** Same as {@link whereMissing}. */
  andWhereMissing(key: AttributePath<M>): this
  /** {@link whereMissing} as an alternative. */
  orWhereMissing(key: AttributePath<M>): this
}
/**
 * A query on model `M` (the type of its instances), without the means to run it. Each method changes
 * the builder and returns it.
 */
declare abstract class QueryBuilder<M> extends PredicateBuilder<M> {
  #private
  /**
   * Reads these properties only; calls add up, `'*'` asks for all. The primary key is always read,
   * a model cannot be saved without it. Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * query.select('name', 'address.city')
   */
  select(...columns: readonly (AttributePath<M> | '*')[]): this
  select(columns: readonly (AttributePath<M> | '*')[]): this
  /**
   * Sorts by a property, ascending unless told otherwise; further calls sort within. A property
   * that is named again keeps its place and takes the new direction. Throws `E_UNKNOWN_COLUMN`, and
   * `E_INVALID_QUERY` for any other direction than `'asc'` and `'desc'`.
   *
   * @example
   * query.orderBy('age', 'desc')
   * query.orderBy([{ column: 'age', order: 'desc' }, 'name'])
   * query.orderBy({ age: 'desc', name: 'asc' })
   */
  orderBy(column: AttributePath<M>, direction?: Direction): this
  orderBy(columns: readonly OrderItem<M>[]): this
  orderBy(columns: OrderMap<M>): this
  /**
   * At most `count` documents; 0 finds none, as in SQL (for MongoDB 0 means no limit). Throws
   * `E_INVALID_QUERY` for what is no integer from 0 on; strings are not converted.
   */
  limit(count: number): this
  /** Leaves out the first `count` documents. Errors of {@link limit}. */
  offset(count: number): this
  /** Same as {@link offset}, under MongoDB's name. */
  skip(count: number): this
  /**
   * The documents of one page, counted from 1. Semantics of Lucid. Throws `E_INVALID_QUERY` for what
   * is no integer from 1 on.
   */
  forPage(page: number, perPage: number): this
  /** Makes the server use an index, by its name or its keys. Throws `E_UNKNOWN_COLUMN`. */
  hint(index: Hint<M>): this
  /** Text that the server writes to its log and profiler beside the query. */
  comment(text: string): this
  /**
   * Rules for comparing strings (MongoDB manual, "Collation"). LIKE patterns do not follow them.
   * Throws `E_INVALID_QUERY` for options that MongoDB does not have.
   *
   * @example
   * query.collation({ locale: 'en', strength: 2 })
   */
  collation(rules: Collation): this
  /**
   * Lets the server give up after `ms` milliseconds; the query then fails with `E_TIMEOUT`. The
   * server always stops the work, so Lucid's `cancel` makes no difference. 0: no limit.
   */
  timeout(
    ms: number,
    _options?: {
      cancel?: boolean
    },
  ): this
  /** How many documents the server sends at a time. */
  batchSize(count: number): this
  /** Forgets which properties were selected. */
  clearSelect(): this
  /** Forgets the order. */
  clearOrder(): this
  /** Forgets the limit. */
  clearLimit(): this
  /** Forgets the offset. */
  clearOffset(): this
  /**
   * Runs `then` on this query when `condition` (or what it returns) is truthy, `otherwise` when not.
   * Semantics of Lucid. Throws `E_INVALID_QUERY` when a callback or the condition is async.
   *
   * @example
   * query.if(search, (query) => query.whereILike('name', `%${escapeLike(search)}%`))
   */
  if(condition: unknown, then: (query: this) => void, otherwise?: (query: this) => void): this
  /** {@link if} the other way round. */
  unless(condition: unknown, then: (query: this) => void, otherwise?: (query: this) => void): this
  /**
   * Runs the callback of the first block whose condition holds; a callback without a condition, at
   * the end, is for the case that none does. Semantics and errors of {@link if}.
   *
   * @example
   * query.match(
   *   [user.isAdmin, (query) => query],
   *   [user.isEditor, (query) => query.where('status', 'draft')],
   *   (query) => query.where('status', 'published'),
   * )
   */
  match(...blocks: readonly (MatchBlock<this> | ((query: this) => void))[]): this
  /** An independent copy: what is added to one of the two does not show in the other. */
  clone(): this
  /**
   * The query as MongoDB gets it, with stored names, to look at or to pass to the driver. Takes the
   * place of Lucid's `toSQL()`.
   *
   * @example
   * User.query().where('status', 'active').where('age', '>', 18).toMongo()
   * // { filter: { status: 'active', age: { $gt: 18 } } }
   */
  toMongo(): CompiledQuery
}
/**
 * Makes text match itself in a LIKE pattern: `%`, `_` and `\` are escaped.
 *
 * @example
 * query.whereILike('title', `%${escapeLike(request.input('q'))}%`)
 */
declare function escapeLike(text: string): string
/** Names whose values may be incremented. */
type NumericPath<M> = AttributePath<M>
/**
 * A query for models. Nothing is sent until it is awaited, or one of `exec`, `first`, `count`,
 * `paginate`, `update`, `delete`, … is called; each of these sends it anew.
 *
 * @example
 * const users = await User.query().where('status', 'active').orderBy('createdAt', 'desc').limit(10)
 */
declare class ModelQueryBuilder<M extends Model, Result = M>
  extends QueryBuilder<M>
  implements PromiseLike<Result[]>
{
  #private
  protected fresh(): this
  /** The model class. */
  get model(): ModelClass
  /** Says that every document is meant: `update` and `delete` without a condition need it. */
  all(): this
  /**
   * Reads plain documents with their stored names instead of models. No hooks run.
   *
   * @example
   * const rows = await User.query().where('status', 'active').pojo<{ email: string }>()
   */
  pojo<Row = Record<string, unknown>>(): ModelQueryBuilder<M, Row>
  /** Runs the query. Runs the fetch hooks. Errors: `E_HOOK_ABORTED`, the server's. */
  exec(): Promise<Result[]>
  then<Fulfilled = Result[], Rejected = never>(
    fulfilled?: ((rows: Result[]) => Fulfilled | PromiseLike<Fulfilled>) | null,
    rejected?: ((error: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected>
  catch<Rejected = never>(
    rejected?: ((error: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Result[] | Rejected>
  finally(done?: (() => void) | null): Promise<Result[]>
  /** The first row, or `null`. Runs the fetch hooks, with an array of one or none. */
  first(): Promise<Result | null>
  /** As `first`. Errors: also `E_ROW_NOT_FOUND`. */
  firstOrFail(): Promise<Result>
  /**
   * The rows as they arrive, a batch at a time: memory stays the same however many there are, and
   * nothing is read that is not asked for. Leaving the loop closes the server's cursor. Runs the
   * fetch hooks, the after hooks once for each batch.
   *
   * @example
   * for await (const user of User.query().where('status', 'active').cursor()) {
   *   await notify(user)
   * }
   */
  cursor(options?: { batchSize?: number }): AsyncGenerator<Result, void>
  /** As `cursor`, a batch of rows at a time; 1,000 in a batch unless `batchSize` says otherwise. */
  batches(options?: { batchSize?: number }): AsyncGenerator<Result[], void>
  /**
   * How many documents match; `limit` and `offset` count too. Runs no hooks.
   */
  count(): Promise<number>
  /**
   * One page of rows and the total. Runs the paginate and fetch hooks; the total counts what the
   * query matches after its hooks ran.
   *
   * Errors: `E_INVALID_QUERY` when `page` or `perPage` is no positive integer.
   */
  paginate(page: number, perPage?: number): Promise<ModelPaginator<Result>>
  /**
   * Sets columns of every document that matches. Runs no hooks; `autoUpdate` dates are set.
   *
   * Errors: `E_EMPTY_FILTER` without a condition, unless `all()` was called; `E_UNKNOWN_COLUMN`;
   * `E_UNDEFINED_VALUE`; `E_INVALID_QUERY` with a limit, offset or order.
   *
   * @returns `[matched]`, how many documents matched
   */
  update<Path extends keyof ModelAttributes<M> & string>(
    column: Path,
    value: ModelAttributes<M>[Path] | null,
  ): Promise<[number]>
  update(values: Partial<ModelAttributes<M>>): Promise<[number]>
  /** Adds to numbers of every document that matches. Errors: as `update`. */
  increment(column: NumericPath<M>, by?: number): Promise<[number]>
  increment(columns: { readonly [Path in NumericPath<M>]?: number }): Promise<[number]>
  /** Subtracts from numbers of every document that matches. Errors: as `update`. */
  decrement(column: NumericPath<M>, by?: number): Promise<[number]>
  decrement(columns: { readonly [Path in NumericPath<M>]?: number }): Promise<[number]>
  /**
   * Deletes every document that matches. Runs no hooks.
   *
   * Errors: `E_EMPTY_FILTER` without a condition, unless `all()` was called.
   *
   * @returns `[deleted]`, how many documents were deleted
   */
  delete(): Promise<[number]>
  /** Lucid's short name for `delete`. */
  del(): Promise<[number]>
}
/** What a before hook may answer: `false` aborts the operation. */
type BeforeHookResult = void | boolean | undefined | Promise<void | boolean | undefined>
/** What an after hook answers is ignored. */
type AfterHookResult = unknown
type Hook<Subject, Result> = (subject: Subject, context: HookContext) => Result
/** What the hooks of `Event` get, on a model whose instances are `M`. */
type SubjectOf<Event extends HookEvent, M extends Model> = Event extends
  | 'beforeFind'
  | 'beforeFetch'
  ? ModelQueryBuilder<M>
  : Event extends 'afterFind'
    ? M | null
    : Event extends 'afterFetch'
      ? M[]
      : Event extends 'beforePaginate'
        ? [countQuery: ModelQueryBuilder<M>, query: ModelQueryBuilder<M>]
        : Event extends 'afterPaginate'
          ? ModelPaginator<M>
          : M
type ResultOf<Event extends HookEvent> = Event extends `before${string}`
  ? BeforeHookResult
  : AfterHookResult
/**
 * A decorator of a static hook method. The method's first parameter is the concrete model, or what
 * the event is about; the compiler checks it against the class.
 */
type HookDecorator<Event extends HookEvent> = <
  Owner extends {
    prototype: Model
  },
  Name extends string,
>(
  target: Owner & Record<Name, Hook<SubjectOf<Event, Owner['prototype']>, ResultOf<Event>>>,
  property: Name,
) => void
/** Runs before an instance is created or updated, after the more specific hook. */
declare const beforeSave: () => HookDecorator<'beforeSave'>
/** Runs after an instance was created or updated, after the more specific hook. */
declare const afterSave: () => HookDecorator<'afterSave'>
/** Runs before an instance is stored for the first time. */
declare const beforeCreate: () => HookDecorator<'beforeCreate'>
/** Runs after an instance was stored for the first time. */
declare const afterCreate: () => HookDecorator<'afterCreate'>
/** Runs before a stored instance is saved, also when nothing changed. */
declare const beforeUpdate: () => HookDecorator<'beforeUpdate'>
/** Runs after changes of a stored instance were saved. */
declare const afterUpdate: () => HookDecorator<'afterUpdate'>
/** Runs before an instance is deleted. */
declare const beforeDelete: () => HookDecorator<'beforeDelete'>
/** Runs after an instance was deleted. */
declare const afterDelete: () => HookDecorator<'afterDelete'>
/** Runs before `find`, `findBy` and `refresh`; gets the query. */
declare const beforeFind: () => HookDecorator<'beforeFind'>
/** Runs after `find`, `findBy` and `refresh`; gets the instance, or `null` when there is none. */
declare const afterFind: () => HookDecorator<'afterFind'>
/** Runs before any other read of models, `first()` included; gets the query. */
declare const beforeFetch: () => HookDecorator<'beforeFetch'>
/** Runs after any other read of models; gets the array, of one or none for `first()`. */
declare const afterFetch: () => HookDecorator<'afterFetch'>
/** Runs before `paginate`; gets the count query and the query. */
declare const beforePaginate: () => HookDecorator<'beforePaginate'>
/** Runs after `paginate`; gets the paginator. */
declare const afterPaginate: () => HookDecorator<'afterPaginate'>
/** A handler of `Model.before(event, …)`. */
type BeforeHandler<Name extends EventName, M extends Model> = Hook<
  SubjectOf<`before${Capitalize<Name>}`, M>,
  BeforeHookResult
>
/** A handler of `Model.after(event, …)`. */
type AfterHandler<Name extends EventName, M extends Model> = Hook<
  SubjectOf<`after${Capitalize<Name>}`, M>,
  AfterHookResult
>
type Attributes<T extends ModelClass> = Partial<ModelAttributes<InstanceType<T>>>
/**
 * The base of all models. Names and semantics are Lucid's; see the guide for what MongoDB changes.
 *
 * @example
 * class User extends BaseModel {
 *   @column({ isPrimary: true }) declare id: string
 *   @column() declare email: string
 * }
 *
 * const user = await User.create({ email: 'ada@example.com' })
 * user.email = 'ada@lovelace.dev'
 * await user.save()
 */
declare class BaseModel {
  /** How class and property names become stored names. */
  static namingStrategy: NamingStrategy
  /** Name of the connection; by default the database's primary one. */
  static connection: string | undefined
  /** Collection; by default the naming strategy's. Not inherited. */
  static collection?: string
  /** Lucid's name for `collection`. */
  static table?: string
  /** The application assigns primary keys of its own kind; strings are not taken for ObjectIds. */
  static selfAssignPrimaryKey: boolean
  /** Answer `find` calls of one tick with one query. */
  static coalesceFinds: boolean
  /** Send inserts and updates of one tick as one command; by default as the connection says. */
  static coalesceWrites: boolean | undefined
  /** The connections that models use. */
  static $database: Database | undefined
  constructor()
  /** Sets the connections of this class and the classes that extend it. */
  static useDatabase(database: Database): void
  /** Fixes the columns. Every operation does so by itself. */
  static boot(): void
  /** Name of the primary key's property. */
  static get primaryKey(): string
  /**
   * Adds a hook that runs before an operation. Errors: `E_MODEL_DEFINITION` for an unknown event.
   *
   * @example
   * User.before('create', (user) => { user.status ??= 'pending' })
   */
  static before<T extends ModelClass, Name extends EventName>(
    this: T,
    event: Name,
    handler: BeforeHandler<Name, InstanceType<T>>,
  ): void
  /** Adds a hook that runs after an operation. Errors: `E_MODEL_DEFINITION`. */
  static after<T extends ModelClass, Name extends EventName>(
    this: T,
    event: Name,
    handler: AfterHandler<Name, InstanceType<T>>,
  ): void
  /** A query for models of this class. */
  static query<T extends ModelClass>(
    this: T,
    options?: ModelAdapterOptions,
  ): ModelQueryBuilder<InstanceType<T>>
  /**
   * The document with this primary key, or `null`. Runs the find hooks.
   *
   * Calls of one tick are answered by one query, unless the model has a `beforeFind` hook or
   * `coalesce` is false.
   *
   * Errors: `E_UNDEFINED_VALUE`, `E_INVALID_OBJECT_ID`.
   */
  static find<T extends ModelClass>(
    this: T,
    value: unknown,
    options?: FindOptions,
  ): Promise<InstanceType<T> | null>
  /** As `find`. Errors: also `E_ROW_NOT_FOUND`. */
  static findOrFail<T extends ModelClass>(
    this: T,
    value: unknown,
    options?: FindOptions,
  ): Promise<InstanceType<T>>
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
    clause: Attributes<T>,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T> | null>
  static findBy<T extends ModelClass, Key extends keyof Attributes<T> & string>(
    this: T,
    key: Key,
    value: Attributes<T>[Key] | null,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T> | null>
  /** As `findBy`. Errors: also `E_ROW_NOT_FOUND`. */
  static findByOrFail<T extends ModelClass>(
    this: T,
    clause: Attributes<T>,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T>>
  static findByOrFail<T extends ModelClass, Key extends keyof Attributes<T> & string>(
    this: T,
    key: Key,
    value: Attributes<T>[Key] | null,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T>>
  /** The documents with these primary keys, newest key first. Runs the fetch hooks. */
  static findMany<T extends ModelClass>(
    this: T,
    values: readonly unknown[],
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T>[]>
  /** The first document, or `null`, in no particular order. Runs the fetch hooks. */
  static first<T extends ModelClass>(
    this: T,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T> | null>
  /** As `first`. Errors: also `E_ROW_NOT_FOUND`. */
  static firstOrFail<T extends ModelClass>(
    this: T,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T>>
  /** Every document, newest key first. Runs the fetch hooks. */
  static all<T extends ModelClass>(
    this: T,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T>[]>
  /**
   * Stores a new document. Runs the create and save hooks.
   *
   * Errors: `E_UNKNOWN_COLUMN`, `E_INVALID_VALUE`, `E_DUPLICATE_KEY`, `E_HOOK_ABORTED`.
   */
  static create<T extends ModelClass>(
    this: T,
    values: Attributes<T>,
    options?: ModelAssignOptions & WriteOptions,
  ): Promise<InstanceType<T>>
  /** As `create`, without hooks. */
  static createQuietly<T extends ModelClass>(
    this: T,
    values: Attributes<T>,
    options?: ModelAssignOptions & WriteOptions,
  ): Promise<InstanceType<T>>
  /**
   * Stores many new documents, in order. The before hooks of all run first, then the inserts, then
   * the after hooks. The first document that fails ends it: those before it stand (`$isPersisted`),
   * and the error's `position` says which one failed.
   */
  static createMany<T extends ModelClass>(
    this: T,
    values: readonly Attributes<T>[],
    options?: ModelAssignOptions,
  ): Promise<InstanceType<T>[]>
  /** As `createMany`, without hooks. */
  static createManyQuietly<T extends ModelClass>(
    this: T,
    values: readonly Attributes<T>[],
    options?: ModelAssignOptions,
  ): Promise<InstanceType<T>[]>
  /**
   * Stores the instance: a new one as a document, a stored one's changed columns. Nothing is sent
   * when nothing changed.
   *
   * Errors: `E_DUPLICATE_KEY`, `E_HOOK_ABORTED`, `E_MODEL_DELETED`, `E_STALE_MODEL` when the
   * document is gone. After an error the attributes are what they were before the call.
   */
  save(options?: WriteOptions): Promise<this>
  /** As `save`, without hooks. */
  saveQuietly(options?: WriteOptions): Promise<this>
  /** Deletes the document. The instance cannot be saved afterwards. Errors: `E_MODEL_DELETED`. */
  delete(): Promise<void>
  /** As `delete`, without hooks. */
  deleteQuietly(): Promise<void>
  /**
   * Reads the document again and drops local changes. Runs the find hooks; does nothing for an
   * instance that is not stored. Errors: `E_ROW_NOT_FOUND` when the document is gone.
   */
  refresh(): Promise<this>
  /** The next `save` runs the after hooks and stamps dates even when nothing changed. */
  enableForceUpdate(): this
  /**
   * Assigns values by property or stored name. Errors: `E_UNKNOWN_COLUMN`, `E_MODEL_DELETED`.
   */
  merge(values: Partial<ModelAttributes<this>>, allowExtraProperties?: boolean): this
  /** Replaces all attributes but the primary key of a stored instance. Errors: as `merge`. */
  fill(values: Partial<ModelAttributes<this>>, allowExtraProperties?: boolean): this
  /** Works on another connection from now on. */
  useConnection(name: string): this
  /** Attributes by property name. Reads and writes through to the instance. */
  get $attributes(): Record<string, unknown>
  /** The attributes as they are stored, by property name. */
  get $original(): ModelObject
  /** Attributes that a `save` would write: all of a new instance's, else those that changed. */
  get $dirty(): ModelObject
  get $isDirty(): boolean
  /** Whether any attribute, or one of those named, differs from what is stored. */
  isDirty(fields?: string | readonly string[]): boolean
  /** The document is in the database. */
  get $isPersisted(): boolean
  get $isNew(): boolean
  /** The instance was made by the application rather than read. */
  get $isLocal(): boolean
  get $isDeleted(): boolean
  /** Fields of the document that are no columns, and what queries add. */
  get $extras(): Record<string, unknown>
  set $extras(values: Record<string, unknown>)
  /** Name of the connection on which the instance is saved, where it is not the model's own. */
  get $options(): {
    connection?: string
  }
  /** Value of the primary key. */
  get $primaryKeyValue(): unknown
  /** The raw value of an attribute, past any getter of the class. */
  $getAttribute(name: string): unknown
  /** Sets the raw value of an attribute, past any setter. Errors: `E_MODEL_DELETED`. */
  $setAttribute(name: string, value: unknown): void
  /** Whether the attribute has a value, be it null. */
  $hasAttribute(name: string): boolean
  /** A plain object for JSON, by serialised names. */
  serialize(cherryPick?: CherryPick): ModelObject
  serializeAttributes(fields?: CherryPick['fields'], raw?: boolean): ModelObject
  toJSON(): ModelObject
  /** Attributes by property name, as they are, and `$extras`. */
  toObject(): ModelObject
}
/** A decorator of an instance property (`experimentalDecorators`). */
type PropertyDecoratorOf = (target: Model, property: string) => void
declare function columnDecorator(options?: ColumnOptions): PropertyDecoratorOf
declare function objectIdDecorator(given?: ObjectIdColumnOptions): PropertyDecoratorOf
/**
 * Declares a column. Semantics of Lucid, with MongoDB's types.
 *
 * `@column.date()` holds a calendar day and `@column.dateTime()` a moment, both as Luxon
 * `DateTime`; they take `autoCreate` and `autoUpdate`. `@column.objectId()` holds an id as 24
 * hexadecimal digits (`{ as: 'object' }` for the class) and casts strings on the way in.
 *
 * Errors: `E_MODEL_DEFINITION` for a name that cannot be a column's, two columns with one stored
 * name, or a column declared after the model was used.
 *
 * @example
 * class User extends Model {
 *   @column({ isPrimary: true }) declare id: string
 *   @column() declare email: string
 *   @column({ serializeAs: null }) declare password: string
 *   @column.objectId() declare teamId: string | null
 *   @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
 * }
 */
declare const column: typeof columnDecorator & {
  date: (given?: DateColumnOptions<DateTime>) => PropertyDecoratorOf
  dateTime: (given?: DateColumnOptions<DateTime>) => PropertyDecoratorOf
  objectId: typeof objectIdDecorator
}
export {
  type AfterHandler,
  type AttributeName,
  type AttributePath,
  type AttributeValue,
  BaseModel,
  type BeforeHandler,
  Binary,
  CamelCaseNamingStrategy,
  type CherryPick,
  type Collation,
  type ColumnOptions,
  type Comparable,
  type CompiledQuery,
  type Conditions,
  type Connection,
  type ConnectionConfig,
  type ConnectionState,
  Database,
  type DatabaseConfig,
  type DateColumnOptions,
  type DateTimeLike,
  Decimal128,
  type Direction,
  Double,
  type EqualityOperator,
  type ErrorCode,
  type ErrorDetails,
  type EventName,
  type FindOptions,
  type HealthReport,
  type Hint,
  type HookContext,
  type HookEvent,
  type IndexDirection,
  Int32,
  type LifecycleOperation,
  type LikeOperator,
  type ListOperator,
  Long,
  LucentError,
  type MatchBlock,
  MaxKey,
  MinKey,
  type Model,
  type ModelAdapterOptions,
  type ModelAssignOptions,
  type ModelAttributes,
  type ModelClass,
  type ModelObject,
  ModelPaginator,
  ModelQueryBuilder,
  type NamingStrategy,
  ObjectId,
  type ObjectIdColumnOptions,
  type Operand,
  type Operator,
  type OrderItem,
  type OrderMap,
  type OrderOperator,
  type OrderedValue,
  type PaginationMetaKeys,
  type PaginatorMeta,
  type QueryValue,
  type RangeOperator,
  SnakeCaseNamingStrategy,
  Timestamp,
  UUID,
  VerbatimNamingStrategy,
  type WriteOptions,
  afterCreate,
  afterDelete,
  afterFetch,
  afterFind,
  afterPaginate,
  afterSave,
  afterUpdate,
  beforeCreate,
  beforeDelete,
  beforeFetch,
  beforeFind,
  beforePaginate,
  beforeSave,
  beforeUpdate,
  column,
  defineConfig,
  errors,
  escapeLike,
}
