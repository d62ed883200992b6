import { checkEncryption, type EncryptionConfig } from '../encryption/config.ts'
import { errors } from '../errors/index.ts'
import { faultIn } from './url.ts'

/** Settings of one named connection. Those given here go over the ones in the URL. */
export interface ConnectionConfig {
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
   * Warn, once for each place in the application, of relations that are loaded row by row though one
   * query read the rows; true unless `NODE_ENV` is `production` or `test`.
   */
  reportRowByRow?: boolean
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
  /**
   * Make the indexes and collections that models declare when each model is first used, beside what uses it;
   * nothing is dropped, and what fails is a warning. True where `NODE_ENV` is `development`, false elsewhere.
   */
  autoIndex?: boolean
  /** Keys of encrypted columns, in place of the database's. */
  encryption?: EncryptionConfig
}

/** Settings of a `Database`. */
export interface DatabaseConfig {
  /** Name of the connection that models use unless they say otherwise. */
  connection: string
  /** Connections by name. */
  connections: Record<string, ConnectionConfig>
  /** AdonisJS: print what connections with `debug: true` send; false by default. */
  prettyPrintDebugQueries?: boolean
  /** AdonisJS: emit the events of models, `user:created`; false by default. */
  modelEvents?: boolean
  /**
   * How long `closeAll()` waits for deferred work and listeners of models, in milliseconds; 10,000 by default.
   */
  backgroundTimeout?: number | undefined
  /**
   * Keys of encrypted columns; without them, and without keys of the connection, those of
   * `setEncryptionKeys()` or of the environment variable `LUCENT_ENCRYPTION_KEYS`.
   */
  encryption?: EncryptionConfig
}

type Kind = 'string' | 'number' | 'boolean' | 'object'

const KINDS: { readonly [Setting in keyof ConnectionConfig]-?: Kind } = {
  url: 'string',
  database: 'string',
  maxPoolSize: 'number',
  minPoolSize: 'number',
  serverSelectionTimeoutMS: 'number',
  connectTimeoutMS: 'number',
  timeoutMS: 'number',
  socketTimeoutMS: 'number',
  maxIdleTimeMS: 'number',
  appName: 'string',
  directConnection: 'boolean',
  replicaSet: 'string',
  retryReads: 'boolean',
  retryWrites: 'boolean',
  username: 'string',
  password: 'string',
  authSource: 'string',
  authMechanism: 'string',
  tls: 'boolean',
  tlsCAFile: 'string',
  allowServerJavaScript: 'boolean',
  coalesceWrites: 'boolean',
  debug: 'boolean',
  reportRowByRow: 'boolean',
  ambientTransactions: 'boolean',
  cursorSecret: 'string',
  autoIndex: 'boolean',
  encryption: 'object',
}

const SHORTEST_SECRET = 16

/** The core's default for `serverSelectionTimeoutMS`. */
const SELECTION_TIMEOUT = 15_000

/** How long the connection looks for a suitable server, in milliseconds. */
export function selectionTimeout({ url, serverSelectionTimeoutMS }: ConnectionConfig): number {
  if (serverSelectionTimeoutMS !== undefined) return serverSelectionTimeoutMS
  const ofUrl = /[?&]serverSelectionTimeoutMS=(\d+)/i.exec(url)?.[1]
  return ofUrl === undefined ? SELECTION_TIMEOUT : Number(ofUrl)
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
export function defineConfig<Config extends DatabaseConfig>(config: Config): Config {
  if (!isObject(config) || !isObject(config.connections)) {
    throw new errors.E_CONFIGURATION('the configuration needs `connection` and `connections`')
  }
  const { backgroundTimeout: limit } = config
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 0)) {
    throw new errors.E_CONFIGURATION('`backgroundTimeout` must be a non-negative integer')
  }
  if (config.encryption !== undefined) checkEncryption('the configuration', config.encryption)
  for (const [name, connection] of Object.entries(config.connections)) {
    checkConnection(name, connection)
  }
  if (!Object.hasOwn(config.connections, config.connection)) {
    throw new errors.E_CONFIGURATION(
      `the default connection "${config.connection}" is not among: ` +
        Object.keys(config.connections).join(', '),
    )
  }
  return config
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** Checks the settings of one connection. */
export function checkConnection(name: string, config: ConnectionConfig): void {
  const wrong = (what: string): never => {
    throw new errors.E_CONFIGURATION(`connection "${name}": ${what}`, { connection: name })
  }
  if (typeof config !== 'object' || config === null) wrong('its settings must be an object')
  const fault = faultIn(typeof config.url === 'string' ? config.url : '')
  if (fault !== undefined) wrong(fault)
  for (const [setting, value] of Object.entries(config)) {
    const kind = Object.hasOwn(KINDS, setting)
      ? KINDS[setting as keyof ConnectionConfig]
      : undefined
    if (kind === undefined) wrong(`unknown setting "${setting}"`)
    if (value === undefined) continue
    const valid =
      kind === 'number' ? Number.isInteger(value) && (value as number) >= 0 : typeof value === kind
    if (!valid) wrong(`"${setting}" must be a ${kind === 'number' ? 'non-negative integer' : kind}`)
  }
  if (config.encryption !== undefined) checkEncryption(`connection "${name}"`, config.encryption)
  if (config.cursorSecret !== undefined && config.cursorSecret.length < SHORTEST_SECRET) {
    wrong(`"cursorSecret" must have at least ${SHORTEST_SECRET} characters`)
  }
}
