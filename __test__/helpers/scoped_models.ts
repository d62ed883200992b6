import { createRequire } from 'node:module'
import { BSON } from 'mongodb'

/** The core's own export, as the package calls it. */
interface Addon {
  defineModel(environment: number, descriptor: Uint8Array): number
}

const addon: Addon = createRequire(import.meta.url)('../../lucent-odm.linux-x64-gnu.node')

/** Changes what the core is told of models from now on. Answers what ends it. */
export function describeModels(
  change: (descriptor: Record<string, unknown>) => Record<string, unknown>,
): () => void {
  const { defineModel } = addon
  addon.defineModel = (environment, bytes) => {
    const descriptor = change(BSON.deserialize(bytes))
    return defineModel(environment, BSON.serialize(descriptor, { ignoreUndefined: true }))
  }
  return () => {
    addon.defineModel = defineModel
  }
}

/**
 * Gives models of this name, which the core has not been told of yet, a condition that each of their
 * commands has. Answers what ends it.
 */
export function scopeModels(name: string, scope: object): () => void {
  return describeModels((descriptor) =>
    descriptor.name === name ? { ...descriptor, scope } : descriptor,
  )
}
