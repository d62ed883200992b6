/** Getting and setting attributes by name. */

import { CHUNK, HOLE, ROW, VALUES } from '../../codec/accessors.ts'
import { define } from '../../codec/keys.ts'
import { refuse } from '../../errors/index.ts'
import { Tag } from '../../protocol.generated.ts'
import { prehashed } from '../columns/hashed/values.ts'
import type { Column } from '../columns/index.ts'
import type { Model, ModelClass } from '../contracts/index.ts'
import { emptyRest, FLAGS, Flag, REST, type Rest } from '../contracts/state.ts'
import { definitionOf, type ModelDefinition } from '../definition/index.ts'

export function modelOf(instance: Model): ModelClass {
  return instance.constructor as ModelClass
}

export function definitionFor(instance: Model): ModelDefinition {
  return definitionOf(modelOf(instance))
}

export function restOf(instance: Model): Rest {
  const present = instance[REST]
  if (present !== null) return present
  const rest = emptyRest()
  instance[REST] = rest
  return rest
}

/** Model classes whose plain class fields cover their columns. */
const covered = new WeakMap<ModelDefinition, readonly Column[]>()

/**
 * Class fields without `declare` become properties of the instance and hide the column's accessor,
 * as `useDefineForClassFields` has it. Their values belong to the columns: every operation starts
 * by taking them over.
 */
export function absorb(instance: Model): ModelDefinition {
  const definition = definitionFor(instance)
  // Documents that were read are made without these fields.
  if ((instance[FLAGS] & Flag.local) === 0) return definition
  let columns = covered.get(definition)
  if (columns === undefined) {
    columns = definition.columns.filter((column) => Object.hasOwn(instance, column.attribute))
    // One instance tells for its whole class.
    covered.set(definition, columns)
  }
  for (const column of columns) {
    const own = Object.getOwnPropertyDescriptor(instance, column.attribute)
    if (own === undefined || !('value' in own)) continue
    Reflect.deleteProperty(instance, column.attribute)
    if (own.value !== undefined) setColumn(instance, definition, column, own.value)
  }
  return definition
}

/** The raw value, past any getter that the class declares. */
export function getColumn(instance: Model, definition: ModelDefinition, column: Column): unknown {
  return definition.seal().readColumn(instance, column.index)
}

export function setColumn(
  instance: Model,
  definition: ModelDefinition,
  column: Column,
  value: unknown,
): void {
  definition.seal().writeColumn(instance, column.index, value)
}

/** Whether the attribute has a value, be it null. */
export function hasColumn(instance: Model, column: Column): boolean {
  const values = instance[VALUES]
  const value = values === null ? HOLE : values[column.index]
  if (value === undefined) return false
  const chunk = instance[CHUNK]
  const stored =
    chunk !== null && chunk.tags[instance[ROW] * chunk.columns + column.index] !== Tag.missing
  return stored || value !== HOLE
}

/**
 * Whether the attribute is there, be it undefined: what was assigned stays until it is removed.
 */
export function isAttribute(instance: Model, column: Column): boolean {
  const given = instance[VALUES] !== null && instance[VALUES][column.index] === undefined
  if (given) return instance[REST]?.gone?.has(column.index) !== true
  return hasColumn(instance, column)
}

/**
 * Takes attributes away. The fields of a stored document are removed by the next save.
 *
 * Errors: `E_UNKNOWN_COLUMN`.
 */
export function unset(instance: Model, names: readonly unknown[]): void {
  const definition = absorb(instance)
  for (const column of columnsOf(definition, names)) leaveOut(instance, definition, column, 'unset')
}

/** Takes an attribute away, and its field from the document, or not. */
export function leaveOut(
  instance: Model,
  definition: ModelDefinition,
  column: Column,
  how: 'unset' | 'left out',
): void {
  setColumn(instance, definition, column, undefined)
  const rest = restOf(instance)
  rest.gone ??= new Map()
  rest.gone.set(column.index, how)
}

/** Columns by property or stored name. Errors: `E_UNKNOWN_COLUMN`. */
export function columnsOf(definition: ModelDefinition, names: readonly unknown[]): Column[] {
  const unknown: string[] = []
  const columns = names.flatMap((name) => {
    const column = typeof name === 'string' ? definition.column(name) : undefined
    if (column === undefined) unknown.push(String(name))
    return column ?? []
  })
  if (unknown.length > 0) refuseUnknown(definition, unknown)
  return columns
}

