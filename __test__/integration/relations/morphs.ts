/** Models with relations to rows of several models. */
import {
  BaseModel,
  column,
  type HasMany,
  hasMany,
  type MorphMany,
  type MorphOne,
  type MorphTo,
  morphMany,
  morphOne,
  morphTo,
} from 'lucent-odm'

class Morphing extends BaseModel {
  static override morphMap = { post: () => Post, video: () => Video }
}

export class Post extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @morphMany(() => Comment, { name: 'commentable' }) declare comments: MorphMany<typeof Comment>
  @morphOne(() => Image, { name: 'owner', typeKey: 'kind', foreignKey: 'ownedBy' })
  declare image: MorphOne<typeof Image> | null
}

export class Video extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @morphMany(() => Comment, { name: 'commentable' }) declare comments: MorphMany<typeof Comment>
  @hasMany(() => Chapter) declare chapters: HasMany<typeof Chapter>
}

export class Chapter extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare videoId: string
  @column() declare title: string
}

export class Comment extends Morphing {
  @column({ isPrimary: true }) declare id: string
  @column() declare text: string
  @column() declare commentableType: string | null
  @column.objectId() declare commentableId: string | null
  @morphTo() declare commentable: MorphTo<typeof Post | typeof Video> | null
}

export class Image extends Morphing {
  @column({ isPrimary: true }) declare id: string
  @column() declare url: string
  @column() declare kind: string | null
  @column.objectId() declare ownedBy: string | null
  @morphTo({ typeKey: 'kind', foreignKey: 'ownedBy' })
  declare owner: MorphTo<typeof Post | typeof Video> | null
}

export const MODELS = [Post, Video, Chapter, Comment, Image] as const
