import { createRequire } from 'node:module'
import { BSON } from 'mongodb'

/** The core's own export, as the package calls it. */
interface Addon {
  defineModel(environment: number, descriptor: Uint8Array): number
}

const addon: Addon = createRequire(import.meta.url)('../../lucent-odm.linux-x64-gnu.node')

/**
 * Gives models of this name, which the core has not been told of yet, a condition that each of their
 * commands has. Answers what ends it.
 */
export function scopeModels(name: string, scope: object): () => void {
  const { defineModel } = addon
  addon.defineModel = (environment, bytes) => {
    const descriptor = BSON.deserialize(bytes)
    if (descriptor.name !== name) return defineModel(environment, bytes)
    return defineModel(environment, BSON.serialize({ ...descriptor, scope }))
  }
  return () => {
    addon.defineModel = defineModel
  }
}
