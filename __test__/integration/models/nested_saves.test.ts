/** What another save of the same instance stored stays when the outer one is refused or fails. */
import { BaseModel, beforeCreate, beforeDelete, beforeUpdate, column, errors } from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { database, db } = lucentDatabase()
const users = db.collection('users')

type Answer = Promise<boolean | undefined> | boolean | undefined

let hook: ((user: User) => unknown) | undefined

class User extends BaseModel {
  static override collection = 'users'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare state: string
  @column() declare tags: string[]
  @column() declare deletedAt: Date
  @column.hashed({ hasher: { make: async (text) => `hash of ${text}`, verify: async () => true } })
  declare password: string

  @beforeUpdate() @beforeCreate() static runHook(user: User): Answer {
    const run = hook
    hook = undefined
    return run?.(user) as Answer
  }

  @beforeDelete() static beforeDelete(user: User) {
    return User.runHook(user)
  }
}

class Versioned extends User {
  static override collection = 'users'
  @column.version() declare version: number
}

afterEach(async () => {
  hook = undefined
  await users.deleteMany({})
})

const stop = () => {
  throw new Error('stop')
}

type Save = (user: User) => Promise<unknown>

const SAVES: Record<string, Save> = {
  save: (user) => user.save(),
  'save, sharing a command': (user) => user.save({ coalesce: true }),
  bulkSave: (user) => (user.constructor as typeof User).bulkSave([user]),
  'save in a transaction': (user) => database.transaction((trx) => user.useTransaction(trx).save()),
  delete: (user) => user.delete(),
  bulkDelete: (user) => (user.constructor as typeof User).bulkDelete([user]),
}
const OUTSIDE = Object.entries(SAVES).filter(([name]) => !name.includes('transaction'))

const ENDS: Record<string, () => unknown> = { throws: stop, 'answers false': () => false }

describe('4. a hook that saves the instance itself', () => {
  describe.each(Object.entries(ENDS))('and %s', (_, end) => {
    it.each(OUTSIDE)('%s: what it stored is what is stored', async (__, save) => {
      const user = await User.create({ name: 'one', state: 'kept', tags: ['a'] })
      user.name = 'two'
      hook = async () => {
        user.merge({ name: 'three', password: 'secret' })
        user.tags.push('b')
        await user.saveQuietly()
        user.state = 'lost'
        return end()
      }
      await expect(save(user)).rejects.toThrow()
      const stored = { name: 'three', state: 'kept', tags: ['a', 'b'] }
      expect(user).toMatchObject({ ...stored, password: 'hash of secret', $dirty: {} })
      await user.save()
      expect(await users.findOne()).toMatchObject({ ...stored, password: 'hash of secret' })
    })

    it('of a new instance: it is stored as it was then', async () => {
      const user = new User().merge({ name: 'one', password: 'secret' })
      hook = async () => {
        user.state = 'stored'
        await user.saveQuietly()
        user.name = 'lost'
        return end()
      }
      await expect(user.save()).rejects.toThrow()
      expect(user).toMatchObject({ name: 'one', state: 'stored', $isPersisted: true, $dirty: {} })
      await user.save()
      expect(await users.find().toArray()).toMatchObject([{ name: 'one', state: 'stored' }])
    })
  })

  it('a delete that becomes a mark', async () => {
    const user = await User.create({ name: 'one' })
    const when = new Date(5)
    hook = async () => {
      await user.merge({ deletedAt: when }).saveQuietly()
      return false
    }
    await expect(user.delete()).rejects.toBeInstanceOf(errors.E_HOOK_ABORTED)
    expect(user).toMatchObject({ deletedAt: when, $dirty: {}, $isDeleted: false })
    await user.merge({ name: 'two' }).save()
    expect(await users.findOne()).toMatchObject({ name: 'two', deleted_at: when })
  })

  it('what it took away stays away', async () => {
    const user = await User.create({ name: 'one', state: 'x' })
    user.state = 'y'
    hook = async () => {
      await user.unset('state').saveQuietly()
      stop()
    }
    await expect(user.save()).rejects.toThrow('stop')
    expect(user).toMatchObject({ state: undefined, $dirty: {} })
    expect(await users.findOne()).not.toHaveProperty('state')
  })

  it('what it did not store is put back', async () => {
    const user = await User.create({ name: 'one', state: 'x' })
    user.merge({ name: 'two' })
    hook = async () => {
      await user.merge({ name: 'two', state: 'y' }).saveQuietly()
      user.name = 'three'
      user.state = 'z'
      stop()
    }
    await expect(user.save()).rejects.toThrow('stop')
    expect(user).toMatchObject({ name: 'two', state: 'y', $dirty: {} })
  })
})

describe('4. saves that overlap', () => {
  it('with a version: the one that lost has what the other stored', async () => {
    class Plain extends BaseModel {
      static override collection = 'users'
      @column() declare name: string
      @column() declare state: string
      @column.version() declare version: number
    }
    const user = await Plain.create({ name: 'one', state: 'a' })
    user.name = 'two'
    const first = user.save()
    user.state = 'b'
    const second = user.save()
    const outcomes = await Promise.allSettled([first, second])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(user.version).toBe(2)
    expect(user.$original).toMatchObject({ name: 'two', version: 2 })
    // What was set after the first save began is a change still.
    expect(user.$dirty).toEqual({ state: 'b' })
    await user.save()
    expect(await users.findOne()).toMatchObject({ name: 'two', state: 'b', version: 3 })
  })

  it('with hooks that wait', async () => {
    const user = await Versioned.create({ name: 'one' })
    user.name = 'two'
    let go = () => {}
    hook = () => new Promise<void>((resolve) => (go = resolve))
    const waiting = user.save()
    await new Promise((resolve) => setImmediate(resolve))
    await user.merge({ name: 'three' }).save()
    await users.updateOne({}, { $inc: { version: 1 } })
    go()
    await expect(waiting).resolves.toBe(user)
    expect(user).toMatchObject({ name: 'three', version: 2, $dirty: {} })
    user.name = 'four'
    await expect(user.save()).rejects.toBeInstanceOf(errors.E_STALE_MODEL)
    expect(user).toMatchObject({ name: 'four', version: 2 })
    expect(user.$dirty).toEqual({ name: 'four' })
  })
})
