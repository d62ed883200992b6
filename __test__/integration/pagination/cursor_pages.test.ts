import {
  BaseModel,
  type ConnectionConfig,
  CursorPage,
  type CursorPageOptions,
  column,
  Database,
  errors,
  ObjectId,
  SnakeCaseNamingStrategy,
} from 'lucent-odm'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server = lucentDatabase({ cursorSecret: 'the secret of this test file' })
const { db, uri, name } = server

class Post extends BaseModel {
  static override collection = 'posts'
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @column() declare likes: number
  @column({ columnName: 'at' }) declare createdAt: Date
  @column() declare author: { name: string; mail: string }
  @column({ serializeAs: null }) declare secret: string
}

const posts = db.collection('posts')

beforeEach(async () => {
  await posts.deleteMany({})
  await posts.insertMany(
    Array.from({ length: 10 }, (_, n) => ({
      title: `post ${n}`,
      likes: n >> 1,
      at: new Date(1e12 + n),
      author: { name: `a${n % 3}`, mail: 'm' },
      secret: 'hush',
    })),
  )
})

const numbers = (rows: readonly { title: string }[]) =>
  rows.map(({ title }) => Number(title.slice(5)))
const byLikes = () => Post.query().orderBy('likes', 'desc').orderBy('createdAt')
const secondPage = async () => {
  const { nextCursor } = await byLikes().paginateCursor({ limit: 3 })
  return byLikes().paginateCursor({ limit: 3, after: nextCursor })
}

describe('a page', () => {
  it('is an array of models that knows where it is', async () => {
    const page = await secondPage()
    expect(page).toBeInstanceOf(CursorPage)
    expect(Array.isArray(page)).toBe(true)
    expect(page.every((row) => row instanceof Post && row.$isPersisted)).toBe(true)
    expect(numbers(page)).toEqual([7, 4, 5])
    expect(page.all()).toEqual([...page])
    expect(page).toMatchObject({
      perPage: 3,
      hasNext: true,
      hasPrevious: true,
      isEmpty: false,
      nextCursor: expect.stringMatching(/^[\w-]{40,}$/),
      previousCursor: expect.stringMatching(/^[\w-]{40,}$/),
    })
    expect(page.total).toBeUndefined()
  })

  it('has plain arrays for what map and its like make of it', async () => {
    const page = await secondPage()
    for (const made of [page.map((row) => row), page.filter(Boolean), page.slice(1)]) {
      expect(Object.getPrototypeOf(made)).toBe(Array.prototype)
    }
    expect(JSON.stringify(page.map(({ title }) => title))).toBe('["post 7","post 4","post 5"]')
  })

  it('is JSON with its meta', async () => {
    const page = await secondPage()
    const { nextCursor, previousCursor } = page
    const json = JSON.parse(JSON.stringify(page))
    expect(json.meta).toEqual({
      perPage: 3,
      hasNext: true,
      hasPrevious: true,
      nextCursor,
      previousCursor,
      nextPageUrl: `/?after=${nextCursor}`,
      previousPageUrl: `/?before=${previousCursor}`,
    })
    expect(json.meta).toEqual(page.getMeta())
    expect(json.data).toEqual(JSON.parse(JSON.stringify(page.all())))
    expect(json.data[0]).not.toHaveProperty('secret')
    expect(page.serialize({ fields: ['title'] })).toEqual({
      meta: page.getMeta(),
      data: [{ title: 'post 7' }, { title: 'post 4' }, { title: 'post 5' }],
    })
  })

  it('names its meta as the naming strategy says', async () => {
    class Snake extends Post {
      static override collection = 'posts'
      static override namingStrategy = new SnakeCaseNamingStrategy()
    }
    const page = await Snake.query().paginateCursor({ limit: 2, withTotal: true })
    expect(Object.keys(page.getMeta())).toEqual([
      'total',
      'per_page',
      'has_next',
      'has_previous',
      'next_cursor',
      'previous_cursor',
      'next_page_url',
      'previous_page_url',
    ])
  })

  it('has links that carry what is given, and one cursor', async () => {
    const page = await secondPage()
    page.baseUrl('/posts').queryString({ after: 'old', before: 'older', q: 'a b', page: 1 })
    expect(page.getNextPageUrl()).toBe(`/posts?after=${page.nextCursor}&q=a%20b&page=1`)
    expect(page.getPreviousPageUrl()).toBe(`/posts?before=${page.previousCursor}&q=a%20b&page=1`)
    const whole = await byLikes().paginateCursor({ limit: 10 })
    expect([whole.getNextPageUrl(), whole.getPreviousPageUrl()]).toEqual([null, null])
  })

  it('counts all rows when asked to, whichever page it is', async () => {
    const query = byLikes().where('likes', '>', 0)
    const first = await query.paginateCursor({ limit: 5, withTotal: true })
    const second = await query.paginateCursor({
      limit: 5,
      withTotal: true,
      after: first.nextCursor,
    })
    expect([first.total, second.total, first.length, second.length]).toEqual([8, 8, 5, 3])
    expect(second.getMeta().total).toBe(8)
    const none = await query.where('title', 'none').paginateCursor({ withTotal: true })
    expect(none).toMatchObject({ total: 0, isEmpty: true, hasNext: false, hasPrevious: false })
  })

  it('takes one command, and two with the total', async () => {
    const one = await profile(server, 'posts', () => byLikes().paginateCursor({ limit: 3 }))
    expect(one.map(({ command }) => command)).toMatchObject([
      { find: 'posts', limit: 4, singleBatch: true, sort: { likes: -1, at: 1, _id: 1 } },
    ])
    const two = await profile(server, 'posts', () => byLikes().paginateCursor({ withTotal: true }))
    expect(two).toHaveLength(2)
  })

  it('has 20 rows unless told otherwise', async () => {
    await posts.insertMany(Array.from({ length: 20 }, (_, n) => ({ title: `more ${n}` })))
    const page = await Post.query().paginateCursor()
    expect([page.length, page.perPage]).toEqual([20, 20])
    expect(await Post.query().paginateCursor({ limit: 1000 })).toHaveLength(30)
  })

  it.each([
    ['exactly full', 5, [5, 5]],
    ['of one row', 1, Array(10).fill(1)],
    ['longer than the rest', 4, [4, 4, 2]],
    ['longer than all', 99, [10]],
  ])('%s: the pages end where the rows do', async (_, limit, lengths) => {
    const found: number[] = []
    let after: string | null | undefined
    do {
      const page = await Post.query().paginateCursor({ limit, after })
      found.push(page.length)
      after = page.nextCursor
    } while (after !== null)
    expect(found).toEqual(lengths)
  })
})

