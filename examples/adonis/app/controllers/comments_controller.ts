import type { HttpContext } from '@adonisjs/core/http'
import Post from '#models/post'
import { createCommentValidator } from '#validators/comment'

const WITH_AUTHOR = { relations: { author: { fields: ['id', 'handle'] } } }

export default class CommentsController {
  /** The newest first, each with who wrote it. */
  async index({ params }: HttpContext) {
    const post = await Post.findOrFail(params.id)
    const comments = await post
      .related('comments')
      .query()
      .preload('author')
      .orderBy('createdAt', 'desc')
      .orderBy('id', 'desc')
    return comments.map((comment) => comment.serialize(WITH_AUTHOR))
  }

  /** Whoever sees a post may say something to it. */
  async store({ request, response, params, auth }: HttpContext) {
    const { content } = await request.validateUsing(createCommentValidator)
    const post = await Post.findOrFail(params.id)
    const authorId = auth.getUserOrFail().id
    return response.created(await post.related('comments').create({ content, authorId }))
  }
}
