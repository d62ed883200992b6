import { errors } from '../../errors/index.ts'

/** How a transaction ends; `unknown`: it cannot be told whether its commit was carried out. */
export type TransactionEnd = 'commit' | 'rollback' | 'unknown'

/** What several parts of one callback threw; each is reported by itself. */
export class Failures extends AggregateError {}

/** Runs callbacks one after the other, whatever the others do; answers what they threw. */
export async function callAll(callbacks: readonly (() => unknown)[]): Promise<unknown[]> {
  const failures: unknown[] = []
  for (const callback of callbacks) {
    try {
      await callback()
    } catch (error) {
      if (error instanceof Failures) failures.push(...error.errors)
      else failures.push(error)
    }
  }
  return failures
}

/** Errors: `E_TRANSACTION_CALLBACK`, its cause an `AggregateError`, when there are failures. */
export function reportFailures(
  connection: string,
  end: Exclude<TransactionEnd, 'unknown'>,
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
