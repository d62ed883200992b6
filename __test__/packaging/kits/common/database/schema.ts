import { BaseModel, column } from 'lucent-odm'
import type { DateTime } from 'luxon'

/** Lucid writes a class for each table; nothing uses this one. */
export class AuthAccessTokenSchema extends BaseModel {
  static $columns = ['id', 'tokenableId', 'abilities', 'createdAt'] as const
  $columns = AuthAccessTokenSchema.$columns

  @column({ isPrimary: true })
  declare id: string

  @column()
  declare tokenableId: number

  @column()
  declare abilities: string

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime | null
}

export class UserSchema extends BaseModel {
  static $columns = ['id', 'fullName', 'email', 'password', 'createdAt', 'updatedAt'] as const
  $columns = UserSchema.$columns

  @column({ isPrimary: true })
  declare id: string

  @column()
  declare fullName: string | null

  @column()
  declare email: string

  @column({ serializeAs: null })
  declare password: string

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @column.dateTime({ autoCreate: true, autoUpdate: true })
  declare updatedAt: DateTime | null
}
