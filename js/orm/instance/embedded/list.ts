/** Documents in an array of another one. */
import type { Model } from '../../contracts/index.ts'

/** The array that a property of `@embedsMany()` has. What `map`, `filter` and their like make is a plain one. */
export class EmbeddedList<M = Model> extends Array<M> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }
}

/** A list of these, in this order. */
export function listOf<M>(items: Iterable<M>): EmbeddedList<M> {
  const list = new EmbeddedList<M>()
  for (const item of items) list.push(item)
  return list
}
