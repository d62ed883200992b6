import { fail, quote } from '../messages.ts'
import type { QueryTarget } from '../target.ts'
import type { MatchBlock, QueryCallback, Truthy } from '../types.ts'
import { ClauseList } from './clause_list.ts'

/** The name of this database among Lucid's dialects. */
const DIALECT = 'mongodb'

const NOTHING = (): void => {}

/** Parts of a query that depend on something. */
export abstract class ControlMethods extends ClauseList {
  /**
   * Runs `then` on this query when `condition` (or what it returns) is truthy, `otherwise` when not.
   * `then` also gets what was truthy, whose type leaves out what is not. Semantics of Lucid. Throws `E_INVALID_QUERY` when a callback or the condition is async.
   *
   * @example
   * query.if(search, (query, text) => query.whereILike('name', `%${escapeLike(text)}%`))
   */
  if<Condition>(
    condition: Condition,
    then: (query: this, value: Truthy<Condition>) => void,
    otherwise?: (query: this) => void,
  ): this {
    const value = this.outcomeOf(condition) as Truthy<Condition>
    this.runNow(value ? then : (otherwise ?? NOTHING), this, value)
    return this
  }

  /** {@link if} the other way round: `otherwise` gets what was truthy. */
  unless<Condition>(
    condition: Condition,
    then: (query: this) => void,
    otherwise?: (query: this, value: Truthy<Condition>) => void,
  ): this {
    const value = this.outcomeOf(condition) as Truthy<Condition>
    this.runNow(value ? (otherwise ?? NOTHING) : then, this, value)
    return this
  }

  /**
   * Runs the callback of the first block whose condition holds; a callback without a condition, at
   * the end, is for the case that none does. Semantics and errors of {@link if}.
   *
   * @example
   * query.match(
   *   [user.isAdmin, (query) => query],
   *   [user.isEditor, (query) => query.where('status', 'draft')],
   *   (query) => query.where('status', 'published'),
   * )
   */
  match(...blocks: readonly (MatchBlock<this> | QueryCallback<this>)[]): this {
    for (const block of blocks) {
      if (typeof block === 'function') {
        this.runNow(block, this)
        return this
      }
      if (!Array.isArray(block)) {
        fail('E_INVALID_QUERY', this.target, 'match() needs blocks [condition, callback]')
      }
      if (this.outcomeOf(block[0])) {
        this.runNow(block[1], this)
        return this
      }
    }
    return this
  }

  /**
   * Runs `then` when `'mongodb'` is this dialect or one of these, `otherwise` when not: for scopes
   * and mixins that are shared with SQL models. Semantics of Lucid; errors of {@link if}.
   */
  ifDialect(
    dialects: string | readonly string[],
    then: (query: this) => void,
    otherwise?: (query: this) => void,
  ): this {
    return this.if(isDialect(this.target, dialects), then, otherwise)
  }

  /** {@link ifDialect} the other way round. */
  unlessDialect(
    dialects: string | readonly string[],
    then: (query: this) => void,
    otherwise?: (query: this) => void,
  ): this {
    return this.unless(isDialect(this.target, dialects), then, otherwise)
  }
}

function isDialect(target: QueryTarget, given: unknown): boolean {
  const dialects: unknown[] = Array.isArray(given) ? Array.from<unknown>(given) : [given]
  for (const dialect of dialects) {
    if (typeof dialect === 'string') continue
    fail('E_INVALID_QUERY', target, `a dialect is a name, got ${quote(dialect)}`)
  }
  return dialects.includes(DIALECT)
}
