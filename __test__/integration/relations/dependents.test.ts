/** What becomes of related rows when rows are deleted. */
import {
  BaseModel,
  beforeDelete,
  column,
  type HasMany,
  type HasOne,
  hasMany,
  hasOne,
  type ManyToMany,
  type MorphMany,
  type MorphTo,
  manyToMany,
  morphMany,
  morphTo,
} from 'lucent-odm'
import { ObjectId } from 'mongodb'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { OwnMongod } from '../../helpers/own_mongod.ts'
import { waysThat } from '../../helpers/ways.ts'

const { database, db } = lucentDatabase()

/** Keys of rows whose `beforeDelete` ran. */
const hooked: string[] = []
/** Whether the next `beforeDelete` throws. */
let refusing = false

class Author extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column() declare count: number
  @column() declare list: string[]
  @hasMany(() => Book, { onDelete: 'cascade' }) declare books: HasMany<typeof Book>
  @hasOne(() => Desk, { onDelete: 'nullify' }) declare desk: HasOne<typeof Desk> | null
  @hasMany(() => Award, { onDelete: 'restrict' }) declare awards: HasMany<typeof Award>
  @manyToMany(() => Club, { onDelete: 'cascade' }) declare clubs: ManyToMany<typeof Club>
  @manyToMany(() => Shelf, { relatedForeignKeys: 'authorIds', onDelete: 'cascade' })
  declare shelves: ManyToMany<typeof Shelf>
  @morphMany(() => Note, { name: 'of', onDelete: 'cascade' }) declare notes: MorphMany<typeof Note>
}

class Book extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column.objectId() declare authorId: string | null
  @hasMany(() => Chapter, { onDelete: 'cascade', hooks: true })
  declare chapters: HasMany<typeof Chapter>
}

class Chapter extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column.objectId() declare bookId: string
  @hasMany(() => Line, { onDelete: 'cascade' }) declare lines: HasMany<typeof Line>

  @beforeDelete()
  static note(chapter: Chapter) {
    if (refusing) throw new Error('kept')
    hooked.push(chapter.key)
  }
}

class Line extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare chapterId: string
}

class Desk extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare authorId: string | null
  @column.version() declare version: number
}

class Award extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare authorId: string | null
}

class Club extends BaseModel {
  @column({ isPrimary: true }) declare id: string
}

class Shelf extends BaseModel {
  static override table = 'shelves'
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare authorIds: string[]
}

class Note extends BaseModel {
  static override morphMap = { author: () => Author, book: () => Book }
  @column({ isPrimary: true }) declare id: string
  @column() declare ofType: string | null
  @column.objectId() declare ofId: string | null
  @morphTo() declare of: MorphTo<typeof Author | typeof Book> | null
}

const MODELS = [Author, Book, Chapter, Line, Desk, Award, Club, Shelf, Note]

afterEach(async () => {
  hooked.length = 0
  for (const model of MODELS) await model.truncate()
  await db.collection('author_club').deleteMany({})
})

/** An author of a key, with a row in each relation but `awards`. */
async function authored(key: string, values: object = {}): Promise<Author> {
  const author = await Author.create({ key, count: 1, list: ['a'], ...values })
  const book = await author.related('books').create({ key })
  const chapter = await book.related('chapters').create({ key })
  await chapter.related('lines').create({})
  await author.related('desk').create({})
  await author.related('clubs').create({})
  await author.related('shelves').create({ authorIds: [] })
  await author.related('notes').create({})
  // Of another model, with an equal key.
  await Note.create({ ofType: 'book', ofId: author.id })
  return author
}

async function counts() {
  const all: Record<string, number> = {}
  for (const model of MODELS) all[model.name] = await model.query().count()
  all.links = await db.collection('author_club').countDocuments()
  return all
}

const BEFORE = {
  Author: 2,
  Book: 2,
  Chapter: 2,
  Line: 2,
  Desk: 2,
  Award: 0,
  Club: 2,
  Shelf: 2,
  Note: 4,
  links: 2,
}
const AFTER = { ...BEFORE, Author: 1, Book: 1, Chapter: 1, Line: 1, Note: 3, links: 1 }

