/** Makes instances of documents that were read. */
import { CHUNK, ROW, VALUES } from '../../codec/accessors.ts'
import type { Chunk } from '../../codec/chunk.ts'
import { ValueSite } from '../../codec/shapes.ts'
import { Tag } from '../../protocol.generated.ts'
import type { Column } from '../columns/index.ts'
import type { ConcreteModelClass, Model } from '../contracts/index.ts'
import { FLAGS, Flag, REST } from '../contracts/state.ts'
import { initialise } from '../hooks/init.ts'
import type { HookRegistry } from '../hooks/registry.ts'

/** Makes an instance over a row of a chunk. */
type Hydrate = (chunk: Chunk, row: number) => Model

type MakeRow = new (chunk: Chunk, row: number) => Model

/** What instances are made of. */
interface Hydrated {
  readonly model: ConcreteModelClass
  readonly columns: readonly Column[]
  attribute(name: string): Column | undefined
  isTransient(name: string): boolean
  readonly relations: ReadonlyMap<string, unknown>
  readonly hooks: HookRegistry
  /** Fixes the columns. */
  seal(): unknown
}

/** Makes the instances of one model class. */
export class Hydrator {
  readonly #source: Hydrated
  #hydrate: Hydrate | undefined
  #bare: Hydrate | undefined
  readonly #sites: ValueSite[] = []

  constructor(source: Hydrated) {
    this.#source = source
  }

  /** What makes an instance over a row. Who has no `onInit` hooks pays nothing for them. */
  get one(): Hydrate {
    if (this.#hydrate !== undefined) return this.#hydrate
    const { bare } = this
    const { model, hooks } = this.#source
    this.#hydrate = hooks.has('onInit')
      ? (chunk, row) => initialise(model, hooks, bare(chunk, row))
      : bare
    return this.#hydrate
  }

  /** The same without the hooks, for who looks at a row to see what it is. */
  get bare(): Hydrate {
    this.#bare ??= this.#make()
    return this.#bare
  }

  #make(): Hydrate {
    const source = this.#source
    source.seal()
    const isAttribute = (name: string) =>
      source.attribute(name) !== undefined || source.isTransient(name) || source.relations.has(name)
    return makeHydrator(source.model, isAttribute)
  }

  /** Instances over every row of the chunks. */
  all(chunks: readonly Chunk[]): Model[] {
    const hydrate = this.one
    const models: Model[] = []
    for (const chunk of chunks) {
      for (let row = 0; row < chunk.rows; row++) models.push(hydrate(chunk, row))
    }
    return models
  }

  /** The stored value of a column, decoded anew and consumed, whatever the instance holds now. */
  readStored(instance: Model, chunk: Chunk, row: number, column: Column): unknown {
    this.#sites[column.index] ??= new ValueSite()
    const cell = row * this.#source.columns.length + column.index
    if (chunk.tags[cell] === Tag.missing) return undefined
    return column.fromStored(chunk.read(cell, this.#sites[column.index] as ValueSite), instance)
  }
}

/**
 * A model whose constructor leaves nothing of its own on the instance is made by a bare function
 * over the same prototype. Others run their constructor, so that fields which are no columns get
 * their initial values; what it puts over a column is taken away again.
 */
function makeHydrator(model: ConcreteModelClass, isColumn: (name: string) => boolean): Hydrate {
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
