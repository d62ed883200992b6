/** A server without transactions: rows are written behind the command. */
import { Auditable, BaseModel, column, compose, Database, VersionedWith } from 'lucent-odm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { OwnMongod } from '../../helpers/own_mongod.ts'

class Page extends compose(BaseModel, Auditable, VersionedWith({ limit: 100 })) {
  @column({ isPrimary: true }) declare id: string
  @column({ unique: true }) declare title: string
  @column() declare n: number
}

let own: OwnMongod
let alone: Database

beforeAll(async () => {
  own = await OwnMongod.start()
  alone = new Database({
    connection: 'alone',
    connections: { alone: { url: own.uri, database: 'alone' } },
  })
  Page.useDatabase(alone)
  await Page.syncIndexes()
})

afterAll(async () => {
  await alone.closeAll()
  await own.stop()
})

const operations = async ({ id }: Page) => (await Page.audits(id)).map(({ operation }) => operation)

it('has rows beside the writes, and none of what failed', async () => {
  const [one, two] = (await Page.createMany([{ title: 'a' }, { title: 'b' }])) as [Page, Page]
  await one.merge({ n: 1 }).save()
  await Page.query().where('title', 'b').update({ n: 2 })
  await Page.query().where('title', 'b').findOneAndUpdate({ n: 3 })
  await expect(Page.query().where('title', 'b').update({ title: 'a' })).rejects.toBeDefined()
  const failure = await Page.bulkWrite((bulk) => {
    bulk.updateOne({ title: 'a' }, { n: 5 })
    bulk.insert({ title: 'b' })
    bulk.deleteOne({ title: 'b' })
  }).catch(({ code }) => code)
  expect(failure).toBe('E_BULK_WRITE')
  expect(await operations(one)).toEqual(['updated', 'updated', 'created'])
  expect(await operations(two)).toEqual(['updated', 'updated', 'created'])
  expect((await two.versions()).map(({ document }) => document.n)).toEqual([2, undefined])
  await Page.truncate()
  expect(await operations(two)).toEqual(['deleted', 'updated', 'updated', 'created'])
})

it('numbers versions anew where another writer took the number', async () => {
  const page = await Page.create({ title: 'counted', n: 0 })
  const bump = () => Page.query().where('id', page.id).increment('n')
  await Promise.all(Array.from({ length: 8 }, bump))
  const versions = await page.versions()
  expect(versions.map(({ number }) => number)).toEqual([8, 7, 6, 5, 4, 3, 2, 1])
  expect((await Page.findOrFail(page.id)).n).toBe(8)
})
