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

/** The keys that lead on, of the documents between that refer to a row. */
export async function keysBehind(
  links: BetweenQuery,
  { definition, match, key }: Between,
  value: unknown,
): Promise<unknown[]> {
  if (value === undefined || value === null) return []
  const attribute = definition.column(key)?.attribute as keyof Model
  const rows = await links.where(match as never, value as never).select(key as never)
  return rows.map((row) => row[attribute])
}

/** Gives a row what the document between says of it, under these names. */
export function linkRow(
  { pivot, definition, match }: Between,
  shown: readonly string[],
  row: Model,
  between: Model,
): void {
  for (const name of new Set(pivot === undefined ? [match] : shown)) {
    const column = definition.column(name)
    if (column === undefined) continue
    const value: unknown = between[column.attribute as keyof Model]
    const prefix = pivot === undefined ? 'through' : 'pivot'
    if (value !== undefined) row.$extras[`${prefix}_${column.stored}`] = value
  }
}
