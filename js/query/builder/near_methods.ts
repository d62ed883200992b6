import { readNear } from '../conditions/geo.ts'
import { fail } from '../messages.ts'
import type { Aliased, AttributePath, NearOptions, PointLike } from '../types.ts'
import { QueryState } from './query_state.ts'

/** The search by distance, which is of the whole query. */
export abstract class NearMethods<M> extends QueryState<M> {
  /**
   * Property is a place, within `maxDistance` metres of `point` and no nearer than `minDistance`.
   * Rows come sorted by distance unless `orderBy` says otherwise. Needs a `2dsphere` index.
   *
   * One in a query. MongoDB takes it for the whole query only: it holds whatever `orWhere` follows,
   * and a group or a NOT cannot have it.
   *
   * Throws `E_INVALID_VALUE` for what is no point or distance, `E_INVALID_QUERY`, `E_UNKNOWN_COLUMN`.
   *
   * @example
   * query.whereNear('location', [9.19, 45.46], { maxDistance: 2000 })
   */
  whereNear(key: AttributePath<M>, point: PointLike, options?: NearOptions): this {
    const near = readNear(this.target, key, point, options)
    const shape = this.ownShape()
    if (shape.near !== undefined) {
      fail('E_INVALID_QUERY', this.target, 'a query has one whereNear(); see whereWithin()')
    }
    shape.near = near
    return this
  }

  /** Same as {@link whereNear}. */
  andWhereNear(key: AttributePath<M>, point: PointLike, options?: NearOptions): this {
    return this.whereNear(key, point, options)
  }

  /**
   * Reads the distance from the point of {@link whereNear}, in metres, as a field of this name.
   * Throws `E_INVALID_QUERY` without one before it, and for an alias that is a column or given twice.
   */
  selectDistance<const Alias extends string = 'distance'>(alias?: Alias): this & Aliased<Alias>
  selectDistance(alias: string = 'distance'): this {
    const name = this.newAlias('selectDistance()', alias)
    const shape = this.ownShape()
    if (shape.near === undefined) {
      fail('E_INVALID_QUERY', this.target, 'selectDistance() needs whereNear() before it')
    }
    shape.distance = name
    return this
  }
}
