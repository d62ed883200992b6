import fc from 'fast-check'
import type { Document } from 'mongodb'
import { beforeAll, describe, expect, it } from 'vitest'
import { escapeLike } from '../../../js/query/index.ts'
import { tries } from '../../helpers/property.ts'
import { testDatabase } from '../../helpers/server.ts'
import { thrown } from '../../unit/query/helpers.ts'
import { countOf, DriverQuery, rowsOf, targetOf } from './run_compiled.ts'

const { db } = testDatabase()
const places = db.collection('places')

interface Place {
  id: number
  name: string
  kind: string
  at: { type: 'Point'; coordinates: number[] }
  route: unknown
  openedAt: Date
}

const target = targetOf('places', {
  id: '_id',
  name: 'name',
  kind: 'kind_',
  at: 'at_',
  route: 'route',
  openedAt: 'opened_at',
})
const query = () => new DriverQuery<Place>(target)
type Query = ReturnType<typeof query>

const RADIUS = 6_378_100

/** Great circle distance in metres, by the haversine formula on MongoDB's sphere. */
function metres([lng, lat]: readonly number[], [lng2, lat2]: readonly number[]): number {
  const rad = (degrees: number | undefined) => ((degrees as number) * Math.PI) / 180
  const half = (x: number) => Math.sin(x / 2) ** 2
  const chord =
    half(rad(lat2) - rad(lat)) +
    Math.cos(rad(lat)) * Math.cos(rad(lat2)) * half(rad(lng2) - rad(lng))
  return 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(chord)))
}

const WORDS = ['coffee', 'tea', 'bar', 'Café', 'library']
const spots = fc.sample(
  fc.tuple(fc.integer({ min: -1800, max: 1799 }), fc.integer({ min: -890, max: 890 })),
  {
    numRuns: 200,
    seed: 17,
  },
)

const documents: Document[] = spots.map(([lng, lat], n) => ({
  _id: n,
  name: `${WORDS[n % 5]} ${n % 3 === 0 ? 'coffee' : 'house'} ${n}`,
  kind_: ['shop', 'park'][n % 2],
  at_: { type: 'Point', coordinates: [lng / 10, lat / 10] },
  opened_at: new Date(Date.UTC(2020 + (n % 5), 0, 1)),
  ...(n % 10 === 0
    ? {
        route: {
          type: 'LineString',
          coordinates: [
            [n / 10, 0],
            [n / 10, 10],
          ],
        },
      }
    : {}),
}))
const coordinatesOf = (row: Document): number[] => row.at_.coordinates

beforeAll(async () => {
  await places.insertMany([...documents, { _id: 900, at_: null }, { _id: 901 }] as never)
  await places.createIndex({ at_: '2dsphere' })
  await places.createIndex({ route: '2dsphere' })
  await places.createIndex({ name: 'text' })
  await places.createIndex({ kind_: 1 })
})

async function run(built: Query): Promise<Document[]> {
  const rows = await rowsOf(places, built)
  expect(await countOf(places, built)).toBe(rows.length)
  return rows
}

const idsOf = async (built: Query) => (await run(built)).map(({ _id }) => _id)
const those = (test: (row: Document) => boolean) =>
  documents.filter(test).map(({ _id }) => _id as number)

async function planOf(built: Query): Promise<string> {
  return JSON.stringify(await places.find(built.compile().filter).explain('queryPlanner'))
}

