/** Date columns: what a property is given, the day that is stamped, and JSON before and after reading. */
import { BaseModel, column } from 'lucent-odm'
import { DateTime, Settings } from 'luxon'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { WRITE_PATHS, type WritePath, write } from '../../helpers/write_paths.ts'

const { db } = lucentDatabase()

class Person extends BaseModel {
  static override collection = 'persons'
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column.dateTime() declare born: DateTime | null
  @column.date() declare day: DateTime | null
  @column.date({ autoCreate: true, serializeAs: null }) declare since: DateTime
  @column.date({ autoCreate: true, autoUpdate: true, serializeAs: null }) declare changed: DateTime
}

afterEach(() => {
  Settings.defaultZone = 'system'
})

const MOMENT = '2024-02-29T15:04:05.006Z'
const GIVEN: [string, () => { born: unknown; day: unknown }][] = [
  ['a Date', () => ({ born: new Date(MOMENT), day: new Date(MOMENT) })],
  ['ISO text', () => ({ born: '2024-03-01T00:04:05.006+09:00', day: '2024-02-29' })],
  [
    'a DateTime of another zone',
    () => {
      const at = DateTime.fromISO(MOMENT, { zone: 'America/New_York' })
      return { born: at, day: at }
    },
  ],
]

const through: WritePath[] = WRITE_PATHS.filter(({ through }) => through === 'instance')

describe.each(GIVEN)('A5: a date column that is given %s', (_, values) => {
  it.each(through)('holds a DateTime at once: $kind, $name', async (path) => {
    Settings.defaultZone = 'Europe/Rome'
    const { instances, stored } = await write(db, path, Person, values())
    expect(instances.length).toBeGreaterThan(0)
    for (const one of instances as unknown as Person[]) {
      expect([DateTime.isDateTime(one.born), DateTime.isDateTime(one.day)]).toEqual([true, true])
      expect(one.born?.toMillis()).toBe(Date.parse(MOMENT))
      expect(one.day?.toISODate()).toBe('2024-02-29')
      expect(one.$isDirty).toBe(false)
      const before = JSON.stringify(one)
      await one.refresh()
      expect(JSON.stringify(one)).toBe(before)
      expect(before).toContain('"born":"2024-02-29T16:04:05.006+01:00","day":"2024-02-29"')
    }
    for (const one of stored) {
      expect([one.born, one.day]).toEqual([new Date(MOMENT), new Date('2024-02-29')])
    }
  })
})

describe('A5: a date column', () => {
  it.each<[string, (person: Person, value: never) => void]>([
    ['assignment', (person, value) => Object.assign(person, { born: value })],
    ['merge', (person, value) => person.merge({ born: value })],
    ['fill', (person, value) => person.fill({ born: value })],
    ['$setAttribute', (person, value) => person.$setAttribute('born', value)],
    ['$attributes', (person, value) => Object.assign(person.$attributes, { born: value })],
  ])('holds what it says before anything is written: %s', (_, set) => {
    const person = new Person()
    for (const value of [new Date(MOMENT), MOMENT]) {
      set(person, value as never)
      expect(person.born?.toMillis()).toBe(Date.parse(MOMENT))
    }
    set(person, null as never)
    expect(person.born).toBeNull()
    const at = DateTime.now()
    set(person, at as never)
    expect(person.born).toBe(at)
  })

  it('keeps what stands for no date, which the write refuses by name', async () => {
    for (const value of ['tomorrow', new Date(Number.NaN), 7, {}]) {
      const person = new Person().merge({ born: value as never })
      expect(person.born).toBe(value)
      await expect(person.save()).rejects.toMatchObject({
        code: 'E_INVALID_DATE_COLUMN_VALUE',
        column: 'born',
      })
    }
  })

  it('with a consume of its own holds what it is given', async () => {
    class Raw extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column.dateTime({ consume: (value) => value as never }) declare at: DateTime
      @column.dateTime({ prepare: (value: DateTime) => value.toMillis() }) declare ms: DateTime
    }
    const date = new Date(MOMENT)
    const raw = await Raw.create({ at: date, ms: date } as never)
    expect(raw.at).toBe(date)
    expect(raw.ms.toMillis()).toBe(date.getTime())
    expect(await Raw.query().where('ms', date).count()).toBe(1)
    expect(
      await Raw.query()
        .where('ms', date)
        .update({ ms: new Date(9) } as never),
    ).toEqual([1])
    expect(await db.collection('raws').countDocuments({ ms: 9 })).toBe(1)
  })
})

/** One of the two is at another day than UTC, whatever the hour. */
const ZONES = ['Pacific/Kiritimati', 'Pacific/Pago_Pago']

describe.each(ZONES)('9: days are stamped in the zone that the application set: %s', (zone) => {
  const today = () => new Date(`${DateTime.now().setZone(zone).toISODate()}T00:00:00Z`)

  it.each(WRITE_PATHS)('$kind, $name', async (path) => {
    const days = [today()]
    Settings.defaultZone = zone
    const { stored, instances } = await write(db, path, Person, { born: null })
    days.push(today())
    expect(stored.length).toBeGreaterThan(0)
    for (const one of stored) {
      expect(days).toContainEqual(one.changed)
      // What `fill` is not given is null, a date of creation too.
      if (path.kind === 'insert') expect(days).toContainEqual(one.since)
    }
    for (const one of instances as unknown as Person[]) {
      expect(one.changed.toJSDate()).toEqual(stored[0]?.changed)
    }
  })
})
