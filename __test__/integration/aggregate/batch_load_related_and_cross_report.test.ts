import { BaseModel, column, expr, ObjectId as StoredId } from 'lucent-odm'
import type { DateTime } from 'luxon'
import { ObjectId } from 'mongodb'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare fullName: string
  @column() declare isActive: boolean
}

class Order extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare userId: string
  @column() declare status: string
  @column() declare total: number
  @column() declare items: { sku: string; quantity: number }[]
  @column.dateTime() declare placedAt: DateTime
}

class UserAction extends BaseModel {
  static override collection = 'actions'
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare actorId: string
  @column.dateTime({ columnName: 'ts' }) declare placedAt: DateTime
}

const [ada, bob, cid] = [new ObjectId(), new ObjectId(), new ObjectId()]
const at = (day: number) => new Date(Date.UTC(2024, 0, day))

beforeAll(async () => {
  await db.collection('users').insertMany([
    { _id: ada, full_name: 'Ada', is_active: true },
    { _id: bob, full_name: 'Bob', is_active: true },
    { _id: cid, full_name: 'Cid', is_active: false },
  ])
  await db.collection('orders').insertMany([
    {
      user_id: ada,
      status: 'paid',
      total: 10,
      items: [{ sku: 'a', quantity: 2 }],
      placed_at: at(1),
    },
    {
      user_id: ada,
      status: 'open',
      total: 20,
      items: [{ sku: 'b', quantity: 1 }],
      placed_at: at(3),
    },
    {
      user_id: bob,
      status: 'paid',
      total: 30,
      items: [
        { sku: 'a', quantity: 1 },
        { sku: 'b', quantity: 4 },
      ],
      placed_at: at(2),
    },
    { user_id: ada, status: 'paid', total: 5, items: [], placed_at: at(4) },
  ])
  await db.collection('actions').insertMany([
    { actor_id: ada, ts: at(5) },
    { actor_id: ada, ts: at(6) },
    { actor_id: cid, ts: at(7) },
  ])
})

describe('related documents in one go', () => {
  it('by user', async () => {
    const rows = await Order.aggregate()
      .match((query) => query.whereIn('userId', [String(ada), String(bob)]))
      .sort('placedAt')
      .group({ by: 'userId', orders: expr.push(expr.root()) })
    const byUser = new Map(rows.map(({ _id, orders }) => [_id, orders]))
    expect(byUser.get(String(ada))?.map(({ total }) => total)).toEqual([10, 20, 5])
    expect(byUser.get(String(bob))?.[0]).toMatchObject({
      userId: String(bob),
      placedAt: at(2),
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
    })
  })

  it('with a lookup', async () => {
    const rows = await User.aggregate()
      .lookup({ from: Order, localField: 'id', foreignField: 'userId', as: 'orders' })
      .addFields({
        spent: expr.sum('orders.total'),
        large: expr.size(expr.filter('orders', (order) => expr.gte(order.field('total'), 20))),
      })
      .sort('fullName')
    expect(rows.map(({ fullName, spent, large }) => [fullName, spent, large])).toEqual([
      ['Ada', 35, 1],
      ['Bob', 30, 1],
      ['Cid', 0, 0],
    ])
    expect(rows[1]?.orders[0]).toMatchObject({ userId: String(bob), placedAt: at(2), total: 30 })
    expect(rows[1]?.orders[0]).not.toHaveProperty('user_id')
  })

  it('with a lookup by a pipeline with variables', async () => {
    const rows = await User.aggregate()
      .match({ isActive: true })
      .lookup({
        from: Order,
        let: { user: 'id', least: expr.literal(10) },
        pipeline: (orders, { user, least }) =>
          orders
            .match(
              expr.and(expr.eq(expr.field('userId'), user), expr.gte(expr.field('total'), least)),
            )
            .sort('placedAt', 'desc')
            .limit(1)
            .project({ placedAt: true, total: true }),
        as: 'latest',
      })
      .unwind('latest')
      .sort('latest.placedAt')
      .project({ fullName: true, total: expr.field('latest.total') })
    expect(rows).toEqual([
      { fullName: 'Bob', total: 30 },
      { fullName: 'Ada', total: 20 },
    ])
  })

  it('with a lookup of a lookup', async () => {
    const rows = await User.aggregate()
      .lookup({
        from: Order,
        localField: 'id',
        foreignField: 'userId',
        pipeline: (orders) =>
          orders
            .lookup({
              from: UserAction,
              localField: 'userId',
              foreignField: 'actorId',
              as: 'actions',
            })
            .select('total', 'actions'),
        as: 'orders',
      })
      .match({ fullName: 'Ada' })
    const [order] = rows[0]?.orders ?? []
    expect(order?.actions).toHaveLength(2)
    expect(order?.actions[0]).toEqual({
      id: expect.any(String),
      actorId: String(ada),
      placedAt: at(5),
    })
  })

  it('with a lookup of a collection that has no model', async () => {
    const [row] = await User.aggregate()
      .match({ fullName: 'Cid' })
      .lookup({ from: 'actions', localField: 'id', foreignField: 'actor_id', as: 'actions' })
    expect(row?.actions).toEqual([{ _id: expect.any(StoredId), actor_id: cid, ts: at(7) }])
  })

  it('kept or dropped where there are none', async () => {
    const users = User.aggregate().lookup({
      from: Order,
      localField: 'id',
      foreignField: 'userId',
      as: 'order',
    })
    const kept = await users
      .clone()
      .unwind('order', { preserveNullAndEmptyArrays: true, includeArrayIndex: 'nth' })
      .sort({ fullName: 1, nth: 1 })
    expect(kept.map(({ fullName, nth }) => [fullName, nth === null ? null : Number(nth)])).toEqual([
      ['Ada', 0],
      ['Ada', 1],
      ['Ada', 2],
      ['Bob', 0],
      ['Cid', null],
    ])
    expect(await users.unwind('order')).toHaveLength(4)
  })
})

