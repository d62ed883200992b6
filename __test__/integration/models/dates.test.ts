import { BaseModel, column, ObjectId } from 'lucent-odm'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { runNode } from '../../helpers/child.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db, uri, name } = lucentDatabase()

class Event extends BaseModel {
  static override collection = 'events'
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @column.date() declare day: DateTime | null
  @column.dateTime() declare at: DateTime | null
  @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
  @column.dateTime({ autoCreate: true, autoUpdate: true }) declare updatedAt: DateTime
  @column.date({ autoCreate: true }) declare bornOn: DateTime
}

const events = db.collection('events')
const document = (id: string) => events.findOne({ _id: new ObjectId(id) })

describe('what is stored', () => {
  const moment = '2024-03-10T23:30:00.250+02:00'
  const instant = new Date(moment)

  it.each([
    ['a DateTime', DateTime.fromISO(moment, { setZone: true })],
    ['a Date', new Date(moment)],
    ['an ISO string', moment],
  ])('of a dateTime column given %s', async (_, at) => {
    const { id } = await Event.create({ at: at as DateTime })
    expect((await document(id))?.at).toEqual(instant)
    const event = await Event.findOrFail(id)
    expect(DateTime.isDateTime(event.at)).toBe(true)
    expect(event.at?.toMillis()).toBe(instant.getTime())
    expect(event.$isDirty).toBe(false)
    expect(event.toJSON().at).toBe(event.at?.toISO())
  })

  it.each([
    ['a DateTime of any zone', DateTime.fromISO(moment, { setZone: true }), '2024-03-10'],
    ['a Date, by its UTC day', new Date('2024-03-10T23:30:00Z'), '2024-03-10'],
    ['an ISO day', '2024-03-10', '2024-03-10'],
    ['a leap day', '2024-02-29', '2024-02-29'],
    ['a day before 1970', '1899-12-31', '1899-12-31'],
  ])('of a date column given %s', async (_, day, expected) => {
    const { id } = await Event.create({ day: day as DateTime })
    expect((await document(id))?.day).toEqual(new Date(`${expected}T00:00:00.000Z`))
    const event = await Event.findOrFail(id)
    expect(event.day?.toISODate()).toBe(expected)
    expect(event.toJSON().day).toBe(expected)
    expect(event.$isDirty).toBe(false)
  })

  it('may be null, or missing', async () => {
    const { id } = await Event.create({ day: null, at: null })
    expect(await document(id)).toMatchObject({ day: null, at: null })
    const event = await Event.findOrFail(id)
    expect([event.day, event.at]).toEqual([null, null])
    expect(event.toJSON()).toMatchObject({ day: null, at: null })
    const other = await Event.findOrFail((await Event.create({})).id)
    expect(other.day).toBeUndefined()
  })

  it('is refused when it is no date, naming model and column but not the value', async () => {
    const secret = 'not-a-date-4711'
    for (const column of ['day', 'at'] as const) {
      for (const value of [secret, 4711, {}, new Date(Number.NaN), DateTime.invalid('x'), true]) {
        const error = await Event.create({ [column]: value as never }).catch((caught) => caught)
        expect(error).toMatchObject({
          code: 'E_INVALID_DATE_COLUMN_VALUE',
          model: 'Event',
          column,
        })
        expect(error.message).not.toContain('4711')
      }
    }
    expect(await events.countDocuments({ title: secret })).toBe(0)
  })

  it('of other programs may be no date: it reads as it is, and is left alone', async () => {
    const _id = new ObjectId()
    await events.insertOne({ _id, day: 'yesterday', at: 1234, title: 'old' })
    const event = await Event.findOrFail(_id)
    expect([event.day, event.at]).toEqual(['yesterday', 1234])
    expect(event.$isDirty).toBe(false)
    event.title = 'new'
    await event.save()
    expect(await events.findOne({ _id })).toMatchObject({
      day: 'yesterday',
      at: 1234,
      title: 'new',
    })
  })
})

