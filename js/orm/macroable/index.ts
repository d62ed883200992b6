/** Methods and getters that applications add to a class of the package. */
import { errors } from '../../errors/index.ts'

/** A class that takes macros. */
export interface Macroable {
  readonly name: string
  readonly prototype: object
}

/** Names that were added, by the prototype that has them. */
const added = new WeakMap<object, Set<string>>()

function isBuiltIn(prototype: object, name: string): boolean {
  for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, name)) return added.get(at)?.has(name) !== true
  }
  return false
}

/** Defines a property; one that was added before is replaced, as a reload of its module does. */
function add({ name: owner, prototype }: Macroable, name: string, property: object): void {
  const problem =
    typeof name !== 'string' || name === ''
      ? 'the name of a macro must be a string that is not empty'
      : isBuiltIn(prototype, name) && `"${name}" is a member of the class already`
  if (problem) {
    throw new errors.E_CONFIGURATION(`${owner}: ${problem}; choose another name`, {
      operation: 'macro',
    })
  }
  Object.defineProperty(prototype, name, { ...property, enumerable: false, configurable: true })
  const names = added.get(prototype) ?? new Set()
  added.set(prototype, names.add(name))
}

/** Errors: `E_CONFIGURATION` for a name that the class has already. */
export function addMacro(owner: Macroable, name: string, value: unknown): void {
  add(owner, name, { value, writable: true })
}

/**
 * A getter; the value of a `singleton` is made once for each instance. Errors: `E_CONFIGURATION` for
 * a name that the class has already, and for what is no function.
 */
export function addGetter(
  owner: Macroable,
  name: string,
  make: (this: never) => unknown,
  singleton: boolean,
): void {
  if (typeof make !== 'function') {
    throw new errors.E_CONFIGURATION(`${owner.name}: getter("${name}") needs a function`, {
      operation: 'getter',
    })
  }
  add(owner, name, {
    get(this: never): unknown {
      const value = make.call(this)
      if (singleton) Object.defineProperty(this, name, { value, configurable: true })
      return value
    },
  })
}
