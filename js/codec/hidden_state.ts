/**
 * Whether an instance of a class holds more than its own properties show: written field by field it
 * would be emptied, or lose a part.
 */
import { types } from 'node:util'

/**
 * What is known of the instances of a class. `properties`: they hold what their properties show;
 * `perhaps`: what has no properties may hold something all the same, since there are methods that
 * could tell it; `more`: they are built in, or have private fields.
 */
type Holds = 'properties' | 'perhaps' | 'more'

/** By prototype: an instance's class is looked at once. */
const known = new WeakMap<object, Holds>()

/**
 * Whether the state of `value` is elsewhere than in its own enumerable properties: in the slots of
 * what is built in (`Set`, `Error`, `Promise`, a typed array, an iterator), in private fields, or in
 * what the getters and methods of an instance without properties reach (`URL`, a model).
 */
export function holdsHidden(value: object, prototype: object): boolean {
  let holds = known.get(prototype)
  if (holds === undefined) {
    holds = ofClass(prototype)
    known.set(prototype, holds)
  }
  return holds === 'more' || (holds === 'perhaps' && !hasProperties(value))
}

function hasProperties(value: object): boolean {
  for (const key in value) if (Object.hasOwn(value, key)) return true
  return false
}

function ofClass(prototype: object): Holds {
  let holds: Holds = 'properties'
  let one = prototype
  // The last prototype is that of all objects, of whichever realm.
  for (let next = above(one); next !== null; next = above(one)) {
    // An array's methods reach nothing but the properties of what they are called on.
    const made: unknown = Object.getOwnPropertyDescriptor(one, 'constructor')?.value
    if (typeof made === 'function' && made.prototype === one && !Array.isArray(one)) {
      const source = sourceOf(made)
      if (NATIVE.test(source) || hasPrivateFields(source)) return 'more'
    }
    if (Reflect.ownKeys(one).some((key) => key !== 'constructor')) holds = 'perhaps'
    one = next
  }
  return holds
}

function above(prototype: object): object | null {
  return Object.getPrototypeOf(prototype)
}

/** The text of a class; that of a proxy says nothing of the class behind it. */
function sourceOf(made: object): string {
  return types.isProxy(made) ? '' : Function.prototype.toString.call(made)
}

const NATIVE = /\{\s*\[native code\]\s*\}\s*$/
const PRIVATE_FIELD = /[\n;{}/]\s*#([\w$]+)\s*(?=[=;}\n/])/g

/**
 * Whether the text of a class declares private fields and uses them. JavaScript tells of private
 * fields nowhere else, and what only looks like one, in a text or a comment, is not used as one.
 */
function hasPrivateFields(source: string): boolean {
  for (const [, name = ''] of source.matchAll(PRIVATE_FIELD)) {
    if (source.includes(`.#${name}`) || source.includes(`#${name} in `)) return true
  }
  return false
}
