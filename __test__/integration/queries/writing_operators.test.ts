import { BaseModel, column, Decimal128, Long, ObjectId, type UpdateBuilder } from 'lucent-odm'
import { DateTime } from 'luxon'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { updatesOf } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db } = server

interface Item {
  sku: string
  qty: number
  tags?: string[]
}

class Order extends BaseModel {
  static override collection = 'orders'
  @column({ isPrimary: true }) declare id: string
  @column() declare label: string | null
  @column() declare revision: number
  @column({ columnName: 'cents' }) declare amount: number | Decimal128 | Long | bigint
  @column() declare lowest: number
  @column({ columnName: 'top' }) declare highest: number
  @column() declare flags: number
  @column() declare oldName: string
  @column() declare newName: string
  @column() declare meta: { views: number; scores: number[]; deep?: { n: number } }
  @column({ columnName: 'lines' }) declare items: Item[]
  @column() declare scores: number[]
  @column() declare nested: number[][]
  @column() declare seen: DateTime[]
  @column() declare anything: unknown[]
  @column.objectId() declare buyerId: string
  @column.objectId() declare tagIds: string[]
  @column({ prepare: (words: string[]) => words.map((word) => word.toLowerCase()) })
  declare words: string[]
  @column({ prepare: (list: string[]) => list.join(',') }) declare packed: string[]
  @column({ prepare: (text: string) => text.trim() }) declare title: string
  @column.dateTime() declare seenAt: DateTime
  @column.date() declare day: DateTime
}

const orders = db.collection('orders')
const A = new ObjectId()
const B = new ObjectId()

const START = {
  label: 'one',
  revision: 1,
  cents: 10,
  lowest: 5,
  top: 5,
  flags: 0b0110,
  old_name: 'x',
  meta: { views: 1, scores: [1, 2] },
  lines: [
    { sku: 'a', qty: 1 },
    { sku: 'b', qty: 5, tags: ['x'] },
    { sku: 'c', qty: 9 },
  ],
  scores: [3, 1, 2],
  nested: [[1], [2]],
  tag_ids: [A],
  words: ['a'],
}

type Change = (update: UpdateBuilder<Order>) => unknown

async function changed(change: Change): Promise<Record<string, unknown>> {
  expect(await Order.query().where('label', 'one').updateMany(change)).toMatchObject({ matched: 1 })
  const [one, other] = await orders.find().sort({ n: 1 }).toArray()
  expect(other).toMatchObject({ ...START, label: 'two' })
  return one ?? {}
}

beforeEach(async () => {
  await orders.deleteMany({})
  await orders.insertMany([
    { ...START, n: 0 },
    { ...START, n: 1, label: 'two' },
  ])
})

