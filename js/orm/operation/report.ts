/** Telling listeners of what is sent. */
import type { QueryEvent } from '../../database/query_events.ts'
import { redacted } from '../../redaction/redact.ts'
import type { ModelDefinition } from '../definition/index.ts'
import type { Call } from './call.ts'

/** What is known of an operation before it is sent. */
export interface Sending {
  readonly definition: ModelDefinition
  readonly operation: string
  /** Also where the connection is not set to `debug`. */
  readonly debug?: boolean | undefined
  query?(): object
  readonly data?: Readonly<Record<string, unknown>> | undefined
}

/** Says how an operation went: what it took, in milliseconds, and why it failed. */
export type Tell = (milliseconds: number, error?: unknown) => void

/** Who is to be told of an operation; undefined when nobody listens. */
export function teller({ client }: Call, sending: Sending): Tell | undefined {
  const { listeners, config } = client
  if (listeners.isEmpty || !(sending.debug ?? config.debug ?? false)) return undefined
  return (milliseconds, error) => {
    const { definition, operation, data } = sending
    const sent = sending.query?.()
    const { hiddenNames } = sending.definition
    // A pipeline may have values of other models.
    const hides = sent !== undefined && (hiddenNames.size > 0 || 'pipeline' in sent)
    const query = hides ? redacted(sent, hiddenNames) : sent
    const event: QueryEvent = {
      connection: client.connectionName,
      model: definition.name,
      collection: definition.collection,
      operation,
      ...(query !== undefined && { query }),
      milliseconds,
      inTransaction: client.isTransaction,
      ...(data !== undefined && { data }),
      ...(error instanceof Error && { error }),
    }
    listeners.tell(event)
  }
}

/** Carries the work out, and tells those who listen how it went. */
export function reported<Reply>(
  call: Call,
  sending: Sending,
  work: () => Promise<Reply>,
): Promise<Reply> {
  const tell = teller(call, sending)
  if (tell === undefined) return work()
  const started = performance.now()
  return work().then(
    (reply) => {
      tell(performance.now() - started)
      return reply
    },
    (error: unknown) => {
      tell(performance.now() - started, error)
      throw error
    },
  )
}
