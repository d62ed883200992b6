/** What holds for the queries of models holds for those of their relations. */
import {
  afterFetch,
  BaseModel,
  type BelongsTo,
  beforeFetch,
  belongsTo,
  column,
  Database,
  type HasMany,
  hasMany,
  type ManyToMany,
  type ModelQueryBuilder,
  manyToMany,
  setEncryptionKeys,
} from 'lucent-odm'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const server = lucentDatabase()
const { database, db } = server
setEncryptionKeys({ primary: 'k1', keys: { k1: Buffer.alloc(32, 7) } })

const seen: string[] = []

class Author extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column.encrypted({ blind: true }) declare email: string
  @hasMany(() => Book) declare books: HasMany<typeof Book>
  @hasMany(() => Book, { onQuery: (query) => query.where('title', 'b'), serializeAs: null })
  declare hidden: HasMany<typeof Book>
  @hasMany(() => Letter, { localKey: 'email', foreignKey: 'to' }) declare letters: HasMany<
    typeof Letter
  >
  @manyToMany(() => Book, { pivotTable: () => Reading, relatedKey: 'id' })
  declare reads: ManyToMany<typeof Book>
  @afterFetch() static log(rows: Author[]) {
    seen.push(`after authors ${rows.length}`)
  }
}

class Book extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare authorId: string
  @column() declare title: string
  @column() declare deleted: boolean
  @hasMany(() => Page) declare pages: HasMany<typeof Page>
  @belongsTo(() => Author) declare author: BelongsTo<typeof Author>
  @beforeFetch() static hide(query: ModelQueryBuilder<Book>) {
    seen.push('before books')
    query.whereNot('deleted', true).orWhereNull('deleted')
  }
  @afterFetch() static log(rows: Book[]) {
    seen.push(
      `after books ${rows.map(({ title }) => title).sort()} pages ${rows.map(({ pages }) => pages?.length)}`,
    )
  }
}

class Page extends BaseModel {
  static override connection = 'other'
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare bookId: string
  @column() declare number: number
  @afterFetch() static log(rows: Page[]) {
    seen.push(`after pages ${rows.length}`)
  }
}

class Letter extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.encrypted({ blind: true }) declare to: string
}

class Reading extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column.objectId() declare authorId: string
  @column.objectId() declare bookId: string
  @column({ columnName: 'n' }) declare note: string
}

const two = new Database({
  connection: 'main',
  connections: {
    main: { url: server.uri, database: server.name },
    other: { url: server.uri, database: `${server.name}_other` },
  },
})
for (const model of [Author, Book, Page, Letter, Reading]) model.useDatabase(two)
afterAll(async () => {
  await db.client.db(`${server.name}_other`).dropDatabase()
  await two.closeAll()
})

beforeEach(async () => {
  for (const model of [Author, Book, Page, Letter, Reading]) await model.truncate()
  const ada = await Author.create({ name: 'ada', email: 'ada@x' })
  const books = await ada.related('books').createMany(['a', 'b', 'c'].map((title) => ({ title })))
  await books[2]?.merge({ deleted: true }).save()
  await books[0]?.related('pages').createMany([{ number: 1 }, { number: 2 }])
  await Letter.create({ to: 'ada@x' })
  await Author.create({ name: 'ben', email: 'ben@x' })
  seen.length = 0
})

const authors = () => Author.query().orderBy('name')

it('hooks run once a relation, children before parents, and hold whatever was written', async () => {
  const [ada] = await authors().preload('books', (books) => {
    books.orderBy('title').where('title', 'a').orWhere('title', 'c').preload('pages')
  })
  expect(ada?.books.map(({ title }) => title)).toEqual(['a'])
  expect(seen).toEqual([
    'before books',
    'after pages 2',
    'after books a pages 2',
    'after authors 2',
  ])
  seen.length = 0
  await Author.query().where('name', 'nobody').preload('books')
  expect(seen).toEqual(['before books', 'after authors 0'])
})

it('hooks run for each batch of a cursor', async () => {
  for await (const row of authors().preload('books').cursor({ batchSize: 1 }))
    expect(row.books).toBeDefined()
  expect(seen.filter((one) => one.startsWith('before'))).toEqual(['before books'])
  expect(seen.filter((one) => one.startsWith('after books'))).toHaveLength(2)
})

it('the related model lives on its own connection', async () => {
  const book = await Book.query().where('title', 'a').preload('pages').firstOrFail()
  expect(book.pages.map(({ number }) => number)).toEqual([1, 2])
  expect(book.pages[0]?.$options).toEqual({ connection: 'other' })
  expect(await db.client.db(`${server.name}_other`).collection('pages').countDocuments()).toBe(2)
  await two.transaction(async (trx) => {
    const [again] = await Book.query({ client: trx }).where('title', 'a').preload('pages')
    expect(again?.pages).toHaveLength(2)
    expect(again?.pages[0]?.$trx).toBeUndefined()
  })
})

