/** Conditions on places. */
import type { Condition } from '../clauses.ts'
import { fail } from '../messages.ts'
import { resolveComparable } from '../names.ts'
import { readOptions } from '../options.ts'
import { type Document, field, operators } from '../record.ts'
import type { Near } from '../rows.ts'
import type { QueryTarget } from '../target.ts'
import { isPlainObject } from '../values.ts'
import {
  type Circle,
  type Coordinates,
  EARTH_RADIUS,
  pointGeometry,
  readBox,
  readCircle,
  readDistance,
  readGeometry,
  readPoint,
  readPolygon,
} from './geometry.ts'

/** Reads the arguments of `whereNear()`. */
export function readNear(target: QueryTarget, key: unknown, point: unknown, given: unknown): Near {
  const method = 'whereNear()'
  const path = resolveComparable(target, key)
  const center = pointGeometry(readPoint(target, method, point))
  const options = readOptions(target, method, given, ['maxDistance', 'minDistance'])
  const [most, least] = (['maxDistance', 'minDistance'] as const).map((name) => {
    const distance = options[name]
    return distance === undefined ? undefined : readDistance(target, method, name, distance)
  })
  return { field: path.field, center, most, least }
}

/** Reads the arguments of `whereWithin()`. */
export function isWithin(target: QueryTarget, key: unknown, area: unknown): Condition {
  const method = 'whereWithin()'
  const { field: name } = resolveComparable(target, key)
  switch (shapeOf(area, ['polygon', 'box', 'circle'])) {
    case 'polygon':
      return within(name, '$geometry', readPolygon(target, method, property(area, 'polygon')))
    case 'box':
      return withinBox(name, ...readBox(target, method, property(area, 'box')))
    case 'circle':
      return withinCircle(name, readCircle(target, method, property(area, 'circle')))
    case undefined: {
      const geometry = readGeometry(target, method, area, ['Polygon', 'MultiPolygon'])
      return within(name, '$geometry', geometry)
    }
  }
}

/** Reads the arguments of `whereIntersects()`. */
export function intersects(target: QueryTarget, key: unknown, given: unknown): Condition {
  const method = 'whereIntersects()'
  const { field: name } = resolveComparable(target, key)
  if (given === undefined) fail('E_UNDEFINED_VALUE', target, `undefined in ${method}`)
  const geometry =
    shapeOf(given, ['polygon']) === 'polygon'
      ? readPolygon(target, method, property(given, 'polygon'))
      : isPlainObject(given) && Object.hasOwn(given, 'type')
        ? readGeometry(target, method, given)
        : pointGeometry(readPoint(target, method, given))
  return { kind: 'test', field: name, operators: geoIntersects(geometry) }
}

function geoIntersects(geometry: Document): Document {
  return field('$geoIntersects', field('$geometry', geometry))
}

/** Which one of `shapes` an object describes; none for GeoJSON. */
function shapeOf<Shape extends string>(
  given: unknown,
  shapes: readonly Shape[],
): Shape | undefined {
  if (!isPlainObject(given) || Object.hasOwn(given, 'type')) return undefined
  return shapes.find((shape) => Object.hasOwn(given, shape))
}

function property(given: unknown, key: string): unknown {
  return isPlainObject(given) ? given[key] : undefined
}

function geoWithin(operator: string, shape: unknown): Document {
  return field('$geoWithin', field(operator, shape))
}

function within(name: string, operator: string, shape: unknown): Condition {
  return { kind: 'test', field: name, operators: geoWithin(operator, shape) }
}

function withinCircle(name: string, { center, radius }: Circle): Condition {
  return within(name, '$centerSphere', [center, radius / EARTH_RADIUS])
}

/**
 * MongoDB compares with a box on a plane, which is what is wanted, but without the help of an index
 * on the sphere: that is asked for a circle around the box first.
 */
function withinBox(name: string, southWest: Coordinates, northEast: Coordinates): Condition {
  const boxes =
    southWest[0] <= northEast[0] ? [[southWest, northEast]] : halves(southWest, northEast)
  const tests = boxes.map((box) => geoWithin('$box', box))
  const [only] = tests
  const circle = aroundBox(southWest, northEast)
  const inside =
    tests.length === 1 && only !== undefined
      ? [field(name, only)]
      : [
          field(
            '$or',
            tests.map((test) => field(name, test)),
          ),
        ]
  const near = circle === undefined ? [] : [field(name, geoWithin('$centerSphere', circle))]
  const outside = tests.map((test) => field(name, operators({ $not: test, $ne: null })))
  return {
    kind: 'either',
    whenTrue: [conjunction([...near, ...inside])],
    whenFalse: [conjunction(outside)],
    expression: false,
  }
}

function conjunction(parts: readonly Document[]): Document {
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : field('$and', parts)
}

/** A box across the 180th meridian, as one on each side. */
function halves(southWest: Coordinates, northEast: Coordinates): Coordinates[][] {
  return [
    [southWest, [180, northEast[1]]],
    [[-180, southWest[1]], northEast],
  ]
}

/** Up to here the corners are the points of a box that are farthest from its middle. */
const WIDEST = 180

/** A circle with the box in it, `[center, radians]`; none for very wide boxes. */
function aroundBox(
  [west, south]: Coordinates,
  [east, north]: Coordinates,
): [Coordinates, number] | undefined {
  const width = east >= west ? east - west : east - west + 360
  if (width > WIDEST) return undefined
  const middle = west + width / 2
  const center: Coordinates = [middle > 180 ? middle - 360 : middle, (south + north) / 2]
  const radius = Math.max(angle(center, [west, south]), angle(center, [west, north]))
  // Points on the corners must not be lost to rounding.
  return [center, radius * (1 + 1e-9) + 1e-9]
}

/** The angle between two points as seen from the centre of the earth, in radians. */
function angle(a: Coordinates, b: Coordinates): number {
  const radians = Math.PI / 180
  const [latitude, other] = [a[1] * radians, b[1] * radians]
  const half = (x: number) => Math.sin(x / 2) ** 2
  const chord =
    half(other - latitude) + Math.cos(latitude) * Math.cos(other) * half((b[0] - a[0]) * radians)
  return 2 * Math.asin(Math.min(1, Math.sqrt(chord)))
}
