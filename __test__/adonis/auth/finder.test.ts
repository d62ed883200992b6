import { inspect } from 'node:util'
import { errors as authErrors } from '@adonisjs/auth'
import { compose } from '@adonisjs/core/helpers'
import { BaseModel, beforeSave, column, generateEncryptionKey } from 'lucent-odm'
import { withAuthFinder } from 'lucent-odm/auth'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { authApplication } from './application.ts'

const PASSWORD = 'correct horse battery staple'

const { server, running, hashing } = authApplication({
  database: { encryption: { keys: { tests: generateEncryptionKey() }, primary: 'tests' } },
})

const Finder = withAuthFinder(hashing, { uids: ['email', 'handle', 'teamId'] })

class User extends compose(BaseModel, Finder) {
  static override collection = 'users'
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string
  @column() declare handle: string
  @column.objectId() declare teamId: string | null
  @column({ serializeAs: null }) declare password: string | null
  /** A hashed column of its own beside the finder's. */
  @column.hashed() declare pin: string | null
}

/** Users whose address the database does not have. */
class Secretive extends compose(BaseModel, withAuthFinder(hashing)) {
  static override collection = 'secretive'
  @column({ isPrimary: true }) declare id: string
  @column.encrypted({ blind: { normalize: ['trim', 'lowercase'], unique: true } })
  declare email: string
  @column({ serializeAs: null }) declare password: string
}

const ADA = { email: 'ada@example.com', handle: 'ada', password: PASSWORD }
const stored = () => server.db.collection('users').findOne({ handle: 'ada' })
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error: unknown) => error,
  )