it('encrypted keys are compared by their blind index', async () => {
  const [ada, ben] = await authors().preload('letters')
  expect(ada?.letters.map(({ to }) => to)).toEqual(['ada@x'])
  expect(ben?.letters).toEqual([])
  expect(await ada?.related('letters').query().count()).toBe(1)
  await ada?.load('letters')
  expect(ada?.letters).toHaveLength(1)
})

it('a pivot may be a model, with its names', async () => {
  const [ada] = await authors()
  const book = await Book.query().where('title', 'a').firstOrFail()
  await ada?.related('reads').attach({ [book.id]: { note: 'x' } })
  expect(await db.collection('readings').findOne()).toMatchObject({ n: 'x' })
  await ada?.load('reads', (reads) => reads.pivotColumns(['note']).wherePivot('note', 'x'))
  expect(ada?.reads[0]?.$extras).toMatchObject({ pivot_n: 'x', pivot_book_id: book.id })
})

it('onQuery narrows every query, and hidden relations are not in JSON', async () => {
  const [ada] = await authors().preload('hidden')
  expect(ada?.hidden.map(({ title }) => title)).toEqual(['b'])
  expect((await ada?.related('hidden').query())?.length).toBe(1)
  expect(Object.keys(ada?.serialize() ?? {})).not.toContain('hidden')
})

it('sideloads reach related rows', async () => {
  const [ada] = await authors().sideload({ viewer: 1 }).preload('books')
  expect(ada?.books[0]?.$sideloaded).toEqual({ viewer: 1 })
})

describe('what cannot be', () => {
  it.each([
    ['groups', () => Author.query().groupBy('name').preload('books').exec()],
    ['distinct', () => Author.query().select('name').distinct().preload('books').exec()],
    [
      'a limit for a relation to one row',
      () =>
        Book.query()
          .preload('author', (author) =>
            (author as never as { groupLimit(n: number): void }).groupLimit(1),
          )
          .exec(),
    ],
    [
      'an async callback',
      () =>
        Author.query()
          .preload('books', (async () => {}) as never)
          .exec(),
    ],
    [
      'what is no callback',
      async () =>
        Author.query()
          .preload('books', 'x' as never)
          .exec(),
    ],
    [
      'writes behind a pivot',
      async () => (await authors().firstOrFail()).related('reads').query().delete(),
    ],
    [
      'a cursor page behind a pivot',
      async () => (await authors().firstOrFail()).related('reads').query().paginateCursor(),
    ],
  ])('%s', async (_, work) => {
    await expect(work()).rejects.toMatchObject({ code: 'E_INVALID_QUERY' })
  })

  it('plain rows have no relations', async () => {
    const [row] = await authors().preload('books').pojo()
    expect(Object.keys(row ?? {})).not.toContain('books')
  })

  it('a failure of a related read is the query’s', async () => {
    await expect(
      authors()
        .preload('books', (books) => books.whereRaw({ $expr: { $divide: [1, 0] } }))
        .exec(),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^E_/) })
    expect(database).toBeDefined()
  })
})

it('related rows are counted without hooks, by blind indexes, and elsewhere', async () => {
  const rows = await authors()
    .withCount('books', (books) => books.where('title', '>', 'a'))
    .withCount('hidden')
    .withCount('letters')
    .withAggregate('books', (books) => books.max('title').as('last'))
  expect(seen).toEqual(['after authors 2'])
  const counted = (name: string) => rows.map(({ $extras }) => $extras[name])
  expect(counted('books_count')).toEqual([2, 0])
  expect(counted('hidden_count')).toEqual([1, 0])
  expect(counted('letters_count')).toEqual([1, 0])
  expect(counted('last')).toEqual(['c', null])
  expect(await authors().withCount('letters', (query) => query.where('to', 'x'))).toMatchObject([
    { $extras: { letters_count: 0 } },
    { $extras: { letters_count: 0 } },
  ])
  const book = await Book.findByOrFail('title', 'a')
  await book.loadCount('pages').loadAggregate('pages', (pages) => pages.sum('number').as('sum'))
  expect(book.$extras).toEqual({ pages_count: 2, sum: 3 })
})

it('conditions over related rows run no hooks, on encrypted columns, and elsewhere', async () => {
  const names = async (query: PromiseLike<Author[]>) => (await query).map(({ name }) => name)
  expect(await names(authors().has('books', '=', 3))).toEqual(['ada'])
  expect(await names(authors().has('hidden'))).toEqual(['ada'])
  const written = (email: string) =>
    Book.query().whereHas('author', (query) => query.where('email', email))
  expect(await written('ada@x').count()).toBe(3)
  expect(await written('ben@x').count()).toBe(0)
  await expect(authors().has('letters').exec()).rejects.toMatchObject({
    code: 'E_ENCRYPTED_COLUMN_QUERY',
  })
  expect(await names(authors().whereHas('books', (books) => books.has('pages', '>', 1)))).toEqual([
    'ada',
  ])
  expect(seen.some((one) => one.includes('books'))).toBe(false)
  await Book.query().has('pages').updateMany({ title: 'paged' })
  expect(await Book.query().where('title', 'paged').count()).toBe(1)
})
