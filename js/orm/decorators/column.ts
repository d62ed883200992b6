import type { DateTime } from 'luxon'
import { errors } from '../../errors/index.ts'
import { dateColumn as dateOptions } from '../columns/dates.ts'
import { type HashedColumnOptions, hashedColumn } from '../columns/hashed/index.ts'
import { type JsonColumnOptions, jsonColumn } from '../columns/json.ts'
import type {
  ColumnKind,
  ColumnOptions,
  DateColumnOptions,
  EncryptedColumnOptions,
  ObjectIdColumnOptions,
  UuidColumnOptions,
  VersionColumnOptions,
} from '../columns/options.ts'
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
  definitionOf(modelOf(target, property)).schema.addColumn(property, options, kind)
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

/**
 * Stores the value encrypted with AES-256-GCM, whatever its BSON type, on every way of writing, and
 * gives the plain value on every way of reading. The keys are those of `setEncryptionKeys()`, of the
 * configuration, or of `LUCENT_ENCRYPTION_KEYS`. What is stored is bound to its document and its
 * field: moved elsewhere, or changed, it is refused. Dates, ids and others say `encrypted` among their
 * own options: `@column.dateTime({ encrypted: true })`.
 *
 * With `blind`, a keyed hash is stored beside the value, so that `where`, `whereNot`, `whereIn`,
 * `findBy` and `firstOrCreate` work; any other condition, order, computation or operator on the column
 * is `E_ENCRYPTED_COLUMN_QUERY`. The hash tells who has the database which documents have equal
 * values: do not use it where values are few (a sex, a status), because counting tells them apart.
 *
 * Null is encrypted as any value is: without `blind`, `whereNull` is refused, and `whereMissing` asks
 * whether the field is there. Every operation of the model needs the keys, a count by a plain column
 * too.
 *
 * An update by a query that sets the column finds the documents first and writes each one under the
 * same filter; it is not one command, so a failure may leave some written (use a transaction), and
 * documents that stop matching meanwhile are left alone. `bind: 'column'` makes it one command.
 *
 * Errors: `E_CONFIGURATION` without keys, `E_UNKNOWN_KEY`, `E_DECRYPTION_FAILED`,
 * `E_ENCRYPTED_COLUMN_QUERY`, `E_ENCRYPTION_LIMIT`; `E_MODEL_DEFINITION` for options that make no sense.
 *
 * @example
 * class User extends BaseModel {
 *   @column.encrypted({ blind: { normalize: ['trim', 'lowercase'], unique: true } })
 *   declare email: string
 *
 *   @column.encrypted()
 *   declare diagnosis: { code: string; since: Date } | null
 * }
 * await User.findBy('email', 'ada@example.com')
 */
function encryptedDecorator<Value = unknown>(
  given: EncryptedColumnOptions<Value> = {},
): PropertyDecoratorOf {
  return (target, property) => {
    const options = own(given as EncryptedColumnOptions)
    const encrypted = Object.entries(options).filter(([name]) => !PLAIN_OPTIONS.has(name))
    const said = Object.entries(options).filter(
      ([name, value]) => PLAIN_OPTIONS.has(name) && value !== undefined,
    )
    declare(target, property, {
      ...Object.fromEntries(said),
      encrypted: Object.fromEntries(encrypted),
    })
  }
}

/** Options of an encrypted column that are those of any. */
const PLAIN_OPTIONS: ReadonlySet<string> = new Set([
  'columnName',
  'serializeAs',
  'serialize',
  'prepare',
  'consume',
  'meta',
  'index',
  'unique',
  'schema',
])

function versionDecorator(given: VersionColumnOptions = {}): PropertyDecoratorOf {
  return (target, property) => declare(target, property, given as ColumnOptions, { version: true })
}

/**
 * Holds any value that JSON can say, and stores it as text: for shapes of others' that are never
 * searched, for names that MongoDB does not take, and where another program expects text. What is
 * searched, sorted or changed in parts belongs into a plain `@column()`, which stores objects as they
 * are.
 *
 * Every write stores `JSON.stringify(value, replacer)`, and every model that is read has
 * `JSON.parse(text, reviver)`, made when the property is first read. Null and a missing field stay
 * what they are. Changes inside of the object are seen and saved. What is compared is what the two
 * values say in JSON, whatever the order of keys and the white space of the stored text, so a text is
 * not written again for being read. As with every column that prepares and consumes, `pojo()`,
 * aggregations, `whereRaw()` and `updateWith()` have the stored text.
 *
 * Errors: `E_INVALID_VALUE` when a property is read whose text is not JSON (it names the document,
 * and has nothing of the text), and for a value that JSON cannot hold: a bigint, a circle, a function.
 * What `JSON.stringify` changes, it changes here too: `NaN` becomes null, a `Date` becomes text.
 * `E_INVALID_QUERY` for conditions other than for null and missing, orders, paths into it, and updates
 * other than to set and unset it. `E_MODEL_DEFINITION` for `prepare`, `consume` and `isPrimary`.
 *
 * @example
 * class User extends BaseModel {
 *   @column.json() declare settings: { theme: string }
 * }
 * user.settings.theme = 'dark'
 * await user.save()
 */
