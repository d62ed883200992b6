import {
  afterSave,
  BaseModel,
  beforeCreate,
  beforeFetch,
  column,
  type ModelQueryBuilder,
} from 'lucent-odm'

export default class User extends BaseModel {
  @column()
  public email: string

  @column()
  public status: string

  @column()
  public credits: number

  @beforeCreate()
  public static setDefaultValues(user: User) {
    // user is specifically typed as User
    if (!user.status) {
      user.status = 'pending'
    }
    if (user.credits === undefined) {
      user.credits = 0 // Access specific User properties with intellisense
    }
  }

  @afterSave()
  public static logSave(user: User) {
    // user is specifically typed as User
    console.log(`User ${user.email} with status ${user.status} saved.`)
  }

  @beforeFetch()
  public static onlyActiveUsers(query: ModelQueryBuilder<User>) {
    // query is ModelQueryBuilder<User>
    query.where('status', 'active') // Use query builder methods with intellisense
  }
}
