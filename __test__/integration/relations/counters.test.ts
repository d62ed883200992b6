/** Counts of related rows that every write keeps. */
import {
  BaseModel,
  type BelongsTo,
  belongsTo,
  column,
  Database,
  type HasMany,
  hasMany,
  type ManyToMany,
  type MorphTo,
  manyToMany,
  morphTo,
} from 'lucent-odm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../../helpers/encryption.ts'
import { commandsOf, lucentDatabase } from '../../helpers/lucent.ts'
import { OwnMongod } from '../../helpers/own_mongod.ts'
import { type Given, type Way, waysThat } from '../../helpers/ways.ts'
import { counted } from './counted.ts'

const server = lucentDatabase()
const { database, db } = server

class Author extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare booksCount: number | undefined
  @column() declare oldCount: number | undefined
  @hasMany(() => Book, { onDelete: 'cascade' }) declare books: HasMany<typeof Book>
}

class Book extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column() declare count: number
  @column() declare list: string[]
  @column.objectId() declare authorId: string | null
  @belongsTo(() => Author, { counterCache: 'booksCount' })
  declare author: BelongsTo<typeof Author> | null
}

const truth = () =>
  counted(db, { rows: 'authors', field: 'books_count', of: 'books', foreign: 'author_id' })

let authors: Author[]

beforeEach(async () => {
  authors = await Author.createMany(['a', 'b', 'c'].map((name) => ({ name })))
})

afterEach(async () => {
  for (const name of ['authors', 'books']) await db.collection(name).deleteMany({})
})

let keys = 0

/** What a way works on: a book of the first author, which is to become one of the second. */
async function given(model: typeof Book, values: object, its: Partial<Given> = {}): Promise<Given> {
  const key = `book ${keys++}`
  const [one, two] = authors as [Author, Author]
  await model.createMany([
    { key: 'other', authorId: one.id },
    { key: 'none' },
    { key, count: 1, list: ['a'], authorId: one.id },
  ])
  const found = (await model.findByOrFail('key', key)) as never
  const given = { database, model, key, filter: { key }, found }
  return { ...given, values: { authorId: two.id, ...values }, ...its } as Given
}

const named = (ways: readonly Way[]) =>
  ways.map((way) => [`${way.operation}: ${way.name}`, way] as const)
const WRITES = waysThat('insert', 'update', 'delete')
const MOVES = WRITES.filter(({ writesValues }) => writesValues)

describe('every way to write', () => {
  it.each(named(WRITES))('%s', async (_, way) => {
    await way.run(await given(Book, {}))
    await expectTruth()
  })

  it.each(named(MOVES))('%s, of nobody', async (_, way) => {
    await way.run(await given(Book, { authorId: null }))
    await expectTruth()
  })
})

async function expectTruth() {
  const { stored, real } = await truth()
  expect(stored).toEqual(real)
}

describe('in a transaction', () => {
  it('counts are those of the transaction', async () => {
    const [one, two] = authors as [Author, Author]
    await database.transaction(async (client) => {
      const book = await Book.create({ key: 'a', authorId: one.id }, { client })
      await Book.query({ client }).where('key', 'a').update({ authorId: two.id })
      expect((await Author.findOrFail(two.id, { client })).booksCount).toBe(1)
      expect((await Author.findOrFail(two.id)).booksCount).toBe(undefined)
      await book.delete()
    })
    await expectTruth()
    const trx = await database.transaction()
    await Book.createMany([{ key: 'b', authorId: one.id }], { client: trx })
    await trx.rollback()
    expect(await Book.query().count()).toBe(0)
    await expectTruth()
  })
})

