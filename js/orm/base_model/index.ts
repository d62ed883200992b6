import { CHUNK, HOLE, ROW, VALUES } from '../../codec/accessors.ts'
import type { Chunk } from '../../codec/chunk.ts'
import type { Database } from '../../database/index.ts'
import { errors } from '../../errors/index.ts'
import type { ModelClass } from '../contracts/index.ts'
import type {
  CherryPick,
  FindOptions,
  ModelAdapterOptions,
  ModelAssignOptions,
  ModelAttributes,
  ModelObject,
  WriteOptions,
} from '../contracts/options.ts'
import { FLAGS, Flag, REST, type Rest } from '../contracts/state.ts'
import type { AfterHandler, BeforeHandler } from '../decorators/hooks.ts'
import { definitionOf } from '../definition/index.ts'
import { rememberSerialization } from '../definition/json_reason.ts'
import { EVENT_NAMES, type EventName, type HookEvent } from '../hooks/events.ts'
import {
  absorb,
  assign,
  definitionFor,
  ensureNotDeleted,
  getColumn,
  hasColumn,
  modelOf,
  restOf,
  setColumn,
} from '../instance/attributes.ts'
import { attributesView } from '../instance/attributes_view.ts'
import { collectChanges } from '../instance/changes.ts'
import { inspect, serialize, serializeAttributes, toObject } from '../instance/serialize.ts'
import { storedChunk, storedValue } from '../instance/stored.ts'
import { CamelCaseNamingStrategy, type NamingStrategy } from '../naming_strategies/index.ts'
import * as persist from '../persistence/index.ts'
import { ModelQueryBuilder } from '../query_builder/index.ts'
import * as finders from './finders.ts'

type Attributes<T extends ModelClass> = Partial<ModelAttributes<InstanceType<T>>>

/**
 * The base of all models. Names and semantics are Lucid's; see the guide for what MongoDB changes.
 *
 * @example
 * class User extends BaseModel {
 *   @column({ isPrimary: true }) declare id: string
 *   @column() declare email: string
 * }
 *
 * const user = await User.create({ email: 'ada@example.com' })
 * user.email = 'ada@lovelace.dev'
 * await user.save()
 */
export class BaseModel {
  /** How class and property names become stored names. */
  static namingStrategy: NamingStrategy = new CamelCaseNamingStrategy()
  /** Name of the connection; by default the database's primary one. */
  static connection: string | undefined = undefined
  /** Collection; by default the naming strategy's. Not inherited. */
  declare static collection?: string
  /** Lucid's name for `collection`. */
  declare static table?: string
  /** The application assigns primary keys of its own kind; strings are not taken for ObjectIds. */
  static selfAssignPrimaryKey = false
  /** Answer `find` calls of one tick with one query. */
  static coalesceFinds = true
  /** Send inserts and updates of one tick as one command; by default as the connection says. */
  static coalesceWrites: boolean | undefined = undefined
  /** The connections that models use. */
  static $database: Database | undefined = undefined

  /** @internal */
  declare [CHUNK]: Chunk | null
  /** @internal */
  declare [ROW]: number
  /** @internal */
  declare [VALUES]: unknown[] | null
  /** @internal */
  declare [FLAGS]: number
  /** @internal */
  declare [REST]: Rest | null

  constructor() {
    definitionOf(new.target as ModelClass).seal()
    this[CHUNK] = null
    this[ROW] = 0
    this[VALUES] = null
    this[FLAGS] = Flag.local
    this[REST] = null
  }

  // ---- Class set-up

  /** Sets the connections of this class and the classes that extend it. */
  static useDatabase(database: Database): void {
    this.$database = database
  }

  /** Fixes the columns. Every operation does so by itself. */
  static boot(): void {
    definitionOf(this as ModelClass).seal()
  }

  /** Name of the primary key's property. */
  static get primaryKey(): string {
    return definitionOf(this as ModelClass).primary.attribute
  }

  /**
   * Adds a hook that runs before an operation. Errors: `E_MODEL_DEFINITION` for an unknown event.
   *
   * @example
   * User.before('create', (user) => { user.status ??= 'pending' })
   */
  static before<T extends ModelClass, Name extends EventName>(
    this: T,
    event: Name,
    handler: BeforeHandler<Name, InstanceType<T>>,
  ): void {
    addHook(this, 'before', event, handler)
  }

