/** Which models have encrypted columns: pipelines reach the collections of other models. */
import { isPlainObject } from '../../query/values.ts'

/** A definition that the core can be told of. */
interface Encrypted {
  readonly encrypted: readonly unknown[]
  tellCore(): void
}

const known = new Set<WeakRef<Encrypted>>()

/** Remembers a definition that has, or may have, encrypted columns. */
export function rememberEncrypted(definition: Encrypted): void {
  known.add(new WeakRef(definition))
}

const REACHING: ReadonlySet<string> = new Set([
  '$lookup',
  '$graphLookup',
  '$unionWith',
  '$merge',
  '$out',
  '$facet',
])

/** Whether a pipeline reaches other collections. */
export function reachesOthers(pipeline: readonly unknown[]): boolean {
  return pipeline.some(
    (stage) => isPlainObject(stage) && Object.keys(stage).some((name) => REACHING.has(name)),
  )
}

/**
 * Tells the core of every model with encrypted columns before it gets a pipeline that reaches other
 * collections: it refuses conditions on such columns there, and rows that would be stored in their
 * place.
 */
export function tellOfEncrypted(): void {
  for (const reference of known) {
    const definition = reference.deref()
    if (definition === undefined) known.delete(reference)
    else if (definition.encrypted.length > 0) definition.tellCore()
  }
}
