/** Guards know users as the model that they are. */
import { defineConfig } from '@adonisjs/auth'
import type {} from '@adonisjs/auth/initialize_auth_middleware'
import type { InferAuthEvents, InferAuthenticators } from '@adonisjs/auth/types'
import { compose, type Secret } from '@adonisjs/core/helpers'
import type { HttpContext } from '@adonisjs/core/http'
import hash from '@adonisjs/core/services/hash'
import { BaseModel, column, type TransactionClient } from 'lucent-odm'
import {
  type AccessToken,
  type AuthFinderClass,
  basicAuthGuard,
  basicAuthUserProvider,
  type DbAccessTokensProvider,
  MongoAccessTokensProvider,
  MongoRememberMeTokensProvider,
  type RememberMeToken,
  sessionGuard,
  sessionUserProvider,
  tokensGuard,
  tokensUserProvider,
  withAuthFinder,
} from 'lucent-odm/auth'

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(..._equal: Equal<A, B> extends true ? [] : [never]): void => {}

class User extends compose(BaseModel, withAuthFinder(hash, { uids: ['email', 'handle'] })) {
  static accessTokens = MongoAccessTokensProvider.forModel(User, { expiresIn: '30 days' })
  static rememberMeTokens = MongoRememberMeTokensProvider.forModel(User)
  declare currentAccessToken?: AccessToken
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string
  @column() declare handle: string
  @column({ serializeAs: null }) declare password: string
}

/** A model without any of it. */
class Plain extends BaseModel {
  @column() declare email: string
}

const model = async () => ({ default: User })
const plain = async () => ({ default: Plain })

const config = defineConfig({
  default: 'web',
  guards: {
    web: sessionGuard({ useRememberMeTokens: true, provider: sessionUserProvider({ model }) }),
    api: tokensGuard({ provider: tokensUserProvider({ tokens: 'accessTokens', model }) }),
    basic: basicAuthGuard({ provider: basicAuthUserProvider({ model }) }),
    plain: sessionGuard({
      useRememberMeTokens: false,
      provider: sessionUserProvider({ model: plain }),
    }),
  },
})

declare module '@adonisjs/auth/types' {
  interface Authenticators extends InferAuthenticators<typeof config> {}
}
type Events = InferAuthEvents<InferAuthenticators<typeof config>>

export async function guards({ auth }: HttpContext, user: User, other: Plain) {
  same<typeof auth.user, User | (User & { currentAccessToken: AccessToken }) | Plain | undefined>()
  const web = auth.use('web')
  const api = auth.use('api')
  same<typeof web.user, User | undefined>()
  same<ReturnType<typeof web.getUserOrFail>, User>()
  same<ReturnType<typeof api.getUserOrFail>, User & { currentAccessToken: AccessToken }>()
  const plainGuard = auth.use('plain')
  const basic = auth.use('basic')
  same<typeof plainGuard.user, Plain | undefined>()
  same<typeof basic.user, User | undefined>()
  await web.login(user, true)
  // @ts-expect-error a user of another model
  await web.login(other)
  const event = {} as Events['session_auth:login_succeeded']
  const someone: { id: string } | { email: string } = event.user
  return someone
}

export async function finder() {
  const found = await User.verifyCredentials('ada', 'secret')
  same<typeof found, User>()
  const maybe = await User.findForAuth(['email'], 'ada@example.com')
  same<typeof maybe, User | null>()
  const right: boolean = await found.verifyPassword('secret')
  await found.validatePassword('secret', 'old')
  // What the class had it has still.
  const first = await User.query().where('email', 'ada@example.com').firstOrFail()
  same<typeof first, User>()
  // @ts-expect-error no column
  User.query().where('emial', 'ada@example.com')
  // @ts-expect-error no column
  await User.create({ emial: 'ada@example.com' })
  // @ts-expect-error a number is no password
  await User.verifyCredentials('ada', 1)
  const Mixin: AuthFinderClass<typeof Plain> = withAuthFinder(() => hash.use())(Plain)
  return [right, Mixin]
}

export async function tokens(user: User, secret: Secret<string>) {
  const trx = {} as TransactionClient
  const token = await User.accessTokens.create(user, ['read'], { name: 'phone', client: trx })
  same<typeof token, AccessToken>()
  same<Awaited<ReturnType<typeof User.accessTokens.verify>>, AccessToken | null>()
  const all = await User.rememberMeTokens.all(user)
  same<typeof all, RememberMeToken[]>()
  await User.rememberMeTokens.recycle(user, token.identifier, '1 day', { client: trx })
  await User.accessTokens.delete(user, token.identifier)
  const gone: boolean = await User.accessTokens.invalidate(secret)
  same<
    ReturnType<typeof DbAccessTokensProvider.forModel<typeof User>>,
    MongoAccessTokensProvider<typeof User>
  >()
  return gone
}

// @ts-expect-error the model keeps no tokens there
tokensUserProvider({ tokens: 'apiKeys', model })
// @ts-expect-error the model verifies no credentials
basicAuthUserProvider({ model: plain })
// @ts-expect-error no model
sessionUserProvider({ model: async () => ({ default: Date }) })