  /** Adds a hook that runs after an operation. Errors: `E_MODEL_DEFINITION`. */
  static after<T extends ModelClass, Name extends EventName>(
    this: T,
    event: Name,
    handler: AfterHandler<Name, InstanceType<T>>,
  ): void {
    addHook(this, 'after', event, handler)
  }

  // ---- Reading

  /** A query for models of this class. */
  static query<T extends ModelClass>(
    this: T,
    options?: ModelAdapterOptions,
  ): ModelQueryBuilder<InstanceType<T>> {
    return new ModelQueryBuilder<InstanceType<T>>(definitionOf(this), options)
  }

  /**
   * The document with this primary key, or `null`. Runs the find hooks.
   *
   * Calls of one tick are answered by one query, unless the model has a `beforeFind` hook or
   * `coalesce` is false.
   *
   * Errors: `E_UNDEFINED_VALUE`, `E_INVALID_OBJECT_ID`.
   */
  static find<T extends ModelClass>(
    this: T,
    value: unknown,
    options?: FindOptions,
  ): Promise<InstanceType<T> | null> {
    return finders.find(this, value, options)
  }

  /** As `find`. Errors: also `E_ROW_NOT_FOUND`. */
  static findOrFail<T extends ModelClass>(
    this: T,
    value: unknown,
    options?: FindOptions,
  ): Promise<InstanceType<T>> {
    return finders.findOrFail(this, value, options)
  }

