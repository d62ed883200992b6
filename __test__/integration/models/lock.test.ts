import { BaseModel, beforeFind, column, errors, type ModelQueryBuilder, ObjectId } from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'
import { OwnMongod } from '../../helpers/own_mongod.ts'

const server = lucentDatabase({ maxPoolSize: 50 })
const { database, db } = server
const accounts = db.collection('accounts')

class Account extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare balance: number
  @column() declare owner: string
}

afterEach(() => accounts.deleteMany({}))

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds))
const times = <Result>(count: number, work: (place: number) => Promise<Result>) =>
  Promise.all(Array.from({ length: count }, (_, place) => work(place)))

/** Whether the promise is settled within a while. */
async function settles(promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  )
  return Promise.race([settled, pause(300).then(() => false)])
}

describe('lockForUpdate', () => {
  it('gives the document as it is, answers what the callback does', async () => {
    const account = await Account.create({ balance: 1 })
    await accounts.updateOne({}, { $set: { balance: 5 } })
    const answer = await account.lockForUpdate((fresh, trx) => {
      expect(fresh).not.toBe(account)
      expect(fresh).toMatchObject({ balance: 5, id: account.id })
      expect(fresh.$trx).toBe(trx)
      return fresh.balance + 1
    })
    expect(answer).toBe(6)
    expect(account.balance).toBe(1)
  })

  it('leaves the document as it was', async () => {
    const account = await Account.create({ balance: 1, owner: 'ada' })
    await account.lockForUpdate(() => undefined)
    expect(await accounts.findOne()).toEqual({
      _id: new ObjectId(account.id),
      balance: 1,
      owner: 'ada',
    })
  })

  it('lockers come one after the other: no increment is lost', async () => {
    const account = await Account.create({ balance: 0 })
    await times(20, async () => {
      const mine = await Account.findOrFail(account.id)
      await mine.lockForUpdate(async (fresh) => {
        const { balance } = fresh
        await pause(2)
        await fresh.merge({ balance: balance + 1 }).save()
      })
    })
    expect(await accounts.findOne()).toMatchObject({ balance: 20 })
  }, 60_000)

  it('guards what depends on the document, too', async () => {
    const account = await Account.create({ balance: 3 })
    const withdrawals = db.collection('withdrawals')
    class Withdrawal extends BaseModel {
      @column() declare amount: number
    }
    // Nobody writes to the account: without a lock all ten would see the same sum.
    const taken = await times(10, () =>
      account.lockForUpdate(async (fresh, trx) => {
        const sum = await Withdrawal.query({ client: trx }).count()
        if (sum >= fresh.balance) return false
        await Withdrawal.create({ amount: 1 }, { client: trx })
        return true
      }),
    )
    expect(taken.filter(Boolean)).toHaveLength(3)
    expect(await withdrawals.countDocuments()).toBe(3)
  }, 60_000)

  it('writes of others wait, reads do not', async () => {
    const account = await Account.create({ balance: 1 })
    let write: Promise<unknown> = Promise.resolve()
    await account.lockForUpdate(async (fresh) => {
      expect((await Account.findOrFail(account.id)).balance).toBe(1)
      write = Account.query().where('id', account.id).increment('balance', 10)
      expect(await settles(write)).toBe(false)
      await fresh.merge({ balance: 2 }).save()
    })
    await write
    expect(await accounts.findOne()).toMatchObject({ balance: 12 })
  })

  it('a transaction of another that holds it meets a conflict', async () => {
    const account = await Account.create({ balance: 1 })
    const one = await database.transaction()
    const two = await database.transaction()
    const first = (await Account.find(account.id, { client: one })) as Account
    await first.lockForUpdate(async () => {
      const second = (await Account.find(account.id, { client: two })) as Account
      await expect(second.lockForUpdate(() => undefined)).rejects.toBeInstanceOf(
        errors.E_WRITE_CONFLICT,
      )
    })
    await one.rollback()
    await two.rollback()
  })

  it("takes part in the instance's transaction", async () => {
    const account = await Account.create({ balance: 1 })
    const trx = await database.transaction()
    account.useTransaction(trx)
    await account.lockForUpdate(async (fresh, inner) => {
      expect(inner).toBe(trx)
      await fresh.merge({ balance: 2 }).save()
    })
    expect(trx.isCompleted).toBe(false)
    await trx.rollback()
    expect(await accounts.findOne()).toMatchObject({ balance: 1 })
  })

  it('undoes what was done when the callback fails, with its error', async () => {
    const account = await Account.create({ balance: 1 })
    const stop = new Error('stop')
    const failing = account.lockForUpdate(async (fresh) => {
      await fresh.merge({ balance: 2 }).save()
      throw stop
    })
    await expect(failing).rejects.toBe(stop)
    expect(await accounts.findOne()).toMatchObject({ balance: 1 })
  })

  it('finds by the stored key when the instance has another one by now', async () => {
    const account = await Account.create({ balance: 1 })
    const { id } = account
    account.id = 'b'.repeat(24)
    expect(await account.lockForUpdate((fresh) => fresh.id)).toBe(id)
  })

  it('is refused for what is not there', async () => {
    const account = await Account.create({ balance: 1 })
    const gone = await Account.findOrFail(account.id)
    await account.delete()
    const calls = [
      [() => new Account().lockForUpdate(() => 1), errors.E_MODEL_NOT_PERSISTED],
      [() => account.lockForUpdate(() => 1), errors.E_MODEL_DELETED],
      [() => gone.lockForUpdate(() => 1), errors.E_ROW_NOT_FOUND],
    ] as const
    for (const [call, code] of calls) await expect(call()).rejects.toBeInstanceOf(code)
  })

  it('is refused by a server without transactions', async () => {
    const mongod = await OwnMongod.start()
    const other = database.add('standalone', { url: mongod.uri, database: 'x' })
    try {
      const account = await Account.create({ balance: 1 }, { client: other })
      await expect(account.lockForUpdate(() => 1)).rejects.toBeInstanceOf(
        errors.E_TRANSACTIONS_UNSUPPORTED,
      )
    } finally {
      await other.close()
      await mongod.stop()
    }
  })

  it('is refused by a validator that knows all fields', async () => {
    class Strict extends BaseModel {
      static override collection = 'strict'
      @column() declare n: number
    }
    const properties = { _id: {}, n: { bsonType: 'int' } }
    await db.createCollection('strict', {
      validator: { $jsonSchema: { properties, additionalProperties: false } },
    })
    const strict = await Strict.create({ n: 1 })
    await expect(strict.lockForUpdate(() => 1)).rejects.toBeInstanceOf(errors.E_DOCUMENT_VALIDATION)
    const allowed = { ...properties, _lucent_lock: { bsonType: 'bool' } }
    await db.command({
      collMod: 'strict',
      validator: { $jsonSchema: { properties: allowed, additionalProperties: false } },
    })
    expect(await strict.lockForUpdate((fresh) => fresh.n)).toBe(1)
  })
})

