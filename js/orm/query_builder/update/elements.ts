/** Conditions on the elements of an array. */
import { refuse } from '../../../errors/index.ts'
import { PredicateMethods } from '../../../query/builder/predicates.generated.ts'
import type { Document } from '../../../query/record.ts'
import type { QueryColumn, QueryTarget } from '../../../query/target.ts'
import { preparedElement } from '../../../query/values.ts'
import type { ModelDefinition } from '../../definition/index.ts'
import { checkIdentifier } from './paths.ts'

/** What is in an element has no columns: every name stands for itself, behind a prefix. */
class ElementTarget implements QueryTarget {
  readonly name: string
  readonly prefix: string

  constructor(name: string, prefix: string) {
    this.name = name
    this.prefix = prefix
  }

  column(key: string) {
    return { attribute: key, stored: `${this.prefix}${key}`, objectId: false }
  }
}

/**
 * Conditions on one element of an array, for `pull` and `arrayFilter`. Names are those inside the
 * element, as they are stored.
 */
export class ElementFilter<Element> extends PredicateMethods<Element> {
  /** Given to callbacks. @internal */
  constructor(target: QueryTarget) {
    super(target)
  }

  protected fresh(): this {
    return new ElementFilter<Element>(this.target) as this
  }

  /** @internal */
  compile(): Document {
    return this.conditions()
  }

  /** Lets `callback` write conditions. @internal */
  write(callback: (element: ElementFilter<Element>) => unknown): this {
    this.runNow(callback as (query: this) => unknown, this)
    return this
  }
}

/** What `pull` and `arrayFilter` are given beside the name. */
export type ElementCondition<Element> = (element: ElementFilter<Element>) => unknown

interface Context {
  readonly model: { readonly name: string }
  readonly operation: string
  /** What the elements are of, for messages. */
  readonly key: string
}

/**
 * Conditions on elements that are objects. With a prefix the names are those of an array filter.
 *
 * Errors: `E_EMPTY_FILTER` when the callback adds none: every element would be meant.
 */
export function elementFilter(
  { model, operation, key }: Context,
  condition: ElementCondition<never>,
  prefix = '',
): Document {
  const filter = new ElementFilter<never>(new ElementTarget(model.name, prefix))
    .write(condition)
    .compile()
  if (Object.keys(filter).length === 0) {
    const message = `the condition on the elements of "${key}" is empty and would mean all of them`
    refuse('E_EMPTY_FILTER', model, operation, `: ${message}`)
  }
  return filter
}

/** Elements of a column: what they are compared with is prepared, and cast, as they are. */
class ColumnElements implements QueryTarget {
  readonly name: string
  readonly #of: QueryColumn

  constructor(name: string, of: QueryColumn) {
    this.name = name
    this.#of = of
  }

  column(key: string): QueryColumn {
    const { attribute, objectId } = this.#of
    const prepare = (value: unknown) => preparedElement(this, this.#of, value)
    return { attribute, stored: key, objectId, prepare }
  }
}

/**
 * A condition on elements that are plain values, as a filter of a field named `name`; `column` is the
 * one whose elements they are, where it is known.
 */
export function valueFilter(
  { model }: Context,
  name: string,
  operator: unknown,
  value: unknown,
  column?: QueryColumn,
): Document {
  const target =
    column === undefined
      ? new ElementTarget(model.name, '')
      : new ColumnElements(model.name, column)
  const query = new ElementFilter<Record<string, unknown>>(target)
  return query.where(name, operator as '=', value as never).compile()
}

/** Arguments of `arrayFilter()` behind the name. */
export function readArrayFilter(
  model: ModelDefinition,
  operation: string,
  name: string,
  args: readonly unknown[],
): Document {
  checkIdentifier(model, operation, name)
  const [first, value] = args
  const context = { model, operation, key: name }
  if (args.length === 2) return valueFilter(context, name, first, value)
  if (args.length === 1 && typeof first === 'function') {
    return elementFilter(context, first as ElementCondition<never>, `${name}.`)
  }
  return refuse(
    'E_INVALID_QUERY',
    model,
    operation,
    `: the array filter "${name}" needs a callback, or an operator and a value`,
  )
}
