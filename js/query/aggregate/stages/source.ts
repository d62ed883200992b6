import { describe, fail, quote } from '../../messages.ts'
import { record } from '../../record.ts'
import type { Conditions } from '../../types.ts'
import { isPlainObject } from '../../values.ts'
import { operandOf } from '../expressions/compile.ts'
import type { Scope } from '../expressions/expression.ts'
import { nativeOf } from '../expressions/native.ts'
import type { MatchCallback } from '../match.ts'
import { readOptions } from '../read.ts'
import { ownName } from '../shapes/names.ts'
import type { Known, Shape } from '../shapes/shape.ts'
import type { FieldName, Merge } from '../types/rows.ts'
import type { BuilderKind, Built } from '../types/stages.ts'
import { StageList } from './list.ts'
import { addOptions, filter, finite, flag, made, type Option, stored } from './specification.ts'

/** A point: `[longitude, latitude]`, or a GeoJSON point. */
export type GeoPoint =
  | readonly [longitude: number, latitude: number]
  | { readonly type: 'Point'; readonly coordinates: readonly [longitude: number, latitude: number] }

/** Options of `geoNear()`. */
export interface GeoNearOptions<Row, Distance extends string, Place extends string> {
  readonly near: GeoPoint
  /** The name of the field that gets the distance, in metres. */
  readonly distanceField: Distance
  /** At most so far, in metres. */
  readonly maxDistance?: number
  /** At least so far, in metres. */
  readonly minDistance?: number
  /** The field with the index, where the collection has several. */
  readonly key?: FieldName<Row>
  /** Further conditions, as those of `match()`. */
  readonly query?: Conditions<Row> | MatchCallback<Row>
  /** The name of a field that gets the place that the distance is to. */
  readonly includeLocs?: Place
  /** What distances are multiplied by: 0.001 makes kilometres. */
  readonly distanceMultiplier?: number
  /** On a sphere; true by default. */
  readonly spherical?: boolean
}

const GEO_NEAR: Readonly<Record<string, Option>> = {
  maxDistance: finite,
  minDistance: finite,
  key: stored,
  query: filter,
  includeLocs: made,
  distanceMultiplier: finite,
  spherical: flag,
}

/** The fields that `geoNear()` adds. */
type Near<Distance extends string, Place extends string> = {
  [N in Distance]: number
} & (string extends Place ? unknown : { [N in Place]: unknown })

/** What an index was used for, by `indexStats()`. */
export interface IndexStats {
  name: string
  key: Record<string, unknown>
  host: string
  accesses: { ops: number; since: Date }
  spec: Record<string, unknown>
}

/** Options of `collStats()`. */
export interface CollStatsOptions {
  readonly latencyStats?: { readonly histograms?: boolean }
  readonly storageStats?: { readonly scale?: number }
  readonly count?: Readonly<Record<string, never>>
  readonly queryExecStats?: Readonly<Record<string, never>>
}

/** Stages that pipelines start with. */
export abstract class SourceStages<M, Row, K extends BuilderKind> extends StageList<M, Row, K> {
  /**
   * Starts with the documents around a point, the nearest first, and adds the distance in metres
   * (`$geoNear`). The collection needs a `2dsphere` index.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` behind another stage and for what is no point.
   *
   * @example
   * Shop.aggregate().geoNear({ near: [13.4, 52.5], distanceField: 'metres', maxDistance: 2000 }).limit(5)
   */
  geoNear<const Distance extends string, const Place extends string = string>(
    options: GeoNearOptions<Row, Distance, Place>,
  ): Built<K, M, Merge<Row, Near<Distance, Place>>> {
    const place = 'geoNear()'
    const { shape } = this.scope
    const known = ['near', 'distanceField', ...Object.keys(GEO_NEAR)]
    const { near, distanceField, ...rest } = readOptions(shape, place, options, known)
    const specification = record()
    specification.near = readPoint(shape, place, near)
    specification.distanceField = made(this.scope, `distanceField of ${place}`, distanceField)
    const given = { ...rest, spherical: rest.spherical ?? true }
    addOptions(specification, this.scope, place, given, GEO_NEAR)
    const { includeLocs } = rest
    const names = includeLocs === undefined ? [distanceField] : [distanceField, includeLocs]
    const added = names.map((name): [string, Known] => [String(name), {}])
    return this.extended('$geoNear', specification, place, added)
  }

