// Generated from tables/system.md by scripts/generate_expressions.mjs.
/** What the server knows of the row, and commands to it. */

import { Expression } from './expression.ts'
import { constant, operation, system } from './forms.ts'

/**
 * The time on the server, the same for all rows of the pipeline.
 *
 * @example
 * expr.dateDiff('createdAt', expr.now(), 'day')
 */
export function now(): Expression<Date, never> {
  return new Expression(system('now'))
}

/**
 * No value: as the value of a field in `addFields()` or `project()` it takes the field away.
 *
 * @example
 * User.aggregate().addFields({ nickname: expr.cond(expr.eq(expr.field('hidden'), true), expr.remove(), expr.field('nickname')) })
 */
export function remove(): Expression<undefined, never> {
  return new Expression(system('remove'))
}

/** For `redact()`: the document stays as it is. @example expr.keep() */
export function keep(): Expression<never, never> {
  return new Expression(system('keep'))
}

/** For `redact()`: the document goes. @example expr.prune() */
export function prune(): Expression<never, never> {
  return new Expression(system('prune'))
}

/**
 * For `redact()`: the document stays, its inner documents are looked at one by one.
 *
 * @example
 * expr.descend()
 */
export function descend(): Expression<never, never> {
  return new Expression(system('descend'))
}

/**
 * A random number from 0 to 1 for each row.
 *
 * @example
 * Post.aggregate().match(expr.lt(expr.rand(), 0.1))
 */
export function rand(): Expression<number, never> {
  return new Expression(operation('$rand', constant({})))
}

/**
 * How well a document fits the `$text` filter of the `matchRaw()` that the pipeline starts with.
 *
 * @example
 * Post.aggregate().matchRaw({ $text: { $search: 'rust' } }).addFields({ score: expr.textScore() })
 */
export function textScore(): Expression<number, never> {
  return new Expression(operation('$meta', constant('textScore')))
}
