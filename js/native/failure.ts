/** Failures as they cross, before they are errors. */

import { type ErrorCode, type ErrorDetails, errors, type LucentError } from '../errors/index.ts'
import { redacted } from '../redaction/redact.ts'

/** Told of each failure as it becomes an error. */
export const failureListeners = new Set<(error: LucentError) => void>()

/** What is wrong with a connection, and not with an operation: the message names it. */
const CONNECTION_CODES: ReadonlySet<string> = new Set([
  'E_CONNECTION_FAILED',
  'E_CONNECTION_CLOSED',
  'E_SERVER_SELECTION_TIMEOUT',
  'E_AUTHENTICATION_FAILED',
])

const NOTHING_ELSE: ReadonlySet<string> = new Set()

/** A failure as it crossed. It becomes an error in the caller's own frame, for the stack's sake. */
export class Failure {
  readonly report: FailureReport
  /** What it became, if it became an error already. */
  error: LucentError | undefined
  #cause: unknown

  constructor(report: FailureReport) {
    this.report = report
  }

  /** The same failure with the reason that the caller had for it. */
  because(cause: unknown): Failure {
    const failure = new Failure(this.report)
    failure.#cause = cause
    return failure
  }

  /** The error to throw, with what the caller knows added, and what it calls stored paths. */
  toError(context: ErrorDetails = {}, named?: (path: string) => string): LucentError {
    const {
      code,
      message,
      position,
      items: _items,
      written: _written,
      done,
      errInfo,
      ...details
    } = this.report
    const { keys } = details
    const columns = keys === undefined || named === undefined ? undefined : keys.map(named)
    const report =
      columns === undefined
        ? message
        : message.replace(String(keys?.join(', ')), () => columns.join(', '))
    const model = context.model === undefined ? '' : `${context.model}: `
    const where = report.startsWith(model) ? '' : model
    const what = context.operation === undefined ? '' : ` (${context.operation})`
    const via = CONNECTION_CODES.has(code) && context.connection !== undefined
    const text = via ? `connection "${context.connection}": ${report}` : report
    const known = code in errors ? (code as ErrorCode) : 'E_SERVER_ERROR'
    const error = new errors[known](`${where}${text}${what}`, {
      ...context,
      ...details,
      ...(columns !== undefined && { columns }),
      // The server shows the values that it looked at: blind index entries must not be told.
      ...(errInfo !== undefined && { errInfo: redacted(errInfo, NOTHING_ELSE) }),
      position,
      ...(isOfUpdate(done) && { done }),
      cause: this.#cause ?? context.cause,
    })
    for (const tell of failureListeners) tell(error)
    this.error = error
    return error
  }
}

/** Whether it is what an update by query had done; that of a bulk write has a form of its own. */
function isOfUpdate(done: FailureReport['done']): done is { matched: number; modified: number } {
  return done !== undefined && done.items === undefined
}

/** The document of a failure, as `src/error/mod.rs` writes it. */
export interface FailureReport {
  code: string
  message: string
  /** The encrypted column that it is about, as the application writes it. */
  column?: string
  serverCode?: number
  serverCodeName?: string
  serverMessage?: string
  errorLabels?: string[]
  keys?: string[]
  index?: string
  position?: number
  errInfo?: unknown
  /** Each failure, where one command carried several writes. */
  items?: FailureReport[]
  /** How many of the command's documents were written all the same. */
  written?: number
  /** What a bulk write, or an update in several steps, had done before it failed as a whole. */
  done?: {
    matched: number
    modified: number
    items?: FailureReport[]
    /** Places of statements of which it is known how they went, and of those that found nothing. */
    known?: number[]
    missed?: number[]
  }
}

/** What a call into the add-on threw. */
export function thrown(error: unknown): Failure {
  const { code, message } = error as { code?: string; message?: string }
  return new Failure({ code: code ?? 'E_SERVER_ERROR', message: message ?? String(error) })
}
