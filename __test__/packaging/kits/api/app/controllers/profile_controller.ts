import type { HttpContext } from '@adonisjs/core/http'

export default class ProfileController {
  show({ auth }: HttpContext) {
    const user = auth.getUserOrFail()
    return { data: { ...user.serialize(), initials: user.initials } }
  }

  update({ auth, request }: HttpContext) {
    const user = auth.use('api').getUserOrFail()
    user.currentAccessToken.authorize('profile:write')
    return user.merge({ fullName: request.input('fullName') }).save()
  }

  basic({ auth }: HttpContext) {
    const email: string = auth.use('basic').getUserOrFail().email
    return { email }
  }
}
