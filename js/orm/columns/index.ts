import { compileName, type ElementName } from '../../codec/writer.ts'
import type { QueryColumn, QueryTarget } from '../../query/target.ts'
import type { Model } from '../contracts/index.ts'
import { type ColumnEncryption, concealed, readEncryption } from './encrypted.ts'
import { idsAsText } from './ids.ts'
import type {
  ColumnKind,
  ColumnOptions,
  DateBehaviour,
  EmbedBehaviour,
  KeyStrategy,
} from './options.ts'

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
  /** How documents with a model of their own are held. */
  readonly embeds: EmbedBehaviour | undefined
  /** What names inside of the column are found by, where they have a model. */
  readonly embedded?: () => QueryTarget
  readonly embedsMany?: boolean
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
    const { embeds } = kind
    this.embeds = embeds
    this.prepareValue = embeds === undefined ? options.prepare : (value) => embeds.toStored(value)
    this.consume = embeds === undefined ? options.consume : (value) => embeds.consume(value)
    this.date = kind.date
    // What is embedded is compared by its own columns.
    this.transforms = options.prepare !== undefined || options.consume !== undefined
    this.opaque = kind.opaque
    const tellsItself = kind.date !== undefined || kind.uuid === true || kind.same !== undefined
    this.remembersProperty = options.prepare !== undefined && !tellsItself
    const { stored } = this
    this.encryption = readEncryption({ model: names.model, attribute, stored }, options.encrypted)
    this.accept = embeds === undefined ? kind.accept : (value) => embeds.accept(value)
    if (embeds !== undefined) this.prepare = (value) => embeds.toStored(value)
    else if (kind.prepareForQuery !== undefined) this.prepare = kind.prepareForQuery
    else if (options.prepare !== undefined && kind.opaque === undefined) {
      this.prepare = (value) => this.toStored(kind.accept?.(value) ?? value, nobody())
      this.preparesWhole = true
    }
    if (embeds !== undefined) {
      this.embedded = () => embeds.target()
      this.embedsMany = embeds.many
      if (this.encryption === undefined) giveEncryption(this, embeds)
    }
    if (embeds !== undefined || this.encryption !== undefined) {
      const column = { name: `${names.model}.${attribute}`, stored }
      this.conceal = (field, value) =>
        this.encryption === undefined ? value : concealed(this.encryption, column, field, value)
    }
    this.meta = options.meta
    this.element = compileName(this.stored)
  }

  /** Whether the column itself is encrypted, and not something inside of it. */
  get isSealed(): boolean {
    return this.options.encrypted !== undefined && this.options.encrypted !== false
  }

  /** Whether its values are nobody's to see: hashes, what no JSON has, and what has such a part. */
  get isHidden(): boolean {
    const { serializedAs, kind, embeds } = this
    return serializedAs === null || kind.hashed !== undefined || embeds?.hides() === true
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

/**
 * The column is encrypted where its documents are. Their model may be declared after the one that has
 * the column, so that it is asked on first use.
 */
function giveEncryption(column: Column, embeds: EmbedBehaviour): void {
  let known: ColumnEncryption | undefined | null = null
  const encryption = () => {
    if (known !== null) return known
    const inner = embeds.encrypted()
    const fields = inner.map((field) => ({
      ...field,
      path: `${column.stored}.${field.path}`,
      column: `${column.attribute}.${field.column}`,
    }))
    known = fields.length === 0 ? undefined : { fields, blind: undefined, normalize: undefined }
    return known
  }
  Object.defineProperty(column, 'encryption', { get: encryption })
}
