/** Rows of which a query read a part: what was left out of the document is never overwritten. */
import {
  afterFetch,
  BaseModel,
  beforeSave,
  column,
  errors,
  type ModelQueryBuilder,
  ObjectId,
} from 'lucent-odm'
import type { DateTime } from 'luxon'
import type { Document } from 'mongodb'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { updatesOf } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { database, db } = server
const people = db.collection('people')

afterEach(() => people.deleteMany({}))

interface Address {
  city: string
  street?: string
  geo?: { lat: number; lon?: number }
}

class Person extends BaseModel {
  static override collection = 'people'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare email: string | null
  @column() declare address: Address | null
  @column() declare items: { sku: string; qty?: number }[]
  @column({ consume: (tags) => (tags as string[] | undefined) ?? [] }) declare tags: string[]
  @column.dateTime({ autoUpdate: true }) declare updatedAt: DateTime
}

const STORED = {
  name: 'Ada',
  email: 'ada@example.com',
  address: { city: 'London', street: 'Main 1', geo: { lat: 1, lon: 2 } },
  items: [
    { sku: 'a', qty: 1 },
    { sku: 'b', qty: 2 },
  ],
  tags: ['x'],
}

/** A stored person, and the query of it. */
async function stored(extra: object = {}) {
  const _id = new ObjectId()
  await people.insertOne({ _id, ...STORED, ...extra })
  return { _id, query: () => Person.query().where('id', String(_id)) }
}

async function documentOf(_id: ObjectId) {
  const { updated_at: _moved, ...document } = (await people.findOne({ _id })) as Document
  return document
}

type Read = (query: ModelQueryBuilder<Person>) => Promise<Person | null | undefined>

const READS: Record<string, Read> = {
  first: (query) => query.first(),
  exec: async (query) => (await query)[0],
  cursor: async (query) => {
    for await (const row of query.cursor()) return row
    return null
  },
  batches: async (query) => {
    for await (const [row] of query.batches()) return row
    return null
  },
  paginate: async (query) => (await query.paginate(1, 5)).all()[0],
  paginateCursor: async (query) => (await query.paginateCursor({ limit: 5 })).all()[0],
  findOneAndUpdate: (query) => query.findOneAndUpdate({ name: 'Ada' }),
  'a union of parts': async (query) =>
    (await query.unionAll((other) => other.where('name', 'nobody')))[0],
  'distinct on': async (query) => (await query.distinctOn('name'))[0],
}

const SAVES: Record<string, (person: Person) => Promise<unknown>> = {
  save: (person) => person.save(),
  saveQuietly: (person) => person.saveQuietly(),
  'save, sharing a command': (person) => person.save({ coalesce: true }),
  bulkSave: (person) => Person.bulkSave([person]),
  'bulkSave without hooks': (person) => Person.bulkSave([person], { hooks: false }),
  'bulkSave in a transaction': (person) => Person.bulkSave([person], { atomic: true }),
  'save in a transaction': (person) =>
    database.transaction((trx) => person.useTransaction(trx).save()),
}

