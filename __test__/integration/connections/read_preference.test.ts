/**
 * Which members of a replica set are read from. The server of the tests is the only member of its set, so what asks for a
 * secondary finds none, and says so soon.
 */
import { BaseModel, column, Database } from 'lucent-odm'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { type Given, type Keyed, waysThat } from '../../helpers/ways.ts'

const { db, name, uri, database: primary } = lucentDatabase()
const settings = { database: name, serverSelectionTimeoutMS: 20 }
const joined = uri.includes('?') ? '&' : '?'
const database = new Database({
  connection: 'primary',
  connections: {
    primary: { url: uri, ...settings },
    secondary: { url: `${uri}${joined}readPreference=secondary`, ...settings },
  },
})
afterAll(() => database.closeAll())

function modelWith(statics: { connection?: string; readPreference?: 'secondary' | 'primary' }) {
  class Thing extends BaseModel {
    static override collection = 'things'
    @column({ isPrimary: true }) declare id: string
    @column() declare key: string
    @column() declare count: number
    @column() declare list: string[]
  }
  Object.assign(Thing, statics)
  Thing.useDatabase(database)
  return Thing
}

const OfModel = modelWith({ readPreference: 'secondary' })
const OfConnection = modelWith({ connection: 'secondary' })
const OfNobody = modelWith({})
const nowhere = expect.objectContaining({ code: 'E_SERVER_SELECTION_TIMEOUT' })

let given: Given
let keys = 0

beforeEach(async () => {
  await db.collection('things').deleteMany({})
  const key = `thing ${keys++}`
  const { id } = await OfNobody.create({ key, count: 1, list: ['a'] })
  const found = (await OfNobody.findOrFail(id)) as unknown as Keyed
  given = { database, model: OfNobody as never, key, filter: { key }, values: { count: 7 }, found }
})

describe.each([
  ['a model', OfModel],
  ['a connection', OfConnection],
])('of %s', (_, model) => {
  it.each(waysThat('read'))('$operation: $name', async (way) => {
    const found = await model
      .query()
      .readPreference('primary')
      .where('key', given.key)
      .firstOrFail()
    const reads = way.run({ ...given, model: model as never, found: found as unknown as Keyed })
    // All of a transaction is read from the primary.
    const isInOne = way.operation === 'findAndLock' || way.name.includes('in a transaction')
    if (isInOne) await expect(reads).resolves.toBeDefined()
    else await expect(reads).rejects.toEqual(nowhere)
  })

  it('is none of writes, nor of what these look up', async () => {
    await model.create({ key: 'new' })
    const [one] = await OfNobody.query().where('key', 'new')
    const row = await model.query().readPreference('primary').where('key', 'new').firstOrFail()
    await row.merge({ count: 2 }).save()
    await expect(
      model.bulkWrite((bulk) =>
        bulk.updateOne({ key: 'new' }, { count: 3 }).updateOne({ key: 'none' }, { count: 3 }),
      ),
    ).resolves.toMatchObject({ modified: 1 })
    expect(await model.query().where('key', 'new').findOneAndUpdate({ count: 4 })).not.toBeNull()
    await model
      .query()
      .where('id', one?.id ?? '')
      .delete()
    await expect(row.merge({ count: 5 }).save()).rejects.toMatchObject({ code: 'E_STALE_MODEL' })
  })

  it('is none of transactions', async () => {
    await database.connection(model.connection).transaction(async (client) => {
      expect(await model.query({ client }).count()).toBe(1)
      expect(await model.query({ client }).readPreference('secondary').pluck('key')).toHaveLength(1)
      await model.create({ key: 'new' }, { client })
      expect(await model.aggregate({ client }).exec()).toHaveLength(2)
    })
  })
})

it('goes by the query, then by the model, then by the connection', async () => {
  const first = modelWith({ connection: 'secondary', readPreference: 'primary' })
  expect(await first.query().count()).toBe(1)
  await expect(first.query().readPreference('secondary').count()).rejects.toEqual(nowhere)
  expect(await OfModel.query().readPreference('primary').count()).toBe(1)
  expect(await OfModel.aggregate().readPreference('primaryPreferred').exec()).toHaveLength(1)
})

it('is a mode', async () => {
  const wrong = modelWith({ readPreference: 'slave' as never })
  await expect(wrong.query({ client: primary.connection() }).count()).rejects.toMatchObject({
    code: 'E_MODEL_DEFINITION',
  })
})
