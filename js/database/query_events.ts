/** What was sent to the server, for those who listen. */
import type { Listeners } from './listeners.ts'

/** One operation, after it was answered. */
export interface QueryEvent {
  /** Name of the connection. */
  connection: string
  /** Name of the model class. */
  model: string
  collection: string
  /** The relation whose rows they are: of a `preload`, a `load`, and of `related().query()`. */
  relation?: string
  /** What was done: `find`, `preload`, `count`, `create`, `update`, … */
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

export type QueryListener = (event: QueryEvent) => void

/** The listeners of a database's connections. */
export type QueryListeners = Listeners<QueryEvent>
