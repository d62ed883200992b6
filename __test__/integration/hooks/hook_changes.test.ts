/** `$changes`: what the last save changed, for after hooks. */
import { BaseModel, column } from 'lucent-odm'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { freshCollection } from '../../helpers/hooked_user.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

lucentDatabase()

class Columns extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare status: string
  @column() declare tags: string[] | undefined
  @column.dateTime() declare due: DateTime | null
}

function recording() {
  class Order extends Columns {
    static override collection = freshCollection()
  }
  const seen: unknown[] = []
  const plain = (value: unknown) => (DateTime.isDateTime(value) ? value.toJSDate() : value)
  Order.after('save', ({ $changes }) => {
    const shown = Object.entries($changes).map(([name, { before, after }]) => {
      return [name, { before: plain(before), after: plain(after) }]
    })
    seen.push(Object.fromEntries(shown))
  })
  return { Order, seen }
}

/** Ways to save instances that are stored. */
const WAYS: Record<string, (rows: Columns[]) => Promise<unknown>> = {
  save: async ([one]) => one?.save(),
  'save, coalesced': async ([one]) => one?.save({ coalesce: true }),
  bulkSave: async (rows) =>
    (rows.map((row) => row.constructor)[0] as typeof Columns).bulkSave(rows),
}

describe.each(Object.entries(WAYS))('%s', (_, save) => {
  it('tells what changed, before and after', async () => {
    const { Order, seen } = recording()
    const due = DateTime.utc(2030, 1, 2)
    const order = await Order.create({ status: 'new', tags: ['a'], due })
    seen.length = 0
    order.merge({ status: 'paid', due: due.plus({ days: 1 }) }).unset('tags')
    await save([order])
    expect(seen).toEqual([
      {
        status: { before: 'new', after: 'paid' },
        tags: { before: ['a'], after: undefined },
        due: { before: due.toJSDate(), after: due.plus({ days: 1 }).toJSDate() },
      },
    ])
  })

  it('tells of the last save alone, and of none that was refused', async () => {
    const { Order } = recording()
    const order = await Order.create({ status: 'new' })
    order.status = 'paid'
    await save([order])
    order.status = 'sent'
    await save([order])
    expect(order.$changes).toEqual({ status: { before: 'paid', after: 'sent' } })
    Order.before('save', () => false)
    order.status = 'lost'
    await expect(save([order])).rejects.toThrow()
    expect(order.$changes).toEqual({ status: { before: 'paid', after: 'sent' } })
  })
})

it.each(['create', 'createMany', 'bulkSave'] as const)('%s: all attributes', async (method) => {
  const { Order, seen } = recording()
  if (method === 'create') await Order.create({ status: 'new' })
  else if (method === 'createMany') await Order.createMany([{ status: 'new' }])
  else await Order.bulkSave([new Order().merge({ status: 'new' })])
  expect(seen).toEqual([
    {
      id: { before: undefined, after: expect.any(String) },
      status: { before: undefined, after: 'new' },
    },
  ])
})

it('is empty for what was read, or is not stored', async () => {
  const { Order } = recording()
  const { id } = await Order.create({ status: 'new' })
  expect((await Order.findOrFail(id)).$changes).toEqual({})
  expect(new Order().merge({ status: 'new' }).$changes).toEqual({})
})
