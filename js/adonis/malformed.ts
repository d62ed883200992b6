/** Values from outside that a column cannot hold. */
import { type ErrorCode, LucentError } from 'lucent-odm'

/** Codes of what a column cannot hold, so that no document has it. */
const MALFORMED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'E_INVALID_OBJECT_ID',
  'E_INVALID_VALUE',
  'E_INVALID_DATE_COLUMN_VALUE',
])

/** Runs what only the value can make fail, and tells whether it did. */
export function isMalformed(work: () => unknown): boolean {
  try {
    work()
    return false
  } catch (error) {
    if (error instanceof LucentError && MALFORMED.has(error.code)) return true
    throw error
  }
}
