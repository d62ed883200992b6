import { type ErrorDetails, errors, LucentError } from '../../errors/index.ts'
import type { BulkFailure, BulkResult } from './types.ts'

/**
 * `E_BULK_WRITE`: some of a bulk write failed. Its `status` and `cause` are those of the first
 * failure.
 *
 * @example
 * try {
 *   await User.bulkSave(users, { ordered: false })
 * } catch (error) {
 *   if (!(error instanceof BulkWriteError)) throw error
 *   for (const { position, error: reason } of error.failures) report(users[position], reason)
 * }
 */
export class BulkWriteError extends errors.E_BULK_WRITE {
  /** What was done all the same. */
  declare readonly result: BulkResult

  /** @internal */
  constructor(what: string, result: BulkResult, details: ErrorDetails) {
    const [first] = result.failures
    const cause = first?.error
    const many = result.failures.length
    const count = many === 1 ? 'one failed' : `${many} failed, the first`
    const reason = cause instanceof LucentError ? `: ${cause.message}` : ''
    const message = `${details.model}: of the ${what}, ${count} at position ${first?.position}${reason}`
    super(message, { ...details, position: first?.position, cause })
    Object.defineProperty(this, 'result', { value: result, enumerable: false })
    if (cause instanceof LucentError) {
      Object.defineProperty(this, 'status', { value: cause.status, enumerable: true })
    }
  }

  /** What failed, with its position. */
  get failures(): readonly BulkFailure[] {
    return this.result.failures
  }
}
