import { randomBytes } from 'node:crypto'
import {
  BaseModel,
  column,
  Database,
  type EmbedsMany,
  embedsMany,
  errors,
  type IndexProgress,
  index,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { expect, test, vi } from 'vitest'
import { TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db, database, uri, name } = lucentDatabase({ encryption: TEST_KEYS })

const fresh = (prefix: string) => `${prefix}_${randomBytes(4).toString('hex')}`
const namesIn = async (collection: string) =>
  (await db.collection(collection).listIndexes().toArray()).map((one) => one.name).sort()

test('columns, classes above and embedded documents declare too', async () => {
  class Item extends BaseModel {
    @column({ index: true, columnName: 'code' }) declare sku: string
    static override indexes = [index<Item>({ keys: { price: -1 } })]
    @column() declare price: number
  }
  class Base extends BaseModel {
    @column.dateTime({ index: { expireAfter: '1 week' } }) declare goneAt: DateTime
    static override indexes = [index<Base>({ keys: { tenant: 1, goneAt: 1 } })]
    @column() declare tenant: string
  }
  class Order extends Base {
    static override collection = fresh('orders')
    @column({ unique: true }) declare number: number
    @column({ index: 'desc', unique: { sparse: true } }) declare slug: string
    @column({ index: { kind: 'text', weights: { title: 3 } } as never }) declare title: string
    @embedsMany(() => Item) declare items: EmbedsMany<typeof Item>
    static override indexes = [index<Order>({ keys: { 'items.sku': 1, number: 1 }, name: 'both' })]
  }
  const { inSync } = await Order.syncIndexes()
  expect(inSync).toBe(true)
  const listed = await db.collection(Order.collection).listIndexes().toArray()
  const shown = Object.fromEntries(listed.map(({ name, v: _v, ...rest }) => [name, rest]))
  expect(shown).toMatchObject({
    gone_at_1: { key: { gone_at: 1 }, expireAfterSeconds: 604_800 },
    tenant_1_gone_at_1: {},
    number_1: { unique: true },
    'slug_-1': { key: { slug: -1 }, unique: true, sparse: true },
    title_text: { weights: { title: 3 } },
    'items.code_1': {},
    'items.price_-1': {},
    both: { key: { 'items.code': 1, number: 1 } },
  })
  expect(listed).toHaveLength(9)
})

test('nothing is dropped unless it is said, and steps are told', async () => {
  class Note extends BaseModel {
    static override collection = fresh('notes')
    @column({ index: true }) declare title: string
    @column({ unique: true }) declare slug: string
  }
  const collection = db.collection(Note.collection)
  await collection.createIndex({ old: 1 })
  await collection.createIndex({ slug: 1 })
  const told: IndexProgress[] = []
  const careful = await Note.syncIndexes({ onProgress: (progress) => told.push(progress) })
  expect(told).toEqual([
    {
      collection: Note.collection,
      step: { does: 'createIndexes', names: ['title_1'] },
      done: 1,
      total: 1,
    },
  ])
  expect(careful).toMatchObject({
    inSync: false,
    stale: [{ name: 'old_1', keys: { old: 1 } }],
    different: [{ name: 'slug_1', options: ['unique'], inPlace: false }],
  })
  expect(await namesIn(Note.collection)).toEqual(['_id_', 'old_1', 'slug_1', 'title_1'])
  const dry = await Note.syncIndexes({ dryRun: true, dropStale: true, rebuild: true })
  expect(dry.steps).toEqual([
    { does: 'rebuildIndex', names: ['slug_1'] },
    { does: 'dropIndex', names: ['old_1'] },
  ])
  expect(dry.done).toEqual([])
  const all = await Note.syncIndexes({ dropStale: true, rebuild: true })
  expect(all.done).toEqual(dry.steps)
  expect(all.inSync).toBe(true)
  expect(await namesIn(Note.collection)).toEqual(['_id_', 'slug_1', 'title_1'])
})

test('an index of another name is the same unless it was given one', async () => {
  class Named extends BaseModel {
    static override collection = fresh('named')
    @column({ index: true }) declare title: string
  }
  await db.collection(Named.collection).createIndex({ title: 1 }, { name: 'mine' })
  expect(await Named.diffIndexes()).toMatchObject({ inSync: true, stale: [] })
  class Other extends BaseModel {
    static override collection = Named.collection
    @column({ index: { name: 'theirs' } }) declare title: string
  }
  expect((await Other.diffIndexes()).different).toMatchObject([{ name: 'mine', options: ['name'] }])
  await Other.syncIndexes({ rebuild: true })
  expect(await namesIn(Other.collection)).toEqual(['_id_', 'theirs'])
})

test('what cannot be declared is refused before anything is sent', async () => {
  class Wrong extends BaseModel {
    static override collection = fresh('wrong')
    @column() declare name: string
    @column.encrypted() declare secret: string
    @column.encrypted({ blind: true }) declare email: string
  }
  const refused = (indexes: unknown, code: string, message: RegExp) => {
    class One extends Wrong {
      static override collection = fresh('wrong')
      static override indexes = indexes as never
    }
    return expect(One.syncIndexes()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
  }
  await refused(
    [{ keys: { nmae: 1 } }],
    'E_UNKNOWN_COLUMN',
    /no column "nmae". Did you mean "name"/,
  )
  await refused([{ keys: { secret: 1 } }], 'E_MODEL_DEFINITION', /"secret" is encrypted without/)
  await refused(
    [{ keys: { email: 1 }, unique: true }],
    'E_MODEL_DEFINITION',
    /blind: \{ unique: true/,
  )
  await refused([{ keys: { name: 1 }, where: { secret: 'x' } }], 'E_MODEL_DEFINITION', /encrypted/)
  await refused([{ keys: { name: 2 } }], 'E_MODEL_DEFINITION', /kind of an index of "name"/)
  await refused([{ keys: {} }], 'E_MODEL_DEFINITION', /needs `keys`/)
  await refused([{ keys: { name: 1 }, uniqe: true }], 'E_MODEL_DEFINITION', /no option "uniqe"/)
  await refused([{ keys: { name: 1 }, expireAfter: 'soon' }], 'E_MODEL_DEFINITION', /expireAfter/)
  await refused(
    [{ keys: { name: 1 } }, { keys: { name: 1 }, hidden: true }],
    'E_MODEL_DEFINITION',
    /two indexes "name_1" that differ in: hidden/,
  )
  expect(await db.listCollections({ name: /^wrong/ }).toArray()).toEqual([])
})

test('classes of one collection: indexes together, unique ones for their own documents', async () => {
  const collection = fresh('vehicles')
  class Vehicle extends BaseModel {
    static override collection = collection
    static override discriminator = { key: 'kind' } as { key: string; value?: string }
    @column() declare kind: string
    @column({ unique: true }) declare serial: string
  }
  class Car extends Vehicle {
    static override discriminator = { key: 'kind', value: 'car' }
    @column({ unique: true }) declare plate: string
    @column({ index: true }) declare doors: number
  }
  class Bike extends Vehicle {
    static override discriminator = { key: 'kind', value: 'bike' }
    @column({ unique: true }) declare plate: string
  }
  expect((await Bike.syncIndexes()).inSync).toBe(true)
  expect((await Vehicle.diffIndexes()).models).toEqual(['Vehicle', 'Car', 'Bike'])
  const listed = await db.collection(collection).listIndexes().toArray()
  expect(Object.fromEntries(listed.map((one) => [one.name, one.partialFilterExpression]))).toEqual({
    _id_: undefined,
    serial_1: undefined,
    plate_1_kind_car: { kind: 'car' },
    plate_1_kind_bike: { kind: 'bike' },
    doors_1: undefined,
  })
  await Car.create({ serial: 'a', plate: 'x', doors: 2 })
  await Bike.create({ serial: 'b', plate: 'x' })
  await expect(Bike.create({ serial: 'c', plate: 'x' })).rejects.toMatchObject({
    code: 'E_DUPLICATE_KEY',
    columns: ['plate'],
  })
})

test('models that share a collection without a discriminator are looked at together', async () => {
  const collection = fresh('shared')
  class One extends BaseModel {
    static override collection = collection
    @column({ index: true }) declare a: string
  }
  class Two extends BaseModel {
    static override collection = collection
    @column({ index: true }) declare b: string
  }
  const reports = await database.syncIndexes([One, Two], { dropStale: true })
  expect(reports).toMatchObject([{ models: ['One', 'Two'], inSync: true }])
  expect(await namesIn(collection)).toEqual(['_id_', 'a_1', 'b_1'])
})

test('a unique index over documents that break it', async () => {
  class User extends BaseModel {
    static override collection = fresh('users')
    @column({ unique: true, columnName: 'mail' }) declare email: string
  }
  await User.createMany([{ email: 'ada@example.com' }, { email: 'ada@example.com' }])
  const error = await User.syncIndexes().catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(errors.E_DUPLICATE_KEY)
  expect(error).toMatchObject({ index: 'mail_1', columns: ['email'], keys: ['mail'] })
  expect(String(error)).toContain('mail_1')
  expect(String(error)).not.toContain('ada@')
})

test('another connection, and never a transaction', async () => {
  class Elsewhere extends BaseModel {
    static override collection = fresh('elsewhere')
    @column({ index: true }) declare a: string
  }
  database.add('second', { url: uri, database: `${name}_second` })
  await Elsewhere.syncIndexes({ connection: 'second' })
  expect(await Elsewhere.diffIndexes()).toMatchObject({ exists: false })
  expect(await Elsewhere.diffIndexes({ connection: 'second' })).toMatchObject({ inSync: true })
  await Elsewhere.transaction(async (trx) => {
    expect((await Elsewhere.syncIndexes({ client: trx })).inSync).toBe(true)
  })
  await database.connection('second').transaction(async () => {})
  await database.connection('second').close()
})

test('indexes that nothing uses', async () => {
  class Seen extends BaseModel {
    static override collection = fresh('seen')
    @column({ index: true }) declare a: number
    @column({ index: true }) declare b: number
  }
  await Seen.syncIndexes()
  await Seen.create({ a: 1, b: 1 })
  await Seen.query().where('a', 1)
  const { unused } = await Seen.diffIndexes({ unused: true })
  expect(unused).toEqual([{ name: 'b_1', since: expect.any(Date) }])
  expect((await Seen.diffIndexes()).unused).toBeUndefined()
})

test('several processes at once come to the same, many times', async () => {
  const clients = Array.from(
    { length: 4 },
    () => new Database({ connection: 'main', connections: { main: { url: uri, database: name } } }),
  )
  try {
    for (let round = 0; round < 15; round++) {
      const collection = fresh('raced')
      class Raced extends BaseModel {
        static override collection = collection
        static override collectionOptions = { validator: 'columns' as const }
        @column({ index: { hidden: true } }) declare a: number
        @column({ unique: true }) declare b: number
        @column.dateTime({ index: { expireAfter: 60 } }) declare at: DateTime
      }
      if (round % 2 === 1) {
        await db.createCollection(collection)
        await db.collection(collection).createIndex({ a: 1 })
        await db.collection(collection).createIndex({ b: 1 })
        await db.collection(collection).createIndex({ old: 1 })
      }
      const options = { dropStale: true, rebuild: true }
      const reports = await Promise.all(clients.map((one) => one.syncIndexes([Raced], options)))
      expect(reports.flat().map(({ models }) => models)).toHaveLength(4)
      const { done, inSync } = await Raced.syncIndexes(options)
      expect({ round, done: done.length, inSync }).toMatchObject({ inSync: true })
      expect(await namesIn(collection)).toEqual(['_id_', 'a_1', 'at_1', 'b_1'])
    }
  } finally {
    await Promise.all(clients.map((one) => one.closeAll()))
  }
}, 60_000)

test('autoIndex makes what is declared beside the first operation, and warns of what fails', async () => {
  const auto = new Database({
    connection: 'main',
    connections: { main: { url: uri, database: name, autoIndex: true } },
  })
  const warned: string[] = []
  const onWarning = (warning: Error) => warned.push(`${(warning as { code?: string }).code}`)
  process.on('warning', onWarning)
  try {
    class Auto extends BaseModel {
      static override collection = fresh('auto')
      @column({ unique: true }) declare a: number
    }
    Auto.useDatabase(auto)
    await Auto.create({ a: 1 })
    await vi.waitFor(
      async () => expect(await namesIn(Auto.collection)).toEqual(['_id_', 'a_1']),
      5000,
    )
    class Off extends Auto {
      static override collection = fresh('auto_off')
      static override autoIndex = false
    }
    await Off.create({ a: 1 })
    class Broken extends Auto {
      static override collection = fresh('auto_broken')
      static override indexes = [{ keys: { nothing: 1 } }] as never
    }
    await Broken.create({ a: 1 })
    await vi.waitFor(() => expect(warned).toContain('LUCENT_AUTO_INDEX'), 5000)
    expect(await namesIn(Off.collection)).toEqual(['_id_'])
  } finally {
    process.off('warning', onWarning)
    await auto.closeAll()
  }
})

test('without autoIndex nothing is made', async () => {
  class Quiet extends BaseModel {
    static override collection = fresh('quiet')
    @column({ index: true }) declare a: number
  }
  await Quiet.create({ a: 1 })
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await namesIn(Quiet.collection)).toEqual(['_id_'])
})

test('dates of a partial filter are cast', async () => {
  class Dated extends BaseModel {
    static override collection = fresh('dated')
    @column.dateTime() declare at: DateTime
    static override indexes = [
      index<Dated>({
        keys: { at: 1 },
        where: { at: { $gt: DateTime.fromISO('2024-01-01T00:00:00Z') } },
      }),
    ]
  }
  expect((await Dated.syncIndexes()).inSync).toBe(true)
  const listed = await db.collection(Dated.collection).listIndexes().toArray()
  expect(listed[1]?.partialFilterExpression).toEqual({
    at: { $gt: new Date('2024-01-01T00:00:00Z') },
  })
})

test('what is unique is so among what is not deleted, unless it is to be more', async () => {
  class Account extends BaseModel {
    static override collection = fresh('accounts')
    @column({ unique: true }) declare email: string
    @column({ unique: { amongTrashed: true } }) declare number: number
    @column({ index: true, columnName: 'gone_at' }) declare deletedAt: Date | null
  }
  Object.assign(Account, { rules: [{ name: 'trashed', removes: 'deletedAt' }] })
  expect((await Account.syncIndexes()).inSync).toBe(true)
  const listed = await db.collection(Account.collection).listIndexes().toArray()
  const filters = listed.map((one) => [one.name, one.partialFilterExpression])
  expect(Object.fromEntries(filters)).toEqual({
    _id_: undefined,
    email_1: { gone_at: null },
    number_1: undefined,
    gone_at_1: undefined,
  })
  const accounts = db.collection(Account.collection)
  await accounts.insertMany([
    { email: 'a', number: 1, gone_at: new Date() },
    { email: 'a', number: 2 },
  ])
  await expect(accounts.insertOne({ email: 'a', number: 3 })).rejects.toMatchObject({ code: 11000 })
  await expect(accounts.insertOne({ email: 'b', number: 1 })).rejects.toMatchObject({ code: 11000 })
})
