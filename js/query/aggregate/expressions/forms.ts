/** The forms in which operators take their arguments. */
import { record } from '../../record.ts'
import { readOptions } from '../read.ts'
import type { Known } from '../shapes/shape.ts'
import { argument, compiled, firstKnown, operandOf, operator, subjectOf } from './compile.ts'
import type { Compile, Compiled, Scope } from './expression.ts'
import { weekdayOf } from './units.ts'

/** Reads what an operator is given. `place` is what messages call the operator. */
export type Form = (scope: Scope, place: string) => Compiled

/** What messages call an operator. */
export function placeOf(name: string): string {
  return `expr.${name.slice(1)}()`
}

/** An operator whose outcome is something new. */
export function operation(name: string, form: Form): Compile {
  const place = placeOf(name)
  return (scope) => compiled(operator(name, form(scope, place).value))
}

/** An operator that answers what one of its operands is. */
export function passing(name: string, form: Form): Compile {
  const place = placeOf(name)
  return (scope) => {
    const { value, known } = form(scope, place)
    return compiled(operator(name, value), known)
  }
}

/** A variable of the server's. */
export function system(name: string): Compile {
  return () => compiled(`$$${name.toUpperCase()}`)
}

export function constant(value: unknown): Form {
  return () => compiled(value)
}

export function operand(given: unknown): Form {
  return (scope) => operandOf(scope, given)
}

export function subject(given: unknown): Form {
  return (scope) => subjectOf(scope, given)
}

/** An operand that need not be there. */
export function optional(given: unknown): Form | undefined {
  return given === undefined ? undefined : operand(given)
}

/** A subject that is the only argument. */
export function only(given: unknown): Form {
  return (scope) => {
    const { value, known } = subjectOf(scope, given)
    return compiled(argument(value), known)
  }
}

/** Operands in a list. */
export function list(...given: readonly unknown[]): Form {
  return (scope) => joined(given.map((one) => operandOf(scope, one)))
}

/** Subjects in a list. */
export function listOf(...given: readonly unknown[]): Form {
  return (scope) => joined(given.map((one) => subjectOf(scope, one)))
}

/** An array and operands behind it, in a list. */
export function arrayAnd(array: unknown, ...operands: readonly unknown[]): Form {
  return (scope) => {
    const { value, known } = subjectOf(scope, array)
    return compiled([value, ...operands.map((one) => operandOf(scope, one).value)], known)
  }
}

function joined(parts: readonly Compiled[]): Compiled {
  return compiled(
    parts.map(({ value }) => value),
    firstKnown(parts),
  )
}

/**
 * Arguments by their names, those that are there; then options, which are operands but for the
 * weekday.
 */
export function named(
  given: Readonly<Record<string, Form | undefined>>,
  options?: unknown,
  names: readonly string[] = [],
): Form {
  return (scope, place) => {
    const args = record()
    let passed: Known | undefined
    for (const [name, form] of Object.entries(given)) {
      if (form === undefined) continue
      const { value, known } = form(scope, place)
      args[name] = value
      if (name === 'input' || name === 'output') passed = known
    }
    if (options === undefined) return compiled(args, passed)
    for (const [name, one] of Object.entries(readOptions(scope.shape, place, options, names))) {
      args[name] =
        name === 'startOfWeek' ? weekdayOf(scope, place, one) : operandOf(scope, one).value
    }
    return compiled(args, passed)
  }
}
