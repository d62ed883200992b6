import { BaseModel, Binary, column, Long, ObjectId } from 'lucent-odm'
import { Double } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile, updatesOf } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db } = server

class Item extends BaseModel {
  static override collection = 'items'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare count: number
  @column() declare tags: string[]
  @column() declare address: { city: string; geo?: { lat: number; history?: number[] } }
  @column() declare when: Date
  @column() declare bytes: Binary | Buffer
  @column() declare anyValue: unknown
}

const items = db.collection('items')

const FULL = {
  name: 'one',
  count: 1,
  tags: ['a', 'b'],
  address: { city: 'Paris', geo: { lat: 48.5, history: [1, 2] } },
  when: new Date('2024-01-01T00:00:00Z'),
  bytes: new Binary(Buffer.from([1, 2, 255])),
}

async function read(): Promise<Item> {
  return Item.findOrFail((await Item.create(structuredFull())).id)
}

function structuredFull(): Partial<Item> {
  return {
    ...FULL,
    tags: [...FULL.tags],
    address: { city: 'Paris', geo: { lat: 48.5, history: [1, 2] } },
    when: new Date(FULL.when),
    bytes: new Binary(Buffer.from([1, 2, 255])),
  }
}

describe('a change in place', () => {
  interface Change {
    readonly name: string
    readonly column: string
    act(item: Item): void
    /** What is sent. */
    readonly sent: Record<string, unknown>
  }

  const { bytes: _bytes, ...rest } = FULL
  const changes: readonly Change[] = [
    {
      name: 'a push',
      column: 'tags',
      act: (i) => i.tags.push('c'),
      sent: { tags: ['a', 'b', 'c'] },
    },
    { name: 'a pop', column: 'tags', act: (i) => i.tags.pop(), sent: { tags: ['a'] } },
    { name: 'an index', column: 'tags', act: (i) => (i.tags[0] = 'z'), sent: { tags: ['z', 'b'] } },
    { name: 'a sort', column: 'tags', act: (i) => i.tags.reverse(), sent: { tags: ['b', 'a'] } },
    { name: 'a length', column: 'tags', act: (i) => (i.tags.length = 0), sent: { tags: [] } },
    {
      name: 'a property',
      column: 'address',
      act: (i) => (i.address.city = 'Rome'),
      sent: { address: { ...rest.address, city: 'Rome' } },
    },
    {
      name: 'a deeper property',
      column: 'address',
      act: (i) => i.address.geo?.history?.push(3),
      sent: { address: { city: 'Paris', geo: { lat: 48.5, history: [1, 2, 3] } } },
    },
    {
      name: 'a deleted property',
      column: 'address',
      act: (i) => delete i.address.geo,
      sent: { address: { city: 'Paris' } },
    },
    {
      name: 'the order of properties',
      column: 'address',
      act: ({ address }) => {
        const { city } = address
        delete (address as { city?: string }).city
        address.city = city
      },
      sent: { address: { geo: rest.address.geo, city: 'Paris' } },
    },
    {
      name: 'the time of a Date',
      column: 'when',
      act: (i) => i.when.setTime(5),
      sent: { when: new Date(5) },
    },
  ]

  it.each(changes)('$name is seen and sent alone', async ({ column, act, sent }) => {
    for (const item of [await read(), await Item.create(structuredFull())]) {
      expect(item.$isDirty).toBe(false)
      act(item)
      expect(Object.keys(item.$dirty)).toEqual([column])
      expect(item.isDirty(column)).toBe(true)
      expect(item.isDirty(['name', 'count'])).toBe(false)
      expect(item.$original[column]).toEqual(FULL[column as keyof typeof FULL])
      const updates = await updatesOf(server, 'items', () => item.save())
      expect(updates).toEqual([{ $set: sent }])
      expect(item.$isDirty).toBe(false)
      expect(await updatesOf(server, 'items', () => item.save())).toEqual([])
      const { id, $dirty } = await Item.findOrFail(item.id)
      expect({ id, $dirty }).toEqual({ id: item.id, $dirty: {} })
    }
  })

  it('of bytes is seen', async () => {
    const item = await read()
    const binary = item.bytes as Binary
    binary.buffer[1] = 254
    expect(Object.keys(item.$dirty)).toEqual(['bytes'])
    await item.save()
    expect((await items.findOne({ _id: new ObjectId(item.id) }))?.bytes.buffer).toEqual(
      Buffer.from([1, 254, 255]),
    )
    const buffer = Buffer.from([0xff])
    item.bytes = buffer
    await item.save()
    expect(item.$isDirty).toBe(false)
    // 0xFF and 0xFE are the same text, but other bytes.
    buffer[0] = 0xfe
    expect(Object.keys(item.$dirty)).toEqual(['bytes'])
  })
})

