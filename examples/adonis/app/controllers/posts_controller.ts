import type { HttpContext } from '@adonisjs/core/http'
import { escapeLike } from 'lucent-odm'
import Post from '#models/post'
import { createPostValidator, listPostsValidator, updatePostValidator } from '#validators/post'

const NAMED = { fields: ['id', 'name'] }
/** Of who wrote a post, and of where it stands, readers get as much. */
const SHOWN = {
  relations: {
    author: { fields: ['id', 'handle'] },
    category: { ...NAMED, relations: { path: NAMED } },
  },
}

/** A post for a reader. */
function shown(post: Post) {
  return { ...post.serialize(SHOWN), comments: post.$extras.comments_count as number }
}

export default class PostsController {
  /** One page, and the cursors of those beside it. */
  async index({ request }: HttpContext) {
    const { limit, after, before, search } = await request.validateUsing(listPostsValidator)
    const query = Post.query()
      .preload('author')
      .preload('category')
      .withCount('comments')
      .orderBy('publishedAt', 'desc')
      .orderBy('id', 'desc')
    if (search) query.whereILike('title', `%${escapeLike(search)}%`)
    // Not validated: whatever a client sends is compared as it is, and never an operator.
    const status = request.input('status')
    if (status !== undefined) query.where('status', status)
    const page = await query.paginateCursor({ limit: limit ?? 10, after, before })
    return { meta: page.baseUrl('/posts').getMeta(), data: page.all().map(shown) }
  }

  /** The newest posts as text that the core writes, without a model for each. */
  async feed({ response }: HttpContext) {
    const text = await Post.query()
      .preload('author')
      .preload('category')
      .orderBy('publishedAt', 'desc')
      .orderBy('id', 'desc')
      .limit(100)
      .toJson(SHOWN)
    response.type('json').send(text)
  }

  async show({ params }: HttpContext) {
    const post = await Post.query()
      .where('id', params.id)
      .preload('author')
      .preload('category', (category) => category.preload('path'))
      .withCount('comments')
      .firstOrFail()
    return shown(post)
  }

  async store({ request, response, auth }: HttpContext) {
    const values = await request.validateUsing(createPostValidator)
    const { tags = [], status = 'draft', ...rest } = values
    const post = await Post.create({ ...rest, tags, status, authorId: auth.getUserOrFail().id })
    return response.created(post)
  }

  async update({ request, params, auth }: HttpContext) {
    const values = await request.validateUsing(updatePostValidator)
    const post = await Post.query()
      .where('id', params.id)
      .where('authorId', auth.getUserOrFail().id)
      .firstOrFail()
    return post.merge(values).save()
  }

  async destroy({ response, params, auth }: HttpContext) {
    const post = await Post.query()
      .where('id', params.id)
      .where('authorId', auth.getUserOrFail().id)
      .firstOrFail()
    await post.delete()
    return response.noContent()
  }
}
