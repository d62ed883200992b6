/** How the server reads the rows of relations. */
import type { QueryClient } from '../../database/client.ts'
import type { Explanation, Verbosity } from '../query_builder/explain.ts'
import type { BetweenQuery } from './between_query.ts'
import type { Keys } from './keys.ts'

type Documents = readonly Readonly<Record<string, unknown>>[]

/** A query for related rows, by their keys. */
export interface KeyedQuery {
  readonly relation: { readonly keys: Keys }
  narrowTo(keys: readonly unknown[]): KeyedQuery
  betweenQuery(client: QueryClient): BetweenQuery
  explain(verbosity: Verbosity): Promise<Explanation>
}

const valuesOf = (rows: Documents, stored: string): unknown[] =>
  rows.flatMap((row) => row[stored] ?? [])

/** Explains a query for the related rows of these documents. */
export async function explainRelated(
  query: KeyedQuery,
  rows: Documents,
  client: QueryClient,
  verbosity: Verbosity,
): Promise<Explanation> {
  const { key, between, when } = query.relation.keys
  const taking =
    when === undefined ? rows : rows.filter((row) => row[when.column.stored] === when.name)
  const keys = valuesOf(taking, key.stored)
  if (between === undefined) return query.narrowTo(keys).explain(verbosity)
  const { definition, match, key: leads, tree } = between
  const found = query.betweenQuery(client)
  // Of a tree one step is explained.
  if (tree === undefined) found.whereIn(match as never, keys as never)
  else found.whereIn(tree.to as never, valuesOf(taking, tree.from) as never)
  const through = await found.explain(verbosity)
  const sample = (await found.sample()) as Documents
  const stored = tree === undefined ? (definition.column(leads)?.stored ?? leads) : key.stored
  return { ...(await query.narrowTo(valuesOf(sample, stored)).explain(verbosity)), through }
}
