import { BaseModel, column } from 'lucent-odm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'
import { scopeModels } from '../../helpers/scoped_models.ts'

const { db } = lucentDatabase()

/** Has a condition of its own in the core: what is hidden is not there. */
class Place extends BaseModel {
  static override collection = 'places'
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare kind: string
}

/** Has none, and reaches the others' collection. */
class Visit extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare kind: string
}

const unscope = scopeModels('Place', { $or: [{ hidden: null }, { hidden: false }] })
afterAll(unscope)

const CENTER = [13.4, 52.5] as const
const AT = { type: 'Point', coordinates: [...CENTER] }
const TEXT = { $text: { $search: 'coffee' } }

beforeAll(async () => {
  const places = db.collection('places')
  await places.createIndex({ name: 'text' })
  await places.createIndex({ at: '2dsphere' })
  await places.insertMany([
    { name: 'shown coffee', kind: 'bar', at: AT },
    { name: 'other coffee', kind: 'bar', at: AT, hidden: false },
    { name: 'hidden coffee', kind: 'bar', at: AT, hidden: true },
    { name: 'tea', kind: 'bar', at: AT },
  ])
  await Visit.create({ kind: 'bar' })
  // What is a model's own is known once it was used.
  await Place.first()
})

type Rows = PromiseLike<readonly unknown[]>

const near = (query: object) => ({ $geoNear: { near: AT, distanceField: 'metres', query } })
const visits = (stages: object[]) => Visit.aggregate().raw(stages as never)
const lookup = (pipeline: object[]) => ({ $lookup: { from: 'places', pipeline, as: 'places' } })
const union = (pipeline: object[]) => ({ $unionWith: { coll: 'places', pipeline } })

/** Pipelines that begin with what the server wants first, and name what they find. */
const FIRST: Readonly<Record<string, () => Rows>> = {
  'a text search that is counted': () =>
    Place.query().whereText('coffee').groupBy('name').select('name').count('* as n'),
  'a text search that is distinct': () => Place.query().whereText('coffee').distinct('name'),
  'a text search with rows of others': () =>
    Place.query()
      .whereText('coffee')
      .unionAll((other) => other.where('name', 'nothing')),
  'a text search among rows of others': () =>
    Place.query()
      .where('name', 'nothing')
      .unionAll((other) => other.whereText('coffee')),
  'a text search that is one of several conditions': () =>
    Place.query().where('kind', 'bar').whereText('coffee').distinctOn('name'),
  'a pipeline': () => Place.aggregate().matchRaw(TEXT),
  'a pipeline, as models': () => Place.aggregate().matchRaw(TEXT).asModels(),
  'a pipeline that orders by score': () =>
    Place.aggregate().raw([
      { $match: { $and: [TEXT, { kind: 'bar' }] } },
      { $sort: { score: { $meta: 'textScore' } } },
    ]),
  'a pipeline with a facet': () =>
    Place.aggregate().raw([{ $match: TEXT }, { $facet: { all: [{ $limit: 9 }] } }]),
  'a pipeline around a point': () => Place.aggregate().raw([near({ name: /coffee/ })]),
  'a text search inside of $lookup': () => visits([lookup([{ $match: TEXT }])]),
  'a text search inside of $unionWith': () => visits([union([{ $match: TEXT }])]),
  'a text search inside of $unionWith in $lookup': () =>
    visits([{ $lookup: { from: 'others', pipeline: [union([{ $match: TEXT }])], as: 'places' } }]),
  'what is around a point inside of $lookup': () => visits([lookup([near({ name: /coffee/ })])]),
  'what is around a point inside of $unionWith': () => visits([union([near({ name: /coffee/ })])]),
}

describe('a condition that is added to a pipeline', () => {
  it.each(Object.entries(FIRST))('hides what it should: %s', async (_name, rows) => {
    const found = JSON.stringify(await rows())
    expect(found).toContain('shown coffee')
    expect(found).toContain('other coffee')
    expect(found).not.toContain('hidden coffee')
    expect(found).not.toContain('tea')
  })

  it('counts what a text search finds', async () => {
    const query = () => Place.query().whereText('coffee')
    expect(await query().count()).toBe(2)
    expect(
      await query()
        .unionAll((other) => other.where('name', 'nothing'))
        .count(),
    ).toBe(2)
    expect((await query().orderByTextScore().paginate(1, 1)).total).toBe(2)
  })

  it('leaves statistics of the collection alone', async () => {
    const indexes = await Place.aggregate().indexStats()
    expect(indexes.map(({ name }) => name).sort()).toEqual(['_id_', 'at_2dsphere', 'name_text'])
    expect(await Place.aggregate().collStats({ count: {} })).toMatchObject([{ count: 4 }])
    expect(await Place.aggregate().documents([{ name: 'here' }])).toEqual([{ name: 'here' }])
  })

  it('is in what is explained', async () => {
    const explained = await Place.aggregate().matchRaw(TEXT).explain()
    expect(JSON.stringify(explained)).toContain('hidden')
  })

  it('refuses what reads documents past it', async () => {
    const refused = { code: 'E_INVALID_QUERY' }
    await expect(Place.aggregate().searchMeta({ exists: { path: 'name' } })).rejects.toMatchObject(
      refused,
    )
    const stored = { exists: { path: 'name' }, returnStoredSource: true }
    await expect(Place.aggregate().search(stored)).rejects.toMatchObject(refused)
  })
})