describe('near', () => {
  const center = [9.19, 45.46] as const
  const distance = (row: Document) => metres(coordinatesOf(row), center)
  const within = (most: number, least = 0) =>
    documents
      .filter((row) => distance(row) <= most && distance(row) >= least)
      .sort((a, b) => distance(a) - distance(b))
      .map(({ _id }) => _id)

  it('sorts by distance and keeps to its limits', async () => {
    const near = within(4_000_000)
    expect(near.length).toBeGreaterThan(5)
    expect(await idsOf(query().whereNear('at', center, { maxDistance: 4_000_000 }))).toEqual(near)
    expect(
      await idsOf(
        query().whereNear(
          'at',
          { lng: 9.19, lat: 45.46 },
          {
            maxDistance: 4_000_000,
            minDistance: 1_500_000,
          },
        ),
      ),
    ).toEqual(within(4_000_000, 1_500_000))
    // Every place, but nothing without one.
    expect(await idsOf(query().whereNear('at', center))).toEqual(within(Number.POSITIVE_INFINITY))
  })

  it('holds beside other conditions, and their alternatives', async () => {
    const built = query()
      .where('kind', 'shop')
      .whereNear('at', center, { maxDistance: 5_000_000 })
      .orWhere('openedAt', '<', new Date('2021-06-01'))
    const near = within(5_000_000)
    expect(await idsOf(built)).toEqual(near.filter((id) => id % 2 === 0 || id % 5 < 2))
    expect(await idsOf(built.clone().limit(3).offset(2))).toEqual(
      near.filter((id) => id % 2 === 0 || id % 5 < 2).slice(2, 5),
    )
    expect(
      await idsOf(query().whereNotNull('at').whereNear('at', center, { maxDistance: 9e5 })),
    ).toEqual(within(9e5))
    expect(await idsOf(built.clone().orderBy('id', 'desc').limit(2))).toEqual(
      near
        .filter((id) => id % 2 === 0 || id % 5 < 2)
        .sort((a, b) => b - a)
        .slice(0, 2),
    )
    expect(await idsOf(built.clone().limit(0))).toEqual([])
    expect(await idsOf(built.clone().clearWhere().limit(4).orderBy('id'))).toEqual([0, 1, 2, 3])
  })

  it('tells the distance', async () => {
    const rows = await run(
      query()
        .whereNear('at', center, { maxDistance: 4_000_000 })
        .where('kind', 'park')
        .selectDistance('far')
        .select('kind'),
    )
    expect(rows.map(({ _id }) => _id)).toEqual(within(4_000_000).filter((id) => id % 2 === 1))
    for (const row of rows) {
      expect(Object.keys(row).sort()).toEqual(['_id', 'far', 'kind_'])
      const [known] = documents.filter(({ _id }) => _id === row._id)
      expect(row.far).toBeCloseTo(distance(known as Document), 0)
    }
    const farthest = await run(
      query().whereNear('at', center).selectDistance().orderBy('distance', 'desc').limit(1),
    )
    expect(farthest[0]?._id).toBe(within(Number.POSITIVE_INFINITY).at(-1))
    expect(farthest[0]).toHaveProperty('name')
    expect(farthest[0]).toHaveProperty('distance')
  })

  it('feeds groups, distinct rows and unions', async () => {
    const near = () => query().whereNear('at', center, { maxDistance: 6_000_000 })
    const ids = within(6_000_000)
    const groups = await run(near().groupBy('kind').count('* as n').orderBy('kind'))
    expect(groups).toEqual([
      { kind_: 'park', n: ids.filter((id) => id % 2 === 1).length },
      { kind_: 'shop', n: ids.filter((id) => id % 2 === 0).length },
    ])
    const nearest = [ids.find((id) => id % 2 === 0), ids.find((id) => id % 2 === 1)].sort(
      (a, b) => ids.indexOf(a) - ids.indexOf(b),
    )
    const first = await run(near().distinctOn('kind'))
    expect(first.map(({ _id }) => _id)).toEqual(nearest)
    expect(first[0]).not.toHaveProperty('__distance')
    const both = await run(
      query()
        .where('id', 3)
        .union(near().limit(2))
        .unionAll((other) => other.where('id', 4))
        .orderBy('id'),
    )
    expect(both.map(({ _id }) => _id)).toEqual(
      [...new Set([3, ...ids.slice(0, 2)]), 4].sort((a, b) => Number(a) - Number(b)),
    )
    expect(await idsOf(near().select('*', 'kind as sort').limit(3))).toEqual(ids.slice(0, 3))
    const [row] = await run(near().select('*', 'kind as sort').limit(1))
    expect(Object.keys(row ?? {}).sort()).toEqual(
      ['_id', 'at_', 'kind_', 'name', 'opened_at', 'sort']
        .concat('route' in (row ?? {}) ? ['route'] : [])
        .sort(),
    )
  })
})

