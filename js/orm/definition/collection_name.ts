import { define } from '../../codec/keys.ts'
import type { ModelClass } from '../contracts/index.ts'

/** The collection that holds a model's documents, as its class says or its naming strategy. */
export class CollectionName {
  readonly #model: ModelClass
  /** What the class tells because nothing was said; another one there is given. */
  #named: string | undefined

  constructor(model: ModelClass) {
    this.#model = model
  }

  /** Never inherited, as in Lucid. */
  get value(): string {
    const model = this.#model
    return this.#given() ?? model.namingStrategy.tableName(model.name)
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
