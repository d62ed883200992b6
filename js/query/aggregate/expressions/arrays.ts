import { record } from '../../record.ts'
import { readEntries, readWord } from '../read.ts'
import { Shape } from '../shapes/shape.ts'
import { compiled, storedField, subjectOf } from './compile.ts'
import type { Form } from './forms.ts'

/** An array and its order: of the elements themselves, or of their fields. */
export function sorted(array: unknown, order: unknown): Form {
  return (scope, place) => {
    const { shape } = scope
    const direction = (given: unknown) =>
      readWord(shape, `the order of ${place}`, given, ['asc', 'desc']) === 'asc' ? 1 : -1
    const { value: input, known } = subjectOf(scope, array)
    if (typeof order === 'string') return compiled({ input, sortBy: direction(order) }, known)
    const sortBy = record()
    const inside = { ...scope, shape: known.shape ?? Shape.unknown(shape.name) }
    for (const [name, given] of readEntries(shape, place, order)) {
      sortBy[storedField(inside, name)] = direction(given)
    }
    return compiled({ input, sortBy }, known)
  }
}
