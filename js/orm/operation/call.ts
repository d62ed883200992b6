/** One call of the application: what it does, where it goes, and for how long. */
import type { Body } from '../../codec/body.ts'
import { contextBytes } from '../../context/index.ts'
import type { QueryClient } from '../../database/client.ts'
import type { Connection } from '../../database/connection.ts'
import type { TransactionClient } from '../../database/transaction/index.ts'
import { type ErrorDetails, type LucentError, refuse } from '../../errors/index.ts'
import type * as native from '../../native/index.ts'
import { adapterOf } from '../contracts/index.ts'
import type {
  CallLimits,
  CallOptions,
  ModelAdapterOptions,
  OperationOptions,
} from '../contracts/options.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { type HookChoice, mutedBy } from '../hooks/choice.ts'
import { severalCopies } from './copies.ts'

/** How long a call may take, who may call it off, and which hooks it runs. */
export type RunLimits = Partial<Pick<CallOptions, 'signal' | 'timeout' | 'hooks' | 'validate'>>

/** One call of the application: everything it sends goes the same way. */
export class Call {
  readonly definition: ModelDefinition
  readonly client: QueryClient
  /** What errors and listeners call it. */
  readonly operation: string
  readonly signal: AbortSignal | undefined
  /** How long each of its commands may take, in milliseconds. */
  readonly timeout: number | undefined
  /** Which hooks it runs. */
  readonly hooks: HookChoice | undefined
  /** Whether instances are validated. */
  readonly validate: boolean | undefined
  /** The events of which it runs none: see `mutedBy`. */
  readonly muted: number

  /** Errors: those of `mutedBy`. */
  constructor(
    definition: ModelDefinition,
    client: QueryClient,
    operation: string,
    chosen: RunLimits,
  ) {
    this.definition = definition
    this.client = client
    this.operation = operation
    this.signal = chosen.signal
    this.timeout = chosen.timeout
    this.hooks = chosen.hooks
    this.validate = chosen.validate
    this.muted = mutedBy(definition, chosen)
  }

  /** What its errors say of it. */
  get details(): ErrorDetails {
    const { definition, operation, client } = this
    return { model: definition.name, operation, connection: client.connectionName }
  }

  /** The error that a failure is to whoever called. */
  error(failure: native.Failure): LucentError {
    return failure.toError(this.details, (path) => this.definition.writtenAs(path))
  }

  /** The transaction that it is part of. */
  get transaction(): TransactionClient | undefined {
    return this.client.isTransaction ? this.client : undefined
  }

  /** What an adapter is told of how long it may take. */
  get limits(): CallLimits {
    const { signal, timeout } = this
    return {
      ...(signal === undefined ? {} : { signal }),
      ...(timeout === undefined ? {} : { timeout }),
    }
  }

  /** What the methods of the application that write an instance are told. */
  get chosen(): OperationOptions {
    const { hooks, validate } = this
    return {
      ...this.limits,
      ...(hooks === undefined ? {} : { hooks }),
      ...(validate === undefined ? {} : { validate }),
    }
  }

  /** Where commands go. Errors: `E_CONNECTION_CLOSED`, `E_TRANSACTION_COMPLETED`. */
  route(): native.Route {
    return this.#directed(this.client.route())
  }

  /** As {@link route}, and never part of a transaction. */
  routeOutside(): native.Route {
    const { transaction: trx } = this
    if (trx === undefined) return this.route()
    return this.#directed({ connection: trx.host.handle(), session: 0, keys: trx.host.keys })
  }

  /** The way with whom the call is for, and who may call it off. */
  #directed(route: native.Route): native.Route {
    const { signal } = this
    const context = contextBytes()
    return signal === undefined && context === undefined ? route : { ...route, signal, context }
  }

  /** The same under another name. */
  as(operation: string): Call {
    return new Call(this.definition, this.client, operation, this)
  }

  /** The same on another way. */
  through(client: QueryClient): Call {
    return new Call(this.definition, client, this.operation, this)
  }

  /** Writes how long the command may take into the head that is open. */
  writeTimeout(body: Body): void {
    if (this.timeout !== undefined) body.element('timeoutMS', this.timeout)
  }

  /** Writes the head of a request: what `write` says, and how long the command may take. */
  writeHead(body: Body, write?: () => void): void {
    const head = body.beginDocument()
    write?.()
    this.writeTimeout(body)
    body.endDocument(head)
  }
}

/**
 * The client of an operation: what the application's adapter says, or the one given, that of the
 * connection named, of the model's, or the database's primary one. A connection that joins by itself
 * gives its open transaction.
 *
 * Errors: `E_CONFIGURATION` when no database was set or `client` is none, `E_UNKNOWN_CONNECTION`.
 */
export function clientOf(definition: ModelDefinition, options: Partial<CallOptions>): QueryClient {
  const adapter = adapterOf(definition.model)
  if (adapter === undefined) return resolveClient(definition, options)
  return adapter.modelConstructorClient(definition.model, defined(options))
}

function defined(options: Partial<CallOptions>): ModelAdapterOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

/** {@link clientOf} without asking the adapter. */
export function resolveClient(
  definition: ModelDefinition,
  { client, connection }: Partial<CallOptions>,
): QueryClient {
  if (client !== undefined) {
    if (typeof client?.route === 'function') {
      return client.isTransaction ? atHome(definition, client, connection) : client
    }
    refuse(
      'E_CONFIGURATION',
      definition,
      undefined,
      `: \`client\` must be a transaction or a connection of a Database`,
    )
  }
  const named = connectionOf(definition, connection)
  return named.ambient ?? named
}

/**
 * The transaction in the database that the model is bound to, where it is one of the same servers and
 * `trx.database()` does not say another one.
 */
export function atHome(
  definition: ModelDefinition,
  trx: TransactionClient,
  connection = definition.model.connection,
): TransactionClient {
  if (trx.isDirected || connection?.includes('/') !== true) return trx
  const home = connectionOf(definition, connection)
  return trx.isFor(home) ? trx.through(home) : trx
}

/** A connection of the model's database: the one named, the model's, or the primary one. */
export function connectionOf(definition: ModelDefinition, name?: string): Connection {
  const { model } = definition
  const database = model.$database
  if (database === undefined) {
    refuse(
      'E_CONFIGURATION',
      definition,
      undefined,
      ` has no database; call BaseModel.useDatabase(new Database(config)) first${severalCopies()}`,
    )
  }
  return database.connection(name ?? model.connection)
}

/** Errors: those of {@link clientOf} and {@link callThrough}. */
export function callOf(
  definition: ModelDefinition,
  operation: string,
  options: Partial<CallOptions>,
): Call {
  return callThrough(definition, operation, clientOf(definition, options), options)
}

/** Errors: `E_INVALID_QUERY` for a timeout that is no positive integer. */
export function callThrough(
  definition: ModelDefinition,
  operation: string,
  client: QueryClient,
  options: RunLimits,
): Call {
  const { timeout } = options
  if (timeout !== undefined && !(Number.isSafeInteger(timeout) && timeout > 0)) {
    refuse(
      'E_INVALID_QUERY',
      definition,
      undefined,
      `: \`timeout\` must be a positive number of whole milliseconds`,
    )
  }
  return new Call(definition, client, operation, options)
}
