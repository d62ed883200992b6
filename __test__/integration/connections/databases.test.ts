/** Several databases of one connection: one client, one pool, one transaction. */
import {
  BaseModel,
  type BelongsTo,
  belongsTo,
  column,
  Database,
  type HasMany,
  hasMany,
  type TransactionClient,
} from 'lucent-odm'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db, client, name, uri, database } = lucentDatabase({ appName: 'several-databases' })
const REPORTS = `${name}_reports`
const reports = client.db(REPORTS)
const MAIN_REPORTS = `main/${REPORTS}`

class Order extends BaseModel {
  static override collection = 'orders'
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @hasMany(() => Entry) declare entries: HasMany<typeof Entry>
}

class Entry extends BaseModel {
  static override collection = 'entries'
  static override connection = MAIN_REPORTS
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare orderId: string
  @column() declare amount: number
  @belongsTo(() => Order) declare order: BelongsTo<typeof Order>
}

for (const model of [Order, Entry]) model.useDatabase(database)

beforeEach(async () => {
  for (const one of [db, reports]) {
    await one.collection('orders').deleteMany({})
    await one.collection('entries').deleteMany({})
  }
})
afterAll(() => reports.dropDatabase())

const count = (of = db, collection = 'orders') => of.collection(collection).countDocuments()

describe('a database by name', () => {
  it('is where its models are, and goes by name wherever a connection does', async () => {
    await Entry.create({ amount: 1 })
    expect(await count(reports, 'entries')).toBe(1)
    const entry = await Entry.firstOrFail()
    expect(entry.$options.connection).toBe(MAIN_REPORTS)
    await entry.merge({ amount: 2 }).save()
    expect(await reports.collection('entries').findOne()).toMatchObject({ amount: 2 })

    await Order.create({ title: 'elsewhere' }, { connection: MAIN_REPORTS })
    expect(await Order.query({ connection: MAIN_REPORTS }).count()).toBe(1)
    expect(await Order.query().count()).toBe(0)
    const found = await Order.query({
      client: database.connection().database(REPORTS),
    }).firstOrFail()
    await found.merge({ title: 'there still' }).save()
    expect(await reports.collection('orders').findOne()).toMatchObject({ title: 'there still' })
    await found.refresh()
    await found.delete()
    expect(await count(reports)).toBe(0)
  })

  it('is one object for each name, with a name and settings of its own', () => {
    const connection = database.connection(MAIN_REPORTS)
    expect(connection).toBe(database.connection('main').database(REPORTS))
    expect(connection.database(name)).toBe(database.connection(`main/${name}`))
    expect(connection).toMatchObject({ name: MAIN_REPORTS, config: { database: REPORTS } })
    expect(database.has(MAIN_REPORTS)).toBe(true)
    expect(database.has('nowhere/reports')).toBe(false)
    expect(database.connections).toHaveLength(1)
    expect(() => database.connection('nowhere/reports')).toThrow('nowhere/reports')
    expect(() => database.connection('main/')).toThrow('main/')
  })

  it.each(['a.b', 'a b', '$a', 'x'.repeat(64), 'a\0'])('is refused as %j', async (odd) => {
    const refused = Order.query({ client: database.connection().database(odd) }).count()
    await expect(refused).rejects.toMatchObject({ code: 'E_CONFIGURATION' })
  })

  it('takes no sockets of its own', async () => {
    const sockets = async () => {
      const found = await client
        .db('admin')
        .aggregate([
          { $currentOp: { allUsers: true, idleConnections: true } },
          { $match: { appName: 'several-databases', client: { $exists: true } } },
        ])
        .toArray()
      return new Set(found.map((one) => one.client)).size
    }
    await Order.query().count()
    const before = await sockets()
    for (let n = 0; n < 20; n++) {
      await Order.query({ connection: `main/${name}_${n}` }).count()
    }
    expect(before).toBeGreaterThan(0)
    expect(await sockets()).toBe(before)
  })

  it('answers for its connection', async () => {
    const connection = database.connection(MAIN_REPORTS)
    expect(connection.state).toBe(database.connection().state)
    expect(await connection.healthCheck()).toMatchObject({
      healthy: true,
      connection: MAIN_REPORTS,
    })
    expect(await connection.supportsTransactions()).toBe(true)
  })

  it('is closed with its connection', async () => {
    const own = new Database({
      connection: 'main',
      connections: { main: { url: uri, database: name } },
    })
    const there = own.connection('main/reports')
    expect(await Order.query({ client: there }).count()).toBe(0)
    await there.close()
    expect(own.connection().state).toBe('closed')
    const refused = Order.query({ client: there }).count()
    await expect(refused).rejects.toMatchObject({ code: 'E_CONNECTION_CLOSED' })
  })
})

