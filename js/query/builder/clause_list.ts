import { types } from 'node:util'
import type { Clause, Condition, Joiner } from '../clauses.ts'
import { compileFilter, compileNothing } from '../compile/filter.ts'
import type { Reading } from '../conditions.ts'
import { describe, fail } from '../messages.ts'
import type { QueryTarget } from '../target.ts'

/** The conditions of a query in the order in which they were written. */
export abstract class ClauseList {
  protected readonly target: QueryTarget
  #clauses: Clause[] = []

  constructor(target: QueryTarget) {
    this.target = target
  }

  /** An empty builder of the same class for the same model: for groups and for `clone()`. */
  protected abstract fresh(): this

  /**
   * Whether the query narrows anything down. `false` also when what was written comes to nothing,
   * as `whereNotIn(key, [])` or an empty group do.
   */
  get hasWhere(): boolean {
    return Object.keys(this.compileFilter()).length > 0
  }

  /** Removes all conditions. Semantics of Lucid. */
  clearWhere(): this {
    this.#clauses = []
    return this
  }

  /**
   * Puts everything written so far into parentheses, so that an `orWhere` that follows cannot widen
   * it. Semantics of Lucid.
   *
   * @example
   * query.where('teamId', id).orWhere('public', true).wrapExisting().where('active', true)
   * // (team or public) and active
   */
  wrapExisting(): this {
    if (this.#clauses.length > 0) {
      const condition: Condition = { kind: 'group', clauses: this.#clauses }
      this.#clauses = [{ joiner: 'and', negated: false, condition }]
    }
    return this
  }

  /** Adds a condition. All methods of the `where` family end here. */
  protected push(joiner: Joiner, negated: boolean, condition: Condition): this {
    this.#clauses.push({ joiner, negated, condition })
    return this
  }

  /** Adds what arguments were read as; nothing when they said nothing. */
  protected pushReading(joiner: Joiner, negated: boolean, reading: Reading | undefined): this {
    if (reading === undefined) return this
    return this.push(joiner, reading.negated !== negated, reading.condition)
  }

  /** Adds the conditions that `callback` writes as one group. An empty group is left out. */
  protected pushGroup(joiner: Joiner, negated: boolean, callback: (query: this) => unknown): this {
    const group = this.fresh()
    this.runNow(callback, group)
    const clauses = [...group.#clauses]
    return clauses.length === 0 ? this : this.push(joiner, negated, { kind: 'group', clauses })
  }

  /** Calls `callback`, which has to be done when it returns. Throws `E_INVALID_QUERY`. */
  protected runNow(callback: (query: this) => unknown, query: this): void {
    if (typeof callback !== 'function') {
      fail('E_INVALID_QUERY', this.target, `a callback is needed, got ${describe(callback)}`)
    }
    this.refusePromise(callback(query))
  }

  /** What an async callback adds after its first `await` would be lost. */
  protected refusePromise(result: unknown): void {
    if (!types.isPromise(result)) return
    // Nobody else will look at it.
    result.catch(() => {})
    fail('E_INVALID_QUERY', this.target, 'callbacks of a query must not be async')
  }

  protected compileFilter(): Record<string, unknown> {
    return compileFilter(this.#clauses)
  }

  protected compileNothing(): Record<string, unknown> {
    return compileNothing(this.#clauses)
  }

  protected copyClauses(source: this): void {
    this.#clauses = [...source.#clauses]
  }
}
