/** What may be said of a column: options of the decorators, and what the decorators say beyond them. */
import type { DateTime } from 'luxon'
import type { Body } from '../../codec/body.ts'
import type { Chunk, HeldPaths, RawValue } from '../../codec/chunk.ts'
import { refuse } from '../../errors/index.ts'
import type { QueryTarget } from '../../query/target.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import type { ColumnIndex, ColumnSchema, ColumnUnique } from '../indexes/declare.ts'
import type { EncryptedField, EncryptionOptions } from './encrypted.ts'

/**
 * Where the primary keys of new documents come from.
 *
 * - `'objectId'`, the default: ObjectIds, made here, as 24 hexadecimal digits.
 * - `'uuid'`: random UUIDs (version 4), made here; text, stored as binary of subtype 4.
 * - `'sequence'`: integers from 1, from a counter in the collection `counters` whose `_id` is the
 *   model's collection. Counting is no part of a transaction, so that creating never waits for one:
 *   keys of documents that were rolled back, or refused, are left out.
 * - A function: what it answers, or resolves to, stored as it is. It gets the instance.
 */
export type KeyStrategy = 'objectId' | 'uuid' | 'sequence' | ((model: Model) => unknown)

/** Options of `@column()`. `Value` is the property's type. */
export interface ColumnOptions<Value = unknown> {
  /** The property holds the document's `_id`. */
  isPrimary?: boolean
  /** Where the primary keys of new documents come from, unless the application gives them. */
  generate?: KeyStrategy
  /** Stored name; by default the naming strategy's, and `_id` for the primary key. */
  columnName?: string
  /** Name in JSON; `null` leaves the column out. */
  serializeAs?: string | null
  /** Makes the JSON value. */
  serialize?(value: Value, attribute: string, model: Model): unknown
  /**
   * Makes the stored value of the property's, before it is written and wherever it is compared:
   * conditions, finders and searches take values of the property. It must answer the same for the
   * same value to be found by it. `model` is an instance without values where there is none, as in
   * queries. Native filters, patterns, and what is inside of the value are compared as they are stored.
   */
  prepare?(value: Value, attribute: string, model: Model): unknown
  /** Makes the property's value from the stored one, once, when it is first read. */
  consume?(value: unknown, attribute: string, model: Model): Value
  /** Stores the column encrypted. See `@column.encrypted()`. */
  encrypted?: boolean | EncryptionOptions
  /** An index of the column: true, its kind (`'desc'`, `'text'`, …), or its options. See `syncIndexes`. */
  index?: ColumnIndex
  /** A unique index of the column. */
  unique?: ColumnUnique
  /** What the collection's validator says of the column, where it is made of the columns. */
  schema?: ColumnSchema
  /** Anything; for your own tools. */
  meta?: unknown
}

/** Options of `@column.encrypted()`. */
export type EncryptedColumnOptions<Value = unknown> = EncryptionOptions &
  Omit<ColumnOptions<Value>, 'encrypted' | 'isPrimary' | 'generate'>

/** Options of `@column.date()` and `@column.dateTime()`. */
export interface DateColumnOptions<Value = unknown> extends ColumnOptions<Value> {
  /** Set to now when the document is created, unless it has a value. */
  autoCreate?: boolean
  /** Set to now whenever the document is created or updated. */
  autoUpdate?: boolean
}

/** Options of `@column.objectId()`. */
export interface ObjectIdColumnOptions<Value = unknown> extends ColumnOptions<Value> {
  /** `string` (the default) reads ids as 24 hexadecimal digits, `object` as `ObjectId`. */
  as?: 'string' | 'object'
}

/** Options of `@column.uuid()`. */
export type UuidColumnOptions<Value = unknown> = ColumnOptions<Value>

/** Options of `@column.version()`. */
export type VersionColumnOptions = Omit<
  ColumnOptions<number>,
  'isPrimary' | 'generate' | 'prepare' | 'consume'
>

/** How a date column stamps and stores. */
export interface DateBehaviour {
  readonly autoCreate: boolean
  readonly autoUpdate: boolean
  /** The value of a moment: all columns of one write are stamped with the same one. */
  at(moment: DateTime): unknown
}

/** How a hashed column makes hashes. */
export interface HashBehaviour {
  /** Errors: `E_INVALID_VALUE` when the hasher answers no text; what the hasher throws. */
  make(plain: string, attribute: string, model: string): Promise<string>
}

