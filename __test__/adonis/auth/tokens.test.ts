import { inspect } from 'node:util'
import { errors as authErrors } from '@adonisjs/auth'
import { Secret } from '@adonisjs/core/helpers'
import { BaseModel, column, type QueryEvent, type TransactionClient } from 'lucent-odm'
import {
  AccessToken,
  DbAccessTokensProvider,
  DbRememberMeTokensProvider,
  MongoAccessTokensProvider,
  MongoRememberMeTokensProvider,
  RememberMeToken,
} from 'lucent-odm/auth'
import { beforeEach, describe, expect, it } from 'vitest'
import { authApplication } from './application.ts'

const { server, running } = authApplication({ connection: { debug: true } })

class User extends BaseModel {
  static accessTokens = MongoAccessTokensProvider.forModel(User)
  static rememberMeTokens = MongoRememberMeTokensProvider.forModel(User)
  static apiKeys = DbAccessTokensProvider.forModel(User, {
    type: 'api_key',
    prefix: 'k.(+',
    expiresIn: '30 days',
    tokenSecretLength: 20,
  })
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string
}

const accessRows = () => server.db.collection('auth_access_tokens')
const rememberRows = () => server.db.collection('remember_me_tokens')
const textOf = (token: { value?: Secret<string> }) => token.value?.release() ?? ''
const secretOf = (token: { value?: Secret<string> }) => new Secret(textOf(token))

let user: User
beforeEach(async () => {
  for (const rows of [accessRows(), rememberRows()]) await rows.deleteMany({})
  user = await User.create({ email: 'ada@example.com' })
})

/** Both providers, as far as they are alike. */
const KINDS = [
  {
    name: 'access tokens',
    provider: () => User.accessTokens,
    create: (of: User, expiresIn: string | number = '1 hour') =>
      User.accessTokens.create(of, ['*'], { expiresIn }),
    rows: accessRows,
    Class: AccessToken,
  },
  {
    name: 'remember-me tokens',
    provider: () => User.rememberMeTokens,
    create: (of: User, expiresIn: string | number = '1 hour') =>
      User.rememberMeTokens.create(of, expiresIn),
    rows: rememberRows,
    Class: RememberMeToken,
  },
]

const GARBAGE = [
  '',
  'x',
  'oat_',
  'oat_.',
  'oat_x.y',
  'oat_NjVmMDAwMDAwMDAwMDAwMDAwMDAwMDAw.abc',
  'NjVmMDAwMDAwMDAwMDAwMDAwMDAwMDAw.abc',
  'eyIkZ3QiOiIifQ.eyIkZ3QiOiIifQ',
  '%00.%00',
  '\u0000.\u0000',
  `oat_${'A'.repeat(5000)}.${'B'.repeat(5000)}`,
  'oat_a.b.c.d',
]