describe('every way to delete', () => {
  const ways = waysThat('delete').filter(({ name }) => !name.includes('truncate'))

  it.each(ways.map((way) => [way.name, way] as const))('%s', async (_, way) => {
    const other = await authored('other')
    const author = await authored('one')
    expect(await counts()).toEqual(BEFORE)
    const found = await Author.findOrFail(author.id)
    await way.run({
      database,
      model: Author,
      key: 'one',
      filter: { key: 'one' },
      values: {},
      found: found as never,
    })
    expect(await counts()).toEqual(AFTER)
    expect(hooked).toEqual(['one'])
    expect(await Desk.query().whereNull('authorId').where('version', 2).count()).toBe(1)
    const shelves = (await Shelf.query().orderBy('id')).map(({ authorIds }) => authorIds)
    expect(shelves).toEqual([[other.id], []])
    expect(await Note.query().where('ofType', 'author').count()).toBe(1)
  })

  it.each(ways.map((way) => [way.name, way] as const))('%s, restricted', async (_, way) => {
    await authored('other')
    const author = await authored('one')
    await author.related('awards').create({})
    const found = await Author.findOrFail(author.id)
    const before = await counts()
    const work = way.run({
      database,
      model: Author,
      key: 'one',
      filter: { key: 'one' },
      values: {},
      found: found as never,
    })
    const error = await work.then(
      () => undefined,
      (thrown: Error) => thrown,
    )
    expect(String(error)).toContain('Author.awards: a row of Award refers to what is to be deleted')
    expect(await counts()).toEqual(before)
  })
})

describe('several rows', () => {
  it('are deleted with all that depends on them', async () => {
    await authored('a')
    await authored('b')
    expect(await Author.query().whereIn('key', ['a', 'b']).delete()).toEqual([2])
    const left = await counts()
    expect(left).toEqual({
      ...BEFORE,
      Author: 0,
      Book: 0,
      Chapter: 0,
      Line: 0,
      Note: 2,
      links: 0,
    })
    expect(hooked.sort()).toEqual(['a', 'b'])
  })

  it('are all kept where one is restricted further down', async () => {
    class Kept extends BaseModel {
      static override table = 'authors'
      @column({ isPrimary: true }) declare id: string
      @column() declare key: string
      @hasMany(() => KeptBook, { foreignKey: 'authorId', onDelete: 'cascade' })
      declare books: HasMany<typeof KeptBook>
    }
    class KeptBook extends BaseModel {
      static override table = 'books'
      @column({ isPrimary: true }) declare id: string
      @column.objectId() declare authorId: string
      @hasMany(() => Chapter, { foreignKey: 'bookId', onDelete: 'restrict' })
      declare chapters: HasMany<typeof Chapter>
    }
    await Author.createMany([{ key: 'a' }, { key: 'b' }])
    const [a, b] = await Kept.query().orderBy('key')
    await a?.related('books').createMany([{}, {}])
    const book = await b?.related('books').create({})
    await book?.related('chapters').create({ key: 'c' })
    const before = await counts()
    await expect(Kept.query().whereNotNull('key').delete()).rejects.toMatchObject({
      code: 'E_DELETE_RESTRICTED',
      message: expect.stringContaining('KeptBook.chapters'),
    })
    expect(await counts()).toEqual(before)
    const bulk = Kept.bulkWrite((one) => one.deleteMany({ key: 'a' }).deleteMany({ key: 'b' }))
    await expect(bulk).rejects.toMatchObject({ code: 'E_DELETE_RESTRICTED' })
    expect(await counts()).toEqual(before)
  })

  it('are not touched by a delete without a condition', async () => {
    await authored('a')
    const before = await counts()
    await expect(Author.query().delete()).rejects.toMatchObject({ code: 'E_EMPTY_FILTER' })
    await expect(Author.query().whereNotIn('id', []).delete()).rejects.toMatchObject({
      code: 'E_EMPTY_FILTER',
    })
    expect(await counts()).toEqual(before)
    expect(await Author.query().all().delete()).toEqual([1])
    expect((await counts()).Book).toBe(0)
  })
})

describe('in a transaction', () => {
  it('all of it is undone', async () => {
    const author = await authored('a')
    const before = await counts()
    await database.transaction(async (client) => {
      const found = await Author.findOrFail(author.id, { client })
      await found.delete()
      expect(await Book.query({ client }).count()).toBe(0)
      await client.rollback()
    })
    expect(await counts()).toEqual(before)
  })

  it('a hook that throws undoes all of it', async () => {
    const author = await authored('a')
    const before = await counts()
    refusing = true
    try {
      await expect(author.delete()).rejects.toThrow('kept')
    } finally {
      refusing = false
    }
    expect(await counts()).toEqual(before)
    expect(author.$isPersisted).toBe(true)
    await author.delete()
    expect((await counts()).Chapter).toBe(0)
  })
})

describe('rows that refer to each other', () => {
  for (const hooks of [false, true]) {
    it(`go once, in circles too${hooks ? ', with hooks' : ''}`, async () => {
      const seen: string[] = []
      class Node extends BaseModel {
        static override table = 'nodes'
        @column({ isPrimary: true }) declare id: string
        @column() declare name: string
        @column.objectId() declare parentId: string | null
        @hasMany(() => Node, { foreignKey: 'parentId', onDelete: 'cascade', hooks })
        declare children: HasMany<typeof Node>
        @beforeDelete()
        static note(node: Node) {
          seen.push(node.name)
        }
      }
      const a = await Node.create({ name: 'a' })
      const b = await Node.create({ name: 'b', parentId: a.id })
      const c = await Node.create({ name: 'c', parentId: b.id })
      await Node.create({ name: 'd', parentId: b.id })
      await Node.create({ name: 'other' })
      a.parentId = c.id
      await a.save()
      await a.delete()
      expect((await Node.query()).map(({ name }) => name)).toEqual(['other'])
      expect(seen.sort()).toEqual(hooks ? ['a', 'b', 'c', 'd'] : ['a'])
      const self = await Node.create({ name: 'self' })
      await self.merge({ parentId: self.id }).save()
      expect(await Node.query().where('name', 'self').delete()).toEqual([1])
      await Node.truncate()
    })
  }
})