describe('a report over several collections', () => {
  it('has what each user did, whether or not anything', async () => {
    const report = await User.aggregate()
      .match({ isActive: true })
      .lookup({ from: UserAction, localField: 'id', foreignField: 'actorId', as: 'actions' })
      .project({
        name: expr.field('fullName'),
        actionCount: expr.size('actions'),
        lastAction: expr.ifNull(expr.max('actions.placedAt'), null),
      })
      .sort('name')
    expect(report).toEqual([
      { name: 'Ada', actionCount: 2, lastAction: at(6) },
      { name: 'Bob', actionCount: 0, lastAction: null },
    ])
  })

  it('puts events of several kinds in one order', async () => {
    const events = await Order.aggregate()
      .project({ kind: 'order', user: expr.field('userId'), at: expr.field('placedAt') })
      .unionWith(UserAction, (actions) =>
        actions.project({
          kind: 'action',
          user: expr.field('actorId'),
          at: expr.field('placedAt'),
        }),
      )
      .match({ user: String(ada) })
      .sort('at')
    expect(events.map(({ kind, at: when }) => [kind, when.getUTCDate()])).toEqual([
      ['order', 1],
      ['order', 3],
      ['order', 4],
      ['action', 5],
      ['action', 6],
    ])
    expect(events[0]?.user).toBe(String(ada))
  })

  it('has totals of several kinds in one row', async () => {
    const [totals] = await Order.aggregate().facet({
      byStatus: (orders) =>
        orders.group({ by: 'status', n: expr.count(), revenue: expr.sum('total') }).sort('_id'),
      bySku: (orders) =>
        orders
          .unwind('items')
          .group({ by: 'items.sku', sold: expr.sum('items.quantity') })
          .sort('sold', 'desc'),
      best: (orders) =>
        orders.group({
          by: 'userId',
          order: expr.top({ sortBy: { total: 'desc' }, output: { id: 'id', total: 'total' } }),
        }),
      latest: (orders) => orders.sort('placedAt', 'desc').limit(1),
    })
    expect(totals?.byStatus).toEqual([
      { _id: 'open', n: 1, revenue: 20 },
      { _id: 'paid', n: 3, revenue: 45 },
    ])
    expect(totals?.bySku).toEqual([
      { _id: 'b', sold: 5 },
      { _id: 'a', sold: 3 },
    ])
    expect(totals?.best).toContainEqual({
      _id: String(ada),
      order: { id: expect.stringMatching(/^[0-9a-f]{24}$/), total: 20 },
    })
    expect(totals?.latest).toMatchObject([{ userId: String(ada), placedAt: at(4), total: 5 }])
  })
})