describe('at once', () => {
  it('many writes for one row all count', async () => {
    const [one, two] = authors as [Author, Author]
    await Promise.all(
      Array.from({ length: 40 }, (_, place) =>
        Book.create({ key: `${place}`, authorId: place % 2 === 0 ? one.id : two.id }),
      ),
    )
    await expectTruth()
    await Promise.all([
      ...Array.from({ length: 10 }, () => Book.query().where('authorId', one.id).deleteOne()),
      Book.query().where('authorId', two.id).update({ authorId: one.id }),
      ...Array.from({ length: 5 }, (_, n) =>
        Book.firstOrCreate({ key: 'same' }, { authorId: two.id, count: n }),
      ),
    ])
    await expectTruth()
  })
})

describe('what fails in part', () => {
  beforeEach(() => db.collection('books').createIndex({ key: 1 }, { unique: true }))
  afterEach(() => db.collection('books').dropIndexes())

  const rows = () =>
    ['a', 'taken', 'b', 'c'].map((key) => ({ key, authorId: authors[0]?.id ?? '' }))

  it.each([
    ['createMany', () => Book.createMany(rows())],
    ['createMany, not atomic', () => Book.createMany(rows(), { atomic: false })],
    ['bulkWrite', () => Book.bulkWrite(rows().map((insert) => ({ insert })))],
    [
      'bulkWrite, unordered',
      () =>
        Book.bulkWrite(
          rows().map((insert) => ({ insert })),
          { ordered: false },
        ),
    ],
    [
      'bulkWrite, atomic',
      () =>
        Book.bulkWrite(
          rows().map((insert) => ({ insert })),
          { atomic: true },
        ),
    ],
    [
      'bulkWrite, changing what it made',
      () =>
        Book.bulkWrite((bulk) => {
          const [author, other] = authors as [Author, Author]
          bulk.insert({ key: 'x', authorId: author.id })
          bulk.updateMany({ authorId: author.id }, { authorId: other.id })
          bulk.deleteMany({ authorId: other.id })
          bulk.upsert({ key: 'y' }, { authorId: other.id })
          bulk.insert({ key: 'y', authorId: author.id })
        }),
    ],
    [
      'creates that share a command',
      () => Promise.all(rows().map((row) => Book.create(row, { coalesce: true }))),
    ],
    ['create', () => Book.create({ key: 'taken', authorId: authors[0]?.id ?? '' })],
    ['update', () => Book.query().where('key', 'mine').update({ key: 'taken', authorId: null })],
  ])('%s', async (_, write) => {
    await Book.createMany([
      { key: 'taken', authorId: authors[1]?.id ?? '' },
      { key: 'mine', authorId: authors[1]?.id ?? '' },
    ])
    await expect(write()).rejects.toMatchObject({ code: expect.stringMatching(/^E_/) })
    await expectTruth()
  })
})

describe('the rows that count', () => {
  it('keep their own instances as they are until they are read again', async () => {
    const [one] = authors as [Author]
    await one.related('books').create({ key: 'a' })
    await one.related('books').createMany([{ key: 'b' }, { key: 'c' }])
    expect(one.booksCount).toBe(undefined)
    one.name = 'changed'
    await one.save()
    await one.refresh()
    expect(one.booksCount).toBe(3)
  })

  it('are written once by a command, however many rows it writes', async () => {
    const [one, two] = authors as [Author, Author]
    const rows = Array.from({ length: 50 }, (_, n) => ({
      key: `${n}`,
      authorId: n % 2 === 0 ? one.id : two.id,
    }))
    expect(await commandsOf(server, 'authors', () => Book.createMany(rows))).toEqual([
      'update',
      'update',
    ])
    await expectTruth()
  })

  it('cost nothing where a write moves nothing', async () => {
    const book = await Book.create({ key: 'a', authorId: authors[0]?.id ?? '' })
    const commands = await commandsOf(server, 'books', async () => {
      await book.merge({ count: 5 }).save()
      await Book.query().where('key', 'a').update({ count: 6 })
    })
    expect(commands).toEqual(['update', 'update'])
  })

  it('may be gone', async () => {
    const [one] = authors as [Author]
    await one.related('books').create({ key: 'a' })
    await one.delete()
    await Book.create({ key: 'b', authorId: one.id })
    await Book.truncate()
    await expectTruth()
  })
})