  /**
   * Starts with a full text search of Atlas (`$search`), written natively: paths are stored names.
   * Never pass anything from a request here but as the text to search for.
   *
   * Throws `E_INVALID_QUERY` behind another stage, `E_UNSAFE_OPERATOR`.
   *
   * @example
   * Film.aggregate().search({ index: 'default', text: { query: 'ships', path: 'plot' } })
   */
  search(specification: Readonly<Record<string, unknown>>): this {
    return this.keep('$search', nativeObject(this.scope, 'search()', specification))
  }

  /**
   * Starts with the metadata of a search of Atlas (`$searchMeta`), such as counts of facets. Errors of
   * {@link search}.
   *
   * @example
   * Film.aggregate().searchMeta({ range: { path: 'year', gte: 1990 }, count: { type: 'total' } })
   */
  searchMeta(
    specification: Readonly<Record<string, unknown>>,
  ): Built<K, M, Record<string, unknown>> {
    const value = nativeObject(this.scope, 'searchMeta()', specification)
    return this.obscure('$searchMeta', value, 'searchMeta()')
  }

  /**
   * Starts with a vector search of Atlas (`$vectorSearch`), written natively. Errors of {@link search}.
   *
   * @example
   * Film.aggregate().vectorSearch({
   *   index: 'plots', path: 'embedding', queryVector: vector, numCandidates: 200, limit: 10,
   * })
   */
  vectorSearch(specification: Readonly<Record<string, unknown>>): this {
    return this.keep('$vectorSearch', nativeObject(this.scope, 'vectorSearch()', specification))
  }

  /**
   * Starts with statistics of the collection (`$collStats`). Throws `E_INVALID_QUERY` behind another
   * stage.
   *
   * @example
   * User.aggregate().collStats({ storageStats: { scale: 1024 } })
   */
  collStats(options: CollStatsOptions = { count: {} }): Built<K, M, Record<string, unknown>> {
    const value = nativeObject(this.scope, 'collStats()', options)
    return this.obscure('$collStats', value, 'collStats()')
  }

  /**
   * Starts with the use of each index (`$indexStats`). Throws `E_INVALID_QUERY` behind another stage.
   *
   * @example
   * User.aggregate().indexStats()
   */
  indexStats(): Built<K, M, IndexStats> {
    return this.obscure('$indexStats', {}, 'indexStats()')
  }

  /**
   * Starts with the entries of the collection's plan cache (`$planCacheStats`). Throws
   * `E_INVALID_QUERY` behind another stage.
   *
   * @example
   * User.aggregate().planCacheStats()
   */
  planCacheStats(): Built<K, M, Record<string, unknown>> {
    return this.obscure('$planCacheStats', {}, 'planCacheStats()')
  }

  /**
   * Starts with these rows instead of the collection's documents (`$documents`). Values are data.
   *
   * Throws `E_INVALID_QUERY` behind another stage and for what are no objects; `E_UNDEFINED_VALUE`.
   *
   * @example
   * User.aggregate().documents([{ month: 1, goal: 100 }, { month: 2, goal: 120 }])
   */
  documents<T extends object>(rows: readonly T[]): Built<K, M, T> {
    const place = 'documents()'
    const { shape } = this.scope
    if (!Array.isArray(rows)) {
      fail('E_INVALID_QUERY', shape, `${place} needs a list of objects, got ${describe(rows)}`)
    }
    const names = new Map<string, Known>()
    const list = Array.from(rows, (given: unknown) => {
      if (!isPlainObject(given)) {
        fail('E_INVALID_QUERY', shape, `${place} needs objects, got ${describe(given)}`)
      }
      const row = record()
      for (const [key, value] of Object.entries(given)) {
        row[ownName(shape, place, key)] = operandOf(this.scope, value).value
        names.set(key, {})
      }
      return row
    })
    return this.become('$documents', list, place, names)
  }
}

function nativeObject(scope: Scope, place: string, given: unknown): unknown {
  if (isPlainObject(given)) return nativeOf(scope, given, place)
  return fail('E_INVALID_QUERY', scope.shape, `${place} needs an object, got ${describe(given)}`)
}

function readPoint(shape: Shape, place: string, given: unknown): unknown {
  const plain = isPlainObject(given) ? given : undefined
  if (plain !== undefined && plain.type !== 'Point') {
    fail('E_INVALID_QUERY', shape, `near of ${place} is a point, got ${quote(plain.type)}`)
  }
  const coordinates: unknown = plain === undefined ? given : plain.coordinates
  const valid =
    Array.isArray(coordinates) && coordinates.length === 2 && coordinates.every(Number.isFinite)
  if (!valid) {
    const forms = '[longitude, latitude] or a GeoJSON point'
    fail('E_INVALID_QUERY', shape, `near of ${place} is ${forms}, got ${describe(given)}`)
  }
  return { type: 'Point', coordinates: [...coordinates] }
}