describe('the query', () => {
  it('is left as it was, and serves every page', async () => {
    const query = byLikes().where('likes', '<', 4)
    const before = JSON.stringify(query.toMongo())
    const first = await query.paginateCursor({ limit: 4 })
    const second = await query.paginateCursor({ limit: 4, after: first.nextCursor })
    const back = await query.paginateCursor({ limit: 4, before: second.previousCursor })
    expect([numbers(first), numbers(second)]).toEqual([
      [6, 7, 4, 5],
      [2, 3, 0, 1],
    ])
    expect(numbers(back)).toEqual(numbers(first))
    expect(JSON.stringify(query.toMongo())).toBe(before)
    expect(numbers(await query)).toEqual([6, 7, 4, 5, 2, 3, 0, 1])
  })

  it('may have alternatives: the cursor holds for each', async () => {
    const query = () =>
      Post.query().where('likes', 4).orWhere('likes', 0).orWhere('title', 'post 5').orderBy('title')
    const first = await query().paginateCursor({ limit: 2 })
    const second = await query().paginateCursor({ limit: 9, after: first.nextCursor })
    expect([numbers(first), numbers(second)]).toEqual([
      [0, 1],
      [5, 8, 9],
    ])
  })

  it('may have conditions on the fields of the order, and on the id', async () => {
    const ids = (await posts.find().sort({ at: 1 }).toArray()).map(({ _id }) => String(_id))
    const query = () =>
      Post.query()
        .whereIn('id', ids.slice(2, 9))
        .whereBetween('createdAt', [new Date(1e12 + 4), new Date(1e12 + 99)])
        .orderBy('createdAt')
    const first = await query().paginateCursor({ limit: 2 })
    const second = await query().paginateCursor({ limit: 2, after: first.nextCursor })
    const third = await query().paginateCursor({ limit: 2, after: second.nextCursor })
    expect([first, second, third].map(numbers)).toEqual([[4, 5], [6, 7], [8]])
  })

  it('has no limit and offset for a page', async () => {
    const page = await byLikes().limit(2).offset(3).paginateCursor({ limit: 4 })
    expect(numbers(page)).toEqual([8, 9, 6, 7])
    expect(await byLikes().limit(0).paginateCursor({ limit: 4 })).toHaveLength(4)
  })

  it('reads what the order needs beside what it selects', async () => {
    const query = () => Post.query().select('title').orderBy('author.name').orderBy('likes', 'desc')
    const first = await query().paginateCursor({ limit: 4 })
    const second = await query().paginateCursor({ limit: 9, after: first.nextCursor })
    expect([numbers(first), numbers(second)]).toEqual([
      [9, 6, 3, 0],
      [7, 4, 1, 8, 5, 2],
    ])
    expect(first[0]?.toJSON()).toEqual({
      id: first[0]?.id,
      title: 'post 9',
      likes: 4,
      author: { name: 'a0' },
    })
    expect(first[0]?.$isDirty).toBe(false)
  })

  it('may ask for plain rows', async () => {
    const query = () => byLikes().pojo<{ _id: ObjectId; title: string }>()
    const first = await query().paginateCursor({ limit: 4, withTotal: true })
    const second = await query().paginateCursor({ limit: 4, after: first.nextCursor })
    expect(first[0]?._id).toBeInstanceOf(ObjectId)
    expect(first[0]).not.toBeInstanceOf(Post)
    expect([numbers(first), numbers(second)]).toEqual([
      [8, 9, 6, 7],
      [4, 5, 2, 3],
    ])
    expect(first.total).toBe(10)
    expect(first.toJSON().data).toEqual(first.all())
  })

  it('keeps its collation, hint, comment and time limit', async () => {
    await posts.updateMany({ likes: { $lt: 2 } }, [{ $set: { title: { $toUpper: '$title' } } }])
    const query = () =>
      Post.query()
        .orderBy('title', 'desc')
        .collation({ locale: 'en', strength: 2 })
        .hint({ id: 1 })
        .comment('paged')
        .timeout(9000)
    const first = await query().paginateCursor({ limit: 4 })
    const commands = await profile(server, 'posts', async () => {
      const second = await query().paginateCursor({ limit: 9, after: first.nextCursor })
      expect([numbers(first), numbers(second)]).toEqual([
        [9, 8, 7, 6],
        [5, 4, 3, 2, 1, 0],
      ])
    })
    expect(commands[0]?.command).toMatchObject({
      collation: { locale: 'en', strength: 2 },
      hint: { _id: 1 },
      comment: 'paged',
    })
    // What is left of the 9,000 ms when the command is sent.
    expect(commands[0]?.command.maxTimeMS).toBeGreaterThan(0)
    expect(commands[0]?.command.maxTimeMS).toBeLessThanOrEqual(9000)
  })
})

