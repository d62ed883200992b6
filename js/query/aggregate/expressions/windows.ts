/** What `setWindowFields()` computes for each row over the rows around it. */

import { describe, fail } from '../../messages.ts'
import { needInteger } from '../../options.ts'
import { record } from '../../record.ts'
import { readNumber, readOptions } from '../read.ts'
import type {
  Numeric,
  Operand,
  PathsOf,
  Settled,
  Subject,
  SubjectPaths,
  SubjectValue,
  ValueOf,
} from '../types/operands.ts'
import { Accumulator } from './accumulator.ts'
import { avg, sum } from './accumulators.ts'
import { compiled, operandOf, operator, subjectOf } from './compile.ts'
import type { Compiled, Scope } from './expression.ts'
import { type DateUnit, unitOf } from './units.ts'
import { WindowFunction } from './window_function.ts'

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

function readWindow(scope: Scope, place: string, given: unknown): Record<string, unknown> {
  const options = readOptions(scope.shape, place, given, ['documents', 'range', 'unit'])
  const kind = options.documents !== undefined ? 'documents' : 'range'
  const both = options.documents !== undefined && options.range !== undefined
  const bounds = options[kind]
  if (both || !Array.isArray(bounds) || bounds.length !== 2) {
    const forms = '{ documents: [from, to] } or { range: [from, to], unit }'
    fail('E_INVALID_QUERY', scope.shape, `the window of ${place} is ${forms}`)
  }
  const window = record()
  window[kind] = Array.from(bounds, (bound: unknown) => {
    if (bound === 'current' || bound === 'unbounded') return bound
    if (typeof bound === 'number') {
      const what = `the window of ${place}`
      return kind === 'documents'
        ? needInteger(scope.shape, what, bound, Number.MIN_SAFE_INTEGER)
        : readNumber(scope.shape, what, bound)
    }
    const forms = "a number, 'current' or 'unbounded'"
    return fail('E_INVALID_QUERY', scope.shape, `a bound of ${place} is ${forms}`)
  })
  if (options.unit !== undefined) {
    if (kind === 'documents') {
      fail('E_INVALID_QUERY', scope.shape, `${place}: a unit is for windows by range`)
    }
    window.unit = unitOf(scope, place, options.unit)
  }
  return window
}

/** An operator beside its window. */
function windowed(
  scope: Scope,
  place: string,
  { value, known }: Compiled,
  window: unknown,
): Compiled {
  const result = Object.assign(record(), value)
  if (window !== undefined) result.window = readWindow(scope, place, window)
  return compiled(result, known)
}

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
  const place = 'expr.over()'
  return new WindowFunction((scope) => {
    if (!(accumulator instanceof Accumulator)) {
      const got = describe(accumulator)
      fail('E_INVALID_QUERY', scope.shape, `${place} needs an accumulator, got ${got}`)
    }
    return windowed(scope, place, accumulator.compile(scope), window)
  })
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
  return over(avg(of), window)
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
  return over(sum(of), { documents: ['unbounded', 'current'] })
}

function simple<T>(name: string): WindowFunction<T, never> {
  return new WindowFunction(() => compiled(operator(name, {})))
}

/** The rank by the order of `sortBy`, from 1; equal rows share it and leave a gap. @example expr.rank() */
export function rank(): WindowFunction<number, never> {
  return simple('$rank')
}

/** The rank without gaps. @example expr.denseRank() */
export function denseRank(): WindowFunction<number, never> {
  return simple('$denseRank')
}

/** The position in the partition, from 1. @example expr.documentNumber() */
export function documentNumber(): WindowFunction<number, never> {
  return simple('$documentNumber')
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
  return new WindowFunction((scope) => {
    const { value, known } = subjectOf(scope, of)
    const args = record()
    args.output = value
    args.by = needInteger(scope.shape, 'expr.shift()', by, Number.MIN_SAFE_INTEGER)
    if (otherwise !== undefined) args.default = operandOf(scope, otherwise).value
    return compiled(operator('$shift', args), known)
  })
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
  const place = 'expr.expMovingAvg()'
  return new WindowFunction((scope) => {
    const { n, alpha } = readOptions(scope.shape, place, weight, ['n', 'alpha'])
    if ((n === undefined) === (alpha === undefined)) {
      fail('E_INVALID_QUERY', scope.shape, `${place} needs either n or alpha`)
    }
    const args = record()
    args.input = subjectOf(scope, of).value
    if (n !== undefined) args.N = needInteger(scope.shape, `n of ${place}`, n, 1)
    else args.alpha = readNumber(scope.shape, `alpha of ${place}`, alpha)
    return compiled(operator('$expMovingAvg', args))
  })
}

/** Units that have one length. */
export type RateUnit = 'week' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond'

/** Options of {@link derivative} and {@link integral}. */
export interface RateOptions {
  /** The unit of time that rates are for, where rows are sorted by a date. */
  readonly unit?: RateUnit
  readonly window?: Window
}

function rate(name: string, of: unknown, given: unknown): WindowFunction<number | null, never> {
  const place = `expr.${name}()`
  return new WindowFunction((scope) => {
    const { unit, window } = readOptions(scope.shape, place, given ?? {}, ['unit', 'window'])
    const args = record()
    args.input = subjectOf(scope, of).value
    if (unit !== undefined) args.unit = unitOf(scope, place, unit)
    return windowed(scope, place, compiled(operator(`$${name}`, args)), window)
  })
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
  return rate('derivative', of, options)
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
  return rate('integral', of, options)
}

/** Null and missing filled in along a line between the rows around. @example expr.linearFill('price') */
export function linearFill<const S extends Subject>(
  of: S,
): WindowFunction<Settled<SubjectValue<S>>, SubjectPaths<S>> {
  return fill('$linearFill', of)
}

/** Null and missing filled in with the last value there was. @example expr.locf('price') */
export function locf<const S extends Subject>(
  of: S,
): WindowFunction<Settled<SubjectValue<S>>, SubjectPaths<S>> {
  return fill('$locf', of)
}

function fill<T, P>(name: string, of: unknown): WindowFunction<T, P> {
  return new WindowFunction((scope) => {
    const { value, known } = subjectOf(scope, of)
    return compiled(operator(name, value), known)
  })
}

type Covariance<A, B> = WindowFunction<number | null, SubjectPaths<A> | SubjectPaths<B>>

function covariance(name: string, given: readonly unknown[], window: unknown) {
  return new WindowFunction<number | null, never>((scope) => {
    const args = given.map((one) => subjectOf(scope, one).value)
    return windowed(scope, `expr.${name}()`, compiled(operator(`$${name}`, args)), window)
  })
}

/** How two values vary together, over all there is. @example expr.covariancePop('price', 'sales') */
export function covariancePop<const A extends Subject, const B extends Subject>(
  a: A,
  b: B,
  window?: Window,
): Covariance<A, B> {
  return covariance('covariancePop', [a, b], window)
}

/** The same over a sample. @example expr.covarianceSamp('price', 'sales') */
export function covarianceSamp<const A extends Subject, const B extends Subject>(
  a: A,
  b: B,
  window?: Window,
): Covariance<A, B> {
  return covariance('covarianceSamp', [a, b], window)
}