describe('1. rows read in part', () => {
  it.each(Object.entries(READS))('%s: sends the path that changed', async (_, read) => {
    const { _id, query } = await stored()
    const person = (await read(query().select('name', 'address.city'))) as Person
    ;(person.address as Address).city = 'Paris'
    expect(person.$dirty).toEqual({ address: { city: 'Paris' } })
    const [update] = await updatesOf(server, 'people', () => person.save())
    expect((update as { $set: object }).$set).toMatchObject({ 'address.city': 'Paris' })
    expect(await documentOf(_id)).toEqual({
      _id,
      ...STORED,
      address: { ...STORED.address, city: 'Paris' },
    })
  })

  it.each(Object.entries(SAVES))('%s: sends paths, removes paths', async (_, save) => {
    const { _id, query } = await stored()
    const person = (await query()
      .select('address.city', 'address.geo.lat')
      .firstOrFail()) as Person & { address: Address }
    person.address.city = 'Paris'
    delete (person.address.geo as Partial<{ lat: number }>).lat
    await save(person)
    const address = { city: 'Paris', street: 'Main 1', geo: { lon: 2 } }
    expect(await documentOf(_id)).toEqual({ _id, ...STORED, address })
    // What was saved is what changes are told by.
    expect(person.$isDirty).toBe(false)
    person.address = { city: 'Rome', geo: { lat: 9 } }
    await save(person)
    expect((await documentOf(_id)).address).toEqual({
      city: 'Rome',
      street: 'Main 1',
      geo: { lat: 9, lon: 2 },
    })
  })

  const REFUSED: Record<string, (person: Person) => void> = {
    'a path that was left out': (person) => {
      ;(person.address as Address).street = 'Main 2'
    },
    'a path further in': (person) => {
      person.address = { city: 'London', geo: { lat: 1, lon: 3 } }
    },
    null: (person) => {
      person.address = null
    },
    'another kind of value': (person) => {
      person.address = ['London'] as never
    },
    'an object that is gone': (person) => {
      delete (person.address as Address).geo
    },
    'a part of the items of an array': (person) => {
      ;(person.items[0] as { sku: string }).sku = 'c'
    },
    'another array': (person) => {
      person.items = [{ sku: 'z', qty: 1 }]
    },
  }

  describe.each(Object.entries(SAVES))('%s refuses', (_, save) => {
    it.each(Object.entries(REFUSED))('%s', async (what, change) => {
      const { _id, query } = await stored()
      const person = await query()
        .select('address.city', 'address.geo.lat', 'items.sku')
        .firstOrFail()
      change(person)
      const error = await save(person).then(
        () => undefined,
        (thrown) => thrown.failures?.[0]?.error ?? thrown,
      )
      expect(error).toBeInstanceOf(errors.E_PARTIALLY_READ)
      expect(error).toMatchObject({
        model: 'Person',
        column: what.includes('array') ? 'items' : 'address',
      })
      expect(error.message).not.toContain('Main')
      expect(await documentOf(_id)).toEqual({ _id, ...STORED })
    })
  })

  it.each(Object.entries(SAVES))('%s after fill leaves what was not read', async (_, save) => {
    const { _id, query } = await stored()
    const person = await query().select('name', 'address.city').firstOrFail()
    person.fill({ name: 'Grace' })
    await save(person)
    expect(await documentOf(_id)).toEqual({ _id, ...STORED, name: 'Grace' })
  })

  it('fill makes what was read null, also where the document lacks other fields', async () => {
    const { _id, query } = await stored()
    const person = await query().select('name', 'email').firstOrFail()
    await person.fill({ name: 'Grace' }).save()
    expect(await documentOf(_id)).toEqual({ _id, ...STORED, name: 'Grace', email: null })
    await people.replaceOne({ _id }, { name: 'only' })
    const whole = await Person.findOrFail(_id)
    await whole.fill({ email: 'new' }).save()
    expect(await documentOf(_id)).toEqual({ _id, name: null, email: 'new' })
  })

  it('consume makes no default of a column that was not selected', async () => {
    const { _id, query } = await stored()
    const person = await query().select('name').firstOrFail()
    expect(person.tags).toBeUndefined()
    expect(person.toJSON()).toEqual({ id: String(_id), name: 'Ada' })
    await person.merge({ name: 'Grace' }).save()
    expect(await documentOf(_id)).toEqual({ _id, ...STORED, name: 'Grace' })
  })

  it('what is given as a whole is stored as a whole', async () => {
    const { _id, query } = await stored()
    const person = await query().select('name').firstOrFail()
    person.address = { city: 'Oslo' }
    await person.save()
    expect((await documentOf(_id)).address).toEqual({ city: 'Oslo' })
    // From now on it is held.
    person.address.street = 'New 1'
    await person.save()
    expect((await documentOf(_id)).address).toEqual({ city: 'Oslo', street: 'New 1' })
    expect(person.$original).toMatchObject({ address: { city: 'Oslo', street: 'New 1' } })
  })

  it('a part of what another program stored is clean', async () => {
    const { query } = await stored({ address: { city: 'x', geo: { lat: 5 } } })
    const person = await query().select('address.geo').firstOrFail()
    expect(person.address).toEqual({ geo: { lat: 5 } })
    expect(person.$isDirty).toBe(false)
    person.address = { geo: { lat: 5 } } as Address
    expect(person.$isDirty).toBe(false)
  })

  it('a whole row, "*", and a refreshed one are held as a whole', async () => {
    const { _id, query } = await stored()
    for (const person of [
      await query().firstOrFail(),
      await query().select('*').firstOrFail(),
      await (await query().select('address.city').firstOrFail()).refresh(),
      await query()
        .select('id')
        .firstOrFail()
        .then((one) => one.lockForUpdate((fresh) => fresh)),
    ]) {
      person.address = { city: 'Paris' }
      await person.save()
      expect((await documentOf(_id)).address).toEqual({ city: 'Paris' })
      await people.replaceOne({ _id }, STORED)
    }
  })

  it('columns inside of one that is selected too are held with it', async () => {
    const { _id, query } = await stored()
    const person = await query().select('address', 'address.city').firstOrFail()
    person.address = { city: 'Paris' }
    await person.save()
    expect((await documentOf(_id)).address).toEqual({ city: 'Paris' })
  })

  it('a part of one member of a union is a part of the rows', async () => {
    const { _id, query } = await stored()
    const rows = await query().unionAll((other) =>
      other.where('id', String(_id)).select('address.city'),
    )
    expect(rows).toHaveLength(2)
    for (const row of rows) {
      row.address = null
      await expect(row.save()).rejects.toMatchObject({ code: 'E_PARTIALLY_READ' })
    }
    expect(await documentOf(_id)).toEqual({ _id, ...STORED })
  })

  it('rows of groups are no documents to save or delete', async () => {
    const { _id } = await stored()
    const row = (await Person.query().groupBy('name').select('name').firstOrFail()) as Person
    row.name = 'Grace'
    await expect(row.save()).rejects.toMatchObject({ code: 'E_UNDEFINED_VALUE', column: 'id' })
    await expect(row.delete()).rejects.toMatchObject({ code: 'E_UNDEFINED_VALUE' })
    expect(await documentOf(_id)).toEqual({ _id, ...STORED })
  })

  it('a rollback leaves an instance that holds what it held', async () => {
    const { _id, query } = await stored()
    const person = await query().select('address.city').firstOrFail()
    const trx = await database.transaction()
    person.useTransaction(trx)
    ;(person.address as Address).city = 'Paris'
    await person.save()
    await trx.rollback()
    expect(person.address).toEqual({ city: 'London' })
    person.address = { city: 'Rome' }
    await person.save()
    expect(await documentOf(_id)).toMatchObject({ address: { city: 'Rome', street: 'Main 1' } })
  })

  it('finds and makes, and updates, through a hook that selects', async () => {
    class Narrow extends Person {
      static override collection = 'people'
      @beforeSave() static keep() {}
      @afterFetch() static look(rows: Narrow[]) {
        for (const row of rows) void row.address
      }
    }
    Narrow.before('find', (query) => void query.select('name', 'address.city'))
    Narrow.before('fetch', (query) => void query.select('name', 'address.city'))
    const { _id } = await stored()
    const values = { address: { city: 'Paris' } as Address }
    await Narrow.updateOrCreate({ name: 'Ada' }, values)
    expect((await documentOf(_id)).address).toEqual({ ...STORED.address, city: 'Paris' })
    await Narrow.updateOrCreateMany('name', [{ name: 'Ada', address: { city: 'Rome' } }])
    expect((await documentOf(_id)).address).toEqual({ ...STORED.address, city: 'Rome' })
    await expect(
      Narrow.updateOrCreate({ name: 'Ada' }, { address: { city: 'x', street: 'y' } }),
    ).rejects.toMatchObject({ code: 'E_PARTIALLY_READ' })
  })
})
