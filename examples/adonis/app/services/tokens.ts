import encryption from '@adonisjs/core/services/encryption'
import type User from '#models/user'

const PURPOSE = 'session'

/** What a client shows to be this user, for two hours. */
export function tokenFor(user: User): string {
  return encryption.encrypt(user.id, { expiresIn: '2 hours', purpose: PURPOSE })
}

/** Id of the user whose token it is; null for anything else. */
export function userIdOf(token: string): string | null {
  return encryption.decrypt<string>(token, PURPOSE)
}
