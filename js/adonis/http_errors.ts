/**
 * What clients are told of the package's errors. The exception handler of AdonisJS sends an error's
 * message, and ours name models, columns, indexes and servers.
 */
import { ExceptionHandler, type HttpContext } from '@adonisjs/core/http'
import { type ErrorCode, LucentError } from 'lucent-odm'

const BY_CODE: { readonly [Code in ErrorCode]?: string } = {
  E_ROW_NOT_FOUND: 'Row not found',
  E_DUPLICATE_KEY: 'The value has already been taken',
  E_STALE_MODEL: 'The record was changed or deleted by somebody else',
  E_WRITE_CONFLICT: 'The record is being changed by somebody else',
  E_INVALID_CURSOR: 'The page cursor is not valid',
  E_INVALID_OBJECT_ID: 'The identifier is not valid',
}

const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'Bad request',
  404: 'Row not found',
  409: 'The record conflicts with another one',
  413: 'The record is too large',
  422: 'The values are not valid',
  499: 'The request was called off',
  503: 'The database is not available',
  504: 'The database did not answer in time',
}

/** The error's message for clients: says nothing of models, collections or servers. */
export function publicMessage(error: LucentError): string {
  if (error.code === 'E_HOOK_ABORTED') return refusal(error.operation)
  return BY_CODE[error.code] ?? BY_STATUS[error.status] ?? 'Internal server error'
}

/** The same error, of the same class, with the message for clients. */
function publicView(error: LucentError): LucentError {
  return Object.create(error, { message: { value: publicMessage(error), enumerable: true } })
}

/** What a hook refused. */
function refusal(operation = ''): string {
  if (/delete/i.test(operation)) return 'The record cannot be deleted'
  if (/create|update|save|insert/i.test(operation)) return 'The record cannot be saved'
  return 'The request was refused'
}

type Render = (this: object, error: unknown, ctx: HttpContext) => Promise<void>

/** The members of the handler that are called here; the framework declares some protected. */
interface Renderers {
  isDebuggingEnabled(ctx: HttpContext): boolean
  renderErrorAsJSON: Render
  renderErrorAsJSONAPI: Render
  renderErrorAsHTML: Render
}

const DONE = Symbol.for('lucent-odm.http_errors')

/**
 * Makes the framework's handler render our errors for clients unless it is debugging; status pages
 * and everything else stay the application's. Handlers that override a renderer get the errors
 * themselves.
 */
export function renderErrors(): void {
  const prototype = ExceptionHandler.prototype as unknown as Renderers
  if (Object.hasOwn(prototype, DONE)) return
  Object.defineProperty(prototype, DONE, { value: true })

  const { renderErrorAsJSON, renderErrorAsJSONAPI, renderErrorAsHTML } = prototype
  const hides = (handler: object, error: unknown, ctx: HttpContext): error is LucentError =>
    error instanceof LucentError && !(handler as Renderers).isDebuggingEnabled(ctx)

  prototype.renderErrorAsJSON = async function (error, ctx) {
    if (!hides(this, error, ctx)) return renderErrorAsJSON.call(this, error, ctx)
    ctx.response.status(error.status).send({ message: publicMessage(error), code: error.code })
  }
  prototype.renderErrorAsJSONAPI = function (error, ctx) {
    const shown = hides(this, error, ctx) ? publicView(error) : error
    return renderErrorAsJSONAPI.call(this, shown, ctx)
  }
  prototype.renderErrorAsHTML = function (error, ctx) {
    const shown = hides(this, error, ctx) ? publicView(error) : error
    return renderErrorAsHTML.call(this, shown, ctx)
  }
}
