import type { HttpContext } from '@adonisjs/core/http'
import { BaseSerializer } from '@adonisjs/core/transformers'
import UserTransformer from '#transformers/user_transformer'

class ApiSerializer extends BaseSerializer<{ Wrap: 'data'; PaginationMetaData: object }> {
  wrap = 'data' as const
  definePaginationMetaData(metaData: object) {
    return metaData
  }
}

export default class ProfileController {
  async show({ auth }: HttpContext) {
    return new ApiSerializer().serialize(UserTransformer.transform(auth.getUserOrFail()))
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
