import { BaseModel, column, type ModelAdapterOptions, type TransactionClient } from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const server = lucentDatabase()
const ambient = lucentDatabase({ ambientTransactions: true })
BaseModel.useDatabase(server.database)

class Account extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare owner: string
  @column() declare balance: number
}

class AmbientAccount extends Account {
  static override collection = 'accounts'
}
AmbientAccount.useDatabase(ambient.database)

interface Setting {
  Model: typeof Account
  server: typeof server
  /** How a call is told of its transaction. */
  options(trx: TransactionClient): ModelAdapterOptions
  join(account: Account, trx: TransactionClient): Account
}

const WAYS: Record<string, Setting> = {
  'told of it': {
    Model: Account,
    server,
    options: (trx) => ({ client: trx }),
    join: (account, trx) => account.useTransaction(trx),
  },
  'by itself': {
    Model: AmbientAccount,
    server: ambient,
    options: () => ({}),
    join: (account) => account,
  },
}

type Write = (
  stored: Account,
  Model: typeof Account,
  options: ModelAdapterOptions,
) => Promise<unknown>

/** Writes, each of which changes what is stored. */
const WRITES: Record<string, Write> = {
  create: (_, Model, options) => Model.create({ owner: 'new', balance: 1 }, options),
  createQuietly: (_, Model, options) => Model.createQuietly({ owner: 'new', balance: 1 }, options),
  createMany: (_, Model, options) => Model.createMany([{ owner: 'a' }, { owner: 'b' }], options),
  createManyQuietly: (_, Model, options) => Model.createManyQuietly([{ owner: 'a' }], options),
  save: (stored) => stored.merge({ balance: 7 }).save(),
  saveQuietly: (stored) => stored.merge({ balance: 7 }).saveQuietly(),
  delete: (stored) => stored.delete(),
  deleteQuietly: (stored) => stored.deleteQuietly(),
  'query update': (_, Model, options) => Model.query(options).all().update({ balance: 7 }),
  'query increment': (_, Model, options) => Model.query(options).all().increment('balance', 5),
  'query decrement': (_, Model, options) => Model.query(options).all().decrement('balance', 5),
  'query delete': (_, Model, options) => Model.query(options).all().delete(),
}

type Read = (stored: Account, Model: typeof Account, options: ModelAdapterOptions) => unknown

/** Reads, each answering the balance of the stored account. */
const READS: Record<string, Read> = {
  find: async ({ id }, Model, options) => (await Model.find(id, options))?.balance,
  findOrFail: async ({ id }, Model, options) => (await Model.findOrFail(id, options)).balance,
  findBy: async (_, Model, options) => (await Model.findBy('owner', 'ada', options))?.balance,
  findByOrFail: async (_, Model, options) =>
    (await Model.findByOrFail({ owner: 'ada' }, options)).balance,
  findMany: async ({ id }, Model, options) => (await Model.findMany([id], options))[0]?.balance,
  first: async (_, Model, options) => (await Model.first(options))?.balance,
  firstOrFail: async (_, Model, options) => (await Model.firstOrFail(options)).balance,
  all: async (_, Model, options) => (await Model.all(options))[0]?.balance,
  refresh: async (stored) => (await stored.refresh()).balance,
  'query exec': async (_, Model, options) => (await Model.query(options))[0]?.balance,
  'query first': async (_, Model, options) => (await Model.query(options).first())?.balance,
  'query pojo': async (_, Model, options) =>
    (await Model.query(options).pojo<{ balance: number }>())[0]?.balance,
  'query count': async (_, Model, options) =>
    (await Model.query(options).where('balance', 2).count()) === 1 ? 2 : 0,
  'query paginate': async (_, Model, options) =>
    (await Model.query(options).where('balance', 2).paginate(1))[0]?.balance,
  'query cursor': async (_, Model, options) => {
    for await (const account of Model.query(options).cursor()) return account.balance
  },
}

