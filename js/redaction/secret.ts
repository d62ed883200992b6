/** A value that shows itself to nobody but the BSON writer. */
import { inspect } from 'node:util'

const SHOWN = '[encrypted]'

export class Secret {
  readonly #value: unknown
  readonly #column: string

  /** `column` is what messages call the column: `Model.property`. */
  constructor(value: unknown, column: string) {
    this.#value = value
    this.#column = column
  }

  /** The column that the value is for. */
  static columnOf(secret: Secret): string {
    return secret.#column
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
