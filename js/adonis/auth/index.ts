/**
 * `@adonisjs/auth` for models of this package: users of its guards, their tokens and their passwords.
 * The names that AdonisJS' starter kits import are here too, so that a kit's imports change in their
 * module only.
 */
export { AccessToken, tokensGuard } from '@adonisjs/auth/access_tokens'
export { basicAuthGuard } from '@adonisjs/auth/basic_auth'
export { RememberMeToken, sessionGuard } from '@adonisjs/auth/session'
export {
  AccessTokensMongoUserProvider,
  type TokenableModel,
  type TokensUserProviderOptions,
  tokensUserProvider,
} from './access_tokens.ts'
export {
  BasicAuthMongoUserProvider,
  type BasicAuthUserProviderOptions,
  basicAuthUserProvider,
  type CredentialsModel,
} from './basic_auth.ts'
export {
  type AuthFinderClass,
  type AuthFinderMembers,
  type AuthFinderOptions,
  type AuthFinderStatics,
  type HashSource,
  type PasswordHasher,
  withAuthFinder,
} from './finder.ts'
export {
  type SessionModel,
  SessionMongoUserProvider,
  type SessionUserProviderOptions,
  sessionUserProvider,
} from './session.ts'
export {
  type AccessTokensOptions,
  type AccessTokensProviderContract,
  MongoAccessTokensProvider,
  MongoAccessTokensProvider as DbAccessTokensProvider,
  type NewAccessTokenOptions,
} from './tokens/access_tokens.ts'
export type { TokensProviderOptions } from './tokens/provider.ts'
export {
  MongoRememberMeTokensProvider,
  MongoRememberMeTokensProvider as DbRememberMeTokensProvider,
  type RememberMeTokensProviderContract,
} from './tokens/remember_me_tokens.ts'
export type { TokenCallOptions } from './tokens/rows.ts'
export type { GuardUser, ModelImport, UserKey } from './users.ts'