  /**
   * The first document that matches, or `null`. Runs the find hooks.
   *
   * Errors: `E_UNDEFINED_VALUE`, `E_UNKNOWN_COLUMN`.
   *
   * @example
   * await User.findBy('email', 'ada@example.com')
   * await User.findBy({ email: 'ada@example.com', status: 'active' })
   */
  static findBy<T extends ModelClass>(
    this: T,
    clause: Attributes<T>,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T> | null>
  static findBy<T extends ModelClass, Key extends keyof Attributes<T> & string>(
    this: T,
    key: Key,
    value: Attributes<T>[Key] | null,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T> | null>
  static findBy<T extends ModelClass>(
    this: T,
    ...args: unknown[]
  ): Promise<InstanceType<T> | null> {
    return finders.findBy(this, args)
  }

  /** As `findBy`. Errors: also `E_ROW_NOT_FOUND`. */
  static findByOrFail<T extends ModelClass>(
    this: T,
    clause: Attributes<T>,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T>>
  static findByOrFail<T extends ModelClass, Key extends keyof Attributes<T> & string>(
    this: T,
    key: Key,
    value: Attributes<T>[Key] | null,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T>>
  static findByOrFail<T extends ModelClass>(this: T, ...args: unknown[]): Promise<InstanceType<T>> {
    return finders.findByOrFail(this, args)
  }

  /** The documents with these primary keys, newest key first. Runs the fetch hooks. */
  static findMany<T extends ModelClass>(
    this: T,
    values: readonly unknown[],
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T>[]> {
    return finders.findMany(this, values, options)
  }

  /** The first document, or `null`, in no particular order. Runs the fetch hooks. */
  static first<T extends ModelClass>(
    this: T,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T> | null> {
    return new ModelQueryBuilder<InstanceType<T>>(definitionOf(this), options).first()
  }

  /** As `first`. Errors: also `E_ROW_NOT_FOUND`. */
  static firstOrFail<T extends ModelClass>(
    this: T,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T>> {
    return new ModelQueryBuilder<InstanceType<T>>(definitionOf(this), options).firstOrFail()
  }

  /** Every document, newest key first. Runs the fetch hooks. */
  static all<T extends ModelClass>(
    this: T,
    options?: ModelAdapterOptions,
  ): Promise<InstanceType<T>[]> {
    return finders.all(this, options)
  }

  // ---- Writing

  /**
   * Stores a new document. Runs the create and save hooks.
   *
   * Errors: `E_UNKNOWN_COLUMN`, `E_INVALID_VALUE`, `E_DUPLICATE_KEY`, `E_HOOK_ABORTED`.
   */
  static create<T extends ModelClass>(
    this: T,
    values: Attributes<T>,
    options?: ModelAssignOptions & WriteOptions,
  ): Promise<InstanceType<T>> {
    return persist.create(this, values, options, false)
  }

  /** As `create`, without hooks. */
  static createQuietly<T extends ModelClass>(
    this: T,
    values: Attributes<T>,
    options?: ModelAssignOptions & WriteOptions,
  ): Promise<InstanceType<T>> {
    return persist.create(this, values, options, true)
  }

  /**
   * Stores many new documents, in order. The before hooks of all run first, then the inserts, then
   * the after hooks. The first document that fails ends it: those before it stand (`$isPersisted`),
   * and the error's `position` says which one failed.
   */
  static createMany<T extends ModelClass>(
    this: T,
    values: readonly Attributes<T>[],
    options?: ModelAssignOptions,
  ): Promise<InstanceType<T>[]> {
    return persist.createMany(this, values, options, false)
  }

  /** As `createMany`, without hooks. */
  static createManyQuietly<T extends ModelClass>(
    this: T,
    values: readonly Attributes<T>[],
    options?: ModelAssignOptions,
  ): Promise<InstanceType<T>[]> {
    return persist.createMany(this, values, options, true)
  }

  /**
   * Stores the instance: a new one as a document, a stored one's changed columns. Nothing is sent
   * when nothing changed.
   *
   * Errors: `E_DUPLICATE_KEY`, `E_HOOK_ABORTED`, `E_MODEL_DELETED`, `E_STALE_MODEL` when the
   * document is gone. After an error the attributes are what they were before the call.
   */
  async save(options?: WriteOptions): Promise<this> {
    await persist.save(this, options, false)
    return this
  }

  /** As `save`, without hooks. */
  async saveQuietly(options?: WriteOptions): Promise<this> {
    await persist.save(this, options, true)
    return this
  }

  /** Deletes the document. The instance cannot be saved afterwards. Errors: `E_MODEL_DELETED`. */
  delete(): Promise<void> {
    return persist.remove(this, false)
  }

  /** As `delete`, without hooks. */
  deleteQuietly(): Promise<void> {
    return persist.remove(this, true)
  }

  /**
   * Reads the document again and drops local changes. Runs the find hooks; does nothing for an
   * instance that is not stored. Errors: `E_ROW_NOT_FOUND` when the document is gone.
   */
  async refresh(): Promise<this> {
    await finders.refresh(this)
    return this
  }

  /** The next `save` runs the after hooks and stamps dates even when nothing changed. */
  enableForceUpdate(): this {
    this[FLAGS] |= Flag.force
    return this
  }

  /**
   * Assigns values by property or stored name. Errors: `E_UNKNOWN_COLUMN`, `E_MODEL_DELETED`.
   */
  merge(values: Partial<ModelAttributes<this>>, allowExtraProperties = false): this {
    ensureNotDeleted(this, 'merge')
    assign(this, values, allowExtraProperties)
    return this
  }

  /** Replaces all attributes but the primary key of a stored instance. Errors: as `merge`. */
  fill(values: Partial<ModelAttributes<this>>, allowExtraProperties = false): this {
    ensureNotDeleted(this, 'fill')
    const definition = absorb(this)
    const before = this[VALUES]
    this[VALUES] = definition.columns.map((column) => {
      if (column.isPrimary && this.$isPersisted) return before?.[column.index] ?? HOLE
      return this.$isPersisted ? null : HOLE
    })
    try {
      assign(this, values, allowExtraProperties)
    } catch (error) {
      this[VALUES] = before
      throw error
    }
    return this
  }

  /** Works on another connection from now on. */
  useConnection(name: string): this {
    restOf(this).connection = name
    return this
  }

  // ---- State

  /** Attributes by property name. Reads and writes through to the instance. */
  get $attributes(): Record<string, unknown> {
    return attributesView(this, absorb(this))
  }

  /** The attributes as they are stored, by property name. */
  get $original(): ModelObject {
    const definition = absorb(this)
    const result: ModelObject = {}
    if (!this.$isPersisted) return result
    for (const column of definition.columns) {
      const value = storedValue(this, definition, column)
      if (value !== undefined) result[column.attribute] = value
    }
    return result
  }

  /** Attributes that a `save` would write: all of a new instance's, else those that changed. */
  get $dirty(): ModelObject {
    const definition = absorb(this)
    if (!this.$isPersisted) return { ...this.$attributes }
    const result: ModelObject = {}
    for (const { column } of collectChanges(definition, this).items) {
      result[column.attribute] = getColumn(this, definition, column)
    }
    return result
  }

  get $isDirty(): boolean {
    return this.isDirty()
  }

  /** Whether any attribute, or one of those named, differs from what is stored. */
  isDirty(fields?: string | readonly string[]): boolean {
    const dirty = Object.keys(this.$dirty)
    if (fields === undefined) return dirty.length > 0
    const names = typeof fields === 'string' ? [fields] : fields
    return names.some((name) => dirty.includes(name))
  }

  /** The document is in the database. */
  get $isPersisted(): boolean {
    return (this[FLAGS] & Flag.persisted) !== 0
  }

  get $isNew(): boolean {
    return !this.$isPersisted
  }

  /** The instance was made by the application rather than read. */
  get $isLocal(): boolean {
    return (this[FLAGS] & Flag.local) !== 0
  }

  get $isDeleted(): boolean {
    return (this[FLAGS] & Flag.deleted) !== 0
  }

  /** Fields of the document that are no columns, and what queries add. */
  get $extras(): Record<string, unknown> {
    const rest = restOf(this)
    if (rest.extras === undefined) {
      const definition = definitionFor(this)
      const chunk = storedChunk(definition, this)
      rest.extras = chunk?.extras(this[ROW], definition.storedNames) ?? {}
    }
    return rest.extras
  }

  set $extras(values: Record<string, unknown>) {
    restOf(this).extras = values
  }

  /** Name of the connection on which the instance is saved, where it is not the model's own. */
  get $options(): { connection?: string } {
    const connection = this[REST]?.connection
    return connection === undefined ? {} : { connection }
  }

  /** Value of the primary key. */
  get $primaryKeyValue(): unknown {
    return (this as Record<string, unknown>)[definitionFor(this).primary.attribute]
  }

  /** The raw value of an attribute, past any getter of the class. */
  $getAttribute(name: string): unknown {
    const definition = absorb(this)
    const column = definition.attribute(name)
    return column === undefined ? undefined : getColumn(this, definition, column)
  }

  /** Sets the raw value of an attribute, past any setter. Errors: `E_MODEL_DELETED`. */
  $setAttribute(name: string, value: unknown): void {
    ensureNotDeleted(this, '$setAttribute')
    const definition = absorb(this)
    const column = definition.attribute(name)
    if (column !== undefined) setColumn(this, definition, column, value)
  }

  /** Whether the attribute has a value, be it null. */
  $hasAttribute(name: string): boolean {
    const column = absorb(this).attribute(name)
    return column !== undefined && hasColumn(this, column)
  }

  // ---- JSON

  /** A plain object for JSON, by serialised names. */
  serialize(cherryPick?: CherryPick): ModelObject {
    absorb(this)
    return serialize(this, cherryPick)
  }

  serializeAttributes(fields?: CherryPick['fields'], raw?: boolean): ModelObject {
    absorb(this)
    return serializeAttributes(this, fields, raw)
  }

  toJSON(): ModelObject {
    return this.serialize()
  }

  /** Attributes by property name, as they are, and `$extras`. */
  toObject(): ModelObject {
    absorb(this)
    return toObject(this)
  }

  [Symbol.for('nodejs.util.inspect.custom')](
    _depth: number,
    options: object,
    show: (value: unknown, options: object) => string,
  ): string {
    absorb(this)
    return `${modelOf(this).name} ${show(inspect(this), options)}`
  }
}

rememberSerialization(BaseModel.prototype)

function addHook(
  model: ModelClass,
  when: 'before' | 'after',
  event: EventName,
  handler: unknown,
): void {
  const definition = definitionOf(model)
  if (!EVENT_NAMES.includes(event)) {
    throw new errors.E_MODEL_DEFINITION(
      `${model.name}.${when}(): there is no event "${String(event)}"; there are: ` +
        EVENT_NAMES.join(', '),
      { model: model.name },
    )
  }
  const name = `${when}${event.charAt(0).toUpperCase()}${event.slice(1)}`
  definition.hooks.add(name as HookEvent, handler, model)
  definition.hooksChanged()
}
