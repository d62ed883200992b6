/** Fields, variables and values. */
import { checkLiteral, fromDateTime } from '../../values.ts'
import { variableName } from '../shapes/names.ts'
import type { PathsOf, SubjectPaths, SubjectValue, ValueOf, Whole } from '../types/operands.ts'
import { compiled, fieldOf, make, operandOf, operator, withVariable } from './compile.ts'
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

function system<T>(name: string): Expression<T, never> {
  return new Expression(() => compiled(`$$${name}`))
}

/**
 * The time on the server, the same for all rows of the pipeline.
 *
 * @example
 * expr.dateDiff('createdAt', expr.now(), 'day')
 */
export function now(): Expression<Date, never> {
  return system('NOW')
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
 * No value: as the value of a field in `addFields()` or `project()` it takes the field away.
 *
 * @example
 * User.aggregate().addFields({ nickname: expr.cond(expr.eq(expr.field('hidden'), true), expr.remove(), expr.field('nickname')) })
 */
export function remove(): Expression<undefined, never> {
  return system('REMOVE')
}

/** For `redact()`: the document stays as it is. @example expr.keep() */
export function keep(): Expression<never, never> {
  return system('KEEP')
}

/** For `redact()`: the document goes. @example expr.prune() */
export function prune(): Expression<never, never> {
  return system('PRUNE')
}

/** For `redact()`: the document stays, its inner documents are looked at one by one. @example expr.descend() */
export function descend(): Expression<never, never> {
  return system('DESCEND')
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

/**
 * A random number from 0 to 1 for each row.
 *
 * @example
 * Post.aggregate().match(expr.lt(expr.rand(), 0.1))
 */
export function rand(): Expression<number, never> {
  return make('$rand', () => ({}))
}

/**
 * How well a document fits the `$text` filter of the `matchRaw()` that the pipeline starts with.
 *
 * @example
 * Post.aggregate().matchRaw({ $text: { $search: 'rust' } }).addFields({ score: expr.textScore() })
 */
export function textScore(): Expression<number, never> {
  return make('$meta', () => 'textScore')
}

type Bound<V> = { readonly [K in keyof V]: Variable<ValueOf<V[K]>> }

/**
 * Names values so that they are computed once.
 *
 * Throws, where the stage is added, `E_INVALID_QUERY` for names that are none.
 *
 * @example
 * expr.let({ total: expr.multiply(expr.field('price'), expr.field('quantity')) }, ({ total }) =>
 *   expr.cond(expr.gt(total, 100), expr.multiply(total, 0.9), total),
 * )
 */
function letIn<const V extends { readonly [name: string]: unknown }, const B extends Expression>(
  values: V,
  body: (variables: Bound<V>) => B,
): Expression<ValueOf<B>, PathsOf<V> | PathsOf<B>> {
  const entries = Object.entries(values)
  const variables = Object.fromEntries(
    entries.map(([name]) => [name, new Variable(() => name)]),
  ) as Bound<V>
  const inner = body(variables)
  return new Expression((scope) => {
    let within = scope
    const vars: [string, unknown][] = []
    for (const [name, given] of entries) {
      const { value, known } = operandOf(scope, given)
      vars.push([variableName(scope.shape, 'expr.let()', name), value])
      within = withVariable(within, name, known)
    }
    const { value, known } = operandOf(within, inner)
    return compiled(operator('$let', { vars: Object.fromEntries(vars), in: value }), known)
  })
}

export { letIn as let }
