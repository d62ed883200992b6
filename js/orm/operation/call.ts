/** Where a call goes, and for how long. */
import type { Body } from '../../codec/body.ts'
import type { QueryClient } from '../../database/client.ts'
import type { Connection } from '../../database/connection.ts'
import type { TransactionClient } from '../../database/transaction/index.ts'
import { errors } from '../../errors/index.ts'
import type * as native from '../../native/index.ts'
import { adapterOf } from '../contracts/index.ts'
import type { CallLimits, CallOptions, ModelAdapterOptions } from '../contracts/options.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { severalCopies } from './copies.ts'

/** One call of the application: everything it sends goes the same way. */
export interface Call {
  readonly client: QueryClient
  readonly signal: AbortSignal | undefined
  /** How long each of its operations may take, in milliseconds. */
  readonly timeout: number | undefined
}

/**
 * The client of an operation: what the application's adapter says, or the one given, that of the
 * connection named, of the model's, or the database's primary one. A connection that joins by itself
 * gives its open transaction.
 *
 * Errors: `E_CONFIGURATION` when no database was set or `client` is none, `E_UNKNOWN_CONNECTION`.
 */
export function clientOf(definition: ModelDefinition, options: CallOptions): QueryClient {
  const adapter = adapterOf(definition.model)
  if (adapter === undefined) return resolveClient(definition, options)
  return adapter.modelConstructorClient(definition.model, defined(options))
}

function defined(options: CallOptions): ModelAdapterOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

/** {@link clientOf} without asking the adapter. */
export function resolveClient(
  definition: ModelDefinition,
  { client, connection }: CallOptions,
): QueryClient {
  if (client !== undefined) {
    if (typeof client?.route === 'function') return client
    throw new errors.E_CONFIGURATION(
      `${definition.name}: \`client\` must be a transaction or a connection of a Database`,
      { model: definition.name },
    )
  }
  const named = connectionOf(definition, connection)
  return named.ambient ?? named
}

/** A connection of the model's database: the one named, the model's, or the primary one. */
export function connectionOf(definition: ModelDefinition, name?: string): Connection {
  const { model } = definition
  const database = model.$database
  if (database === undefined) {
    throw new errors.E_CONFIGURATION(
      `${definition.name} has no database; call BaseModel.useDatabase(new Database(config)) first` +
        severalCopies(),
      { model: definition.name },
    )
  }
  return database.connection(name ?? model.connection)
}

/** Errors: those of {@link clientOf} and {@link callThrough}. */
export function callOf(definition: ModelDefinition, options: CallOptions): Call {
  return callThrough(definition, clientOf(definition, options), options)
}

/** Errors: `E_INVALID_QUERY` for a timeout that is no positive integer. */
export function callThrough(
  definition: ModelDefinition,
  client: QueryClient,
  { signal, timeout }: Partial<Pick<CallOptions, 'signal' | 'timeout'>>,
): Call {
  if (timeout !== undefined && !(Number.isSafeInteger(timeout) && timeout > 0)) {
    throw new errors.E_INVALID_QUERY(
      `${definition.name}: \`timeout\` must be a positive number of whole milliseconds`,
      { model: definition.name },
    )
  }
  return { client, signal, timeout }
}

/** What an adapter is told of how long a call may take. */
export function limitsOf({ signal, timeout }: Call): CallLimits {
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(timeout === undefined ? {} : { timeout }),
  }
}

/** The transaction that a client is, if it is one. */
export function transactionOf(client: QueryClient): TransactionClient | undefined {
  return client.isTransaction ? client : undefined
}

/** Errors: `E_CONNECTION_CLOSED`, `E_TRANSACTION_COMPLETED`. */
export function routeOf({ client, signal }: Call): native.Route {
  const route = client.route()
  return signal === undefined ? route : { ...route, signal }
}

/** Carries out an operation that may send several commands: closing the connection waits for all. */
export async function during<Result>(
  client: QueryClient,
  work: () => Promise<Result>,
): Promise<Result> {
  const entered = client.enter()
  try {
    return await work()
  } finally {
    client.leave(entered)
  }
}

/** Writes a head that says nothing but how long the operation may take. */
export function writeHead(body: Body, { timeout }: Call): void {
  const head = body.beginDocument()
  writeTimeout(body, timeout)
  body.endDocument(head)
}

export function writeTimeout(body: Body, timeout: number | undefined): void {
  if (timeout !== undefined) body.element('timeoutMS', timeout)
}
