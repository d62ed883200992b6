import vine from '@vinejs/vine'
import Category from '#models/category'

const STATUSES = ['draft', 'published', 'archived'] as const

const categoryId = () => vine.string().mongoExists({ model: Category, column: 'id' })

const tags = () => vine.array(vine.string().trim().maxLength(40)).maxLength(20)

export const createPostValidator = vine.create({
  title: vine.string().maxLength(200),
  body: vine.string().maxLength(100_000),
  tags: tags().optional(),
  categoryId: categoryId().optional(),
  status: vine.enum(STATUSES).optional(),
})

export const updatePostValidator = vine.create({
  title: vine.string().maxLength(200).optional(),
  body: vine.string().maxLength(100_000).optional(),
  tags: tags().optional(),
  categoryId: categoryId().optional(),
  status: vine.enum(STATUSES).optional(),
})

export const listPostsValidator = vine.create({
  limit: vine.number().min(1).max(100).optional(),
  after: vine.string().optional(),
  before: vine.string().optional(),
  search: vine.string().optional(),
})
