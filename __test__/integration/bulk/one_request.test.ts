/** What a bulk write finds out while it runs is a part of its one request, and of its outcome. */
import { BaseModel, column, errors } from 'lucent-odm'
import type { MongoClient } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'
import { operationsOf } from '../../helpers/recorded_operations.ts'
import { withFailPoint } from '../../helpers/server.ts'

const server = lucentDatabase({ maxPoolSize: 20 })
const { db } = server

class Plain extends BaseModel {
  static override collection = 'plain'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare n: number
}

class Counted extends BaseModel {
  static override collection = 'counted'
  @column({ isPrimary: true }) declare id: string
  @column() declare n: number
  @column.version() declare version: number
}

const range = (count: number) => Array.from({ length: count }, (_, place) => place)

beforeEach(async () => {
  await db.collection('plain').createIndex({ name: 1 }, { unique: true, sparse: true })
})

afterEach(async () => {
  for (const name of ['plain', 'counted']) await db.collection(name).deleteMany({})
})

describe('one request', () => {
  it.each([true, false])('finds which documents are gone (ordered: %s)', async (ordered) => {
    const made = await Plain.createMany(range(5).map((n) => ({ n })))
    await db.collection('plain').deleteMany({ n: { $in: [1, 3] } })
    for (const one of made) one.n += 10
    let failures: readonly { position: number }[] = []
    const save = async () => {
      ;({ failures } = await Plain.bulkSave(made, { ordered, throwOnFailure: false }))
    }
    expect(await operationsOf(save)).toEqual(['bulk'])
    expect(failures.map(({ position }) => position)).toEqual([1, 3])
    expect(made.map(({ $isDirty }) => $isDirty)).toEqual([false, true, false, true, false])
  })

  it('holds documents with versions, each with a command of its own', async () => {
    const made = await Counted.createMany(range(8).map((n) => ({ n })))
    for (const one of made) one.n += 10
    let submitted: string[] = []
    const commands = await commandsOf(server, 'counted', async () => {
      submitted = await operationsOf(() => Counted.bulkSave(made))
    })
    expect(submitted).toEqual(['bulk'])
    expect(commands).toEqual(new Array(8).fill('update'))
    expect(await operationsOf(() => Counted.bulkDelete(made))).toEqual(['bulk'])
    expect(await db.collection('counted').countDocuments()).toBe(0)
  })

  it('many documents with versions go in few requests', async () => {
    const made = await Counted.createMany(range(450).map((n) => ({ n })))
    for (const one of made) one.n += 1000
    expect(await operationsOf(() => Counted.bulkSave(made))).toEqual(['bulk', 'bulk', 'bulk'])
    expect(made.every((one) => one.version === 2 && !one.$isDirty)).toBe(true)
    expect(await db.collection('counted').countDocuments({ version: 2 })).toBe(450)
  })

  it('repeats upserts that lost a race, alone and in bulk', async () => {
    const callers = range(30)
    const name = 'a'
    const alone = await operationsOf(() =>
      Promise.all(callers.map(() => Plain.query().where('name', name).upsert({ n: 1 }))),
    )
    expect(alone).toEqual(new Array(30).fill('update'))
    const found = await operationsOf(() =>
      Promise.all(
        callers.map(() =>
          Plain.query().where('name', 'b').findOneAndUpdate({ n: 1 }, { upsert: true }),
        ),
      ),
    )
    expect(found).toEqual(new Array(30).fill('findAndModify'))
    const rows = range(10).map((place) => ({ name: `c${place}`, n: 1 }))
    for (const ordered of [true, false]) {
      const bulk = await operationsOf(() =>
        Promise.all(callers.map(() => Plain.upsertMany(rows, { by: ['name'], ordered }))),
      )
      expect(bulk).toEqual(new Array(30).fill('bulk'))
      expect(await db.collection('plain').countDocuments({ name: /^c/ })).toBe(10)
      await db.collection('plain').deleteMany({ name: /^c/ })
    }
    expect(await db.collection('plain').countDocuments()).toBe(2)
  })
})

/** Makes an update fail, or wait, after ten others went well. */
async function breaking<T>(client: MongoClient, how: object, work: () => Promise<T>): Promise<T> {
  const mode = { skip: 10 } as unknown as { times: number }
  return withFailPoint(client, { failCommands: ['update'], ...how }, mode, work)
}

describe('a bulk write that is ended half-way', () => {
  const HOW = {
    'the network': {
      how: { closeConnection: true },
      options: () => ({}),
      code: 'E_CONNECTION_FAILED',
    },
    'its time': {
      how: { blockConnection: true, blockTimeMS: 1500 },
      options: () => ({ timeout: 400 }),
      code: 'E_TIMEOUT',
    },
    'its caller': {
      how: { blockConnection: true, blockTimeMS: 1500 },
      options: () => ({ signal: AbortSignal.timeout(400) }),
      code: 'E_ABORTED',
    },
  }

  it.each(Object.entries(HOW))('by %s knows what was written', async (_, given) => {
    const made = await Counted.createMany(range(20).map((n) => ({ n })))
    for (const one of made) one.n += 100
    await breaking(server.client, given.how, () =>
      expect(Counted.bulkSave(made, given.options())).rejects.toMatchObject({ code: given.code }),
    )
    expect(made.map(({ $isDirty }) => $isDirty)).toEqual(range(20).map((place) => place >= 10))
    expect(made.slice(0, 10).every(({ version }) => version === 2)).toBe(true)
    expect(made.slice(11).every(({ version }) => version === 1)).toBe(true)
    // Those that were written are as they are stored, so that they can be saved again.
    for (const one of made.slice(0, 10)) await one.merge({ n: -1 }).save()
    expect(await db.collection('counted').countDocuments({ n: -1, version: 3 })).toBe(10)
  })

  it('in a transaction leaves nothing', async () => {
    const made = await Counted.createMany(range(20).map((n) => ({ n })))
    for (const one of made) one.n += 100
    const how = { errorCode: 8000 }
    await breaking(server.client, how, () =>
      expect(Counted.bulkSave(made, { atomic: true })).rejects.toBeInstanceOf(
        errors.E_SERVER_ERROR,
      ),
    )
    expect(made.every((one) => one.$isDirty && one.version === 1)).toBe(true)
    expect(await db.collection('counted').countDocuments({ version: 1 })).toBe(20)
  })
})
