/** A value that shows itself to nobody but the BSON writer. */
import { inspect } from 'node:util'

const SHOWN = '[encrypted]'

export class Secret {
  readonly #value: unknown

  constructor(value: unknown) {
    this.#value = value
  }

  /** What is written. */
  toBSON(): unknown {
    return this.#value
  }

  toJSON(): string {
    return SHOWN
  }

  toString(): string {
    return SHOWN
  }

  [inspect.custom](): string {
    return SHOWN
  }
}

/** What stands in the place of values that must not be seen. */
export const REDACTED = SHOWN
