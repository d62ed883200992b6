import { setTimeout as wait } from 'node:timers/promises'
import { beforeSave, LucentError } from 'lucent-odm'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { OwnMongod } from '../helpers/own_mongod.ts'
import { withFailPoint } from '../helpers/server.ts'
import { TcpProxy } from '../helpers/tcp_proxy.ts'
import { type FaultModel, faultModel, OPERATIONS, outcomeOf } from './operations.ts'
import { attemptsOf, storm, taken, within } from './storms.ts'

const DATABASE = 'closing'
/** What closing takes at most: its patience, and two seconds; and what a busy machine adds. */
const BOUND = 2000 + 2000 + 2000

let server: OwnMongod
let proxy: TcpProxy
let client: MongoClient

beforeAll(async () => {
  server = await OwnMongod.start(['--setParameter', 'enableTestCommands=1'], { replicaSet: true })
  proxy = await TcpProxy.start(server.port)
  client = new MongoClient(server.uri)
  await client.db(DATABASE).createCollection('entries')
}, 60_000)
afterAll(async () => {
  await client.close()
  await proxy.stop()
  await server.stop()
})
beforeEach(async () => {
  const entries = client.db(DATABASE).collection('entries')
  await entries.deleteMany({})
  await entries.insertMany(Array.from({ length: 20 }, (_, count) => ({ text: 'kept', count })))
})

const open = (url = server.uri) => faultModel({ url, database: DATABASE, appName: DATABASE })

/** Transactions that the server has open. */
async function openTransactions(): Promise<number> {
  const { transactions } = await client.db('admin').command({ serverStatus: 1 })
  return Number(transactions.currentOpen)
}

const slowly = <T>(commands: string[], blockTimeMS: number, work: () => Promise<T>) =>
  withFailPoint(
    client,
    { failCommands: commands, appName: DATABASE, blockConnection: true, blockTimeMS },
    'alwaysOn',
    work,
  )

const WRITES = ['find', 'aggregate', 'insert', 'update', 'findAndModify', 'commitTransaction']

type Opened = ReturnType<typeof open>

/** Operations that consist of several commands, one after the other. */
const LONG: Readonly<Record<string, (opened: Opened) => Promise<unknown>>> = {
  'a managed transaction': ({ Entry, database }) =>
    database.transaction(async (trx) => {
      const entry = await Entry.create({ text: 'first' }, { client: trx })
      await entry.merge({ count: 1 }).save()
      await Entry.query({ client: trx }).where('text', 'kept').update({ count: 2 })
    }),
  'a transaction by hand': async ({ Entry, database }) => {
    const trx = await database.transaction()
    await Entry.create({ text: 'first' }, { client: trx })
    await Entry.create({ text: 'second' }, { client: trx })
    await trx.commit()
  },
  createMany: ({ Entry }) =>
    Entry.createMany(Array.from({ length: 2500 }, (_, count) => ({ text: 'many', count }))),
  'createMany, not atomic': ({ Entry }) =>
    Entry.createMany(
      Array.from({ length: 2500 }, (_, count) => ({ text: 'many', count })),
      { atomic: false },
    ),
  firstOrCreate: ({ Entry }) => Entry.firstOrCreate({ text: 'mine' }, { count: 1 }),
  updateOrCreate: ({ Entry }) => Entry.updateOrCreate({ text: 'mine' }, { count: 1 }),
  fetchOrCreateMany: ({ Entry }) => Entry.fetchOrCreateMany('text', [{ text: 'a' }, { text: 'b' }]),
  updateOrCreateMany: ({ Entry }) =>
    Entry.updateOrCreateMany('text', [{ text: 'a' }, { text: 'b' }]),
  paginate: ({ Entry }) => Entry.query().paginate(1, 5),
  'paginate as JSON': ({ Entry }) => Entry.query().toJson({ page: 1, perPage: 5 }),
  'a query of several batches': ({ Entry }) => Entry.query().batchSize(5).exec(),
  'find of one tick': ({ Entry }) => Entry.find('f'.repeat(24)),
  'bulkWrite, atomic': ({ Entry }) =>
    Entry.bulkWrite([{ insert: { text: 'x' } }, { insert: { text: 'y' } }], { atomic: true }),
  'a hook that writes': async ({ Entry }) => {
    class Hooked extends Entry {
      @beforeSave()
      static async note(): Promise<void> {
        await Entry.create({ text: 'note' })
      }
    }
    Hooked.boot()
    await Hooked.create({ text: 'hooked' })
  },
}

describe('F3: operations under way send all of their commands', () => {
  it.each(Object.entries(LONG))('%s', async (_, operation) => {
    const opened = open()
    await opened.Entry.query().first()
    await slowly(WRITES, 60, async () => {
      const outcome = outcomeOf(() => operation(opened))
      await wait(20)
      const closing = taken(() => opened.database.closeAll())
      expect(await within(15_000, outcome)).toBe('ok')
      expect(await closing).toBeLessThan(BOUND)
    })
    expect(opened.database.connection().state).toBe('closed')
    expect(await openTransactions()).toBe(0)
  })

  it('and new ones are refused meanwhile', async () => {
    const { Entry, database } = open()
    await Entry.query().first()
    await slowly(['find'], 300, async () => {
      const under = outcomeOf(() => Entry.query().first())
      await wait(50)
      const closing = database.closeAll()
      await expect(Entry.create({ text: 'late' })).rejects.toMatchObject({
        code: 'E_CONNECTION_CLOSED',
        message: expect.stringContaining('before the operation was sent'),
      })
      expect(await under).toBe('ok')
      await closing
    })
  })
})

