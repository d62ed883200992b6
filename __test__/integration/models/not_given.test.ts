/** `undefined` means that no value is given. What is to go is said: `null`, or `unset`. */
import { BaseModel, column, errors } from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { updatesOf } from '../../helpers/profile.ts'
import { WRITE_PATHS, type Written, write } from '../../helpers/write_paths.ts'

const server = lucentDatabase()
const { database, db } = server
const users = db.collection('users')

afterEach(() => users.deleteMany({}))

class User extends BaseModel {
  static override collection = 'users'
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column() declare name: string | undefined
  @column() declare email: string | null | undefined
  @column({ prepare: (tags: string[]) => tags.map((tag) => `#${tag}`) }) declare tags: string[]
  @column.hashed() declare password: string | undefined
}

const BEFORE = { name: 'Ada', email: 'ada@example.com' }

describe('2. undefined is not given', () => {
  const COLUMN_AT_A_TIME = 'query update, a column at a time'
  it.each(WRITE_PATHS.filter(({ name }) => name !== COLUMN_AT_A_TIME))('$name', async (path) => {
    const values = { name: 'Grace', email: undefined, tags: undefined, password: undefined }
    const { stored, instances } = await write(db, path, User, values, { before: BEFORE })
    const replaces = /[rR]eplace/.test(path.name)
    for (const document of stored) {
      expect(document.name).toBe('Grace')
      // A document that is new, or replaced, has what it is given.
      expect(document.email).toBe(path.kind === 'insert' || replaces ? undefined : BEFORE.email)
      expect(document).not.toHaveProperty('tags')
      expect(document).not.toHaveProperty('password')
    }
    for (const instance of instances as Written[]) {
      if (instance !== null) expect(instance.$isDirty).toBe(false)
    }
  })

  it.each(WRITE_PATHS.filter(({ kind, name }) => kind === 'update' && !/replace|fill/i.test(name)))(
    '$name, and nothing else given',
    async (path) => {
      const run = write(db, path, User, { email: undefined }, { before: BEFORE })
      if (path.name === COLUMN_AT_A_TIME) {
        await expect(run).rejects.toMatchObject({ code: 'E_UNDEFINED_VALUE' })
        return
      }
      const { stored } = await run
      expect(stored).toMatchObject([BEFORE])
    },
  )

  it('an update by query tells what it matched', async () => {
    await User.createMany([{ name: 'a' }, { name: 'b' }])
    expect(await User.query().all().update({ email: undefined })).toEqual([2])
    expect(await User.query().all().updateMany({ name: undefined })).toEqual({
      matched: 2,
      modified: 0,
    })
    const found = await User.query().where('name', 'a').findOneAndUpdate({ email: undefined })
    expect(found?.name).toBe('a')
    await expect(User.query().all().update({})).rejects.toMatchObject({ code: 'E_INVALID_QUERY' })
    await expect(
      User.query()
        .all()
        .update({ nothing: undefined } as never),
    ).rejects.toMatchObject({ code: 'E_UNKNOWN_COLUMN' })
    await expect(
      User.query()
        .all()
        .update('name', undefined as never),
    ).rejects.toMatchObject({
      code: 'E_UNDEFINED_VALUE',
    })
  })

  it('the key stays among the attributes', async () => {
    const user = await User.create(BEFORE)
    user.merge({ email: undefined })
    expect(Object.keys(user.$attributes)).toEqual(['id', 'name', 'email'])
    expect('email' in user.$attributes).toBe(true)
    expect(user.$attributes.email).toBeUndefined()
    expect(user.email).toBeUndefined()
    expect(user.$dirty).toEqual({})
    expect(await updatesOf(server, 'users', () => user.save())).toEqual([])
    expect((await user.refresh()).email).toBe(BEFORE.email)
    const fresh = new User().merge({ email: undefined })
    expect(Object.keys(fresh.$attributes)).toEqual(['email'])
    expect(fresh.toJSON()).toEqual({})
  })

  it('fill takes what is undefined for named, so it is not made null', async () => {
    const user = await User.create(BEFORE)
    await user.fill({ name: 'Grace', email: undefined }).save()
    expect(await users.findOne()).toMatchObject({ name: 'Grace', email: BEFORE.email })
    await (await user.refresh()).fill({ name: 'Grace' }).save()
    expect(await users.findOne()).toMatchObject({ name: 'Grace', email: null })
  })

  it('does not take what was searched by', async () => {
    const values = { email: 'a', name: undefined }
    expect((await User.firstOrNew({ name: 'x' }, values)).name).toBe('x')
    expect((await User.firstOrCreate({ name: 'x' }, values)).name).toBe('x')
    expect((await User.updateOrCreate({ name: 'y' }, values)).name).toBe('y')
    expect(await users.countDocuments({ name: { $in: ['x', 'y'] } })).toBe(2)
  })
})

