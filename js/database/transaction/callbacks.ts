import { errors } from '../../errors/index.ts'
import type { TransactionEnd } from './index.ts'

/** What several parts of one callback threw; each is reported by itself. */
export class Failures extends AggregateError {}

/** Errors: `E_TRANSACTION_CALLBACK`, its cause an `AggregateError`, when there are failures. */
export function reportFailures(
  connection: string,
  end: TransactionEnd,
  failures: readonly unknown[],
): void {
  if (failures.length === 0) return
  const done = end === 'commit' ? 'committed' : 'rolled back'
  const count = failures.length === 1 ? 'a callback' : `${failures.length} callbacks`
  throw new errors.E_TRANSACTION_CALLBACK(
    `the transaction was ${done}; ${count} that ran after it failed`,
    { connection, operation: end, cause: new AggregateError(failures) },
  )
}
