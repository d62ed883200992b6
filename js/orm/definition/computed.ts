import { refuse } from '../../errors/index.ts'
import type { ModelClass } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'

/** Options of `@computed()`. */
export interface ComputedOptions {
  /** Name in JSON; by default the naming strategy's. `null` leaves the property out. */
  serializeAs?: string | null
  /** Anything; for your own tools. */
  meta?: unknown
}

/** A computed property as `Model.$getComputed()` tells it. */
export interface ModelComputedOptions {
  readonly serializeAs: string | null
  readonly meta: unknown
}

/** The computed properties of one model class, inherited ones first. */
export class ComputedProperties extends Map<string, ModelComputedOptions> {
  readonly #model: ModelClass
  /** As given, for subclasses: their names in JSON are those of their own naming strategy. */
  readonly #given = new Map<string, ComputedOptions>()

  constructor(model: ModelClass, parent?: ComputedProperties) {
    super()
    this.#model = model
    if (parent === undefined) return
    for (const [name, options] of parent.#given) this.add(name, options)
  }

  /** Errors: `E_MODEL_DEFINITION` for a name that cannot be a property's. */
  add(name: string, given: ComputedOptions): ModelComputedOptions {
    const { namingStrategy, name: model } = this.#model
    if (name.startsWith('$') || name === '__proto__' || name === 'constructor') {
      refuse(
        'E_MODEL_DEFINITION',
        model,
        undefined,
        `: "${name}" cannot be the name of a computed property`,
        name,
      )
    }
    const options = own(given)
    const { serializeAs = namingStrategy.serializedName(model, name), meta } = options
    const computed = Object.freeze({ serializeAs, meta })
    this.#given.set(name, options)
    this.set(name, computed)
    return computed
  }
}
