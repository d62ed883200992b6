/** What was sent to the server, for those who listen. */

/** One operation, after it was answered. */
export interface QueryEvent {
  /** Name of the connection. */
  connection: string
  /** Name of the model class. */
  model: string
  collection: string
  /** What was done: `find`, `count`, `create`, `update`, … */
  operation: string
  /** The query as MongoDB got it, values included; not for writes of instances. */
  query?: object
  /** What it took; for a cursor, the time that its batches were waited for. */
  milliseconds: number
  inTransaction: boolean
  /** What `query.reporterData()` was given. */
  data?: Readonly<Record<string, unknown>>
  /** Why it failed. */
  error?: Error
}

export type QueryListener = (event: QueryEvent) => void

/** The listeners of a database's connections. */
export class QueryListeners {
  readonly #listeners = new Set<QueryListener>()

  get isEmpty(): boolean {
    return this.#listeners.size === 0
  }

  add(listener: QueryListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** A listener that throws must not fail the operation: what it throws is a warning. */
  tell(event: QueryEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error))
      }
    }
  }
}
