import { BaseModel, column, errors, type ModelQueryBuilder } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class Item extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
}

let seen: string[] = []

class Hooked extends Item {
  static override collection = 'items'
  static {
    this.after('fetch', (items) => {
      seen.push(`fetch ${items.map((item) => item.$extras.label)}`)
    })
    this.after('find', (item) => {
      seen.push(`find ${item?.$extras.label}`)
    })
    this.after('paginate', (page) => {
      seen.push(`paginate ${page.map((item) => item.$extras.label)}`)
    })
  }
}

beforeEach(async () => {
  await db.collection('items').deleteMany({})
  await Item.createMany([{ name: 'a' }, { name: 'b' }])
  seen = []
})

type Query = ModelQueryBuilder<Item>

/** Ways to read models. */
const READS: [how: string, read: (query: Query) => Promise<Item[]>][] = [
  ['exec', (query) => query.exec()],
  ['await', async (query) => await query],
  ['first', async (query) => [(await query.first()) as Item]],
  ['firstOrFail', async (query) => [await query.firstOrFail()]],
  ['paginate', async (query) => (await query.paginate(1)).all()],
  [
    'cursor',
    async (query) => {
      const items: Item[] = []
      for await (const item of query.cursor()) items.push(item)
      return items
    },
  ],
  ['a clone', (query) => query.clone().exec()],
  ['a clone of a clone', (query) => query.clone().clone().exec()],
]

describe.each([Item, Hooked])('%o', (model) => {
  const query = () => model.query().orderBy('name') as Query

  describe.each(READS)('read by %s', (_how, read) => {
    it('rowTransformer runs on each model before the hooks', async () => {
      const transformed: Item[] = []
      const items = await read(
        query().rowTransformer((item) => {
          transformed.push(item)
          item.$extras.label = `label ${item.name}`
        }),
      )
      expect(transformed).toEqual(items)
      expect(items[0]).toBeInstanceOf(model)
      for (const item of items) expect(item.$extras.label).toBe(`label ${item.name}`)
      for (const line of seen) expect(line).not.toContain('undefined')
      expect(seen.length > 0).toBe(model === Hooked)
    })

    it('sideload reaches every model', async () => {
      const viewer = { id: 1 }
      const items = await read(query().sideload({ viewer }))
      for (const item of items) {
        expect(item.$sideloaded).toEqual({ viewer })
        expect(item.$sideloaded.viewer).toBe(viewer)
        expect(item.toJSON()).toEqual({ id: item.id, name: item.name })
        expect(item.$isDirty).toBe(false)
      }
    })
  })
})

describe('rowTransformer', () => {
  it('is not for plain documents', async () => {
    const rows = await Item.query()
      .rowTransformer(() => {
        throw new Error('no models here')
      })
      .pojo()
    expect(rows).toHaveLength(2)
  })

  it('gets $sideloaded, and the last one counts', async () => {
    const [item] = await Item.query()
      .rowTransformer(() => {
        throw new Error('replaced')
      })
      .rowTransformer((one) => {
        one.$extras.seen = one.$sideloaded.viewer
      })
      .sideload({ viewer: 7 })
    expect(item?.$extras.seen).toBe(7)
  })

  it('that throws fails the query with its error', async () => {
    const failure = new Error('mine')
    const query = Item.query().rowTransformer(() => {
      throw failure
    })
    await expect(query).rejects.toBe(failure)
  })

  it('of a clone is its own', async () => {
    const query = Item.query().rowTransformer((item) => {
      item.$extras.from = 'query'
    })
    const clone = query.clone().rowTransformer((item) => {
      item.$extras.from = 'clone'
    })
    expect((await query.first())?.$extras.from).toBe('query')
    expect((await clone.first())?.$extras.from).toBe('clone')
  })

  it.each([undefined, null, 'x', {}])('refuses %j', (callback) => {
    expect(() => Item.query().rowTransformer(callback as never)).toThrow(errors.E_INVALID_QUERY)
  })
})

describe('sideload', () => {
  it('replaces, or merges when asked to', async () => {
    const query = Item.query().sideload({ a: 1, b: 1 })
    expect(query.sideload({ b: 2 }, true).sideloaded).toEqual({ a: 1, b: 2 })
    expect((await query.first())?.$sideloaded).toEqual({ a: 1, b: 2 })
    expect(query.sideload({ c: 3 }).sideloaded).toEqual({ c: 3 })
    expect((await query.first())?.$sideloaded).toEqual({ c: 3 })
  })

  it('is nothing where it was not called', async () => {
    expect(Item.query().sideloaded).toEqual({})
    expect((await Item.query().first())?.$sideloaded).toEqual({})
  })

  it('leaves what was given, clones and other rows as they are', async () => {
    const given: Record<string, number> = { a: 1 }
    const query = Item.query().sideload(given)
    const clone = query.clone().sideload({ b: 2 }, true)
    given.a = 9
    const [one, two] = await query
    if (one) one.$sideloaded.own = true
    expect(two?.$sideloaded).toEqual({ a: 1 })
    expect([query.sideloaded, clone.sideloaded]).toEqual([{ a: 1 }, { a: 1, b: 2 }])
  })

  it.each([undefined, null, 'x', 1])('refuses %j', (values) => {
    expect(() => Item.query().sideload(values as never)).toThrow(errors.E_INVALID_QUERY)
  })
})
