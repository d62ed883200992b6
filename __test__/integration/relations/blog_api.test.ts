import {
  BaseModel,
  type BelongsTo,
  belongsTo,
  column,
  errors,
  type HasMany,
  hasMany,
} from 'lucent-odm'
import type { DateTime } from 'luxon'
import { beforeEach, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const server = lucentDatabase()

class Timestamped extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
  @column.dateTime({ autoCreate: true, autoUpdate: true }) declare updatedAt: DateTime
}

class User extends Timestamped {
  @column() declare name: string
  @column() declare email: string
  @column() bio = ''
  @hasMany(() => Post, { foreignKey: 'authorId' }) declare posts: HasMany<typeof Post>
}

class Post extends Timestamped {
  @column() declare title: string
  @column() declare content: string
  @column.objectId() declare authorId: string
  @column() published = false
  @belongsTo(() => User, { foreignKey: 'authorId' }) declare author: BelongsTo<typeof User>
  @hasMany(() => Comment) declare comments: HasMany<typeof Comment>
}

class Comment extends Timestamped {
  @column() declare content: string
  @column.objectId() declare authorId: string
  @column.objectId() declare postId: string
  @belongsTo(() => User, { foreignKey: 'authorId' }) declare author: BelongsTo<typeof User>
  @belongsTo(() => Post) declare post: BelongsTo<typeof Post>
}

beforeEach(async () => {
  for (const model of [User, Post, Comment]) await model.truncate()
})

const api = {
  createUser: (values: { name: string; email: string }) => User.create(values),
  getUser: (id: string) => User.findOrFail(id),
  createPost: async (authorId: string, values: { title: string; content: string }) =>
    (await User.findOrFail(authorId)).related('posts').create(values),
  listPosts: (publishedOnly = true) =>
    Post.query()
      .if(publishedOnly, (query) => query.where('published', true))
      .orderBy('createdAt', 'desc')
      .orderBy('id', 'desc'),
  getPost: (id: string) => Post.query().where('id', id).preload('author').firstOrFail(),
  updatePost: async (id: string, values: { title?: string; published?: boolean }) =>
    (await Post.findOrFail(id)).merge(values).save(),
  addComment: async (id: string, values: { authorId: string; content: string }) =>
    (await Post.findOrFail(id)).related('comments').create(values),
  listComments: async (id: string) =>
    (await Post.findOrFail(id))
      .related('comments')
      .query()
      .preload('author')
      .orderBy('createdAt', 'desc')
      .orderBy('id', 'desc'),
}

it('building a blog API: people write posts and comment on them', async () => {
  const alice = await api.createUser({ name: 'Alice', email: 'alice@example.com' })
  const bob = await api.createUser({ name: 'Bob', email: 'bob@example.com' })
  expect(await api.getUser(bob.id)).toMatchObject({ name: 'Bob', bio: '' })

  const post = await api.createPost(alice.id, { title: 'Engines', content: 'They weave.' })
  await api.createPost(alice.id, { title: 'Looms', content: 'They knit.' })
  expect(await api.listPosts()).toEqual([])
  await api.updatePost(post.id, { published: true })
  expect((await api.listPosts()).map(({ title }) => title)).toEqual(['Engines'])
  expect((await api.listPosts(false)).map(({ title }) => title)).toEqual(['Looms', 'Engines'])

  const found = await api.getPost(post.id)
  expect(found.author).toBeInstanceOf(User)
  expect(found.author.name).toBe('Alice')
  expect(found.updatedAt.toMillis()).toBeGreaterThanOrEqual(found.createdAt.toMillis())

  await api.addComment(post.id, { authorId: bob.id, content: 'Fine.' })
  await api.addComment(post.id, { authorId: alice.id, content: 'Thank you.' })
  const comments = await api.listComments(post.id)
  expect(comments.map(({ content, author }) => [author.name, content])).toEqual([
    ['Alice', 'Thank you.'],
    ['Bob', 'Fine.'],
  ])
  const stored = await server.db.collection('comments').findOne({ content: 'Fine.' })
  expect([stored?.post_id, stored?.author_id].map(String)).toEqual([post.id, bob.id])
})

it('building a blog API: what is not there is an error for a 404', async () => {
  const nobody = 'ffffffffffffffffffffffff'
  const calls = [
    () => api.getUser(nobody),
    () => api.getPost(nobody),
    () => api.updatePost(nobody, { title: 'x' }),
    () => api.addComment(nobody, { authorId: nobody, content: 'x' }),
    () => api.listComments(nobody),
  ]
  for (const call of calls) {
    const error = await call().catch((error: unknown) => error)
    expect(error).toBeInstanceOf(errors.E_ROW_NOT_FOUND)
    expect(error).toMatchObject({ status: 404 })
  }
  expect(await Comment.query().count()).toBe(0)
})
