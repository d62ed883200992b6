import { BaseModel, beforeFetch, column, errors, type ModelQueryBuilder } from 'lucent-odm'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class Place extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
  @column() declare kind: string
  @column() declare stars: number | null
  @column() declare at: { type: 'Point'; coordinates: [number, number] }
}

class OldPlace extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare name: string
}

const KINDS: [string, string, number | null, [number, number]][] = [
  ['Louvre', 'museum', 5, [2.3376, 48.8606]],
  ['Orsay', 'museum', 4, [2.3266, 48.86]],
  ['Bistro', 'restaurant', null, [2.3522, 48.8566]],
  ['Brasserie', 'restaurant', 3, [2.3499, 48.853]],
  ['Prado', 'museum', 5, [-3.6921, 40.4138]],
]

beforeAll(async () => {
  const places = db.collection('places')
  await places.createIndex({ at: '2dsphere' })
  await places.createIndex({ name: 'text', kind: 'text' })
  await places.createIndex({ stars: 1 })
  await places.insertMany(
    KINDS.map(([name, kind, stars, coordinates]) => ({
      name,
      kind,
      stars,
      at: { type: 'Point', coordinates },
    })),
  )
  await db.collection('old_places').insertMany([{ name: 'Louvre' }, { name: 'Bastille' }])
})

const paris = { latitude: 48.8566, longitude: 2.3522 }

describe('rows of groups', () => {
  const byKind = () =>
    Place.query()
      .select('kind')
      .count('* as total')
      .avg('stars as average')
      .groupBy('kind')
      .orderBy('kind')

  it('have their aggregates in $extras', async () => {
    const rows = await byKind()
    expect(rows.map(({ kind, $extras }) => [kind, $extras.total, $extras.average])).toEqual([
      ['museum', 3, expect.closeTo(4.667, 2)],
      ['restaurant', 2, 3],
    ])
  })

  it('are plain where asked for', async () => {
    const rows = await byKind().pojo<{ kind: string; total: number }>()
    expect(rows[1]).toMatchObject({ kind: 'restaurant', total: 2 })
  })

  it('are chosen by having', async () => {
    const rows = await byKind().having('total', '>', 2)
    expect(rows.map(({ kind }) => kind)).toEqual(['museum'])
  })

  it('are counted, paged and taken first', async () => {
    expect(await byKind().count()).toBe(2)
    const page = await byKind().paginate(2, 1)
    expect(page.total).toBe(2)
    expect(page.map(({ kind }) => kind)).toEqual(['restaurant'])
    expect((await byKind().first())?.kind).toBe('museum')
  })

  it('arrive in batches', async () => {
    const kinds: string[] = []
    for await (const { kind } of byKind().cursor({ batchSize: 1 })) kinds.push(kind)
    expect(kinds).toEqual(['museum', 'restaurant'])
  })

  it('are no documents to be written', async () => {
    const refused = Place.query().groupBy('kind').update({ stars: 1 })
    await expect(refused).rejects.toBeInstanceOf(errors.E_INVALID_QUERY)
    await expect(Place.query().groupBy('kind').paginateCursor()).rejects.toBeInstanceOf(
      errors.E_INVALID_QUERY,
    )
  })

  it('meet what a hook adds', async () => {
    class Rated extends Place {
      static override collection = 'places'
      @beforeFetch() static only(query: ModelQueryBuilder<Rated>) {
        query.whereNotNull('stars')
      }
    }
    const rows = await Rated.query().select('kind').count('* as total').groupBy('kind')
    expect(rows.map(({ $extras }) => $extras.total).sort()).toEqual([1, 3])
  })
})

describe('aggregates of everything', () => {
  it('are one row', async () => {
    const [row] = await Place.query().sum('stars as sum').min('stars as least').max('stars as most')
    expect(row?.$extras).toMatchObject({ sum: 17, least: 3, most: 5 })
  })

  it('count distinct values', async () => {
    const [row] = await Place.query().countDistinct('kind as kinds')
    expect(row?.$extras.kinds).toBe(2)
  })
})

it('distinct rows', async () => {
  const rows = await Place.query().distinct('kind').orderBy('kind').pojo<{ kind: string }>()
  expect(rows.map(({ kind }) => kind)).toEqual(['museum', 'restaurant'])
})

it('unions of collections', async () => {
  const names = (query: ModelQueryBuilder<Place>) => query.select('name').pojo<{ name: string }>()
  const all = await names(Place.query().unionAll(OldPlace.query().select('name') as never))
  expect(all).toHaveLength(7)
})

it('nulls where they are wanted', async () => {
  const order = (nulls: 'first' | 'last') =>
    Place.query().orderBy([{ column: 'stars', order: 'asc', nulls }, 'name'])
  expect((await order('last')).at(-1)?.name).toBe('Bistro')
  expect((await order('first'))[0]?.name).toBe('Bistro')
})

describe('searches by place', () => {
  it('near a point, the nearest first', async () => {
    const near = Place.query().whereNear('at', paris, { maxDistance: 2500 })
    expect((await near).map(({ name }) => name)).toEqual(['Bistro', 'Brasserie', 'Louvre', 'Orsay'])
    expect(await near.count()).toBe(4)
    expect((await near.paginate(1, 2)).total).toBe(4)
  })

  it('with the distance in metres', async () => {
    const [bistro, brasserie] = await Place.query()
      .whereNear('at', paris, { maxDistance: 1000 })
      .selectDistance('metres')
    expect(bistro?.$extras.metres).toBeCloseTo(0, 0)
    expect(brasserie?.$extras.metres).toBeGreaterThan(300)
  })

  it.each([
    [
      'a polygon',
      {
        polygon: [
          [2, 48],
          [3, 48],
          [3, 49],
          [2, 49],
        ],
      },
      4,
    ],
    [
      'a box',
      {
        box: [
          [2.33, 48.85],
          [2.36, 48.87],
        ],
      },
      3,
    ],
    ['a circle', { circle: { center: [-3.7, 40.4], radius: 5000 } }, 1],
  ])('within %s', async (_, shape, expected) => {
    expect(
      await Place.query()
        .whereWithin('at', shape as never)
        .count(),
    ).toBe(expected)
  })
})

it('searches of text, the best first', async () => {
  const found = await Place.query()
    .whereText('louvre museum')
    .orderByTextScore()
    .selectTextScore('score')
  expect(found[0]?.name).toBe('Louvre')
  expect(found[0]?.$extras.score).toBeGreaterThan(found[1]?.$extras.score as number)
})

describe('explain()', () => {
  it('names the index', async () => {
    const plan = await Place.query().where('stars', 5).explain('executionStats')
    expect(plan).toMatchObject({
      indexes: ['stars_1'],
      collectionScan: false,
      documentsExamined: 2,
      returned: 2,
      json: { native: true },
      summary: 'uses the index "stars_1"',
    })
  })

  it('says that there is none', async () => {
    const plan = await Place.query().where('kind', 'museum').orderBy('kind').explain()
    expect(plan.collectionScan).toBe(true)
    expect(plan.summary).toContain('looks at every document')
    expect(plan.sortsInMemory).toBe(true)
  })

  it('is for pipelines too', async () => {
    const plan = await Place.query().where('stars', 5).groupBy('kind').explain()
    expect(plan.indexes).toEqual(['stars_1'])
  })
})