describe('2. removing is said', () => {
  const REMOVALS: Record<string, (user: User) => unknown> = {
    unset: (user) => user.unset('email'),
    'unset of a stored name': (user) => user.unset('email', 'name'),
    'delete of $attributes': (user) => delete user.$attributes.email,
  }
  const SAVES: Record<string, (user: User) => Promise<unknown>> = {
    save: (user) => user.save(),
    saveQuietly: (user) => user.saveQuietly(),
    'save, sharing a command': (user) => user.save({ coalesce: true }),
    bulkSave: (user) => User.bulkSave([user]),
    'save in a transaction': (user) =>
      database.transaction((trx) => user.useTransaction(trx).save()),
  }
  describe.each(Object.entries(REMOVALS))('by %s', (_, remove) => {
    it.each(Object.entries(SAVES))('and %s', async (__, save) => {
      const user = await User.create(BEFORE)
      remove(user)
      expect(user.$dirty).toHaveProperty('email', undefined)
      expect(Object.keys(user.$attributes)).not.toContain('email')
      await save(user)
      expect(await users.findOne()).not.toHaveProperty('email')
      expect(user).toMatchObject({ email: undefined, $isDirty: false })
      expect(user.$original).not.toHaveProperty('email')
      // What is undefined again is not given again.
      user.email = 'new'
      await save(user)
      user.email = undefined
      await save(user)
      expect(await users.findOne()).toMatchObject({ email: 'new' })
    })
  })

  it('also of a column that a query left out', async () => {
    await User.create(BEFORE)
    const user = await User.query().select('name').firstOrFail()
    await user.unset('email').save()
    expect(await users.findOne()).not.toHaveProperty('email')
  })

  it('a value that is set afterwards is stored; one of a new instance is not', async () => {
    const user = await User.create(BEFORE)
    user.unset('email')
    user.email = 'back'
    await user.save()
    expect(await users.findOne()).toMatchObject({ email: 'back' })
    const fresh = await new User().merge(BEFORE).unset('email').save()
    expect(await users.findOne({ email: { $exists: false } })).toMatchObject({
      name: fresh.name,
    })
  })

  it('a failed save, and a rollback, leave it to be said', async () => {
    const user = await User.create(BEFORE)
    user.unset('email')
    const trx = await database.transaction()
    await user.useTransaction(trx).save()
    await trx.rollback()
    expect(user.$dirty).toHaveProperty('email', undefined)
    await user.save()
    expect(await users.findOne()).not.toHaveProperty('email')
  })

  it('refuses what is no column, the primary key, and a deleted instance', async () => {
    const user = await User.create(BEFORE)
    expect(() => user.unset('nothing' as never)).toThrow(errors.E_UNKNOWN_COLUMN)
    user.unset('id')
    await expect(user.save()).rejects.toMatchObject({ code: 'E_INVALID_VALUE', column: 'id' })
    await (await User.findOrFail((await users.findOne())?._id)).delete()
    const gone = await User.create(BEFORE)
    await gone.delete()
    expect(() => gone.unset('name')).toThrow(errors.E_MODEL_DELETED)
  })
})
