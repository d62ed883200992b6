/** Telling listeners of what is sent. */
import type { QueryEvent } from '../../database/query_events.ts'
import { redacted } from '../../redaction/redact.ts'
import type { Call } from './call.ts'

/** What listeners learn of an operation beside its name. */
export interface About {
  /** Also where the connection is not set to `debug`. */
  readonly debug?: boolean | undefined
  readonly data?: Readonly<Record<string, unknown>> | undefined
  /** The relation whose rows they are. */
  readonly relation?: string | undefined
  /** Gets what the request needs before it is written. */
  open?(): Promise<void>
  /** What is sent; asked when it is over. */
  query?(): object
}

/** One operation, while it is carried out, for those who listen. */
export class Report {
  readonly #call: Call
  readonly #about: About | undefined
  readonly #started = performance.now()

  constructor(call: Call, about: About | undefined) {
    this.#call = call
    this.#about = about
  }

  /** What was sent; undefined where it could not be made, which is why the operation failed. */
  #sent(): object | undefined {
    try {
      return this.#about?.query?.()
    } catch {
      return undefined
    }
  }

  /** Says how it went: why it failed, and what it took, if that is not all the time since it began. */
  end(error?: unknown, milliseconds = performance.now() - this.#started): void {
    const { definition, client, operation } = this.#call
    const { data, relation } = this.#about ?? {}
    const sent = this.#sent()
    const { hiddenNames } = definition
    // A pipeline may have values of other models.
    const hides = sent !== undefined && (hiddenNames.size > 0 || 'pipeline' in sent)
    const query = hides ? redacted(sent, hiddenNames) : sent
    const event: QueryEvent = {
      connection: client.connectionName,
      model: definition.name,
      collection: definition.collection,
      ...(relation !== undefined && { relation }),
      operation,
      ...(query !== undefined && { query }),
      milliseconds,
      inTransaction: client.isTransaction,
      ...(data !== undefined && { data }),
      ...(error instanceof Error && { error }),
    }
    client.listeners.tell(event)
  }
}

/** The report of an operation that begins; undefined when nobody listens. */
export function reportOf(call: Call, about?: About): Report | undefined {
  const { listeners, config } = call.client
  if (listeners.isEmpty || !(about?.debug ?? config.debug ?? false)) return undefined
  return new Report(call, about)
}
