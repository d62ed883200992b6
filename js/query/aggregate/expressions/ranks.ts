/** What accumulators are given that is more than a subject. */
import { describe, fail } from '../../messages.ts'
import { needInteger } from '../../options.ts'
import { record } from '../../record.ts'
import { readNumber, readOptions } from '../read.ts'
import { readSort } from '../sort.ts'
import { argument, compiled, operandOf, subjectOf } from './compile.ts'
import type { Form } from './forms.ts'

/** How many rows. */
export function rows(n: unknown): Form {
  return (scope, place) => {
    if (typeof n !== 'number') return operandOf(scope, n)
    return compiled(needInteger(scope.shape, place, n, 1))
  }
}

/** What is taken of rows by their order, of one or of the first `n`. */
export function ranked(given: unknown, n?: unknown): Form {
  return (scope, place) => {
    const options = readOptions(scope.shape, place, given, ['sortBy', 'output'])
    const output = subjectOf(scope, options.output)
    const args = record()
    args.sortBy = readSort(scope, `sortBy of ${place}`, options.sortBy)
    args.output = output.value
    if (n !== undefined) args.n = rows(n)(scope, place).value
    return compiled(args, output.known)
  }
}

/** One document that is an array's, or several. */
export function merged(documents: readonly unknown[]): Form {
  return (scope) => {
    const values = documents.map((one) => subjectOf(scope, one).value)
    return compiled(values.length === 1 ? argument(values[0]) : values)
  }
}

/** Percentiles. */
export function shares(given: unknown): Form {
  return ({ shape }, place) => {
    if (!Array.isArray(given) || given.length === 0) {
      fail('E_INVALID_QUERY', shape, `${place} needs a list of numbers, got ${describe(given)}`)
    }
    const all = given.map((share: unknown) => readNumber(shape, place, share))
    if (all.some((share) => share < 0 || share > 1)) {
      fail('E_INVALID_QUERY', shape, `${place} needs numbers from 0 to 1`)
    }
    return compiled(all)
  }
}
