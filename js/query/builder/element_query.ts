import type { Clause, Condition, Joiner } from '../clauses.ts'
import { elementCompares, elementMatches, isComparisons } from '../conditions/arrays.ts'
import type { Reading } from '../conditions/basic.ts'
import { fail } from '../messages.ts'
import { resolvePath } from '../names.ts'
import type { QueryTarget } from '../target.ts'
import { isPlainObject } from '../values.ts'
import { ArrayMethods } from './arrays.generated.ts'

/** The names inside an element: none are declared, so all are taken as written. */
class ElementTarget implements QueryTarget {
  readonly name: string
  readonly #path: string

  constructor(outer: QueryTarget, path: string) {
    this.name = outer.name
    this.#path = path
  }

  column(key: string) {
    if (key.includes('.')) return undefined
    return { attribute: `${this.#path}.${key}`, stored: key, objectId: false }
  }
}

/** Conditions on one element of an array, of type `E`. See `whereElemMatch()`. */
export class ElementQuery<E> extends ArrayMethods<E> {
  protected fresh(): this {
    return new ElementQuery<E>(this.target) as this
  }

  /** @internal */
  override pushElement(joiner: Joiner, negated: boolean, key: unknown, given: unknown): this {
    return this.pushReading(joiner, negated, readElement(this.target, key, given))
  }

  /** What a callback writes. @internal */
  written(callback: (element: this) => unknown): readonly Clause[] {
    return this.clausesOf(this, callback, false)
  }

  protected override push(joiner: Joiner, negated: boolean, condition: Condition): this {
    if (condition.kind === 'either' && condition.expression) {
      const message = 'MongoDB compares sizes by order in whole documents only, not in an element'
      fail('E_UNSUPPORTED', this.target, message)
    }
    return super.push(joiner, negated, condition)
  }
}

/** Reads conditions on one element of an array. `undefined`: nothing to say. */
export function readElement(
  target: QueryTarget,
  key: unknown,
  given: unknown,
): Reading | undefined {
  if (isComparisons(given)) {
    return { condition: elementCompares(target, key, given), negated: false }
  }
  const path = resolvePath(target, key)
  const write: unknown = isPlainObject(given)
    ? (element: ElementQuery<unknown>) => element.where(given)
    : given
  const clauses = new ElementQuery<unknown>(new ElementTarget(target, path.field)).written(
    write as (element: ElementQuery<unknown>) => unknown,
  )
  return clauses.length === 0
    ? undefined
    : { condition: elementMatches(target, key, clauses), negated: false }
}
