import { concealNative } from '../../conditions/conceal.ts'
import { resolvePath } from '../../names.ts'
import { copyNativeFilter } from '../../native_values.ts'
import { needInteger } from '../../options.ts'
import { record } from '../../record.ts'
import type { Conditions } from '../../types.ts'
import { operandOf } from '../expressions/compile.ts'
import type { Expression } from '../expressions/expression.ts'
import { type MatchCallback, readMatch } from '../match.ts'
import { readDirection, readSort } from '../sort.ts'
import type { FieldPath } from '../types/rows.ts'
import type { BuilderKind, SortDirection, SortSpec } from '../types/stages.ts'
import { StageList } from './list.ts'

/** Stages that choose and order rows. */
export abstract class FilterStages<M, Row, K extends BuilderKind> extends StageList<M, Row, K> {
  /**
   * Keeps the rows that fulfil conditions (`$match`).
   *
   * - `match({ … })`: equality for each name. Values are data whatever they are: an object is compared
   *   as an object, never as operators. They are cast through the column.
   * - `match((query) => …)`: the `where` methods of queries.
   * - `match(expression)`: rows for which the expression is true (`$expr`), to compare fields with
   *   each other or with variables.
   *
   * Conditions that say nothing (`{}`) add no stage. A `match` at the start uses indexes.
   *
   * Throws what `where()` of a query throws, and `E_INVALID_QUERY` for an async callback.
   *
   * @example
   * Order.aggregate().match({ status: 'paid' })
   * Order.aggregate().match((query) => query.where('total', '>', 100).whereNotNull('paidAt'))
   * Order.aggregate().match(expr.gt(expr.field('total'), expr.field('estimate')))
   */
  match(conditions: Conditions<Row>): this
  match(callback: MatchCallback<Row>): this
  match(expression: Expression<unknown, FieldPath<Row>>): this
  match(given: unknown): this {
    return this.matching(readMatch(this.scope, 'match()', given))
  }

  /**
   * Keeps the rows that a native filter matches. Names are stored names and it goes out as written:
   * the place for `$text`, `$geoWithin`, `$elemMatch`. Never pass anything from a request here.
   *
   * Throws `E_UNSAFE_OPERATOR`, `E_UNDEFINED_VALUE`, `E_INVALID_QUERY`.
   *
   * @example
   * Post.aggregate().matchRaw({ $text: { $search: 'rust' } })
   */
  matchRaw(filter: Readonly<Record<string, unknown>>): this {
    const { shape } = this.scope
    return this.matching(concealNative(shape, copyNativeFilter(shape, filter, 'matchRaw()')))
  }

  /**
   * Orders rows (`$sort`): by one field, or by several, the most significant first. The value
   * `expr.textScore()` puts the best matches of a `$text` filter first.
   *
   * Throws `E_UNKNOWN_COLUMN`, `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().sort('total', 'desc')
   * Order.aggregate().sort({ status: 'asc', total: 'desc' })
   */
  sort(field: FieldPath<Row>, direction?: SortDirection): this
  sort(order: SortSpec<Row>): this
  sort(given: unknown, direction: unknown = 'asc'): this {
    if (typeof given !== 'string') return this.keep('$sort', readSort(this.scope, 'sort()', given))
    const sort = record()
    const { field } = resolvePath(this.scope.shape, given)
    sort[field] = readDirection(this.scope, 'sort()', given, direction)
    return this.keep('$sort', sort)
  }

  /**
   * At most `count` rows (`$limit`); 0 leaves none. Throws `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().sort('total', 'desc').limit(10)
   */
  limit(count: number): this {
    const most = needInteger(this.scope.shape, 'limit()', count, 0)
    return most === 0 ? this.keep('$match', { _id: { $in: [] } }) : this.keep('$limit', most)
  }

  /**
   * Leaves out the first `count` rows (`$skip`). Throws `E_INVALID_QUERY`.
   *
   * @example
   * Order.aggregate().sort('createdAt').skip(20).limit(10)
   */
  skip(count: number): this {
    return this.keep('$skip', needInteger(this.scope.shape, 'skip()', count, 0))
  }

  /**
   * So many rows at random (`$sample`). Throws `E_INVALID_QUERY`.
   *
   * @example
   * User.aggregate().match({ status: 'active' }).sample(3)
   */
  sample(size: number): this {
    return this.keep('$sample', { size: needInteger(this.scope.shape, 'sample()', size, 1) })
  }

  /**
   * Cuts documents down by what they hold (`$redact`): the expression answers `expr.keep()`,
   * `expr.prune()` or `expr.descend()`.
   *
   * @example
   * Report.aggregate().redact(expr.cond(expr.in('staff', expr.field('readers')), expr.descend(), expr.prune()))
   */
  redact(expression: Expression<unknown, FieldPath<Row>>): this {
    const { value } = operandOf(this.scope, expression)
    this.keep('$redact', value)
    this.changed('redact()')
    return this
  }
}
