import type { HttpContext } from '@adonisjs/core/http'
import User from '#models/user'
import { registerValidator } from '#validators/user'

export default class UsersController {
  async store({ request, response }: HttpContext) {
    const user = await User.create(await request.validateUsing(registerValidator))
    return response.created(user)
  }

  me({ auth }: HttpContext) {
    return auth.getUserOrFail()
  }
}
