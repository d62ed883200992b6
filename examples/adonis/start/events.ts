import emitter from '@adonisjs/core/services/emitter'

emitter.on('http:request_completed', ({ ctx, duration: [seconds, nanoseconds] }) => {
  const { request, response, logger } = ctx
  logger.info(
    {
      method: request.method(),
      url: request.url(),
      status: response.getStatus(),
      milliseconds: seconds * 1e3 + nanoseconds / 1e6,
    },
    'request completed',
  )
})
