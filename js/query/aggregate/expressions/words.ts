/** Arguments that are one of a few words. */
import { readWord } from '../read.ts'
import { compiled, subjectOf } from './compile.ts'
import { type Form, named, subject } from './forms.ts'
import { unitOf } from './units.ts'

/** Options of `expr.dateFromParts()`. */
export const PARTS = [
  'year',
  'month',
  'day',
  'hour',
  'minute',
  'second',
  'millisecond',
  'timezone',
] as const

const TYPES = ['int', 'long', 'double', 'decimal', 'string', 'date', 'bool', 'objectId'] as const

const REGEX_OPTIONS = ['i', 'm', 's', 'x'] as const

/** A unit of time. */
export function inUnit(unit: unknown): Form {
  return (scope, place) => compiled(unitOf(scope, place, unit))
}

/** A part of a date, in UTC or in a time zone. */
export function part(date: unknown, options: unknown): Form {
  if (options !== undefined) return named({ date: subject(date) }, options, ['timezone'])
  return (scope) => subjectOf(scope, date)
}

/** A type to convert to. */
export function typeName(type: unknown): Form {
  return ({ shape }, place) => compiled(readWord(shape, `the type of ${place}`, type, TYPES))
}

/** Options of a regular expression. */
export function letters(given: unknown): Form | undefined {
  if (given === undefined) return undefined
  return ({ shape }, place) => {
    for (const letter of Array.from(typeof given === 'string' ? given : [given])) {
      readWord<string>(shape, `each option of ${place}`, letter, REGEX_OPTIONS)
    }
    return compiled(given)
  }
}
