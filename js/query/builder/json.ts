import { jsonContained, jsonContains, jsonEquals } from '../conditions/json.ts'
import { readJsonPath } from '../conditions/json_path.ts'
import type { AttributePath, JsonPartOf, JsonWhole, Operator, QueryValue } from '../types.ts'
import { ColumnBuilder } from './columns.ts'

/** Conditions on nested objects and arrays as wholes and in parts, after PostgreSQL's jsonb. */
export abstract class JsonBuilder<M> extends ColumnBuilder<M> {
  /**
   * Property equals `value` as JSON does: an object whatever the order of its keys, at any depth; an
   * array with its elements in order. (`where` compares objects as MongoDB does, where the order of
   * keys counts, and finds a value among an array's elements too.) Numbers compare by value whatever
   * their stored type. `null` matches null and missing fields, as {@link whereNull} does; inside of
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
   * Compares what a JSON path leads to, by the operators and rules of {@link where}. A path has names
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
}
