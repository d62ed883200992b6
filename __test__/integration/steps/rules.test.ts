/** Rules of models, on every way to every operation, in each order of composition. */
import { context } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { MIXIN_NAMES, type MixinName, orders, ruledModel } from '../../helpers/ruled_models.ts'
import { type Given, type Keyed, type Way, waysThat, waysTo } from '../../helpers/ways.ts'

const { db, database } = lucentDatabase()
const things = () => db.collection('ruled')

const ALL: MixinName[] = ['SoftDeletes', 'TenantScoped', 'Timestamps', 'Blameable']
const OURS = { tenant: 'a', userId: 'ada' }
const LONG_AGO = new Date('2001-02-03T04:05:06Z')

let keys = 0
let given: Given
let model = ruledModel(database, 'ruled', ALL)

async function prepare(): Promise<void> {
  await things().deleteMany({})
  const key = `thing ${keys++}`
  const found = await context.run(OURS, async () => {
    const made = await model.create({ key, count: 1, list: ['a'] } as never)
    await things().updateOne(
      { key },
      {
        $set: { created_by: 'eve', updated_by: 'eve', updated_at: LONG_AGO, created_at: LONG_AGO },
      },
    )
    return (await model.findOrFail((made as unknown as Keyed).id)) as unknown as Keyed
  })
  given = { database, model, key, filter: { key }, values: { count: 7 }, found }
}

const ours = <Result>(work: () => Promise<Result>) => context.run(OURS, work)
const stored = () => things().findOne({ key: given.key })
const answerOf = (way: Way, filter: Given['filter']): Promise<string> =>
  ours(() => way.run({ ...given, filter })).then(JSON.stringify, ({ code }) => String(code))

const reads = waysThat('read')
const HIDDEN = {
  'a deleted document': { deleted_at: LONG_AGO },
  "another tenant's": { tenant_id: 'b' },
}

/** A read finds the document while it is there, and as nothing once it is hidden. */
async function readsNothing(way: Way, hide: object): Promise<void> {
  await prepare()
  const nothing = await answerOf(way, { key: 'of nobody' })
  const seen = await answerOf(way, given.filter)
  if (way.filtered) expect(seen, way.name).not.toBe(nothing)
  else expect(seen, way.name).toContain(given.found.id)
  await things().updateOne({ key: given.key }, { $set: hide })
  const answer = await answerOf(way, given.filter)
  if (way.filtered) expect(answer, way.name).toBe(nothing)
  else expect(answer, way.name).not.toContain(given.found.id)
}

/** A write leaves what is hidden as it is. */
async function changesNothing(way: Way, hide: object): Promise<void> {
  await prepare()
  await things().updateOne({ key: given.key }, { $set: hide })
  const find = () => things().findOne({ key: given.key, ...hide })
  const before = await find()
  await ours(() => way.run(given)).catch(() => {})
  const after = await find()
  // The only way that means whatever there is, for good, of this tenant.
  if (way.name === 'truncate' && !('tenant_id' in hide)) expect(after).toBeNull()
  else expect(after, way.name).toEqual(before)
}

describe.each(Object.entries(HIDDEN))('%s', (_, hide) => {
  describe.each(reads)('$operation: $name', (way) => {
    it('is not read', () => readsNothing(way, hide))
  })

  describe.each(waysThat('update', 'delete'))('$operation: $name', (way) => {
    it('is not changed', () => changesNothing(way, hide))
  })

  describe.each(waysTo('insertUnlessFound'))('insertUnlessFound: $name', (way) => {
    it('is not taken for found', async () => {
      await prepare()
      const key = `${given.key}, made`
      await things().insertOne({ key, tenant_id: 'a', ...hide })
      await ours(() => way.run(given))
      expect(await things().countDocuments({ key, tenant_id: 'a', deleted_at: null })).toBe(1)
    })
  })
})

