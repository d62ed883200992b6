/** Inserts of which nobody knows whether they were carried out: saved once more they meet the first one. */
import { BaseModel, beforeCreate, column, Database } from 'lucent-odm'
import { MongoClient, ObjectId } from 'mongodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { OwnMongod } from '../helpers/own_mongod.ts'
import { withFailPoint } from '../helpers/server.ts'

const APP_NAME = 'unknown inserts'

let server: OwnMongod
let client: MongoClient
let database: Database
/** The same, of calls that wait for a second. */
let hasty: Database

let count = 0

/** The instances that were made, also by calls that answer none. */
let made: Entry[] = []

class Entry extends BaseModel {
  static override collection = 'entries'
  @column({ isPrimary: true }) declare id: string
  @column() declare text: string
  @column.hashed({ hasher: { make: async (text) => `hash of ${text}`, verify: async () => true } })
  declare secret: string

  @beforeCreate() static note(entry: Entry) {
    if (!made.includes(entry)) made.push(entry)
  }
}

beforeAll(async () => {
  const args = ['--setParameter', 'enableTestCommands=1']
  server = await OwnMongod.start(args, { replicaSet: true })
  client = new MongoClient(server.uri)
  const url = `${server.uri}&heartbeatFrequencyMS=500`
  const main = { url, database: 'unknown', appName: APP_NAME }
  database = new Database({ connection: 'main', connections: { main } })
  const impatient = { ...main, timeoutMS: 1000 }
  hasty = new Database({ connection: 'main', connections: { main: impatient } })
  Entry.useDatabase(database)
}, 60_000)

afterAll(async () => {
  await Promise.all([database.closeAll(), hasty.closeAll()])
  await client.close()
  await server.stop()
})

const entries = () => client.db('unknown').collection('entries')

beforeEach(async () => {
  await entries().deleteMany({})
  made = []
  VALUES = { text: `mine ${++count}`, secret: 's' }
})

/** What a late insert of another test stores has another text. */
let VALUES = { text: 'mine', secret: 's' }
const fresh = () => new Entry().merge(VALUES)

/** Ways of inserting; each answers the instances that it does not make itself. */
const INSERTS: Record<string, (note: (entry: Entry) => Entry) => Promise<unknown>> = {
  create: () => Entry.create(VALUES),
  'create, sharing a command': () => Entry.create(VALUES, { coalesce: true }),
  save: (note) => note(fresh()).save(),
  saveQuietly: (note) => note(fresh()).saveQuietly(),
  'saveQuietly, sharing a command': (note) => note(fresh()).saveQuietly({ coalesce: true }),
  createMany: () => Entry.createMany([VALUES, VALUES], { atomic: false }),
  bulkSave: (note) => Entry.bulkSave([note(fresh())]),
  'bulkSave without hooks': (note) => Entry.bulkSave([note(fresh())], { hooks: false }),
  'bulkWrite of an instance': (note) => Entry.bulkWrite((bulk) => bulk.insert(note(fresh()))),
  firstOrCreate: () => Entry.firstOrCreate({ text: VALUES.text }, VALUES),
}

const FAULTS: Record<string, { data: Record<string, unknown>; code: RegExp }> = {
  'the connection is dropped': {
    data: { closeConnection: true },
    code: /^E_(CONNECTION_FAILED|SERVER_SELECTION_TIMEOUT)$/,
  },
  'there is no answer in time': {
    data: { blockConnection: true, blockTimeMS: 2500 },
    code: /^E_TIMEOUT$/,
  },
  'the write concern is not met': {
    data: { writeConcernError: { code: 64, codeName: 'WriteConcernTimeout', errmsg: 'late' } },
    code: /^E_WRITE_CONCERN$/,
  },
}

describe.each(Object.entries(FAULTS))('F4. when %s', (_, { data, code }) => {
  it.each(Object.entries(INSERTS))('%s: the instance keeps its key', async (__, insert) => {
    const fail = { failCommands: ['insert', 'findAndModify'], appName: APP_NAME, ...data }
    const note = (entry: Entry) => {
      if (!made.includes(entry)) made.push(entry)
      return entry
    }
    Entry.useDatabase('blockConnection' in data ? hasty : database)
    await Entry.query().first()
    const failure = await withFailPoint(client, fail, 'alwaysOn', () =>
      insert(note).then(
        () => undefined,
        (error) => error,
      ),
    )
    Entry.useDatabase(database)
    expect(failure?.code).toMatch(code)
    expect(made.length).toBeGreaterThan(0)
    const failed = [...made]
    for (const entry of failed) {
      expect(entry.id).toMatch(/^[0-9a-f]{24}$/)
      expect(entry.text).toBe(VALUES.text)
      if (entry.$isPersisted) continue
      expect(entry.secret).toBe('s')
      const _id = new ObjectId(entry.id)
      await entries().updateOne({ _id }, { $set: { text: VALUES.text } }, { upsert: true })
      const again = await entry.save().then(
        () => undefined,
        (error) => error,
      )
      expect(again).toMatchObject({ code: 'E_DUPLICATE_KEY', keys: ['_id'] })
      expect(entry.$isPersisted).toBe(false)
    }
    expect(await entries().countDocuments({ text: VALUES.text })).toBe(failed.length)
  })
})

it('F4. an insert that was refused has no key to keep', async () => {
  const fail = { failCommands: ['insert'], errorCode: 121, appName: APP_NAME }
  const entry = fresh()
  await withFailPoint(client, fail, 'alwaysOn', () => expect(entry.save()).rejects.toThrow())
  expect(entry).toMatchObject({ id: undefined, ...VALUES })
  await entry.save()
  expect(await entries().countDocuments({ text: VALUES.text })).toBe(1)
})
