import { BaseModel, column, type LucentError } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class Page extends BaseModel {
  static override collection = 'pages'
  @column({ isPrimary: true }) declare id: string
  @column() declare title: string
  @column() declare n: number
  @column.version() declare version: number
}

const pages = db.collection('pages')
const versions = async () =>
  (await pages.find().sort({ title: 1 }).toArray()).map(({ title, n, version }) => [
    title,
    n,
    version,
  ])

/** Four pages of version 1; the second and the third are changed by somebody else. */
async function load(): Promise<Page[]> {
  const loaded = await Page.query().orderBy('title')
  await pages.updateMany({ title: { $in: ['b', 'c'] } }, { $inc: { version: 1 } })
  return loaded
}

beforeEach(async () => {
  await pages.deleteMany({})
  await Page.createMany(['a', 'b', 'c', 'd'].map((title, n) => ({ title, n })))
})

describe('versions', () => {
  it('count what bulk writes do', async () => {
    const loaded = await Page.query().orderBy('title')
    for (const page of loaded.slice(0, 2)) page.n += 10
    const added = new Page().merge({ title: 'e', n: 4 })
    await Page.bulkSave([...loaded, added])
    await Page.bulkWrite((bulk) =>
      bulk
        .updateMany({ title: 'd' }, { n: 30 })
        .upsert({ title: 'f' }, { n: 5 })
        .insert({ title: 'g', n: 6 })
        .replaceOne({ title: 'c' }, { title: 'c', n: 20 }),
    )
    await Page.upsertMany([{ title: 'f', n: 50 }], { by: ['title'] })
    expect(await versions()).toEqual([
      ['a', 10, 2],
      ['b', 11, 2],
      ['c', 20, 2],
      ['d', 30, 2],
      ['e', 4, 1],
      ['f', 50, 2],
      ['g', 6, 1],
    ])
    expect(loaded.map(({ version }) => version)).toEqual([2, 2, 1, 1])
  })

  it.each([true, false])(
    'fail the instances that others changed (ordered: %s)',
    async (ordered) => {
      const loaded = await load()
      for (const page of loaded) page.n += 10
      const result = await Page.bulkSave(loaded, { ordered, throwOnFailure: false })
      expect(
        result.failures.map(({ position, error }) => [position, (error as LucentError).code]),
      ).toEqual((ordered ? [1] : [1, 2]).map((position) => [position, 'E_STALE_MODEL']))
      expect(await versions()).toEqual([
        ['a', 10, 2],
        ['b', 1, 2],
        ['c', 2, 2],
        ['d', ...(ordered ? [3, 1] : [13, 2])],
      ])
      expect(loaded.map(({ version }) => version)).toEqual([2, 1, 1, ordered ? 1 : 2])
      expect(loaded.map((page) => page.$isDirty)).toEqual([false, true, true, ordered])
    },
  )

  it.each([true, false])(
    'keep what others changed from being deleted (ordered: %s)',
    async (ordered) => {
      const loaded = await load()
      const result = await Page.bulkDelete(loaded, { ordered, throwOnFailure: false })
      expect(result).toMatchObject({ deleted: ordered ? 1 : 2 })
      expect(
        result.failures.map(({ position, error }) => [position, (error as LucentError).code]),
      ).toEqual((ordered ? [1] : [1, 2]).map((position) => [position, 'E_STALE_MODEL']))
      expect(loaded.map((page) => page.$isDeleted)).toEqual([true, false, false, !ordered])
      expect(await pages.countDocuments()).toBe(ordered ? 3 : 2)
    },
  )

  it('undo it all, where all is wanted or nothing', async () => {
    const loaded = await load()
    for (const page of loaded) page.n += 10
    await expect(Page.bulkSave(loaded, { atomic: true })).rejects.toMatchObject({
      code: 'E_BULK_WRITE',
      position: 1,
      cause: { code: 'E_STALE_MODEL' },
    })
    expect(loaded.map(({ version }) => version)).toEqual([1, 1, 1, 1])
    expect((await versions()).map(([, n]) => n)).toEqual([0, 1, 2, 3])
  })
})

