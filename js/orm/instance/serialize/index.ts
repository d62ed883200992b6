/** Instances as plain objects and JSON. Semantics of Lucid. */
import type { Model } from '../../contracts/index.ts'
import type { CherryPick, ModelObject, RelatedRow } from '../../contracts/options.ts'
import { own } from '../../contracts/own.ts'
import type { ModelDefinition } from '../../definition/index.ts'
import { preloadedOf } from '../../definition/related.ts'
import { definitionFor, getColumn, hasColumn } from '../attributes.ts'
import { pickerOf, relationPick } from './cherry_pick.ts'
import { put, toJsonValue } from './json.ts'

/** The parts of a serialised instance, each of which a class may override. */
export interface SerializedParts extends Model {
  serializeAttributes(fields?: CherryPick['fields'], raw?: boolean): ModelObject
  serializeRelations(relations?: CherryPick['relations'], raw?: boolean): ModelObject
  serializeComputed(fields?: CherryPick['fields']): ModelObject
}

function property(instance: Model, name: string): unknown {
  return (instance as unknown as Record<string, unknown>)[name]
}

/** Columns that have a value, by serialised name; `raw` gives the properties as they are. */
export function serializeAttributes(
  instance: Model,
  fields: CherryPick['fields'],
  raw: boolean,
): ModelObject {
  const definition = definitionFor(instance)
  const wanted = pickerOf(fields, definition.name)
  const result: ModelObject = {}
  for (const column of definition.columns) {
    const name = column.serializedAs
    if (!name || !wanted(name) || !hasColumn(instance, column)) continue
    const value = property(instance, column.attribute)
    put(result, name, raw ? value : jsonOf(instance, column, value))
  }
  for (const [attribute, name] of definition.transients) {
    if (!name || !wanted(name)) continue
    const value = property(instance, attribute)
    if (value !== undefined) put(result, name, raw ? value : toJsonValue(value))
  }
  return result
}

/** The column's value in JSON; embedded documents are serialised as models are. */
function jsonOf(
  instance: Model,
  column: ModelDefinition['columns'][number],
  value: unknown,
  pick?: CherryPick,
): unknown {
  if (column.embeds === undefined || typeof value !== 'object' || value === null) {
    return toJsonValue(serialized(instance, column, value))
  }
  // What is stored where a document should be is shown as it is.
  const one = (row: unknown) =>
    typeof (row as RelatedRow | null)?.serialize === 'function'
      ? (row as RelatedRow).serialize(pick)
      : toJsonValue(row)
  return Array.isArray(value) ? value.map(one) : one(value)
}

/** Embedded documents of which the caller takes a part, in the place of the whole. */
function pickEmbedded(
  instance: Model,
  attributes: ModelObject,
  relations: CherryPick['relations'],
): ModelObject {
  if (relations === undefined || relations === null) return attributes
  for (const column of definitionFor(instance).embedded) {
    const name = column.serializedAs
    const pick = name ? relationPick(relations, name) : undefined
    if (!name || pick === undefined || !(name in attributes)) continue
    put(attributes, name, jsonOf(instance, column, property(instance, column.attribute), pick))
  }
  return attributes
}

function serialized(
  instance: Model,
  column: ModelDefinition['columns'][number],
  value: unknown,
): unknown {
  return column.serialize === undefined
    ? value
    : column.serialize(value as never, column.attribute, instance)
}

/** Computed properties by serialised name, but for those that are undefined. */
export function serializeComputed(instance: Model, fields: CherryPick['fields']): ModelObject {
  const { computed, name: model } = definitionFor(instance)
  const result: ModelObject = {}
  if (computed.size === 0) return result
  const wanted = pickerOf(fields, model)
  for (const [name, { serializeAs }] of computed) {
    if (!serializeAs || !wanted(serializeAs)) continue
    const value = property(instance, name)
    if (value !== undefined) put(result, serializeAs, toJsonValue(value))
  }
  return result
}

/** Preloaded relations by serialised name; `raw` gives the rows themselves. */
export function serializeRelations(
  instance: Model,
  relations: CherryPick['relations'],
  raw: boolean,
): ModelObject {
  const result: ModelObject = {}
  const definition = definitionFor(instance)
  for (const [relation, rows] of Object.entries(preloadedOf(instance))) {
    const name = definition.serializedRelation(relation)
    if (!name) continue
    const pick = relationPick(relations, name)
    // Rows of pojo() are plain documents.
    const one = (row: RelatedRow): ModelObject =>
      typeof row.serialize === 'function' ? row.serialize(pick) : (row as unknown as ModelObject)
    if (raw || rows === null) put(result, name, rows)
    else put(result, name, Array.isArray(rows) ? rows.map(one) : one(rows))
  }
  return result
}

/** What `serializeExtras` of the class asks for. */
function serializeExtras(instance: Model): unknown {
  const asked = property(instance, 'serializeExtras')
  if (typeof asked === 'function') return asked.call(instance)
  return asked === true ? { meta: instance.$extras } : undefined
}

/** What `serialize` and `toJSON` answer. */
export function serialize(instance: SerializedParts, cherryPick?: CherryPick): ModelObject {
  const { fields, relations } = own(cherryPick)
  return {
    ...pickEmbedded(instance, instance.serializeAttributes(fields, false), relations),
    ...instance.serializeRelations(relations, false),
    ...instance.serializeComputed(fields),
    ...(toJsonValue(serializeExtras(instance)) as ModelObject | undefined),
  }
}

function objectsOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(objectsOf)
  const row = value as RelatedRow | null | undefined
  return typeof row?.toObject === 'function' ? row.toObject() : value
}

/** Attributes, relations and computed properties by their names, and `$extras`. */
export function toObject(instance: Model): ModelObject {
  const definition = definitionFor(instance)
  const result: ModelObject = {}
  for (const column of definition.columns) {
    if (hasColumn(instance, column)) {
      const value = getColumn(instance, definition, column)
      result[column.attribute] = column.embeds === undefined ? value : objectsOf(value)
    }
  }
  for (const [relation, rows] of Object.entries(preloadedOf(instance))) {
    const one = (row: RelatedRow): ModelObject => row.toObject()
    put(result, relation, Array.isArray(rows) ? rows.map(one) : rows && one(rows))
  }
  for (const name of definition.computed.keys()) {
    const value = property(instance, name)
    if (value !== undefined) result[name] = value
  }
  result.$extras = instance.$extras
  return result
}

/** The columns named that have a value, by property name, as the properties read. */
export function toAttributes(instance: Model, names: readonly string[]): ModelObject {
  const definition = definitionFor(instance)
  const result: ModelObject = {}
  for (const name of names) {
    const column = definition.attribute(name)
    if (column === undefined || !hasColumn(instance, column)) continue
    const value = property(instance, name)
    if (value !== undefined) result[name] = value
  }
  return result
}
