import type { Document } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { ownDatabase } from '../../helpers/own_database.ts'
import { Kind, RawCore } from '../../helpers/raw_core.ts'
import { withFailPoint } from '../../helpers/server.ts'

const { uri, name, db, client } = await ownDatabase()
// Fail points must not meet the witness's commands.
const APP_NAME = 'sessions'
const core = new RawCore({ name: 'main', url: uri, database: name, appName: APP_NAME })

const standalone = await ownDatabase({ replicaSet: false })
const alone = new RawCore({ name: 'alone', url: standalone.uri, database: standalone.name })

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const texts = (documents: readonly Document[]) => documents.map(({ text }) => text)

async function transaction(head: Document = {}): Promise<number> {
  const session = core.openSession()
  await core.run(Kind.startTransaction, head, { session })
  return session
}

/** The documents of a collection as others see them. */
const stored = (collection: string) =>
  db.collection<{ _id: number }>(collection).find().sort({ _id: 1 }).toArray()

describe('a session', () => {
  it('an aborted transaction leaves nothing, a committed one everything', async () => {
    const model = core.model('ended')
    await db.createCollection('ended')
    for (const [kind, expected] of [
      [Kind.abortTransaction, []],
      [Kind.commitTransaction, [{ _id: 1, text: 'a' }]],
    ] as const) {
      const session = await transaction()
      await core.run(Kind.insert, {}, { model, session }, [{ _id: 1, text: 'a' }])
      expect(await stored('ended')).toEqual([])
      expect(await core.run(Kind.count, {}, { model, session })).toEqual({ count: 1 })
      expect(await core.run(kind, {}, { session })).toEqual({})
      core.closeSession(session)
      expect(await stored('ended')).toEqual(expected)
    }
  })

  it('every kind of operation takes part in a transaction', async () => {
    const model = core.model('kinds')
    await db.collection<{ _id: number }>('kinds').insertMany([{ _id: 1 }, { _id: 2 }])
    const session = await transaction({
      readConcern: 'snapshot',
      writeConcern: { w: 'majority', journal: true, wtimeoutMS: 5000 },
      readPreference: 'primary',
      maxCommitTimeMS: 5000,
    })
    const where = { model, session }
    await core.run(Kind.insert, {}, where, [{ _id: 3 }])
    await core.run(Kind.update, { filter: { _id: 1 }, update: { $set: { text: 'x' } } }, where)
    const statements = [
      { q: { _id: 2 }, u: { $set: { text: 'y' } } },
      { q: { _id: 9 }, u: { $set: { text: 'z' } } },
    ]
    const each = await core.run(Kind.updateEach, {}, where, statements)
    expect(each).toMatchObject({ matched: 1, missed: [1] })
    await core.run(Kind.delete, { filter: { _id: 3 } }, where)
    expect(await core.run(Kind.ping, {}, { session })).toHaveProperty('milliseconds')
    const inside = await core.read(Kind.find, { sort: { _id: 1 } }, where).reply
    expect(inside).toEqual([
      { _id: 1, text: 'x' },
      { _id: 2, text: 'y' },
    ])
    expect(await stored('kinds')).toEqual([{ _id: 1 }, { _id: 2 }])
    await core.run(Kind.commitTransaction, {}, { session })
    expect(await stored('kinds')).toEqual(inside)
    core.closeSession(session)
  })

  it('whoever reads in batches may write in the same transaction meanwhile', async () => {
    const model = core.model('interleaved')
    const documents = Array.from({ length: 30 }, (_, _id) => ({ _id, text: `${_id}` }))
    await db.collection<{ _id: number }>('interleaved').insertMany(documents)
    const session = await transaction()
    const batches: number[] = []
    const read = core.read(
      Kind.find,
      { batchSize: 2, sort: { _id: 1 } },
      { model, session },
      async (batch) => {
        batches.push(batch.length)
        const [first] = batch
        if (first === undefined) return
        const update = { $set: { text: 'seen' } }
        await core.run(Kind.update, { filter: { _id: first._id }, update }, { model, session })
      },
    )
    expect(texts(await read.reply)).toEqual(texts(documents))
    expect(batches.length).toBeGreaterThanOrEqual(15)
    await core.run(Kind.commitTransaction, {}, { session })
    core.closeSession(session)
    const seen = await db.collection('interleaved').countDocuments({ text: 'seen' })
    expect(seen).toBe(batches.filter((length) => length > 0).length)
  })

  it('waits for the operation before it without holding the session', async () => {
    const model = core.model('chained')
    await db.createCollection('chained')
    const session = await transaction()
    const data = { failCommands: ['insert'], blockConnection: true, blockTimeMS: 200 }
    await withFailPoint(client, { ...data, appName: APP_NAME }, { times: 1 }, async () => {
      const first = core.send(Kind.insert, {}, { model }, [{ _id: 1 }])
      const where = { model, session, after: first.slot }
      const second = core.send(Kind.insert, {}, where, [{ _id: 2 }])
      // The session is free while the second insert waits for the first.
      expect(await core.run(Kind.count, {}, { model, session })).toEqual({ count: 0 })
      await Promise.all([first.reply, second.reply])
    })
    await core.run(Kind.commitTransaction, {}, { session })
    core.closeSession(session)
    expect(await stored('chained')).toHaveLength(2)
  })

  it('closing a session aborts its transaction in the background', async () => {
    const model = core.model('closed')
    await db.collection<{ _id: number }>('closed').insertOne({ _id: 1 })
    const session = await transaction()
    const update = { $set: { text: 'x' } }
    await core.run(Kind.update, { filter: {}, everything: true, update }, { model, session })
    core.closeSession(session)
    // The write would wait for an open transaction.
    await db.collection('closed').updateOne({}, { $set: { text: 'y' } }, { maxTimeMS: 5_000 })
    expect(await stored('closed')).toEqual([{ _id: 1, text: 'y' }])
    expect(() => core.run(Kind.count, {}, { model, session })).toThrow(
      expect.objectContaining({ code: 'E_TRANSACTION_COMPLETED' }),
    )
  })

  it('closing a connection aborts the transactions of its sessions', async () => {
    await db.collection<{ _id: number }>('left_open').insertOne({ _id: 1 })
    const leaving = new RawCore({ name: 'leaving', url: uri, database: name })
    const session = leaving.openSession()
    await leaving.run(Kind.startTransaction, {}, { session })
    const where = { model: leaving.model('left_open'), session }
    const all = { filter: {}, everything: true }
    await leaving.run(Kind.update, { ...all, update: { $set: { text: 'x' } } }, where)
    await leaving.close()
    // The write would wait for an open transaction.
    await db.collection('left_open').updateOne({}, { $set: { text: 'y' } }, { maxTimeMS: 5_000 })
    expect(await stored('left_open')).toEqual([{ _id: 1, text: 'y' }])
  })

  it('says what is wrong with the use of a transaction', async () => {
    const model = core.model('misused')
    await db.collection<{ _id: number }>('misused').insertOne({ _id: 1 })
    for (const kind of [Kind.startTransaction, Kind.commitTransaction, Kind.abortTransaction]) {
      await expect(core.run(kind, {})).rejects.toMatchObject({ code: 'E_INVALID_QUERY' })
    }
    const session = await transaction()
    const other = await transaction()
    const again = core.run(Kind.startTransaction, {}, { session })
    await expect(again).rejects.toMatchObject({ code: 'E_INVALID_QUERY' })
    const update = { filter: { _id: 1 }, update: { $set: { text: 'x' } } }
    await core.run(Kind.update, update, { model, session })
    await expect(core.run(Kind.update, update, { model, session: other })).rejects.toMatchObject({
      code: 'E_WRITE_CONFLICT',
      serverCode: 112,
      errorLabels: ['TransientTransactionError'],
    })
    await core.run(Kind.abortTransaction, {}, { session: other })
    for (const kind of [Kind.abortTransaction, Kind.commitTransaction]) {
      await expect(core.run(kind, {}, { session: other })).rejects.toMatchObject({
        code: 'E_TRANSACTION_COMPLETED',
      })
    }
    await core.run(Kind.commitTransaction, {}, { session })
    // A commit whose outcome is not known may be repeated.
    await core.run(Kind.commitTransaction, {}, { session })
    for (const one of [session, other]) core.closeSession(one)
  })

  it('has no transactions on a server that is on its own', async () => {
    const session = alone.openSession()
    const where = { model: alone.model('plain'), session }
    await alone.run(Kind.insert, {}, where, [{ _id: 1 }])
    await alone.run(Kind.startTransaction, {}, { session })
    for (const [kind, head] of [
      [Kind.count, {}],
      [Kind.update, { filter: {}, everything: true, update: { $set: { text: 'x' } } }],
    ] as const) {
      await expect(alone.run(kind, head, where)).rejects.toMatchObject({
        code: 'E_TRANSACTIONS_UNSUPPORTED',
      })
    }
    await alone.run(Kind.abortTransaction, {}, { session })
    expect(await alone.run(Kind.count, {}, where)).toEqual({ count: 1 })
    alone.closeSession(session)
  })

  it.each([
    ['the first', [], false],
    ['a later', [{ _id: 1 }], true],
  ])('%s operation given up on leaves a transaction to abort', async (_, before, commits) => {
    const collection = `given_up_${before.length}`
    const model = core.model(collection)
    await db.createCollection(collection)
    const session = await transaction()
    const where = { model, session }
    if (before.length > 0) await core.run(Kind.insert, {}, where, before)
    const data = { failCommands: ['insert'], blockConnection: true, blockTimeMS: 8_000 }
    await withFailPoint(client, { ...data, appName: APP_NAME }, { times: 1 }, async () => {
      const insert = core.send(Kind.insert, {}, where, [{ _id: 2 }])
      await wait(100)
      core.cancel(insert.slot)
      await expect(insert.reply).rejects.toMatchObject({ code: 'E_ABORTED' })
      if (commits) {
        const commit = core.run(Kind.commitTransaction, {}, { session })
        await expect(commit).rejects.toMatchObject({ code: 'E_ABORTED' })
      }
      const started = Date.now()
      await core.run(Kind.abortTransaction, {}, { session })
      expect(Date.now() - started).toBeLessThan(1_500)
    })
    // The session is as good as new, and the server holds no lock of the old transaction.
    await db.collection(collection).drop()
    await core.run(Kind.startTransaction, {}, { session })
    await core.run(Kind.insert, {}, where, [{ _id: 3 }])
    await core.run(Kind.commitTransaction, {}, { session })
    core.closeSession(session)
    expect(await stored(collection)).toEqual([{ _id: 3 }])
  })

  it('a read that is left early leaves its transaction as it was', async () => {
    const model = core.model('left')
    const documents = Array.from({ length: 100 }, (_, _id) => ({ _id }))
    await db.collection<{ _id: number }>('left').insertMany(documents)
    const session = await transaction()
    const where = { model, session }
    await core.run(Kind.insert, {}, where, [{ _id: 100 }])
    const read = core.read(Kind.find, { batchSize: 2 }, where, () => core.cancel(read.slot))
    await expect(read.reply).rejects.toMatchObject({ code: 'E_ABORTED' })
    await core.run(Kind.commitTransaction, {}, { session })
    core.closeSession(session)
    expect(await db.collection('left').countDocuments()).toBe(101)
  })
})
