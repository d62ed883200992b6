/** Deleting, restoring, deleting for good: instances, queries, relations. */
import {
  afterDelete,
  afterForceDelete,
  afterRestore,
  BaseModel,
  type BelongsTo,
  beforeDelete,
  beforeForceDelete,
  beforeRestore,
  belongsTo,
  column,
  compose,
  context,
  errors,
  type HasMany,
  hasMany,
  type Rule,
  SoftDeletes,
  SoftDeletesIn,
  softDeletes,
  Timestamps,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db, database } = lucentDatabase()

const raised: string[] = []

class Author extends compose(BaseModel, SoftDeletes) {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @hasMany(() => Post, { onDelete: 'cascade' }) declare posts: HasMany<typeof Post>
  @hasMany(() => Bill, { onDelete: 'cascade' }) declare bills: HasMany<typeof Bill>
  @hasMany(() => Note, { onDelete: 'nullify' }) declare notes: HasMany<typeof Note>
}

class Post extends compose(BaseModel, SoftDeletes, Timestamps) {
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @column() declare likes: number
  @column.objectId() declare authorId: string | null
  @column.version() declare version: number
  @belongsTo(() => Author) declare author: BelongsTo<typeof Author>

  @beforeDelete() static d1(post: Post) {
    raised.push(`beforeDelete ${post.title}`)
  }
  @afterDelete() static d2(post: Post) {
    raised.push(`afterDelete ${post.trashed}`)
  }
  @beforeRestore() static r1(post: Post) {
    raised.push(`beforeRestore ${post.trashed}`)
  }
  @afterRestore() static r2(post: Post) {
    raised.push(`afterRestore ${post.trashed}`)
  }
  @beforeForceDelete() static f1(_post: Post) {
    raised.push('beforeForceDelete')
  }
  @afterForceDelete() static f2(_post: Post) {
    raised.push('afterForceDelete')
  }
}

/** Deleted for good. */
class Bill extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare authorId: string | null
}

class Note extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare authorId: string | null
}

for (const model of [Author, Post, Bill, Note]) model.useDatabase(database)

const posts = () => db.collection('posts')

beforeEach(async () => {
  raised.length = 0
  for (const name of ['authors', 'posts', 'bills', 'notes'])
    await db.collection(name).deleteMany({})
})

describe('an instance', () => {
  it('is deleted, and knows when', async () => {
    const post = await Post.create({ title: 'a', likes: 1 })
    await post.delete()
    const stored = await posts().findOne()
    expect(post.$isDeleted).toBe(true)
    expect(post.trashed).toBe(true)
    expect(post.deletedAt?.toJSDate()).toEqual(stored?.deleted_at)
    expect(post.updatedAt.toJSDate()).toEqual(stored?.updated_at)
    expect([post.version, stored?.version]).toEqual([2, 2])
    await expect(post.save()).rejects.toThrow(errors.E_MODEL_DELETED)
    expect(await Post.find(post.id)).toBeNull()
    expect(raised).toEqual(['beforeDelete a', 'afterDelete true'])
  })

  it('is restored, and can be saved again', async () => {
    const post = await Post.create({ title: 'a', likes: 1 })
    await post.delete()
    raised.length = 0
    expect(await post.restore()).toBe(post)
    expect(raised).toEqual(['beforeRestore true', 'afterRestore false'])
    expect(post.$isDeleted).toBe(false)
    expect(post.deletedAt).toBeNull()
    expect(post.$isDirty).toBe(false)
    expect(await posts().findOne()).toMatchObject({ deleted_at: null, version: 3 })
    await post.merge({ likes: 2 }).save()
    expect(await Post.findOrFail(post.id)).toMatchObject({ likes: 2, version: 4 })
    raised.length = 0
    await post.restore()
    expect(raised).toEqual(['beforeRestore false'])
  })

  it('is restored as a query found it', async () => {
    const made = await Post.create({ title: 'a', likes: 1 })
    await made.delete()
    const post = await Post.onlyTrashed().firstOrFail()
    expect(post.trashed).toBe(true)
    await expect(post.merge({ likes: 5 }).save()).rejects.toThrow(errors.E_STALE_MODEL)
    await post.refresh().catch((error) => expect(error).toBeInstanceOf(errors.E_ROW_NOT_FOUND))
    const again = await Post.withTrashed().firstOrFail()
    await again.restore()
    expect(await Post.query().count()).toBe(1)
  })

  it('is deleted for good, deleted before or not', async () => {
    const [one, other] = await Post.createMany([
      { title: 'a', likes: 1 },
      { title: 'b', likes: 1 },
    ])
    await one?.delete()
    raised.length = 0
    await one?.forceDelete()
    expect(raised).toEqual([
      'beforeForceDelete',
      'beforeDelete a',
      'afterDelete true',
      'afterForceDelete',
    ])
    await other?.forceDelete()
    expect(await posts().countDocuments()).toBe(0)
    await expect(new Post().forceDelete()).rejects.toThrow(errors.E_MODEL_NOT_PERSISTED)
  })

  it('that was changed meanwhile is not deleted, by its version', async () => {
    const post = await Post.create({ title: 'a', likes: 1 })
    await Post.query().where('id', post.id).update({ likes: 2 })
    await expect(post.delete()).rejects.toThrow(errors.E_STALE_MODEL)
    expect(post.trashed).toBe(false)
    expect(await Post.query().count()).toBe(1)
  })

  it('takes part in a transaction', async () => {
    const post = await Post.create({ title: 'a', likes: 1 })
    await Post.transaction(async (trx) => {
      await post.useTransaction(trx).delete()
      await trx.rollback()
    }).catch(() => {})
    expect(await Post.query().count()).toBe(1)
  })
})

