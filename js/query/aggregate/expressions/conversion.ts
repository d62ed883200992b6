/**
 * Types and conversions. The argument is the name of a field or an expression. The server refuses what
 * cannot be converted; `expr.convert` can say what to take instead.
 */
import type { Decimal128, ObjectId } from 'bson'
import { record } from '../../record.ts'
import { readOptions, readWord } from '../read.ts'
import type {
  Derived,
  Operand,
  Subject,
  SubjectPaths,
  SubjectValue,
  ValueOf,
} from '../types/operands.ts'
import { argument, make, operandOf, subjectOf } from './compile.ts'
import type { Expression } from './expression.ts'

type Converted<S, To> = Expression<Derived<SubjectValue<S>, To>, SubjectPaths<S>>

function to<S, To>(name: string, given: unknown): Converted<S, To> {
  return make(name, (scope) => argument(subjectOf(scope, given).value))
}

/** As a 32-bit integer, cut off. @example expr.toInt('quantity') */
export function toInt<const S extends Subject>(value: S): Converted<S, number> {
  return to('$toInt', value)
}

/** As a 64-bit integer, cut off. @example expr.toLong('createdAt') */
export function toLong<const S extends Subject>(value: S): Converted<S, number> {
  return to('$toLong', value)
}

/** As a floating point number. @example expr.toDouble('price') */
export function toDouble<const S extends Subject>(value: S): Converted<S, number> {
  return to('$toDouble', value)
}

/** As a Decimal128. @example expr.toDecimal('price') */
export function toDecimal<const S extends Subject>(value: S): Converted<S, Decimal128> {
  return to('$toDecimal', value)
}

/** As text; dates in ISO 8601, ids in hexadecimal. @example expr.toString('_id') */
function toText<const S extends Subject>(value: S): Converted<S, string> {
  return to('$toString', value)
}

export { toText as toString }

/** As a date: of text, milliseconds or an id. @example expr.toDate('timestamp') */
export function toDate<const S extends Subject>(value: S): Converted<S, Date> {
  return to('$toDate', value)
}

/** As a boolean: 0 is false, all text is true. @example expr.toBool('flag') */
export function toBool<const S extends Subject>(value: S): Converted<S, boolean> {
  return to('$toBool', value)
}

/** As an ObjectId. @example expr.toObjectId('legacyId') */
export function toObjectId<const S extends Subject>(value: S): Converted<S, ObjectId> {
  return to('$toObjectId', value)
}

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

const TYPES = ['int', 'long', 'double', 'decimal', 'string', 'date', 'bool', 'objectId'] as const

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
  const place = 'expr.convert()'
  return make('$convert', (scope) => {
    const args = record()
    args.input = subjectOf(scope, value).value
    args.to = readWord(scope.shape, `the type of ${place}`, type, TYPES)
    const known = readOptions(scope.shape, place, options ?? {}, ['onError', 'onNull'])
    for (const [name, given] of Object.entries(known)) args[name] = operandOf(scope, given).value
    return args
  })
}

/** The name of the BSON type: `'string'`, `'objectId'`, `'missing'`, … @example expr.type('legacyId') */
export function type<const S extends Subject>(value: S): Expression<string, SubjectPaths<S>> {
  return make('$type', (scope) => argument(subjectOf(scope, value).value))
}

/** Whether it is a number. @example expr.isNumber('price') */
export function isNumber<const S extends Subject>(value: S): Expression<boolean, SubjectPaths<S>> {
  return make('$isNumber', (scope) => argument(subjectOf(scope, value).value))
}
