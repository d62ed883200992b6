/** What a hashed column holds that is no plain text of the application's. */
import { inspect } from 'node:util'
import { errors } from '../../../errors/index.ts'
import { describe } from '../../../query/messages.ts'

/** Has no value for a serializer or a console. */
abstract class Hidden {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The text of what is hidden. */
  static reveal(hidden: Hidden): string {
    return hidden.#text
  }

  /** As a value it would become an empty object. */
  toBSON(): never {
    throw new errors.E_INVALID_VALUE('what prehashed() answers is for hashed columns only')
  }

  toJSON(): undefined {
    return undefined
  }

  abstract [inspect.custom](): string
}

/** A hash, told from a plain text that looks like one. */
class Prehashed extends Hidden {
  [inspect.custom](): string {
    return '[hashed]'
  }
}

/** A plain text on its way to being hashed. */
export class PlainText extends Hidden {
  readonly #make: (plain: string) => Promise<string>

  constructor(plain: string, make: (plain: string) => Promise<string>) {
    super(plain)
    this.#make = make
  }

  /** Its hash. */
  hash(): Promise<string> {
    return this.#make(Hidden.reveal(this))
  }

  [inspect.custom](): string {
    return '[hidden]'
  }
}

/**
 * A hash that was made elsewhere, to be set as the value of a `@column.hashed()` as it is. Nothing
 * but this keeps a text from being hashed: one that only looks like a hash is hashed like any other.
 *
 * The value stands for the text where such a column takes it, and for nothing elsewhere; the
 * property reads as the hash.
 *
 * Errors: `E_INVALID_VALUE` for anything but a text that is not empty.
 *
 * @example
 * await User.create({ email, password: prehashed(imported.password) })
 */
export function prehashed(hash: string): string
export function prehashed(hash: unknown): unknown {
  if (typeof hash === 'string' && hash !== '') return new Prehashed(hash)
  const got = hash === '' ? 'an empty one' : describe(hash)
  throw new errors.E_INVALID_VALUE(`prehashed() needs the text of a hash and was given ${got}`)
}

export function isPrehashed(value: unknown): boolean {
  return value instanceof Prehashed
}

/** The hash of what {@link prehashed} answered; anything else as it is. */
export function reveal(value: unknown): unknown {
  return value instanceof Prehashed ? Hidden.reveal(value) : value
}
