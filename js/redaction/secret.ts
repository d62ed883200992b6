/** A value that shows itself to nobody but the BSON writer. */

import { inspect } from 'node:util'
import { hasToBSON } from '../codec/classify.ts'
import { PLAIN_MARK } from '../protocol.generated.ts'

const SHOWN = '[encrypted]'

export class Secret {
  readonly #value: unknown

  constructor(value: unknown) {
    this.#value = value
  }

  /** The value itself, for what never leaves the process. */
  static reveal(secret: Secret): unknown {
    return secret.#value
  }

  /** What is written. What a `toBSON()` answers is not asked for its own. */
  toBSON(): unknown {
    const value = this.#value
    return typeof value === 'object' && value !== null && hasToBSON(value) ? value.toBSON() : value
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

/**
 * A value that an encrypted column is compared with. The core takes it out of its mark where it
 * encrypts it, and sends nothing in which a mark is left.
 */
export class Compared extends Secret {
  override toBSON(): unknown {
    return { [PLAIN_MARK]: super.toBSON() }
  }
}

/** What stands in the place of values that must not be seen. */
export const REDACTED = SHOWN
