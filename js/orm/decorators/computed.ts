import { errors } from '../../errors/index.ts'
import type { ModelClass } from '../contracts/index.ts'
import type { ComputedOptions } from '../definition/computed.ts'
import { definitionOf } from '../definition/index.ts'
import type { PropertyDecoratorOf } from './column.ts'

/**
 * Puts a getter of the class into its JSON. A value of `undefined` is left out.
 *
 * Errors: `E_MODEL_DEFINITION` for a static property, a method, or a name that cannot be a
 * property's.
 *
 * @example
 * class User extends BaseModel {
 *   @column() declare first: string
 *   @column() declare last: string
 *   @computed()
 *   get fullName() { return `${this.first} ${this.last}` }
 * }
 */
export function computed(options: ComputedOptions = {}): PropertyDecoratorOf {
  return (target, property) => {
    const method = Object.getOwnPropertyDescriptor(target, property)?.value
    if (typeof target !== 'object' || typeof property !== 'string' || method !== undefined) {
      throw new errors.E_MODEL_DEFINITION(
        '@computed() belongs on a getter of an instance, under "experimentalDecorators": true',
      )
    }
    definitionOf(target.constructor as ModelClass).computed.add(property, options)
  }
}
