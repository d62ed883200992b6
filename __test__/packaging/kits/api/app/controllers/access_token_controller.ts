import type { HttpContext } from '@adonisjs/core/http'
import User from '#models/user'
import { loginValidator } from '#validators/user'

export default class AccessTokenController {
  async store({ request }: HttpContext) {
    const { email, password } = await request.validateUsing(loginValidator)
    const user = await User.verifyCredentials(email, password)
    return User.accessTokens.create(user, request.input('abilities'), {
      expiresIn: request.input('expiresIn'),
    })
  }

  async index({ auth }: HttpContext) {
    return User.accessTokens.all(auth.getUserOrFail())
  }

  async destroy({ auth }: HttpContext) {
    const user = auth.getUserOrFail()
    if (user.currentAccessToken) {
      await User.accessTokens.delete(user, user.currentAccessToken.identifier)
    }
    return { message: 'Logged out' }
  }
}
