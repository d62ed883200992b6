import {
  BaseModel,
  beforeFind,
  beforeUpdate,
  column,
  errors,
  type ModelQueryBuilder,
} from 'lucent-odm'
import type { DateTime } from 'luxon'
import { afterEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { updatesOf } from '../../helpers/profile.ts'

const server = lucentDatabase({ maxPoolSize: 50 })
const { database, db } = server
const pages = db.collection('pages')

class Page extends BaseModel {
  static override collection = 'pages'
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @column() declare tags: string[]
  @column({ columnName: 'rev' }) declare other: number
  @column.version({ columnName: '__v' }) declare version: number
}

class Dated extends BaseModel {
  static override collection = 'pages'
  @column() declare title: string
  @column.dateTime({ autoUpdate: true }) declare updatedAt: DateTime
  @column.version() declare version: number
}

afterEach(() => pages.deleteMany({}))

const { E_STALE_MODEL } = errors
const stored = () => pages.findOne()
const read = async (id: string) => Page.findOrFail(id)

describe('the version', () => {
  it('is 1 in a new document, whatever the application says', async () => {
    const page = await Page.create({ title: 'a', version: 7 })
    expect(page.version).toBe(1)
    expect(await stored()).toMatchObject({ title: 'a', __v: 1 })
    await pages.deleteMany({})
    const many = await Page.createMany([{ title: 'a' }, { title: 'b' }])
    expect(many.map(({ version }) => version)).toEqual([1, 1])
    expect(await pages.countDocuments({ __v: 1 })).toBe(2)
    const quiet = await Page.createQuietly({})
    const coalesced = await Page.create({}, { coalesce: true })
    expect([quiet.version, coalesced.version]).toEqual([1, 1])
  })

  it('is one more with each save that changes something', async () => {
    const page = await Page.create({ title: 'a', tags: [] })
    await page.merge({ title: 'b' }).save()
    expect(page).toMatchObject({ version: 2, $isDirty: false })
    page.tags.push('x')
    await page.save()
    await page.saveQuietly()
    await page.save()
    expect(page.version).toBe(3)
    expect(await stored()).toMatchObject({ title: 'b', tags: ['x'], __v: 3 })
    expect(page.$original).toMatchObject({ version: 3 })
  })

  it('is sent and checked with what changed', async () => {
    const page = await Page.create({ title: 'a' })
    const updates = await updatesOf(server, 'pages', () => page.merge({ title: 'b' }).save())
    expect(updates).toEqual([{ $set: { title: 'b', __v: 2 } }])
  })

  it('counts a forced save that stamps a date, not one that writes nothing', async () => {
    const page = await Page.create({ title: 'a' })
    await page.enableForceUpdate().save()
    expect(page.version).toBe(1)
    const dated = await Dated.create({ title: 'a' })
    await dated.enableForceUpdate().save()
    expect(dated.version).toBe(2)
  })

  it('is not for the application to change', async () => {
    const page = await Page.create({ title: 'a' })
    page.version = 99
    await page.merge({ title: 'b' }).save()
    expect(page.version).toBe(2)
    expect(await stored()).toMatchObject({ __v: 2 })
  })

  it('counts the updates of queries', async () => {
    const page = await Page.create({ title: 'a', other: 1 })
    await Page.query().where('id', page.id).update({ title: 'b' })
    await Page.query().where('id', page.id).increment('other')
    await Page.query().where('id', page.id).decrement('other', 2)
    expect(await stored()).toMatchObject({ title: 'b', rev: 0, __v: 4 })
    await expect(page.merge({ title: 'c' }).save()).rejects.toBeInstanceOf(E_STALE_MODEL)
    await Page.query().where('id', page.id).update({ version: 50 })
    expect(await stored()).toMatchObject({ __v: 50 })
  })

  it('may be null or missing in documents from before', async () => {
    for (const before of [{}, { __v: null }]) {
      const { insertedId } = await pages.insertOne({ title: 'old', ...before })
      const [one, two] = await Promise.all([read(String(insertedId)), read(String(insertedId))])
      await one.merge({ title: 'new' }).save()
      expect(one.version).toBe(1)
      await expect(two.merge({ title: 'late' }).save()).rejects.toBeInstanceOf(E_STALE_MODEL)
      expect(await pages.findOne({ _id: insertedId })).toMatchObject({ title: 'new', __v: 1 })
    }
  })

  it('may be stored as another type of number', async () => {
    const { Long, Double } = await import('mongodb')
    for (const version of [Long.fromNumber(4), new Double(4)]) {
      const { insertedId } = await pages.insertOne({ title: 'a', __v: version })
      const page = await read(String(insertedId))
      await page.merge({ title: 'b' }).save()
      expect(page.version).toBe(5)
    }
  })

  it('is read with a part of the document, so that it can be saved', async () => {
    const { id } = await Page.create({ title: 'a', other: 1 })
    const reads: (() => Promise<Page>)[] = [
      () => Page.query().select('title').firstOrFail(),
      () => Page.query().select('title', 'version').firstOrFail(),
      () => Page.query().select('*').firstOrFail(),
      () => Page.query().select('title').whereNotNull('title').orderBy('title').firstOrFail(),
      () => Page.query().select('title').orderBy('other', 'desc').orderBy('title').firstOrFail(),
    ]
    for (const [place, one] of reads.entries()) {
      const page = await one()
      expect(page.version).toBe(place + 1)
      await page.merge({ title: `t${place}` }).save()
    }
    const plain = await Page.query().select('title').pojo().first()
    expect(plain).toEqual({ _id: expect.anything(), title: 't4' })
    expect(id).toBeDefined()
  })
})

describe('a document that somebody else changed', () => {
  it('is not saved, and the instance is as it was', async () => {
    const { id } = await Page.create({ title: 'a', tags: ['x'] })
    const [one, two] = await Promise.all([read(id), read(id)])
    await one.merge({ title: 'one' }).save()
    two.tags.push('y')
    const error = await two
      .merge({ title: 'two' })
      .save()
      .catch((error: unknown) => error)
    expect(error).toBeInstanceOf(E_STALE_MODEL)
    expect(error).toMatchObject({ model: 'Page', operation: 'update', connection: 'main' })
    expect(two).toMatchObject({ version: 1, title: 'two', tags: ['x', 'y'], $isPersisted: true })
    expect(two.$dirty).toEqual({ title: 'two', tags: ['x', 'y'] })
    expect(await stored()).toMatchObject({ title: 'one', tags: ['x'], __v: 2 })
    await two.refresh()
    await two.merge({ title: 'two' }).save()
    expect(await stored()).toMatchObject({ title: 'two', __v: 3 })
  })

  it('is not deleted', async () => {
    const { id } = await Page.create({ title: 'a' })
    const [one, two, three] = await Promise.all([read(id), read(id), read(id)])
    await one.merge({ title: 'one' }).save()
    for (const remove of [() => two.delete(), () => two.deleteQuietly()]) {
      await expect(remove()).rejects.toMatchObject({ code: 'E_STALE_MODEL', operation: 'delete' })
      expect(two).toMatchObject({ $isDeleted: false, $isPersisted: true })
    }
    await one.delete()
    await expect(three.delete()).rejects.toBeInstanceOf(E_STALE_MODEL)
    expect(await pages.countDocuments()).toBe(0)
  })

  it.each([true, false])(
    '50 savers: exactly one wins each round; coalesce %s',
    async (coalesce) => {
      const { id } = await Page.create({ title: 'start' })
      for (let round = 1; round <= 5; round++) {
        const savers = await Promise.all(Array.from({ length: 50 }, () => read(id)))
        const outcomes = await Promise.allSettled(
          savers.map((page, place) =>
            page.merge({ title: `${round}:${place}` }).save({ coalesce }),
          ),
        )
        const won = outcomes.flatMap((one, place) => (one.status === 'fulfilled' ? [place] : []))
        expect(won).toHaveLength(1)
        expect(await stored()).toMatchObject({ title: `${round}:${won[0]}`, __v: round + 1 })
        for (const [place, one] of outcomes.entries()) {
          if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(E_STALE_MODEL)
          expect(savers[place]?.version).toBe(place === won[0] ? round + 1 : round)
        }
      }
    },
    60_000,
  )

  it('savers that read again and retry lose nothing', async () => {
    const { id } = await Page.create({ other: 0 })
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        for (;;) {
          const page = await read(id)
          page.other++
          try {
            return await page.save()
          } catch (error) {
            if (!(error instanceof E_STALE_MODEL)) throw error
          }
        }
      }),
    )
    expect(await stored()).toMatchObject({ rev: 10, __v: 11 })
  }, 60_000)

  it('documents of one tick are saved each by its own version', async () => {
    const made = await Page.createMany([{ title: 'a' }, { title: 'b' }, { title: 'c' }])
    const all = await Promise.all(made.map(({ id }) => read(id)))
    await (made[1] as Page).merge({ title: 'changed' }).save()
    const outcomes = await Promise.allSettled(
      all.map((page) => page.merge({ title: `${page.title}!` }).save({ coalesce: true })),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    const titles = (await pages.find().sort({ _id: 1 }).toArray()).map(({ title }) => title)
    expect(titles).toEqual(['a!', 'changed', 'c!'])
  })
})