describe('one transaction over two databases', () => {
  const both = async (trx: TransactionClient) => {
    const order = await Order.create({ title: 'pen' }, { client: trx })
    // Its class says where it is.
    const entry = await Entry.create({ orderId: order.id, amount: 3 }, { client: trx })
    // And the application may say another place.
    await Order.create({ title: 'copy' }, { client: trx.database(REPORTS) })
    return { order, entry }
  }
  const counts = () => Promise.all([count(), count(reports, 'entries'), count(reports)])

  it('is committed together', async () => {
    await database.transaction(async (trx) => {
      await both(trx)
      expect(await counts()).toEqual([0, 0, 0])
    })
    expect(await counts()).toEqual([1, 1, 1])
  })

  it('is rolled back together, and instances are what they were', async () => {
    const entry = await Entry.create({ amount: 1 })
    const order = new Order()
    const failed = database.transaction(async (trx) => {
      await both(trx)
      entry.useTransaction(trx).amount = 9
      await entry.save()
      await order.useTransaction(trx.database(REPORTS)).merge({ title: 'new' }).save()
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect(await counts()).toEqual([0, 1, 0])
    expect(entry.amount).toBe(1)
    expect(order.$isPersisted).toBe(false)
    expect(await reports.collection('entries').findOne()).toMatchObject({ amount: 1 })
  })

  it('is one that either client ends', async () => {
    const trx = await database.transaction()
    const there = trx.database(REPORTS)
    expect(there).toBe(trx.database(REPORTS))
    expect(there.connectionName).toBe(MAIN_REPORTS)
    await both(trx)
    const told: string[] = []
    trx.after('commit', () => told.push('main'))
    there.after('commit', () => told.push('reports'))
    await there.commit()
    expect(trx.isCompleted).toBe(true)
    expect(told).toEqual(['main', 'reports'])
    expect(await counts()).toEqual([1, 1, 1])
    await expect(Order.query({ client: trx }).count()).rejects.toMatchObject({
      code: 'E_TRANSACTION_COMPLETED',
    })
  })

  it('reads what it wrote, related rows of the other database among it', async () => {
    await database.transaction(async (trx) => {
      const { order } = await both(trx)
      const [found] = await Order.query({ client: trx }).preload('entries').withCount('entries')
      expect(found?.entries.map(({ amount }) => amount)).toEqual([3])
      expect(found?.$extras.entries_count).toBe(1)
      expect(await order.related('entries').query()).toHaveLength(1)
      const [entry] = await Entry.query({ client: trx }).preload('order')
      expect(entry?.order.title).toBe('pen')
      await order.related('entries').create({ amount: 4 })
    })
    expect(await count(reports, 'entries')).toBe(2)
  })

  it('is begun on either', async () => {
    await database.connection(MAIN_REPORTS).transaction(async (trx) => {
      await Entry.create({ amount: 1 }, { client: trx })
      await Order.create({ title: 'main' }, { client: trx.database(name) })
    })
    expect(await counts()).toEqual([1, 1, 0])
  })

  it('is joined without being told', async () => {
    const own = new Database({
      connection: 'main',
      connections: { main: { url: uri, database: name, ambientTransactions: true } },
    })
    const undo = own.bind('main', [Order])
    const undoEntries = own.bind(MAIN_REPORTS, [Entry])
    const failed = own.transaction(async () => {
      await Order.create({ title: 'x' })
      await Entry.create({ amount: 1 })
      expect(await Entry.query().count()).toBe(1)
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    undo()
    undoEntries()
    await own.closeAll()
    expect(await counts()).toEqual([0, 0, 0])
  })

  it('is the global one in tests', async () => {
    await database.beginGlobalTransaction()
    await Order.create({ title: 'x' })
    await Entry.create({ amount: 1 })
    expect(await Entry.query().count()).toBe(1)
    await database.rollbackGlobalTransaction()
    expect(await counts()).toEqual([0, 0, 0])
  })
})

describe('joins and unions', () => {
  it('are refused across databases, and preload is not', async () => {
    const lookup = () =>
      Order.aggregate().lookup({
        from: Entry,
        localField: 'id',
        foreignField: 'orderId',
        as: 'rows',
      })
    expect(lookup).toThrow(expect.objectContaining({ code: 'E_UNSUPPORTED' }))
    expect(lookup).toThrow(`Entry is stored elsewhere (the connection "${MAIN_REPORTS}")`)
    const union = () => Order.query().unionAll(Entry.query() as never)
    expect(union).toThrow(expect.objectContaining({ code: 'E_UNSUPPORTED' }))
    const order = await Order.create({ title: 'pen' })
    await Entry.create({ orderId: order.id, amount: 1 })
    const [found] = await Order.query()
      .preload('entries')
      .whereHas('entries', (rows) => rows.where('amount', 1))
    expect(found?.entries).toHaveLength(1)
  })
})

describe('binding', () => {
  class Action extends BaseModel {
    @column({ isPrimary: true }) declare id: string
  }
  class Click extends Action {
    static override collection = 'actions'
  }
  class Own extends BaseModel {
    static override connection = 'main'
    static override collection = 'actions'
    @column({ isPrimary: true }) declare id: string
  }
  for (const model of [Action, Own]) model.useDatabase(database)

  it('moves groups of models, and puts them back', async () => {
    const undo = database.bind(MAIN_REPORTS, [Action, Own])
    await Action.create({})
    await Click.create({})
    await Own.create({})
    expect(await count(reports, 'actions')).toBe(3)
    undo()
    expect(Action.connection).toBeUndefined()
    expect(Own.connection).toBe('main')
    await Action.create({})
    expect(await count(db, 'actions')).toBe(1)
    undo()
    expect(await Action.query().count()).toBe(1)
  })

  it('needs a connection that is there', () => {
    expect(() => database.bind('late', [Action])).toThrow(
      expect.objectContaining({ code: 'E_UNKNOWN_CONNECTION' }),
    )
    expect(Action.connection).toBeUndefined()
  })

  it('takes one that was added late, until it is released', async () => {
    const late = database.add('late', { url: uri, database: `${name}_late` })
    const undo = database.bind('late', [Action])
    await Action.create({})
    expect(await client.db(`${name}_late`).collection('actions').countDocuments()).toBe(1)
    await client.db(`${name}_late`).dropDatabase()
    await database.release('late')
    expect(late.state).toBe('closed')
    expect(database.has('late')).toBe(false)
    await expect(Action.create({})).rejects.toMatchObject({ code: 'E_UNKNOWN_CONNECTION' })
    undo()
    await expect(Action.query().count()).resolves.toBe(1)
    database.add('late', { url: uri, database: `${name}_late` })
    await database.release('late')
  })

  it('keeps the primary connection, and what is only a database of one', async () => {
    for (const kept of ['main', MAIN_REPORTS]) {
      await expect(database.release(kept)).rejects.toMatchObject({ code: 'E_CONFIGURATION' })
    }
    await expect(database.release('nobody')).rejects.toMatchObject({ code: 'E_UNKNOWN_CONNECTION' })
    expect(await Order.query().count()).toBe(0)
  })
})
