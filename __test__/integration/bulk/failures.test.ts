import {
  BaseModel,
  type BulkBuilder,
  BulkWriteError,
  column,
  errors,
  type LucentError,
  ObjectId,
} from 'lucent-odm'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { withFailPoint } from '../../helpers/server.ts'

const server = lucentDatabase()
const { db, database } = server

class Account extends BaseModel {
  static override collection = 'accounts'
  @column({ isPrimary: true }) declare id: string
  @column({ columnName: 'mail' }) declare email: string
  @column() declare balance: number
  @column() declare owner: string
}

const accounts = db.collection('accounts')
const SECRET = 'secret4711'

beforeAll(async () => {
  await db.createCollection('accounts', {
    validator: { $jsonSchema: { properties: { balance: { minimum: 0 } } } },
  })
  await accounts.createIndex({ mail: 1 }, { unique: true, name: 'mail unique' })
})
beforeEach(async () => {
  await accounts.deleteMany({})
  await accounts.insertMany([
    { mail: SECRET, balance: 1 },
    { mail: 'b', balance: 2, owner: 'text' },
  ])
})

const mails = async () =>
  (await accounts.find().sort({ mail: 1 }).toArray()).map(({ mail }) => mail)

/** What fails in the middle, and how. */
const FAILING: [string, (bulk: BulkBuilder<Account>) => unknown, object][] = [
  [
    'an insert, by a duplicate key',
    (bulk) => bulk.insert({ email: SECRET }),
    {
      code: 'E_DUPLICATE_KEY',
      status: 409,
      keys: ['mail'],
      index: 'mail unique',
      serverCode: 11000,
    },
  ],
  [
    'an insert, by the validator',
    (bulk) => bulk.insert({ email: 'n', balance: -1 }),
    { code: 'E_DOCUMENT_VALIDATION', status: 422, serverCode: 121 },
  ],
  [
    'an insert that cannot be encoded',
    (bulk) => bulk.insert({ email: 'n', owner: (() => 1) as never }),
    { code: 'E_INVALID_VALUE', status: 422, column: 'owner' },
  ],
  [
    'an insert that is too large',
    (bulk) => bulk.insert({ email: 'n', owner: 'x'.repeat(16 * 1024 * 1024) }),
    { code: 'E_DOCUMENT_TOO_LARGE', status: 413 },
  ],
  [
    'an update, by a duplicate key',
    (bulk) => bulk.updateOne({ email: 'b' }, { email: SECRET }),
    { code: 'E_DUPLICATE_KEY', status: 409, keys: ['mail'] },
  ],
  [
    'an update, by the validator',
    (bulk) => bulk.updateMany({ email: 'b' }, (one) => one.decrement('balance', 5)),
    { code: 'E_DOCUMENT_VALIDATION', status: 422 },
  ],
  [
    'an update, by a wrong type',
    (bulk) => bulk.updateMany({ email: 'b' }, (one) => one.increment('owner' as never)),
    { code: 'E_SERVER_ERROR', serverCode: 14 },
  ],
  [
    'an upsert, by a duplicate key',
    (bulk) => bulk.upsert({ owner: 'nobody' }, { email: SECRET }),
    { code: 'E_DUPLICATE_KEY', status: 409, keys: ['mail'] },
  ],
  [
    'a replacement, by a duplicate key',
    (bulk) => bulk.replaceOne({ email: 'b' }, { email: SECRET }),
    { code: 'E_DUPLICATE_KEY', status: 409, keys: ['mail'] },
  ],
  [
    'a replacement of the primary key',
    (bulk) => bulk.replaceOne({ email: 'b' }, { id: new ObjectId().toHexString() }),
    { code: 'E_SERVER_ERROR' },
  ],
]

describe.each([true, false])('a statement that fails (ordered: %s)', (ordered) => {
  it.each(FAILING)('%s', async (_, fail, expected) => {
    const build = (bulk: BulkBuilder<Account>) => {
      bulk.insert({ email: 'first', balance: 1 })
      fail(bulk)
      bulk.insert({ email: 'last', balance: 1 })
      bulk.deleteMany({ email: 'nobody' })
    }
    const error = (await Account.bulkWrite(build, { ordered }).catch(
      (caught) => caught,
    )) as BulkWriteError
    expect(error).toBeInstanceOf(BulkWriteError)
    expect(error).toBeInstanceOf(errors.E_BULK_WRITE)
    const [failure] = error.failures
    const reason = failure?.error as LucentError
    expect(reason).toMatchObject({ model: 'Account', ...expected })
    expect(failure?.position).toBe(1)
    expect(error.failures).toHaveLength(1)
    expect(error).toMatchObject({
      code: 'E_BULK_WRITE',
      name: 'E_BULK_WRITE',
      status: reason.status,
      position: 1,
      cause: reason,
      model: 'Account',
      operation: 'bulkWrite',
      connection: 'main',
    })
    const inserted = ordered ? 1 : 2
    expect(error.result).toMatchObject({
      inserted,
      matched: 0,
      modified: 0,
      deleted: 0,
      upserted: [],
    })
    expect(await mails()).toEqual(['b', 'first', ...(ordered ? [] : ['last']), SECRET])
    expect(`${error.stack} ${JSON.stringify(error)} ${reason.message}`).not.toContain(SECRET)

    await accounts.deleteMany({ mail: { $in: ['first', 'last'] } })
    const result = await Account.bulkWrite(build, { ordered, throwOnFailure: false })
    expect(result).toMatchObject({ inserted, failures: [{ position: 1, error: expected }] })
  })
})

