import type { HttpContext } from '@adonisjs/core/http'
import type User from '#models/user'

export default class DashboardController {
  show({ auth }: HttpContext) {
    const user: User = auth.getUserOrFail()
    return { email: user.email, viaRemember: auth.use('web').viaRemember }
  }
}
