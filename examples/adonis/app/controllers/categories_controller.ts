import type { HttpContext } from '@adonisjs/core/http'
import Category from '#models/category'
import Post from '#models/post'
import { createCategoryValidator } from '#validators/category'

export default class CategoriesController {
  /** Those at the top, each with those right below it, and how many posts there are. */
  async index() {
    const categories = await Category.query()
      .whereNull('parentId')
      .orderBy('name')
      .preload('children', (children) => children.orderBy('name').withCount('posts'))
      .withCount('posts')
    return categories.map(summaryOf)
  }

  /** The way from the top, and what was published at the category or below it. */
  async show({ params }: HttpContext) {
    const category = await Category.query()
      .where('id', params.id)
      .preload('path')
      .preload('below')
      .firstOrFail()
    const ids = [category, ...category.below].map(({ id }) => id)
    const posts = await Post.query()
      .whereIn('categoryId', ids)
      .orderBy('publishedAt', 'desc')
      .limit(20)
    return {
      breadcrumbs: category.path.map(({ name }) => name),
      posts: posts.map((post) => post.serialize({ fields: ['id', 'title'] })),
    }
  }

  async destroy({ params, response }: HttpContext) {
    const category = await Category.findOrFail(params.id)
    await category.delete()
    return response.noContent()
  }

  async store({ request, response }: HttpContext) {
    return response.created(
      await Category.create(await request.validateUsing(createCategoryValidator)),
    )
  }
}

interface Summary {
  id: string
  name: string
  posts: number
  children?: Summary[]
}

function summaryOf({ id, name, children, $extras }: Category): Summary {
  const posts = $extras.posts_count as number
  return { id, name, posts, ...(children && { children: children.map(summaryOf) }) }
}
