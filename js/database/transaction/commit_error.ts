/** What an error of a commit says about it. */
import { LucentError } from '../../errors/index.ts'

/** Whether it is unknown how the commit went: another one finds out. */
export function isUnknown(error: unknown): boolean {
  return error instanceof LucentError && error.hasErrorLabel('UnknownTransactionCommitResult')
}

/** Whether the server says, asked once more for a commit, that there is nothing to commit. */
export function isGone(error: unknown): boolean {
  if (!(error instanceof LucentError)) return false
  return error.code === 'E_TRANSACTION_DOOMED' || error.hasErrorLabel('TransientTransactionError')
}
