// Generated from tables/arithmetic.md by scripts/generate_expressions.mjs.
/** Arithmetic. The outcome is null where an operand is null or missing. */

import type { Computed, NumberOperand, PathsOf, ValueOf } from '../types/operands.ts'
import { Expression } from './expression.ts'
import { list, operation } from './forms.ts'

type Arithmetic<A> = Expression<Computed<ValueOf<A>>, PathsOf<A>>

type ArithmeticOf<A extends readonly unknown[]> = Expression<
  Computed<ValueOf<A[number]>>,
  PathsOf<A[number]>
>

/**
 * The sum. A date and milliseconds make a date; `expr.dateAdd` knows longer units.
 *
 * @example
 * expr.add(expr.field('price'), expr.field('tax'))
 */
export function add<const A extends readonly NumberOperand[]>(...operands: A): ArithmeticOf<A> {
  return new Expression(operation('$add', list(...operands)))
}

/**
 * The difference; of two dates, in milliseconds.
 *
 * @example
 * expr.subtract(expr.field('price'), expr.field('discount'))
 */
export function subtract<const A extends NumberOperand, const B extends NumberOperand>(
  from: A,
  amount: B,
): ArithmeticOf<[A, B]> {
  return new Expression(operation('$subtract', list(from, amount)))
}

/**
 * The product.
 *
 * @example
 * expr.multiply(expr.field('price'), expr.field('quantity'))
 */
export function multiply<const A extends readonly NumberOperand[]>(
  ...operands: A
): ArithmeticOf<A> {
  return new Expression(operation('$multiply', list(...operands)))
}

/**
 * The quotient. The server refuses to divide by 0.
 *
 * @example
 * expr.divide(expr.field('actions'), 30)
 */
export function divide<const A extends NumberOperand, const B extends NumberOperand>(
  dividend: A,
  divisor: B,
): ArithmeticOf<[A, B]> {
  return new Expression(operation('$divide', list(dividend, divisor)))
}

/** The remainder, with the sign of the dividend. @example expr.mod(expr.field('number'), 2) */
export function mod<const A extends NumberOperand, const B extends NumberOperand>(
  dividend: A,
  divisor: B,
): ArithmeticOf<[A, B]> {
  return new Expression(operation('$mod', list(dividend, divisor)))
}

/** Without the sign. @example expr.abs(expr.field('balance')) */
export function abs<const A extends NumberOperand>(operand: A): Arithmetic<A> {
  return new Expression(operation('$abs', list(operand)))
}

/** The next integer upwards. @example expr.ceil(expr.field('weight')) */
export function ceil<const A extends NumberOperand>(operand: A): Arithmetic<A> {
  return new Expression(operation('$ceil', list(operand)))
}

/** The next integer downwards. @example expr.floor(expr.field('weight')) */
export function floor<const A extends NumberOperand>(operand: A): Arithmetic<A> {
  return new Expression(operation('$floor', list(operand)))
}

/** The square root. @example expr.sqrt(expr.field('area')) */
export function sqrt<const A extends NumberOperand>(operand: A): Arithmetic<A> {
  return new Expression(operation('$sqrt', list(operand)))
}

/** e to the power of the operand. @example expr.exp(expr.field('growth')) */
export function exp<const A extends NumberOperand>(operand: A): Arithmetic<A> {
  return new Expression(operation('$exp', list(operand)))
}

/** The natural logarithm. @example expr.ln(expr.field('size')) */
export function ln<const A extends NumberOperand>(operand: A): Arithmetic<A> {
  return new Expression(operation('$ln', list(operand)))
}

/** The logarithm to the base 10. @example expr.log10(expr.field('size')) */
export function log10<const A extends NumberOperand>(operand: A): Arithmetic<A> {
  return new Expression(operation('$log10', list(operand)))
}

/**
 * Rounded to `places` decimal places, halves to the even neighbour; a negative number rounds left
 * of the point.
 *
 * @example
 * expr.round(expr.field('average'), 2)
 */
export function round<const A extends NumberOperand>(
  operand: A,
  places: NumberOperand = 0,
): Arithmetic<A> {
  return new Expression(operation('$round', list(operand, places)))
}

/** Cut off after `places` decimal places. @example expr.trunc(expr.field('average'), 2) */
export function trunc<const A extends NumberOperand>(
  operand: A,
  places: NumberOperand = 0,
): Arithmetic<A> {
  return new Expression(operation('$trunc', list(operand, places)))
}

/**
 * `base` to the power of `exponent`.
 *
 * @example
 * expr.pow(expr.field('side'), 2)
 */
export function pow<const A extends NumberOperand, const B extends NumberOperand>(
  base: A,
  exponent: B,
): ArithmeticOf<[A, B]> {
  return new Expression(operation('$pow', list(base, exponent)))
}

/**
 * The logarithm to a base.
 *
 * @example
 * expr.log(expr.field('size'), 2)
 */
export function log<const A extends NumberOperand, const B extends NumberOperand>(
  operand: A,
  base: B,
): ArithmeticOf<[A, B]> {
  return new Expression(operation('$log', list(operand, base)))
}
