import { BaseModel, column, expr } from 'lucent-odm'
import { beforeAll, describe, expect, it } from 'vitest'
import { lucentDatabase } from '../../helpers/lucent.ts'

const { db } = lucentDatabase()

class Location extends BaseModel {
  @column({ isPrimary: true }) declare id: string
  @column() declare placeName: string
  @column({ columnName: 'pos' }) declare coordinates: [longitude: number, latitude: number]
  @column() declare kind: string
}

/** Places around a point, the nearest first. */
const findNearby = (longitude: number, latitude: number, maxDistance = 1000) =>
  Location.aggregate().geoNear({
    near: [longitude, latitude],
    key: 'coordinates',
    distanceField: 'metres',
    maxDistance,
  })

beforeAll(async () => {
  const locations = db.collection('locations')
  await locations.createIndex({ pos: '2dsphere' })
  await locations.insertMany([
    { place_name: 'Alexanderplatz', pos: [13.4132, 52.5219], kind: 'square' },
    { place_name: 'Fernsehturm', pos: [13.4094, 52.5208], kind: 'tower' },
    { place_name: 'Brandenburger Tor', pos: [13.3777, 52.5163], kind: 'gate' },
    { place_name: 'Louvre', pos: [2.3376, 48.8606], kind: 'museum' },
  ])
})

describe('places nearby', () => {
  it('come in order, with their distance', async () => {
    const rows = await findNearby(13.4132, 52.5219)
    expect(rows.map(({ placeName }) => placeName)).toEqual(['Alexanderplatz', 'Fernsehturm'])
    expect(rows[0]?.metres).toBe(0)
    expect(rows[1]?.metres).toBeGreaterThan(200)
    expect(rows[1]?.metres).toBeLessThan(400)
    expect(rows[0]?.coordinates).toEqual([13.4132, 52.5219])
  })

  it('with conditions, from a distance on, in kilometres', async () => {
    const rows = await Location.aggregate()
      .geoNear({
        near: { type: 'Point', coordinates: [13.4132, 52.5219] },
        distanceField: 'km',
        includeLocs: 'where',
        distanceMultiplier: 0.001,
        minDistance: 10,
        maxDistance: 5000,
        query: (query) => query.whereNot('kind', 'tower'),
      })
      .project({ placeName: true, km: expr.round(expr.field('km')), where: true })
    expect(rows).toEqual([{ placeName: 'Brandenburger Tor', km: 2, where: [13.3777, 52.5163] }])
  })

  it('are models when asked for', async () => {
    const [first, second] = await findNearby(13.4132, 52.5219).asModels()
    expect(first).toBeInstanceOf(Location)
    expect(first?.placeName).toBe('Alexanderplatz')
    expect(second?.$extras.metres).toBeGreaterThan(200)
  })

  it('can be counted', async () => {
    const rows = await findNearby(13.4132, 52.5219, 5000).sortByCount('kind')
    expect(rows).toHaveLength(3)
  })
})

describe('places within a polygon', () => {
  it('are found by a native filter', async () => {
    const ring = [
      [13.4, 52.5],
      [13.42, 52.5],
      [13.42, 52.53],
      [13.4, 52.53],
      [13.4, 52.5],
    ]
    const rows = await Location.aggregate()
      .matchRaw({ pos: { $geoWithin: { $geometry: { type: 'Polygon', coordinates: [ring] } } } })
      .sort('placeName')
      .select('placeName')
    expect(rows.map(({ placeName }) => placeName)).toEqual(['Alexanderplatz', 'Fernsehturm'])
  })
})
