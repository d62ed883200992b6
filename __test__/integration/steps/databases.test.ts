/** A database for each tenant, and databases that are named, on every way to every operation. */
import { BaseModel, column, compose, context, TenantScoped, Timestamps } from 'lucent-odm'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { type Given, type Keyed, type Way, waysThat } from '../../helpers/ways.ts'

const { db, client, name, database } = lucentDatabase()
const COLLECTION = 'placed'

class OfTenants extends compose(
  BaseModel,
  Timestamps,
  TenantScoped({ database: '{database}_{tenant}' }),
) {
  static override collection = COLLECTION
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column() declare count: number
  @column() declare list: string[]
}

class Named extends compose(BaseModel, Timestamps) {
  static override collection = COLLECTION
  static override connection = `main/${name}_a`
  @column({ isPrimary: true }) declare id: string
  @column() declare key: string
  @column() declare count: number
  @column() declare list: string[]
}

for (const model of [OfTenants, Named]) model.useDatabase(database)

const ours = client.db(`${name}_a`)
const theirs = client.db(`${name}_b`)
const placed = (of = ours) => of.collection(COLLECTION)
const everywhere = [db, ours, theirs]
const as = <Result>(work: () => Promise<Result>) => context.run({ tenant: 'a' }, work)

afterAll(async () => {
  await ours.dropDatabase()
  await theirs.dropDatabase()
})

let keys = 0
let given: Given

/** One document in our database. Rows that have relations to it are in the connection's own. */
async function prepare(model: typeof BaseModel): Promise<void> {
  for (const one of everywhere) await placed(one).deleteMany({})
  const key = `thing ${keys++}`
  const found = await as(async () => {
    const made = await model.create({ key, count: 1, list: ['a'] } as never)
    return (await model.findOrFail((made as unknown as Keyed).id)) as unknown as Keyed
  })
  expect(await placed().countDocuments()).toBe(1)
  await placed(db).insertOne({ key, of: 'all' })
  given = { database, model, key, filter: { key }, values: { count: 7 }, found }
}

const answerOf = (way: Way, filter: Given['filter']): Promise<string> =>
  as(() => way.run({ ...given, filter })).then(JSON.stringify, ({ code }) => String(code))

/** Our document becomes another database's, with its id and all that it has. */
async function giveAway(): Promise<void> {
  const [document] = await placed().find().toArray()
  await placed().deleteMany({})
  await placed(theirs).insertOne(document as never)
}

const models: [string, typeof BaseModel][] = [
  ["a tenant's database", OfTenants as never],
  ['a named database', Named as never],
]

describe.each(models)('%s', (_, model) => {
  beforeEach(() => prepare(model))

  describe.each(waysThat('read'))('$operation: $name', (way) => {
    it('is read, and no other one', async () => {
      const nothing = await answerOf(way, { key: 'of nobody' })
      const seen = await answerOf(way, given.filter)
      if (way.filtered) expect(seen).not.toBe(nothing)
      else expect(seen).toContain(given.found.id)
      await giveAway()
      const answer = await answerOf(way, given.filter)
      if (way.filtered) expect(answer).toBe(nothing)
      else expect(answer).not.toContain(given.found.id)
    })
  })

  describe.each(waysThat('insert', 'update', 'delete'))('$operation: $name', (way) => {
    it('is written, and no other one', async () => {
      await placed(theirs).insertMany(await placed().find().toArray())
      const others = () => Promise.all([db, theirs].map((one) => placed(one).find().toArray()))
      const before = await placed().find().toArray()
      const untouched = await others()
      await as(() => way.run(given))
      expect(await placed().find().toArray()).not.toEqual(before)
      expect(await others()).toEqual(untouched)
    })
  })
})

describe.each(waysThat('read', 'insert', 'update', 'delete'))('$operation: $name', (way) => {
  const stored = () => Promise.all(everywhere.map((one) => placed(one).find().toArray()))
  const codeOf = (work: () => Promise<unknown>) =>
    work().then(
      () => 'none',
      (error) => error.code,
    )

  it('needs a tenant, one that can name a database, before anything is sent', async () => {
    await prepare(OfTenants as never)
    const before = await stored()
    expect(await codeOf(() => way.run(given))).toBe('E_TENANT_REQUIRED')
    const odd = () => context.run({ tenant: '../b' }, () => way.run(given))
    expect(await codeOf(odd)).toBe('E_INVALID_VALUE')
    const lifted = () => context.withoutTenant('a test', () => way.run(given))
    expect(await codeOf(lifted)).toBe('E_TENANT_REQUIRED')
    expect(await stored()).toEqual(before)
  })
})
