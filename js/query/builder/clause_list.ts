import { types } from 'node:util'
import { type Clause, type Condition, type Joiner, searchesText } from '../clauses.ts'
import { compileFilter, compileFilterWith } from '../compile/filter.ts'
import type { Document } from '../compile/record.ts'
import type { Reading } from '../conditions/basic.ts'
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
    const clauses = this.clausesOf(this.fresh(), callback, negated)
    return clauses.length === 0 ? this : this.push(joiner, negated, { kind: 'group', clauses })
  }

  /** The conditions that `callback` writes to `group`. */
  protected clausesOf<Group extends ClauseList>(
    group: Group,
    callback: (query: Group) => unknown,
    negated: boolean,
  ): readonly Clause[] {
    this.runNow(callback, group)
    group.checkGroup(negated)
    return [...group.#clauses]
  }

  /** Refuses what MongoDB cannot have in parentheses. */
  protected checkGroup(negated: boolean): void {
    if (!negated || !searchesText(this.#clauses)) return
    fail('E_INVALID_QUERY', this.target, 'MongoDB cannot turn a text search around')
  }

  /** Calls `callback`, which has to be done when it returns. Throws `E_INVALID_QUERY`. */
  protected runNow<Query, Value>(
    callback: (query: Query, value: Value) => unknown,
    query: Query,
    value?: Value,
  ): void {
    if (typeof callback !== 'function') {
      fail('E_INVALID_QUERY', this.target, `a callback is needed, got ${describe(callback)}`)
    }
    this.refusePromise(callback(query, value as Value))
  }

  /** What an async callback adds after its first `await` would be lost. */
  protected refusePromise(result: unknown): void {
    if (!types.isPromise(result)) return
    // Nobody else will look at it.
    result.catch(() => {})
    fail('E_INVALID_QUERY', this.target, 'callbacks of a query must not be async')
  }

  protected compileFilter(): Document {
    return compileFilter(this.#clauses)
  }

  /** The filter of the conditions and of `more`. */
  protected compileFilterWith(...more: Document[]): Document {
    return compileFilterWith(this.#clauses, more)
  }

  /** Takes over everything that `source` was told. */
  protected copyFrom(source: this): void {
    this.#clauses = [...source.#clauses]
  }
}
