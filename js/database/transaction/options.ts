import { errors } from '../../errors/index.ts'
import type { ReadConcernLevel, ReadPreferenceMode } from '../concerns.ts'

/** Lucid's isolation levels. MongoDB's snapshot isolation is what SQL calls repeatable read. */
export type IsolationLevel =
  | 'read uncommitted'
  | 'read committed'
  | 'repeatable read'
  | 'snapshot'
  | 'serializable'

/** How a write is acknowledged (MongoDB manual, "Write Concern"). */
export interface WriteConcern {
  /** Number of nodes, `'majority'`, or the name of a custom concern. */
  w?: number | string
  /** Wait for the journal. */
  journal?: boolean
  /** How long to wait for the nodes, in milliseconds. */
  wtimeoutMS?: number
}

/** Options of a transaction. */
export interface TransactionOptions {
  /** Lucid's name for the read concern; `serializable` is refused, MongoDB does not have it. */
  isolationLevel?: IsolationLevel
  /** `'snapshot'` by default: everything is read as it was when the transaction began. */
  readConcern?: ReadConcernLevel
  /** What the URL says by default, and `{ w: 'majority' }` where it does not say how many. */
  writeConcern?: WriteConcern
  /** `'primary'` is the only mode for transactions that write. */
  readPreference?: ReadPreferenceMode
  /** How long the commit may take on the server, in milliseconds. */
  maxCommitTimeMS?: number
}

const LEVELS = {
  'read uncommitted': 'local',
  'read committed': 'majority',
  'repeatable read': 'snapshot',
  snapshot: 'snapshot',
} as const satisfies Partial<Record<IsolationLevel, ReadConcernLevel>>

/** What the core begins a transaction with. Errors: `E_UNSUPPORTED`, `E_CONFIGURATION`. */
export function startCommand(connection: string, options: TransactionOptions): object {
  const { isolationLevel, readConcern, writeConcern, readPreference, maxCommitTimeMS } = options
  const command: Record<string, unknown> = Object.create(null)
  command.readConcern = readConcern ?? levelOf(connection, isolationLevel)
  if (writeConcern !== undefined) command.writeConcern = writeConcern
  if (readPreference !== undefined) command.readPreference = readPreference
  if (maxCommitTimeMS !== undefined) command.maxCommitTimeMS = maxCommitTimeMS
  return command
}

function levelOf(connection: string, isolation: IsolationLevel | undefined): ReadConcernLevel {
  if (isolation === undefined) return 'snapshot'
  if (Object.hasOwn(LEVELS, isolation)) return LEVELS[isolation as keyof typeof LEVELS]
  if (isolation === 'serializable') {
    throw new errors.E_UNSUPPORTED(
      'MongoDB has no serializable transactions; use the isolation level "snapshot", and update ' +
        'the documents whose values must not change meanwhile',
      { connection, operation: 'transaction' },
    )
  }
  throw new errors.E_CONFIGURATION(
    `there is no isolation level "${String(isolation)}"; there are: ${Object.keys(LEVELS).join(', ')}`,
    { connection, operation: 'transaction' },
  )
}
