import { BaseModel, column } from 'lucent-odm'
import type { DateTime } from 'luxon'
import { beforeEach, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { updatesOf } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db } = server

class Cart extends BaseModel {
  static override collection = 'carts'
  @column() declare label: string
  @column({ columnName: 'sum' }) declare total: number
  @column() declare items: { price: number }[]
}

class Stamped extends Cart {
  static override collection = 'carts'
  @column.dateTime({ autoUpdate: true }) declare updatedAt: DateTime
}

const carts = db.collection('carts')

beforeEach(async () => {
  await carts.deleteMany({})
  await carts.insertMany([
    { label: 'a', sum: 0, items: [{ price: 3 }, { price: 4 }] },
    { label: 'b', sum: 0, items: [] },
  ])
})

it('makes new values of old ones', async () => {
  const result = await Cart.query()
    .all()
    .updateWith([{ $set: { sum: { $sum: '$items.price' } } }, { $unset: 'items' }])
  expect(result).toEqual({ matched: 2, modified: 2 })
  const found = await carts.find({}, { projection: { _id: 0 } }).toArray()
  expect(found).toEqual([
    { label: 'a', sum: 7 },
    { label: 'b', sum: 0 },
  ])
})

it('counts what is different', async () => {
  const query = Cart.query().where('label', 'a')
  expect(await query.updateWith([{ $set: { label: 'a' } }])).toEqual({ matched: 1, modified: 0 })
})

it('is one command, dates behind it as literals', async () => {
  const updates = await updatesOf(server, 'carts', () =>
    Stamped.query()
      .where('total', 0)
      .updateWith([{ $set: { label: 'x' } }]),
  )
  expect(updates).toEqual([
    [{ $set: { label: 'x' } }, { $set: { updated_at: { $literal: expect.any(Date) } } }],
  ])
})

class Counted extends Cart {
  static override collection = 'carts'
  @column.version() declare version: number
}

it.each<[string, readonly Record<string, unknown>[], object]>([
  ['values that are set', [{ $set: { label: 'x' } }], { label: 'x', version: 8 }],
  ['a document made anew', [{ $replaceWith: { label: 'x' } }], { label: 'x', version: 8 }],
  [
    'one that is made twice',
    [{ $replaceWith: { a: '$$ROOT' } }, { $replaceRoot: { newRoot: { label: '$a.label' } } }],
    { label: 'a', version: 8 },
  ],
  ['fields that are kept', [{ $project: { label: 1 } }], { label: 'a', version: 8 }],
  ['fields that are left out', [{ $project: { items: 0, sum: 0 } }], { label: 'a', version: 8 }],
  ['a version that is set', [{ $replaceWith: { version: 3 } }], { version: 3 }],
  ['a version that is removed', [{ $unset: ['version', 'items', 'sum'] }], { label: 'a' }],
])('counts on: %s', async (_, stages, expected) => {
  await carts.updateOne({ label: 'a' }, { $set: { version: 7 } })
  await Counted.query().where('label', 'a').updateWith(stages)
  const projection = { _id: 0, items: 0, sum: 0 }
  const [stored] = await carts.find({ label: { $ne: 'b' } }, { projection }).toArray()
  expect(stored).toEqual(expected)
})

it('puts nothing in the place of a document', async () => {
  const before = await carts.find().toArray()
  const query = Counted.query().where('label', 'a')
  await expect(query.updateWith([{ $replaceWith: '$nothing' }])).rejects.toMatchObject({
    code: 'E_SERVER_ERROR',
  })
  expect(await carts.find().toArray()).toEqual(before)
})

it('is copied: what was checked is what is sent', async () => {
  const stage: Record<string, unknown> = { $set: { label: 'x' } }
  const query = Cart.query().where('label', 'a')
  const sent = query.updateWith([stage])
  stage.$set = { label: 'y' }
  await sent
  expect(await carts.countDocuments({ label: 'x' })).toBe(1)
})

const code = { $function: { body: 'function () { return 1 }', args: [], lang: 'js' } }

it.each<[string, unknown, string]>([
  ['server-side JavaScript', [{ $set: { sum: code } }], 'E_UNSAFE_OPERATOR'],
  [
    'it in depth',
    [{ $set: { sum: { $add: [1, { $cond: [true, code, 0] }] } } }],
    'E_UNSAFE_OPERATOR',
  ],
  ['a stage that updates do not have', [{ $match: {} }], 'E_INVALID_QUERY'],
  ['a stage that writes elsewhere', [{ $merge: { into: 'other' } }], 'E_INVALID_QUERY'],
  ['two operators in a stage', [{ $set: { a: 1 }, $unset: 'b' }], 'E_INVALID_QUERY'],
  ['no stage', [{}], 'E_INVALID_QUERY'],
  ['no stages', [], 'E_INVALID_QUERY'],
  ['no array', { $set: { label: 'x' } }, 'E_INVALID_QUERY'],
  ['undefined inside', [{ $set: { label: undefined } }], 'E_UNDEFINED_VALUE'],
  ['a function inside', [{ $set: { label: () => 1 } }], 'E_INVALID_VALUE'],
])('refuses %s before anything is sent', async (_, stages, expected) => {
  const before = await carts.find().toArray()
  const error = await Cart.query()
    .all()
    .updateWith(stages as never)
    .catch((caught) => caught)
  expect(error).toMatchObject({ code: expected, model: 'Cart', operation: 'updateWith' })
  expect(error.message).not.toContain('whereRaw')
  expect(await carts.find().toArray()).toEqual(before)
})

it('takes no array filters', async () => {
  await expect(
    Cart.query()
      .all()
      .arrayFilter('item', '=', 1)
      .updateWith([{ $set: { label: 'x' } }]),
  ).rejects.toMatchObject({ code: 'E_INVALID_QUERY' })
})
