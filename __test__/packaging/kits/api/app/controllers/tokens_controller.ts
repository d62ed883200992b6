import type { HttpContext } from '@adonisjs/core/http'
import User from '#models/user'

/** What the kit does not have: tokens with abilities and an end, and what they allow. */
export default class TokensController {
  async index({ auth }: HttpContext) {
    return User.accessTokens.all(auth.getUserOrFail())
  }

  async store({ auth, request }: HttpContext) {
    const { abilities, expiresIn } = request.all()
    return User.accessTokens.create(auth.getUserOrFail(), abilities, { expiresIn })
  }

  rename({ auth, request }: HttpContext) {
    const user = auth.use('api').getUserOrFail()
    user.currentAccessToken.authorize('profile:write')
    return user.merge({ fullName: request.input('fullName') }).save()
  }

  basic({ auth }: HttpContext) {
    const email: string = auth.use('basic').getUserOrFail().email
    return { email }
  }
}
