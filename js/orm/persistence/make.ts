import type { ConcreteModelClass, ModelClass } from '../contracts/index.ts'
import type { ModelAssignOptions } from '../contracts/options.ts'
import { assign } from '../instance/attributes.ts'
import { initialised } from '../instance/initialised.ts'
import { adopt } from './enlist.ts'

/** A new instance with these attributes, to be stored where the options say. */
export function make<T extends ModelClass>(
  model: T,
  values: unknown,
  options: ModelAssignOptions,
): InstanceType<T> {
  return initialised(draft(model, values, options))
}

/** One that nobody gets to see: its values are wanted. */
export function draft<T extends ModelClass>(
  model: T,
  values: unknown,
  options: ModelAssignOptions,
): InstanceType<T> {
  const concrete: ModelClass = model
  const instance = new (concrete as ConcreteModelClass)() as InstanceType<T>
  assign(instance, values, options.allowExtraProperties === true)
  adopt(instance, options.client, options.connection)
  return instance
}