describe('recount', () => {
  it.each([
    ['of the rows that are counted', () => Book.recount('author')],
    ['of the rows that count', () => Author.recount('books')],
  ])('%s', async (_, recount) => {
    const [one, two] = authors as [Author, Author]
    await Book.createMany([
      { key: 'a', authorId: one.id },
      { key: 'b', authorId: one.id },
      { key: 'c' },
    ])
    await db.collection('authors').updateMany({}, { $set: { books_count: 7 } })
    await recount()
    const rows = await Author.query().orderBy('name')
    expect(rows.map(({ booksCount }) => booksCount)).toEqual([2, 0, 0])
    expect(two.id).toBe(rows[1]?.id)
  })

  it('refuses a relation of which nothing is counted', async () => {
    class Plain extends BaseModel {
      static override table = 'books'
      @column.objectId() declare authorId: string
      @belongsTo(() => Author) declare author: BelongsTo<typeof Author>
    }
    await expect(Plain.recount('author')).rejects.toMatchObject({ code: 'E_INVALID_QUERY' })
    await expect(Plain.recount('nothing')).rejects.toMatchObject({
      code: 'E_UNDEFINED_RELATIONSHIP',
    })
  })
})

describe('relations of other kinds', () => {
  it('counts rows that refer to several models', async () => {
    class Post extends BaseModel {
      static override table = 'counted_posts'
      @column({ isPrimary: true }) declare id: string
      @column() declare commentsCount: number
    }
    class Film extends BaseModel {
      static override table = 'counted_films'
      @column({ isPrimary: true }) declare id: string
      @column() declare commentsCount: number
    }
    class Comment extends BaseModel {
      static override table = 'counted_comments'
      static override morphMap = { post: () => Post, film: () => Film }
      @column({ isPrimary: true }) declare id: string
      @column() declare ofType: string | null
      @column.objectId() declare ofId: string | null
      @morphTo({ counterCache: 'commentsCount' })
      declare of: MorphTo<typeof Post | typeof Film> | null
    }
    const post = await Post.create({})
    // Of another model, with an equal key.
    const film = await Film.create({ id: post.id })
    const counts = async () => [
      (await post.refresh()).commentsCount,
      (await film.refresh()).commentsCount,
    ]
    await Comment.createMany([1, 2].map(() => ({ ofType: 'post', ofId: post.id })))
    await Comment.create({ ofType: 'film', ofId: film.id })
    expect(await counts()).toEqual([2, 1])
    await Comment.query().where('ofType', 'post').updateOne({ ofType: 'film' })
    expect(await counts()).toEqual([1, 2])
    const one = await Comment.query().where('ofType', 'film').firstOrFail()
    await one.related('of').dissociate()
    expect(await counts()).toEqual([1, 1])
    await db.collection('counted_posts').updateMany({}, { $set: { comments_count: 9 } })
    await Comment.recount('of')
    expect(await counts()).toEqual([1, 1])
  })

  it('counts the rows below in a tree, and by another key than the primary one', async () => {
    class Folder extends BaseModel {
      static override table = 'counted_folders'
      @column({ isPrimary: true }) declare id: string
      @column() declare path: string
      @column() declare parentPath: string | null
      @column() declare size: number
      @belongsTo(() => Folder, {
        localKey: 'path',
        foreignKey: 'parentPath',
        counterCache: 'size',
      })
      declare parent: BelongsTo<typeof Folder> | null
    }
    await db.collection('counted_folders').createIndex({ path: 1 }, { unique: true })
    await Folder.create({ path: '/', parentPath: null })
    await Folder.createMany(['a', 'b'].map((path) => ({ path, parentPath: '/' })))
    await Folder.create({ path: 'c', parentPath: 'a' })
    const sizes = async () => (await Folder.query().orderBy('path')).map(({ size }) => size)
    expect(await sizes()).toEqual([2, 1, undefined, undefined])
    await Folder.query().where('parentPath', '/').update({ parentPath: 'b' })
    expect(await sizes()).toEqual([0, 1, 2, undefined])
    await Folder.recount('parent')
    expect(await sizes()).toEqual([0, 1, 2, 0])
  })

  it('counts links by a model of the pivot collection', async () => {
    class Person extends BaseModel {
      static override table = 'counted_people'
      @column({ isPrimary: true }) declare id: string
      @column() declare clubsCount: number
      @manyToMany(() => Club, {
        pivotTable: () => Membership,
        pivotForeignKey: 'personId',
        pivotRelatedForeignKey: 'clubId',
        onDelete: 'cascade',
      })
      declare clubs: ManyToMany<typeof Club>
    }
    class Club extends BaseModel {
      static override table = 'counted_clubs'
      @column({ isPrimary: true }) declare id: string
      @column() declare peopleCount: number
    }
    class Membership extends BaseModel {
      static override table = 'counted_memberships'
      @column({ isPrimary: true }) declare id: string
      @column.objectId() declare personId: string
      @column.objectId() declare clubId: string
      @belongsTo(() => Person, { counterCache: 'clubsCount' })
      declare person: BelongsTo<typeof Person>
      @belongsTo(() => Club, { counterCache: 'peopleCount' }) declare club: BelongsTo<typeof Club>
    }
    const [one, two] = (await Person.createMany([{}, {}])) as [Person, Person]
    const clubs = await Club.createMany([{}, {}, {}])
    const ids = clubs.map(({ id }) => id)
    await one.related('clubs').attach(ids)
    await two.related('clubs').sync(ids.slice(0, 2))
    await two.related('clubs').sync(ids.slice(1))
    await one.related('clubs').detach(ids.slice(0, 1))
    const counts = async () => [
      (await Person.query().orderBy('id')).map(({ clubsCount }) => clubsCount),
      (await Club.query().orderBy('id')).map(({ peopleCount }) => peopleCount),
    ]
    expect(await counts()).toEqual([
      [2, 2],
      [0, 2, 2],
    ])
    await one.delete()
    expect(await counts()).toEqual([[2], [0, 1, 1]])
  })

  it('counts rows of one class in a collection of several', async () => {
    class Owner extends BaseModel {
      static override table = 'counted_owners'
      @column({ isPrimary: true }) declare id: string
      @column() declare carsCount: number | undefined
    }
    class Vehicle extends BaseModel {
      static override table = 'counted_vehicles'
      static override discriminator: { key: string; value?: string } = { key: 'kind' }
      @column({ isPrimary: true }) declare id: string
      @column() declare kind: string
      @column.objectId() declare ownerId: string
    }
    class Car extends Vehicle {
      static override discriminator = { key: 'kind', value: 'car' }
      @belongsTo(() => Owner, { counterCache: 'carsCount' }) declare owner: BelongsTo<typeof Owner>
    }
    class Bike extends Vehicle {
      static override discriminator = { key: 'kind', value: 'bike' }
    }
    const owner = await Owner.create({})
    const count = async () => (await owner.refresh()).carsCount
    await Bike.create({ ownerId: owner.id })
    await Car.createMany([{ ownerId: owner.id }, { ownerId: owner.id }])
    expect(await count()).toBe(2)
    await Vehicle.query().where('kind', 'car').deleteOne()
    await Vehicle.query().where('kind', 'bike').deleteOne()
    expect(await count()).toBe(1)
    await Car.recount('owner')
    expect(await count()).toBe(1)
  })
})

