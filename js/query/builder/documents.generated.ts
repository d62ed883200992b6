// Generated from tables/documents.md by scripts/generate_builder.mjs.
import { readColumns } from '../conditions/columns.ts'
import { intersects, isWithin } from '../conditions/geo.ts'
import { jsonContained, jsonContains, jsonEquals } from '../conditions/json.ts'
import { readJsonPath } from '../conditions/json_path.ts'
import { readText } from '../conditions/text.ts'
import type {
  AreaLike,
  AttributePath,
  EqualityOperator,
  GeometryLike,
  JsonPartOf,
  JsonWhole,
  Operator,
  OrderOperator,
  QueryValue,
  TextOptions,
} from '../types.ts'
import { ClauseList } from './clause_list.ts'

/**
 * Conditions for whole documents: two of their properties, nested values as JSON, words and places.
 */
export abstract class DocumentMethods<M> extends ClauseList {
  /**
   * Compares two properties of the same document, for equality unless an operator is given. A
   * comparison with a null or missing field is unknown, as in SQL and Lucid: such documents are not
   * found, nor are they by {@link whereNotColumn}. Values of different types are ordered as MongoDB
   * sorts them. A path through an array stands for the array of what it finds. MongoDB cannot use an
   * index for it.
   *
   * Throws `E_UNKNOWN_COLUMN`, and `E_INVALID_QUERY` for other operators.
   *
   * @example
   * query.whereColumn('updatedAt', '>', 'createdAt')
   */
  whereColumn(key: AttributePath<M>, other: AttributePath<M>): this
  whereColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  whereColumn(...args: readonly unknown[]): this {
    return this.pushReading('and', false, readColumns(this.target, args))
  }

  /** Same as {@link whereColumn}. */
  andWhereColumn(key: AttributePath<M>, other: AttributePath<M>): this
  andWhereColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  andWhereColumn(...args: readonly unknown[]): this {
    return this.pushReading('and', false, readColumns(this.target, args))
  }

  /** {@link whereColumn} as an alternative. */
  orWhereColumn(key: AttributePath<M>, other: AttributePath<M>): this
  orWhereColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  orWhereColumn(...args: readonly unknown[]): this {
    return this.pushReading('or', false, readColumns(this.target, args))
  }

  /** The comparison of two properties is false. See {@link whereColumn}. */
  whereNotColumn(key: AttributePath<M>, other: AttributePath<M>): this
  whereNotColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  whereNotColumn(...args: readonly unknown[]): this {
    return this.pushReading('and', true, readColumns(this.target, args))
  }

  /** Same as {@link whereNotColumn}. */
  andWhereNotColumn(key: AttributePath<M>, other: AttributePath<M>): this
  andWhereNotColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  andWhereNotColumn(...args: readonly unknown[]): this {
    return this.pushReading('and', true, readColumns(this.target, args))
  }

  /** {@link whereNotColumn} as an alternative. */
  orWhereNotColumn(key: AttributePath<M>, other: AttributePath<M>): this
  orWhereNotColumn(
    key: AttributePath<M>,
    operator: EqualityOperator | OrderOperator,
    other: AttributePath<M>,
  ): this
  orWhereNotColumn(...args: readonly unknown[]): this {
    return this.pushReading('or', true, readColumns(this.target, args))
  }

  /**
   * Property equals `value` as JSON does: an object whatever the order of its keys, at any depth; an
   * array with its elements in order. (`where` compares objects as MongoDB does, where the order of
   * keys counts, and finds a value among an array's elements too.) Numbers compare by value whatever
   * their stored type. `null` matches null and missing fields, as `whereNull` does; inside of
   * `value` it is a value of its own, which a missing key does not equal.
   *
   * Single values in it narrow the search by index where there is one on their path; the rest is
   * compared document by document (`$expr`).
   *
   * Throws `E_UNDEFINED_VALUE`, `E_UNKNOWN_COLUMN`, and `E_INVALID_VALUE` for instances of classes
   * other than dates and BSON types.
   *
   * @example
   * query.whereJson('address', { zip: '00100', city: 'Rome' })
   */
  whereJson<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this {
    return this.push('and', false, jsonEquals(this.target, key, value))
  }

  /** Same as {@link whereJson}. */
  andWhereJson<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this {
    return this.push('and', false, jsonEquals(this.target, key, value))
  }

  /** {@link whereJson} as an alternative. */
  orWhereJson<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this {
    return this.push('or', false, jsonEquals(this.target, key, value))
  }

  /** Property has a value, and another one. See {@link whereJson}. */
  whereNotJson<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this {
    return this.push('and', true, jsonEquals(this.target, key, value))
  }

  /** Same as {@link whereNotJson}. */
  andWhereNotJson<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this {
    return this.push('and', true, jsonEquals(this.target, key, value))
  }

  /** {@link whereNotJson} as an alternative. */
  orWhereNotJson<P extends AttributePath<M>>(key: P, value: QueryValue<M, P>): this {
    return this.push('or', true, jsonEquals(this.target, key, value))
  }

