import type { BelongsTo, HasMany, TreeRows } from 'lucent-odm'
import { BaseModel, belongsTo, breadcrumbs, column, descendants, hasMany } from 'lucent-odm'
import Post from '#models/post'

/** A tree: a category stands below another, or at the top. */
export default class Category extends BaseModel {
  @column({ isPrimary: true })
  declare id: string

  @column()
  declare name: string

  @column.objectId({ index: true })
  declare parentId: string | null

  @belongsTo(() => Category, { foreignKey: 'parentId' })
  declare parent: BelongsTo<typeof Category> | null

  @hasMany(() => Category, { foreignKey: 'parentId', onDelete: 'restrict' })
  declare children: HasMany<typeof Category>

  /** From the top to the category itself. */
  @breadcrumbs('parent')
  declare path: TreeRows<typeof Category>

  @descendants('children')
  declare below: TreeRows<typeof Category>

  @hasMany(() => Post, { onDelete: 'nullify' })
  declare posts: HasMany<typeof Post>
}
