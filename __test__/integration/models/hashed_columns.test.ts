import { inspect } from 'node:util'
import {
  Adapter,
  BaseModel,
  beforeCreate,
  beforeSave,
  column,
  Database,
  errors,
  expr,
  hashPassword,
  type ModelQuery,
  prehashed,
  type QueryEvent,
  verifyPassword,
} from 'lucent-odm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'
import { withFailPoint } from '../../helpers/server.ts'
import { storedOf, WRITE_PATHS, type Written, write } from '../../helpers/write_paths.ts'

const server = lucentDatabase()
const { db, database, client, uri, name } = server

/** Cheap, so that the tests are quick. */
const CHEAP = { cost: 2 }
const PLAIN = 'correct horse battery staple'
const HASH = /^\$scrypt\$n=2,r=8,p=1\$/

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column.hashed(CHEAP) declare password: string | null
  @column.hashed({ ...CHEAP, columnName: 'pin_hash' }) declare pin: string | null
}

const users = () => db.collection('users')
beforeEach(() => users().deleteMany({}))

/** Everything that can be reached from a value, as text. */
function everything(value: unknown): string {
  const seen = new Set<unknown>()
  const parts: string[] = []
  const visit = (at: unknown) => {
    if (typeof at === 'string') parts.push(at)
    if (at instanceof Uint8Array) parts.push(Buffer.from(at).toString('latin1'))
    if (typeof at !== 'object' || at === null || seen.has(at)) return
    if (at instanceof Database || at instanceof Uint8Array) return
    seen.add(at)
    if (at instanceof Map || at instanceof Set) for (const one of at) visit(one)
    for (const key of Reflect.ownKeys(at)) {
      const found = Object.getOwnPropertyDescriptor(at, key)
      if (found !== undefined && 'value' in found) visit(found.value)
    }
  }
  visit(value)
  return parts.join('\n')
}

describe.each(WRITE_PATHS)('$kind, $name', (path) => {
  const values = { password: PLAIN, pin: '1234' }
  const before = { password: 'the old password', pin: '0000' }

  async function expectHashes(stored: Awaited<ReturnType<typeof storedOf>>) {
    expect(stored.length).toBeGreaterThan(0)
    for (const { password, pin_hash: pin } of stored) {
      expect(password).toMatch(HASH)
      expect(await verifyPassword(password, PLAIN)).toBe(true)
      expect(await verifyPassword(pin, '1234')).toBe(true)
    }
    expect(new Set(stored.map(({ password }) => password)).size).toBe(stored.length)
  }

  it('stores hashes, and leaves none of the plain text on instances', async () => {
    const { stored, instances } = await write(db, path, User, values, { before })
    await expectHashes(stored)
    const hashes = stored.map(({ password }) => password)
    for (const instance of instances) {
      expect(hashes).toContain(instance.password)
      expect(instance.$isDirty).toBe(false)
      expect(instance.$attributes.password).toBe(instance.password)
      expect(instance.$original.password).toBe(instance.password)
      expect(instance.toJSON()).not.toHaveProperty('password')
      expect(everything(instance)).not.toContain(PLAIN)
    }
    const collection = User.collection as string
    const again = () => Promise.all(instances.map((one) => one.save()))
    expect(await commandsOf(server, collection, again)).toEqual([])
  })

  it('does so in a transaction', async () => {
    const { key } = await database
      .connection()
      .transaction((trx) => write(db, path, User, values, { before, client: trx }))
    await expectHashes(await storedOf(db, User, key))
  })

  it('gives the plain text back with a rolled back transaction', async () => {
    const trx = await database.connection().transaction()
    const { key, instances } = await write(db, path, User, values, { before, client: trx })
    await trx.rollback()
    const stored = await storedOf(db, User, key)
    expect(stored).toHaveLength(path.kind === 'insert' ? 0 : 1)
    for (const { password } of stored) {
      expect(await verifyPassword(password, 'the old password')).toBe(true)
    }
    if (path.through === 'query' || path.kind === 'update') return
    for (const instance of instances) expect(instance.$isPersisted).toBe(false)
    await User.bulkSave(instances as never)
    await expectHashes(await storedOf(db, User, key))
  })

  it('stores null as null, and a hash from elsewhere as it is', async () => {
    const hash = await hashPassword('imported', CHEAP)
    const given = { password: prehashed(hash), pin: null }
    const { stored, instances } = await write(db, path, User, given, { before })
    for (const document of stored)
      expect(document).toMatchObject({ password: hash, pin_hash: null })
    for (const instance of instances) {
      expect(instance.password).toBe(hash)
      expect(instance.$isDirty).toBe(false)
    }
  })

  it('hashes a plain text that looks like a hash', async () => {
    const text = await hashPassword('victim', CHEAP)
    const { stored } = await write(db, path, User, { password: text }, { before })
    for (const { password } of stored) {
      expect(password).not.toBe(text)
      expect(await verifyPassword(password, text)).toBe(true)
      expect(await verifyPassword(password, 'victim')).toBe(false)
    }
  })

  it.each([5, true, {}, ['x'], new Date(0)])(
    'refuses %j and does not tell it',
    async (password) => {
      const run = write(db, path, User, { password }, { before })
      const error = await run.then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      const errs = (error as { failures?: { error: unknown }[] }).failures?.map((one) => one.error)
      const [refusal] = errs ?? [error]
      expect(refusal).toBeInstanceOf(errors.E_INVALID_VALUE)
      expect(refusal).toMatchObject({ model: 'User', column: 'password' })
      expect((refusal as Error).message).toMatch(/^User(: |\.)password/)
      const stored = await users().find({}).toArray()
      for (const document of stored) expect(document.password).toMatch(HASH)
    },
  )
})