describe.each(Object.entries(WAYS))('an operation that joins, %s', (_, setting) => {
  const accounts = () => setting.server.db.collection('accounts')
  afterEach(() => accounts().deleteMany({}))

  const stored = () =>
    accounts()
      .find({}, { projection: { _id: 0 } })
      .sort({ owner: 1 })
      .toArray()

  it.each(Object.entries(WRITES))(
    '%s: is not seen before the commit, and undone by a rollback',
    async (_, write) => {
      const { Model, options, join } = setting
      const account = await Model.create({ owner: 'ada', balance: 1 })
      const before = await stored()
      const stop = new Error('stop')
      const attempt = Model.transaction(async (trx) => {
        await write(join(account, trx), Model, options(trx))
        expect(await stored()).toEqual(before)
        throw stop
      })
      await expect(attempt).rejects.toBe(stop)
      expect(await stored()).toEqual(before)
    },
  )

  it.each(Object.entries(WRITES))('%s: stands after the commit', async (_, write) => {
    const { Model, options, join } = setting
    const account = await Model.create({ owner: 'ada', balance: 1 })
    const before = await stored()
    await Model.transaction(async (trx) => {
      await write(join(account, trx), Model, options(trx))
    })
    expect(await stored()).not.toEqual(before)
  })

  it.each(Object.entries(READS))('%s: sees what the transaction wrote', async (_, read) => {
    const { Model, options, join } = setting
    const account = await Model.create({ owner: 'ada', balance: 1 })
    const other = await Model.findOrFail(account.id)
    await Model.transaction(async (trx) => {
      await join(account, trx).merge({ balance: 2 }).save()
      expect(await read(join(other, trx), Model, options(trx))).toBe(2)
    })
  })

  it('rows that are read in it take part in it', async () => {
    const { Model, options } = setting
    await Model.create({ owner: 'ada', balance: 1 })
    await Model.transaction(async (trx) => {
      const [account] = await Model.query(options(trx))
      expect(account?.$trx).toBe(trx)
      await account?.merge({ balance: 3 }).save()
      expect(await stored()).toEqual([{ owner: 'ada', balance: 1 }])
    })
    expect(await stored()).toEqual([{ owner: 'ada', balance: 3 }])
  })

  it('a cursor and writes take turns', async () => {
    const { Model, options } = setting
    await Model.createMany(
      Array.from({ length: 10 }, (_, place) => ({ owner: `${place}`, balance: 0 })),
    )
    await Model.transaction(async (trx) => {
      for await (const account of Model.query(options(trx)).cursor({ batchSize: 2 })) {
        await account.merge({ balance: 1 }).save()
      }
    })
    expect((await stored()).every(({ balance }) => balance === 1)).toBe(true)
  })

  it('many operations at once', async () => {
    const { Model, options } = setting
    await Model.transaction(async (trx) => {
      const made = await Promise.all(
        Array.from({ length: 20 }, (_, place) => Model.create({ owner: `${place}` }, options(trx))),
      )
      expect(made.every((account) => account.$trx === trx)).toBe(true)
      expect(await Model.query(options(trx)).count()).toBe(20)
    })
    expect(await accounts().countDocuments()).toBe(20)
  })

  it('find calls of one tick are not answered by what others see', async () => {
    const { Model, options, join } = setting
    const account = await Model.create({ owner: 'ada', balance: 1 })
    await Model.transaction(async (trx) => {
      await join(account, trx).merge({ balance: 2 }).save()
      const [inside] = await Promise.all([Model.find(account.id, options(trx))])
      expect(inside?.balance).toBe(2)
    })
  })
})

it('without ambientTransactions nothing joins by itself', async () => {
  await Account.transaction(async () => {
    await Account.create({ owner: 'outside' })
    expect(await server.db.collection('accounts').countDocuments()).toBe(1)
  })
})

it('a transaction inside another one joins it, with ambientTransactions', async () => {
  const { database, db } = ambient
  await database.transaction(async (outer) => {
    await AmbientAccount.create({ owner: 'a' })
    await database.transaction(async (inner) => {
      expect(inner).toBe(outer)
      await AmbientAccount.create({ owner: 'b' })
    })
    expect(await db.collection('accounts').countDocuments()).toBe(0)
  })
  expect(await db.collection('accounts').countDocuments()).toBe(2)
})
