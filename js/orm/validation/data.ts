/** The properties of an instance, as validators get them. */
import { DateTime } from 'luxon'
import { HOLE, VALUES } from '../../codec/accessors.ts'
import type { Column } from '../columns/index.ts'
import type { Model } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { definitionFor } from '../instance/attributes.ts'
import { holding } from '../instance/held.ts'

/** How a kind of validators wants dates and embedded documents. */
export type Shape = (value: unknown, column: Column) => unknown

export interface ValidationData {
  readonly values: Record<string, unknown>
  /** Properties that nothing can be said of: what was not read, and what is a hash already. */
  readonly unjudged: ReadonlySet<string>
}

/** As the properties show them. */
export const asShown: Shape = (value) => value

/** With embedded documents as plain objects, and dates as `date` makes them. */
export function asPlain(date: (value: DateTime, column: Column) => unknown): Shape {
  const shape: Shape = (value, column) => {
    if (DateTime.isDateTime(value)) return date(value, column)
    const { embeds } = column
    if (embeds === undefined || value === null) return value
    const all = embeds.instances(value).map((one) => dataOf(definitionFor(one), one, shape).values)
    return embeds.many ? all : all[0]
  }
  return shape
}

export function dataOf(definition: ModelDefinition, instance: Model, shape: Shape): ValidationData {
  const values: Record<string, unknown> = {}
  const unjudged = new Set<string>()
  for (const column of definition.columns) {
    const { attribute } = column
    if (isUnknown(instance, column)) {
      unjudged.add(attribute)
      continue
    }
    if (column.kind.hashed !== undefined && !isSet(instance, column)) unjudged.add(attribute)
    const value = (instance as unknown as Record<string, unknown>)[attribute]
    if (value !== undefined) values[attribute] = shape(value, column)
  }
  for (const name of definition.transients.keys()) {
    const value = (instance as unknown as Record<string, unknown>)[name]
    if (value !== undefined) values[name] = value
  }
  return { values, unjudged }
}

function isUnknown(instance: Model, column: Column): boolean {
  const held = holding(instance, column)
  return held !== true && (held !== false || !isSet(instance, column))
}

/** Whether the column has another value than what is stored. */
function isSet(instance: Model, { index }: Column): boolean {
  const value = instance[VALUES]?.[index]
  return value !== undefined && value !== HOLE
}
