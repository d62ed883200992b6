/** Defects that other libraries have, or had, in their pages. */
import { BaseModel, type CursorPage, column, Decimal128, Long, ObjectId, UUID } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const server = lucentDatabase()

class Product extends BaseModel {
  static override collection = 'products'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare group: string
  @column() declare price: unknown
  @column() declare deletedAt: Date | null
}

const products = server.db.collection('products')

beforeEach(async () => {
  await products.deleteMany({})
})

const names = (rows: readonly { name: string }[]) => rows.map(({ name }) => name).join('')

async function walk(next: (after: string | null) => Promise<CursorPage<Product>>) {
  const pages: string[] = []
  let after: string | null = null
  do {
    const page = await next(after)
    pages.push(names(page))
    after = page.nextCursor
  } while (after !== null)
  return pages
}

const insert = (rows: Record<string, unknown>[]) => products.insertMany(rows as never)
const letters = (text: string) => [...text].map((name) => ({ name }))

describe('cursor pages', () => {
  it('keep the order of the query instead of forcing that of the ids', async () => {
    await insert(letters('dbeac'))
    expect(
      await walk((after) => Product.query().orderBy('name').paginateCursor({ limit: 2, after })),
    ).toEqual(['ab', 'cd', 'e'])
  })

  it('keep a condition on the id', async () => {
    await insert(letters('abcdef'))
    const ids = (await Product.query().orderBy('name')).map(({ id }) => id)
    const wanted = [ids[1], ids[3], ids[4]] as string[]
    expect(
      await walk((after) =>
        Product.query().whereIn('id', wanted).paginateCursor({ limit: 2, after }),
      ),
    ).toEqual(['bd', 'e'])
  })

  it('compare several fields one after the other, not each by itself', async () => {
    await insert([
      { group: 'x', name: 'b' },
      { group: 'x', name: 'd' },
      { group: 'y', name: 'a' },
      { group: 'y', name: 'c' },
      { group: 'z', name: 'e' },
    ])
    const query = () => Product.query().orderBy('group').orderBy('name', 'desc')
    expect(await walk((after) => query().paginateCursor({ limit: 2, after }))).toEqual([
      'db',
      'ca',
      'e',
    ])
  })

  it('skip nothing where rows are equal by the order', async () => {
    await insert([...'abcdefg'].map((name) => ({ name, group: 'same' })))
    expect(
      await walk((after) => Product.query().orderBy('group').paginateCursor({ limit: 3, after })),
    ).toEqual(['abc', 'def', 'g'])
  })

  it('skip no null and no missing value', async () => {
    await insert([
      { name: 'a', group: null },
      { name: 'b' },
      { name: 'c', group: 'x' },
      { name: 'd', group: null },
    ])
    for (const [direction, pages] of [
      ['asc', ['a', 'b', 'd', 'c']],
      ['desc', ['c', 'd', 'b', 'a']],
    ] as const) {
      const query = () => Product.query().orderBy('group', direction)
      expect(await walk((after) => query().paginateCursor({ limit: 1, after }))).toEqual(pages)
    }
  })

  it('keep the types of the values', async () => {
    const prices = [
      Decimal128.fromString('0.1'),
      Long.fromString('9007199254740993'),
      Long.fromString('9007199254740995'),
      '5',
      new ObjectId('5'.repeat(24)),
      new Date(5),
    ]
    await insert(prices.map((price, n) => ({ price, name: 'abcdef'[n] })))
    const query = () => Product.query().orderBy('price')
    expect(await walk((after) => query().paginateCursor({ limit: 1, after }))).toEqual([
      ...'abcdef',
    ])
  })

  it('take ids of any type', async () => {
    const ids = [7, 'text', { a: 1, b: 2 }, new UUID(), new ObjectId(), new Date(0)]
    await insert(ids.map((_id, n) => ({ _id, name: 'abcdef'[n] })))
    const query = () => Product.query().pojo<Product>()
    expect(await walk((after) => query().paginateCursor({ limit: 2, after }))).toEqual([
      'ab',
      'cd',
      'ef',
    ])
  })

  it('lead back too', async () => {
    await insert(letters('abcdef'))
    const query = () => Product.query().orderBy('name')
    const first = await query().paginateCursor({ limit: 2 })
    const second = await query().paginateCursor({ limit: 2, after: first.nextCursor })
    const third = await query().paginateCursor({ limit: 2, after: second.nextCursor })
    const back = await query().paginateCursor({ limit: 2, before: third.previousCursor })
    expect([names(back), names(third)]).toEqual(['cd', 'ef'])
    expect(back.hasPrevious).toBe(true)
  })

  it('promise no page that is empty', async () => {
    await insert(letters('abcd'))
    expect(await walk((after) => Product.query().paginateCursor({ limit: 2, after }))).toEqual([
      'ab',
      'cd',
    ])
  })

  it('cannot be made to run an operator', async () => {
    await insert(letters('ab'))
    const forged = [
      Buffer.from(JSON.stringify({ name: { $ne: null } })).toString('base64url'),
      JSON.stringify({ $gt: '' }),
      { $gt: '' },
    ]
    for (const after of forged as string[]) {
      await expect(Product.query().orderBy('name').paginateCursor({ after })).rejects.toMatchObject(
        { code: 'E_INVALID_CURSOR', status: 400 },
      )
    }
    // A stored document that looks like an operator is compared as the document it is.
    await insert([{ price: { $ne: null }, name: 'c' }])
    const query = () => Product.query().where('name', '>', 'a').orderBy('price')
    expect(await walk((after) => query().paginateCursor({ limit: 1, after }))).toEqual(['b', 'c'])
  })

  it('do not change the query that they were asked of', async () => {
    await insert(letters('abcd'))
    const query = Product.query().orderBy('name')
    expect(await walk((after) => query.paginateCursor({ limit: 3, after }))).toEqual(['abc', 'd'])
    expect(names(await query)).toBe('abcd')
  })

  it('lose no row that cannot be read: it is an error', async () => {
    class Strict extends Product {
      static override collection = 'products'
    }
    column({
      consume: (value: unknown) => {
        if (value === 'b') throw new Error('unreadable')
        return value
      },
    })(Strict.prototype, 'name')
    await insert(letters('abc'))
    const page = await Strict.query().paginateCursor()
    expect(page).toHaveLength(3)
    expect(() => page.toJSON()).toThrow('unreadable')
  })
})

