import vine from '@vinejs/vine'
import type { SchemaTypes } from '@vinejs/vine/types'
import {
  afterFetch,
  afterFind,
  BaseModel,
  beforeFetch,
  beforeFind,
  column,
  type ModelQueryBuilder,
} from 'lucent-odm'
import type { DateTime } from 'luxon'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bootApplication, testDatabase } from './application.ts'

const server = testDatabase()

class Person extends BaseModel {
  static override collection = 'people'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare age: number
  @column.objectId() declare clubId: string
  @column.uuid() declare token: string
  @column.dateTime() declare born: DateTime
  @column.date() declare joined: DateTime
}

const ran: string[] = []

/** Soft deletes in one hook, tenants in the other. */
class Guarded extends Person {
  static override collection = 'people'
  @column() declare deletedAt: string | null
  @column() declare tenant: string

  @beforeFind()
  static alive(query: ModelQueryBuilder<Guarded>) {
    query.whereNull('deletedAt')
  }

  @beforeFetch()
  static async own(query: ModelQueryBuilder<Guarded>) {
    await Promise.resolve()
    query.where('tenant', 'a')
  }

  @afterFind()
  static found() {
    ran.push('afterFind')
  }

  @afterFetch()
  static fetched() {
    ran.push('afterFetch')
  }
}

class ByUuid extends BaseModel {
  @column({ isPrimary: true, generate: 'uuid' }) declare id: string
}

const UUID = '01234567-89ab-4def-8123-456789abcdef'
const CLUB = '65000000b0a0c0ffee000001'
let ada: Person

beforeAll(async () => {
  const app = await bootApplication(server, {
    providers: [() => import('@adonisjs/core/providers/vinejs_provider')],
  })
  afterAll(() => app.terminate())
  const people = await Person.createMany([
    { name: 'ada', age: 36, clubId: CLUB, token: UUID, born: '1815-12-10', joined: '2020-01-02' },
    { name: 'ben', age: 30 },
  ] as never[])
  ada = people[0] as Person
  await server.db.collection('people').insertMany([
    { name: 'own', tenant: 'a' },
    { name: 'foreign', tenant: 'b' },
    { name: 'deleted', tenant: 'a', deleted_at: 'yesterday' },
  ])
})

/** Rules and texts of the errors for a field, whose neighbour is wrong too. */
async function check(rule: SchemaTypes, value: unknown): Promise<string[]> {
  const validator = vine.compile(vine.object({ field: rule, other: vine.string().minLength(3) }))
  const errors: { field: string; rule: string }[] = await validator
    .validate({ field: value, other: 'x' })
    .then(
      () => [],
      (error) => error.messages ?? Promise.reject(error),
    )
  expect(errors.filter(({ field }) => field === 'other')).toHaveLength(1)
  return errors.filter(({ field }) => field === 'field').map((one) => one.rule)
}

const exists = (search: object) => vine.string().mongoExists(search)
const unique = (search: object) => vine.string().mongoUnique(search)

describe('A1: what a filter says narrows a rule', () => {
  const wide = (query: ModelQueryBuilder<Person>) => {
    query.where('age', 1).orWhere('age', 30)
  }

  it.each([
    ['a value that is there, and not in the filter', 'ada', ['database.exists'], []],
    ['a value that is there, and in the filter', 'ben', [], ['database.unique']],
    ['a value that is not there', 'cy', ['database.exists'], []],
  ])('%s', async (_name, value, ofExists, ofUnique) => {
    const search = { model: Person, column: 'name', filter: wide }
    expect(await check(exists(search), value)).toEqual(ofExists)
    expect(await check(unique(search), value)).toEqual(ofUnique)
  })

  it('by an orWhere alone, after I/O, and with a key', async () => {
    const filter = async (query: ModelQueryBuilder<Person>) => {
      await Promise.resolve()
      query.orWhere('age', 1).orWhere('age', 30)
    }
    const search = { model: Person, column: 'id', filter }
    expect(await check(exists(search), CLUB)).toEqual(['database.exists'])
    expect(await check(exists(search), ada.id)).toEqual(['database.exists'])
    expect(await check(unique(search), CLUB)).toEqual([])
  })

  it('what the filter throws is not taken for a fault of the value', async () => {
    const filter = (query: ModelQueryBuilder<Person>) => void query.where('clubId', 'no id')
    const search = { model: Person, column: 'name', filter }
    await expect(check(exists(search), 'ada')).rejects.toMatchObject({
      code: 'E_INVALID_OBJECT_ID',
    })
  })

  it('a union cannot widen it', async () => {
    const filter = (query: ModelQueryBuilder<Person>) => void query.union(Person.query())
    const search = { model: Person, column: 'name', filter }
    await expect(check(exists(search), 'nobody')).rejects.toMatchObject({ code: 'E_INVALID_QUERY' })
  })
})

