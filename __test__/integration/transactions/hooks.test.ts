import {
  afterCommit,
  afterCreate,
  afterRollback,
  afterSave,
  BaseModel,
  beforeSave,
  column,
  errors,
  type HookContext,
  type TransactionClient,
} from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const server = lucentDatabase()
const { database, db } = server

const events: string[] = []

class Order extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare number: number

  @beforeSave()
  static note(order: Order, context: HookContext) {
    events.push(`beforeSave ${order.number} ${context.trx === order.$trx}`)
  }

  @afterSave()
  static noteSaved(order: Order) {
    events.push(`afterSave ${order.number}`)
  }

  @afterCommit()
  static async committed(order: Order, { operation, writes, trx }: HookContext) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    events.push(`${operation} ${order.number} ${writes} ${trx === undefined || trx.isCompleted}`)
  }

  @afterRollback()
  static rolledBack(order: Order, { operation, writes }: HookContext) {
    events.push(`${operation} ${order.number} ${writes} ${order.$isPersisted}`)
  }
}

beforeEach(async () => {
  await db.collection('orders').deleteMany({})
  events.length = 0
})

describe('afterCommit and afterRollback', () => {
  it('run after the end of the transaction, once for each instance', async () => {
    await database.transaction(async (trx) => {
      const order = await Order.create({ number: 1 }, { client: trx })
      await order.merge({ number: 2 }).save()
      await Order.create({ number: 3 }, { client: trx })
      events.push('end')
    })
    expect(events).toEqual([
      'beforeSave 1 true',
      'afterSave 1',
      'beforeSave 2 true',
      'afterSave 2',
      'beforeSave 3 true',
      'afterSave 3',
      'end',
      'commit 2 create,update true',
      'commit 3 create true',
    ])
  })

  it('run after a rollback, with instances as they were', async () => {
    const stop = new Error('stop')
    const attempt = database.transaction(async (trx) => {
      await Order.create({ number: 1 }, { client: trx })
      throw stop
    })
    await expect(attempt).rejects.toBe(stop)
    expect(events).toEqual(['beforeSave 1 true', 'afterSave 1', 'rollback 1 create false'])
  })

  it.each([
    ['create', () => Order.create({ number: 1 }), 'create'],
    [
      'save',
      async () => (await Order.createQuietly({ number: 0 })).merge({ number: 1 }).save(),
      'update',
    ],
    ['delete', async () => (await Order.createQuietly({ number: 1 })).delete(), 'delete'],
  ])('without a transaction follow each write: %s', async (_, write, operation) => {
    await write()
    expect(events.at(-1)).toBe(`commit 1 ${operation} true`)
    expect(events.filter((event) => event.startsWith('commit'))).toHaveLength(1)
  })

  it('do not run for a save that had nothing to do', async () => {
    const order = await Order.createQuietly({ number: 1 })
    await order.save()
    expect(events).toEqual(['beforeSave 1 true'])
  })

  it('do not run quietly', async () => {
    await database.transaction(async (trx) => {
      const order = await Order.createQuietly({ number: 1 }, { client: trx })
      await order.merge({ number: 2 }).saveQuietly()
      await order.deleteQuietly()
    })
    expect(events).toEqual([])
  })

  it('of createMany follow its own transaction', async () => {
    await Order.createMany([{ number: 1 }, { number: 2 }])
    expect(events).toEqual([
      'beforeSave 1 true',
      'beforeSave 2 true',
      'afterSave 1',
      'afterSave 2',
      'commit 1 create true',
      'commit 2 create true',
    ])
  })

  it('may be added at run time, and are inherited', async () => {
    class Special extends Order {
      static override collection = 'orders'
    }
    Special.after('commit', (order) => void events.push(`special ${order.number}`))
    await Special.create({ number: 1 })
    await Order.create({ number: 2 })
    expect(events.filter((event) => /commit|special/.test(event))).toEqual([
      'commit 1 create true',
      'special 1',
      'commit 2 create true',
    ])
  })
})

describe('a hook that throws', () => {
  it('after the commit: the others run, the error is reported, the write stands', async () => {
    const [first, second] = [new Error('first'), new Error('second')]
    class Throwing extends BaseModel {
      static override collection = 'orders'
      @column({ isPrimary: true }) declare id: string
      @afterCommit() static one() {
        throw first
      }
      @afterCommit() static async two() {
        throw second
      }
      @afterCommit() static three() {
        events.push('three')
      }
    }
    const plain = await Throwing.create({}).catch((error: unknown) => error)
    const managed = await database
      .transaction((trx) => Throwing.create({}, { client: trx }))
      .catch((error: unknown) => error)
    for (const error of [plain, managed]) {
      expect(error).toBeInstanceOf(errors.E_TRANSACTION_CALLBACK)
      expect(((error as Error).cause as AggregateError).errors).toEqual([first, second])
    }
    expect(events).toEqual(['three', 'three'])
    expect(await db.collection('orders').countDocuments()).toBe(2)
  })

  it('before the commit, in createMany: everything is rolled back', async () => {
    const stop = new Error('stop')
    const seen: (TransactionClient | undefined)[] = []
    class Refusing extends BaseModel {
      static override collection = 'orders'
      @column({ isPrimary: true }) declare id: string
      @column() declare number: number
      @afterCreate() static async log(order: Refusing, { trx }: HookContext) {
        seen.push(trx, order.$trx)
        await db.collection('orders').countDocuments()
        if (order.number === 2) throw stop
      }
    }
    await expect(Refusing.createMany([{ number: 1 }, { number: 2 }])).rejects.toBe(stop)
    expect(seen[0]?.isTransaction).toBe(true)
    expect(new Set(seen).size).toBe(1)
    expect(await db.collection('orders').countDocuments()).toBe(0)
  })

  it('what a hook writes with its transaction is undone with it', async () => {
    class Log extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column() declare text: string
    }
    class Logged extends BaseModel {
      static override collection = 'orders'
      @column({ isPrimary: true }) declare id: string
      @afterSave() static log(_: Logged, { trx }: HookContext) {
        return Log.create({ text: 'saved' }, trx === undefined ? {} : { client: trx })
      }
    }
    const trx = await database.transaction()
    await Logged.create({}, { client: trx })
    await trx.rollback()
    expect(await db.collection('logs').countDocuments()).toBe(0)
  })
})