describe('between pages', () => {
  const pages = (options: CursorPageOptions) =>
    Post.query()
      .orderBy('createdAt', 'desc')
      .paginateCursor({ limit: 3, ...options })

  it('new rows at the front do not repeat a row', async () => {
    const first = await pages({})
    await posts.insertMany([10, 11].map((n) => ({ title: `post ${n}`, at: new Date(1e12 + n) })))
    const second = await pages({ after: first.nextCursor })
    expect([numbers(first), numbers(second)]).toEqual([
      [9, 8, 7],
      [6, 5, 4],
    ])
    const back = await pages({ before: second.previousCursor })
    expect(numbers(back)).toEqual([9, 8, 7])
    expect(back.hasPrevious).toBe(true)
    expect(numbers(await pages({ before: back.previousCursor }))).toEqual([11, 10])
  })

  it('the row of the cursor may be deleted', async () => {
    const first = await pages({})
    await posts.deleteMany({ title: { $in: ['post 7', 'post 9'] } })
    const second = await pages({ after: first.nextCursor })
    expect(numbers(second)).toEqual([6, 5, 4])
    expect(numbers(await pages({ before: second.previousCursor }))).toEqual([8])
  })

  it('a page that has become empty leads back to the rows before it', async () => {
    const first = await pages({})
    await posts.deleteMany({ at: { $lt: new Date(1e12 + 7) } })
    const empty = await pages({ after: first.nextCursor })
    expect(empty).toMatchObject({ isEmpty: true, hasNext: false, hasPrevious: true })
    expect(empty.nextCursor).toBeNull()
    // The row of the cursor is among them.
    expect(numbers(await pages({ before: empty.previousCursor }))).toEqual([9, 8, 7])
  })

  it('a page before the first is empty and leads on to it', async () => {
    const last = await pages({ direction: 'previous' })
    await posts.deleteMany({ at: { $gt: new Date(1e12 + 2) } })
    const empty = await pages({ before: last.previousCursor })
    expect(empty).toMatchObject({ isEmpty: true, hasNext: true, hasPrevious: false })
    expect(numbers(await pages({ after: empty.nextCursor }))).toEqual([2, 1, 0])
  })

  it('the last page comes first when asked for', async () => {
    const last = await pages({ direction: 'previous' })
    expect(numbers(last)).toEqual([2, 1, 0])
    expect(last).toMatchObject({ hasNext: false, hasPrevious: true, nextCursor: null })
    const before = await pages({ before: last.previousCursor, direction: 'previous' })
    expect(numbers(before)).toEqual([5, 4, 3])
    expect(numbers(await pages({ after: before.nextCursor, direction: 'next' }))).toEqual([2, 1, 0])
  })
})

