/** Telling an error of the server that ended a transaction from those that left it open. */
import * as native from '../../native/index.ts'

/** The server's word for a transaction that it has no more. */
const NO_SUCH_TRANSACTION = 251
/** Another attempt at the whole transaction may succeed. */
const TRANSIENT = 'TransientTransactionError'

/**
 * Looks at the replies of a transaction's commands, which come one after the other. Most errors of the
 * server end the transaction there, some do not, and only the next command shows which: when the
 * transaction is gone, the first error since the last success has ended it.
 */
export function watchForDoom(connection: string): native.Watch {
  let suspect: native.Failure | undefined
  return (reply) => {
    if (!(reply instanceof native.Failure)) {
      const [first] = failuresIn(reply)
      if (first === undefined) suspect = undefined
      else suspect ??= new native.Failure(first)
      return reply
    }
    const { serverCode } = reply.report
    if (serverCode === undefined) return reply
    if (serverCode === NO_SUCH_TRANSACTION && suspect !== undefined) {
      return doomed(suspect, connection)
    }
    suspect ??= reply
    return reply
  }
}

/** Statements that failed in a bulk write that was answered. */
function failuresIn(reply: unknown): readonly native.FailureReport[] {
  const { items } = reply as { items?: unknown }
  return Array.isArray(items) ? items : []
}

function doomed(suspect: native.Failure, connection: string): native.Failure {
  const cause = suspect.error ?? suspect.toError({ connection })
  const failure = new native.Failure({
    code: 'E_TRANSACTION_DOOMED',
    message:
      `the server ended the transaction when an operation of it failed (${cause.code}), and nothing ` +
      'can be done in it any more; let that error end the callback, or look for what causes it first',
    ...(cause.hasErrorLabel(TRANSIENT) && { errorLabels: [TRANSIENT] }),
  })
  return failure.because(cause)
}
