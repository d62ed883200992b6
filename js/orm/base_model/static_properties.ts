import { types } from 'node:util'
import { define } from '../../codec/keys.ts'
import { refuse } from '../../errors/index.ts'
import { isPlainObject } from '../../query/values.ts'

/** A copy of arrays, maps, sets and plain objects, at any depth; anything else is shared. */
function copyOf<Value>(value: Value): Value
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => copyOf(item))
  if (types.isSet(value)) return new Set(Array.from(value, (item) => copyOf(item)))
  if (types.isMap(value)) {
    return new Map(Array.from(value, ([key, item]) => [key, copyOf(item)] as const))
  }
  if (!isPlainObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item)]))
}

/** Errors: `E_MODEL_DEFINITION` for another strategy. */
export function copyInherited<Value>(
  model: { readonly name: string },
  name: string,
  initial: Value,
  strategy: 'inherit' | 'define' | ((parentValue: Value) => Value),
): void {
  if (strategy !== 'inherit' && strategy !== 'define' && typeof strategy !== 'function') {
    refuse(
      'E_MODEL_DEFINITION',
      model,
      undefined,
      `.$defineProperty("${name}"): the strategy must be "inherit", "define" or a function`,
    )
  }
  if (Object.hasOwn(model, name)) return
  const inherited = Reflect.get(model, name) as Value | undefined
  let value = initial
  if (inherited !== undefined && strategy !== 'define') {
    value = strategy === 'inherit' ? copyOf(inherited) : strategy(inherited)
  }
  define(model, name, value)
}
