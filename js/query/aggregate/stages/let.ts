import { type Document, record } from '../../record.ts'
import { subjectOf } from '../expressions/compile.ts'
import type { Scope } from '../expressions/expression.ts'
import { readEntries } from '../read.ts'
import { variableName } from '../shapes/names.ts'
import type { Known } from '../shapes/shape.ts'

/** Values of the row that a pipeline inside of the stage uses, and what is known of them. */
export interface Let {
  readonly values: Document | undefined
  readonly variables: readonly (readonly [string, Known])[]
}

/** `let` of a stage. Throws `E_INVALID_QUERY`, `E_UNKNOWN_COLUMN`. */
export function readLet(scope: Scope, place: string, given: unknown): Let {
  if (given === undefined) return { values: undefined, variables: [] }
  const values = record()
  const variables: [string, Known][] = []
  for (const [name, subject] of readEntries(scope.shape, `let of ${place}`, given)) {
    const { value, known } = subjectOf(scope, subject)
    values[variableName(scope.shape, `let of ${place}`, name)] = value
    variables.push([name, known])
  }
  return { values, variables }
}
