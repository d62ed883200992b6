import { compose } from '@adonisjs/core/helpers'
import hash from '@adonisjs/core/services/hash'
import { type AccessToken, DbAccessTokensProvider, withAuthFinder } from 'lucent-odm/auth'
import { UserSchema } from '#database/schema'

export default class User extends compose(UserSchema, withAuthFinder(hash)) {
  static accessTokens = DbAccessTokensProvider.forModel(User)
  declare currentAccessToken?: AccessToken

  get initials() {
    const [first, last] = this.fullName ? this.fullName.split(' ') : this.email.split('@')
    if (first && last) return `${first.charAt(0)}${last.charAt(0)}`.toUpperCase()
    return `${first?.slice(0, 2)}`.toUpperCase()
  }
}
