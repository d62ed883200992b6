/** Values that conditions choose between. */
import { describe, fail } from '../../messages.ts'
import { record } from '../../record.ts'
import { compiled, firstKnown, operandOf } from './compile.ts'
import type { Form } from './forms.ts'

export function choice(condition: unknown, then: unknown, otherwise: unknown): Form {
  return (scope) => {
    const branches = [operandOf(scope, then), operandOf(scope, otherwise)]
    const args = [operandOf(scope, condition), ...branches].map(({ value }) => value)
    return compiled(args, firstKnown(branches))
  }
}

/** Branches of a condition and a value each. */
export function cases(branches: unknown, otherwise: unknown): Form {
  return (scope, place) => {
    if (!Array.isArray(branches) || branches.length === 0 || !branches.every(isBranch)) {
      const message = `${place} needs a list of branches [condition, value]`
      fail('E_INVALID_QUERY', scope.shape, `${message}, got ${describe(branches)}`)
    }
    const values = branches.map(([, value]) => operandOf(scope, value))
    const args = record()
    args.branches = branches.map(([condition], index) => {
      const branch = record()
      branch.case = operandOf(scope, condition).value
      // biome-ignore lint/suspicious/noThenProperty: MongoDB's name
      branch.then = values[index]?.value
      return branch
    })
    if (otherwise !== undefined) {
      const last = operandOf(scope, otherwise)
      args.default = last.value
      values.push(last)
    }
    return compiled(args, firstKnown(values))
  }
}

function isBranch(given: unknown): given is readonly [condition: unknown, value: unknown] {
  return Array.isArray(given) && given.length === 2
}
