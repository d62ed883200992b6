import { BaseModel, column, errors, type LucentError, ModelPaginator, ObjectId } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db } = server

class Post extends BaseModel {
  static override collection = 'posts'
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @column({ columnName: 'text' }) declare body: string
  @column() declare viewCount: number
  @column() declare author: { name: string; mail: string }
}

const posts = db.collection('posts')

beforeEach(async () => {
  await posts.deleteMany({})
  await posts.insertMany(
    Array.from({ length: 25 }, (_, n) => ({
      _id: new ObjectId(),
      title: `post ${n}`,
      text: 'long',
      view_count: n % 10,
      author: { name: `a${n % 3}`, mail: 'm' },
      extra: n,
    })),
  )
})

const titles = (rows: readonly Post[]) => rows.map(({ title }) => Number(title.slice(5)))

describe('order and limits', () => {
  it.each([
    ['ascending', Post.query().orderBy('viewCount').orderBy('id'), { view_count: 1, _id: 1 }],
    [
      'descending',
      Post.query().orderBy('viewCount', 'desc').orderBy('id'),
      { view_count: -1, _id: 1 },
    ],
    [
      'of a list',
      Post.query().orderBy(['author.name', { column: 'viewCount', order: 'desc' }, 'id']),
      { 'author.name': 1, view_count: -1, _id: 1 },
    ],
    [
      'of an object',
      Post.query().orderBy({ viewCount: 'desc', id: 'desc' }),
      { view_count: -1, _id: -1 },
    ],
    [
      'of a column named twice',
      Post.query().orderBy('viewCount').orderBy('id').orderBy('viewCount', 'desc'),
      { view_count: -1, _id: 1 },
    ],
    ['forgotten', Post.query().orderBy('viewCount', 'desc').clearOrder().orderBy('id'), { _id: 1 }],
  ])('%s', async (_, query, sort) => {
    const expected = await posts
      .find()
      .sort(sort as never)
      .toArray()
    expect(titles(await query)).toEqual(expected.map(({ title }) => Number(title.slice(5))))
  })

  it.each([
    ['limit', () => Post.query().limit(3), [0, 1, 2]],
    ['limit beyond the end', () => Post.query().offset(23).limit(99), [23, 24]],
    ['limit 0', () => Post.query().limit(0), []],
    ['offset', () => Post.query().offset(22), [22, 23, 24]],
    ['skip', () => Post.query().skip(24), [24]],
    ['offset beyond the end', () => Post.query().offset(99), []],
    ['forPage', () => Post.query().forPage(3, 5), [10, 11, 12, 13, 14]],
    ['forPage of the rest', () => Post.query().forPage(3, 10), [20, 21, 22, 23, 24]],
    ['clearLimit', () => Post.query().limit(0).clearLimit().limit(1), [0]],
    ['clearOffset', () => Post.query().offset(9).clearOffset().limit(1), [0]],
    ['batchSize', () => Post.query().batchSize(2), Array.from({ length: 25 }, (_, n) => n)],
  ])('%s', async (_, query, expected) => {
    expect(titles(await query().orderBy('id'))).toEqual(expected)
    const counted = query()
    expect(await counted.count()).toBe(expected.length)
  })

  it('limit 0 finds nothing, whatever else is asked', async () => {
    expect(await Post.query().orWhere('title', 'post 1').limit(0)).toEqual([])
    expect(await Post.query().limit(0).first()).toBeNull()
    expect(await Post.query().limit(0).pojo()).toEqual([])
    await expect(Post.query().limit(0).update({ title: 'x' })).rejects.toMatchObject({
      code: 'E_INVALID_QUERY',
    })
  })

  it.each([100, 101, 102, 500, 999, 1000, 1001, 2500])('limit %i finds as many', async (limit) => {
    class Row extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column() declare n: number
    }
    if ((await Row.query().count()) === 0) {
      await Row.createMany(Array.from({ length: 3000 }, (_, n) => ({ n })))
    }
    const rows = await Row.query().orderBy('n').limit(limit)
    expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: limit }, (_, n) => n))
    expect(await Row.query().where('n', '>=', 10).limit(limit).pojo()).toHaveLength(limit)
    expect(await Row.query().orderBy('n').paginate(1, limit)).toHaveLength(limit)
    expect(await Row.query().limit(limit).batchSize(70)).toHaveLength(limit)
  })

  it('first asks for one', async () => {
    const commands = await profile(server, 'posts', () => Post.query().orderBy('id').first())
    expect(commands).toHaveLength(1)
    expect(commands[0]?.command).toMatchObject({ find: 'posts', limit: 1, singleBatch: true })
    expect((await Post.query().orderBy('id').offset(4).first())?.title).toBe('post 4')
  })

  it('comment, hint, collation and time limit reach the server', async () => {
    const commands = await profile(server, 'posts', () =>
      Post.query()
        .where('title', 'POST 3')
        .comment('from a test')
        .hint({ id: 1 })
        .collation({ locale: 'en', strength: 2 })
        .timeout(9000)
        .then((found) => expect(titles(found)).toEqual([3])),
    )
    expect(commands[0]?.command).toMatchObject({
      comment: 'from a test',
      hint: { _id: 1 },
      collation: { locale: 'en', strength: 2 },
    })
    // What is left of the 9,000 ms when the command is sent.
    expect(commands[0]?.command.maxTimeMS).toBeGreaterThan(0)
    expect(commands[0]?.command.maxTimeMS).toBeLessThanOrEqual(9000)
  })

  it('a hint that is no index is E_SERVER_ERROR', async () => {
    await expect(Post.query().hint('nope')).rejects.toMatchObject({
      code: 'E_SERVER_ERROR',
      model: 'Post',
      operation: 'find',
      serverCode: 2,
    })
  })
})

