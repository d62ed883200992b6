/** What the documents that this package began with build: of overridden methods, hooks added at run time, keys. */
import { BaseModel, column, type ModelConstructor } from 'lucent-odm'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { lucentDatabase } from '../helpers/lucent.ts'

const { db } = lucentDatabase()

abstract class Validated extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.dateTime({ autoCreate: true }) declare createdAt: DateTime

  abstract isValid(): boolean

  override async save(...options: Parameters<BaseModel['save']>): Promise<this> {
    if (!this.isValid()) throw new Error('custom validation failed')
    return super.save(...options)
  }

  static newest<T extends typeof Validated>(this: T) {
    return this.query().orderBy('createdAt', 'desc').orderBy('id', 'desc').first()
  }
}

abstract class Audited extends Validated {
  @column() declare createdBy: number
  @column() declare updatedBy: number

  async saveAs(user: number): Promise<this> {
    if (this.$isNew) this.createdBy = user
    this.updatedBy = user
    return this.save()
  }
}

abstract class SoftDeleted extends Audited {
  @column() declare isDeleted: boolean
  @column.dateTime() declare deletedAt: DateTime

  override async delete(): Promise<void> {
    await this.merge({ isDeleted: true, deletedAt: DateTime.utc() }).save()
  }

  hardDelete(): Promise<void> {
    return super.delete()
  }

  static filter<T extends typeof SoftDeleted>(this: T, includeDeleted = false) {
    const query = this.query().orderBy('id')
    return includeDeleted
      ? query
      : query.where((group) => group.where('isDeleted', false).orWhereNull('isDeleted'))
  }
}

class Product extends SoftDeleted {
  @column() declare name: string
  @column() declare price: number

  isValid() {
    return this.price > 0 && this.name.length > 0
  }
}

class Repository<M extends SoftDeleted> {
  readonly model: ModelConstructor<M>

  constructor(model: ModelConstructor<M>) {
    this.model = model
  }

  deleted(): Promise<M[]> {
    return this.model.query().where('isDeleted', true).orderBy('createdAt', 'desc').exec()
  }
}

describe('Advanced usage: abstract base models', () => {
  it('validate, audit and delete softly by what they override', async () => {
    const bad = new Product().merge({ name: '', price: 1 })
    await expect(bad.saveAs(1)).rejects.toThrow('custom validation failed')
    const table = await new Product().merge({ name: 'table', price: 5 }).saveAs(7)
    const chair = await new Product().merge({ name: 'chair', price: 3 }).saveAs(7)
    await table.merge({ price: 6 }).saveAs(8)
    expect([table.createdBy, table.updatedBy]).toEqual([7, 8])
    expect((await Product.newest())?.name).toBe('chair')

    await chair.delete()
    expect((await Product.filter()).map(({ name }) => name)).toEqual(['table'])
    expect((await Product.filter(true)).map(({ name }) => name)).toEqual(['table', 'chair'])
    expect((await new Repository(Product).deleted()).map(({ name }) => name)).toEqual(['chair'])

    await chair.hardDelete()
    expect(await db.collection('products').countDocuments()).toBe(1)
  })
})

describe('Advanced usage: hooks that are added at run time', () => {
  it('run in the order in which they were added, told apart by what happens', async () => {
    const heard: string[] = []
    class Person extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column() declare name: string
    }
    Person.before('save', (person) => {
      heard.push(`audit ${person.name}`)
    })
    Person.after('create', (person) => {
      heard.push(`welcome ${person.name}`)
    })
    Person.after('save', (_, { operation }) => {
      heard.push(operation)
    })
    const person = await Person.create({ name: 'Ada' })
    await person.merge({ name: 'Ada L' }).save()
    expect(heard).toEqual(['audit Ada', 'welcome Ada', 'create', 'audit Ada L', 'update'])
  })
})

describe('Advanced usage: a cache of whole calls', () => {
  it('answers again until a save of the class invalidates it', async () => {
    const cache = new Map<string, Promise<unknown>>()
    function Cached<Base extends ModelConstructor>(superclass: Base) {
      class CachedModel extends superclass {
        static remember<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
          const known = cache.get(`${this.name} ${key}`) as Promise<Result> | undefined
          const result = known ?? work()
          cache.set(`${this.name} ${key}`, result)
          return result
        }

        static forget(): void {
          for (const key of cache.keys()) if (key.startsWith(`${this.name} `)) cache.delete(key)
        }

        override async save(...options: Parameters<BaseModel['save']>): Promise<this> {
          const saved = await super.save(...options)
          ;(this.constructor as typeof CachedModel).forget()
          return saved
        }
      }
      return CachedModel
    }
    class City extends Cached(BaseModel) {
      @column({ isPrimary: true }) declare id: string
      @column() declare name: string
    }
    const count = () => City.remember('count', () => City.query().count())
    await new City().merge({ name: 'Rome' }).save()
    expect(await count()).toBe(1)
    await City.createQuietly({ name: 'Paris' })
    const city = await City.findByOrFail('name', 'Rome')
    expect(await count()).toBe(1)
    await city.merge({ name: 'Roma' }).save()
    expect(await count()).toBe(2)
  })
})

describe('Examples: comments on posts', () => {
  class Author extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare name: string
  }
  class Article extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare title: string
  }
  class Comment extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column.objectId() declare postId: string
    @column.objectId() declare authorId: string
    @column() declare content: string
    @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
  }

  async function comment(postId: string, values: { authorId: string; content: string }) {
    const { id } = await Article.findOrFail(postId)
    return Comment.create({ ...values, postId: id })
  }

  /** The newest first, each with its author, in two reads. */
  async function commentsOf(postId: string) {
    const comments = await Comment.query()
      .where('postId', postId)
      .orderBy('createdAt', 'desc')
      .orderBy('id', 'desc')
    const authors = await Author.findMany([...new Set(comments.map(({ authorId }) => authorId))])
    const names = new Map(authors.map(({ id, name }) => [id, name]))
    return comments.map(({ content, authorId }) => ({ content, author: names.get(authorId) }))
  }

  it('are those of the post, with who wrote them', async () => {
    const [ada, ben] = await Author.createMany([{ name: 'Ada' }, { name: 'Ben' }])
    const [post, other] = await Article.createMany([{ title: 'One' }, { title: 'Two' }])
    const [adaId = '', benId = ''] = [ada?.id, ben?.id]
    await comment(post?.id ?? '', { authorId: adaId, content: 'first' })
    await comment(other?.id ?? '', { authorId: adaId, content: 'elsewhere' })
    await comment(post?.id ?? '', { authorId: benId, content: 'second' })
    await comment(post?.id ?? '', { authorId: adaId, content: 'third' })
    expect(await commentsOf(post?.id ?? '')).toEqual([
      { content: 'third', author: 'Ada' },
      { content: 'second', author: 'Ben' },
      { content: 'first', author: 'Ada' },
    ])
    const nowhere = comment('65f000000000000000000000', { authorId: adaId, content: 'lost' })
    await expect(nowhere).rejects.toMatchObject({ code: 'E_ROW_NOT_FOUND', status: 404 })
    expect(await Comment.query().count()).toBe(4)
  })
})
