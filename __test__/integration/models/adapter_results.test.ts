import { afterFetch, afterFind, BaseModel, column, errors, ObjectId } from 'lucent-odm'
import type { DateTime } from 'luxon'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { updatesOf } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { database, db } = server
const users = db.collection('users')

let hooks = 0

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare fullName: string | null
  @column() declare tags: string[]
  @column.objectId() declare teamId: string
  @column.dateTime() declare seenAt: DateTime
  @column({
    prepare: (text: string) => `<${text}>`,
    consume: (text) => (text as string | undefined)?.slice(1, -1) as string,
  })
  declare note: string

  @afterFind() @afterFetch() static count() {
    hooks++
  }
}

afterEach(() => users.deleteMany({}))

const TEAM = 'a'.repeat(24)
const ID = 'b'.repeat(24)
const DOCUMENT = {
  _id: new ObjectId(ID),
  full_name: 'Zoë',
  tags: ['x'],
  team_id: new ObjectId(TEAM),
  seen_at: new Date('2026-01-02T03:04:05Z'),
  note: '<n>',
  visits: 3,
}

describe('$createFromAdapterResult', () => {
  it('makes an instance as if it had been read', async () => {
    hooks = 0
    const user = User.$createFromAdapterResult(DOCUMENT) as User
    expect(user).toBeInstanceOf(User)
    expect(user).toMatchObject({ id: ID, fullName: 'Zoë', tags: ['x'], teamId: TEAM, note: 'n' })
    expect(user.seenAt.toMillis()).toBe(DOCUMENT.seen_at.getTime())
    expect(user.$extras).toEqual({ visits: 3 })
    expect(user).toMatchObject({ $isPersisted: true, $isLocal: false, $isDirty: false })
    expect(hooks).toBe(0)
  })

  it('saves what changes', async () => {
    await users.insertOne({ ...DOCUMENT })
    const user = User.$createFromAdapterResult(await users.findOne()) as User
    user.tags.push('y')
    const updates = await updatesOf(server, 'users', () => user.merge({ fullName: 'Eve' }).save())
    expect(updates).toEqual([{ $set: { full_name: 'Eve', tags: ['x', 'y'] } }])
    await user.delete()
    expect(await users.countDocuments()).toBe(0)
  })

  it('takes ids as text, and a part of the document', async () => {
    const user = User.$createFromAdapterResult({ _id: ID, team_id: TEAM }) as User
    expect(user).toMatchObject({ id: ID, teamId: TEAM, fullName: undefined, $isDirty: false })
    await users.insertOne({ ...DOCUMENT })
    await user.merge({ fullName: 'Eve' }).save()
    expect(await users.findOne()).toMatchObject({ full_name: 'Eve', note: '<n>' })
  })

  it('a name like that of a property is not taken for it', () => {
    const user = User.$createFromAdapterResult({ _id: ID, fullName: 'x', $id: 1 }) as User
    expect(user.fullName).toBeUndefined()
    expect(user.$extras).toEqual({ fullName: 'x', $id: 1 })
  })

  it('keeps what is no document apart', () => {
    for (const none of [null, undefined, 'x', 1, [DOCUMENT]]) {
      expect(User.$createFromAdapterResult(none)).toBeNull()
    }
    expect(() => User.$createFromAdapterResult({ team_id: 'x' })).toThrow(
      errors.E_INVALID_OBJECT_ID,
    )
    const polluted = JSON.parse(`{ "_id": "${ID}", "__proto__": { "isAdmin": true } }`)
    const user = User.$createFromAdapterResult(polluted) as User
    expect((user as unknown as { isAdmin?: boolean }).isAdmin).toBeUndefined()
    expect(Object.keys(user.$extras)).toEqual(['__proto__'])
  })

  it('takes what is sideloaded, and options', async () => {
    const sideloaded = { tenant: 1 }
    const user = User.$createFromAdapterResult(DOCUMENT, sideloaded, { connection: 'main' })
    expect(user?.$sideloaded).toBe(sideloaded)
    expect(user?.$options).toEqual({ connection: 'main' })
    const trx = await database.transaction()
    const inside = User.$createFromAdapterResult(DOCUMENT, undefined, { client: trx })
    expect(inside?.$trx).toBe(trx)
    await trx.rollback()
  })

  it('makes many, without what is no document', () => {
    const sideloaded = {}
    const made = User.$createMultipleFromAdapterResult(
      [DOCUMENT, null, { _id: new ObjectId() }],
      sideloaded,
    )
    expect(made.map(({ fullName }) => fullName)).toEqual(['Zoë', undefined])
    expect(made.every(({ $sideloaded }) => $sideloaded === sideloaded)).toBe(true)
  })
})

