import { BaseModel, column, Database, LucentError } from 'lucent-odm'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../helpers/encryption.ts'
import { OwnMongod } from '../helpers/own_mongod.ts'
import { TcpProxy } from '../helpers/tcp_proxy.ts'
import { WRITE_PATHS } from '../helpers/write_paths.ts'

/** More nodes than there are. */
const CONCERN = 'w=3&wtimeoutMS=300'

let server: OwnMongod
let witness: MongoClient
let proxy: TcpProxy
let database: Database

class Entry extends BaseModel {
  static override collection = 'entries'
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column() declare text: string
  @column() declare count: number
}

class Sealed extends BaseModel {
  static override collection = 'sealed'
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column.encrypted() declare secret: string
}

class Row extends Entry {}

beforeAll(async () => {
  server = await OwnMongod.start([], { replicaSet: true })
  witness = new MongoClient(server.uri)
  proxy = await TcpProxy.start(server.port)
  const settings = { database: 'concerns', encryption: TEST_KEYS }
  database = new Database({
    connection: 'strict',
    connections: {
      strict: { ...settings, url: `${proxy.uri}&${CONCERN}` },
      loose: { ...settings, url: server.uri },
    },
  })
  for (const model of [Entry, Sealed, Row]) model.useDatabase(database)
}, 60_000)
afterAll(async () => {
  await database.closeAll()
  await proxy.stop()
  await witness.close()
  await server.stop()
})

const loose = { connection: 'loose' }

/** What a write ends with: its code, or that of what is behind it. */
async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
    return 'ok'
  } catch (error) {
    if (!(error instanceof LucentError)) throw error
    return error.code
  }
}

describe('21: a write that is not acknowledged as the url says is E_WRITE_CONCERN', () => {
  let keys = 0

  it.each(WRITE_PATHS.map((path) => [path.name, path] as const))('%s', async (_, path) => {
    const key = `key ${keys++}`
    if (path.kind === 'update') await Entry.create({ key, text: 'before' }, loose)
    const found = (
      path.kind === 'update' ? await Entry.query().where('key', key).firstOrFail() : new Entry()
    ) as never
    const values = { text: 'after' }
    const given = { model: Entry, key, values, filter: { key }, found, options: {} }
    const code = await codeOf(() => path.run(given))
    expect(code).toBe('E_WRITE_CONCERN')
    // It was carried out all the same.
    const stored = await witness.db('concerns').collection('entries').find({ key }).toArray()
    expect(stored.length).toBeGreaterThan(0)
    for (const one of stored) expect(one.text).toBe('after')
  })

  const OTHERS: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
    delete: async (key) => (await Entry.findByOrFail('key', key)).delete(),
    'query delete': (key) => Entry.query().where('key', key).delete(),
    findOneAndDelete: (key) => Entry.query().where('key', key).findOneAndDelete(),
    bulkDelete: async (key) => Entry.bulkDelete(await Entry.query().where('key', key)),
    'bulkWrite: deleteOne': (key) => Entry.bulkWrite((bulk) => bulk.deleteOne({ key })),
    'bulkWrite: deleteMany': (key) => Entry.bulkWrite((bulk) => bulk.deleteMany({ key })),
    increment: (key) => Entry.query().where('key', key).increment('count'),
    'several saves that share a command': async (key) => {
      const rows = await Entry.query().where('key', key)
      await Promise.all(rows.map((row) => row.merge({ text: 'b' }).save({ coalesce: true })))
    },
    'aggregate, merged': () =>
      Entry.aggregate()
        .merge({ into: 'others' } as never)
        .exec(),
    'an update of encrypted columns': (key) =>
      Sealed.query().where('key', key).update({ secret: 'after' }),
    'bulkWrite: updateMany of encrypted columns': (key) =>
      Sealed.bulkWrite((bulk) => bulk.updateMany({ key }, { secret: 'after' })),
  }

  it.each(Object.entries(OTHERS))('%s', async (_, work) => {
    const key = `key ${keys++}`
    await Entry.createMany(
      [
        { key, text: 'a' },
        { key, text: 'a' },
      ],
      loose,
    )
    await Sealed.createMany(
      [
        { key, secret: 'a' },
        { key, secret: 'a' },
      ],
      loose,
    )
    expect(await codeOf(() => work(key))).toBe('E_WRITE_CONCERN')
  })
})

describe('21: the concern of a transaction', () => {
  /** Concerns in the commits that are sent while the work runs. */
  async function commits(work: () => Promise<unknown>): Promise<string[]> {
    const seen: string[] = []
    proxy.onRequest = (data) => {
      if (!data.includes('commitTransaction\0')) return
      const at = data.indexOf('writeConcern\0')
      seen.push(at === -1 ? 'none' : data.subarray(at).includes('majority\0') ? 'majority' : 'w')
    }
    await work()
    proxy.onRequest = undefined
    return seen
  }

  it('is the url’s, its own, or a majority', async () => {
    const plain = new Database({
      connection: 'plain',
      connections: {
        plain: { url: proxy.uri, database: 'concerns' },
        one: { url: `${proxy.uri}&w=1`, database: 'concerns' },
      },
    })
    const insert = (name: string, options = {}) =>
      commits(() =>
        plain
          .connection(name)
          .transaction((trx) => Entry.create({ key: 'trx' }, { client: trx }), options),
      )
    expect(await insert('plain')).toEqual(['majority'])
    expect(await insert('plain', { writeConcern: { w: 1 } })).toEqual(['w'])
    expect(await insert('plain', { writeConcern: { journal: true } })).toEqual(['majority'])
    expect(await insert('one')).toEqual(['w'])
    expect(await insert('one', { writeConcern: { w: 'majority' } })).toEqual(['majority'])
    await plain.closeAll()
  })

  it('is sent with the commit alone, and statements written by the core are part of it', async () => {
    const key = 'in a transaction'
    await Row.createMany(
      [
        { key, text: 'a' },
        { key, text: 'b' },
      ],
      loose,
    )
    await Sealed.createMany(
      [
        { key, secret: 'a' },
        { key, secret: 'b' },
      ],
      loose,
    )
    await database.connection('strict').transaction(
      async (trx) => {
        const rows = await Row.query({ client: trx }).where('key', key)
        await Row.bulkSave(
          rows.map((row) => row.merge({ text: 'c' })),
          { client: trx },
        )
        await Row.bulkWrite((bulk) => bulk.updateMany({ key }, { text: 'd' }), { client: trx })
        await Sealed.query({ client: trx }).where('key', key).update({ secret: 'c' })
      },
      { writeConcern: { w: 1 } },
    )
    expect((await Row.query().where('key', key)).map(({ text }) => text)).toEqual(['d', 'd'])
    expect((await Sealed.query().where('key', key)).map(({ secret }) => secret)).toEqual(['c', 'c'])
  })
})
