import { ExceptionHandler } from '@adonisjs/core/http'
import app from '@adonisjs/core/services/app'

export default class HttpExceptionHandler extends ExceptionHandler {
  /** Debugging shows clients everything. */
  protected override debug = app.inDev
}
