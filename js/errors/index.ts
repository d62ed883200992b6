/**
 * The package's errors. One class for each code of the shared table, so that both
 * `error.code === 'E_ROW_NOT_FOUND'` and `error instanceof errors.E_ROW_NOT_FOUND` work.
 */
import { ERROR_TABLE } from './codes.generated.ts'

/** A code of the error table, such as `E_ROW_NOT_FOUND`. */
export type ErrorCode = keyof typeof ERROR_TABLE

/** What an error knows about where it happened. Values of documents are never part of it. */
export interface ErrorDetails {
  /** Name of the model class. */
  model?: string | undefined
  /** Property name of the column; with a path behind it for a field inside of one that is encrypted. */
  column?: string | undefined
  /** What was being done: `create`, `find`, `update`, … */
  operation?: string | undefined
  /** Name of the connection. */
  connection?: string | undefined
  /** Name of the hook event and method, for `E_HOOK_ABORTED`. */
  hook?: string | undefined
  /** HTTP status, where it is not the code's own: a page number or a name that came from a request. */
  status?: number | undefined
  /** The server's own error code, such as 11000. */
  serverCode?: number | undefined
  /** The server's name for its code, such as `DuplicateKey`. */
  serverCodeName?: string | undefined
  /** See {@link LucentError.serverMessage}. */
  serverMessage?: string | undefined
  /** Labels such as `TransientTransactionError`. */
  errorLabels?: readonly string[] | undefined
  /** Stored names of the fields of the unique index, for `E_DUPLICATE_KEY`. */
  keys?: readonly string[] | undefined
  /** The same as the application writes them, by the names of properties. */
  columns?: readonly string[] | undefined
  /** Name of the unique index, for `E_DUPLICATE_KEY`. */
  index?: string | undefined
  /** Which of several documents or statements failed, counted from 0. */
  position?: number | undefined
  /** What an update by query had done before it failed half-way; elsewhere it is not known. */
  done?: { readonly matched: number; readonly modified: number } | undefined
  /**
   * The server's account of a failed validator. It quotes the document, except where the model has
   * encrypted columns, so it is no enumerable property: what writes errors down leaves it out.
   */
  errInfo?: unknown
  /** What is wrong with which property, for `E_VALIDATION_ERROR`: as VineJS says it. */
  messages?: readonly unknown[] | undefined
  /** The error behind this one. */
  cause?: unknown
}

/** Bytes of a message at most: names in it may come from a request. */
const LONGEST = 2000

function shortened(message: string): string {
  if (message.length * 3 <= LONGEST || Buffer.byteLength(message) <= LONGEST) return message
  const bytes = Buffer.from(message).subarray(0, LONGEST - 3)
  // What is left of a character that was cut is dropped.
  return `${bytes.toString('utf8').replace(/\uFFFD+$/, '')}…`
}

/** The base of every error that the package throws of its own. */
export class LucentError extends Error implements ErrorDetails {
  declare readonly code: ErrorCode
  /** HTTP status that fits, for exception handlers. */
  declare readonly status: number
  declare readonly model?: string | undefined
  declare readonly column?: string | undefined
  declare readonly operation?: string | undefined
  declare readonly connection?: string | undefined
  declare readonly hook?: string | undefined
  declare readonly serverCode?: number | undefined
  declare readonly serverCodeName?: string | undefined
  declare readonly errorLabels?: readonly string[] | undefined
  declare readonly keys?: readonly string[] | undefined
  declare readonly columns?: readonly string[] | undefined
  declare readonly index?: string | undefined
  declare readonly position?: number | undefined
  declare readonly done?: { readonly matched: number; readonly modified: number } | undefined
  declare readonly errInfo?: unknown
  declare readonly messages?: readonly unknown[] | undefined

  readonly #serverMessage: string | undefined

  constructor(message: string, details: ErrorDetails = {}) {
    const { cause, serverMessage, ...known } = details
    super(shortened(message), cause === undefined ? undefined : { cause })
    this.#serverMessage = serverMessage
    for (const [name, value] of Object.entries(known)) {
      if (value === undefined) continue
      Object.defineProperty(this, name, { value, enumerable: name !== 'errInfo' })
    }
  }

  /**
   * What the server itself said, cut to 2,000 bytes. It may quote stored values and those of the
   * command, so nothing shows it by itself: no message, no JSON, no console. Not for answers to
   * clients, nor for logs that others read.
   *
   * @example
   * if (error instanceof errors.E_SERVER_ERROR) privateLog.debug(error.serverMessage)
   */
  get serverMessage(): string | undefined {
    return this.#serverMessage
  }

  /** Whether the server put `label` on the error, for instance `TransientTransactionError`. */
  hasErrorLabel(label: string): boolean {
    return this.errorLabels?.includes(label) ?? false
  }
}

/** The class of one code. */
export type ErrorClass = new (message: string, details?: ErrorDetails) => LucentError

function errorClass(code: ErrorCode): ErrorClass {
  const { status } = ERROR_TABLE[code]
  const Named = { [code]: class extends LucentError {} }[code] as ErrorClass
  Object.defineProperties(Named.prototype, {
    name: { value: code },
    code: { value: code, enumerable: true },
    status: { value: status, enumerable: true },
  })
  return Named
}

/**
 * Error classes by code.
 *
 * @example
 * try {
 *   await User.findOrFail(id)
 * } catch (error) {
 *   if (error instanceof errors.E_ROW_NOT_FOUND) return response.notFound()
 *   throw error
 * }
 */
export const errors = Object.fromEntries(
  Object.keys(ERROR_TABLE).map((code) => [code, errorClass(code as ErrorCode)]),
) as { readonly [Code in ErrorCode]: ErrorClass }

/**
 * Throws the error of `code`. The message is the name of the model, and `text` behind it. `more` is the
 * property of the column, or what else the error says.
 */
export function refuse(
  code: ErrorCode,
  model: string | { readonly name: string },
  operation: string | undefined,
  text: string,
  more?: string | ErrorDetails,
): never {
  const name = typeof model === 'string' ? model : model.name
  const details = typeof more === 'string' ? { column: more } : more
  throw new errors[code](`${name}${text}`, { model: name, operation, ...details })
}

/**
 * An error of the package that does not know its model, such as the encoder's, with what the caller
 * knows; any other error as it is.
 */
export function withDetails(error: unknown, details: ErrorDetails): unknown {
  if (!(error instanceof LucentError) || error.model !== undefined) return error
  const column = error.column ?? details.column
  const where = details.model === undefined ? '' : `${details.model}: `
  const { serverMessage } = error
  return new errors[error.code](`${where}${error.message}`, {
    ...error,
    ...details,
    column,
    serverMessage,
  })
}