describe('hooks', () => {
  const calls: unknown[] = []

  function hooked() {
    class Hooked extends Post {
      static override collection = 'posts'
    }
    calls.length = 0
    return Hooked
  }

  it('run as for exec: before the query, and after it with the rows of the page alone', async () => {
    const Hooked = hooked()
    for (const event of ['fetch', 'find', 'paginate'] as const) {
      Hooked.before(event, () => {
        calls.push(`before ${event}`)
      })
    }
    Hooked.after('fetch', (rows, { operation }) => {
      calls.push(numbers(rows), operation)
    })
    const query = () => Hooked.query().orderBy('createdAt')
    const first = await query().paginateCursor({ limit: 3 })
    await query().paginateCursor({ limit: 3, after: first.nextCursor })
    await query().paginateCursor({ limit: 2, direction: 'previous' })
    expect(calls).toEqual([
      ...['before fetch', [0, 1, 2], 'fetch'],
      ...['before fetch', [3, 4, 5], 'fetch'],
      ...['before fetch', [8, 9], 'fetch'],
    ])
    await query().pojo().paginateCursor()
    expect(calls).toHaveLength(9)
  })

  it('add conditions that hold for the page and the total, also beside an orWhere', async () => {
    const Hooked = hooked()
    Hooked.before('fetch', (query) => {
      query.where('likes', '<', 3)
    })
    const query = () =>
      Hooked.query().where('title', 'post 9').orWhere('likes', '>', 0).orderBy('createdAt')
    const first = await query().paginateCursor({ limit: 3, withTotal: true })
    const second = await query().paginateCursor({
      limit: 3,
      withTotal: true,
      after: first.nextCursor,
    })
    expect([numbers(first), numbers(second)]).toEqual([[2, 3, 4], [5]])
    expect([first.total, second.total, second.hasNext]).toEqual([4, 4, false])
  })

  it('may order the query: the pages follow', async () => {
    const Hooked = hooked()
    Hooked.before('fetch', (query) => {
      query.orderBy('createdAt', 'desc').limit(1).offset(2)
    })
    const first = await Hooked.query().paginateCursor({ limit: 4 })
    const second = await Hooked.query().paginateCursor({ limit: 4, after: first.nextCursor })
    expect([numbers(first), numbers(second)]).toEqual([
      [9, 8, 7, 6],
      [5, 4, 3, 2],
    ])
  })

  it('may change the rows', async () => {
    const Hooked = hooked()
    Hooked.after('fetch', (rows) => {
      rows.shift()
      for (const row of rows) row.title = `post ${numbers([row])[0]}0`
    })
    const first = await Hooked.query().orderBy('createdAt').paginateCursor({ limit: 3 })
    expect(numbers(first)).toEqual([10, 20])
    const second = await Hooked.query()
      .orderBy('createdAt')
      .paginateCursor({ limit: 3, after: first.nextCursor })
    expect(numbers(second)).toEqual([40, 50])
    const back = { limit: 9, before: second.previousCursor }
    expect(numbers(await Hooked.query().orderBy('createdAt').paginateCursor(back))).toEqual([
      10, 20,
    ])
  })

  it('may refuse the page', async () => {
    const Hooked = hooked()
    Hooked.before('fetch', () => false)
    await expect(Hooked.query().paginateCursor()).rejects.toMatchObject({ code: 'E_HOOK_ABORTED' })
  })
})

