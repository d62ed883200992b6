import { BaseModel, column } from 'lucent-odm'
import type { DateTime } from 'luxon'

/** The tokens of users, which the guard reads and writes: here for their indexes. */
export default class AccessToken extends BaseModel {
  static override collection = 'auth_access_tokens'

  @column.objectId({ index: true })
  declare tokenableId: string

  /** MongoDB deletes tokens when they have expired. */
  @column.dateTime({ index: { expireAfter: 0 } })
  declare expiresAt: DateTime | null
}