describe('only what changed is hashed', () => {
  it('loading and saving something else leaves the hash', async () => {
    const { id, password } = await User.create({ key: 'a', password: PLAIN })
    const user = await User.findOrFail(id)
    expect(user.password).toBe(password)
    user.key = 'b'
    await user.save()
    await user.merge({ key: 'c' }).save()
    await user.refresh()
    await user.merge({ key: 'd' }).save()
    expect(await users().findOne()).toMatchObject({ key: 'd', password })
  })

  const SAME: Record<string, (user: User) => unknown> = {
    'assigned to itself': (user) => {
      user.password = user.password as string
    },
    'merged with itself': (user) => user.merge({ password: user.password }),
    'filled from its attributes': (user) => user.fill({ ...user.$attributes } as never),
    'set to its own hash by prehashed': (user) => {
      user.password = prehashed(user.password as string)
    },
  }
  it.each(Object.entries(SAME))('%s, it is the same', async (_, change) => {
    const { id, password } = await User.create({ key: 'a', password: PLAIN, pin: null })
    const made = await User.findOrFail(id)
    for (const user of [made, await User.findOrFail(id)]) {
      change(user)
      expect(user.$dirty).toEqual({})
      expect(await commandsOf(server, 'users', () => user.save())).toEqual([])
      expect(user.password).toBe(password)
    }
  })

  it('the same plain text set again is hashed anew', async () => {
    const user = await User.create({ key: 'a', password: PLAIN })
    const first = user.password
    user.password = PLAIN
    expect(user.$dirty).toEqual({ password: PLAIN })
    expect(user.isDirty('password')).toBe(true)
    await user.save()
    expect(user.password).not.toBe(first)
    expect(await verifyPassword(user.password, PLAIN)).toBe(true)
    await user.save()
    await user.save()
    expect(await verifyPassword((await users().findOne())?.password, PLAIN)).toBe(true)
  })

  it('unset, set to null, and set again', async () => {
    const user = await User.create({ key: 'a', password: PLAIN })
    user.password = null
    await user.save()
    expect(await users().findOne()).toMatchObject({ password: null })
    await user.unset('password').save()
    expect(await users().findOne()).not.toHaveProperty('password')
    user.password = 'new'
    await user.save()
    expect(await verifyPassword((await users().findOne())?.password, 'new')).toBe(true)
    await User.query().all().unset('password')
    expect(await users().findOne()).not.toHaveProperty('password')
  })

  it('the empty text is a text', async () => {
    const user = await User.create({ key: 'a', password: '' })
    expect(user.password).toMatch(HASH)
    expect(await verifyPassword(user.password, '')).toBe(true)
  })
})

