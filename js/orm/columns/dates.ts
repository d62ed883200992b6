import { DateTime } from 'luxon'
import { errors } from '../../errors/index.ts'
import type { Model } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'
import type { ColumnKind, ColumnOptions, DateColumnOptions } from './index.ts'

type Format = 'date' | 'datetime'

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
  if (value instanceof Date) return 'an invalid Date'
  if (typeof value === 'string') return 'a string that is no ISO 8601 date'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** A moment, or the calendar day at midnight UTC: a day must not move with the time zone. */
function toStoredDate(
  value: unknown,
  format: Format,
  attribute: string,
  model?: Model,
): Date | null | undefined {
  if (value === null || value === undefined) return value
  let moment: DateTime
  if (DateTime.isDateTime(value)) moment = value
  else if (value instanceof Date) {
    moment = DateTime.fromJSDate(value, format === 'date' ? { zone: 'utc' } : {})
  } else if (typeof value === 'string') {
    moment = DateTime.fromISO(value, format === 'date' ? { zone: 'utc' } : { setZone: true })
  } else refuse(describe(value), attribute, model)
  if (!moment.isValid) refuse(describe(value), attribute, model)
  if (format === 'date') return new Date(Date.UTC(moment.year, moment.month - 1, moment.day))
  return moment.toJSDate()
}

function fromStored(value: unknown, format: Format): unknown {
  if (!(value instanceof Date)) return value
  return DateTime.fromJSDate(value, format === 'date' ? { zone: 'utc' } : {})
}

function toJson(value: unknown, format: Format): unknown {
  if (!DateTime.isDateTime(value)) return value
  return format === 'date' ? value.toISODate() : value.toISO()
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
  const at = (moment: DateTime) => (format === 'date' ? moment.toUTC().startOf('day') : moment)
  const kind: ColumnKind = {
    date: { autoCreate, autoUpdate, at },
    prepareForQuery: (value) => toStoredDate(value, format, attribute),
    ...(!('consume' in rest) && !('serialize' in rest) && { shownAs: SHOWN[format] }),
  }
  return { options, kind }
}
