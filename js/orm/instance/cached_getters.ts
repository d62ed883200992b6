import type { Model } from '../contracts/index.ts'
import { restOf } from './attributes.ts'

/** What `make` answered for this value of the attribute, made again when the value is another. */
export function fromCache<Value>(
  instance: Model,
  name: string,
  original: unknown,
  make: (value: unknown) => Value,
): Value {
  const rest = restOf(instance)
  const cached = rest.cached?.get(name)
  if (cached !== undefined && Object.is(cached.original, original)) return cached.resolved as Value
  const resolved = make(original)
  rest.cached ??= new Map()
  rest.cached.set(name, { original, resolved })
  return resolved
}