describe('primary keys', () => {
  class Numbered extends BaseModel {
    static override collection = 'numbered'
    @column({ isPrimary: true, generate: 'sequence' }) declare id: number
    @column() declare name: string
  }
  let made = 0
  class Made extends BaseModel {
    static override collection = 'made'
    @column({ isPrimary: true, generate: async () => `key ${++made}` }) declare id: string
    @column() declare name: string
  }
  class Random extends BaseModel {
    static override collection = 'random'
    @column({ isPrimary: true, generate: 'uuid' }) declare id: string
    @column() declare name: string
  }

  beforeEach(async () => {
    made = 0
    for (const name of ['numbered', 'made', 'random', 'counters'])
      await db.collection(name).deleteMany({})
  })

  const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

  it.each([
    ['a sequence', Numbered, [1, 2, 3, 4, 5, 6]],
    ['a function', Made, [1, 2, 3, 4, 5, 6].map((n) => `key ${n}`)],
    ['UUIDs', Random, new Array(6).fill(expect.stringMatching(UUID))],
  ] as const)('of %s are given on every way of inserting', async (_, Keyed, expected) => {
    const Model = Keyed as typeof Made
    const names = ['a', 'b'].map((name) => new Model().merge({ name }))
    await Model.bulkSave(names)
    expect(names.map(({ id }) => id)).toEqual(expected.slice(0, 2))
    await Model.bulkWrite([{ insert: { name: 'c' } }])
    const ids: unknown[] = []
    ids.push(
      (await Model.bulkWrite((bulk) => bulk.upsert({ name: 'd' }, { name: 'd' }))).upserted[0]?.id,
    )
    ids.push((await Model.upsertMany([{ name: 'e' }], { by: ['name'] })).upserted[0]?.id)
    ids.push((await Model.query().where('name', 'f').upsert({ name: 'f' })).upsertedId)
    expect(ids).toEqual(expected.slice(3))
    expect((await Model.query().orderBy('name')).map(({ id }) => id)).toEqual(expected)
    const found = await Model.query()
      .where('name', 'g')
      .findOneAndUpdate({ name: 'g' }, { upsert: true })
    expect(typeof found?.id).toBe(typeof found?.id === 'number' ? 'number' : 'string')
    expect(await Model.query().orderBy('name')).toHaveLength(7)
  })

  it.each<[string, () => Promise<unknown>]>([
    [
      'a replacement',
      () => Numbered.query().where('name', 'x').findOneAndReplace({ name: 'x' }, { upsert: true }),
    ],
    [
      'a replacement in bulk',
      () =>
        Numbered.bulkWrite((bulk) =>
          bulk.replaceOne({ name: 'x' }, { name: 'x' }, { upsert: true }),
        ),
    ],
    [
      'a filter that speaks of the key',
      () => Numbered.query().whereIn('id', [1, 2]).upsert({ name: 'x' }),
    ],
  ])('that the server would make of another kind are refused: %s', async (_, act) => {
    await expect(act()).rejects.toMatchObject({
      code: 'E_UNDEFINED_VALUE',
      model: 'Numbered',
      column: 'id',
    })
    expect(await db.collection('numbered').countDocuments()).toBe(0)
  })

  it('that cannot be made leave the instances as they were', async () => {
    const failure = new Error('no key')
    class Failing extends BaseModel {
      static override collection = 'made'
      @column({
        isPrimary: true,
        generate: () => {
          throw failure
        },
      })
      declare id: string
      @column() declare name: string
    }
    const calls: string[] = []
    Failing.before('save', (one) => {
      calls.push('before')
      one.name = 'changed'
    })
    Failing.after('save', () => void calls.push('after'))
    const added = new Failing().merge({ name: 'a' })
    await expect(Failing.bulkSave([added])).rejects.toBe(failure)
    await expect(Failing.bulkWrite([{ insert: { name: 'b' } }])).rejects.toBe(failure)
    expect(calls).toEqual(['before'])
    expect(added).toMatchObject({ name: 'a', $isPersisted: false })
    expect(await db.collection('made').countDocuments()).toBe(0)
  })
})