describe('within', () => {
  it('a circle', async () => {
    const circles = fc.record({
      lng: fc.integer({ min: -180, max: 180 }),
      lat: fc.integer({ min: -90, max: 90 }),
      radius: fc.integer({ min: 0, max: 9_000_000 }),
    })
    await fc.assert(
      fc.asyncProperty(circles, async ({ lng, lat, radius }) => {
        const area = { circle: { center: { latitude: lat, longitude: lng }, radius } }
        const inside = those((row) => metres(coordinatesOf(row), [lng, lat]) <= radius)
        expect(await idsOf(query().whereWithin('at', area).orderBy('id'))).toEqual(inside)
        expect(await idsOf(query().whereNotWithin('at', area).orderBy('id'))).toEqual(
          those(({ _id }) => !inside.includes(_id)),
        )
      }),
      tries(25, 23),
    )
  })

  it('a box, across the 180th meridian too, by the index', async () => {
    const boxes = fc.record({
      west: fc.integer({ min: -180, max: 180 }),
      east: fc.integer({ min: -180, max: 180 }),
      latitudes: fc.tuple(fc.integer({ min: -90, max: 90 }), fc.integer({ min: -90, max: 90 })),
    })
    await fc.assert(
      fc.asyncProperty(boxes, async ({ west, east, latitudes }) => {
        const [south, north] = [...latitudes].sort((a, b) => a - b) as [number, number]
        const area = {
          box: [
            [west, south],
            [east, north],
          ],
        } as const
        const inside = those((row) => {
          const [lng, lat] = coordinatesOf(row) as [number, number]
          const across = west > east ? lng >= west || lng <= east : lng >= west && lng <= east
          return across && lat >= south && lat <= north
        })
        expect(await idsOf(query().whereWithin('at', area).orderBy('id'))).toEqual(inside)
        expect(await idsOf(query().whereNotWithin('at', area).orderBy('id'))).toEqual(
          those(({ _id }) => !inside.includes(_id)),
        )
      }),
      tries(60, 29),
    )
    const small = query().whereWithin('at', {
      box: [
        [9, 45],
        [10, 46],
      ],
    })
    expect(await planOf(small)).toContain('2dsphere')
    const across = query().whereWithin('at', {
      box: [
        [170, -10],
        [-170, 10],
      ],
    })
    expect(await planOf(across)).toContain('2dsphere')
  })

  it('a polygon, its holes, and GeoJSON', async () => {
    const ring = [[-30, -20], { lng: 30, lat: -20 }, { latitude: 20, longitude: 30 }] as const
    // Positive inside, in degrees from the nearest edge.
    const depth = ([lng, lat]: readonly number[]) =>
      Math.min(
        30 - (lng as number),
        (lat as number) + 20,
        ((lng as number) + 30) * (40 / 60) - 20 - (lat as number),
      )
    const found = await idsOf(query().whereWithin('at', { polygon: ring }).orderBy('id'))
    expect(found.length).toBeGreaterThan(2)
    for (const row of documents) {
      // Edges are parts of great circles: up to 3 degrees beside the parallels at this size.
      const inside = depth(coordinatesOf(row))
      if (Math.abs(inside) > 3) expect(found.includes(row._id), `${row._id}`).toBe(inside > 0)
    }
    const closed = [
      [-30, -20],
      [30, -20],
      [30, 20],
      [-30, -20],
    ]
    const geojson = { type: 'Polygon', coordinates: [closed] } as const
    expect(await idsOf(query().whereWithin('at', geojson).orderBy('id'))).toEqual(found)
    const several = { type: 'MultiPolygon', coordinates: [[closed]] } as const
    expect(await idsOf(query().whereWithin('at', several).orderBy('id'))).toEqual(found)
    expect(await idsOf(query().where('id', -1).orWhereWithin('at', geojson).orderBy('id'))).toEqual(
      found,
    )
    const hole = {
      polygon: [
        ring,
        [
          [5, -15],
          [25, -15],
          [25, 5],
        ],
      ],
    } as const
    const around = await idsOf(query().whereWithin('at', hole).orderBy('id'))
    const inHole = await idsOf(
      query().whereWithin('at', { polygon: hole.polygon[1] }).orderBy('id'),
    )
    expect([...around, ...inHole].sort((a, b) => a - b)).toEqual(found)
  })
})

