import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import User from '#models/user'
import { userIdOf } from '#services/tokens'

declare module '@adonisjs/core/http' {
  interface HttpContext {
    /** Who the request is from; hooks of models see it. */
    user?: User
  }
}

/** Finds out who asks, for routes that answer anybody too. */
export default class AuthenticateMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    const [scheme, token] = ctx.request.header('authorization', '')?.split(' ') ?? []
    const id = scheme === 'Bearer' && token ? userIdOf(token) : null
    if (id !== null) {
      const user = await User.find(id)
      if (user) ctx.user = user
    }
    return next()
  }
}