/** Options of `@embedsOne()` and `@embedsMany()`. */
export interface EmbedOptions
  extends Pick<ColumnOptions, 'columnName' | 'serializeAs' | 'encrypted' | 'meta'> {}

/** A stored path with its new value; null when the field is to go. */
export interface Part {
  readonly path: string
  readonly value: RawValue | null
  /** The same path where an item of an array is found by its id rather than by its place. */
  readonly filtered?: FilteredPath | undefined
}

/** Where in its document a value stands: by places in arrays, and by ids of their items. */
export interface Where {
  readonly path: string
  readonly filtered: FilteredPath | undefined
}

/** A path through items of arrays that array filters find, by the names of these. */
export interface FilteredPath {
  readonly path: string
  readonly ids: ReadonlyMap<string, RawValue>
}

/** How a column holds documents that have a model of their own. */
export interface EmbedBehaviour {
  /** Whether the column holds an array of them. */
  readonly many: boolean
  /** Their model. Errors: `E_MODEL_DEFINITION`. */
  model(): ModelClass
  /** What names inside of them are found by. */
  target(): QueryTarget
  /** Their encrypted fields, by paths inside of one. */
  encrypted(): readonly EncryptedField[]
  /** Whether something in them is nobody's to see. */
  hides(): boolean
  /** What the core shows of them in JSON. */
  jsonFields(): unknown
  /** Instances over stored bytes; what is no document, as it reads. */
  read(raw: RawValue, held: HeldPaths | null): unknown
  /** The same of a cell that has a value. */
  readCell(chunk: Chunk, cell: number, held: HeldPaths | null): unknown
  /** The same of a value that was decoded. */
  consume(stored: unknown): unknown
  /** What the property keeps of what it is given. Errors: `E_INVALID_VALUE`, `E_UNKNOWN_COLUMN`. */
  accept(value: unknown): unknown
  /** The stored form of one document, or of several, in conditions and updates. */
  toStored(value: unknown): unknown
  /** Writes the property's value as an element. */
  write(
    body: Body,
    column: { readonly element: Parameters<Body['element']>[0] },
    value: unknown,
  ): void
  /** The instances that the property has, items of arrays cast. */
  instances(value: unknown): readonly Model[]
  /** The paths that differ from what is stored; undefined where the column is written as a whole. */
  parts(where: Where, before: RawValue | null, now: RawValue, current: unknown): Part[] | undefined
  /** What the property had was stored as these bytes. */
  settle(value: unknown, raw: RawValue | null): void
}

/** What a decorator says of a column beyond its options. */
export interface ColumnKind {
  /** Ids: strings are cast to ObjectIds on the way in. */
  objectId?: boolean
  /** Ids read as text. */
  idAsText?: boolean
  date?: DateBehaviour
  /** Documents that have a model of their own. */
  embeds?: EmbedBehaviour
  /** UUIDs: text for the application. */
  uuid?: boolean
  /** Counts the changes of the document. */
  version?: boolean
  /** Plain texts are hashed before they are stored. */
  hashed?: HashBehaviour
  /** What the property reads as, of a value that was set. */
  reveal?: (value: unknown) => unknown
  /** Whether two values of the property mean the same, where their BSON does not tell. */
  same?: (one: unknown, other: unknown, attribute: string, model: Model) => boolean
  /** Why what is stored cannot be compared, ordered or looked into, and what to do instead. */
  opaque?: string
  /** What a console shows of the property. */
  show?: (read: () => unknown) => unknown
  /**
   * What JSON shows of the stored value, where `consume` and `serialize` are the decorator's own: a
   * date's day, a date in the default zone, or the same as without them.
   */
  shownAs?: 'day' | 'zoned' | 'stored'
  /** The stored form of a value in a filter, where `prepare` is not the application's. */
  prepareForQuery?: (value: unknown) => unknown
  /** What the property keeps of a value that it is given. */
  accept?: (value: unknown) => unknown
}

/**
 * Errors: `E_MODEL_DEFINITION` when one of them is given: to leave it unheard would store another
 * value than was meant.
 */
export function refuseOptions(
  decorator: string,
  { model, attribute }: { readonly model: string; readonly attribute: string },
  options: object,
  names: readonly string[],
): void {
  for (const name of names) {
    if (!(name in options)) continue
    refuse(
      'E_MODEL_DEFINITION',
      model,
      undefined,
      `.${attribute}: ${decorator} has no option "${name}"`,
      attribute,
    )
  }
}
