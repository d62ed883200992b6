/** What a failed write may have done. */
import { type ErrorCode, LucentError } from '../../errors/index.ts'

const UNKNOWN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'E_TIMEOUT',
  'E_ABORTED',
  'E_CONNECTION_FAILED',
  'E_CONNECTION_CLOSED',
  'E_SERVER_SELECTION_TIMEOUT',
  'E_WRITE_CONCERN',
  'E_NATIVE_PANIC',
])

/** Whether a write that was sent, and failed with this, may have been carried out all the same. */
export function mayBeStored(error: unknown): boolean {
  if (!(error instanceof LucentError)) return false
  return UNKNOWN.has(error.code) || error.errorLabels?.includes('RetryableWriteError') === true
}
