import { BaseModel, beforeSave, beforeUpdate, column, ObjectId } from 'lucent-odm'
import { DateTime } from 'luxon'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db, database } = server

class Job extends BaseModel {
  static override collection = 'jobs'
  @column({ isPrimary: true }) declare id: string
  @column({ columnName: 'state' }) declare status: string
  @column() declare priority: number
  @column() declare note: string | null
  @column() declare log: string[]
  @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
  @column.dateTime({ autoUpdate: true }) declare updatedAt: DateTime
  static hooks: string[] = []
  @beforeSave() static saves() {
    Job.hooks.push('save')
  }
  @beforeUpdate() static updates() {
    Job.hooks.push('update')
  }
}

const jobs = db.collection('jobs')
const ids = Array.from({ length: 4 }, () => new ObjectId())
const [first] = ids as [ObjectId]
const FIRST = { _id: first }
const made = new Date('2020-01-01T00:00:00Z')

beforeEach(async () => {
  Job.hooks = []
  await jobs.deleteMany({})
  await jobs.insertMany(
    ids.map((_id, n) => ({
      _id,
      state: 'queued',
      priority: [2, 9, 5, 9][n],
      log: [],
      extra: n,
      created_at: made,
    })),
  )
})

const queued = () => Job.query().where('status', 'queued')
const states = async () =>
  (await jobs.find().sort({ extra: 1 }).toArray()).map(({ state }) => state)

describe('updateOne', () => {
  it('updates one of those that match', async () => {
    expect(await queued().updateOne({ status: 'running' })).toEqual({ matched: 1, modified: 1 })
    expect((await states()).toSorted()).toEqual(['queued', 'queued', 'queued', 'running'])
  })

  it.each([
    ['asc', 0],
    ['desc', 1],
  ] as const)('with an order %s updates the first', async (direction, place) => {
    const query = queued().orderBy('priority', direction).orderBy('id')
    expect(await query.updateOne((job) => job.set('status', 'running').push('log', 'x'))).toEqual({
      matched: 1,
      modified: 1,
    })
    const expected = ['queued', 'queued', 'queued', 'queued']
    expected[place] = 'running'
    expect(await states()).toEqual(expected)
  })

  it('counts what matched', async () => {
    expect(
      await Job.query()
        .where('priority', 5)
        .updateOne((job) => job.set('priority', 5).unset('updatedAt')),
    ).toEqual({ matched: 1, modified: 0 })
    const none = Job.query().where('priority', 77)
    expect(await none.clone().updateOne({ status: 'x' })).toEqual({ matched: 0, modified: 0 })
    expect(await none.orderBy('id').updateOne({ status: 'x' })).toEqual({ matched: 0, modified: 0 })
  })

  it('takes array filters, with an order too', async () => {
    await jobs.updateMany({}, { $set: { log: ['a', 'b'] } })
    const query = () => queued().arrayFilter('line', '=', 'a')
    await query().where('priority', 2).updateOne({ 'log.$[line]': 'c' })
    await query().orderBy('priority', 'desc').orderBy('id').updateOne({ 'log.$[line]': 'd' })
    expect((await jobs.find().sort({ extra: 1 }).toArray()).map(({ log }) => log[0])).toEqual([
      'c',
      'd',
      'a',
      'a',
    ])
  })
})

describe('deleteOne', () => {
  it('deletes one of those that match', async () => {
    expect(await queued().deleteOne()).toEqual([1])
    expect(await jobs.countDocuments()).toBe(3)
    expect(await Job.query().where('priority', 77).deleteOne()).toEqual([0])
  })

  it('with an order deletes the first', async () => {
    expect(await queued().orderBy('priority').deleteOne()).toEqual([1])
    expect(await jobs.findOne(FIRST)).toBeNull()
    expect(await Job.query().where('priority', 77).orderBy('id').deleteOne()).toEqual([0])
  })
})