describe('reading', () => {
  it.each([
    [
      'doubles',
      { count: new Double(1), address: { city: 'x', n: new Double(2) }, tags: [new Double(3)] },
    ],
    ['int64', { count: Long.fromNumber(1), address: { city: 'x', n: Long.fromNumber(2 ** 40) } }],
    [
      'deep int64',
      { anyValue: { a: [{ b: Long.fromNumber(7) }] }, any_value: [Long.fromNumber(7)] },
    ],
    ['big int64', { count: Long.MAX_VALUE, any_value: { a: Long.MIN_VALUE } }],
    ['regular expressions', { any_value: [/x/gi, { re: /y/m }] }],
    ['negative zero and NaN', { count: -0, any_value: [-0, Number.NaN] }],
    ['undefined', { any_value: { a: undefined, b: [undefined, null] } }],
    ['empty values', { any_value: {}, tags: [], name: '' }],
  ])('what another program stored as %s changes nothing', async (_, document) => {
    const _id = new ObjectId()
    await items.insertOne({ _id, ...document }, { ignoreUndefined: false })
    const item = await Item.findOrFail(_id)
    for (const name of Object.keys(item.$attributes)) JSON.stringify(item.$getAttribute(name))
    item.toJSON()
    item.toObject()
    expect(item.$dirty).toEqual({})
    expect(await updatesOf(server, 'items', () => item.save())).toEqual([])
  })

  it('makes a copy of nothing: the same value is answered each time', async () => {
    const item = await read()
    expect(item.tags).toBe(item.tags)
    expect(item.address).toBe(item.address)
    expect(item.when).toBe(item.when)
    expect(item.$attributes.tags).toBe(item.tags)
  })
})

describe('setting', () => {
  it('the same value is no change', async () => {
    const item = await read()
    item.merge(structuredFull() as never)
    expect(item.$dirty).toEqual({})
  })

  it('and setting back is no change', async () => {
    const item = await read()
    item.name = 'two'
    expect(item.$dirty).toEqual({ name: 'two' })
    item.name = 'one'
    expect(item.$dirty).toEqual({})
  })

  it('unset removes the field', async () => {
    const item = await read()
    item.unset('tags', 'count')
    expect(item.$dirty).toEqual({ tags: undefined, count: undefined })
    expect(Object.keys(item.$dirty)).toEqual(['count', 'tags'])
    const updates = await updatesOf(server, 'items', () => item.save())
    expect(updates).toEqual([{ $unset: { count: true, tags: true } }])
    const document = await items.findOne({ _id: new ObjectId(item.id) })
    expect(Object.keys(document ?? {})).toEqual(['_id', 'name', 'address', 'when', 'bytes'])
    expect(item.$isDirty).toBe(false)
    item.count = 5
    item.unset('name')
    expect(await updatesOf(server, 'items', () => item.save())).toEqual([
      { $set: { count: 5 }, $unset: { name: true } },
    ])
  })

  it('unset of a missing field is no change', async () => {
    const item = await Item.findOrFail((await Item.create({ name: 'x' })).id)
    item.unset('tags')
    expect(item.$isDirty).toBe(false)
  })

  it('null is stored', async () => {
    const item = await read()
    item.tags = null as never
    expect(await updatesOf(server, 'items', () => item.save())).toEqual([{ $set: { tags: null } }])
    expect(item.$isDirty).toBe(false)
  })

  it('by $attributes and $setAttribute counts', async () => {
    const item = await read()
    item.$attributes.name = 'via view'
    item.$setAttribute('count', 9)
    expect(item.name).toBe('via view')
    expect(item.$dirty).toEqual({ name: 'via view', count: 9 })
    delete item.$attributes.tags
    expect(item.tags).toBeUndefined()
    expect(await updatesOf(server, 'items', () => item.save())).toEqual([
      { $set: { name: 'via view', count: 9 }, $unset: { tags: true } },
    ])
  })
})

