/** Window functions: operators beside the rows that they look at. */
import { describe, fail } from '../../messages.ts'
import { needInteger } from '../../options.ts'
import { record } from '../../record.ts'
import { readNumber, readOptions } from '../read.ts'
import { Accumulator } from './accumulator.ts'
import { compiled, subjectOf } from './compile.ts'
import type { Compile, Scope } from './expression.ts'
import { type Form, named, operation, subject } from './forms.ts'
import { unitOf } from './units.ts'
import { inUnit } from './words.ts'

/** All rows up to this one. */
export const SO_FAR = { documents: ['unbounded', 'current'] } as const

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

/** An operator beside its window. `name` is what messages call it. */
export function windowed(name: string, compile: Compile, window: unknown): Compile {
  return (scope) => {
    const { value, known } = compile(scope)
    const result = Object.assign(record(), value)
    if (window !== undefined) result.window = readWindow(scope, `expr.${name}()`, window)
    return compiled(result, known)
  }
}

/** The accumulator that `expr.over()` was given. */
export function accumulated(given: unknown): Compile {
  return (scope) => {
    if (given instanceof Accumulator) return given.compile(scope)
    const got = describe(given)
    return fail('E_INVALID_QUERY', scope.shape, `expr.over() needs an accumulator, got ${got}`)
  }
}

/** A distance to another row. */
export function steps(by: unknown): Form {
  return ({ shape }, place) => compiled(needInteger(shape, place, by, Number.MIN_SAFE_INTEGER))
}

/** What is smoothed, and how much older rows count. */
export function smoothed(of: unknown, weight: unknown): Form {
  return (scope, place) => {
    const { n, alpha } = readOptions(scope.shape, place, weight, ['n', 'alpha'])
    if ((n === undefined) === (alpha === undefined)) {
      fail('E_INVALID_QUERY', scope.shape, `${place} needs either n or alpha`)
    }
    const args = record()
    args.input = subjectOf(scope, of).value
    if (n !== undefined) args.N = needInteger(scope.shape, `n of ${place}`, n, 1)
    else args.alpha = readNumber(scope.shape, `alpha of ${place}`, alpha)
    return compiled(args)
  }
}

/** How a value changes, or adds up, over the values that rows are sorted by. */
export function rate(name: string, of: unknown, given: unknown): Compile {
  return (scope) => {
    const options = readOptions(scope.shape, `expr.${name}()`, given ?? {}, ['unit', 'window'])
    const { unit, window } = options
    const args = { input: subject(of), unit: unit === undefined ? undefined : inUnit(unit) }
    return windowed(name, operation(`$${name}`, named(args)), window)(scope)
  }
}
