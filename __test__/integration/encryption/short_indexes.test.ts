import type { Binary, Document } from 'bson'
import { BaseModel, column, errors, type ModelQueryBuilder } from 'lucent-odm'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../../helpers/encryption.ts'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase({ encryption: TEST_KEYS })

class Person extends BaseModel {
  static override collection = 'people'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare rank: number
  @column.encrypted({ blind: { bits: 16 } }) declare code: string | null
  @column.encrypted({ blind: true }) declare email: string | null
}

const people = () => db.collection('people')
/** Two values with the same entry: the one that is asked for, and the one that is stored. */
let asked = ''
let stored = ''

beforeAll(async () => {
  await people().deleteMany({})
  const codes = Array.from({ length: 3000 }, (_, place) => `code ${place}`)
  await Person.createMany(codes.map((code, rank) => ({ code, rank })))
  const known = new Map<string, number>()
  for (const { rank, code__blind } of await people().find().sort({ rank: 1 }).toArray()) {
    const entry = Buffer.from((code__blind as Binary).buffer).toString('hex')
    const other = known.get(entry)
    if (other !== undefined) {
      asked = `code ${other}`
      stored = `code ${rank}`
      break
    }
    known.set(entry, rank)
  }
  expect(asked).not.toBe('')
})

type Query = ModelQueryBuilder<Person>
const ask = (query: Query = Person.query()) => query.where('code', asked)

/** Names of what is found. */
const READS: Record<string, () => Promise<readonly (string | undefined)[]>> = {
  exec: async () => (await ask()).map(({ name }) => name),
  first: async () =>
    [(await ask().orderBy('rank').first())?.name].filter((one) => one !== undefined),
  findBy: async () =>
    [(await Person.findBy('code', asked))?.name].filter((one) => one !== undefined),
  findManyBy: async () => (await Person.findManyBy('code', asked)).map(({ name }) => name),
  whereIn: async () => (await Person.query().whereIn('code', [asked, 'x'])).map(({ name }) => name),
  'an alternative': async () =>
    (await Person.query().where('name', 'nobody').orWhere('code', asked)).map(({ name }) => name),
  'twice not': async () =>
    (
      await Person.query()
        .whereNot((q) => q.whereNot('code', asked))
        .whereNotNull('code')
    ).map(({ name }) => name),
  'selected columns': async () => (await ask().select('name')).map(({ name }) => name),
  toJson: async () =>
    (JSON.parse(await ask().toJson()) as { name: string }[]).map(({ name }) => name),
  pluck: async () => ask().pluck('name'),
  page: async () => (await ask().paginate(1)).all().map(({ name }) => name),
  'cursor page': async () =>
    Array.from(await ask().paginateCursor({ limit: 1 }), ({ name }) => name),
  cursor: async () => {
    const names: string[] = []
    for await (const { name } of ask().cursor()) names.push(name)
    return names
  },
  union: async () =>
    (
      await Person.query()
        .where('name', 'nobody')
        .unionAll((q) => ask(q as Query))
    ).map(({ name }) => name),
  aggregate: async () => (await Person.aggregate().match({ code: asked })).map(({ name }) => name),
  'a limit behind an order': async () =>
    (await ask().orderBy('rank').limit(1).offset(0)).map(({ name }) => name),
}

describe.each([
  ['a stranger', false],
  ['a stranger and the one that is asked for', true],
])('issue 18: an index of 16 bits, and there is %s', (_name, both) => {
  beforeEach(async () => {
    await people().deleteMany({})
    await Person.create({ name: 'stranger', code: stored, rank: 1 })
    if (both) await Person.create({ name: 'asked', code: asked, rank: 2 })
  })
  const expected = both ? ['asked'] : []

  it.each(Object.keys(READS))('%s', async (way) => {
    expect(await (READS[way] as () => Promise<unknown>)()).toEqual(expected)
  })

  it('counts, and what has another value', async () => {
    expect(await ask().count()).toBe(expected.length)
    expect(await ask().exists()).toBe(both)
    expect((await ask().paginate(1)).total).toBe(expected.length)
    expect((await Person.query().whereNot('code', asked)).map(({ name }) => name)).toEqual([
      'stranger',
    ])
    expect((await Person.query().whereNotIn('code', [asked])).map(({ name }) => name)).toEqual([
      'stranger',
    ])
  })

  it('finds by the value that is stored', async () => {
    expect((await Person.findBy('code', stored))?.name).toBe('stranger')
  })
})

const by = { code: '' }
const WRITES: Record<string, () => Promise<unknown>> = {
  update: () => ask().update({ name: 'changed' }),
  updateOne: () => ask().updateOne({ name: 'changed' }),
  updateMany: () => ask().updateMany({ name: 'changed' }),
  'update of an encrypted column': () => ask().update({ email: 'changed' }),
  increment: () => ask().increment('rank'),
  delete: () => ask().delete(),
  findOneAndUpdate: () => ask().findOneAndUpdate({ name: 'changed' }),
  findOneAndReplace: () => ask().findOneAndReplace({ name: 'changed' }),
  findOneAndDelete: () => ask().findOneAndDelete(),
  upsert: () => ask().upsert({ name: 'changed' }),
  upsertMany: () =>
    Person.upsertMany([{ code: asked, name: 'changed' }], { by: ['code'] }) as Promise<unknown>,
  'bulk update': () =>
    Person.bulkWrite((bulk) => bulk.updateMany({ code: asked }, { name: 'changed' })),
  'bulk delete': () => Person.bulkWrite((bulk) => bulk.deleteOne({ code: asked })),
  'bulk upsert': () =>
    Person.bulkWrite((bulk) => bulk.upsert({ code: asked }, { name: 'changed' })),
}