describe('saving', () => {
  it('a clean instance sends nothing', async () => {
    const item = await read()
    expect(await profile(server, 'items', () => item.save())).toEqual([])
  })

  it('after a create needs no second read', async () => {
    const item = new Item()
    item.merge({ name: 'n', tags: ['x'] })
    await item.save()
    const commands = await profile(server, 'items', async () => {
      item.count = 2
      await item.save()
      item.tags.push('y')
      await item.save()
    })
    expect(commands.map(({ op }) => op)).toEqual(['update', 'update'])
    expect(commands.map(({ command }) => command.u)).toEqual([
      { $set: { count: 2 } },
      { $set: { tags: ['x', 'y'] } },
    ])
  })

  it('two instances with changes of different columns keeps both', async () => {
    const { id } = await read()
    const [one, two] = [await Item.findOrFail(id), await Item.findOrFail(id)]
    one.name = 'from one'
    two.tags.push('from two')
    await Promise.all([one.save(), two.save()])
    const now = await Item.findOrFail(id)
    expect([now.name, now.tags]).toEqual(['from one', ['a', 'b', 'from two']])
    expect(now.count).toBe(1)
  })

  it('what is changed while a save is under way stays a change', async () => {
    const item = await read()
    item.name = 'first'
    const saving = item.save()
    item.name = 'second'
    item.tags.push('late')
    await saving
    expect(item.$dirty).toEqual({ name: 'second', tags: ['a', 'b', 'late'] })
    expect((await Item.findOrFail(item.id)).name).toBe('first')
    await item.save()
    expect((await Item.findOrFail(item.id)).name).toBe('second')
  })

  it('what is changed while a create is under way stays a change', async () => {
    const item = new Item()
    item.merge({ name: 'first', tags: ['a'] })
    const saving = item.save()
    item.name = 'second'
    item.tags.push('late')
    await saving
    expect(item.$dirty).toEqual({ name: 'second', tags: ['a', 'late'] })
    expect(await items.findOne({ _id: new ObjectId(item.id) })).toMatchObject({
      name: 'first',
      tags: ['a'],
    })
  })
})

describe('after a failed save', () => {
  it('the changes are still changes, and the next save sends them', async () => {
    await items.createIndex(
      { name: 1 },
      { unique: true, partialFilterExpression: { unique: true } },
    )
    class Unique extends Item {
      static override collection = 'items'
      @column() declare unique: boolean
    }
    await Unique.create({ name: 'taken', unique: true })
    const other = await Unique.create({ name: 'other', unique: true, tags: ['a'] })
    other.name = 'taken'
    other.tags.push('b')
    await expect(other.save()).rejects.toMatchObject({ code: 'E_DUPLICATE_KEY', keys: ['name'] })
    expect(other.$dirty).toEqual({ name: 'taken', tags: ['a', 'b'] })
    expect(other.$original).toMatchObject({ name: 'other', tags: ['a'] })
    other.name = 'free'
    await other.save()
    expect((await Unique.findOrFail(other.id)).tags).toEqual(['a', 'b'])
    const failed = new Unique()
    failed.merge({ name: 'taken', unique: true })
    await expect(failed.save()).rejects.toMatchObject({ code: 'E_DUPLICATE_KEY' })
    expect([failed.$isPersisted, failed.$isNew, failed.id]).toEqual([false, true, undefined])
    failed.name = 'also free'
    await failed.save()
    expect((await Unique.findOrFail(failed.id)).name).toBe('also free')
  })

  it('of a document that is gone, it is E_STALE_MODEL', async () => {
    const item = await read()
    await items.deleteOne({ _id: new ObjectId(item.id) })
    item.name = 'late'
    await expect(item.save()).rejects.toMatchObject({
      code: 'E_STALE_MODEL',
      model: 'Item',
      operation: 'update',
      status: 409,
    })
    expect(item.$dirty).toEqual({ name: 'late' })
    expect(item.$isPersisted).toBe(true)
    expect(await items.countDocuments({ _id: new ObjectId(item.id) })).toBe(0)
  })
})