describe('names', () => {
  it('values are hashed under the stored name too', async () => {
    await User.create({ key: 'a', pin_hash: '1' } as never)
    await User.query()
      .where('key', 'a')
      .update({ pin_hash: '2' } as never)
    expect(await verifyPassword((await users().findOne())?.pin_hash, '2')).toBe(true)
  })

  it('a property with the stored name of another one changes nothing', async () => {
    class Crossed extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column() declare key: string
      @column.hashed({ ...CHEAP, columnName: 'secret' }) declare password: string
      @column({ columnName: 'password' }) declare secret: string
    }
    const values = { password: PLAIN, secret: 'in plain' }
    for (const path of WRITE_PATHS) {
      const { stored } = await write(db, path, Crossed, values, { before: values })
      for (const { password, secret } of stored) {
        expect(password, path.name).toBe('in plain')
        expect(await verifyPassword(secret, PLAIN), path.name).toBe(true)
      }
    }
  })
})

describe('hooks', () => {
  it('see the plain text before, and the hash after the write', async () => {
    const seen: [string, unknown][] = []
    class Hooked extends User {
      static override collection = 'hooked'
    }
    for (const event of ['create', 'update', 'save'] as const) {
      Hooked.before(event, (user) => void seen.push([`before ${event}`, user.password]))
      Hooked.after(event, (user) => void seen.push([`after ${event}`, user.password]))
    }
    const user = await Hooked.create({ key: 'a', password: PLAIN })
    const first = user.password
    await user.merge({ password: 'other' }).save()
    await Hooked.bulkSave([user.merge({ password: 'third' })])
    expect(seen).toEqual([
      ['before create', PLAIN],
      ['before save', PLAIN],
      ['after create', first],
      ['after save', first],
      ['before update', 'other'],
      ['before save', 'other'],
      ['after update', expect.stringMatching(HASH)],
      ['after save', expect.stringMatching(HASH)],
      ['before update', 'third'],
      ['before save', 'third'],
      ['after update', expect.stringMatching(HASH)],
      ['after save', expect.stringMatching(HASH)],
    ])
  })

  it('what a before hook sets is hashed', async () => {
    class Given extends User {
      static override collection = 'given'
      @beforeCreate() static async invent(user: Given) {
        user.password ??= 'invented'
      }
    }
    const made = [
      await Given.create({ key: 'a' }),
      ...(await Given.createMany([{ key: 'b' }, { key: 'c' }])),
      await Given.firstOrCreate({ key: 'd' }),
    ]
    for (const { password } of made) expect(await verifyPassword(password, 'invented')).toBe(true)
  })

  it('a hook that saves by itself: the password is hashed once', async () => {
    let within = false
    class Nested extends User {
      static override collection = 'nested'
      @beforeSave() static async saveFirst(user: Nested) {
        if (within || user.$isPersisted) return
        within = true
        await user.save()
      }
    }
    const user = await Nested.create({ key: 'a', password: PLAIN }).catch(() => undefined)
    for (const { password } of await db.collection('nested').find().toArray()) {
      expect(await verifyPassword(password, PLAIN)).toBe(true)
    }
    expect(await db.collection('nested').countDocuments()).toBe(1)
    expect(user?.password ?? HASH.source).not.toContain(PLAIN)
  })
})

