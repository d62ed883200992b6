/** Getting documents inside of others, and those in the place of others, ready to be stored. */
import type { Model } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { definitionFor } from '../instance/attributes.ts'
import { collectChanges, refuseKind } from '../instance/changes.ts'
import { eachEmbedded } from '../instance/embedded/touched.ts'
import { assignKey } from './keys.ts'
import { setKind, stamp } from './work.ts'

/**
 * Gives embedded documents their dates and, where their model declares one, their primary keys: those
 * that are new, and the dates of those that changed. The innermost come first: they change the others.
 */
export function prepareEmbedded(definition: ModelDefinition, instance: Model): void {
  for (const [inner, one] of eachEmbedded(definition, instance)) prepare(inner, one)
}

function prepare(inner: ModelDefinition, one: Model): void {
  const creating = !one.$isPersisted
  const changes = creating ? [] : collectChanges(inner, one).items
  if (!creating && changes.length === 0) return
  for (const { column } of changes) refuseKind(inner, column)
  stamp(inner, one, creating)
  if (creating && inner.schema.declares(inner.primary)) assignKey(inner, one)
}

/** The same for embedded documents by themselves. */
export function prepareDocuments(documents: readonly Model[]): void {
  for (const one of documents) {
    const definition = definitionFor(one)
    prepareEmbedded(definition, one)
    prepare(definition, one)
  }
}

/** Gets a document ready that takes the place of a stored one, whose dates and version are the core's matter. */
export function prepareReplacement(definition: ModelDefinition, document: Model): void {
  setKind(definition, document)
  prepareEmbedded(definition, document)
}
