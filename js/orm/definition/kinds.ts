/** Several models in one collection, told apart by the value of a column. */
import type { Chunk } from '../../codec/chunk.ts'
import { refuse } from '../../errors/index.ts'
import type { Column } from '../columns/index.ts'
import type { ConcreteModelClass, Model } from '../contracts/index.ts'
import type { RelationContract } from '../contracts/relation.ts'
import type { Rule } from '../rules/index.ts'

/** A definition among those that share a collection. */
export interface Kind {
  readonly name: string
  readonly model: ConcreteModelClass
  readonly columns: readonly Column[]
  readonly encrypted: readonly Column[]
  readonly relations: ReadonlyMap<string, RelationContract>
  readonly kinds: Kinds
  readonly rules: {
    readonly removed: string | undefined
    readonly all: readonly Rule[]
    readonly pinned: readonly Column[]
  }
  attribute(name: string): Column | undefined
  readStored(instance: Model, chunk: Chunk, row: number, column: Column): unknown
  hydrateOwn(chunk: Chunk, row: number): Model
  /** Without `onInit` hooks. */
  hydrateBare(chunk: Chunk, row: number): Model
  layOut(source: Chunk, starts: readonly number[], ascii: boolean): Chunk
}

/** Whether `onInit` hooks run. */
export type Hydrating = 'hydrateOwn' | 'hydrateBare'

const NONE: readonly Kind[] = []

/** How the class of one definition is told from others, and which classes extend it. */
export class Kinds {
  readonly #own: Kind
  readonly #children: Kind[] = []
  #column: Column | undefined

  constructor(own: Kind, parent: Kinds | undefined) {
    this.#own = own
    if (own.model.discriminator !== undefined) parent?.add(own)
  }

  protected add(child: Kind): void {
    if (this.#own.model.discriminator !== undefined) this.#children.push(child)
  }

  /** The classes that extend this one. */
  get children(): readonly Kind[] {
    return this.#children
  }

  /** Whether documents of the model may be of a class that extends it. */
  get areSeveral(): boolean {
    return this.#children.length > 0
  }

  /** The classes that extend this one, and those that extend them. */
  get all(): readonly Kind[] {
    if (this.#children.length === 0) return NONE
    return this.#children.flatMap((child) => [child, ...child.kinds.all])
  }

  /** The column that tells the class; undefined where there is one class. Errors: `E_MODEL_DEFINITION`. */
  get column(): Column | undefined {
    const { discriminator } = this.#own.model
    if (discriminator === undefined) return undefined
    this.#column ??= this.#find(discriminator.key)
    return this.#column
  }

  #find(key: unknown): Column {
    const own = this.#own
    const column = typeof key === 'string' ? own.attribute(key) : undefined
    if (column === undefined) {
      const what = `.discriminator: "${String(key)}" is no column; declare it in the first of the classes`
      refuse('E_MODEL_DEFINITION', own, undefined, what)
    }
    if (column.encryption !== undefined || column.transforms || column.isPrimary) {
      const what = `.discriminator: "${column.attribute}" must be a column of plain values`
      refuse('E_MODEL_DEFINITION', own, undefined, what, column.attribute)
    }
    return column
  }

  /** The column's value in documents of the class itself; undefined where it has none of its own. */
  get value(): unknown {
    return this.#own.model.discriminator?.value
  }

  /** The values of the class and of those that extend it. */
  get values(): readonly unknown[] {
    return [this.value, ...this.all.map(({ kinds }) => kinds.value)].filter(
      (value, place, values) => value !== undefined && values.indexOf(value) === place,
    )
  }

  /** The condition that every command of the model has; undefined where it means all documents. */
  get condition(): object | undefined {
    if (this.value === undefined) return undefined
    const { values, column } = this
    return { [(column as Column).stored]: values.length === 1 ? values[0] : { $in: values } }
  }

  /** The definition of a class by its value. */
  named(value: unknown): Kind {
    const found = this.all.findLast(({ kinds }) => kinds.value === value)
    return value === undefined ? this.#own : (found ?? this.#own)
  }

  /** An instance over a row, of the class that the row's value says. */
  hydrate(chunk: Chunk, row: number, how: Hydrating = 'hydrateOwn'): Model {
    const { column } = this
    if (column === undefined) return this.#own[how](chunk, row)
    const base = this.#own.hydrateBare(chunk, row)
    const kind = this.named(this.#own.readStored(base, chunk, row, column))
    return kind[how](kind === this.#own ? chunk : laidOutFor(kind, chunk), row)
  }
}

/** Chunks of other classes' columns over the documents of one, by that. */
const layouts = new WeakMap<Chunk, Map<Kind, Chunk>>()

/** The same documents with the columns of a class. */
function laidOutFor(kind: Kind, chunk: Chunk): Chunk {
  const known = layouts.get(chunk) ?? new Map<Kind, Chunk>()
  layouts.set(chunk, known)
  let made = known.get(kind)
  if (made === undefined) {
    made = kind.layOut(chunk, Array.from(chunk.starts), false)
    made.held = chunk.held
    made.related = chunk.related
    known.set(kind, made)
  }
  return made
}
