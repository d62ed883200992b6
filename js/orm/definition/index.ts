/** What the package knows of a model class: its columns, names, hooks and the core's handle. */

import type { Accessors } from '../../codec/accessors.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { InnerLayout } from '../../codec/inside.ts'
import { type Source, ValueSite } from '../../codec/shapes.ts'
import type { QueryTarget } from '../../query/target.ts'
import type { Column } from '../columns/index.ts'
import type { TransientAttributes } from '../columns/transient.ts'
import type { ConcreteModelClass, Model, ModelClass } from '../contracts/index.ts'
import { HookRegistry } from '../hooks/registry.ts'
import { accessorsOf, defineAccessor } from './accessors.ts'
import { BootState, guardBoot } from './boot.ts'
import { CollectionName } from './collection_name.ts'
import { ComputedProperties } from './computed.ts'
import { CoreModel } from './core_model.ts'
import { rememberEncrypted } from './encrypted_models.ts'
import { Hydrator } from './hydrator.ts'
import { type Hydrating, Kinds } from './kinds.ts'
import { Relations } from './relations.ts'
import { ModelRules } from './rules.ts'
import { Schema } from './schema.ts'
import { takeValidators } from './validators.ts'

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
  readonly schema: Schema
  readonly relations: Relations
  readonly kinds: Kinds
  readonly rules = new ModelRules(this)
  readonly #collection: CollectionName
  readonly #core = new CoreModel(this)
  readonly #hydrator = new Hydrator(this)
  #layout: InnerLayout | undefined
  readonly #parent: ModelDefinition | undefined
  #accessors: Accessors | undefined
  /** How many columns had been declared when accessors were lent. */
  #lent = 0
  /** By column. */
  readonly #custom: boolean[] = []
  /** Where whole documents are read as plain objects. */
  readonly plainSite = new ValueSite()
  #remembered = false
  #restamped: readonly Column[] | undefined

  constructor(model: ModelClass, parent: ModelDefinition | undefined) {
    // What is abstract has no instances, and no operations that need one.
    this.model = model as ConcreteModelClass
    this.#parent = parent
    this.boot = new BootState(model)
    this.hooks = new HookRegistry(parent?.hooks)
    this.computed = new ComputedProperties(model, parent?.computed)
    this.#collection = new CollectionName(
      model,
      parent === undefined ? undefined : parent.#collection,
    )
    this.schema = new Schema(this.model, parent?.schema, () => this.#remember())
    this.kinds = new Kinds(this, parent?.kinds)
    this.relations = new Relations(model, this.schema, parent?.relations)
    if (model.rules !== undefined) this.#remember()
  }

  #remember(): void {
    if (this.#remembered) return
    this.#remembered = true
    rememberEncrypted(this)
  }

  get name(): string {
    return this.model.name
  }

  /** Collection that holds the model's documents. */
  get collection(): string {
    return this.#collection.value
  }

  /** Declared columns; the primary key comes first. */
  get columns(): readonly Column[] {
    return this.schema.columns
  }

  get primary(): Column {
    return this.schema.primary
  }

  /** A column by property name or by stored name. */
  column(key: string): Column | undefined {
    return this.schema.column(key)
  }

  /** A column by property name. */
  attribute(name: string): Column | undefined {
    return this.schema.attribute(name)
  }

  /** A stored path as the application writes it, with the names of properties. */
  writtenAs(path: string): string {
    const [first = '', ...rest] = path.split('.')
    const column = this.column(first)
    if (column === undefined) return path
    const { attribute, embeds } = column
    const inside = rest.join('.')
    if (embeds === undefined || inside === '') return [attribute, ...rest].join('.')
    return `${attribute}.${definitionOf(embeds.model()).writtenAs(inside)}`
  }

  names(): Iterable<string> {
    return this.columns.map((column) => column.attribute)
  }

  get transients(): TransientAttributes {
    return this.schema.transients
  }

  isTransient(name: string): boolean {
    return this.schema.isTransient(name)
  }

  /** Columns that are stored encrypted, as a whole or in part. */
  get encrypted(): readonly Column[] {
    return this.schema.encrypted
  }

  /** Stored names under which queries have values that nobody may see. */
  get hiddenNames(): ReadonlySet<string> {
    return this.schema.hiddenNames
  }

  /** The column that counts changes. */
  get version(): Column | undefined {
    return this.schema.version
  }

  /** Dates that stamp themselves. */
  get dated(): readonly Column[] {
    return this.schema.dated
  }

  /** Columns that are stamped with every change, and those that keep their value. */
  get restamped(): readonly Column[] {
    this.#restamped ??= [
      ...this.dated.filter(({ date }) => date?.autoUpdate),
      ...this.rules.stamped.flatMap(({ column, of }) => (of.update === undefined ? [] : column)),
      ...this.rules.pinned,
    ]
    return this.#restamped
  }

  /** Columns whose plain values are hashed before they are stored. */
  get hashed(): readonly Column[] {
    return this.schema.hashed
  }

  /** Columns that hold documents with a model of their own. */
  get embedded(): readonly Column[] {
    return this.schema.embedded
  }

  /** Whether the class declares a setter, or a getter, of its own for the column. */
  hasCustomAccessor(column: Column): boolean {
    return this.#custom[column.index] === true
  }

  /** Name of a relation in JSON, or null. */
  serializedRelation(name: string): string | null {
    const relation = this.relations.get(name)
    return relation === undefined
      ? this.model.namingStrategy.serializedName(this.name, name)
      : relation.serializeAs
  }

  /** Whether the columns are fixed. */
  get isSealed(): boolean {
    return this.schema.isFixed
  }

  /** Fixes the columns and gives the prototype its accessors. */
  seal(): Accessors {
    if (this.#accessors !== undefined) return this.#accessors
    takeValidators(this.model)
    this.#parent?.lendAccessors()
    const accessors = this.#giveAccessors(this.columns)
    this.relations.giveAccessors()
    this.#collection.tell()
    this.schema.fix()
    this.#accessors = accessors
    return accessors
  }

  /** For `super` in the getters and setters of a class that extends this one. Its columns stay open. */
  lendAccessors(): void {
    this.#parent?.lendAccessors()
    const { schema } = this
    if (this.isSealed || this.#lent === schema.declared) return
    this.#giveAccessors(this.columns.filter((column) => schema.declares(column)))
    this.#lent = schema.declared
  }

  #giveAccessors(columns: readonly Column[]): Accessors {
    const accessors = accessorsOf(this.name, this.columns)
    const prototype = this.model.prototype as object
    for (const { attribute, index } of columns) {
      const accessor = accessors.columns[index]
      if (accessor === undefined) continue
      if (defineAccessor(prototype, attribute, accessor)) this.#custom[index] = true
    }
    return accessors
  }

  /** `BaseModel.boot()` for this class. */
  markBooted(): void {
    this.boot.reachBase()
    this.#collection.tell()
  }

  /** The stored value of a column, decoded anew and consumed, whatever the instance holds now. */
  readStored(instance: Model, chunk: Chunk, row: number, column: Column): unknown {
    return this.#hydrator.readStored(instance, chunk, row, column)
  }

  /** The core's handle of the model. Declared on first use and again after a hook was added. */
  handle(): number {
    return this.#core.handle
  }

  /** The core's handle for reading plain documents of the collection. */
  plainHandle(): number {
    return this.#core.plainHandle
  }

  /** Tells the core of the encrypted columns, also where the model itself was never used. */
  tellCore(): void {
    this.#core.tell()
  }

  /** An instance over a row of a chunk. */
  hydrate(chunk: Chunk, row: number, how: Hydrating = 'hydrateOwn'): Model {
    return this.kinds.areSeveral ? this.kinds.hydrate(chunk, row, how) : this[how](chunk, row)
  }

  /** The same, of this class whatever the row says. */
  hydrateOwn(chunk: Chunk, row: number): Model {
    return this.#hydrator.one(chunk, row)
  }

  /** As {@link hydrateOwn}, without `onInit` hooks. */
  hydrateBare(chunk: Chunk, row: number): Model {
    return this.#hydrator.bare(chunk, row)
  }

  /** Documents that stand in other bytes, as the core lays out those that it reads. */
  layOut(source: Source, starts: readonly number[], ascii: boolean): Chunk {
    if (this.#layout === undefined) {
      this.seal()
      this.#layout = new InnerLayout(this.columns.map(({ stored }) => stored))
    }
    return this.#layout.lay(source, starts, ascii)
  }

  /** Instances over every row of the chunks. */
  hydrateAll(chunks: readonly Chunk[]): Model[] {
    if (!this.kinds.areSeveral) return this.#hydrator.all(chunks)
    return chunks.flatMap((chunk) =>
      Array.from({ length: chunk.rows }, (_, row) => this.kinds.hydrate(chunk, row)),
    )
  }
}
