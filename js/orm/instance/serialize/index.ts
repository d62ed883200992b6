/** Instances as plain objects and JSON. */
import { DateTime } from 'luxon'
import type { Model } from '../contracts/index.ts'
import type { CherryPick, ModelObject } from '../contracts/options.ts'
import { definitionFor, getColumn, hasColumn } from './attributes.ts'

function picker(fields: CherryPick['fields']): (name: string) => boolean {
  if (fields === undefined) return () => true
  const { pick, omit } = Array.isArray(fields)
    ? { pick: fields as readonly string[], omit: undefined }
    : (fields as { pick?: readonly string[]; omit?: readonly string[] })
  return (name) => (pick === undefined || pick.includes(name)) && !omit?.includes(name)
}

/** Attributes by their serialised names; `raw` skips the columns' `serialize`. */
export function serializeAttributes(
  instance: Model,
  fields?: CherryPick['fields'],
  raw = false,
): ModelObject {
  const definition = definitionFor(instance)
  const wanted = picker(fields)
  const result: ModelObject = {}
  for (const column of definition.columns) {
    const name = column.serializedAs
    if (name === null || !wanted(name) || !hasColumn(instance, column)) continue
    const value = (instance as unknown as Record<string, unknown>)[column.attribute]
    Object.defineProperty(result, name, {
      value:
        raw || column.serialize === undefined
          ? value
          : column.serialize(value as never, column.attribute, instance),
      enumerable: true,
      writable: true,
      configurable: true,
    })
  }
  return result
}

/** What `serialize` and `toJSON` answer. */
export function serialize(instance: Model, cherryPick?: CherryPick): ModelObject {
  const result = serializeAttributes(instance, cherryPick?.fields)
  const { serializeExtras } = instance as { serializeExtras?: boolean | (() => ModelObject) }
  if (serializeExtras === true) result.meta = { ...instance.$extras }
  else if (typeof serializeExtras === 'function') {
    Object.assign(result, serializeExtras.call(instance))
  }
  return result
}

/** Attribute names and values as they are, and `$extras`. */
export function toObject(instance: Model): ModelObject {
  const definition = definitionFor(instance)
  const result: ModelObject = {}
  for (const column of definition.columns) {
    if (hasColumn(instance, column)) {
      result[column.attribute] = getColumn(instance, definition, column)
    }
  }
  result.$extras = instance.$extras
  return result
}

/** How an instance shows in a console: its attributes, and what is special about it. */
export function inspect(instance: Model): object {
  const definition = definitionFor(instance)
  const shown: ModelObject = {}
  for (const column of definition.columns) {
    if (!hasColumn(instance, column)) continue
    const value = getColumn(instance, definition, column)
    shown[column.attribute] = DateTime.isDateTime(value) ? value.toISO() : value
  }
  const { $extras } = instance
  if (Object.keys($extras).length > 0) shown.$extras = $extras
  return shown
}