describe.each(KINDS)('$name', ({ provider, create, rows, Class }) => {
  it('are stored as a hash, of their user', async () => {
    const token = await create(user)
    expect(token).toBeInstanceOf(Class)
    expect(token.identifier).toMatch(/^[0-9a-f]{24}$/)
    expect(token.tokenableId).toBe(user.id)
    const row = await rows().findOne({})
    expect(String(row?._id)).toBe(token.identifier)
    expect(row?.tokenable_id._bsontype).toBe('ObjectId')
    expect(String(row?.tokenable_id)).toBe(user.id)
    expect(row?.hash).toMatch(/^[0-9a-f]{64}$/)
    for (const date of [row?.created_at, row?.updated_at, row?.expires_at]) {
      expect(date).toBeInstanceOf(Date)
    }
    expect(JSON.stringify(row)).not.toContain(textOf(token).split('.').at(-1))
  })

  it('are verified by their text, until they are deleted', async () => {
    const token = await create(user)
    const verified = await provider().verify(secretOf(token))
    expect(verified).toMatchObject({ identifier: token.identifier, tokenableId: user.id })
    expect(verified).toBeInstanceOf(Class)
    expect(await provider().delete(user, token.identifier)).toBe(1)
    expect(await provider().delete(user, token.identifier)).toBe(0)
    expect(await provider().verify(secretOf(token))).toBeNull()
  })

  it('are refused when they have expired, whether or not the row is gone', async () => {
    const token = await create(user, 60)
    await rows().updateMany({}, { $set: { expires_at: new Date(Date.now() - 1) } })
    expect(await provider().verify(secretOf(token))).toBeNull()
    expect(await rows().countDocuments({ last_used_at: { $type: 'date' } })).toBe(0)
  })

  it('are refused with another secret, and nothing is written', async () => {
    const [one, other] = [await create(user), await create(user)]
    const mixed = `${textOf(one).split('.')[0]}.${textOf(other).split('.')[1]}`
    expect(await provider().verify(new Secret(mixed))).toBeNull()
    expect(await rows().countDocuments({ last_used_at: { $type: 'date' } })).toBe(0)
  })

  it.each(GARBAGE)('answer null for what is none: %j', async (text) => {
    expect(await provider().verify(new Secret(text))).toBeNull()
  })

  it.each([undefined, null, 7, {}, ['a'], { $gt: '' }])('… nor for %j', async (value) => {
    expect(await provider().verify(new Secret(value as unknown as string))).toBeNull()
  })

  it.each(['x', 7, '', 1n, '65f000000000000000000000'])('no id of theirs: %s', async (id) => {
    await create(user)
    expect(await provider().find(user, id)).toBeNull()
    expect(await provider().delete(user, id)).toBe(0)
    expect(await rows().countDocuments()).toBe(1)
  })

  it("are their user's alone", async () => {
    const other = await User.create({ email: 'ben@example.com' })
    const token = await create(user)
    await create(other)
    expect(await provider().find(other, token.identifier)).toBeNull()
    expect(await provider().delete(other, token.identifier)).toBe(0)
    expect((await provider().find(user, token.identifier))?.identifier).toBe(token.identifier)
    expect(await provider().all(user)).toHaveLength(1)
    expect(await provider().deleteAll(user)).toBe(1)
    expect(await provider().all(other)).toHaveLength(1)
  })

  it('show their hash to nobody', async () => {
    const created = await create(user)
    const hash: string = (await rows().findOne({}))?.hash
    const tokens = [
      created,
      await provider().verify(secretOf(created)),
      await provider().find(user, created.identifier),
      ...(await provider().all(user)),
    ]
    for (const token of tokens) {
      const shown = [
        JSON.stringify(token),
        inspect(token, { depth: 9, showHidden: true }),
        JSON.stringify({ ...token }),
        String(token?.hash),
      ]
      for (const text of shown) expect(text).not.toContain(hash)
      expect(token?.verify(new Secret('nonsense'))).toBe(false)
    }
    const [, secret = ''] = textOf(created).split('.')
    const plain = new Secret(Buffer.from(secret, 'base64url').toString())
    expect(tokens.map((token) => token?.verify(plain))).toEqual([true, true, true, true])
  })

  it('put nothing of a hash into events', async () => {
    const events: QueryEvent[] = []
    const emitter = await running.app.container.make('emitter')
    const off = emitter.on('mongo:query', (event) => {
      events.push(event)
    })
    const token = await create(user)
    const hash: string = (await rows().findOne({}))?.hash
    await provider().verify(secretOf(token))
    await provider().all(user)
    await provider().deleteAll(user)
    off()
    expect(events.length).toBeGreaterThan(3)
    expect(inspect(events, { depth: 20, showHidden: true })).not.toContain(hash)
  })

  it('take part in the transaction of the call, or of the user', async () => {
    const calls = [
      (trx: TransactionClient) =>
        provider() === User.accessTokens
          ? User.accessTokens.create(user, ['*'], { client: trx })
          : User.rememberMeTokens.create(user, '1 hour', { client: trx }),
      async (trx: TransactionClient) => {
        const fresh = await User.create({ email: 'cy@example.com' }, { client: trx })
        return create(fresh)
      },
    ]
    for (const call of calls) {
      const trx = await User.transaction()
      const token = await call(trx)
      expect(await rows().countDocuments()).toBe(0)
      expect(await provider().verify(secretOf(token))).toBeNull()
      expect(await provider().verify(secretOf(token), { client: trx })).not.toBeNull()
      await trx.rollback()
      expect(await rows().countDocuments()).toBe(0)
    }
  })

  it('are refused to users who are not stored, and of other models', async () => {
    class Other extends BaseModel {}
    await expect(create(new User())).rejects.toMatchObject({ code: 'E_MODEL_NOT_PERSISTED' })
    const stranger = (await Other.create({})) as unknown as User
    await expect(create(stranger)).rejects.toMatchObject({ code: 'E_CONFIGURATION' })
    await expect(provider().all(stranger)).rejects.toThrow('no instance of User')
  })
})