describe('an operator', () => {
  it.each<[string, Change, Record<string, unknown>]>([
    ['set', (u) => u.set('label', 'new'), { label: 'new' }],
    ['set of null', (u) => u.set('label', null), { label: null }],
    ['set of several', (u) => u.set({ revision: 4, amount: 6 }), { revision: 4, cents: 6 }],
    ['set of a path', (u) => u.set('meta.deep.n', 4), { 'meta.deep': { n: 4 } }],
    ['set of a position', (u) => u.set('items.1.qty', 0), { 'lines.1.qty': 0 }],
    ['set of a prepared value', (u) => u.set('title', ' x '), { title: 'x' }],
    ['unset', (u) => u.unset('label', 'meta.views'), { label: undefined, 'meta.views': undefined }],
    ['increment', (u) => u.increment('revision'), { revision: 2 }],
    ['increment by', (u) => u.increment('amount', 5), { cents: 15 }],
    [
      'increment of several',
      (u) => u.increment({ revision: 2, lowest: -1 }),
      { revision: 3, lowest: 4 },
    ],
    ['increment of a path', (u) => u.increment('meta.views', 2), { 'meta.views': 3 }],
    ['increment of what is missing', (u) => u.increment('meta.deep.n'), { 'meta.deep': { n: 1 } }],
    ['increment of a position', (u) => u.increment('items.0.qty', 2), { 'lines.0.qty': 3 }],
    ['increment by a Long', (u) => u.increment('amount', Long.fromNumber(7)), { cents: 17 }],
    ['increment by a bigint', (u) => u.increment('amount', 7n), { cents: 17 }],
    ['decrement', (u) => u.decrement('amount', 3), { cents: 7 }],
    ['decrement by a Long', (u) => u.decrement('amount', Long.fromNumber(7)), { cents: 3 }],
    ['decrement by a bigint', (u) => u.decrement('amount', 7n), { cents: 3 }],
    ['multiply', (u) => u.multiply('amount', 2.5), { cents: 25 }],
    [
      'multiply of several',
      (u) => u.multiply({ amount: 2, revision: 3 }),
      { cents: 20, revision: 3 },
    ],
    ['min that is smaller', (u) => u.min('lowest', 3), { lowest: 3 }],
    ['min that is greater', (u) => u.min('lowest', 9), { lowest: 5 }],
    ['max that is greater', (u) => u.max('highest', 9), { top: 9 }],
    ['max that is smaller', (u) => u.max('highest', 3), { top: 5 }],
    ['rename', (u) => u.rename('oldName', 'newName'), { old_name: undefined, new_name: 'x' }],
    ['bitwise or', (u) => u.bitwise('flags', { or: 0b1000 }), { flags: 0b1110 }],
    ['bitwise and', (u) => u.bitwise('flags', { and: 0b0010 }), { flags: 0b0010 }],
    ['bitwise xor', (u) => u.bitwise('flags', { xor: 0b0011 }), { flags: 0b0101 }],
    ['push', (u) => u.push('scores', 9), { scores: [3, 1, 2, 9] }],
    [
      'push of several',
      (u) => u.push('scores', [9, 8], { each: true }),
      { scores: [3, 1, 2, 9, 8] },
    ],
    ['push of none', (u) => u.push('scores', [], { each: true }), { scores: [3, 1, 2] }],
    ['push at a position', (u) => u.push('scores', 9, { position: 1 }), { scores: [3, 9, 1, 2] }],
    [
      'push at a position from the end',
      (u) => u.push('scores', 9, { position: -1 }),
      { scores: [3, 1, 9, 2] },
    ],
    [
      'push keeping the last',
      (u) => u.push('scores', [9, 8], { each: true, slice: -2 }),
      { scores: [9, 8] },
    ],
    ['push sorted', (u) => u.push('scores', 0, { sort: 'desc', slice: 3 }), { scores: [3, 2, 1] }],
    [
      'push sorted by what is inside',
      (u) => u.push('items', { sku: 'd', qty: 7 }, { sort: { qty: 'desc' }, slice: 2 }),
      {
        lines: [
          { sku: 'c', qty: 9 },
          { sku: 'd', qty: 7 },
        ],
      },
    ],
    ['push of an array as one element', (u) => u.push('nested', [3]), { nested: [[1], [2], [3]] }],
    [
      'push of arrays',
      (u) => u.push('nested', [[3], [4]], { each: true }),
      { nested: [[1], [2], [3], [4]] },
    ],
    ['push to a path', (u) => u.push('meta.scores', 3), { 'meta.scores': [1, 2, 3] }],
    ['push to what is missing', (u) => u.push('anything', 'x'), { anything: ['x'] }],
    ['push of an id', (u) => u.push('tagIds', B.toHexString()), { tag_ids: [A, B] }],
    [
      'push of prepared values',
      (u) => u.push('words', ['B', 'C'], { each: true }),
      { words: ['a', 'b', 'c'] },
    ],
    ['addToSet', (u) => u.addToSet('scores', 1), { scores: [3, 1, 2] }],
    [
      'addToSet of several',
      (u) => u.addToSet('scores', [1, 7, 7], { each: true }),
      { scores: [3, 1, 2, 7] },
    ],
    [
      'addToSet of an id',
      (u) => u.addToSet('tagIds', [A.toHexString(), B.toHexString()], { each: true }),
      { tag_ids: [A, B] },
    ],
    ['addToSet of an array', (u) => u.addToSet('nested', [1]), { nested: [[1], [2]] }],
    [
      'addToSet of an object',
      (u) => u.addToSet('items', { sku: 'a', qty: 1 }),
      { lines: START.lines },
    ],
    ['pop', (u) => u.pop('scores'), { scores: [3, 1] }],
    ['pop of the first', (u) => u.pop('scores', 'first'), { scores: [1, 2] }],
    ['pull', (u) => u.pull('scores', 1), { scores: [3, 2] }],
    ['pull twice', (u) => u.pull('scores', 1).pull('scores', 2), { scores: [3] }],
    ['pull of an array', (u) => u.pull('nested', [1]), { nested: [[2]] }],
    [
      'pull of an object',
      (u) => u.pull('items', { sku: 'a', qty: 1 }),
      { lines: START.lines.slice(1) },
    ],
    ['pull of an id', (u) => u.pull('tagIds', A.toHexString()), { tag_ids: [] }],
    ['pull of a prepared value', (u) => u.pull('words', 'A'), { words: [] }],
    ['pull by an operator', (u) => u.pull('scores', '>=', 2), { scores: [1] }],
    ['pull by a list', (u) => u.pull('scores', 'in', [1, 2]), { scores: [3] }],
    ['pull by a range', (u) => u.pull('scores', 'between', [2, 3]), { scores: [1] }],
    ['pull by inequality', (u) => u.pull('scores', '!=', 2), { scores: [2] }],
    ['pull by LIKE', (u) => u.pull('words', 'like', 'a%'), { words: [] }],
    [
      'pull by a condition',
      (u) => u.pull('items', (item) => item.where('qty', '>', 4)),
      { lines: [START.lines[0]] },
    ],
    [
      'pull by several conditions',
      (u) => u.pull('items', (item) => item.where('qty', '<', 2).orWhere('tags', 'x')),
      { lines: [START.lines[2]] },
    ],
    [
      'pull by a group',
      (u) =>
        u.pull('items', (item) =>
          item.where((one) => one.where('sku', 'a').orWhere('sku', 'b')).whereNot('qty', 5),
        ),
      { lines: START.lines.slice(1) },
    ],
    ['pullAll', (u) => u.pullAll('scores', [1, 2, 7]), { scores: [3] }],
    [
      '$[]',
      (u) => u.increment('items.$[].qty'),
      { 'lines.0.qty': 2, 'lines.1.qty': 6, 'lines.2.qty': 10 },
    ],
    [
      'an array filter',
      (u) =>
        u
          .set('items.$[item].qty', 0)
          .arrayFilter('item', (item) => item.where('qty', '>', 4).where('sku', 'b')),
      { 'lines.0.qty': 1, 'lines.1.qty': 0, 'lines.2.qty': 9 },
    ],
    [
      'an array filter with alternatives',
      (u) =>
        u
          .set('items.$[item].qty', 0)
          .arrayFilter('item', (item) => item.where('sku', 'a').orWhere('sku', 'c')),
      { 'lines.0.qty': 0, 'lines.1.qty': 5, 'lines.2.qty': 0 },
    ],
    [
      'an array filter of values',
      (u) => u.set('scores.$[low]', 0).arrayFilter('low', '<', 3),
      { scores: [3, 0, 0] },
    ],
    [
      'an array filter for ids',
      (u) => u.set('tagIds.$[tag]', B.toHexString()).arrayFilter('tag', 'in', [A]),
      { tag_ids: [B] },
    ],
    [
      'nested array filters',
      (u) => u.set('nested.$[].$[n]', 7).arrayFilter('n', '=', 2),
      { nested: [[1], [7]] },
    ],
  ])('%s', async (_, change, expected) => {
    const { _id, n, ...found } = await changed(change)
    const wanted: Record<string, unknown> = structuredClone(
      Object.fromEntries(Object.entries(START).filter(([key]) => key !== 'tag_ids')),
    )
    wanted.tag_ids = START.tag_ids
    for (const [path, value] of Object.entries(expected)) {
      const keys = path.split('.')
      const last = keys.pop() as string
      let at: Record<string, unknown> = wanted
      for (const key of keys) at = at[key] as Record<string, unknown>
      if (value === undefined) delete at[last]
      else at[last] = value
    }
    expect(found).toEqual(wanted)
  })

  it('of many columns goes out as one command', async () => {
    const updates = await updatesOf(server, 'orders', () =>
      Order.query()
        .where('label', 'one')
        .modify((u) =>
          u
            .set('label', 'b')
            .increment('revision')
            .push('scores', 4)
            .min('lowest', 3)
            .max('highest', 9)
            .rename('oldName', 'newName')
            .currentDate('seenAt')
            .unset('flags')
            .multiply('amount', 2)
            .addToSet('words', 'z')
            .pull('items', (item) => item.where('qty', 1))
            .pop('nested'),
        ),
    )
    expect(updates).toEqual([
      {
        $set: { label: 'b' },
        $inc: { revision: 1 },
        $push: { scores: { $each: [4] } },
        $min: { lowest: 3 },
        $max: { top: 9 },
        $rename: { old_name: 'new_name' },
        $currentDate: { seen_at: true },
        $unset: { flags: true },
        $mul: { cents: 2 },
        $addToSet: { words: { $each: ['z'] } },
        $pull: { lines: { qty: 1 } },
        $pop: { nested: 1 },
      },
    ])
  })

  it('currentDate sets the server’s time', async () => {
    const before = Date.now()
    const { seen_at: seenAt } = await changed((u) => u.currentDate('seenAt'))
    expect((seenAt as Date).getTime()).toBeGreaterThanOrEqual(before - 1000)
    const day = Order.query().where('label', 'one')
    await expect(day.modify((u) => u.currentDate('day'))).rejects.toMatchObject({
      code: 'E_INVALID_QUERY',
      column: 'day',
    })
  })

  it('min and max prepare dates as a save does', async () => {
    const moment = DateTime.fromISO('2024-05-06T10:20:30.000Z')
    expect(
      await changed((u) => u.max('seenAt', moment).min('day', '2024-05-06T23:00:00Z')),
    ).toMatchObject({
      seen_at: moment.toJSDate(),
      day: new Date('2024-05-06T00:00:00Z'),
    })
  })

  it('counts in decimals', async () => {
    await orders.updateMany({}, { $set: { cents: Decimal128.fromString('0.10') } })
    await Order.query().where('label', 'one').increment('amount', Decimal128.fromString('0.20'))
    await Order.query().where('label', 'one').decrement('amount', Decimal128.fromString('0.05'))
    expect(String((await orders.findOne({ label: 'one' }))?.cents)).toBe('0.25')
  })
})

