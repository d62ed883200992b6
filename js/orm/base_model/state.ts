/** What an instance knows of itself. */
import { CHUNK, ROW, VALUES } from '../../codec/accessors.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { define } from '../../codec/keys.ts'
import { decodeStored } from '../../codec/stored_values.ts'
import type { TransactionClient } from '../../database/transaction/index.ts'
import type { AttributeChange, ModelObject, Related } from '../contracts/options.ts'
import { FLAGS, Flag, REST, type Rest } from '../contracts/state.ts'
import { ownPreloaded } from '../definition/related.ts'
import * as state from '../instance/assigned_state.ts'
import {
  absorb,
  definitionFor,
  ensureNotDeleted,
  getColumn,
  hasColumn,
  modelOf,
  restOf,
  setColumn,
} from '../instance/attributes.ts'
import { attributesView } from '../instance/attributes_view.ts'
import { fromCache } from '../instance/cached_getters.ts'
import { collectChanges } from '../instance/changes.ts'
import { shownValue, storedChunk } from '../instance/stored.ts'
import { atHome, connectionOf } from '../operation/call.ts'
import { adopt, currentTransaction, enlist } from '../persistence/enlist.ts'

/** The part of `BaseModel` that tells and sets the state of an instance. */
export abstract class ModelState {
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

  /**
   * Names of the columns. A class may list them itself, for `toAttributes` and its type:
   * `$columns = ['id', 'email'] as const`.
   */
  declare readonly $columns: readonly string[]

  /** The transaction that the instance takes part in; none once it is over. */
  get $trx(): TransactionClient | undefined {
    return currentTransaction(this)
  }

  set $trx(trx: TransactionClient | undefined) {
    if (trx === undefined) restOf(this).trx = undefined
    else {
      const client = atHome(definitionFor(this), trx)
      client.route()
      enlist(this, client)
      adopt(this, client)
    }
  }

  /**
   * Attributes by property name. Reads and writes through to the instance; `delete` of one is `unset`.
   * Setting it puts other attributes in the place of all.
   */
  get $attributes(): Record<string, unknown> {
    return attributesView(this, absorb(this))
  }

  set $attributes(values: Record<string, unknown>) {
    state.setAttributes(this, values)
  }

  /**
   * What the properties showed when they were read or stored last, by property name. Setting it says
   * what is stored: changes are told by it from then on.
   */
  get $original(): ModelObject {
    const definition = absorb(this)
    const result: ModelObject = {}
    for (const column of definition.columns) {
      const value = shownValue(this, definition, column)
      if (value !== undefined) result[column.attribute] = value
    }
    return result
  }

  set $original(values: ModelObject) {
    state.setOriginal(this, values)
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

  /**
   * What the last save of the instance changed, by property name; all attributes where that save stored it for
   * the first time. For after hooks, where nothing is dirty any more.
   *
   * @example
   * @afterUpdate()
   * static announce(order: Order) {
   *   if ('status' in order.$changes) notify(order, order.$changes.status.before)
   * }
   */
  get $changes(): Record<string, AttributeChange> {
    const definition = absorb(this)
    const replaced = this[REST]?.changes
    const result: Record<string, AttributeChange> = {}
    if (replaced === undefined && !(this.$isLocal && this.$isPersisted)) return result
    for (const column of definition.columns) {
      const raw = replaced === undefined ? null : replaced.get(column.index)
      const after = shownValue(this, definition, column)
      if (raw === undefined || (raw === null && after === undefined)) continue
      const before = raw === null ? undefined : column.fromStored(decodeStored(raw), this)
      result[column.attribute] = { before, after }
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

  /** The document is in the database. Tests and factories may say so themselves. */
  get $isPersisted(): boolean {
    return (this[FLAGS] & Flag.persisted) !== 0
  }

  set $isPersisted(persisted: boolean) {
    state.setPersisted(this, persisted)
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
      rest.extras = chunk?.extras(this[ROW], definition.schema.storedNames) ?? {}
      chunk?.related?.extend(rest.extras, this[ROW])
      rest.linkedBy?.extend(rest.extras, rest.link)
    }
    return rest.extras
  }

  set $extras(values: Record<string, unknown>) {
    restOf(this).extras = values
  }

  /** What `query.sideload()` gave to this row: no part of the document, and not in JSON. */
  get $sideloaded(): Record<string, unknown> {
    const rest = restOf(this)
    rest.sideloaded ??= {}
    return rest.sideloaded
  }

  set $sideloaded(values: Record<string, unknown>) {
    restOf(this).sideloaded = values
  }

  /** Relations that were loaded, by name: `null`, a row or an array of rows each. */
  get $preloaded(): Record<string, Related> {
    return ownPreloaded(this)
  }

  /**
   * Name of the connection on which the instance is saved: of one that was read, the connection that it
   * came from. Empty for a new instance that was given none.
   */
  get $options(): { connection?: string } {
    const connection = this[REST]?.connection ?? ownConnection(this)
    return connection === undefined ? {} : { connection }
  }

  set $options(options: { connection?: string } | undefined) {
    if (options === undefined) restOf(this).connection = undefined
    else if (options.connection !== undefined) restOf(this).connection = options.connection
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

  /**
   * For getters of the class: what `make` answers for the attribute's raw value, kept until the
   * attribute gets another value.
   *
   * @example
   * get settings() {
   *   return this.$getAttributeFromCache('settings', (raw) => new Settings(raw))
   * }
   */
  $getAttributeFromCache<Value>(name: string, make: (value: unknown) => Value): Value {
    return fromCache(this, name, this.$getAttribute(name), make)
  }

  /** Whether the attribute has a value, be it null. */
  $hasAttribute(name: string): boolean {
    const column = absorb(this).attribute(name)
    return column !== undefined && hasColumn(this, column)
  }
}

Object.defineProperty(ModelState.prototype, '$columns', {
  get(this: ModelState) {
    return definitionFor(this).columns.map((column) => column.attribute)
  },
  set(this: ModelState, value: unknown) {
    define(this, '$columns', value)
  },
  configurable: true,
})

/** The connection of a model that was read where no other was named. */
function ownConnection(instance: ModelState): string | undefined {
  if ((instance[FLAGS] & Flag.local) !== 0) return undefined
  const model = modelOf(instance)
  return model.$database === undefined ? undefined : connectionOf(definitionFor(instance)).name
}
