/** Documents as they were, and going back to that. */
import {
  BaseModel,
  column,
  compose,
  context,
  embedsMany,
  SoftDeletes,
  TenantScoped,
  Versioned,
  VersionedWith,
  verifyPassword,
} from 'lucent-odm'
import { DateTime } from 'luxon'
import { afterEach, describe, expect, it } from 'vitest'
import { CANARY, everythingIn, TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db, database } = lucentDatabase({ encryption: TEST_KEYS, searched: true })

class Item extends BaseModel {
  @column() declare name: string
  @column() declare price: number
}

class Page extends compose(BaseModel, Versioned, SoftDeletes) {
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @column({ columnName: 't' }) declare text: string | null
  @column.encrypted({ blind: true }) declare secret: string
  @column.hashed() declare password: string
  @embedsMany(() => Item) declare items: Item[]
  @column.dateTime({ autoCreate: true, autoUpdate: true }) declare updatedAt: DateTime
}

afterEach(async () => {
  for (const { name } of await db.listCollections({ name: /^(?!system)/ }).toArray())
    await db.collection(name).deleteMany({})
})

const made = () =>
  Page.create({
    title: 'one',
    secret: `${CANARY} one`,
    password: 'p1',
    items: [{ name: 'pen', price: 1 } as Item],
  })

/** A page with three versions behind it. */
async function changed(): Promise<Page> {
  const page = await context.run({ userId: 'ada' }, made)
  await context.run({ userId: 'bob', requestId: 'r2' }, () => page.merge({ title: 'two' }).save())
  await Page.query()
    .where('id', page.id)
    .update({ secret: `${CANARY} two`, text: 'now' })
  await page.refresh()
  page.items[0]?.merge({ price: 5 })
  await page.merge({ password: 'p2' }).save()
  return page
}

it('are numbered, the newest first, with what ended them, encrypted columns opened', async () => {
  const page = await changed()
  const versions = await page.versions()
  expect(versions.map(({ number }) => number)).toEqual([3, 2, 1])
  const [third, second, first] = versions
  expect(first).toMatchObject({ operation: 'updated', context: { userId: 'bob', requestId: 'r2' } })
  expect(first?.at).toBeInstanceOf(DateTime)
  expect(first?.document).toBeInstanceOf(Page)
  expect(first?.document).toMatchObject({ id: page.id, title: 'one', secret: `${CANARY} one` })
  expect(first?.document.$extras).toEqual({})
  expect(second?.document).toMatchObject({ title: 'two', secret: `${CANARY} one` })
  expect(third?.document).toMatchObject({ title: 'two', secret: `${CANARY} two`, text: 'now' })
  expect(third?.document.items[0]?.price).toBe(1)
  expect((await page.versions({ limit: 1 })).map(({ number }) => number)).toEqual([3])
  expect((await Page.versions(page.id)).length).toBe(3)
  const stored = await db.collection('pages_versions').find().toArray()
  expect(everythingIn(stored)).not.toContain(CANARY)
})

it('one that was tampered with is refused', async () => {
  const page = await changed()
  await made()
  const other = await db.collection('pages').findOne({ title: 'one' })
  const stolen = { $set: { 'document.secret': other?.secret } }
  await db.collection('pages_versions').updateOne({ number: 1 }, stolen)
  await expect(page.versions()).rejects.toMatchObject({ code: 'E_DECRYPTION_FAILED' })
})

it('one is found by its number', async () => {
  const page = await changed()
  expect((await page.versionAt(1))?.title).toBe('one')
  expect((await page.versionAt(4))?.items[0]?.price).toBe(5)
  expect(await page.versionAt(5)).toBeNull()
  expect(await page.versionAt(0)).toBeNull()
})

it('one is found by a moment', async () => {
  const page = await changed()
  const at = (day: number) => new Date(Date.UTC(2020, 0, day))
  for (const number of [1, 2, 3]) {
    await db.collection('pages_versions').updateOne({ number }, { $set: { at: at(number) } })
  }
  expect((await page.versionAt(at(0)))?.title).toBe('one')
  expect((await page.versionAt(at(1)))?.title).toBe('two')
  expect((await page.versionAt(DateTime.fromJSDate(at(1))))?.secret).toBe(`${CANARY} one`)
  expect((await page.versionAt(at(2)))?.secret).toBe(`${CANARY} two`)
  expect((await page.versionAt(at(3)))?.items[0]?.price).toBe(5)
})

it('two are told apart by column', async () => {
  const page = await changed()
  const diff = await page.diffVersions(1, 2)
  expect(diff.title).toEqual({ before: 'one', after: 'two' })
  expect(Object.keys(diff).sort()).toEqual(['title', 'updatedAt'])
  const now = await page.diffVersions(2)
  expect(Object.keys(now).sort()).toEqual(['items', 'password', 'secret', 'text', 'updatedAt'])
  expect(now.secret).toEqual({ before: `${CANARY} one`, after: `${CANARY} two` })
  await expect(page.diffVersions(9)).rejects.toMatchObject({ code: 'E_ROW_NOT_FOUND' })
})