interface Refused {
  counterCache: string
  many?: boolean
  connection?: string
}

describe('what is refused', () => {
  const to = { url: server.uri, database: server.name }
  const twice = new Database({ connection: 'main', connections: { main: to, other: to } })
  afterAll(() => twice.closeAll())

  it.each<[string, Refused, string]>([
    ['an unknown column', { counterCache: 'nothing' }, 'is no column of Author'],
    [
      'a relation to rows that refer here',
      { counterCache: 'booksCount', many: true },
      'counterCache is of @belongsTo() and @morphTo()',
    ],
    [
      'rows on another connection',
      { counterCache: 'booksCount', connection: 'other' },
      'Author is in another database',
    ],
  ])('%s', async (_, { many, connection, ...options }, why) => {
    class Wrong extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column.objectId() declare authorId: string
    }
    if (connection !== undefined) {
      Wrong.connection = connection
      Wrong.useDatabase(twice)
    }
    const kind = many === true ? 'hasMany' : 'belongsTo'
    Wrong.$addRelation('author', kind, () => (many === true ? Book : Author), options)
    await expect(Wrong.create({})).rejects.toMatchObject({
      code: 'E_MODEL_DEFINITION',
      message: expect.stringContaining(why),
    })
  })
})

describe('rows with encrypted columns', () => {
  const to = { url: server.uri, database: server.name, encryption: TEST_KEYS }
  const sealed = new Database({ connection: 'sealed', connections: { sealed: to } })
  afterAll(() => sealed.closeAll())

  class Clinic extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare booksCount: number
  }
  class Patient extends BaseModel {
    @column({ isPrimary: true }) declare id: string
    @column() declare key: string
    @column() declare count: number
    @column() declare list: string[]
    @column.encrypted({ blind: true }) declare secret: string
    @column.objectId() declare authorId: string | null
    @belongsTo(() => Clinic, { foreignKey: 'authorId', counterCache: 'booksCount' })
    declare clinic: BelongsTo<typeof Clinic> | null
  }

  it.each(named(WRITES))('%s', async (_, way) => {
    for (const model of [Clinic, Patient]) model.useDatabase(sealed)
    authors = (await Clinic.createMany([{}, {}])) as never
    await way.run(await given(Patient as never, { secret: 'a secret' }, { database: sealed }))
    const { stored, real } = await counted(db, {
      rows: 'clinics',
      field: 'books_count',
      of: 'patients',
      foreign: 'author_id',
    })
    expect(stored).toEqual(real)
  })
})

