/** What after hooks of reads make properties show is a view of the document. */
import {
  afterFetch,
  afterFind,
  afterPaginate,
  BaseModel,
  column,
  type ModelPaginator,
} from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { database, db } = lucentDatabase()
const users = db.collection('users')

let change: (user: User) => void = () => {}

class User extends BaseModel {
  static override collection = 'users'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare email: string
  @column() declare password: string
  @column() declare tags: string[]
  @column.hashed({ hasher: { make: async (text) => `hash of ${text}`, verify: async () => true } })
  declare pin: string

  @afterFind() static one(user: User | null) {
    if (user !== null) change(user)
  }

  @afterFetch() static many(found: User[]) {
    for (const user of found) change(user)
  }
}

/** Seed 003's hook, and changes in place. */
const clean = (user: User) => {
  user.password = ''
  user.pin = ''
  user.name = user.name.trim()
  user.email = user.email.toLowerCase()
  user.tags.sort()
}

const STORED = {
  name: ' Ada ',
  email: 'ADA@example.com',
  password: 'hash',
  pin: 'hash of 1',
  tags: ['b', 'a'],
}
const SHOWN = { name: 'Ada', email: 'ada@example.com', password: '', pin: '', tags: ['a', 'b'] }

afterEach(async () => {
  change = () => {}
  await users.deleteMany({})
})

async function stored() {
  const { insertedId } = await users.insertOne({ ...STORED })
  change = clean
  return String(insertedId)
}

const READS: Record<string, (id: string) => Promise<User | null | undefined>> = {
  find: (id) => User.find(id),
  'find, alone': (id) => User.find(id, { coalesce: false }),
  findBy: (id) => User.findBy({ id }),
  findMany: async (id) => (await User.findMany([id]))[0],
  first: (id) => User.query().where('id', id).first() as Promise<User | null>,
  exec: async (id) => (await User.query().where('id', id))[0] as User,
  paginate: async (id) => (await User.query().where('id', id).paginate(1)).all()[0] as User,
  paginateCursor: async (id) =>
    (await User.query().where('id', id).paginateCursor({ limit: 3 })).all()[0] as User,
  cursor: async (id) => {
    for await (const user of User.query().where('id', id).cursor()) return user as User
    return null
  },
  refresh: async (id) => {
    change = () => {}
    const user = await User.findOrFail(id)
    change = clean
    return user.refresh()
  },
  lockForUpdate: async (id) => (await User.findOrFail(id)).lockForUpdate((fresh) => fresh),
  firstOrNew: (id) => User.firstOrNew({ id }),
  firstOrCreate: (id) => User.firstOrCreate({ id }),
  fetchOrNewUpMany: async (id) => (await User.fetchOrNewUpMany('id', [{ id }]))[0],
  'a row transformer': async (id) => {
    change = () => {}
    const query = User.query().where('id', id)
    return (await query.rowTransformer((user) => clean(user as User)))[0] as User
  },
}

describe('7. what after-read hooks set', () => {
  it.each(Object.entries(READS))('%s: is shown and not saved', async (_, read) => {
    const id = await stored()
    const user = (await read(id)) as User
    expect(user).toMatchObject(SHOWN)
    expect(user.toJSON()).toMatchObject({ name: 'Ada', password: '' })
    expect(user.$dirty).toEqual({})
    expect(user.$original).toMatchObject(STORED)
    change = () => {}
    const outside = user.$trx === undefined ? user : await User.findOrFail(id)
    await outside.save()
    expect(await users.findOne()).toMatchObject(STORED)
    await user.merge({ name: 'Grace' }).save()
    expect(await users.findOne()).toMatchObject({ ...STORED, name: 'Grace' })
    expect(user).toMatchObject({ ...SHOWN, name: 'Grace', $isDirty: false })
  })

  const SAVES: Record<string, (user: User) => Promise<unknown>> = {
    save: (user) => user.save(),
    saveQuietly: (user) => user.saveQuietly(),
    'save, sharing a command': (user) => user.save({ coalesce: true }),
    bulkSave: (user) => User.bulkSave([user]),
    'save in a transaction': (user) =>
      database.transaction((trx) => user.useTransaction(trx).save()),
    enableForceUpdate: (user) => user.enableForceUpdate().save(),
  }
  it.each(Object.entries(SAVES))('%s: what is set afterwards is saved', async (_, save) => {
    const user = await User.findOrFail(await stored())
    user.tags.push('c')
    user.password = 'new'
    expect(user.$dirty).toEqual({ tags: ['a', 'b', 'c'], password: 'new' })
    await save(user)
    expect(await users.findOne()).toMatchObject({
      ...STORED,
      tags: ['a', 'b', 'c'],
      password: 'new',
    })
    expect(user.$isDirty).toBe(false)
    user.password = ''
    await save(user)
    expect(await users.findOne()).toMatchObject({ password: '' })
  })

  it.each(['in the hook', 'later'])('markDirty %s says that it is meant', async (when) => {
    const id = await stored()
    change = (user) => {
      clean(user)
      if (when === 'in the hook') user.markDirty('name', 'pin')
    }
    const user = await User.findOrFail(id)
    if (when === 'later') user.markDirty('name', 'pin')
    expect(user.$dirty).toEqual({ name: 'Ada', pin: '' })
    await user.save()
    expect(await users.findOne()).toMatchObject({ ...STORED, name: 'Ada', pin: 'hash of ' })
    expect(user.$isDirty).toBe(false)
  })

  it('a hook that saves the instance itself', async () => {
    const id = await stored()
    const saved: Promise<unknown>[] = []
    class Seen extends User {
      static override collection = 'users'
      @column() declare seen: number
      @afterFind() static async note(user: Seen | null) {
        if (user === null) return
        user.seen = 1
        await user.save()
        saved.push(Promise.resolve())
      }
    }
    change = () => {}
    const user = await Seen.findOrFail(id)
    expect(saved).toHaveLength(1)
    expect(user).toMatchObject({ seen: 1, $isDirty: false })
    user.seen = 2
    await user.saveQuietly()
    expect(await users.findOne()).toMatchObject({ seen: 2 })
  })

  it('a failed save, and a rollback, show the view still', async () => {
    const user = await User.findOrFail(await stored())
    const trx = await database.transaction()
    const inside = await User.findOrFail(user.id, { client: trx })
    for (const one of [user.useTransaction(trx), inside]) {
      await one.merge({ email: 'x' }).save()
    }
    await trx.rollback()
    for (const one of [user, inside]) {
      expect(one).toMatchObject({ ...SHOWN, $isDirty: false })
      await one.save()
    }
    expect(await users.findOne()).toMatchObject(STORED)
  })

  it('a hook of the page', async () => {
    class Paged extends User {
      static override collection = 'users'
      @afterPaginate() static hide(page: ModelPaginator<Paged>) {
        for (const user of page.all()) user.password = 'hidden'
      }
    }
    await stored()
    const [user] = (await Paged.query().paginate(1)).all()
    expect(user).toMatchObject({ password: '', $isDirty: false })
    await user?.save()
    expect(await users.findOne()).toMatchObject(STORED)
  })
})
