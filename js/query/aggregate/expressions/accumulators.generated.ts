// Generated from tables/accumulators.md by scripts/generate_expressions.mjs.
/**
 * Accumulators: what `group()`, `bucket()` and `setWindowFields()` compute. They read the name of a
 * field, an expression, an object of those, or a value that is no text. Those that say so are operators
 * on arrays as well.
 */

import type { ElementOf, ListOf, NumberOperand, Numeric, Settled, Subject, SubjectPaths, SubjectValue } from '../types/operands.ts'
import type { SortDirection } from '../types/stages.ts'
import { Accumulator, ArrayAccumulator } from './accumulator.ts'
import { constant, named, only, operation, passing, subject } from './forms.ts'
import { merged, ranked, rows, shares } from './ranks.ts'

type Element<S> = Settled<ElementOf<SubjectValue<S>>>

/** What `expr.top()` and the like take. */
export interface TopOptions<S> {
  /** What makes a row the top one: fields with directions. */
  readonly sortBy: { readonly [field: string]: SortDirection }
  /** What is taken of it. */
  readonly output: S
}

type Several<S> = ArrayAccumulator<
  ListOf<Settled<SubjectValue<S>>>,
  SubjectPaths<S>,
  ListOf<ElementOf<SubjectValue<S>>>
>

/**
 * The sum of numbers; other values count as 0. Decimal128s make a Decimal128. On an array: of its
 * elements.
 *
 * @example
 * Order.aggregate().group({ by: 'status', revenue: expr.sum('total') })
 */
export function sum<const S extends Subject>(
  of: S,
): ArrayAccumulator<
  Numeric<SubjectValue<S>>,
  SubjectPaths<S>,
  Numeric<ElementOf<SubjectValue<S>>>
> {
  return new ArrayAccumulator(operation('$sum', only(of)))
}

/**
 * The average of numbers, null when there are none. On an array: of its elements.
 *
 * @example
 * Order.aggregate().group({ by: 'status', average: expr.avg('total') })
 */
export function avg<const S extends Subject>(
  of: S,
): ArrayAccumulator<
  Numeric<SubjectValue<S>> | null,
  SubjectPaths<S>,
  Numeric<ElementOf<SubjectValue<S>>> | null
> {
  return new ArrayAccumulator(operation('$avg', only(of)))
}

/**
 * The smallest value; null and missing do not count. On an array: of its elements.
 *
 * @example
 * Order.aggregate().group({ by: 'userId', first: expr.min('createdAt') })
 */
export function min<const S extends Subject>(
  of: S,
): ArrayAccumulator<Settled<SubjectValue<S>>, SubjectPaths<S>, Element<S>> {
  return new ArrayAccumulator(passing('$min', only(of)))
}

/**
 * The greatest value. On an array: of its elements.
 *
 * @example
 * Order.aggregate().group({ by: 'userId', last: expr.max('createdAt') })
 */
export function max<const S extends Subject>(
  of: S,
): ArrayAccumulator<Settled<SubjectValue<S>>, SubjectPaths<S>, Element<S>> {
  return new ArrayAccumulator(passing('$max', only(of)))
}

/**
 * The value of the first row of the group: `sort()` before says which that is. On an array: its
 * first element.
 *
 * @example
 * Order.aggregate().sort('createdAt').group({ by: 'userId', firstTotal: expr.first('total') })
 */
export function first<const S extends Subject>(
  of: S,
): ArrayAccumulator<
  Settled<SubjectValue<S>>,
  SubjectPaths<S>,
  ElementOf<SubjectValue<S>> | undefined
> {
  return new ArrayAccumulator(passing('$first', only(of)))
}

/** As `first`, of the last row or element. @example expr.last('total') */
export function last<const S extends Subject>(
  of: S,
): ArrayAccumulator<
  Settled<SubjectValue<S>>,
  SubjectPaths<S>,
  ElementOf<SubjectValue<S>> | undefined
> {
  return new ArrayAccumulator(passing('$last', only(of)))
}

/**
 * All values in a list, in the order of the rows.
 *
 * @example
 * Order.aggregate().group({ by: 'userId', orders: expr.push({ id: 'id', total: 'total' }) })
 */
export function push<const S extends Subject>(
  of: S,
): Accumulator<ListOf<SubjectValue<S>>, SubjectPaths<S>> {
  return new Accumulator(passing('$push', only(of)))
}

/** All different values in a list, in no order. @example expr.addToSet('status') */
export function addToSet<const S extends Subject>(
  of: S,
): Accumulator<ListOf<SubjectValue<S>>, SubjectPaths<S>> {
  return new Accumulator(passing('$addToSet', only(of)))
}

/**
 * How many rows.
 *
 * @example
 * User.aggregate().group({ by: 'status', users: expr.count() })
 */
export function count(): Accumulator<number, never> {
  return new Accumulator(operation('$sum', constant(1)))
}

/**
 * Standard deviation of all there is; null without numbers. Also on an array.
 *
 * @example
 * expr.stdDevPop('score')
 */
