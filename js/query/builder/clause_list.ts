import { type Clause, type Condition, type Joiner, searchesText } from '../clauses.ts'
import { compileConditions } from '../compiled.ts'
import { type Reading, readWhere } from '../conditions/basic.ts'
import { describe, fail, wasAsync } from '../messages.ts'
import type { Document } from '../record.ts'
import type { QueryTarget } from '../target.ts'

/** The conditions of a query in the order in which they were written. */
export abstract class ClauseList {
  protected readonly target: QueryTarget
  #clauses: Clause[] = []
  /** What hooks wrote: one group for each of them. All of them hold, whatever the others say. */
  #ofHooks: readonly Clause[] = []
  /** Where in the clauses what the running hook writes begins; undefined when none runs. */
  #hookFrom: number | undefined = undefined

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
    return Object.keys(this.conditions()).length > 0
  }

  /** Removes all conditions; in a hook, all but those of other hooks. Semantics of Lucid. */
  clearWhere(): this {
    this.#clauses = []
    if (this.#hookFrom === undefined) this.#ofHooks = []
    else this.#hookFrom = 0
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
    // What was written before a hook is apart from what the hook writes anyway.
    const before = this.#clauses.slice(0, this.#hookFrom ?? 0)
    this.#clauses = [...before, ...groupOf(this.#clauses.slice(before.length))]
    return this
  }

  /**
   * What is written from now on, until the next call or {@link endHooks}, is a hook's: a group of its
   * own that holds for every row, whatever stands beside it.
   */
  protected beginHook(): void {
    this.#keepHook()
    this.#hookFrom = this.#clauses.length
  }

  /** What is written from now on is the application's again. */
  protected endHooks(): void {
    this.#keepHook()
    this.#hookFrom = undefined
  }

  #keepHook(): void {
    if (this.#hookFrom === undefined) return
    const written = groupOf(this.#clauses.splice(this.#hookFrom))
    if (written.length > 0) this.#ofHooks = [...this.#ofHooks, ...written]
  }

  /** What hooks wrote so far: conditions that hold for every row. */
  protected get hookClauses(): readonly Clause[] {
    if (this.#hookFrom === undefined) return this.#ofHooks
    return [...this.#ofHooks, ...groupOf(this.#clauses.slice(this.#hookFrom))]
  }

  /** Conditions of another query's hooks, which hold here too. */
  protected addHookClauses(clauses: readonly Clause[]): void {
    this.#ofHooks = [...this.#ofHooks, ...clauses]
  }

  /** Everything that was written, and what hooks of queries around this one wrote. */
  protected clausesWith(around: readonly Clause[]): readonly Clause[] {
    const all = this.#all()
    if (around.length === 0) return all === this.#clauses ? [...all] : all
    return this.hookClauses.length === 0 ? [...groupOf(all), ...around] : [...all, ...around]
  }

  /** Everything that was written. */
  #all(): readonly Clause[] {
    const ofHooks = this.hookClauses
    if (ofHooks.length === 0) return this.#clauses
    return [...groupOf(this.#clauses.slice(0, this.#hookFrom)), ...ofHooks]
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

  /** Adds what `where()` was given, in any of its forms. */
  protected pushWhere(joiner: Joiner, negated: boolean, args: readonly unknown[]): this {
    const [callback] = args
    return args.length === 1 && typeof callback === 'function'
      ? this.pushGroup(joiner, negated, callback as (query: this) => unknown)
      : this.pushReading(joiner, negated, readWhere(this.target, args))
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

  /** What a condition is, or returns. Throws `E_INVALID_QUERY` for a promise. */
  protected outcomeOf(condition: unknown): unknown {
    const outcome: unknown = typeof condition === 'function' ? condition() : condition
    this.refusePromise(outcome)
    return outcome
  }

  /** What an async callback adds after its first `await` would be lost. */
  protected refusePromise(result: unknown): void {
    if (wasAsync(result))
      fail('E_INVALID_QUERY', this.target, 'callbacks of a query must not be async')
  }

  /** The filter of the conditions. */
  protected conditions(): Document {
    return compileConditions(this.target, this.#all())
  }

  /** Takes over everything that `source` was told. */
  protected copyFrom(source: this): void {
    const { length } = source.#clauses
    this.#clauses = source.#clauses.slice(0, source.#hookFrom ?? length)
    this.#ofHooks = source.hookClauses
  }
}

/** The clauses in parentheses, as a condition that must hold. */
function groupOf(clauses: readonly Clause[]): Clause[] {
  if (clauses.length === 0) return []
  const condition: Condition = { kind: 'group', clauses }
  return [{ joiner: 'and', negated: false, condition }]
}
