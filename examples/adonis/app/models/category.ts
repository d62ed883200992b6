import type { BelongsTo, HasMany } from 'lucent-odm'
import { BaseModel, belongsTo, column, hasMany } from 'lucent-odm'
import Post from '#models/post'

/** A tree: a category stands below another, or at the top. */
export default class Category extends BaseModel {
  @column({ isPrimary: true })
  declare id: string

  @column()
  declare name: string

  @column.objectId()
  declare parentId: string | null

  @belongsTo(() => Category, { foreignKey: 'parentId' })
  declare parent: BelongsTo<typeof Category> | null

  @hasMany(() => Category, { foreignKey: 'parentId' })
  declare children: HasMany<typeof Category>

  @hasMany(() => Post)
  declare posts: HasMany<typeof Post>
}