describe('access tokens', () => {
  it('have names, abilities and no end, unless they are given one', async () => {
    const token = await User.accessTokens.create(user, ['posts:read'], { name: 'phone' })
    expect(token).toMatchObject({ name: 'phone', abilities: ['posts:read'], expiresAt: null })
    const verified = await User.accessTokens.verify(secretOf(token))
    expect(verified?.allows('posts:read')).toBe(true)
    expect(verified?.denies('posts:write')).toBe(true)
    expect(verified?.lastUsedAt).toBeInstanceOf(Date)
    expect((await accessRows().findOne({}))?.last_used_at).toEqual(verified?.lastUsedAt)
    expect((await User.accessTokens.create(user)).allows('anything')).toBe(true)
  })

  it.each([[null], [undefined], ['["*"]'], [{ 0: '*' }]])(
    'allow nothing where the row has %j for abilities',
    async (abilities) => {
      const token = await User.accessTokens.create(user)
      await accessRows().updateMany({}, { $set: { abilities } })
      const verified = await User.accessTokens.verify(secretOf(token))
      expect(verified?.abilities).toEqual([])
      expect(verified?.allows('*')).toBe(false)
    },
  )

  it('of another type or prefix are others', async () => {
    const key = await User.apiKeys.create(user)
    expect(textOf(key).startsWith('k.(+')).toBe(true)
    expect(key.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 29 * 24 * 3600 * 1000)
    expect(await User.apiKeys.verify(secretOf(key))).not.toBeNull()
    const disguised = new Secret(textOf(key).replace('k.(+', 'oat_'))
    expect(await User.accessTokens.verify(disguised)).toBeNull()
    expect(await User.accessTokens.invalidate(disguised)).toBe(false)
    expect(await User.accessTokens.all(user)).toEqual([])
    expect(await User.accessTokens.deleteAll(user)).toBe(0)
  })

  it('are invalidated by who has the text, not by who knows the id', async () => {
    const token = await User.accessTokens.create(user)
    const forged = `${textOf(token).split('.')[0]}.${Buffer.from('x').toString('base64url')}`
    expect(await User.accessTokens.invalidate(new Secret(forged))).toBe(false)
    expect(await User.accessTokens.invalidate(secretOf(token))).toBe(true)
    expect(await User.accessTokens.invalidate(secretOf(token))).toBe(false)
    expect(await User.accessTokens.verify(secretOf(token))).toBeNull()
  })

  it('are listed with the last used first', async () => {
    const tokens = []
    for (const name of ['a', 'b', 'c']) {
      tokens.push(await User.accessTokens.create(user, [], { name }))
    }
    const [, b] = tokens
    await User.accessTokens.verify(secretOf(b ?? {}))
    expect((await User.accessTokens.all(user)).map(({ name }) => name)).toEqual(['b', 'c', 'a'])
  })

  it('need a prefix', () => {
    expect(() => MongoAccessTokensProvider.forModel(User, { prefix: '' })).toThrow('prefix')
  })
})

describe('remember-me tokens', () => {
  it('are recycled: the old one is good no more', async () => {
    const old = await User.rememberMeTokens.create(user, '1 hour')
    const fresh = await User.rememberMeTokens.recycle(user, old.identifier, '2 hours')
    expect(fresh.identifier).not.toBe(old.identifier)
    expect(await User.rememberMeTokens.verify(secretOf(old))).toBeNull()
    expect(await User.rememberMeTokens.verify(secretOf(fresh))).not.toBeNull()
    expect(await rememberRows().countDocuments()).toBe(1)
  })

  it('are recycled by one of many at the same time', async () => {
    for (let round = 0; round < 20; round++) {
      const { identifier } = await User.rememberMeTokens.create(user, '1 hour')
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, () => User.rememberMeTokens.recycle(user, identifier, '1 hour')),
      )
      const refused = outcomes.filter(({ status }) => status === 'rejected')
      expect(refused).toHaveLength(7)
      for (const outcome of refused) {
        const { reason } = outcome as PromiseRejectedResult
        expect(reason).toBeInstanceOf(authErrors.E_UNAUTHORIZED_ACCESS)
      }
      expect(await User.rememberMeTokens.deleteAll(user)).toBe(1)
    }
  })

  it('without an end have ended', async () => {
    const token = await User.rememberMeTokens.create(user, '1 hour')
    await rememberRows().updateMany({}, { $unset: { expires_at: '' } })
    expect(await User.rememberMeTokens.verify(secretOf(token))).toBeNull()
  })

  it('go by the name of the kits', () => {
    expect(DbRememberMeTokensProvider.forModel(User)).toBeInstanceOf(MongoRememberMeTokensProvider)
  })
})

describe('users of two models with the same key', () => {
  class Member extends BaseModel {
    static accessTokens = MongoAccessTokensProvider.forModel(Member)
    static rememberMeTokens = MongoRememberMeTokensProvider.forModel(Member)
    @column({ isPrimary: true, generate: 'sequence' }) declare id: number
  }
  class Admin extends BaseModel {
    static accessTokens = MongoAccessTokensProvider.forModel(Admin)
    static rememberMeTokens = MongoRememberMeTokensProvider.forModel(Admin)
    @column({ isPrimary: true, generate: 'sequence' }) declare id: number
  }

  it('have tokens of their own in one collection', async () => {
    const member = await Member.create({ id: 1 })
    const admin = await Admin.create({ id: 1 })
    const access = await Member.accessTokens.create(member)
    const remembered = await Member.rememberMeTokens.create(member, '1 hour')
    expect(await Admin.accessTokens.verify(secretOf(access))).toBeNull()
    expect(await Admin.accessTokens.invalidate(secretOf(access))).toBe(false)
    expect(await Admin.rememberMeTokens.verify(secretOf(remembered))).toBeNull()
    for (const provider of [Admin.accessTokens, Admin.rememberMeTokens]) {
      expect(await provider.all(admin)).toEqual([])
      expect(await provider.deleteAll(admin)).toBe(0)
    }
    expect(await Admin.accessTokens.find(admin, access.identifier)).toBeNull()
    expect(await Admin.accessTokens.delete(admin, access.identifier)).toBe(0)
    expect(await Member.accessTokens.verify(secretOf(access))).not.toBeNull()
    expect(await Member.rememberMeTokens.verify(secretOf(remembered))).not.toBeNull()
  })
})
