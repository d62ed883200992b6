import testUtils from '@adonisjs/core/services/test_utils'
import { test } from '@japa/runner'
import Post from '#models/post'
import { ask, signUp } from '#tests/client'

const DRAFT = { title: 'On engines', body: 'They compute.', tags: ['math'] }
const NOBODY = 'ffffffffffffffffffffffff'

test.group('Posts: hooks', (group) => {
  group.each.setup(() => testUtils.mongo().truncate())

  test('a draft has no date of publication', async ({ assert }) => {
    const { id, token } = await signUp('ada')
    const { status, body } = await ask('POST /posts', DRAFT, token)
    assert.equal(status, 201)
    assert.containsSubset(body, { ...DRAFT, status: 'draft', authorId: id, version: 1 })
    assert.notExists(body.publishedAt)
  })

  test('publishing sets it, and a draft loses it again', async ({ assert }) => {
    const { token } = await signUp('ada')
    const { body: post } = await ask('POST /posts', DRAFT, token)
    const published = await ask(`PATCH /posts/${post.id}`, { status: 'published' }, token)
    assert.equal(published.status, 200)
    assert.approximately(Date.parse(published.body.publishedAt), Date.now(), 10_000)
    const edited = await ask(`PATCH /posts/${post.id}`, { title: 'On looms' }, token)
    assert.equal(edited.body.publishedAt, published.body.publishedAt)
    const withdrawn = await ask(`PATCH /posts/${post.id}`, { status: 'draft' }, token)
    assert.isNull(withdrawn.body.publishedAt)
    assert.equal(withdrawn.body.version, 4)
  })

  test('a status that cannot follow is refused', async ({ assert, mongo }) => {
    const { token } = await signUp('ada')
    const { body: post } = await ask('POST /posts', DRAFT, token)
    const answer = await ask(`PATCH /posts/${post.id}`, { status: 'archived' }, token)
    assert.equal(answer.status, 422)
    assert.equal(answer.body.message, 'A post that is draft cannot become archived')
    await mongo.assertHas(Post, { id: post.id, status: 'draft' })
  })

  test('an empty title is refused, on the way in and later', async ({ assert, mongo }) => {
    const { token } = await signUp('ada')
    const empty = await ask('POST /posts', { ...DRAFT, title: '   ' }, token)
    assert.equal(empty.status, 422)
    assert.equal(empty.body.code, 'E_HOOK_ABORTED')
    await mongo.assertEmpty(Post)
    const { body: post } = await ask('POST /posts', DRAFT, token)
    const emptied = await ask(`PATCH /posts/${post.id}`, { title: ' ' }, token)
    assert.equal(emptied.status, 422)
    await mongo.assertHas(Post, { id: post.id, title: DRAFT.title })
  })

  test('who saves is who asks, also side by side', async ({ assert }) => {
    const users = await Promise.all(['ada', 'ben', 'cy'].map(signUp))
    const posts = await Promise.all(users.map(({ token }) => ask('POST /posts', DRAFT, token)))
    assert.deepEqual(
      posts.map(({ body }) => body.updatedBy),
      users.map(({ id }) => id),
    )
  })

  test('outside of a request nobody does', async ({ assert }) => {
    const post = await Post.create({ ...DRAFT, status: 'draft', authorId: NOBODY })
    assert.isNull(post.updatedBy)
  })

  test('what is published is not deleted', async ({ assert, mongo }) => {
    const { token } = await signUp('ada')
    const { body: post } = await ask('POST /posts', { ...DRAFT, status: 'published' }, token)
    const refused = await ask(`DELETE /posts/${post.id}`, undefined, token)
    assert.equal(refused.status, 422)
    await mongo.assertCount(Post, 1)
    await ask(`PATCH /posts/${post.id}`, { status: 'draft' }, token)
    const deleted = await ask(`DELETE /posts/${post.id}`, undefined, token)
    assert.equal(deleted.status, 204)
    await mongo.assertEmpty(Post)
  })
})

