import { types } from 'node:util'
import { DateTime, Settings } from 'luxon'
import { errors } from '../../errors/index.ts'
import type { Model } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'
import type { ColumnKind, ColumnOptions, DateColumnOptions } from './options.ts'

type Format = 'date' | 'datetime'

const getTime = Date.prototype.getTime

const SHOWN = { date: 'day', datetime: 'zoned' } as const

function modelName(model: Model | undefined): string | undefined {
  return model?.constructor.name
}

function refuse(given: string, attribute: string, model: Model | undefined): never {
  const name = modelName(model)
  throw new errors.E_INVALID_DATE_COLUMN_VALUE(
    `${name === undefined ? '' : `${name}.`}${attribute} must be a Luxon DateTime, a Date or an ` +
      `ISO 8601 string, and was given ${given}`,
    { model: name, column: attribute },
  )
}

function describe(value: unknown): string {
  if (types.isDate(value)) return 'an invalid Date'
  if (typeof value === 'string') return 'a string that is no ISO 8601 date'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** What stands for a date, as a `DateTime`; undefined for what does not. */
function toDateTime(value: unknown, format: Format): DateTime | undefined {
  if (DateTime.isDateTime(value)) return value
  const options = format === 'date' ? { zone: 'utc' } : {}
  // A subclass, or an object of another realm, may have methods of its own.
  if (types.isDate(value)) return DateTime.fromMillis(getTime.call(value), options)
  return typeof value === 'string' ? DateTime.fromISO(value, options) : undefined
}

/** A moment, or the calendar day at midnight UTC: a day must not move with the time zone. */
function toStoredDate(
  value: unknown,
  format: Format,
  attribute: string,
  model?: Model,
): Date | null | undefined {
  if (value === null || value === undefined) return value
  const moment = toDateTime(value, format)
  if (moment?.isValid !== true) refuse(describe(value), attribute, model)
  if (format === 'date') return dayAt(moment).toJSDate()
  return moment.toJSDate()
}

/** The moment's calendar day, in the zone that it is in. */
function dayAt({ year, month, day }: DateTime): DateTime {
  return DateTime.utc(year, month, day)
}

function fromStored(value: unknown, format: Format): unknown {
  if (!types.isDate(value)) return value
  return DateTime.fromJSDate(value, format === 'date' ? { zone: 'utc' } : {})
}

/** What a property is given, as reading it would answer it; what stands for no date stays. */
function toProperty(value: unknown, format: Format): unknown {
  if (typeof value !== 'string' && !types.isDate(value)) return value
  const moment = toDateTime(value, format)
  if (moment?.isValid !== true) return value
  return format === 'date' ? dayAt(moment) : moment
}

/** A moment is shown in the default zone, in which it is when it is read. */
function toJson(value: unknown, format: Format): unknown {
  if (!DateTime.isDateTime(value)) return value
  return format === 'date' ? value.toISODate() : value.setZone(Settings.defaultZone).toISO()
}

/** Options and kind of a date column; the caller's own `prepare`, `consume`, `serialize` win. */
export function dateColumn(
  format: Format,
  attribute: string,
  given: DateColumnOptions,
): { options: ColumnOptions; kind: ColumnKind } {
  const { autoCreate = false, autoUpdate = false, ...rest } = own(given)
  const options: ColumnOptions = {
    prepare: (value, name, model) => toStoredDate(value, format, name, model),
    consume: (value) => fromStored(value, format),
    serialize: (value) => toJson(value, format),
    ...rest,
    meta: { type: format, autoCreate, autoUpdate, ...((rest.meta as object | undefined) ?? {}) },
  }
  const at = (moment: DateTime) => (format === 'date' ? dayAt(moment) : moment)
  const kind: ColumnKind = {
    date: { autoCreate, autoUpdate, at },
    ...(!('consume' in rest) && { accept: (value: unknown) => toProperty(value, format) }),
    ...(!('prepare' in rest) && {
      prepareForQuery: (value: unknown) => toStoredDate(value, format, attribute),
    }),
    ...(!('consume' in rest) && !('serialize' in rest) && { shownAs: SHOWN[format] }),
  }
  return { options, kind }
}