describe('with other features', () => {
  it('a rolled back transaction puts the version back', async () => {
    const page = await Page.create({ title: 'a' })
    const trx = await database.transaction()
    await page.useTransaction(trx).merge({ title: 'b' }).save()
    await page.merge({ title: 'c' }).save()
    expect(page.version).toBe(3)
    await trx.rollback()
    expect(page.version).toBe(1)
    await page.merge({ title: 'd' }).save()
    expect(await stored()).toMatchObject({ title: 'd', __v: 2 })
  })

  it('a repeated transaction saves by the version that it reads', async () => {
    const page = await Page.create({ other: 0 })
    await Promise.all(
      Array.from({ length: 10 }, () =>
        database.transaction(async (trx) => {
          const mine = await Page.findOrFail(page.id, { client: trx })
          mine.other++
          await mine.save()
        }),
      ),
    )
    expect(await stored()).toMatchObject({ rev: 10, __v: 11 })
  }, 60_000)

  it('hooks see the version that was read, and may save something else', async () => {
    const seen: number[] = []
    class Hooked extends Page {
      static override collection = 'pages'
      @beforeUpdate() static look(page: Hooked) {
        seen.push(page.version)
        page.title = page.title.toUpperCase()
      }
    }
    const page = await Hooked.create({ title: 'a' })
    await page.merge({ title: 'b' }).save()
    expect(seen).toEqual([1])
    expect(page).toMatchObject({ version: 2, title: 'B' })
  })

  it('a hook of the search that narrows it does not matter', async () => {
    class Narrow extends Page {
      static override collection = 'pages'
      @beforeFind() static narrow(query: ModelQueryBuilder<Narrow>) {
        query.select('title')
      }
    }
    const { id } = await Narrow.create({ title: 'a' })
    const page = await Narrow.findOrFail(id)
    await page.merge({ title: 'b' }).save()
    expect(page.version).toBe(2)
  })

  it('subclasses have it, under their own name for it', async () => {
    class Child extends Page {
      static override collection = 'pages'
      @column.version({ columnName: 'rev2', serializeAs: null }) declare version: number
    }
    const child = await Child.create({ title: 'a' })
    await child.merge({ title: 'b' }).save()
    expect(await stored()).toMatchObject({ rev2: 2 })
    expect(child.toJSON()).toEqual({ id: child.id, title: 'b' })
  })

  it('there is one at most', () => {
    expect(() => {
      class Two extends Page {
        @column.version() declare second: number
      }
      return Two
    }).toThrow(errors.E_MODEL_DEFINITION)
  })
})