beforeEach(async () => {
  await User.query().all().delete()
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('hashing', () => {
  it('stores a hash of the framework, on every way of saving', async () => {
    const one = await User.create(ADA)
    expect((await stored())?.password).toMatch(/^\$scrypt\$/)
    const [many] = await User.createMany([{ ...ADA, handle: 'ben', email: 'b@example.com' }])
    const upserted = await User.updateOrCreate({ handle: 'cy' }, { ...ADA, handle: 'cy' })
    for (const user of [one, many, upserted]) {
      expect(await user?.verifyPassword(PASSWORD)).toBe(true)
      expect(await user?.verifyPassword('something else')).toBe(false)
    }
  })

  it('hashes what changed, and nothing else', async () => {
    const user = await User.create(ADA)
    const first = (await stored())?.password
    await user.merge({ email: 'ada@lovelace.dev' }).save()
    const read = await User.findByOrFail('handle', 'ada')
    await read.merge({ email: 'ada@example.com' }).save()
    expect((await stored())?.password).toBe(first)
    await read.merge({ password: 'another one altogether' }).save()
    expect((await stored())?.password).not.toBe(first)
    expect(await read.verifyPassword('another one altogether')).toBe(true)
  })

  it('hashes once though the first attempt failed', async () => {
    await server.db.collection('users').createIndex({ email: 1 }, { unique: true })
    await User.create({ ...ADA, handle: 'first' })
    const user = new User().merge(ADA)
    await expect(user.save()).rejects.toMatchObject({ code: 'E_DUPLICATE_KEY' })
    expect(user.password).toBe(PASSWORD)
    await user.merge({ email: 'second@example.com' }).save()
    expect(await user.verifyPassword(PASSWORD)).toBe(true)
    await server.db.collection('users').dropIndexes()
  })

  it.each([12345678, true, ['hunter2hunter2'], { a: 'hunter2' }])('refuses %j', async (given) => {
    const failure = { code: 'E_INVALID_VALUE', model: 'User', column: 'password' }
    const values = { ...ADA, password: given as never }
    await expect(User.create(values)).rejects.toMatchObject(failure)
    expect(await stored()).toBeNull()
    const user = await User.create(ADA)
    await expect(user.merge({ password: given as never }).save()).rejects.toMatchObject(failure)
    expect((await stored())?.password).toMatch(/^\$scrypt\$/)
  })

  it('leaves alone that there is none', async () => {
    const user = await User.create({ ...ADA, password: null })
    expect((await stored())?.password).toBeNull()
    await expect(user.verifyPassword(PASSWORD)).rejects.toThrow('"password" column is undefined')
  })

  it('lets a hook of the class see the plain text no more, as with Lucid', async () => {
    const seen: (string | null)[] = []
    class Watched extends User {
      static override collection = 'users'
      @beforeSave() static look(user: Watched) {
        seen.push(user.password)
      }
    }
    await Watched.create(ADA)
    expect(seen).toEqual([expect.stringMatching(/^\$scrypt\$/)])
  })

  it('hashes a column of @column.hashed() beside it', async () => {
    await User.create({ ...ADA, pin: '1234' })
    expect((await stored())?.pin).toMatch(/^\$scrypt\$/)
  })

  it('has no password in JSON and consoles', async () => {
    const user = await User.create(ADA)
    expect(JSON.stringify(user)).not.toContain('password')
    for (const one of [user, await User.findOrFail(user.id)]) {
      expect(inspect(one)).toContain("password: '[hashed]'")
      expect(inspect({ list: [one] }, { depth: 9 })).not.toContain('$scrypt')
    }
    const without = await User.create({ ...ADA, handle: 'ben', password: null })
    expect(inspect(without)).toContain('password: null')
  })
})

describe('a column that cannot hold the password', () => {
  class Twice extends compose(BaseModel, withAuthFinder(hashing)) {
    @column() declare email: string
    @column.hashed() declare password: string
  }
  class Nowhere extends compose(
    BaseModel,
    withAuthFinder(hashing, { passwordColumnName: 'secret' }),
  ) {
    @column() declare email: string
  }

  it.each([
    ['hashed twice', Twice, /Twice\.password would be hashed twice, by withAuthFinder\(\) and/],
    ['not there', Nowhere, /Nowhere\.secret is no column; name the one/],
  ] as const)('is told of at first use: %s', async (_, Model, message) => {
    const failures = [
      await refusal(Model.create({ email: 'ada@example.com' })),
      await refusal(Model.verifyCredentials('ada@example.com', PASSWORD)),
    ]
    for (const failure of failures) {
      expect(failure).toMatchObject({ code: 'E_MODEL_DEFINITION' })
      expect(String(failure)).toMatch(message)
      expect(String(failure)).not.toContain(PASSWORD)
    }
  })
})

describe('verifyCredentials', () => {
  it('finds the user by any of the uids', async () => {
    const { id } = await User.create({ ...ADA, teamId: '65f000000000000000000001' })
    for (const uid of ['ada@example.com', 'ada', '65f000000000000000000001']) {
      const user = await User.verifyCredentials(uid, PASSWORD)
      expect(user).toBeInstanceOf(User)
      expect(user.id).toBe(id)
    }
  })

  it.each([
    ['an unknown user', 'ben@example.com', PASSWORD],
    ['a wrong password', 'ada@example.com', 'something else'],
    ['no user', '', PASSWORD],
    ['no password', 'ada@example.com', ''],
    ['an operator', { $gt: '' }, PASSWORD],
    ['a list', ['ada@example.com'], PASSWORD],
    ['an operator as the password', 'ada@example.com', { $gt: '' }],
    ['undefined', undefined, undefined],
  ])('refuses %s alike', async (_, uid, password) => {
    await User.create(ADA)
    const failure = await refusal(User.verifyCredentials(uid as string, password as string))
    expect(failure).toBeInstanceOf(authErrors.E_INVALID_CREDENTIALS)
    expect(failure).toMatchObject({ message: 'Invalid user credentials', status: 400 })
  })

  it.each([
    ['known', 'ada', 1, 0],
    ['unknown', 'ben', 0, 1],
    ['known, without a password', 'cy', 0, 1],
    ['known, with what is no hash', 'dan', 0, 1],
  ])('costs one hash: %s', async (_, uid, verified, made) => {
    await User.create(ADA)
    await User.create({ ...ADA, handle: 'cy', email: 'cy@example.com', password: null })
    await server.db.collection('users').insertOne({ handle: 'dan', password: 'plain' })
    const driver = running.hash.use()
    const counts = [vi.spyOn(driver, 'verify'), vi.spyOn(driver, 'make')]
    await refusal(User.verifyCredentials(uid, 'something else'))
    expect(counts.map(({ mock }) => mock.calls.length)).toEqual([verified, made])
  })

  it('asks a verifyPassword of the class, which may need no hash', async () => {
    class External extends User {
      static override collection = 'users'
      override async verifyPassword(plain: string) {
        return plain === `of ${this.handle}`
      }
    }
    await User.create({ ...ADA, password: null })
    expect((await External.verifyCredentials('ada', 'of ada')).handle).toBe('ada')
    await expect(External.verifyCredentials('ada', PASSWORD)).rejects.toThrow('Invalid')
  })

  it('asks a findForAuth of the class', async () => {
    class Folding extends User {
      static override collection = 'users'
      static override findForAuth(_uids: readonly string[], value: string) {
        return this.query().where('handle', value.toLowerCase()).first() as never
      }
    }
    await User.create(ADA)
    expect(await Folding.verifyCredentials('ADA', PASSWORD)).toBeInstanceOf(Folding)
  })

  it('keeps to what narrows the queries of the model', async () => {
    await User.create(ADA)
    class Narrowed extends User {
      static override collection = 'users'
    }
    Narrowed.before('fetch', (query) => {
      query.where('handle', 'ben')
    })
    await expect(Narrowed.verifyCredentials('ada@example.com', PASSWORD)).rejects.toThrow('Invalid')
  })

  it('finds an encrypted address by its blind index', async () => {
    await Secretive.create({ email: 'Ada@Example.com', password: PASSWORD })
    const user = await Secretive.verifyCredentials(' ada@EXAMPLE.com ', PASSWORD)
    expect(user.email).toBe('Ada@Example.com')
    await expect(Secretive.verifyCredentials('ben@example.com', PASSWORD)).rejects.toThrow()
    const [document] = await server.db.collection('secretive').find().toArray()
    expect(document?.email._bsontype).toBe('Binary')
  })

  it('takes the hash service itself, as kits give it', async () => {
    const hash = running.hash
    class Kit extends compose(BaseModel, withAuthFinder(hash)) {
      static override collection = 'kit'
      @column() declare email: string
      @column() declare password: string
    }
    await Kit.create({ email: 'ada@example.com', password: PASSWORD })
    expect((await Kit.verifyCredentials('ada@example.com', PASSWORD)).email).toBe('ada@example.com')
  })
})

describe('validatePassword', () => {
  it('is a validation error of the field', async () => {
    const user = await User.create(ADA)
    await user.validatePassword(PASSWORD)
    const rule = 'current_password'
    const message = 'The current password is incorrect'
    for (const [args, field] of [
      [['nonsense'], 'currentPassword'],
      [['nonsense', 'old'], 'old'],
    ] as const) {
      expect(await refusal(user.validatePassword(args[0], args[1]))).toMatchObject({
        code: 'E_VALIDATION_ERROR',
        status: 422,
        messages: [{ field, message, rule }],
      })
    }
  })
})
