import { errors as authErrors } from '@adonisjs/auth'
import { compose, Secret } from '@adonisjs/core/helpers'
import { BaseModel, column, errors, LucentError, type ObjectId } from 'lucent-odm'
import {
  basicAuthUserProvider,
  MongoAccessTokensProvider,
  MongoRememberMeTokensProvider,
  sessionUserProvider,
  tokensUserProvider,
  withAuthFinder,
} from 'lucent-odm/auth'
import { describe, expect, it } from 'vitest'
import { withFailPoint } from '../../helpers/server.ts'
import { authApplication } from './application.ts'

const { server, running, hashing } = authApplication()

class User extends compose(BaseModel, withAuthFinder(hashing)) {
  static accessTokens = MongoAccessTokensProvider.forModel(User)
  static rememberMeTokens = MongoRememberMeTokensProvider.forModel(User)
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string
  @column({ serializeAs: null }) declare password: string
}

class Keyed extends BaseModel {
  static accessTokens = MongoAccessTokensProvider.forModel(Keyed, { table: 'keyed_tokens' })
  @column.uuid({ isPrimary: true }) declare id: string
}
class Counted extends BaseModel {
  static accessTokens = MongoAccessTokensProvider.forModel(Counted, { table: 'counted_tokens' })
  @column({ isPrimary: true, generate: 'sequence' }) declare id: number
}
class Native extends BaseModel {
  static accessTokens = MongoAccessTokensProvider.forModel(Native, { table: 'native_tokens' })
  @column.objectId({ isPrimary: true, as: 'object' }) declare id: ObjectId
}
class Named extends BaseModel {
  static accessTokens = MongoAccessTokensProvider.forModel(Named, { table: 'named_tokens' })
  static override selfAssignPrimaryKey = true
  @column({ isPrimary: true }) declare id: string
}

const moduleOf =
  <Model>(model: Model) =>
  async () => ({ default: model })
const session = () => sessionUserProvider({ model: moduleOf(User) }).resolver(running.app)
const tokens = () =>
  tokensUserProvider({ tokens: 'accessTokens', model: moduleOf(User) }).resolver(running.app)
const basic = () => basicAuthUserProvider({ model: moduleOf(User) }).resolver(running.app)

const ADA = { email: 'ada@example.com', password: 'correct horse battery staple' }

const STRANGE = [
  '',
  'garbage',
  '65f000000000000000000000',
  '65F00000000000000000000',
  0,
  -1,
  1.5,
  Number.NaN,
  12n,
  null,
  undefined,
  true,
  {},
  { $gt: '' },
  ['65f000000000000000000000'],
  { _id: '65f000000000000000000000' },
  '\u0000',
  'x'.repeat(10_000),
]

describe.each([
  ['session', session],
  ['access tokens', tokens],
] as const)('users of the %s guard', (_, make) => {
  it('have the text of their id, and are found by it', async () => {
    const provider = await make()
    const user = await User.create(ADA)
    const guarded = await provider.createUserForGuard(user)
    expect(guarded.getOriginal()).toBe(user)
    const key = JSON.parse(JSON.stringify(guarded.getId()))
    expect(key).toMatch(/^[0-9a-f]{24}$/)
    const found = await provider.findById(key)
    expect(found?.getOriginal()).toBeInstanceOf(User)
    expect(found?.getId()).toBe(user.id)
  })

  it.each(STRANGE.map((one) => [typeof one, one]))(
    'are nobody for what is no key (%s)',
    async (_type, identifier) => {
      await User.create(ADA)
      const provider = await make()
      expect(await provider.findById(identifier as string)).toBeNull()
    },
  )

  it('are of the model, and stored', async () => {
    const provider = await make()
    const other = new Keyed() as unknown as User
    await expect(provider.createUserForGuard(other)).rejects.toThrow('no instance of User')
    const fresh = await provider.createUserForGuard(new User())
    expect(() => fresh.getId()).toThrow(errors.E_MODEL_NOT_PERSISTED)
  })

  it('fail as the database does', async () => {
    const provider = await make()
    const { id } = await User.create(ADA)
    const failure = { failCommands: ['find', 'aggregate'], errorCode: 13 }
    await withFailPoint(server.client, failure, 'alwaysOn', async () => {
      await expect(provider.findById(id)).rejects.toBeInstanceOf(LucentError)
    })
  })
})

it.each([
  ['UUIDs', Keyed, {}, 'Binary'],
  ['integers', Counted, {}, undefined],
  ['ObjectIds', Native, {}, 'ObjectId'],
  ['keys of the application', Named, { id: 'ada' }, undefined],
] as const)('keys may be %s', async (_, Model, values, type) => {
  const provider = await tokensUserProvider({
    tokens: 'accessTokens',
    model: moduleOf(Model as typeof Keyed),
  }).resolver(running.app)
  const user = (await Model.create(values as never)) as Keyed
  const token = await provider.createToken(user)
  const rows = server.db.collection(`${Model.name.toLowerCase()}_tokens`)
  expect((await rows.findOne({}))?.tokenable_id._bsontype).toBe(type)
  const verified = await provider.verifyToken(new Secret(token.value?.release() ?? ''))
  const key = (await provider.createUserForGuard(user)).getId()
  expect(['string', 'number']).toContain(typeof key)
  expect(verified?.tokenableId).toBe(key)
  const again = await provider.findById(JSON.parse(JSON.stringify(key)))
  expect(String(again?.getOriginal().id)).toBe(String(user.id))
  expect(await Model.accessTokens.all(user as never)).toHaveLength(1)
  expect(await provider.findById('garbage')).toBeNull()
})

