import { BaseModel, column, type EventName } from 'lucent-odm'
import type { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { freshCollection, pause } from '../../helpers/hooked_user.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class AccountColumns extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare email: string
  @column() declare visits: number
  @column() declare tags: string[]
  @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
  @column.dateTime({ autoUpdate: true }) declare updatedAt: DateTime
}

function accounts() {
  class Account extends AccountColumns {
    static override collection = freshCollection()
  }
  return { Account, stored: db.collection(Account.collection) }
}

type Account = AccountColumns
type Model = typeof AccountColumns

describe('a write that fails', () => {
  it('leaves a new instance as it was: no id, no stamps, no changes of hooks', async () => {
    const { Account, stored } = accounts()
    await stored.createIndex({ email: 1 }, { unique: true })
    await Account.createQuietly({ email: 'ada' })
    const ran: string[] = []
    Account.before('create', (account) => {
      account.visits = 1
      account.tags = ['hooked']
    })
    Account.after('create', () => {
      ran.push('after')
    })

    const account = new Account()
    account.email = 'ada'
    await expect(account.save()).rejects.toMatchObject({ code: 'E_DUPLICATE_KEY' })
    expect(account.$attributes).toEqual({ email: 'ada' })
    expect(account).toMatchObject({ $isPersisted: false, $isNew: true, id: undefined })
    expect(ran).toEqual([])

    account.email = 'ben'
    await account.save()
    expect(account).toMatchObject({ $isPersisted: true, visits: 1, tags: ['hooked'] })
    expect(ran).toEqual(['after'])
  })

  it('leaves a stored instance as it was before the call', async () => {
    const { Account, stored } = accounts()
    await stored.createIndex({ email: 1 }, { unique: true })
    await Account.createQuietly({ email: 'ben' })
    const account = await Account.findOrFail((await Account.createQuietly({ email: 'ada' })).id)
    const { updatedAt } = account
    Account.before('update', (one) => {
      one.visits = 1
    })
    account.email = 'ben'
    await expect(account.save()).rejects.toMatchObject({ code: 'E_DUPLICATE_KEY' })
    expect(account.$dirty).toEqual({ email: 'ben' })
    expect(account.visits).toBeUndefined()
    expect(+account.updatedAt).toBe(+updatedAt)
  })

  it('keeps what a before hook saved by itself', async () => {
    const { Account, stored } = accounts()
    const { id } = await Account.createQuietly({ email: 'ada', visits: 1 })
    const account = await Account.findOrFail(id)
    Account.before('delete', async (one) => {
      one.visits = 2
      await one.save()
      one.email = 'unsaved'
      return false
    })
    await expect(account.delete()).rejects.toMatchObject({ code: 'E_HOOK_ABORTED' })
    expect(account).toMatchObject({ visits: 2, email: 'ada', $isDirty: false, $isDeleted: false })
    expect(await stored.findOne()).toMatchObject({ visits: 2, email: 'ada' })
  })

  it('keeps the instance stored when a before hook stored it', async () => {
    const { Account, stored } = accounts()
    Account.before('create', async (one) => {
      one.visits = 1
      await one.saveQuietly()
      return false
    })
    const account = new Account()
    account.email = 'ada'
    await expect(account.save()).rejects.toMatchObject({ code: 'E_HOOK_ABORTED' })
    expect([account.id, account.email, account.visits]).toEqual([
      String((await stored.findOne())?._id),
      'ada',
      1,
    ])
    expect(account).toMatchObject({ $isPersisted: true, $isDirty: false })
    expect(await stored.countDocuments()).toBe(1)
  })
})

interface Case {
  event: EventName
  /** Other events that come after it. */
  later: EventName[]
  run(account: Account, Model: Model): Promise<unknown>
  check(account: Account, stored: Record<string, unknown> | null): void
}

const changed = (account: Account, stored: Record<string, unknown> | null) => {
  expect(stored).toMatchObject({ email: 'new' })
  expect(account).toMatchObject({ $isPersisted: true, $isDirty: false, email: 'new' })
}
const untouched = (account: Account, stored: Record<string, unknown> | null) => {
  expect(stored).toMatchObject({ email: 'ada' })
  expect(account).toMatchObject({ $isPersisted: true, $isDirty: false, email: 'ada' })
}
const create = (account: Account) => account.merge({ email: 'new' }).save()
const update = create
const AFTER: (Case & { on?: 'new' })[] = [
  { event: 'create', later: ['save'], on: 'new', run: create, check: changed },
  { event: 'save', later: [], on: 'new', run: create, check: changed },
  { event: 'update', later: ['save'], run: update, check: changed },
  { event: 'save', later: [], run: update, check: changed },
  {
    event: 'delete',
    later: [],
    run: (account) => account.delete(),
    check: (account, stored) => {
      expect(stored).toBeNull()
      expect(account).toMatchObject({ $isDeleted: true, $isPersisted: false })
    },
  },
  { event: 'find', later: [], run: ({ id }, Model) => Model.find(id), check: untouched },
  { event: 'find', later: [], run: (account) => account.refresh(), check: untouched },
  { event: 'fetch', later: [], run: (_, Model) => Model.all(), check: untouched },
  {
    event: 'paginate',
    later: ['fetch'],
    run: (_, Model) => Model.query().paginate(1),
    check: untouched,
  },
]

describe('an after hook', () => {
  const error = new Error('too late')
  const WAYS: Record<string, () => unknown> = {
    throws: () => {
      throw error
    },
    rejects: () => pause().then(() => Promise.reject(error)),
  }
  const CASES = AFTER.flatMap((one) => Object.keys(WAYS).map((way) => ({ ...one, way })))

  it.each(CASES)(
    'of $event that $way gives the caller its error and undoes nothing',
    async (one) => {
      const { Account, stored } = accounts()
      const account =
        one.on === 'new' ? new Account() : await Account.createQuietly({ email: 'ada' })
      const ran: string[] = []
      Account.after(one.event, () => WAYS[one.way]?.())
      for (const name of [one.event, ...one.later]) {
        Account.after(name, () => {
          ran.push(name)
        })
      }
      await expect(one.run(account, Account)).rejects.toBe(error)
      expect(ran).toEqual([])
      one.check(account, await stored.findOne())
    },
  )

  it.each(AFTER)('of $event cannot refuse', async (one) => {
    const { Account, stored } = accounts()
    const account = one.on === 'new' ? new Account() : await Account.createQuietly({ email: 'ada' })
    const ran: string[] = []
    Account.after(one.event, () => false)
    Account.after(one.event, async () => false)
    Account.after(one.event, () => {
      ran.push('later')
    })
    await one.run(account, Account)
    expect(ran).toEqual(['later'])
    one.check(account, await stored.findOne())
  })

  it.each([
    ['undoes the rows', {}, 0],
    ['leaves every row stored, without a transaction', { atomic: false }, 3],
  ])('of createMany %s', async (_, options, left) => {
    const { Account, stored } = accounts()
    const seen: string[] = []
    Account.after('create', ({ email }) => {
      seen.push(email)
      if (email === 'b') throw error
    })
    const rows = ['a', 'b', 'c'].map((email) => ({ email }))
    await expect(Account.createMany(rows, options)).rejects.toBe(error)
    expect(seen).toEqual(['a', 'b'])
    expect(await stored.countDocuments()).toBe(left)
  })
})