describe('intersects', () => {
  it('finds what a geometry has a point in common with', async () => {
    const crossing = {
      type: 'LineString',
      coordinates: [
        [-1, 5],
        [7.5, 5],
      ],
    } as const
    const routes = those(({ _id }) => _id % 10 === 0 && _id / 10 <= 7)
    expect(await idsOf(query().whereIntersects('route', crossing).orderBy('id'))).toEqual(routes)
    expect(await idsOf(query().whereNotIntersects('route', crossing).orderBy('id'))).toEqual(
      those(({ _id }) => _id % 10 === 0 && _id / 10 > 7),
    )
    expect(await idsOf(query().whereIntersects('route', [3, 4]))).toEqual([30])
    expect(
      await idsOf(
        query()
          .whereIntersects('route', { type: 'Point', coordinates: [3, 4, 120] })
          .orWhereIntersects('route', {
            polygon: [
              [4.5, 1],
              [5.5, 1],
              [5, 9],
            ],
          })
          .orderBy('id'),
      ),
    ).toEqual([30, 50])
    const both = {
      type: 'GeometryCollection',
      geometries: [
        { type: 'Point', coordinates: [3, 4] },
        {
          type: 'MultiPoint',
          coordinates: [
            [1, 1],
            [2, 2],
          ],
        },
        {
          type: 'MultiLineString',
          coordinates: [
            [
              [-1, 1],
              [0.5, 1],
            ],
          ],
        },
      ],
    } as const
    expect(await idsOf(query().whereIntersects('route', both).orderBy('id'))).toEqual([
      0, 10, 20, 30,
    ])
  })
})

describe('text', () => {
  it('finds words, and tells how well they match', async () => {
    const coffee = those(({ name }) => name.includes('coffee'))
    expect(await idsOf(query().whereText('coffee').orderBy('id'))).toEqual(coffee)
    const scored = await run(
      query().whereText('coffee').orderByTextScore().orderBy('id').selectTextScore(),
    )
    const scores = scored.map(({ score }) => score)
    expect(scores).toEqual([...scores].sort((a, b) => b - a))
    expect(scores[0]).toBeGreaterThan(scores.at(-1))
    expect(scored[0]).toHaveProperty('name')
    const narrow = await run(
      query()
        .whereText('coffee')
        .select('kind')
        .selectTextScore('rank')
        .orderBy('rank', 'desc')
        .limit(1),
    )
    expect(Object.keys(narrow[0] ?? {}).sort()).toEqual(['_id', 'kind_', 'rank'])
    expect(narrow[0]?.rank).toBe(scores[0])
  })

  it('takes options, phrases and further conditions', async () => {
    const cafes = those(({ name }) => name.startsWith('Café'))
    expect(await idsOf(query().whereText('cafe').orderBy('id'))).toEqual(cafes)
    expect(await idsOf(query().whereText('cafe', { diacriticSensitive: true }))).toEqual([])
    expect(await idsOf(query().whereText('Coffee', { caseSensitive: true }))).toEqual([])
    expect(await idsOf(query().whereText('the'))).toEqual([])
    expect(
      await idsOf(query().whereText('"tea coffee"').where('kind', 'shop').orderBy('id')),
    ).toEqual(those(({ name, kind_ }) => name.includes('tea coffee') && kind_ === 'shop'))
    expect(await idsOf(query().where('kind', 'park').orWhereText('library').orderBy('id'))).toEqual(
      those(({ name, kind_ }) => name.includes('library') || kind_ === 'park'),
    )
  })

  it('works in pipelines', async () => {
    const groups = await run(
      query().whereText('coffee').groupBy('kind').count('* as n').orderBy('kind'),
    )
    const count = (kind: string) =>
      those(({ name, kind_ }) => name.includes('coffee') && kind_ === kind).length
    expect(groups).toEqual([
      { kind_: 'park', n: count('park') },
      { kind_: 'shop', n: count('shop') },
    ])
    const best = await run(
      query()
        .select('*', 'kind as sort')
        .whereText('coffee')
        .selectTextScore()
        .orderByTextScore()
        .orderBy('id')
        .limit(2),
    )
    expect(best.map(({ score }) => score)).toEqual([best[0]?.score, best[0]?.score])
    expect(best[0]?.score).toBeGreaterThan(0.5)
    expect(best[0]).toHaveProperty('sort')
  })
})