describe('findOneAndUpdate', () => {
  it('answers the first by the order, as it is afterwards', async () => {
    const job = await queued()
      .orderBy('priority', 'desc')
      .orderBy('id', 'desc')
      .findOneAndUpdate((one) => one.set('status', 'running').push('log', 'began'))
    expect(job).toBeInstanceOf(Job)
    expect(job?.id).toBe(ids[3]?.toHexString())
    expect(job?.$attributes).toMatchObject({ status: 'running', priority: 9, log: ['began'] })
    expect(job?.createdAt).toEqual(DateTime.fromJSDate(made))
    expect(job?.updatedAt.toMillis()).toBeGreaterThan(Date.now() - 10_000)
    expect(job?.$extras).toEqual({ extra: 3 })
    expect(job).toMatchObject({ $isPersisted: true, $isLocal: false, $isDirty: false })
    expect(await states()).toEqual(['queued', 'queued', 'queued', 'running'])
    expect(Job.hooks).toEqual([])
  })

  it('answers a model that saves what changes after it', async () => {
    const job = await queued().where('priority', 5).findOneAndUpdate({ status: 'running' })
    await job?.merge({ status: 'done' }).save()
    expect(await states()).toEqual(['queued', 'queued', 'done', 'queued'])
  })

  it('answers it as it was where that is asked for', async () => {
    const job = await queued()
      .where('priority', 5)
      .findOneAndUpdate({ status: 'running' }, { returnNew: false })
    expect(job?.status).toBe('queued')
    expect(await states()).toEqual(['queued', 'queued', 'running', 'queued'])
  })

  it('answers null when nothing matches', async () => {
    expect(await Job.query().where('priority', 77).findOneAndUpdate({ status: 'x' })).toBeNull()
  })

  it('reads what is selected, and plain documents', async () => {
    const job = await queued()
      .where('priority', 5)
      .select('status')
      .findOneAndUpdate({ status: 'running' })
    expect(job?.$attributes).toEqual({ id: ids[2]?.toHexString(), status: 'running' })
    const row = await queued().where('priority', 2).pojo().findOneAndUpdate({ status: 'running' })
    expect(row).toMatchObject({ _id: ids[0], state: 'running', extra: 0 })
    expect(row).not.toBeInstanceOf(Job)
  })

  it('hands each job to one worker', async () => {
    const take = () => queued().orderBy('priority', 'desc').findOneAndUpdate({ status: 'running' })
    const taken = await Promise.all(Array.from({ length: 8 }, take))
    expect(new Set(taken.flatMap((job) => (job === null ? [] : [job.id]))).size).toBe(4)
    expect(taken.filter((job) => job === null)).toHaveLength(4)
  })

  it('takes a collation, a hint and a comment', async () => {
    await jobs.createIndex({ state: 1 }, { name: 'by_state' })
    const commands = await profile(server, 'jobs', () =>
      Job.query()
        .where('status', 'QUEUED')
        .where('priority', 5)
        .collation({ locale: 'en', strength: 2 })
        .hint('by_state')
        .comment('mine')
        .findOneAndUpdate({ status: 'running' }),
    )
    expect(commands).toHaveLength(1)
    expect(commands[0]?.command).toMatchObject({
      findAndModify: 'jobs',
      query: { state: 'QUEUED', priority: 5 },
      collation: { locale: 'en', strength: 2 },
      hint: 'by_state',
      comment: 'mine',
      new: true,
    })
    expect(await states()).toEqual(['queued', 'queued', 'running', 'queued'])
    await jobs.dropIndexes()
  })

  it('inserts where nothing matches and upsert is true', async () => {
    const query = () => Job.query().where('status', 'new').where('priority', '>', 3)
    const job = await query().findOneAndUpdate(
      (one) => one.set('note', 'n').setOnInsert('log', []),
      {
        upsert: true,
      },
    )
    expect(job?.$attributes).toMatchObject({ status: 'new', note: 'n', log: [] })
    expect(job?.createdAt.toMillis()).toBeGreaterThan(Date.now() - 10_000)
    expect(job?.id).toMatch(/^[0-9a-f]{24}$/)
    expect(
      await query().findOneAndUpdate({ note: 'o' }, { upsert: true, returnNew: false }),
    ).toBeNull()
    expect(await jobs.countDocuments({ state: 'new' })).toBe(2)
  })
})

describe('findOneAndDelete', () => {
  it('answers the first by the order, as deleted', async () => {
    const job = await queued().orderBy('priority').findOneAndDelete()
    expect(job?.$attributes).toMatchObject({ id: ids[0]?.toHexString(), priority: 2 })
    expect(job).toMatchObject({ $isPersisted: false, $isDeleted: true })
    await expect(job?.save()).rejects.toMatchObject({ code: 'E_MODEL_DELETED' })
    expect(await jobs.countDocuments()).toBe(3)
    expect(await Job.query().where('priority', 2).findOneAndDelete()).toBeNull()
  })
})