describe('issue 18: writes that an index of 16 bits would choose', () => {
  let before: Document[] = []
  beforeEach(async () => {
    await people().deleteMany({})
    await Person.create({ name: 'stranger', code: stored, rank: 1 })
    before = await people().find().toArray()
    by.code = asked
  })

  it.each(Object.keys(WRITES))('%s is refused', async (way) => {
    const run = async () => (WRITES[way] as () => Promise<unknown>)()
    await expect(run()).rejects.toMatchObject({ code: 'E_ENCRYPTED_COLUMN_QUERY', column: 'code' })
    await expect(run()).rejects.toThrow(/64 bits/)
    expect(await people().find().toArray()).toEqual(before)
  })

  /** Either way: no stranger is taken for the one. */
  it.each([
    ['firstOrCreate', () => Person.firstOrCreate({ code: asked }, { name: 'new' })],
    ['updateOrCreate', () => Person.updateOrCreate({ code: asked }, { name: 'new' })],
    ['firstOrNew', () => Person.firstOrNew({ code: asked }, { name: 'new' })],
    ['fetchOrCreateMany', () => Person.fetchOrCreateMany('code', [{ code: asked, name: 'new' }])],
    ['updateOrCreateMany', () => Person.updateOrCreateMany('code', [{ code: asked, name: 'new' }])],
  ] as const)('%s meets no stranger', async (_name, run) => {
    let made: unknown
    try {
      made = await run()
    } catch (error) {
      expect(error).toBeInstanceOf(errors.E_ENCRYPTED_COLUMN_QUERY)
    }
    if (made !== undefined) expect([made].flat()[0]).toMatchObject({ name: 'new', code: asked })
    expect(await people().find({ name: 'stranger' }).toArray()).toEqual(before)
  })

  it('a write that names the key as well is sent', async () => {
    const { id } = await Person.findByOrFail('code', stored)
    expect(
      await Person.query().where('id', id).where('code', stored).update({ name: 'x' }),
    ).toEqual([1])
    const person = await Person.findByOrFail('code', stored)
    await person.merge({ name: 'y' }).save()
    await person.delete()
    expect(await people().countDocuments()).toBe(0)
  })
})

describe('issue 18: a hash that was copied to another document', () => {
  beforeEach(async () => {
    await people().deleteMany({})
    await Person.createMany([
      { name: 'Ada', email: 'ada@example.com', rank: 1 },
      { name: 'Eve', email: 'eve@example.com', rank: 2 },
      { name: 'None', rank: 3 },
    ])
    const ada = await people().findOne({ name: 'Ada' })
    const { email__blind } = ada as Document
    await people().updateMany({ name: { $in: ['Eve', 'None'] } }, { $set: { email__blind } })
  })

  const wanted = (query: Query = Person.query()) => query.where('email', 'ada@example.com')
  const WAYS: Record<string, () => Promise<unknown>> = {
    exec: () => wanted().exec(),
    first: () => wanted().orderBy('rank', 'desc').first(),
    'the last one': () => wanted().where('name', 'Eve').first(),
    'one that has no value': () => wanted().where('name', 'None').first(),
    'selected columns': () => wanted().where('name', 'Eve').select('name').exec(),
    'plain rows': () => wanted().pojo().exec(),
    toJson: () => wanted().toJson(),
    'toJson of selected columns': () => wanted().select('name').toJson(),
    page: () => wanted().paginate(1),
    cursor: async () => {
      for await (const _ of wanted().cursor());
    },
    distinctOn: () => wanted().distinctOn('rank').exec(),
    union: () =>
      Person.query()
        .where('rank', 9)
        .unionAll((q) => wanted(q as Query))
        .exec(),
    aggregate: () => Person.aggregate().match({ email: 'ada@example.com' }).exec(),
    findManyBy: () => Person.findManyBy('email', 'ada@example.com'),
  }

  it.each(Object.keys(WAYS))('%s', async (way) => {
    const run = (WAYS[way] as () => Promise<unknown>)()
    await expect(run).rejects.toBeInstanceOf(errors.E_DECRYPTION_FAILED)
  })

  it('leaves queries alone that do not ask for it', async () => {
    expect((await Person.query().orderBy('rank')).map(({ email }) => email)).toEqual([
      'ada@example.com',
      'eve@example.com',
      undefined,
    ])
    expect(
      (await wanted().where('name', 'Ada').select('name')).map((one) => one.$attributes),
    ).toEqual([expect.not.objectContaining({ email: expect.anything() })])
  })
})
