/** What Lucid adds to the transformers of AdonisJS 7: counts and aggregates of a model's `$extras`. */
import { BaseTransformer } from '@adonisjs/core/transformers'

interface Transformer {
  resource: { $extras?: Readonly<Record<string, unknown>> }
}

function aggregate({ resource }: Transformer, alias: string): number | undefined {
  const value = resource.$extras?.[alias]
  return value === undefined ? undefined : Number(value)
}

function needed(transformer: Transformer, alias: string, other: string): number {
  const value = aggregate(transformer, alias)
  if (value !== undefined) return value
  throw new Error(`the query did not ask for "${alias}"; this.${other} allows for that`)
}

const countOf = (relation: string) => `${relation}_count`

const METHODS = {
  withCount(this: Transformer, relation: string): number {
    return needed(this, countOf(relation), 'whenCounted()')
  },
  whenCounted(this: Transformer, relation: string): number | undefined {
    return aggregate(this, countOf(relation))
  },
  withAggregate(this: Transformer, alias: string): number {
    return needed(this, alias, 'whenAggregated()')
  },
  whenAggregated(this: Transformer, alias: string): number | undefined {
    return aggregate(this, alias)
  },
}

/** Adds the methods to all transformers. */
export function defineTransformerMethods(): void {
  for (const [name, value] of Object.entries(METHODS)) {
    Object.defineProperty(BaseTransformer.prototype, name, {
      value,
      configurable: true,
      writable: true,
    })
  }
}
