import { randomBytes } from 'node:crypto'
import {
  BaseModel,
  type CollectionOptions,
  column,
  type EmbedsMany,
  type EmbedsOne,
  embedsMany,
  embedsOne,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import type { CreateCollectionOptions } from 'mongodb'
import { expect, test } from 'vitest'
import { TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase({ encryption: TEST_KEYS })

const fresh = (prefix: string) => `${prefix}_${randomBytes(4).toString('hex')}`

interface Case {
  readonly name: string
  readonly declared: CollectionOptions
  readonly options: CreateCollectionOptions & Record<string, unknown>
  readonly changed: CollectionOptions
  readonly differs: readonly string[]
  readonly inPlace: boolean
}

const CASES: readonly Case[] = [
  {
    name: 'a validator as it is given',
    declared: {
      validator: { $jsonSchema: { bsonType: 'object', required: ['a'] } },
      validationLevel: 'moderate',
      validationAction: 'warn',
    },
    options: {
      validator: { $jsonSchema: { bsonType: 'object', required: ['a'] } },
      validationLevel: 'moderate',
      validationAction: 'warn',
    },
    changed: { validator: {}, validationLevel: 'strict', validationAction: 'error' },
    differs: ['validator', 'validationLevel', 'validationAction'],
    inPlace: true,
  },
  {
    name: 'capped',
    declared: { capped: { size: 5000, max: 10 } },
    options: { capped: true, size: 5000, max: 10 },
    changed: { capped: { size: 10_000, max: 20 } },
    differs: ['capped'],
    inPlace: true,
  },
  {
    name: 'a time series',
    declared: { timeSeries: { timeField: 'at', metaField: 'sensor' }, expireAfter: '1 day' },
    options: {
      timeseries: { timeField: 'at', metaField: 'sensor_id' },
      expireAfterSeconds: 86_400,
    },
    changed: {
      timeSeries: { timeField: 'at', metaField: 'sensor', granularity: 'minutes' },
      expireAfter: 60,
    },
    differs: ['timeSeries', 'expireAfter'],
    inPlace: true,
  },
  {
    name: 'a collation',
    declared: { collation: { locale: 'en', strength: 2 } },
    options: { collation: { locale: 'en', strength: 2 } },
    changed: { collation: { locale: 'en', strength: 1 } },
    differs: ['collation'],
    inPlace: false,
  },
  {
    name: 'clustered',
    declared: { clustered: true },
    options: { clusteredIndex: { key: { _id: 1 }, unique: true } },
    changed: { clustered: true, validator: { sensor_id: { $exists: true } } },
    differs: ['validator'],
    inPlace: true,
  },
  {
    name: 'images of documents for change streams',
    declared: { preAndPostImages: true },
    options: { changeStreamPreAndPostImages: { enabled: true } },
    changed: { preAndPostImages: false },
    differs: ['preAndPostImages'],
    inPlace: true,
  },
  {
    name: 'a view',
    declared: { viewOn: 'seen', pipeline: [{ $match: { a: 1 } }] },
    options: { viewOn: 'seen', pipeline: [{ $match: { a: 1 } }] },
    changed: { viewOn: 'others', pipeline: [{ $match: { a: 2 } }] },
    differs: ['viewOn', 'pipeline'],
    inPlace: true,
  },
]

function model(options: CollectionOptions, collection: string) {
  class Made extends BaseModel {
    static override collection = collection
    static override collectionOptions = options
    @column.dateTime() declare at: DateTime
    @column({ columnName: 'sensor_id' }) declare sensor: number
  }
  return Made
}

async function stored(name: string) {
  const [found] = await db.listCollections({ name }).toArray()
  const { type, options } = found as { type?: string; options?: object }
  return { type, options }
}

test.each(CASES)('$name: created, compared, changed', async (one) => {
  const [name, witness] = [fresh('made'), fresh('witness')]
  const Model = model(one.declared, name)
  expect(await Model.diffIndexes()).toMatchObject({ exists: false, inSync: false, options: [] })
  expect((await Model.syncIndexes()).done).toEqual([{ does: 'createCollection', names: [name] }])
  await db.createCollection(witness, one.options)
  expect(await stored(name)).toEqual(await stored(witness))
  expect(await Model.syncIndexes()).toMatchObject({ done: [], exists: true, inSync: true })

  const Changed = model(one.changed, name)
  const { options } = await Changed.diffIndexes()
  expect(options.map(({ option }) => option).sort()).toEqual([...one.differs].sort())
  expect(options.every(({ inPlace }) => inPlace === one.inPlace)).toBe(true)
  const after = await Changed.syncIndexes()
  expect(after.inSync).toBe(one.inPlace)
  expect(after.done.map(({ does }) => does)).toEqual(one.inPlace ? ['changeCollection'] : [])
})

test('createCollection says whether it created it', async () => {
  class Plain extends BaseModel {
    static override collection = fresh('plain')
    @column({ index: true }) declare a: number
  }
  expect(await Plain.createCollection()).toBe(true)
  expect(await Plain.createCollection()).toBe(false)
  expect(await db.collection(Plain.collection).listIndexes().toArray()).toHaveLength(1)
})

test('the collation of a collection is that of its indexes', async () => {
  class Words extends BaseModel {
    static override collection = fresh('words')
    static override collectionOptions = { collation: { locale: 'de', strength: 1 } as const }
    @column({ unique: true }) declare word: string
    @column({ index: 'text' }) declare text: string
    @column({ index: { collation: { locale: 'simple' } } }) declare bytes: string
    @column({ index: '2d' }) declare place: number[]
  }
  expect((await Words.syncIndexes()).inSync).toBe(true)
  expect(await Words.syncIndexes({ rebuild: true })).toMatchObject({ done: [], inSync: true })
  await Words.create({ word: 'Straße' })
  await expect(Words.create({ word: 'STRASSE' })).rejects.toThrow(/word/)
})

test('a view has no indexes', async () => {
  class View extends BaseModel {
    static override collection = fresh('view')
    static override collectionOptions = { viewOn: 'seen' }
    @column({ index: true }) declare a: number
  }
  await expect(View.syncIndexes()).rejects.toMatchObject({ code: 'E_MODEL_DEFINITION' })
})

class Part extends BaseModel {
  @column.dateTime() declare at: DateTime
  @column({ schema: { bsonType: 'int', minimum: 1, required: true } }) declare count: number
}

class Strict extends BaseModel {
  static override collection = fresh('strict')
  static override collectionOptions = { validator: 'columns' as const }
  @column({ schema: { required: true, bsonType: 'string', minLength: 2 } }) declare name: string
  @column({ schema: { enum: ['open', 'done'] } }) declare status: string | null
  @column.dateTime() declare at: DateTime | null
  @column.date() declare day: DateTime | null
  @column.uuid() declare token: string | null
  @column.objectId() declare ownerId: string | null
  @column.objectId() declare friendIds: string[]
  @column.encrypted({ blind: true }) declare email: string | null
  @column.json() declare settings: object | null
  @column.version() declare version: number
  @embedsOne(() => Part) declare part: EmbedsOne<typeof Part> | null
  @embedsMany(() => Part) declare parts: EmbedsMany<typeof Part>
}

const ID = '0123456789abcdef01234567'
const TOKEN = '01234567-89ab-4def-8123-456789abcdef'

test('a validator of the columns takes what models write, and nothing else', async () => {
  expect((await Strict.syncIndexes()).inSync).toBe(true)
  expect(await Strict.syncIndexes()).toMatchObject({ done: [] })
  const full = await Strict.create({
    name: 'Ada',
    status: 'open',
    at: DateTime.now(),
    day: DateTime.now(),
    token: TOKEN,
    ownerId: ID,
    friendIds: [ID, ID],
    email: 'ada@example.com',
    settings: { theme: 'dark' },
    part: { at: DateTime.now(), count: 2 },
    parts: [{ at: DateTime.now(), count: 3 }],
  })
  await full.merge({ status: null, part: null, at: null, email: null }).save()
  await Strict.create({ name: 'Bob' })
  await expect(Strict.create({ name: 'x' })).rejects.toMatchObject({
    code: 'E_DOCUMENT_VALIDATION',
  })
  await expect(Strict.create({ name: 'Eve', status: 'lost' })).rejects.toMatchObject({
    code: 'E_DOCUMENT_VALIDATION',
  })
  const wrong: Record<string, unknown>[] = [
    { at: 'today' },
    { day: 1 },
    { token: TOKEN },
    { owner_id: ID },
    { friend_ids: [ID] },
    { email: 'plain' },
    { settings: {} },
    { version: 'one' },
    { part: { count: 'x' } },
    { part: {} },
    { parts: [{ count: 0 }] },
    { parts: {} },
    { name: null },
  ]
  for (const values of wrong) {
    const insert = db.collection(Strict.collection).insertOne({ name: 'Raw', ...values })
    await expect(insert, Object.keys(values)[0]).rejects.toMatchObject({ code: 121 })
  }
})
