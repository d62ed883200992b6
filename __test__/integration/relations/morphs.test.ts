/** Relations to rows of several models. */
import { BaseModel, column, type MorphMany, type MorphTo, morphMany, morphTo } from 'lucent-odm'
import { ObjectId } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { operationsOf } from '../../helpers/recorded_operations.ts'
import { Comment, Image, MODELS, Post, Video } from './morphs.ts'

const { database, db } = lucentDatabase()

let post: Post
let video: Video

beforeAll(async () => {
  post = await Post.create({ title: 'p' })
  video = await Video.create({ title: 'v' })
  await video.related('chapters').createMany([{ title: 'one' }, { title: 'two' }])
  await post.related('comments').createMany([{ text: 'p1' }, { text: 'p2' }])
  await video.related('comments').create({ text: 'v1' })
  await Comment.create({ text: 'nothing', commentableType: null, commentableId: null })
  await post.related('image').create({ url: 'a.png' })
})

afterAll(async () => {
  for (const model of MODELS) await model.truncate()
})

describe('morphMany and morphOne', () => {
  it('store the name of the model, and its key', async () => {
    const stored = await db.collection('comments').findOne({ text: 'v1' })
    expect(stored).toMatchObject({
      commentable_type: 'video',
      commentable_id: new ObjectId(video.id),
    })
    expect(await db.collection('images').findOne({})).toMatchObject({ kind: 'post' })
  })

  it('read the rows of their model alone, however equal keys are', async () => {
    const twin = await Video.create({ id: post.id, title: 'twin' })
    await twin.related('comments').create({ text: 'of the twin' })
    const [read] = await Post.query().preload('comments', (comments) => comments.orderBy('text'))
    expect(read?.comments.map(({ text }) => text)).toEqual(['p1', 'p2'])
    expect(await post.related('comments').query().count()).toBe(2)
    const orWhere = await post.related('comments').query().where('text', 'p1').orWhere('text', 'v1')
    expect(orWhere.map(({ text }) => text)).toEqual(['p1'])
    const cleared = post.related('comments').query().clearWhere().orderBy('text')
    expect((await cleared).map(({ text }) => text)).toEqual(['p1', 'p2'])
    const [told] = await Post.query().preload('comments', (comments) => {
      comments.clearWhere().orderBy('text')
    })
    expect(told?.comments.map(({ text }) => text)).toEqual(['p1', 'p2'])
    await post.load('image')
    expect(post.image?.url).toBe('a.png')
    await twin.related('comments').query().delete()
    await twin.delete()
  })

  it('are counted and asked for', async () => {
    const [counted] = await Post.query().withCount('comments').withCount('image')
    expect(counted?.$extras).toEqual({ comments_count: 2, image_count: 1 })
    expect(await Post.query().has('comments', '>=', 2).count()).toBe(1)
    expect(await Video.query().has('comments', '>=', 2).count()).toBe(0)
    const narrowed = Video.query().whereHas('comments', (comments) => comments.where('text', 'p1'))
    expect(await narrowed.count()).toBe(0)
    expect(
      await Post.query().whereHas('image', (image) => image.where('url', 'a.png')),
    ).toHaveLength(1)
  })

  it('write by their client', async () => {
    const first = await post.related('comments').firstOrCreate({ text: 'v1' })
    expect(first.id).not.toBe((await Comment.findByOrFail('commentableId', video.id)).id)
    expect(first.commentableType).toBe('post')
    const again = await post.related('comments').updateOrCreate({ text: 'v1' }, { text: 'p3' })
    expect(again.id).toBe(first.id)
    const many = await post
      .related('comments')
      .updateOrCreateMany([{ text: 'v1' }, { text: 'p3' }], 'text')
    expect(many.map(({ $isLocal }) => $isLocal)).toEqual([true, false])
    const own = new Comment()
    own.text = 'p4'
    await post.related('comments').save(own)
    expect(own.commentableType).toBe('post')
    for (const one of [...many, own]) await one.delete()
  })
})

