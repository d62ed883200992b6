import { BaseModel, Binary, column, errors, type ModelQueryBuilder } from 'lucent-odm'
import { beforeEach, describe, expect, it } from 'vitest'
import { ENVELOPE, TEST_KEYS } from '../helpers/encryption.ts'
import { lucentDatabase } from '../helpers/lucent.ts'

const { db } = lucentDatabase({ encryption: TEST_KEYS })

class User extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare tags: string[]
  @column.encrypted({ blind: true }) declare email: string
  @column.encrypted({ fields: ['street'] }) declare address: { street: string; city: string }
}

class Former extends BaseModel {
  static override collection = 'formers'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column.encrypted({ blind: true }) declare email: string
}

type Query = ModelQueryBuilder<User>
const SHAPES: Record<string, (query: Query) => Query> = {
  'a plain query': (query) => query,
  distinctOn: (query) => query.distinctOn('name'),
  'distinctOn in an order': (query) => query.distinctOn('name').orderBy('name'),
  union: (query) => query.union((other) => other.where('name', 'Eve')),
  unionAll: (query) => query.unionAll((other) => other.where('name', 'Eve')),
  'a union, then another': (query) =>
    query.union((other) => other.where('name', 'Eve')).unionAll((other) => other.limit(1)),
  'a union of distinctOn': (query) => query.union((other) => other.distinctOn('name')),
  'a union of selected columns': (query) =>
    query
      .select('name', 'email', 'address')
      .union((other) => other.select('name', 'email', 'address')),
}

const WAYS: Record<string, (query: Query) => Promise<unknown>> = {
  exec: (query) => query.exec(),
  firstOrFail: (query) => query.orderBy('name').firstOrFail(),
  'toJson()': (query) => query.toJson(),
  'a page': (query) => query.paginate(1),
  'a page as JSON': (query) => query.toJson({ page: 1 }),
  'plain rows': (query) => query.pojo().exec(),
  cursor: async (query) => {
    for await (const _ of query.cursor());
  },
}

/** What somebody who may write puts there. */
const FORGED: Record<string, object> = {
  'a plain value': { email: 'forged' },
  'a plain value inside of a document': { 'address.street': 'forged' },
  null: { email: null },
}

beforeEach(async () => {
  await db.collection('users').deleteMany({})
  await db.collection('formers').deleteMany({})
  const address = { street: 'S', city: 'C' }
  await User.createMany([
    { name: 'Ada', email: 'ada@example.com', tags: ['a'], address },
    { name: 'Eve', email: 'eve@example.com', tags: ['b'], address },
  ])
})

describe.each(Object.keys(FORGED))('issue 17: %s is believed by no row', (forgery) => {
  beforeEach(async () => {
    await db.collection('users').updateOne({ name: 'Ada' }, { $set: FORGED[forgery] as object })
  })
  const cases = Object.keys(SHAPES).flatMap((shape) =>
    Object.keys(WAYS).map((way) => [shape, way] as const),
  )

  it.each(cases)('%s, %s', async (shape, way) => {
    const query = (SHAPES[shape] as (query: Query) => Query)(User.query())
    const run = (WAYS[way] as (query: Query) => Promise<unknown>)(query)
    await expect(run).rejects.toBeInstanceOf(errors.E_DECRYPTION_FAILED)
  })

  it('nor by aggregations whose rows are the documents', async () => {
    const pipelines = [
      User.aggregate(),
      User.aggregate().sort('name').limit(5),
      User.aggregate().unwind('tags' as never),
      User.aggregate().unionWith(User),
      User.aggregate().asModels(),
    ]
    for (const pipeline of pipelines) {
      await expect(pipeline.exec()).rejects.toBeInstanceOf(errors.E_DECRYPTION_FAILED)
    }
  })
})

describe('issue 17: rows of another model in a union', () => {
  const rows = () =>
    User.query()
      .where('name', 'Eve')
      .unionAll(Former.query() as never)

  it('keep their envelopes, which are bound to their own collection', async () => {
    await Former.create({ name: 'Old', email: 'old@example.com' })
    const [eve, old] = await rows().orderBy('name')
    expect(eve?.email).toBe('eve@example.com')
    expect(old?.email).toBeInstanceOf(Binary)
    expect((old?.email as unknown as Binary).sub_type).toBe(ENVELOPE)
  })

  it('are not believed with a plain value', async () => {
    await db.collection('formers').insertOne({ name: 'Old', email: 'forged' })
    await expect(rows().exec()).rejects.toBeInstanceOf(errors.E_DECRYPTION_FAILED)
    await expect(rows().toJson()).rejects.toBeInstanceOf(errors.E_DECRYPTION_FAILED)
  })
})