describe('queries', () => {
  beforeEach(async () => {
    await Post.createMany(['a', 'b', 'c', 'd'].map((title) => ({ title, likes: 1 })))
    await Post.query().whereIn('title', ['a', 'b']).delete()
  })

  const titles = async (query: PromiseLike<Post[]>) =>
    (await query).map(({ title }) => title).sort()

  it('see what they ask for', async () => {
    expect(await titles(Post.query())).toEqual(['c', 'd'])
    expect(await titles(Post.withTrashed())).toEqual(['a', 'b', 'c', 'd'])
    expect(await titles(Post.query().includeDeleted())).toEqual(['a', 'b', 'c', 'd'])
    expect(await titles(Post.onlyTrashed())).toEqual(['a', 'b'])
    expect(await Post.onlyTrashed().count()).toBe(2)
    expect(await Post.onlyTrashed().exists()).toBe(true)
    expect((await Post.withTrashed().paginate(1, 3)).total).toBe(4)
    expect(await Post.aggregate().withTrashed().count('n').first()).toEqual({ n: 4 })
    expect(await Post.aggregate().onlyTrashed().count('n').first()).toEqual({ n: 2 })
    expect(JSON.parse(await Post.withTrashed().toJson())).toHaveLength(4)
    const both = Post.onlyTrashed().where('title', 'a')
    expect(await titles(both.unionAll((query) => query.where('title', 'b')))).toEqual(['a', 'b'])
    expect(Post.onlyTrashed().toMongo()).toEqual({ filter: { deleted_at: { $ne: null } } })
    expect((await Post.withTrashed().explain()).collectionScan).toBe(true)
  })

  it('restore, and delete for good', async () => {
    expect(await Post.query().where('title', 'a').restore()).toEqual([1])
    expect(await titles(Post.query())).toEqual(['a', 'c', 'd'])
    expect(await Post.query().where('title', 'b').forceDelete()).toEqual([0])
    expect(await Post.onlyTrashed().where('title', 'b').forceDelete()).toEqual([1])
    expect(await Post.query().where('title', 'c').forceDelete()).toEqual([1])
    expect(await posts().countDocuments()).toBe(2)
    await expect(Post.query().restore()).rejects.toThrow(errors.E_EMPTY_FILTER)
    await expect(Post.query().forceDelete()).rejects.toThrow(errors.E_EMPTY_FILTER)
    await Post.query().all().delete()
    expect(await Post.query().all().restore()).toEqual([2])
  })

  it('count what they delete, also in a bulk write', async () => {
    expect(await Post.query().whereIn('title', ['a', 'c']).delete()).toEqual([1])
    const result = await Post.bulkWrite((bulk) =>
      bulk
        .deleteMany({ title: 'd' })
        .deleteOne({ title: 'a' })
        .updateOne({ title: 'd' }, { likes: 9 }),
    )
    expect(result).toMatchObject({ deleted: 1, matched: 0, modified: 0 })
    const removed = await Post.withTrashed().where('title', 'd').findOneAndDelete()
    expect(removed?.title).toBe('d')
    expect(await posts().countDocuments()).toBe(4)
    await Post.truncate()
    expect(await posts().countDocuments()).toBe(0)
  })

  it('do not take a deleted document for found', async () => {
    await posts().createIndex({ title: 1 }, { unique: true, name: 'title' })
    try {
      const again = Post.updateOrCreate({ title: 'a' }, { likes: 2 })
      await expect(again).rejects.toThrow(errors.E_DUPLICATE_KEY)
      await posts().dropIndex('title')
      const partial = { partialFilterExpression: { deleted_at: null } }
      await posts().createIndex({ title: 1 }, { unique: true, name: 'title', ...partial })
      const made = await Post.updateOrCreate({ title: 'a' }, { likes: 2 })
      expect(made.likes).toBe(2)
      const old = await Post.onlyTrashed().where('title', 'a').firstOrFail()
      await expect(old.restore()).rejects.toThrow(errors.E_DUPLICATE_KEY)
      expect(old.trashed).toBe(true)
    } finally {
      await posts().dropIndex('title')
    }
  })

  it('of a model without the rule have nothing to lift', () => {
    expect(() => Bill.query().withTrashed()).toThrow(errors.E_INVALID_QUERY)
    expect(() => Bill.aggregate().onlyTrashed()).toThrow(errors.E_INVALID_QUERY)
    expect(() => Post.query().withoutTenant('reason')).toThrow(errors.E_INVALID_QUERY)
    expect(() => Post.query().withoutRule('trashed', '')).toThrow(errors.E_INVALID_QUERY)
  })
})

