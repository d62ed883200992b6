import { HttpContext } from '@adonisjs/core/http'
import logger from '@adonisjs/core/services/logger'

/** Logs that a hook runs, with the id of the request that it runs for. */
export function trace(hook: string, message = ''): void {
  const { logger: own = logger } = HttpContext.get() ?? {}
  own.debug({ hook }, message)
}
