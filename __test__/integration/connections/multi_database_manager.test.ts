/** A manager of several databases, and work that goes over two of them: examples of how applications do it. */
import { BaseModel, column, Database, type HasMany, hasMany } from 'lucent-odm'
import { DateTime } from 'luxon'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db, client, uri, name } = lucentDatabase()
const USERS = `${name}_users`
const ANALYTICS = `${name}_analytics`

class User extends BaseModel {
  static override collection = 'users'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare email: string
  @column() declare isActive: boolean
  @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
  @hasMany(() => UserAction) declare actions: HasMany<typeof UserAction>
}

class UserAction extends BaseModel {
  static override collection = 'user_actions'
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare userId: string
  @column.dateTime() declare createdAt: DateTime
}

class AnalyticsProfile extends BaseModel {
  static override collection = 'analytics_profiles'
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare userId: string
  @column() declare userName: string
  @column.dateTime() declare createdAt: DateTime
}

class Post extends BaseModel {
  static override collection = 'posts'
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @column.dateTime() declare createdAt: DateTime
}

const manager = new Database({
  connection: 'main',
  connections: { main: { url: uri, database: name } },
})

beforeAll(() => {
  manager.add('users', { url: uri, database: USERS })
  manager.add('analytics', { url: uri, database: ANALYTICS })
  manager.bind('users', [User, Post])
  manager.bind('analytics', [UserAction, AnalyticsProfile])
})
beforeEach(async () => {
  for (const of of [USERS, ANALYTICS, `${name}_archive`]) await client.db(of).dropDatabase()
})
afterAll(async () => {
  await manager.closeAll()
  for (const of of [USERS, ANALYTICS, `${name}_archive`]) await client.db(of).dropDatabase()
})

const start = DateTime.fromISO('2026-01-02T03:04:05Z')

async function fill(): Promise<User[]> {
  const users = await User.createMany([
    { name: 'Ada', email: 'ada@example.com', isActive: true },
    { name: 'Ben', email: 'ben@example.com', isActive: true },
    { name: 'Cyd', email: 'cyd@example.com', isActive: false },
  ])
  const [ada, , cyd] = users
  await UserAction.createMany([
    { userId: ada?.id ?? '', createdAt: start },
    { userId: ada?.id ?? '', createdAt: start.plus({ days: 2 }) },
    { userId: cyd?.id ?? '', createdAt: start },
  ])
  return users
}

it('multi-database manager: groups of models are in the databases that they were given', async () => {
  await fill()
  expect(await client.db(USERS).collection('users').countDocuments()).toBe(3)
  expect(await client.db(ANALYTICS).collection('user_actions').countDocuments()).toBe(3)
  expect(await db.listCollections().toArray()).toEqual([])
  const { healthy, connections } = await manager.healthCheck()
  expect(healthy).toBe(true)
  expect(connections.map(({ connection }) => connection)).toEqual(['main', 'users', 'analytics'])
})

it('cross-database sync: profiles of users are made where there are none', async () => {
  const [ada] = await fill()
  await AnalyticsProfile.create({ userId: ada?.id ?? '', userName: 'as it was', createdAt: start })
  for (let round = 0; round < 2; round++) {
    for await (const users of User.query().batches({ batchSize: 2 })) {
      const rows = users.map(({ id, name, createdAt }) => ({
        userId: id,
        userName: name,
        createdAt,
      }))
      await AnalyticsProfile.fetchOrCreateMany('userId', rows)
    }
  }
  const profiles = await AnalyticsProfile.query().orderBy('userName')
  expect(profiles.map(({ userName }) => userName)).toEqual(['Ben', 'Cyd', 'as it was'])
})

it('cross-database report: active users, with what analytics has of them', async () => {
  await fill()
  const users = await User.query()
    .where('isActive', true)
    .withCount('actions')
    .preload('actions', (actions) => actions.orderBy('createdAt', 'desc').groupLimit(1))
    .orderBy('name')
  const report = users.map(({ name, email, actions, $extras }) => ({
    name,
    email,
    actionCount: $extras.actions_count,
    lastAction: actions[0]?.createdAt.toUTC().toISODate() ?? null,
  }))
  expect(report).toEqual([
    { name: 'Ada', email: 'ada@example.com', actionCount: 2, lastAction: '2026-01-04' },
    { name: 'Ben', email: 'ben@example.com', actionCount: 0, lastAction: null },
  ])
})

describe('bulk archive: posts of last year move to a database of their own', () => {
  const archive = async (fails = false) =>
    manager.connection('users').transaction(async (trx) => {
      const old = await Post.query({ client: trx }).where('createdAt', '<', start)
      const rows = old.map(({ id, title, createdAt }) => ({ id, title, createdAt }))
      await Post.createMany(rows, { client: trx.database(`${name}_archive`) })
      await Post.query({ client: trx })
        .whereIn(
          'id',
          rows.map(({ id }) => id),
        )
        .delete()
      if (fails) throw new Error('half-way')
    })
  const archived = () => Post.query({ connection: `users/${name}_archive` })

  beforeEach(async () => {
    const days = Array.from({ length: 10 }, (_, n) => n - 5)
    await Post.createMany(
      days.map((day) => ({ title: `day ${day}`, createdAt: start.plus({ days: day }) })),
    )
  })

  it('with the same ids, all or none', async () => {
    const before = await Post.query().where('createdAt', '<', start).orderBy('id')
    await expect(archive(true)).rejects.toThrow('half-way')
    expect([await Post.query().count(), await archived().count()]).toEqual([10, 0])
    await archive()
    expect([await Post.query().count(), await archived().count()]).toEqual([5, 5])
    const moved = await archived().orderBy('id')
    expect(moved.map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  })
})
