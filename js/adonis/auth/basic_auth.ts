/** Users of the basic auth guard. */
import { errors, symbols } from '@adonisjs/auth'
import type { BasicAuthUserProviderContract } from '@adonisjs/auth/types/basic_auth'
import { configProvider } from '@adonisjs/core'
import type { ConfigProvider } from '@adonisjs/core/types'
import type { BaseModel, ModelConstructor } from 'lucent-odm'
import { type GuardUser, guardUser, type ModelImport } from './users.ts'

/** A model that verifies credentials, as `withAuthFinder()` makes it. */
export type CredentialsModel = ModelConstructor & {
  verifyCredentials(uid: string, password: string): Promise<BaseModel>
}

/** Options of `basicAuthUserProvider()`. */
export interface BasicAuthUserProviderOptions<Model extends CredentialsModel> {
  model: ModelImport<Model>
}

/** Finds the users of the basic auth guard by their credentials. */
export class BasicAuthMongoUserProvider<Model extends CredentialsModel>
  implements BasicAuthUserProviderContract<InstanceType<Model>>
{
  declare [symbols.PROVIDER_REAL_USER]: InstanceType<Model>
  protected readonly options: BasicAuthUserProviderOptions<Model>

  constructor(options: BasicAuthUserProviderOptions<Model>) {
    this.options = options
  }

  protected async getModel(): Promise<Model> {
    return (await this.options.model()).default
  }

  async createUserForGuard(user: InstanceType<Model>): Promise<GuardUser<InstanceType<Model>>> {
    return guardUser(await this.getModel(), user)
  }

  /** The user with these credentials, or `null`. What else fails, the database say, is thrown. */
  async verifyCredentials(
    uid: string,
    password: string,
  ): Promise<GuardUser<InstanceType<Model>> | null> {
    const model = await this.getModel()
    try {
      const user = await model.verifyCredentials(uid, password)
      return guardUser(model, user as InstanceType<Model>)
    } catch (error) {
      if (error instanceof errors.E_INVALID_CREDENTIALS) return null
      throw error
    }
  }
}

/**
 * The users of the basic auth guard, for `config/auth.ts`.
 *
 * @example
 * basic: basicAuthGuard({
 *   provider: basicAuthUserProvider({ model: () => import('#models/user') }),
 * })
 */
export function basicAuthUserProvider<Model extends CredentialsModel>(
  options: BasicAuthUserProviderOptions<Model>,
): ConfigProvider<BasicAuthMongoUserProvider<Model>> {
  return configProvider.create(async () => new BasicAuthMongoUserProvider(options))
}