export function stdDevPop<const S extends Subject>(
  of: S,
): ArrayAccumulator<number | null, SubjectPaths<S>, number | null> {
  return new ArrayAccumulator(operation('$stdDevPop', only(of)))
}

/**
 * Standard deviation of a sample; null below two numbers. Also on an array.
 *
 * @example
 * expr.stdDevSamp('score')
 */
export function stdDevSamp<const S extends Subject>(
  of: S,
): ArrayAccumulator<number | null, SubjectPaths<S>, number | null> {
  return new ArrayAccumulator(operation('$stdDevSamp', only(of)))
}

/**
 * Documents merged into one, later fields win: of the rows of a group, of an array, or several that
 * are named.
 *
 * @example
 * User.aggregate().addFields({ settings: expr.mergeObjects('defaults', 'settings', { seen: expr.now() }) })
 */
export function mergeObjects<const S extends readonly [Subject, ...Subject[]]>(
  ...documents: S
): ArrayAccumulator<Record<string, unknown>, SubjectPaths<S[number]>, Record<string, unknown>> {
  return new ArrayAccumulator(operation('$mergeObjects', merged(documents)))
}

/**
 * What is taken of the row that comes first in an order.
 *
 * @example
 * Order.aggregate().group({ by: 'userId', best: expr.top({ sortBy: { total: 'desc' }, output: 'id' }) })
 */
export function top<const S extends Subject>(
  options: TopOptions<S>,
): Accumulator<Settled<SubjectValue<S>>, SubjectPaths<S>> {
  return new Accumulator(passing('$top', ranked(options)))
}

/**
 * As `top`, of the row that comes last.
 *
 * @example
 * expr.bottom({ sortBy: { total: 'desc' }, output: 'id' })
 */
export function bottom<const S extends Subject>(
  options: TopOptions<S>,
): Accumulator<Settled<SubjectValue<S>>, SubjectPaths<S>> {
  return new Accumulator(passing('$bottom', ranked(options)))
}

/**
 * As `top`, of the first `n` rows.
 *
 * @example
 * expr.topN(3, { sortBy: { total: 'desc' }, output: 'id' })
 */
export function topN<const S extends Subject>(
  n: NumberOperand,
  options: TopOptions<S>,
): Accumulator<ListOf<Settled<SubjectValue<S>>>, SubjectPaths<S>> {
  return new Accumulator(passing('$topN', ranked(options, n)))
}

/**
 * As `bottom`, of the last `n` rows.
 *
 * @example
 * expr.bottomN(3, { sortBy: { total: 'desc' }, output: 'id' })
 */
export function bottomN<const S extends Subject>(
  n: NumberOperand,
  options: TopOptions<S>,
): Accumulator<ListOf<Settled<SubjectValue<S>>>, SubjectPaths<S>> {
  return new Accumulator(passing('$bottomN', ranked(options, n)))
}

/**
 * The values of the first `n` rows; on an array, its first elements.
 *
 * @example
 * expr.firstN(3, 'total')
 */
export function firstN<const S extends Subject>(n: NumberOperand, of: S): Several<S> {
  return new ArrayAccumulator(passing('$firstN', named({ input: subject(of), n: rows(n) })))
}

/**
 * The values of the last `n` rows; on an array, its last elements.
 *
 * @example
 * expr.lastN(3, 'total')
 */
export function lastN<const S extends Subject>(n: NumberOperand, of: S): Several<S> {
  return new ArrayAccumulator(passing('$lastN', named({ input: subject(of), n: rows(n) })))
}

/** The `n` smallest values, also of an array. @example expr.minN(3, 'price') */
export function minN<const S extends Subject>(n: NumberOperand, of: S): Several<S> {
  return new ArrayAccumulator(passing('$minN', named({ input: subject(of), n: rows(n) })))
}

/** The `n` greatest values, also of an array. @example expr.maxN(3, 'price') */
export function maxN<const S extends Subject>(n: NumberOperand, of: S): Several<S> {
  return new ArrayAccumulator(passing('$maxN', named({ input: subject(of), n: rows(n) })))
}

/**
 * Percentiles, for instance 0.5 and 0.95, in the order of `p`; also of an array. MongoDB 7 and later.
 *
 * Throws, where the stage is added, `E_INVALID_QUERY` for percentiles that are not from 0 to 1.
 *
 * @example
 * Request.aggregate().group({ by: 'path', latency: expr.percentile('ms', [0.5, 0.95]) })
 */
export function percentile<const S extends Subject>(
  of: S,
  p: readonly number[],
): ArrayAccumulator<(number | null)[], SubjectPaths<S>, (number | null)[]> {
  return new ArrayAccumulator(operation('$percentile', named({ p: shares(p), input: subject(of), method: constant('approximate') })))
}

/**
 * The median, also of an array. MongoDB 7 and later.
 *
 * @example
 * expr.median('ms')
 */
export function median<const S extends Subject>(
  of: S,
): ArrayAccumulator<number | null, SubjectPaths<S>, number | null> {
  return new ArrayAccumulator(operation('$median', named({ input: subject(of), method: constant('approximate') })))
}
