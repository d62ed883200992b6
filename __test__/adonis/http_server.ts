import { once } from 'node:events'
import { createServer } from 'node:http'
import { ExceptionHandler, type HttpContext } from '@adonisjs/core/http'
import type { ApplicationService } from '@adonisjs/core/types'

/** What a request was answered with. */
export interface Answer {
  status: number
  text: string
  type: string
}

/** A running HTTP server of an application. */
export interface HttpServer {
  get(path: string, accept?: string): Promise<Answer>
  close(): Promise<void>
}

/**
 * Serves an application's routes with the exception handler given. Errors that it reports are
 * silent unless it says otherwise.
 */
export async function serve(
  app: ApplicationService,
  routes: Record<string, (ctx: HttpContext) => unknown>,
  Handler: typeof ExceptionHandler = QuietHandler,
): Promise<HttpServer> {
  const router = await app.container.make('router')
  for (const [path, handler] of Object.entries(routes)) router.get(path, handler)
  const server = await app.container.make('server')
  server.errorHandler(async () => ({ default: Handler }))
  await server.boot()
  const listener = createServer((request, response) => server.handle(request, response))
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    async get(path, accept = 'application/json') {
      const url = `http://127.0.0.1:${address.port}${path}`
      const response = await fetch(url, { headers: { accept } })
      return {
        status: response.status,
        text: await response.text(),
        type: response.headers.get('content-type') ?? '',
      }
    },
    async close() {
      listener.close()
      listener.closeAllConnections()
      await once(listener, 'close')
    },
  }
}

/** The framework's handler as in production, without a log. */
export class QuietHandler extends ExceptionHandler {
  protected override debug = false
  protected override reportErrors = false
}