test.group('Posts: readers', (group) => {
  group.each.setup(() => testUtils.mongo().truncate())

  test('see drafts of their own only', async ({ assert }) => {
    const [ada, ben] = await Promise.all(['ada', 'ben'].map(signUp))
    const { body: post } = await ask('POST /posts', DRAFT, ada?.token)
    const statusFor = async (token?: string) =>
      (await ask(`GET /posts/${post.id}`, undefined, token)).status
    assert.equal(await statusFor(ada?.token), 200)
    assert.equal(await statusFor(ben?.token), 404)
    assert.equal(await statusFor(), 404)
    assert.lengthOf((await ask('GET /posts', undefined, ben?.token)).body.data, 0)
    assert.lengthOf((await ask('GET /posts', undefined, ada?.token)).body.data, 1)
  })

  test('change their own only', async ({ assert, mongo }) => {
    const [ada, ben] = await Promise.all(['ada', 'ben'].map(signUp))
    const { body: post } = await ask('POST /posts', { ...DRAFT, status: 'published' }, ada?.token)
    const byBen = await ask(`PATCH /posts/${post.id}`, { title: 'Mine' }, ben?.token)
    assert.equal(byBen.status, 404)
    assert.deepEqual(byBen.body, { message: 'Row not found', code: 'E_ROW_NOT_FOUND' })
    const byNobody = await ask(`PATCH /posts/${post.id}`, { title: 'Mine' })
    assert.equal(byNobody.status, 401)
    await mongo.assertHas(Post, { title: DRAFT.title }, 1)
  })

  test('get errors that say nothing of the database')
    .with([
      [`GET /posts/${NOBODY}`, 404, 'E_ROW_NOT_FOUND'],
      ['GET /posts/nonsense', 422, 'E_INVALID_OBJECT_ID'],
      ['GET /posts?after=nonsense', 400, 'E_INVALID_CURSOR'],
    ] as const)
    .run(async ({ assert }, [route, status, code]) => {
      const answer = await ask(route)
      assert.equal(answer.status, status)
      assert.equal(answer.body.code, code)
      assert.notMatch(JSON.stringify(answer.body), /posts|Post|mongo/)
    })
})

test.group('Posts: lists', (group) => {
  group.each.setup(() => testUtils.mongo().truncate())
  group.each.setup(async () => {
    const numbers = Array.from({ length: 25 }, (_, index) => index)
    await Post.createMany(
      numbers.map((index) => ({
        ...DRAFT,
        title: `Post ${String(index).padStart(2, '0')}`,
        status: index % 5 === 4 ? ('draft' as const) : ('published' as const),
        authorId: NOBODY,
      })),
    )
  })

  test('pages neither repeat nor skip, also when posts come meanwhile', async ({ assert }) => {
    const titles: string[] = []
    let next: string | null = '/posts?limit=6'
    let pages = 0
    while (next !== null) {
      const { status, body } = await ask(`GET ${next}`)
      assert.equal(status, 200)
      titles.push(...body.data.map(({ title }: { title: string }) => title))
      next = body.meta.nextPageUrl && `${body.meta.nextPageUrl}&limit=6`
      pages += 1
      await Post.create({ ...DRAFT, title: 'New', status: 'published', authorId: NOBODY })
    }
    assert.equal(pages, 4)
    assert.lengthOf(titles, 20)
    assert.lengthOf(new Set(titles), 20)
    assert.notInclude(titles, 'New')
  })

  test('the feed is what the models say', async ({ assert }) => {
    const feed = await ask('GET /feed')
    assert.match(feed.headers.get('content-type') ?? '', /^application\/json/)
    const list = await ask('GET /posts?limit=100')
    assert.lengthOf(feed.body, 20)
    const counted = feed.body.map((post: object) => ({ ...post, comments: 0 }))
    assert.deepEqual(counted, list.body.data)
  })

  test('searches take no wildcards', async ({ assert }) => {
    const found = async (search: string) =>
      (await ask(`GET /posts?limit=100&search=${encodeURIComponent(search)}`)).body.data.length
    assert.equal(await found('post 0'), 8)
    assert.equal(await found('%'), 0)
  })

  test('a value is never an operator', async ({ assert }) => {
    const count = async (query: string) => (await ask(`GET /posts?limit=100&${query}`)).body.data
    assert.lengthOf(await count('status=published'), 20)
    assert.lengthOf(await count('status[$ne]=draft'), 0)
    assert.lengthOf(await count('status[$gt]='), 0)
  })

  test('a page is validated', async ({ assert }) => {
    const { status, body } = await ask('GET /posts?limit=1000')
    assert.equal(status, 422)
    assert.containsSubset(body.errors, [{ field: 'limit', rule: 'max' }])
  })
})
