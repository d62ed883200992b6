// Generated from tables/windows.md by scripts/generate_expressions.mjs.
/** What `setWindowFields()` computes for each row over the rows around it. */

import type { Numeric, Operand, PathsOf, Settled, Subject, SubjectPaths, SubjectValue, ValueOf } from '../types/operands.ts'
import type { Accumulator } from './accumulator.ts'
import { constant, listOf, named, only, operation, optional, passing, subject } from './forms.ts'
import type { DateUnit } from './units.ts'
import { WindowFunction } from './window_function.ts'
import { accumulated, rate, smoothed, SO_FAR, steps, windowed } from './windows.ts'

/** An end of a window: a distance from the row, the row itself, or as far as there are rows. */
export type WindowBound = number | 'current' | 'unbounded'

/**
 * The rows that a window function looks at: by position (`documents`), or by the value that the rows
 * are sorted by (`range`, for dates with a `unit`). Both ends belong to the window.
 */
export type Window =
  | { readonly documents: readonly [from: WindowBound, to: WindowBound] }
  | {
      readonly range: readonly [from: WindowBound, to: WindowBound]
      readonly unit?: DateUnit
    }

/** Units that have one length. */
export type RateUnit = 'week' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond'

/** Options of {@link derivative} and {@link integral}. */
export interface RateOptions {
  /** The unit of time that rates are for, where rows are sorted by a date. */
  readonly unit?: RateUnit
  readonly window?: Window
}

type Covariance<A, B> = WindowFunction<number | null, SubjectPaths<A> | SubjectPaths<B>>

/**
 * An accumulator over a window; without one, over all rows of the partition.
 *
 * Throws, where the stage is added, `E_INVALID_QUERY` for what is no accumulator or no window.
 *
 * @example
 * Sale.aggregate().setWindowFields({
 *   sortBy: { day: 'asc' },
 *   output: { week: expr.over(expr.sum('amount'), { range: [-6, 'current'], unit: 'day' }) },
 * })
 */
export function over<T, P>(accumulator: Accumulator<T, P>, window?: Window): WindowFunction<T, P> {
  return new WindowFunction(windowed('over', accumulated(accumulator), window))
}

/**
 * The average over the rows around: `{ documents: [-6, 0] }` is the row and the six before it.
 *
 * @example
 * expr.movingAverage('count', { documents: [-6, 0] })
 */
export function movingAverage<const S extends Subject>(
  of: S,
  window: Window,
): WindowFunction<Numeric<SubjectValue<S>> | null, SubjectPaths<S>> {
  return new WindowFunction(windowed('over', operation('$avg', only(of)), window))
}

/**
 * The sum of all rows up to this one.
 *
 * @example
 * expr.runningTotal('amount')
 */
export function runningTotal<const S extends Subject>(
  of: S,
): WindowFunction<Numeric<SubjectValue<S>>, SubjectPaths<S>> {
  return new WindowFunction(windowed('over', operation('$sum', only(of)), SO_FAR))
}

/**
 * The rank by the order of `sortBy`, from 1; equal rows share it and leave a gap.
 *
 * @example
 * expr.rank()
 */
export function rank(): WindowFunction<number, never> {
  return new WindowFunction(operation('$rank', constant({})))
}

/** The rank without gaps. @example expr.denseRank() */
export function denseRank(): WindowFunction<number, never> {
  return new WindowFunction(operation('$denseRank', constant({})))
}

/** The position in the partition, from 1. @example expr.documentNumber() */
export function documentNumber(): WindowFunction<number, never> {
  return new WindowFunction(operation('$documentNumber', constant({})))
}

/**
 * The value of another row: -1 is the one before, 1 the one after. `otherwise`, null by default, where
 * there is none.
 *
 * @example
 * expr.shift('amount', -1)
 */
export function shift<const S extends Subject, const D extends Operand = null>(
  of: S,
  by: number,
  otherwise?: D,
): WindowFunction<
  Settled<SubjectValue<S>> | NoInfer<ValueOf<D>>,
  SubjectPaths<S> | NoInfer<PathsOf<D>>
> {
  return new WindowFunction(passing('$shift', named({ output: subject(of), by: steps(by), default: optional(otherwise) })))
}

/**
 * An average in which older rows count less and less: by `n`, how many rows count for most of it, or
 * by `alpha`, the share of the newest.
 *
 * Throws, where the stage is added, `E_INVALID_QUERY` unless one of the two is given.
 *
 * @example
 * expr.expMovingAvg('price', { n: 10 })
 */
export function expMovingAvg<const S extends Subject>(
  of: S,
  weight: { readonly n: number } | { readonly alpha: number },
): WindowFunction<Numeric<SubjectValue<S>> | null, SubjectPaths<S>> {
  return new WindowFunction(operation('$expMovingAvg', smoothed(of, weight)))
}

/**
 * How fast the value changes over the window. Needs a window; the server refuses null and missing.
 *
 * @example
 * expr.derivative('kilometres', { unit: 'hour', window: { range: [-1, 'current'], unit: 'hour' } })
 */
export function derivative<const S extends Subject>(
  of: S,
  options: RateOptions & { readonly window: Window },
): WindowFunction<number | null, SubjectPaths<S>> {
  return new WindowFunction(rate('derivative', of, options))
}

/**
 * The area below the values of the window.
 *
 * @example
 * expr.integral('kilowatts', { unit: 'hour', window: { range: ['unbounded', 'current'], unit: 'hour' } })
 */
export function integral<const S extends Subject>(
  of: S,
  options?: RateOptions,
): WindowFunction<number | null, SubjectPaths<S>> {
  return new WindowFunction(rate('integral', of, options))
}

/**
 * Null and missing filled in along a line between the rows around.
 *
 * @example
 * expr.linearFill('price')
 */
export function linearFill<const S extends Subject>(
  of: S,
): WindowFunction<Settled<SubjectValue<S>>, SubjectPaths<S>> {
  return new WindowFunction(passing('$linearFill', subject(of)))
}

/** Null and missing filled in with the last value there was. @example expr.locf('price') */
export function locf<const S extends Subject>(
  of: S,
): WindowFunction<Settled<SubjectValue<S>>, SubjectPaths<S>> {
  return new WindowFunction(passing('$locf', subject(of)))
}

/**
 * How two values vary together, over all there is.
 *
 * @example
 * expr.covariancePop('price', 'sales')
 */
export function covariancePop<const A extends Subject, const B extends Subject>(
  a: A,
  b: B,
  window?: Window,
): Covariance<A, B> {
  return new WindowFunction(windowed('covariancePop', operation('$covariancePop', listOf(a, b)), window))
}

/** The same over a sample. @example expr.covarianceSamp('price', 'sales') */
export function covarianceSamp<const A extends Subject, const B extends Subject>(
  a: A,
  b: B,
  window?: Window,
): Covariance<A, B> {
  return new WindowFunction(windowed('covarianceSamp', operation('$covarianceSamp', listOf(a, b)), window))
}