describe('on a server without transactions', () => {
  let own: OwnMongod
  let alone: Database

  beforeAll(async () => {
    own = await OwnMongod.start()
    alone = new Database({
      connection: 'alone',
      connections: { alone: { url: own.uri, database: 'alone' } },
    })
  })
  afterAll(async () => {
    await alone.closeAll()
    await own.stop()
  })

  it('keeps counts beside the writes', async () => {
    class Person extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column() declare petsCount: number | undefined
    }
    class Pet extends BaseModel {
      @column({ isPrimary: true }) declare id: string
      @column() declare name: string
      @column.objectId() declare personId: string | null
      @belongsTo(() => Person, { counterCache: 'petsCount' })
      declare person: BelongsTo<typeof Person> | null
    }
    for (const model of [Person, Pet]) model.useDatabase(alone)
    const [one, two] = (await Person.createMany([{}, {}])) as [Person, Person]
    const counts = async () => (await Person.query().orderBy('id')).map((row) => row.petsCount ?? 0)
    const pet = await Pet.create({ name: 'a', personId: one.id })
    await Pet.createMany([1, 2].map(() => ({ name: 'b', personId: one.id })))
    expect(await counts()).toEqual([3, 0])
    await Pet.query().where('name', 'b').updateOne({ personId: two.id })
    await Pet.query().where('name', 'c').upsert({ personId: two.id })
    expect(await counts()).toEqual([2, 2])
    await pet.merge({ personId: null }).save()
    await Pet.bulkWrite((bulk) => {
      bulk.insert({ name: 'd', personId: one.id })
      bulk.deleteMany({ personId: two.id })
    })
    expect(await counts()).toEqual([2, 0])
    await Pet.truncate()
    expect(await counts()).toEqual([0, 0])
  })
})
