/** What the package knows of a model class: its columns, names, hooks and the core's handle. */

import { type Accessors, compileAccessors, type Row } from '../../codec/accessors.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { ValueSite } from '../../codec/shapes.ts'
import { errors } from '../../errors/index.ts'
import * as native from '../../native/index.ts'
import { Tag } from '../../protocol.generated.ts'
import type { QueryTarget } from '../../query/target.ts'
import { idsAsText } from '../columns/ids.ts'
import { Column } from '../columns/index.ts'
import { withKeyStrategy } from '../columns/keys.ts'
import type { ColumnKind, ColumnOptions } from '../columns/options.ts'
import { TransientAttributes, type TransientOptions } from '../columns/transient.ts'
import type { ConcreteModelClass, Model, ModelClass } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'
import { FLAGS, Flag } from '../contracts/state.ts'
import { HookRegistry } from '../hooks/registry.ts'
import { defineAccessor } from './accessors.ts'
import { BootState, guardBoot } from './boot.ts'
import { ComputedProperties } from './computed.ts'
import { rememberEncrypted } from './encrypted_models.ts'
import { type Hydrate, makeHydrator } from './hydrator.ts'
import { jsonPlan, STORED_JSON } from './json_plan.ts'

const definitions = new WeakMap<object, ModelDefinition>()

/** The definition of a class, which is booted for it. */
export function definitionOf(model: ModelClass): ModelDefinition {
  const definition = openDefinitionOf(model)
  definition.boot.run()
  return definition
}

/** The definition of a class, booted or not, made from its parent's on first use. */
export function openDefinitionOf(model: ModelClass): ModelDefinition {
  const own = definitions.get(model)
  if (own !== undefined) return own
  const parent = Object.getPrototypeOf(model) as ModelClass | null
  const inherited =
    parent !== null && typeof parent === 'function' && 'namingStrategy' in parent
      ? definitionOf(parent)
      : undefined
  const definition = new ModelDefinition(model, inherited)
  definitions.set(model, definition)
  if (inherited !== undefined) guardBoot(model, (one) => openDefinitionOf(one).boot)
  return definition
}

/**
 * A model class's metadata. Open until the model is first used; from then on its columns are fixed,
 * because documents already read are laid out by them. Hooks may be added at any time.
 */