describe('select', () => {
  it('reads the columns asked for, and the key', async () => {
    const post = await Post.query().select('title', 'author.name').orderBy('id').firstOrFail()
    expect(post.toJSON()).toEqual({ id: post.id, title: 'post 0', author: { name: 'a0' } })
    expect([post.body, post.viewCount]).toEqual([undefined, undefined])
    expect(post.$extras).toEqual({})
    expect(post.$isDirty).toBe(false)
  })

  it("'*' and clearSelect read everything", async () => {
    for (const query of [
      Post.query().select('title', '*'),
      Post.query().select('title').clearSelect(),
    ]) {
      const post = await query.orderBy('id').firstOrFail()
      expect(post.body).toBe('long')
      expect(post.$extras).toEqual({ extra: 0 })
    }
  })

  it('of some columns: saving does not erase the others', async () => {
    const post = await Post.query().select('title').orderBy('id').firstOrFail()
    const _id = new ObjectId(post.id)
    const before = await posts.findOne({ _id })
    post.title = 'changed'
    await post.save()
    expect(await posts.findOne({ _id })).toEqual({ ...before, title: 'changed' })
    post.merge({ viewCount: 99 })
    await post.save()
    expect(await posts.findOne({ _id })).toEqual({ ...before, title: 'changed', view_count: 99 })
    await post.refresh()
    expect(post.body).toBe('long')
  })

  it('pojo answers stored names', async () => {
    const rows = await Post.query().select('body', 'viewCount').orderBy('id').limit(2).pojo()
    const ids = await posts.find().sort({ _id: 1 }).limit(2).toArray()
    expect(rows).toEqual([
      { _id: expect.objectContaining({}), text: 'long', view_count: 0 },
      { _id: expect.objectContaining({}), text: 'long', view_count: 1 },
    ])
    expect(rows.map((row) => String(row._id))).toEqual(ids.map((row) => String(row._id)))
    const first = await Post.query().orderBy('id').pojo<{ title: string }>().first()
    expect(first?.title).toBe('post 0')
  })
})

