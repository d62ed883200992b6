/**
 * Accumulators: what `group()`, `bucket()` and `setWindowFields()` compute. They read the name of a
 * field, an expression, an object of those, or a value that is no text. Those that say so are operators
 * on arrays as well.
 */

import { describe, fail } from '../../messages.ts'
import { needInteger } from '../../options.ts'
import { record } from '../../record.ts'
import { readNumber, readOptions } from '../read.ts'
import { readSort } from '../sort.ts'
import type {
  ElementOf,
  ListOf,
  NumberOperand,
  Numeric,
  Settled,
  Subject,
  SubjectPaths,
  SubjectValue,
} from '../types/operands.ts'
import type { SortDirection } from '../types/stages.ts'
import { Accumulator, ArrayAccumulator } from './accumulator.ts'
import { argument, compiled, operandOf, operator, subjectOf } from './compile.ts'
import type { Compile, Scope } from './expression.ts'

function over(name: string, of: unknown, passing: boolean): Compile {
  return (scope) => {
    const { value, known } = subjectOf(scope, of)
    return compiled(operator(name, argument(value)), passing ? known : undefined)
  }
}

type Element<S> = Settled<ElementOf<SubjectValue<S>>>

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
  return new ArrayAccumulator(over('$sum', of, false))
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
  return new ArrayAccumulator(over('$avg', of, false))
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
  return new ArrayAccumulator(over('$min', of, true))
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
  return new ArrayAccumulator(over('$max', of, true))
}

/**
 * The value of the first row of the group: `sort()` before says which that is. On an array: its first
 * element.
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
  return new ArrayAccumulator(over('$first', of, true))
}

/** As `first`, of the last row or element. @example expr.last('total') */
export function last<const S extends Subject>(
  of: S,
): ArrayAccumulator<
  Settled<SubjectValue<S>>,
  SubjectPaths<S>,
  ElementOf<SubjectValue<S>> | undefined
> {
  return new ArrayAccumulator(over('$last', of, true))
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
  return new Accumulator(over('$push', of, true))
}

/** All different values in a list, in no order. @example expr.addToSet('status') */
export function addToSet<const S extends Subject>(
  of: S,
): Accumulator<ListOf<SubjectValue<S>>, SubjectPaths<S>> {
  return new Accumulator(over('$addToSet', of, true))
}

/**
 * How many rows.
 *
 * @example
 * User.aggregate().group({ by: 'status', users: expr.count() })
 */
export function count(): Accumulator<number, never> {
  return new Accumulator(() => compiled(operator('$sum', 1)))
}

/** Standard deviation of all there is; null without numbers. Also on an array. @example expr.stdDevPop('score') */
export function stdDevPop<const S extends Subject>(
  of: S,
): ArrayAccumulator<number | null, SubjectPaths<S>, number | null> {
  return new ArrayAccumulator(over('$stdDevPop', of, false))
}

/** Standard deviation of a sample; null below two numbers. Also on an array. @example expr.stdDevSamp('score') */
export function stdDevSamp<const S extends Subject>(
  of: S,
): ArrayAccumulator<number | null, SubjectPaths<S>, number | null> {
  return new ArrayAccumulator(over('$stdDevSamp', of, false))
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
  return new ArrayAccumulator((scope) => {
    const values = documents.map((one) => subjectOf(scope, one).value)
    return compiled(operator('$mergeObjects', values.length === 1 ? argument(values[0]) : values))
  })
}

/** What `expr.top()` and the like take. */
export interface TopOptions<S> {
  /** What makes a row the top one: fields with directions. */
  readonly sortBy: { readonly [field: string]: SortDirection }
  /** What is taken of it. */
  readonly output: S
}

function ranked(name: string, given: unknown, n: NumberOperand | undefined): Compile {
  const place = `expr.${name}()`
  return (scope) => {
    const options = readOptions(scope.shape, place, given, ['sortBy', 'output'])
    const output = subjectOf(scope, options.output)
    const args = record()
    args.sortBy = readSort(scope, `sortBy of ${place}`, options.sortBy)
    args.output = output.value
    if (n !== undefined) args.n = countOf(scope, place, n)
    return compiled(operator(`$${name}`, args), output.known)
  }
}