describe('the shortcut', () => {
  const one = () => Order.query().where('label', 'one')

  it.each<[string, () => Promise<unknown>, Record<string, unknown>, unknown?]>([
    [
      'pushTo',
      () => one().pushTo('scores', [4, 5], { each: true, slice: -3 }),
      { scores: [2, 4, 5] },
    ],
    ['pullFrom a value', () => one().pullFrom('scores', 3), { scores: [1, 2] }],
    ['pullFrom by an operator', () => one().pullFrom('scores', '<', 3), { scores: [3] }],
    [
      'pullFrom by a condition',
      () => one().pullFrom('items', (item) => item.where('sku', 'a')),
      { lines: START.lines.slice(1) },
    ],
    ['addToSet', () => one().addToSet('scores', 7), { scores: [3, 1, 2, 7] }],
    ['unset', () => one().unset('revision', 'flags'), {}],
    [
      'arrayFilter',
      () =>
        one()
          .arrayFilter('item', (item) => item.where('sku', 'c'))
          .updateMany({ 'items.$[item].qty': 1 }),
      {},
    ],
  ])('%s', async (_, act, expected) => {
    expect(await act()).toEqual({ matched: 1, modified: 1 })
    expect(await orders.findOne({ n: 0 })).toMatchObject(expected)
    expect(await orders.findOne({ n: 1 })).toMatchObject({ ...START, label: 'two' })
  })

  it('update and increment take paths with places', async () => {
    const query = one().arrayFilter('item', (item) => item.where('qty', '>', 4))
    expect(await query.clone().update('items.$[item].sku', 'z')).toEqual([1])
    expect(await query.increment('items.$[item].qty', 10)).toEqual([1])
    expect((await orders.findOne({ n: 0 }))?.lines).toEqual([
      { sku: 'a', qty: 1 },
      { sku: 'z', qty: 15, tags: ['x'] },
      { sku: 'z', qty: 19 },
    ])
  })

  it('updateMany tells what matched from what is different now', async () => {
    await orders.updateOne({ n: 1 }, { $set: { revision: 8 } })
    expect(await Order.query().all().updateMany({ revision: 8 })).toEqual({
      matched: 2,
      modified: 1,
    })
    expect(await Order.query().where('label', 'x').updateMany({ revision: 8 })).toEqual({
      matched: 0,
      modified: 0,
    })
  })

  it('concurrently loses nothing', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, n) => one().pushTo('anything', n)))
    const found = (await orders.findOne({ n: 0 }))?.anything as number[]
    expect(found.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n))
  })
})