describe('findOneAndReplace', () => {
  it('puts another document in the place, its dates stamped', async () => {
    const job = await queued()
      .orderBy('priority')
      .findOneAndReplace({ status: 'fresh', priority: 1 })
    expect(job).toMatchObject({ status: 'fresh', priority: 1, id: ids[0]?.toHexString() })
    expect(await jobs.findOne(FIRST)).toEqual({
      _id: ids[0],
      state: 'fresh',
      priority: 1,
      created_at: expect.any(Date),
      updated_at: expect.any(Date),
    })
    expect(job?.createdAt.toMillis()).toBeGreaterThan(made.getTime())
  })

  it('takes values for values', async () => {
    const note = { $set: { state: 'x' }, $where: '1' } as never
    await queued().where('priority', 2).findOneAndReplace({ status: 'fresh', note })
    expect(await jobs.findOne(FIRST)).toMatchObject({ state: 'fresh', note })
  })

  it('inserts with upsert', async () => {
    const job = await Job.query()
      .where('status', 'none')
      .findOneAndReplace({ status: 'none', priority: 3 }, { upsert: true })
    expect(job).toMatchObject({ status: 'none', priority: 3, $isPersisted: true })
    expect(await jobs.countDocuments()).toBe(5)
  })

  it.each<[string, () => Promise<unknown>, object]>([
    [
      'an unknown column',
      () => queued().findOneAndReplace({ nope: 1 } as never),
      { code: 'E_UNKNOWN_COLUMN' },
    ],
    [
      'an operator',
      () => queued().findOneAndReplace({ $set: { status: 'x' } } as never),
      { code: 'E_UNKNOWN_COLUMN' },
    ],
    [
      'another primary key',
      () => queued().findOneAndReplace({ id: new ObjectId().toHexString() }),
      { code: 'E_SERVER_ERROR' },
    ],
  ])('refuses %s', async (_, act, expected) => {
    await expect(act()).rejects.toMatchObject(expected)
    expect(await states()).toEqual(['queued', 'queued', 'queued', 'queued'])
  })
})

describe('in a transaction', () => {
  it('all of them take part', async () => {
    const failure = new Error('roll back')
    const run = database.transaction(async (client) => {
      const query = () => Job.query({ client }).where('status', 'queued')
      const job = await query().where('priority', 2).findOneAndUpdate({ status: 'running' })
      expect(job?.$trx).toBe(client)
      await job?.merge({ note: 'in it' }).save()
      expect(await query().orderBy('priority').deleteOne()).toEqual([1])
      await query().updateOne({ status: 'x' })
      await query().findOneAndReplace({ status: 'y' })
      await Job.query({ client }).where('status', 'z').upsert({ priority: 1 })
      expect(await Job.query({ client }).where('status', 'z').exists()).toBe(true)
      throw failure
    })
    await expect(run).rejects.toBe(failure)
    expect(await states()).toEqual(['queued', 'queued', 'queued', 'queued'])
    expect(await jobs.countDocuments()).toBe(4)
  })
})

describe('a limit of time', () => {
  it('holds for writes', async () => {
    await expect(
      Job.query({ timeout: 1 })
        .whereRaw({
          $expr: {
            $gt: [
              {
                $reduce: {
                  input: { $range: [0, 3_000_000] },
                  initialValue: 0,
                  in: { $add: ['$$value', '$$this'] },
                },
              },
              0,
            ],
          },
        })
        .updateMany({ note: 'x' }),
    ).rejects.toMatchObject({ code: 'E_TIMEOUT' })
    await expect(
      Job.query()
        .timeout(1)
        .whereRaw({
          $expr: {
            $gt: [
              {
                $reduce: {
                  input: { $range: [0, 3_000_000] },
                  initialValue: 0,
                  in: { $add: ['$$value', '$$this'] },
                },
              },
              0,
            ],
          },
        })
        .findOneAndDelete(),
    ).rejects.toMatchObject({ code: 'E_TIMEOUT' })
  })
})