function countOf(scope: Scope, place: string, n: unknown): unknown {
  return typeof n === 'number' ? needInteger(scope.shape, place, n, 1) : operandOf(scope, n).value
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
  return new Accumulator(ranked('top', options, undefined))
}

/** As `top`, of the row that comes last. @example expr.bottom({ sortBy: { total: 'desc' }, output: 'id' }) */
export function bottom<const S extends Subject>(
  options: TopOptions<S>,
): Accumulator<Settled<SubjectValue<S>>, SubjectPaths<S>> {
  return new Accumulator(ranked('bottom', options, undefined))
}

/** As `top`, of the first `n` rows. @example expr.topN(3, { sortBy: { total: 'desc' }, output: 'id' }) */
export function topN<const S extends Subject>(
  n: NumberOperand,
  options: TopOptions<S>,
): Accumulator<ListOf<Settled<SubjectValue<S>>>, SubjectPaths<S>> {
  return new Accumulator(ranked('topN', options, n))
}

/** As `bottom`, of the last `n` rows. @example expr.bottomN(3, { sortBy: { total: 'desc' }, output: 'id' }) */
export function bottomN<const S extends Subject>(
  n: NumberOperand,
  options: TopOptions<S>,
): Accumulator<ListOf<Settled<SubjectValue<S>>>, SubjectPaths<S>> {
  return new Accumulator(ranked('bottomN', options, n))
}

type Several<S> = ArrayAccumulator<
  ListOf<Settled<SubjectValue<S>>>,
  SubjectPaths<S>,
  ListOf<ElementOf<SubjectValue<S>>>
>

function several(name: string, n: unknown, of: unknown): Compile {
  return (scope) => {
    const { value, known } = subjectOf(scope, of)
    const args = { n: countOf(scope, `expr.${name}()`, n), input: value }
    return compiled(operator(`$${name}`, args), known)
  }
}

/** The values of the first `n` rows; on an array, its first elements. @example expr.firstN(3, 'total') */
export function firstN<const S extends Subject>(n: NumberOperand, of: S): Several<S> {
  return new ArrayAccumulator(several('firstN', n, of))
}

/** The values of the last `n` rows; on an array, its last elements. @example expr.lastN(3, 'total') */
export function lastN<const S extends Subject>(n: NumberOperand, of: S): Several<S> {
  return new ArrayAccumulator(several('lastN', n, of))
}

/** The `n` smallest values, also of an array. @example expr.minN(3, 'price') */
export function minN<const S extends Subject>(n: NumberOperand, of: S): Several<S> {
  return new ArrayAccumulator(several('minN', n, of))
}

/** The `n` greatest values, also of an array. @example expr.maxN(3, 'price') */
export function maxN<const S extends Subject>(n: NumberOperand, of: S): Several<S> {
  return new ArrayAccumulator(several('maxN', n, of))
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
  const place = 'expr.percentile()'
  return new ArrayAccumulator((scope) => {
    if (!Array.isArray(p) || p.length === 0) {
      fail('E_INVALID_QUERY', scope.shape, `${place} needs a list of numbers, got ${describe(p)}`)
    }
    const shares = p.map((share) => readNumber(scope.shape, place, share))
    if (shares.some((share) => share < 0 || share > 1)) {
      fail('E_INVALID_QUERY', scope.shape, `${place} needs numbers from 0 to 1`)
    }
    const args = { input: subjectOf(scope, of).value, p: shares, method: 'approximate' }
    return compiled(operator('$percentile', args))
  })
}

/** The median, also of an array. MongoDB 7 and later. @example expr.median('ms') */
export function median<const S extends Subject>(
  of: S,
): ArrayAccumulator<number | null, SubjectPaths<S>, number | null> {
  return new ArrayAccumulator((scope) => {
    const args = { input: subjectOf(scope, of).value, method: 'approximate' }
    return compiled(operator('$median', args))
  })
}
