import { BaseModel, column, expr } from 'lucent-odm'
import { DateTime } from 'luxon'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare isActive: boolean
  @column() declare loginCount: number
  @column.dateTime() declare createdAt: DateTime
}

const active = expr.sum(expr.cond(expr.eq(expr.field('isActive'), true), 1, 0))

/** How many there are, how many of them are active, how often they log in. */
async function userStats() {
  return User.aggregate()
    .group({
      by: null,
      totalUsers: expr.count(),
      activeUsers: active,
      avgLoginCount: expr.avg('loginCount'),
    })
    .project({ totalUsers: true, activeUsers: true, avgLoginCount: true })
    .first()
}

/** The same over time, or in all, between two dates. */
function userAnalytics(by: 'day' | 'month' | 'year' | 'all', range?: [Date, Date]) {
  const users = User.aggregate()
  if (range !== undefined) users.match((query) => query.whereBetween('createdAt', range))
  const parts = {
    year: expr.year('createdAt'),
    ...(by === 'year' ? {} : { month: expr.month('createdAt') }),
    ...(by === 'day' ? { day: expr.dayOfMonth('createdAt') } : {}),
  }
  return users
    .group({ by: by === 'all' ? null : parts, userCount: expr.count(), activeCount: active })
    .sort('_id')
}

beforeAll(async () => {
  await db.collection('users').insertMany(
    [
      ['Ada', true, 10, '2024-01-05T10:00:00Z'],
      ['Bob', true, 2, '2024-01-05T23:30:00Z'],
      ['Cid', false, 0, '2024-01-06T00:30:00Z'],
      ['Dan', true, 4, '2024-03-01T00:00:00Z'],
      ['Eve', false, 4, '2025-03-01T00:00:00Z'],
    ].map(([name, isActive, loginCount, createdAt]) => ({
      name,
      is_active: isActive,
      login_count: loginCount,
      created_at: new Date(String(createdAt)),
    })),
  )
})

describe('user stats', () => {
  it('of all users', async () => {
    expect(await userStats()).toEqual({ totalUsers: 5, activeUsers: 3, avgLoginCount: 4 })
  })

  it('of none', async () => {
    expect(await User.aggregate().match({ name: 'Zed' }).group({ by: null }).first()).toBeNull()
  })
})

describe('user analytics', () => {
  it('by day', async () => {
    expect(await userAnalytics('day')).toEqual([
      { _id: { year: 2024, month: 1, day: 5 }, userCount: 2, activeCount: 2 },
      { _id: { year: 2024, month: 1, day: 6 }, userCount: 1, activeCount: 0 },
      { _id: { year: 2024, month: 3, day: 1 }, userCount: 1, activeCount: 1 },
      { _id: { year: 2025, month: 3, day: 1 }, userCount: 1, activeCount: 0 },
    ])
  })

  it('by month', async () => {
    expect(await userAnalytics('month')).toEqual([
      { _id: { year: 2024, month: 1 }, userCount: 3, activeCount: 2 },
      { _id: { year: 2024, month: 3 }, userCount: 1, activeCount: 1 },
      { _id: { year: 2025, month: 3 }, userCount: 1, activeCount: 0 },
    ])
  })

  it('by year', async () => {
    expect(await userAnalytics('year')).toEqual([
      { _id: { year: 2024 }, userCount: 4, activeCount: 3 },
      { _id: { year: 2025 }, userCount: 1, activeCount: 0 },
    ])
  })

  it('in all, between two dates', async () => {
    const range: [Date, Date] = [new Date('2024-01-06T00:00:00Z'), new Date('2024-12-31T00:00:00Z')]
    expect(await userAnalytics('all', range)).toEqual([{ _id: null, userCount: 2, activeCount: 1 }])
  })

  it('by month and by day in one, with dates', async () => {
    const [row] = await User.aggregate()
      .match((query) => query.where('createdAt', '<', DateTime.fromISO('2025-01-01')))
      .facet({
        months: (users) => users.dateBucket('createdAt', 'month', { as: 'month' }),
        days: (users) =>
          users.dateBucket('createdAt', 'day', {
            timezone: 'Europe/Berlin',
            fields: { names: expr.addToSet('name'), active },
          }),
      })
    expect(row?.months).toEqual([
      { month: new Date('2024-01-01T00:00:00Z'), count: 3 },
      { month: new Date('2024-03-01T00:00:00Z'), count: 1 },
    ])
    // Half past eleven in the evening is the next day in Berlin.
    expect(row?.days.map(({ date, names }) => [date.toISOString(), names.sort()])).toEqual([
      ['2024-01-04T23:00:00.000Z', ['Ada']],
      ['2024-01-05T23:00:00.000Z', ['Bob', 'Cid']],
      ['2024-02-29T23:00:00.000Z', ['Dan']],
    ])
  })
})

describe('buckets', () => {
  it('by limits', async () => {
    const rows = await User.aggregate().bucket({
      by: 'loginCount',
      boundaries: [0, 3, 5],
      default: 'many',
      output: { names: expr.push('name'), n: expr.count() },
    })
    expect(rows).toEqual([
      { _id: 0, names: ['Bob', 'Cid'], n: 2 },
      { _id: 3, names: ['Dan', 'Eve'], n: 2 },
      { _id: 'many', names: ['Ada'], n: 1 },
    ])
  })

  it('by limits that are dates of a column', async () => {
    const dates = ['2024-01-01', '2025-01-01', '2026-01-01'].map((day) => new Date(day))
    expect(await User.aggregate().bucket({ by: 'createdAt', boundaries: dates })).toEqual([
      { _id: dates[0], count: 4 },
      { _id: dates[1], count: 1 },
    ])
  })

  it('of equal size', async () => {
    const rows = await User.aggregate().bucketAuto({ by: 'loginCount', buckets: 2 })
    expect(rows).toEqual([
      { _id: { min: 0, max: 10 }, count: 4 },
      { _id: { min: 10, max: 10 }, count: 1 },
    ])
  })

  it('by frequency', async () => {
    expect(await User.aggregate().sortByCount('isActive')).toEqual([
      { _id: true, count: 3 },
      { _id: false, count: 2 },
    ])
  })

  it('counted', async () => {
    expect(await User.aggregate().match({ isActive: true }).count('active')).toEqual([
      { active: 3 },
    ])
    expect(await User.aggregate().limit(0).count()).toEqual([])
  })
})
