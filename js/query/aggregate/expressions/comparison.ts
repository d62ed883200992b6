/** A value that is compared with a column is cast through it. */
import { castValue } from '../../values.ts'
import { Accumulator } from './accumulator.ts'
import { compiled, operandOf } from './compile.ts'
import { type Compiled, Expression, type Scope } from './expression.ts'
import type { Form } from './forms.ts'

/** Two operands that are compared with each other. */
export function compared(a: unknown, b: unknown): Form {
  return (scope) => {
    const left = isValue(a) ? undefined : operandOf(scope, a)
    const right = isValue(b) ? undefined : operandOf(scope, b)
    const both = [left ?? cast(scope, a, right), right ?? cast(scope, b, left)]
    return compiled(both.map(({ value }) => value))
  }
}

/** A value that is looked for in a list. */
export function member(value: unknown, items: unknown): Form {
  return (scope) => {
    const found = isValue(value) ? undefined : operandOf(scope, value)
    if (!Array.isArray(items)) {
      return compiled([(found ?? operandOf(scope, value)).value, operandOf(scope, items).value])
    }
    const list = Array.from(items, (item: unknown) =>
      isValue(item) ? cast(scope, item, found).value : operandOf(scope, item).value,
    )
    return compiled([(found ?? operandOf(scope, value)).value, list])
  }
}

function isValue(given: unknown): boolean {
  return !(given instanceof Expression || given instanceof Accumulator)
}

function cast(scope: Scope, given: unknown, other: Compiled | undefined): Compiled {
  const path = other?.path
  if (path === undefined || given === null) return operandOf(scope, given)
  return operandOf(scope, castValue(scope.shape, path, given))
}