describe('a write that fails', () => {
  const fail = { failCommands: ['insert', 'update'], errorCode: 20 }
  const FAILING: Record<string, (user: User) => Promise<unknown>> = {
    save: (user) => user.save(),
    saveQuietly: (user) => user.saveQuietly(),
    'save, sharing a command': (user) => user.save({ coalesce: true }),
    bulkSave: (user) => User.bulkSave([user]),
    'bulkSave without hooks': (user) => User.bulkSave([user], { hooks: false }),
    'bulkSave, all or none': (user) => User.bulkSave([user], { atomic: true }),
    'save in a transaction': (user) =>
      database.connection().transaction((trx) => user.useTransaction(trx).save()),
  }

  it.each(Object.entries(FAILING))(
    '%s: the instance is as it was, and can be saved',
    async (_, run) => {
      const made = new User().merge({ key: 'new', password: PLAIN })
      const { id } = await User.create({ key: 'old', password: 'old' })
      const found = (await User.findOrFail(id)).merge({ password: PLAIN })
      for (const user of [made, found]) {
        await withFailPoint(client, fail, { times: 1 }, async () => {
          await expect(run(user)).rejects.toThrow()
        })
        expect(user.password).toBe(PLAIN)
        expect(user.isDirty('password')).toBe(true)
        await run(user)
        expect(await verifyPassword(user.password, PLAIN)).toBe(true)
        const stored = await users().findOne({ key: user.key })
        expect(stored?.password).toBe(user.password)
      }
    },
  )

  it('createMany: all of them are as they were', async () => {
    let made: User[] = []
    class Kept extends User {
      static override collection = 'users'
    }
    Kept.before('create', (user) => void made.push(user))
    await withFailPoint(client, fail, { times: 1 }, async () => {
      const values = [1, 2, 3].map((one) => ({ key: `${one}`, password: PLAIN }))
      await expect(Kept.createMany(values)).rejects.toThrow()
    })
    expect(made.map(({ password }) => password)).toEqual([PLAIN, PLAIN, PLAIN])
    made = made.slice()
    await Kept.bulkSave(made)
    for (const { password } of await users().find().toArray()) {
      expect(await verifyPassword(password, PLAIN)).toBe(true)
    }
  })

  it('a hasher that fails sends nothing and leaves the instance as it was', async () => {
    let calls = 0
    const hasher = {
      make: async (value: string) => {
        calls++
        await new Promise((resolve) => setTimeout(resolve, calls))
        if (value === 'refused') throw new Error('no such policy')
        return `hash of ${value}`
      },
      verify: () => true,
    }
    class Account extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column() declare key: string
      @column.hashed({ hasher }) declare password: string
    }
    const accounts = [
      new Account().merge({ key: 'a', password: 'fine' }),
      new Account().merge({ key: 'b', password: 'refused' }),
      new Account().merge({ key: 'c', password: 'fine too' }),
    ]
    const [, refused] = accounts
    await expect(refused?.save()).rejects.toThrow('no such policy')
    const many = Account.createMany(accounts.map(({ key, password }) => ({ key, password })))
    await expect(many).rejects.toThrow('no such policy')
    expect(await db.collection('accounts').countDocuments()).toBe(0)
    const result = await Account.bulkSave(accounts, { ordered: false, throwOnFailure: false })
    expect(result).toMatchObject({ inserted: 2, failures: [{ position: 1 }] })
    expect(accounts.map(({ password }) => password)).toEqual([
      'hash of fine',
      'refused',
      'hash of fine too',
    ])
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(refused?.password).toBe('refused')
  })

  it.each([undefined, null, 5, ''])('a hasher that answers %j is refused', async (answer) => {
    const hasher = { make: () => answer as never, verify: () => false }
    class Odd extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column.hashed({ hasher }) declare password: string
    }
    const error = await Odd.create({ password: PLAIN }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(errors.E_INVALID_VALUE)
    expect(error).toMatchObject({ model: 'Odd', column: 'password' })
    expect(inspect(error)).not.toContain(PLAIN)
  })
})

