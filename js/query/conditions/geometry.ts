/** Reads places as GeoJSON (RFC 7946), which is also how MongoDB wants them. */

import { describe, fail, quote } from '../messages.ts'
import { operators } from '../record.ts'
import type { QueryTarget } from '../target.ts'
import { isPlainObject } from '../values.ts'

/** MongoDB's own: distances in metres become angles by it. */
export const EARTH_RADIUS = 6_378_100

export type Coordinates = [longitude: number, latitude: number]

export type Geometry = Record<string, unknown>

function invalid(target: QueryTarget, method: string, message: string): never {
  return fail('E_INVALID_VALUE', target, `${method}: ${message}`)
}

function own(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined
}

/** A point in any of its forms. */
export function readPoint(target: QueryTarget, method: string, given: unknown): Coordinates {
  const pair = pairOf(given)
  if (pair === undefined) {
    const forms = '[longitude, latitude], { lng, lat }, { longitude, latitude } or a GeoJSON Point'
    return invalid(target, method, `a point is ${forms}; got ${describe(given)}`)
  }
  const [longitude, latitude] = pair
  checkDegrees(target, method, 'longitude', longitude, 180)
  checkDegrees(target, method, 'latitude', latitude, 90)
  return [longitude as number, latitude as number]
}

function pairOf(given: unknown): [unknown, unknown] | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  if (!Array.isArray(given) && own(given, 'type') === 'Point') {
    const coordinates = own(given, 'coordinates')
    return Array.isArray(coordinates) ? pairOf(coordinates) : undefined
  }
  if (Array.isArray(given)) {
    // A third number is the altitude, which MongoDB leaves aside.
    return given.length === 2 || given.length === 3 ? [given[0], given[1]] : undefined
  }
  if (Object.hasOwn(given, 'lng')) return [own(given, 'lng'), own(given, 'lat')]
  if (Object.hasOwn(given, 'longitude')) return [own(given, 'longitude'), own(given, 'latitude')]
  return undefined
}

function checkDegrees(
  target: QueryTarget,
  method: string,
  what: string,
  value: unknown,
  most: number,
): void {
  if (typeof value === 'number' && value >= -most && value <= most) return
  const got = typeof value === 'number' ? 'another number' : describe(value)
  invalid(target, method, `the ${what} is a number from ${-most} to ${most}; got ${got}`)
}

export function pointGeometry(coordinates: Coordinates): Geometry {
  return geometry('Point', coordinates)
}

function geometry(type: string, coordinates: unknown): Geometry {
  return operators({ type, coordinates })
}

/** A ring, closed where it is not. */
function readRing(target: QueryTarget, method: string, given: unknown): Coordinates[] {
  const ring = readPositions(target, method, given)
  const [first] = ring
  const last = ring.at(-1)
  if (first !== undefined && last !== undefined && !same(first, last)) ring.push([...first])
  const corners = new Set(ring.map((position) => position.join()))
  if (corners.size < 3) invalid(target, method, 'a ring needs at least three different points')
  return ring
}

function same(a: Coordinates, b: Coordinates): boolean {
  return a[0] === b[0] && a[1] === b[1]
}

function readPositions(target: QueryTarget, method: string, given: unknown): Coordinates[] {
  return list(target, method, given, 'points').map((point) => readPoint(target, method, point))
}

function list(target: QueryTarget, method: string, given: unknown, what: string): unknown[] {
  if (Array.isArray(given)) return Array.from<unknown>(given)
  return invalid(target, method, `a list of ${what} is needed; got ${describe(given)}`)
}

function readRings(target: QueryTarget, method: string, given: unknown): Coordinates[][] {
  const rings = list(target, method, given, 'rings').map((ring) => readRing(target, method, ring))
  if (rings.length === 0) invalid(target, method, 'a polygon needs a ring')
  return rings
}

/** `{ polygon }`: one ring, or an outer ring and its holes. */
export function readPolygon(target: QueryTarget, method: string, given: unknown): Geometry {
  const first: unknown = Array.isArray(given) ? given[0] : undefined
  const several = Array.isArray(first) && typeof first[0] !== 'number'
  const rings = several ? readRings(target, method, given) : [readRing(target, method, given)]
  return geometry('Polygon', rings)
}

/** `[south-west, north-east]`. */
export function readBox(
  target: QueryTarget,
  method: string,
  given: unknown,
): [southWest: Coordinates, northEast: Coordinates] {
  const corners = readPositions(target, method, given)
  const [southWest, northEast] = corners
  if (southWest === undefined || northEast === undefined || corners.length !== 2) {
    return invalid(target, method, 'a box is [south-west, north-east]')
  }
  if (southWest[1] > northEast[1]) {
    invalid(target, method, 'the first corner of a box is the south-western one')
  }
  return [southWest, northEast]
}

export interface Circle {
  readonly center: Coordinates
  /** Metres. */
  readonly radius: number
}

/** `{ center, radius }`. */
export function readCircle(target: QueryTarget, method: string, given: unknown): Circle {
  if (!isPlainObject(given)) {
    return invalid(target, method, `a circle is { center, radius }; got ${describe(given)}`)
  }
  const radius = readDistance(target, method, 'the radius', own(given, 'radius'))
  return { center: readPoint(target, method, own(given, 'center')), radius }
}

export function readDistance(
  target: QueryTarget,
  method: string,
  what: string,
  given: unknown,
): number {
  if (typeof given === 'number' && Number.isFinite(given) && given >= 0) return given
  const got = typeof given === 'number' ? 'another number' : describe(given)
  return invalid(target, method, `${what} is a number of metres from 0 on; got ${got}`)
}

/** A geometry of GeoJSON, of one of `types`. */
export function readGeometry(
  target: QueryTarget,
  method: string,
  given: unknown,
  allowed: readonly string[] = Object.keys(READERS),
): Geometry {
  const type = typeof given === 'object' && given !== null ? own(given, 'type') : undefined
  const read = typeof type === 'string' && allowed.includes(type) ? READERS[type] : undefined
  if (read === undefined || typeof given !== 'object' || given === null) {
    const got = typeof type === 'string' ? quote(type) : describe(given)
    return invalid(target, method, `a GeoJSON ${allowed.join(', ')} is needed; got ${got}`)
  }
  if (type === 'GeometryCollection') {
    const geometries = list(target, method, own(given, 'geometries'), 'geometries')
    const plain = Object.keys(READERS).filter((name) => name !== type)
    return operators({
      type,
      geometries: geometries.map((one) => readGeometry(target, method, one, plain)),
    })
  }
  return operators({ type, coordinates: read(target, method, own(given, 'coordinates')) })
}

type Read = (target: QueryTarget, method: string, given: unknown) => unknown

function each(read: Read, what: string): Read {
  return (target, method, given) =>
    list(target, method, given, what).map((one) => read(target, method, one))
}

const READERS: Readonly<Partial<Record<string, Read>>> = {
  Point: readPoint,
  MultiPoint: each(readPoint, 'points'),
  LineString: each(readPoint, 'points'),
  MultiLineString: each(each(readPoint, 'points'), 'lines'),
  Polygon: readRings,
  MultiPolygon: each(readRings, 'polygons'),
  GeometryCollection: () => undefined,
}
