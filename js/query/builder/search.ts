import { intersects, isWithin, readNear } from '../conditions/geo.ts'
import { readText } from '../conditions/text.ts'
import { fail } from '../messages.ts'
import type {
  Aliased,
  AreaLike,
  AttributePath,
  GeometryLike,
  NearOptions,
  PointLike,
  TextOptions,
} from '../types.ts'
import { RowBuilder } from './rows.ts'

/** Searches that need an index of their own: text and places. */
export abstract class SearchBuilder<M> extends RowBuilder<M> {
  /**
   * The collection's text index finds the words of `term`: any of them, all phrases in `"quotes"`,
   * none with a `-` before it (MongoDB manual, `$text`). One in a query; a NOT cannot hold it, and as
   * an alternative it needs indexes for the other alternatives.
   *
   * Throws `E_UNDEFINED_VALUE`, `E_INVALID_QUERY`; without a text index the server fails the query.
   *
   * @example
   * query.whereText('coffee -tea').orderByTextScore()
   */
  whereText(term: string, options?: TextOptions): this {
    return this.push('and', false, readText(this.target, term, options))
  }

  /** Same as {@link whereText}. */
  andWhereText(term: string, options?: TextOptions): this {
    return this.push('and', false, readText(this.target, term, options))
  }

  /** {@link whereText} as an alternative. */
  orWhereText(term: string, options?: TextOptions): this {
    return this.push('or', false, readText(this.target, term, options))
  }

  /**
   * Property is a place, within `maxDistance` metres of `point` and no nearer than `minDistance`.
   * Rows come sorted by distance unless {@link orderBy} says otherwise. Needs a `2dsphere` index.
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

  /**
   * Property lies in an area: a polygon (rings are closed where they are not), a box along meridians
   * and parallels, a circle with its radius in metres, or GeoJSON. A box finds points only; it may
   * lie across the 180th meridian. Null and missing fields are left out under NOT.
   *
   * Throws `E_INVALID_VALUE` for what is no area or no coordinates, `E_UNKNOWN_COLUMN`.
   *
   * @example
   * query.whereWithin('location', { circle: { center: { lng: 9.19, lat: 45.46 }, radius: 500 } })
   * query.whereWithin('location', { box: [[9, 45], [10, 46]] })
   */
  whereWithin(key: AttributePath<M>, area: AreaLike): this {
    return this.push('and', false, isWithin(this.target, key, area))
  }

  /** Same as {@link whereWithin}. */
  andWhereWithin(key: AttributePath<M>, area: AreaLike): this {
    return this.push('and', false, isWithin(this.target, key, area))
  }

  /** {@link whereWithin} as an alternative. */
  orWhereWithin(key: AttributePath<M>, area: AreaLike): this {
    return this.push('or', false, isWithin(this.target, key, area))
  }

  /** Property has a place, and it does not lie in the area. See {@link whereWithin}. */
  whereNotWithin(key: AttributePath<M>, area: AreaLike): this {
    return this.push('and', true, isWithin(this.target, key, area))
  }

  /** Same as {@link whereNotWithin}. */
  andWhereNotWithin(key: AttributePath<M>, area: AreaLike): this {
    return this.push('and', true, isWithin(this.target, key, area))
  }

  /** {@link whereNotWithin} as an alternative. */
  orWhereNotWithin(key: AttributePath<M>, area: AreaLike): this {
    return this.push('or', true, isWithin(this.target, key, area))
  }

  /**
   * Property has a point in common with a geometry: GeoJSON of any type, a point, or `{ polygon }`.
   * Errors as for {@link whereWithin}.
   *
   * @example
   * query.whereIntersects('route', { type: 'LineString', coordinates: [[9, 45], [10, 46]] })
   */
  whereIntersects(key: AttributePath<M>, geometry: GeometryLike): this {
    return this.push('and', false, intersects(this.target, key, geometry))
  }

  /** Same as {@link whereIntersects}. */
  andWhereIntersects(key: AttributePath<M>, geometry: GeometryLike): this {
    return this.push('and', false, intersects(this.target, key, geometry))
  }

  /** {@link whereIntersects} as an alternative. */
  orWhereIntersects(key: AttributePath<M>, geometry: GeometryLike): this {
    return this.push('or', false, intersects(this.target, key, geometry))
  }

  /** Property has a place, with no point in common. See {@link whereIntersects}. */
  whereNotIntersects(key: AttributePath<M>, geometry: GeometryLike): this {
    return this.push('and', true, intersects(this.target, key, geometry))
  }

  /** Same as {@link whereNotIntersects}. */
  andWhereNotIntersects(key: AttributePath<M>, geometry: GeometryLike): this {
    return this.push('and', true, intersects(this.target, key, geometry))
  }

  /** {@link whereNotIntersects} as an alternative. */
  orWhereNotIntersects(key: AttributePath<M>, geometry: GeometryLike): this {
    return this.push('or', true, intersects(this.target, key, geometry))
  }

  /** Removes all conditions. Semantics of Lucid. */
  override clearWhere(): this {
    if (this.shape !== undefined) {
      this.shape.near = undefined
      this.shape.distance = undefined
    }
    return super.clearWhere()
  }

  protected override checkGroup(negated: boolean): void {
    super.checkGroup(negated)
    if (this.shape?.near === undefined) return
    const message = 'whereNear() is for the whole query, not for a group; see whereWithin()'
    fail('E_INVALID_QUERY', this.target, message)
  }
}
