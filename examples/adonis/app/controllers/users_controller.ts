import type { HttpContext } from '@adonisjs/core/http'
import User from '#models/user'
import { registerValidator } from '#validators/user'

export default class UsersController {
  async store({ request, response }: HttpContext) {
    const user = await User.create(await request.validateUsing(registerValidator))
    return response.created(user)
  }

  /** Somebody's page: how much they wrote, and the newest of it. */
  async show({ params }: HttpContext) {
    const user = await User.query()
      .where('handle', params.handle)
      .withCount('posts', (posts) => posts.where('status', 'published'))
      .preload('posts', (posts) => {
        posts.where('status', 'published').groupOrderBy('publishedAt', 'desc').groupLimit(3)
      })
      .firstOrFail()
    return {
      ...user.serialize({
        fields: ['id', 'handle'],
        relations: { posts: { fields: ['id', 'title', 'publishedAt'] } },
      }),
      published: user.$extras.posts_count,
    }
  }

  /** Who has published something that others have commented on. */
  async discussed() {
    const users = await User.query()
      .whereHas('posts', (posts) => posts.where('status', 'published').has('comments'))
      .orderBy('handle')
    return users.map((user) => user.serialize({ fields: ['id', 'handle'] }))
  }

  me({ auth }: HttpContext) {
    return auth.getUserOrFail()
  }
}
