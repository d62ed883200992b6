/** What the application's adapter says of a document while it writes it: defaults, computed fields. */
import type { Model } from '../contracts/index.ts'
import { REST } from '../contracts/state.ts'
import { restOf } from '../instance/attributes.ts'

/**
 * Runs the adapter's part of a write. What it passes to `$consumeAdapterResult` meanwhile is stored, so
 * it is no change of the application's.
 */
export async function whileHandingBack(instance: Model, work: () => Promise<void>): Promise<void> {
  restOf(instance).handedBack = new Map()
  try {
    await work()
  } catch (error) {
    restOf(instance).handedBack = undefined
    throw error
  }
}

/** Takes what was handed back for what is stored. */
export function takeHandedBack(instance: Model): void {
  const rest = instance[REST]
  const handedBack = rest?.handedBack
  if (rest === null || handedBack === undefined) return
  rest.handedBack = undefined
  rest.updated ??= []
  for (const [column, value] of handedBack) {
    rest.updated[column] = value
    rest.properties?.delete(column)
  }
}
