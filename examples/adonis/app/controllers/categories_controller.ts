import type { HttpContext } from '@adonisjs/core/http'
import Category from '#models/category'
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
