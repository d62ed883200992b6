import { refuse } from '../../errors/index.ts'
import { Column } from '../columns/index.ts'
import { withKeyStrategy } from '../columns/keys.ts'
import type { ColumnKind, ColumnOptions } from '../columns/options.ts'
import { TransientAttributes, type TransientOptions } from '../columns/transient.ts'
import type { ConcreteModelClass, Model } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'

/** The columns of one model class and what they are found by, inherited ones first. */
export class Schema {
  readonly model: ConcreteModelClass
  readonly transients: TransientAttributes
  readonly #columns: Column[] = []
  readonly #byAttribute = new Map<string, Column>()
  /** By property name and by stored name; a property's name goes first. */
  readonly #byName = new Map<string, Column>()
  /** Told of encrypted columns, of each when it is declared. */
  readonly #onEncrypted: () => void
  #dated: readonly Column[] | undefined
  #hashed: readonly Column[] | undefined
  #embedded: readonly Column[] | undefined
  #encrypted: readonly Column[] | undefined
  #hiddenNames: ReadonlySet<string> | undefined
  #storedNames: ReadonlySet<string> | undefined
  #version: Column | undefined
  /** The primary key that nobody declared. */
  #implicit: string | undefined
  #isFixed = false
  #nobody: Model | undefined
  /** An instance without values, for what prepares values that no instance has. */
  readonly #asNobody = (): Model => {
    this.#nobody ??= new this.model()
    return this.#nobody
  }

  constructor(model: ConcreteModelClass, parent: Schema | undefined, onEncrypted: () => void) {
    this.model = model
    this.transients = new TransientAttributes(model, parent?.transients)
    this.#onEncrypted = onEncrypted
    if (parent === undefined) return
    this.#implicit = parent.#implicit
    for (const column of parent.#columns) this.#put(column.attribute, column.options, column.kind)
  }

  get name(): string {
    return this.model.name
  }

  /** How many columns are declared, here or by a parent. */
  get declared(): number {
    return this.#columns.length
  }

  /** Whether the column is declared, here or by a parent. */
  declares({ attribute }: Column): boolean {
    return attribute !== this.#implicit
  }

  /** Whether the columns are fixed. */
  get isFixed(): boolean {
    return this.#isFixed
  }

  /** From now on columns cannot be declared. */
  fix(): void {
    this.#isFixed = true
  }

  /** Declared columns; the primary key comes first. */
  get columns(): readonly Column[] {
    if (this.#columns[0]?.isPrimary !== true) this.#addImplicitPrimary()
    return this.#columns
  }

  get primary(): Column {
    return this.columns[0] as Column
  }

  /** A column by property name or by stored name. */
  column(key: string): Column | undefined {
    if (this.#columns[0]?.isPrimary !== true) this.#addImplicitPrimary()
    return this.#byName.get(key)
  }

  /** A column by property name. */
  attribute(name: string): Column | undefined {
    if (this.#columns[0]?.isPrimary !== true) this.#addImplicitPrimary()
    return this.#byAttribute.get(name)
  }

  isTransient(name: string): boolean {
    return this.transients.has(name)
  }

  /** Declares a transient attribute. Errors: `E_MODEL_DEFINITION`, also for the name of a column. */
  addTransient(attribute: string, options: TransientOptions): void {
    this.#checkAttribute(attribute)
    if (this.#byName.has(attribute) || attribute === '_id') this.#refuseBoth(attribute)
    this.transients.add(attribute, options)
  }

  #refuseBoth(attribute: string): never {
    const both = 'names a column, and a transient attribute, which is never stored'
    this.#refuse(attribute, `: "${attribute}" ${both}`)
  }

  #refuse(column: string, what: string): never {
    const { name: model } = this
    refuse('E_MODEL_DEFINITION', model, undefined, `${what}`, column)
  }

  /** Declares a column. Errors: `E_MODEL_DEFINITION` once the model is in use. */
  addColumn(attribute: string, options: ColumnOptions, kind: ColumnKind = {}): void {
    this.#checkAttribute(attribute)
    this.#checkStoredName(attribute, own(options))
    if (kind.version === true) this.#checkVersion(attribute)
    if (attribute === this.#implicit) this.#implicit = undefined
    const declared = withKeyStrategy({ model: this.model, attribute, options, kind })
    this.#put(attribute, declared.options, declared.kind)
  }

  /** Errors: `E_MODEL_DEFINITION`. */
  #checkAttribute(attribute: string): void {
    if (this.#isFixed) {
      const when = 'columns must be declared before the model is first used'
      this.#refuse(attribute, `.${attribute}: ${when}`)
    }
    if (attribute.startsWith('$') || attribute === '__proto__' || attribute === 'constructor') {
      this.#refuse(attribute, `: "${attribute}" cannot be the name of a column`)
    }
  }

  #checkVersion(attribute: string): void {
    const { version } = this
    if (version === undefined || version.attribute === attribute) return
    this.#refuse(attribute, `: ${version.attribute} and ${attribute} are both the version`)
  }

  /** A name that no query or update could reach. */
  #checkStoredName(attribute: string, { columnName, isPrimary }: ColumnOptions): void {
    const stored = columnName ?? this.model.namingStrategy.columnName(this.name, attribute)
    if (this.transients.has(attribute)) this.#refuseBoth(attribute)
    if (this.transients.has(stored)) this.#refuseBoth(stored)
    let reason: string | undefined
    if (isPrimary) {
      if (columnName !== undefined && columnName !== '_id')
        reason = 'the primary key is stored as _id'
    } else if (typeof stored !== 'string' || stored === '')
      reason = 'a stored name must not be empty'
    else if (/^\$|[.\0]/.test(stored) || stored === '__proto__') {
      reason = 'a stored name must not hold a dot or NUL, start with a dollar, or be __proto__'
    }
    if (reason !== undefined) this.#refuse(attribute, `.${attribute}: ${reason}`)
  }

  /** Primary keys go to the front; a column declared again replaces its parent's. */
  #put(attribute: string, given: ColumnOptions, givenKind: ColumnKind): void {
    const options = own(given)
    const kind = own(givenKind)
    const { model } = this
    const primary = options.isPrimary === true
    const names = {
      stored: primary ? '_id' : model.namingStrategy.columnName(model.name, attribute),
      serialized: model.namingStrategy.serializedName(model.name, attribute),
      model: model.name,
    }
    const previous = primary
      ? this.#columns.findIndex((column) => column.isPrimary)
      : this.#columns.findIndex((column) => column.attribute === attribute)
    const place = previous === -1 ? this.#columns.length : previous
    const column = new Column(attribute, place, names, options, kind, this.#asNobody)
    const clash = this.#columns.find((other, at) => at !== place && other.stored === column.stored)
    if (clash !== undefined) {
      const both = `${clash.attribute} and ${attribute} are both stored as "${column.stored}"`
      this.#refuse(attribute, `: ${both}`)
    }
    this.#checkEncryption(column, place)
    // What embedded models encrypt is not known yet: they may be declared later.
    if (column.embeds !== undefined || column.encryption !== undefined) this.#onEncrypted()
    this.#columns[place] = column
    if (primary && place > 0) {
      this.#columns.splice(place, 1)
      this.#columns.unshift(column)
    }
    this.#reindex()
  }

  /** Errors: `E_MODEL_DEFINITION`. */
  #checkEncryption(column: Column, place: number): void {
    const { attribute } = column
    const refuse = (what: string) => this.#refuse(attribute, `.${attribute}: ${what}`)
    const taken = this.#columns.find(
      (other, at) =>
        at !== place &&
        other.embeds === undefined &&
        column.embeds === undefined &&
        (other.encryption?.blind === column.stored ||
          (column.encryption?.blind !== undefined &&
            (other.stored === column.encryption.blind ||
              other.encryption?.blind === column.encryption.blind))),
    )
    if (taken !== undefined) refuse(`a blind index has the stored name of ${taken.attribute}`)
    if (column.embeds !== undefined || column.encryption === undefined) return
    if (column.isPrimary) refuse('the primary key cannot be encrypted')
    if (column.kind.version) refuse('the version cannot be encrypted; the server counts with it')
    if (column.encryption.blind !== undefined && column.kind.hashed !== undefined) {
      refuse('a hashed column cannot have a blind index')
    }
  }

  /** Columns that are stored encrypted, as a whole or in part. */
  get encrypted(): readonly Column[] {
    this.#encrypted ??= this.columns.filter(({ encryption }) => encryption !== undefined)
    return this.#encrypted
  }

  /** Stored names under which queries have values that nobody may see. */
  get hiddenNames(): ReadonlySet<string> {
    this.#hiddenNames ??= new Set(
      this.encrypted.flatMap(({ encryption }) => [
        ...(encryption?.fields ?? []).map(({ path }) => path),
        ...(encryption?.blind === undefined ? [] : [encryption.blind]),
      ]),
    )
    return this.#hiddenNames
  }

  #reindex(): void {
    this.#encrypted = undefined
    this.#hiddenNames = undefined
    this.#byAttribute.clear()
    this.#byName.clear()
    this.#columns.forEach((column, index) => {
      const placed =
        column.index === index
          ? column
          : new Column(
              column.attribute,
              index,
              {
                stored: column.stored,
                serialized: column.serializedAs ?? column.attribute,
                model: this.model.name,
              },
              column.options,
              column.kind,
              this.#asNobody,
            )
      this.#columns[index] = placed
      this.#byAttribute.set(placed.attribute, placed)
    })
    for (const column of this.#columns) this.#byName.set(column.stored, column)
    for (const column of this.#columns) this.#byName.set(column.attribute, column)
    this.#version = this.#columns.find((column) => column.kind.version === true)
  }

  /**
   * A model that says of no column that it is the primary key has one all the same: every document
   * has an `_id`. A column `id` without a stored name of its own is the key, as in Lucid.
   */
  #addImplicitPrimary(): void {
    const id = this.#byAttribute.get('id')
    const isKey = id !== undefined && canBeKey(id)
    const attribute = id === undefined || isKey ? 'id' : '_id'
    const given = {
      model: this.model,
      attribute,
      options: { ...(isKey ? id.options : {}), isPrimary: true },
      kind: isKey ? id.kind : {},
    }
    if (isKey) this.#columns.splice(id.index, 1)
    else this.#implicit = attribute
    this.#reindex()
    const { options, kind } = withKeyStrategy(given)
    this.#put(attribute, options, kind)
  }

  /** The column that counts changes. */
  get version(): Column | undefined {
    return this.#version
  }

  /** Dates that stamp themselves. */
  get dated(): readonly Column[] {
    this.#dated ??= this.columns.filter(({ date }) => date?.autoCreate || date?.autoUpdate)
    return this.#dated
  }

  /** Columns whose plain values are hashed before they are stored. */
  get hashed(): readonly Column[] {
    this.#hashed ??= this.columns.filter(({ kind }) => kind.hashed !== undefined)
    return this.#hashed
  }

  /** Columns that hold documents with a model of their own. */
  get embedded(): readonly Column[] {
    this.#embedded ??= this.columns.filter(({ embeds }) => embeds !== undefined)
    return this.#embedded
  }

  /** Stored names, for telling columns from extras. */
  get storedNames(): ReadonlySet<string> {
    this.#storedNames ??= new Set([
      ...this.columns.map((column) => column.stored),
      ...this.encrypted.flatMap(({ encryption }) => encryption?.blind ?? []),
    ])
    return this.#storedNames
  }
}

/** Whether a column `id` is the primary key, where no column says that it is. */
function canBeKey({ options, kind }: Column): boolean {
  const { columnName = '_id', encrypted } = options
  const special = kind.version ?? kind.hashed ?? kind.date ?? kind.same
  return columnName === '_id' && encrypted === undefined && special === undefined
}
