import type { Clause, Condition, Joiner } from '../clauses.ts'
import { elementCompares, elementMatches, isComparisons } from '../conditions/arrays.ts'
import type { Reading } from '../conditions/basic.ts'
import { fail } from '../messages.ts'
import { columnInside, type ResolvedPath, resolvePath } from '../names.ts'
import type { QueryColumn, QueryTarget } from '../target.ts'
import { isPlainObject } from '../values.ts'
import { ArrayMethods } from './arrays.generated.ts'

/** The names inside an element: where it has no model none are declared, and all are taken as written. */
class ElementTarget implements QueryTarget {
  readonly name: string
  readonly #path: ResolvedPath
  /** What stands before the stored names of conditions. */
  readonly #prefix: string

  constructor(outer: QueryTarget, path: ResolvedPath, prefix = '') {
    this.name = outer.name
    this.#path = path
    this.#prefix = prefix
  }

  column(key: string): QueryColumn | undefined {
    if (key.includes('.')) return undefined
    const { column: outer, field } = this.#path
    const model = outer.embedded?.()
    if (model === undefined) return { attribute: `${field}.${key}`, stored: key, objectId: false }
    const inner = model.column(key)
    if (inner === undefined) return undefined
    const column = columnInside(outer, inner, `${field}.${inner.stored}`)
    return Object.create(column, {
      stored: { value: `${this.#prefix}${inner.stored}` },
    }) as QueryColumn
  }

  names(): Iterable<string> {
    return this.#path.column.embedded?.().names?.() ?? []
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

  /** @internal */
  override pushEmbedded(joiner: Joiner, negated: boolean, key: unknown, given: unknown): this {
    return this.pushReading(joiner, negated, readEmbedded(this.target, key, given))
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
  const clauses = clausesInside(new ElementTarget(target, path), given)
  return clauses.length === 0
    ? undefined
    : { condition: elementMatches(target, key, clauses), negated: false }
}

/**
 * Reads conditions on embedded documents: on the one of a column, or on an item of an array. `undefined`:
 * nothing to say.
 */
export function readEmbedded(
  target: QueryTarget,
  key: unknown,
  given: unknown,
): Reading | undefined {
  const path = resolvePath(target, key)
  const { attribute, embedded, embedsMany } = path.column
  if (embedded === undefined || !path.whole) {
    const need = 'whereEmbedded() needs a column of embedded documents'
    fail('E_INVALID_QUERY', target, `${need}, and "${attribute}" is none`, attribute)
  }
  if (embedsMany === true) return readElement(target, key, given)
  const clauses = clausesInside(new ElementTarget(target, path, `${path.field}.`), given)
  return clauses.length === 0
    ? undefined
    : { condition: { kind: 'group', clauses }, negated: false }
}

function clausesInside(target: QueryTarget, given: unknown): readonly Clause[] {
  const write: unknown = isPlainObject(given)
    ? (element: ElementQuery<unknown>) => element.where(given)
    : given
  return new ElementQuery<unknown>(target).written(
    write as (element: ElementQuery<unknown>) => unknown,
  )
}