describe('relations', () => {
  it('hide what is deleted, and find it where a callback says so', async () => {
    const author = await Author.create({ name: 'ada' })
    const [first] = await author.related('posts').createMany([
      { title: 'a', likes: 1 },
      { title: 'b', likes: 1 },
    ])
    await first?.delete()
    const query = Author.query().preload('posts').withCount('posts')
    const [row] = await query
    expect(row?.posts.map(({ title }) => title)).toEqual(['b'])
    expect(row?.$extras.posts_count).toBe(1)
    const [all] = await Author.query().preload('posts', (rows) => rows.withTrashed())
    expect(all?.posts).toHaveLength(2)
    const only = await Author.query().whereHas('posts', (rows) => rows.onlyTrashed())
    expect(only).toHaveLength(1)
    expect(await author.related('posts').query().where('title', 'b').delete()).toEqual([1])
    expect(await Author.query().has('posts')).toHaveLength(0)
    await author.delete()
    const [orphan] = await Post.withTrashed().preload('author').where('title', 'b')
    expect(orphan?.author ?? null).toBeNull()
  })

  it('go with the row: what can be restored, now; everything, when it goes for good', async () => {
    const author = await Author.create({ name: 'ada' })
    const own = { authorId: author.id }
    await Post.createMany([
      { title: 'a', likes: 1, ...own },
      { title: 'b', likes: 1, ...own },
    ])
    await Post.query().where('title', 'a').delete()
    await Bill.create(own)
    await Note.create(own)
    await author.delete()
    expect(await Post.query().count()).toBe(0)
    expect(await Bill.query().where(own).count()).toBe(1)
    expect(await Note.query().where(own).count()).toBe(1)
    await author.restore()
    expect(await Post.query().count()).toBe(0)
    await author.forceDelete()
    expect(await posts().countDocuments()).toBe(0)
    expect(await Bill.query().count()).toBe(0)
    expect(await Note.query().where('authorId', null).count()).toBe(1)
  })
})

describe('the declaration', () => {
  it('may be static, and names another column', async () => {
    class Draft extends BaseModel {
      static override collection = 'drafts'
      static override rules: readonly Rule[] = [softDeletes('goneAt')]
      @column({ isPrimary: true }) declare id: string
      @column() declare goneAt: Date | null
    }
    Draft.useDatabase(database)
    const draft = await Draft.create({})
    await draft.delete()
    expect(await Draft.query().count()).toBe(0)
    expect((await db.collection('drafts').findOne())?.gone_at).toBeInstanceOf(Date)
    expect(await Draft.query().all().restore()).toEqual([1])

    class Page extends compose(BaseModel, SoftDeletesIn('removedAt')) {
      static override collection = 'drafts'
      @column({ isPrimary: true }) declare id: string
      @column.dateTime() declare removedAt: DateTime | null
    }
    Page.useDatabase(database)
    const page = await Page.findOrFail(draft.id)
    await page.delete()
    expect(page.removedAt).toBeInstanceOf(DateTime)
    await page.restore()
    expect(page.removedAt).toBeNull()
    await db.collection('drafts').drop()
  })

  it('of a column that there is not is refused', async () => {
    class Lost extends BaseModel {
      static override rules = [softDeletes('goneAt')]
      @column({ isPrimary: true }) declare id: string
    }
    Lost.useDatabase(database)
    await expect(Lost.query().count()).rejects.toThrow(errors.E_MODEL_DEFINITION)
    // Pipelines of others are none the worse for it.
    expect(await Author.aggregate().unionWith('bills').exec()).toEqual([])
  })
})

it('the context lifts a rule for whatever runs inside', async () => {
  const post = await Post.create({ title: 'a', likes: 1 })
  await post.delete()
  const count = () => Post.query().count()
  expect(await context.without('trashed', 'a test', count)).toBe(1)
  expect(await context.without('trashed', 'a test', () => Post.query())).toHaveLength(1)
  expect(await count()).toBe(0)
})
