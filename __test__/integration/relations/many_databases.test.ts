import {
  BaseModel,
  type BelongsTo,
  belongsTo,
  column,
  Database,
  type HasMany,
  type HasOne,
  hasMany,
  hasOne,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { profile } from '../../helpers/profile.ts'
import { testDatabase } from '../../helpers/server.ts'

const server = testDatabase()
const analytics = `${server.name}_analytics`

const database = new Database({
  connection: 'users',
  connections: {
    users: { url: server.uri, database: server.name },
    analytics: { url: server.uri, database: analytics },
  },
})

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare email: string
  @column() declare isActive: boolean
  @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
  @hasMany(() => Order) declare orders: HasMany<typeof Order>
  @hasMany(() => UserAction) declare actions: HasMany<typeof UserAction>
  @hasOne(() => AnalyticsProfile) declare analytics: HasOne<typeof AnalyticsProfile> | null
}

class Order extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare userId: string
  @column() declare total: number
  @belongsTo(() => User) declare user: BelongsTo<typeof User>
}

class UserAction extends BaseModel {
  static override connection = 'analytics'
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare userId: string
  @column() declare kind: string
  @column.dateTime() declare createdAt: DateTime
}

class AnalyticsProfile extends BaseModel {
  static override connection = 'analytics'
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare userId: string
  @column() declare userName: string
  @column.dateTime() declare createdAt: DateTime
}

for (const model of [User, Order, UserAction, AnalyticsProfile]) model.useDatabase(database)

afterAll(async () => {
  await server.client.db(analytics).dropDatabase()
  await database.closeAll()
})

beforeEach(async () => {
  for (const model of [User, Order, UserAction, AnalyticsProfile]) await model.truncate()
  await User.createMany(
    ['ada', 'ben', 'cleo'].map((name) => ({
      name,
      email: `${name}@example.com`,
      isActive: name !== 'cleo',
    })),
  )
})

const userNamed = (name: string) => User.findByOrFail('name', name)

const commandsOf = async (name: string, collection: string, work: () => Promise<unknown>) =>
  (await profile({ db: server.client.db(name) }, collection, work)).map(({ op }) => op)

const totals = (user: User) => user.orders.map(({ total }) => total).sort()

it('batch loading: the orders of all users come with one read', async () => {
  const [ada, ben] = [await userNamed('ada'), await userNamed('ben')]
  await ada.related('orders').createMany([{ total: 1 }, { total: 2 }])
  await ben.related('orders').create({ total: 3 })

  let ordersByUser: [string, number[]][] = []
  const commands = await commandsOf(server.name, 'orders', async () => {
    const users = await User.query().orderBy('name').preload('orders')
    ordersByUser = users.map((user) => [user.name, totals(user)])
  })
  expect(commands).toEqual(['query'])
  expect(ordersByUser).toEqual([
    ['ada', [1, 2]],
    ['ben', [3]],
    ['cleo', []],
  ])
})

describe('across databases', () => {
  it('syncs user data: profiles in the other database, made once', async () => {
    const sync = async () => {
      const users = await User.query().preload('analytics')
      const missing = users.filter((user) => user.analytics === null)
      await AnalyticsProfile.createMany(
        missing.map(({ id, name, createdAt }) => ({ userId: id, userName: name, createdAt })),
      )
      return missing.length
    }
    expect([await sync(), await sync()]).toEqual([3, 0])
    await User.create({ name: 'dora', email: 'dora@example.com', isActive: true })
    expect(await sync()).toBe(1)

    const stored = await server.client
      .db(analytics)
      .collection('analytics_profiles')
      .find()
      .toArray()
    expect(stored.map(({ user_name }) => user_name).sort()).toEqual(['ada', 'ben', 'cleo', 'dora'])
    const dora = await User.query().where('name', 'dora').preload('analytics').firstOrFail()
    expect(dora.analytics).toMatchObject({ userName: 'dora' })
    expect(dora.analytics?.createdAt.toMillis()).toBe(dora.createdAt.toMillis())
  })

  it('reports of users from one, and of their actions from the other', async () => {
    const [ada, cleo] = [await userNamed('ada'), await userNamed('cleo')]
    const at = (hour: number) => DateTime.utc(2026, 1, 1, hour)
    await ada.related('actions').createMany([
      { kind: 'login', createdAt: at(1) },
      { kind: 'view', createdAt: at(3) },
      { kind: 'view', createdAt: at(2) },
    ])
    await cleo.related('actions').create({ kind: 'login', createdAt: at(4) })

    let report: Record<string, unknown> = {}
    const commands = await commandsOf(analytics, 'user_actions', async () => {
      const users = await User.query()
        .where('isActive', true)
        .withCount('actions')
        .withAggregate('actions', (actions) => actions.max('createdAt').as('last_action'))
      report = Object.fromEntries(
        users.map(({ name, email, $extras }) => [
          name,
          { email, actionCount: $extras.actions_count, lastAction: $extras.last_action },
        ]),
      )
    })
    expect(report).toEqual({
      ada: { email: 'ada@example.com', actionCount: 3, lastAction: at(3) },
      ben: { email: 'ben@example.com', actionCount: 0, lastAction: null },
    })
    // The server of the actions counts them; none of them comes over.
    expect(commands).toEqual(['command', 'command'])
  })
})
