import type { Model } from '../contracts/index.ts'
import { initialise } from '../hooks/init.ts'
import { definitionFor } from './attributes.ts'

/** The instance after the `onInit` hooks of its class, if there are any. */
export function initialised<M extends Model>(instance: M): M {
  const { model, hooks } = definitionFor(instance)
  return hooks.has('onInit') ? initialise(model, hooks, instance) : instance
}
