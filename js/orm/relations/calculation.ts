/** What is calculated of the rows of a relation, read from its query. */
import type { Aggregate } from '../../query/rows.ts'
import type { ModelDefinition } from '../definition/index.ts'
import type { Calculation } from '../preload/counts.ts'
import type { RelatedPart } from '../preload/part.ts'
import type { Calculates } from '../preload/preloads.ts'

/** What a query says of it. */
export interface AskedCalculation {
  readonly relation: string
  readonly alias: string | undefined
  readonly aggregates: readonly Aggregate[]
  /** Throws `E_INVALID_QUERY`. */
  refuse(why: string): never
}

export function calculationOf(
  definition: ModelDefinition,
  operation: Calculates,
  asked: AskedCalculation,
  found: () => RelatedPart,
): Calculation {
  const [aggregate, more] = asked.aggregates
  const isCount = operation === 'withCount'
  if (isCount ? aggregate !== undefined : aggregate === undefined || more !== undefined) {
    asked.refuse(isCount ? 'counts rows, and takes no aggregate' : 'needs one aggregate')
  }
  const alias = asked.alias ?? (isCount ? `${asked.relation}_count` : undefined)
  if (alias === undefined) return asked.refuse("needs a name for the aggregate: .as('name')")
  if ((aggregate?.fields.length ?? 0) > 1) asked.refuse('calculates of one column')
  const column = aggregate?.column && definition.column(aggregate.column.attribute)
  if (column === undefined) return { part: found(), alias, aggregate, read: (stored) => stored }
  const nobody = new definition.model()
  const read = (stored: unknown) => (stored === null ? null : column.fromStored(stored, nobody))
  return { part: found(), alias, aggregate, read }
}