function jsonDecorator<Value = unknown>(given: JsonColumnOptions<Value> = {}): PropertyDecoratorOf {
  return (target, property) => {
    const where = { model: modelOf(target, property).name, attribute: property }
    const { options, kind } = jsonColumn(where, given as JsonColumnOptions)
    declare(target, property, options, kind)
  }
}

/**
 * Holds a password, or another secret that is only ever verified, and stores its hash. Plain texts
 * are hashed between the before hooks and the command, on every way of writing: instances, many at
 * once, bulk writes, updates and upserts by queries. Before hooks see the plain text, after hooks the
 * hash. Nothing of the plain text is left on the instance when the write is done; when it fails, the
 * instance has it again, so that the next attempt hashes it.
 *
 * Only what changed is hashed. A value equal to the stored hash is no change; any other text is a
 * plain text, whatever it looks like, and the same one set again is hashed anew, with another salt.
 * `prehashed()` says that a text is a hash. Null stays null.
 *
 * The hash is scrypt's in PHC format, which AdonisJS' hash service reads and writes too; `hasher` puts
 * that service, or anything else, in its place. Hashes are made beside the main thread, three at a
 * time in a write of many. The column is left out of JSON unless `serializeAs` says otherwise, and a
 * console shows `[hashed]`. `pojo()` and aggregations have the hash.
 *
 * Errors: `E_INVALID_VALUE` for anything but a string and null; `E_INVALID_QUERY` for conditions other
 * than for null and missing, orders, updates other than to set and unset it, and `updateWith()` that
 * sets it; `E_MODEL_DEFINITION` for options that scrypt does not take; what a hasher throws. None of
 * them has the value.
 *
 * @example
 * class User extends BaseModel {
 *   @column() declare email: string
 *   @column.hashed() declare password: string
 * }
 * await User.create({ email, password: 'correct horse battery staple' })
 * const user = await User.findByOrFail('email', email)
 * await verifyPassword(user.password, given)
 *
 * @example
 * import hash from '@adonisjs/core/services/hash'
 * const hasher = {
 *   make: (value: string) => hash.make(value),
 *   verify: (stored: string, value: string) => hash.verify(stored, value),
 * }
 * class Admin extends BaseModel {
 *   @column.hashed({ hasher }) declare password: string
 * }
 */
function hashedDecorator(given: HashedColumnOptions = {}): PropertyDecoratorOf {
  return (target, property) => {
    const where = { model: modelOf(target, property).name, attribute: property }
    const { options, kind } = hashedColumn(where, given)
    declare(target, property, options, kind)
  }
}

/**
 * An attribute that is never stored: the confirmation of a password, a note for a hook. `create`,
 * `merge`, `fill` and everything else that makes or changes instances takes it as any attribute, hooks
 * see it, and it stays on the instance after a save. Rows from the database do not have it. Where a
 * write fails, or a transaction is rolled back, it is what it was before, as columns are.
 *
 * It is no column: not in `$attributes` and `$dirty`, in JSON only under the name that `serializeAs`
 * gives, and not in a console.
 *
 * Errors: `E_UNKNOWN_COLUMN` where a query selects, compares, orders or updates by it;
 * `E_MODEL_DEFINITION` when it has the name of a column.
 *
 * @example
 * class User extends BaseModel {
 *   @column.hashed() declare password: string
 *   @column.transient() declare passwordConfirmation: string | undefined
 *
 *   @beforeSave() static confirm(user: User) {
 *     return !user.isDirty('password') || user.password === user.passwordConfirmation
 *   }
 * }
 */
function transientDecorator(given: TransientOptions = {}): PropertyDecoratorOf {
  return (target, property) => {
    definitionOf(modelOf(target, property)).schema.addTransient(property, given)
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
 * `@column.json()`, `@column.hashed()` and `@column.transient()` are described where they are defined.
 *
 * Errors: `E_MODEL_DEFINITION` for a name that cannot be a column's, two columns with one stored
 * name, two versions, or a column declared after the model was used.
 *
 * @example
 * class User extends Model {
 *   @column({ isPrimary: true }) declare id: string
 *   @column() declare email: string
 *   @column.hashed() declare password: string
 *   @column.json() declare settings: { theme: string }
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
  encrypted: encryptedDecorator,
  version: versionDecorator,
  json: jsonDecorator,
  hashed: hashedDecorator,
  transient: transientDecorator,
})

/** Same as `column.date`, under the name by which Lucid exports it. */
export const dateColumn = column.date

/** Same as `column.dateTime`, under the name by which Lucid exports it. */
export const dateTimeColumn = column.dateTime