it('one is restored by a save: hooks run, dates go on, and what was is a version', async () => {
  const page = await changed()
  const saved: unknown[] = []
  const off = Page.before('update', (row) => void saved.push(row.$dirty))
  const { updatedAt } = page
  await page.restoreVersion(1)
  off()
  expect(saved).toHaveLength(1)
  const found = await Page.findOrFail(page.id)
  expect(found).toMatchObject({ title: 'one', secret: `${CANARY} one` })
  expect(found.text ?? null).toBeNull()
  expect(found.items.map(({ name, price }) => ({ name, price }))).toEqual([
    { name: 'pen', price: 1 },
  ])
  expect(await verifyPassword(found.password, 'p1')).toBe(true)
  expect(found.updatedAt.toMillis()).toBeGreaterThanOrEqual(updatedAt.toMillis())
  expect(await Page.query().where('secret', `${CANARY} one`).count()).toBe(1)
  expect((await page.versions()).map(({ number }) => number)).toEqual([4, 3, 2, 1])
  await Page.restoreVersion(page.id, 4)
  expect((await Page.findOrFail(page.id)).secret).toBe(`${CANARY} two`)
  await expect(page.restoreVersion(77)).rejects.toMatchObject({ code: 'E_ROW_NOT_FOUND' })
  await expect(Page.restoreVersion('64b0000000000000000000aa', 1)).rejects.toMatchObject({
    code: 'E_ROW_NOT_FOUND',
  })
})

it('are there of what was deleted, and go on counting when it is made anew', async () => {
  const page = await made()
  await page.delete()
  await page.forceDelete().catch(() => Page.withTrashed().where('id', page.id).forceDelete())
  const versions = await Page.versions(page.id)
  expect(versions.map(({ number, operation }) => [number, operation])).toEqual([
    [2, 'forceDeleted'],
    [1, 'deleted'],
  ])
  const again = await Page.create({ id: page.id, title: 'again', secret: 's', password: 'p' })
  await again.merge({ title: 'and again' }).save()
  expect((await again.versions()).map(({ number }) => number)).toEqual([3, 2, 1])
})

it('are read in the transaction that made them', async () => {
  const trx = await database.transaction()
  const page = await Page.create({ title: 'a', secret: 's', password: 'p' }, { client: trx })
  await page.merge({ title: 'b' }).save()
  expect(await page.versions()).toHaveLength(1)
  expect((await page.versionAt(1))?.title).toBe('a')
  const { id } = page
  await trx.rollback()
  expect(await Page.versions(id)).toHaveLength(0)
})

describe('a limit', () => {
  class Short extends compose(BaseModel, VersionedWith({ limit: 3, except: ['views'] })) {
    @column({ isPrimary: true }) declare id: string
    @column() declare title: string
    @column() declare views: number
  }

  it('keeps the newest, on each way of writing', async () => {
    const rows = await Short.createMany([{ title: '0' }, { title: '0' }])
    for (let n = 1; n <= 6; n++)
      await Short.query()
        .whereNotNull('title')
        .update({ title: `${n}` })
    for (const row of rows) {
      const versions = await row.versions()
      expect(versions.map(({ number, document }) => [number, document.title])).toEqual([
        [6, '5'],
        [5, '4'],
        [4, '3'],
      ])
    }
  })

  it('is no version where only what is left out changed, which stays as it is', async () => {
    const row = await Short.create({ title: 'a', views: 1 })
    await row.merge({ views: 2 }).save()
    expect(await row.versions()).toHaveLength(0)
    await row.merge({ title: 'b' }).save()
    await row.restoreVersion(1)
    expect(await Short.findOrFail(row.id)).toMatchObject({ title: 'a', views: 2 })
  })

  it.each([0, -1, 1.5, Number.NaN])('cannot be %s', async (limit) => {
    class Wrong extends compose(BaseModel, VersionedWith({ limit })) {
      @column({ isPrimary: true }) declare id: string
    }
    await expect(Wrong.create({})).rejects.toMatchObject({ code: 'E_MODEL_DEFINITION' })
  })
})

it('tenants read their own', async () => {
  class Invoice extends compose(BaseModel, TenantScoped(), Versioned, SoftDeletes) {
    @column({ isPrimary: true }) declare id: string
    @column() declare tenantId: string
    @column() declare total: number
  }
  const invoice = await context.run({ tenant: 'a' }, async () => {
    const made = await Invoice.create({ total: 1 })
    return made.merge({ total: 2 }).save()
  })
  const read = () => Invoice.versions(invoice.id)
  expect(await context.run({ tenant: 'a' }, read)).toHaveLength(1)
  expect(await context.run({ tenant: 'b' }, read)).toHaveLength(0)
  await expect(read()).rejects.toMatchObject({ code: 'E_TENANT_REQUIRED' })
  await context.run({ tenant: 'a' }, async () => {
    await invoice.restoreVersion(1)
    expect((await Invoice.findOrFail(invoice.id)).total).toBe(1)
  })
})

it('two who change one document at once number its versions one after the other', async () => {
  class Counter extends compose(BaseModel, Versioned) {
    @column({ isPrimary: true }) declare id: string
    @column() declare n: number
  }
  const counter = await Counter.create({ n: 0 })
  await Promise.all(
    Array.from({ length: 12 }, () => Counter.query().where('id', counter.id).increment('n')),
  )
  const versions = await counter.versions()
  expect(versions.map(({ number }) => number)).toEqual(Array.from({ length: 12 }, (_, n) => 12 - n))
  expect(versions.map(({ document }) => document.n)).toEqual(
    Array.from({ length: 12 }, (_, n) => 11 - n),
  )
})