describe('keys', () => {
  class Shop extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare code: number | null
    @column() declare name: string
    @hasMany(() => Sale, { localKey: 'code', foreignKey: 'shopCode', onDelete: 'cascade' })
    declare sales: HasMany<typeof Sale>
  }
  class Sale extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare shopCode: number | null
  }

  it('are those that are stored, and null refers to nothing', async () => {
    const shop = await Shop.create({ code: 1, name: 'a' })
    await Sale.createMany([{ shopCode: 1 }, { shopCode: 2 }, { shopCode: null }])
    shop.code = 2
    await shop.delete()
    expect((await Sale.query().orderBy('id')).map(({ shopCode }) => shopCode)).toEqual([2, null])
    await Shop.create({ code: null, name: 'b' })
    await Shop.query().where('name', 'b').delete()
    expect(await Sale.query().count()).toBe(2)
    await Shop.create({ code: 2, name: 'c' })
    const [partly] = await Shop.query().select('name')
    await expect(partly?.delete()).rejects.toMatchObject({ code: 'E_PARTIALLY_READ' })
    expect(await Shop.query().where('name', 'c').delete()).toEqual([1])
    expect((await Sale.query()).map(({ shopCode }) => shopCode)).toEqual([null])
    await Sale.truncate()
  })

  it('of polymorphic relations are taken away with the name of the model', async () => {
    class Page extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @morphMany(() => Mark, { name: 'of', onDelete: 'nullify' })
      declare marks: MorphMany<typeof Mark>
    }
    class Mark extends BaseModel {
      static override morphMap = { page: () => Page }
      @column({ isPrimary: true }) declare id: string
      @column() declare ofType: string | null
      @column.objectId() declare ofId: string | null
    }
    const page = await Page.create({})
    await page.related('marks').create({})
    await page.delete()
    expect(await db.collection('marks').findOne({})).toMatchObject({ of_type: null, of_id: null })
    await Mark.truncate()
  })
})

describe('declared wrongly', () => {
  it.each([
    ['of a belongsTo', { onDelete: 'cascade' }, /onDelete is of relations/],
    ['by another word', { onDelete: 'destroy' }, /one of cascade, nullify, restrict/],
  ])('%s', async (_, options, message) => {
    class Wrong extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column.objectId() declare authorId: string
    }
    const isWord = options.onDelete === 'destroy'
    Wrong.$addRelation(
      'author',
      isWord ? 'hasMany' : 'belongsTo',
      () => (isWord ? Wrong : Author),
      { ...options, ...(isWord ? { foreignKey: 'authorId' } : {}) } as never,
    )
    expect(() => Wrong.query().preload('author' as never)).toThrow(
      expect.objectContaining({
        code: 'E_MODEL_DEFINITION',
        message: expect.stringMatching(message),
      }),
    )
    const row = await Wrong.create({ authorId: String(new ObjectId()) })
    await expect(row.delete()).rejects.toMatchObject({ code: 'E_MODEL_DEFINITION' })
    expect(await Wrong.query().count()).toBe(1)
    await Wrong.truncate()
  })
})

it('a server without transactions deletes too', async () => {
  const server = await OwnMongod.start()
  const own = database.add('standalone', { url: server.uri, database: 'x' })
  try {
    class Album extends BaseModel {
      static override connection = 'standalone'
      @column({ isPrimary: true }) declare id: string
      @hasMany(() => Song, { onDelete: 'cascade', hooks: true }) declare songs: HasMany<typeof Song>
    }
    class Song extends BaseModel {
      static override connection = 'standalone'
      @column({ isPrimary: true }) declare id: string
      @column.objectId() declare albumId: string
    }
    const album = await Album.create({})
    await album.related('songs').createMany([{}, {}])
    await album.delete()
    expect([await Album.query().count(), await Song.query().count()]).toEqual([0, 0])
    const other = await Album.create({})
    await other.related('songs').create({})
    expect(await Album.query().where('id', other.id).delete()).toEqual([1])
    expect(await Album.bulkDelete([await Album.create({})])).toMatchObject({ deleted: 1 })
    expect(await Song.query().count()).toBe(0)
  } finally {
    await own.close()
    await server.stop()
  }
})
