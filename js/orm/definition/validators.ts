/** Validators that classes declare as static properties. */
import type { ModelClass } from '../contracts/index.ts'

/**
 * Hands the validators of a class, and of those that it extends, to `BaseModel`, whose setter makes them
 * places of the lifecycle. A static property that a class declares hides the setter.
 */
export function takeValidators(model: ModelClass): void {
  const parent = Object.getPrototypeOf(model) as ModelClass | null
  if (typeof parent === 'function') takeValidators(parent)
  const own = Object.getOwnPropertyDescriptor(model, 'validator')
  if (own === undefined || !('value' in own)) return
  Reflect.deleteProperty(model, 'validator')
  Reflect.set(model, 'validator', own.value)
}
