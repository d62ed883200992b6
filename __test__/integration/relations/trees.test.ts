/** Rows of one model that refer to each other. */
import {
  ancestors,
  BaseModel,
  type BelongsTo,
  belongsTo,
  breadcrumbs,
  column,
  descendants,
  type HasMany,
  hasMany,
  type TreeRows,
} from 'lucent-odm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { operationsOf } from '../../helpers/recorded_operations.ts'
import { scopeModels } from '../../helpers/scoped_models.ts'

const { database, db } = lucentDatabase()

class Category extends BaseModel {
  static override table = 'categories'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column.objectId() declare parentId: string | null
  @belongsTo(() => Category, { foreignKey: 'parentId' })
  declare parent: BelongsTo<typeof Category> | null
  @hasMany(() => Category, { foreignKey: 'parentId' }) declare children: HasMany<typeof Category>
  @ancestors('parent') declare above: TreeRows<typeof Category>
  @breadcrumbs('parent') declare path: TreeRows<typeof Category>
  @descendants('children') declare below: TreeRows<typeof Category>
}

const names = (rows: readonly { name: string }[]) => rows.map(({ name }) => name)
const depths = (rows: readonly Category[]) => rows.map(({ $extras }) => $extras.depth)

describe('the category tree of the blog, with breadcrumbs', () => {
  it('is written and read as in the seed', async () => {
    const products = await Category.create({ name: 'Products' })
    const electronics = await products.related('children').create({ name: 'Electronics' })
    const laptops = await electronics.related('children').create({ name: 'Laptops' })
    const subcategories = await products.related('children').query()
    expect(names(subcategories)).toEqual(['Electronics'])
    await laptops.load('parent')
    expect(laptops.parent?.name).toBe('Electronics')
    const crumbs = await laptops.related('parent').breadcrumbs()
    expect(names(crumbs)).toEqual(['Products', 'Electronics', 'Laptops'])
    await Category.truncate()
  })
})

const TREE: readonly (readonly [name: string, parent?: string])[] = [
  ['a'],
  ['b', 'a'],
  ['c', 'a'],
  ['d', 'b'],
  ['e', 'd'],
  ['x'],
]

