/** `$attributes`: the instance's column values as an object that reads and writes through. */
import type { Column } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { getColumn, isAttribute, leaveOut, setColumn } from './attributes.ts'

/**
 * The one place with a Proxy: the view is made when somebody asks for it, never for an instance
 * that is only read or saved.
 */
export function attributesView(
  instance: Model,
  definition: ModelDefinition,
): Record<string, unknown> {
  const columnOf = (key: string | symbol): Column | undefined =>
    typeof key === 'string' ? definition.attribute(key) : undefined
  return new Proxy(Object.create(null) as Record<string, unknown>, {
    get(_, key) {
      const column = columnOf(key)
      return column === undefined ? undefined : getColumn(instance, definition, column)
    },
    set(_, key, value) {
      const column = columnOf(key)
      if (column === undefined) return false
      setColumn(instance, definition, column, value)
      return true
    },
    deleteProperty(_, key) {
      const column = columnOf(key)
      if (column !== undefined) leaveOut(instance, definition, column, 'unset')
      return true
    },
    has(_, key) {
      const column = columnOf(key)
      return column !== undefined && isAttribute(instance, column)
    },
    ownKeys() {
      return definition.columns
        .filter((column) => isAttribute(instance, column))
        .map((column) => column.attribute)
    },
    getOwnPropertyDescriptor(_, key) {
      const column = columnOf(key)
      if (column === undefined || !isAttribute(instance, column)) return undefined
      return {
        value: getColumn(instance, definition, column),
        enumerable: true,
        writable: true,
        configurable: true,
      }
    },
  })
}
