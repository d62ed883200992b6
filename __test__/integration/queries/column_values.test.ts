import { BaseModel, beforeFetch, column, type ModelQueryBuilder, ObjectId } from 'lucent-odm'
import { DateTime } from 'luxon'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { profile } from '../../helpers/profile.ts'

const server = lucentDatabase()
const { db } = server

class Book extends BaseModel {
  static override collection = 'books'
  @column({ isPrimary: true }) declare id: string
  @column({ columnName: 'name' }) declare title: string
  @column() declare pages: number
  @column() declare tags: string[]
  @column.objectId() declare authorId: string
  @column.objectId() declare editorIds: string[]
  @column.date() declare published: DateTime
  @column({ consume: (text) => `${text}!` }) declare loud: string
  @column() declare gone: boolean
  @beforeFetch() static living(query: ModelQueryBuilder<Book>) {
    query.where('gone', false)
  }
}

const books = db.collection('books')
const [ada, bob] = [new ObjectId(), new ObjectId()]

beforeEach(async () => {
  await books.deleteMany({})
  const published = new Date('2024-05-06T00:00:00Z')
  await books.insertMany([
    {
      name: 'c',
      pages: 3,
      tags: ['x', 'y'],
      author_id: ada,
      editor_ids: [ada, bob],
      published,
      loud: 'l',
      gone: false,
    },
    {
      name: 'a',
      pages: 1,
      tags: ['y'],
      author_id: bob,
      editor_ids: [bob],
      published,
      loud: 'l',
      gone: false,
    },
    { name: 'b', pages: 2, tags: [], author_id: ada, gone: false },
    { name: 'd', pages: 2, tags: ['z'], author_id: ada, gone: true },
  ])
})

describe('exists', () => {
  it.each<[string, () => Promise<boolean>, boolean]>([
    ['something', () => Book.query().where('title', 'a').exists(), true],
    ['nothing', () => Book.query().where('title', 'x').exists(), false],
    ['no condition', () => Book.query().exists(), true],
    ['an empty list', () => Book.query().whereIn('title', []).exists(), false],
    ['an order and columns', () => Book.query().orderBy('title').select('title').exists(), true],
    ['an offset within', () => Book.query().offset(3).exists(), true],
    ['an offset behind', () => Book.query().offset(4).exists(), false],
    ['a limit', () => Book.query().limit(2).exists(), true],
    ['a limit of 0', () => Book.query().limit(0).exists(), false],
  ])('with %s', async (_, act, expected) => {
    expect(await act()).toBe(expected)
  })

  it('looks for one document', async () => {
    const commands = await profile(server, 'books', () => Book.query().limit(3).exists())
    expect(JSON.stringify(commands[0]?.command)).toContain('"$limit":1')
  })

  it('leaves the query as it was', async () => {
    const query = Book.query().where('pages', 2).orderBy('title')
    const before = query.toMongo()
    await query.exists()
    expect(query.toMongo()).toEqual(before)
  })
})

describe('pluck', () => {
  it('reads one column of the rows, in order', async () => {
    const query = Book.query().orderBy('title')
    const titles: string[] = await query.pluck('title')
    expect(titles).toEqual(['a', 'b', 'c'])
    expect(await query.clone().limit(2).pluck('pages')).toEqual([1, 2])
    expect(await query.clone().pluck('authorId')).toEqual([bob, ada, ada].map(String))
    expect(await query.clone().pluck('loud')).toEqual(['l!', undefined, 'l!'])
    expect((await query.clone().pluck('published'))[0]?.toISODate()).toBe('2024-05-06')
  })

  it('reads nothing else', async () => {
    const commands = await profile(server, 'books', () =>
      Book.query().select('pages', 'tags').pluck('title'),
    )
    expect(commands[0]?.command).toMatchObject({ projection: { _id: 1, name: 1 } })
  })
})

describe('valuesOf', () => {
  it.each<[string, () => Promise<unknown[]>, unknown[]]>([
    ['a column', () => Book.query().valuesOf('pages'), [1, 2, 3]],
    [
      'a renamed column',
      () => Book.query().where('pages', '<', 3).valuesOf('title'),
      ['a', 'b', 'd'],
    ],
    ['ids', () => Book.query().valuesOf('authorId'), [ada, bob].map(String)],
    ['an array', () => Book.query().valuesOf('tags'), ['x', 'y', 'z']],
    ['an array of ids', () => Book.query().valuesOf('editorIds'), [ada, bob].map(String)],
    ['a column that is consumed', () => Book.query().valuesOf('loud'), ['l!']],
    ['nothing', () => Book.query().where('title', 'x').valuesOf('pages'), []],
  ])('of %s', async (_, act, expected) => {
    expect((await act()).toSorted()).toEqual(expected.toSorted())
  })

  it('of dates are dates', async () => {
    const days: DateTime[] = await Book.query().valuesOf('published')
    expect(days.map((day) => DateTime.isDateTime(day) && day.toISODate())).toEqual(['2024-05-06'])
  })
})

describe.each(['pluck', 'valuesOf'] as const)('%s', (method) => {
  it.each([
    ['an unknown column', 'nope', 'E_UNKNOWN_COLUMN'],
    ['a path', 'tags.0', 'E_INVALID_QUERY'],
    ['an operator', '$where', 'E_INVALID_QUERY'],
  ])('refuses %s', async (_, name, code) => {
    await expect(Book.query()[method](name as never)).rejects.toMatchObject({ code, model: 'Book' })
  })
})

it('valuesOf refuses a limit', async () => {
  await expect(Book.query().limit(2).valuesOf('pages')).rejects.toMatchObject({
    code: 'E_INVALID_QUERY',
    operation: 'valuesOf',
  })
})