/** The value that a column keeps for one that its property shows. */
export function valueFor(column: Column, shown: unknown): unknown {
  return column.kind.hashed !== undefined && typeof shown === 'string' && shown !== ''
    ? prehashed(shown)
    : shown
}

/**
 * Assigns values by property or stored name. Nothing is assigned when one of them is unknown.
 *
 * Errors: `E_UNKNOWN_COLUMN`, `E_INVALID_VALUE` when `values` is no object.
 */
export function assign(instance: Model, values: unknown, allowExtra: boolean): void {
  const definition = absorb(instance)
  if (values === undefined || values === null) return
  if (typeof values !== 'object' || Array.isArray(values)) {
    refuse(
      'E_INVALID_VALUE',
      definition,
      undefined,
      ': attributes must be an object, and were of type ' +
        `${Array.isArray(values) ? 'array' : typeof values}`,
    )
  }
  const given = values as Record<string, unknown>
  const keys = Object.keys(given)
  const columns = columnsFor(definition, keys)
  if (!allowExtra && columns.includes(undefined)) {
    const unknown = keys.filter((key) => !isAssignable(instance, definition, key))
    if (unknown.length > 0) refuseUnknown(definition, unknown)
  }
  const { length } = definition.columns
  for (let place = 0; place < keys.length; place++) {
    const key = keys[place] as string
    const column = columns[place]
    if (column === undefined) assignOther(instance, definition, key, given[key])
    else if (definition.hasCustomAccessor(column)) {
      ;(instance as unknown as Record<string, unknown>)[column.attribute] = given[key]
    } else {
      instance[VALUES] ??= new Array(length).fill(HOLE)
      const value = given[key]
      instance[VALUES][column.index] = column.accept === undefined ? value : column.accept(value)
    }
  }
}

/** The keys that were assigned last: the objects of a list mostly have the same. */
interface Assigned {
  readonly keys: readonly string[]
  readonly columns: readonly (Column | undefined)[]
}

const assigned = new WeakMap<ModelDefinition, Assigned>()

function columnsFor(definition: ModelDefinition, keys: readonly string[]): Assigned['columns'] {
  const known = assigned.get(definition)
  if (known?.keys.length === keys.length && keys.every((key, at) => key === known.keys[at])) {
    return known.columns
  }
  const columns = keys.map((key) => definition.column(key))
  assigned.set(definition, { keys, columns })
  return columns
}

/** Names of what is assigned come from requests; those of conditions are the application's. */
const UNPROCESSABLE = 422

function refuseUnknown(definition: ModelDefinition, keys: readonly string[]): never {
  const names = keys.map((key) => `"${key}"`).join(', ')
  refuse(
    'E_UNKNOWN_COLUMN',
    definition,
    undefined,
    ` has no column ${names}; declare it with @column() or pass ` +
      '{ allowExtraProperties: true }',
    { column: keys[0], status: UNPROCESSABLE },
  )
}

function assignOther(
  instance: Model,
  definition: ModelDefinition,
  key: string,
  value: unknown,
): void {
  // Rows are no values: relations are written by their clients.
  if (definition.relations.has(key)) return
  if (isAssignable(instance, definition, key)) {
    ;(instance as unknown as Record<string, unknown>)[key] = value
    return
  }
  define(instance.$extras, key, value)
}

/** Columns, and properties that the class itself declares beside them. */
function isAssignable(instance: Model, definition: ModelDefinition, key: string): boolean {
  if (definition.column(key) !== undefined || definition.isTransient(key)) return true
  if (definition.relations.has(key)) return true
  return !key.startsWith('$') && key !== '__proto__' && Object.hasOwn(instance, key)
}

/** Errors: `E_MODEL_DELETED`. */
export function ensureNotDeleted(instance: Model, operation: string): void {
  if ((instance[FLAGS] & Flag.deleted) === 0) return
  const { name } = modelOf(instance)
  refuse(
    'E_MODEL_DELETED',
    name,
    operation,
    `: the instance was deleted; ${operation} needs one that is in the database`,
  )
}

/** Errors: `E_MODEL_NOT_PERSISTED` for a part of another document. */
export function ensureOwn(instance: Model, operation: string): void {
  if ((instance[FLAGS] & Flag.embedded) === 0) return
  const { name } = modelOf(instance)
  const what = `: the instance is a part of another document; ${operation} that one`
  refuse('E_MODEL_NOT_PERSISTED', name, operation, what)
}