describe('paginate', () => {
  it('answers one page and the total', async () => {
    const page = await Post.query().where('viewCount', '<', 5).orderBy('id').paginate(2, 4)
    expect(page).toBeInstanceOf(ModelPaginator)
    expect(titles(page)).toEqual([4, 10, 11, 12])
    expect(page.all()).toEqual([...page])
    expect(page.getMeta()).toEqual({
      total: 15,
      perPage: 4,
      currentPage: 2,
      lastPage: 4,
      firstPage: 1,
      firstPageUrl: '/?page=1',
      lastPageUrl: '/?page=4',
      nextPageUrl: '/?page=3',
      previousPageUrl: '/?page=1',
    })
    page.baseUrl('/posts').queryString({ q: 'a b', tag: ['x', 'y'] })
    expect(page.getNextPageUrl()).toBe('/posts?q=a%20b&tag%5B0%5D=x&tag%5B1%5D=y&page=3')
    expect(page.toJSON().data).toEqual(page.all().map((post) => post.serialize()))
    expect(page.map(({ title }) => title)).toHaveLength(4)
    expect(JSON.parse(JSON.stringify(page)).meta.total).toBe(15)
  })

  it.each([
    ['the last page', 3, 10, 5, { hasMorePages: false, hasPages: true, isEmpty: false }],
    ['beyond the last page', 9, 10, 0, { hasMorePages: false, hasPages: true, isEmpty: true }],
    ['everything', 1, 100, 25, { hasMorePages: false, hasPages: false, isEmpty: false }],
  ])('of %s', async (_, number, size, count, flags) => {
    const page = await Post.query().orderBy('id').paginate(number, size)
    expect(page).toHaveLength(count)
    expect(page).toMatchObject({ total: 25, ...flags })
  })

  it('of nothing asks once', async () => {
    const commands = await profile(server, 'posts', async () => {
      const page = await Post.query().where('title', 'none').paginate(1, 10)
      expect(page).toMatchObject({ total: 0, lastPage: 1, isEmpty: true, hasTotal: false })
      expect(page.getNextPageUrl()).toBeNull()
    })
    expect(commands).toHaveLength(1)
  })

  it('takes 20 a page, and select and pojo', async () => {
    const page = await Post.query().select('title').orderBy('id').paginate(1)
    expect(page).toHaveLength(20)
    expect(page[0]?.body).toBeUndefined()
    const plain = await Post.query().orderBy('id').pojo().paginate(2)
    expect(plain).toHaveLength(5)
    expect(plain.toJSON().data[0]).toMatchObject({ title: 'post 20', extra: 20 })
  })
})

describe('a query is a thenable', () => {
  it('that runs anew each time it is awaited', async () => {
    const query = Post.query().where('viewCount', 3)
    const commands = await profile(server, 'posts', async () => {
      const first = await query
      const second = await query
      expect(titles(first)).toEqual(titles(second))
      expect(first[0]).not.toBe(second[0])
      await query.exec()
    })
    expect(commands.map(({ op }) => op)).toEqual(['query', 'query', 'query'])
  })

  it('that sends nothing until then', async () => {
    const commands = await profile(server, 'posts', async () => {
      const query = Post.query().where('viewCount', 3).orderBy('id').limit(1)
      query.clone().toMongo()
    })
    expect(commands).toEqual([])
  })

  it('with then, catch and finally', async () => {
    expect(await Post.query().then((rows) => rows.length)).toBe(25)
    expect(await Post.query().catch(() => 'caught')).toHaveLength(25)
    const failing = () => Post.query().whereRaw({ $nonsense: 1 })
    expect(await failing().catch((error) => error)).toBeInstanceOf(errors.E_SERVER_ERROR)
    expect(await failing().then(null, (error) => (error as LucentError).code)).toBe(
      'E_SERVER_ERROR',
    )
    let done = 0
    await Post.query().finally(() => done++)
    await expect(failing().finally(() => done++)).rejects.toMatchObject({ code: 'E_SERVER_ERROR' })
    expect(done).toBe(2)
  })

  it('in Promise.all, race and for await', async () => {
    const [all, three, one] = await Promise.all([
      Post.query(),
      Post.query().where('viewCount', 3),
      Post.query().limit(1),
    ])
    expect([all.length, three.length, one.length]).toEqual([25, 3, 1])
    const settled = await Promise.allSettled([Post.query(), Post.query().whereRaw({ $x: 1 })])
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    for await (const rows of [Post.query().limit(2)]) expect(rows).toHaveLength(2)
  })

  it('whose clone is independent', async () => {
    const query = Post.query().where('viewCount', 3).orderBy('id')
    const copy = query.clone().where('title', 'post 13').limit(1)
    expect(titles(await query)).toEqual([3, 13, 23])
    expect(titles(await copy)).toEqual([13])
    expect(copy.model).toBe(Post)
  })
})

describe('errors', () => {
  it('have the caller in their stack', async () => {
    async function callerOfTheQuery() {
      await Post.query().whereRaw({ $nonsense: 1 })
    }
    const error = await callerOfTheQuery().catch((caught) => caught)
    expect(error.stack).toContain('callerOfTheQuery')
    expect(error.stack).toContain('reading.test')
  })
})