describe('a managed transaction that is repeated', () => {
  const conflict = {
    failCommands: ['insert', 'update', 'commitTransaction'],
    errorCode: 112,
    errorLabels: ['TransientTransactionError'],
  }
  const made: string[] = []
  const hasher = {
    make: (value: string) => {
      made.push(value)
      return hashPassword(value, CHEAP)
    },
    verify: verifyPassword,
  }
  class Member extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare key: string
    @column.hashed({ hasher }) declare password: string
  }
  afterEach(async () => {
    made.length = 0
    await db.collection('members').deleteMany({})
  })

  const REPEATED: Record<string, () => Promise<unknown>> = {
    'an instance from outside': async () => {
      const member = new Member().merge({ key: 'a', password: PLAIN })
      await database.transaction((trx) => member.useTransaction(trx).save())
      return member
    },
    'a stored instance from outside': async () => {
      const member = await Member.firstOrFail()
      member.password = PLAIN
      await database.transaction((trx) => member.useTransaction(trx).save())
    },
    createMany: () =>
      Member.createMany([
        { key: 'a', password: PLAIN },
        { key: 'b', password: PLAIN },
      ]),
    updateOrCreate: () => Member.updateOrCreate({ key: 'a' }, { password: PLAIN }),
    'bulkWrite, all or none': () =>
      Member.bulkWrite(
        (bulk) =>
          bulk
            .insert({ key: 'a', password: PLAIN })
            .upsert({ key: 'b' }, { password: PLAIN })
            .replaceOne({ key: 'c' }, { key: 'c', password: PLAIN }, { upsert: true }),
        { atomic: true },
      ),
  }

  it.each(Object.entries(REPEATED))(
    '%s: every hash is one of the plain text',
    async (what, run) => {
      const { insertedId: _id } = await db
        .collection('members')
        .insertOne({ key: 'a', password: 'x' })
      if (!what.startsWith('a stored')) await db.collection('members').deleteOne({ _id })
      await withFailPoint(client, conflict, { times: 2 }, run)
      const stored = await db.collection('members').find().toArray()
      expect(stored.length).toBeGreaterThan(0)
      for (const { password } of stored) expect(await verifyPassword(password, PLAIN)).toBe(true)
      expect(new Set(made)).toEqual(new Set([PLAIN]))
    },
  )
})

describe('nothing shows the plain text', () => {
  it('util.inspect hides the hash, and what will be one', async () => {
    const user = new User().merge({ key: 'a', password: PLAIN, pin: null })
    expect(inspect(user)).toBe("User { key: 'a', password: '[hashed]', pin: null }")
    await user.save()
    for (const shown of [user, await User.findOrFail(user.id)]) {
      expect(inspect(shown)).toContain("password: '[hashed]'")
      expect(inspect(shown, { depth: 9, showHidden: true })).not.toContain('scrypt')
    }
  })

  it('events and errors do not have it', async () => {
    const debugged = new Database({
      connection: 'main',
      connections: { main: { url: uri, database: name, debug: true } },
    })
    const events: QueryEvent[] = []
    const stop = debugged.onQuery((event) => void events.push(event))
    try {
      class Watched extends User {
        static override collection = 'watched'
      }
      Watched.useDatabase(debugged)
      await db.collection('watched').createIndex({ key: 1 }, { unique: true })
      for (const path of WRITE_PATHS) {
        const error = await write(db, path, Watched as never, { password: PLAIN }).catch(
          (thrown: unknown) => thrown,
        )
        if (error instanceof Error) expect(inspect(error, { depth: 9 })).not.toContain(PLAIN)
      }
      await Watched.create({ key: 'twice', password: PLAIN })
      const error = await Watched.create({ key: 'twice', password: PLAIN }).catch((one) => one)
      expect(error).toBeInstanceOf(errors.E_DUPLICATE_KEY)
      expect(inspect(error, { depth: 9 })).not.toContain(PLAIN)
      await expect(
        Watched.query()
          .where('key', 'twice')
          .update({ password: 5 as never }),
      ).rejects.toThrow(errors.E_INVALID_VALUE)
      expect(events.length).toBeGreaterThan(WRITE_PATHS.length)
      expect(everything(events)).not.toContain(PLAIN)
    } finally {
      stop()
      await debugged.closeAll()
    }
  })

  it('it never reaches the server', async () => {
    for (const path of WRITE_PATHS) {
      const bytes: string[] = []
      await db.command({ profile: 2 })
      await write(db, path, User, { password: PLAIN, pin: '9999' })
      await db.command({ profile: 0 })
      for (const entry of await db.collection('system.profile').find().toArray()) {
        bytes.push(JSON.stringify(entry))
      }
      await db.collection('system.profile').drop()
      expect(bytes.length, path.name).toBeGreaterThan(0)
      expect(bytes.join('\n'), path.name).not.toContain(PLAIN)
    }
  })

  it('is in JSON only when asked for, and then as the hash', async () => {
    class Open extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column.hashed({ ...CHEAP, serializeAs: 'hash' }) declare password: string
    }
    const made = await Open.create({ password: PLAIN })
    expect(made.toJSON()).toEqual({ id: made.id, hash: made.password })
    expect(JSON.parse(await Open.query().toJson())).toEqual([{ id: made.id, hash: made.password }])
    await User.create({ key: 'a', password: PLAIN })
    expect(await User.query().toJson()).not.toContain('scrypt')
  })

  it('what a getter kept of it is forgotten', async () => {
    class Cached extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column.hashed(CHEAP) declare password: string
      get strength() {
        return this.$getAttributeFromCache('password', (plain) => ({ plain }))
      }
    }
    const made = new Cached()
    made.password = PLAIN
    expect(made.strength).toEqual({ plain: PLAIN })
    await made.save()
    expect(everything(made)).not.toContain(PLAIN)
    expect(made.strength).toEqual({ plain: made.password })
  })
})

