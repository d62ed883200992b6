import { BaseModel, column, expr } from 'lucent-odm'
import type { DateTime } from 'luxon'
import { ObjectId } from 'mongodb'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class Employee extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare fullName: string
  @column.objectId() declare managerId: string | null
  @column() declare active: boolean
}

class Sale extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column({ columnName: 'shop' }) declare shopName: string
  @column() declare amount: number | null
  @column.date({ columnName: 'd' }) declare soldOn: DateTime
}

const ids = Array.from({ length: 4 }, () => new ObjectId())
const day = (n: number) => new Date(Date.UTC(2024, 0, n))

beforeAll(async () => {
  await db.collection('employees').insertMany([
    { _id: ids[0], full_name: 'Chief', manager_id: null, active: true },
    { _id: ids[1], full_name: 'Head', manager_id: ids[0], active: true },
    { _id: ids[2], full_name: 'Lead', manager_id: ids[1], active: false },
    { _id: ids[3], full_name: 'Newcomer', manager_id: ids[2], active: true },
  ] as object[])
  await db.collection('sales').insertMany([
    { shop: 'north', amount: 10, d: day(1) },
    { shop: 'north', amount: null, d: day(2) },
    { shop: 'north', amount: 30, d: day(3) },
    { shop: 'south', amount: 10, d: day(1) },
    { shop: 'south', amount: 40, d: day(4) },
  ])
})

describe('graphLookup', () => {
  const chain = () =>
    Employee.aggregate().match({ fullName: 'Newcomer' }).graphLookup({
      from: Employee,
      startWith: 'managerId',
      connectFromField: 'managerId',
      connectToField: 'id',
      as: 'above',
      depthField: 'steps',
    })

  it('finds everybody above somebody', async () => {
    const row = await chain().first()
    const above = row?.above.sort((a, b) => Number(a.steps) - Number(b.steps))
    expect(above?.map(({ fullName, steps }) => [fullName, Number(steps)])).toEqual([
      ['Lead', 0],
      ['Head', 1],
      ['Chief', 2],
    ])
    expect(above?.[0]).toMatchObject({ id: String(ids[2]), managerId: String(ids[1]) })
  })

  it('stops at a depth, and at conditions', async () => {
    const near = await Employee.aggregate()
      .match({ fullName: 'Newcomer' })
      .graphLookup({
        from: Employee,
        startWith: expr.field('managerId'),
        connectFromField: 'managerId',
        connectToField: 'id',
        as: 'above',
        maxDepth: 1,
      })
      .project({ names: expr.sortArray('above.fullName', 'asc') })
    expect(near).toEqual([{ names: ['Head', 'Lead'] }])
    const none = await Employee.aggregate()
      .match({ id: String(ids[3]) })
      .graphLookup({
        from: Employee,
        startWith: 'managerId',
        connectFromField: 'managerId',
        connectToField: 'id',
        as: 'above',
        restrictSearchWithMatch: { active: true },
      })
    expect(none[0]?.above).toEqual([])
  })

  it('adds to models', async () => {
    const [newcomer] = await chain().asModels()
    expect(newcomer?.fullName).toBe('Newcomer')
    expect(newcomer?.$extras.above).toHaveLength(3)
  })
})

describe('setWindowFields', () => {
  it('computes within partitions', async () => {
    const rows = await Sale.aggregate()
      .setWindowFields({
        partitionBy: 'shopName',
        sortBy: { soldOn: 'asc' },
        output: {
          nth: expr.documentNumber(),
          soFar: expr.runningTotal('amount'),
          all: expr.sum('amount'),
          previous: expr.shift('amount', -1),
          filled: expr.linearFill('amount'),
          carried: expr.locf('amount'),
          lastThreeDays: expr.over(expr.sum('amount'), { range: [-2, 'current'], unit: 'day' }),
          perDay: expr.derivative(expr.ifNull(expr.field('amount'), 0), {
            unit: 'day',
            window: { documents: [-1, 'current'] },
          }),
        },
      })
      .sort({ shopName: 'asc', soldOn: 'asc' })
      .project({
        shop: expr.field('shopName'),
        figures: [
          expr.field('nth'),
          expr.field('soFar'),
          expr.field('all'),
          expr.field('previous'),
          expr.field('filled'),
          expr.field('carried'),
          expr.field('lastThreeDays'),
          expr.field('perDay'),
        ],
      })
    expect(rows).toEqual([
      { shop: 'north', figures: [1, 10, 40, null, 10, 10, 10, null] },
      { shop: 'north', figures: [2, 10, 40, 10, 20, 10, 10, -10] },
      { shop: 'north', figures: [3, 40, 40, null, 30, 30, 40, 30] },
      { shop: 'south', figures: [1, 10, 50, null, 10, 10, 10, null] },
      { shop: 'south', figures: [2, 50, 50, 10, 40, 40, 40, 10] },
    ])
  })

  it('ranks', async () => {
    const rows = await Sale.aggregate()
      .match((query) => query.whereNotNull('amount'))
      .setWindowFields({
        sortBy: { amount: 'desc' },
        output: { rank: expr.rank(), dense: expr.denseRank() },
      })
      .sort({ rank: 'asc', shopName: 'asc' })
    expect(rows.map(({ amount, rank, dense }) => [amount, rank, dense])).toEqual([
      [40, 1, 1],
      [30, 2, 2],
      [10, 3, 3],
      [10, 3, 3],
    ])
  })
})

describe('gaps', () => {
  it('are filled in for each partition, between dates of the column', async () => {
    const rows = await Sale.aggregate()
      .match({ shopName: 'south' })
      .densify({
        field: 'soldOn',
        partitionBy: 'shopName',
        // A date column takes ISO 8601 dates wherever it takes values.
        range: { step: 1, unit: 'day', bounds: ['2024-01-01', '2024-01-07'] },
      })
      .fill({
        partitionBy: ['shopName'],
        sortBy: { soldOn: 'asc' },
        output: { amount: { method: 'linear' } },
      })
      .sort('soldOn')
    expect(rows.map(({ amount, soldOn }) => [soldOn.getUTCDate(), amount])).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
      [4, 40],
      [5, null],
      [6, null],
    ])
    expect(rows[1]).toEqual({ shopName: 'south', soldOn: day(2), amount: 20 })
  })

  it('are filled by an expression’s partitions', async () => {
    for (const partitionBy of ['shopName', { shop: 'shopName' }] as const) {
      const rows = await Sale.aggregate()
        .fill({ partitionBy, sortBy: { soldOn: 1 }, output: { amount: { method: 'locf' } } })
        .match({ soldOn: '2024-01-02' as never })
      expect(rows.map(({ amount }) => amount)).toEqual([10])
    }
  })

  it('are filled with a value', async () => {
    const rows = await Sale.aggregate()
      .fill({ output: { amount: { value: expr.multiply(2, 3) } } })
      .group({ by: null, total: expr.sum('amount') })
    expect(rows).toEqual([{ _id: null, total: 96 }])
  })
})
