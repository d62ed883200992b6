/** What a bulk write is made of. */
import type { Body } from '../../codec/body.ts'
import type { LucentError } from '../../errors/index.ts'
import type { Model } from '../contracts/index.ts'
import type { Call } from '../operation/call.ts'

/** What became of a statement: `clean` where there was nothing to do, `left` where it was not tried. */
export type Outcome = 'written' | 'clean' | 'left' | { readonly error: unknown }

/** One write of a bulk write. */
export abstract class Statement {
  /** Which one it is to the caller. */
  readonly position: number
  /** None before it is known. */
  outcome: Outcome | undefined
  /** What hashing its values failed with. */
  refusal: { readonly error: unknown } | undefined
  /** The core sends it as a command by itself; in order, it is the last if it finds no document. */
  readonly alone: boolean = false

  constructor(position: number) {
    this.position = position
    this.outcome = undefined
    this.refusal = undefined
  }

  /**
   * Writes its document. Answers false, and writes nothing, when there is nothing to do; throws what
   * it fails with. May be called again before there is an outcome.
   */
  abstract write(body: Body): boolean

  /** The rows that it deletes, with what others refer to in them. */
  doomed?(call: Call): Promise<readonly Model[]>

  /** Hashes plain values in it, before it is written. */
  hash?(): Promise<void>

  /** The error when a document that has to be there is not. */
  missed?(): LucentError

  /** Takes its outcome, once in each run. */
  settle(outcome: Outcome): void {
    this.outcome = outcome
  }
}