describe('forUpdate', () => {
  it('locks every row that is read, and no other', async () => {
    await Account.createMany([{ balance: 1 }, { balance: 1 }, { balance: 2 }])
    const trx = await database.transaction()
    const rows = await Account.query({ client: trx }).where('balance', 1).forUpdate()
    expect(rows).toHaveLength(2)
    const locked = Account.query().where('balance', 1).update({ owner: 'x' })
    const free = Account.query().where('balance', 2).update({ owner: 'x' })
    expect(await settles(free)).toBe(true)
    expect(await settles(locked)).toBe(false)
    await trx.rollback()
    expect(await locked).toEqual([2])
  })

  it('workers take one job each', async () => {
    class Job extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column() declare status: string
      @column() declare worker: number
    }
    await Job.createMany(Array.from({ length: 12 }, () => ({ status: 'queued' })))
    const taken = await times(12, (worker) =>
      database.transaction(async (trx) => {
        const job = await Job.query({ client: trx })
          .where('status', 'queued')
          .orderBy('id')
          .forUpdate()
          .firstOrFail()
        await job.merge({ status: 'running', worker }).save()
        return job.id
      }),
    )
    expect(new Set(taken).size).toBe(12)
    const jobs = await db.collection('jobs').find().toArray()
    expect(jobs.map(({ worker }) => worker).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, place) => place),
    )
  }, 60_000)

  it('locks rows that are read as plain documents, or in part', async () => {
    const { id } = await Account.create({ balance: 1, owner: 'ada' })
    for (const read of [
      (query: ModelQueryBuilder<Account>) => query.pojo(),
      (query: ModelQueryBuilder<Account>) => query.select('balance'),
      (query: ModelQueryBuilder<Account>) => query.paginate(1, 10),
      (query: ModelQueryBuilder<Account>) => query.clone(),
    ]) {
      const trx = await database.transaction()
      await read(Account.query({ client: trx }).forUpdate())
      const write = Account.query().where('id', id).increment('balance')
      expect(await settles(write)).toBe(false)
      await trx.rollback()
      await write
    }
    expect(await accounts.findOne()).toEqual({ _id: new ObjectId(id), balance: 5, owner: 'ada' })
  })

  it('a select of a hook never costs the other fields', async () => {
    class Narrow extends Account {
      static override collection = 'accounts'
      @beforeFind() static narrow(query: ModelQueryBuilder<Narrow>) {
        query.select('balance')
      }
    }
    const account = await Narrow.create({ balance: 1, owner: 'ada' })
    await account.lockForUpdate((fresh) => fresh.merge({ balance: 2 }).save())
    expect(await accounts.findOne()).toMatchObject({ balance: 2, owner: 'ada' })
  })

  it('locks keys of any kind', async () => {
    class Any extends BaseModel {
      static override collection = 'any_keys'
      static override selfAssignPrimaryKey = true
      @column({ isPrimary: true }) declare key: unknown
    }
    const keys = [1, 'text', { b: 1, a: 2 }, new Date(5), new ObjectId(), true]
    await Any.createMany(keys.map((key) => ({ key })))
    const commands = await commandsOf(server, 'any_keys', () =>
      database.transaction((trx) => Any.query({ client: trx }).forUpdate()),
    )
    expect(commands).toEqual(['query', 'update', 'update'])
    const trx = await database.transaction()
    await Any.query({ client: trx }).forUpdate()
    for (const _id of keys) {
      const write = db.collection('any_keys').updateOne({ _id } as never, { $set: { x: 1 } })
      expect([_id, await Promise.race([write, pause(50).then(() => 'waits')])]).toEqual([
        _id,
        'waits',
      ])
    }
    await trx.rollback()
  })

  it('does nothing where nothing is found', async () => {
    await database.transaction(async (trx) => {
      expect(await Account.query({ client: trx }).forUpdate()).toEqual([])
      expect(await Account.query({ client: trx }).forUpdate().first()).toBeNull()
    })
  })

  it('needs a transaction, and rows that are documents', async () => {
    await Account.create({ balance: 1 })
    const { E_INVALID_QUERY } = errors
    await expect(Account.query().forUpdate().exec()).rejects.toBeInstanceOf(E_INVALID_QUERY)
    await expect(Account.query().forUpdate().first()).rejects.toBeInstanceOf(E_INVALID_QUERY)
    await database.transaction(async (trx) => {
      const query = () => Account.query({ client: trx }).forUpdate()
      await expect(query().groupBy('balance').pojo().exec()).rejects.toBeInstanceOf(E_INVALID_QUERY)
      expect(() => query().batches()).toThrow(E_INVALID_QUERY)
    })
  })
})