describe('morphTo', () => {
  it('is loaded with the rows of all models, in one request', async () => {
    let comments: Comment[] = []
    const operations = await operationsOf(async () => {
      comments = await Comment.query()
        .orderBy('text')
        .preload('commentable', (commentable) => {
          commentable.for(Video, (videos) => videos.preload('chapters'))
        })
    })
    expect(operations).toEqual(['find'])
    const titles = comments.map(({ text, commentable }) => [text, commentable?.title ?? null])
    expect(titles).toEqual([
      ['nothing', null],
      ['p1', 'p'],
      ['p2', 'p'],
      ['v1', 'v'],
    ])
    const [, p1, p2, v1] = comments
    expect(p1?.commentable).toBeInstanceOf(Post)
    expect(p1?.commentable).toBe(p2?.commentable)
    const seen = v1?.commentable
    expect(seen).toBeInstanceOf(Video)
    expect((seen as Video).chapters).toHaveLength(2)
  })

  it('is loaded of an instance, and with some columns alone', async () => {
    const [comment] = await Comment.query()
      .select('text')
      .where('text', 'v1')
      .preload('commentable')
    expect(comment?.commentable?.title).toBe('v')
    const plain = await Comment.findByOrFail('text', 'p1')
    await plain.load('commentable', (commentable) =>
      commentable.for(Post, (posts) => posts.preload('comments')),
    )
    expect((plain.commentable as Post).comments).toHaveLength(2)
    const read = await plain.related('commentable').query().first()
    expect(read?.id).toBe(post.id)
    const nothing = await Comment.findByOrFail('text', 'nothing')
    await nothing.load('commentable')
    expect(nothing.commentable).toBeNull()
    expect(await nothing.related('commentable').query().first()).toBeNull()
  })

  it('narrows the rows of one model', async () => {
    const comments = await Comment.query().preload('commentable', (commentable) => {
      commentable.for(Post, (posts) => posts.where('title', 'other'))
    })
    const found = comments.filter(({ commentable }) => commentable !== null)
    expect(found.map(({ text }) => text)).toEqual(['v1'])
  })

  it('is asked for', async () => {
    const texts = async (query: PromiseLike<readonly Comment[]>) =>
      (await query).map(({ text }) => text).sort()
    expect(await texts(Comment.query().has('commentable'))).toEqual(['p1', 'p2', 'v1'])
    expect(await texts(Comment.query().doesntHave('commentable'))).toEqual(['nothing'])
    const ofPosts = Comment.query().whereHas('commentable', (commentable) => {
      commentable.for(Video, (videos) => videos.where('title', 'other'))
    })
    expect(await texts(ofPosts)).toEqual(['p1', 'p2'])
    expect(() => Comment.query().has('commentable', '>=', 1)).toThrow(/several models/)
  })

  it('cannot be counted', async () => {
    await expect(Comment.query().withCount('commentable')).rejects.toMatchObject({
      code: 'E_INVALID_QUERY',
      message: expect.stringContaining('Comment.commentable'),
    })
  })

  it('is associated and dissociated', async () => {
    const comment = await Comment.create({ text: 'moves' })
    await comment.related('commentable').associate(video)
    expect([comment.commentableType, comment.commentableId]).toEqual(['video', video.id])
    const fresh = new Post()
    fresh.title = 'fresh'
    await comment.related('commentable').associate(fresh)
    const read = await Comment.findOrFail(comment.id)
    expect([read.commentableType, read.commentableId]).toEqual(['post', fresh.id])
    await comment.related('commentable').dissociate()
    expect(await db.collection('comments').findOne({ text: 'moves' })).toMatchObject({
      commentable_type: null,
      commentable_id: null,
    })
    await comment.delete()
    await fresh.delete()
  })

  it('is JSON', async () => {
    const [comment] = await Comment.query().where('text', 'v1').preload('commentable')
    const picked = { fields: ['text'], relations: { commentable: { fields: ['title'] } } }
    expect(comment?.serialize(picked)).toEqual({ text: 'v1', commentable: { title: 'v' } })
    const comments = () => Comment.query().orderBy('text').preload('commentable')
    const posts = () =>
      Post.query().preload('comments', (below) => below.orderBy('text').preload('commentable'))
    for (const query of [comments, posts]) {
      expect(JSON.parse(await query().toJson())).toEqual(JSON.parse(JSON.stringify(await query())))
    }
  })

  it('works in transactions and on pages', async () => {
    await database.transaction(async (client) => {
      const page = await Comment.query({ client })
        .orderBy('text')
        .preload('commentable')
        .paginate(2, 2)
      expect(page.all().map(({ commentable }) => commentable?.title)).toEqual(['p', 'v'])
      expect(page.all()[0]?.commentable?.$trx).toBe(client)
    })
  })
})

describe('what the morph map does not name', () => {
  const NAMES = /Comment\.commentable: the "commentableType" .* post, video; .*BaseModel\.morphMap/
  const unknown = { code: 'E_UNKNOWN_MORPH_TYPE', message: expect.stringMatching(NAMES) }

  it('is an error where a row has it, which does not show it', async () => {
    await db
      .collection('comments')
      .insertOne({ text: 'odd', commentable_type: 'secret-7', commentable_id: new ObjectId() })
    try {
      await expect(Comment.query().preload('commentable')).rejects.toMatchObject(unknown)
      const odd = await Comment.findByOrFail('text', 'odd')
      const error = await odd.load('commentable').catch((thrown: Error) => thrown)
      expect(error).toMatchObject(unknown)
      expect(String(error)).not.toContain('secret-7')
      expect(() => odd.related('commentable').query()).toThrow(expect.objectContaining(unknown))
    } finally {
      await db.collection('comments').deleteMany({ text: 'odd' })
    }
  })

  it('is an error where an instance, a callback or a relation is of such a model', async () => {
    class Odd extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @morphMany(() => Comment, { name: 'commentable' }) declare comments: MorphMany<typeof Comment>
    }
    const refused = {
      code: 'E_UNKNOWN_MORPH_TYPE',
      message: expect.stringContaining(
        'has no name for Odd; add it: BaseModel.morphMap = { odd: () => Odd }',
      ),
    }
    const comment = await Comment.findByOrFail('text', 'p1')
    await expect(
      comment.related('commentable').associate(new Odd() as never),
    ).rejects.toMatchObject(refused)
    expect(() => Odd.query().preload('comments')).toThrow(expect.objectContaining(refused))
    const narrowed = Comment.query().preload('commentable', (one) =>
      one.for(Odd as never, () => {}),
    )
    await expect(narrowed).rejects.toMatchObject(refused)
  })

  it('is everything without a map', () => {
    class Lost extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column() declare thingType: string
      @column() declare thingId: string
      @morphTo() declare thing: MorphTo<typeof Post>
    }
    expect(() => Lost.query().preload('thing')).toThrow(
      expect.objectContaining({
        code: 'E_UNKNOWN_MORPH_TYPE',
        message: expect.stringContaining('Lost.thing: Lost has no morph map'),
      }),
    )
  })

  it('is not a class that extends one which it names', async () => {
    class Special extends Post {}
    const special = await Special.create({ title: 'special' })
    const comment = await special.related('comments').create({ text: 's' })
    expect(comment.commentableType).toBe('post')
    await comment.delete()
    await special.delete()
  })
})

it('images have names of their own for their keys', async () => {
  const [image] = await Image.query().preload('owner')
  expect(image?.owner?.title).toBe('p')
})
