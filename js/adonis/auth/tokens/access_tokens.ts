/** Access tokens: opaque texts for clients of an API. */
import { AccessToken } from '@adonisjs/auth/access_tokens'
import type { Secret } from '@adonisjs/core/helpers'
import { type BaseModel, errors, type ModelConstructor } from 'lucent-odm'
import { asKey } from '../users.ts'
import { TokensProvider, type TokensProviderOptions } from './provider.ts'
import { clientFor, type TokenCallOptions, type TokenRow } from './rows.ts'
import { isHashOf, sealed } from './sealed.ts'

/** Options of `MongoAccessTokensProvider`. */
export interface AccessTokensOptions<Model extends ModelConstructor>
  extends TokensProviderOptions<Model> {
  /** When tokens expire: seconds, or a duration such as `'30 days'`. By default never. */
  expiresIn?: string | number
  /** Tells these tokens from others in the collection; `auth_token` by default. */
  type?: string
  /** What the text of a token starts with; `oat_` by default. */
  prefix?: string
}

/** What a new access token is given. */
export interface NewAccessTokenOptions extends TokenCallOptions {
  name?: string
  expiresIn?: string | number
}

/** What guards and user providers need of a model's access tokens. */
export interface AccessTokensProviderContract {
  create(
    user: BaseModel,
    abilities?: string[],
    options?: NewAccessTokenOptions,
  ): Promise<AccessToken>
  verify(tokenValue: Secret<string>): Promise<AccessToken | null>
  invalidate(tokenValue: Secret<string>): Promise<boolean>
}

/**
 * Keeps access tokens of a model's users, in the collection `auth_access_tokens` by default. Only a
 * hash of a token's secret is stored, and no token that this class answers has it.
 *
 * A call in a transaction is part of it: the one of `client`, or else of the user. Expired tokens are
 * refused; an index with `expireAfterSeconds: 0` on `expires_at` deletes them.
 *
 * @example
 * class User extends compose(BaseModel, withAuthFinder(hash)) {
 *   static accessTokens = MongoAccessTokensProvider.forModel(User, { expiresIn: '30 days' })
 * }
 * const token = await User.accessTokens.create(user, ['posts:write'])
 * token.value!.release() // oat_…
 */
export class MongoAccessTokensProvider<Model extends ModelConstructor>
  extends TokensProvider<Model, AccessToken>
  implements AccessTokensProviderContract
{
  protected readonly type: string
  protected readonly prefix: string
  protected readonly expiresIn: string | number | undefined

  constructor(options: AccessTokensOptions<Model>) {
    super(options, 'auth_access_tokens')
    this.type = options.type ?? 'auth_token'
    this.prefix = options.prefix ?? 'oat_'
    this.expiresIn = options.expiresIn
    if (this.prefix === '') {
      throw new errors.E_CONFIGURATION('access tokens need a prefix; leave it out for "oat_"')
    }
  }

  /** The provider of a model's tokens, for a static property of the model. */
  static forModel<Model extends ModelConstructor>(
    model: Model,
    options?: Omit<AccessTokensOptions<Model>, 'tokenableModel'>,
  ): MongoAccessTokensProvider<Model> {
    return new MongoAccessTokensProvider({ ...options, tokenableModel: model })
  }

  protected override get own(): Partial<Pick<TokenRow, 'tokenableType' | 'type'>> {
    return { ...super.own, type: this.type }
  }

  /** A stored token without abilities allows nothing. */
  protected tokenOf(row: TokenRow, secret?: Secret<string>): AccessToken {
    const { abilities } = row
    const token = new AccessToken({
      identifier: row.id,
      tokenableId: asKey(row.tokenableId) ?? '',
      type: row.type,
      name: row.name ?? null,
      hash: row.hash,
      abilities: Array.isArray(abilities) ? abilities.filter((one) => typeof one === 'string') : [],
      createdAt: row.createdAt,
      updatedAt: row.updatedAt,
      lastUsedAt: row.lastUsedAt ?? null,
      expiresAt: row.expiresAt ?? null,
      ...(secret !== undefined && { secret, prefix: this.prefix }),
    })
    return sealed(token)
  }

  /**
   * A new token of the user; its text is in `value`, this once. Abilities are `['*']`, all, unless
   * they are given. Errors: `E_MODEL_NOT_PERSISTED` for a user who is not stored.
   */
  async create(
    user: InstanceType<Model>,
    abilities: string[] = ['*'],
    options?: NewAccessTokenOptions,
  ): Promise<AccessToken> {
    const expiresIn = options?.expiresIn ?? this.expiresIn
    const { secret, hash, expiresAt } = AccessToken.createTransientToken(
      '',
      this.tokenSecretLength,
      expiresIn,
    )
    const values = {
      name: options?.name ?? null,
      hash,
      abilities: [...abilities],
      lastUsedAt: null,
      expiresAt: expiresAt ?? null,
    }
    return this.tokenOf(await this.insert(user, values, options), secret)
  }

  /**
   * The token whose text this is, after noting that it was used; `null` for anything else: texts that
   * are no token, unknown, revoked and expired ones.
   */
  async verify(
    tokenValue: Secret<string>,
    options?: TokenCallOptions,
  ): Promise<AccessToken | null> {
    const row = await this.#rowOf(tokenValue, options)
    if (row === null || this.tokenOf(row).isExpired()) return null
    const lastUsedAt = new Date()
    const [matched] = await this.rows
      .query(clientFor(options))
      .where('id', row.id)
      .update({ lastUsedAt })
    // Revoked in between.
    if (matched === 0) return null
    row.lastUsedAt = lastUsedAt
    return this.tokenOf(row)
  }

  /** Deletes the token whose text this is; answers whether there was one. */
  async invalidate(tokenValue: Secret<string>, options?: TokenCallOptions): Promise<boolean> {
    const row = await this.#rowOf(tokenValue, options)
    if (row === null) return false
    const [deleted] = await this.rows.query(clientFor(options)).where('id', row.id).delete()
    return deleted > 0
  }

  /** The stored token of a text whose secret is right. */
  async #rowOf(
    tokenValue: Secret<string>,
    options: TokenCallOptions | undefined,
  ): Promise<TokenRow | null> {
    const text: unknown = tokenValue.release()
    if (typeof text !== 'string' || !text.startsWith(this.prefix)) return null
    // The framework takes a prefix for a pattern, in which some characters mean more.
    const decoded = AccessToken.decode('', text.slice(this.prefix.length))
    if (decoded === null) return null
    const row = await this.row(decoded.identifier, options)
    return row !== null && isHashOf(row.hash, decoded.secret) ? row : null
  }
}