describe('all pages', () => {
  it('leave out what a hook hides, in rows, total and links', async () => {
    class Kept extends Product {
      static override collection = 'products'
    }
    Kept.before('fetch', (query) => {
      query.whereNull('deletedAt')
    })
    await insert([...'abcdef'].map((name, n) => ({ name, deleted_at: n % 2 ? new Date() : null })))
    const page = await Kept.query().orderBy('name').paginate(1, 2)
    expect([names(page), page.total, page.lastPage]).toEqual(['ac', 3, 2])
    const first = await Kept.query().orderBy('name').paginateCursor({ limit: 2, withTotal: true })
    expect([names(first), first.total, first.hasNext]).toEqual(['ac', 3, true])
    const after = first.nextCursor
    const second = await Kept.query().orderBy('name').paginateCursor({ limit: 2, after })
    expect([names(second), second.hasNext]).toEqual(['e', false])
  })

  it('are models, not JSON, until they are asked for it', async () => {
    await insert(letters('ab'))
    for (const page of [
      await Product.query().paginate(1),
      await Product.query().paginateCursor(),
    ]) {
      expect(page[0]).toBeInstanceOf(Product)
      await page[0]?.merge({ name: 'z' }).save()
      expect(page.toJSON().data).toContainEqual(expect.objectContaining({ name: 'z' }))
      await products.updateMany({ name: 'z' }, { $set: { name: 'a' } })
    }
  })

  it('map to arrays whose JSON has the mapped values', async () => {
    await insert(letters('ab'))
    for (const page of [
      await Product.query().paginate(1),
      await Product.query().paginateCursor(),
    ]) {
      expect(JSON.parse(JSON.stringify(page.map(({ name }) => name)))).toEqual(['a', 'b'])
      expect(JSON.parse(JSON.stringify(page)).meta.perPage).toBe(20)
    }
  })

  it('with more rows than a call takes arguments are whole', async () => {
    const many = 150_000
    await products.insertMany(
      Array.from({ length: many }, () => ({})),
      { ordered: false },
    )
    const page = await Product.query().pojo().paginate(1, many)
    expect([page.length, page.total]).toEqual([many, many])
    const byCursor = await Product.query()
      .pojo()
      .paginateCursor({ limit: many - 1 })
    expect([byCursor.length, byCursor.hasNext]).toEqual([many - 1, true])
  }, 60_000)

  it('of a page number as text do not count in text', async () => {
    await insert(letters('abcdefghijklmnopqrstuvwxyz'))
    const page = await Product.query()
      .orderBy('name')
      .paginate('2' as never, '5' as never)
    expect(page.currentPage).toBe(2)
    expect(names(page)).toBe('fghij')
    expect(page.getNextPageUrl()).toBe('/?page=3')
  })
})
