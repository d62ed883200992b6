/** `Model.validator`. */
import type { ModelClass } from '../contracts/index.ts'
import { openDefinitionOf } from '../definition/index.ts'
import { validatorHook } from '../validation/index.ts'
import type { ModelValidator } from '../validation/types.ts'

interface Held {
  readonly validator: ModelValidator
  readonly takeOff: () => void
}

const held = new WeakMap<object, Held>()

/** The validator of the class, or of the nearest one that it extends. */
function validatorOf(model: object | null): ModelValidator | undefined {
  if (model === null) return undefined
  return held.get(model)?.validator ?? validatorOf(Object.getPrototypeOf(model) as object | null)
}

/** Those of parents run too, so that one which is said again by a class's `boot()` is there already. */
function hold(model: ModelClass, validator: ModelValidator | null | undefined): void {
  held.get(model)?.takeOff()
  held.delete(model)
  if (validator === undefined || validator === null || validator === validatorOf(model)) return
  const hook = validatorHook(model, validator)
  const source = { owner: model, label: 'validator' }
  const takeOff = openDefinitionOf(model).hooks.add('validator', hook, source)
  held.set(model, { validator, takeOff })
}

/** Gives the class, and all that extend it, a `validator` that may be set before and after their first use. */
export function defineValidator(base: object): void {
  Object.defineProperty(base, 'validator', {
    configurable: true,
    get(this: object) {
      return validatorOf(this)
    },
    set(this: ModelClass, validator: ModelValidator | null | undefined) {
      hold(this, validator)
    },
  })
}
