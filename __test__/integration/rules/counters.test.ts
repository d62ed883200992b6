/** Counts of related rows under rules: what is kept when it is deleted is not counted. */
import {
  BaseModel,
  type BelongsTo,
  belongsTo,
  column,
  compose,
  context,
  type HasMany,
  hasMany,
  SoftDeletes,
  TenantScoped,
} from 'lucent-odm'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class Shelf extends compose(BaseModel, SoftDeletes, TenantScoped()) {
  @column({ isPrimary: true }) declare id: string
  @column() declare tenantId: string
  @column() declare title: string
  @column() declare booksCount: number | undefined
  @hasMany(() => Book, { onDelete: 'cascade' }) declare books: HasMany<typeof Book>
}

class Book extends compose(BaseModel, SoftDeletes, TenantScoped()) {
  @column({ isPrimary: true }) declare id: string
  @column() declare tenantId: string
  @column() declare title: string
  @column.objectId() declare shelfId: string | null
  @belongsTo(() => Shelf, { counterCache: 'booksCount' }) declare shelf: BelongsTo<typeof Shelf>
}

const asTenant = <Result>(work: () => Promise<Result>) => context.run({ tenant: 't1' }, work)

/** A shelf with three books. */
async function stored(): Promise<Shelf> {
  const shelf = await Shelf.create({ title: 'one' })
  await shelf.related('books').createMany(['a', 'b', 'c'].map((title) => ({ title })))
  return shelf
}

const count = async ({ id }: Shelf) => (await Shelf.findOrFail(id)).booksCount

afterEach(async () => {
  for (const name of ['shelves', 'books']) await db.collection(name).deleteMany({})
})

/** Ways to delete one of the books, and how many are left. */
const DELETES: Record<string, () => Promise<unknown>> = {
  'an instance': async () => (await Book.findByOrFail('title', 'a')).delete(),
  'a query': () => Book.query().where('title', 'a').delete(),
  deleteOne: () => Book.query().where('title', 'a').deleteOne(),
  findOneAndDelete: () => Book.query().where('title', 'a').findOneAndDelete(),
  bulkWrite: () => Book.bulkWrite((bulk) => void bulk.deleteMany({ title: 'a' })),
  bulkDelete: async () => Book.bulkDelete([await Book.findByOrFail('title', 'a')]),
}

describe.each(Object.entries(DELETES))('deleted by %s', (_, remove) => {
  it('it is not counted any more, is when it is restored, and is gone once', () =>
    asTenant(async () => {
      const shelf = await stored()
      expect(await count(shelf)).toBe(3)
      await remove()
      expect(await count(shelf)).toBe(2)
      await Book.query().onlyTrashed().where('title', 'a').restore()
      expect(await count(shelf)).toBe(3)
      await remove()
      await Book.query().onlyTrashed().where('title', 'a').forceDelete()
      expect(await count(shelf)).toBe(2)
    }))
})

it('what goes for good is not counted', () =>
  asTenant(async () => {
    const shelf = await stored()
    await (await Book.findByOrFail('title', 'a')).forceDelete()
    await Book.query().where('title', 'b').forceDelete()
    expect(await count(shelf)).toBe(1)
  }))

it('counting anew leaves out what is deleted', () =>
  asTenant(async () => {
    const shelf = await stored()
    await Book.query().where('title', 'a').delete()
    await db.collection('shelves').updateMany({}, { $set: { books_count: 77 } })
    await Shelf.recount('books')
    expect(await count(shelf)).toBe(2)
    await db.collection('shelves').updateMany({}, { $set: { books_count: 77 } })
    await Book.recount('shelf')
    expect(await count(shelf)).toBe(2)
  }))

it('a cascade and a move count too', () =>
  asTenant(async () => {
    const [one, other] = [await stored(), await Shelf.create({ title: 'other' })]
    const book = await Book.findByOrFail('title', 'a')
    await book.merge({ shelfId: other.id }).save()
    expect([await count(one), await count(other)]).toEqual([2, 1])
    await other.delete()
    expect(await Book.query().onlyTrashed().count()).toBe(1)
    expect(await count(one)).toBe(2)
  }))
