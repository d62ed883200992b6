import { BaseModel, column, Database, type LucentError, ObjectId } from 'lucent-odm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { type Profiled, profile } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db, name, uri } = server

class Order extends BaseModel {
  static override collection = 'orders'
  static override coalesceWrites = true
  @column({ isPrimary: true }) declare id: string
  @column() declare number: number
  @column() declare total: number
  @column() declare lines: string[]
}

const orders = db.collection('orders')

beforeAll(async () => {
  const validator = { $jsonSchema: { properties: { total: { minimum: 0 } } } }
  await db.createCollection('orders', { validator })
  await orders.createIndex({ number: 1 }, { unique: true, sparse: true })
})
beforeEach(() => orders.deleteMany({}).then(() => undefined))

/** How each of several writes ended: its code, or `ok`. */
async function outcomes(writes: readonly Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(writes)
  return settled.map((one) => (one.status === 'fulfilled' ? 'ok' : (one.reason.code as string)))
}

/** The commands that wrote; statements of one command show one by one in the profile. */
const inserts = (commands: readonly Profiled[]) => commands.filter(({ op }) => op === 'insert')

describe('inserts of one tick', () => {
  it('are one command', async () => {
    const commands = await profile(server, 'orders', async () => {
      const made = await Promise.all(
        Array.from({ length: 64 }, (_, n) => Order.create({ number: n, lines: [`${n}`] })),
      )
      expect(made.map(({ number }) => number)).toEqual(Array.from({ length: 64 }, (_, n) => n))
      expect(made.every(({ $isPersisted, $isDirty }) => $isPersisted && !$isDirty)).toBe(true)
    })
    expect(inserts(commands)).toHaveLength(1)
    expect(await orders.countDocuments()).toBe(64)
  })

  it('that clash or break the validator reject alone, with what they broke', async () => {
    await Order.create({ number: 1000 })
    const values = Array.from({ length: 64 }, (_, n) => ({ number: n, total: n }))
    values[10] = { number: 1000, total: 1 }
    values[20] = { number: 20, total: -1 }
    const settled = await Promise.allSettled(values.map((one) => Order.create(one)))
    const failed = settled.flatMap((one, place) =>
      one.status === 'rejected' ? [{ place, reason: one.reason as LucentError }] : [],
    )
    expect(failed.map(({ place }) => place)).toEqual([10, 20])
    expect(failed[0]?.reason).toMatchObject({
      code: 'E_DUPLICATE_KEY',
      keys: ['number'],
      index: 'number_1',
      model: 'Order',
      operation: 'create',
    })
    expect(failed[0]?.reason).not.toHaveProperty('position')
    expect(failed[1]?.reason).toMatchObject({ code: 'E_DOCUMENT_VALIDATION' })
    expect(failed[1]?.reason.errInfo).toBeDefined()
    expect(await orders.countDocuments()).toBe(63)
  })

  it('that cannot be encoded reject alone, and send nothing', async () => {
    const codes = await outcomes([
      Order.create({ number: 1 }),
      Order.create({ number: Symbol('x') as never }),
      Order.create({ lines: [(() => 1) as never] }),
      Order.create({ number: 2 }),
      Order.create({ lines: ['x'.repeat(17 * 1024 * 1024)] }),
    ])
    expect(codes).toEqual([
      'ok',
      'E_INVALID_VALUE',
      'E_INVALID_VALUE',
      'ok',
      'E_DOCUMENT_TOO_LARGE',
    ])
    expect(await orders.countDocuments()).toBe(2)
  })

  it('of more bytes than one message holds are all stored', async () => {
    const line = 'x'.repeat(1_000_000)
    const codes = await outcomes(
      Array.from({ length: 60 }, (_, number) => Order.create({ number, lines: [line] })),
    )
    expect(new Set(codes)).toEqual(new Set(['ok']))
    expect(await orders.countDocuments()).toBe(60)
  })

  it('of more than a thousand are all stored', async () => {
    const codes = await outcomes(
      Array.from({ length: 2500 }, (_, number) => Order.create({ number })),
    )
    expect(new Set(codes)).toEqual(new Set(['ok']))
    expect(await orders.countDocuments()).toBe(2500)
  })

  it('get the error of the whole command each, with the stack of each caller', async () => {
    // Nothing can be written to a view.
    await db.createCollection('view', { viewOn: 'orders', pipeline: [] })
    class View extends Order {
      static override collection = 'view'
    }
    async function oneCaller() {
      await View.create({ number: 1 })
    }
    async function otherCaller() {
      await View.create({ number: 2 })
    }
    const settled = await Promise.allSettled([oneCaller(), otherCaller()])
    const [one, other] = settled.map((each) => (each as PromiseRejectedResult).reason)
    expect(one.stack).toContain('oneCaller')
    expect(other.stack).toContain('otherCaller')
    expect(one).not.toBe(other)
    expect([one.code, other.code]).toEqual(['E_SERVER_ERROR', 'E_SERVER_ERROR'])
    expect(one).toMatchObject({ serverCode: 166, model: 'View', operation: 'create' })
  })
})

