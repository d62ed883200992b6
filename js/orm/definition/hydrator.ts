/** Makes instances of documents that were read. */
import { CHUNK, ROW, VALUES } from '../../codec/accessors.ts'
import type { Chunk } from '../../codec/chunk.ts'
import type { ConcreteModelClass, Model } from '../contracts/index.ts'
import { FLAGS, Flag, REST } from '../contracts/state.ts'

/** Makes an instance over a row of a chunk. */
export type Hydrate = (chunk: Chunk, row: number) => Model

type MakeRow = new (chunk: Chunk, row: number) => Model

/**
 * A model whose constructor leaves nothing of its own on the instance is made by a bare function
 * over the same prototype. Others run their constructor, so that fields which are no columns get
 * their initial values; what it puts over a column is taken away again.
 */
export function makeHydrator(
  model: ConcreteModelClass,
  isColumn: (name: string) => boolean,
): Hydrate {
  const probe = new model()
  const own = Object.keys(probe)
  const covering = own.filter(isColumn)
  if (own.length === covering.length) {
    function Fetched(this: Model, chunk: Chunk, row: number): void {
      this[CHUNK] = chunk
      this[ROW] = row
      this[VALUES] = null
      this[FLAGS] = Flag.persisted
      this[REST] = null
    }
    Fetched.prototype = model.prototype
    const Make = Fetched as unknown as MakeRow
    // Kept, as its hidden class must be: see `keptSample` in the codec.
    let sample: Model | undefined
    return (chunk, row) => {
      if (sample === undefined) {
        sample = new Make(chunk, row)
        sample[CHUNK] = null
        sample[VALUES] = []
      }
      return new Make(chunk, row)
    }
  }
  return (chunk, row) => {
    const instance = new model()
    for (const key of covering) Reflect.deleteProperty(instance, key)
    instance[CHUNK] = chunk
    instance[ROW] = row
    instance[VALUES] = null
    instance[FLAGS] = Flag.persisted
    return instance
  }
}