describe('dirty', () => {
  it('compares moments', async () => {
    const at = DateTime.fromISO('2024-03-10T10:00:00Z')
    const event = await Event.findOrFail((await Event.create({ at, day: at })).id)
    event.at = at.setZone('Asia/Tokyo')
    event.day = DateTime.fromISO('2024-03-10T23:59:00', { zone: 'America/New_York' })
    expect(event.$isDirty).toBe(false)
    event.at = at.plus({ milliseconds: 1 })
    expect(Object.keys(event.$dirty)).toEqual(['at'])
    event.day = at.plus({ days: 1 })
    expect(Object.keys(event.$dirty)).toEqual(['day', 'at'])
  })
})

describe('stamps', () => {
  it('are set at create, unless there is a value', async () => {
    const before = Date.now()
    const event = await Event.create({ title: 'a' })
    for (const value of [event.createdAt, event.updatedAt]) {
      expect(value.toMillis()).toBeGreaterThanOrEqual(before)
    }
    expect(event.bornOn.toISODate()).toBe(DateTime.utc().toISODate())
    const given = DateTime.fromISO('2001-01-01T00:00:00Z')
    const other = await Event.create({ createdAt: given, updatedAt: given })
    expect((await document(other.id))?.created_at).toEqual(given.toJSDate())
    expect((await document(other.id))?.updated_at).toEqual(given.toJSDate())
  })

  it('are set at update when something changed, and only then', async () => {
    const given = DateTime.fromISO('2001-01-01T00:00:00Z')
    const event = await Event.create({ title: 'a', createdAt: given, updatedAt: given })
    await event.save()
    expect(event.updatedAt.toMillis()).toBe(given.toMillis())
    event.title = 'b'
    await event.save()
    expect(event.createdAt.toMillis()).toBe(given.toMillis())
    expect(event.updatedAt.toMillis()).toBeGreaterThan(given.toMillis())
    const kept = await document(event.id)
    expect(kept?.created_at).toEqual(given.toJSDate())
    expect(kept?.updated_at).toEqual(event.updatedAt.toJSDate())
    expect(event.$isDirty).toBe(false)
  })

  it('are set by enableForceUpdate on a clean instance', async () => {
    const given = DateTime.fromISO('2001-01-01T00:00:00Z')
    const event = await Event.create({ title: 'a', updatedAt: given })
    await event.enableForceUpdate().save()
    expect((await document(event.id))?.updated_at.getTime()).toBeGreaterThan(given.toMillis())
    const stamped = event.updatedAt.toMillis()
    await event.save()
    expect(event.updatedAt.toMillis()).toBe(stamped)
  })

  it('are set by query updates and increments', async () => {
    const given = DateTime.fromISO('2001-01-01T00:00:00Z')
    const { id } = await Event.create({ title: 'a', updatedAt: given })
    await Event.query().where('id', id).update({ title: 'b' })
    const first = (await document(id))?.updated_at
    expect(first.getTime()).toBeGreaterThan(given.toMillis())
    await Event.query().where('id', id).update({ title: 'c', updatedAt: given })
    expect((await document(id))?.updated_at).toEqual(given.toJSDate())
  })
})

describe.each(['Pacific/Kiritimati', 'America/Los_Angeles', 'Asia/Kolkata', 'UTC'])(
  'in the time zone %s',
  (zone) => {
    it('calendar days do not move', async () => {
      const script = new URL('fixtures/calendar_days.mjs', import.meta.url)
      const { code, stdout, stderr } = await runNode(script, [uri, name], { env: { TZ: zone } })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(JSON.parse(stdout)).toEqual({
        zone,
        days: ['2024-03-10', '2024-03-10', '2024-03-10', '2024-02-29'],
        stored: ['2024-03-10', '2024-03-10', '2024-03-10', '2024-02-29'].map(
          (day) => `${day}T00:00:00.000Z`,
        ),
        found: 3,
        dirty: 0,
      })
    })
  },
)
