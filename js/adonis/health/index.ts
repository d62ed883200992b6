import { BaseCheck, Result } from '@adonisjs/core/health'
import type { HealthCheckResult } from '@adonisjs/core/types/health'
import { type Connection, type Database, LucentError } from 'lucent-odm'
import { checkAccess } from '../../database/access.ts'
import { runCommand } from '../../database/command.ts'

/** MongoDB's code for what the user may not do. */
const UNAUTHORIZED = 13

function connectionOf(source: Database | Connection): Connection {
  return 'connection' in source ? source.connection() : source
}

/** The package's own form of a result, with what is known of the connection. */
function reported(result: Result, meta: Record<string, unknown>): HealthCheckResult {
  const { finishedAt, message, status } = result
  return { finishedAt, message, status, meta: { ...result.meta, ...meta } }
}

/** Whoever asks for a health report gets the code; the message may name servers. */
function failed(error: unknown, meta: Record<string, unknown>): HealthCheckResult {
  const { code } = error as { code?: unknown }
  const reason = typeof code === 'string' ? code : 'unknown error'
  const what = code === 'E_AUTHENTICATION_FAILED' ? 'refuses the user' : 'did not answer'
  return reported(Result.failed(`MongoDB ${what} (${reason})`), { ...meta, code })
}

/**
 * Whether a connection reaches its server and may do anything there: a ping, and a look whether the
 * user has a right on the database.
 *
 * @example
 * export const healthChecks = new HealthChecks().register([new MongoCheck(db)])
 */
export class MongoCheck extends BaseCheck {
  readonly #connection: Connection
  override name: string
  #slow = Number.POSITIVE_INFINITY

  /** The database stands for its primary connection. */
  constructor(source: Database | Connection) {
    super()
    this.#connection = connectionOf(source)
    this.name = `MongoDB health check (${this.#connection.name})`
  }

  /** Warns when the round trip of the ping takes longer, in milliseconds. */
  warnWhenSlowerThan(milliseconds: number): this {
    this.#slow = milliseconds
    return this
  }

  async run(): Promise<HealthCheckResult> {
    const { name } = this.#connection
    try {
      const milliseconds = await this.#connection.ping()
      await checkAccess(this.#connection)
      const meta = { connection: { name, milliseconds } }
      if (milliseconds <= this.#slow) {
        return reported(Result.ok('Successfully connected to the database server'), meta)
      }
      const took = `MongoDB took ${milliseconds.toFixed(1)} ms to answer`
      return reported(Result.warning(`${took}, which is more than ${this.#slow} ms`), meta)
    } catch (error) {
      return failed(error, { connection: { name } })
    }
  }
}

/** What `serverStatus` says of connections. */
interface ServerStatus {
  connections?: { current: number; available: number; active?: number }
}

/**
 * How many connections the server has, of all its clients. Skipped where the user may not ask: that
 * takes the role `clusterMonitor`.
 *
 * @example
 * new MongoConnectionCountCheck(db).warnWhenExceeds(500).failWhenExceeds(800)
 */
export class MongoConnectionCountCheck extends BaseCheck {
  readonly #connection: Connection
  override name: string
  #warnThreshold = 500
  #failThreshold = 1000
  #compute: (connection: Connection) => Promise<number | null> = countConnections

  /** The database stands for its primary connection. */
  constructor(source: Database | Connection) {
    super()
    this.#connection = connectionOf(source)
    this.name = `MongoDB connection count health check (${this.#connection.name})`
  }

  /** Warns above this many connections; 500 by default. */
  warnWhenExceeds(connectionsCount: number): this {
    this.#warnThreshold = connectionsCount
    return this
  }

  /** Fails above this many connections; 1,000 by default. */
  failWhenExceeds(connectionsCount: number): this {
    this.#failThreshold = connectionsCount
    return this
  }

  /** Counts in another way; `null` skips the check. */
  compute(callback: (connection: Connection) => Promise<number | null>): this {
    this.#compute = callback
    return this
  }

  async run(): Promise<HealthCheckResult> {
    const connection = { name: this.#connection.name }
    try {
      const active = await this.#compute(this.#connection)
      if (active === null) {
        const skipped = 'Check skipped. The server does not tell its connections'
        return reported(Result.ok(skipped), { connection })
      }
      const connectionsCount = {
        active,
        warningThreshold: this.#warnThreshold,
        failureThreshold: this.#failThreshold,
      }
      return reported(this.#judge(active), { connection, connectionsCount })
    } catch (error) {
      return failed(error, { connection })
    }
  }

  #judge(active: number): Result {
    const above = (threshold: number) =>
      `There are ${active} active connections, which is above the threshold of ${threshold} connections`
    if (active > this.#failThreshold) return Result.failed(above(this.#failThreshold))
    if (active > this.#warnThreshold) return Result.warning(above(this.#warnThreshold))
    return Result.ok(
      `There are ${active} active connections, which is under the defined thresholds`,
    )
  }
}

/** Nothing where the user may not ask: applications seldom may, and are healthy all the same. */
async function countConnections(connection: Connection): Promise<number | null> {
  const command = { serverStatus: 1, metrics: 0, wiredTiger: 0, tcmalloc: 0 }
  try {
    const { connections } = await runCommand<ServerStatus>(connection, { admin: true, command })
    return connections?.current ?? null
  } catch (error) {
    if (error instanceof LucentError && error.serverCode === UNAUTHORIZED) return null
    throw error
  }
}