describe('conditions', () => {
  type Query = ModelQuery<typeof User>
  const REFUSED: Record<string, (query: Query) => unknown> = {
    where: (query) => query.where('password', PLAIN),
    'where of an object': (query) => query.where({ key: 'a', password: PLAIN }),
    'where with an operator': (query) => query.where('password', '!=', PLAIN),
    'where by stored name': (query) => query.where('pin_hash' as never, '1' as never),
    'inside of it': (query) => query.where('password.x' as never, 1 as never),
    orWhere: (query) => query.where('key', 'a').orWhere('password', PLAIN),
    whereNot: (query) => query.whereNot('password', PLAIN),
    whereIn: (query) => query.whereIn('password', [PLAIN]),
    whereNotIn: (query) => query.whereNotIn('password', [PLAIN]),
    whereLike: (query) => query.whereLike('password', '$scrypt%'),
    whereBetween: (query) => query.whereBetween('password', ['a', 'b']),
    whereColumn: (query) => query.whereColumn('password', 'pin'),
    orderBy: (query) => query.orderBy('password'),
    'in a group': (query) => query.where((group) => group.where('password', PLAIN)),
    'an operator object': (query) => query.where('password', { $ne: null } as never),
  }
  it.each(Object.entries(REFUSED))('%s: refused, with what to do', (_, run) => {
    const attempt = () => run(User.query())
    expect(attempt).toThrow(errors.E_INVALID_QUERY)
    expect(attempt).toThrow(/verifyPassword\(\)/)
    try {
      attempt()
    } catch (error) {
      expect(error).toMatchObject({ model: 'User', column: expect.stringMatching(/password|pin/) })
      expect(inspect(error)).not.toContain(PLAIN)
    }
  })

  const RUN: Record<string, () => Promise<unknown>> = {
    findBy: () => User.findBy('password', PLAIN),
    findManyBy: () => User.findManyBy({ password: PLAIN }),
    firstOrCreate: () => User.firstOrCreate({ password: PLAIN }),
    updateOrCreate: () => User.updateOrCreate({ key: 'a', password: PLAIN }, {}),
    fetchOrCreateMany: () => User.fetchOrCreateMany('password', [{ password: PLAIN }]),
    upsertMany: () => User.upsertMany([{ password: PLAIN }], { by: ['password'] }),
    'bulkWrite filter': () =>
      User.bulkWrite((bulk) => bulk.updateOne({ password: PLAIN }, { key: 'x' })),
    push: () =>
      User.query()
        .all()
        .pushTo('password' as never, 'x' as never),
    min: () =>
      User.query()
        .all()
        .updateMany((update) => update.min('password', 'x')),
    rename: () =>
      User.query()
        .all()
        .updateMany((update) => update.rename('key', 'password')),
    'a value inside': () =>
      User.query()
        .all()
        .update('password.x' as never, 'x' as never),
    'a pipeline that sets it': () =>
      User.query()
        .all()
        .updateWith([{ $set: { password: 'plain' } }]),
    'an aggregation': async () => User.aggregate().match({ password: PLAIN } as never),
    'an expression': async () =>
      User.aggregate().addFields({ same: expr.eq(expr.field('password'), PLAIN) }),
  }
  it.each(Object.entries(RUN))('%s: refused', async (_, run) => {
    const error = await run().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(errors.E_INVALID_QUERY)
    expect(inspect(error)).not.toContain(PLAIN)
    expect(await users().countDocuments()).toBe(0)
  })

  it('tests for null work', async () => {
    await User.createMany([
      { key: 'with', password: PLAIN },
      { key: 'without', password: null },
    ])
    const keys = async (query: Query) => (await query).map(({ key }) => key)
    expect(await keys(User.query().whereNull('password'))).toEqual(['without'])
    expect(await keys(User.query().where('password', null))).toEqual(['without'])
    expect(await keys(User.query().whereNotNull('password'))).toEqual(['with'])
    expect(await keys(User.query().whereNot('password', null))).toEqual(['with'])
  })
})

