import vine from '@vinejs/vine'
import Category from '#models/category'

export const createCategoryValidator = vine.create({
  name: vine.string().trim().minLength(1).maxLength(80),
  parentId: vine.string().mongoExists({ model: Category, column: 'id' }).optional(),
})
