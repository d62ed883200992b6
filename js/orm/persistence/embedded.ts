/** Getting documents inside of others ready to be stored. */
import type { Model } from '../contracts/index.ts'
import type { ModelDefinition } from '../definition/index.ts'
import { collectChanges } from '../instance/changes.ts'
import { eachEmbedded } from '../instance/embedded/touched.ts'
import { assignKey } from './keys.ts'
import { stamp } from './work.ts'

/**
 * Gives embedded documents their dates and, where their model declares one, their primary keys: those
 * that are new, and the dates of those that changed. The innermost come first: they change the others.
 */
export function prepareEmbedded(definition: ModelDefinition, instance: Model): void {
  for (const [inner, one] of eachEmbedded(definition, instance)) {
    const creating = !one.$isPersisted
    if (!creating && collectChanges(inner, one).items.length === 0) continue
    stamp(inner, one, creating)
    if (creating && inner.schema.declares(inner.primary)) assignKey(inner, one)
  }
}