  /**
   * Property contains `value`, as `@>` does in PostgreSQL and Lucid:
   *
   * - an object contains the objects whose keys it has, each with a value that contains theirs;
   * - an array contains the arrays whose elements it contains, in any order and number: a single
   *   value is contained by an equal one, an object or array by one that contains it;
   * - a single value contains its equals. As a whole it is also contained in an array that has it.
   *
   * `{}` and `[]` are contained in every object and every array. Indexes and errors as for
   * {@link whereJson}; `E_INVALID_QUERY` for null.
   *
   * @example
   * query.whereJsonSuperset('settings', { theme: 'dark', tags: ['beta'] })
   */
  whereJsonSuperset<P extends AttributePath<M>>(key: P, value: JsonPartOf<M, P>): this {
    return this.push('and', false, jsonContains(this.target, key, value))
  }

  /** Same as {@link whereJsonSuperset}. */
  andWhereJsonSuperset<P extends AttributePath<M>>(key: P, value: JsonPartOf<M, P>): this {
    return this.push('and', false, jsonContains(this.target, key, value))
  }

  /** {@link whereJsonSuperset} as an alternative. */
  orWhereJsonSuperset<P extends AttributePath<M>>(key: P, value: JsonPartOf<M, P>): this {
    return this.push('or', false, jsonContains(this.target, key, value))
  }

  /** Property has a value, and it does not contain `value`. See {@link whereJsonSuperset}. */
  whereNotJsonSuperset<P extends AttributePath<M>>(key: P, value: JsonPartOf<M, P>): this {
    return this.push('and', true, jsonContains(this.target, key, value))
  }

  /** Same as {@link whereNotJsonSuperset}. */
  andWhereNotJsonSuperset<P extends AttributePath<M>>(key: P, value: JsonPartOf<M, P>): this {
    return this.push('and', true, jsonContains(this.target, key, value))
  }

  /** {@link whereNotJsonSuperset} as an alternative. */
  orWhereNotJsonSuperset<P extends AttributePath<M>>(key: P, value: JsonPartOf<M, P>): this {
    return this.push('or', true, jsonContains(this.target, key, value))
  }

  /**
   * Property is contained in `value`, as `<@` does in PostgreSQL and Lucid: {@link whereJsonSuperset}
   * the other way round. An empty object or array is contained in every one. Cannot use an index.
   *
   * @example
   * query.whereJsonSubset('roles', ['admin', 'editor', 'author']) // no role but these
   */
  whereJsonSubset(key: AttributePath<M>, value: JsonWhole): this {
    return this.push('and', false, jsonContained(this.target, key, value))
  }

  /** Same as {@link whereJsonSubset}. */
  andWhereJsonSubset(key: AttributePath<M>, value: JsonWhole): this {
    return this.push('and', false, jsonContained(this.target, key, value))
  }

  /** {@link whereJsonSubset} as an alternative. */
  orWhereJsonSubset(key: AttributePath<M>, value: JsonWhole): this {
    return this.push('or', false, jsonContained(this.target, key, value))
  }

  /** Property has a value, and it is not contained in `value`. See {@link whereJsonSubset}. */
  whereNotJsonSubset(key: AttributePath<M>, value: JsonWhole): this {
    return this.push('and', true, jsonContained(this.target, key, value))
  }

  /** Same as {@link whereNotJsonSubset}. */
  andWhereNotJsonSubset(key: AttributePath<M>, value: JsonWhole): this {
    return this.push('and', true, jsonContained(this.target, key, value))
  }

  /** {@link whereNotJsonSubset} as an alternative. */
  orWhereNotJsonSubset(key: AttributePath<M>, value: JsonWhole): this {
    return this.push('or', true, jsonContained(this.target, key, value))
  }

  /**
   * Compares what a JSON path leads to, by the operators and rules of `where`. A path has names
   * (`$.geo.lat`, `$['geo']`), positions (`$.lines[0].sku`) and `[*]` for any element, which MongoDB's
   * own paths also mean where nothing is said: this is `where('address.geo.lat', …)` by another name.
   *
   * Throws `E_UNSUPPORTED` for what else JSON paths can say (filters, `..`), and what `where` throws.
   *
   * @example
   * query.whereJsonPath('address', '$.geo.lat', '>', 45)
   */
  whereJsonPath(key: AttributePath<M>, path: string, value: unknown): this
  whereJsonPath(key: AttributePath<M>, path: string, operator: Operator, value: unknown): this
  whereJsonPath(...args: readonly unknown[]): this {
    return this.pushReading('and', false, readJsonPath(this.target, args))
  }

  /** Same as {@link whereJsonPath}. */
  andWhereJsonPath(key: AttributePath<M>, path: string, value: unknown): this
  andWhereJsonPath(key: AttributePath<M>, path: string, operator: Operator, value: unknown): this
  andWhereJsonPath(...args: readonly unknown[]): this {
    return this.pushReading('and', false, readJsonPath(this.target, args))
  }

  /** {@link whereJsonPath} as an alternative. */
  orWhereJsonPath(key: AttributePath<M>, path: string, value: unknown): this
  orWhereJsonPath(key: AttributePath<M>, path: string, operator: Operator, value: unknown): this
  orWhereJsonPath(...args: readonly unknown[]): this {
    return this.pushReading('or', false, readJsonPath(this.target, args))
  }

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
}
