/** Which models have encrypted columns, or rules: pipelines reach the collections of other models. */
import { isPlainObject } from '../../query/values.ts'

/** A definition that the core can be told of. */
interface Encrypted {
  readonly encrypted: readonly unknown[]
  readonly rules: { readonly canBeTold: boolean }
  tellCore(): void
}

const known = new Set<WeakRef<Encrypted>>()

/** Remembers a definition that has, or may have, encrypted columns or rules. */
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
 * Tells the core of every model with encrypted columns or rules before it gets a pipeline that reaches
 * other collections: rules hold there, conditions on such columns are refused, and so are rows that would be
 * stored in their place.
 */
export function tellOfEncrypted(): void {
  for (const reference of known) {
    const definition = reference.deref()
    if (definition === undefined) known.delete(reference)
    else if (definition.encrypted.length > 0 || definition.rules.canBeTold) definition.tellCore()
  }
}