export class ModelDefinition implements QueryTarget {
  readonly model: ConcreteModelClass
  readonly boot: BootState
  readonly hooks: HookRegistry
  readonly computed: ComputedProperties
  readonly transients: TransientAttributes
  readonly #columns: Column[] = []
  readonly #byAttribute = new Map<string, Column>()
  /** By property name and by stored name; a property's name goes first. */
  readonly #byName = new Map<string, Column>()
  #dated: readonly Column[] | undefined
  #hashed: readonly Column[] | undefined
  #encrypted: readonly Column[] | undefined
  #hiddenNames: ReadonlySet<string> | undefined
  #version: Column | undefined
  #accessors: Accessors | undefined
  readonly #custom = new Set<number>()
  /** The collection that the class tells because nothing was said; another one there is given. */
  #named: string | undefined
  #storedNames: ReadonlySet<string> | undefined
  #sites: ValueSite[] = []
  /** Where whole documents are read as plain objects. */
  readonly plainSite = new ValueSite()
  #handle: number | undefined
  /** The hooks that the core was told the numbers of. */
  #handled: HookRegistry['handlers'] | undefined
  #plainHandle: number | undefined
  /** The encrypted columns that the core was told of, beside those of a handle. */
  #told: readonly Column[] | undefined
  #remembered = false
  #hydrate: Hydrate | undefined
  #nobody: Model | undefined
  /** An instance without values, for what prepares values that no instance has. */
  readonly #asNobody = (): Model => {
    this.#nobody ??= new this.model()
    return this.#nobody
  }

  constructor(model: ModelClass, parent: ModelDefinition | undefined) {
    // What is abstract has no instances, and no operations that need one.
    this.model = model as ConcreteModelClass
    this.boot = new BootState(model)
    this.hooks = new HookRegistry(parent?.hooks)
    this.computed = new ComputedProperties(model, parent?.computed)
    this.transients = new TransientAttributes(model, parent?.transients)
    if (parent === undefined) return
    for (const column of parent.#columns) this.#put(column.attribute, column.options, column.kind)
  }

  get name(): string {
    return this.model.name
  }

  /** Collection that holds the model's documents. Never inherited, as in Lucid. */
  get collection(): string {
    const { model } = this
    return this.#givenCollection() ?? model.namingStrategy.tableName(model.name)
  }

  /** What the class says itself. */
  #givenCollection(): string | undefined {
    for (const key of ['collection', 'table'] as const) {
      const own = Object.hasOwn(this.model, key) ? this.model[key] : undefined
      if (typeof own === 'string' && own !== '' && own !== this.#named) return own
    }
    return undefined
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

  /** A stored path as the application writes it, with the property's name in front. */
  writtenAs(path: string): string {
    const [first = '', ...rest] = path.split('.')
    return [this.column(first)?.attribute ?? first, ...rest].join('.')
  }

  names(): Iterable<string> {
    return this.columns.map((column) => column.attribute)
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
    throw new errors.E_MODEL_DEFINITION(
      `${this.name}: "${attribute}" names a column, and a transient attribute, which is never stored`,
      { model: this.name, column: attribute },
    )
  }

  /** Declares a column. Errors: `E_MODEL_DEFINITION` once the model is in use. */
  addColumn(attribute: string, options: ColumnOptions, kind: ColumnKind = {}): void {
    this.#checkAttribute(attribute)
    this.#checkStoredName(attribute, own(options))
    if (kind.version === true) this.#checkVersion(attribute)
    const declared = withKeyStrategy({ model: this.model, attribute, options, kind })
    this.#put(attribute, declared.options, declared.kind)
  }

  /** Errors: `E_MODEL_DEFINITION`. */
  #checkAttribute(attribute: string): void {
    if (this.#accessors !== undefined) {
      throw new errors.E_MODEL_DEFINITION(
        `${this.name}.${attribute}: columns must be declared before the model is first used`,
        { model: this.name, column: attribute },
      )
    }
    if (attribute.startsWith('$') || attribute === '__proto__' || attribute === 'constructor') {
      throw new errors.E_MODEL_DEFINITION(
        `${this.name}: "${attribute}" cannot be the name of a column`,
        { model: this.name, column: attribute },
      )
    }
  }

  #checkVersion(attribute: string): void {
    const { version } = this
    if (version === undefined || version.attribute === attribute) return
    throw new errors.E_MODEL_DEFINITION(
      `${this.name}: ${version.attribute} and ${attribute} are both the version`,
      { model: this.name, column: attribute },
    )
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
    if (reason === undefined) return
    throw new errors.E_MODEL_DEFINITION(`${this.name}.${attribute}: ${reason}`, {
      model: this.name,
      column: attribute,
    })
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
      throw new errors.E_MODEL_DEFINITION(
        `${this.name}: ${clash.attribute} and ${attribute} are both stored as "${column.stored}"`,
        { model: this.name, column: attribute },
      )
    }
    this.#checkEncryption(column, place)
    if (column.encryption !== undefined && !this.#remembered) {
      this.#remembered = true
      rememberEncrypted(this)
    }
    this.#columns[place] = column
    if (primary && place > 0) {
      this.#columns.splice(place, 1)
      this.#columns.unshift(column)
    }
    this.#reindex()
  }

  /** Errors: `E_MODEL_DEFINITION`. */
  #checkEncryption(column: Column, place: number): void {
    const refuse = (what: string) => {
      throw new errors.E_MODEL_DEFINITION(`${this.name}.${column.attribute}: ${what}`, {
        model: this.name,
        column: column.attribute,
      })
    }
    const taken = this.#columns.find(
      (other, at) =>
        at !== place &&
        (other.encryption?.blind === column.stored ||
          (column.encryption?.blind !== undefined &&
            (other.stored === column.encryption.blind ||
              other.encryption?.blind === column.encryption.blind))),
    )
    if (taken !== undefined) refuse(`a blind index has the stored name of ${taken.attribute}`)
    if (column.encryption === undefined) return
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

  /** What the core is told of the encrypted columns. */
  #encryptedFields(): { encrypted?: readonly object[] } {
    if (this.encrypted.length === 0) return {}
    return { encrypted: this.encrypted.flatMap(({ encryption }) => encryption?.fields ?? []) }
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
    this.#reindex()
    const { options, kind } = withKeyStrategy(given)
    this.#put(attribute, options, kind)
  }

  /** The column that counts changes. */
  get version(): Column | undefined {
    return this.#version
  }

  /** Columns that stamp themselves. */
  get dated(): readonly Column[] {
    this.#dated ??= this.columns.filter((column) => column.date !== undefined)
    return this.#dated
  }

  /** Columns whose plain values are hashed before they are stored. */
  get hashed(): readonly Column[] {
    this.#hashed ??= this.columns.filter(({ kind }) => kind.hashed !== undefined)
    return this.#hashed
  }

  /** Whether the class declares a setter, or a getter, of its own for the column. */
  hasCustomAccessor(column: Column): boolean {
    return this.#custom.has(column.index)
  }

  /** Name of a relation in JSON, or null. */
  serializedRelation(name: string): string | null {
    return this.model.namingStrategy.serializedName(this.name, name)
  }

  /** Whether the columns are fixed. */
  get isSealed(): boolean {
    return this.#accessors !== undefined
  }

  /** Fixes the columns and gives the prototype its accessors. */
  seal(): Accessors {
    if (this.#accessors !== undefined) return this.#accessors
    const columns = this.columns
    const accessors = compileAccessors(
      columns.map(({ consume, attribute, idAsText, kind }) => ({
        consume:
          consume === undefined
            ? undefined
            : (raw, instance) => consume(raw, attribute, instance as Model),
        nested: idAsText ? idsAsText : undefined,
        reveal: kind.reveal,
        accept: kind.accept,
      })),
      {
        key: FLAGS,
        mask: Flag.deleted,
        refuse: (_, index) => this.#refuseDeleted(columns[index]?.attribute),
      },
    )
    const prototype = this.model.prototype as object
    for (const [index, column] of columns.entries()) {
      const accessor = accessors.columns[index]
      if (accessor === undefined) continue
      if (defineAccessor(prototype, column.attribute, accessor)) this.#custom.add(index)
    }
    this.#nameCollection()
    this.#accessors = accessors
    return accessors
  }

  #refuseDeleted(attribute: string | undefined): never {
    throw new errors.E_MODEL_DELETED(
      `${this.name}.${attribute} cannot be set: the instance was deleted`,
      { model: this.name, column: attribute, operation: 'set' },
    )
  }

  /** `BaseModel.boot()` for this class. */
  markBooted(): void {
    this.boot.reachBase()
    this.#nameCollection()
  }

  /** A booted class tells its collection, under Lucid's name for it too. */
  #nameCollection(): void {
    const given = this.#givenCollection()
    const value = given ?? this.collection
    this.#named = given === undefined ? value : undefined
    for (const key of ['collection', 'table']) {
      Object.defineProperty(this.model, key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      })
    }
  }

  /** Stored names, for telling columns from extras. */
  get storedNames(): ReadonlySet<string> {
    this.#storedNames ??= new Set([
      ...this.columns.map((column) => column.stored),
      ...this.encrypted.flatMap(({ encryption }) => encryption?.blind ?? []),
    ])
    return this.#storedNames
  }

  /** The stored value of a column, decoded anew and consumed, whatever the instance holds now. */
  readStored(instance: Model, chunk: Chunk, row: number, column: Column): unknown {
    this.#sites[column.index] ??= new ValueSite()
    const cell = row * this.columns.length + column.index
    if (chunk.tags[cell] === Tag.missing) return undefined
    const stored = chunk.read(cell, this.#sites[column.index] as ValueSite)
    const value = column.idAsText ? idsAsText(stored) : stored
    return column.consume === undefined ? value : column.consume(value, column.attribute, instance)
  }

  /** The core's handle of the model. Declared on first use and again after a hook was added. */
  handle(): number {
    const { handlers } = this.hooks
    if (this.#handle !== undefined && this.#handled !== handlers) {
      native.forgetModel(this.#handle)
      this.#handle = undefined
    }
    if (this.#handle === undefined) {
      this.seal()
      this.#handled = handlers
      this.#handle = native.defineModel(
        {
          name: this.name,
          collection: this.collection,
          columns: this.columns.map((column) => ({ name: column.stored, id: column.idAsText })),
          hooks: this.hooks.counts(),
          json: jsonPlan(this.columns),
          ...this.#encryptedFields(),
        },
        { model: this.name },
      )
    }
    return this.#handle
  }

  /** The core's handle for reading plain documents of the collection. */
  plainHandle(): number {
    this.#plainHandle ??= this.#definePlain()
    return this.#plainHandle
  }

  #definePlain(): number {
    return native.defineModel(
      {
        name: this.name,
        collection: this.collection,
        columns: [],
        hooks: [],
        json: STORED_JSON,
        ...this.#encryptedFields(),
      },
      { model: this.name },
    )
  }

  /** Tells the core of the encrypted columns, also where the model itself was never used. */
  tellCore(): void {
    if (this.#handle !== undefined || this.#plainHandle !== undefined) return
    const { encrypted } = this
    if (this.#told === encrypted) return
    this.#told = encrypted
    this.#definePlain()
  }

  #hydrator(): Hydrate {
    if (this.#hydrate === undefined) {
      this.seal()
      const isAttribute = (name: string) =>
        this.attribute(name) !== undefined || this.transients.has(name)
      this.#hydrate = makeHydrator(this.model, isAttribute)
    }
    return this.#hydrate
  }

  /** An instance over a row of a chunk. */
  hydrate(chunk: Chunk, row: number): Model {
    return this.#hydrator()(chunk, row)
  }

  /** Instances over every row of the chunks. */
  hydrateAll(chunks: readonly Chunk[]): Model[] {
    const hydrate = this.#hydrator()
    const models: Model[] = []
    for (const chunk of chunks) {
      for (let row = 0; row < chunk.rows; row++) models.push(hydrate(chunk, row))
    }
    return models
  }
}

/** Whether a column `id` is the primary key, where no column says that it is. */
function canBeKey({ options, kind }: Column): boolean {
  const { columnName = '_id', encrypted } = options
  const special = kind.version ?? kind.hashed ?? kind.date ?? kind.same
  return columnName === '_id' && encrypted === undefined && special === undefined
}

/** What instances have in common with rows. */
export type ModelRow = Model & Row