describe('F3: closing has a bound', () => {
  const everything = ({ Entry, database }: Opened, count: number): Promise<string[]> => {
    // Thousands of rows at a time keep the event loop, not the connection, from coming to its end.
    const light = Object.entries(LONG).filter(([name]) => !name.startsWith('createMany'))
    const long = light.map(([, operation]) => operation)
    const kinds = [...long, ...Object.values(OPERATIONS)]
    const entry = new Entry().merge({ text: 'new' })
    const running = Array.from({ length: count }, (_, at) => {
      const operation = kinds[at % kinds.length] as (...args: never[]) => Promise<unknown>
      return at % kinds.length < long.length
        ? outcomeOf(() => (operation as (o: Opened) => Promise<unknown>)({ Entry, database }))
        : outcomeOf(() =>
            (operation as (M: FaultModel, e: unknown) => Promise<unknown>)(Entry, entry),
          )
    })
    return Promise.all(running)
  }
  const ALLOWED =
    /^(ok|E_CONNECTION_CLOSED|E_CONNECTION_FAILED|E_WRITE_CONFLICT|E_DUPLICATE_KEY|E_MODEL_\w+|E_STALE_MODEL|E_ROW_NOT_FOUND|E_ABORTED|E_TRANSACTION_\w+)$/

  it('with 500 operations of every kind, and leaves no transaction open', async () => {
    const opened = open()
    await opened.Entry.query().first()
    const running = everything(opened, 500)
    await wait(100)
    expect(await taken(() => within(30_000, opened.database.closeAll()))).toBeLessThan(BOUND)
    const outcomes = await within(10_000, running)
    expect(outcomes.filter((one) => !ALLOWED.test(one))).toEqual([])
    await expect.poll(openTransactions, { timeout: 2000 }).toBe(0)
  }, 60_000)

  it('with transactions that nobody ends', async () => {
    const { Entry, database } = open()
    const open_ = await Promise.all(Array.from({ length: 50 }, () => database.transaction()))
    await Promise.all(open_.map((trx) => Entry.create({ text: 'open' }, { client: trx })))
    expect(await openTransactions()).toBe(50)
    await database.connection().close({ patienceMS: 100 })
    await expect.poll(openTransactions, { timeout: 2000 }).toBe(0)
    expect(await client.db(DATABASE).collection('entries').countDocuments({ text: 'open' })).toBe(0)
  })

  it.each(['aborted', 'timed out'] as const)(
    'after a storm of operations that were %s',
    async (way) => {
      const { Entry, database } = open()
      await slowly(['find', 'aggregate', 'insert'], 1000, () =>
        storm(attemptsOf(Entry), { way, inFlight: 150, operations: 600 }),
      )
      expect(await taken(() => within(30_000, database.closeAll()))).toBeLessThan(BOUND)
    },
  )

  it('with a server that answers nothing any more', async () => {
    const opened = open(proxy.uri)
    await opened.Entry.query().first()
    await opened.database
      .transaction()
      .then((trx) => opened.Entry.create({ text: 'x' }, { client: trx }))
    proxy.blackhole()
    try {
      const running = everything(opened, 60)
      await wait(100)
      expect(await taken(() => within(30_000, opened.database.closeAll()))).toBeLessThan(BOUND)
      const outcomes = await within(5000, running)
      expect(outcomes.filter((one) => !ALLOWED.test(one))).toEqual([])
      expect(outcomes).toContain('E_CONNECTION_CLOSED')
    } finally {
      proxy.heal()
    }
  }, 60_000)

  it('with a server that is gone', async () => {
    const gone = await OwnMongod.start([], { replicaSet: true })
    const opened = open(gone.uri)
    await opened.Entry.query().first()
    await gone.kill()
    const running = everything(opened, 60)
    await wait(50)
    expect(await taken(() => within(30_000, opened.database.closeAll()))).toBeLessThan(BOUND)
    const outcomes = await within(5000, running)
    expect(outcomes.filter((one) => !ALLOWED.test(one))).toEqual([])
    await gone.stop()
  }, 60_000)
})

describe('F3: E_CONNECTION_CLOSED says whether the write may have happened', () => {
  const messageOf = (work: Promise<unknown>) =>
    work.then(
      () => 'ok',
      (error) => (error instanceof LucentError ? `${error.code}: ${error.message}` : String(error)),
    )

  it('of what was sent and of what was not', async () => {
    const { Entry, database } = faultModel({
      url: server.uri,
      database: DATABASE,
      appName: DATABASE,
      maxPoolSize: 1,
    })
    await Entry.query().first()
    await slowly(['insert', 'find'], 1500, async () => {
      const sent = messageOf(Entry.create({ text: 'sent' }))
      await wait(50)
      const [write, read] = [Entry.create({ text: 'queued' }), Entry.query().first()].map(messageOf)
      await wait(50)
      await database.connection().close({ patienceMS: 100 })
      expect(await sent).toMatch(/^E_CONNECTION_CLOSED.*may have been carried out all the same/)
      expect(await write).toMatch(/^E_CONNECTION_CLOSED.*before the operation was sent/)
      expect(await read).toMatch(/^E_CONNECTION_CLOSED.*before the operation was sent/)
    })
    expect(await client.db(DATABASE).collection('entries').countDocuments({ text: 'queued' })).toBe(
      0,
    )
  })
})
