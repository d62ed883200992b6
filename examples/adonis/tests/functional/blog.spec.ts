import testUtils from '@adonisjs/core/services/test_utils'
import { test } from '@japa/runner'
import { ask, signUp } from '#tests/client'

const POST = { title: 'On engines', body: 'They compute.', status: 'published' }

/** Publishes a post, and answers its address. */
async function publish(token: string, values: object = {}): Promise<string> {
  const { body } = await ask('POST /posts', { ...POST, ...values }, token)
  return `/posts/${body.id}`
}

test.group('Blog: posts', (group) => {
  group.each.setup(() => testUtils.mongo().truncate())

  test('come with who wrote them, and how often they were commented on', async ({ assert }) => {
    const [ada, ben] = await Promise.all(['ada', 'ben'].map(signUp))
    const url = await publish(ada?.token ?? '')
    await publish(ben?.token ?? '', { title: 'On looms' })
    await ask(`POST ${url}/comments`, { content: 'Fine.' }, ben?.token)
    const { body: post } = await ask(`GET ${url}`)
    assert.deepEqual(post.author, { id: ada?.id, handle: 'ada' })
    assert.isNull(post.category)
    assert.equal(post.comments, 1)
    const { body: page } = await ask('GET /posts')
    assert.deepEqual(
      page.data.map(({ title, author, comments }: typeof post) => [title, author.handle, comments]),
      [
        ['On looms', 'ben', 0],
        ['On engines', 'ada', 1],
      ],
    )
    assert.notMatch(JSON.stringify([post, page]), /example\.com|password/)
  })

  test('are commented on by who has logged in, and sees them', async ({ assert }) => {
    const [ada, ben] = await Promise.all(['ada', 'ben'].map(signUp))
    const url = await publish(ada?.token ?? '')
    const draft = await publish(ada?.token ?? '', { status: 'draft' })
    const say = async (path: string, content: string, token?: string) =>
      (await ask(`POST ${path}/comments`, { content }, token)).status
    assert.equal(await say(url, 'First.', ben?.token), 201)
    assert.equal(await say(url, 'Thank you.', ada?.token), 201)
    assert.equal(await say(url, ' ', ben?.token), 422)
    assert.equal(await say(url, 'Nobody.'), 401)
    assert.equal(await say(draft, 'A draft?', ben?.token), 404)
    const { body: comments } = await ask(`GET ${url}/comments`)
    assert.deepEqual(
      comments.map(({ content, author }: typeof comments) => [content, author]),
      [
        ['Thank you.', { id: ada?.id, handle: 'ada' }],
        ['First.', { id: ben?.id, handle: 'ben' }],
      ],
    )
  })
})

test.group('Blog: people', (group) => {
  group.each.setup(() => testUtils.mongo().truncate())

  test('show the newest of what they published', async ({ assert }) => {
    const { id, token } = await signUp('ada')
    for (const title of ['One', 'Two', 'Three', 'Four']) await publish(token, { title })
    await publish(token, { title: 'Draft', status: 'draft' })
    const { body: page } = await ask('GET /users/ada', undefined, token)
    assert.containsSubset(page, { id, handle: 'ada', published: 4 })
    assert.deepEqual(
      page.posts.map(({ title }: { title: string }) => title),
      ['Four', 'Three', 'Two'],
    )
    assert.notProperty(page, 'email')
    assert.equal((await ask('GET /users/nobody')).status, 404)
  })

  test('are found by what others said to their posts', async ({ assert }) => {
    const [ada, ben] = await Promise.all(['ada', 'ben'].map(signUp))
    const url = await publish(ada?.token ?? '')
    await publish(ben?.token ?? '')
    assert.deepEqual((await ask('GET /users/discussed')).body, [])
    await ask(`POST ${url}/comments`, { content: 'Fine.' }, ben?.token)
    assert.deepEqual((await ask('GET /users/discussed')).body, [{ id: ada?.id, handle: 'ada' }])
  })
})

test.group('Blog: categories', (group) => {
  group.each.setup(() => testUtils.mongo().truncate())

  test('are a tree that posts hang on', async ({ assert }) => {
    const { token } = await signUp('ada')
    const add = async (name: string, parentId?: string) =>
      (await ask('POST /categories', { name, parentId }, token)).body.id as string
    const products = await add('Products')
    const electronics = await add('Electronics', products)
    await add('Books', products)
    const url = await publish(token, { categoryId: electronics })
    assert.deepEqual((await ask(`GET ${url}`)).body.category, {
      id: electronics,
      name: 'Electronics',
      path: [
        { id: products, name: 'Products' },
        { id: electronics, name: 'Electronics' },
      ],
    })
    const { body: top } = await ask(`GET /categories/${products}`)
    assert.containsSubset(top, { breadcrumbs: ['Products'], posts: [{ title: POST.title }] })
    const { body } = await ask('GET /categories')
    assert.containsSubset(body, [
      {
        name: 'Products',
        posts: 0,
        children: [
          { name: 'Books', posts: 0 },
          { name: 'Electronics', posts: 1 },
        ],
      },
    ])
  })

  test('stay while others stand below them, and let their posts go', async ({ assert }) => {
    const { token } = await signUp('ada')
    const { body: top } = await ask('POST /categories', { name: 'Products' }, token)
    const { body: below } = await ask(
      'POST /categories',
      { name: 'Laptops', parentId: top.id },
      token,
    )
    const url = await publish(token, { categoryId: below.id })
    const kept = await ask(`DELETE /categories/${top.id}`, undefined, token)
    assert.equal(kept.status, 409)
    assert.equal((await ask(`DELETE /categories/${below.id}`, undefined, token)).status, 204)
    assert.equal((await ask(`DELETE /categories/${top.id}`, undefined, token)).status, 204)
    const { body: post } = await ask(`GET ${url}`)
    assert.isNull(post.category)
    assert.isNull(post.categoryId)
  })

  test('have to be there', async ({ assert }) => {
    const { token } = await signUp('ada')
    const categoryId = 'ffffffffffffffffffffffff'
    const { status } = await ask('POST /posts', { ...POST, categoryId }, token)
    assert.equal(status, 422)
  })
})
