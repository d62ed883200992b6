import { compose } from '@adonisjs/core/helpers'
import hash from '@adonisjs/core/services/hash'
import type { HasMany } from 'lucent-odm'
import { afterCreate, BaseModel, beforeSave, column, hasMany } from 'lucent-odm'
import { MongoAccessTokensProvider, withAuthFinder } from 'lucent-odm/auth'
import type { DateTime } from 'luxon'
import Post from '#models/post'
import { trace } from '#services/trace'

/** Hashes the password, and finds and verifies who logs in. */
const AuthFinder = withAuthFinder(hash)

export default class User extends compose(BaseModel, AuthFinder) {
  static accessTokens = MongoAccessTokensProvider.forModel(User, { expiresIn: '2 hours' })

  @column({ isPrimary: true })
  declare id: string

  @column({ unique: true })
  declare handle: string

  /** Stored encrypted; found by the keyed hash beside it, which has the unique index. */
  @column.encrypted({ blind: { normalize: ['trim', 'lowercase'], unique: true }, unique: true })
  declare email: string

  /** Stored as a hash, and in no JSON. */
  @column({ serializeAs: null })
  declare password: string

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @column.dateTime({ autoCreate: true, autoUpdate: true })
  declare updatedAt: DateTime

  @hasMany(() => Post, { foreignKey: 'authorId' })
  declare posts: HasMany<typeof Post>

  @beforeSave()
  static tidyHandle(user: User) {
    trace('User.tidyHandle')
    if (user.isDirty('handle')) user.handle = user.handle.toLowerCase()
  }

  @afterCreate()
  static welcome(user: User) {
    trace('User.welcome', `hello, ${user.handle}`)
  }
}
