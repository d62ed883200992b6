/** Remember-me tokens: they log users in anew whose session is over. */
import { errors as authErrors } from '@adonisjs/auth'
import { RememberMeToken } from '@adonisjs/auth/session'
import type { Secret } from '@adonisjs/core/helpers'
import type { BaseModel, ModelConstructor } from 'lucent-odm'
import { asKey, type Identifier } from '../users.ts'
import { TokensProvider, type TokensProviderOptions } from './provider.ts'
import type { TokenCallOptions, TokenRow } from './rows.ts'
import { isHashOf, sealed } from './sealed.ts'

/** What guards and user providers need of a model's remember-me tokens. */
export interface RememberMeTokensProviderContract {
  create(user: BaseModel, expiresIn: string | number): Promise<RememberMeToken>
  verify(tokenValue: Secret<string>): Promise<RememberMeToken | null>
  delete(user: BaseModel, identifier: Identifier): Promise<number>
  recycle(
    user: BaseModel,
    identifier: Identifier,
    expiresIn: string | number,
  ): Promise<RememberMeToken>
}

/**
 * Keeps remember-me tokens of a model's users, in the collection `remember_me_tokens` by default. As
 * with access tokens, only hashes are stored and calls may be part of a transaction.
 *
 * @example
 * class User extends compose(BaseModel, withAuthFinder(hash)) {
 *   static rememberMeTokens = MongoRememberMeTokensProvider.forModel(User)
 * }
 */
export class MongoRememberMeTokensProvider<Model extends ModelConstructor>
  extends TokensProvider<Model, RememberMeToken>
  implements RememberMeTokensProviderContract
{
  constructor(options: TokensProviderOptions<Model>) {
    super(options, 'remember_me_tokens')
  }

  /** The provider of a model's tokens, for a static property of the model. */
  static forModel<Model extends ModelConstructor>(
    model: Model,
    options?: Omit<TokensProviderOptions<Model>, 'tokenableModel'>,
  ): MongoRememberMeTokensProvider<Model> {
    return new MongoRememberMeTokensProvider({ ...options, tokenableModel: model })
  }

  protected tokenOf(row: TokenRow, secret?: Secret<string>): RememberMeToken {
    const token = new RememberMeToken({
      identifier: row.id,
      tokenableId: asKey(row.tokenableId) ?? '',
      hash: row.hash,
      createdAt: row.createdAt,
      updatedAt: row.updatedAt,
      // One that does not say when it expires has expired.
      expiresAt: row.expiresAt ?? new Date(0),
      ...(secret !== undefined && { secret }),
    })
    return sealed(token)
  }

  /** A new token of the user. Errors: `E_MODEL_NOT_PERSISTED` for a user who is not stored. */
  async create(
    user: InstanceType<Model>,
    expiresIn: string | number,
    options?: TokenCallOptions,
  ): Promise<RememberMeToken> {
    const { secret, hash, expiresAt } = RememberMeToken.createTransientToken(
      '',
      this.tokenSecretLength,
      expiresIn,
    )
    return this.tokenOf(await this.insert(user, { hash, expiresAt }, options), secret)
  }

  /** The token whose text this is; `null` for what is none, unknown, used up or expired. */
  async verify(
    tokenValue: Secret<string>,
    options?: TokenCallOptions,
  ): Promise<RememberMeToken | null> {
    const decoded = RememberMeToken.decode(tokenValue.release())
    if (decoded === null) return null
    const row = await this.row(decoded.identifier, options)
    if (row === null || !isHashOf(row.hash, decoded.secret)) return null
    const token = this.tokenOf(row)
    return token.isExpired() ? null : token
  }

  /**
   * A new token in the place of one of the user's. A token is good once: of calls at the same time
   * one gets the new token, and the others fail as those that come later do.
   *
   * Errors: `E_UNAUTHORIZED_ACCESS` of the framework where the token is not there (any more).
   */
  async recycle(
    user: InstanceType<Model>,
    identifier: Identifier,
    expiresIn: string | number,
    options?: TokenCallOptions,
  ): Promise<RememberMeToken> {
    if ((await this.delete(user, identifier, options)) === 0) {
      throw new authErrors.E_UNAUTHORIZED_ACCESS('Invalid or expired user session', {
        guardDriverName: 'session',
      })
    }
    return this.create(user, expiresIn, options)
  }
}