describe('many rows', () => {
  it('few hashes are made at once, in createMany, bulkSave and bulkWrite', async () => {
    let running = 0
    let most = 0
    const hasher = {
      async make(value: string) {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve, 1))
        running--
        return `hash of ${value}`
      },
      verify: () => true,
    }
    class Many extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column() declare key: string
      @column.hashed({ hasher }) declare password: string
    }
    const values = Array.from({ length: 40 }, (_, at) => ({ key: `${at}`, password: `p${at}` }))
    const made = await Many.createMany(values)
    for (const one of made) one.password = `again ${one.key}`
    await Many.bulkSave(made)
    await Many.bulkWrite((bulk) => {
      for (const { key } of values) bulk.updateOne({ key }, { password: `third ${key}` })
      return bulk
    })
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(3)
    const stored = await db.collection('manies').find().toArray()
    expect(stored.map(({ key, password }) => [key, password])).toEqual(
      values.map(({ key }) => [key, `hash of third ${key}`]),
    )
  })

  it('can be called off', async () => {
    const abort = new AbortController()
    let hashed = 0
    const hasher = {
      make: (value: string) => {
        if (++hashed === 3) abort.abort(new Error('enough'))
        return `hash of ${value}`
      },
      verify: () => true,
    }
    class Stopped extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column.hashed({ hasher }) declare password: string
    }
    const values = Array.from({ length: 100 }, () => ({ password: PLAIN }))
    const error = await Stopped.createMany(values, { signal: abort.signal }).catch((one) => one)
    expect(error).toBeInstanceOf(errors.E_ABORTED)
    expect(error.cause).toMatchObject({ message: 'enough' })
    expect(hashed).toBeLessThan(10)
    expect(await db.collection('stoppeds').countDocuments()).toBe(0)
  })

  it('a value that is set while the one before is hashed is hashed too', async () => {
    const user = new User().merge({ key: 'a', password: 'first' })
    const saving = user.save()
    user.password = 'second'
    await saving
    expect(await verifyPassword(user.password, 'second')).toBe(true)
    const stored = await users().findOne()
    expect(await verifyPassword(stored?.password, 'second')).toBe(true)
  })

  it('two saves of one instance at once store one of its hashes', async () => {
    const user = await User.create({ key: 'a', password: 'first' })
    user.password = PLAIN
    await Promise.all([user.save(), user.save()])
    const stored = await users().findOne()
    expect(stored?.password).toBe(user.password)
    expect(await verifyPassword(stored?.password, PLAIN)).toBe(true)
  })
})

