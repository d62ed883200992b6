import { Exception } from '@adonisjs/core/exceptions'
import type { HttpContext } from '@adonisjs/core/http'
import { verifyPassword } from 'lucent-odm'
import User from '#models/user'
import { tokenFor } from '#services/tokens'
import { loginValidator } from '#validators/user'

export default class SessionController {
  async store({ request }: HttpContext) {
    const { email, password } = await request.validateUsing(loginValidator)
    const user = await User.findBy('email', email)
    if (!(await verifyPassword(user?.password, password)) || !user) {
      throw new Exception('Wrong e-mail address or password', {
        status: 401,
        code: 'E_CREDENTIALS',
      })
    }
    return { token: tokenFor(user) }
  }
}
