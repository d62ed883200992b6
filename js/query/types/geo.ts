/** Places. Coordinates are degrees, distances metres. */

/** GeoJSON's order: longitude (−180 to 180), then latitude (−90 to 90). */
export type Position = readonly [longitude: number, latitude: number]

export interface GeoPoint {
  readonly type: 'Point'
  readonly coordinates: readonly number[]
}

export interface GeoPolygon {
  readonly type: 'Polygon'
  readonly coordinates: readonly (readonly (readonly number[])[])[]
}

export interface GeoMultiPolygon {
  readonly type: 'MultiPolygon'
  readonly coordinates: readonly (readonly (readonly (readonly number[])[])[])[]
}

/** Any geometry of GeoJSON (RFC 7946). */
export type GeoGeometry =
  | GeoPoint
  | GeoPolygon
  | GeoMultiPolygon
  | { readonly type: 'MultiPoint'; readonly coordinates: readonly (readonly number[])[] }
  | { readonly type: 'LineString'; readonly coordinates: readonly (readonly number[])[] }
  | {
      readonly type: 'MultiLineString'
      readonly coordinates: readonly (readonly (readonly number[])[])[]
    }
  | { readonly type: 'GeometryCollection'; readonly geometries: readonly GeoGeometry[] }

/** A point in any of its usual forms. */
export type PointLike =
  | Position
  | { readonly lng: number; readonly lat: number }
  | { readonly longitude: number; readonly latitude: number }
  | GeoPoint

/** A ring of at least three points. It need not be closed. */
export type Ring = readonly PointLike[]

/** An area of `whereWithin()`. */
export type AreaLike =
  /** One ring, or an outer ring followed by its holes. */
  | { readonly polygon: Ring | readonly Ring[] }
  /** South-western and north-eastern corner, along meridians and parallels. */
  | { readonly box: readonly [southWest: PointLike, northEast: PointLike] }
  /** `radius` in metres. */
  | { readonly circle: { readonly center: PointLike; readonly radius: number } }
  | GeoPolygon
  | GeoMultiPolygon

/** What `whereIntersects()` compares with. */
export type GeometryLike = PointLike | GeoGeometry | { readonly polygon: Ring | readonly Ring[] }

/** Limits of `whereNear()`, in metres. */
export interface NearOptions {
  readonly maxDistance?: number | undefined
  readonly minDistance?: number | undefined
}
