/** `create`. */
import type { ModelClass } from '../contracts/index.ts'
import type { ModelAssignOptions, WriteOptions } from '../contracts/options.ts'
import { own } from '../contracts/own.ts'
import { make } from './make.ts'
import { saveAsClass } from './overrides.ts'

export async function create<T extends ModelClass>(
  model: T,
  values: unknown,
  given: (ModelAssignOptions & WriteOptions) | undefined,
): Promise<InstanceType<T>> {
  const options = own(given)
  const instance = make(model, values, options)
  await saveAsClass(model, instance, options)
  return instance
}