describe('a tree', () => {
  /** `a` has `b` and `c`, `b` has `d`, `d` has `e`; `x` is alone. */
  const rows = new Map<string, Category>()
  const row = (name: string) => rows.get(name) as Category

  beforeAll(async () => {
    for (const [name, parent] of TREE) {
      const parentId = parent === undefined ? null : row(parent).id
      rows.set(name, await Category.create({ name, parentId }))
    }
  })

  afterAll(() => Category.truncate())

  it('leads up and down, to the nearest first', async () => {
    const above = await row('e').related('parent').ancestors()
    expect([names(above), depths(above)]).toEqual([
      ['d', 'b', 'a'],
      [1, 2, 3],
    ])
    expect(above[0]).toBeInstanceOf(Category)
    const below = await row('a').related('children').descendants()
    expect([names(below), depths(below)]).toEqual([
      ['b', 'c', 'd', 'e'],
      [1, 1, 2, 3],
    ])
    const crumbs = await row('e').related('parent').breadcrumbs()
    expect([names(crumbs), depths(crumbs)]).toEqual([
      ['a', 'b', 'd', 'e'],
      [3, 2, 1, 0],
    ])
    expect(await row('x').related('parent').ancestors()).toEqual([])
    expect(await row('x').related('children').descendants()).toEqual([])
    expect(names(await row('x').related('parent').breadcrumbs())).toEqual(['x'])
  })

  it('is followed so far', async () => {
    expect(names(await row('e').related('parent').ancestors().maxDepth(2))).toEqual(['d', 'b'])
    expect(names(await row('a').related('children').descendants().maxDepth(1))).toEqual(['b', 'c'])
    expect(names(await row('e').related('parent').breadcrumbs().maxDepth(1))).toEqual(['d', 'e'])
    expect(() => row('e').related('parent').ancestors().maxDepth(0)).toThrow(/maxDepth/)
    const other = row('e').related('children').query() as unknown as {
      maxDepth(n: number): unknown
    }
    expect(() => other.maxDepth(1)).toThrow(expect.objectContaining({ code: 'E_INVALID_QUERY' }))
  })

  it('is a query', async () => {
    const below = () => row('a').related('children').descendants()
    expect(names(await below().where('name', '>', 'b').orderBy('name', 'desc'))).toEqual([
      'e',
      'd',
      'c',
    ])
    expect(names(await below().orderBy('name').limit(2))).toEqual(['b', 'c'])
    expect(await below().count()).toBe(4)
    expect(await below().where('name', '>', 'c').count()).toBe(2)
    expect((await below().orderBy('name').first())?.name).toBe('b')
    const page = await below().orderBy('name').paginate(2, 3)
    expect([page.total, names(page.all())]).toEqual([4, ['e']])
    const [d] = await below().where('name', 'd').preload('parent').preload('children')
    expect([d?.parent?.name, names(d?.children ?? [])]).toEqual(['b', ['e']])
    await expect(below().delete()).rejects.toMatchObject({ code: 'E_INVALID_QUERY' })
  })

  it('comes with many rows, in one request', async () => {
    let read: Category[] = []
    const operations = await operationsOf(async () => {
      read = await Category.query()
        .orderBy('name')
        .preload('above')
        .preload('path', (path) => path.preload('children'))
        .preload('below', (below) => below.maxDepth(2))
        .withCount('below')
    })
    expect(operations).toEqual(['find'])
    expect(
      read.map(({ above, path, below, $extras }) => [
        names(above),
        names(path),
        names(below),
        $extras.below_count,
      ]),
    ).toEqual([
      [[], ['a'], ['b', 'c', 'd'], 4],
      [['a'], ['a', 'b'], ['d', 'e'], 2],
      [['a'], ['a', 'c'], [], 0],
      [['b', 'a'], ['a', 'b', 'd'], ['e'], 1],
      [['d', 'b', 'a'], ['a', 'b', 'd', 'e'], [], 0],
      [[], ['x'], [], 0],
    ])
    expect(names(read[1]?.path[0]?.children ?? [])).toEqual(['b', 'c'])
    const e = await Category.findByOrFail('name', 'e')
    await e.load('path', (path) => path.where('name', '!=', 'b'))
    expect(names(e.path)).toEqual(['a', 'd', 'e'])
    expect(names(await e.related('above').query())).toEqual(['d', 'b', 'a'])
  })

  it('is JSON', async () => {
    const query = () => Category.query().orderBy('name').preload('path').preload('below')
    expect(JSON.parse(await query().toJson())).toEqual(JSON.parse(JSON.stringify(await query())))
  })

  it('is read in transactions', async () => {
    await database.transaction(async (client) => {
      const f = await Category.create({ name: 'f', parentId: row('e').id }, { client })
      const above = await f.related('parent').ancestors()
      expect(names(above)).toEqual(['e', 'd', 'b', 'a'])
      expect(above[0]?.$trx).toBe(client)
      await client.rollback()
    })
  })

  it('is followed through what the model shows alone, and runs hooks', async () => {
    const seen: string[] = []
    class Shown extends Category {
      static override table = 'categories'
      static override boot() {
        super.boot()
        Shown.after('fetch', (read) => void seen.push(...names(read as Category[])))
        Shown.before('fetch', (query) => void query.where('name', '!=', 'b'))
      }
      @belongsTo(() => Shown, { foreignKey: 'parentId' }) declare up: BelongsTo<typeof Shown> | null
    }
    const e = await Shown.findByOrFail('name', 'e')
    const above = await e.related('up').ancestors()
    expect(names(above)).toEqual(['d', 'a'])
    expect(seen).toEqual(['d', 'a'])
    expect(above[0]).toBeInstanceOf(Shown)
  })
})

describe('cycles', () => {
  beforeEach(() => Category.truncate())

  it('end', async () => {
    const one = await Category.create({ name: 'one' })
    const two = await Category.create({ name: 'two', parentId: one.id })
    const three = await Category.create({ name: 'three', parentId: two.id })
    one.parentId = three.id
    await one.save()
    const self = await Category.create({ name: 'self' })
    self.parentId = self.id
    await self.save()
    expect(names(await one.related('parent').ancestors())).toEqual(['three', 'two'])
    expect(names(await one.related('children').descendants())).toEqual(['two', 'three'])
    expect(names(await one.related('parent').breadcrumbs())).toEqual(['two', 'three', 'one'])
    expect(await self.related('parent').ancestors()).toEqual([])
    expect(names(await self.related('parent').breadcrumbs())).toEqual(['self'])
    const all = await Category.query().preload('above').preload('below').orderBy('name')
    expect(all.map(({ above, below }) => [above.length, below.length])).toEqual([
      [2, 2],
      [0, 0],
      [2, 2],
      [2, 2],
    ])
  })

  it('and much in one tree is not one document of the server', async () => {
    const root = await Category.create({ name: 'root' })
    const filler = 'x'.repeat(1 << 20)
    const { ObjectId } = await import('mongodb')
    const parent_id = new ObjectId(root.id)
    await db
      .collection('categories')
      .insertMany(Array.from({ length: 24 }, (_, n) => ({ name: String(n), parent_id, filler })))
    const below = root.related('children').descendants().select('name')
    expect(await below).toHaveLength(24)
  })
})

