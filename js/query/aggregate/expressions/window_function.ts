import type { Compile, Compiled, Scope } from './expression.ts'

/**
 * What `setWindowFields()` computes for each row over the rows around it, made with the functions of
 * `expr`. `T` is the type of the outcome, `P` the fields that it refers to.
 */
export class WindowFunction<out T = unknown, out P = string> {
  declare protected readonly computed: () => T
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