describe.each(waysThat('delete'))('$operation: $name', (way) => {
  it('keeps the document, and says when and by whom', async () => {
    await prepare()
    const before = Date.now()
    await ours(() => way.run(given))
    const kept = await stored()
    if (way.name === 'truncate') return expect(kept).toBeNull()
    expect(kept).toMatchObject({ deleted_by: 'ada', tenant_id: 'a' })
    expect(kept?.deleted_at.getTime()).toBeGreaterThanOrEqual(before)
    expect(kept?.updated_at.getTime()).toBeGreaterThanOrEqual(before)
  })
})

describe.each(waysThat('insert'))('$operation: $name', (way) => {
  beforeEach(prepare)

  it('gives what is new the tenant, the user and the dates', async () => {
    const before = Date.now()
    await ours(() => way.run(given))
    const made = await things()
      .find({ key: { $ne: given.key } })
      .toArray()
    expect(made.length).toBeGreaterThan(0)
    for (const one of made) {
      expect(one).toMatchObject({ tenant_id: 'a', created_by: 'ada', updated_by: 'ada' })
      expect(one.created_at.getTime()).toBeGreaterThanOrEqual(before)
      expect(one.deleted_at ?? null).toBeNull()
    }
  })

  it("cannot be another tenant's", async () => {
    const values = { tenantId: 'b' }
    await expect(ours(() => way.run({ ...given, values }))).rejects.toBeDefined()
    expect(await things().countDocuments({ key: { $ne: given.key } })).toBe(0)
  })
})

describe.each(waysThat('update'))('$operation: $name', (way) => {
  beforeEach(prepare)

  it('says who changed it', async () => {
    const before = Date.now()
    await ours(() => way.run(given))
    const one = await stored()
    expect(one).toMatchObject({ updated_by: 'ada', tenant_id: 'a' })
    expect(one?.updated_at.getTime()).toBeGreaterThanOrEqual(before)
  })
})

const giving = waysThat('update').filter(({ writesValues }) => writesValues)
describe.each(giving)('$operation: $name', (way) => {
  it('gives a document to no other tenant', async () => {
    await prepare()
    await ours(() => way.run({ ...given, values: { tenantId: 'b' } })).catch(() => {})
    expect(await stored()).toMatchObject({ tenant_id: 'a' })
  })
})

describe.each(waysThat('read', 'insert', 'update', 'delete'))('$operation: $name', (way) => {
  it('needs a tenant, before anything is sent', async () => {
    await prepare()
    const before = await things().find().toArray()
    const code = await way.run(given).then(
      () => 'none',
      (error) => error.code,
    )
    expect(code).toBe('E_TENANT_REQUIRED')
    expect(await things().find().toArray()).toEqual(before)
  })
})

/** Each mixin first, or, where tests run more often than usual, all orders. */
const every = orders(MIXIN_NAMES)
const tried =
  process.env.LUCENT_PROPERTY_RUNS === undefined ? every.filter((_, n) => n % 7 === 0) : every
describe.each(tried.map((names) => ({ names, order: names.join(', ') })))(
  'composed as $order',
  ({ names }) => {
    beforeEach(() => {
      model = ruledModel(database, 'ruled', names)
    })

    it('hides the same on each way of reading', async () => {
      for (const hide of Object.values(HIDDEN))
        for (const way of reads) await readsNothing(way, hide)
    }, 60_000)

    it('holds the same on each way of changing', async () => {
      for (const hide of Object.values(HIDDEN)) {
        for (const way of waysThat('update', 'delete')) await changesNothing(way, hide)
      }
    }, 60_000)
  },
)

describe.each(['SoftDeletes', 'TenantScoped'] as const)('%s alone', (name) => {
  const hide = name === 'SoftDeletes' ? { deleted_at: LONG_AGO } : { tenant_id: 'b' }
  beforeEach(() => {
    model = ruledModel(database, 'ruled', [name])
  })

  it('holds on each way', async () => {
    for (const way of reads) await readsNothing(way, hide)
    for (const way of waysThat('update', 'delete')) await changesNothing(way, hide)
  }, 60_000)
})