describe('A1: what the hooks of a model hide is not there', () => {
  it.each([
    ['own', true],
    ['foreign', false],
    ['deleted', false],
    ['nobody', false],
  ])('%s', async (name, visible) => {
    ran.length = 0
    const search = { model: Guarded, column: 'name' }
    expect(await check(exists(search), name)).toEqual(visible ? [] : ['database.exists'])
    expect(await check(unique(search), name)).toEqual(visible ? ['database.unique'] : [])
    const wide = {
      ...search,
      filter: (query: ModelQueryBuilder<Guarded>) => void query.orWhere('name', 'own'),
    }
    expect(await check(exists(wide), name)).toEqual(name === 'own' ? [] : ['database.exists'])
    expect(ran).toEqual([])
  })

  it.each(['own', 'foreign', 'deleted'])('unless hooks are left out: %s', async (name) => {
    const search = { model: Guarded, column: 'name', hooks: false }
    expect(await check(exists(search), name)).toEqual([])
    expect(await check(unique(search), name)).toEqual(['database.unique'])
  })
})

describe('A1: a rule that looks nowhere fails when it is made', () => {
  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'needs a `model`, a `table`, or a function'],
    ['null', null, 'needs a `model`, a `table`, or a function'],
    ['an empty search', {}, 'needs a `model`, a `table`, or a function'],
    ['a column alone', { column: 'name' }, 'needs a `model`, a `table`, or a function'],
    ['both', { model: Person, table: 'people' }, 'not both'],
    ['a filter of a table', { table: 'people', filter: () => {} }, 'with a `model` only'],
    ['hooks of a table', { table: 'people', hooks: false }, 'with a `model` only'],
  ])('%s', (_name, search, message) => {
    for (const type of [vine.string(), vine.number()]) {
      for (const name of ['mongoUnique', 'mongoExists', 'unique', 'exists']) {
        const make = () => Reflect.get(type, name).call(type, search)
        expect(make).toThrow(expect.objectContaining({ code: 'E_CONFIGURATION' }))
        expect(make).toThrow(message)
        expect(make).toThrow(`the rule ${name}()`)
      }
    }
  })
})

describe('A4: a value that the column cannot hold is a validation error', () => {
  const TEXTS = [
    '',
    ' ',
    'x',
    '1',
    CLUB.slice(1),
    `${CLUB}0`,
    'null',
    '\u0000',
    '\ud800',
    '2020-13-41',
  ]
  const COLUMNS: readonly (readonly [name: string, model: typeof BaseModel, column: string])[] = [
    ['a key', Person, 'id'],
    ['a key by UUID', ByUuid, 'id'],
    ['an ObjectId', Person, 'clubId'],
    ['a UUID', Person, 'token'],
    ['a date', Person, 'joined'],
    ['a moment', Person, 'born'],
  ]
  const table = COLUMNS.flatMap(([name, model, at]) =>
    TEXTS.map((text) => [name, text, { model, column: at }] as const),
  )

  it.each(table)('%s: %j', async (name, text, search) => {
    const bare = (rule: typeof exists) => check(rule(search), text)
    // A day of the year 1 is a date by ISO 8601, and nobody has it.
    const isDate = /date|moment/.test(name) && text === '1'
    expect(await bare(exists)).toEqual(['database.exists'])
    expect(isDate ? ['database.invalid'] : await bare(unique)).toEqual(['database.invalid'])
  })

  it.each([
    ['a key', Person, 'id'],
    ['an ObjectId', Person, 'clubId'],
    ['a UUID', Person, 'token'],
    ['a date', Person, 'joined'],
  ])('a number where %s is needed', async (_name, model, at) => {
    const search = { model, column: at }
    expect(await check(vine.number().mongoExists(search), 7)).toEqual(['database.exists'])
    expect(await check(vine.number().mongoUnique(search), 7)).toEqual(['database.invalid'])
  })

  it.each([
    ['id', () => ada.id],
    ['clubId', () => CLUB],
    ['token', () => UUID],
    ['joined', () => '2020-01-02'],
  ])('values of %s that are there are found', async (at, value) => {
    const search = { model: Person, column: at }
    expect(await check(exists(search), value())).toEqual([])
    expect(await check(unique(search), value())).toEqual(['database.unique'])
  })

  it('any text is a value for the key of a collection', async () => {
    const search = { table: 'people', column: '_id' }
    for (const text of TEXTS) {
      expect(await check(exists(search), text)).toEqual(['database.exists'])
      expect(await check(unique(search), text)).toEqual([])
    }
    expect(await check(exists(search), ada.id)).toEqual([])
  })
})

describe('A4: what is no date is a 422', () => {
  it.each<[string, () => unknown]>([
    [
      'in a condition',
      () =>
        Person.query()
          .where('born', 'soon' as never)
          .first(),
    ],
    ['in a finder', () => Person.findBy('joined', 'soon')],
    ['created', () => Person.create({ born: 'soon' } as never)],
    ['created among others', () => Person.createMany([{ joined: 'soon' }] as never[])],
    ['saved', () => ada.merge({ born: new Date(Number.NaN) } as never).save()],
    ['updated by query', () => Person.query().where('age', 30).update({ born: 'soon' })],
  ])('%s', async (_name, act) => {
    const run = async () => act()
    await expect(run()).rejects.toMatchObject({
      code: 'E_INVALID_DATE_COLUMN_VALUE',
      status: 422,
    })
  })
})
