import type { DateTime } from 'luxon'
import { compileName, type ElementName } from '../../codec/writer.ts'
import type { QueryColumn } from '../../query/target.ts'
import type { Model } from '../contracts/index.ts'
import {
  type ColumnEncryption,
  concealed,
  type EncryptionOptions,
  readEncryption,
} from './encrypted.ts'
import { idsAsText } from './ids.ts'
import type { KeyStrategy } from './keys.ts'

export type { KeyStrategy } from './keys.ts'

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

/** What a decorator says of a column beyond its options. */
export interface ColumnKind {
  /** Ids: strings are cast to ObjectIds on the way in. */
  objectId?: boolean
  /** Ids read as text. */
  idAsText?: boolean
  date?: DateBehaviour
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

/** A column of a booted model. */
export class Column implements QueryColumn {
  /** Property name. */
  readonly attribute: string
  /** Stored name. */
  readonly stored: string
  /** Its place in the model's columns. */
  readonly index: number
  readonly isPrimary: boolean
  /** Where primary keys of new documents come from. */
  readonly generate: KeyStrategy | undefined
  readonly objectId: boolean
  readonly idAsText: boolean
  /** Name in JSON, or null. */
  readonly serializedAs: string | null
  readonly serialize: ColumnOptions['serialize']
  readonly prepareValue: ColumnOptions['prepare']
  readonly consume: ColumnOptions['consume']
  readonly prepare?: (value: unknown) => unknown
  readonly preparesWhole?: boolean
  /** What the property keeps of a value that it is given; without it, the value. */
  readonly accept: ((value: unknown) => unknown) | undefined
  readonly conceal?: (field: string, stored: unknown) => unknown
  readonly opaque: string | undefined
  readonly date: DateBehaviour | undefined
  readonly encryption: ColumnEncryption | undefined
  /** The property's value may be another than the stored one. */
  readonly transforms: boolean
  /** What is stored does not tell the property's value: `prepare` is the application's. */
  readonly remembersProperty: boolean
  readonly meta: unknown
  /** The options as given, for subclasses. */
  readonly options: ColumnOptions
  readonly kind: ColumnKind
  /** The stored name as the writer wants it. @internal */
  readonly element: ElementName

  constructor(
    attribute: string,
    index: number,
    names: { stored: string; serialized: string; model: string },
    options: ColumnOptions,
    kind: ColumnKind,
    nobody: () => Model,
  ) {
    this.attribute = attribute
    this.index = index
    this.options = options
    this.kind = kind
    this.isPrimary = options.isPrimary === true
    this.generate = options.generate
    this.stored = options.columnName ?? names.stored
    this.serializedAs = options.serializeAs === undefined ? names.serialized : options.serializeAs
    this.objectId = kind.objectId === true
    this.idAsText = kind.idAsText === true
    this.serialize = options.serialize
    this.prepareValue = options.prepare
    this.consume = options.consume
    this.date = kind.date
    this.transforms = options.prepare !== undefined || options.consume !== undefined
    this.opaque = kind.opaque
    const tellsItself = kind.date !== undefined || kind.uuid === true || kind.same !== undefined
    this.remembersProperty = options.prepare !== undefined && !tellsItself
    const { stored } = this
    this.encryption = readEncryption({ model: names.model, attribute, stored }, options.encrypted)
    this.accept = kind.accept
    if (kind.prepareForQuery !== undefined) this.prepare = kind.prepareForQuery
    else if (options.prepare !== undefined && kind.opaque === undefined) {
      this.prepare = (value) => this.toStored(kind.accept?.(value) ?? value, nobody())
      this.preparesWhole = true
    }
    const { encryption } = this
    if (encryption !== undefined) {
      const column = { name: `${names.model}.${attribute}`, stored }
      this.conceal = (field, value) => concealed(encryption, column, field, value)
    }
    this.meta = options.meta
    this.element = compileName(this.stored)
  }

  /** The value as the store shall have it. */
  toStored(value: unknown, model: Model): unknown {
    return this.prepareValue === undefined
      ? value
      : this.prepareValue(value as never, this.attribute, model)
  }

  /** The property's value of a stored one. */
  fromStored(stored: unknown, model: Model): unknown {
    const value = this.idAsText ? idsAsText(stored) : stored
    return this.consume === undefined ? value : this.consume(value, this.attribute, model)
  }
}