describe('adapters and documents that something else read', () => {
  it("an application's adapter gets hashes", async () => {
    const seen: unknown[] = []
    class Recorder extends Adapter {
      override insert(...args: Parameters<Adapter['insert']>) {
        seen.push(args[1].password)
        return super.insert(...args)
      }
      override update(...args: Parameters<Adapter['update']>) {
        seen.push(args[1].password)
        return super.update(...args)
      }
    }
    class Adapted extends User {
      static override collection = 'adapted'
    }
    Adapted.useAdapter(new Recorder())
    const user = await Adapted.create({ key: 'a', password: PLAIN })
    await Adapted.createMany([{ key: 'b', password: PLAIN }])
    await user.merge({ password: 'other' }).save()
    expect(seen).toHaveLength(3)
    for (const hash of seen) expect(hash).toMatch(HASH)
  })

  it('a document that was taken over is not hashed again', async () => {
    const { insertedId } = await users().insertOne({ key: 'a', password: 'a hash' })
    const document = await users().findOne({ _id: insertedId })
    const made = User.$createFromAdapterResult(document)
    expect([made?.password, made?.$isDirty]).toEqual(['a hash', false])
    const consumed = new User()
    consumed.$consumeAdapterResult({ key: 'b', password: 'another hash' })
    await consumed.save()
    expect(await users().findOne({ key: 'b' })).toMatchObject({ password: 'another hash' })
  })

  it('a plain text is never taken for what is stored', () => {
    const user = new User().merge({ key: 'a', password: PLAIN })
    expect(() => user.$hydrateOriginals()).toThrow(errors.E_INVALID_VALUE)
    user.password = prehashed('a hash')
    user.$hydrateOriginals()
    expect(user.password).toBe('a hash')
  })
})

describe('known defects of hand-made hashing', () => {
  // A hook hashed only where the password was NOT among the changed fields.
  it('a changed password is stored as a hash of the new one, and never in plain', async () => {
    const user = await User.create({ key: 'alice', password: 'securepassword' })
    expect(await verifyPassword(user.password, 'securepassword')).toBe(true)
    const found = await User.findByOrFail('key', 'alice')
    found.password = 'changed'
    await found.save()
    const stored = await users().findOne()
    expect(stored?.password).toMatch(HASH)
    expect(Object.values(stored ?? {})).not.toContain('changed')
    expect(await verifyPassword(stored?.password, 'changed')).toBe(true)
    expect(await verifyPassword(stored?.password, 'securepassword')).toBe(false)
  })

  // Hooks of `save` do not run for updates by queries.
  it('an update by a query does not store it in plain either', async () => {
    await User.create({ key: 'alice', password: 'securepassword' })
    await User.query().where('key', 'alice').update({ password: 'changed' })
    const stored = await users().findOne()
    expect(await verifyPassword(stored?.password, 'changed')).toBe(true)
  })

  it('an instance that was blanked for output does not store the blank', async () => {
    const { id, password } = await User.create({ key: 'alice', password: 'securepassword' })
    const user = (await User.findOrFail(id)) as User & Written
    expect(user.toJSON()).not.toHaveProperty('password')
    await user.merge({ key: 'shown' }).save()
    expect(await users().findOne()).toMatchObject({ key: 'shown', password })
  })
})

describe('declaring', () => {
  it.each([
    ['cost', { cost: 3 }],
    ['memory', { cost: 2 ** 20 }],
    ['a hasher without verify', { hasher: { make: () => '' } }],
    ['a hasher that is not there yet', { hasher: undefined }],
    ['isPrimary', { isPrimary: true }],
    ['prepare', { prepare: () => '' }],
  ])('refuses %s', (_, options) => {
    expect(() => {
      class Wrong extends BaseModel {
        @column.hashed(options as never) declare password: string
      }
      return Wrong
    }).toThrow(errors.E_MODEL_DEFINITION)
  })

  it('a subclass hashes as its parent does', async () => {
    class Admin extends User {
      static override collection = 'users'
      @column() declare level: number
    }
    const { password } = await Admin.create({ key: 'a', password: PLAIN, level: 1 })
    expect(await verifyPassword(password, PLAIN)).toBe(true)
  })
})
