// Generated from tables/dates.md by scripts/generate_expressions.mjs.
/**
 * Dates. The first argument is the name of a field, a `Date` or an expression; the outcome is null
 * where it is null or missing. Without a time zone, days and hours are those of UTC; a time zone is an
 * Olson name such as `Europe/Berlin` or an offset such as `+02:00`.
 */

import type { Derived, NumberOperand, PathsOf, Subject, SubjectPaths, SubjectValue, TextOperand } from '../types/operands.ts'
import { Expression } from './expression.ts'
import { named, operand, operation, optional, subject } from './forms.ts'
import type { DateUnit, Weekday } from './units.ts'
import { inUnit, part, PARTS } from './words.ts'

/** Where days begin. */
export interface TimezoneOptions {
  /** Olson name or offset; UTC by default. */
  readonly timezone?: TextOperand
}

/** Options of {@link dateTrunc}. */
export interface DateTruncOptions extends TimezoneOptions {
  /** So many units together; 1 by default. */
  readonly binSize?: NumberOperand
  /** For weeks; Sunday by default. */
  readonly startOfWeek?: Weekday
}

/** Options of {@link dateDiff}. */
export interface DateDiffOptions extends TimezoneOptions {
  /** For weeks; Sunday by default. */
  readonly startOfWeek?: Weekday
}

type DatePart<S> = Expression<Derived<SubjectValue<S>, number>, SubjectPaths<S>>

/** Parts of {@link dateFromParts}. */
export interface DateParts extends TimezoneOptions {
  readonly year: NumberOperand
  readonly month?: NumberOperand
  readonly day?: NumberOperand
  readonly hour?: NumberOperand
  readonly minute?: NumberOperand
  readonly second?: NumberOperand
  readonly millisecond?: NumberOperand
}

/** The parts of a date as a document. */
export interface DateToParts {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  millisecond: number
}

/**
 * The start of the unit that a date is in: what time series are grouped by.
 *
 * Throws, where the stage is added, `E_INVALID_QUERY` for an unknown unit or option.
 *
 * @example
 * Order.aggregate().group({ by: expr.dateTrunc('createdAt', 'month'), orders: expr.count() })
 */
export function dateTrunc<const S extends Subject>(
  date: S,
  unit: DateUnit,
  options?: DateTruncOptions,
): Expression<Derived<SubjectValue<S>, Date>, SubjectPaths<S>> {
  return new Expression(operation('$dateTrunc', named({ date: subject(date), unit: inUnit(unit) }, options, ['timezone', 'binSize', 'startOfWeek'])))
}

/**
 * A date as text. Format specifiers are MongoDB's: `%Y-%m-%d`, `%H:%M`, `%G-W%V`, …
 *
 * @example
 * expr.dateToString('createdAt', '%Y-%m-%d', { timezone: 'Europe/Berlin' })
 */
export function dateToString<const S extends Subject>(
  date: S,
  format?: TextOperand,
  options?: TimezoneOptions & { readonly onNull?: TextOperand },
): Expression<Derived<SubjectValue<S>, string>, SubjectPaths<S>> {
  return new Expression(operation('$dateToString', named({ date: subject(date), format: optional(format) }, options, ['timezone', 'onNull'])))
}

/**
 * Text as a date. Without a format, ISO 8601 in most of its forms. `onError` stands for text that is
 * no date; without it the server refuses such a row.
 *
 * @example
 * expr.dateFromString(expr.field('day'), '%d.%m.%Y', { onError: null })
 */
export function dateFromString<const A extends TextOperand>(
  text: A,
  format?: TextOperand,
  options?: TimezoneOptions & { readonly onError?: null; readonly onNull?: null },
): Expression<Date | null, PathsOf<A>> {
  return new Expression(operation('$dateFromString', named({ dateString: operand(text), format: optional(format) }, options, ['timezone', 'onError', 'onNull'])))
}

/**
 * A date of its parts. What is not given is its least value.
 *
 * @example
 * expr.dateFromParts({ year: expr.field('_id.year'), month: expr.field('_id.month') })
 */
export function dateFromParts<const A extends DateParts>(
  parts: A,
): Expression<Date | null, PathsOf<A>> {
  return new Expression(operation('$dateFromParts', named({}, parts, PARTS)))
}

/**
 * How many boundaries of the unit lie between two dates; negative when the end is before the start.
 *
 * @example
 * expr.dateDiff('createdAt', expr.now(), 'day')
 */
export function dateDiff<const S extends Subject, const E extends Subject>(
  start: S,
  end: E,
  unit: DateUnit,
  options?: DateDiffOptions,
): Expression<
  Derived<SubjectValue<S> | SubjectValue<E>, number>,
  SubjectPaths<S> | SubjectPaths<E>
> {
  return new Expression(operation('$dateDiff', named({ startDate: subject(start), endDate: subject(end), unit: inUnit(unit) }, options, ['timezone', 'startOfWeek'])))
}