describe('updates of one tick', () => {
  const make = async (count: number) => {
    const made = await Order.createMany(
      Array.from({ length: count }, (_, number) => ({ number, total: 0, lines: [] })),
    )
    return Promise.all(made.map(({ id }) => Order.findOrFail(id)))
  }

  it('are one command, and each is its own', async () => {
    const found = await make(64)
    const commands = await profile(server, 'orders', async () => {
      await Promise.all(found.map((order, n) => order.merge({ total: n + 1 }).save()))
    })
    const updates = commands.filter(({ op }) => op === 'update')
    expect(updates).toHaveLength(64)
    // The statements of one command share its session; commands at one time have one each.
    const sessions = new Set(updates.map(({ command }) => JSON.stringify(command.lsid)))
    expect(sessions.size).toBe(1)
    expect((await orders.find().sort({ number: 1 }).toArray()).map(({ total }) => total)).toEqual(
      Array.from({ length: 64 }, (_, n) => n + 1),
    )
    expect(found.every(({ $isDirty }) => !$isDirty)).toBe(true)
  })

  it('that fail, or whose document is gone, reject alone', async () => {
    const found = await make(6)
    await orders.deleteMany({ number: { $in: [1, 4] } })
    const codes = await outcomes(
      found.map((order, n) =>
        order.merge(n === 2 ? { number: 3 } : { total: n === 5 ? -1 : 7 }).save(),
      ),
    )
    expect(codes).toEqual([
      'ok',
      'E_STALE_MODEL',
      'E_DUPLICATE_KEY',
      'ok',
      'E_STALE_MODEL',
      'E_DOCUMENT_VALIDATION',
    ])
    expect(found.map(({ $isDirty }) => $isDirty)).toEqual([false, true, true, false, true, true])
    expect((await orders.find().sort({ number: 1 }).toArray()).map(({ total }) => total)).toEqual([
      7, 0, 7, 0,
    ])
  })

  it('that change nothing on the server are no misses', async () => {
    const found = await make(3)
    await orders.updateMany({}, { $set: { total: 9 } })
    expect(await outcomes(found.map((order) => order.merge({ total: 9 }).save()))).toEqual([
      'ok',
      'ok',
      'ok',
    ])
  })

  it('of one document never share a command, and end in the order they were issued', async () => {
    const [order] = (await make(1)) as [Order]
    const others = await Promise.all(Array.from({ length: 9 }, () => Order.findOrFail(order.id)))
    const ended: number[] = []
    await Promise.all(
      [order, ...others].map(async (one, n) => {
        await one.merge({ total: n + 1, lines: [`line ${n}`] }).save()
        ended.push(n)
      }),
    )
    expect(ended).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(await orders.findOne()).toMatchObject({ total: 10, lines: ['line 9'] })
  })

  it('and inserts do not wait for each other', async () => {
    const found = await make(2)
    const codes = await outcomes([
      ...found.map((order) => order.merge({ total: 5 }).save()),
      Order.create({ number: 77 }),
    ])
    expect(codes).toEqual(['ok', 'ok', 'ok'])
    expect(await orders.countDocuments()).toBe(3)
  })

  it('of more bytes than one message holds are all stored', async () => {
    const found = await make(60)
    const line = 'y'.repeat(1_000_000)
    const codes = await outcomes(found.map((order) => order.merge({ lines: [line] }).save()))
    expect(new Set(codes)).toEqual(new Set(['ok']))
    expect(await orders.countDocuments({ 'lines.0': line })).toBe(60)
  })

  it('with hooks run them each', async () => {
    class Hooked extends Order {
      static override collection = 'orders'
    }
    const seen: string[] = []
    Hooked.before('update', (order) => void seen.push(`before ${order.number}`))
    Hooked.after('update', (order) => void seen.push(`after ${order.number}`))
    const made = await make(3)
    const found = await Promise.all(made.map(({ id }) => Hooked.findOrFail(id)))
    await Promise.all(found.map((order) => order.merge({ total: 1 }).save()))
    expect(seen.toSorted()).toEqual([
      'after 0',
      'after 1',
      'after 2',
      'before 0',
      'before 1',
      'before 2',
    ])
  })
})

describe('who decides', () => {
  const database = new Database({
    connection: 'plain',
    connections: {
      plain: { url: uri, database: name },
      together: { url: uri, database: name, coalesceWrites: true },
    },
  })
  afterAll(() => database.closeAll())

  const model = (connection: string, coalesce?: boolean) => {
    class Row extends BaseModel {
      static override collection = 'orders'
      static override connection = connection
      @column({ isPrimary: true }) declare id: string
      @column() declare number: number
    }
    if (coalesce !== undefined) Row.coalesceWrites = coalesce
    Row.useDatabase(database)
    return Row
  }

  it.each([
    ['nobody: off', 'plain', undefined, undefined, 3],
    ['the connection', 'together', undefined, undefined, 1],
    ['the model', 'plain', true, undefined, 1],
    ['the model over the connection', 'together', false, undefined, 3],
    ['the call', 'plain', undefined, true, 1],
    ['the call over the model', 'plain', true, false, 3],
    ['the call over the connection', 'together', undefined, false, 3],
  ] as const)('%s', async (_, connection, ofModel, ofCall, count) => {
    const Row = model(connection, ofModel)
    const options = ofCall === undefined ? {} : { coalesce: ofCall }
    const commands = await profile(server, 'orders', () =>
      Promise.all([1, 2, 3].map((number) => Row.create({ number }, options))),
    )
    expect(inserts(commands)).toHaveLength(count)
    const found = await Row.query().orderBy('number')
    await Promise.all(found.map((row) => row.merge({ number: row.number + 10 }).save(options)))
    expect((await Row.query().orderBy('number')).map((row) => row.number)).toEqual([11, 12, 13])
  })
})

it('an id given by the caller is kept', async () => {
  const given = Array.from({ length: 3 }, () => new ObjectId().toHexString())
  await Promise.all(given.map((id, number) => Order.create({ id, number })))
  const stored = await orders.find().sort({ number: 1 }).toArray()
  expect(stored.map(({ _id }) => String(_id))).toEqual(given)
})
