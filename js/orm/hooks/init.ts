/** Hooks of instances that are made. */
import { refuse } from '../../errors/index.ts'
import { HOOK_EVENTS } from './events.ts'
import type { HookRegistry } from './registry.ts'
import { isThenable } from './thenable.ts'

const INIT = HOOK_EVENTS.indexOf('onInit')

/** Runs the `onInit` hooks of an instance. Errors: `E_MODEL_DEFINITION` for an async one; what a hook throws. */
export function initialise<Instance>(
  model: { readonly name: string },
  hooks: HookRegistry,
  instance: Instance,
): Instance {
  for (const { name, call } of hooks.handlers[INIT] ?? []) {
    if (!isThenable(call(instance, undefined))) continue
    refuse('E_MODEL_DEFINITION', model, undefined, `: the onInit hook ${name} must not be async`)
  }
  return instance
}