describe('tokens of users', () => {
  it('are created, verified and invalidated', async () => {
    const provider = await tokens()
    const user = await User.create(ADA)
    const token = await provider.createToken(user, ['posts:read'], { name: 'phone' })
    const text = new Secret(token.value?.release() ?? '')
    expect(await provider.verifyToken(text)).toMatchObject({ name: 'phone', tokenableId: user.id })
    expect(await provider.invalidateToken(text)).toBe(true)
    expect(await provider.verifyToken(text)).toBeNull()
  })

  it('remember them', async () => {
    const provider = await session()
    const user = await User.create(ADA)
    const token = await provider.createRememberToken(user, '1 hour')
    const text = new Secret(token.value?.release() ?? '')
    const verified = await provider.verifyRememberToken(text)
    expect(verified?.tokenableId).toBe(user.id)
    const fresh = await provider.recycleRememberToken(user, token.identifier, '1 hour')
    expect(await provider.verifyRememberToken(text)).toBeNull()
    expect(await provider.deleteRemeberToken(user, fresh.identifier)).toBe(1)
  })

  it('need a provider on the model, and the error says how it is written', async () => {
    const plain = moduleOf(Counted)
    const provider = await sessionUserProvider({ model: plain }).resolver(running.app)
    const user = await Counted.create({})
    const remembered = provider.createRememberToken(user, '1 hour')
    await expect(remembered).rejects.toThrow('MongoRememberMeTokensProvider.forModel(Counted)')
    const none = await tokensUserProvider({
      tokens: 'apiKeys',
      model: plain as never,
    }).resolver(running.app)
    await expect(none.createToken(user as never)).rejects.toThrow(
      'static apiKeys = MongoAccessTokensProvider.forModel(Counted)',
    )
  })
})

describe('a subclass', () => {
  class Member extends BaseModel {
    static accessTokens = MongoAccessTokensProvider.forModel(Member)
    static rememberMeTokens = MongoRememberMeTokensProvider.forModel(Member)
    static override selfAssignPrimaryKey = true
    @column({ isPrimary: true }) declare id: string
  }
  /** Keys of these are those of members too. */
  class Admin extends Member {
    static override collection = 'admins'
  }
  class Owner extends Member {
    static override collection = 'members'
  }
  const refused = { code: 'E_CONFIGURATION' }

  it('with a collection of its own gets nobody in by tokens of the other', async () => {
    const guards = {
      api: await tokensUserProvider({ tokens: 'accessTokens', model: moduleOf(Admin) }).resolver(
        running.app,
      ),
      web: await sessionUserProvider({ model: moduleOf(Admin) }).resolver(running.app),
    }
    const member = await Member.create({ id: 'ada' })
    const admin = await Admin.create({ id: 'ada' })
    const access = await Member.accessTokens.create(member)
    const remembered = await Member.rememberMeTokens.create(member, '1 hour')
    const attempts = [
      () => guards.api.verifyToken(new Secret(access.value?.release() ?? '')),
      () => guards.web.verifyRememberToken(new Secret(remembered.value?.release() ?? '')),
      () => guards.api.createToken(admin),
      () => Member.accessTokens.create(admin),
      () => Member.accessTokens.deleteAll(admin),
    ]
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject(refused)
    await expect(attempts[0]?.()).rejects.toThrow(
      'static accessTokens = MongoAccessTokensProvider.forModel(Admin)',
    )
    const members = await sessionUserProvider({ model: moduleOf(Member) }).resolver(running.app)
    await expect(members.createUserForGuard(admin)).rejects.toMatchObject(refused)
    expect((await guards.web.findById('ada'))?.getOriginal()).toBeInstanceOf(Admin)
  })

  it('of the same collection has its tokens', async () => {
    const provider = await tokensUserProvider({
      tokens: 'accessTokens',
      model: moduleOf(Owner),
    }).resolver(running.app)
    const owner = await Owner.create({ id: 'ben' })
    const token = await provider.createToken(owner)
    const verified = await provider.verifyToken(new Secret(token.value?.release() ?? ''))
    expect(verified?.tokenableId).toBe('ben')
  })
})

describe('users of the basic auth guard', () => {
  it('are found by their credentials', async () => {
    const provider = await basic()
    await User.query().all().delete()
    const { id } = await User.create(ADA)
    const found = await provider.verifyCredentials(ADA.email, ADA.password)
    expect(found?.getOriginal()).toBeInstanceOf(User)
    expect(found?.getId()).toBe(id)
    expect(await provider.verifyCredentials(ADA.email, 'something else')).toBeNull()
    expect(await provider.verifyCredentials('ben@example.com', ADA.password)).toBeNull()
  })

  it('are no strangers because the database is away', async () => {
    const provider = await basic()
    const failure = { failCommands: ['find', 'aggregate'], errorCode: 13 }
    await withFailPoint(server.client, failure, 'alwaysOn', async () => {
      const work = provider.verifyCredentials(ADA.email, ADA.password)
      await expect(work).rejects.not.toBeInstanceOf(authErrors.E_INVALID_CREDENTIALS)
    })
  })
})
