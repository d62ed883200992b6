import fc from 'fast-check'
import { BaseModel, type Collation, type CursorPage, column } from 'lucent-odm'
import type { Collection } from 'mongodb'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { PROPERTY_FACTOR, tries } from '../../helpers/property.ts'
import { type Mixed, mixed, store } from './mixed_values.ts'

const server = lucentDatabase()

vi.setConfig({ testTimeout: 60_000 * PROPERTY_FACTOR })

class Columns extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare k: number
  @column() declare a: unknown
  @column() declare b: unknown
  @column() declare c: { x: unknown }
}

type Key = 'a' | 'b' | 'c.x' | 'id'
type Order = readonly { readonly column: Key; readonly order: 'asc' | 'desc' }[]

const order: fc.Arbitrary<Order> = fc
  .uniqueArray(fc.constantFrom<Key>('a', 'b', 'c.x', 'id'), { maxLength: 4 })
  .chain((keys) =>
    fc.tuple(
      ...keys.map((key) =>
        fc.record({
          column: fc.constant(key),
          order: fc.constantFrom<'asc' | 'desc'>('asc', 'desc'),
        }),
      ),
    ),
  )

const collations: (Collation | undefined)[] = [
  undefined,
  { locale: 'en' },
  { locale: 'sv', strength: 1 },
  { locale: 'en', strength: 2, numericOrdering: true },
  { locale: 'simple' },
]

/** Serial numbers in the order that the server gives the whole collection. */
async function sorted(items: Collection, by: Order, collation?: Collation): Promise<number[]> {
  const sort = new Map(
    by.map(({ column, order }) => [column === 'id' ? '_id' : column, order === 'asc' ? 1 : -1]),
  )
  const last = [...sort.values()].at(-1) ?? 1
  if (!sort.has('_id')) sort.set('_id', last)
  const found = items.find({}, { sort: sort as never, projection: { k: 1 } })
  if (collation !== undefined) found.collation(collation as never)
  return (await found.toArray()).map((document) => document.k as number)
}

const serials = (page: CursorPage<Columns>) => page.map(({ k }) => k)

const INDEXES = [
  { a: 1, _id: 1 },
  { a: -1, b: 1, _id: 1 },
  { b: 1, _id: -1 },
  { 'c.x': 1, a: 1, _id: 1 },
] as const

