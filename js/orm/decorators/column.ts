import type { DateTime } from 'luxon'
import { errors } from '../../errors/index.ts'
import { dateColumn as dateOptions } from '../columns/dates.ts'
import { type HashedColumnOptions, hashedColumn } from '../columns/hashed/index.ts'
import type {
  ColumnKind,
  ColumnOptions,
  DateColumnOptions,
  ObjectIdColumnOptions,
  UuidColumnOptions,
  VersionColumnOptions,
} from '../columns/index.ts'
import { type JsonColumnOptions, jsonColumn } from '../columns/json.ts'
import type { TransientOptions } from '../columns/transient.ts'
import { uuidColumn } from '../columns/uuids.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'
import { definitionOf } from '../definition/index.ts'

/** A decorator of an instance property (`experimentalDecorators`). */
export type PropertyDecoratorOf = (target: Model, property: string) => void

/** The model of a decorated property. */
function modelOf(target: Model, property: string): ModelClass {
  if (typeof target !== 'object' || target === null || typeof property !== 'string') {
    throw new errors.E_MODEL_DEFINITION(
      '@column() belongs on an instance property, under "experimentalDecorators": true',
    )
  }
  return target.constructor as ModelClass
}

function declare(target: Model, property: string, options: ColumnOptions, kind?: ColumnKind) {
  definitionOf(modelOf(target, property)).addColumn(property, options, kind)
}

function columnDecorator(options: ColumnOptions = {}): PropertyDecoratorOf {
  return (target, property) => declare(target, property, options)
}

function dateDecorator(format: 'date' | 'datetime') {
  return (given: DateColumnOptions<DateTime> = {}): PropertyDecoratorOf =>
    (target, property) => {
      const { options, kind } = dateOptions(format, property, given as DateColumnOptions)
      declare(target, property, options, kind)
    }
}

function objectIdDecorator(given: ObjectIdColumnOptions = {}): PropertyDecoratorOf {
  const { as = 'string', ...options } = own(given)
  return (target, property) =>
    declare(target, property, options, {
      objectId: true,
      idAsText: as === 'string',
    })
}

function uuidDecorator(given: UuidColumnOptions = {}): PropertyDecoratorOf {
  return (target, property) => {
    const { options, kind } = uuidColumn(property, given)
    declare(target, property, options, kind)
  }
}

function versionDecorator(given: VersionColumnOptions = {}): PropertyDecoratorOf {
  return (target, property) => declare(target, property, given as ColumnOptions, { version: true })
}

function jsonDecorator(given: JsonColumnOptions = {}): PropertyDecoratorOf {
  return (target, property) => {
    const where = { model: modelOf(target, property).name, attribute: property }
    const { options, kind } = jsonColumn(where, given)
    declare(target, property, options, kind)
  }
}

function hashedDecorator(given: HashedColumnOptions = {}): PropertyDecoratorOf {
  return (target, property) => {
    const where = { model: modelOf(target, property).name, attribute: property }
    const { options, kind } = hashedColumn(where, given)
    declare(target, property, options, kind)
  }
}

function transientDecorator(given: TransientOptions = {}): PropertyDecoratorOf {
  return (target, property) => {
    definitionOf(modelOf(target, property)).addTransient(property, given)
  }
}

/**
 * Declares a column. Semantics of Lucid, with MongoDB's types.
 *
 * `@column.date()` holds a calendar day and `@column.dateTime()` a moment, both as Luxon
 * `DateTime`; they take `autoCreate` and `autoUpdate`. `@column.objectId()` holds an id as 24
 * hexadecimal digits (`{ as: 'object' }` for the class) and casts strings on the way in.
 * `@column.uuid()` holds a UUID as text and stores its 16 bytes (binary of subtype 4).
 *
 * `@column.version()` counts the changes of the document: 1 when it is created, one more with each
 * `save` that changes something and each update by a query. A `save` or `delete` of an instance
 * whose document was changed since it was read fails with `E_STALE_MODEL` and changes nothing: read
 * it again (`refresh`) and decide anew. Such updates do not share a command with others
 * (`coalesce`), because then the server would not say which of them came too late.
 *
 * Errors: `E_MODEL_DEFINITION` for a name that cannot be a column's, two columns with one stored
 * name, two versions, or a column declared after the model was used.
 *
 * @example
 * class User extends Model {
 *   @column({ isPrimary: true }) declare id: string
 *   @column() declare email: string
 *   @column({ serializeAs: null }) declare password: string
 *   @column.objectId() declare teamId: string | null
 *   @column.version() declare version: number
 *   @column.dateTime({ autoCreate: true }) declare createdAt: DateTime
 * }
 */
export const column = Object.assign(columnDecorator, {
  date: dateDecorator('date'),
  dateTime: dateDecorator('datetime'),
  objectId: objectIdDecorator,
  uuid: uuidDecorator,
  version: versionDecorator,
  json: jsonDecorator,
  hashed: hashedDecorator,
  transient: transientDecorator,
})

/** Same as `column.date`, under the name by which Lucid exports it. */
export const dateColumn = column.date

/** Same as `column.dateTime`, under the name by which Lucid exports it. */
export const dateTimeColumn = column.dateTime
