import { setTimeout as wait } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OwnMongod } from '../helpers/own_mongod.ts'
import { withFailPoint } from '../helpers/server.ts'
import { TcpProxy } from '../helpers/tcp_proxy.ts'
import { type FaultModel, faultModel, outcomeOf } from './operations.ts'
import { attemptsOf, attemptsOfDriver, storm, taken, WAYS, type Way, within } from './storms.ts'

const DATABASE = 'storms'
/** Between a good answer, milliseconds, and a pool that is broken, tens of seconds. */
const GENEROUS = 1500
const STALL = 600

let server: OwnMongod
let proxy: TcpProxy
let admin: MongoClient

beforeAll(async () => {
  server = await OwnMongod.start(['--setParameter', 'enableTestCommands=1'], { replicaSet: true })
  proxy = await TcpProxy.start(server.port)
  admin = new MongoClient(server.uri)
  await admin.db(DATABASE).collection('entries').insertOne({ text: 'kept' })
}, 60_000)
afterAll(async () => {
  await admin.close()
  await proxy.stop()
  await server.stop()
})

type Work = () => Promise<unknown>

/** What happens to the server while a storm goes on. */
const DISTURBANCES: Readonly<Record<string, (storm: Work) => Promise<unknown>>> = {
  'a healthy server': (storm) => storm(),
  'a network that stalls': async (storm) => {
    proxy.stall()
    const over = wait(STALL).then(() => proxy.resume())
    await Promise.all([storm(), over])
  },
  'commands that block': (storm) =>
    withFailPoint(
      admin,
      {
        failCommands: ['find', 'aggregate', 'insert'],
        appName: DATABASE,
        blockConnection: true,
        blockTimeMS: STALL,
      },
      'alwaysOn',
      storm,
    ),
}

const cases = Object.keys(DISTURBANCES).flatMap((disturbance) =>
  WAYS.flatMap((way) => [20, 100, 300].map((inFlight) => [disturbance, way, inFlight] as const)),
)

/** A connection of models' and one of the npm driver's, both through the proxy. */
function open(appName = DATABASE) {
  const model = faultModel({ url: proxy.uri, database: DATABASE, appName })
  const driver = new MongoClient(proxy.uri, { maxPoolSize: 100, appName })
  return { ...model, driver, entries: driver.db(DATABASE).collection('entries') }
}

/** How long the next operation takes after a storm, and how long it takes without one. */
async function afterStorm(disturbance: string, way: Way, inFlight: number) {
  const { Entry, database, driver, entries } = open()
  const disturb = DISTURBANCES[disturbance] as (storm: Work) => Promise<unknown>
  const size = { way, inFlight, operations: 4 * inFlight + 200 }
  const [one, ofDriver] = [() => Entry.query().first(), () => entries.findOne()]
  await Promise.all([one(), ofDriver()])
  const control = Math.max(await taken(one), await taken(ofDriver))
  await disturb(() => storm(attemptsOfDriver(entries), size))
  const npm = await taken(ofDriver)
  let failed = 0
  await disturb(async () => {
    failed = await storm(attemptsOf(Entry), size)
  })
  const next = await taken(() => within(20_000, one()))
  const crowd = Array.from({ length: 200 }, () => outcomeOf(one))
  const outcomes = new Set(await within(20_000, Promise.all(crowd)))
  await Promise.all([database.closeAll(), driver.close()])
  return { control, npm, next, failed, outcomes: [...outcomes] }
}

describe('F1: after a storm of operations that were given up on', () => {
  it.each(cases)(
    '%s, %s, %i in flight: the next one takes what it takes without',
    async (...one) => {
      const { control, npm, next, failed, outcomes } = await afterStorm(...one)
      expect(next).toBeLessThan(GENEROUS + 5 * (control + npm))
      expect(outcomes).toEqual(['ok'])
      if (one[0] !== 'a healthy server') expect(failed).toBeGreaterThan(100)
    },
  )

  it('no socket more than the pool may have, and those that work stay', async () => {
    const { Entry, database, driver } = open('sockets')
    await Entry.query().first()
    await storm(attemptsOf(Entry), { way: 'aborted', inFlight: 200, operations: 2000 })
    const sockets = await admin
      .db('admin')
      .aggregate([
        { $currentOp: { allUsers: true, idleConnections: true, localOps: true } },
        { $match: { appName: 'sockets' } },
      ])
      .toArray()
    expect(sockets.length).toBeGreaterThan(1)
    // Two more listen to the server.
    expect(sockets.length).toBeLessThanOrEqual(102)
    await Promise.all([database.closeAll(), driver.close()])
  })
})

describe('F1: a limit of time reaches the server', () => {
  it.each([
    ['find', (Model: FaultModel) => Model.query({ timeout: 5000 }).exec()],
    ['aggregate', (Model: FaultModel) => Model.query({ timeout: 5000 }).count()],
    [
      'findAndModify',
      (Model: FaultModel) =>
        Model.query({ timeout: 5000 }).where('text', 'kept').findOneAndUpdate({ count: 1 }),
    ],
  ])('%s', async (name, operate) => {
    const appName = `limited ${name}`
    const { Entry, database, driver } = open(appName)
    const db = admin.db(DATABASE)
    await db.command({ profile: 2 })
    await operate(Entry)
    await db.command({ profile: 0 })
    const profile = db.collection('system.profile')
    const [entry] = await profile.find({ appName, [`command.${name}`]: 'entries' }).toArray()
    expect(entry?.command.maxTimeMS).toBeGreaterThan(1000)
    expect(entry?.command.maxTimeMS).toBeLessThanOrEqual(5000)
    await Promise.all([database.closeAll(), driver.close()])
  })

  it('and E_TIMEOUT is the code, also where the server stops first', async () => {
    const { Entry, database, driver } = open()
    await admin
      .db('admin')
      .command({ configureFailPoint: 'maxTimeAlwaysTimeOut', mode: 'alwaysOn' })
    try {
      await expect(Entry.query({ timeout: 5000 }).exec()).rejects.toMatchObject({
        code: 'E_TIMEOUT',
        message: expect.stringContaining('within 5000 ms (timeoutMS)'),
      })
    } finally {
      await admin.db('admin').command({ configureFailPoint: 'maxTimeAlwaysTimeOut', mode: 'off' })
    }
    await Promise.all([database.closeAll(), driver.close()])
  })
})
