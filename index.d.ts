// Generated from js/ by scripts/generate_types.mjs.
import {
  Binary,
  Decimal128,
  Decimal128 as Decimal128$1,
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
/** `node ace configure`, as far as this package uses it. */
/** What `configure` needs of AdonisJS' codemods. */
interface Codemods {
  makeUsingStub(root: string, stub: string, state: Record<string, unknown>): Promise<unknown>
  updateRcFile(change: (rcFile: RcFile) => void): Promise<void>
  defineEnvVariables(variables: Record<string, string>): Promise<void>
  defineEnvValidations(validations: {
    leadingComment?: string
    variables: Record<string, string>
  }): Promise<void>
  registerMiddleware(
    stack: 'server' | 'router' | 'named',
    middleware: {
      name?: string
      path: string
    }[],
  ): Promise<void>
  listPackagesToInstall(
    packages: {
      name: string
      isDevDependency: boolean
    }[],
  ): Promise<void>
  /** Not in the first releases of AdonisJS 6. */
  registerJapaPlugin?(
    call: string,
    imports: {
      isNamed: boolean
      module: string
      identifier: string
    }[],
  ): Promise<void>
}
interface RcFile {
  addProvider(file: string): unknown
  addCommand(file: string): unknown
}
/** The command of `node ace configure`, as far as this package uses it. */
interface ConfigureCommand {
  readonly app: {
    makePath(...paths: string[]): string
  }
  readonly logger: {
    info(message: string): void
    warning(message: string): void
    action(message: string): {
      succeeded(): void
    }
  }
  readonly prompt: {
    confirm(
      question: string,
      options: {
        default: boolean
      },
    ): Promise<boolean>
  }
  /** What follows the package's name on the command line. */
  readonly parsedFlags?: {
    readonly [name: string]: unknown
  }
  createCodemods(): Promise<Codemods>
}
/**
 * Sets an AdonisJS application up for this package; `node ace configure lucent-odm` calls it. Writes
 * `config/mongodb.ts`, names the environment's variables, registers the provider and the commands,
 * and adds the assertions to the Japa tests. Beside Lucid, nothing of Lucid's is touched.
 *
 * Where `@adonisjs/auth` is installed, its users become models of this package: `config/auth.ts`, the
 * model and the middleware are written, or their imports changed. Where Lucid is installed as well, it
 * asks first; `--auth` and `--no-auth` answer, and `--guard` says which guard a new `config/auth.ts` has.
 */
declare function configure(command: ConfigureCommand): Promise<void>
/** The folder of the templates that the commands of AdonisJS write files from. */
declare const stubsRoot: string
/**
 * Master keys by name. All of them read; the primary one writes. Names are yours, for reports: what
 * is stored holds a fingerprint of the key.
 */
interface EncryptionKeys {
  /** Name of the key that writes; by default the first. */
  primary?: string
  /** 32 bytes each, or their base64 as {@link generateEncryptionKey} makes it. */
  keys: Readonly<Record<string, string | Uint8Array>>
}
/**
 * A new master key: 32 random bytes as base64. Keep it where secrets are kept, never in the
 * repository or the database that it protects. Without it nothing that it encrypted can be read.
 *
 * @example
 * console.log(`LUCENT_ENCRYPTION_KEYS=2026-11:${generateEncryptionKey()}`)
 */
declare function generateEncryptionKey(): string
/**
 * Reads `name:base64,name:base64`, the form of the environment variable; the first is the primary.
 *
 * Errors: `E_CONFIGURATION`.
 */
declare function parseEncryptionKeys(text: string): EncryptionKeys
/**
 * Sets the keys of the process, for every connection without keys of its own; `undefined` goes back
 * to the environment variable `LUCENT_ENCRYPTION_KEYS`. May be called again, with a new primary, say:
 * operations that begin afterwards use the new keys.
 *
 * Errors: `E_CONFIGURATION` for a key of another length than 32 bytes or an unknown primary; the same
 * key under two names is found when the first operation needs the keys.
 *
 * @example
 * setEncryptionKeys({ primary: '2026', keys: { 2026: env.KEY_2026, 2025: env.KEY_2025 } })
 */
declare function setEncryptionKeys(keys: EncryptionKeys | undefined): void
/** Whose keys are asked for. */
interface KeyRequest {
  /** Name of the connection. */
  readonly connection: string
  /** What `tenant()` answered, or null. */
  readonly tenant: string | null
}
/** Gives the keys of a connection, or of a tenant of it: from a KMS, a vault, a file. */
type KeyProvider = (request: KeyRequest) => EncryptionKeys | Promise<EncryptionKeys>
/** Settings of field encryption. Give `keys` or a `provider`; neither: those of the process. */
interface EncryptionConfig extends Partial<EncryptionKeys> {
  /** Asked once for each connection and tenant, when an operation first needs the keys. */
  provider?: KeyProvider
  /**
   * Whose data the operation under way is about; asked for each operation, so read it from an
   * `AsyncLocalStorage`. Tenants' keys are derived apart, so that one's values cannot be read as
   * another's, even where they share master keys. It keeps values apart, not documents: a query that
   * finds another tenant's document fails when it opens it, so queries still need their condition.
   */
  tenant?: () => string | null | undefined
  /**
   * What stands for the database's name in what values are bound to. Set it where databases are
   * copied under other names and must stay readable.
   */
  namespace?: string
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
    readonly summary: 'the operation was not over within its time limit'
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
  readonly E_BULK_WRITE: {
    readonly status: 500
    readonly summary: 'statements of a bulk write failed; the status is that of the first'
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
    readonly status: 422
    readonly summary: 'a value that is no date where a date column needs one'
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
  readonly E_UNDEFINED_SCOPE: {
    readonly status: 500
    readonly summary: 'the model has no such query scope'
  }
  readonly E_INVALID_CURSOR: {
    readonly status: 400
    readonly summary: 'a page cursor that is damaged, or of another query'
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
  readonly E_PARTIALLY_READ: {
    readonly status: 500
    readonly summary: 'a save would overwrite what a query left out of the document'
  }
  readonly E_WRITE_CONFLICT: {
    readonly status: 409
    readonly summary: 'another operation changed the same document at the same time'
  }
  readonly E_TRANSACTIONS_UNSUPPORTED: {
    readonly status: 501
    readonly summary: 'the server is not a member of a replica set, so it has no transactions'
  }
  readonly E_TRANSACTION_COMPLETED: {
    readonly status: 500
    readonly summary: 'the transaction was committed or rolled back already'
  }
  readonly E_TRANSACTION_DOOMED: {
    readonly status: 500
    readonly summary: 'an operation or a nested part of the transaction failed, so it can only be rolled back'
  }
  readonly E_TRANSACTION_CALLBACK: {
    readonly status: 500
    readonly summary: 'what ran after the end of a transaction failed; the end stands'
  }
  readonly E_HOOK_ABORTED: {
    readonly status: 422
    readonly summary: 'a before hook returned false'
  }
  readonly E_UNKNOWN_KEY: {
    readonly status: 500
    readonly summary: 'a value was encrypted with a key that the ring does not have'
  }
  readonly E_DECRYPTION_FAILED: {
    readonly status: 500
    readonly summary: 'an encrypted value was changed, moved, or is not encrypted at all'
  }
  readonly E_ENCRYPTED_COLUMN_QUERY: {
    readonly status: 422
    readonly summary: 'a condition or change that an encrypted column cannot take'
  }
  readonly E_ENCRYPTION_LIMIT: {
    readonly status: 500
    readonly summary: 'one key has encrypted as many values as it safely can'
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
  /** Property name of the column; with a path behind it for a field inside of one that is encrypted. */
  column?: string | undefined
  /** What was being done: `create`, `find`, `update`, … */
  operation?: string | undefined
  /** Name of the connection. */
  connection?: string | undefined
  /** Name of the hook event and method, for `E_HOOK_ABORTED`. */
  hook?: string | undefined
  /** HTTP status, where it is not the code's own: a page number or a name that came from a request. */
  status?: number | undefined
  /** The server's own error code, such as 11000. */
  serverCode?: number | undefined
  /** The server's name for its code, such as `DuplicateKey`. */
  serverCodeName?: string | undefined
  /** See {@link LucentError.serverMessage}. */
  serverMessage?: string | undefined
  /** Labels such as `TransientTransactionError`. */
  errorLabels?: readonly string[] | undefined
  /** Stored names of the fields of the unique index, for `E_DUPLICATE_KEY`. */
  keys?: readonly string[] | undefined
  /** Name of the unique index, for `E_DUPLICATE_KEY`. */
  index?: string | undefined
  /** Which of several documents or statements failed, counted from 0. */
  position?: number | undefined
  /** What an update by query had done before it failed half-way; elsewhere it is not known. */
  done?:
    | {
        readonly matched: number
        readonly modified: number
      }
    | undefined
  /**
   * The server's account of a failed validator. It quotes the document, except where the model has
   * encrypted columns, so it is no enumerable property: what writes errors down leaves it out.
   */
  errInfo?: unknown
  /** The error behind this one. */
  cause?: unknown
}
/** The base of every error that the package throws of its own. */
declare class LucentError extends Error implements ErrorDetails {
  #private
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
  readonly done?:
    | {
        readonly matched: number
        readonly modified: number
      }
    | undefined
  readonly errInfo?: unknown
  constructor(message: string, details?: ErrorDetails)
  /**
   * What the server itself said, cut to 2,000 bytes. It may quote stored values and those of the
   * command, so nothing shows it by itself: no message, no JSON, no console. Not for answers to
   * clients, nor for logs that others read.
   *
   * @example
   * if (error instanceof errors.E_SERVER_ERROR) privateLog.debug(error.serverMessage)
   */
  get serverMessage(): string | undefined
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
/** Settings of one named connection. Those given here go over the ones in the URL. */
interface ConnectionConfig {
  /** `mongodb://` or `mongodb+srv://` connection string. */
  url: string
  /** Database name; by default the one in the URL's path. */
  database?: string
  /** Sockets per server at most, and commands at a time; 100 by default. More commands wait. */
  maxPoolSize?: number
  /** Sockets per server that are kept open. */
  minPoolSize?: number
  /**
   * How long to look for a suitable server, in milliseconds; 15,000 by default, which is longer than
   * an election takes.
   */
  serverSelectionTimeoutMS?: number
  /** How long a TCP connect may take, in milliseconds; 5,000 by default. */
  connectTimeoutMS?: number
  /**
   * How long an operation may take from its start to its end, in milliseconds; by default there is
   * no limit. A call's own `timeout` goes over it.
   */
  timeoutMS?: number
  /**
   * How long a command may go without an answer, in milliseconds; 120,000 by default, 0 for as long as
   * it takes. Then it ends with `E_CONNECTION_FAILED`, and a write may have been carried out. An
   * operation with a time limit of its own (`timeoutMS`, a call's `timeout`) has that instead.
   */
  socketTimeoutMS?: number
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
  /** Tell the listeners of `database.onQuery()` of everything that is sent; false by default. */
  debug?: boolean
  /**
   * Let operations inside the callback of `transaction()` join it without being told, by
   * `AsyncLocalStorage`; false by default.
   */
  ambientTransactions?: boolean
  /**
   * Signs the cursors of `paginateCursor()`; 16 characters or more. Without it each process (and
   * worker thread) makes up a key of its own, so that no cursor outlives it or is good for another.
   */
  cursorSecret?: string
  /** Keys of encrypted columns, in place of the database's. */
  encryption?: EncryptionConfig
}
/** Settings of a `Database`. */
interface DatabaseConfig {
  /** Name of the connection that models use unless they say otherwise. */
  connection: string
  /** Connections by name. */
  connections: Record<string, ConnectionConfig>
  /** AdonisJS: print what connections with `debug: true` send; false by default. */
  prettyPrintDebugQueries?: boolean
  /**
   * Keys of encrypted columns; without them, and without keys of the connection, those of
   * `setEncryptionKeys()` or of the environment variable `LUCENT_ENCRYPTION_KEYS`.
   */
  encryption?: EncryptionConfig
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
/** Those who are told of one kind of event. */
declare class Listeners<Event> {
  #private
  get isEmpty(): boolean
  /** Answers what ends it. */
  add(listener: (event: Event) => void): () => void
  /** A listener that throws must not fail the operation: what it throws is a warning. */
  tell(event: Event): void
}
/** One operation, after it was answered. */
interface QueryEvent {
  /** Name of the connection. */
  connection: string
  /** Name of the model class. */
  model: string
  collection: string
  /** What was done: `find`, `count`, `create`, `update`, … */
  operation: string
  /** The query as MongoDB got it, values included; not for writes of instances and bulk writes. */
  query?: object
  /** What it took; for a cursor, the time that its batches were waited for. */
  milliseconds: number
  inTransaction: boolean
  /** What `query.reporterData()` was given. */
  data?: Readonly<Record<string, unknown>>
  /** Why it failed; of a bulk write the first failure. */
  error?: Error
}
type QueryListener = (event: QueryEvent) => void
/** The listeners of a database's connections. */
type QueryListeners = Listeners<QueryEvent>
/** How a transaction ends; `unknown`: it cannot be told whether its commit was carried out. */
type TransactionEnd = 'commit' | 'rollback' | 'unknown'
/** Something to be done when a transaction ends. */
type EndCallback = () => unknown
/** Somebody who listens to the end of a transaction. */
type EndListener = (trx: TransactionClient) => unknown
/**
 * A transaction, and the client of everything that runs in it: `{ client: trx }`, or
 * `model.useTransaction(trx)`. Made by `db.transaction()`.
 *
 * MongoDB runs the operations of a transaction one after the other; starting several at once is
 * allowed and gains nothing. It aborts a transaction that is open for more than a minute.
 */
declare class TransactionClient {
  #private
  readonly isTransaction = true
  /** Name of the connection. */
  readonly connectionName: string
  /** Settings of the connection. */
  get config(): Readonly<ConnectionConfig>
  /**
   * Whether the transaction was committed or rolled back, or cannot be told to be either: see
   * `commit()`.
   */
  get isCompleted(): boolean
  /** Tells the core that a transaction begins; the server hears of it with the first command. */
  begin(): Promise<void>
  /**
   * Calls back after the commit or the rollback, or when nobody knows how the commit went
   * (`unknown`). Callbacks run one after the other, all of them, whatever the others do; what they
   * throw is reported by `commit()` and `rollback()`, and is a warning after an unknown end.
   *
   * @example
   * trx.after('commit', () => mailer.send(welcome))
   * trx.after('unknown', () => queue.push({ verify: order.id }))
   */
  after(end: TransactionEnd, callback: EndCallback): this
  /**
   * Calls back with the transaction when it is committed or rolled back: Lucid's name for
   * {@link after}. A transaction ends once, so that `once` is the same. Errors: `E_UNSUPPORTED` for
   * another event; as `after`.
   *
   * @example
   * trx.on('commit', () => cache.clear())
   */
  on(end: TransactionEnd, listener: EndListener): this
  /** Same as {@link on}. */
  once(end: TransactionEnd, listener: EndListener): this
  /** Takes back what {@link on} or {@link once} were given, the latest first. */
  off(end: TransactionEnd, listener: EndListener): this
  /**
   * Runs `callback` as a part of this transaction. MongoDB has no savepoints: when the callback
   * fails, the whole transaction can only be rolled back.
   *
   * Without a callback: the transaction itself; it is committed where it was begun.
   */
  transaction(): Promise<this>
  transaction<Result>(callback: (trx: this) => Promise<Result> | Result): Promise<Result>
  /**
   * Makes the changes permanent, then runs the callbacks of `after('commit')`. While nobody knows how
   * it went it is sent again, for two minutes or the connection's `timeoutMS`.
   *
   * An error with the label `UnknownTransactionCommitResult` says that this time was not enough: the
   * changes may be stored, now or later, and may be lost. The transaction is over then, the callbacks
   * of `after('unknown')` run in place of the others, and instances keep what they have. `commit()`
   * may be called again to find out.
   *
   * Errors: `E_TRANSACTION_COMPLETED`; `E_TRANSACTION_DOOMED` when a part had failed;
   * `E_WRITE_CONFLICT`; `E_TRANSACTION_CALLBACK` when callbacks threw: the commit stands; `E_TIMEOUT`,
   * `E_CONNECTION_FAILED`, `E_SERVER_SELECTION_TIMEOUT`, `E_CONNECTION_CLOSED` and `E_WRITE_CONCERN`
   * with the label.
   */
  commit(): Promise<void>
  /**
   * Undoes the changes, puts the models that took part back to where they were when they joined,
   * then runs the callbacks of `after('rollback')`. A server that cannot be reached aborts the
   * transaction by itself.
   *
   * Errors: `E_TRANSACTION_COMPLETED`; `E_TRANSACTION_CALLBACK`.
   */
  rollback(): Promise<void>
}
/** How fresh and how safe what is read is (MongoDB manual, "Read Concern"). */
type ReadConcernLevel = 'local' | 'available' | 'majority' | 'linearizable' | 'snapshot'
/** Which members of a replica set answer (MongoDB manual, "Read Preference"). */
type ReadPreferenceMode =
  | 'primary'
  | 'primaryPreferred'
  | 'secondary'
  | 'secondaryPreferred'
  | 'nearest'
/** Lucid's isolation levels. MongoDB's snapshot isolation is what SQL calls repeatable read. */
type IsolationLevel =
  | 'read uncommitted'
  | 'read committed'
  | 'repeatable read'
  | 'snapshot'
  | 'serializable'
/** How a write is acknowledged (MongoDB manual, "Write Concern"). */
interface WriteConcern {
  /** Number of nodes, `'majority'`, or the name of a custom concern. */
  w?: number | string
  /** Wait for the journal. */
  journal?: boolean
  /** How long to wait for the nodes, in milliseconds. */
  wtimeoutMS?: number
}
/** Options of a transaction. */
interface TransactionOptions {
  /** Lucid's name for the read concern; `serializable` is refused, MongoDB does not have it. */
  isolationLevel?: IsolationLevel
  /** `'snapshot'` by default: everything is read as it was when the transaction began. */
  readConcern?: ReadConcernLevel
  /** What the URL says by default, and `{ w: 'majority' }` where it does not say how many. */
  writeConcern?: WriteConcern
  /** `'primary'` is the only mode for transactions that write. */
  readPreference?: ReadPreferenceMode
  /** How long the commit may take on the server, in milliseconds. */
  maxCommitTimeMS?: number
}
/** Where a connection is in its life. */
type ConnectionState = 'registered' | 'open' | 'closing' | 'closed'
/** What `healthCheck` found. */
interface HealthReport {
  healthy: boolean
  connection: string
  /** Round trip of a ping in milliseconds, when the server answered. */
  milliseconds?: number
  /** Why the server did not answer, or refuses every operation. */
  error?: Error
}
/** What became of a connection. */
type ConnectionEvent =
  /** It is used for the first time. Sockets are opened as operations need them. */
  | {
      readonly type: 'connect'
      readonly connection: Connection
    }
  /** It was closed. */
  | {
      readonly type: 'disconnect'
      readonly connection: Connection
    }
  /** An operation could not reach the server, or the server refused the credentials. */
  | {
      readonly type: 'error'
      readonly connection: Connection
      readonly error: LucentError
    }
/** A named connection. It connects when it is first used. */
declare class Connection {
  #private
  readonly name: string
  readonly config: Readonly<ConnectionConfig>
  readonly isTransaction = false
  constructor(
    name: string,
    config: ConnectionConfig,
    listeners?: QueryListeners,
    encryption?: EncryptionConfig,
    watchers?: Listeners<ConnectionEvent>,
  )
  get state(): ConnectionState
  /** Same as `name`, under Lucid's name for it. */
  get connectionName(): string
  /** The open transaction of `beginGlobalTransaction()`. */
  get globalTransaction(): TransactionClient | undefined
  /**
   * Begins a transaction that everything on this connection joins until it is committed or rolled
   * back: for tests that leave nothing behind. An error of the server, such as a duplicate key, ends
   * it. Callbacks of `transaction()` are parts of it. MongoDB cannot undo a part by itself: after one
   * that had written and then threw, operations fail with `E_TRANSACTION_DOOMED`, because they would
   * find what should be gone. A part that commits or rolls back by hand is refused.
   *
   * Errors: `E_TRANSACTIONS_UNSUPPORTED`; `E_CONFIGURATION` when one is open already.
   */
  beginGlobalTransaction(options?: TransactionOptions): Promise<TransactionClient>
  /** Commits the global transaction. Without one, does nothing. */
  commitGlobalTransaction(): Promise<void>
  /** Rolls the global transaction back. Without one, does nothing. */
  rollbackGlobalTransaction(): Promise<void>
  /**
   * Runs `callback` in a transaction: commits when it resolves, rolls back when it rejects. When
   * the server says that another attempt may succeed (a write conflict, a new primary), the models
   * that took part are put back and the callback runs again, for up to two minutes. Inside another
   * one's callback, with `ambientTransactions`, it becomes a part of that one.
   *
   * Without a callback: a transaction to be ended by `commit()` or `rollback()`; nothing is repeated.
   *
   * Errors: what the callback throws, unchanged; `E_TRANSACTIONS_UNSUPPORTED` on a server that is no
   * replica set; `E_TRANSACTION_CALLBACK`; `E_UNSUPPORTED` for `serializable`.
   *
   * @example
   * await db.transaction(async (trx) => {
   *   const user = await User.findOrFail(id, { client: trx })
   *   await user.merge({ balance: user.balance - 10 }).save()
   * })
   */
  transaction(options?: TransactionOptions): Promise<TransactionClient>
  transaction<Result>(
    callback: (trx: TransactionClient) => Promise<Result> | Result,
    options?: TransactionOptions,
  ): Promise<Result>
  /**
   * Whether the server has transactions: replica sets and sharded clusters do. Asked once, unless the
   * server is to be a member of a replica set that is not initiated yet.
   *
   * Errors: those of `ping`.
   */
  supportsTransactions(): Promise<boolean>
  /**
   * Asks the server whether it is there.
   *
   * Errors: `E_CONNECTION_FAILED`, `E_SERVER_SELECTION_TIMEOUT`, `E_AUTHENTICATION_FAILED`.
   *
   * @returns the round trip in milliseconds
   */
  ping(): Promise<number>
  /**
   * `ping` as a report, and whether the user has any right on the database, without which every
   * operation is refused. Never rejects.
   */
  healthCheck(): Promise<HealthReport>
  /**
   * Closes every socket. Operations under way have two seconds, or `patienceMS`, to finish, with all
   * the commands that they consist of; transactions that are open by then are aborted. The rest, and
   * whatever comes later, fails with `E_CONNECTION_CLOSED`, whose message says whether something
   * was sent before. Takes two seconds more at most, whatever the server does. Closing twice is
   * harmless.
   */
  close(options?: { patienceMS?: number }): Promise<void>
}
/** Where operations run: on a connection, or in a transaction on one. */
type QueryClient = Connection | TransactionClient
type ConnectionListener = (event: ConnectionEvent) => void
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
  /**
   * Forgets the encryption keys that providers gave: the next operations ask them again. Operations
   * under way go on with the keys that they have.
   */
  reloadEncryptionKeys(): void
  /** Adds a connection, or replaces a closed one. Errors: `E_CONFIGURATION`. */
  add(name: string, config: ConnectionConfig): Connection
  /** A transaction on the primary connection; see `Connection.transaction`. */
  transaction(options?: TransactionOptions): Promise<TransactionClient>
  transaction<Result>(
    callback: (trx: TransactionClient) => Promise<Result> | Result,
    options?: TransactionOptions,
  ): Promise<Result>
  /**
   * Calls back after every operation of connections with `debug: true`, and after every query with
   * `debug(true)`. Answers what ends it. What is listened to costs time, and may show what is secret.
   * Where no connection says anything of `debug`, a warning of the process says that it may hear nothing,
   * unless `warn` is false.
   *
   * @example
   * const stop = db.onQuery(({ model, operation, milliseconds }) => {
   *   console.log(`${model}.${operation}: ${milliseconds.toFixed(1)} ms`)
   * })
   */
  onQuery(
    listener: QueryListener,
    {
      warn,
    }?: {
      warn?: boolean
    },
  ): () => void
  /**
   * Calls back when a connection is first used, when it was closed, and when an operation on it could
   * not reach the server or was refused the way in. Answers what ends it.
   */
  onConnection(listener: ConnectionListener): () => void
  /** See `Connection.beginGlobalTransaction`. */
  beginGlobalTransaction(name?: string, options?: TransactionOptions): Promise<TransactionClient>
  /** See `Connection.commitGlobalTransaction`. */
  commitGlobalTransaction(name?: string): Promise<void>
  /** See `Connection.rollbackGlobalTransaction`. */
  rollbackGlobalTransaction(name?: string): Promise<void>
  has(name: string): boolean
  /** Every connection, in the order of the configuration. */
  get connections(): readonly Connection[]
  /** The reports of every connection; see `Connection.healthCheck`. Never rejects. */
  healthCheck(): Promise<{
    healthy: boolean
    connections: HealthReport[]
  }>
  /** Closes one connection; see `Connection.close`. */
  close(name?: string): Promise<void>
  /** Closes every connection. The process can exit afterwards. */
  closeAll(): Promise<void>
}
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
/** Names and dotted paths that a model class has, and the types of what they lead to. */
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
  [K in keyof T & string]-?: K extends `$${string}` | 'serializeExtras'
    ? never
    : unknown extends T[K]
      ? K
      : [NonNullable<T[K]>] extends [NoData]
        ? never
        : K
}[keyof T & string]
/** Whether two types are the same, `readonly` included. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Those of the names `K` of `T` that can be set. What cannot be set are getters. */
type SettableKey<T, K extends keyof T> = {
  [Name in K]-?: Same<Pick<T, Name>, Settable<Pick<T, Name>>> extends true ? Name : never
}[K]
type Settable<T> = { -readonly [K in keyof T]: T[K] }
/** Keys of documents are often `readonly`, and never getters. */
type PrimaryName$1 = 'id' | '_id'
/**
 * Names of what can be a column: of a model the properties that can be set and those that its
 * `$columns` lists, of other objects all data.
 */
type ColumnKey<T> = T extends {
  readonly $columns: readonly (infer Listed extends string)[]
}
  ?
      | SettableKey<T, DataKey<T>>
      | Extract<DataKey<T>, PrimaryName$1 | (string extends Listed ? never : Listed)>
  : DataKey<T>
type NamesIn<M> = M extends unknown ? { [K in NamesOf<M>]: K } : never
type NamesOf<M> =
  IsAny<M> extends true ? string : [ColumnKey<M>] extends [never] ? string : ColumnKey<M>
/**
 * Names of the data properties of model `M`: no methods, no getters, no relations, nothing that
 * starts with `$`. Any string where `M` has no properties of its own, as in code for all models.
 */
type AttributeName<M> = keyof NamesIn<M> & string
/** Paths inside a value. `Depth` is the number of further levels that are spelled out. */
type Inside<T, Depth extends readonly 0[]> =
  IsAny<T> extends true
    ? string
    : unknown extends T
      ? string
      : T extends ReadonlyMap<string, unknown>
        ? string
        : T extends Leaf
          ? never
          : T extends readonly (infer E)[]
            ? `${number}` | ItemPath<Elements<E, Depth>>
            : string extends keyof T
              ? string
              : Depth extends readonly [0, ...infer Rest extends readonly 0[]]
                ? { [K in DataKey<T>]: K | Below<K, Inside<T[K & keyof T], Rest>> }[DataKey<T>]
                : string
/** An array in an array counts as a level: an array may be one of the elements of itself. */
type Elements<E, Depth extends readonly 0[]> =
  Extract<E, readonly unknown[]> extends never
    ? Inside<E, Depth>
    : Depth extends readonly [0, ...infer Rest extends readonly 0[]]
      ? Inside<E, Rest>
      : string
/** What follows a position is not spelled out: patterns are what makes unions of names slow. */
type ItemPath<Path extends string> = [Path] extends [never] ? never : Path | `${number}.${string}`
type Below<K extends string, Path extends string> = [Path] extends [never] ? never : `${K}.${Path}`
/** The union has no name of its own: so the compiler lists what is in it when it refuses a path. */
type PathsIn<M> = M extends unknown
  ? {
      are: string extends NamesOf<M>
        ? string
        : { [K in ColumnKey<M>]: K | Below<K, Inside<M[K & keyof M], [0, 0]>> }[ColumnKey<M>]
    }
  : never
/**
 * A property name of `M`, or a dotted path into a nested object or the objects of an array:
 * `'address.city'`, `'items.sku'`, `'items.0.sku'`. Names are checked two levels below the property;
 * deeper, after a position in an array, and below an object of any names (`Record`, `Map`), any name
 * may follow.
 */
type AttributePath<M> = PathsIn<M>['are']
/** Type of what a path leads to; `never` where a member of a union does not have it. */
type ValueAt<T, Path extends string> =
  IsAny<T> extends true
    ? unknown
    : T extends readonly (infer E)[]
      ? [Path] extends [`${number}`]
        ? E
        : [Path] extends [`${number}.${infer Rest}`]
          ? ValueAt<NonNullable<E>, Rest>
          : ValueAt<Exclude<NonNullable<E>, readonly unknown[]>, Path>
      : T extends ReadonlyMap<string, infer V>
        ? ValueOfAny<V, Path>
        : T extends Leaf
          ? never
          : string extends keyof T
            ? ValueOfAny<T[keyof T & string], Path>
            : [Path] extends [keyof T]
              ? T[Path]
              : [Path] extends [`${infer Head}.${infer Rest}`]
                ? Head extends keyof T
                  ? ValueAt<NonNullable<T[Head]>, Rest>
                  : never
                : never
/** As {@link ValueAt}, of an object with values `V` under any names. */
type ValueOfAny<V, Path extends string> = string extends Path
  ? unknown
  : [Path] extends [`${string}.${infer Rest}`]
    ? ValueAt<NonNullable<V>, Rest>
    : V
type ValueIn<M, Path extends string> = M extends unknown
  ? {
      is: ValueOf$1<M, Path>
    }
  : never
type ValueOf$1<M, Path extends string> =
  IsAny<M> extends true
    ? unknown
    : [Path] extends [keyof M]
      ? M[Path]
      : [ValueAt<M, Path>] extends [never]
        ? unknown
        : ValueAt<M, Path>
/** Type of the property or nested value that `Path` names; `unknown` where it cannot be told. */
type AttributeValue<M, Path extends string> = ValueIn<M, Path>['is']
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
/** Date columns take ISO 8601 text; a value inside another one is compared as it is. */
type IsoFor<Path extends string, T> = [Path] extends [`${string}.${string}`]
  ? never
  : IsAny<T> extends true
    ? never
    : Extract<T, DateTimeLike> extends never
      ? never
      : string
/** What the property or nested value that `Path` names can be compared with. */
type QueryValue<M, Path extends string> = QueryValueIn<M, Path>['is']
type QueryValueIn<M, Path extends string> = M extends unknown
  ? {
      is:
        | Comparable<AttributeValue<M, Path>>
        | IdFor<Path, NonNullable<AttributeValue<M, Path>>>
        | IsoFor<Path, AttributeValue<M, Path>>
    }
  : never
/** A row of values for several paths. */
type QueryValues<M, Paths extends readonly string[]> = {
  readonly [Index in keyof Paths]: QueryValue<M, Paths[Index]>
}
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
type Conditions<M> = ConditionsIn<M>['are']
type ConditionsIn<M> = M extends unknown
  ? {
      are: { readonly [P in AttributePath<M>]?: QueryValue<M, P> }
    }
  : never
/** Key under which a builder's type, and only its type, keeps the aliases that were given. */
declare const aliasNames: unique symbol
/** A query whose rows also have the fields `Alias`. */
interface Aliased<Alias extends string> {
  readonly [aliasNames]?: { readonly [Name in Alias]: true }
}
/** The aliases of query `Q`. */
type AliasOf<Q> = Q extends {
  readonly [aliasNames]?: infer Names
}
  ? keyof NonNullable<Names> & string
  : never
type Direction = 'asc' | 'desc'
/** Where rows without a value go. MongoDB puts them first when ascending, last when descending. */
type NullsOrder = 'first' | 'last'
/** One entry of `orderBy([…])`. */
type OrderItem<M, Alias extends string = never> =
  | AttributePath<M>
  | Alias
  | {
      readonly column: AttributePath<M> | Alias
      readonly order?: Direction | undefined
      readonly nulls?: NullsOrder | undefined
    }
/** `orderBy({ name: 'asc' })`. */
type OrderMap<M, Alias extends string = never> = OrderMapIn<M, Alias>['is']
type OrderMapIn<M, Alias extends string> = M extends unknown
  ? {
      is: { readonly [P in AttributePath<M> | Alias]?: Direction }
    }
  : never
/** What a sort document may say of a field. */
type SortValue =
  | 1
  | -1
  | {
      readonly $meta: 'textScore'
    }
/** `select({ alias: column })`. */
type SelectAliases<M> = {
  readonly [alias: string]: AttributePath<M>
}
/** One argument of `select()`: a column, `'*'`, `'column as alias'` or `{ alias: column }`. */
type SelectItem<M> = AttributePath<M> | '*' | `${AttributePath<M>} as ${string}` | SelectAliases<M>
/** The aliases that arguments of `select()` give. */
type SelectedAlias<Item> = Item extends `${string} as ${infer Alias}`
  ? Alias
  : Item extends string
    ? never
    : keyof Item & string
/**
 * What an aggregate is taken of: a column, `'column as alias'`, or `{ alias: column }` for several.
 * `Star` is `'*'` where rows can be counted.
 */
type AggregateColumns<M, Star extends string = never> =
  | AttributePath<M>
  | Star
  | `${AttributePath<M> | Star} as ${string}`
  | {
      readonly [alias: string]: AttributePath<M> | Star
    }
/** The aliases of an aggregate over `Columns`; `Alias` where they name none. */
type AggregateAlias<Columns, Alias extends string> = Columns extends `${string} as ${infer Name}`
  ? Name
  : Columns extends string | readonly string[]
    ? Alias
    : keyof Columns & string
/** Operators of `having(key, operator, value)`. */
type HavingOperator = Operator
/** What may stand right of operator `O` in `having()`: for an alias, whatever it may hold. */
type HavingOperand<M, Key extends string, O extends Operator> = HavingIn<M, Key, O>['is']
type HavingIn<M, Key extends string, O extends Operator> = M extends unknown
  ? {
      is: Key extends AttributePath<M> ? Operand<M, Key, O> : AliasOperand<O>
    }
  : never
type AliasOperand<O extends Operator> = O extends EqualityOperator
  ? unknown
  : O extends OrderOperator
    ? NonNullable<unknown>
    : O extends 'in' | 'not in'
      ? readonly unknown[]
      : O extends 'between' | 'not between'
        ? readonly [from: NonNullable<unknown>, to: NonNullable<unknown>]
        : string
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
/** Options of `whereText()`. */
interface TextOptions {
  /** Language of stemming and stop words; `'none'` for neither. By default the index's. */
  readonly language?: string | undefined
  readonly caseSensitive?: boolean | undefined
  readonly diacriticSensitive?: boolean | undefined
}
/** MongoDB's names of its types, and `number` for all that are numeric. */
type BsonTypeName =
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
type BitTest = 'allSet' | 'anySet' | 'allClear' | 'anyClear'
/** The first condition that holds decides which callback of `match()` runs. */
type MatchBlock<Query> = readonly [condition: unknown, then: QueryCallback<Query>]
/** What a condition was when it held: what a function answered, without what is falsy. */
type Truthy<Condition> = Condition extends (...args: never[]) => infer Answer
  ? Truthy<Answer>
  : Exclude<Condition, undefined | null | false | 0 | 0n | ''>
/** Adds to a query. */
type QueryCallback<Query> = Callback<Query>['run']
/** A method's type, so that a query of a model is a query of the model's base too. */
interface Callback<Query> {
  run(query: Query): void
}
/** What a projection may say of a field: whether it is read, or the expression that makes it. */
type ProjectionValue = 0 | 1 | string | Readonly<Record<string, unknown>>
/** A query as MongoDB understands it. Names are stored names. */
interface CompiledQuery {
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
/** Places. Coordinates are degrees, distances metres. */
/** GeoJSON's order: longitude (−180 to 180), then latitude (−90 to 90). */
type Position = readonly [longitude: number, latitude: number]
interface GeoPoint {
  readonly type: 'Point'
  readonly coordinates: readonly number[]
}
interface GeoPolygon {
  readonly type: 'Polygon'
  readonly coordinates: readonly (readonly (readonly number[])[])[]
}
interface GeoMultiPolygon {
  readonly type: 'MultiPolygon'
  readonly coordinates: readonly (readonly (readonly (readonly number[])[])[])[]
}
/** Any geometry of GeoJSON (RFC 7946). */
type GeoGeometry =
  | GeoPoint
  | GeoPolygon
  | GeoMultiPolygon
  | {
      readonly type: 'MultiPoint'
      readonly coordinates: readonly (readonly number[])[]
    }
  | {
      readonly type: 'LineString'
      readonly coordinates: readonly (readonly number[])[]
    }
  | {
      readonly type: 'MultiLineString'
      readonly coordinates: readonly (readonly (readonly number[])[])[]
    }
  | {
      readonly type: 'GeometryCollection'
      readonly geometries: readonly GeoGeometry[]
    }
/** A point in any of its usual forms. */
type PointLike =
  | Position
  | {
      readonly lng: number
      readonly lat: number
    }
  | {
      readonly longitude: number
      readonly latitude: number
    }
  | GeoPoint
/** A ring of at least three points. It need not be closed. */
type Ring = readonly PointLike[]
/** An area of `whereWithin()`. */
type AreaLike =
  /** One ring, or an outer ring followed by its holes. */
  | {
      readonly polygon: Ring | readonly Ring[]
    }
  /** South-western and north-eastern corner, along meridians and parallels. */
  | {
      readonly box: readonly [southWest: PointLike, northEast: PointLike]
    }
  /** `radius` in metres. */
  | {
      readonly circle: {
        readonly center: PointLike
        readonly radius: number
      }
    }
  | GeoPolygon
  | GeoMultiPolygon
/** What `whereIntersects()` compares with. */
type GeometryLike =
  | PointLike
  | GeoGeometry
  | {
      readonly polygon: Ring | readonly Ring[]
    }
/** Limits of `whereNear()`, in metres. */
interface NearOptions {
  readonly maxDistance?: number | undefined
  readonly minDistance?: number | undefined
}
/** Part of a value of type `T`: some of an object's keys, some of an array's elements. */
type JsonPart<T> =
  IsAny<T> extends true
    ? unknown
    : unknown extends T
      ? unknown
      : T extends readonly (infer E)[]
        ? readonly JsonPart<E>[] | (E extends Leaf ? JsonPart<E> : never)
        : T extends Leaf
          ? NonNullable<Comparable<T>>
          : { readonly [K in keyof T]?: JsonPart<NonNullable<T[K]>> | Extract<T[K], null> }
/** What `whereJsonSuperset()` takes for the property or nested value that `Path` names. */
type JsonPartOf<M, Path extends string> = JsonPartIn<M, Path>['is']
type JsonPartIn<M, Path extends string> = M extends unknown
  ? {
      is: unknown extends AttributeValue<M, Path>
        ? unknown
        : JsonPart<NonNullable<AttributeValue<M, Path>>>
    }
  : never
/** What can hold a property's value: any object, array or single value. */
type JsonWhole =
  | Readonly<Record<string, unknown>>
  | readonly unknown[]
  | string
  | number
  | bigint
  | boolean
  | Date
/** Type of the elements of the array that `Path` names; `unknown` where it cannot be told. */
type ElementOf$2<M, Path extends string> = ElementIn$1<M, Path>['is']
type ElementIn$1<M, Path extends string> = M extends unknown
  ? {
      is: NonNullable<AttributeValue<M, Path>> extends readonly (infer E)[]
        ? NonNullable<E>
        : unknown
    }
  : never
/** What an element of the array that `Path` names can be compared with. */
type ElementValue<M, Path extends string> = ElementValueIn<M, Path>['is']
type ElementValueIn<M, Path extends string> = M extends unknown
  ? {
      is: NonNullable<AttributeValue<M, Path>> extends readonly unknown[]
        ? ElementsOf<QueryValue<M, Path>>
        : unknown
    }
  : never
type ElementsOf<V> = V extends readonly (infer E)[] ? E : V
/** Conditions on an element that is a single value: `{ '>=': 80, '<': 85 }`. */
type ElementComparisons<E> = {
  readonly [Operator in EqualityOperator | OrderOperator]?: Comparable<E>
}
/** What `whereElemMatch()` takes in place of a callback. */
type ElementConditions<E> = unknown extends E
  ? Readonly<Record<string, unknown>>
  : E extends Leaf
    ? ElementComparisons<E>
    : { readonly [P in AttributePath<E>]?: QueryValue<E, P> }
/** The data properties of a model instance, as they are given: dates also as `Date` or ISO text. */
type ModelAttributes<M> = AttributesIn<M>['all']
/** Some of the data properties of a model instance, as `create`, `merge` and the like take them. */
type PartialAttributes<M> = AttributesIn<M>['some']
type AttributesIn<M> = M extends unknown
  ? {
      all: AttributesOf<M>
      some: Partial<AttributesOf<M>>
    }
  : never
type AttributesOf<M> = { [Name in DataName<M>]: M[Name] | DateInput<M[Name]> }
/** Names of the data properties; none where a class declares none. */
type DataName<M> = string extends AttributeName<M> ? never : AttributeName<M> & keyof M
/** What the property `Name` may be set to; anything where the class declares none. */
type AttributeInput<M, Name extends string> = AttributeInputIn<M, Name>['is']
type AttributeInputIn<M, Name extends string> = M extends unknown
  ? {
      is: Name extends keyof M ? M[Name] | DateInput<M[Name]> : unknown
    }
  : never
/** What a primary key can be: an object only where the model's key is one. */
type KeyValue<M> = KeyIn<M>['is']
type KeyIn<M> = M extends unknown
  ? {
      is:
        | ScalarKey
        | (M extends
            | {
                id: infer Key
              }
            | {
                _id: infer Key
              }
            ? Key
            : never)
    }
  : never
/** A primary key as it is given: what is not known yet, an id in a reply say, is taken as it is. */
type GivenKey<M, Value> = Value & (unknown extends Value ? unknown : KeyValue<M>)
type ScalarKey =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Uint8Array
  | {
      readonly _bsontype: string
    }
  | null
  | undefined
/**
 * What `toAttributes` answers: the properties that `$columns` lists, where a class declares it, else
 * the data properties that can be set.
 */
type ModelColumnValues<
  M extends {
    readonly $columns: readonly string[]
  },
> = string extends M['$columns'][number]
  ? { [Name in DataName<M>]: M[Name] }
  : { [Name in M['$columns'][number] & keyof M]: M[Name] }
type DateInput<T> = Extract<T, DateTime> extends never ? never : Date | string
/** How long an operation may take, and who may call it off. */
interface CallLimits {
  /** Gives up when it is aborted: the operation fails with `E_ABORTED`, its cause the reason. */
  signal?: AbortSignal
  /** How long each operation may take, in milliseconds, before it fails with `E_TIMEOUT`. */
  timeout?: number
}
/** Where an operation runs. */
interface ModelAdapterOptions extends CallLimits {
  /** Name of the connection; by default the model's. */
  connection?: string
  /** A transaction, or a connection; goes over `connection`. */
  client?: QueryClient
}
/** How values are assigned. */
interface ModelAssignOptions extends ModelAdapterOptions {
  /** Put unknown properties into `$extras` instead of refusing them. */
  allowExtraProperties?: boolean
}
/** Options of `create` and `save`. */
interface WriteOptions extends CallLimits {
  /** Share a command with other writes of the same tick; by default as the model says. */
  coalesce?: boolean
}
/** Options of `createMany`. */
interface CreateManyOptions extends ModelAssignOptions {
  /**
   * Store all or none, in a transaction, where the server has transactions; true by default.
   * Without it the documents before the first that fails stand.
   */
  atomic?: boolean
}
/** Options of `find`. */
interface FindOptions extends ModelAdapterOptions {
  /** Share a query with other finds of the same tick; by default as the model says. */
  coalesce?: boolean
}
/** Which fields `serialize` takes, by their serialised names. */
interface CherryPick {
  /** Columns and computed properties. */
  fields?:
    | readonly string[]
    | {
        pick?: readonly string[] | undefined
        omit?: readonly string[] | undefined
      }
    | undefined
  /** What to take of the rows of preloaded relations, by the relation's serialised name. */
  relations?:
    | {
        readonly [relation: string]: CherryPick
      }
    | undefined
}
/** A serialised model. */
type ModelObject = Record<string, unknown>
/** A row of a relation. */
interface RelatedRow {
  serialize(cherryPick?: CherryPick): ModelObject
  toObject(): ModelObject
}
/** A preloaded relation: its rows, its row, or null where there is none. */
type Related = RelatedRow | RelatedRow[] | null
/** An instance of a model. */
interface Model {
  /** The document is in the database. */
  readonly $isPersisted: boolean
  /** Name of the connection on which the instance is saved. */
  get $options(): {
    connection?: string
  }
  set $options(options:
    | {
        connection?: string
      }
    | undefined)
  /** The transaction that the instance takes part in. */
  readonly $trx: TransactionClient | undefined
  /** Fields that are no columns, and what queries add. */
  get $extras(): Record<string, unknown>
  set $extras(values: Record<string, unknown> | undefined)
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
  readonly coalesceFinds: boolean
  readonly coalesceWrites?: boolean | undefined
  readonly $database?: Database | undefined
  readonly $adapter?: ModelAdapter | undefined
  boot?(): void
}
/** A model class, an abstract one included. For classes whose statics are called see `ModelConstructor`. */
type ModelClass<M extends Model = Model> = ModelStatics<M> & (abstract new () => M)
/** A document, or what changes in one, by stored name. */
type AdapterColumns = Readonly<Record<string, unknown>>
/** An adapter as far as it is needed to write: {@link AdapterContract} without queries. */
interface ModelAdapter {
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
/** What tells a scope from other static methods. */
interface MarkedScope {
  readonly isQueryScope: true
}
/**
 * The scopes of model class `T` as `withScopes` hands them out: each takes its own arguments, without
 * the query, and answers all of them again.
 */
type ScopesOf<T> = {
  readonly [Name in keyof T as T[Name] extends MarkedScope ? Name : never]: T[Name] extends (
    query: never,
    ...args: infer Args
  ) => unknown
    ? (...args: Args) => ScopesOf<T>
    : never
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
  /** Operators on one field. False where the field has a value that they do not hold for. */
  | {
      readonly kind: 'test'
      readonly field: string
      readonly operators: Readonly<Record<string, unknown>>
    }
  /** Filters for each outcome, which must all hold, for what no operator on a field can say. */
  | {
      readonly kind: 'either'
      readonly whenTrue: readonly Readonly<Record<string, unknown>>[]
      readonly whenFalse: readonly Readonly<Record<string, unknown>>[]
      /** Has an `$expr` in it, which MongoDB takes for whole documents only. */
      readonly expression: boolean
    }
  | {
      readonly kind: 'text'
      readonly search: Readonly<Record<string, unknown>>
    }
  | {
      readonly kind: 'raw'
      readonly filter: Readonly<Record<string, unknown>>
    }
  | {
      readonly kind: 'group'
      readonly clauses: readonly Clause[]
    }
  /** An element of the array that all clauses hold for. */
  | {
      readonly kind: 'element'
      readonly field: string
      readonly clauses: readonly Clause[]
    }
type Joiner = 'and' | 'or'
interface Clause {
  /** How the clause is joined to the one before it; without meaning on the first. */
  readonly joiner: Joiner
  readonly negated: boolean
  readonly condition: Condition
}
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
  /**
   * `prepare` takes values of the property as they are, and no elements or parts of them: it is the
   * application's own.
   */
  readonly preparesWhole?: boolean
  /** A value of a condition on the stored path, as others than the writer may see it. */
  conceal?(field: string, stored: unknown): unknown
  /**
   * What is stored cannot be compared with a value, ordered, or looked into: why, and what to do
   * instead. Tests for null and for a missing field are possible all the same.
   */
  readonly opaque?: string | undefined
}
/** What the query compiler needs to know about a model. */
interface QueryTarget {
  /** Model name, for messages. */
  name: string
  /** Where the model's documents are; needed to add the rows of its queries to others. */
  readonly collection?: string
  /** Finds a column by property name or by stored name; `undefined` when there is none. */
  column(key: string): QueryColumn | undefined
  /** Property names, for "did you mean" suggestions. */
  names?(): Iterable<string>
  /** Whether the name is one of an attribute that is never stored. */
  isTransient?(key: string): boolean
  /** What errors name as the operation; `query` where it is not given. */
  operation?: string
}
/** A condition that may have to be turned around: `!=` is `=` under a NOT. */
interface Reading$1 {
  readonly condition: Condition
  readonly negated: boolean
}
/**
 * Filters are objects without a prototype, so that nothing written to `Object.prototype` can appear
 * in them, and so that assigning to one never runs a setter.
 */
type Document = Record<string, unknown>
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
  /** Removes all conditions; in a hook, all but those of other hooks. Semantics of Lucid. */
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
  /**
   * What is written from now on, until the next call or {@link endHooks}, is a hook's: a group of its
   * own that holds for every row, whatever stands beside it.
   */
  protected beginHook(): void
  /** What is written from now on is the application's again. */
  protected endHooks(): void
  /** What hooks wrote so far: conditions that hold for every row. */
  protected get hookClauses(): readonly Clause[]
  /** Conditions of another query's hooks, which hold here too. */
  protected addHookClauses(clauses: readonly Clause[]): void
  /** Everything that was written, and what hooks of queries around this one wrote. */
  protected clausesWith(around: readonly Clause[]): readonly Clause[]
  /** Adds a condition. All methods of the `where` family end here. */
  protected push(joiner: Joiner, negated: boolean, condition: Condition): this
  /** Adds what arguments were read as; nothing when they said nothing. */
  protected pushReading(joiner: Joiner, negated: boolean, reading: Reading$1 | undefined): this
  /** Adds what `where()` was given, in any of its forms. */
  protected pushWhere(joiner: Joiner, negated: boolean, args: readonly unknown[]): this
  /** Adds the conditions that `callback` writes as one group. An empty group is left out. */
  protected pushGroup(joiner: Joiner, negated: boolean, callback: (query: this) => unknown): this
  /** The conditions that `callback` writes to `group`. */
  protected clausesOf<Group extends ClauseList>(
    group: Group,
    callback: (query: Group) => unknown,
    negated: boolean,
  ): readonly Clause[]
  /** Refuses what MongoDB cannot have in parentheses. */
  protected checkGroup(negated: boolean): void
  /** Calls `callback`, which has to be done when it returns. Throws `E_INVALID_QUERY`. */
  protected runNow<Query, Value>(
    callback: (query: Query, value: Value) => unknown,
    query: Query,
    value?: Value,
  ): void
  /** What a condition is, or returns. Throws `E_INVALID_QUERY` for a promise. */
  protected outcomeOf(condition: unknown): unknown
  /** What an async callback adds after its first `await` would be lost. */
  protected refusePromise(result: unknown): void
  /** The filter of the conditions. */
  protected conditions(): Document
  /** Takes over everything that `source` was told. */
  protected copyFrom(source: this): void
}
/** `where` in all its forms, native filters, and conditions that have a method of their own. */
declare abstract class PredicateMethods<M> extends ClauseList {
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
  /**
   * Property equals one of `values` (or, for an array property, contains one). An empty list matches
   * nothing. `null` among the values matches null and missing fields. With several properties and a
   * list of rows, they equal the values of one row together. Semantics of Lucid, but for sub-queries:
   * run them first.
   *
   * Throws `E_UNDEFINED_VALUE` (also for undefined among the values), `E_INVALID_QUERY` when `values`
   * is no array, `E_UNSUPPORTED` for a sub-query, and what {@link where} throws.
   *
   * @example
   * query.whereIn('status', ['active', 'invited'])
   * query.whereIn(['country', 'city'], [['IT', 'Rome'], ['FR', 'Paris']])
   */
  whereIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  whereIn<const Keys extends readonly AttributePath<M>[]>(
    keys: Keys,
    rows: readonly QueryValues<M, Keys>[],
  ): this
  /** Same as {@link whereIn}. */
  andWhereIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  andWhereIn<const Keys extends readonly AttributePath<M>[]>(
    keys: Keys,
    rows: readonly QueryValues<M, Keys>[],
  ): this
  /** {@link whereIn} as an alternative. */
  orWhereIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  orWhereIn<const Keys extends readonly AttributePath<M>[]>(
    keys: Keys,
    rows: readonly QueryValues<M, Keys>[],
  ): this
  /**
   * Property has a value, and none of `values`. An empty list matches everything. Null and missing
   * fields are left out, as in SQL and Lucid (MongoDB's `$nin` alone would keep them). Errors of
   * {@link whereIn}.
   */
  whereNotIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  whereNotIn<const Keys extends readonly AttributePath<M>[]>(
    keys: Keys,
    rows: readonly QueryValues<M, Keys>[],
  ): this
  /** Same as {@link whereNotIn}. */
  andWhereNotIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  andWhereNotIn<const Keys extends readonly AttributePath<M>[]>(
    keys: Keys,
    rows: readonly QueryValues<M, Keys>[],
  ): this
  /** {@link whereNotIn} as an alternative. */
  orWhereNotIn<P extends AttributePath<M>>(key: P, values: readonly QueryValue<M, P>[]): this
  orWhereNotIn<const Keys extends readonly AttributePath<M>[]>(
    keys: Keys,
    rows: readonly QueryValues<M, Keys>[],
  ): this
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
   * The field is there, be its value null: MongoDB's `$exists`, not Lucid's sub-query, for which it
   * throws `E_UNSUPPORTED`. Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
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
/** Conditions on arrays, and those on stored forms that only MongoDB has. */
declare abstract class ArrayMethods<M> extends PredicateMethods<M> {
  /**
   * Array property has all of these values among its elements; the order, and what else is in the
   * array, make no difference. No values at all are in every array. A list is always read as several
   * values: write `[[1, 2]]` for an element that is itself an array. Objects are compared literally.
   *
   * Under NOT, null and missing fields are left out, and arrays with a null in them.
   *
   * Throws `E_UNDEFINED_VALUE`, `E_UNKNOWN_COLUMN`, `E_INVALID_OBJECT_ID`, `E_INVALID_VALUE`.
   *
   * @example
   * query.whereArrayContains('tags', ['red', 'round'])
   */
  whereArrayContains<P extends AttributePath<M>>(
    key: P,
    values: ElementValue<M, P> | readonly ElementValue<M, P>[],
  ): this
  /** Same as {@link whereArrayContains}. */
  andWhereArrayContains<P extends AttributePath<M>>(
    key: P,
    values: ElementValue<M, P> | readonly ElementValue<M, P>[],
  ): this
  /** {@link whereArrayContains} as an alternative. */
  orWhereArrayContains<P extends AttributePath<M>>(
    key: P,
    values: ElementValue<M, P> | readonly ElementValue<M, P>[],
  ): this
  /** Array property lacks at least one of the values. See {@link whereArrayContains}. */
  whereNotArrayContains<P extends AttributePath<M>>(
    key: P,
    values: ElementValue<M, P> | readonly ElementValue<M, P>[],
  ): this
  /** Same as {@link whereNotArrayContains}. */
  andWhereNotArrayContains<P extends AttributePath<M>>(
    key: P,
    values: ElementValue<M, P> | readonly ElementValue<M, P>[],
  ): this
  /** {@link whereNotArrayContains} as an alternative. */
  orWhereNotArrayContains<P extends AttributePath<M>>(
    key: P,
    values: ElementValue<M, P> | readonly ElementValue<M, P>[],
  ): this
  /**
   * Array property has at least one of these values among its elements; none of no values. Otherwise
   * as {@link whereArrayContains}.
   *
   * @example
   * query.whereArrayContainsAny('tags', ['red', 'blue'])
   */
  whereArrayContainsAny<P extends AttributePath<M>>(
    key: P,
    values: readonly ElementValue<M, P>[],
  ): this
  /** Same as {@link whereArrayContainsAny}. */
  andWhereArrayContainsAny<P extends AttributePath<M>>(
    key: P,
    values: readonly ElementValue<M, P>[],
  ): this
  /** {@link whereArrayContainsAny} as an alternative. */
  orWhereArrayContainsAny<P extends AttributePath<M>>(
    key: P,
    values: readonly ElementValue<M, P>[],
  ): this
  /** Array property has none of the values. See {@link whereArrayContainsAny}. */
  whereNotArrayContainsAny<P extends AttributePath<M>>(
    key: P,
    values: readonly ElementValue<M, P>[],
  ): this
  /** Same as {@link whereNotArrayContainsAny}. */
  andWhereNotArrayContainsAny<P extends AttributePath<M>>(
    key: P,
    values: readonly ElementValue<M, P>[],
  ): this
  /** {@link whereNotArrayContainsAny} as an alternative. */
  orWhereNotArrayContainsAny<P extends AttributePath<M>>(
    key: P,
    values: readonly ElementValue<M, P>[],
  ): this
  /**
   * Array property has one element that fulfils all conditions (with `where('lines.sku', …)` and
   * `where('lines.quantity', …)` two different elements may). Conditions are written in a callback or
   * as an object of equalities, with the names inside the element; for elements that are single
   * values, as an object of comparisons. A callback that adds nothing is left out.
   *
   * Inside the callback everything may be used that MongoDB's `$elemMatch` allows: not
   * {@link whereSize} with an order, which throws `E_UNSUPPORTED`.
   *
   * @example
   * query.whereElemMatch('lines', (line) => line.where('sku', 'a').where('quantity', '>', 5))
   * query.whereElemMatch('lines', { sku: 'a', quantity: 5 })
   * query.whereElemMatch('scores', { '>=': 80, '<': 85 })
   */
  whereElemMatch<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((element: ArrayMethods<ElementOf$2<M, P>>) => void)
      | ElementConditions<ElementOf$2<M, P>>,
  ): this
  /** Same as {@link whereElemMatch}. */
  andWhereElemMatch<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((element: ArrayMethods<ElementOf$2<M, P>>) => void)
      | ElementConditions<ElementOf$2<M, P>>,
  ): this
  /** {@link whereElemMatch} as an alternative. */
  orWhereElemMatch<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((element: ArrayMethods<ElementOf$2<M, P>>) => void)
      | ElementConditions<ElementOf$2<M, P>>,
  ): this
  /** Array property has no element that fulfils all conditions. See {@link whereElemMatch}. */
  whereNotElemMatch<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((element: ArrayMethods<ElementOf$2<M, P>>) => void)
      | ElementConditions<ElementOf$2<M, P>>,
  ): this
  /** Same as {@link whereNotElemMatch}. */
  andWhereNotElemMatch<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((element: ArrayMethods<ElementOf$2<M, P>>) => void)
      | ElementConditions<ElementOf$2<M, P>>,
  ): this
  /** {@link whereNotElemMatch} as an alternative. */
  orWhereNotElemMatch<P extends AttributePath<M>>(
    key: P,
    conditions:
      | ((element: ArrayMethods<ElementOf$2<M, P>>) => void)
      | ElementConditions<ElementOf$2<M, P>>,
  ): this
  /**
   * Array property has so many elements. What is no array has no size and is never found. An order
   * such as `'>'` cannot use an index.
   *
   * Throws `E_INVALID_QUERY` for what is no integer from 0 on, `E_UNKNOWN_COLUMN`.
   *
   * @example
   * query.whereSize('tags', 2).whereSize('lines', '>=', 1)
   */
  whereSize(key: AttributePath<M>, size: number): this
  whereSize(key: AttributePath<M>, operator: EqualityOperator | OrderOperator, size: number): this
  /** Same as {@link whereSize}. */
  andWhereSize(key: AttributePath<M>, size: number): this
  andWhereSize(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    size: number,
  ): this
  /** {@link whereSize} as an alternative. */
  orWhereSize(key: AttributePath<M>, size: number): this
  orWhereSize(key: AttributePath<M>, operator: EqualityOperator | OrderOperator, size: number): this
  /**
   * Field is stored as this type, or as one of these; for an array also when an element is (MongoDB's
   * `$type`). Names are MongoDB's, and `'number'` for all numeric types. Throws `E_INVALID_QUERY` for
   * other names.
   *
   * @example
   * query.whereType('zip', ['string', 'int'])
   */
  whereType(key: AttributePath<M>, type: BsonTypeName | readonly BsonTypeName[]): this
  /** Same as {@link whereType}. */
  andWhereType(key: AttributePath<M>, type: BsonTypeName | readonly BsonTypeName[]): this
  /** {@link whereType} as an alternative. */
  orWhereType(key: AttributePath<M>, type: BsonTypeName | readonly BsonTypeName[]): this
  /**
   * The field is there and stored as some other type; null is a type too. See {@link whereType}.
   */
  whereNotType(key: AttributePath<M>, type: BsonTypeName | readonly BsonTypeName[]): this
  /** Same as {@link whereNotType}. */
  andWhereNotType(key: AttributePath<M>, type: BsonTypeName | readonly BsonTypeName[]): this
  /** {@link whereNotType} as an alternative. */
  orWhereNotType(key: AttributePath<M>, type: BsonTypeName | readonly BsonTypeName[]): this
  /**
   * Property is a number that leaves `remainder` when divided by `divisor`; fractions are cut off
   * first. Throws `E_INVALID_QUERY` for what are no integers, and for a divisor of 0.
   *
   * @example
   * query.whereMod('shard', 4, 0)
   */
  whereMod(key: AttributePath<M>, divisor: number, remainder: number): this
  /** Same as {@link whereMod}. */
  andWhereMod(key: AttributePath<M>, divisor: number, remainder: number): this
  /** {@link whereMod} as an alternative. */
  orWhereMod(key: AttributePath<M>, divisor: number, remainder: number): this
  /**
   * Bits of an integer or a binary value are set or clear: those of a mask, or those at the listed
   * positions, counted from 0. Throws `E_INVALID_QUERY`.
   *
   * @example
   * query.whereBits('flags', 'allSet', [0, 3])
   */
  whereBits(key: AttributePath<M>, test: BitTest, mask: number | readonly number[]): this
  /** Same as {@link whereBits}. */
  andWhereBits(key: AttributePath<M>, test: BitTest, mask: number | readonly number[]): this
  /** {@link whereBits} as an alternative. */
  orWhereBits(key: AttributePath<M>, test: BitTest, mask: number | readonly number[]): this
}
/** Conditions on one element of an array, of type `E`. See `whereElemMatch()`. */
declare class ElementQuery<E> extends ArrayMethods<E> {
  protected fresh(): this
  protected push(joiner: Joiner, negated: boolean, condition: Condition): this
}
/** What a query of model `M` was told: the parts of `QueryBuilder` write to it. */
declare abstract class QueryState<M> extends ClauseList {
  #private
  /** Whether the query narrows anything down: see `ClauseList`. */
  get hasWhere(): boolean
  /** An independent copy: what is added to one of the two does not show in the other. */
  clone(): this
  /** Removes all conditions. Semantics of Lucid. */
  clearWhere(): this
}
/** Aggregates over groups, or over all documents that match. */
declare abstract class AggregateMethods<M> extends QueryState<M> {
  /** Whether rows have aggregates. */
  get hasAggregates(): boolean
  /**
   * Counts documents (`'*'`), or those that have a value in a column. Together with
   * `groupBy` for each group; otherwise the result is one row, also where nothing matches. The
   * alias is `'count'` unless given: `'* as total'`, `('*', 'total')` or `{ total: '*' }`.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` for an alias that is a column or given twice.
   *
   * @example
   * query.groupBy('status').count('* as total')
   */
  count<const Columns extends AggregateColumns<M, '*'>, const Alias extends string = 'count'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  /**
   * Counts the different values of a column, null and missing aside; of several columns, their
   * different combinations. They are collected on the server, 16 MiB at most for a group. Alias and
   * errors as for {@link count}.
   *
   * @example
   * query.countDistinct('teamId as teams')
   */
  countDistinct<
    const Columns extends AggregateColumns<M> | readonly AttributePath<M>[],
    const Alias extends string = 'count',
  >(columns: Columns, alias?: Alias): this & Aliased<AggregateAlias<Columns, Alias>>
  /** The smallest value of a column; null where there is none. See {@link count}. */
  min<const Columns extends AggregateColumns<M>, const Alias extends string = 'min'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  /** The greatest value of a column; null where there is none. See {@link count}. */
  max<const Columns extends AggregateColumns<M>, const Alias extends string = 'max'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  /** The sum of a column's numbers; null where there are none, as in SQL. See {@link count}. */
  sum<const Columns extends AggregateColumns<M>, const Alias extends string = 'sum'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  /** The sum of a column's different numbers. See {@link sum} and {@link countDistinct}. */
  sumDistinct<const Columns extends AggregateColumns<M>, const Alias extends string = 'sum'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  /** The mean of a column's numbers; null where there are none. See {@link count}. */
  avg<const Columns extends AggregateColumns<M>, const Alias extends string = 'avg'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  /** The mean of a column's different numbers. See {@link avg} and {@link countDistinct}. */
  avgDistinct<const Columns extends AggregateColumns<M>, const Alias extends string = 'avg'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
}
/** Parts of a query that depend on something. */
declare abstract class ControlMethods extends ClauseList {
  /**
   * Runs `then` on this query when `condition` (or what it returns) is truthy, `otherwise` when not.
   * `then` also gets what was truthy, whose type leaves out what is not. Semantics of Lucid. Throws `E_INVALID_QUERY` when a callback or the condition is async.
   *
   * @example
   * query.if(search, (query, text) => query.whereILike('name', `%${escapeLike(text)}%`))
   */
  if<Condition>(
    condition: Condition,
    then: (query: this, value: Truthy<Condition>) => void,
    otherwise?: (query: this) => void,
  ): this
  /** {@link if} the other way round: `otherwise` gets what was truthy. */
  unless<Condition>(
    condition: Condition,
    then: (query: this) => void,
    otherwise?: (query: this, value: Truthy<Condition>) => void,
  ): this
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
  match(...blocks: readonly (MatchBlock<this> | QueryCallback<this>)[]): this
  /**
   * Runs `then` when `'mongodb'` is this dialect or one of these, `otherwise` when not: for scopes
   * and mixins that are shared with SQL models. Semantics of Lucid; errors of {@link if}.
   */
  ifDialect(
    dialects: string | readonly string[],
    then: (query: this) => void,
    otherwise?: (query: this) => void,
  ): this
  /** {@link ifDialect} the other way round. */
  unlessDialect(
    dialects: string | readonly string[],
    then: (query: this) => void,
    otherwise?: (query: this) => void,
  ): this
}
/**
 * Conditions for whole documents: two of their properties, nested values as JSON, words and places.
 */
declare abstract class DocumentMethods<M> extends ClauseList {
  /**
   * Compares two properties of the same document, for equality unless an operator is given. A
   * comparison with a null or missing field is unknown, as in SQL and Lucid: such documents are not
   * found, nor are they by {@link whereNotColumn}. Values of different types are ordered as MongoDB
   * sorts them. A path through an array stands for the array of what it finds. MongoDB cannot use an
   * index for it.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` for other operators.
   *
   * @example
   * query.whereColumn('updatedAt', '>', 'createdAt')
   */
  whereColumn(key: AttributePath<M>, other: AttributePath<M>): this
  whereColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  /** Same as {@link whereColumn}. */
  andWhereColumn(key: AttributePath<M>, other: AttributePath<M>): this
  andWhereColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  /** {@link whereColumn} as an alternative. */
  orWhereColumn(key: AttributePath<M>, other: AttributePath<M>): this
  orWhereColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  /** The comparison of two properties is false. See {@link whereColumn}. */
  whereNotColumn(key: AttributePath<M>, other: AttributePath<M>): this
  whereNotColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  /** Same as {@link whereNotColumn}. */
  andWhereNotColumn(key: AttributePath<M>, other: AttributePath<M>): this
  andWhereNotColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  /** {@link whereNotColumn} as an alternative. */
  orWhereNotColumn(key: AttributePath<M>, other: AttributePath<M>): this
  orWhereNotColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  /**
   * Property equals `value` as JSON does: an object whatever the order of its keys, at any depth; an
   * array with its elements in order. (`where` compares objects as MongoDB does, where the order of
   * keys counts, and finds a value among an array's elements too.) Numbers compare by value whatever
   * their stored type. `null` matches null and missing fields, as `whereNull` does; inside of
   * `value` it is a value of its own, which a missing key does not equal.
   *
   * Single values in it narrow the search by index where there is one on their path; the rest is
   * compared document by document (`$expr`).
   *
   * Throws `E_UNDEFINED_VALUE`, `E_UNKNOWN_COLUMN`, and `E_INVALID_VALUE` for instances of classes
   * other than dates and BSON types.
   *
   * @example
   * query.whereJson('address', { zip: '00100', city: 'Rome' })
   */
  whereJson<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  /** Same as {@link whereJson}. */
  andWhereJson<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  /** {@link whereJson} as an alternative. */
  orWhereJson<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  /** Property has a value, and another one. See {@link whereJson}. */
  whereNotJson<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  /** Same as {@link whereNotJson}. */
  andWhereNotJson<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  /** {@link whereNotJson} as an alternative. */
  orWhereNotJson<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this
  /**
   * Property contains `value`, as `@>` does in PostgreSQL and Lucid:
   *
   * - an object contains the objects whose keys it has, each with a value that contains theirs;
   * - an array contains the arrays whose elements it contains, in any order and number: a single
   *   value is contained by an equal one, an object or array by one that contains it;
   * - a single value contains its equals. As a whole it is also contained in an array that has it.
   *
   * `{}` and `[]` are contained in every object and every array. Indexes and errors as for
   * {@link whereJson}; `E_INVALID_QUERY` for null.
   *
   * @example
   * query.whereJsonSuperset('settings', { theme: 'dark', tags: ['beta'] })
   */
  whereJsonSuperset<P extends AttributePath<M>>(key: P, value: JsonPartOf<M, P>): this
  /** Same as {@link whereJsonSuperset}. */
  andWhereJsonSuperset<P extends AttributePath<M>>(key: P, value: JsonPartOf<M, P>): this
  /** {@link whereJsonSuperset} as an alternative. */
  orWhereJsonSuperset<P extends AttributePath<M>>(key: P, value: JsonPartOf<M, P>): this
  /** Property has a value, and it does not contain `value`. See {@link whereJsonSuperset}. */
  whereNotJsonSuperset<P extends AttributePath<M>>(key: P, value: JsonPartOf<M, P>): this
  /** Same as {@link whereNotJsonSuperset}. */
  andWhereNotJsonSuperset<P extends AttributePath<M>>(key: P, value: JsonPartOf<M, P>): this
  /** {@link whereNotJsonSuperset} as an alternative. */
  orWhereNotJsonSuperset<P extends AttributePath<M>>(key: P, value: JsonPartOf<M, P>): this
  /**
   * Property is contained in `value`, as `<@` does in PostgreSQL and Lucid: {@link whereJsonSuperset}
   * the other way round. An empty object or array is contained in every one. Cannot use an index.
   *
   * @example
   * query.whereJsonSubset('roles', ['admin', 'editor', 'author']) // no role but these
   */
  whereJsonSubset(key: AttributePath<M>, value: JsonWhole): this
  /** Same as {@link whereJsonSubset}. */
  andWhereJsonSubset(key: AttributePath<M>, value: JsonWhole): this
  /** {@link whereJsonSubset} as an alternative. */
  orWhereJsonSubset(key: AttributePath<M>, value: JsonWhole): this
  /** Property has a value, and it is not contained in `value`. See {@link whereJsonSubset}. */
  whereNotJsonSubset(key: AttributePath<M>, value: JsonWhole): this
  /** Same as {@link whereNotJsonSubset}. */
  andWhereNotJsonSubset(key: AttributePath<M>, value: JsonWhole): this
  /** {@link whereNotJsonSubset} as an alternative. */
  orWhereNotJsonSubset(key: AttributePath<M>, value: JsonWhole): this
  /**
   * Compares what a JSON path leads to, by the operators and rules of `where`. A path has names
   * (`$.geo.lat`, `$['geo']`), positions (`$.lines[0].sku`) and `[*]` for any element, which MongoDB's
   * own paths also mean where nothing is said: this is `where('address.geo.lat', …)` by another name.
   *
   * Throws `E_UNSUPPORTED` for what else JSON paths can say (filters, `..`), and what `where` throws.
   *
   * @example
   * query.whereJsonPath('address', '$.geo.lat', '>', 45)
   */
  whereJsonPath(key: AttributePath<M>, path: string, value: unknown): this
  whereJsonPath(key: AttributePath<M>, path: string, operator: Operator, value: unknown): this
  /** Same as {@link whereJsonPath}. */
  andWhereJsonPath(key: AttributePath<M>, path: string, value: unknown): this
  andWhereJsonPath(key: AttributePath<M>, path: string, operator: Operator, value: unknown): this
  /** {@link whereJsonPath} as an alternative. */
  orWhereJsonPath(key: AttributePath<M>, path: string, value: unknown): this
  orWhereJsonPath(key: AttributePath<M>, path: string, operator: Operator, value: unknown): this
  /**
   * The collection's text index finds the words of `term`: any of them, all phrases in `"quotes"`,
   * none with a `-` before it (MongoDB manual, `$text`). One in a query; a NOT cannot hold it, and as
   * an alternative it needs indexes for the other alternatives.
   *
   * Throws `E_UNDEFINED_VALUE`, `E_INVALID_QUERY`; without a text index the server fails the query.
   *
   * @example
   * query.whereText('coffee -tea').orderByTextScore()
   */
  whereText(term: string, options?: TextOptions): this
  /** Same as {@link whereText}. */
  andWhereText(term: string, options?: TextOptions): this
  /** {@link whereText} as an alternative. */
  orWhereText(term: string, options?: TextOptions): this
  /**
   * Property lies in an area: a polygon (rings are closed where they are not), a box along meridians
   * and parallels, a circle with its radius in metres, or GeoJSON. A box finds points only; it may
   * lie across the 180th meridian. Null and missing fields are left out under NOT.
   *
   * Throws `E_INVALID_VALUE` for what is no area or no coordinates, `E_UNKNOWN_COLUMN`.
   *
   * @example
   * query.whereWithin('location', { circle: { center: { lng: 9.19, lat: 45.46 }, radius: 500 } })
   * query.whereWithin('location', { box: [[9, 45], [10, 46]] })
   */
  whereWithin(key: AttributePath<M>, area: AreaLike): this
  /** Same as {@link whereWithin}. */
  andWhereWithin(key: AttributePath<M>, area: AreaLike): this
  /** {@link whereWithin} as an alternative. */
  orWhereWithin(key: AttributePath<M>, area: AreaLike): this
  /** Property has a place, and it does not lie in the area. See {@link whereWithin}. */
  whereNotWithin(key: AttributePath<M>, area: AreaLike): this
  /** Same as {@link whereNotWithin}. */
  andWhereNotWithin(key: AttributePath<M>, area: AreaLike): this
  /** {@link whereNotWithin} as an alternative. */
  orWhereNotWithin(key: AttributePath<M>, area: AreaLike): this
  /**
   * Property has a point in common with a geometry: GeoJSON of any type, a point, or `{ polygon }`.
   * Errors as for {@link whereWithin}.
   *
   * @example
   * query.whereIntersects('route', { type: 'LineString', coordinates: [[9, 45], [10, 46]] })
   */
  whereIntersects(key: AttributePath<M>, geometry: GeometryLike): this
  /** Same as {@link whereIntersects}. */
  andWhereIntersects(key: AttributePath<M>, geometry: GeometryLike): this
  /** {@link whereIntersects} as an alternative. */
  orWhereIntersects(key: AttributePath<M>, geometry: GeometryLike): this
  /** Property has a place, with no point in common. See {@link whereIntersects}. */
  whereNotIntersects(key: AttributePath<M>, geometry: GeometryLike): this
  /** Same as {@link whereNotIntersects}. */
  andWhereNotIntersects(key: AttributePath<M>, geometry: GeometryLike): this
  /** {@link whereNotIntersects} as an alternative. */
  orWhereNotIntersects(key: AttributePath<M>, geometry: GeometryLike): this
}
/** Conditions on the rows of groups. */
declare abstract class HavingMethods<M> extends QueryState<M> {
  /**
   * Adds a condition on the rows of groups: on aliases of aggregates that were given before it, and on
   * columns that are grouped by. Forms, operators and rules are those of `where`.
   *
   * Throws `E_UNKNOWN_COLUMN` for what is neither a column nor an alias, and what `where` throws.
   *
   * @example
   * query.groupBy('teamId').avg('age as meanAge').having('meanAge', '>=', 30)
   */
  having(callback: (query: this) => void): this
  having<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    value: HavingOperand<M, Key, '='>,
  ): this
  having<Key extends AttributePath<M> | AliasOf<this>, O extends HavingOperator>(
    key: Key,
    operator: O,
    value: HavingOperand<M, Key, O>,
  ): this
  /** Same as {@link having}. */
  andHaving(callback: (query: this) => void): this
  andHaving<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    value: HavingOperand<M, Key, '='>,
  ): this
  andHaving<Key extends AttributePath<M> | AliasOf<this>, O extends HavingOperator>(
    key: Key,
    operator: O,
    value: HavingOperand<M, Key, O>,
  ): this
  /** {@link having} as an alternative. */
  orHaving(callback: (query: this) => void): this
  orHaving<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    value: HavingOperand<M, Key, '='>,
  ): this
  orHaving<Key extends AttributePath<M> | AliasOf<this>, O extends HavingOperator>(
    key: Key,
    operator: O,
    value: HavingOperand<M, Key, O>,
  ): this
  /** Value of a group is one of `values`. See {@link having} and `whereIn`. */
  havingIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'in'>,
  ): this
  /** Same as {@link havingIn}. */
  andHavingIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'in'>,
  ): this
  /** {@link havingIn} as an alternative. */
  orHavingIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'in'>,
  ): this
  /** Value of a group is none of `values`. See {@link having} and `whereNotIn`. */
  havingNotIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not in'>,
  ): this
  /** Same as {@link havingNotIn}. */
  andHavingNotIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not in'>,
  ): this
  /** {@link havingNotIn} as an alternative. */
  orHavingNotIn<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not in'>,
  ): this
  /** Value of a group is null, as a sum of nothing is. See {@link having}. */
  havingNull(key: AttributePath<M> | AliasOf<this>): this
  /** Same as {@link havingNull}. */
  andHavingNull(key: AttributePath<M> | AliasOf<this>): this
  /** {@link havingNull} as an alternative. */
  orHavingNull(key: AttributePath<M> | AliasOf<this>): this
  /** Value of a group is not null. See {@link having}. */
  havingNotNull(key: AttributePath<M> | AliasOf<this>): this
  /** Same as {@link havingNotNull}. */
  andHavingNotNull(key: AttributePath<M> | AliasOf<this>): this
  /** {@link havingNotNull} as an alternative. */
  orHavingNotNull(key: AttributePath<M> | AliasOf<this>): this
  /** Value of a group lies in a range. See {@link having} and `whereBetween`. */
  havingBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'between'>,
  ): this
  /** Same as {@link havingBetween}. */
  andHavingBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'between'>,
  ): this
  /** {@link havingBetween} as an alternative. */
  orHavingBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'between'>,
  ): this
  /** Value of a group lies outside a range. See {@link having} and `whereNotBetween`. */
  havingNotBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not between'>,
  ): this
  /** Same as {@link havingNotBetween}. */
  andHavingNotBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not between'>,
  ): this
  /** {@link havingNotBetween} as an alternative. */
  orHavingNotBetween<Key extends AttributePath<M> | AliasOf<this>>(
    key: Key,
    values: HavingOperand<M, Key, 'not between'>,
  ): this
}
/** Groups of documents, and conditions on them. */
declare abstract class GroupMethods<M> extends HavingMethods<M> {
  /**
   * Makes one row of all documents that have the same values in these columns; null and missing are
   * the same. A row has the columns under their stored names, and the aggregates under their aliases;
   * calls add up.
   *
   * Throws `E_UNKNOWN_COLUMN`; running the query throws `E_INVALID_QUERY` when it sorts by, selects or
   * has conditions on what is neither grouped by nor an aggregate.
   *
   * @example
   * query.groupBy('status').count('* as total').having('total', '>', 10).orderBy('total', 'desc')
   */
  groupBy(...columns: readonly AttributePath<M>[]): this
  groupBy(columns: readonly AttributePath<M>[]): this
  /** Whether rows are groups of documents. */
  get hasGroupBy(): boolean
  /** Forgets the conditions on groups. */
  clearHaving(): this
}
/** The search by distance, which is of the whole query. */
declare abstract class NearMethods<M> extends QueryState<M> {
  /**
   * Property is a place, within `maxDistance` metres of `point` and no nearer than `minDistance`.
   * Rows come sorted by distance unless `orderBy` says otherwise. Needs a `2dsphere` index.
   *
   * One in a query. MongoDB takes it for the whole query only: it holds whatever `orWhere` follows,
   * and a group or a NOT cannot have it.
   *
   * Throws `E_INVALID_VALUE` for what is no point or distance, `E_INVALID_QUERY`, `E_UNKNOWN_COLUMN`.
   *
   * @example
   * query.whereNear('location', [9.19, 45.46], { maxDistance: 2000 })
   */
  whereNear(key: AttributePath<M>, point: PointLike, options?: NearOptions): this
  /** Same as {@link whereNear}. */
  andWhereNear(key: AttributePath<M>, point: PointLike, options?: NearOptions): this
  /**
   * Reads the distance from the point of {@link whereNear}, in metres, as a field of this name.
   * Throws `E_INVALID_QUERY` without one before it, and for an alias that is a column or given twice.
   */
  selectDistance<const Alias extends string = 'distance'>(alias?: Alias): this & Aliased<Alias>
}
/** The page of a query, and the options that go to the server with it. */
declare abstract class OptionMethods<M> extends QueryState<M> {
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
  /** Forgets the limit. */
  clearLimit(): this
  /** Forgets the offset. */
  clearOffset(): this
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
   * Gives up after `ms` milliseconds: the server stops its work (`maxTimeMS`), and the caller waits no
   * longer for a connection either (`timeoutMS`). The query then fails with `E_TIMEOUT`. The server
   * always stops the work, so Lucid's `cancel` makes no difference. 0: no limit.
   */
  timeout(
    ms: number,
    _options?: {
      cancel?: boolean
    },
  ): this
  /** How many documents the server sends at a time. */
  batchSize(count: number): this
  /** Whether the server may use files for sorting and grouping what does not fit into memory. */
  allowDiskUse(allowed?: boolean): this
  /**
   * Which members of a replica set may answer, by MongoDB's names. Throws `E_INVALID_QUERY` for
   * others.
   *
   * @example
   * query.readPreference('secondaryPreferred')
   */
  readPreference(mode: ReadPreferenceMode): this
  /**
   * How durable what is read must be (MongoDB manual, "Read Concern"). Throws `E_INVALID_QUERY` for
   * levels that MongoDB does not have.
   */
  readConcern(level: ReadConcernLevel): this
  /** Asks for this query to be reported, or not to be, whatever the connection's setting. */
  debug(enabled: boolean): this
  /** Whether {@link debug} was asked for; undefined when nothing was said. */
  get isDebugged(): boolean | undefined
  /** Data that goes with the query to those who are told of it. Further calls add to it. */
  reporterData(data: Readonly<Record<string, unknown>>): this
  /** What {@link reporterData} was given. */
  get reportedData(): Readonly<Record<string, unknown>> | undefined
}
/** Which fields rows have, and their order. */
declare abstract class RowMethods<M> extends QueryState<M> {
  /**
   * Reads these properties only; calls add up, `'*'` asks for all. The primary key is always read,
   * a model cannot be saved without it. `'name as nick'` and `{ nick: 'name' }` read a property under
   * another name, which must not be that of a column.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` also for an alias that is a column or given twice.
   *
   * @example
   * query.select('name', 'address.city as city')
   */
  select(...columns: readonly (AttributePath<M> | '*')[]): this
  select(columns: readonly (AttributePath<M> | '*')[]): this
  select<const Items extends readonly SelectItem<M>[]>(
    ...columns: Items
  ): this & Aliased<SelectedAlias<Items[number]>>
  select<const Items extends readonly SelectItem<M>[]>(
    columns: Items,
  ): this & Aliased<SelectedAlias<Items[number]>>
  /**
   * Sorts by a property or an alias, ascending unless told otherwise; further calls sort within. A
   * property that is named again keeps its place and takes the new direction. MongoDB sorts null and
   * missing below every value; `nulls` puts them `'first'` or `'last'` whatever the direction, at the
   * price of the index where that is not their place anyway.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` for any other direction than `'asc'` and
   * `'desc'`.
   *
   * @example
   * query.orderBy('age', 'desc')
   * query.orderBy([{ column: 'age', order: 'desc', nulls: 'first' }, 'name'])
   * query.orderBy({ age: 'desc', name: 'asc' })
   */
  orderBy(column: AttributePath<M> | AliasOf<this>, direction?: Direction): this
  orderBy(columns: readonly OrderItem<M, AliasOf<this>>[]): this
  orderBy(columns: OrderMap<M, AliasOf<this>>): this
  /**
   * Sorts by a native sort document, with stored names. Throws `E_INVALID_QUERY` for values other
   * than 1, -1 and `{ $meta: 'textScore' }`.
   *
   * @example
   * query.orderByRaw({ created_at: -1 })
   */
  orderByRaw(sort: Readonly<Record<string, SortValue>>): this
  /** Sorts by how well `whereText` matches, best first. */
  orderByTextScore(): this
  /**
   * Reads how well `whereText` matches, as a field of this name. Throws `E_INVALID_QUERY` for an
   * alias that is a column or given twice.
   */
  selectTextScore<const Alias extends string = 'score'>(alias?: Alias): this & Aliased<Alias>
  /**
   * Forgets which properties were selected, and with them aliases, aggregates and `distinct`, as
   * Lucid does.
   */
  clearSelect(): this
  /** Forgets the order. */
  clearOrder(): this
}
/** A query whose rows are added, or a callback that writes one on the same model. */
type UnionMember<Query> = QueryState<never> | QueryCallback<Query>
/** Rows without repetition, and rows of several queries. */
declare abstract class SetMethods<M> extends QueryState<M> {
  /**
   * Reads each combination of values of these columns once, and of what else is selected; null and
   * missing are the same. Without any column, rows are different documents anyway. Throws
   * `E_UNKNOWN_COLUMN`; running the query throws `E_INVALID_QUERY` when it sorts by anything else.
   *
   * @example
   * query.distinct('country', 'city').orderBy('country')
   */
  distinct(...columns: readonly (AttributePath<M> | '*')[]): this
  distinct(columns: readonly (AttributePath<M> | '*')[]): this
  /**
   * Reads one document for each combination of values of these columns: the first by the order of
   * the query. Semantics of PostgreSQL's `DISTINCT ON`, but for its rule that the order must begin
   * with the same columns. Throws `E_UNKNOWN_COLUMN`; running the query throws `E_INVALID_QUERY`
   * together with groups or {@link distinct}.
   *
   * @example
   * query.distinctOn('userId').orderBy('createdAt', 'desc') // the newest of each user
   */
  distinctOn(...columns: readonly AttributePath<M>[]): this
  distinctOn(columns: readonly AttributePath<M>[]): this
  /**
   * Adds the rows of other queries and leaves out rows that are equal. Order, limit and offset of
   * this query are those of the whole, and sort by what is selected; each of the others may have its
   * own. A query that is passed in is copied. All must be on the same connection; rows of other
   * models come as rows of this one.
   *
   * What a hook of this model adds to the query holds for the others as well; a query of another model
   * is bound by the hooks of that model, which run too.
   *
   * Throws `E_INVALID_QUERY` for what is no query, and for a query with a hint or collation, which
   * MongoDB knows for the whole only.
   *
   * @example
   * query.where('status', 'active').union((other) => other.where('invited', true))
   */
  union(queries: UnionMember<this> | readonly UnionMember<this>[]): this
  /** {@link union} that keeps equal rows. */
  unionAll(queries: UnionMember<this> | readonly UnionMember<this>[]): this
  /** Whether rows of other queries are added. */
  get hasUnion(): boolean
}
/**
 * What Lucid has and MongoDB has not. Each throws `E_UNSUPPORTED` with the way to go instead, and is
 * marked as deprecated so that editors strike it through.
 */
