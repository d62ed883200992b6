import { BaseModel, column, expr } from 'lucent-odm'
import type { DateTime } from 'luxon'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class Order extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare total: number
  @column.dateTime() declare placedAt: DateTime
}

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.dateTime() declare createdAt: DateTime
}

/** How many documents of any model there are for each day, by a date that is named at run time. */
function dailyMetrics(model: typeof BaseModel, dateField: string, since: Date) {
  return model
    .aggregate()
    .match(expr.gte(expr.field(dateField), since))
    .group({
      by: {
        year: expr.year(dateField),
        month: expr.month(dateField),
        day: expr.dayOfMonth(dateField),
      },
      count: expr.count(),
    })
    .sort({ '_id.year': 'asc', '_id.month': 'asc', '_id.day': 'asc' })
    .project({
      date: expr.dateFromParts({
        year: expr.field('_id.year'),
        month: expr.field('_id.month'),
        day: expr.field('_id.day'),
      }),
      count: true,
    })
}

/** The same, and the average over the days before; days without enough days before are left out. */
function movingAverage(model: typeof BaseModel, dateField: string, days: number) {
  return dailyMetrics(model, dateField, new Date(0))
    .setWindowFields({
      sortBy: { date: 'asc' },
      output: {
        movingAverage: expr.movingAverage('count', { documents: [1 - days, 0] }),
        position: expr.documentNumber(),
      },
    })
    .match((query) => query.where('position', '>=', days))
    .project({ date: true, count: true, movingAverage: true })
}

const day = (n: number, hour = 0) => new Date(Date.UTC(2024, 1, n, hour))
const COUNTS = [1, 2, 3, 0, 4, 5]

beforeAll(async () => {
  await db
    .collection('orders')
    .insertMany(
      COUNTS.flatMap((count, index) =>
        Array.from({ length: count }, (_, n) => ({ total: n + 1, placed_at: day(index + 27, n) })),
      ),
    )
  await db.collection('users').insertMany([{ created_at: day(1) }, { created_at: day(1, 5) }])
})

describe('daily metrics', () => {
  it('of one model', async () => {
    expect(await dailyMetrics(Order, 'placedAt', day(28))).toEqual([
      { date: day(28), count: 2 },
      { date: day(29), count: 3 },
      { date: day(31), count: 4 },
      { date: day(32), count: 5 },
    ])
  })

  it('of another model', async () => {
    expect(await dailyMetrics(User, 'createdAt', day(0))).toEqual([{ date: day(1), count: 2 }])
  })

  it('of a field that there is not', () => {
    expect(() => dailyMetrics(User, 'placedAt', day(0))).toThrow('there is no column "placedAt"')
  })

  it('in short', async () => {
    const rows = await Order.aggregate().dateBucket('placedAt', 'day', {
      as: 'day',
      fields: { orders: expr.count(), revenue: expr.sum('total'), largest: expr.max('total') },
    })
    expect(rows[2]).toEqual({ day: day(29), orders: 3, revenue: 6, largest: 3 })
    expect(rows).toHaveLength(5)
  })
})

describe('moving averages', () => {
  it('over the days before', async () => {
    const rows = await movingAverage(Order, 'placedAt', 3)
    expect(rows).toEqual([
      { date: day(29), count: 3, movingAverage: 2 },
      { date: day(31), count: 4, movingAverage: 3 },
      { date: day(32), count: 5, movingAverage: 4 },
    ])
  })

  it('over days without orders too', async () => {
    const rows = await Order.aggregate()
      .dateBucket('placedAt', 'day')
      .densify({ field: 'date', range: { step: 1, unit: 'day', bounds: 'full' } })
      .fill({ output: { count: { value: 0 } } })
      .setWindowFields({
        sortBy: { date: 'asc' },
        output: {
          week: expr.over(expr.avg('count'), { range: [-2, 'current'], unit: 'day' }),
          soFar: expr.runningTotal('count'),
          before: expr.shift('count', -1, 0),
          smooth: expr.expMovingAvg('count', { alpha: 0.5 }),
        },
      })
    expect(rows.map(({ count }) => count)).toEqual(COUNTS)
    expect(rows.map(({ soFar }) => soFar)).toEqual([1, 3, 6, 6, 10, 15])
    expect(rows.map(({ before }) => before)).toEqual([0, 1, 2, 3, 0, 4])
    expect(rows.map(({ week }) => Number(week?.toFixed(3)))).toEqual([1, 1.5, 2, 1.667, 2.333, 3])
    expect(rows.map(({ smooth }) => smooth)).toEqual([1, 1.5, 2.25, 1.125, 2.5625, 3.78125])
  })
})
