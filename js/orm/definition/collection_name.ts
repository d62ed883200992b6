import { define } from '../../codec/keys.ts'
import type { ModelClass } from '../contracts/index.ts'

/** The collection that holds a model's documents, as its class says or its naming strategy. */
export class CollectionName {
  readonly #model: ModelClass
  /** What the class tells because nothing was said; another one there is given. */
  #named: string | undefined

  readonly #parent: CollectionName | undefined

  constructor(model: ModelClass, parent: CollectionName | undefined) {
    this.#model = model
    this.#parent = parent
  }

  /** The collection of the parent, where a column tells the two apart. */
  get #shared(): string | undefined {
    const { discriminator } = this.#model
    const parent = this.#parent
    if (discriminator === undefined || parent === undefined) return undefined
    return parent.#model.discriminator === undefined ? undefined : parent.value
  }

  /** Never inherited, as in Lucid, but by classes that share a collection. */
  get value(): string {
    const model = this.#model
    return this.#given() ?? this.#shared ?? model.namingStrategy.tableName(model.name)
  }

  /** What the class says itself. */
  #given(): string | undefined {
    for (const key of ['collection', 'table'] as const) {
      const own = Object.hasOwn(this.#model, key) ? this.#model[key] : undefined
      if (typeof own === 'string' && own !== '' && own !== this.#named) return own
    }
    return undefined
  }

  /** A booted class tells its collection, under Lucid's name for it too. */
  tell(): void {
    const given = this.#given()
    const value = given ?? this.value
    this.#named = given === undefined ? value : undefined
    for (const key of ['collection', 'table']) define(this.#model, key, value)
  }
}
