// Generated from tables/conversion.md by scripts/generate_expressions.mjs.
/**
 * Types and conversions. The argument is the name of a field or an expression. The server refuses what
 * cannot be converted; `expr.convert` can say what to take instead.
 */

import type { Decimal128, ObjectId } from 'bson'
import type { Derived, Operand, Subject, SubjectPaths, SubjectValue, ValueOf } from '../types/operands.ts'
import { Expression } from './expression.ts'
import { named, only, operation, subject } from './forms.ts'
import { typeName } from './words.ts'

type Converted<S, To> = Expression<Derived<SubjectValue<S>, To>, SubjectPaths<S>>

/** What `expr.convert()` converts to. */
export interface Conversions {
  int: number
  long: number
  double: number
  decimal: Decimal128
  string: string
  date: Date
  bool: boolean
  objectId: ObjectId
}

/** As a 32-bit integer, cut off. @example expr.toInt('quantity') */
export function toInt<const S extends Subject>(value: S): Converted<S, number> {
  return new Expression(operation('$toInt', only(value)))
}

/** As a 64-bit integer, cut off. @example expr.toLong('createdAt') */
export function toLong<const S extends Subject>(value: S): Converted<S, number> {
  return new Expression(operation('$toLong', only(value)))
}

/** As a floating point number. @example expr.toDouble('price') */
export function toDouble<const S extends Subject>(value: S): Converted<S, number> {
  return new Expression(operation('$toDouble', only(value)))
}

/**
 * As a Decimal128.
 *
 * @example
 * expr.toDecimal('price')
 */
export function toDecimal<const S extends Subject>(value: S): Converted<S, Decimal128> {
  return new Expression(operation('$toDecimal', only(value)))
}

/**
 * As text; dates in ISO 8601, ids in hexadecimal.
 *
 * @example
 * expr.toString('_id')
 */
function toText<const S extends Subject>(value: S): Converted<S, string> {
  return new Expression(operation('$toString', only(value)))
}

export { toText as toString }

/**
 * As a date: of text, milliseconds or an id.
 *
 * @example
 * expr.toDate('timestamp')
 */
export function toDate<const S extends Subject>(value: S): Converted<S, Date> {
  return new Expression(operation('$toDate', only(value)))
}

/**
 * As a boolean: 0 is false, all text is true.
 *
 * @example
 * expr.toBool('flag')
 */
export function toBool<const S extends Subject>(value: S): Converted<S, boolean> {
  return new Expression(operation('$toBool', only(value)))
}

/**
 * As an ObjectId.
 *
 * @example
 * expr.toObjectId('legacyId')
 */
export function toObjectId<const S extends Subject>(value: S): Converted<S, ObjectId> {
  return new Expression(operation('$toObjectId', only(value)))
}

/**
 * Converted, with values for what cannot be and for null.
 *
 * @example
 * expr.convert('quantity', 'int', { onError: 0, onNull: 0 })
 */
export function convert<
  const S extends Subject,
  To extends keyof Conversions,
  const E extends Operand = never,
  const N extends Operand = null,
>(
  value: S,
  type: To,
  options?: { readonly onError?: E; readonly onNull?: N },
): Expression<Conversions[To] | NoInfer<ValueOf<E>> | NoInfer<ValueOf<N>>, SubjectPaths<S>> {
  return new Expression(operation('$convert', named({ input: subject(value), to: typeName(type) }, options, ['onError', 'onNull'])))
}

/**
 * The name of the BSON type: `'string'`, `'objectId'`, `'missing'`, …
 *
 * @example
 * expr.type('legacyId')
 */
export function type<const S extends Subject>(value: S): Expression<string, SubjectPaths<S>> {
  return new Expression(operation('$type', only(value)))
}

/**
 * Whether it is a number.
 *
 * @example
 * expr.isNumber('price')
 */
export function isNumber<const S extends Subject>(value: S): Expression<boolean, SubjectPaths<S>> {
  return new Expression(operation('$isNumber', only(value)))
}
