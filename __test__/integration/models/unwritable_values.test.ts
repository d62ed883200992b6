/** Values that can be read and not written again: having read one does not keep others from being saved. */
import { BaseModel, column, errors, Long, ObjectId } from 'lucent-odm'
import { DateTime } from 'luxon'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { updatesOf } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db, database } = server
const things = db.collection('things')

afterEach(() => things.deleteMany({}))

class Thing extends BaseModel {
  static override collection = 'things'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare value: unknown
  @column.dateTime() declare moment: DateTime
  @column.date() declare day: DateTime
  @column.hashed() declare password: string
  @column.uuid() declare ref: string
  @column({ prepare: (value) => value, consume: (value) => ({ wrapped: value }) })
  declare wrapped: { wrapped: unknown }
}

/** An `_id` and a date of this many milliseconds, which no JavaScript date can hold. */
const BEYOND = Long.MAX_VALUE

/** Stores a document with a date beyond JavaScript's, at a path. */
async function storeBeyond(path: string): Promise<string> {
  const _id = new ObjectId()
  await things.insertOne({ _id, name: 'one' })
  await things.updateOne({ _id }, [{ $set: { [path]: { $toDate: BEYOND } } }])
  return String(_id)
}

type Save = (thing: Thing) => Promise<unknown>

const SAVES: Record<string, Save> = {
  save: (thing) => thing.save(),
  saveQuietly: (thing) => thing.saveQuietly(),
  'save, sharing a command': (thing) => thing.save({ coalesce: true }),
  bulkSave: (thing) => Thing.bulkSave([thing]),
  'save in a transaction': (thing) =>
    database.transaction((trx) => thing.useTransaction(trx).save()),
}

const READS: Record<string, (thing: Thing) => unknown> = {
  'a property': (thing) => [thing.value, thing.moment, thing.day, thing.wrapped, thing.password],
  toJSON: (thing) => thing.toObject(),
  $attributes: (thing) => ({ ...thing.$attributes }),
}

describe('8. values that cannot be written again', () => {
  const PATHS = ['value', 'moment', 'day', 'wrapped', 'password', 'value.inside', 'value.a.b']
  describe.each(PATHS)('a date beyond what a Date holds in %s', (path) => {
    it.each(Object.entries(SAVES))('%s: the rest is saved', async (_, save) => {
      for (const [, read] of Object.entries(READS)) {
        const thing = await Thing.findOrFail(await storeBeyond(path))
        read(thing)
        expect(thing.$isDirty).toBe(false)
        thing.name = 'two'
        const [update] = await updatesOf(server, 'things', () => save(thing))
        expect(update).toEqual({ $set: { name: 'two' } })
        expect(thing.$isDirty).toBe(false)
      }
    })
  })

  it.each([
    ['a date', new Date(5)],
    ['a document', { a: new Date(5) }],
    ['an array', ['x', { a: 1 }]],
  ])('a hashed column over %s', async (_, password) => {
    const _id = new ObjectId()
    await things.insertOne({ _id, name: 'one', password })
    const thing = await Thing.findOrFail(_id)
    expect(thing.password).toEqual(password)
    thing.name = 'two'
    await thing.save()
    expect(await things.findOne()).toEqual({ _id, name: 'two', password })
    thing.password = 'secret'
    await thing.save()
    expect((await things.findOne())?.password).toMatch(/^\$scrypt/)
  })

  it('a change of such a value is refused by name', async () => {
    const thing = await Thing.findOrFail(await storeBeyond('value.inside'))
    ;(thing.value as { more: number }).more = 1
    thing.name = 'two'
    await expect(thing.save()).rejects.toMatchObject({ code: 'E_INVALID_VALUE', column: 'value' })
    const other = await Thing.findOrFail(await storeBeyond('moment'))
    other.moment = DateTime.invalid('never')
    // It shows what was read.
    expect(other.$isDirty).toBe(false)
    other.day = DateTime.invalid('never')
    await expect(other.save()).rejects.toBeInstanceOf(errors.E_INVALID_DATE_COLUMN_VALUE)
  })

  it('$hydrateOriginals keeps it', async () => {
    const thing = await Thing.findOrFail(await storeBeyond('value'))
    void thing.value
    thing.name = 'two'
    thing.$hydrateOriginals()
    expect(thing).toMatchObject({ name: 'two', $isDirty: false })
    await thing.merge({ name: 'three' }).save()
    expect(await things.findOne({ value: { $type: 'date' } })).toMatchObject({ name: 'three' })
  })
})
