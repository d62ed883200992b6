import {
  BaseModel,
  CamelCaseNamingStrategy,
  column,
  ModelPaginator,
  ObjectId,
  SnakeCaseNamingStrategy,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server = lucentDatabase()

class Book extends BaseModel {
  static override collection = 'books'
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @column() declare rank: number
  @column() declare hidden: boolean
  @column({ serializeAs: null }) declare secret: string
}

const books = server.db.collection('books')
const ranks = (rows: readonly { rank: number }[]) => rows.map(({ rank }) => rank)

beforeEach(async () => {
  await books.deleteMany({})
  await books.insertMany(
    Array.from({ length: 10 }, (_, rank) => ({
      title: `book ${rank}`,
      rank,
      hidden: rank % 5 === 0,
      secret: 'hush',
    })),
  )
})

const page = (number: number, perPage: number, total = 10) =>
  new ModelPaginator<number>(
    total,
    perPage,
    number,
    Array.from({ length: 3 }, (_, n) => n),
  )

describe('the members of a page', () => {
  it.each([
    // total, perPage, current: lastPage, hasPages, hasMorePages, hasTotal
    [10, 3, 1, 4, true, true, true],
    [10, 3, 4, 4, true, false, true],
    [10, 3, 9, 4, true, false, true],
    [9, 3, 3, 3, true, false, true],
    [10, 10, 1, 1, false, false, true],
    [10, 11, 1, 1, false, false, true],
    [1, 1, 1, 1, false, false, true],
    [0, 3, 1, 1, false, false, false],
    [0, 3, 2, 1, false, false, false],
  ])('total %i, %i a page, page %i', (total, perPage, current, last, pages, more, any) => {
    expect(page(current, perPage, total)).toMatchObject({
      total,
      perPage,
      currentPage: current,
      firstPage: 1,
      lastPage: last,
      hasPages: pages,
      hasMorePages: more,
      hasTotal: any,
      isEmpty: false,
    })
  })

  it('isEmpty tells of the page, hasTotal of all pages', async () => {
    const beyond = await Book.query().paginate(9, 5)
    expect([beyond.isEmpty, beyond.hasTotal, beyond.total]).toEqual([true, true, 10])
    const none = await Book.query().where('rank', 99).paginate(1, 5)
    expect([none.isEmpty, none.hasTotal, none.total]).toEqual([true, false, 0])
  })

  it('all() is a plain array of the rows', async () => {
    const found = await Book.query().orderBy('rank').paginate(1, 4)
    expect(Object.getPrototypeOf(found.all())).toBe(Array.prototype)
    expect(found.all()).toEqual([found[0], found[1], found[2], found[3]])
  })

  it('takes any number of rows', () => {
    const rows = Array.from({ length: 300_000 }, (_, n) => n)
    const huge = new ModelPaginator(rows.length, rows.length, 1, rows)
    expect([huge.length, huge.at(-1), huge.all().length]).toEqual([300_000, 299_999, 300_000])
  })

  it('one row that is a number is a row, not a length', () => {
    expect([...new ModelPaginator(1, 10, 1, [7])]).toEqual([7])
  })
})

describe('links', () => {
  it.each<[number, string | null, string | null]>([
    [1, '/?page=2', null],
    [2, '/?page=3', '/?page=1'],
    [4, null, '/?page=3'],
    [9, null, '/?page=8'],
  ])('from page %i', (number, next, previous) => {
    const one = page(number, 3)
    expect([one.getNextPageUrl(), one.getPreviousPageUrl()]).toEqual([next, previous])
  })

  it('to any page: numbers below 1 are the first', () => {
    const one = page(2, 3).baseUrl('/books')
    expect([5, 1, 0, -3].map((number) => one.getUrl(number))).toEqual([
      '/books?page=5',
      ...Array(3).fill('/books?page=1'),
    ])
  })

  it('to a range of pages', () => {
    expect(page(2, 3).baseUrl('/books').getUrlsForRange(1, 3)).toEqual([
      { url: '/books?page=1', page: 1, isActive: false },
      { url: '/books?page=2', page: 2, isActive: true },
      { url: '/books?page=3', page: 3, isActive: false },
    ])
    expect(page(2, 3).getUrlsForRange(3, 1)).toEqual([])
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['nothing', {}, 'page=3'],
    ['text', { q: 'a b+c&d=e' }, 'q=a%20b%2Bc%26d%3De&page=3'],
    ['reserved characters', { "k[]'": "!*'()~-._" }, 'k%5B%5D%27=%21%2A%27%28%29~-._&page=3'],
    [
      'other scripts',
      { q: 'zażółć \u{1f600}' },
      'q=za%C5%BC%C3%B3%C5%82%C4%87%20%F0%9F%98%80&page=3',
    ],
    ['half a character', { q: '\ud800' }, 'q=%EF%BF%BD&page=3'],
    ['numbers and booleans', { a: 1, b: false, c: 10n }, 'a=1&b=false&c=10&page=3'],
    ['nothing known', { a: null, b: undefined }, 'a=&page=3'],
    ['lists', { tag: ['x', 'y'] }, 'tag%5B0%5D=x&tag%5B1%5D=y&page=3'],
    ['empty lists', { tag: [], filter: {} }, 'page=3'],
    ['objects', { filter: { a: { b: [1] } } }, 'filter%5Ba%5D%5Bb%5D%5B0%5D=1&page=3'],
    ['dates', { at: new Date(0) }, 'at=1970-01-01T00%3A00%3A00.000Z&page=3'],
    [
      'dates of luxon',
      { at: DateTime.fromMillis(0, { zone: 'utc' }) },
      'at=1970-01-01T00%3A00%3A00.000Z&page=3',
    ],
    ['ids', { id: new ObjectId('0'.repeat(24)) }, `id=${'0'.repeat(24)}&page=3`],
    ['functions', { f: () => 1 }, 'page=3'],
    ['a page of its own, whose place is kept', { page: 7, q: 'x' }, 'page=3&q=x'],
  ])('carry %s', (_, values, expected) => {
    expect(page(2, 3).baseUrl('/books').queryString(values).getNextPageUrl()).toBe(
      `/books?${expected}`,
    )
  })

  it('carry what was set last', () => {
    const one = page(1, 3).queryString({ a: 1 }).queryString({ b: 2 })
    expect(one.getNextPageUrl()).toBe('/?b=2&page=2')
  })

  it('cannot carry what contains itself', () => {
    const endless: Record<string, unknown> = {}
    endless.again = endless
    expect(() => page(1, 3).queryString(endless).getNextPageUrl()).toThrow(
      expect.objectContaining({ code: 'E_INVALID_VALUE' }),
    )
  })
})

describe('JSON', () => {
  const META = {
    total: 10,
    perPage: 4,
    currentPage: 2,
    lastPage: 3,
    firstPage: 1,
    firstPageUrl: '/books?page=1',
    lastPageUrl: '/books?page=3',
    nextPageUrl: '/books?page=3',
    previousPageUrl: '/books?page=1',
  }

  it('is the meta and the rows', async () => {
    const found = (await Book.query().orderBy('rank').paginate(2, 4)).baseUrl('/books')
    const json = JSON.parse(JSON.stringify(found))
    expect(Object.keys(json)).toEqual(['meta', 'data'])
    expect(json.meta).toEqual(META)
    expect(Object.keys(json.meta)).toEqual(Object.keys(META))
    expect(json.data).toEqual(found.all().map((row) => row.serialize()))
    expect(json.data[0]).toMatchObject({ title: 'book 4' })
    expect(json.data[0]).not.toHaveProperty('secret')
    expect(found.toJSON()).toEqual(found.serialize())
  })

  it('of no rows', async () => {
    const found = await Book.query().where('rank', 99).paginate(1, 4)
    expect(found.toJSON()).toEqual({
      meta: {
        ...META,
        total: 0,
        currentPage: 1,
        lastPage: 1,
        firstPageUrl: '/?page=1',
        lastPageUrl: '/?page=1',
        nextPageUrl: null,
        previousPageUrl: null,
      },
      data: [],
    })
  })

  it('has the same meta keys in snake_case under that strategy', async () => {
    class Snake extends Book {
      static override collection = 'books'
      static override namingStrategy = new SnakeCaseNamingStrategy()
    }
    const found = await Snake.query().paginate(2, 4)
    expect(Object.keys(found.getMeta())).toEqual(
      Object.keys(META).map((key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)),
    )
    found.namingStrategy = new CamelCaseNamingStrategy()
    expect(Object.keys(found.toJSON().meta)).toEqual(Object.keys(META))
  })

  it('has the fields that are picked', async () => {
    const found = await Book.query().orderBy('rank').paginate(1, 2)
    expect(found.serialize({ fields: ['title'] }).data).toEqual([
      { title: 'book 0' },
      { title: 'book 1' },
    ])
    expect(found.serialize({ fields: { omit: ['id', 'title', 'hidden'] } }).data).toEqual([
      { rank: 0 },
      { rank: 1 },
    ])
  })

  it('has each row’s own JSON', async () => {
    class Loud extends Book {
      static override collection = 'books'
      override toJSON() {
        return { loud: this.title.toUpperCase() }
      }
    }
    const found = await Loud.query().orderBy('rank').paginate(1, 1)
    expect(JSON.parse(JSON.stringify(found)).data).toEqual([{ loud: 'BOOK 0' }])
    expect(found.toJSON().data).toEqual([{ loud: 'BOOK 0' }])
  })

  it('has plain rows as they are', async () => {
    const found = await Book.query().select('title').orderBy('rank').pojo().paginate(1, 1)
    expect(found.toJSON().data).toEqual([{ _id: expect.any(ObjectId), title: 'book 0' }])
  })
})

describe('what arrays can do', () => {
  it('answers plain arrays, whose JSON is theirs', async () => {
    const found = await Book.query().orderBy('rank').paginate(1, 3)
    const made = {
      map: found.map(({ rank }) => rank),
      filter: found.filter(({ rank }) => rank > 0),
      slice: found.slice(0, 2),
      flatMap: found.flatMap(({ rank }) => [rank, rank]),
      concat: found.concat([]),
      splice: page(1, 3).splice(0, 2),
    }
    for (const array of Object.values(made)) {
      expect(Object.getPrototypeOf(array)).toBe(Array.prototype)
    }
    expect(JSON.stringify(made.map)).toBe('[0,1,2]')
    expect(JSON.stringify(made.flatMap)).toBe('[0,0,1,1,2,2]')
    expect(made.splice).toEqual([0, 1])
    expect([...made.filter, ...made.slice, ...made.concat]).toHaveLength(7)
    expect(found).toMatchObject({ total: 10, length: 3 })
  })

  it('changes the page where it changes an array', async () => {
    const found = await Book.query().orderBy('rank').paginate(1, 3)
    found.reverse().pop()
    expect(ranks(found.all())).toEqual([2, 1])
    expect(found.toJSON().data).toHaveLength(2)
  })
})

describe('page numbers', () => {
  it('may be the digits of a request', async () => {
    const query = Book.query().orderBy('rank')
    const found = await query.paginate('2' as never, '3' as never)
    expect(found).toMatchObject({ currentPage: 2, perPage: 3, lastPage: 4 })
    expect(ranks(found)).toEqual([3, 4, 5])
    expect(found.getNextPageUrl()).toBe('/?page=3')
  })

  it.each([
    ...[0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, null, {}, ['1'], true],
    ...['', ' ', '-1', '1.5', '1e3', '0x1', '0', '１', '9'.repeat(16)],
  ])('are E_INVALID_QUERY: %j', async (given) => {
    for (const args of [[given], [1, given]] as [never][]) {
      await expect(Book.query().paginate(...args)).rejects.toMatchObject({
        code: 'E_INVALID_QUERY',
        model: 'Book',
      })
    }
  })
})

describe('the total', () => {
  class Visible extends Book {
    static override collection = 'books'
  }
  Visible.before('fetch', (query) => {
    query.where('hidden', false)
  })

  it('counts with the filter that a beforeFetch hook adds', async () => {
    const found = await Visible.query().orderBy('rank').paginate(2, 3)
    expect(found).toMatchObject({ total: 8, lastPage: 3, hasMorePages: true })
    expect(ranks(found)).toEqual([4, 6, 7])
    const either = Visible.query().where('rank', 5).orWhere('rank', '>', 7).orderBy('rank')
    const some = await either.paginate(1, 9)
    expect([some.total, ...ranks(some)]).toEqual([2, 8, 9])
  })

  it('is of one command when that leaves nothing', async () => {
    const commands = await profile(server, 'books', async () => {
      expect(await Visible.query().where('hidden', true).paginate(1)).toMatchObject({ total: 0 })
    })
    expect(commands).toHaveLength(1)
  })

  it('counts with what a beforePaginate hook adds to either query', async () => {
    for (const which of [[0], [1], [0, 1]]) {
      class Hooked extends Book {
        static override collection = 'books'
      }
      Hooked.before('paginate', (queries) => {
        for (const place of which) queries[place]?.where('rank', '>', 6)
      })
      const found = await Hooked.query().paginate(1, 2)
      expect(found.total).toBe(3)
      expect(found).toHaveLength(2)
    }
  })

  it('does not depend on limit, offset, order and selection', async () => {
    const query = Book.query().select('title').orderBy('rank', 'desc').limit(1).offset(4)
    const found = await query.paginate(1, 3)
    expect(found).toMatchObject({ total: 10, length: 3 })
    expect(found[0]).toMatchObject({ title: 'book 9', rank: undefined })
  })
})
