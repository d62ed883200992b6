import { readWord } from '../read.ts'
import type { Scope } from './expression.ts'

const UNITS = [
  'year',
  'quarter',
  'month',
  'week',
  'day',
  'hour',
  'minute',
  'second',
  'millisecond',
] as const
const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const

/** A unit of time. */
export type DateUnit = (typeof UNITS)[number]
export type Weekday = (typeof WEEKDAYS)[number]

/** A checked unit of time. */
export function unitOf(scope: Scope, place: string, unit: unknown): DateUnit {
  return readWord(scope.shape, `the unit of ${place}`, unit, UNITS)
}

/** A checked day of the week. */
export function weekdayOf(scope: Scope, place: string, day: unknown): Weekday {
  return readWord(scope.shape, `startOfWeek of ${place}`, day, WEEKDAYS)
}