describe('a value is never an operator', () => {
  const hostile = [
    { $gt: '' },
    { $each: [1, 2] },
    { $position: 0 },
    { $in: ['x'] },
    { $set: { label: 'taken' } },
    { qty: { $gt: 0 } },
  ]
  const ways: [string, (value: never) => Change][] = [
    ['set', (value) => (u) => u.set('anything', value)],
    ['min', (value) => (u) => u.min('newName', value)],
    ['push', (value) => (u) => u.push('anything', value)],
    ['push of several', (value) => (u) => u.push('anything', [value] as never, { each: true })],
    ['addToSet', (value) => (u) => u.addToSet('anything', value)],
  ]
  for (const [name, change] of ways) {
    it.each(hostile)(`${name} %j`, async (value) => {
      const found = await changed(change(value as never))
      const stored =
        name === 'set'
          ? found.anything
          : name === 'min'
            ? found.new_name
            : (found.anything as unknown[])[0]
      expect(stored).toEqual(value)
      expect(found).toMatchObject({ label: 'one' })
    })
  }

  it.each(hostile)('pull %j takes out what is equal, and nothing else', async (value) => {
    const kept = ['text', 7, { qty: 3 }]
    await orders.updateMany({}, { $set: { anything: [...kept, value] } })
    await Order.query().where('label', 'one').pullFrom('anything', value)
    await Order.query()
      .where('label', 'two')
      .modify((u) => u.pullAll('anything', [value]))
    expect((await orders.find().toArray()).map((one) => one.anything)).toEqual([kept, kept])
  })

  it.each([
    ['a RegExp', /./],
    ['an object with an inherited operator', Object.assign(Object.create({ $gt: '' }), { a: 1 })],
  ])('pull of %s is no pattern', async (_, value) => {
    await orders.updateMany({}, { $set: { anything: ['a', 'b'] } })
    await Order.query().all().pullFrom('anything', value)
    expect((await orders.findOne({ n: 0 }))?.anything).toEqual(['a', 'b'])
  })

  it('conditions of pull and arrayFilter compare objects as objects', async () => {
    const value = { $gt: '' } as never
    await Order.query()
      .all()
      .pullFrom('items', (item) => item.where('sku', value))
    await Order.query()
      .all()
      .arrayFilter('item', (item) => item.where('sku', value))
      .update('items.$[item].qty', 0)
    expect((await orders.findOne({ n: 0 }))?.lines).toEqual(START.lines)
  })
})