describe('a cursor is refused', () => {
  const invalid = { code: 'E_INVALID_CURSOR', status: 400, model: 'Post' }

  class Other extends Post {
    static override collection = 'posts'
  }

  it.each<[string, () => Promise<unknown>]>([
    [
      'of another model',
      async () => {
        const { nextCursor: after } = await byLikes().paginateCursor({ limit: 1 })
        const query = Other.query().orderBy('likes', 'desc').orderBy('createdAt')
        await expect(query.paginateCursor({ after })).rejects.toMatchObject({ model: 'Other' })
        return byLikes().paginateCursor({
          after: (await query.paginateCursor({ limit: 1 })).nextCursor,
        })
      },
    ],
    [
      'of another order',
      async () => {
        const { nextCursor: after } = await Post.query()
          .orderBy('likes')
          .paginateCursor({ limit: 1 })
        return Post.query().orderBy('title').paginateCursor({ after })
      },
    ],
    [
      'of another direction',
      async () => {
        const { nextCursor: after } = await Post.query()
          .orderBy('likes')
          .paginateCursor({ limit: 1 })
        return Post.query().orderBy('likes', 'desc').paginateCursor({ after })
      },
    ],
    [
      'of more fields',
      async () => {
        const { nextCursor: after } = await byLikes().paginateCursor({ limit: 1 })
        return Post.query().orderBy('likes', 'desc').paginateCursor({ after })
      },
    ],
    [
      'of another collation',
      async () => {
        const { nextCursor: after } = await byLikes().paginateCursor({ limit: 1 })
        return byLikes().collation({ locale: 'en' }).paginateCursor({ after })
      },
    ],
    [
      'with a character changed',
      async () => {
        const { nextCursor } = await byLikes().paginateCursor({ limit: 1 })
        const text = nextCursor ?? ''
        const after = `${text.slice(0, 20)}${text[20] === 'A' ? 'B' : 'A'}${text.slice(21)}`
        return byLikes().paginateCursor({ after })
      },
    ],
    [
      'cut short',
      async () => {
        const { nextCursor } = await byLikes().paginateCursor({ limit: 1 })
        return byLikes().paginateCursor({ before: nextCursor?.slice(0, -2) })
      },
    ],
    ['that is empty', () => byLikes().paginateCursor({ after: '' })],
    ['that is an id', () => byLikes().paginateCursor({ after: new ObjectId().toHexString() })],
    ['that is a list', () => byLikes().paginateCursor({ after: ['x'] as never })],
    ['that is an object', () => byLikes().paginateCursor({ before: { $gt: '' } as never })],
    ['that is a number', () => byLikes().paginateCursor({ before: 1 as never })],
    [
      'beside another one',
      async () => {
        const page = await secondPage()
        return byLikes().paginateCursor({ after: page.nextCursor, before: page.previousCursor })
      },
    ],
  ])('%s', async (_, run) => {
    const error = await run().then(
      () => 'not refused',
      (thrown) => thrown,
    )
    expect(error).toBeInstanceOf(errors.E_INVALID_CURSOR)
    expect(error).toMatchObject(invalid)
  })

  it('before anything is sent', async () => {
    const sent = await profile(server, 'posts', async () => {
      await expect(byLikes().paginateCursor({ after: 'x' })).rejects.toMatchObject(invalid)
    })
    expect(sent).toEqual([])
  })

  it('without telling what it holds', async () => {
    const { nextCursor } = await Post.query().orderBy('secret').paginateCursor({ limit: 1 })
    const error = await byLikes()
      .paginateCursor({ after: nextCursor })
      .catch((thrown) => thrown)
    expect(`${error.message}${JSON.stringify(error)}`).not.toContain('hush')
  })

  it('not when null or undefined: that is the first page', async () => {
    for (const none of [null, undefined]) {
      const page = await byLikes().paginateCursor({ limit: 2, after: none, before: none })
      expect(numbers(page)).toEqual([8, 9])
    }
  })

  it('not because the conditions changed', async () => {
    const { nextCursor: after } = await Post.query()
      .orderBy('createdAt')
      .paginateCursor({ limit: 4 })
    const page = await Post.query().where('likes', 4).orderBy('createdAt').paginateCursor({ after })
    expect(numbers(page)).toEqual([8, 9])
  })
})

