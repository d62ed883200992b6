/** Attributes of instances that are never stored. */
import type { ModelClass } from '../contracts/index.ts'
import { own } from '../contracts/own.ts'
import { refuseOptions } from './options.ts'

/** Options of `@column.transient()`. */
export interface TransientOptions {
  /** Name in JSON; without it the attribute is left out. */
  serializeAs?: string | null
}

/**
 * The transient attributes of one model class, by name, with their names in JSON; inherited ones
 * first. Their values are plain properties of the instance.
 */
export class TransientAttributes extends Map<string, string | null> {
  readonly #model: ModelClass

  constructor(model: ModelClass, parent?: TransientAttributes) {
    super(parent)
    this.#model = model
  }

  /** Errors: `E_MODEL_DEFINITION`. */
  add(attribute: string, given: TransientOptions): void {
    const { serializeAs = null, ...foreign } = own(given)
    const where = { model: this.#model.name, attribute }
    refuseOptions('@column.transient()', where, foreign, Object.keys(foreign))
    this.set(attribute, serializeAs)
  }

  /** What the instance has now; called, it puts that back. */
  snapshot(instance: object, copy: (value: unknown) => unknown = (value) => value): () => void {
    const had = new Map<string, unknown>()
    for (const name of this.keys()) {
      const found = Object.getOwnPropertyDescriptor(instance, name)
      if (found !== undefined && 'value' in found) had.set(name, copy(found.value))
    }
    return () => {
      this.removeFrom(instance)
      for (const [name, value] of had) Reflect.set(instance, name, value)
    }
  }

  /** Takes every value away from the instance. */
  removeFrom(instance: object): void {
    for (const name of this.keys()) Reflect.deleteProperty(instance, name)
  }
}
