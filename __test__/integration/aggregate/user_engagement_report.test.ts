import { BaseModel, column, expr } from 'lucent-odm'
import type { DateTime } from 'luxon'
import { ObjectId } from 'mongodb'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare fullName: string
  @column({ columnName: 'mail' }) declare email: string
}

class UserAction extends BaseModel {
  static override collection = 'actions'
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare userId: string
  @column() declare actionType: string
  @column.dateTime() declare createdAt: DateTime
}

/** Who was active since a date, how much, and the sums over all. */
function engagementReport(since: Date, days: number) {
  return UserAction.aggregate()
    .match((query) => query.where('createdAt', '>=', since))
    .lookup({ from: User, localField: 'userId', foreignField: 'id', as: 'user' })
    .unwind('user')
    .group({
      by: 'userId',
      userName: expr.first('user.fullName'),
      userEmail: expr.first('user.email'),
      totalActions: expr.count(),
      uniqueDays: expr.addToSet(expr.dateToString('createdAt', '%Y-%m-%d')),
      actionTypes: expr.addToSet('actionType'),
      firstAction: expr.min('createdAt'),
      lastAction: expr.max('createdAt'),
    })
    .addFields({
      uniqueDayCount: expr.size('uniqueDays'),
      actionTypeCount: expr.size('actionTypes'),
      engagementScore: expr.multiply(
        expr.size('uniqueDays'),
        expr.divide(expr.field('totalActions'), days),
      ),
    })
    .sort('engagementScore', 'desc')
    .facet({
      topUsers: (users) => users.limit(10),
      summary: (users) =>
        users.group({
          by: null,
          totalActiveUsers: expr.count(),
          avgActionsPerUser: expr.avg('totalActions'),
          avgEngagementScore: expr.avg('engagementScore'),
        }),
    })
}

const ada = new ObjectId()
const bob = new ObjectId()
const at = (day: number, hour = 0) => new Date(Date.UTC(2024, 4, day, hour))

beforeAll(async () => {
  await db.collection('users').insertMany([
    { _id: ada, full_name: 'Ada', mail: 'ada@example.com' },
    { _id: bob, full_name: 'Bob', mail: 'bob@example.com' },
  ])
  await db.collection('actions').insertMany([
    { user_id: ada, action_type: 'login', created_at: at(1) },
    { user_id: ada, action_type: 'login', created_at: at(2, 5) },
    { user_id: ada, action_type: 'post', created_at: at(2, 6) },
    { user_id: ada, action_type: 'post', created_at: at(3) },
    { user_id: bob, action_type: 'login', created_at: at(2) },
    { user_id: bob, action_type: 'login', created_at: at(2, 1) },
    { user_id: new ObjectId(), action_type: 'login', created_at: at(2) },
    { user_id: ada, action_type: 'login', created_at: new Date(0) },
  ])
})

describe('the engagement report', () => {
  it('has the most active users and the sums', async () => {
    const report = await engagementReport(at(1), 10).first()
    const top = report?.topUsers.map(({ uniqueDays, actionTypes, ...user }) => ({
      ...user,
      uniqueDays: uniqueDays.sort(),
      actionTypes: actionTypes.sort(),
    }))
    expect(top).toEqual([
      {
        _id: String(ada),
        userName: 'Ada',
        userEmail: 'ada@example.com',
        totalActions: 4,
        uniqueDays: ['2024-05-01', '2024-05-02', '2024-05-03'],
        actionTypes: ['login', 'post'],
        firstAction: at(1),
        lastAction: at(3),
        uniqueDayCount: 3,
        actionTypeCount: 2,
        engagementScore: expect.closeTo(1.2, 10),
      },
      {
        _id: String(bob),
        userName: 'Bob',
        userEmail: 'bob@example.com',
        totalActions: 2,
        uniqueDays: ['2024-05-02'],
        actionTypes: ['login'],
        firstAction: at(2),
        lastAction: at(2, 1),
        uniqueDayCount: 1,
        actionTypeCount: 1,
        engagementScore: expect.closeTo(0.2, 10),
      },
    ])
    expect(report?.summary).toEqual([
      {
        _id: null,
        totalActiveUsers: 2,
        avgActionsPerUser: 3,
        avgEngagementScore: expect.closeTo(0.7, 10),
      },
    ])
  })

  it('of nobody', async () => {
    expect(await engagementReport(new Date('2100-01-01'), 10)).toEqual([
      { topUsers: [], summary: [] },
    ])
  })

  it('can be asked for one user, by the id that models have', async () => {
    const rows = await UserAction.aggregate()
      .match({ userId: String(bob) })
      .group({ by: { user: 'userId', type: 'actionType' }, n: expr.count() })
      .match({ '_id.user': String(bob) })
    expect(rows).toEqual([{ _id: { user: String(bob), type: 'login' }, n: 2 }])
  })
})
