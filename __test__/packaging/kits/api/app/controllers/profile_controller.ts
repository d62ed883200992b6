import type { HttpContext } from '@adonisjs/core/http'

export default class ProfileController {
  show({ auth }: HttpContext) {
    const user = auth.getUserOrFail()
    return { data: { ...user.serialize(), initials: user.initials } }
  }
}
