import type { Model } from '../contracts/index.ts'
import type { Call } from '../operation/call.ts'
import { ModelQueryBuilder } from '../query_builder/index.ts'
import type { Between } from './keys.ts'

/** A query for the documents between. */
export class BetweenQuery extends ModelQueryBuilder<Model> {
  override call(operation: string): Call {
    return super.call(operation)
  }
}

/** Gives the `$extras` of a row what the document between says of it, under these names. */
export function linkTo(
  extras: Record<string, unknown>,
  { pivot, definition, match, tree }: Between,
  shown: readonly string[],
  document: Model,
): void {
  if (tree !== undefined) {
    extras.depth = document.$extras.__depth
    return
  }
  const prefix = pivot === undefined ? 'through' : 'pivot'
  for (const name of new Set(pivot === undefined ? [match] : shown)) {
    const column = definition.column(name)
    if (column === undefined) continue
    const value: unknown = document[column.attribute as keyof Model]
    if (value !== undefined) extras[`${prefix}_${column.stored}`] = value
  }
}