describe('what is no tree', () => {
  class Leaf extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column.objectId() declare categoryId: string
    @belongsTo(() => Category) declare category: BelongsTo<typeof Category>
    @ancestors('category') declare above: TreeRows<typeof Category>
    @descendants('category') declare below: TreeRows<typeof Category>
    @ancestors('nothing') declare lost: TreeRows<typeof Category>
  }

  it.each([
    ['above', 'E_MODEL_DEFINITION', /Leaf\.above: it needs a belongsTo relation to Leaf itself/],
    ['below', 'E_MODEL_DEFINITION', /Leaf\.below: it needs a hasMany relation to Leaf itself/],
    ['lost', 'E_UNDEFINED_RELATIONSHIP', /"nothing"/],
  ] as const)('%s', (name, code, message) => {
    expect(() => Leaf.query().preload(name)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    )
  })

  it('and clients say so too', () => {
    expect(() => new Leaf().related('category').ancestors()).toThrow(
      expect.objectContaining({ code: 'E_MODEL_DEFINITION' }),
    )
  })

  it('and conditions', () => {
    expect(() => Category.query().has('below')).toThrow(
      expect.objectContaining({ code: 'E_INVALID_QUERY' }),
    )
  })
})

describe('a tree of which a condition of the model hides rows', () => {
  class Branch extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare name: string
    @column() declare hidden: boolean | null
    @column.objectId() declare parentId: string | null
    @belongsTo(() => Branch, { foreignKey: 'parentId' })
    declare parent: BelongsTo<typeof Branch> | null
    @hasMany(() => Branch, { foreignKey: 'parentId' }) declare children: HasMany<typeof Branch>
    @breadcrumbs('parent') declare path: TreeRows<typeof Branch>
    @descendants('children') declare below: TreeRows<typeof Branch>
  }
  const unscope = scopeModels('Branch', { hidden: null })
  afterAll(unscope)

  const rows = new Map<string, Branch>()
  const row = (name: string) => rows.get(name) as Branch

  beforeAll(async () => {
    // a → b → c → d, and a → x; b is hidden.
    for (const [name, parent] of [['a'], ['b', 'a'], ['c', 'b'], ['d', 'c'], ['x', 'a']]) {
      const parentId = parent === undefined ? null : row(parent).id
      rows.set(name as string, await Branch.create({ name: name as string, parentId }))
    }
    await db.collection('branches').updateOne({ name: 'b' }, { $set: { hidden: true } })
  })

  it('ends the way there: what is behind a hidden row is not reached', async () => {
    expect(names(await row('d').related('parent').ancestors())).toEqual(['c'])
    expect(names(await row('d').related('parent').breadcrumbs())).toEqual(['c', 'd'])
    expect(names(await row('a').related('children').descendants())).toEqual(['x'])
    expect(names(await row('c').related('children').descendants())).toEqual(['d'])
  })

  it('does so where trees are loaded and counted for many rows', async () => {
    const found = await Branch.query().orderBy('name').preload('path').withCount('below')
    expect(found.map(({ name, path }) => [name, names(path)])).toEqual([
      ['a', ['a']],
      ['c', ['c']],
      ['d', ['c', 'd']],
      ['x', ['a', 'x']],
    ])
    expect(found.map(({ $extras }) => $extras.below_count)).toEqual([1, 1, 0, 0])
  })

  it('does so in a transaction, and with rows that were read before', async () => {
    await database.transaction(async (client) => {
      const d = await Branch.query({ client }).where('name', 'd').firstOrFail()
      expect(names(await d.related('parent').ancestors())).toEqual(['c'])
    })
    // A hidden row is not there, and leads nowhere itself.
    expect(names(await row('b').related('parent').ancestors())).toEqual([])
    expect(names(await row('b').related('children').descendants())).toEqual([])
  })
})
