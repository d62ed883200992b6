import { PredicateMethods } from '../builder/predicates.generated.ts'
import { alwaysNarrow, type Clause } from '../clauses.ts'
import { describe, fail, wasAsync } from '../messages.ts'
import { type Document, field } from '../record.ts'
import { isPlainObject } from '../values.ts'
import { Conditions } from './conditions.ts'
import { copyStage } from './copy.ts'
import { operandOf } from './expressions/compile.ts'
import { Expression, type Scope } from './expressions/expression.ts'

/**
 * The conditions of a `match()`: the `where` methods of queries, on the rows of the pipeline.
 *
 * @example
 * Order.aggregate().match((query) => query.where('total', '>', 100).orWhereNull('paidAt'))
 */
export class MatchQuery<Row> extends PredicateMethods<Row> {
  protected fresh(): this {
    return new MatchQuery<Row>(this.target) as this
  }

  /** The filter, empty where nothing is said. @internal */
  compile(): Document | Conditions {
    const clauses = this.clausesWith([])
    if (!alwaysNarrow(clauses)) return this.conditions()
    return new Conditions(this.target, copyStage(clauses) as Clause[])
  }
}

/** A callback that writes the conditions of a `match()`. */
export type MatchCallback<Row> = (query: MatchQuery<Row>) => unknown

/** The filter of conditions, a callback or an expression. Throws as `where()` does. */
export function readMatch(scope: Scope, place: string, given: unknown): Document | Conditions {
  if (given instanceof Expression) {
    return field('$expr', operandOf(scope, given).value)
  }
  const query = new MatchQuery<Record<string, unknown>>(scope.shape)
  if (typeof given === 'function') runNow(scope, place, given as MatchCallback<unknown>, query)
  else if (isPlainObject(given)) query.where(given)
  else {
    const forms = 'an object of fields, a callback or an expression'
    fail('E_INVALID_QUERY', scope.shape, `${place} needs ${forms}, got ${describe(given)}`)
  }
  return query.compile()
}

/** Calls `callback`, which has to be done when it returns. Throws `E_INVALID_QUERY`. */
export function runNow<Argument>(
  scope: Scope,
  place: string,
  callback: (...given: Argument[]) => unknown,
  ...given: Argument[]
): unknown {
  const result = callback(...given)
  if (!wasAsync(result)) return result
  return fail('E_INVALID_QUERY', scope.shape, `the callback of ${place} must not be async`)
}
