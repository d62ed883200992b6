import { fail, quote } from '../messages.ts'
import type { MatchBlock, QueryCallback } from '../types.ts'
import { OptionsBuilder } from './options.ts'

/** The name of this database among Lucid's dialects. */
const DIALECT = 'mongodb'

/** Parts of a query that depend on something. */
export abstract class ControlBuilder<M> extends OptionsBuilder<M> {
  /**
   * Runs `then` on this query when `condition` (or what it returns) is truthy, `otherwise` when not.
   * Semantics of Lucid. Throws `E_INVALID_QUERY` when a callback or the condition is async.
   *
   * @example
   * query.if(search, (query) => query.whereILike('name', `%${escapeLike(search)}%`))
   */
  if(condition: unknown, then: (query: this) => void, otherwise?: (query: this) => void): this {
    if (this.#holds(condition)) this.runNow(then, this)
    else if (otherwise !== undefined) this.runNow(otherwise, this)
    return this
  }

  /** {@link if} the other way round. */
  unless(condition: unknown, then: (query: this) => void, otherwise?: (query: this) => void): this {
    if (!this.#holds(condition)) this.runNow(then, this)
    else if (otherwise !== undefined) this.runNow(otherwise, this)
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
      if (this.#holds(block[0])) {
        this.runNow(block[1], this)
        return this
      }
    }
    return this
  }

  #holds(condition: unknown): boolean {
    const result: unknown = typeof condition === 'function' ? condition() : condition
    this.refusePromise(result)
    return Boolean(result)
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
    return this.if(this.#isDialect(dialects), then, otherwise)
  }

  /** {@link ifDialect} the other way round. */
  unlessDialect(
    dialects: string | readonly string[],
    then: (query: this) => void,
    otherwise?: (query: this) => void,
  ): this {
    return this.unless(this.#isDialect(dialects), then, otherwise)
  }

  #isDialect(given: unknown): boolean {
    const dialects: unknown[] = Array.isArray(given) ? Array.from<unknown>(given) : [given]
    for (const dialect of dialects) {
      if (typeof dialect === 'string') continue
      fail('E_INVALID_QUERY', this.target, `a dialect is a name, got ${quote(dialect)}`)
    }
    return dialects.includes(DIALECT)
  }
}