describe('a search with optional filters', () => {
  interface Search {
    term?: string
    like?: string
    kinds?: string[]
    opened?: [Date, Date]
    around?: { lng: number; lat: number; metres: number }
    sort?: 'name' | 'openedAt'
    limit?: number
  }

  function search({
    term,
    like,
    kinds,
    opened,
    around,
    sort = 'openedAt',
    limit = 50,
  }: Search): Query {
    return query()
      .if(term, (q) => q.whereText(term as string).orderByTextScore())
      .if(like, (q) => q.whereILike('name', `%${escapeLike(like as string)}%`))
      .if(kinds, (q) => q.whereIn('kind', kinds as string[]))
      .if(opened, (q) => q.whereBetween('openedAt', opened as [Date, Date]))
      .if(around, (q) => {
        const { lng, lat, metres: radius } = around as NonNullable<Search['around']>
        q.whereWithin('at', { circle: { center: { lng, lat }, radius } })
      })
      .unless(term, (q) => q.orderBy(sort))
      .orderBy('id')
      .limit(limit)
  }

  it('has in it what was asked for', async () => {
    const opened: [Date, Date] = [new Date('2021-01-01'), new Date('2022-12-31')]
    const between = ({ opened_at }: Document) => opened_at >= opened[0] && opened_at <= opened[1]
    expect(
      (await idsOf(search({ opened, kinds: ['park'], limit: 200 }))).sort((a, b) => a - b),
    ).toEqual(those((row) => between(row) && row.kind_ === 'park'))
    const around = { lng: 0, lat: 0, metres: 5_000_000 }
    const matching = those(
      (row) =>
        row.name.includes('coffee') &&
        between(row) &&
        metres(coordinatesOf(row), [0, 0]) <= around.metres,
    )
    expect(matching.length).toBeGreaterThan(0)
    const found = await idsOf(search({ term: 'coffee', opened, around }))
    expect([...found].sort((a, b) => a - b)).toEqual(matching)
    expect(await idsOf(search({ like: 'COFFEE 1', limit: 3 }))).toHaveLength(3)
    expect(await idsOf(search({ like: '%', limit: 3 }))).toEqual([])
    expect((await idsOf(search({}))).length).toBe(50)
  })
})

describe('what MongoDB cannot search', () => {
  const refused: [string, (q: Query) => Query][] = [
    ['two distances', (q) => q.whereNear('at', [0, 0]).whereNear('at', [1, 1])],
    ['a distance in a group', (q) => q.where((g) => g.whereNear('at', [0, 0]))],
    ['a distance in a NOT', (q) => q.whereNot((g) => g.whereNear('at', [0, 0]))],
    ['a text search in a NOT', (q) => q.whereNot((g) => g.whereText('a'))],
    [
      'a text search deep in a NOT',
      (q) => q.whereNot((g) => g.where('kind', 'a').orWhere((h) => h.whereText('a'))),
    ],
    ['a distance without a point', (q) => q.selectDistance()],
    ['the worst score first', (q) => q.whereText('a').selectTextScore().orderBy('score')],
  ]
  it.each(refused)('%s', (_name, build) => {
    const built = query()
    expect(thrown(() => build(built)).code).toBe('E_INVALID_QUERY')
  })
})
