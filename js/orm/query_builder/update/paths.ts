/** Names of what an update changes. */
import { refuse } from '../../../errors/index.ts'
import { type ResolvedPath, resolvePath } from '../../../query/index.ts'
import type { ModelDefinition } from '../../definition/index.ts'

/** A path in an update after its column was found. */
export interface ChangedPath extends ResolvedPath {
  /** As it was given, for messages. */
  readonly key: string
  /** Names of array filters in it: `item` in `'items.$[item].qty'`. */
  readonly identifiers: readonly string[]
}

const POSITIONAL = /^\$(\[(?<identifier>[^\]]*)\])?$/
/** MongoDB's rule for the name of an array filter. */
const IDENTIFIER = /^[a-z][a-zA-Z0-9]*$/

/**
 * Finds the column that `key` changes something of.
 *
 * Errors: those of `resolvePath`; `E_INVALID_QUERY` for the primary key, which cannot change, and
 * for a place in an array that MongoDB does not know.
 */
export function resolveChange(
  definition: ModelDefinition,
  operation: string,
  key: unknown,
): ChangedPath {
  const segments = typeof key === 'string' ? key.split('.') : []
  const identifiers: string[] = []
  // A place in an array stands for the elements at some positions.
  const plain = segments.map((segment, place) => {
    const match = place === 0 ? null : POSITIONAL.exec(segment)
    if (match === null) return segment
    const identifier = match.groups?.identifier
    if (identifier !== undefined && identifier !== '') identifiers.push(identifier)
    return '0'
  })
  const name = typeof key === 'string' ? plain.join('.') : key
  const path = resolvePath(definition, name, { operation, status: 422 })
  for (const identifier of identifiers) checkIdentifier(definition, operation, identifier)
  const { attribute } = path.column
  if (definition.column(attribute)?.isPrimary) {
    const message = `the primary key "${attribute}" cannot change`
    refuse('E_INVALID_QUERY', definition, operation, `: ${message}`, attribute)
  }
  if (path.column === definition.kinds.column) {
    const message = `"${attribute}" tells the class of a document, and cannot change`
    refuse('E_INVALID_QUERY', definition, operation, `: ${message}`, attribute)
  }
  const field = path.field
    .split('.')
    .map((segment, place) => (plain[place] === segments[place] ? segment : segments[place]))
    .join('.')
  return { ...path, field, key: key as string, identifiers }
}

/** Errors: `E_INVALID_QUERY`. */
export function checkIdentifier(
  definition: ModelDefinition,
  operation: string,
  name: unknown,
): asserts name is string {
  if (typeof name === 'string' && name.length <= 64 && IDENTIFIER.test(name)) return
  const message =
    'the name of an array filter starts with a small letter and holds letters and digits only'
  refuse('E_INVALID_QUERY', definition, operation, `: ${message}`)
}
