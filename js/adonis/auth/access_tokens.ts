/** Users of the access tokens guard. */
import { symbols } from '@adonisjs/auth'
import type { AccessToken } from '@adonisjs/auth/access_tokens'
import type { AccessTokensUserProviderContract } from '@adonisjs/auth/types/access_tokens'
import { configProvider } from '@adonisjs/core'
import type { Secret } from '@adonisjs/core/helpers'
import type { ConfigProvider } from '@adonisjs/core/types'
import { type BaseModel, errors, type ModelConstructor } from 'lucent-odm'
import type { AccessTokensProviderContract, NewAccessTokenOptions } from './tokens/access_tokens.ts'
import { TokensProvider } from './tokens/provider.ts'
import { findUser, type GuardUser, guardUser, type Identifier, type ModelImport } from './users.ts'

/** A model whose static property `Property` keeps access tokens. */
export type TokenableModel<Property extends string> = ModelConstructor & {
  readonly [Name in Property]: AccessTokensProviderContract
}

/** Options of `tokensUserProvider()`. */
export interface TokensUserProviderOptions<
  Property extends string,
  Model extends TokenableModel<Property>,
> {
  /** Name of the model's static property that keeps the tokens. */
  tokens: Property
  model: ModelImport<Model>
}

/** Finds the users of the access tokens guard by their tokens. */
export class AccessTokensMongoUserProvider<
  Property extends string,
  Model extends TokenableModel<Property>,
> implements AccessTokensUserProviderContract<InstanceType<Model>>
{
  declare [symbols.PROVIDER_REAL_USER]: InstanceType<Model>
  protected readonly options: TokensUserProviderOptions<Property, Model>

  constructor(options: TokensUserProviderOptions<Property, Model>) {
    this.options = options
  }

  protected async getModel(): Promise<Model> {
    return (await this.options.model()).default
  }

  /** Errors: `E_CONFIGURATION` for a model without that property. */
  protected async getTokensProvider(): Promise<AccessTokensProviderContract> {
    const model = await this.getModel()
    const { tokens: property } = this.options
    const provider: AccessTokensProviderContract | undefined = model[property]
    TokensProvider.ensureOwn(model, property, provider)
    if (provider !== undefined) return provider
    throw new errors.E_CONFIGURATION(
      `${model.name}.${property} keeps no access tokens; add ` +
        `"static ${property} = MongoAccessTokensProvider.forModel(${model.name})" to the model`,
      { model: model.name, operation: 'authenticate' },
    )
  }

  async createUserForGuard(user: InstanceType<Model>): Promise<GuardUser<InstanceType<Model>>> {
    return guardUser(await this.getModel(), user)
  }

  async createToken(
    user: InstanceType<Model>,
    abilities?: string[],
    options?: NewAccessTokenOptions,
  ): Promise<AccessToken> {
    const owner: unknown = user
    return (await this.getTokensProvider()).create(owner as BaseModel, abilities, options)
  }

  async invalidateToken(tokenValue: Secret<string>): Promise<boolean> {
    return (await this.getTokensProvider()).invalidate(tokenValue)
  }

  /** The user whose primary key a token has; `null` for anything else. */
  async findById(identifier: Identifier): Promise<GuardUser<InstanceType<Model>> | null> {
    return findUser(await this.getModel(), identifier)
  }

  async verifyToken(tokenValue: Secret<string>): Promise<AccessToken | null> {
    return (await this.getTokensProvider()).verify(tokenValue)
  }
}

/**
 * The users of the access tokens guard, for `config/auth.ts`.
 *
 * @example
 * api: tokensGuard({
 *   provider: tokensUserProvider({ tokens: 'accessTokens', model: () => import('#models/user') }),
 * })
 */
export function tokensUserProvider<Property extends string, Model extends TokenableModel<Property>>(
  options: TokensUserProviderOptions<Property, Model>,
): ConfigProvider<AccessTokensMongoUserProvider<Property, Model>> {
  return configProvider.create(async () => new AccessTokensMongoUserProvider(options))
}