describe('wrong options', () => {
  it.each<[string, unknown]>([
    ['limit 0', { limit: 0 }],
    ['limit -1', { limit: -1 }],
    ['half a row', { limit: 1.5 }],
    ['limit NaN', { limit: Number.NaN }],
    ['limit as text', { limit: 'five' }],
    ['limit null', { limit: null }],
    ['limit without end', { limit: Number.POSITIVE_INFINITY }],
    ['limit too large', { limit: 2 ** 31 }],
    ['an unknown direction', { direction: 'backwards' }],
  ])('are E_INVALID_QUERY: %s', async (_, options) => {
    await expect(Post.query().paginateCursor(options as CursorPageOptions)).rejects.toMatchObject({
      code: 'E_INVALID_QUERY',
      model: 'Post',
    })
  })

  it('are E_INVALID_QUERY: a direction against the cursor', async () => {
    const page = await secondPage()
    for (const options of [
      { after: page.nextCursor, direction: 'previous' },
      { before: page.previousCursor, direction: 'next' },
    ] as const) {
      await expect(byLikes().paginateCursor(options)).rejects.toMatchObject({
        code: 'E_INVALID_QUERY',
      })
    }
  })

  it('do not come from Object.prototype', async () => {
    const polluted = Object.prototype as { limit?: number; withTotal?: boolean }
    polluted.limit = 1
    polluted.withTotal = true
    try {
      const page = await byLikes().paginateCursor({})
      expect([page.length, page.total]).toEqual([10, undefined])
    } finally {
      delete polluted.limit
      delete polluted.withTotal
    }
  })
})

describe('rows without a definite place', () => {
  class Tagged extends BaseModel {
    static override collection = 'tagged'
    @column({ isPrimary: true }) declare id: string
    @column() declare tags: unknown
    @column() declare items: { sku: string }[]
  }

  it.each([
    ['an array', { tags: ['a', 'b'] }, 'tags'],
    ['an empty array', { tags: [] }, 'tags'],
    ['an array on the way', { items: [{ sku: 'a' }] }, 'items.sku'],
  ] as const)('are refused: %s', async (_, document, by) => {
    const tagged = db.collection('tagged')
    await tagged.deleteMany({})
    await tagged.insertMany([{ tags: 'a' }, { tags: 1 }, { tags: 2 }, { items: { sku: 'x' } }])
    await tagged.insertOne(document)
    for (const order of ['asc', 'desc'] as const) {
      const walk = async () => {
        let after: string | null = null
        do {
          const page = await Tagged.query().orderBy(by, order).paginateCursor({ limit: 1, after })
          after = page.nextCursor
        } while (after !== null)
      }
      await expect(walk()).rejects.toMatchObject({ code: 'E_INVALID_QUERY', model: 'Tagged' })
    }
    // In any other order they are rows like others.
    expect(await Tagged.query().orderBy('id').paginateCursor()).toHaveLength(5)
  })
})

describe('the secret', () => {
  const databases: Database[] = []
  afterAll(() => Promise.all(databases.map((one) => one.closeAll())))

  function model(settings: Partial<ConnectionConfig>) {
    class Page extends Post {
      static override collection = 'posts'
    }
    const connections = { main: { url: uri, database: name, ...settings } }
    const database = new Database({ connection: 'main', connections })
    databases.push(database)
    Page.useDatabase(database)
    return Page
  }

  it('of the connection makes a cursor good elsewhere', async () => {
    const cursorSecret = 'x'.repeat(16)
    const { nextCursor: after } = await model({ cursorSecret }).query().paginateCursor({ limit: 4 })
    expect(await model({ cursorSecret }).query().paginateCursor({ after })).toHaveLength(6)
    for (const other of [{ cursorSecret: 'y'.repeat(16) }, {}]) {
      await expect(model(other).query().paginateCursor({ after })).rejects.toMatchObject({
        code: 'E_INVALID_CURSOR',
      })
    }
  })

  it('is the process’s own where none is given', async () => {
    const { nextCursor: after } = await model({}).query().paginateCursor({ limit: 4 })
    expect(await model({}).query().paginateCursor({ after })).toHaveLength(6)
  })

  it.each([
    ['too short', 'x'.repeat(15)],
    ['empty', ''],
    ['no string', 12345],
  ])('is E_CONFIGURATION when %s, without showing it', (_, cursorSecret) => {
    const connections = { main: { url: uri, cursorSecret: cursorSecret as string } }
    let error: unknown
    try {
      new Database({ connection: 'main', connections })
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ code: 'E_CONFIGURATION', connection: 'main' })
    if (cursorSecret) expect(String(error)).not.toContain(String(cursorSecret))
  })
})
