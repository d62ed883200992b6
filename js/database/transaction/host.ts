import type { KeyRings } from '../../encryption/key_rings.ts'
import type { ConnectionConfig } from '../config.ts'
import type { QueryListeners } from '../query_events.ts'

/** What is called when an operation is over that may have sent several commands. */
export type Leave = () => void

export const nothing: Leave = () => {}

/** What a transaction needs of its connection. */
export interface TransactionHost {
  readonly name: string
  readonly config: Readonly<ConnectionConfig>
  readonly listeners: QueryListeners
  /** The keys of encrypted columns. */
  readonly keys: KeyRings
  /** The core's handle. */
  handle(): number
  /** Says that an operation begins. */
  enter(): Leave
  /** Another database of the same client. */
  database(name: string): TransactionHost
  /** Whether both are reached by the same client. */
  sharesClient(other: unknown): boolean
}
