import { HttpContext } from '@adonisjs/core/http'
import type { BelongsTo, HasMany } from 'lucent-odm'
import {
  afterSave,
  BaseModel,
  beforeDelete,
  beforeFetch,
  beforeFind,
  beforeSave,
  beforeUpdate,
  belongsTo,
  column,
  hasMany,
  index,
  type ModelQueryBuilder,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import TransitionException from '#exceptions/transition_exception'
import Category from '#models/category'
import Comment from '#models/comment'
import User from '#models/user'
import { trace } from '#services/trace'

export type PostStatus = 'draft' | 'published' | 'archived'

/** What may follow a status. */
const TRANSITIONS: Record<PostStatus, readonly PostStatus[]> = {
  draft: ['published'],
  published: ['draft', 'archived'],
  archived: [],
}

export default class Post extends BaseModel {
  static override indexes = [
    index<Post>({ keys: { status: 1, publishedAt: -1, id: 1 } }),
    index<Post>({ keys: { authorId: 1, publishedAt: -1, id: 1 } }),
  ]

  @column({ isPrimary: true })
  declare id: string

  @column.objectId()
  declare authorId: string

  @column.objectId({ index: true })
  declare categoryId: string | null

  @column()
  declare title: string

  @column()
  declare body: string

  @column()
  declare tags: string[]

  @column()
  declare status: PostStatus

  @column.dateTime()
  declare publishedAt: DateTime | null

  /** Who saved it last. */
  @column.objectId()
  declare updatedBy: string | null

  /** Refuses to save over what somebody else has saved meanwhile. */
  @column.version()
  declare version: number

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @column.dateTime({ autoCreate: true, autoUpdate: true })
  declare updatedAt: DateTime

  @belongsTo(() => User, { foreignKey: 'authorId' })
  declare author: BelongsTo<typeof User>

  @belongsTo(() => Category)
  declare category: BelongsTo<typeof Category> | null

  @hasMany(() => Comment, { onDelete: 'cascade' })
  declare comments: HasMany<typeof Comment>

  /** Readers see what is published, and what is their own. Outside of requests everything is seen. */
  @beforeFind()
  @beforeFetch()
  static onlyVisible(query: ModelQueryBuilder<Post>) {
    trace('Post.onlyVisible')
    const context = HttpContext.get()
    if (context === null) return
    const { user } = context.auth
    query.where((group) => {
      group.where('status', 'published')
      if (user) group.orWhere('authorId', user.id)
    })
  }

  @beforeUpdate()
  static checkTransition(post: Post) {
    trace('Post.checkTransition')
    if (!post.isDirty('status')) return
    const from = post.$original.status as PostStatus
    if (!TRANSITIONS[from].includes(post.status)) throw new TransitionException(from, post.status)
  }

  /** `false` refuses: the client gets a 422. */
  @beforeSave()
  static refuseEmptyTitle(post: Post) {
    trace('Post.refuseEmptyTitle')
    return post.title.trim() !== ''
  }

  @beforeSave()
  static setPublishedAt(post: Post) {
    trace('Post.setPublishedAt')
    if (!post.isDirty('status')) return
    if (post.status === 'published') post.publishedAt = DateTime.now()
    if (post.status === 'draft') post.publishedAt = null
  }

  @beforeSave()
  static setUpdatedBy(post: Post) {
    const user = HttpContext.get()?.auth.user
    trace('Post.setUpdatedBy', user?.handle ?? 'nobody')
    post.updatedBy = user?.id ?? null
  }

  @afterSave()
  static logSave(post: Post) {
    trace('Post.logSave', `"${post.title}" is ${post.status}`)
  }

  @beforeDelete()
  static keepPublished(post: Post) {
    trace('Post.keepPublished')
    return post.status !== 'published'
  }
}
