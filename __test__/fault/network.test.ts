import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OwnMongod } from '../helpers/own_mongod.ts'
import { TcpProxy } from '../helpers/tcp_proxy.ts'
import { type FaultModel, faultModel, isFine, OPERATIONS, outcomeOf } from './operations.ts'

let server: OwnMongod

beforeAll(async () => {
  server = await OwnMongod.start([], { replicaSet: true })
}, 60_000)
afterAll(() => server.stop())

/** Stores an entry for each operation; answers what runs them all, again and again. */
async function prepare({ Entry }: ReturnType<typeof faultModel>) {
  const entries = await Entry.createMany(Object.keys(OPERATIONS).map(() => ({ text: 'kept' })))
  return (rounds: number) => everything(Entry, entries, rounds)
}

/** Operations that are under way, by name and round. */
const pending = new Set<string>()

async function everything(
  Entry: FaultModel,
  entries: readonly InstanceType<FaultModel>[],
  rounds: number,
): Promise<string[]> {
  const running: Promise<string>[] = []
  for (let round = 0; round < rounds; round++) {
    for (const [place, [name, operation]] of Object.entries(OPERATIONS).entries()) {
      const entry = entries[place]
      if (entry === undefined || entry.$isDeleted) continue
      const key = `${name} (${round})`
      pending.add(key)
      const outcome = outcomeOf(() => operation(Entry, entry))
      running.push(outcome.finally(() => pending.delete(key)))
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return Promise.all(running)
}

/** Outcomes that are none of those a fault may have. */
const wrong = (outcomes: readonly string[]) =>
  outcomes.filter(
    (one) =>
      !isFine(one) &&
      one !== 'E_STALE_MODEL' &&
      one !== 'E_MODEL_DELETED' &&
      one !== 'E_ROW_NOT_FOUND',
  )

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const tell = () => {
      const from = [...pending].join(', ')
      reject(new Error(`nothing after ${milliseconds} ms from: ${from}`))
    }
    timer = setTimeout(tell, milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

describe('a network', () => {
  let proxy: TcpProxy
  let model: ReturnType<typeof faultModel>

  beforeAll(async () => {
    proxy = await TcpProxy.start(server.port)
    model = faultModel({
      url: proxy.uri,
      database: 'network',
      serverSelectionTimeoutMS: 1500,
      connectTimeoutMS: 1000,
    })
  })
  afterAll(async () => {
    proxy.heal()
    await model.database.closeAll()
    await proxy.stop()
  })

  it('that resets connections again and again: each operation ends', async () => {
    const run = await prepare(model)
    const running = run(10)
    for (let round = 0; round < 8; round++) {
      await new Promise((resolve) => setTimeout(resolve, 30))
      proxy.reset()
    }
    expect(wrong(await within(15_000, running))).toEqual([])
    await expect
      .poll(() => outcomeOf(() => model.Entry.query().count()), { timeout: 5000 })
      .toBe('ok')
  })

  it('that is slow: each operation succeeds', async () => {
    const run = await prepare(model)
    proxy.delay(40)
    const outcomes = await within(15_000, run(2))
    proxy.heal()
    expect(wrong(outcomes)).toEqual([])
    expect(outcomes.filter((one) => one === 'ok').length).toBeGreaterThan(20)
    await expect
      .poll(() => outcomeOf(() => model.Entry.query().count()), { timeout: 5000 })
      .toBe('ok')
  })

  it('that swallows everything: operations wait for it, and end when the connection is closed', async () => {
    const lost = faultModel({
      url: proxy.uri,
      database: 'network',
      serverSelectionTimeoutMS: 1000,
      connectTimeoutMS: 800,
    })
    await lost.Entry.query().count()
    proxy.blackhole()
    const running = Promise.all([
      outcomeOf(() => lost.Entry.query().count()),
      outcomeOf(() => lost.Entry.create({ text: 'lost' })),
    ])
    await new Promise((resolve) => setTimeout(resolve, 200))
    await within(3000, lost.database.connection().close({ patienceMS: 300 }))
    for (const outcome of await within(2000, running)) {
      expect(outcome).toMatch(/^E_CONNECTION_(CLOSED|FAILED)$/)
    }
    proxy.heal()
    await expect
      .poll(() => outcomeOf(() => model.Entry.query().count()), { timeout: 8000 })
      .toBe('ok')
  })

  it('that swallowed everything and is back: operations succeed again', async () => {
    proxy.blackhole()
    const during = outcomeOf(() => model.Entry.query().count())
    await new Promise((resolve) => setTimeout(resolve, 500))
    proxy.heal()
    expect(isFine(await within(15_000, during))).toBe(true)
    await expect
      .poll(() => outcomeOf(() => model.Entry.query().count()), { timeout: 8000 })
      .toBe('ok')
  })
})

describe('a server', () => {
  it('that is killed: operations end with a code, and succeed after it is back', async () => {
    const model = faultModel({
      url: server.uri,
      database: 'killed',
      serverSelectionTimeoutMS: 1500,
    })
    const { Entry, database } = model
    await Entry.createMany(
      Array.from({ length: 3000 }, (_, count) => ({ text: 'x'.repeat(500), count })),
    )
    const run = await prepare(model)
    const running = [
      run(20),
      Promise.all(
        Array.from({ length: 20 }, () => outcomeOf(() => Entry.query().batchSize(50).exec())),
      ),
    ]
    await new Promise((resolve) => setTimeout(resolve, 60))
    await server.kill()
    const outcomes = (await within(40_000, Promise.all(running))).flat()
    expect(wrong(outcomes)).toEqual([])
    expect(outcomes.some((one) => one !== 'ok')).toBe(true)
    const started = performance.now()
    expect(await outcomeOf(() => Entry.query().count())).toMatch(
      /^E_(CONNECTION_FAILED|SERVER_SELECTION_TIMEOUT)$/,
    )
    expect(performance.now() - started).toBeLessThan(3000)
    await server.restart()
    await expect.poll(() => outcomeOf(() => Entry.query().count()), { timeout: 15_000 }).toBe('ok')
    expect(await Entry.query().where('count', '>=', 0).count()).toBeGreaterThanOrEqual(3000)
    expect(await outcomeOf(() => Entry.create({ text: 'after' }))).toBe('ok')
    await database.closeAll()
  }, 90_000)

  it('that hangs: operations end once the driver notices', async () => {
    const { Entry, database } = faultModel({
      url: `${server.uri}&heartbeatFrequencyMS=500`,
      database: 'hangs',
      serverSelectionTimeoutMS: 1000,
      connectTimeoutMS: 500,
    })
    const entry = await Entry.create({ text: 'x' })
    await server.freeze()
    try {
      const outcomes = await within(
        8000,
        Promise.all([
          outcomeOf(() => Entry.query().count()),
          outcomeOf(() => Entry.find(entry.id)),
          outcomeOf(() => entry.merge({ count: 1 }).save()),
        ]),
      )
      for (const outcome of outcomes) {
        expect(outcome).toMatch(/^E_(CONNECTION_FAILED|SERVER_SELECTION_TIMEOUT)$/)
      }
      expect(entry.$dirty).toEqual({ count: 1 })
    } finally {
      server.thaw()
    }
    await expect.poll(() => outcomeOf(() => entry.save()), { timeout: 8000 }).toBe('ok')
    await database.closeAll()
  })

  it('that hangs: closing the connection ends what waits for it', async () => {
    const { Entry, database } = faultModel({
      url: server.uri,
      database: 'hangs',
      serverSelectionTimeoutMS: 1000,
      connectTimeoutMS: 500,
    })
    await Entry.query().count()
    await server.freeze()
    try {
      const waiting = outcomeOf(() => Entry.query().count())
      await new Promise((resolve) => setTimeout(resolve, 300))
      await within(3000, database.connection().close({ patienceMS: 200 }))
      expect(await within(1000, waiting)).toMatch(/^E_CONNECTION_(CLOSED|FAILED)$/)
    } finally {
      server.thaw()
    }
  })
})