/** A date so many units later. @example expr.dateAdd('createdAt', 14, 'day') */
export function dateAdd<const S extends Subject, const A extends NumberOperand>(
  date: S,
  amount: A,
  unit: DateUnit,
  options?: TimezoneOptions,
): Expression<Derived<SubjectValue<S>, Date>, SubjectPaths<S> | PathsOf<A>> {
  return new Expression(operation('$dateAdd', named({ startDate: subject(date), unit: inUnit(unit), amount: operand(amount) }, options, ['timezone'])))
}

/** A date so many units earlier. @example expr.dateSubtract(expr.now(), 30, 'day') */
export function dateSubtract<const S extends Subject, const A extends NumberOperand>(
  date: S,
  amount: A,
  unit: DateUnit,
  options?: TimezoneOptions,
): Expression<Derived<SubjectValue<S>, Date>, SubjectPaths<S> | PathsOf<A>> {
  return new Expression(operation('$dateSubtract', named({ startDate: subject(date), unit: inUnit(unit), amount: operand(amount) }, options, ['timezone'])))
}

/**
 * A date's parts.
 *
 * @example
 * expr.dateToParts('createdAt')
 */
export function dateToParts<const S extends Subject>(
  date: S,
  options?: TimezoneOptions,
): Expression<Derived<SubjectValue<S>, DateToParts>, SubjectPaths<S>> {
  return new Expression(operation('$dateToParts', named({ date: subject(date) }, options, ['timezone'])))
}

/** The year. @example expr.year('createdAt') */
export function year<const S extends Subject>(date: S, options?: TimezoneOptions): DatePart<S> {
  return new Expression(operation('$year', part(date, options)))
}

/** The month, 1 to 12. @example expr.month('createdAt') */
export function month<const S extends Subject>(date: S, options?: TimezoneOptions): DatePart<S> {
  return new Expression(operation('$month', part(date, options)))
}

/** The week of the year, 0 to 53, from Sundays. @example expr.week('createdAt') */
export function week<const S extends Subject>(date: S, options?: TimezoneOptions): DatePart<S> {
  return new Expression(operation('$week', part(date, options)))
}

/** The hour, 0 to 23. @example expr.hour('createdAt', { timezone: 'Europe/Berlin' }) */
export function hour<const S extends Subject>(date: S, options?: TimezoneOptions): DatePart<S> {
  return new Expression(operation('$hour', part(date, options)))
}

/** The minute. @example expr.minute('createdAt') */
export function minute<const S extends Subject>(date: S, options?: TimezoneOptions): DatePart<S> {
  return new Expression(operation('$minute', part(date, options)))
}

/** The second. @example expr.second('createdAt') */
export function second<const S extends Subject>(date: S, options?: TimezoneOptions): DatePart<S> {
  return new Expression(operation('$second', part(date, options)))
}

/** The week of the ISO 8601 year, 1 to 53. @example expr.isoWeek('createdAt') */
export function isoWeek<const S extends Subject>(date: S, options?: TimezoneOptions): DatePart<S> {
  return new Expression(operation('$isoWeek', part(date, options)))
}

/** The day of the month, 1 to 31. @example expr.dayOfMonth('createdAt') */
export function dayOfMonth<const S extends Subject>(
  date: S,
  options?: TimezoneOptions,
): DatePart<S> {
  return new Expression(operation('$dayOfMonth', part(date, options)))
}

/** The day of the week, 1 for Sunday to 7. @example expr.dayOfWeek('createdAt') */
export function dayOfWeek<const S extends Subject>(
  date: S,
  options?: TimezoneOptions,
): DatePart<S> {
  return new Expression(operation('$dayOfWeek', part(date, options)))
}

/** The day of the year, 1 to 366. @example expr.dayOfYear('createdAt') */
export function dayOfYear<const S extends Subject>(
  date: S,
  options?: TimezoneOptions,
): DatePart<S> {
  return new Expression(operation('$dayOfYear', part(date, options)))
}

/** The millisecond. @example expr.millisecond('createdAt') */
export function millisecond<const S extends Subject>(
  date: S,
  options?: TimezoneOptions,
): DatePart<S> {
  return new Expression(operation('$millisecond', part(date, options)))
}

/** The year that the ISO 8601 week is in. @example expr.isoWeekYear('createdAt') */
export function isoWeekYear<const S extends Subject>(
  date: S,
  options?: TimezoneOptions,
): DatePart<S> {
  return new Expression(operation('$isoWeekYear', part(date, options)))
}

/** The day of the week, 1 for Monday to 7. @example expr.isoDayOfWeek('createdAt') */
export function isoDayOfWeek<const S extends Subject>(
  date: S,
  options?: TimezoneOptions,
): DatePart<S> {
  return new Expression(operation('$isoDayOfWeek', part(date, options)))
}
