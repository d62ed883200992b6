/** What becomes of related rows when rows are deleted. */
import {
  BaseModel,
  type BelongsTo,
  beforeDelete,
  belongsTo,
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
import { waysThat } from '../../helpers/ways.ts'

const { database, db } = lucentDatabase()

/** Keys of rows whose `beforeDelete` ran. */
const hooked: string[] = []

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
