import type { HttpContext } from '@adonisjs/core/http'
import User from '#models/user'

export default class SessionController {
  async create({ view }: HttpContext) {
    return view.render('pages/auth/login')
  }

  async store({ request, auth, response }: HttpContext) {
    const { email, password, rememberMe } = request.all()
    const user = await User.verifyCredentials(email, password)

    await auth.use('web').login(user, rememberMe === 'on')
    response.redirect().toPath('/')
  }

  async destroy({ auth, response }: HttpContext) {
    await auth.use('web').logout()
    response.redirect().toPath('/login')
  }
}
