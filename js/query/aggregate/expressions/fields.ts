/** Fields, variables and values. */
import { checkLiteral, fromDateTime } from '../../values.ts'
import type { SubjectPaths, SubjectValue, Whole } from '../types/operands.ts'
import { compiled, fieldOf, operator } from './compile.ts'
import { Expression } from './expression.ts'
import { nativeOf } from './native.ts'
import { Variable } from './variable.ts'

/**
 * A field of the rows, by its property name or a dotted path; `'$amount'` is the same as `'amount'`.
 * Through an array a path leads to an array of what is inside; positions in arrays are not paths here
 * (see `expr.arrayElemAt`). A name that is only known at run time is checked when the stage is added.
 *
 * Throws, where the stage is added, `E_UNKNOWN_COLUMN` and `E_INVALID_QUERY`.
 *
 * @example
 * User.aggregate().addFields({ city: expr.field('address.city') })
 */
export function field<const S extends string>(
  path: S,
): Expression<SubjectValue<S>, SubjectPaths<S>> {
  return new Expression((scope) => fieldOf(scope, path))
}

/**
 * A variable by its name, without `$$`, of the option `let` or of a raw stage. Functions with
 * callbacks, and `lookup()`, hand theirs over as arguments.
 *
 * Throws, where the stage is added, `E_INVALID_QUERY` for what is no name.
 *
 * @example
 * Order.aggregate().let({ least: 100 }).match(expr.gte(expr.field('total'), expr.variable('least')))
 */
export function variable<T = unknown>(name: string): Variable<T> {
  return new Variable<T>(() => name)
}

/**
 * The whole row.
 *
 * @example
 * Order.aggregate().group({ by: 'userId', orders: expr.push(expr.root()) })
 */
export function root(): Expression<Whole, never> {
  return new Expression(({ shape }) => compiled('$$ROOT', { shape }))
}

/**
 * A value that stands for itself, also text that starts with `$` where the compiler takes that for a
 * mistake, and numbers in `project()`.
 *
 * Throws, where the stage is added, `E_UNDEFINED_VALUE` and `E_INVALID_VALUE`.
 *
 * @example
 * Product.aggregate().project({ name: true, currency: expr.literal('$') })
 */
export function literal<const T>(value: T): Expression<T, never> {
  return new Expression((scope) => {
    checkLiteral(scope.shape, 'expr.literal()', value, 0)
    return compiled(operator('$literal', fromDateTime(value)))
  })
}

/**
 * A native expression: names are stored names and it goes out as written, expressions inside of it
 * excepted. Never pass anything from a request here.
 *
 * Throws, where the stage is added, `E_UNSAFE_OPERATOR` for `$where`, `$function` and `$accumulator`
 * at any depth, `E_UNDEFINED_VALUE`, `E_INVALID_VALUE`.
 *
 * @example
 * expr.raw<number>({ $bitAnd: ['$flags', 4] })
 */
export function raw<T = unknown>(expression: unknown): Expression<T, never> {
  return new Expression((scope) => compiled(nativeOf(scope, expression, 'expr.raw()')))
}
