/** Columns that hold UUIDs: text for the application, binary of subtype 4 in the store. */
import { UUID } from '../../codec/values.ts'
import { errors } from '../../errors/index.ts'
import type { Model } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'
import type { ColumnKind, ColumnOptions } from './options.ts'

const TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether the value is text or an instance of `bson` that stands for a UUID. */
export function isUuid(value: unknown): boolean {
  return typeof value === 'string' ? TEXT.test(value) : value instanceof UUID
}

function toStored(value: unknown, attribute: string, model?: Model): unknown {
  if (value === null || value === undefined || value instanceof UUID) return value
  if (Array.isArray(value)) return value.map((one: unknown) => toStored(one, attribute, model))
  if (typeof value === 'string' && TEXT.test(value)) return new UUID(value)
  const name = model?.constructor.name
  const given = typeof value === 'string' ? 'another string' : `a value of type ${typeof value}`
  throw new errors.E_INVALID_VALUE(
    `${name === undefined ? '' : `${name}.`}${attribute} needs a UUID such as ` +
      `"01234567-89ab-4def-8123-456789abcdef" and was given ${given}`,
    { model: name, column: attribute },
  )
}

function fromStored(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromStored)
  return value instanceof UUID ? value.toHexString() : value
}

/** Options and kind of a UUID column; the caller's own `prepare` and `consume` win. */
export function uuidColumn(
  attribute: string,
  given: ColumnOptions,
): { options: ColumnOptions; kind: ColumnKind } {
  const rest = own(given)
  const options: ColumnOptions = { prepare: toStored, consume: fromStored, ...rest }
  const kind: ColumnKind = {
    uuid: true,
    ...(!('prepare' in rest) && {
      prepareForQuery: (value: unknown) => toStored(value, attribute),
    }),
    ...(!('consume' in rest) && !('serialize' in rest) && { shownAs: 'stored' }),
  }
  return { options, kind }
}
