import type { Compile, Compiled, Scope } from './expression.ts'

/**
 * What `group()` computes over the rows of a group, made with the functions of `expr`. `T` is the
 * type of the outcome, `P` the fields that it refers to.
 */
export class Accumulator<out T = unknown, out P = string> {
  declare protected readonly accumulated: () => T
  declare protected readonly paths: () => P
  readonly #compile: Compile

  /** Use the functions of `expr`. @internal */
  constructor(compile: Compile) {
    this.#compile = compile
  }

  /** @internal */
  compile(scope: Scope): Compiled {
    return this.#compile(scope)
  }
}

/** An accumulator that is an operator on arrays as well; `U` is what it comes to there. */
export class ArrayAccumulator<out T = unknown, out P = string, out U = unknown> extends Accumulator<
  T,
  P
> {
  declare protected readonly operated: () => U
}
