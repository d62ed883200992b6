import {
  afterSave,
  BaseModel,
  beforeCreate,
  beforeFetch,
  column,
  type ModelQueryBuilder,
} from 'lucent-odm'
import { watchHooks } from '../show.ts'

export class User extends BaseModel {
  // For the demo's output; a model of yours has no need of it.
  static {
    watchHooks(User)
  }

  @column({ isPrimary: true })
  declare id: string

  @column()
  declare email: string

  @column()
  declare status: string

  @column()
  declare credits: number

  @beforeCreate()
  static setDefaultValues(user: User) {
    if (!user.status) {
      user.status = 'pending'
    }
    if (user.credits === undefined) {
      user.credits = 0
    }
  }

  @afterSave()
  static logSave(user: User) {
    console.log(`     User ${user.email} with status ${user.status} saved.`)
  }

  @beforeFetch()
  static onlyActiveUsers(query: ModelQueryBuilder<User>) {
    query.where('status', 'active')
  }
}
