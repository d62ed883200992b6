import { BaseModel, column, type TransactionClient } from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { withFailPoint } from '../../helpers/server.ts'

const server = lucentDatabase()
const { database, db } = server

class Account extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare balance: number
  @column() declare tags: string[]
}

afterEach(() => db.collection('accounts').deleteMany({}))

const state = (account: Account) => ({
  attributes: { ...account.$attributes },
  original: account.$original,
  dirty: account.$dirty,
  persisted: account.$isPersisted,
  deleted: account.$isDeleted,
  local: account.$isLocal,
})

const stop = new Error('stop')

/** Runs work in a transaction that is rolled back. */
async function undone(work: (trx: TransactionClient) => Promise<unknown>): Promise<void> {
  const attempt = database.transaction(async (trx) => {
    await work(trx)
    throw stop
  })
  await expect(attempt).rejects.toBe(stop)
}

/** What is done to an instance that joined. */
const CHANGES: Record<string, (account: Account) => Promise<unknown>> = {
  save: (account) => account.merge({ balance: 2 }).save(),
  'save twice': async (account) => {
    await account.merge({ balance: 2 }).save()
    await account.merge({ balance: 3, tags: ['x'] }).save()
  },
  'save of a change in place': (account) => {
    account.tags.push('new')
    return account.save()
  },
  'save and refresh': async (account) => {
    await account.merge({ balance: 2 }).save()
    await account.refresh()
  },
  'forced save': (account) => account.enableForceUpdate().save(),
  delete: (account) => account.delete(),
  'save and delete': async (account) => {
    await account.merge({ balance: 2 }).save()
    await account.delete()
  },
  'a change that is not saved': async (account) => account.merge({ balance: 9 }),
}

/** How the instance came about, before the transaction. */
const SOURCES: Record<string, () => Promise<Account>> = {
  created: () => Account.create({ balance: 1, tags: ['a'] }),
  'created and saved again': async () => {
    const account = await Account.create({ balance: 0, tags: ['a'] })
    return account.merge({ balance: 1 }).save()
  },
  read: async () => Account.findOrFail((await SOURCES.created?.())?.id),
  'read and changed': async () => {
    const account = (await SOURCES.read?.()) as Account
    account.merge({ balance: 5 }).tags.push('b')
    return account
  },
}

describe.each(Object.keys(SOURCES))('an instance that was %s', (source) => {
  it.each(Object.entries(CHANGES))(
    'is after a rollback what it was when it joined: %s',
    async (_, change) => {
      const account = (await SOURCES[source]?.()) as Account
      const before = structuredClone(state(account))
      await undone(async (trx) => {
        account.useTransaction(trx)
        await change(account)
      })
      expect(state(account)).toEqual(before)
      expect(account.$trx).toBeUndefined()
    },
  )

  it.each(Object.entries(CHANGES))('can be saved again afterwards: %s', async (_, change) => {
    const account = (await SOURCES[source]?.()) as Account
    await undone(async (trx) => {
      account.useTransaction(trx)
      await change(account)
    })
    await account.merge({ balance: 77 }).save()
    expect(await db.collection('accounts').findOne()).toMatchObject({ balance: 77 })
  })
})

describe('an instance of the transaction itself', () => {
  it('that was created is new again', async () => {
    let account = new Account()
    await undone(async (trx) => {
      account = await Account.create({ balance: 1, tags: [] }, { client: trx })
      expect(account.$isPersisted).toBe(true)
    })
    expect(account.$isPersisted).toBe(false)
    expect(account.balance).toBe(1)
    await account.save()
    expect(await db.collection('accounts').countDocuments()).toBe(1)
  })

  it('that was read in it is what was read', async () => {
    const { id } = await Account.create({ balance: 1, tags: [] })
    let account = new Account()
    await undone(async (trx) => {
      account = await Account.findOrFail(id, { client: trx })
      await account.merge({ balance: 2 }).save()
    })
    expect(state(account)).toMatchObject({ attributes: { balance: 1 }, dirty: {}, persisted: true })
  })

  it.each(['in a transaction', 'by itself'])(
    'that createMany made is new again, %s',
    async (way) => {
      const made: Account[] = []
      class Refusing extends Account {
        static override collection = 'accounts'
      }
      Refusing.before('create', (account) => void made.push(account))
      Refusing.after('create', () => {
        throw stop
      })
      const rows = Array.from({ length: 3 }, (_, balance) => ({ balance, tags: [] }))
      const attempt =
        way === 'by itself'
          ? Refusing.createMany(rows)
          : database.transaction((trx) => Refusing.createMany(rows, { client: trx }))
      await expect(attempt).rejects.toBe(stop)
      expect(made.map((account) => account.$isPersisted)).toEqual([false, false, false])
      expect(made.map((account) => account.balance)).toEqual([0, 1, 2])
      expect(await db.collection('accounts').countDocuments()).toBe(0)
    },
  )
})

it('a duplicate key in createMany leaves nothing behind', async () => {
  const { id } = await Account.create({ balance: 1, tags: [] })
  const rows = [{ balance: 2 }, { id, balance: 3 }, { balance: 4 }]
  await expect(Account.createMany(rows)).rejects.toMatchObject({
    code: 'E_DUPLICATE_KEY',
    position: 1,
  })
  expect(await db.collection('accounts').countDocuments()).toBe(1)
  await expect(Account.createMany(rows, { atomic: false })).rejects.toMatchObject({ position: 1 })
  expect(await db.collection('accounts').countDocuments()).toBe(2)
})

it('instances are put back before each attempt', async () => {
  const account = await Account.create({ balance: 10, tags: ['a'] })
  const seen: number[] = []
  const fail = {
    failCommands: ['commitTransaction'],
    errorCode: 112,
    errorLabels: ['TransientTransactionError'],
  }
  await withFailPoint(server.client, fail, { times: 2 }, () =>
    database.transaction(async (trx) => {
      account.useTransaction(trx)
      seen.push(account.balance)
      account.balance -= 3
      account.tags.push('b')
      await account.save()
    }),
  )
  expect(seen).toEqual([10, 10, 10])
  expect(account).toMatchObject({ balance: 7, tags: ['a', 'b'], $isDirty: false })
  expect(await db.collection('accounts').findOne()).toMatchObject({ balance: 7, tags: ['a', 'b'] })
})