declare abstract class SqlOnlyMethods extends ClauseList {
  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  join(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  innerJoin(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  leftJoin(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  leftOuterJoin(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  rightJoin(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  rightOuterJoin(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  fullOuterJoin(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  crossJoin(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `lookup()` of `aggregate()`. */
  joinRaw(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use the stages of `aggregate()`. */
  with(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use the stages of `aggregate()`. */
  withRecursive(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use the stages of `aggregate()`. */
  withMaterialized(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use the stages of `aggregate()`. */
  withNotMaterialized(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: write both conditions in one query. */
  intersect(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  havingExists(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  andHavingExists(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  orHavingExists(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  havingNotExists(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  andHavingNotExists(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `havingNotNull()`, or `aggregate()`. */
  orHavingNotExists(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `having()` on an alias, or `aggregate()`. */
  havingRaw(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `having()` on an alias, or `aggregate()`. */
  andHavingRaw(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `having()` on an alias, or `aggregate()`. */
  orHavingRaw(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `groupBy()`, or `aggregate()`. */
  groupByRaw(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: a write conflict fails at once; run the transaction again. */
  skipLocked(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: a write conflict fails at once; run the transaction again. */
  noWait(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: use a connection to the other database. */
  withSchema(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: query the model of the other collection. */
  from(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: name aggregates where they are taken. */
  as(_alias: string): this
  /** @deprecated Throws `E_UNSUPPORTED`: see `toMongo()`. */
  toSQL(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: see `toMongo()`. */
  toQuery(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: see `toMongo()`. */
  toKnex(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: see `toMongo()`. */
  get knexQuery(): never
  /** @deprecated Throws `E_UNSUPPORTED`: use `findOneAndUpdate()` or `findOneAndDelete()`. */
  returning(..._arguments: unknown[]): never
  /** @deprecated Throws `E_UNSUPPORTED`: reads of a transaction see a snapshot without any lock. */
  forShare(..._arguments: unknown[]): never
}
interface QueryBuilder<M>
  extends ArrayMethods<M>,
    DocumentMethods<M>,
    NearMethods<M>,
    RowMethods<M>,
    GroupMethods<M>,
    AggregateMethods<M>,
    SetMethods<M>,
    OptionMethods<M>,
    ControlMethods,
    SqlOnlyMethods {}
/**
 * A query on model `M` (the type of its instances), without the means to run it. Each method changes
 * the builder and returns it.
 */
declare abstract class QueryBuilder<M> extends QueryState<M> {
  #private
  protected copyFrom(source: this): void
  protected checkGroup(negated: boolean): void
  /**
   * The query as MongoDB gets it, with stored names, to look at or to pass to the driver. Takes the
   * place of Lucid's `toSQL()`.
   *
   * @example
   * User.query().where('status', 'active').where('age', '>', 18).toMongo()
   * // { filter: { status: 'active', age: { $gt: 18 } } }
   */
  toMongo(): CompiledQuery
  protected checkMember(): void
}
/**
 * Makes text match itself in a LIKE pattern: `%`, `_` and `\` are escaped.
 *
 * @example
 * query.whereILike('title', `%${escapeLike(request.input('q'))}%`)
 */
declare function escapeLike(text: string): string
/** What the core is told of an encrypted column. */
/** How text is made alike before it is compared. */
type BlindNormalizer =
  | 'trim'
  | 'lowercase'
  | readonly ('trim' | 'lowercase')[]
  | ((value: never) => unknown)
/** A blind index: a keyed hash beside the value, by which equal values are found. */
interface BlindIndexOptions {
  /** Stored name of the hash; by default the column's with `__blind` behind it. */
  columnName?: string
  /**
   * Bits of the hash: 16 to 256, a multiple of 8; 128 by default. Fewer bits make different values
   * share a hash, which hides more and finds too much.
   */
  bits?: number
  /** There is, or will be, a unique index: keeps it unique while keys are rotated. */
  unique?: boolean
  /**
   * How text is made alike before it is hashed: `trim`, `lowercase`, both, or a function of your own
   * for values of any type, which must answer something. What is stored stays as it was given. Hashes
   * of another normaliser are others: after a change, run `rotateEncryption`.
   */
  normalize?: BlindNormalizer
}
/** Options of `@column.encrypted()`, and of `encrypted` of any other column. */
interface EncryptionOptions {
  /**
   * What a value cannot be moved away from: its field of its document (`document`, the default), or
   * its field alone (`column`), for which one update command can serve many documents.
   */
  bind?: 'document' | 'column'
  /**
   * What the column's keys are derived for; by default its own collection and name. Columns that
   * share a purpose share their keys, so that equal values have equal blind indexes.
   */
  keyPurpose?: string
  /** Makes equality searchable; `true` for the default options. */
  blind?: boolean | BlindIndexOptions
  /**
   * Encrypts only these fields inside of the column, as dotted stored paths; arrays on the way are
   * passed through.
   *
   * @example
   * @column.encrypted({ fields: ['street', 'contacts.phone'] })
   */
  fields?: readonly string[]
  /**
   * The column is on its way: `encrypting` writes it encrypted and also reads what is stored plain or
   * with another `bind`; `decrypting` writes it plain and also reads what is encrypted. End it with
   * `rotateEncryption`, then take this option (and, after decrypting, the encryption) away.
   */
  transition?: 'encrypting' | 'decrypting'
}
/**
 * Where the primary keys of new documents come from.
 *
 * - `'objectId'`, the default: ObjectIds, made here, as 24 hexadecimal digits.
 * - `'uuid'`: random UUIDs (version 4), made here; text, stored as binary of subtype 4.
 * - `'sequence'`: integers from 1, from a counter in the collection `counters` whose `_id` is the
 *   model's collection. Counting is no part of a transaction, so that creating never waits for one:
 *   keys of documents that were rolled back, or refused, are left out.
 * - A function: what it answers, or resolves to, stored as it is. It gets the instance.
 */
type KeyStrategy = 'objectId' | 'uuid' | 'sequence' | ((model: Model) => unknown)
/** Options of `@column()`. `Value` is the property's type. */
interface ColumnOptions<Value = unknown> {
  /** The property holds the document's `_id`. */
  isPrimary?: boolean
  /** Where the primary keys of new documents come from, unless the application gives them. */
  generate?: KeyStrategy
  /** Stored name; by default the naming strategy's, and `_id` for the primary key. */
  columnName?: string
  /** Name in JSON; `null` leaves the column out. */
  serializeAs?: string | null
  /** Makes the JSON value. */
  serialize?(value: Value, attribute: string, model: Model): unknown
  /**
   * Makes the stored value of the property's, before it is written and wherever it is compared:
   * conditions, finders and searches take values of the property. It must answer the same for the
   * same value to be found by it. `model` is an instance without values where there is none, as in
   * queries. Native filters, patterns, and what is inside of the value are compared as they are stored.
   */
  prepare?(value: Value, attribute: string, model: Model): unknown
  /** Makes the property's value from the stored one, once, when it is first read. */
  consume?(value: unknown, attribute: string, model: Model): Value
  /** Stores the column encrypted. See `@column.encrypted()`. */
  encrypted?: boolean | EncryptionOptions
  /** Anything; for your own tools. */
  meta?: unknown
}
/** Options of `@column.encrypted()`. */
type EncryptedColumnOptions<Value = unknown> = EncryptionOptions &
  Omit<ColumnOptions<Value>, 'encrypted' | 'isPrimary' | 'generate'>
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
/** Options of `@column.uuid()`. */
type UuidColumnOptions<Value = unknown> = ColumnOptions<Value>
/** Options of `@column.version()`. */
type VersionColumnOptions = Omit<
  ColumnOptions<number>,
  'isPrimary' | 'generate' | 'prepare' | 'consume'
>
/** Options of `@column.transient()`. */
interface TransientOptions {
  /** Name in JSON; without it the attribute is left out. */
  serializeAs?: string | null
}
/** Hook events, in the order of the model descriptor. */
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
  'afterCommit',
  'afterRollback',
]
/** Name of a hook event, as of its decorator. */
type HookEvent = (typeof HOOK_EVENTS)[number]
/** Operations that raise hook events, by their numbers. */
declare const LIFECYCLE: readonly [
  'create',
  'update',
  'delete',
  'find',
  'fetch',
  'paginate',
  'stream',
  'commit',
  'rollback',
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
/** Events of `Model.after()`. */
declare const AFTER_EVENT_NAMES: readonly [
  'save',
  'create',
  'update',
  'delete',
  'find',
  'fetch',
  'paginate',
  'commit',
  'rollback',
]
type AfterEventName = (typeof AFTER_EVENT_NAMES)[number]
/** Options of `@computed()`. */
interface ComputedOptions {
  /** Name in JSON; by default the naming strategy's. `null` leaves the property out. */
  serializeAs?: string | null
  /** Anything; for your own tools. */
  meta?: unknown
}
/** A computed property as `Model.$getComputed()` tells it. */
interface ModelComputedOptions {
  readonly serializeAs: string | null
  readonly meta: unknown
}
/**
 * Conditions on one element of an array, for `pull` and `arrayFilter`. Names are those inside the
 * element, as they are stored.
 */
declare class ElementFilter<Element> extends PredicateMethods<Element> {
  protected fresh(): this
}
/** What `pull` and `arrayFilter` are given beside the name. */
type ElementCondition<Element> = (element: ElementFilter<Element>) => unknown
/** What an update of documents did. */
interface UpdateResult {
  /** How many documents the filter found. */
  readonly matched: number
  /** How many of them are different now. */
  readonly modified: number
}
/** What an upsert did. */
interface UpsertResult extends UpdateResult {
  /** Primary key of the document that was inserted; not there when one was found. */
  readonly upsertedId?: unknown
}
/** A path with a place in an array: `'items.$[item].qty'`, `'items.$[].qty'`, `'items.$.qty'`. */
type PositionalPath = `${string}.$${string}`
/** A property name, a dotted path, or a path with a place in an array. */
type UpdatePath<M> = AttributePath<M> | PositionalPath
/** What the property or nested value that `Path` names may be set to. */
type UpdateValue<M, Path extends string> = null | UpdateValueIn<M, Path>['is']
type UpdateValueIn<M, Path extends string> = M extends unknown
  ? {
      is: Path extends keyof M ? AttributeInput<M, Path> : AttributeValue<M, Path>
    }
  : never
/** Property names or paths with the values they shall have. */
type UpdateValues<M> = UpdateValuesIn<M>['are']
type UpdateValuesIn<M> = M extends unknown
  ? {
      are: { readonly [Path in AttributePath<M>]?: UpdateValue<M, Path> } & {
        readonly [path: PositionalPath]: unknown
      }
    }
  : never
/** Something to add to a number. */
type Amount =
  | number
  | bigint
  | {
      readonly _bsontype: 'Long' | 'Int32' | 'Double' | 'Decimal128'
    }
/** Paths `P` whose value is a `Wanted`, or cannot be told. */
type PathTo<M, P extends AttributePath<M>, Wanted> = P extends P
  ? unknown extends AttributeValue<M, P>
    ? P
    : [NonNullable<AttributeValue<M, P>>] extends [Wanted]
      ? P
      : never
  : never
/** Paths to numbers. */
type NumericPath<M> = NumericIn<M>['is'] | PositionalPath
type NumericIn<M> = M extends unknown
  ? {
      is: PathTo<M, AttributePath<M>, Amount>
    }
  : never
/** Paths to arrays. */
type ListPath<M> = ListIn<M>['is'] | PositionalPath
type ListIn<M> = M extends unknown
  ? {
      is: PathTo<M, AttributePath<M>, readonly unknown[]>
    }
  : never
/** Type of the elements of the array that `Path` names. */
type ElementOf<M, Path extends string> = ElementIn<M, Path>['is']
type ElementIn<M, Path extends string> = M extends unknown
  ? {
      is: NonNullable<AttributeValue<M, Path>> extends readonly (infer E)[] ? E : unknown
    }
  : never
/** Amounts by path. */
type Amounts<M> = AmountsIn<M>['are']
type AmountsIn<M> = M extends unknown
  ? {
      are: { readonly [Path in NumericPath<M>]?: Amount }
    }
  : never
/** What is given is one element, be it an array. */
interface OneElement {
  readonly each?: false
}
/** What is given is a list, each element of which is added. */
interface EachElement {
  readonly each: true
}
/** Options of `push`. */
interface PushOptions<Element = unknown> {
  /** Where to insert, counted from 0, or from the end when negative; at the end by default. */
  readonly position?: number
  /** How many elements are kept: the first ones, the last ones when negative, none for 0. */
  readonly slice?: number
  /** Sorts the whole array afterwards: by its elements, or by what is in them. */
  readonly sort?: Direction | { readonly [Path in AttributePath<Element>]?: Direction }
}
/** Operands of `bitwise`. */
interface BitwiseOperands {
  readonly and?: number | bigint
  readonly or?: number | bigint
  readonly xor?: number | bigint
}
/**
 * What an update changes, operator by operator, all of it at once for each document. Names are
 * property names or dotted paths; values are data and prepared as `save` prepares them. In a path,
 * `$[]` stands for every element of an array and `$[name]` for those that `arrayFilter` describes.
 *
 * All methods throw `E_UNKNOWN_COLUMN`, `E_UNDEFINED_VALUE`, `E_INVALID_OBJECT_ID`, and
 * `E_INVALID_QUERY` when a field is changed twice or the primary key is to change.
 *
 * @example
 * await Order.query().where('id', id).updateMany((update) =>
 *   update.set('status', 'paid').increment('revision').push('events', { type: 'paid' }),
 * )
 */
declare class UpdateBuilder<M> {
  #private
  /** Sets a property, or several; those of an object that are undefined are not given. */
  set<Path extends UpdatePath<M>>(column: Path, value: UpdateValue<M, Path>): this
  set(values: UpdateValues<M>): this
  /** As {@link set}, where an upsert inserts. */
  setOnInsert<Path extends UpdatePath<M>>(column: Path, value: UpdateValue<M, Path>): this
  setOnInsert(values: UpdateValues<M>): this
  /** Takes the fields out of the document. */
  unset(...columns: readonly UpdatePath<M>[]): this
  /** Adds to a number, 1 unless told otherwise; a missing field counts as 0. */
  increment(column: NumericPath<M>, by?: Amount): this
  increment(amounts: Amounts<M>): this
  /** Subtracts from a number, 1 unless told otherwise. */
  decrement(column: NumericPath<M>, by?: Amount): this
  decrement(amounts: Amounts<M>): this
  /** Multiplies a number; a missing field becomes 0. */
  multiply(column: NumericPath<M>, by: Amount): this
  multiply(factors: Amounts<M>): this
  /** Sets the property to `value` where it is greater than that, or missing. */
  min<Path extends UpdatePath<M>>(column: Path, value: UpdateValue<M, Path>): this
  /** Sets the property to `value` where it is smaller than that, or missing. */
  max<Path extends UpdatePath<M>>(column: Path, value: UpdateValue<M, Path>): this
  /** Moves the value of one property to another, whose own value is lost. */
  rename(from: AttributePath<M>, to: AttributePath<M>): this
  /**
   * Sets date properties to the server's own time. Errors: also `E_INVALID_QUERY` for a
   * `@column.date()`, which holds a day.
   */
  currentDate(...columns: readonly UpdatePath<M>[]): this
  /**
   * Combines an integer with another one, bit by bit: `and`, `or`, `xor`.
   *
   * @example
   * update.bitwise('flags', { or: 0b100 })
   */
  bitwise(column: NumericPath<M>, operands: BitwiseOperands): this
  /**
   * Adds an element to the end of an array, or elsewhere; with `each`, those of a list. An array is one
   * element too, as a row of a table is. A missing field becomes an array.
   *
   * @example
   * update.push('scores', 7).push('rows', [1, 2])
   * update.push('tags', ['new', 'sale'], { each: true, sort: 'asc', slice: 10 })
   */
  push<Path extends ListPath<M>>(
    column: Path,
    element: ElementOf<M, Path>,
    options?: PushOptions<ElementOf<M, Path>> & OneElement,
  ): this
  push<Path extends ListPath<M>>(
    column: Path,
    elements: readonly ElementOf<M, Path>[],
    options: PushOptions<ElementOf<M, Path>> & EachElement,
  ): this
  /** Adds an element to an array where it is not in it; with `each`, those of a list. */
  addToSet<Path extends ListPath<M>>(
    column: Path,
    element: ElementOf<M, Path>,
    options?: OneElement,
  ): this
  addToSet<Path extends ListPath<M>>(
    column: Path,
    elements: readonly ElementOf<M, Path>[],
    options: EachElement,
  ): this
  /**
   * Takes elements out of an array: those equal to a value, those that an operator of `where` finds,
   * or the objects that the conditions of a callback hold for.
   *
   * Errors: also `E_EMPTY_FILTER` when the callback adds no condition.
   *
   * @example
   * update.pull('tags', 'draft')
   * update.pull('scores', '<', 3)
   * update.pull('items', (item) => item.where('qty', 0).orWhere('discontinued', true))
   */
  pull<Path extends ListPath<M>>(
    column: Path,
    condition: ElementCondition<NonNullable<ElementOf<M, Path>>>,
  ): this
  pull<Path extends ListPath<M>>(column: Path, value: ElementOf<M, Path>): this
  pull<Path extends ListPath<M>, O extends Operator>(
    column: Path,
    operator: O,
    value: Operand<
      {
        element: ElementOf<M, Path>
      },
      'element',
      O
    >,
  ): this
  /** Takes the elements out of an array that are equal to one of `values`. */
  pullAll<Path extends ListPath<M>>(column: Path, values: readonly ElementOf<M, Path>[]): this
  /** Takes one element from an end of an array. */
  pop(column: ListPath<M>, end?: 'first' | 'last'): this
  /**
   * Says which elements `$[name]` in a path means: objects that the conditions of a callback hold
   * for, or values that an operator of `where` finds.
   *
   * Errors: `E_EMPTY_FILTER` when the callback adds no condition; `E_INVALID_QUERY` when no path has
   * `$[name]`.
   *
   * @example
   * update.set('items.$[item].qty', 0).arrayFilter('item', (item) => item.where('sku', sku))
   * update.set('scores.$[low]', 3).arrayFilter('low', '<', 3)
   */
  arrayFilter(name: string, condition: ElementCondition<Record<string, unknown>>): this
  arrayFilter<O extends Operator>(
    name: string,
    operator: O,
    value: Operand<
      {
        element: unknown
      },
      'element',
      O
    >,
  ): this
}
/** Values to set, or a callback that says what to change. */
type UpdateChanges<M> = UpdateChangesIn<M>['are']
type UpdateChangesIn<M> = M extends unknown
  ? {
      are: UpdateValues<M> | ((update: UpdateBuilder<M>) => unknown)
    }
  : never
/** What a row is in `serialize()`: its own answer, or itself. */
type SerializedRow<Row> = Row extends {
  serialize(...args: never[]): infer Answer
}
  ? Answer
  : Row
/** What a row is in `toJSON()`: its own answer, or itself. */
type JsonRow<Row> = Row extends {
  toJSON(...args: never[]): infer Answer
}
  ? Answer
  : Row
/** What pages of rows have in common: an array of them, with members beside. */
declare abstract class Page<Row, Meta> extends Array<Row> {
  #private
  /** Names of the meta keys come from here. */
  namingStrategy: NamingStrategy
  /**
   * What `map`, `filter`, `slice` and their like answer is a plain array, not a page: it has
   * neither the page's rows nor its meta.
   */
  static get [Symbol.species](): ArrayConstructor
  /** However many rows: none of them is an argument of a call. */
  protected constructor(rows: readonly Row[], namingStrategy?: NamingStrategy)
  /** The rows of this page, as a plain array. */
  all(): Row[]
  /** Whether the page has no rows. */
  get isEmpty(): boolean
  /** Sets the URL that page links start with; `/` otherwise. */
  baseUrl(url: string): this
  /**
   * Sets what page links carry besides their page. Lists and objects are written as
   * `tag[0]=a&filter[status]=b`, percent-encoded; `undefined` is left out.
   */
  queryString(values: Record<string, unknown>): this
  /** A link that carries `values` too; `undefined` takes away what `queryString` set. */
  protected link(values: Record<string, unknown>): string
  /** What the page says of itself, by the naming strategy's keys. */
  abstract getMeta(): Meta
  /** `{ meta, data }` with the rows serialised; `cherryPick` is for each row's `serialize`. */
  serialize(cherryPick?: CherryPick): {
    meta: Meta
    data: SerializedRow<Row>[]
  }
  /** `{ meta, data }` with each row's own JSON. `JSON.stringify` calls this. */
  toJSON(): {
    meta: Meta
    data: JsonRow<Row>[]
  }
}
/** A cursor page's meta, by the naming strategy's keys. */
type CursorPageMeta = Record<string, number | string | boolean | null>
/** What a page knows beside its rows. */
interface CursorPageState {
  readonly perPage: number
  readonly hasNext: boolean
  readonly hasPrevious: boolean
  readonly nextCursor: string | null
  readonly previousCursor: string | null
  readonly total?: number | undefined
}
/**
 * One page of rows between two cursors. An array of the rows, in the order of the query whichever
 * way it was read. `map`, `filter` and their like answer plain arrays; for JSON with the meta use
 * `toJSON()` or `serialize()`.
 *
 * @example
 * const page = await Post.query().orderBy('createdAt', 'desc').paginateCursor({ limit: 10 })
 * return page.toJSON() // { meta: { perPage, hasNext, nextCursor, … }, data: […] }
 */
declare class CursorPage<Row> extends Page<Row, CursorPageMeta> implements CursorPageState {
  #private
  /** The most rows that the page could have. */
  readonly perPage: number
  /**
   * Whether there are rows after these. On the side that the page was reached from it is `true`
   * without being asked for.
   */
  readonly hasNext: boolean
  /** Whether there are rows before these; as `hasNext`. */
  readonly hasPrevious: boolean
  /** What `after` takes for the next page; `null` when there is none. */
  readonly nextCursor: string | null
  /** What `before` takes for the previous page; `null` when there is none. */
  readonly previousCursor: string | null
  /** How many rows there are on all pages; only when it was asked for. */
  readonly total: number | undefined
  constructor(
    rows: readonly Row[],
    state: CursorPageState,
    model: {
      readonly name: string
      readonly namingStrategy: NamingStrategy
    },
  )
  /** Link to the next page, with the cursor as `after`; `null` when there is none. */
  getNextPageUrl(): string | null
  /** Link to the previous page, with the cursor as `before`; `null` when there is none. */
  getPreviousPageUrl(): string | null
  /**
   * `perPage`, `hasNext`, `hasPrevious`, `nextCursor`, `previousCursor`, `nextPageUrl`,
   * `previousPageUrl`, and `total` if it was asked for. Those that offset pages have too are named
   * by the naming strategy's `paginationMetaKeys()`, the others as properties in JSON.
   */
  getMeta(): CursorPageMeta
}
/** A paginator's meta, by the naming strategy's keys. */
type PaginatorMeta = Record<string, number | string | null>
/** One link of {@link ModelPaginator.getUrlsForRange}. */
interface PageUrl {
  url: string
  page: number
  /** Whether it is the current page. */
  isActive: boolean
}
/**
 * One page of rows. An array of them, with Lucid's members beside. `map`, `filter` and their like
 * answer plain arrays; for JSON with the meta use `toJSON()` or `serialize()`.
 *
 * @example
 * const page = await User.query().orderBy('id').paginate(2, 10)
 * page.baseUrl('/users').queryString({ sort: 'id' })
 * return page.toJSON() // { meta: { total, perPage, currentPage, … }, data: […] }
 */
declare class ModelPaginator<Row> extends Page<Row, PaginatorMeta> {
  /** How many rows there are on all pages. */
  readonly total: number
  readonly perPage: number
  /** Counted from 1. */
  readonly currentPage: number
  readonly firstPage: number
  constructor(
    total: number,
    perPage: number,
    currentPage: number,
    rows?: readonly Row[],
    namingStrategy?: NamingStrategy,
  )
  /** Whether there are rows on any page. `isEmpty` tells of this one. */
  get hasTotal(): boolean
  /** Number of the last page; 1 when there are no rows. */
  get lastPage(): number
  /** Whether there is more than one page. */
  get hasPages(): boolean
  /** Whether there are pages after this one. */
  get hasMorePages(): boolean
  /** The link to a page; to the first one for numbers below 1. */
  getUrl(page: number): string
  getNextPageUrl(): string | null
  getPreviousPageUrl(): string | null
  /** Links to the pages from `start` to `end`, both included. */
  getUrlsForRange(start: number, end: number): PageUrl[]
  getMeta(): PaginatorMeta
}
/** A query of a model class: where it runs, and how its parts go out and come back. */
declare abstract class BoundQuery<M extends Model, Result> extends QueryBuilder<M> {
  #private
  /**
   * Locks what is read until the transaction ends, that of `client`: other transactions that write
   * one of the documents are refused, and repeated where they are managed, and other writes wait.
   * A row that was changed since the transaction began fails with `E_WRITE_CONFLICT`, which repeats
   * a managed transaction. Plain reads never wait.
   *
   * MongoDB has no such lock: it is taken by writing to the documents, which are stored as before.
   *
   * Errors: `E_INVALID_QUERY` outside of a transaction.
   *
   * @example
   * await db.transaction(async (trx) => {
   *   const job = await Job.query({ client: trx }).where('status', 'queued').forUpdate().first()
   *   await job?.merge({ status: 'running' }).save()
   * })
   */
  forUpdate(): this
  /** The query as MongoDB gets it; what is compared with encrypted columns is `[encrypted]`. */
  toMongo(): CompiledQuery
  /** The model class. */
  get model(): ModelClass
}
/** Options of `paginateCursor`. */
interface CursorPageOptions {
  /** The most rows of the page; 20 by default. */
  limit?: number
  /** A page's `nextCursor`: the rows that come after it. */
  after?: string | null | undefined
  /** A page's `previousCursor`: the rows that come right before it. */
  before?: string | null | undefined
  /** `'previous'` without a cursor is the last page. Otherwise the cursor says it. */
  direction?: 'next' | 'previous'
  /** Count the rows of all pages too, with a second command; false by default. */
  withTotal?: boolean
}
/** A page of a query, as `paginate` takes it. */
interface JsonPage {
  /** Counted from 1. */
  page: number
  /** Rows in a page; 20 by default. */
  perPage?: number
}
/** Whether `toJson` gets its text from the core, and if not, why. */
type JsonExplanation =
  | {
      readonly native: true
    }
  | {
      readonly native: false
      readonly reason: string
    }
/** How much the server tells (MongoDB manual, "Explain Results"). */
type Verbosity = 'queryPlanner' | 'executionStats' | 'allPlansExecution'
/** How the server answers a query. */
interface Explanation {
  /** Names of the indexes that are used, without repetition. */
  indexes: string[]
  /** Every document of the collection is looked at. */
  collectionScan: boolean
  /** Rows are sorted in memory, not read in order from an index. */
  sortsInMemory: boolean
  /** Index keys that were looked at; from `executionStats` on. */
  keysExamined?: number
  /** Documents that were looked at; from `executionStats` on. */
  documentsExamined?: number
  /** Rows that were found; from `executionStats` on. */
  returned?: number
  /** How long the server took, in milliseconds; from `executionStats` on. */
  milliseconds?: number
  /** Whether the core writes the text of `toJson()`, or why not. */
  json: JsonExplanation
  /** One sentence: what is good or bad about it. */
  summary: string
  /** The server's own answer. */
  server: Record<string, unknown>
}
/** Running a query to read. */
declare abstract class ReadingQuery<M extends Model, Result>
  extends BoundQuery<M, Result>
  implements PromiseLike<Result[]>
{
  #private
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
   * How many rows the query has; `limit` and `offset` count too. Runs no hooks. With a column, or
   * `'*'`, it adds an aggregate to the rows instead, as `sum` and `avg` do.
   */
  count(): Promise<number>
  count<const Columns extends AggregateColumns<M, '*'>, const Alias extends string = 'count'>(
    columns: Columns,
    alias?: Alias,
  ): this & Aliased<AggregateAlias<Columns, Alias>>
  /**
   * How the server answers the query: which indexes it uses, what it looks at. Runs no hooks.
   *
   * @example
   * const { indexes, summary } = await User.query().where('email', email).explain()
   */
  explain(verbosity?: Verbosity): Promise<Explanation>
  /**
   * One page of rows and the total. Runs the paginate and fetch hooks; the total counts what the
   * query matches after its hooks ran.
   *
   * Errors: `E_INVALID_QUERY` with the status 400 when `page` or `perPage` is no positive integer; the
   * digits of a request are taken, as Lucid does.
   */
  paginate(page: number, perPage?: number): Promise<ModelPaginator<Result>>
  /**
   * One page of rows by their place in the order instead of a number: what is inserted or deleted
   * meanwhile neither repeats nor skips a row, and an index serves every page alike. `_id` is added
   * to the order, so that every row has a place of its own. The query itself stays as it is; a limit
   * and an offset of it do not count. Runs the fetch hooks. What the order needs is read too where
   * `select` leaves it out.
   *
   * A cursor is encrypted: it shows nothing of the values that the order has at its row, but their
   * length. It holds
   * for one model, order and collation, and as long as the connection's `cursorSecret`.
   *
   * Errors: `E_INVALID_CURSOR` (400) for a cursor that is none of this query, `E_INVALID_QUERY` for
   * wrong options (400 for a wrong limit), and when a row of the page has no definite place: an array where the order looks,
   * text as id under a collation that may find it equal to another.
   *
   * @example
   * const query = Post.query().where('published', true).orderBy('createdAt', 'desc')
   * const first = await query.paginateCursor({ limit: 10 })
   * const second = await query.paginateCursor({ limit: 10, after: first.nextCursor })
   */
  paginateCursor(options?: CursorPageOptions): Promise<CursorPage<Result>>
  /**
   * The rows as JSON text: what `JSON.stringify` writes of the awaited query, or of its page. The core
   * writes it beside the main thread, without models, unless the model has a part in it;
   * `explainJson` tells. Runs the hooks. Errors: as `exec` and `paginate`.
   *
   * @example
   * response.type('json').send(await User.query().where('status', 'active').toJson())
   * await User.query().orderBy('id').toJson({ page: 2, perPage: 50 }) // { meta: …, data: […] }
   */
  toJson(page?: JsonPage): Promise<string>
  /**
   * Whether the core writes the text of `toJson`, and otherwise the reason: hooks that get the rows,
   * functions and getters of columns, JSON methods of the class.
   */
  explainJson(page?: JsonPage): JsonExplanation
}
/** A stage of an update: one operator with its argument, in MongoDB's own words. */
type UpdateStage = Readonly<Record<string, unknown>>
/** Running a query to write. None of it runs hooks; `autoUpdate` dates are set. */
declare abstract class WriteMethods<M extends Model, Result> extends ReadingQuery<M, Result> {
  /** Says that every document is meant: what writes without a condition needs it. */
  all(): this
  /**
   * Says which elements `$[name]` in the path of an update means: objects that the conditions of a
   * callback hold for, or values that an operator of `where` finds. See `UpdateBuilder.arrayFilter`.
   *
   * @example
   * await Order.query()
   *   .where('id', id)
   *   .arrayFilter('item', (item) => item.where('sku', sku))
   *   .update('items.$[item].qty', 0)
   */
  arrayFilter(name: string, condition: ElementCondition<Record<string, unknown>>): this
  arrayFilter<O extends Operator>(
    name: string,
    operator: O,
    value: Operand<
      {
        element: unknown
      },
      'element',
      O
    >,
  ): this
  /**
   * Sets columns of every document that matches.
   *
   * Errors: `E_EMPTY_FILTER` without a condition, unless `all()` was called; `E_UNKNOWN_COLUMN`;
   * `E_UNDEFINED_VALUE`; `E_INVALID_QUERY` with a limit, offset or order.
   *
   * @returns `[matched]`, how many documents matched
   */
  update<Path extends UpdatePath<M>>(column: Path, value: UpdateValue<M, Path>): Promise<[number]>
  update(values: UpdateValues<M>): Promise<[number]>
  /**
   * Updates every document that matches: sets values, or does what the callback says of an
   * `UpdateBuilder`. Errors: as `update`, and those of the builder.
   *
   * @example
   * const { matched, modified } = await Post.query()
   *   .where('authorId', author.id)
   *   .updateMany((post) => post.increment('edits').push('tags', 'edited').unset('draft'))
   */
  updateMany(changes: UpdateChanges<M>): Promise<UpdateResult>
  /** {@link updateMany} with a callback. */
  modify(change: (update: UpdateBuilder<M>) => unknown): Promise<UpdateResult>
  /**
   * Updates every document that matches with a native pipeline (MongoDB manual, "Updates with
   * Aggregation Pipeline"): new values may be made of old ones. Names are stored names and values go
   * out as written; `autoUpdate` dates that the pipeline does not set are set after it.
   *
   * Never pass anything from a request here: text that starts with `$` is an expression.
   *
   * Errors: `E_UNSAFE_OPERATOR` for `$function`, `E_INVALID_QUERY` for other stages than `$set`,
   * `$unset`, `$project`, `$replaceWith` and their synonyms; as `update`.
   *
   * @example
   * await Cart.query().all().updateWith([{ $set: { total: { $sum: '$items.price' } } }])
   */
  updateWith(stages: readonly UpdateStage[]): Promise<UpdateResult>
  /** Adds to numbers of every document that matches. Errors: as `update`. */
  increment(column: NumericPath<M>, by?: Amount): Promise<[number]>
  increment(columns: Amounts<M>): Promise<[number]>
  /** Subtracts from numbers of every document that matches. Errors: as `update`. */
  decrement(column: NumericPath<M>, by?: Amount): Promise<[number]>
  decrement(columns: Amounts<M>): Promise<[number]>
  /** `UpdateBuilder.push` on every document that matches. */
  pushTo<Path extends ListPath<M>>(
    column: Path,
    element: ElementOf<M, Path>,
    options?: PushOptions<ElementOf<M, Path>> & OneElement,
  ): Promise<UpdateResult>
  pushTo<Path extends ListPath<M>>(
    column: Path,
    elements: readonly ElementOf<M, Path>[],
    options: PushOptions<ElementOf<M, Path>> & EachElement,
  ): Promise<UpdateResult>
  /** `UpdateBuilder.pull` on every document that matches. */
  pullFrom<Path extends ListPath<M>>(
    column: Path,
    condition: ElementCondition<NonNullable<ElementOf<M, Path>>>,
  ): Promise<UpdateResult>
  pullFrom<Path extends ListPath<M>>(column: Path, value: ElementOf<M, Path>): Promise<UpdateResult>
  pullFrom<Path extends ListPath<M>, O extends Operator>(
    column: Path,
    operator: O,
    value: Operand<
      {
        element: ElementOf<M, Path>
      },
      'element',
      O
    >,
  ): Promise<UpdateResult>
  /** `UpdateBuilder.addToSet` on every document that matches. */
  addToSet<Path extends ListPath<M>>(
    column: Path,
    element: ElementOf<M, Path>,
    options?: OneElement,
  ): Promise<UpdateResult>
  addToSet<Path extends ListPath<M>>(
    column: Path,
    elements: readonly ElementOf<M, Path>[],
    options: EachElement,
  ): Promise<UpdateResult>
  /** `UpdateBuilder.unset` on every document that matches. */
  unset(...columns: readonly UpdatePath<M>[]): Promise<UpdateResult>
  /**
   * Deletes every document that matches.
   *
   * Errors: `E_EMPTY_FILTER` without a condition, unless `all()` was called; `E_INVALID_QUERY` with
   * a limit, offset or order.
   *
   * @returns `[deleted]`, how many documents were deleted
   */
  delete(): Promise<[number]>
  /** Lucid's short name for `delete`. */
  del(): Promise<[number]>
}
/** Options of `findOneAndUpdate` and `findOneAndReplace`. */
interface FindOneAndOptions {
  /** Answer the document as it is afterwards; true by default. */
  returnNew?: boolean
  /** Insert a document where none matches. */
  upsert?: boolean
}
/** Options of `upsert`. */
interface UpsertOptions<M> {
  /** What an inserted document has beside the conditions and the values. */
  onInsert?: UpdateValues<M>
}
/** Writing to one document of those that match. None of it runs hooks. */
declare abstract class FindAndModifyMethods<M extends Model, Result> extends WriteMethods<
  M,
  Result
> {
  /**
   * Updates one document that matches: the first by `orderBy`, or any. Where there is an order, a
   * document that has the values already counts as modified too. Errors: as `updateMany`; an order
   * is fine.
   */
  updateOne(changes: UpdateChanges<M>): Promise<UpdateResult>
  /**
   * Deletes one document that matches: the first by `orderBy`, or any. Errors: as `delete`; an order
   * is fine.
   *
   * @returns `[deleted]`, 1 or 0
   */
  deleteOne(): Promise<[number]>
  /**
   * Updates one document that matches, the first by `orderBy`, and answers it as it is then; `null`
   * where none matches. Nothing comes in between. `select` chooses what is read.
   *
   * With `upsert` a document is inserted where none matches, as by `upsert()`. Errors: as
   * `updateMany`; an order is fine.
   *
   * @example
   * const job = await Job.query()
   *   .where('status', 'queued')
   *   .orderBy('priority', 'desc')
   *   .findOneAndUpdate({ status: 'running', startedAt: new Date() })
   */
  findOneAndUpdate(changes: UpdateChanges<M>, options?: FindOneAndOptions): Promise<Result | null>
  /**
   * Deletes one document that matches, the first by `orderBy`, and answers what it was; `null` where
   * none matches. Errors: as `delete`; an order is fine.
   */
  findOneAndDelete(): Promise<Result | null>
  /**
   * Puts a document with these values, and nothing else but its primary key, in the place of one that
   * matches, the first by `orderBy`; answers it as it is then. Dates are stamped as those of a new
   * document. Errors: as `Model.create` and `findOneAndUpdate`.
   */
  findOneAndReplace(
    values: PartialAttributes<M>,
    options?: FindOneAndOptions,
  ): Promise<Result | null>
  /**
   * Updates one document that matches, or inserts one: with the fields that conditions fix to one
   * value, the values, and `onInsert`. It gets a primary key as a new model would (numbers of a
   * sequence are taken even when nothing is inserted), and its dates; defaults of the class and hooks are none of it.
   *
   * With a unique index on the fields of the conditions there is never a second document, however
   * many callers run this at once.
   *
   * Errors: as `updateMany`; `E_UNDEFINED_VALUE` where the model assigns its own primary keys and
   * none is given; `E_DUPLICATE_KEY`.
   *
   * @example
   * await Counter.query().where('name', name).upsert((counter) => counter.increment('hits'), {
   *   onInsert: { owner: 'system' },
   * })
   */
  upsert(changes: UpdateChanges<M>, options?: UpsertOptions<M>): Promise<UpsertResult>
}
/** Type of a column that is an array: that of its elements. */
type SingleValue<T> = T extends readonly (infer Element)[] ? Element : T
/** Reading values rather than rows. Lucid has none of these methods. */
declare abstract class ValueMethods<M extends Model, Result> extends ReadingQuery<M, Result> {
  /** Whether any document matches; at most one is looked for. Runs no hooks. */
  exists(): Promise<boolean>
  /**
   * The values that one column has in the rows, one for each. Reads that column only, with the
   * query's order, limit and offset, and runs the fetch hooks.
   *
   * @example
   * const emails = await User.query().where('status', 'active').orderBy('email').pluck('email')
   */
  pluck<Name extends AttributeName<M> & keyof M>(column: Name): Promise<M[Name][]>
  /**
   * The different values that one column has in the documents that match, in no particular order: of
   * an array column, those of its elements. Runs no hooks.
   *
   * Errors: `E_INVALID_QUERY` with a limit or an offset, which MongoDB does not have for it.
   */
  valuesOf<Name extends AttributeName<M> & keyof M>(column: Name): Promise<SingleValue<M[Name]>[]>
}
interface ModelQueryBuilder<out M extends Model, out Result = M>
  extends ValueMethods<M, Result>,
    FindAndModifyMethods<M, Result> {}
/**
 * A query for models. Nothing is sent until it is awaited, or one of `exec`, `first`, `count`,
 * `paginate`, `update`, `delete`, … is called; each of these sends it anew.
 *
 * @example
 * const users = await User.query().where('status', 'active').orderBy('createdAt', 'desc').limit(10)
 */
declare class ModelQueryBuilder<out M extends Model, out Result = M> extends ReadingQuery<
  M,
  Result
> {
  /**
   * Adds a method, or another value, to all queries. Declare it as well, so that the compiler knows.
   *
   * Errors: `E_CONFIGURATION` for a name that queries have already.
   *
   * @example
   * declare module 'lucent-odm' {
   *   interface ModelQueryBuilder<M extends Model, Result = M> {
   *     newest(): this
   *   }
   * }
   * ModelQueryBuilder.macro('newest', function (this: ModelQueryBuilder<Model>) {
   *   return this.orderBy('createdAt', 'desc')
   * })
   */
  static macro<Name extends keyof ModelQueryBuilder<Model> & string>(
    name: Name,
    value: ModelQueryBuilder<Model>[Name],
  ): void
  /**
   * Adds a getter to all queries; the value of a `singleton` is made once for each query. Declare it
   * as with {@link macro}. Errors: `E_CONFIGURATION` for a name that queries have already.
   */
  static getter<Name extends keyof ModelQueryBuilder<Model> & string>(
    name: Name,
    make: (this: ModelQueryBuilder<Model>) => ModelQueryBuilder<Model>[Name],
    singleton?: boolean,
  ): void
  protected fresh(): this
  /**
   * Reads plain documents with their stored names instead of models. No hooks run.
   *
   * @example
   * const rows = await User.query().where('status', 'active').pojo<{ email: string }>()
   */
  pojo<Row = Record<string, unknown>>(): ModelQueryBuilder<M, Row>
  /**
   * Applies scopes of the model, in place: what they add stands where they are called. Semantics of
   * Lucid. On `Model.query()` the scopes are typed; elsewhere name the class:
   * `withScopes<typeof User>(…)`.
   *
   * Errors: `E_UNDEFINED_SCOPE`, `E_INVALID_QUERY` for an async callback or scope.
   *
   * @example
   * await User.query().withScopes((scopes) => scopes.active().olderThan(5))
   */
  withScopes<T extends ModelClass = ModelClass>(callback: (scopes: ScopesOf<T>) => void): this
  /** Same as {@link withScopes}. */
  apply<T extends ModelClass = ModelClass>(callback: (scopes: ScopesOf<T>) => void): this
  /**
   * Runs `callback` on each model after it was read and before the after hooks. What it answers is
   * ignored. Not for `pojo()`. Errors: `E_INVALID_QUERY` for what is no function.
   */
  rowTransformer(callback: (row: M) => void): this
  /**
   * Gives every model that is read these values as its `$sideloaded`, instead of what an earlier
   * call gave or, with `merge`, besides. Errors: `E_INVALID_QUERY` for what is no object.
   *
   * @example
   * await User.query().sideload({ viewer })
   */
  sideload(values: ModelObject, merge?: boolean): this
  /** What `sideload` was given. */
  get sideloaded(): Readonly<ModelObject>
  /** Runs in the transaction. Lucid's name; `Model.query({ client: trx })` is the same. */
  useTransaction(trx: TransactionClient): this
  /** Where the query runs: a transaction or a connection. */
  get client(): QueryClient
  /** Options that give other queries the same way. */
  get clientOptions(): ModelAdapterOptions
  /**
   * Gives up on what the query does when the signal is aborted: it fails with `E_ABORTED`, its
   * cause the signal's reason.
   *
   * @example
   * await Report.query().signal(AbortSignal.timeout(2000))
   */
  signal(signal: AbortSignal): this
}
/**
 * Carries out what models ask for. `Adapter` does so with MongoDB; extend it, or put something else
 * in its place, to record, redirect or fake what models write: `Model.useAdapter(adapter)`.
 *
 * Hooks, dates, primary keys, versions and the state of the instance are not the adapter's: it gets
 * what is to be stored and either stores it or throws, and the instance is then what it was before.
 * With an adapter of its own a model writes one document at a time; `createMany` and the like are
 * atomic only in a transaction that the application began. `updateOrCreate` and `updateOrCreateMany`
 * begin one on the client that `modelConstructorClient` answers, where the server has them: `query`
 * gets it as `client`, and `modelClient` shall answer it for instances whose `$trx` it is. Queries that update or delete, `truncate`,
 * and bulk writes do not go through it.
 */
interface AdapterContract extends ModelAdapter {
  /** A query of the class: what `Model.query()` and everything that reads begins with. */
  query<T extends ModelClass>(
    model: T,
    options?: ModelAdapterOptions,
  ): ModelQueryBuilder<InstanceType<T>>
}
/**
 * The adapter that writes to MongoDB. Extend it to see, or change, what models send.
 *
 * @example
 * class Recorder extends Adapter {
 *   readonly inserted: object[] = []
 *   override async insert(instance: Model, columns: AdapterColumns, limits?: CallLimits) {
 *     this.inserted.push(columns)
 *     return super.insert(instance, columns, limits)
 *   }
 * }
 * User.useAdapter(new Recorder())
 */
declare class Adapter implements AdapterContract {
  #private
  modelClient(instance: Model): QueryClient
  modelConstructorClient(model: ModelClass, options?: ModelAdapterOptions): QueryClient
  /** Errors: `E_DUPLICATE_KEY`, `E_INVALID_VALUE`, the server's. */
  insert(instance: Model, columns: AdapterColumns, limits?: CallLimits): Promise<void>
  /** Errors: `E_STALE_MODEL`, `E_DUPLICATE_KEY`, `E_INVALID_VALUE`, the server's. */
  update(instance: Model, columns: AdapterColumns, limits?: CallLimits): Promise<void>
  /** Errors: `E_STALE_MODEL` where documents have a version; the server's. */
  delete(instance: Model, limits?: CallLimits): Promise<void>
  /** Errors: `E_ROW_NOT_FOUND`. */
  refresh(instance: Model): Promise<void>
  query<T extends ModelClass>(
    model: T,
    options?: ModelAdapterOptions,
  ): ModelQueryBuilder<InstanceType<T>>
}
/**
 * What `group()` computes over the rows of a group, made with the functions of `expr`. `T` is the
 * type of the outcome, `P` the fields that it refers to.
 */
declare class Accumulator<out T = unknown, out P = string> {
  #private
  protected readonly accumulated: () => T
  protected readonly paths: () => P
}
/** An accumulator that is an operator on arrays as well; `U` is what it comes to there. */
declare class ArrayAccumulator<
  out T = unknown,
  out P = string,
  out U = unknown,
> extends Accumulator<T, P> {
  protected readonly operated: () => U
}
/**
 * An expression of the aggregation language, made with the functions of `expr`. `T` is the type of
 * what it comes to, `P` the fields that it refers to.
 *
 * An expression can be kept and used in several pipelines.
 */
declare class Expression<out T = unknown, out P = string> {
  #private
  protected readonly type: () => T
  protected readonly paths: () => P
  /**
   * The same expression with another type, where it is better known than the compiler can tell.
   *
   * @example
   * expr.field('meta.score').as<number>()
   */
  as<U>(): Expression<U, P>
}
type IsAny$1<T> = 0 extends 1 & T ? true : false
/** Makes editors show what a type comes to. */
type Expand<T> = { [K in keyof T]: T[K] } & {}
/** A column's value as it is stored: rows hold dates, not `DateTime`s. */
type Stored<T> =
  IsAny$1<T> extends true
    ? unknown
    : T extends DateTimeLike
      ? Date
      : T extends readonly (infer E)[]
        ? E extends DateTimeLike
          ? Date[]
          : T
        : T
/**
 * A document of model `M` as a row of an aggregation: property names, ids as text, dates as `Date`.
 * Any name where `M` declares no properties.
 */
type RowOf<M> =
  IsAny$1<M> extends true
    ? Record<string, unknown>
    : string extends AttributeName<M>
      ? Record<string, unknown>
      : Expand<{ [K in keyof M as K extends AttributeName<M> ? K : never]: Stored<M[K]> }>
/** A name or dotted path of a row; where rows are of several kinds, of any of them. */
type FieldPath<Row> = Row extends unknown ? AttributePath<Row> : never
/** The same, also as MongoDB writes it: `'amount'` or `'$amount'`. */
type FieldName<Row> = FieldPath<Row> | `$${FieldPath<Row>}`
/** `'$amount'` without the dollar sign. */
type Bare<Name extends string> = Name extends `$${infer Path}` ? Path : Name
/** What a path leads to in an expression: through an array it leads to an array of what is inside. */
type FieldValue<T, Path extends string> =
  IsAny$1<T> extends true
    ? unknown
    : T extends null | undefined
      ? T
      : [Path] extends [keyof T]
        ? T[Path]
        : T extends readonly (infer E)[]
          ? FieldValue<NonNullable<E>, Path>[]
          : Path extends `${infer Head}.${infer Rest}`
            ? Head extends keyof T
              ? FieldValue<T[Head], Rest>
              : unknown
            : unknown
/** `A` with the properties of `B` in place of its own. */
type Merge<A, B> = Expand<Omit<A, keyof B> & B>
/** The first segment of a path. */
type FirstSegment<Path extends string> = Path extends `${infer First}.${string}` ? First : Path
/** The names of a row that primary keys have. */
type PrimaryName<Row> = Extract<keyof Row, 'id' | '_id'>
/** What `select()` leaves. */
type Selected<Row, Name extends string> = Expand<
  Pick<Row, Extract<keyof Row, FirstSegment<Bare<Name>>> | PrimaryName<Row>>
>
/** What `unset()` leaves. A path into a field leaves the field. */
type Without<Row, Name extends string> = Expand<Omit<Row, Bare<Name>>>
type Item$1<T> = T extends readonly (infer E)[] ? E : T
/** What `unwind()` makes of the field at a path. `Kept`: rows without elements stay. */
type Unwound<Row, Path extends string, Kept> = Path extends `${infer First}.${infer Rest}`
  ? First extends keyof Row
    ? Expand<{ [K in keyof Row]: K extends First ? Unwound<Row[K], Rest, Kept> : Row[K] }>
    : Row
  : Expand<{
      [K in keyof Row]: K extends Path
        ? Kept extends true
          ? Item$1<Row[K]> | undefined
          : NonNullable<Item$1<Row[K]>>
        : Row[K]
    }>
/** A value that stands for itself. */
type Scalar =
  | string
  | number
  | boolean
  | bigint
  | null
  | Date
  | RegExp
  | DateTimeLike
  | ArrayBufferView
  | {
      readonly _bsontype: string
    }
/** An expression, or an accumulator that works on arrays too. */
type AnyExpression<P = string> = Expression<unknown, P> | ArrayAccumulator<unknown, P, unknown>
/**
 * What an operator takes: a value or an expression. Text is text, whatever it starts with; a field is
 * `expr.field('name')`.
 */
type Operand$1 =
  | Scalar
  | AnyExpression
  | readonly Operand$1[]
  | {
      readonly [name: string]: Operand$1
    }
/** The same where only a number or a date makes sense. */
type NumberOperand =
  | number
  | bigint
  | Date
  | DateTimeLike
  | {
      readonly _bsontype: string
    }
  | AnyExpression
/** The same where only text makes sense. */
type TextOperand = string | AnyExpression
/**
 * What accumulators, windows and stages read: the name of a field, an expression, or an object of
 * those. Text is a name here.
 */
type Subject =
  | string
  | number
  | boolean
  | null
  | Date
  | AnyExpression
  | {
      readonly [name: string]: Subject
    }
/** A subject whose names occur in `Row`. */
type SubjectOf$1<Row> =
  | FieldName<Row>
  | number
  | boolean
  | null
  | Date
  | AnyExpression<FieldPath<Row>>
  | {
      readonly [name: string]: SubjectOf$1<Row>
    }
type ExpressionType<A> =
  A extends Expression<infer T, string>
    ? T
    : A extends ArrayAccumulator<unknown, string, infer U>
      ? U
      : never
type ExpressionPaths<A> =
  A extends Expression<unknown, infer P> ? P : A extends Accumulator<unknown, infer P> ? P : never
/** Type of what an operand comes to. */
type ValueOf<A> = A extends AnyExpression
  ? ExpressionType<A>
  : A extends DateTimeLike
    ? Date
    : A extends Scalar
      ? A
      : A extends readonly unknown[]
        ? ListOf<ValueOf<A[number]>>
        : A extends object
          ? ValueDoc<A>
          : unknown
/** Fields that an operand refers to. */
type PathsOf<A> = A extends AnyExpression
  ? ExpressionPaths<A>
  : A extends Scalar
    ? never
    : A extends readonly unknown[]
      ? PathsOf<A[number]>
      : A extends object
        ? PathsOf<A[keyof A]>
        : never
/** Type of what a subject comes to. Names that are only known at run time say nothing. */
type SubjectValue<S> = S extends string
  ? string extends S
    ? unknown
    : Ref<Bare<S>>
  : S extends AnyExpression
    ? ExpressionType<S>
    : S extends Scalar
      ? S
      : Doc<S>
/** Fields that a subject refers to. */
type SubjectPaths<S> = S extends string
  ? string extends S
    ? never
    : Bare<S>
  : S extends AnyExpression
    ? ExpressionPaths<S>
    : S extends Scalar
      ? never
      : S extends object
        ? SubjectPaths<S[keyof S]>
        : never
/** What the compiler shows for `'$amount'` where text is text. */
interface TextIsNoField {
  readonly hint: "text stands for itself here: expr.field('name') is the field, expr.literal(text) the text"
}
/** `A`, unless it is text that looks like a field. */
type NoPath<A> = A extends `$${string}` ? TextIsNoField : A
/** The outcome of arithmetic: a number, a Decimal128 among Decimal128s, null where an operand is. */
type Computed<V> = Derived<V, Numeric<V>>
declare const DEFERRED: unique symbol
/** A type that depends on the row. */
interface Deferred {
  readonly [DEFERRED]: true
}
/** What the path leads to. */
interface Ref<Path extends string> extends Deferred {
  readonly ref: Path
}
/** The row itself. */
interface Whole extends Deferred {
  readonly whole: true
}
/** A list of `T`. */
interface ListOf<T> extends Deferred {
  readonly list: T
}
/** An element of the list `T`. */
interface ElementOf$1<T> extends Deferred {
  readonly element: T
}
/** What the path leads to inside of `T`. */
interface At<T, Path extends string> extends Deferred {
  readonly at: T
  readonly path: Path
}
/** `T`, null where it is missing. */
interface Settled<T> extends Deferred {
  readonly settled: T
}
/** `T` without null and missing. */
interface Present<T> extends Deferred {
  readonly present: T
}
/** `To`, or null where `From` can be null or missing. */
interface Derived<From, To> extends Deferred {
  readonly from: From
  readonly to: To
}
/** A number, or a Decimal128 where `T` is one. */
interface Numeric<T> extends Deferred {
  readonly numeric: T
}
/** A document of subjects. */
interface Doc<S> extends Deferred {
  readonly doc: S
}
/** A document of operands. */
interface ValueDoc<S> extends Deferred {
  readonly values: S
}
/** What `T` is on rows of type `Row`. */
type Resolve<Row, T> =
  IsAny$1<T> extends true ? unknown : T extends Deferred ? ResolveDeferred<Row, T> : T
type ResolveDeferred<Row, T> =
  T extends Ref<infer Path>
    ? FieldValue<Row, Path>
    : T extends Whole
      ? Row
      : T extends ListOf<infer E>
        ? Exclude<Resolve<Row, E>, undefined>[]
        : T extends ElementOf$1<infer L>
          ? Element$1<Resolve<Row, L>>
          : T extends At<infer V, infer Path>
            ? FieldValue<Resolve<Row, V>, Path>
            : T extends Settled<infer V>
              ? NullForMissing<Resolve<Row, V>>
              : T extends Present<infer V>
                ? PresentOf<Resolve<Row, V>>
                : T extends Derived<infer From, infer To>
                  ? Resolve<Row, To> | NullOf<Resolve<Row, From>>
                  : T extends Numeric<infer V>
                    ? NumberLike<Resolve<Row, V>>
                    : T extends Doc<infer S>
                      ? { -readonly [K in keyof S]: Resolve<Row, SubjectValue<S[K]>> }
                      : T extends ValueDoc<infer S>
                        ? { -readonly [K in keyof S]: Resolve<Row, ValueOf<S[K]>> }
                        : unknown
type Element$1<L> = L extends readonly (infer E)[] ? E : L extends null | undefined ? null : unknown
type NullForMissing<T> = unknown extends T
  ? T
  : undefined extends T
    ? Exclude<T, undefined> | null
    : T
type PresentOf<T> = unknown extends T ? T : NonNullable<T>
type NullOf<T> = null extends T ? null : undefined extends T ? null : never
type NumberLike<T> = [
  Extract<
    T,
    {
      readonly _bsontype: 'Decimal128'
    }
  >,
] extends [never]
  ? number
  : Decimal128$1
/** A variable: of a callback such as that of `expr.filter()`, or of a `let`. */
declare class Variable<out T = unknown> extends Expression<T, never> {
  /**
   * What is inside of the variable's document.
   *
   * @example
   * expr.filter('items', (item) => expr.gt(item.field('price'), 10))
   */
  field<const Path extends string>(path: Path): Expression<At<T, Path>, never>
}
/**
 * What `setWindowFields()` computes for each row over the rows around it, made with the functions of
 * `expr`. `T` is the type of the outcome, `P` the fields that it refers to.
 */
declare class WindowFunction<out T = unknown, out P = string> {
  #private
  protected readonly computed: () => T
  protected readonly paths: () => P
}
/** How a class of builders names itself with other rows, so that stages return what they were called on. */
interface BuilderKind {
  readonly model: unknown
  readonly row: unknown
  /** The builder of `model` and `row`. */
  readonly builder: unknown
  /** The builder of a pipeline inside of this one. */
  readonly inner: unknown
}
/** The builder of kind `K` with rows of type `Row`. */
type Built<K extends BuilderKind, M, Row> = (K & {
  readonly model: M
  readonly row: Row
})['builder']
/** The builder of a pipeline inside of one of kind `K`. */
type Inner<K extends BuilderKind, M, Row> = (K & {
  readonly model: M
  readonly row: Row
})['inner']
/** A pipeline whose rows are of type `Row`. */
interface PipelineOf<out Row> {
  /** For the compiler only. */
  readonly $row?: () => Row
}
type RowsOf<Result> = Result extends PipelineOf<infer Row> ? Row[] : never
type FieldCheck<A, Row> = A extends AnyExpression ? AnyExpression<FieldPath<Row>> : NoPath<A>
/** Checks the values of `addFields()`. */
type AddCheck<S, Row> = { readonly [K in keyof S]: FieldCheck<S[K], Row> }
/** The fields that `addFields()` adds. Paths into fields leave the field's type. */
type AddedFields<Row, S> = {
  -readonly [K in keyof S as K extends `${string}.${string}` ? never : K]: Resolve<
    Row,
    ValueOf<S[K]>
  >
}
type Included = true | 1
type Excluded = false | 0
/** Checks the values of `project()`. */
type ProjectCheck<S, Row> = {
  readonly [K in keyof S]: S[K] extends Included | Excluded
    ? K extends keyof Row
      ? S[K]
      : never
    : FieldCheck<S[K], Row>
}
type Keys$1<S, Value> = { [K in keyof S]: S[K] extends Value ? K : never }[keyof S]
/** What `project()` leaves. */
type Projected<Row, S> = [Exclude<keyof S, Keys$1<S, Excluded>>] extends [never]
  ? Expand<Omit<Row, keyof S>>
  : Expand<
      Pick<Row, Extract<keyof Row, Keys$1<S, Included>>> & {
        -readonly [K in Exclude<keyof S, Keys$1<S, Included | Excluded>>]: Resolve<
          Row,
          ValueOf<S[K]>
        >
      }
    >
/** Accumulators by the name of the field that they make. */
type AccumulatorCheck<S, Row> = { readonly [K in keyof S]: Accumulator<unknown, FieldPath<Row>> }
/** Checks the argument of `group()`. */
type GroupCheck<S, Row> = {
  readonly [K in keyof S]: K extends 'by' ? SubjectOf$1<Row> : Accumulator<unknown, FieldPath<Row>>
}
/** The fields that accumulators make. */
type Accumulated<Row, S> = {
  -readonly [K in keyof S]: S[K] extends Accumulator<infer T, string> ? Resolve<Row, T> : unknown
}
/** Type of the value that groups are made by. */
type KeyValue$1<Row, By> = Expand<Resolve<Row, Settled<SubjectValue<By>>>>
/** The rows of `group()`. */
type Grouped<
  Row,
  S extends {
    readonly by: unknown
  },
> = Expand<
  {
    _id: Resolve<Row, Settled<SubjectValue<S['by']>>>
  } & Accumulated<Row, Omit<S, 'by'>>
>
/** Rows with a key and the fields of accumulators. */
type Keyed<Row, Key, Fields> = Expand<
  {
    _id: Key
  } & Accumulated<Row, Fields>
>
/** Window functions by the name of the field that they make. */
type WindowCheck<S, Row> = {
  readonly [K in keyof S]:
    | WindowFunction<unknown, FieldPath<Row>>
    | Accumulator<unknown, FieldPath<Row>>
}
/** The fields that window functions make. */
type Windowed<Row, S> = {
  -readonly [K in keyof S]: S[K] extends WindowFunction<infer T, string>
    ? Resolve<Row, T>
    : S[K] extends Accumulator<infer T, string>
      ? Resolve<Row, T>
      : unknown
}
/** A model class, by its shape. */
type ModelSource = abstract new () => object
/** A collection: a model class, or a name. */
type Source = ModelSource | string
/** Instances of the model that a source is; `unknown` for a name. */
type SourceModel<S> = S extends abstract new () => infer M ? M : unknown
/** Rows of a source. */
type SourceRow<S> = S extends abstract new () => infer M ? RowOf<M> : Record<string, unknown>
/** Variables as the inner pipeline gets them. */
type Variables<Row, L> = {
  readonly [K in keyof L]: Expression<Resolve<Row, SubjectValue<L[K]>>, never>
}
/** The rows of `facet()`. */
type Faceted<F> = Expand<{
  -readonly [K in keyof F]: F[K] extends (...args: never[]) => infer Result ? RowsOf<Result> : never
}>
/** `'asc'` and `'desc'`, or MongoDB's 1 and -1. */
type SortDirection = 'asc' | 'desc' | 1 | -1
/** Fields with their directions, the most significant first. */
type SortSpec<Row> = { readonly [P in FieldPath<Row>]?: SortDirection | Expression<number, never> }
type Element<S> = Settled<ElementOf$1<SubjectValue<S>>>
/**
 * The sum of numbers; other values count as 0. Decimal128s make a Decimal128. On an array: of its
 * elements.
 *
 * @example
 * Order.aggregate().group({ by: 'status', revenue: expr.sum('total') })
 */
declare function sum<const S extends Subject>(
  of: S,
): ArrayAccumulator<
  Numeric<SubjectValue<S>>,
  SubjectPaths<S>,
  Numeric<ElementOf$1<SubjectValue<S>>>
>
/**
 * The average of numbers, null when there are none. On an array: of its elements.
 *
 * @example
 * Order.aggregate().group({ by: 'status', average: expr.avg('total') })
 */
declare function avg<const S extends Subject>(
  of: S,
): ArrayAccumulator<
  Numeric<SubjectValue<S>> | null,
  SubjectPaths<S>,
  Numeric<ElementOf$1<SubjectValue<S>>> | null
>
/**
 * The smallest value; null and missing do not count. On an array: of its elements.
 *
 * @example
 * Order.aggregate().group({ by: 'userId', first: expr.min('createdAt') })
 */
declare function min<const S extends Subject>(
  of: S,
): ArrayAccumulator<Settled<SubjectValue<S>>, SubjectPaths<S>, Element<S>>
/**
 * The greatest value. On an array: of its elements.
 *
 * @example
 * Order.aggregate().group({ by: 'userId', last: expr.max('createdAt') })
 */
declare function max<const S extends Subject>(
  of: S,
): ArrayAccumulator<Settled<SubjectValue<S>>, SubjectPaths<S>, Element<S>>
/**
 * The value of the first row of the group: `sort()` before says which that is. On an array: its first
 * element.
 *
 * @example
 * Order.aggregate().sort('createdAt').group({ by: 'userId', firstTotal: expr.first('total') })
 */
declare function first<const S extends Subject>(
  of: S,
): ArrayAccumulator<
  Settled<SubjectValue<S>>,
  SubjectPaths<S>,
  ElementOf$1<SubjectValue<S>> | undefined
>
/** As `first`, of the last row or element. @example expr.last('total') */
declare function last<const S extends Subject>(
  of: S,
): ArrayAccumulator<
  Settled<SubjectValue<S>>,
  SubjectPaths<S>,
  ElementOf$1<SubjectValue<S>> | undefined
>
/**
 * All values in a list, in the order of the rows.
 *
 * @example
 * Order.aggregate().group({ by: 'userId', orders: expr.push({ id: 'id', total: 'total' }) })
 */
declare function push<const S extends Subject>(
  of: S,
): Accumulator<ListOf<SubjectValue<S>>, SubjectPaths<S>>
/** All different values in a list, in no order. @example expr.addToSet('status') */
declare function addToSet<const S extends Subject>(
  of: S,
): Accumulator<ListOf<SubjectValue<S>>, SubjectPaths<S>>
/**
 * How many rows.
 *
 * @example
 * User.aggregate().group({ by: 'status', users: expr.count() })
 */
declare function count(): Accumulator<number, never>
/** Standard deviation of all there is; null without numbers. Also on an array. @example expr.stdDevPop('score') */
declare function stdDevPop<const S extends Subject>(
  of: S,
): ArrayAccumulator<number | null, SubjectPaths<S>, number | null>
/** Standard deviation of a sample; null below two numbers. Also on an array. @example expr.stdDevSamp('score') */
declare function stdDevSamp<const S extends Subject>(
  of: S,
): ArrayAccumulator<number | null, SubjectPaths<S>, number | null>
/**
 * Documents merged into one, later fields win: of the rows of a group, of an array, or several that
 * are named.
 *
 * @example
 * User.aggregate().addFields({ settings: expr.mergeObjects('defaults', 'settings', { seen: expr.now() }) })
 */
declare function mergeObjects<const S extends readonly [Subject, ...Subject[]]>(
  ...documents: S
): ArrayAccumulator<Record<string, unknown>, SubjectPaths<S[number]>, Record<string, unknown>>
/** What `expr.top()` and the like take. */
interface TopOptions<S> {
  /** What makes a row the top one: fields with directions. */
  readonly sortBy: {
    readonly [field: string]: SortDirection
  }
  /** What is taken of it. */
  readonly output: S
}
/**
 * What is taken of the row that comes first in an order.
 *
 * @example
 * Order.aggregate().group({ by: 'userId', best: expr.top({ sortBy: { total: 'desc' }, output: 'id' }) })
 */
declare function top<const S extends Subject>(
  options: TopOptions<S>,
): Accumulator<Settled<SubjectValue<S>>, SubjectPaths<S>>
/** As `top`, of the row that comes last. @example expr.bottom({ sortBy: { total: 'desc' }, output: 'id' }) */
declare function bottom<const S extends Subject>(
  options: TopOptions<S>,
): Accumulator<Settled<SubjectValue<S>>, SubjectPaths<S>>
/** As `top`, of the first `n` rows. @example expr.topN(3, { sortBy: { total: 'desc' }, output: 'id' }) */
declare function topN<const S extends Subject>(
  n: NumberOperand,
  options: TopOptions<S>,
): Accumulator<ListOf<Settled<SubjectValue<S>>>, SubjectPaths<S>>
/** As `bottom`, of the last `n` rows. @example expr.bottomN(3, { sortBy: { total: 'desc' }, output: 'id' }) */
declare function bottomN<const S extends Subject>(
  n: NumberOperand,
  options: TopOptions<S>,
): Accumulator<ListOf<Settled<SubjectValue<S>>>, SubjectPaths<S>>
type Several<S> = ArrayAccumulator<
  ListOf<Settled<SubjectValue<S>>>,
  SubjectPaths<S>,
  ListOf<ElementOf$1<SubjectValue<S>>>
>
/** The values of the first `n` rows; on an array, its first elements. @example expr.firstN(3, 'total') */
declare function firstN<const S extends Subject>(n: NumberOperand, of: S): Several<S>
/** The values of the last `n` rows; on an array, its last elements. @example expr.lastN(3, 'total') */
declare function lastN<const S extends Subject>(n: NumberOperand, of: S): Several<S>
/** The `n` smallest values, also of an array. @example expr.minN(3, 'price') */
declare function minN<const S extends Subject>(n: NumberOperand, of: S): Several<S>
/** The `n` greatest values, also of an array. @example expr.maxN(3, 'price') */
declare function maxN<const S extends Subject>(n: NumberOperand, of: S): Several<S>
/**
 * Percentiles, for instance 0.5 and 0.95, in the order of `p`; also of an array. MongoDB 7 and later.
 *
 * Throws, where the stage is added, `E_INVALID_QUERY` for percentiles that are not from 0 to 1.
 *
 * @example
 * Request.aggregate().group({ by: 'path', latency: expr.percentile('ms', [0.5, 0.95]) })
 */
declare function percentile<const S extends Subject>(
  of: S,
  p: readonly number[],
): ArrayAccumulator<(number | null)[], SubjectPaths<S>, (number | null)[]>
/** The median, also of an array. MongoDB 7 and later. @example expr.median('ms') */
declare function median<const S extends Subject>(
  of: S,
): ArrayAccumulator<number | null, SubjectPaths<S>, number | null>
type Arithmetic<A> = Expression<Computed<ValueOf<A>>, PathsOf<A>>
type ArithmeticOf<A extends readonly unknown[]> = Expression<
  Computed<ValueOf<A[number]>>,
  PathsOf<A[number]>
>
/**
 * The sum. A date and milliseconds make a date; `expr.dateAdd` knows longer units.
 *
 * @example
 * expr.add(expr.field('price'), expr.field('tax'))
 */
declare function add<const A extends readonly NumberOperand[]>(...operands: A): ArithmeticOf<A>
/**
 * The difference; of two dates, in milliseconds.
 *
 * @example
 * expr.subtract(expr.field('price'), expr.field('discount'))
 */
declare function subtract<const A extends NumberOperand, const B extends NumberOperand>(
  from: A,
  amount: B,
): ArithmeticOf<[A, B]>
/**
 * The product.
 *
 * @example
 * expr.multiply(expr.field('price'), expr.field('quantity'))
 */
declare function multiply<const A extends readonly NumberOperand[]>(...operands: A): ArithmeticOf<A>
/**
 * The quotient. The server refuses to divide by 0.
 *
 * @example
 * expr.divide(expr.field('actions'), 30)
 */
declare function divide<const A extends NumberOperand, const B extends NumberOperand>(
  dividend: A,
  divisor: B,
): ArithmeticOf<[A, B]>
/**
 * The remainder, with the sign of the dividend.
 *
 * @example
 * expr.mod(expr.field('number'), 2)
 */
declare function mod<const A extends NumberOperand, const B extends NumberOperand>(
  dividend: A,
  divisor: B,
): ArithmeticOf<[A, B]>
/** Without the sign. @example expr.abs(expr.field('balance')) */
declare function abs<const A extends NumberOperand>(operand: A): Arithmetic<A>
/** The next integer upwards. @example expr.ceil(expr.field('weight')) */
declare function ceil<const A extends NumberOperand>(operand: A): Arithmetic<A>
/** The next integer downwards. @example expr.floor(expr.field('weight')) */
declare function floor<const A extends NumberOperand>(operand: A): Arithmetic<A>
/**
 * Rounded to `places` decimal places, halves to the even neighbour; a negative number rounds left of
 * the point.
 *
 * @example
 * expr.round(expr.field('average'), 2)
 */
declare function round<const A extends NumberOperand>(
  operand: A,
  places?: NumberOperand,
): Arithmetic<A>
/** Cut off after `places` decimal places. @example expr.trunc(expr.field('average'), 2) */
declare function trunc<const A extends NumberOperand>(
  operand: A,
  places?: NumberOperand,
): Arithmetic<A>
/** The square root. @example expr.sqrt(expr.field('area')) */
declare function sqrt<const A extends NumberOperand>(operand: A): Arithmetic<A>
/** `base` to the power of `exponent`. @example expr.pow(expr.field('side'), 2) */
declare function pow<const A extends NumberOperand, const B extends NumberOperand>(
  base: A,
  exponent: B,
): ArithmeticOf<[A, B]>
/** e to the power of the operand. @example expr.exp(expr.field('growth')) */
declare function exp<const A extends NumberOperand>(operand: A): Arithmetic<A>
/** The natural logarithm. @example expr.ln(expr.field('size')) */
declare function ln<const A extends NumberOperand>(operand: A): Arithmetic<A>
/** The logarithm to the base 10. @example expr.log10(expr.field('size')) */
declare function log10<const A extends NumberOperand>(operand: A): Arithmetic<A>
/** The logarithm to a base. @example expr.log(expr.field('size'), 2) */
declare function log<const A extends NumberOperand, const B extends NumberOperand>(
  operand: A,
  base: B,
): ArithmeticOf<[A, B]>
/** An array: the name of a field, an expression, or a list of operands. */
type ArraySubject = string | AnyExpression | readonly Operand$1[]
type ArrayValue<S> = S extends readonly unknown[] ? ListOf<ValueOf<S[number]>> : SubjectValue<S>
type ArrayPaths<S> = S extends readonly unknown[] ? PathsOf<S> : SubjectPaths<S>
type Item<S> = ElementOf$1<ArrayValue<S>>
type SameArray<S> = Expression<Derived<ArrayValue<S>, ListOf<Item<S>>>, ArrayPaths<S>>
/** How many elements. The server refuses what is no array. @example expr.size('tags') */
declare function size<const S extends ArraySubject>(array: S): Expression<number, ArrayPaths<S>>
/** Whether it is an array. @example expr.isArray('tags') */
declare function isArray<const S extends ArraySubject>(array: S): Expression<boolean, ArrayPaths<S>>
/** The element at a position from 0, or from the end with a negative one. @example expr.arrayElemAt('scores', -1) */
declare function arrayElemAt<const S extends ArraySubject>(
  array: S,
  position: NumberOperand,
): Expression<Item<S>, ArrayPaths<S>>
/** `count` elements from a position on; from the end with a negative one. @example expr.slice('comments', 0, 3) */
declare function slice<const S extends ArraySubject>(
  array: S,
  start: NumberOperand,
  count?: NumberOperand,
): SameArray<S>
/** The arrays one after the other. @example expr.concatArrays('tags', 'labels') */
declare function concatArrays<const S extends readonly ArraySubject[]>(
  ...arrays: S
): SameArray<S[number]>
/** In reverse. @example expr.reverseArray('history') */
declare function reverseArray<const S extends ArraySubject>(array: S): SameArray<S>
/**
 * In order: of the elements themselves, or of fields of elements that are documents.
 *
 * @example
 * expr.sortArray('scores', 'desc')
 * expr.sortArray('items', { price: 'desc', sku: 'asc' })
 */
declare function sortArray<const S extends ArraySubject>(
  array: S,
  order:
    | 'asc'
    | 'desc'
    | {
        readonly [field: string]: 'asc' | 'desc'
      },
): SameArray<S>
/** Where the value stands, from 0; -1 when it is not there. @example expr.indexOfArray('tags', 'new') */
declare function indexOfArray<const S extends ArraySubject, const A extends Operand$1>(
  array: S,
  value: A,
): Expression<Derived<ArrayValue<S>, number>, ArrayPaths<S> | PathsOf<A>>
/** Integers from `start` up to, without, `end`. @example expr.range(0, expr.field('count')) */
declare function range<const A extends NumberOperand, const B extends NumberOperand>(
  start: A,
  end: B,
  step?: NumberOperand,
): Expression<number[], PathsOf<A> | PathsOf<B>>
/**
 * The elements for which the condition holds.
 *
 * @example
 * expr.filter('items', (item) => expr.gt(item.field('price'), 10))
 */
declare function filter<const S extends ArraySubject, const B extends Operand$1>(
  array: S,
  condition: (item: Variable<Item<S>>) => B,
  limit?: NumberOperand,
): Expression<Derived<ArrayValue<S>, ListOf<Item<S>>>, ArrayPaths<S> | PathsOf<B>>
/**
 * What the callback makes of each element.
 *
 * @example
 * expr.map('items', (item) => expr.multiply(item.field('price'), item.field('quantity')))
 */
declare function map<const S extends ArraySubject, const B extends Operand$1>(
  array: S,
  body: (item: Variable<Item<S>>) => B,
): Expression<Derived<ArrayValue<S>, ListOf<ValueOf<B>>>, ArrayPaths<S> | PathsOf<B>>
/**
 * One value out of all elements: the callback gets what there is so far and the next element.
 *
 * @example
 * expr.reduce('items', 0, (total, item) => expr.add(total, item.field('price')))
 */
declare function reduce<
  const S extends ArraySubject,
  I extends Operand$1,
  const B extends Operand$1,
>(
  array: S,
  initial: I,
  body: (value: Variable<ValueOf<I>>, item: Variable<Item<S>>) => B,
): Expression<
  Derived<ArrayValue<S>, ValueOf<I> | ValueOf<B>>,
  ArrayPaths<S> | PathsOf<I> | PathsOf<B>
>
/** Elements that are in any of the arrays, each once, in no order. @example expr.setUnion('tags', ['new']) */
declare function setUnion<const S extends readonly ArraySubject[]>(
  ...arrays: S
): SameArray<S[number]>
/** Elements that are in all of the arrays. @example expr.setIntersection('tags', 'labels') */
declare function setIntersection<const S extends readonly ArraySubject[]>(
  ...arrays: S
): SameArray<S[number]>
/** Elements of the first array that the second does not have. @example expr.setDifference('tags', ['new']) */
declare function setDifference<const S extends ArraySubject, const B extends ArraySubject>(
  array: S,
  without: B,
): Expression<Derived<ArrayValue<S>, ListOf<Item<S>>>, ArrayPaths<S> | ArrayPaths<B>>
/** Whether every element of the first array is in the second. @example expr.setIsSubset(['a', 'b'], 'tags') */
declare function setIsSubset<const S extends ArraySubject, const B extends ArraySubject>(
  array: S,
  of: B,
): Expression<boolean, ArrayPaths<S> | ArrayPaths<B>>
/** Whether the arrays have the same elements. @example expr.setEquals('tags', 'labels') */
declare function setEquals<const S extends readonly ArraySubject[]>(
  ...arrays: S
): Expression<boolean, ArrayPaths<S[number]>>
/** Whether at least one element is true. @example expr.anyElementTrue('answers') */
declare function anyElementTrue<const S extends ArraySubject>(
  array: S,
): Expression<boolean, ArrayPaths<S>>
/** Whether all elements are true. @example expr.allElementsTrue('answers') */
declare function allElementsTrue<const S extends ArraySubject>(
  array: S,
): Expression<boolean, ArrayPaths<S>>
/** A document's fields as `{ k, v }`. @example expr.objectToArray('settings') */
declare function objectToArray<const S extends Subject>(
  document: S,
): Expression<
  Derived<
    SubjectValue<S>,
    {
      k: string
      v: unknown
    }[]
  >,
  SubjectPaths<S>
>
/** A document of `{ k, v }` or `[k, v]`. @example expr.arrayToObject('counts') */
declare function arrayToObject<const S extends ArraySubject>(
  array: S,
): Expression<Derived<ArrayValue<S>, Record<string, unknown>>, ArrayPaths<S>>
/**
 * A field whose name no path can have: one with a dot, a dollar sign or only digits.
 *
 * @example
 * expr.getField('countsByYear', '2024')
 */
declare function getField<const S extends Subject>(
  document: S,
  name: string,
): Expression<unknown, SubjectPaths<S>>
type Compared<A, B> = Expression<boolean, PathsOf<A> | PathsOf<B>>
/**
 * Whether the two are equal.
 *
 * @example
 * Order.aggregate().group({ by: null, paid: expr.sum(expr.cond(expr.eq(expr.field('paid'), true), 1, 0)) })
 */
declare function eq<const A extends Operand$1, const B extends Operand$1>(
  a: NoPath<A>,
  b: NoPath<B>,
): Compared<A, B>
/** Whether the two differ. @example expr.ne(expr.field('status'), 'banned') */
declare function ne<const A extends Operand$1, const B extends Operand$1>(
  a: NoPath<A>,
  b: NoPath<B>,
): Compared<A, B>
/** Whether `a` is greater. @example expr.gt(expr.field('age'), 18) */
declare function gt<const A extends Operand$1, const B extends Operand$1>(
  a: NoPath<A>,
  b: NoPath<B>,
): Compared<A, B>
/** Whether `a` is greater or equal. @example expr.gte(expr.field('age'), 18) */
declare function gte<const A extends Operand$1, const B extends Operand$1>(
  a: NoPath<A>,
  b: NoPath<B>,
): Compared<A, B>
/** Whether `a` is smaller. @example expr.lt(expr.field('age'), 18) */
declare function lt<const A extends Operand$1, const B extends Operand$1>(
  a: NoPath<A>,
  b: NoPath<B>,
): Compared<A, B>
/** Whether `a` is smaller or equal. @example expr.lte(expr.field('age'), 18) */
declare function lte<const A extends Operand$1, const B extends Operand$1>(
  a: NoPath<A>,
  b: NoPath<B>,
): Compared<A, B>
/** -1, 0 or 1: how `a` stands to `b` in MongoDB's order. @example expr.cmp(expr.field('a'), expr.field('b')) */
declare function cmp<const A extends Operand$1, const B extends Operand$1>(
  a: NoPath<A>,
  b: NoPath<B>,
): Expression<-1 | 0 | 1, PathsOf<A> | PathsOf<B>>
/**
 * Whether the value is one of the list, or one of the elements of an array field.
 *
 * @example
 * expr.in(expr.field('status'), ['active', 'invited'])
 * expr.in('admin', expr.field('roles'))
 */
declare function isIn<const A extends Operand$1, const B extends readonly Operand$1[] | Expression>(
  value: NoPath<A>,
  list: B,
): Compared<A, B>
/**
 * Whether all hold. Null, missing and 0 count as false.
 *
 * @example
 * expr.and(expr.gte(expr.field('age'), 18), expr.eq(expr.field('active'), true))
 */
declare function and<const A extends readonly Operand$1[]>(
  ...conditions: A
): Expression<boolean, PathsOf<A[number]>>
/** Whether at least one holds. @example expr.or(expr.field('vip'), expr.gt(expr.field('orders'), 9)) */
declare function or<const A extends readonly Operand$1[]>(
  ...conditions: A
): Expression<boolean, PathsOf<A[number]>>
/** Whether the condition does not hold. @example expr.not(expr.field('active')) */
declare function not<const A extends Operand$1>(condition: A): Expression<boolean, PathsOf<A>>
/**
 * `then` where the condition holds, otherwise `otherwise`.
 *
 * @example
 * expr.cond(expr.gte(expr.field('age'), 18), 'adult', 'minor')
 */
declare function cond<
  const C extends Operand$1,
  const A extends Operand$1,
  const B extends Operand$1,
>(
  condition: C,
  then: NoPath<A>,
  otherwise: NoPath<B>,
): Expression<ValueOf<A> | ValueOf<B>, PathsOf<C> | PathsOf<A> | PathsOf<B>>
/** One branch of `expr.switch()`: a condition, and the value where it holds. */
type SwitchBranch = readonly [condition: Operand$1, value: Operand$1]
/**
 * The value of the first branch whose condition holds, or `otherwise`. Without `otherwise` the server
 * refuses a row for which none does.
 *
 * Throws, where the stage is added, `E_INVALID_QUERY` for branches that are none.
 *
 * @example
 * expr.switch(
 *   [
 *     [expr.gte(expr.field('total'), 1000), 'large'],
 *     [expr.gte(expr.field('total'), 100), 'medium'],
 *   ],
 *   'small',
 * )
 */
declare function switchCase<
  const A extends readonly SwitchBranch[],
  const B extends Operand$1 = never,
>(
  branches: A,
  otherwise?: NoPath<B>,
): Expression<
  ValueOf<A[number][1]> | NoInfer<ValueOf<B>>,
  PathsOf<A[number][number]> | NoInfer<PathsOf<B>>
>
/**
 * The first value that is neither null nor missing; the last one is taken whatever it is.
 *
 * @example
 * expr.ifNull(expr.field('nickname'), expr.field('name'), 'nobody')
 */
declare function ifNull<const A extends Operand$1, const B extends readonly Operand$1[]>(
  value: NoPath<A>,
  ...otherwise: B
): Expression<Present<ValueOf<A>> | IfNullRest<B>, PathsOf<A> | PathsOf<B[number]>>
/** The last value may be null, those before it not. */
type IfNullRest<B extends readonly unknown[]> = B extends readonly [...infer Before, infer Last]
  ? Present<ValueOf<Before[number]>> | ValueOf<Last>
  : ValueOf<B[number]>
type Converted<S, To> = Expression<Derived<SubjectValue<S>, To>, SubjectPaths<S>>
/** As a 32-bit integer, cut off. @example expr.toInt('quantity') */
declare function toInt<const S extends Subject>(value: S): Converted<S, number>
/** As a 64-bit integer, cut off. @example expr.toLong('createdAt') */
declare function toLong<const S extends Subject>(value: S): Converted<S, number>
/** As a floating point number. @example expr.toDouble('price') */
declare function toDouble<const S extends Subject>(value: S): Converted<S, number>
/** As a Decimal128. @example expr.toDecimal('price') */
declare function toDecimal<const S extends Subject>(value: S): Converted<S, Decimal128$1>
/** As text; dates in ISO 8601, ids in hexadecimal. @example expr.toString('_id') */
declare function toText<const S extends Subject>(value: S): Converted<S, string>
/** As a date: of text, milliseconds or an id. @example expr.toDate('timestamp') */
declare function toDate<const S extends Subject>(value: S): Converted<S, Date>
/** As a boolean: 0 is false, all text is true. @example expr.toBool('flag') */
declare function toBool<const S extends Subject>(value: S): Converted<S, boolean>
/** As an ObjectId. @example expr.toObjectId('legacyId') */
declare function toObjectId<const S extends Subject>(value: S): Converted<S, ObjectId$1>
/** What `expr.convert()` converts to. */
interface Conversions {
  int: number
  long: number
  double: number
  decimal: Decimal128$1
  string: string
  date: Date
  bool: boolean
  objectId: ObjectId$1
}
/**
 * Converted, with values for what cannot be and for null.
 *
 * @example
 * expr.convert('quantity', 'int', { onError: 0, onNull: 0 })
 */
declare function convert<
  const S extends Subject,
  To extends keyof Conversions,
  const E extends Operand$1 = never,
  const N extends Operand$1 = null,
>(
  value: S,
  type: To,
  options?: {
    readonly onError?: E
    readonly onNull?: N
  },
): Expression<Conversions[To] | NoInfer<ValueOf<E>> | NoInfer<ValueOf<N>>, SubjectPaths<S>>
/** The name of the BSON type: `'string'`, `'objectId'`, `'missing'`, … @example expr.type('legacyId') */
declare function type<const S extends Subject>(value: S): Expression<string, SubjectPaths<S>>
/** Whether it is a number. @example expr.isNumber('price') */
declare function isNumber<const S extends Subject>(value: S): Expression<boolean, SubjectPaths<S>>
declare const UNITS: readonly [
  'year',
  'quarter',
  'month',
  'week',
  'day',
  'hour',
  'minute',
  'second',
  'millisecond',
]
declare const WEEKDAYS: readonly [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
]
/** A unit of time. */
type DateUnit = (typeof UNITS)[number]
type Weekday = (typeof WEEKDAYS)[number]
/** Where days begin. */
interface TimezoneOptions {
  /** Olson name or offset; UTC by default. */
  readonly timezone?: TextOperand
}
/** Options of {@link dateTrunc}. */
interface DateTruncOptions extends TimezoneOptions {
  /** So many units together; 1 by default. */
  readonly binSize?: NumberOperand
  /** For weeks; Sunday by default. */
  readonly startOfWeek?: Weekday
}
/** Options of {@link dateDiff}. */
interface DateDiffOptions extends TimezoneOptions {
  /** For weeks; Sunday by default. */
  readonly startOfWeek?: Weekday
}
type DatePart<S> = Expression<Derived<SubjectValue<S>, number>, SubjectPaths<S>>
/**
 * The start of the unit that a date is in: what time series are grouped by.
 *
 * Throws, where the stage is added, `E_INVALID_QUERY` for an unknown unit or option.
 *
 * @example
 * Order.aggregate().group({ by: expr.dateTrunc('createdAt', 'month'), orders: expr.count() })
 */
declare function dateTrunc<const S extends Subject>(
  date: S,
  unit: DateUnit,
  options?: DateTruncOptions,
): Expression<Derived<SubjectValue<S>, Date>, SubjectPaths<S>>
/**
 * A date as text. Format specifiers are MongoDB's: `%Y-%m-%d`, `%H:%M`, `%G-W%V`, …
 *
 * @example
 * expr.dateToString('createdAt', '%Y-%m-%d', { timezone: 'Europe/Berlin' })
 */
declare function dateToString<const S extends Subject>(
  date: S,
  format?: TextOperand,
  options?: TimezoneOptions & {
    readonly onNull?: TextOperand
  },
): Expression<Derived<SubjectValue<S>, string>, SubjectPaths<S>>
/**
 * Text as a date. Without a format, ISO 8601 in most of its forms. `onError` stands for text that is
 * no date; without it the server refuses such a row.
 *
 * @example
 * expr.dateFromString(expr.field('day'), '%d.%m.%Y', { onError: null })
 */
declare function dateFromString<const A extends TextOperand>(
  text: A,
  format?: TextOperand,
  options?: TimezoneOptions & {
    readonly onError?: null
    readonly onNull?: null
  },
): Expression<Date | null, PathsOf<A>>
/** Parts of {@link dateFromParts}. */
interface DateParts extends TimezoneOptions {
  readonly year: NumberOperand
  readonly month?: NumberOperand
  readonly day?: NumberOperand
  readonly hour?: NumberOperand
  readonly minute?: NumberOperand
  readonly second?: NumberOperand
  readonly millisecond?: NumberOperand
}
/**
 * A date of its parts. What is not given is its least value.
 *
 * @example
 * expr.dateFromParts({ year: expr.field('_id.year'), month: expr.field('_id.month') })
 */
declare function dateFromParts<const A extends DateParts>(
  parts: A,
): Expression<Date | null, PathsOf<A>>
/**
 * How many boundaries of the unit lie between two dates; negative when the end is before the start.
 *
 * @example
 * expr.dateDiff('createdAt', expr.now(), 'day')
 */
declare function dateDiff<const S extends Subject, const E extends Subject>(
  start: S,
  end: E,
  unit: DateUnit,
  options?: DateDiffOptions,
): Expression<Derived<SubjectValue<S> | SubjectValue<E>, number>, SubjectPaths<S> | SubjectPaths<E>>
/**
 * A date so many units later.
 *
 * @example
 * expr.dateAdd('createdAt', 14, 'day')
 */
declare function dateAdd<const S extends Subject, const A extends NumberOperand>(
  date: S,
  amount: A,
  unit: DateUnit,
  options?: TimezoneOptions,
): Expression<Derived<SubjectValue<S>, Date>, SubjectPaths<S> | PathsOf<A>>
/**
 * A date so many units earlier.
 *
 * @example
 * expr.dateSubtract(expr.now(), 30, 'day')
 */
declare function dateSubtract<const S extends Subject, const A extends NumberOperand>(
  date: S,
  amount: A,
  unit: DateUnit,
  options?: TimezoneOptions,
): Expression<Derived<SubjectValue<S>, Date>, SubjectPaths<S> | PathsOf<A>>
/** The parts of a date as a document. */
interface DateToParts {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  millisecond: number
}
/** A date's parts. @example expr.dateToParts('createdAt') */
declare function dateToParts<const S extends Subject>(
  date: S,
  options?: TimezoneOptions,
): Expression<Derived<SubjectValue<S>, DateToParts>, SubjectPaths<S>>
/** The year. @example expr.year('createdAt') */
declare function year<const S extends Subject>(date: S, options?: TimezoneOptions): DatePart<S>
/** The month, 1 to 12. @example expr.month('createdAt') */
declare function month<const S extends Subject>(date: S, options?: TimezoneOptions): DatePart<S>
/** The week of the year, 0 to 53, from Sundays. @example expr.week('createdAt') */
declare function week<const S extends Subject>(date: S, options?: TimezoneOptions): DatePart<S>
/** The day of the month, 1 to 31. @example expr.dayOfMonth('createdAt') */
declare function dayOfMonth<const S extends Subject>(
  date: S,
  options?: TimezoneOptions,
): DatePart<S>
/** The day of the week, 1 for Sunday to 7. @example expr.dayOfWeek('createdAt') */
declare function dayOfWeek<const S extends Subject>(date: S, options?: TimezoneOptions): DatePart<S>
/** The day of the year, 1 to 366. @example expr.dayOfYear('createdAt') */
declare function dayOfYear<const S extends Subject>(date: S, options?: TimezoneOptions): DatePart<S>
/** The hour, 0 to 23. @example expr.hour('createdAt', { timezone: 'Europe/Berlin' }) */
declare function hour<const S extends Subject>(date: S, options?: TimezoneOptions): DatePart<S>
/** The minute. @example expr.minute('createdAt') */
declare function minute<const S extends Subject>(date: S, options?: TimezoneOptions): DatePart<S>
/** The second. @example expr.second('createdAt') */
declare function second<const S extends Subject>(date: S, options?: TimezoneOptions): DatePart<S>
/** The millisecond. @example expr.millisecond('createdAt') */
declare function millisecond<const S extends Subject>(
  date: S,
  options?: TimezoneOptions,
): DatePart<S>
/** The week of the ISO 8601 year, 1 to 53. @example expr.isoWeek('createdAt') */
declare function isoWeek<const S extends Subject>(date: S, options?: TimezoneOptions): DatePart<S>
/** The year that the ISO 8601 week is in. @example expr.isoWeekYear('createdAt') */
declare function isoWeekYear<const S extends Subject>(
  date: S,
  options?: TimezoneOptions,
): DatePart<S>
/** The day of the week, 1 for Monday to 7. @example expr.isoDayOfWeek('createdAt') */
declare function isoDayOfWeek<const S extends Subject>(
  date: S,
  options?: TimezoneOptions,
): DatePart<S>
/**
 * A field of the rows, by its property name or a dotted path; `'$amount'` is the same as `'amount'`.
 * Through an array a path leads to an array of what is inside; positions in arrays are not paths here
 * (see `expr.arrayElemAt`). A name that is only known at run time is checked when the stage is added.
 *
 * Throws, where the stage is added, `E_UNKNOWN_COLUMN` and `E_INVALID_QUERY`.
 *
 * @example
 * User.aggregate().addFields({ city: expr.field('address.city') })
 */
declare function field<const S extends string>(
  path: S,
): Expression<SubjectValue<S>, SubjectPaths<S>>
/**
 * A variable by its name, without `$$`, of the option `let` or of a raw stage. Functions with
 * callbacks, and `lookup()`, hand theirs over as arguments.
 *
 * Throws, where the stage is added, `E_INVALID_QUERY` for what is no name.
 *
 * @example
 * Order.aggregate().let({ least: 100 }).match(expr.gte(expr.field('total'), expr.variable('least')))
 */
declare function variable<T = unknown>(name: string): Variable<T>
/**
 * The time on the server, the same for all rows of the pipeline.
 *
 * @example
 * expr.dateDiff('createdAt', expr.now(), 'day')
 */
declare function now(): Expression<Date, never>
/**
 * The whole row.
 *
 * @example
 * Order.aggregate().group({ by: 'userId', orders: expr.push(expr.root()) })
 */
declare function root(): Expression<Whole, never>
/**
 * No value: as the value of a field in `addFields()` or `project()` it takes the field away.
 *
 * @example
 * User.aggregate().addFields({ nickname: expr.cond(expr.eq(expr.field('hidden'), true), expr.remove(), expr.field('nickname')) })
 */
declare function remove(): Expression<undefined, never>
/** For `redact()`: the document stays as it is. @example expr.keep() */
declare function keep(): Expression<never, never>
/** For `redact()`: the document goes. @example expr.prune() */
declare function prune(): Expression<never, never>
/** For `redact()`: the document stays, its inner documents are looked at one by one. @example expr.descend() */
declare function descend(): Expression<never, never>
/**
 * A value that stands for itself, also text that starts with `$` where the compiler takes that for a
 * mistake, and numbers in `project()`.
 *
 * Throws, where the stage is added, `E_UNDEFINED_VALUE` and `E_INVALID_VALUE`.
 *
 * @example
 * Product.aggregate().project({ name: true, currency: expr.literal('$') })
 */
declare function literal<const T>(value: T): Expression<T, never>
/**
 * A native expression: names are stored names and it goes out as written, expressions inside of it
 * excepted. Never pass anything from a request here.
 *
 * Throws, where the stage is added, `E_UNSAFE_OPERATOR` for `$where`, `$function` and `$accumulator`
 * at any depth, `E_UNDEFINED_VALUE`, `E_INVALID_VALUE`.
 *
 * @example
 * expr.raw<number>({ $bitAnd: ['$flags', 4] })
 */
declare function raw<T = unknown>(expression: unknown): Expression<T, never>
/**
 * A random number from 0 to 1 for each row.
 *
 * @example
 * Post.aggregate().match(expr.lt(expr.rand(), 0.1))
 */
declare function rand(): Expression<number, never>
/**
 * How well a document fits the `$text` filter of the `matchRaw()` that the pipeline starts with.
 *
 * @example
 * Post.aggregate().matchRaw({ $text: { $search: 'rust' } }).addFields({ score: expr.textScore() })
 */
declare function textScore(): Expression<number, never>
type Bound<V> = { readonly [K in keyof V]: Variable<ValueOf<V[K]>> }
/**
 * Names values so that they are computed once.
 *
 * Throws, where the stage is added, `E_INVALID_QUERY` for names that are none.
 *
 * @example
 * expr.let({ total: expr.multiply(expr.field('price'), expr.field('quantity')) }, ({ total }) =>
 *   expr.cond(expr.gt(total, 100), expr.multiply(total, 0.9), total),
 * )
 */
declare function letIn<
  const V extends {
    readonly [name: string]: unknown
  },
  const B extends Expression,
>(values: V, body: (variables: Bound<V>) => B): Expression<ValueOf<B>, PathsOf<V> | PathsOf<B>>
type Text<A> = Expression<string, PathsOf<A>>
/**
 * The texts one after the other; null where one is null or missing.
 *
 * @example
 * expr.concat(expr.field('firstName'), ' ', expr.field('lastName'))
 */
declare function concat<const A extends readonly TextOperand[]>(
  ...texts: A
): Expression<Derived<ValueOf<A[number]>, string>, PathsOf<A[number]>>
/** In capitals; empty for null. @example expr.toUpper(expr.field('code')) */
declare function toUpper<const A extends TextOperand>(text: NoPath<A>): Text<A>
/** In small letters; empty for null. @example expr.toLower(expr.field('email')) */
declare function toLower<const A extends TextOperand>(text: NoPath<A>): Text<A>
type Trimmed<A> = Expression<Derived<ValueOf<A>, string>, PathsOf<A>>
/** Without white space, or the characters of `chars`, at both ends. @example expr.trim(expr.field('name')) */
declare function trim<const A extends TextOperand>(text: A, chars?: TextOperand): Trimmed<A>
/** As `trim`, at the start. @example expr.ltrim(expr.field('number'), '0') */
declare function ltrim<const A extends TextOperand>(text: A, chars?: TextOperand): Trimmed<A>
/** As `trim`, at the end. @example expr.rtrim(expr.field('path'), '/') */
declare function rtrim<const A extends TextOperand>(text: A, chars?: TextOperand): Trimmed<A>
/** The pieces between separators. @example expr.split(expr.field('path'), '/') */
declare function split<const A extends TextOperand>(
  text: A,
  separator: TextOperand,
): Expression<Derived<ValueOf<A>, string[]>, PathsOf<A>>
/**
 * `length` characters (code points) from the position `start`, counted from 0; empty for null.
 *
 * @example
 * expr.substr(expr.field('postcode'), 0, 2)
 */
declare function substr<const A extends TextOperand>(
  text: A,
  start: NumberOperand,
  length: NumberOperand,
): Text<A>
/** How many characters (code points). The server refuses null. @example expr.strLen(expr.field('name')) */
declare function strLen<const A extends TextOperand>(text: A): Expression<number, PathsOf<A>>
/**
 * The position (in code points, from 0) of the first occurrence; -1 when there is none.
 *
 * @example
 * expr.indexOf(expr.field('email'), '@')
 */
declare function indexOf<const A extends TextOperand, const B extends TextOperand>(
  text: A,
  search: NoPath<B>,
): Expression<Derived<ValueOf<A>, number>, PathsOf<A> | PathsOf<B>>
/** With the first occurrence replaced. @example expr.replaceOne(expr.field('name'), 'Mr ', '') */
declare function replaceOne<const A extends TextOperand>(
  input: A,
  find: TextOperand,
  replacement: TextOperand,
): Trimmed<A>
/** With every occurrence replaced. @example expr.replaceAll(expr.field('phone'), ' ', '') */
declare function replaceAll<const A extends TextOperand>(
  input: A,
  find: TextOperand,
  replacement: TextOperand,
): Trimmed<A>
/** A comparison without regard to case: -1, 0 or 1. @example expr.strcasecmp(expr.field('a'), expr.field('b')) */
declare function strcasecmp<const A extends TextOperand, const B extends TextOperand>(
  a: NoPath<A>,
  b: NoPath<B>,
): Expression<-1 | 0 | 1, PathsOf<A> | PathsOf<B>>
/**
 * Whether the text fits a regular expression. The pattern is PCRE; never make one of what comes from
 * a request.
 *
 * @example
 * expr.regexMatch(expr.field('email'), /@example\.com$/i)
 */
declare function regexMatch<const A extends TextOperand>(
  text: A,
  regex: RegExp | TextOperand,
  options?: string,
): Expression<boolean, PathsOf<A>>
/** What `expr.regexFind()` finds. */
interface RegexFound {
  match: string
  /** Position in code points. */
  idx: number
  captures: (string | null)[]
}
/** The first match of a regular expression, or null. @example expr.regexFind(expr.field('text'), /#\w+/) */
declare function regexFind<const A extends TextOperand>(
  text: A,
  regex: RegExp | TextOperand,
  options?: string,
): Expression<RegexFound | null, PathsOf<A>>
/** An end of a window: a distance from the row, the row itself, or as far as there are rows. */
type WindowBound = number | 'current' | 'unbounded'
/**
 * The rows that a window function looks at: by position (`documents`), or by the value that the rows
 * are sorted by (`range`, for dates with a `unit`). Both ends belong to the window.
 */
type Window =
  | {
      readonly documents: readonly [from: WindowBound, to: WindowBound]
    }
  | {
      readonly range: readonly [from: WindowBound, to: WindowBound]
      readonly unit?: DateUnit
    }
/**
 * An accumulator over a window; without one, over all rows of the partition.
 *
 * Throws, where the stage is added, `E_INVALID_QUERY` for what is no accumulator or no window.
 *
 * @example
 * Sale.aggregate().setWindowFields({
 *   sortBy: { day: 'asc' },
 *   output: { week: expr.over(expr.sum('amount'), { range: [-6, 'current'], unit: 'day' }) },
 * })
 */
declare function over<T, P>(accumulator: Accumulator<T, P>, window?: Window): WindowFunction<T, P>
/**
 * The average over the rows around: `{ documents: [-6, 0] }` is the row and the six before it.
 *
 * @example
 * expr.movingAverage('count', { documents: [-6, 0] })
 */
declare function movingAverage<const S extends Subject>(
  of: S,
  window: Window,
): WindowFunction<Numeric<SubjectValue<S>> | null, SubjectPaths<S>>
/**
 * The sum of all rows up to this one.
 *
 * @example
 * expr.runningTotal('amount')
 */
declare function runningTotal<const S extends Subject>(
  of: S,
): WindowFunction<Numeric<SubjectValue<S>>, SubjectPaths<S>>
/** The rank by the order of `sortBy`, from 1; equal rows share it and leave a gap. @example expr.rank() */
declare function rank(): WindowFunction<number, never>
/** The rank without gaps. @example expr.denseRank() */
declare function denseRank(): WindowFunction<number, never>
/** The position in the partition, from 1. @example expr.documentNumber() */
declare function documentNumber(): WindowFunction<number, never>
/**
 * The value of another row: -1 is the one before, 1 the one after. `otherwise`, null by default, where
 * there is none.
 *
 * @example
 * expr.shift('amount', -1)
 */
declare function shift<const S extends Subject, const D extends Operand$1 = null>(
  of: S,
  by: number,
  otherwise?: D,
): WindowFunction<
  Settled<SubjectValue<S>> | NoInfer<ValueOf<D>>,
  SubjectPaths<S> | NoInfer<PathsOf<D>>
>
/**
 * An average in which older rows count less and less: by `n`, how many rows count for most of it, or
 * by `alpha`, the share of the newest.
 *
 * Throws, where the stage is added, `E_INVALID_QUERY` unless one of the two is given.
 *
 * @example
 * expr.expMovingAvg('price', { n: 10 })
 */
declare function expMovingAvg<const S extends Subject>(
  of: S,
  weight:
    | {
        readonly n: number
      }
    | {
        readonly alpha: number
      },
): WindowFunction<Numeric<SubjectValue<S>> | null, SubjectPaths<S>>
/** Units that have one length. */
type RateUnit = 'week' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond'
/** Options of {@link derivative} and {@link integral}. */
interface RateOptions {
  /** The unit of time that rates are for, where rows are sorted by a date. */
  readonly unit?: RateUnit
  readonly window?: Window
}
/**
 * How fast the value changes over the window. Needs a window; the server refuses null and missing.
 *
 * @example
 * expr.derivative('kilometres', { unit: 'hour', window: { range: [-1, 'current'], unit: 'hour' } })
 */
declare function derivative<const S extends Subject>(
  of: S,
  options: RateOptions & {
    readonly window: Window
  },
): WindowFunction<number | null, SubjectPaths<S>>
/**
 * The area below the values of the window.
 *
 * @example
 * expr.integral('kilowatts', { unit: 'hour', window: { range: ['unbounded', 'current'], unit: 'hour' } })
 */
declare function integral<const S extends Subject>(
  of: S,
  options?: RateOptions,
): WindowFunction<number | null, SubjectPaths<S>>
/** Null and missing filled in along a line between the rows around. @example expr.linearFill('price') */
declare function linearFill<const S extends Subject>(
  of: S,
): WindowFunction<Settled<SubjectValue<S>>, SubjectPaths<S>>
/** Null and missing filled in with the last value there was. @example expr.locf('price') */
declare function locf<const S extends Subject>(
  of: S,
): WindowFunction<Settled<SubjectValue<S>>, SubjectPaths<S>>
type Covariance<A, B> = WindowFunction<number | null, SubjectPaths<A> | SubjectPaths<B>>
/** How two values vary together, over all there is. @example expr.covariancePop('price', 'sales') */
declare function covariancePop<const A extends Subject, const B extends Subject>(
  a: A,
  b: B,
  window?: Window,
): Covariance<A, B>
/** The same over a sample. @example expr.covarianceSamp('price', 'sales') */
declare function covarianceSamp<const A extends Subject, const B extends Subject>(
  a: A,
  b: B,
  window?: Window,
): Covariance<A, B>
declare namespace expressions_d_exports {
  export {
    ArraySubject,
    Conversions,
    DateDiffOptions,
    DateParts,
    DateToParts,
    DateTruncOptions,
    RateOptions,
    RateUnit,
    RegexFound,
    SwitchBranch,
    TimezoneOptions,
    TopOptions,
    Window,
    WindowBound,
    abs,
    add,
    addToSet,
    allElementsTrue,
    and,
    anyElementTrue,
    arrayElemAt,
    arrayToObject,
    avg,
    bottom,
    bottomN,
    ceil,
    cmp,
    concat,
    concatArrays,
    cond,
    convert,
    count,
    covariancePop,
    covarianceSamp,
    dateAdd,
    dateDiff,
    dateFromParts,
    dateFromString,
    dateSubtract,
    dateToParts,
    dateToString,
    dateTrunc,
    dayOfMonth,
    dayOfWeek,
    dayOfYear,
    denseRank,
    derivative,
    descend,
    divide,
    documentNumber,
    eq,
    exp,
    expMovingAvg,
    field,
    filter,
    first,
    firstN,
    floor,
    getField,
    gt,
    gte,
    hour,
    ifNull,
    isIn as in,
    indexOf,
    indexOfArray,
    integral,
    isArray,
    isNumber,
    isoDayOfWeek,
    isoWeek,
    isoWeekYear,
    keep,
    last,
    lastN,
    letIn as let,
    linearFill,
    literal,
    ln,
    locf,
    log,
    log10,
    lt,
    lte,
    ltrim,
    map,
    max,
    maxN,
    median,
    mergeObjects,
    millisecond,
    min,
    minN,
    minute,
    mod,
    month,
    movingAverage,
    multiply,
    ne,
    not,
    now,
    objectToArray,
    or,
    over,
    percentile,
    pow,
    prune,
    push,
    rand,
    range,
    rank,
    raw,
    reduce,
    regexFind,
    regexMatch,
    remove,
    replaceAll,
    replaceOne,
    reverseArray,
    root,
    round,
    rtrim,
    runningTotal,
    second,
    setDifference,
    setEquals,
    setIntersection,
    setIsSubset,
    setUnion,
    shift,
    size,
    slice,
    sortArray,
    split,
    sqrt,
    stdDevPop,
    stdDevSamp,
    strLen,
    strcasecmp,
    substr,
    subtract,
    sum,
    switchCase as switch,
    textScore,
    toBool,
    toDate,
    toDecimal,
    toDouble,
    toInt,
    toLong,
    toLower,
    toObjectId,
    toText as toString,
    toUpper,
    top,
    topN,
    trim,
    trunc,
    type,
    variable,
    week,
    year,
  }
}
/**
 * The conditions of a `match()`: the `where` methods of queries, on the rows of the pipeline.
 *
 * @example
 * Order.aggregate().match((query) => query.where('total', '>', 100).orWhereNull('paidAt'))
 */
declare class MatchQuery<Row> extends PredicateMethods<Row> {
  protected fresh(): this
}
/** A callback that writes the conditions of a `match()`. */
type MatchCallback<Row> = (query: MatchQuery<Row>) => unknown
/** Which servers of a replica set are read from. */
interface ReadPreference {
  readonly mode: ReadPreferenceMode
  /** Sets of tags that servers must have; the first set that some server has counts. */
  readonly tags?: readonly Readonly<Record<string, string>>[]
  /** How far behind the primary a server may be, in seconds; at least 90. */
  readonly maxStalenessSeconds?: number
}
/** Options of an aggregation, by the names that MongoDB has for them. */
interface AggregateOptions {
  allowDiskUse?: boolean
  collation?: Collation
  hint?: string | Record<string, IndexDirection>
  comment?: string
  maxTimeMS?: number
  batchSize?: number
  readConcern?: {
    level: ReadConcernLevel
  }
  readPreference?: ReadPreference
  /** Values of variables. */
  let?: Record<string, unknown>
}
/** How thorough `explain()` is. */
type ExplainVerbosity = 'queryPlanner' | 'executionStats' | 'allPlansExecution'
/** The stages of a pipeline in the order in which they were written. */
declare abstract class StageList<M, Row, K extends BuilderKind> implements PipelineOf<Row> {
  #private
  readonly $row?: () => Row
  /** For the compiler only. */
  protected readonly kind: () => [M, K]
  /** An independent copy: what is added to one of the two does not show in the other. */
  clone(): this
}
/** Stages that choose and order rows. */
declare abstract class FilterStages<M, Row, K extends BuilderKind> extends StageList<M, Row, K> {
  #private
  /**
   * Keeps the rows that fulfil conditions (`$match`).
   *
   * - `match({ … })`: equality for each name. Values are data whatever they are: an object is compared
   *   as an object, never as operators. They are cast through the column.
   * - `match((query) => …)`: the `where` methods of queries.
   * - `match(expression)`: rows for which the expression is true (`$expr`), to compare fields with
   *   each other or with variables.
   *
   * Conditions that say nothing (`{}`) add no stage. A `match` at the start uses indexes.
   *
   * Throws what `where()` of a query throws, and `E_INVALID_QUERY` for an async callback.
   *
   * @example
   * Order.aggregate().match({ status: 'paid' })
   * Order.aggregate().match((query) => query.where('total', '>', 100).whereNotNull('paidAt'))
   * Order.aggregate().match(expr.gt(expr.field('total'), expr.field('estimate')))
   */
  match(conditions: Conditions<Row>): this
  match(callback: MatchCallback<Row>): this
  match(expression: Expression<unknown, FieldPath<Row>>): this
  /**
   * Keeps the rows that a native filter matches. Names are stored names and it goes out as written:
   * the place for `$text`, `$geoWithin`, `$elemMatch`. Never pass anything from a request here.
   *
   * Throws `E_UNSAFE_OPERATOR`, `E_UNDEFINED_VALUE`, `E_INVALID_QUERY`.
   *
   * @example
   * Post.aggregate().matchRaw({ $text: { $search: 'rust' } })
   */
  matchRaw(filter: Readonly<Record<string, unknown>>): this
  /**
   * Orders rows (`$sort`): by one field, or by several, the most significant first. The value
   * `expr.textScore()` puts the best matches of a `$text` filter first.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().sort('total', 'desc')
   * Order.aggregate().sort({ status: 'asc', total: 'desc' })
   */
  sort(field: FieldPath<Row>, direction?: SortDirection): this
  sort(order: SortSpec<Row>): this
  /**
   * At most `count` rows (`$limit`); 0 leaves none. Throws `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().sort('total', 'desc').limit(10)
   */
  limit(count: number): this
  /**
   * Leaves out the first `count` rows (`$skip`). Throws `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().sort('createdAt').skip(20).limit(10)
   */
  skip(count: number): this
  /**
   * So many rows at random (`$sample`). Throws `E_INVALID_QUERY`.
   *
   * @example
   * User.aggregate().match({ status: 'active' }).sample(3)
   */
  sample(size: number): this
  /**
   * Cuts documents down by what they hold (`$redact`): the expression answers `expr.keep()`,
   * `expr.prune()` or `expr.descend()`.
   *
   * @example
   * Report.aggregate().redact(expr.cond(expr.in('staff', expr.field('readers')), expr.descend(), expr.prune()))
   */
  redact(expression: Expression<unknown, FieldPath<Row>>): this
}
/** Options of `unwind()`. */
interface UnwindOptions<Kept extends boolean, Index extends string> {
  /** Rows whose array is missing, null or empty stay, without the field. */
  readonly preserveNullAndEmptyArrays?: Kept
  /** The name of a field that gets the element's position. */
  readonly includeArrayIndex?: Index
}
/** The field that holds positions; none where there is no name. */
type IndexField<Index extends string> = string extends Index
  ? unknown
  : { [K in Index]: number | null }
/** Stages that change the fields of rows one by one. */
declare abstract class ReshapeStages<M, Row, K extends BuilderKind> extends FilterStages<
  M,
  Row,
  K
> {
  #private
  /**
   * Makes rows of exactly these fields (`$project`): `true` keeps a field, an expression or a value
   * computes one. With nothing but `false` it takes fields away instead. `_id` is only kept when it is
   * named; the primary key by its property name.
   *
   * Names are those that rows will have. Text is text: a field is `expr.field('name')`.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` for names with dots, a `$` or NUL, and for `true`
   * and `false` mixed.
   *
   * @example
   * User.aggregate().project({ id: true, city: expr.field('address.city'), kind: 'user' })
   * User.aggregate().project({ password: false })
   */
  project<
    const S extends {
      readonly [name: string]: Operand$1
    },
  >(fields: S & ProjectCheck<S, Row>): Built<K, M, Projected<Row, S>>
  /**
   * Keeps these fields and the primary key (`$project`). Rows stay documents of the model.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * User.aggregate().select('name', 'address.city')
   */
  select<const Name extends FieldName<Row>>(
    ...names: readonly Name[]
  ): Built<K, M, Selected<Row, Name>>
  /**
   * Adds fields to rows, or gives fields other values (`$addFields`). A path such as `'address.country'`
   * sets what is inside of a field. Text is text: a field is `expr.field('name')`.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` for names that start with `$`.
   *
   * @example
   * Order.aggregate().addFields({ gross: expr.multiply(expr.field('net'), 1.19), currency: 'EUR' })
   */
  addFields<
    const S extends {
      readonly [name: string]: Operand$1
    },
  >(fields: S & AddCheck<S, Row>): Built<K, M, Merge<Row, AddedFields<Row, S>>>
  /** {@link addFields} under its other name (`$set`). @example Order.aggregate().set({ seen: true }) */
  set<
    const S extends {
      readonly [name: string]: Operand$1
    },
  >(fields: S & AddCheck<S, Row>): Built<K, M, Merge<Row, AddedFields<Row, S>>>
  /**
   * Takes fields away (`$unset`).
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * User.aggregate().unset('password', 'address.zip')
   */
  unset<const Name extends FieldName<Row>>(
    ...names: readonly Name[]
  ): Built<K, M, Without<Row, Name>>
  /**
   * Makes a row for each element of an array (`$unwind`); the field then holds the element.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().unwind('items').group({ by: 'items.sku', sold: expr.sum('items.quantity') })
   * Order.aggregate().unwind('items', { preserveNullAndEmptyArrays: true, includeArrayIndex: 'line' })
   */
  unwind<
    const Name extends FieldName<Row>,
    Kept extends boolean = false,
    const Index extends string = string,
  >(
    name: Name,
    options?: UnwindOptions<Kept, Index>,
  ): Built<K, M, Merge<Unwound<Row, Bare<Name>, Kept>, IndexField<Index>>>
  /**
   * Puts a document in place of the row (`$replaceRoot`): a field that holds one, an expression that
   * makes one, or an object of those.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().unwind('items').replaceRoot('items')
   */
  replaceRoot<const S extends SubjectOf$1<Row>>(
    document: S,
  ): Built<K, M, Resolve<Row, SubjectValue<S>>>
  /** {@link replaceRoot} under its other name (`$replaceWith`). @example Order.aggregate().replaceWith({ order: 'id' }) */
  replaceWith<const S extends SubjectOf$1<Row>>(
    document: S,
  ): Built<K, M, Resolve<Row, SubjectValue<S>>>
}
/** What buckets compute where nothing is asked for. */
type Counted = {
  count: Accumulator<number, never>
}
declare const GRANULARITIES: readonly [
  'R5',
  'R10',
  'R20',
  'R40',
  'R80',
  '1-2-5',
  'E6',
  'E12',
  'E24',
  'E48',
  'E96',
  'E192',
  'POWERSOF2',
]
/** Series of round numbers that the limits of `bucketAuto()` are taken from. */
type Granularity = (typeof GRANULARITIES)[number]
/** Options of `bucket()`. */
interface BucketOptions<By, Boundary, Other, Output> {
  readonly by: By
  /** Limits in ascending order; a bucket holds its lower limit and not its upper one. */
  readonly boundaries: readonly Boundary[]
  /** The key of a bucket for everything outside; without it such a row is an error of the server. */
  readonly default?: Other
  /** Accumulators by name; a `count` by default. */
  readonly output?: Output
}
/** Options of `bucketAuto()`. */
interface BucketAutoOptions<By, Output> {
  readonly by: By
  /** How many. */
  readonly buckets: number
  /** Accumulators by name; a `count` by default. */
  readonly output?: Output
  readonly granularity?: Granularity
}
/** Options of `dateBucket()`. */
interface DateBucketOptions<As extends string, Fields> extends DateTruncOptions {
  /** The name of the field that holds the start of the bucket; `date` by default. */
  readonly as?: As
  /** Accumulators by name; a `count` by default. */
  readonly fields?: Fields
}
/** Stages that make one row out of several. */
declare abstract class GroupStages<M, Row, K extends BuilderKind> extends ReshapeStages<M, Row, K> {
  #private
  /**
   * Makes a row for each different value of `by` (`$group`), with that value as `_id`: the name of a
   * field, an expression, an object of those, or `null` for one row out of all. The other fields are
   * accumulators.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` for what is no accumulator and for names with
   * dots, a `$` or NUL.
   *
   * @example
   * Order.aggregate().group({ by: 'status', revenue: expr.sum('total'), orders: expr.count() })
   * Order.aggregate().group({ by: { year: expr.year('createdAt'), status: 'status' }, best: expr.max('total') })
   */
  group<
    const S extends {
      readonly by: unknown
    },
  >(specification: S & GroupCheck<S, Row>): Built<K, M, Grouped<Row, S>>
  /**
   * Makes a row for each range of values (`$bucket`), with the lower limit as `_id`. Limits are cast
   * through the column.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`, and what casting throws.
   *
   * @example
   * Product.aggregate().bucket({ by: 'price', boundaries: [0, 10, 100], default: 'more', output: { n: expr.count() } })
   */
  bucket<
    const By extends SubjectOf$1<Row>,
    const Boundary extends Operand$1,
    const Other extends Operand$1 = Boundary,
    const Output extends {
      readonly [name: string]: unknown
    } = Counted,
  >(
    options: BucketOptions<By, Boundary, Other, Output & AccumulatorCheck<Output, Row>>,
  ): Built<K, M, Keyed<Row, ValueOf<Boundary> | ValueOf<Other>, Output>>
  /**
   * Makes so many rows of about as many rows each (`$bucketAuto`), with the limits `{ min, max }` as
   * `_id`.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * Product.aggregate().bucketAuto({ by: 'price', buckets: 4 })
   */
  bucketAuto<
    const By extends SubjectOf$1<Row>,
    const Output extends {
      readonly [name: string]: unknown
    } = Counted,
  >(
    options: BucketAutoOptions<By, Output & AccumulatorCheck<Output, Row>>,
  ): Built<
    K,
    M,
    Keyed<
      Row,
      {
        min: KeyValue$1<Row, By>
        max: KeyValue$1<Row, By>
      },
      Output
    >
  >
  /**
   * Counts rows by a value, the most frequent first (`$sortByCount`).
   *
   * @example
   * Post.aggregate().unwind('tags').sortByCount('tags')
   */
  sortByCount<const By extends SubjectOf$1<Row>>(
    by: By,
  ): Built<
    K,
    M,
    {
      _id: KeyValue$1<Row, By>
      count: number
    }
  >
  /**
   * Makes one row with the number of rows (`$count`); no row when there are none.
   *
   * Throws `E_INVALID_QUERY` for what cannot be a name.
   *
   * @example
   * User.aggregate().match({ status: 'active' }).count('active')
   */
  count<const Name extends string = 'count'>(name?: Name): Built<K, M, { [N in Name]: number }>
  /**
   * A time series: a row for each day, week, month, … that has rows, in order, with the start of it
   * as `date` (or `as`) beside the accumulators. For days without rows see `densify()`.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().dateBucket('createdAt', 'day', {
   *   timezone: 'Europe/Berlin',
   *   as: 'day',
   *   fields: { orders: expr.count(), revenue: expr.sum('total') },
   * })
   */
  dateBucket<
    const As extends string = 'date',
    const Fields extends {
      readonly [name: string]: unknown
    } = Counted,
  >(
    date: FieldName<Row>,
    unit: DateUnit,
    options?: DateBucketOptions<As, Fields & AccumulatorCheck<Fields, Row>>,
  ): Built<K, M, Expand<{ [N in As]: Date } & Accumulated<Row, Fields>>>
}
/** Options of `lookup()`. */
interface LookupOptions<K extends BuilderKind, Row, S extends Source, As, L, R> {
  /** A model class, or the name of a collection. */
  readonly from: S
  /** The name of the field that gets the list. */
  readonly as: As
  /** A field of the rows. */
  readonly localField?: FieldName<Row>
  /** A field of the other collection that must equal it. */
  readonly foreignField?: FieldName<SourceRow<S>>
  /** Values of the row that the inner pipeline uses: names of fields or expressions. */
  readonly let?: L
  /** What happens to the other collection's documents; gets the variables of `let`. */
  readonly pipeline?: (
    pipeline: Inner<K, SourceModel<S>, SourceRow<S>>,
    variables: Variables<Row, L>,
  ) => PipelineOf<R>
}
/** Options of `graphLookup()`. */
interface GraphLookupOptions<Row, S extends Source, As, Depth> {
  /** A model class, or the name of a collection. */
  readonly from: S
  /** Where the search begins: the name of a field, or an expression. */
  readonly startWith: SubjectOf$1<Row>
  /** The field of a found document that leads on. */
  readonly connectFromField: FieldName<SourceRow<S>>
  /** The field that it leads to. */
  readonly connectToField: FieldName<SourceRow<S>>
  /** The name of the field that gets the list. */
  readonly as: As
  /** How far to go on; 0 for the first step alone. */
  readonly maxDepth?: number
  /** The name of a field of found documents that gets the number of steps. */
  readonly depthField?: Depth
  /** Conditions that found documents must fulfil. */
  readonly restrictSearchWithMatch?: Conditions<SourceRow<S>> | MatchCallback<SourceRow<S>>
}
type DepthField<Depth> = string extends Depth ? unknown : { [N in Depth & string]: number }
/** Stages that bring in other collections, or go several ways at once. */
declare abstract class JoinStages<M, Row, K extends BuilderKind> extends GroupStages<M, Row, K> {
  #private
  /**
   * Adds the documents of another collection that belong to each row, as a list (`$lookup`): by
   * equality of two fields, by an inner pipeline, or both. With a model class, its collection and
   * property names are used, and ids in the list are text. Its encrypted columns stay encrypted
   * (`Binary`): leave them out in the pipeline, and read them with their model.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` when there are neither fields nor a pipeline.
   *
   * @example
   * User.aggregate().lookup({ from: Post, localField: 'id', foreignField: 'userId', as: 'posts' })
   * User.aggregate().lookup({
   *   from: Post,
   *   let: { user: 'id' },
   *   pipeline: (posts, { user }) =>
   *     posts.match(expr.eq(expr.field('userId'), user)).sort('createdAt', 'desc').limit(3),
   *   as: 'latest',
   * })
   */
  lookup<
    S extends Source,
    const As extends string,
    const L extends {
      readonly [name: string]: SubjectOf$1<Row>
    } = Record<never, never>,
    R = SourceRow<S>,
  >(options: LookupOptions<K, Row, S, As, L, R>): Built<K, M, Merge<Row, { [N in As]: R[] }>>
  /**
   * Adds, as a list, the documents that are reached from each row from one to the next
   * (`$graphLookup`): the people above somebody, the parts of a part. Encrypted columns stay
   * encrypted, as with `lookup()`.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * Employee.aggregate().graphLookup({
   *   from: Employee,
   *   startWith: 'managerId',
   *   connectFromField: 'managerId',
   *   connectToField: 'id',
   *   as: 'chain',
   *   depthField: 'level',
   * })
   */
  graphLookup<S extends Source, const As extends string, const Depth extends string = string>(
    options: GraphLookupOptions<Row, S, As, Depth>,
  ): Built<K, M, Merge<Row, { [N in As]: Expand<SourceRow<S> & DepthField<Depth>>[] }>>
  /**
   * Sends the same rows through several pipelines and makes one row with a list for each (`$facet`).
   * Each callback returns the pipeline that it was given.
   *
   * Throws `E_INVALID_QUERY` for stages that cannot be inside, and for async callbacks.
   *
   * @example
   * Order.aggregate().facet({
   *   top: (orders) => orders.sort('total', 'desc').limit(10),
   *   summary: (orders) => orders.group({ by: null, revenue: expr.sum('total') }),
   * })
   */
  facet<
    const F extends {
      readonly [name: string]: (pipeline: Inner<K, M, Row>) => PipelineOf<unknown>
    },
  >(facets: F): Built<K, M, Faceted<F>>
  /**
   * Adds the rows of another collection behind these (`$unionWith`), after an inner pipeline if one is
   * given. Names that are stored differently in the two are refused: bring both into one form with
   * `project()` first. Encrypted columns of another model stay encrypted (`Binary`).
   *
   * Throws `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate()
   *   .project({ at: expr.field('createdAt'), total: true })
   *   .unionWith(Refund, (refunds) => refunds.project({ at: expr.field('createdAt'), total: true }))
   */
  unionWith<S extends Source, R = SourceRow<S>>(
    source: S,
    pipeline?: (pipeline: Inner<K, SourceModel<S>, SourceRow<S>>) => PipelineOf<R>,
  ): Built<K, M, Row | R>
}
/** Options of `setWindowFields()`. */
interface SetWindowFieldsOptions<Row, Output> {
  /** Rows with the same value are looked at together: the name of a field, an expression, an object. */
  readonly partitionBy?: SubjectOf$1<Row>
  /** The order of rows in a partition. */
  readonly sortBy?: SortSpec<Row>
  /** Window functions, or accumulators over the whole partition, by the name of the field. */
  readonly output: Output
}
/** Options of `densify()`. */
interface DensifyOptions<Row> {
  /** A field with numbers or dates. */
  readonly field: FieldName<Row>
  /** Each different value of these fields has a series of its own. */
  readonly partitionBy?: FieldName<Row> | readonly FieldName<Row>[]
  readonly range: {
    /** The distance between two rows. */
    readonly step: number
    /** Its unit, for dates. */
    readonly unit?: DateUnit
    /** From the first to the last row of all, of the partition, or from one value to before another. */
    readonly bounds: 'full' | 'partition' | readonly [from: unknown, to: unknown]
  }
}
/** How `fill()` fills a field. */
type FillMethod =
  | {
      readonly value: Operand$1
    }
  /** `linear`: along a line between the rows around; `locf`: the last value there was. */
  | {
      readonly method: 'linear' | 'locf'
    }
/** Options of `fill()`. */
interface FillOptions<Row> {
  /** Rows with the same values are looked at together: names of fields, or an expression. */
  readonly partitionBy?: SubjectOf$1<Row> | readonly FieldName<Row>[]
  readonly sortBy?: SortSpec<Row>
  /** What to put where a field is null or missing. */
  readonly output: { readonly [P in FieldPath<Row>]?: FillMethod }
}
/** Stages that look at the rows around a row. */
declare abstract class WindowStages<M, Row, K extends BuilderKind> extends JoinStages<M, Row, K> {
  #private
  /**
   * Adds fields that are computed over the rows around each row (`$setWindowFields`): running totals,
   * moving averages, ranks.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` for what is no window function.
   *
   * @example
   * Sale.aggregate().setWindowFields({
   *   partitionBy: 'shop',
   *   sortBy: { day: 'asc' },
   *   output: {
   *     week: expr.movingAverage('amount', { documents: [-6, 0] }),
   *     total: expr.runningTotal('amount'),
   *   },
   * })
   */
  setWindowFields<
    const Output extends {
      readonly [name: string]: unknown
    },
  >(
    options: SetWindowFieldsOptions<Row, Output & WindowCheck<Output, Row>>,
  ): Built<K, M, Merge<Row, Windowed<Row, Output>>>
  /**
   * Adds rows where a series of numbers or dates has gaps (`$densify`). They have nothing but the
   * field and those of `partitionBy`; `fill()` gives them values.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`, and what casting of bounds throws.
   *
   * @example
   * Sale.aggregate().densify({ field: 'day', range: { step: 1, unit: 'day', bounds: 'full' } })
   */
  densify(options: DensifyOptions<Row>): this
  /**
   * Fills fields that are null or missing (`$fill`).
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * Sale.aggregate().fill({
   *   sortBy: { day: 'asc' },
   *   output: { amount: { value: 0 }, price: { method: 'linear' } },
   * })
   */
  fill(options: FillOptions<Row>): this
}
/** A point: `[longitude, latitude]`, or a GeoJSON point. */
type GeoPoint$1 =
  | readonly [longitude: number, latitude: number]
  | {
      readonly type: 'Point'
      readonly coordinates: readonly [longitude: number, latitude: number]
    }
/** Options of `geoNear()`. */
interface GeoNearOptions<Row, Distance extends string, Place extends string> {
  readonly near: GeoPoint$1
  /** The name of the field that gets the distance, in metres. */
  readonly distanceField: Distance
  /** At most so far, in metres. */
  readonly maxDistance?: number
  /** At least so far, in metres. */
  readonly minDistance?: number
  /** The field with the index, where the collection has several. */
  readonly key?: FieldName<Row>
  /** Further conditions, as those of `match()`. */
  readonly query?: Conditions<Row> | MatchCallback<Row>
  /** The name of a field that gets the place that the distance is to. */
  readonly includeLocs?: Place
  /** What distances are multiplied by: 0.001 makes kilometres. */
  readonly distanceMultiplier?: number
  /** On a sphere; true by default. */
  readonly spherical?: boolean
}
/** The fields that `geoNear()` adds. */
type Near<Distance extends string, Place extends string> = {
  [N in Distance]: number
} & (string extends Place ? unknown : { [N in Place]: unknown })
/** What an index was used for, by `indexStats()`. */
interface IndexStats {
  name: string
  key: Record<string, unknown>
  host: string
  accesses: {
    ops: number
    since: Date
  }
  spec: Record<string, unknown>
}
/** Options of `collStats()`. */
interface CollStatsOptions {
  readonly latencyStats?: {
    readonly histograms?: boolean
  }
  readonly storageStats?: {
    readonly scale?: number
  }
  readonly count?: Readonly<Record<string, never>>
  readonly queryExecStats?: Readonly<Record<string, never>>
}
/** Stages that pipelines start with. */
declare abstract class SourceStages<M, Row, K extends BuilderKind> extends WindowStages<M, Row, K> {
  #private
  /**
   * Starts with the documents around a point, the nearest first, and adds the distance in metres
   * (`$geoNear`). The collection needs a `2dsphere` index.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` behind another stage and for what is no point.
   *
   * @example
   * Shop.aggregate().geoNear({ near: [13.4, 52.5], distanceField: 'metres', maxDistance: 2000 }).limit(5)
   */
  geoNear<const Distance extends string, const Place extends string = string>(
    options: GeoNearOptions<Row, Distance, Place>,
  ): Built<K, M, Merge<Row, Near<Distance, Place>>>
  /**
   * Starts with a full text search of Atlas (`$search`), written natively: paths are stored names.
   * Never pass anything from a request here but as the text to search for.
   *
   * Throws `E_INVALID_QUERY` behind another stage, `E_UNSAFE_OPERATOR`.
   *
   * @example
   * Film.aggregate().search({ index: 'default', text: { query: 'ships', path: 'plot' } })
   */
  search(specification: Readonly<Record<string, unknown>>): this
  /**
   * Starts with the metadata of a search of Atlas (`$searchMeta`), such as counts of facets. Errors of
   * {@link search}.
   *
   * @example
   * Film.aggregate().searchMeta({ range: { path: 'year', gte: 1990 }, count: { type: 'total' } })
   */
  searchMeta(specification: Readonly<Record<string, unknown>>): Built<K, M, Record<string, unknown>>
  /**
   * Starts with a vector search of Atlas (`$vectorSearch`), written natively. Errors of {@link search}.
   *
   * @example
   * Film.aggregate().vectorSearch({
   *   index: 'plots', path: 'embedding', queryVector: vector, numCandidates: 200, limit: 10,
   * })
   */
  vectorSearch(specification: Readonly<Record<string, unknown>>): this
  /**
   * Starts with statistics of the collection (`$collStats`). Throws `E_INVALID_QUERY` behind another
   * stage.
   *
   * @example
   * User.aggregate().collStats({ storageStats: { scale: 1024 } })
   */
  collStats(options?: CollStatsOptions): Built<K, M, Record<string, unknown>>
  /**
   * Starts with the use of each index (`$indexStats`). Throws `E_INVALID_QUERY` behind another stage.
   *
   * @example
   * User.aggregate().indexStats()
   */
  indexStats(): Built<K, M, IndexStats>
  /**
   * Starts with the entries of the collection's plan cache (`$planCacheStats`). Throws
   * `E_INVALID_QUERY` behind another stage.
   *
   * @example
   * User.aggregate().planCacheStats()
   */
  planCacheStats(): Built<K, M, Record<string, unknown>>
  /**
   * Starts with these rows instead of the collection's documents (`$documents`). Values are data.
   *
   * Throws `E_INVALID_QUERY` behind another stage and for what are no objects; `E_UNDEFINED_VALUE`.
   *
   * @example
   * User.aggregate().documents([{ month: 1, goal: 100 }, { month: 2, goal: 120 }])
   */
  documents<T extends object>(rows: readonly T[]): Built<K, M, T>
}
/** A collection, where it is not in the same database. */
interface CollectionOf {
  readonly db: string
  readonly coll: string
}
declare const WHEN_MATCHED: readonly ['replace', 'keepExisting', 'merge', 'fail']
declare const WHEN_NOT_MATCHED: readonly ['insert', 'discard', 'fail']
/** Options of `merge()`. */
interface MergeOptions<K extends BuilderKind, Row, S extends Source | CollectionOf, L> {
  /** A model class, or the name of a collection. */
  readonly into: S
  /** Fields that tell which documents are the same, with a unique index; the primary key by default. */
  readonly on?: FieldName<Row> | readonly FieldName<Row>[]
  /** Values of the row that `whenMatched` uses, beside `new`, the row itself. */
  readonly let?: L
  /** What happens to a document that is there: `merge` by default, or an update with stages. */
  readonly whenMatched?:
    | (typeof WHEN_MATCHED)[number]
    | ((
        document: Inner<K, SourceModel<S>, SourceRow<S>>,
        variables: Variables<Row, L> & {
          readonly new: Variable<Row>
        },
      ) => PipelineOf<unknown>)
  /** What happens to a row that has no document: `insert` by default. */
  readonly whenNotMatched?: (typeof WHEN_NOT_MATCHED)[number]
}
/** Stages that write rows to a collection, and stages that are written natively. */
declare abstract class OutputStages<M, Row, K extends BuilderKind> extends SourceStages<M, Row, K> {
  #private
  /**
   * Writes the rows to a collection (`$out`), which then has nothing else. Nothing can follow, and
   * there are no rows. Into a model class rows go under its stored names.
   *
   * Throws `E_INVALID_QUERY`.
   *
   * @example
   * await Order.aggregate().group({ by: 'userId', total: expr.sum('total') }).out('user_totals')
   */
  out<S extends Source | CollectionOf>(into: S): Built<K, M, never>
  /**
   * Writes the rows into a collection beside what it has (`$merge`). Nothing can follow, and there are
   * no rows. Into a model class rows go under its stored names. With a callback for `whenMatched` the
   * document is changed by `addFields`, `set`, `unset`, `project`, `replaceRoot` or `replaceWith`.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * await Order.aggregate()
   *   .dateBucket('createdAt', 'day', { as: 'id', fields: { revenue: expr.sum('total') } })
   *   .merge({ into: DailyRevenue, whenMatched: 'replace' })
   */
  merge<
    S extends Source | CollectionOf,
    const L extends {
      readonly [name: string]: SubjectOf$1<Row>
    } = Record<never, never>,
  >(options: MergeOptions<K, Row, S, L>): Built<K, M, never>
  /**
   * Adds a stage that is written natively. Names are stored names and it goes out as written,
   * expressions of `expr` inside of it excepted. What fields rows have afterwards is not known: say so
   * with `as()`. Never pass anything from a request here.
   *
   * Throws `E_UNSAFE_OPERATOR` for `$where`, `$function` and `$accumulator` at any depth,
   * `E_UNDEFINED_VALUE`, `E_INVALID_QUERY`.
   *
   * @example
   * User.aggregate().stage({ $listSearchIndexes: {} })
   */
  stage(stage: Readonly<Record<string, unknown>>): Built<K, M, Record<string, unknown>>
  /**
   * Adds stages that are written natively; see {@link stage}.
   *
   * @example
   * User.aggregate().raw([{ $match: { age: { $gt: 18 } } }, { $limit: 5 }]).as<{ name: string }>()
   */
  raw(stages: readonly Readonly<Record<string, unknown>>[]): Built<K, M, Record<string, unknown>>
}
/** A stage as MongoDB gets it: one key, its name. */
type Stage = Record<string, unknown>
/** All stages, for pipelines of every kind. */
declare abstract class StageBuilder<M, Row, K extends BuilderKind> extends OutputStages<M, Row, K> {
  /**
   * Says of what type rows are, where the compiler cannot tell: after stages that are written natively.
   * Changes nothing about the pipeline.
   *
   * @example
   * User.aggregate().raw([{ $sortByCount: '$city' }]).as<{ _id: string; count: number }>()
   */
  as<Next>(): Built<K, M, Next>
  /**
   * The stages as MongoDB gets them, with stored names, to look at or to pass to the driver. A copy.
   *
   * @example
   * User.aggregate().match({ firstName: 'Ada' }).toMongo() // [{ $match: { first_name: 'Ada' } }]
   */
  toMongo(): Stage[]
}
interface SubKind extends BuilderKind {
  readonly builder: SubPipeline<this['model'], this['row']>
  readonly inner: SubPipeline<this['model'], this['row']>
}
/** A pipeline inside of another: what `facet()`, `lookup()` and others hand to their callbacks. */
declare class SubPipeline<M, Row> extends StageBuilder<M, Row, SubKind> {}
interface PlainKind extends BuilderKind {
  readonly builder: PipelineBuilder<this['model'], this['row']>
  readonly inner: SubPipeline<this['model'], this['row']>
}
/**
 * An aggregation pipeline on model `M` (the type of its instances) with rows of type `Row`, without
 * the means to run it. Each method changes the builder and returns it, with the type of the rows that
 * there are then.
 *
 * Names are property names until a stage makes other rows; from then on they are the rows' own. Rows
 * have property names for what models name, ids of models as text, and values as they are stored:
 * dates are `Date`s. A value is never an operator: operators are the methods, the functions of
 * `expr`, and what is given to `stage()`, `raw()`, `matchRaw()` and `expr.raw()`.
 *
 * @example
 * const pipeline = User.aggregate()
 *   .match({ status: 'active' })
 *   .group({ by: 'city', users: expr.count() })
 *   .sort('users', 'desc')
 *   .limit(10)
 */
declare class PipelineBuilder<
  M,
  Row = RowOf<M>,
  K extends BuilderKind = PlainKind,
> extends StageBuilder<M, Row, K> {
  #private
  /**
   * Lets the server write to disk what does not fit into 100 MB of memory; MongoDB 6 does by default.
   *
   * @example
   * Order.aggregate().sort('total').allowDiskUse()
   */
  allowDiskUse(allow?: boolean): this
  /**
   * Rules for comparing strings, of all stages. Throws `E_INVALID_QUERY` for options that MongoDB does
   * not have.
   *
   * @example
   * User.aggregate().collation({ locale: 'en', strength: 2 }).match({ name: 'ada' })
   */
  collation(rules: Collation): this
  /**
   * Makes the server use an index, by its name or its keys. Throws `E_UNKNOWN_COLUMN`.
   *
   * @example
   * Order.aggregate().hint({ status: 1 }).match({ status: 'paid' })
   */
  hint(index: Hint<M>): this
  /** Text that the server writes to its log and profiler beside the command. @example pipeline.comment('report') */
  comment(text: string): this
  /**
   * Lets the server give up after `ms` milliseconds; the command then fails with `E_TIMEOUT`. 0: no
   * limit. Throws `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().timeout(5000)
   */
  timeout(ms: number): this
  /** How many rows the server sends at a time. Throws `E_INVALID_QUERY`. @example pipeline.batchSize(100) */
  batchSize(count: number): this
  /**
   * What is read: for instance `'majority'`, only what a majority of servers has. Throws
   * `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().readConcern('majority')
   */
  readConcern(level: ReadConcernLevel): this
  /**
   * Which servers are read from. Throws `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().readPreference('secondaryPreferred')
   */
  readPreference(preference: ReadPreferenceMode | ReadPreference): this
  /**
   * Values for the expressions of all stages, as `expr.variable(name)`. They are data. Calls add up.
   * Throws `E_INVALID_QUERY` for names that are none, `E_UNDEFINED_VALUE`.
   *
   * @example
   * Order.aggregate().let({ least: 100 }).match(expr.gte(expr.field('total'), expr.variable('least')))
   */
  let(variables: Readonly<Record<string, unknown>>): this
  clone(): this
}
/** How a pipeline is to be run, beside the options of the command. */
interface RunOptions {
  /** Options of the command, without a prototype. */
  readonly command: AggregateOptions
  /** Run on the database rather than on the model's collection (`aggregate: 1`). */
  readonly onDatabase: boolean
  /** The pipeline writes (`$out`, `$merge`) and answers with no rows. */
  readonly writes: boolean
  /** Answer with instances of the model instead of plain documents. */
  readonly models: boolean
}
/**
 * Runs pipelines for one model on one connection. Stages and options are not to be changed; values are
 * those that the filters of queries have.
 */
interface AggregateRunner {
  /** All rows. */
  run(pipeline: readonly Stage[], options: RunOptions): Promise<readonly unknown[]>
  /** Rows a batch at a time. Ending the iteration early closes the server's cursor. */
  stream(pipeline: readonly Stage[], options: RunOptions): AsyncIterable<readonly unknown[]>
  /** The server's account of how it runs the pipeline. */
  explain(
    pipeline: readonly Stage[],
    options: RunOptions,
    verbosity: ExplainVerbosity,
  ): Promise<Record<string, unknown>>
}
interface ModelKind extends BuilderKind {
  readonly builder: ModelAggregate<this['model'], this['row']>
  readonly inner: SubPipeline<this['model'], this['row']>
}
/**
 * An aggregation on a model. Nothing is sent until it is awaited, or one of `exec`, `first`, `cursor`,
 * `batches`, `explain` is called; each of these sends it anew. No hooks run.
 *
 * @example
 * const revenue = await Order.aggregate()
 *   .match({ status: 'paid' })
 *   .group({ by: 'userId', total: expr.sum('amount') })
 *   .sort('total', 'desc')
 *   .limit(10)
 */
declare class ModelAggregate<M, Row = RowOf<M>, Result = Row>
  extends PipelineBuilder<M, Row, ModelKind>
  implements PromiseLike<Result[]>
{
  #private
  /**
   * Reads instances of the model instead of plain rows. Rows must still be the model's documents:
   * fields beside its columns, such as those of `lookup()` and `geoNear()`, go to `$extras`.
   *
   * Throws `E_INVALID_QUERY`, naming the method, when a stage before or after made other rows.
   *
   * @example
   * const users = await User.aggregate().match({ status: 'active' }).sample(3).asModels()
   */
  asModels(): ModelAggregate<M, Row, M>
  /**
   * Runs the pipeline. Errors: the server's.
   *
   * @example
   * const rows = await User.aggregate().sortByCount('city').exec()
   */
  exec(): Promise<Result[]>
  then<Fulfilled = Result[], Rejected = never>(
    fulfilled?: ((rows: Result[]) => Fulfilled | PromiseLike<Fulfilled>) | null,
    rejected?: ((error: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected>
  catch<Rejected = never>(
    rejected?: ((error: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Result[] | Rejected>
  finally(done?: (() => void) | null): Promise<Result[]>
  /**
   * The first row, or `null`. No more are read. Throws `E_INVALID_QUERY` behind `out()` and `merge()`.
   *
   * @example
   * const totals = await Order.aggregate().group({ by: null, revenue: expr.sum('total') }).first()
   */
  first(): Promise<Result | null>
  /** As `first`. Errors: also `E_ROW_NOT_FOUND`. @example await Order.aggregate().sample(1).firstOrFail() */
  firstOrFail(): Promise<Result>
  /**
   * The rows as they arrive, a batch at a time: memory stays the same however many there are. Leaving
   * the loop closes the server's cursor.
   *
   * @example
   * for await (const row of Order.aggregate().sort('createdAt').cursor({ batchSize: 500 })) {
   *   await write(row)
   * }
   */
  cursor(options?: { batchSize?: number }): AsyncGenerator<Result, void>
  /** As `cursor`, a batch of rows at a time. @example for await (const rows of pipeline.batches()) count += rows.length */
  batches(options?: { batchSize?: number }): AsyncGenerator<Result[], void>
  /**
   * The server's account of how it runs the pipeline. Throws `E_INVALID_QUERY` for another verbosity.
   *
   * @example
   * await Order.aggregate().match({ status: 'paid' }).explain('executionStats')
   */
  explain(verbosity?: ExplainVerbosity): Promise<Record<string, unknown>>
  /** The stages as MongoDB gets them; what is compared with encrypted columns is `[encrypted]`. */
  toMongo(): Stage[]
}
/** What a hook learns about the operation it runs in. */
interface HookContext {
  /** The operation that raised the event. */
  readonly operation: LifecycleOperation
  /** The model class on which it was started. */
  readonly model: ModelClass
  /** Name of the connection. */
  readonly connection: string
  /** The transaction that the operation is part of: pass it on as `{ client: trx }`. */
  readonly trx: TransactionClient | undefined
  /** What the transaction did to the instance, in `afterCommit` and `afterRollback` hooks. */
  readonly writes: readonly WriteOperation[]
}
/** An operation that changes the database through an instance. */
type WriteOperation = 'create' | 'update' | 'delete'
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
/**
 * Runs after the transaction that wrote the instance was committed, once for each instance; without
 * a transaction after every write. What it throws is reported, the write stands.
 */
declare const afterCommit: () => HookDecorator<'afterCommit'>
/** Runs after the transaction that wrote the instance was rolled back. */
declare const afterRollback: () => HookDecorator<'afterRollback'>
/** A handler of `Model.before(event, …)`. */
type BeforeHandler<Name extends EventName, M extends Model> = Hook<
  SubjectOf<`before${Capitalize<Name>}`, M>,
  BeforeHookResult
>
/** A handler of `Model.after(event, …)`. */
type AfterHandler<Name extends AfterEventName, M extends Model> = Hook<
  SubjectOf<`after${Capitalize<Name>}`, M>,
  AfterHookResult
>
/** Something of a bulk write that failed. */
interface BulkFailure {
  /** Which statement, row or instance, counted from 0. */
  readonly position: number
  /** What it failed with: an error of the package, or what a hook threw. */
  readonly error: unknown
}
/** What a bulk write did. */
interface BulkResult {
  /** Documents inserted, upserts not counted. */
  readonly inserted: number
  /** Documents that updates found. */
  readonly matched: number
  /** Documents that updates changed. */
  readonly modified: number
  readonly deleted: number
  /** Upserts that inserted: which statement, and the primary key. */
  readonly upserted: readonly {
    readonly position: number
    readonly id: unknown
  }[]
  /** In the order of their positions. */
  readonly failures: readonly BulkFailure[]
}
/** Options of every bulk write. */
interface BulkOptions extends ModelAdapterOptions {
  /**
   * Stop at the first failure; true by default. Otherwise everything is tried, but for transactions,
   * which a failure ends.
   */
  ordered?: boolean
  /** All or nothing, in a transaction of its own; false by default. */
  atomic?: boolean
  /** Reject with `E_BULK_WRITE` when something failed; true by default. */
  throwOnFailure?: boolean
  /** Text that the server writes to its log and profiler beside the commands. */
  comment?: string
}
/** Options of `bulkSave` and `bulkDelete`. */
interface BulkSaveOptions extends BulkOptions {
  /** Run the hooks of each instance; true by default. */
  hooks?: boolean
}
/** Options of `upsertMany`. */
interface UpsertManyOptions<M> extends BulkOptions {
  /** Columns that tell documents apart; they should have a unique index. */
  by: readonly AttributeName<M>[]
}
/** Which documents a statement means: equality conditions, or a callback that writes conditions. */
type BulkFilter<M extends Model> = BulkFilterIn<M>['is']
type BulkFilterIn<M extends Model> = M extends unknown
  ? {
      is: Conditions<M> | ((query: ModelQueryBuilder<M>) => unknown)
    }
  : never
/** A statement that updates. */
interface BulkUpdate<M extends Model> {
  readonly filter: BulkFilter<M>
  readonly update: UpdateChanges<M>
}
/** A statement that updates or inserts. */
interface BulkUpsert<M extends Model> extends BulkUpdate<M> {
  /** What an inserted document has beside the conditions and the values. */
  readonly onInsert?: UpdateValues<M>
}
/** A statement that puts another document in the place of one. */
interface BulkReplace<M extends Model> {
  readonly filter: BulkFilter<M>
  readonly replacement: PartialAttributes<M>
  /** Insert it where nothing matches. */
  readonly upsert?: boolean
}
/** A statement of `bulkWrite` as data: an object with one of these. */
type BulkStatement<M extends Model> =
  | {
      readonly insert: PartialAttributes<M> | M
    }
  | {
      readonly updateOne: BulkUpdate<M>
    }
  | {
      readonly updateMany: BulkUpdate<M>
    }
  | {
      readonly upsert: BulkUpsert<M>
    }
  | {
      readonly replaceOne: BulkReplace<M>
    }
  | {
      readonly deleteOne: {
        readonly filter: BulkFilter<M>
      }
    }
  | {
      readonly deleteMany: {
        readonly filter: BulkFilter<M>
      }
    }
/**
 * The statements of a bulk write, carried out in the order in which they are added. Filters are
 * equality conditions or a callback that writes conditions; changes are those of `updateMany`.
 *
 * All methods throw `E_UNKNOWN_COLUMN`, `E_UNDEFINED_VALUE`, `E_EMPTY_FILTER` for a filter that
 * means every document, unless its callback calls `all()`, and what `UpdateBuilder` throws; the
 * error's `position` says which statement it was.
 *
 * @example
 * await Product.bulkWrite((bulk) => {
 *   bulk.insert({ sku: 'a1', inStock: 5 })
 *   bulk.updateMany({ discontinued: true }, (product) => product.set('inStock', 0))
 *   bulk.deleteMany((query) => query.where('expiresAt', '<', new Date()))
 * })
 */
declare class BulkBuilder<M extends Model> {
  #private
  /**
   * Stores a new document, from values or from an instance, which is persisted afterwards. Dates and
   * primary key are set as by `create`; no hooks run.
   */
  insert(values: PartialAttributes<M> | M): this
  /** Updates one document that matches. */
  updateOne(filter: BulkFilter<M>, changes: UpdateChanges<M>): this
  /** Updates every document that matches. */
  updateMany(filter: BulkFilter<M>, changes: UpdateChanges<M>): this
  /** Updates one document that matches, or inserts one; see `query.upsert()`. */
  upsert(
    filter: BulkFilter<M>,
    changes: UpdateChanges<M>,
    options?: {
      onInsert?: UpdateValues<M>
    },
  ): this
  /**
   * Puts a document with these values, and nothing else but its primary key, in the place of one that
   * matches. Dates are stamped as those of a new document.
   */
  replaceOne(
    filter: BulkFilter<M>,
    values: PartialAttributes<M>,
    options?: {
      upsert?: boolean
    },
  ): this
  /** Deletes one document that matches. */
  deleteOne(filter: BulkFilter<M>): this
  /** Deletes every document that matches. */
  deleteMany(filter: BulkFilter<M>): this
  /** Adds a statement that is given as data. Errors: also `E_INVALID_VALUE` for what is none. */
  add(given: BulkStatement<M>): this
}
/**
 * `E_BULK_WRITE`: some of a bulk write failed. Its `status` and `cause` are those of the first
 * failure.
 *
 * @example
 * try {
 *   await User.bulkSave(users, { ordered: false })
 * } catch (error) {
 *   if (!(error instanceof BulkWriteError)) throw error
 *   for (const { position, error: reason } of error.failures) report(users[position], reason)
 * }
 */
declare class BulkWriteError extends errors.E_BULK_WRITE {
  /** What was done all the same. */
  readonly result: BulkResult
  /** What failed, with its position. */
  get failures(): readonly BulkFailure[]
}
/** What `bulkWrite` carries out. */
type BulkStatements<M extends Model> =
  | readonly BulkStatement<M>[]
  | ((bulk: BulkBuilder<M>) => unknown)
/** A scope as `scope()` makes it: still the function that it was made of. */
interface QueryScope<Query, Args extends readonly unknown[]> extends MarkedScope {
  (query: Query, ...args: Args): void
}
/** What a query of model class `T` knows of the class: its scopes. */
interface ScopedQuery<T extends ModelClass> {
  /** As `withScopes` of every query; the scopes are those of the class. */
  withScopes(callback: (scopes: ScopesOf<T>) => void): this
  /** Same as `withScopes`. */
  apply(callback: (scopes: ScopesOf<T>) => void): this
  /** Reads plain documents with their stored names instead of models. No hooks run. */
  pojo<Row = Record<string, unknown>>(): ModelQuery<T, Row>
}
/** A query of model class `T`, which knows the names and arguments of its scopes. */
type ModelQuery<T extends ModelClass, Result = InstanceType<T>> = ScopedQuery<T> &
  ModelQueryBuilder<InstanceType<T>, Result>
/**
 * Declares a query scope: a static property whose function adds to a query. It is applied with
 * `withScopes`, on any query of the model or of a class that extends it, in groups too.
 *
 * Write the body in braces; where the function answers something, its type would depend on itself.
 *
 * Errors: `E_MODEL_DEFINITION` for what is no function.
 *
 * @example
 * class User extends BaseModel {
 *   @column() declare status: string
 *   @column() declare age: number
 *
 *   static active = scope((query: ModelQueryBuilder<User>) => {
 *     query.where('status', 'active')
 *   })
 *   static olderThan = scope((query: ModelQueryBuilder<User>, age: number) => {
 *     query.where('age', '>', age)
 *   })
 * }
 *
 * await User.query().withScopes((scopes) => scopes.active().olderThan(5))
 */
declare function scope<
  Query extends object = ModelQueryBuilder<Model>,
  Args extends readonly unknown[] = [],
>(callback: (query: Query, ...args: Args) => void): QueryScope<Query, Args>
/** A column as `Model.$getColumn()` tells it. */
interface ModelColumnOptions {
  readonly isPrimary: boolean
  /** Stored name. */
  readonly columnName: string
  /** Name in JSON; `null` leaves the column out. */
  readonly serializeAs: string | null
  readonly serialize: ColumnOptions['serialize'] | undefined
  readonly prepare: ColumnOptions['prepare'] | undefined
  readonly consume: ColumnOptions['consume'] | undefined
  readonly meta: unknown
  /** The class declares a getter of its own. */
  readonly hasGetter: boolean
  /** The class declares a setter of its own. */
  readonly hasSetter: boolean
}
/** Names of one kind and what they are called in another. */
declare class ModelKeys {
  #private
  constructor(pairs: Iterable<readonly [from: string, to: string | null]>)
  /** The other name, or `otherwise`. */
  get(name: string): string | undefined
  get(name: string, otherwise: string): string
  /** The other name, or the name itself where there is none. */
  resolve(name: string): string
  /** Every pair. */
  all(): Record<string, string>
}
/** Property names, stored names and names in JSON, each by the others. */
interface ModelKeySets {
  readonly attributesToColumns: ModelKeys
  readonly attributesToSerialized: ModelKeys
  readonly columnsToAttributes: ModelKeys
  readonly columnsToSerialized: ModelKeys
  readonly serializedToColumns: ModelKeys
  readonly serializedToAttributes: ModelKeys
}
/** The part of `BaseModel` that tells and sets the state of an instance. */
declare abstract class ModelState {
  /**
   * Names of the columns. A class may list them itself, for `toAttributes` and its type:
   * `$columns = ['id', 'email'] as const`.
   */
  readonly $columns: readonly string[]
  /** The transaction that the instance takes part in; none once it is over. */
  get $trx(): TransactionClient | undefined
  set $trx(trx: TransactionClient | undefined)
  /**
   * Attributes by property name. Reads and writes through to the instance; `delete` of one is `unset`.
   * Setting it puts other attributes in the place of all.
   */
  get $attributes(): Record<string, unknown>
  set $attributes(values: Record<string, unknown>)
  /**
   * What the properties showed when they were read or stored last, by property name. Setting it says
   * what is stored: changes are told by it from then on.
   */
  get $original(): ModelObject
  set $original(values: ModelObject)
  /** Attributes that a `save` would write: all of a new instance's, else those that changed. */
  get $dirty(): ModelObject
  get $isDirty(): boolean
  /** Whether any attribute, or one of those named, differs from what is stored. */
  isDirty(fields?: string | readonly string[]): boolean
  /** The document is in the database. Tests and factories may say so themselves. */
  get $isPersisted(): boolean
  set $isPersisted(persisted: boolean)
  get $isNew(): boolean
  /** The instance was made by the application rather than read. */
  get $isLocal(): boolean
  get $isDeleted(): boolean
  /** Fields of the document that are no columns, and what queries add. */
  get $extras(): Record<string, unknown>
  set $extras(values: Record<string, unknown>)
  /** What `query.sideload()` gave to this row: no part of the document, and not in JSON. */
  get $sideloaded(): Record<string, unknown>
  set $sideloaded(values: Record<string, unknown>)
  /** Relations that were loaded, by name: `null`, a row or an array of rows each. */
  get $preloaded(): Record<string, Related>
  /**
   * Name of the connection on which the instance is saved: of one that was read, the connection that it
   * came from. Empty for a new instance that was given none.
   */
  get $options(): {
    connection?: string
  }
  set $options(options:
    | {
        connection?: string
      }
    | undefined)
  /** Value of the primary key. */
  get $primaryKeyValue(): unknown
  /** The raw value of an attribute, past any getter of the class. */
  $getAttribute(name: string): unknown
  /** Sets the raw value of an attribute, past any setter. Errors: `E_MODEL_DELETED`. */
  $setAttribute(name: string, value: unknown): void
  /**
   * For getters of the class: what `make` answers for the attribute's raw value, kept until the
   * attribute gets another value.
   *
   * @example
   * get settings() {
   *   return this.$getAttributeFromCache('settings', (raw) => new Settings(raw))
   * }
   */
  $getAttributeFromCache<Value>(name: string, make: (value: unknown) => Value): Value
  /** Whether the attribute has a value, be it null. */
  $hasAttribute(name: string): boolean
}
/** The part of `BaseModel` that makes JSON and plain objects of an instance. */
declare abstract class ModelJson extends ModelState {
  /**
   * A plain object for JSON, by serialised names: columns, preloaded relations, computed properties,
   * and what `serializeExtras` of the class asks for (`true`: `$extras` as `meta`; a function: the
   * object it returns). Integers and decimals that a number cannot hold are text, ids their digits,
   * binary values base64.
   *
   * Errors: `E_INVALID_VALUE` when a pick is no array of names.
   *
   * @example
   * user.serialize({ fields: { omit: ['email'] }, relations: { posts: { fields: ['title'] } } })
   */
  serialize(cherryPick?: CherryPick): ModelObject
  /** The columns' part of `serialize`; `raw` leaves the values as they are. */
  serializeAttributes(fields?: CherryPick['fields'], raw?: boolean): ModelObject
  /** The computed properties' part of `serialize`. */
  serializeComputed(fields?: CherryPick['fields']): ModelObject
  /** The relations' part of `serialize`; `raw` gives the rows themselves. */
  serializeRelations(relations: undefined, raw: true): Record<string, Related>
  serializeRelations(relations?: CherryPick['relations'], raw?: boolean): ModelObject
  /** What `JSON.stringify` writes: `serialize()`. */
  toJSON(): ModelObject
  /** Attributes by property name as they are, preloaded relations, computed properties, `$extras`. */
  toObject(): ModelObject
  /**
   * The columns that have a value, by property name, as the properties read. The type has the
   * properties that `$columns` lists, where the class declares it; else those that can be set.
   */
  toAttributes(): ModelColumnValues<this>
}
/** How `$defineProperty` treats what the parent has: a copy, nothing, or what a function makes of it. */
type InheritStrategy<Value> = 'inherit' | 'define' | ((parentValue: Value) => Value)
/** The part of `BaseModel` that tells and declares columns and computed properties. */
declare abstract class ModelMetadata extends ModelJson {
  /** Whether `boot()` has run for this class. */
  static get booted(): boolean
  /** The columns by property name, primary key first; a copy. */
  static get $columnsDefinitions(): Map<string, ModelColumnOptions>
  /** The computed properties by name; a copy. */
  static get $computedDefinitions(): Map<string, ModelComputedOptions>
  /** Property names, stored names and names in JSON, each by the others. */
  static get $keys(): ModelKeySets
  /** Whether the property is a column. */
  static $hasColumn(name: string): boolean
  /** The column of a property. */
  static $getColumn(name: string): ModelColumnOptions | undefined
  /** Declares a column, as `@column()` does. Errors: `E_MODEL_DEFINITION`. */
  static $addColumn(name: string, options?: ColumnOptions): ModelColumnOptions
  /** Whether the property is a computed one. */
  static $hasComputed(name: string): boolean
  /** The options of a computed property. */
  static $getComputed(name: string): ModelComputedOptions | undefined
  /** Declares a computed property, as `@computed()` does. Errors: `E_MODEL_DEFINITION`. */
  static $addComputed(name: string, options?: ComputedOptions): ModelComputedOptions
  /**
   * Gives the class a static property of its own, unless it has it: a copy of the parent's value
   * (`'inherit'`), what a function makes of the parent's value, or `initial` (`'define'`, and where
   * the parent has none). For mixins and plugins that keep something for each class.
   *
   * @example
   * User.$defineProperty('auditedColumns', [], 'inherit')
   */
  static $defineProperty<Value>(
    name: string,
    initial: Value,
    strategy: InheritStrategy<Value>,
  ): void
}
/** Values of a model's attributes. */
type Attributes<T extends ModelClass> = PartialAttributes<InstanceType<T>>
/** The name of a model's attribute. */
type AttributeKey<T extends ModelClass> = AttributeName<InstanceType<T>>
/** The part of `BaseModel` that reads. */
declare abstract class Reading extends ModelMetadata {
  /** A query for models of this class. */
  static query<T extends ModelClass>(this: T, options?: ModelAdapterOptions): ModelQuery<T>
  /**
   * An aggregation on the model's collection. Runs no hooks.
   *
   * @example
   * await Order.aggregate().match({ status: 'paid' }).group({ by: 'userId', total: expr.sum('amount') })
   */
  static aggregate<T extends ModelClass>(
    this: T,
    options?: ModelAdapterOptions,
  ): ModelAggregate<InstanceType<T>>
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
  ): Promise<InstanceType<T> | null>
  /** As `find`. Errors: also `E_ROW_NOT_FOUND`. */
  static findOrFail<T extends ModelClass, Value>(
    this: T,
    value: GivenKey<InstanceType<T>, Value>,
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
    clause: Conditions<InstanceType<T>>,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T> | null>
  static findBy<T extends ModelClass, Key extends AttributeKey<T>>(
    this: T,
    key: Key,
    value: QueryValue<InstanceType<T>, Key>,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T> | null>
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
  /** The documents with these primary keys, newest key first. Runs the fetch hooks. */
  static findMany<T extends ModelClass, Value>(
    this: T,
    values: readonly GivenKey<InstanceType<T>, Value>[],
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
}
type Keys<T extends ModelClass> = AttributeKey<T> | readonly AttributeKey<T>[]
/** The part of `BaseModel` that finds documents and makes what is not there. */
declare abstract class FindOrMake extends Reading {
  /**
   * The first document that matches `search`, or else a new instance with the properties of both,
   * which is not stored. Runs the find hooks. Errors: as `findBy`, `E_UNKNOWN_COLUMN`.
   */
  static firstOrNew<T extends ModelClass>(
    this: T,
    search: Attributes<T>,
    values?: Attributes<T>,
    options?: ModelAssignOptions,
  ): Promise<InstanceType<T>>
  /**
   * The first document that matches `search`, or else a new one with the properties of both. Runs the
   * find hooks, and to create the create and save hooks; not in a transaction of its own.
   *
   * With a unique index on what is searched by, all of any number of simultaneous callers get the
   * same document. Without one, the server looks once more when it inserts, so that two are rarely
   * made, but it does happen. Who comes too late has run its before hooks in vain, reads the other's
   * document, and runs the find hooks on it. Inside a transaction that is repeated (`E_WRITE_CONFLICT`)
   * by whoever began it.
   *
   * Errors: as `findBy` and `create`.
   *
   * @example
   * const tag = await Tag.firstOrCreate({ name: 'mongodb' }, { color: 'green' })
   */
  static firstOrCreate<T extends ModelClass>(
    this: T,
    search: Attributes<T>,
    values?: Attributes<T>,
    options?: ModelAssignOptions,
  ): Promise<InstanceType<T>>
  /**
   * Saves `values` to the first document that matches `search`, or else creates one with the
   * properties of both. Runs the find hooks, then those of `save`.
   *
   * Runs in a transaction (`$trx`), which is repeated on a conflict with others: no update is lost.
   * On a server without transactions it sends what changed, and starts over when somebody else was
   * first. With a unique index on what is searched by, simultaneous callers get the same document;
   * without one several may be created. An adapter of the application's keeps the promise by working
   * in the transaction, which it is given as the client of its query and of instances.
   *
   * Errors: as `findBy`, `create` and `save`.
   *
   * @example
   * await Setting.updateOrCreate({ key: 'theme' }, { value: 'dark' })
   */
  static updateOrCreate<T extends ModelClass>(
    this: T,
    search: Attributes<T>,
    values: Attributes<T>,
    options?: ModelAssignOptions,
  ): Promise<InstanceType<T>>
  /**
   * For each object the document that has the same values of `keys`, or else a new instance, which is
   * not stored; in the order of `rows`. Objects with the same keys share an instance. One query for
   * all; runs the fetch hooks.
   *
   * Errors: `E_UNDEFINED_VALUE` when a key is null or undefined, `E_UNKNOWN_COLUMN`,
   * `E_INVALID_QUERY`.
   *
   * @example
   * const users = await User.fetchOrNewUpMany('email', [{ email: 'ada@x.dev' }, { email: 'ben@x.dev' }])
   */
  static fetchOrNewUpMany<T extends ModelClass>(
    this: T,
    keys: Keys<T>,
    rows: readonly Attributes<T>[],
    options?: ModelAssignOptions,
  ): Promise<InstanceType<T>[]>
  /**
   * As `fetchOrNewUpMany`, and stores what is new as `createMany` does: all or none where the server
   * has transactions. Runs the fetch hooks, then the create and save hooks of new documents. Of
   * simultaneous callers the same holds as of `firstOrCreate`. Errors: also those of `createMany`.
   */
  static fetchOrCreateMany<T extends ModelClass>(
    this: T,
    keys: Keys<T>,
    rows: readonly Attributes<T>[],
    options?: ModelAssignOptions,
  ): Promise<InstanceType<T>[]>
  /**
   * For each object: saves it to the document that has the same values of `keys`, or else creates
   * one; answers them in the order of `rows`. Runs the fetch hooks, then those of `save` for the
   * documents found, one after the other, then those of `createMany` for new ones. All in one
   * transaction; see `updateOrCreate`. Errors: as `fetchOrCreateMany` and `save`.
   */
  static updateOrCreateMany<T extends ModelClass>(
    this: T,
    keys: Keys<T>,
    rows: readonly Attributes<T>[],
    options?: ModelAssignOptions,
  ): Promise<InstanceType<T>[]>
}
/** The part of `BaseModel` that creates documents, and writes many at once. */
declare abstract class Writing extends FindOrMake {
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
   * Stores many new documents: all or, when one of them or a hook fails, none. The before hooks of
   * all run first, then the inserts in order, then the after hooks, within a transaction (`$trx`).
   * The error's `position` says which document failed.
   *
   * With `{ atomic: false }`, and on a server without transactions, the documents before the one
   * that failed stand (`$isPersisted`).
   */
  static createMany<T extends ModelClass>(
    this: T,
    values: readonly Attributes<T>[],
    options?: CreateManyOptions,
  ): Promise<InstanceType<T>[]>
  /** As `createMany`, without hooks. */
  static createManyQuietly<T extends ModelClass>(
    this: T,
    values: readonly Attributes<T>[],
    options?: CreateManyOptions,
  ): Promise<InstanceType<T>[]>
  /**
   * Deletes every document of the collection. Indexes and validators stay; a sequence of primary keys
   * starts again at 1, but for a transaction, of which counters are no part. Nobody else should create
   * documents meanwhile. Runs no hooks. MongoDB has no foreign keys, so `cascade` makes no difference.
   */
  static truncate(
    this: ModelClass,
    _cascade?: boolean,
    options?: ModelAdapterOptions,
  ): Promise<void>
  /**
   * Carries out statements of many kinds in few commands: those that the callback adds, or an array
   * of them. Runs no hooks; dates are set. Not atomic, unless `client` is a transaction or `atomic`
   * is true: what was done before a failure stands.
   *
   * Errors: `E_BULK_WRITE` (a `BulkWriteError`, with `result` and `failures`) when statements failed,
   * unless `throwOnFailure` is false; those of `BulkBuilder`, before anything is sent.
   *
   * @example
   * const { modified } = await Product.bulkWrite((bulk) => {
   *   bulk.updateOne({ sku: 'a1' }, (product) => product.decrement('inStock'))
   *   bulk.deleteMany((query) => query.where('inStock', 0))
   * })
   */
  static bulkWrite<T extends ModelClass>(
    this: T,
    statements: BulkStatements<InstanceType<T>>,
    options?: BulkOptions,
  ): Promise<BulkResult>
  /**
   * Saves many instances in few commands: new ones as documents, stored ones' changed columns. The
   * before hooks of all run first, in order, then the writes, then the after hooks of those that were
   * written. One that failed is what it was before; the others are persisted.
   *
   * Goes where the instances belong, their transaction included, or where `client` or `connection`
   * say. Not atomic, unless that is a transaction or `atomic` is true.
   *
   * Errors: `E_BULK_WRITE` when instances failed (also by a hook), unless `throwOnFailure` is false;
   * `E_MODEL_DELETED`.
   *
   * @example
   * const users = await User.query().where('status', 'pending')
   * for (const user of users) user.status = 'active'
   * await User.bulkSave(users)
   */
  static bulkSave<T extends ModelClass>(
    this: T,
    instances: readonly InstanceType<T>[],
    options?: BulkSaveOptions,
  ): Promise<BulkResult>
  /**
   * Deletes the documents of many instances in few commands. Hooks, directions and errors as those
   * of `bulkSave`; also `E_MODEL_NOT_PERSISTED`.
   */
  static bulkDelete<T extends ModelClass>(
    this: T,
    instances: readonly InstanceType<T>[],
    options?: BulkSaveOptions,
  ): Promise<BulkResult>
  /**
   * Updates the documents that rows are for, found by the columns `by`, and inserts those that are
   * missing; see `query.upsert()`. A unique index on these columns makes it safe beside others.
   * Errors: as `bulkWrite`.
   *
   * @example
   * await Product.upsertMany(feed, { by: ['sku'] })
   */
  static upsertMany<T extends ModelClass>(
    this: T,
    rows: readonly Attributes<T>[],
    options: UpsertManyOptions<InstanceType<T>>,
  ): Promise<BulkResult>
}
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
declare class BaseModel extends Writing {
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
  /** What carries out the operations of models; see `useAdapter`. */
  static $adapter: AdapterContract
  constructor()
  /** Sets the connections of this class and the classes that extend it. */
  static useDatabase(database: Database): void
  /**
   * Sets what carries out the operations of this class and the classes that extend it: an `Adapter`
   * of your own, to record, redirect or fake them.
   */
  static useAdapter(adapter: AdapterContract): void
  /**
   * Makes the class ready; its first use, and its first decorator, do so by themselves. A class may
   * override it to declare columns and hooks: its `boot()` runs once for the class, and once for each
   * class that extends it, after that of the parent. Hooks that it adds to a parent and to the class
   * alike run once.
   *
   * @example
   * static override boot() {
   *   if (this.booted) return
   *   super.boot()
   *   this.before('save', (model) => check(model))
   * }
   */
  static boot(): void
  /** Name of the primary key's property. */
  static get primaryKey(): string
  /**
   * Adds a hook that runs before an operation, of the class and of those that extend it, used already
   * or not. Errors: `E_MODEL_DEFINITION` for an unknown event.
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
  static after<T extends ModelClass, Name extends AfterEventName>(
    this: T,
    event: Name,
    handler: AfterHandler<Name, InstanceType<T>>,
  ): void
  /**
   * A transaction on the model's connection; see `Connection.transaction`.
   *
   * @example
   * await Account.transaction(async (trx) => {
   *   const account = await Account.findOrFail(id, { client: trx })
   *   await account.merge({ balance: 0 }).save()
   * })
   */
  static transaction(options?: TransactionOptions): Promise<TransactionClient>
  static transaction<Result>(
    callback: (trx: TransactionClient) => Promise<Result> | Result,
    options?: TransactionOptions,
  ): Promise<Result>
  /**
   * Stores the instance: a new one as a document, a stored one's changed columns. Nothing is sent
   * when nothing changed.
   *
   * Errors: `E_DUPLICATE_KEY`, `E_HOOK_ABORTED`, `E_MODEL_DELETED`, `E_STALE_MODEL` when the
   * document is gone or, with a `@column.version()`, was changed since it was read. After an error
   * the attributes are what they were before the call.
   */
  save(options?: WriteOptions): Promise<this>
  /** As `save`, without hooks. */
  saveQuietly(options?: WriteOptions): Promise<this>
  /**
   * Deletes the document. The instance cannot be saved afterwards. Errors: `E_MODEL_DELETED`;
   * `E_STALE_MODEL` when, with a `@column.version()`, the document was changed since it was read.
   */
  delete(limits?: CallLimits): Promise<void>
  /** As `delete`, without hooks. */
  deleteQuietly(limits?: CallLimits): Promise<void>
  /**
   * Reads the document again and drops local changes. Runs the find hooks; does nothing for an
   * instance that is not stored. Errors: `E_ROW_NOT_FOUND` when the document is gone.
   */
  refresh(): Promise<this>
  /**
   * Runs `callback` with the document as it is now, a new instance, locked until the callback is
   * done: other transactions that write it are refused, and repeated where they are managed, and
   * other writes wait. Runs in the instance's transaction or in one of its own, which is repeated on
   * a conflict. Plain reads never wait. Runs the find hooks. See `forUpdate` of queries.
   *
   * Errors: what the callback throws; `E_ROW_NOT_FOUND`, `E_MODEL_NOT_PERSISTED`, `E_MODEL_DELETED`,
   * `E_TRANSACTIONS_UNSUPPORTED`.
   *
   * @example
   * const left = await account.lockForUpdate(async (fresh) => {
   *   fresh.balance -= 10
   *   await fresh.save()
   *   return fresh.balance
   * })
   */
  lockForUpdate<Result>(
    callback: (fresh: this, trx: TransactionClient) => Promise<Result> | Result,
  ): Promise<Result>
  /** The next `save` runs the after hooks and stamps dates even when nothing changed. */
  enableForceUpdate(): this
  /**
   * Assigns values by property or stored name. `undefined` means that no value is given: what is stored
   * stays. Errors: `E_UNKNOWN_COLUMN`, `E_MODEL_DELETED`.
   */
  merge(values: PartialAttributes<this>, allowExtraProperties?: boolean): this
  /**
   * Replaces all attributes but the primary key: those of a stored instance that are not given become
   * null. What a query left out of the document is left alone. Errors: as `merge`.
   */
  fill(values: PartialAttributes<this>, allowExtraProperties?: boolean): this
  /**
   * Takes attributes away, by property or stored name: the next save removes their fields from the
   * document. Errors: `E_UNKNOWN_COLUMN`, `E_MODEL_DELETED`.
   *
   * @example
   * await user.unset('nickname').save()
   */
  unset(...attributes: readonly AttributeName<this>[]): this
  /**
   * For after hooks of reads: says that what they made these properties show is meant as a change,
   * which the next save stores. Without it, it is a view of the document. Errors: as `unset`.
   *
   * @example
   * @afterFind()
   * static migrate(user: User) {
   *   if (user.settings !== undefined) return
   *   user.settings = defaults()
   *   user.markDirty('settings')
   * }
   */
  markDirty(...attributes: readonly AttributeName<this>[]): this
  /** Works on another connection from now on. */
  useConnection(name: string): this
  /**
   * Takes part in the transaction: what the instance does from now on happens in it. When it is
   * rolled back, the instance becomes again what it is now.
   */
  useTransaction(trx: TransactionClient): this
  /**
   * An instance of a stored document, with stored names; `null` for anything else. Runs no hooks.
   *
   * @example
   * const user = User.$createFromAdapterResult(await collection.findOne({ email }))
   */
  static $createFromAdapterResult<T extends ModelClass>(
    this: T,
    result: unknown,
    sideloaded?: Record<string, unknown>,
    options?: ModelAdapterOptions,
  ): InstanceType<T> | null
  /** As `$createFromAdapterResult`, for many; leaves out what is no document. */
  static $createMultipleFromAdapterResult<T extends ModelClass>(
    this: T,
    documents: readonly unknown[],
    sideloaded?: Record<string, unknown>,
    options?: ModelAdapterOptions,
  ): InstanceType<T>[]
  /** Sets what a stored document has, past setters; what is no column goes to `$extras`. */
  $consumeAdapterResult(result: unknown, sideloaded?: Record<string, unknown>): void
  /** Takes the attributes as they are now for what is stored: nothing is dirty then. */
  $hydrateOriginals(): void
  /** Directs what the instance does from now on, as the options of an operation would. */
  $setOptionsAndTrx(options?: ModelAdapterOptions): void
}
/**
 * A class of models `M` with all that `BaseModel` has: for repositories and the like, and what a
 * mixin extends. Abstract classes are none.
 *
 * @example
 * class Repository<M extends BaseModel> {
 *   constructor(private model: ModelConstructor<M>) {}
 *   find(id: string) {
 *     return this.model.find(id)
 *   }
 * }
 *
 * function SoftDeletes<T extends ModelConstructor>(superclass: T) {
 *   return class extends superclass {
 *     @column.dateTime() declare deletedAt: DateTime | null
 *   }
 * }
 */
type ModelConstructor<M extends BaseModel = BaseModel> = Omit<typeof BaseModel, 'prototype'> & {
  readonly prototype: M
  new (...args: any[]): M
}
/** Makes and verifies hashes in place of scrypt: AdonisJS' hash service, or any of its drivers. */
interface Hasher {
  make(value: string): Promise<string> | string
  verify(hash: string, value: string): Promise<boolean> | boolean
}
/** How a hash is made. The defaults are those of AdonisJS. */
interface HashOptions {
  /** CPU and memory cost N, a power of two; 16384 by default. */
  cost?: number
  /** Block size r; 8 by default. */
  blockSize?: number
  /** Parallelization p; 1 by default. */
  parallelization?: number
  /** How many bytes one hash may take while it is made; 32 MiB by default. It takes 128 · N · r. */
  maxMemory?: number
  /** Takes the place of scrypt: the other options are its own then. */
  hasher?: Hasher
}
/** Options of `verifyPassword`. */
interface VerifyOptions {
  /** How many bytes verifying may take; 256 MiB by default. A hash that takes more is not verified. */
  maxMemory?: number
  /** Takes the place of scrypt. */
  hasher?: Hasher
}
/**
 * Hashes a password as `@column.hashed()` does: scrypt, as text in PHC format. AdonisJS' scrypt driver
 * verifies it, and the other way round. The main thread is free meanwhile.
 *
 * Errors: `E_INVALID_VALUE` for anything but a string, and for options that scrypt does not take.
 *
 * @example
 * const hash = await hashPassword('correct horse battery staple') // $scrypt$n=16384,r=8,p=1$…
 */
declare function hashPassword(plain: string, options?: HashOptions): Promise<string>
/**
 * Whether a password is the one that the hash was made of, compared in constant time. False for
 * anything that is no hash, no password (`null` of a user without one), and for hashes whose own
 * parameters ask for more than `maxMemory` or 32 times the work of the defaults: who can write a hash
 * into the store shall not stop the process.
 *
 * Without a hash it takes as long as with one, so that nobody learns by the time of an answer whether
 * there is such a user: as long as a hash of the `@column.hashed()` that was declared last, or of the
 * defaults; with a `hasher`, as long as one of its own.
 *
 * Errors: `E_INVALID_VALUE` for options, the hasher's.
 *
 * @example
 * const user = await User.findBy('email', email)
 * if (!(await verifyPassword(user?.password, password))) throw new Unauthorized()
 */
declare function verifyPassword(
  hash: string | null | undefined,
  plain: string,
  options?: VerifyOptions,
): Promise<boolean>
/** Options of `@column.hashed()`. */
interface HashedColumnOptions
  extends HashOptions,
    Pick<ColumnOptions<string>, 'columnName' | 'serializeAs' | 'meta' | 'encrypted'> {}
/**
 * A hash that was made elsewhere, to be set as the value of a `@column.hashed()` as it is. Nothing
 * but this keeps a text from being hashed: one that only looks like a hash is hashed like any other.
 *
 * The value stands for the text where such a column takes it, and for nothing elsewhere; the
 * property reads as the hash.
 *
 * Errors: `E_INVALID_VALUE` for anything but a text that is not empty.
 *
 * @example
 * await User.create({ email, password: prehashed(imported.password) })
 */
declare function prehashed(hash: string): string
/** Options of `@column.json()`. */
interface JsonColumnOptions<Value = unknown>
  extends Omit<ColumnOptions<Value>, 'isPrimary' | 'generate' | 'prepare' | 'consume'> {
  /** Second argument of `JSON.stringify`. */
  replacer?: (this: unknown, key: string, value: unknown) => unknown
  /** Second argument of `JSON.parse`; makes of a value what `replacer` was given. */
  reviver?: (this: unknown, key: string, value: unknown) => unknown
}
/** A decorator of an instance property (`experimentalDecorators`). */
type PropertyDecoratorOf = (target: Model, property: string) => void
declare function columnDecorator(options?: ColumnOptions): PropertyDecoratorOf
declare function objectIdDecorator(given?: ObjectIdColumnOptions): PropertyDecoratorOf
declare function uuidDecorator(given?: UuidColumnOptions): PropertyDecoratorOf
/**
 * Stores the value encrypted with AES-256-GCM, whatever its BSON type, on every way of writing, and
 * gives the plain value on every way of reading. The keys are those of `setEncryptionKeys()`, of the
 * configuration, or of `LUCENT_ENCRYPTION_KEYS`. What is stored is bound to its document and its
 * field: moved elsewhere, or changed, it is refused. Dates, ids and others say `encrypted` among their
 * own options: `@column.dateTime({ encrypted: true })`.
 *
 * With `blind`, a keyed hash is stored beside the value, so that `where`, `whereNot`, `whereIn`,
 * `findBy` and `firstOrCreate` work; any other condition, order, computation or operator on the column
 * is `E_ENCRYPTED_COLUMN_QUERY`. The hash tells who has the database which documents have equal
 * values: do not use it where values are few (a sex, a status), because counting tells them apart.
 *
 * Null is encrypted as any value is: without `blind`, `whereNull` is refused, and `whereMissing` asks
 * whether the field is there. Every operation of the model needs the keys, a count by a plain column
 * too.
 *
 * An update by a query that sets the column finds the documents first and writes each one under the
 * same filter; it is not one command, so a failure may leave some written (use a transaction), and
 * documents that stop matching meanwhile are left alone. `bind: 'column'` makes it one command.
 *
 * Errors: `E_CONFIGURATION` without keys, `E_UNKNOWN_KEY`, `E_DECRYPTION_FAILED`,
 * `E_ENCRYPTED_COLUMN_QUERY`, `E_ENCRYPTION_LIMIT`; `E_MODEL_DEFINITION` for options that make no sense.
 *
 * @example
 * class User extends BaseModel {
 *   @column.encrypted({ blind: { normalize: ['trim', 'lowercase'], unique: true } })
 *   declare email: string
 *
 *   @column.encrypted()
 *   declare diagnosis: { code: string; since: Date } | null
 * }
 * await User.findBy('email', 'ada@example.com')
 */
declare function encryptedDecorator<Value = unknown>(
  given?: EncryptedColumnOptions<Value>,
): PropertyDecoratorOf
declare function versionDecorator(given?: VersionColumnOptions): PropertyDecoratorOf
/**
 * Holds any value that JSON can say, and stores it as text: for shapes of others' that are never
 * searched, for names that MongoDB does not take, and where another program expects text. What is
 * searched, sorted or changed in parts belongs into a plain `@column()`, which stores objects as they
 * are.
 *
 * Every write stores `JSON.stringify(value, replacer)`, and every model that is read has
 * `JSON.parse(text, reviver)`, made when the property is first read. Null and a missing field stay
 * what they are. Changes inside of the object are seen and saved. What is compared is what the two
 * values say in JSON, whatever the order of keys and the white space of the stored text, so a text is
 * not written again for being read. As with every column that prepares and consumes, `pojo()`,
 * aggregations, `whereRaw()` and `updateWith()` have the stored text.
 *
 * Errors: `E_INVALID_VALUE` when a property is read whose text is not JSON (it names the document,
 * and has nothing of the text), and for a value that JSON cannot hold: a bigint, a circle, a function.
 * What `JSON.stringify` changes, it changes here too: `NaN` becomes null, a `Date` becomes text.
 * `E_INVALID_QUERY` for conditions other than for null and missing, orders, paths into it, and updates
 * other than to set and unset it. `E_MODEL_DEFINITION` for `prepare`, `consume` and `isPrimary`.
 *
 * @example
 * class User extends BaseModel {
 *   @column.json() declare settings: { theme: string }
 * }
 * user.settings.theme = 'dark'
 * await user.save()
 */
declare function jsonDecorator<Value = unknown>(
  given?: JsonColumnOptions<Value>,
): PropertyDecoratorOf
/**
 * Holds a password, or another secret that is only ever verified, and stores its hash. Plain texts
 * are hashed between the before hooks and the command, on every way of writing: instances, many at
 * once, bulk writes, updates and upserts by queries. Before hooks see the plain text, after hooks the
 * hash. Nothing of the plain text is left on the instance when the write is done; when it fails, the
 * instance has it again, so that the next attempt hashes it.
 *
 * Only what changed is hashed. A value equal to the stored hash is no change; any other text is a
 * plain text, whatever it looks like, and the same one set again is hashed anew, with another salt.
 * `prehashed()` says that a text is a hash. Null stays null.
 *
 * The hash is scrypt's in PHC format, which AdonisJS' hash service reads and writes too; `hasher` puts
 * that service, or anything else, in its place. Hashes are made beside the main thread, three at a
 * time in a write of many. The column is left out of JSON unless `serializeAs` says otherwise, and a
 * console shows `[hashed]`. `pojo()` and aggregations have the hash.
 *
 * Errors: `E_INVALID_VALUE` for anything but a string and null; `E_INVALID_QUERY` for conditions other
 * than for null and missing, orders, updates other than to set and unset it, and `updateWith()` that
 * sets it; `E_MODEL_DEFINITION` for options that scrypt does not take; what a hasher throws. None of
 * them has the value.
 *
 * @example
 * class User extends BaseModel {
 *   @column() declare email: string
 *   @column.hashed() declare password: string
 * }
 * await User.create({ email, password: 'correct horse battery staple' })
 * const user = await User.findByOrFail('email', email)
 * await verifyPassword(user.password, given)
 *
 * @example
 * import hash from '@adonisjs/core/services/hash'
 * const hasher = {
 *   make: (value: string) => hash.make(value),
 *   verify: (stored: string, value: string) => hash.verify(stored, value),
 * }
 * class Admin extends BaseModel {
 *   @column.hashed({ hasher }) declare password: string
 * }
 */
declare function hashedDecorator(given?: HashedColumnOptions): PropertyDecoratorOf
/**
 * An attribute that is never stored: the confirmation of a password, a note for a hook. `create`,
 * `merge`, `fill` and everything else that makes or changes instances takes it as any attribute, hooks
 * see it, and it stays on the instance after a save. Rows from the database do not have it. Where a
 * write fails, or a transaction is rolled back, it is what it was before, as columns are.
 *
 * It is no column: not in `$attributes` and `$dirty`, in JSON only under the name that `serializeAs`
 * gives, and not in a console.
 *
 * Errors: `E_UNKNOWN_COLUMN` where a query selects, compares, orders or updates by it;
 * `E_MODEL_DEFINITION` when it has the name of a column.
 *
 * @example
 * class User extends BaseModel {
 *   @column.hashed() declare password: string
 *   @column.transient() declare passwordConfirmation: string | undefined
 *
 *   @beforeSave() static confirm(user: User) {
 *     return !user.isDirty('password') || user.password === user.passwordConfirmation
 *   }
 * }
 */
declare function transientDecorator(given?: TransientOptions): PropertyDecoratorOf
/**
 * Declares a column. Semantics of Lucid, with MongoDB's types.
 *
 * `@column.date()` holds a calendar day and `@column.dateTime()` a moment, both as Luxon
 * `DateTime`; they take `autoCreate` and `autoUpdate`. `@column.objectId()` holds an id as 24
 * hexadecimal digits (`{ as: 'object' }` for the class) and casts strings on the way in.
 * `@column.uuid()` holds a UUID as text and stores its 16 bytes (binary of subtype 4).
 *
 * `@column.version()` counts the changes of the document: 1 when it is created, one more with each
 * `save` that changes something and each update by a query. A `save` or `delete` of an instance
 * whose document was changed since it was read fails with `E_STALE_MODEL` and changes nothing: read
 * it again (`refresh`) and decide anew. Such updates do not share a command with others
 * (`coalesce`), because then the server would not say which of them came too late.
 *
 * `@column.json()`, `@column.hashed()` and `@column.transient()` are described where they are defined.
 *
 * Errors: `E_MODEL_DEFINITION` for a name that cannot be a column's, two columns with one stored
 * name, two versions, or a column declared after the model was used.
 *
 * @example
 * class User extends Model {
 *   @column({ isPrimary: true }) declare id: string
 *   @column() declare email: string
 *   @column.hashed() declare password: string
 *   @column.json() declare settings: { theme: string }
 *   @column.objectId() declare teamId: string | null
 *   @column.version() declare version: number
 *   @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
 * }
 */
declare const column: typeof columnDecorator & {
  date: (given?: DateColumnOptions<DateTime>) => PropertyDecoratorOf
  dateTime: (given?: DateColumnOptions<DateTime>) => PropertyDecoratorOf
  objectId: typeof objectIdDecorator
  uuid: typeof uuidDecorator
  encrypted: typeof encryptedDecorator
  version: typeof versionDecorator
  json: typeof jsonDecorator
  hashed: typeof hashedDecorator
  transient: typeof transientDecorator
}
/** Same as `column.date`, under the name by which Lucid exports it. */
declare const dateColumn: (given?: DateColumnOptions<DateTime>) => PropertyDecoratorOf
/** Same as `column.dateTime`, under the name by which Lucid exports it. */
declare const dateTimeColumn: (given?: DateColumnOptions<DateTime>) => PropertyDecoratorOf
/**
 * Puts a getter of the class into its JSON. A value of `undefined` is left out.
 *
 * Errors: `E_MODEL_DEFINITION` for a static property, a method, or a name that cannot be a
 * property's.
 *
 * @example
 * class User extends BaseModel {
 *   @column() declare first: string
 *   @column() declare last: string
 *   @computed()
 *   get fullName() { return `${this.first} ${this.last}` }
 * }
 */
declare function computed(options?: ComputedOptions): PropertyDecoratorOf
/** How far a rotation is. */
interface RotationProgress {
  /** Documents that were looked at, in this pass. */
  readonly scanned: number
  /** Documents of the collection when the rotation began, as far as the server knows. */
  readonly total: number
  /** Documents that were written. */
  readonly rewritten: number
  /** Documents that others changed between being read and being written; they are looked at again. */
  readonly conflicts: number
  /** Documents that could not be read or written. */
  readonly failed: number
  /** Encrypted values that are still under another key than the primary, by the key's name. */
  readonly left: Readonly<Record<string, number>>
  /** Values that are still to be encrypted. */
  readonly plain: number
  /** Primary key of the last document of the last batch. */
  readonly lastId: unknown
}
/** A document that could not be brought up to date, and why. */
interface RotationFailure {
  readonly id: unknown
  /** Code of the error: `E_UNKNOWN_KEY`, `E_DECRYPTION_FAILED`, … */
  readonly code: string
}
/** What a rotation came to. */
interface RotationReport extends RotationProgress {
  /** The first hundred documents that failed. */
  readonly failures: readonly RotationFailure[]
  /** Nothing is left, and nothing failed: older keys may be taken out of the ring. */
  readonly complete: boolean
}
/** Options of {@link rotateEncryption}. */
interface RotationOptions {
  /** Name of the connection; by default the model's. */
  connection?: string
  /** Documents in one read and one write; 500 by default. */
  batchSize?: number
  /** Batches under way at once; 2 by default. */
  concurrency?: number
  /** Only looks and counts. */
  dryRun?: boolean
  /** Ends the rotation after the batches under way; what was written stays. */
  signal?: AbortSignal
  /** Called after each batch. What it throws ends the rotation. */
  onProgress?(progress: RotationProgress): void
}
/**
 * Brings a model's stored documents up to date with its encryption: envelopes of older keys are
 * sealed anew with the primary key, plain values and those of another `bind` in `encrypting` columns
 * too, values of `decrypting` columns decrypted, and blind indexes made again where keys, normaliser
 * or length changed. A plain value in a column that is not in transition is a failure: somebody may
 * have put it there.
 *
 * It runs while the application does. A document is written only while it still has the values that
 * were read, so no write of others is lost; who was faster is looked at again. Hooks do not run, and
 * dates and versions stay. After a kill, run it again: what is up to date is only looked at. When
 * something was written, everything is looked at once more, because others may have written with
 * older keys meanwhile. All work on values is done in the core; only columns whose blind index has a
 * normaliser of your own are seen by JavaScript.
 *
 * The order of a key rotation: add the new key to the ring of every process, make it the primary in
 * every process, rotate until `complete`, then take the old key away.
 *
 * Errors: `E_INVALID_QUERY` for a model without encrypted columns and options that make no sense;
 * `E_ABORTED`; errors of the connection. Documents that cannot be decrypted do not end it.
 *
 * @example
 * const report = await rotateEncryption(User, {
 *   onProgress: ({ scanned, total }) => console.log(`${scanned} of ${total}`),
 * })
 * if (!report.complete) console.log(report.left, report.failures)
 */
declare function rotateEncryption(
  model: ModelClass,
  given?: RotationOptions,
): Promise<RotationReport>
export {
  Adapter,
  type AdapterColumns,
  type AdapterContract,
  type AfterEventName,
  type AfterHandler,
  type AggregateAlias,
  type AggregateColumns,
  type AggregateOptions,
  type AggregateRunner,
  type AliasOf,
  type Aliased,
  type Amount,
  type Amounts,
  type AreaLike,
  type AttributeInput,
  type AttributeName,
  type AttributePath,
  type AttributeValue,
  BaseModel,
  type BeforeHandler,
  Binary,
  type BitTest,
  type BitwiseOperands,
  type BlindIndexOptions,
  type BlindNormalizer,
  type BsonTypeName,
  BulkBuilder,
  type BulkFailure,
  type BulkFilter,
  type BulkOptions,
  type BulkReplace,
  type BulkResult,
  type BulkSaveOptions,
  type BulkStatement,
  type BulkStatements,
  type BulkUpdate,
  type BulkUpsert,
  BulkWriteError,
  type CallLimits,
  CamelCaseNamingStrategy,
  type CherryPick,
  type Collation,
  type ColumnOptions,
  type Comparable,
  type CompiledQuery,
  type ComputedOptions,
  type Conditions,
  type ConfigureCommand,
  type Connection,
  type ConnectionConfig,
  type ConnectionEvent,
  type ConnectionListener,
  type ConnectionState,
  type CreateManyOptions,
  CursorPage,
  type CursorPageMeta,
  type CursorPageOptions,
  type CursorPageState,
  Database,
  type DatabaseConfig,
  type DateColumnOptions,
  type DateTimeLike,
  Decimal128,
  type Direction,
  Double,
  type EachElement,
  type ElementComparisons,
  type ElementCondition,
  type ElementConditions,
  type ElementFilter,
  type ElementOf,
  type ElementQuery,
  type ElementValue,
  type EncryptedColumnOptions,
  type EncryptionConfig,
  type EncryptionKeys,
  type EncryptionOptions,
  type EndListener,
  type EqualityOperator,
  type ErrorCode,
  type ErrorDetails,
  type EventName,
  type ExplainVerbosity,
  type Explanation,
  type FindOneAndOptions,
  type FindOptions,
  type GeoGeometry,
  type GeoMultiPolygon,
  type GeoPoint,
  type GeoPolygon,
  type GeometryLike,
  type GivenKey,
  type HashOptions,
  type HashedColumnOptions,
  type Hasher,
  type HavingOperand,
  type HavingOperator,
  type HealthReport,
  type Hint,
  type HookContext,
  type HookEvent,
  type IndexDirection,
  Int32,
  type IsAny,
  type IsolationLevel,
  type JsonColumnOptions,
  type JsonExplanation,
  type JsonPage,
  type JsonPart,
  type JsonPartOf,
  type JsonWhole,
  type KeyProvider,
  type KeyRequest,
  type KeyStrategy,
  type KeyValue,
  type Leaf,
  type LifecycleOperation,
  type LikeOperator,
  type ListOperator,
  type ListPath,
  Long,
  LucentError,
  type MatchBlock,
  MaxKey,
  MinKey,
  type Model,
  type ModelAdapterOptions,
  ModelAggregate,
  type ModelAssignOptions,
  type ModelAttributes,
  type ModelClass,
  type ModelColumnOptions,
  type ModelColumnValues,
  type ModelComputedOptions,
  type ModelConstructor,
  type ModelKeySets,
  type ModelKeys,
  type ModelObject,
  ModelPaginator,
  type ModelQuery,
  ModelQueryBuilder,
  type NamingStrategy,
  type NearOptions,
  type NullsOrder,
  type NumericPath,
  ObjectId,
  type ObjectIdColumnOptions,
  type OneElement,
  type Operand,
  type Operator,
  type OrderItem,
  type OrderMap,
  type OrderOperator,
  type OrderedValue,
  type PageUrl,
  type PaginationMetaKeys,
  type PaginatorMeta,
  type PartialAttributes,
  PipelineBuilder,
  type PointLike,
  type Position,
  type PositionalPath,
  type ProjectionValue,
  type PushOptions,
  type QueryCallback,
  type QueryClient,
  type QueryEvent,
  type QueryListener,
  type QueryScope,
  type QueryValue,
  type QueryValues,
  type RangeOperator,
  type ReadConcernLevel,
  type ReadPreference,
  type ReadPreferenceMode,
  type Related,
  type RelatedRow,
  type Ring,
  type RotationFailure,
  type RotationOptions,
  type RotationProgress,
  type RotationReport,
  type RowOf,
  type RunOptions,
  type ScopedQuery,
  type ScopesOf,
  type SelectAliases,
  type SelectItem,
  type SelectedAlias,
  SnakeCaseNamingStrategy,
  type SortValue,
  type Stage,
  SubPipeline,
  type TextOptions,
  Timestamp,
  TransactionClient,
  type TransactionEnd,
  type TransactionOptions,
  type TransientOptions,
  type Truthy,
  UUID,
  UpdateBuilder,
  type UpdateChanges,
  type UpdatePath,
  type UpdateResult,
  type UpdateStage,
  type UpdateValue,
  type UpdateValues,
  type UpsertManyOptions,
  type UpsertOptions,
  type UpsertResult,
  type UuidColumnOptions,
  VerbatimNamingStrategy,
  type Verbosity,
  type VerifyOptions,
  type VersionColumnOptions,
  type WriteConcern,
  type WriteOperation,
  type WriteOptions,
  afterCommit,
  afterCreate,
  afterDelete,
  afterFetch,
  afterFind,
  afterPaginate,
  afterRollback,
  afterSave,
  afterUpdate,
  type aliasNames,
  beforeCreate,
  beforeDelete,
  beforeFetch,
  beforeFind,
  beforePaginate,
  beforeSave,
  beforeUpdate,
  column,
  computed,
  configure,
  dateColumn,
  dateTimeColumn,
  defineConfig,
  errors,
  escapeLike,
  expressions_d_exports as expr,
  generateEncryptionKey,
  hashPassword,
  parseEncryptionKeys,
  prehashed,
  rotateEncryption,
  scope,
  setEncryptionKeys,
  stubsRoot,
  verifyPassword,
}
