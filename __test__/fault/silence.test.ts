import { setTimeout as wait } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OwnMongod } from '../helpers/own_mongod.ts'
import { withFailPoint } from '../helpers/server.ts'
import { TcpProxy } from '../helpers/tcp_proxy.ts'
import { faultModel, OPERATIONS, outcomeOf } from './operations.ts'
import { taken, within } from './storms.ts'

const DATABASE = 'silence'
const LIMIT = 800
/** What a busy machine adds to what is told in milliseconds. */
const SLACK = 3000

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

const open = (settings: { socketTimeoutMS?: number } = { socketTimeoutMS: LIMIT }) =>
  faultModel({ url: proxy.uri, database: DATABASE, appName: DATABASE, ...settings })

describe('F5: sockets that are dead while the server is known to live', () => {
  it.each(Object.entries(OPERATIONS))(
    '%s ends, and the next one succeeds',
    async (_, operation) => {
      const { Entry, database } = open()
      const entry = await Entry.create({ text: 'mine' })
      await Entry.createMany([{ text: 'kept' }, { text: 'kept' }, { text: 'kept' }])
      proxy.blackholeCommands()
      const started = performance.now()
      const outcome = await within(
        30_000,
        outcomeOf(() => operation(Entry, entry)),
      )
      // A transaction of its own is repeated, on a new socket.
      expect(outcome).toMatch(/^(ok|E_CONNECTION_FAILED)$/)
      expect(performance.now() - started).toBeLessThan(4 * LIMIT + SLACK)
      await expect
        .poll(() => outcomeOf(() => Entry.query().count()), { timeout: 10_000 })
        .toBe('ok')
      await database.closeAll()
    },
  )

  it('the error says that a write may have been carried out', async () => {
    const { Entry, database } = open()
    await Entry.query().first()
    proxy.blackholeCommands()
    await expect(Entry.create({ text: 'x' })).rejects.toMatchObject({
      code: 'E_CONNECTION_FAILED',
      status: 503,
      message: expect.stringMatching(/800 ms \(socketTimeoutMS\).*may have carried it out/),
    })
    await database.closeAll()
  })

  it('a managed transaction is repeated, one by hand can be rolled back', async () => {
    const { Entry, database } = open()
    await Entry.query().first()
    let attempts = 0
    await database.transaction(async (trx) => {
      await Entry.query({ client: trx }).first()
      if (attempts++ === 0) proxy.blackholeCommands()
      await Entry.create({ text: 'repeated' }, { client: trx })
    })
    expect(attempts).toBeGreaterThan(1)
    expect(
      await client.db(DATABASE).collection('entries').countDocuments({ text: 'repeated' }),
    ).toBe(1)
    const trx = await database.transaction()
    await Entry.create({ text: 'undone' }, { client: trx })
    proxy.blackholeCommands()
    expect(await outcomeOf(() => Entry.create({ text: 'undone' }, { client: trx }))).toBe(
      'E_CONNECTION_FAILED',
    )
    expect(await taken(() => trx.rollback())).toBeLessThan(SLACK)
    await database.closeAll()
  })

  it('a reader of batches hears of it', async () => {
    const { Entry, database } = open()
    await Entry.createMany(Array.from({ length: 50 }, () => ({ text: 'row' })))
    const read = async () => {
      for await (const _ of Entry.query().cursor({ batchSize: 5 })) proxy.blackholeCommands()
    }
    expect(await within(30_000, outcomeOf(read))).toBe('E_CONNECTION_FAILED')
    await database.closeAll()
  })
})

describe('F5: the limit for a command without an answer', () => {
  const slowly = <T>(work: () => Promise<T>) =>
    withFailPoint(
      client,
      { failCommands: ['find'], appName: DATABASE, blockConnection: true, blockTimeMS: 1200 },
      { times: 1 },
      work,
    )

  it.each([
    ['none is set', {}, {}, 'ok'],
    ['it is 0', { socketTimeoutMS: 0 }, {}, 'ok'],
    ['it is short', { socketTimeoutMS: 200 }, {}, 'E_CONNECTION_FAILED'],
    ['the call says more', { socketTimeoutMS: 200 }, { timeout: 10_000 }, 'ok'],
    ['the call says less', {}, { timeout: 200 }, 'E_TIMEOUT'],
  ] as const)('where %s', async (_, settings, limits, outcome) => {
    const { Entry, database } = open(settings)
    await Entry.query().count()
    const read = () => outcomeOf(() => Entry.query(limits).first())
    expect(await slowly(read)).toBe(outcome)
    await database.closeAll()
  })
})

describe('F5: finding a server', () => {
  const stepDown = (seconds: number) =>
    client
      .db('admin')
      .command({ replSetStepDown: seconds, force: true })
      .catch(() => undefined)

  it('takes as long as an election, by default', async () => {
    // A direct connection takes its server for the right one, whatever it is.
    const url = server.uri.replace('directConnection=true', 'replicaSet=own')
    const { Entry, database } = faultModel({ url, database: DATABASE })
    await Entry.query().first()
    await stepDown(8)
    const outcomes = await Promise.all([
      outcomeOf(() => Entry.create({ text: 'plain' })),
      outcomeOf(() => Entry.createMany([{ text: 'many' }, { text: 'many' }])),
      outcomeOf(() =>
        database.transaction(async (trx) => {
          await Entry.create({ text: 'elected' }, { client: trx })
        }),
      ),
    ])
    expect(outcomes).toEqual(['ok', 'ok', 'ok'])
    expect(
      await client.db(DATABASE).collection('entries').countDocuments({ text: 'elected' }),
    ).toBe(1)
    await database.closeAll()
  }, 60_000)

  it.each([
    ['a setting', '', { serverSelectionTimeoutMS: 1500 }],
    ['the url', '&serverSelectionTimeoutMS=1500', {}],
  ])(
    'takes what %s says, once, where all nodes are down',
    async (_, query, settings) => {
      const gone = await OwnMongod.start([], { replicaSet: true })
      const { Entry, database } = faultModel({
        url: `${gone.uri}${query}`,
        database: DATABASE,
        ...settings,
      })
      await Entry.query().first()
      const byHand = await database.transaction()
      await Entry.create({ text: 'x' }, { client: byHand })
      await gone.kill()
      await wait(100)
      const managed = () =>
        database.transaction(async (trx) => {
          await Entry.create({ text: 'x' }, { client: trx })
        })
      let outcome = ''
      const took = await taken(async () => {
        outcome = await within(20_000, outcomeOf(managed))
      })
      expect(outcome).toMatch(/^E_(CONNECTION_FAILED|SERVER_SELECTION_TIMEOUT)$/)
      expect(took).toBeLessThan(2 * 1500)
      expect(await outcomeOf(() => Entry.create({ text: 'x' }, { client: byHand }))).toMatch(/^E_/)
      expect(await taken(() => byHand.rollback())).toBeLessThan(1000)
      await database.closeAll()
      await gone.stop()
    },
    60_000,
  )
})
