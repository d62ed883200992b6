import { Exception } from '@adonisjs/core/exceptions'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'

/** For those who have logged in. */
export default class AuthMiddleware {
  handle({ user }: HttpContext, next: NextFn) {
    if (!user) throw new Exception('Log in first', { status: 401, code: 'E_UNAUTHORIZED' })
    return next()
  }
}