describe('$consumeAdapterResult', () => {
  it('sets what the document has, by its stored names', () => {
    const user = new User().merge({ fullName: 'before', tags: ['kept'] })
    user.$extras = { old: true }
    const sideloaded = { tenant: 1 }
    const { tags: _tags, ...rest } = DOCUMENT
    user.$consumeAdapterResult(rest, sideloaded)
    expect(user).toMatchObject({ id: ID, fullName: 'Zoë', tags: ['kept'], teamId: TEAM, note: 'n' })
    expect(user.$extras).toEqual({ old: true, visits: 3 })
    expect(user.$sideloaded).toBe(sideloaded)
    expect(user).toMatchObject({ $isPersisted: false })
    user.$consumeAdapterResult(undefined)
    expect(user.fullName).toBe('Zoë')
  })

  it('changes a stored instance', async () => {
    const user = await User.create({ fullName: 'Ada' })
    user.$consumeAdapterResult({ full_name: 'Eve', team_id: TEAM })
    expect(user.$dirty).toEqual({ fullName: 'Eve', teamId: TEAM })
    await user.save()
    expect(await users.findOne()).toMatchObject({ full_name: 'Eve', team_id: new ObjectId(TEAM) })
  })
})

describe('$hydrateOriginals', () => {
  it('takes the attributes for what is stored', async () => {
    const user = await User.create({ fullName: 'Ada', tags: ['x'], note: 'n', teamId: TEAM })
    user.$extras = { visits: 3 }
    user.tags.push('y')
    user.merge({ fullName: 'Eve', note: 'm' })
    user.$hydrateOriginals()
    expect(user.$isDirty).toBe(false)
    expect(user.$original).toEqual({
      id: user.id,
      fullName: 'Eve',
      tags: ['x', 'y'],
      note: 'm',
      teamId: TEAM,
    })
    expect(user.$extras).toEqual({ visits: 3 })
    expect(await updatesOf(server, 'users', () => user.save())).toEqual([])
    user.tags.push('z')
    expect(user.$dirty).toEqual({ tags: ['x', 'y', 'z'] })
    await user.save()
    expect(await users.findOne()).toMatchObject({ full_name: 'Ada', tags: ['x', 'y', 'z'] })
  })

  it('does not prepare again what was only read', async () => {
    let prepared = 0
    class Hashed extends BaseModel {
      static override collection = 'users'
      @column({ prepare: (text: string) => `${text}#${++prepared}` }) declare password: string
      @column() declare name: string
    }
    await Hashed.create({ password: 'p', name: 'a' })
    const read = await Hashed.firstOrFail()
    expect(read.password).toBe('p#1')
    read.name = 'b'
    read.$hydrateOriginals()
    expect(prepared).toBe(1)
    expect(read).toMatchObject({ password: 'p#1', name: 'b', $isDirty: false })
    await read.merge({ name: 'c' }).save()
    expect(await users.findOne()).toMatchObject({ password: 'p#1', name: 'c' })
  })

  it('knows what was saved since the document was read', async () => {
    const user = await User.create({ fullName: 'Ada', teamId: TEAM })
    const read = await User.findOrFail(user.id)
    await read.merge({ fullName: 'Zoë', teamId: 'c'.repeat(24) }).save()
    read.$hydrateOriginals()
    expect(read.$original).toEqual({ id: user.id, fullName: 'Zoë', teamId: 'c'.repeat(24) })
    expect(read.$isDirty).toBe(false)
  })
})

describe('$setOptionsAndTrx', () => {
  it('directs what the instance does', async () => {
    const user = await User.create({ fullName: 'Ada' })
    user.$setOptionsAndTrx()
    expect(user.$options).toEqual({})
    user.$setOptionsAndTrx({ connection: 'main' })
    expect(user.$options).toEqual({ connection: 'main' })
    const trx = await database.transaction()
    user.$setOptionsAndTrx({ client: trx })
    expect(user.$trx).toBe(trx)
    await user.merge({ fullName: 'Eve' }).save()
    await trx.rollback()
    expect(await users.findOne()).toMatchObject({ full_name: 'Ada' })
    expect(user.$dirty).toEqual({ fullName: 'Eve' })
  })
})

describe('what is stored of columns that were updated', () => {
  it('reads by its own type', async () => {
    const user = await User.create({ fullName: 'a', teamId: TEAM, tags: ['a'] })
    const changed = { fullName: 'Zoë', teamId: 'c'.repeat(24), tags: ['Zoë'] }
    await user.merge(changed).save()
    expect(user.$original).toEqual({ id: user.id, ...changed })
    await user.refresh()
    expect(user.$original).toEqual({ id: user.id, ...changed })
  })
})
