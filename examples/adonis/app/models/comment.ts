import type { BelongsTo } from 'lucent-odm'
import { BaseModel, belongsTo, column, index } from 'lucent-odm'
import type { DateTime } from 'luxon'
import Post from '#models/post'
import User from '#models/user'

export default class Comment extends BaseModel {
  static override indexes = [index<Comment>({ keys: { postId: 1, createdAt: -1, id: -1 } })]

  @column({ isPrimary: true })
  declare id: string

  @column.objectId()
  declare postId: string

  @column.objectId()
  declare authorId: string

  @column()
  declare content: string

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @belongsTo(() => Post)
  declare post: BelongsTo<typeof Post>

  @belongsTo(() => User, { foreignKey: 'authorId' })
  declare author: BelongsTo<typeof User>
}
