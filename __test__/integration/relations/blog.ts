/** Models with a relation of each kind. */
import {
  BaseModel,
  type BelongsTo,
  belongsTo,
  column,
  type HasMany,
  type HasManyThrough,
  type HasOne,
  hasMany,
  hasManyThrough,
  hasOne,
  type ManyToMany,
  manyToMany,
} from 'lucent-odm'
import type { DateTime } from 'luxon'

export class Country extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @hasMany(() => User) declare users: HasMany<typeof User>
  @hasManyThrough([() => Post, () => User]) declare posts: HasManyThrough<typeof Post>
}

export class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column.objectId() declare countryId: string | null
  @belongsTo(() => Country) declare country: BelongsTo<typeof Country> | null
  @hasOne(() => Profile) declare profile: HasOne<typeof Profile> | null
  @hasMany(() => Post) declare posts: HasMany<typeof Post>
  @manyToMany(() => Skill, { pivotColumns: ['level'], pivotTimestamps: true })
  declare skills: ManyToMany<typeof Skill>
}

export class Profile extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare userId: string
  @column() declare bio: string
  @belongsTo(() => User) declare user: BelongsTo<typeof User>
}

export class Post extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @column() declare likes: number
  @column.objectId() declare userId: string | null
  @column.objectId() declare tagIds: string[]
  @column.dateTime({ autoCreate: true, autoUpdate: true }) declare updatedAt: DateTime
  @belongsTo(() => User) declare user: BelongsTo<typeof User> | null
  @manyToMany(() => Tag, { foreignKeys: 'tagIds' }) declare tags: ManyToMany<typeof Tag>
}

export class Tag extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @manyToMany(() => Post, { relatedForeignKeys: 'tagIds' }) declare posts: ManyToMany<typeof Post>
}

export class Skill extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @manyToMany(() => User) declare users: ManyToMany<typeof User>
}

export const MODELS = [Country, User, Profile, Post, Tag, Skill] as const
