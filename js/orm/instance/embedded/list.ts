/** Documents in an array of another one. */
import type { Model } from '../../contracts/index.ts'
import { EmbeddedQuery, type LoadedRows } from '../../embedded_query/index.ts'

/** What a list knows of its documents. */
export type ListSource = Omit<LoadedRows<never>, 'rows'>

/** The array that a property of `@embedsMany()` has. What `map`, `filter` and their like make is a plain one. */
export class EmbeddedList<M = Model> extends Array<M> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }

  #source: ListSource | undefined

  /** A query of what is in the list now, answered without the server. */
  query(): EmbeddedQuery<M> {
    const { target, stored } = this.#source as Omit<LoadedRows<M>, 'rows'>
    return new EmbeddedQuery<M>({ target, rows: this, stored })
  }

  /** A list of these, in this order. @internal */
  static holding<M>(source: ListSource, items: Iterable<M>): EmbeddedList<M> {
    const list = new EmbeddedList<M>()
    list.#source = source
    for (const item of items) list.push(item)
    return list
  }
}
