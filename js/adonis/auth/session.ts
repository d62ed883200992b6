/** Users of the session guard. */
import { symbols } from '@adonisjs/auth'
import type { RememberMeToken } from '@adonisjs/auth/session'
import type { SessionWithTokensUserProviderContract } from '@adonisjs/auth/types/session'
import { configProvider } from '@adonisjs/core'
import type { Secret } from '@adonisjs/core/helpers'
import type { ConfigProvider } from '@adonisjs/core/types'
import { errors, type ModelConstructor } from 'lucent-odm'
import { TokensProvider } from './tokens/provider.ts'
import type { RememberMeTokensProviderContract } from './tokens/remember_me_tokens.ts'
import { findUser, type GuardUser, guardUser, type Identifier, type ModelImport } from './users.ts'

/** A model whose users log in with a session. */
export type SessionModel = ModelConstructor & {
  readonly rememberMeTokens?: RememberMeTokensProviderContract
}

/** Options of `sessionUserProvider()`. */
export interface SessionUserProviderOptions<Model extends SessionModel> {
  model: ModelImport<Model>
}

/** Finds the users of the session guard, and keeps their remember-me tokens. */
export class SessionMongoUserProvider<Model extends SessionModel>
  implements SessionWithTokensUserProviderContract<InstanceType<Model>>
{
  declare [symbols.PROVIDER_REAL_USER]: InstanceType<Model>
  protected readonly options: SessionUserProviderOptions<Model>

  constructor(options: SessionUserProviderOptions<Model>) {
    this.options = options
  }

  protected async getModel(): Promise<Model> {
    return (await this.options.model()).default
  }

  /** Errors: `E_CONFIGURATION` for a model without `rememberMeTokens`. */
  protected async getTokensProvider(): Promise<RememberMeTokensProviderContract> {
    const model = await this.getModel()
    const { rememberMeTokens, name } = model
    TokensProvider.ensureOwn(model, 'rememberMeTokens', rememberMeTokens)
    if (rememberMeTokens !== undefined) return rememberMeTokens
    throw new errors.E_CONFIGURATION(
      `${name} has no remember-me tokens; add ` +
        `"static rememberMeTokens = MongoRememberMeTokensProvider.forModel(${name})" to it`,
      { model: name, operation: 'authenticate' },
    )
  }

  async createUserForGuard(user: InstanceType<Model>): Promise<GuardUser<InstanceType<Model>>> {
    return guardUser(await this.getModel(), user)
  }

  /** The user whose primary key a session has; `null` for anything else. */
  async findById(identifier: Identifier): Promise<GuardUser<InstanceType<Model>> | null> {
    return findUser(await this.getModel(), identifier)
  }

  async createRememberToken(
    user: InstanceType<Model>,
    expiresIn: string | number,
  ): Promise<RememberMeToken> {
    return (await this.getTokensProvider()).create(user, expiresIn)
  }

  async verifyRememberToken(tokenValue: Secret<string>): Promise<RememberMeToken | null> {
    return (await this.getTokensProvider()).verify(tokenValue)
  }

  async recycleRememberToken(
    user: InstanceType<Model>,
    tokenIdentifier: Identifier,
    expiresIn: string | number,
  ): Promise<RememberMeToken> {
    return (await this.getTokensProvider()).recycle(user, tokenIdentifier, expiresIn)
  }

  /** The name is the framework's. */
  async deleteRemeberToken(
    user: InstanceType<Model>,
    tokenIdentifier: Identifier,
  ): Promise<number> {
    return (await this.getTokensProvider()).delete(user, tokenIdentifier)
  }
}

/**
 * The users of the session guard, for `config/auth.ts`. With `useRememberMeTokens: true` the model
 * needs a static property `rememberMeTokens`.
 *
 * @example
 * web: sessionGuard({
 *   useRememberMeTokens: false,
 *   provider: sessionUserProvider({ model: () => import('#models/user') }),
 * })
 */
export function sessionUserProvider<Model extends SessionModel>(
  options: SessionUserProviderOptions<Model>,
): ConfigProvider<SessionMongoUserProvider<Model>> {
  return configProvider.create(async () => new SessionMongoUserProvider(options))
}