it('every failure is told with its position, without order', async () => {
  const result = await Account.bulkWrite(
    (bulk) => {
      for (let n = 0; n < 3000; n++) {
        if (n % 1000 === 7) bulk.insert({ email: SECRET })
        else if (n % 1000 === 8) bulk.updateOne({ email: 'b' }, { balance: -1 })
        else if (n % 1000 === 9) bulk.insert({ email: 'x', owner: Symbol('x') as never })
        else bulk.insert({ email: `n${n}` })
      }
    },
    { ordered: false, throwOnFailure: false },
  )
  expect(result.inserted).toBe(2991)
  expect(
    result.failures.map(({ position, error }) => [position, (error as LucentError).code]),
  ).toEqual(
    [0, 1000, 2000].flatMap((n) => [
      [n + 7, 'E_DUPLICATE_KEY'],
      [n + 8, 'E_DOCUMENT_VALIDATION'],
      [n + 9, 'E_INVALID_VALUE'],
    ]),
  )
})

it('the first of many failures speaks for all', async () => {
  const error: BulkWriteError = await Account.bulkWrite(
    [{ insert: { email: 'n', balance: -1 } }, { insert: { email: SECRET } }],
    { ordered: false },
  ).catch((caught) => caught)
  expect(error).toMatchObject({ status: 422, cause: { code: 'E_DOCUMENT_VALIDATION' } })
  expect(error.message).toMatch(/2 failed, the first at position 0/)
  expect(error.failures.map(({ position }) => position)).toEqual([0, 1])
})

it('in order, what is encoded ahead of a failure is not sent', async () => {
  const instances = Array.from({ length: 6000 }, (_, n) => {
    const account = new Account()
    account.email = n === 10 ? SECRET : `n${n}`
    return account
  })
  const error: BulkWriteError = await Account.bulkWrite((bulk) => {
    for (const instance of instances) bulk.insert(instance)
  }).catch((caught) => caught)
  expect(error.failures.map(({ position }) => position)).toEqual([10])
  expect(error.result.inserted).toBe(10)
  expect(await accounts.countDocuments()).toBe(12)
  expect(instances.map((one) => one.$isPersisted)).toEqual(instances.map((_, n) => n < 10))
  // As it was: without the primary key that it was to get.
  expect(instances[11]?.id).toBeUndefined()
})

it('an upsert that lost its race goes on from there, in order', async () => {
  const work = (n: number) =>
    Account.bulkWrite((bulk) => {
      for (let i = 0; i < 20; i++) {
        bulk.upsert(
          (query) => query.where('email', `e${i}`).where('balance', '>=', 0),
          (one) => one.increment('balance'),
        )
        bulk.insert({ email: `${n} ${i}` })
      }
    })
  const results = await Promise.all(Array.from({ length: 10 }, (_, n) => work(n)))
  expect(results.flatMap(({ failures }) => failures)).toEqual([])
  const found = await accounts.find({ mail: /^e/ }).toArray()
  expect(found.map(({ balance }) => balance)).toEqual(new Array(20).fill(10))
  expect(await accounts.countDocuments({ mail: /^\d/ })).toBe(200)
  for (const { upserted, matched } of results) expect(upserted.length + matched).toBe(20)
})

describe('a command that fails as a whole', () => {
  const build = (bulk: BulkBuilder<Account>) =>
    bulk.insert({ email: 'x' }).updateOne({ email: 'b' }, { balance: 9 })

  it.each([
    ['the server', { errorCode: 8000 }, { code: 'E_SERVER_ERROR' }],
    ['the network', { closeConnection: true }, { code: 'E_CONNECTION_FAILED' }],
  ])('rejects with its own error: %s', async (_, how, expected) => {
    const failing = { failCommands: ['insert', 'update'], ...how }
    await withFailPoint(server.client, failing, 'alwaysOn', async () => {
      const error = await Account.bulkWrite(build, { throwOnFailure: false }).catch(
        (caught) => caught,
      )
      expect(error).toMatchObject({ ...expected, model: 'Account', operation: 'bulkWrite' })
    })
  })

  it('half-way leaves inserted instances as stored', async () => {
    const account = new Account()
    account.email = 'x'
    await withFailPoint(
      server.client,
      { failCommands: ['update'], errorCode: 8000 },
      'alwaysOn',
      async () => {
        await expect(
          Account.bulkWrite((bulk) =>
            bulk.insert(account).updateOne({ email: 'b' }, { balance: 9 }),
          ),
        ).rejects.toMatchObject({ code: 'E_SERVER_ERROR' })
      },
    )
    expect(account.$isPersisted).toBe(true)
    expect(await mails()).toEqual(['b', SECRET, 'x'])
  })

  it('because the transaction is over', async () => {
    const trx = await database.connection().transaction()
    await trx.rollback()
    await expect(Account.bulkWrite(build, { client: trx })).rejects.toMatchObject({
      code: 'E_TRANSACTION_COMPLETED',
    })
  })

  it('because of a write concern that was not met, when all was done', async () => {
    const concern = { code: 64, codeName: 'WriteConcernFailed', errmsg: 'waiting timed out' }
    const failing = { failCommands: ['update'], writeConcernError: concern }
    await withFailPoint(server.client, failing, { times: 1 }, async () => {
      await expect(
        Account.bulkWrite((bulk) => bulk.updateOne({ email: 'b' }, { balance: 9 })),
      ).rejects.toMatchObject({ code: 'E_WRITE_CONCERN', model: 'Account' })
    })
    expect(await accounts.findOne({ mail: 'b' })).toMatchObject({ balance: 9 })
  })
})
