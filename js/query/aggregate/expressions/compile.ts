/** Turns operands and subjects into what MongoDB takes. */
import { types } from 'node:util'
import { describe, fail, quote } from '../../messages.ts'
import { resolvePath } from '../../names.ts'
import { record, field as single } from '../../record.ts'
import { bsonType, checkLiteral, fromDateTime, isPlainObject } from '../../values.ts'
import { type Known, Shape } from '../shapes/shape.ts'
import { Accumulator, ArrayAccumulator } from './accumulator.ts'
import { type Compiled, Expression, type Scope } from './expression.ts'
import { WindowFunction } from './window_function.ts'

const NOTHING: Known = {}

/** The only argument of an operator: a list would be taken for its list of arguments. */
export function argument(value: unknown): unknown {
  return Array.isArray(value) ? [value] : value
}

/** An operator with its arguments. */
export function operator(name: string, value: unknown): unknown {
  return single(name, value)
}

export function compiled(value: unknown, known: Known = NOTHING): Compiled {
  return { value, known }
}

/** What is known of the first of these of which something is known. */
export function firstKnown(all: readonly Compiled[]): Known {
  const found = all.find(({ known }) => known.column !== undefined || known.shape !== undefined)
  return found?.known ?? NOTHING
}

/** A field of the rows by its name; a dollar sign before it is MongoDB's way to write the same. */
export function fieldOf(scope: Scope, given: unknown): Compiled {
  if (typeof given !== 'string') {
    return fail('E_INVALID_QUERY', scope.shape, `a field's name is needed, got ${describe(given)}`)
  }
  if (given.startsWith('$$')) {
    fail('E_INVALID_QUERY', scope.shape, `${quote(given)} is no field; see expr.variable()`)
  }
  const name = given.startsWith('$') ? given.slice(1) : given
  const path = resolvePath(scope.shape, name)
  return { value: `$${path.field}`, known: scope.shape.known(name), path }
}

/** The stored name of a field. */
export function storedField(scope: Scope, given: unknown): string {
  return String(fieldOf(scope, given).value).slice(1)
}

/**
 * An operand: an expression, or a value that stands for itself. Whatever a value looks like, the
 * server does not take it for an operator or a field.
 */
export function operandOf(scope: Scope, given: unknown): Compiled {
  const expression = expressionOf(scope, given)
  if (expression !== undefined) return expression
  // Also bounds the depth of what follows.
  checkLiteral(scope.shape, 'an operand', given, 0, isExpression)
  return operandInside(scope, given)
}

function operandInside(scope: Scope, given: unknown): Compiled {
  const expression = expressionOf(scope, given)
  if (expression !== undefined) return expression
  if (Array.isArray(given)) {
    const items = Array.from(given, (item: unknown) => operandInside(scope, item))
    return compiled(
      items.map(({ value }) => value),
      firstKnown(items),
    )
  }
  if (isPlainObject(given) && holdsExpression(given)) {
    return documentOf(scope, Object.entries(given), operandInside)
  }
  return compiled(literalOf(given))
}

function isExpression(value: unknown): boolean {
  return [Expression, Accumulator, ArrayAccumulator, WindowFunction].some(
    (kind) => value instanceof kind,
  )
}

function holdsExpression(value: unknown): boolean {
  if (isExpression(value)) return true
  if (Array.isArray(value)) return value.some(holdsExpression)
  return isPlainObject(value) && Object.values(value).some(holdsExpression)
}

/** A subject: the name of a field, an expression, an object of subjects, or a value that is no text. */
export function subjectOf(scope: Scope, given: unknown): Compiled {
  if (typeof given === 'string') return fieldOf(scope, given)
  if (!isPlainObject(given)) return operandOf(scope, given)
  checkLiteral(scope.shape, 'an object of fields', given, 0, isExpression)
  return documentOf(scope, Object.entries(given), subjectOf)
}

type Read = (scope: Scope, given: unknown) => Compiled

/** A document of expressions. */
function documentOf(scope: Scope, entries: [string, unknown][], read: Read): Compiled {
  const document = record()
  const fields: [string, Known][] = []
  for (const [name, given] of entries) {
    memberName(scope, name)
    const { value, known } = read(scope, given)
    document[name] = value
    fields.push([name, known])
  }
  return compiled(document, { shape: Shape.of(scope.shape.name, fields) })
}

function memberName(scope: Scope, name: string): void {
  if (name !== '' && name !== '__proto__' && !/^\$|[.\0]/.test(name)) return
  const rule = 'it must not be empty, start with $, or hold a dot or NUL'
  fail('E_INVALID_QUERY', scope.shape, `${quote(name)} cannot name a field of a document: ${rule}`)
}

function expressionOf(scope: Scope, given: unknown): Compiled | undefined {
  if (given instanceof Expression || given instanceof ArrayAccumulator) return given.compile(scope)
  if (given instanceof Accumulator) {
    const message = 'this accumulator is for group(), bucket() and setWindowFields() only'
    fail('E_INVALID_QUERY', scope.shape, message)
  }
  if (given instanceof WindowFunction) {
    fail('E_INVALID_QUERY', scope.shape, 'a window function is for setWindowFields() only')
  }
  return undefined
}

/** A checked value in the place of an expression. */
export function literalOf(given: unknown): unknown {
  const value = fromDateTime(given)
  if (typeof value === 'string') return value.startsWith('$') ? operator('$literal', value) : value
  if (Array.isArray(value)) return value.map(literalOf)
  const plain =
    typeof value !== 'object' ||
    value === null ||
    types.isDate(value) ||
    types.isRegExp(value) ||
    ArrayBuffer.isView(value) ||
    bsonType(value) !== undefined
  return plain ? value : operator('$literal', value)
}

/**
 * A document in a place where a stage would take it for paths into the field (`addFields`), or its
 * numbers for "include" (`project`).
 */
export function wrapDocument(value: unknown): unknown {
  if (!isPlainObject(value)) return value
  const isOperator = Object.keys(value).some((key) => key.startsWith('$'))
  return isOperator ? value : operator('$mergeObjects', [value])
}

/** Compiles in a scope that has another variable. */
export function withVariable(scope: Scope, name: string, known: Known): Scope {
  return { ...scope, variables: new Map(scope.variables).set(name, known) }
}

/** An accumulator. Throws `E_INVALID_QUERY` for anything else. */
export function accumulatorOf(scope: Scope, place: string, name: string, given: unknown): Compiled {
  if (given instanceof Accumulator) return given.compile(scope)
  const message = `${place}: ${quote(name)} needs an accumulator such as expr.sum('amount')`
  return fail('E_INVALID_QUERY', scope.shape, `${message}, got ${describe(given)}`)
}