describe.each([
  ['without an index', []],
  ['with indexes', INDEXES],
])('pages by cursor, %s', (_, indexes) => {
  class Item extends Columns {
    static override collection = `mixed_${indexes.length}`
  }

  const items = server.db.collection(Item.collection)

  beforeAll(async () => {
    for (const index of indexes) {
      await items.createIndex(index)
      await items.createIndex(index, {
        name: `text ${Object.keys(index)}`,
        collation: { locale: 'en' },
      })
    }
  })

  const limitsOf = (collation: Collation | undefined) => ({
    textIds: collation === undefined,
    symbols: collation === undefined && indexes.length === 0,
  })

  function paged(by: Order, collation?: Collation) {
    const query = Item.query().orderBy(by)
    return collation === undefined ? query : query.collation(collation)
  }

  const settings = fc.record({
    documents: fc.array(mixed, { maxLength: 24, size: 'max' }),
    by: order,
    collation: fc.constantFrom(...collations),
    limit: fc.integer({ min: 1, max: 7 }),
  })

  it('have every document once, in the order of the server, both ways', async () => {
    await fc.assert(
      fc.asyncProperty(settings, async ({ documents, by, collation, limit }) => {
        await store(server, items, documents, limitsOf(collation))
        const expected = await sorted(items, by, collation)
        const forward: number[] = []
        let page = await paged(by, collation).paginateCursor({ limit })
        expect(page.hasPrevious).toBe(false)
        for (;;) {
          const from = forward.length
          forward.push(...serials(page))
          expect(forward).toEqual(expected.slice(0, from + limit))
          expect(page.hasNext).toBe(forward.length < expected.length)
          if (!page.hasNext) break
          page = await paged(by, collation).paginateCursor({ limit, after: page.nextCursor })
          expect(page.hasPrevious).toBe(true)
        }
        expect(forward).toEqual(expected)

        // Back from the last page to the first.
        let start = forward.length - page.length
        while (page.hasPrevious) {
          page = await paged(by, collation).paginateCursor({ limit, before: page.previousCursor })
          expect(serials(page)).toEqual(expected.slice(Math.max(start - limit, 0), start))
          expect(page.hasNext).toBe(true)
          start -= page.length
        }
        expect(start).toBe(0)

        // From the end, without a cursor.
        const backward: number[] = []
        page = await paged(by, collation).paginateCursor({ limit, direction: 'previous' })
        expect(page.hasNext).toBe(false)
        for (;;) {
          backward.unshift(...serials(page))
          if (!page.hasPrevious) break
          page = await paged(by, collation).paginateCursor({ limit, before: page.previousCursor })
        }
        expect(backward).toEqual(expected)
      }),
      tries(40),
    )
  })

  it('neither repeat nor skip a document when others come and go between them', async () => {
    const changes = fc.record({
      added: fc.array(mixed, { maxLength: 4 }),
      removed: fc.array(fc.nat({ max: 40 }), { maxLength: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(
        settings,
        fc.array(changes, { minLength: 1, maxLength: 12 }),
        fc.constantFrom<'next' | 'previous'>('next', 'previous'),
        async ({ documents, by, collation, limit }, rounds, direction) => {
          const limits = limitsOf(collation)
          await store(server, items, documents, limits)
          let total = documents.length
          const gone = new Set<number>()
          const seen: number[] = []
          let page = await paged(by, collation).paginateCursor({ limit, direction })
          for (let round = 0; ; round++) {
            seen.push(...serials(page))
            expect(seen.length).toBeLessThanOrEqual(total)
            const cursor = direction === 'next' ? page.nextCursor : page.previousCursor
            if (cursor === null) break
            const { added, removed }: { added: Mixed[]; removed: number[] } = rounds[round] ?? {
              added: [],
              removed: [],
            }
            await store(server, items, added, limits, total)
            total += added.length
            for (const serial of removed) gone.add(serial)
            await items.deleteMany({ k: { $in: removed } })
            page = await paged(by, collation).paginateCursor({
              limit,
              [direction === 'next' ? 'after' : 'before']: cursor,
            })
          }
          expect(new Set(seen).size).toBe(seen.length)
          const survivors = documents.map((_, serial) => serial).filter((one) => !gone.has(one))
          expect(seen).toEqual(expect.arrayContaining(survivors))
          // What is seen and still there is in order.
          const now = await sorted(items, by, collation)
          const there = seen.filter((one) => now.includes(one))
          if (direction === 'next') expect(there).toEqual(now.filter((one) => there.includes(one)))
        },
      ),
      tries(40),
    )
  })

  it.each<[string, Order, number[]]>([
    [
      'first',
      [
        { column: 'c.x', order: 'desc' },
        { column: 'a', order: 'desc' },
      ],
      [3, 2, 1, 0],
    ],
    [
      'first, turned',
      [
        { column: 'c.x', order: 'asc' },
        { column: 'a', order: 'asc' },
      ],
      [0, 1, 2, 3],
    ],
    [
      'last',
      [
        { column: 'a', order: 'desc' },
        { column: 'b', order: 'asc' },
      ],
      [3, 2, 1, 0],
    ],
  ])('take null and missing for equal in a field that comes %s', async (_, by, expected) => {
    await items.deleteMany({})
    await items.insertMany([
      { k: 0, c: { x: null } },
      { k: 1, a: 1, b: null },
      { k: 2, a: 2 },
      { k: 3, a: 3, b: null, c: { x: null } },
    ])
    const found: number[] = []
    let after: string | null = null
    do {
      const page: CursorPage<Columns> = await paged(by).paginateCursor({ limit: 1, after })
      found.push(...serials(page))
      expect(found.length).toBeLessThanOrEqual(4)
      after = page.nextCursor
    } while (after !== null)
    expect(found).toEqual(expected)
  })
})
