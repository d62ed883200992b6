/** Tells the application's emitter and logger what the database does. */
import { inspect, styleText } from 'node:util'
import type { EmitterService, LoggerService } from '@adonisjs/core/types'
import type { BackgroundFailure, ConnectionEvent, Database, QueryEvent } from 'lucent-odm'

/** How long a connection that fails is not logged again, in milliseconds. */
const QUIET = 10_000

/** Prints one query for people, values included. */
export function prettyPrint(event: QueryEvent): void {
  const { connection, model, operation, milliseconds, query, inTransaction, error } = event
  const parts = [
    styleText('gray', `"${connection}"`),
    `${model}.${styleText(error === undefined ? 'green' : 'red', operation)}`,
    `(${milliseconds.toFixed(2)} ms)`,
  ]
  if (inTransaction) parts.push(styleText('yellow', 'transaction'))
  if (query !== undefined) {
    parts.push(inspect(query, { depth: 6, breakLength: Number.POSITIVE_INFINITY, colors: true }))
  }
  if (error !== undefined) parts.push(styleText('red', error.message))
  console.log(parts.join(' '))
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

/**
 * Emits `mongo:query` and `mongo:connection:*`, and logs what a log may have: never values. Answers
 * what ends it.
 */
export function bridge(
  database: Database,
  emitter: EmitterService,
  logger: LoggerService,
  options: { prettyPrint: boolean },
): () => void {
  const failed = (error: unknown) => logger.error({ err: error }, 'a listener of mongo:* failed')
  const lastFailures = new Map<string, number>()

  const onQuery = (event: QueryEvent): void => {
    if (options.prettyPrint) prettyPrint(event)
    if (emitter.hasListeners('mongo:query')) emitter.emit('mongo:query', event).catch(failed)
    if (logger.isLevelEnabled('trace')) {
      const { query: _query, data: _data, error, ...logged } = event
      // An error of the collection's validator holds values.
      logger.trace(
        { ...logged, ...(error !== undefined && { error: codeOf(error) }) },
        'mongo query',
      )
    }
  }

  const logFailure = (name: string, error: Error): void => {
    const now = performance.now()
    const last = lastFailures.get(name)
    if (last !== undefined && now - last < QUIET) return
    lastFailures.set(name, now)
    const refused = codeOf(error) === 'E_AUTHENTICATION_FAILED'
    const what = refused ? 'MongoDB refused the credentials' : 'MongoDB could not be reached'
    logger.error({ connection: name, err: error }, what)
  }

  const onConnection = (event: ConnectionEvent): void => {
    const { connection, type } = event
    if (type === 'error') {
      logFailure(connection.name, event.error)
      emitter.emit('mongo:connection:error', [event.error, connection]).catch(failed)
      return
    }
    logger.trace({ connection: connection.name }, `mongo connection: ${type}`)
    emitter.emit(`mongo:connection:${type}`, connection).catch(failed)
  }

  const onError = ({ error, source, name }: BackgroundFailure): void => {
    logger.error({ err: error, source }, `${name} failed`)
  }

  const ends = [
    database.onQuery(onQuery, { warn: false }),
    database.onConnection(onConnection),
    database.onError(onError),
  ]
  return () => {
    for (const end of ends) end()
  }
}
